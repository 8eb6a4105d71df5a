// Generated from schema/ by `make generate`. Do not edit.
//! Several statements in one request.

use serde::{Deserialize, Serialize};

use crate::Column;
use crate::ConnectionId;
use crate::DbSessionId;
use crate::ErrorData;
use crate::FurtherResult;
use crate::InsertId;
use crate::MaxRows;
use crate::Notice;
use crate::ResultId;
use crate::RowOffset;
use crate::SqlText;
use crate::Timeout;
use crate::TransactionStatus;
use crate::support::closed_enum;

/// Runs several statements one after the other in one database session, and reports what each one
/// did. Each is cut from the text when its turn comes, by the settings that the session has then.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunScriptRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// One SQL statement in the engine's own dialect, without NUL characters. At most 16777216
    /// characters.
    pub sql: SqlText,
    /// Run in this database session; null for any free one, which is cleaned up afterwards. At most
    /// 64 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub db_session_id: Option<DbSessionId>,
    /// What an error of one statement means for the rest.
    ///
    /// Default: `"stop"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_error: Option<OnError>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
    /// A longer cell travels cut and is listed in `cut_cells` of `fetch`. 16 to 4194304 bytes.
    ///
    /// Default: `65536`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_cell_bytes: Option<u64>,
    /// Keep no more rows of each result; null for no limit. One row more is read, to know whether
    /// there is one. 1 to 9007199254740991 rows.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_rows_each: Option<MaxRows>,
    /// The user has agreed to what the statements do; without it nothing is run when one of them
    /// needs it. See `confirmation_required`.
    ///
    /// Default: `false`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<bool>,
    /// Keep the statements in the history, where the backend has one.
    ///
    /// Default: `true`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<bool>,
}

impl RunScriptRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>, sql: impl Into<String>) -> Self {
        Self {
            connection_id: connection_id.into(),
            sql: sql.into(),
            db_session_id: None,
            on_error: None,
            timeout_ms: None,
            max_cell_bytes: None,
            max_rows_each: None,
            confirm: None,
            record: None,
        }
    }
}

/// What became of the statements, in order. After an error with `on_error: stop` the rest is
/// missing.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunScriptResponse {
    /// One entry per statement that was tried.
    pub statements: Vec<StatementOutcome>,
    /// Statements in the script. Those after an error are counted by the settings at that moment.
    /// At least 0; in statements.
    pub statement_count: u64,
    /// The state of the database session after the statement: `idle` is outside a transaction,
    /// `failed` is inside one that only a rollback ends.
    pub transaction_status: TransactionStatus,
}

closed_enum! {
    /// What an error of one statement means for the rest.
    pub enum OnError {
        Stop = "stop",
        Continue = "continue",
    }
}

/// What one statement of a script did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatementOutcome {
    /// Where the statement begins in the script. At least 0; in code points.
    pub start: u64,
    /// Where it ends, without its delimiter. At least 0; in code points.
    pub end: u64,
    /// Running it and reading its rows. At least 0; in milliseconds.
    pub elapsed_ms: f64,
    /// Names its rows for `fetch`, or null when it returned none or they were not kept, because
    /// `max_results` are open; a notice says so. At most 64 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_id: Option<ResultId>,
    /// Empty for a statement that returns no rows.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<Column>>,
    /// Rows of its result, or null when it returned none. 0 to 9007199254740991 rows.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_rows: Option<RowOffset>,
    /// Rows inserted, updated or deleted, or null when the statement is none that counts. 0 to
    /// 9007199254740991 rows.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affected_rows: Option<RowOffset>,
    /// The key that the engine made for the inserted row, or null. -9223372036854775808 to
    /// \18446744073709551615.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_insert_id: Option<InsertId>,
    /// Whether more rows came than `max_rows_each` allows; they were dropped.
    ///
    /// Default: `false`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncated: Option<bool>,
    /// The database's remarks, in order.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notices: Option<Vec<Notice>>,
    /// What a procedure returned beside its first result, in order; read with `fetch`.
    ///
    /// Default: `[]`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_results: Option<Vec<FurtherResult>>,
    /// Why it failed, or null when it did not. Positions are in the script. With `invalid_script`
    /// this part of the script is not SQL or cannot be read, and only it was not run.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorData>,
}
