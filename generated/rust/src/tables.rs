// Generated from schema/ by `make generate`. Do not edit.
//! The rows of tables and views: opened with filters and an order, and counted.

use serde::{Deserialize, Serialize};

use crate::Cell;
use crate::Column;
use crate::ConnectionId;
use crate::CutCell;
use crate::DbSessionId;
use crate::FilterOperator;
use crate::FurtherResult;
use crate::InsertId;
use crate::MaxRows;
use crate::Notice;
use crate::NullsPlace;
use crate::ObjectName;
use crate::ObjectRef;
use crate::PositionalParameters;
use crate::ResultId;
use crate::RowIdentity;
use crate::RowOffset;
use crate::Rows;
use crate::SqlText;
use crate::Timeout;
use crate::Timings;
use crate::TransactionStatus;
use crate::support::closed_enum;

/// Reads the rows of a table or a view. The filters and the order become one SELECT in the engine's
/// own SQL, with every value bound; the columns are looked up first, in a database session of its
/// own, so what an open transaction has made is not found before its commit, nor are temporary
/// tables of MySQL and SQLite.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenTableRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// Run in this database session; null for any free one. A result of the same session that is
    /// not read to its end is first read and kept to its end. At most 64 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub db_session_id: Option<DbSessionId>,
    /// A table or a view of any kind.
    pub object: ObjectRef,
    /// Which columns, in this order; null for all that `SELECT *` gives. Those of `row_identity`
    /// follow where they are not among them. At most 65535 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<ObjectName>>,
    /// Conditions that every row fulfils; empty for all rows. At most 100 items.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filters: Option<Vec<TableFilter>>,
    /// What to sort by, the most significant first; empty for the order in which the database gives
    /// the rows. At most 100 items.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<TableOrder>>,
    /// `estimate`: what the database's statistics say of the whole table, at no cost; null with
    /// filters, for views, and where there are none. `exact`: counted after the first window was
    /// read, and the answer waits for it. To show the rows first, ask for `none` and send
    /// `count_rows` afterwards, which can be cancelled by itself.
    ///
    /// Default: `"none"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<CountWanted>,
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
    /// Keep no more rows of the result; null for no limit. One row more is read, to know whether
    /// there is one. 1 to 9007199254740991 rows.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_rows: Option<MaxRows>,
    /// Keep the statement in the history, where the backend has one.
    ///
    /// Default: `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<bool>,
    /// Keep a result with columns although all of it is in the answer, for `view_result`,
    /// `find_in_result` and `summarize_result`.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_result: Option<bool>,
}

impl OpenTableRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>, object: ObjectRef) -> Self {
        Self {
            connection_id: connection_id.into(),
            db_session_id: None,
            object,
            columns: None,
            filters: None,
            order: None,
            count: None,
            window_rows: None,
            timeout_ms: None,
            max_cell_bytes: None,
            max_rows: None,
            record: None,
            keep_result: None,
        }
    }
}

/// The first window of the rows, and the statement that gives them. The fields up to `truncated`
/// are those of `query_response`.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenTableResponse {
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
    pub truncated: bool,
    /// The statement that was run. At most 16777216 characters.
    pub sql: SqlText,
    /// The values for its placeholders. At most 65535 items.
    pub params: PositionalParameters,
    /// What tells one row of a table from all others.
    pub row_identity: RowIdentity,
    /// How many rows there are, of those that the filters let through; null when that was not asked
    /// for, or is not known.
    #[serde(deserialize_with = "crate::support::given")]
    pub counted_rows: Option<CountedRows>,
    /// Rows in the order in which the database gave them.
    pub rows: Rows,
}

/// A condition on one column of a table. Of NULL only `is_null` is true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableFilter {
    /// A name as the database keeps it. At most 65536 characters.
    pub column: ObjectName,
    /// `eq, ne, lt, le, gt, ge, in, between` compare as the database does, in the column's
    /// collation. `contains, starts_with, ends_with` look for text as it is, `like` for a pattern
    /// with `%` and `_` (a backslash takes their meaning away), also in the text that the database
    /// makes of other values, except of bytes.
    pub op: FilterOperator,
    /// What to compare with: one value; for `between` the lowest and the highest; for `in` any
    /// number; none for `is_null` and `is_not_null`. A value is taken for the column's type, never
    /// for that of its own form; numbers may be text. All filters together take 30,000 values. At
    /// most 10000 items.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Cell>>,
    /// Whether `contains`, `starts_with`, `ends_with` and `like` tell upper from lower case.
    /// Without it SQLite takes only the letters A to Z for equal to a to z, and MySQL compares text
    /// columns by their collation.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub match_case: Option<bool>,
}

impl TableFilter {
    /// With what is required; the rest is absent.
    pub fn new(column: impl Into<String>, op: FilterOperator) -> Self {
        Self {
            column: column.into(),
            op,
            values: None,
            match_case: None,
        }
    }
}

/// One column to sort by, as the database compares its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableOrder {
    /// A name as the database keeps it. At most 65536 characters.
    pub column: ObjectName,
    /// The greatest first.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub descending: Option<bool>,
    /// Where NULL goes; null for where this database puts it by itself, for which it can use an
    /// index.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<NullsPlace>,
}

impl TableOrder {
    /// With what is required; the rest is absent.
    pub fn new(column: impl Into<String>) -> Self {
        Self {
            column: column.into(),
            descending: None,
            nulls: None,
        }
    }
}

closed_enum! {
    /// `estimate`: what the database's statistics say of the whole table, at no cost; null with
    /// filters, for views, and where there are none. `exact`: counted after the first window was
    /// read, and the answer waits for it. To show the rows first, ask for `none` and send
    /// `count_rows` afterwards, which can be cancelled by itself.
    pub enum CountWanted {
        None = "none",
        Estimate = "estimate",
        Exact = "exact",
    }
}

/// A number of rows, and what it is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CountedRows {
    /// The number of rows. 0 to 9007199254740991 rows.
    pub rows: u64,
    /// Whether they were counted; false for an estimate.
    pub exact: bool,
}

/// Counts the rows of a table or a view, or those that the filters let through. It may take as long
/// as reading them; a cancel stops it.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CountRowsRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// Run in this database session; null for any free one. A result of the same session that is
    /// not read to its end is first read and kept to its end. At most 64 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub db_session_id: Option<DbSessionId>,
    /// A table or a view of any kind.
    pub object: ObjectRef,
    /// Conditions that every row fulfils; empty for all rows. At most 100 items.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filters: Option<Vec<TableFilter>>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl CountRowsRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>, object: ObjectRef) -> Self {
        Self {
            connection_id: connection_id.into(),
            db_session_id: None,
            object,
            filters: None,
            timeout_ms: None,
        }
    }
}

/// What was counted.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CountRowsResponse {
    /// A number of rows, and what it is worth.
    pub counted_rows: CountedRows,
}
