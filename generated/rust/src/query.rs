// Generated from schema/ by `make generate`. Do not edit.
//! Running a statement and reading its result by windows.

use serde::{Deserialize, Serialize};

use crate::Bytes;
use crate::Column;
use crate::ConnectionId;
use crate::CutCell;
use crate::DbSessionId;
use crate::Notice;
use crate::Parameters;
use crate::Rows;
use crate::Timeout;
use crate::TransactionStatus;

/// Runs one statement and answers with the first window of its rows.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// One SQL statement in the engine's own dialect, without NUL characters. At most 16777216
    /// characters.
    pub sql: SqlText,
    /// Run in this database session; null for any free one. A result of the same session that is
    /// not read to its end is first read and kept to its end: close it when it is not needed. At
    /// most 64 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub db_session_id: Option<DbSessionId>,
    /// Values for the placeholders, or null for none.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<Parameters>,
    /// Rows in the first window at most. 0 to 100000 rows.
    ///
    /// Default: `1000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_rows: Option<u64>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
    /// A longer cell travels cut and is listed in `cut_cells`. 16 to 4194304 bytes.
    ///
    /// Default: `65536`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_cell_bytes: Option<u64>,
    /// Keep no more rows of the result, and of each further result of a procedure; null for no
    /// limit. One row more is read, to know whether there is one. 1 to 9007199254740991 rows.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_rows: Option<MaxRows>,
    /// The user has agreed to what the statement does; see `confirmation_required`.
    ///
    /// Default: `false`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<bool>,
    /// Keep a result with columns although all of it is in the answer, for `view_result`,
    /// `find_in_result` and `summarize_result`.
    ///
    /// Default: `false`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_result: Option<bool>,
    /// Keep the statement in the history, where the backend has one.
    ///
    /// Default: `true`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<bool>,
}

impl QueryRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>, sql: impl Into<String>) -> Self {
        Self {
            connection_id: connection_id.into(),
            sql: sql.into(),
            db_session_id: None,
            params: None,
            window_rows: None,
            timeout_ms: None,
            max_cell_bytes: None,
            max_rows: None,
            confirm: None,
            keep_result: None,
            record: None,
        }
    }
}

/// How many rows of a result are kept at most. 1 to 9007199254740991 rows.
pub type MaxRows = u64;

/// One SQL statement in the engine's own dialect, without NUL characters. At most 16777216
/// characters.
pub type SqlText = String;

/// Names an open result of this client. At most 64 characters.
pub type ResultId = String;

/// A row's place in a result, from 0. 0 to 9007199254740991 rows.
pub type RowOffset = u64;

/// What the statement did, and the first window of its rows.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryResponse {
    /// Names the result for `fetch`, `cell_fetch` and `close_result`; null when everything is in
    /// this answer. At most 64 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub result_id: Option<ResultId>,
    /// Empty for a statement that returns no rows.
    pub columns: Vec<Column>,
    /// Whether no row exists beyond this window.
    pub complete: bool,
    /// Rows of the whole result, or null while that is not known. 0 to 9007199254740991 rows.
    #[serde(deserialize_with = "crate::support::given")]
    pub total_rows: Option<RowOffset>,
    /// Cells of this window that travel shortened.
    pub cut_cells: Vec<CutCell>,
    /// Rows inserted, updated or deleted, or null when the statement is none that counts. 0 to
    /// 9007199254740991 rows.
    #[serde(deserialize_with = "crate::support::given")]
    pub affected_rows: Option<RowOffset>,
    /// The key that the engine made for the inserted row (SQLite: the rowid), or null.
    /// -9223372036854775808 to 18446744073709551615.
    #[serde(deserialize_with = "crate::support::given")]
    pub last_insert_id: Option<InsertId>,
    /// The database's remarks, in order.
    pub notices: Vec<Notice>,
    /// The state of the database session after the statement: `idle` is outside a transaction,
    /// `failed` is inside one that only a rollback ends.
    pub transaction_status: TransactionStatus,
    /// Where the time of a query went.
    pub timings: Timings,
    /// What a procedure returned beside its first result, in order; read with `fetch`.
    pub more_results: Vec<FurtherResult>,
    /// Whether more rows came than `max_rows` allows; they were dropped. Known once `total_rows`
    /// is, which counts the rows that are kept.
    ///
    /// Default: `false`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncated: Option<bool>,
    /// Rows in the order in which the database gave them.
    pub rows: Rows,
}

