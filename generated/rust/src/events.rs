// Generated from schema/ by `make generate`. Do not edit.
//! What happens in the backend while a client does something else: it is asked for, and never sent
//! unasked.

use serde::{Deserialize, Serialize};

use crate::ConnectionId;
use crate::DbSessionId;
use crate::ErrorCode;
use crate::Prompt;
use crate::ResultId;
use crate::RowOffset;
use crate::TransactionStatus;
use crate::support::open_enum;

/// Waits for events and answers with those that have come. Always accepted, and not counted in
/// `max_requests_in_flight`; one at a time per client. Events are kept for a client from its first
/// `wait_events` on.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitEventsRequest {
    /// `next` of the answer before: events up to there are done with. With null the answer comes at
    /// once and describes the present: every request with progress, every database session that
    /// `open_db_session` opened, and every open prompt. 0 to 9007199254740991 events.
    #[serde(deserialize_with = "crate::support::given")]
    pub after: Option<EventSequence>,
    /// Only events of these kinds; null for all. Unknown kinds are ignored. At most 100 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<EventKind>>,
    /// Answer without events after this time. 0 to 3600000 milliseconds.
    ///
    /// Default: `60000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
}

impl WaitEventsRequest {
    /// With what is required; the rest is absent.
    pub fn new(after: Option<EventSequence>) -> Self {
        Self {
            after,
            kinds: None,
            timeout_ms: None,
        }
    }
}

/// The events since `after`, oldest first; none when the time has passed.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitEventsResponse {
    /// What happened.
    pub events: Vec<EventEntry>,
    /// For `after` of the next `wait_events`. 0 to 9007199254740991 events.
    pub next: EventSequence,
    /// Events since `after`, of these kinds, that were dropped because too many had come. If there
    /// are some, the answer ends with events that describe the present. At least 0; in events.
    pub missed: u64,
}

/// Numbers the events of one client, from 1. 0 to 9007199254740991 events.
pub type EventSequence = u64;

open_enum! {
    /// `progress`: how far a request has come; only its newest is kept. `statement_done`: a
    /// statement of a script has ended. `transaction_changed`: the transaction status of a database
    /// session is another one now. `db_session_lost`: a database session has ended without
    /// `close_db_session`. `notification`: PostgreSQL's NOTIFY sent a message to a database session
    /// that listens. `prompt`: a request asks the person at the client, and waits for
    /// `answer_prompt`. `prompt_withdrawn`: a prompt was not answered and cannot be any more.
    /// `transaction_idle`: a transaction will be rolled back unless its database session is used,
    /// see `idle_transaction_ms`. `catalog_changed`: a statement of this client may have changed
    /// what exists in the database of a connection, or a transaction with such a statement has
    /// ended, which is when `refresh_catalog` sees it; only the newest of each connection is kept.
    pub enum EventKind {
        Progress = "progress",
        StatementDone = "statement_done",
        TransactionChanged = "transaction_changed",
        DbSessionLost = "db_session_lost",
        Notification = "notification",
        Prompt = "prompt",
        PromptWithdrawn = "prompt_withdrawn",
        TransactionIdle = "transaction_idle",
        CatalogChanged = "catalog_changed",
    }
}