/// One more result of the same statement. Its rows are kept and read with `fetch`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FurtherResult {
    /// Names the result, or null when it has no rows to read or they were not kept, because
    /// `max_results` are open; a notice says so. At most 64 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub result_id: Option<ResultId>,
    /// Empty for a statement that returns no rows.
    pub columns: Vec<Column>,
    /// A row's place in a result, from 0. 0 to 9007199254740991 rows.
    pub total_rows: RowOffset,
    /// Rows inserted, updated or deleted, or null when the statement is none that counts. 0 to
    /// 9007199254740991 rows.
    #[serde(deserialize_with = "crate::support::given")]
    pub affected_rows: Option<RowOffset>,
    /// Whether more rows came than `max_rows` or `max_rows_each` allows; they were dropped.
    ///
    /// Default: `false`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncated: Option<bool>,
}

/// A key made by the engine. -9223372036854775808 to 18446744073709551615.
pub type InsertId = crate::support::WideInteger;

/// Where the time of a query went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Waiting for a free database session. At least 0; in milliseconds.
    pub queue_ms: f64,
    /// Opening a database session, when a new one was needed. At least 0; in milliseconds.
    pub connect_ms: f64,
    /// In the database: running the statement and reading the first window. At least 0; in
    /// milliseconds.
    pub server_ms: f64,
    /// Packing the rows. At least 0; in milliseconds.
    pub encode_ms: f64,
}

/// Reads any window of a result, forward or back, without running the query again. A fetch that is
/// cancelled or that passes its `timeout_ms` only stops waiting: the result stays usable, and its
/// statement goes on to the next rows. `close_result` stops the statement.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FetchRequest {
    /// Names an open result of this client. At most 64 characters.
    pub result_id: ResultId,
    /// A row's place in a result, from 0. 0 to 9007199254740991 rows.
    pub offset: RowOffset,
    /// Rows at most; fewer come when `max_window_bytes` is reached or the result ends. 1 to 100000
    /// rows.
    pub limit: u64,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl FetchRequest {
    /// With what is required; the rest is absent.
    pub fn new(result_id: impl Into<String>, offset: RowOffset, limit: u64) -> Self {
        Self {
            result_id: result_id.into(),
            offset,
            limit,
            timeout_ms: None,
        }
    }
}

/// One window of a result. Fewer rows than asked for do not mean the end: `complete` does.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FetchResponse {
    /// A row's place in a result, from 0. 0 to 9007199254740991 rows.
    pub offset: RowOffset,
    /// Whether no row exists beyond this window.
    pub complete: bool,
    /// Rows of the whole result, or null while that is not known. 0 to 9007199254740991 rows.
    #[serde(deserialize_with = "crate::support::given")]
    pub total_rows: Option<RowOffset>,
    /// Cells of this window that travel shortened.
    pub cut_cells: Vec<CutCell>,
    /// Whether more rows came than `max_rows` allows; they were dropped. Known once `total_rows`
    /// is, which counts the rows that are kept.
    ///
    /// Default: `false`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncated: Option<bool>,
    /// Rows in the order in which the database gave them.
    pub rows: Rows,
}

/// Reads a piece of one cell in full length.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellFetchRequest {
    /// Names an open result of this client. At most 64 characters.
    pub result_id: ResultId,
    /// A row's place in a result, from 0. 0 to 9007199254740991 rows.
    pub row: RowOffset,
    /// The column's index, from 0. 0 to 65535 columns.
    pub column: u64,
    /// Where the piece begins; text is counted as UTF-8. 0 to 9007199254740991 bytes.
    ///
    /// Default: `0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// How much to read at most. 1 to 8388608 bytes.
    ///
    /// Default: `1048576`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
}

impl CellFetchRequest {
    /// With what is required; the rest is absent.
    pub fn new(result_id: impl Into<String>, row: RowOffset, column: u64) -> Self {
        Self {
            result_id: result_id.into(),
            row,
            column,
            offset: None,
            length: None,
        }
    }
}

/// A piece of a cell.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellFetchResponse {
    /// Where the piece begins. At least 0; in bytes.
    pub offset: u64,
    /// Raw bytes: MessagePack bin, never base64.
    pub piece: Bytes,
    /// The length of the whole cell. At least 0; in bytes.
    pub full_bytes: u64,
    /// Whether the bytes are UTF-8 text; a piece may begin or end inside a character.
    pub is_text: bool,
    /// Whether the piece reaches the end of the cell.
    pub complete: bool,
}

/// Frees a result and what it holds.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloseResultRequest {
    /// Names an open result of this client. At most 64 characters.
    pub result_id: ResultId,
}

impl CloseResultRequest {
    /// With what is required; the rest is absent.
    pub fn new(result_id: impl Into<String>) -> Self {
        Self {
            result_id: result_id.into(),
        }
    }
}

/// The result is closed.
///
/// Since 0.1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CloseResultResponse {}