/// Something that happened. What an event of its kind does not have is null.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventEntry {
    /// Its number; those that describe the present have the number of `next`. 0 to 9007199254740991
    /// events.
    pub sequence: EventSequence,
    /// When it happened, in UTC, as ISO 8601 text.
    pub at: String,
    /// `progress`: how far a request has come; only its newest is kept. `statement_done`: a
    /// statement of a script has ended. `transaction_changed`: the transaction status of a database
    /// session is another one now. `db_session_lost`: a database session has ended without
    /// `close_db_session`. `notification`: PostgreSQL's NOTIFY sent a message to a database session
    /// that listens. `prompt`: a request asks the person at the client, and waits for
    /// `answer_prompt`. `prompt_withdrawn`: a prompt was not answered and cannot be any more.
    /// `transaction_idle`: a transaction will be rolled back unless its database session is used,
    /// see `idle_transaction_ms`. `catalog_changed`: a statement of this client may have changed
    /// what exists in the database of a connection, or a transaction with such a statement has
    /// ended, which is when `refresh_catalog` sees it; only the newest of each connection is kept.
    pub kind: EventKind,
    /// The `id` of the request that it belongs to.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The connection of the database session, or of `catalog_changed`. At most 64 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<ConnectionId>,
    /// The database session. At most 64 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub db_session_id: Option<DbSessionId>,
    /// Of `progress`.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// Of `statement_done`.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<StatementDone>,
    /// Of `transaction_changed`.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_status: Option<TransactionStatus>,
    /// Of `notification`.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification: Option<Notification>,
    /// Of `prompt` and `prompt_withdrawn`.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<Prompt>,
    /// Of `transaction_idle`: when it will be rolled back. At least 0; in milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback_in_ms: Option<u64>,
    /// For people: why, where that is known.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// How far a request has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// How much is done. At least 0; in items.
    pub done: u64,
    /// How much there is to do, or null while that is not known. At least 0; in items.
    #[serde(deserialize_with = "crate::support::given")]
    pub total: Option<u64>,
    /// What is counted. `rows`: rows read from the database. `statements`: statements of a script
    /// that have ended. `exported_rows`: rows that `export_rows` has written. `imported_rows`: rows
    /// that `import_rows` has read from its file and dealt with. `copied_rows`: rows that
    /// `copy_table` has read and dealt with. `compared_rows`: rows of both tables that
    /// `compare_rows` has read and compared. `dumped_bytes`: what `dump_database` has written.
    /// `checked_bytes`, `restored_bytes`: how much of its file `restore_database` has looked at,
    /// and then read.
    pub unit: ProgressUnit,
}

open_enum! {
    /// What is counted. `rows`: rows read from the database. `statements`: statements of a script
    /// that have ended. `exported_rows`: rows that `export_rows` has written. `imported_rows`: rows
    /// that `import_rows` has read from its file and dealt with. `copied_rows`: rows that
    /// `copy_table` has read and dealt with. `compared_rows`: rows of both tables that
    /// `compare_rows` has read and compared. `dumped_bytes`: what `dump_database` has written.
    /// `checked_bytes`, `restored_bytes`: how much of its file `restore_database` has looked at,
    /// and then read.
    pub enum ProgressUnit {
        Rows = "rows",
        Statements = "statements",
        ExportedRows = "exported_rows",
        ImportedRows = "imported_rows",
        CopiedRows = "copied_rows",
        ComparedRows = "compared_rows",
        DumpedBytes = "dumped_bytes",
        CheckedBytes = "checked_bytes",
        RestoredBytes = "restored_bytes",
    }
}

/// What another session of the server, or this one, sent with NOTIFY.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    /// The channel's name.
    pub channel: String,
    /// Its text; empty when there is none.
    pub payload: String,
    /// The server's process of the session that sent it, as in `pg_stat_activity`. 0 to
    /// 9007199254740991 process id.
    pub process_id: u64,
}

/// What one statement of a script did, in short; the answer of `run_script` has the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatementDone {
    /// Its place among the statements, from 0. At least 0; in statements.
    pub index: u64,
    /// Where the statement begins in the script. At least 0; in code points.
    pub start: u64,
    /// Where it ends, without its delimiter. At least 0; in code points.
    pub end: u64,
    /// Running it and reading its rows. At least 0; in milliseconds.
    pub elapsed_ms: f64,
    /// Rows inserted, updated or deleted, or null when the statement is none that counts. 0 to
    /// 9007199254740991 rows.
    #[serde(deserialize_with = "crate::support::given")]
    pub affected_rows: Option<RowOffset>,
    /// Rows of its result, or null when it returned none. 0 to 9007199254740991 rows.
    #[serde(deserialize_with = "crate::support::given")]
    pub total_rows: Option<RowOffset>,
    /// Names its rows for `fetch`, or null when there are none. At most 64 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub result_id: Option<ResultId>,
    /// Why it failed, or null.
    #[serde(deserialize_with = "crate::support::given")]
    pub error_code: Option<ErrorCode>,
}
