// Generated from schema/ by `make generate`. Do not edit.
//! What a database server does for everybody: its sessions, who waits for whom, and stopping one.

use serde::{Deserialize, Serialize};

use crate::ConnectionId;
use crate::DbSessionId;
use crate::Timeout;
use crate::support::closed_enum;
use crate::support::open_enum;

/// Lists what the server's sessions do at this moment. It is read in a database session of the
/// backend's own, which is not in the list.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListDbProcessesRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// Processes in the answer at most. Those that wait or are waited for come first, then those
    /// that run something, the longest first. 1 to 5000 processes.
    ///
    /// Default: `1000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `30000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "crate::support::given_or_null")]
    pub timeout_ms: Option<Option<Timeout>>,
}

impl ListDbProcessesRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>) -> Self {
        Self {
            connection_id: connection_id.into(),
            limit: None,
            timeout_ms: None,
        }
    }
}

/// The sessions of the server.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListDbProcessesResponse {
    /// Those that wait or are waited for first, then those that run something, the longest first.
    pub processes: Vec<DbProcess>,
    /// Whether these are all that this user may see; false when there are more than `limit`.
    pub complete: bool,
    /// What this user's privileges keep from the list, as a sentence for people that says what
    /// would show it; null when nothing is known to be hidden.
    #[serde(deserialize_with = "crate::support::given")]
    pub hidden_reason: Option<String>,
}

/// One session of the server, or a process of the server's own that works in a database.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DbProcess {
    /// The server's number of a session. Numbers are used again, so one is good only together with
    /// what was seen. At most 20 characters.
    pub process_id: DbProcessNumber,
    /// Whose session it is; null for one of the server's own.
    #[serde(deserialize_with = "crate::support::given")]
    pub user: Option<String>,
    /// Its database; null when it has none.
    #[serde(deserialize_with = "crate::support::given")]
    pub database: Option<String>,
    /// The address it comes from, as the server writes it; null when it is not known, and for a
    /// Unix socket.
    #[serde(deserialize_with = "crate::support::given")]
    pub client: Option<String>,
    /// What the client calls itself, or which process of the server it is; null when that is not
    /// known.
    #[serde(deserialize_with = "crate::support::given")]
    pub application: Option<String>,
    /// `active`: it runs a statement. `idle`: it waits for its client, with no transaction open.
    /// `idle_in_transaction`: the same, and a transaction is open, which may hold locks.
    /// `failed_transaction`: the same, and the transaction can only be rolled back. `hidden`: this
    /// user may not know.
    pub state: DbProcessState,
    /// The statement that it runs; in PostgreSQL the last one when it runs none. Perhaps cut, by
    /// the server too. Null when there is none, and when it is hidden. At most 10000 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub sql: Option<SeenSql>,
    /// Whether the backend has not cut `sql`.
    pub sql_complete: bool,
    /// When the statement of `sql` began; in MySQL, of a session that runs none, since when it runs
    /// none. In UTC by the server's clock, as ISO 8601 text. Null when it is hidden. At most 40
    /// characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub started_at: Option<SeenTime>,
    /// For how long it has been in its `state`, by the server's clock; null when it is hidden. 0 to
    /// 9007199254740991 milliseconds.
    #[serde(deserialize_with = "crate::support::given")]
    pub elapsed_ms: Option<u64>,
    /// What it waits for, in the server's own words; null when it does not wait, or that is not
    /// known.
    #[serde(deserialize_with = "crate::support::given")]
    pub waits_for: Option<String>,
    /// The processes that have to end something before it can go on. Empty when it waits for none,
    /// and when the server does not say for which: see the documentation of the engine.
    pub blocked_by: Vec<DbProcessNumber>,
    /// Whether it is a database session of this backend, of any of its clients.
    pub ours: bool,
    /// The database session of this client that it is, as `open_db_session` named it; null for any
    /// other. At most 64 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub db_session_id: Option<DbSessionId>,
}

/// The server's number of a session. Numbers are used again, so one is good only together with what
/// was seen. At most 20 characters.
pub type DbProcessNumber = String;

/// The text of a statement, as the server shows it to others. At most 10000 characters.
pub type SeenSql = String;

/// A moment by the server's clock, as ISO 8601 text. At most 40 characters.
pub type SeenTime = String;

open_enum! {
    /// `active`: it runs a statement. `idle`: it waits for its client, with no transaction open.
    /// `idle_in_transaction`: the same, and a transaction is open, which may hold locks.
    /// `failed_transaction`: the same, and the transaction can only be rolled back. `hidden`: this
    /// user may not know.
    pub enum DbProcessState {
        Active = "active",
        Idle = "idle",
        IdleInTransaction = "idle_in_transaction",
        FailedTransaction = "failed_transaction",
        Hidden = "hidden",
    }
}

/// Stops what a session of the server runs, or ends the session, if it still runs what was seen.
/// Refused on a read-only connection, where `cancel` stops the client's own requests.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StopDbProcessRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// The server's number of a session. Numbers are used again, so one is good only together with
    /// what was seen. At most 20 characters.
    pub process_id: DbProcessNumber,
    /// `cancel`: stop the statement; its session and its transaction stay. `terminate`: end the
    /// session, whose transaction is rolled back.
    pub how: StopHow,
    /// What the list showed of the process, as it was.
    pub seen: SeenProcess,
    /// The user agrees. Needed where the connection's environment is `production`.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<bool>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `30000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "crate::support::given_or_null")]
    pub timeout_ms: Option<Option<Timeout>>,
}

impl StopDbProcessRequest {
    /// With what is required; the rest is absent.
    pub fn new(
        connection_id: impl Into<String>,
        process_id: impl Into<String>,
        how: StopHow,
        seen: SeenProcess,
    ) -> Self {
        Self {
            connection_id: connection_id.into(),
            process_id: process_id.into(),
            how,
            seen,
            confirm: None,
            timeout_ms: None,
        }
    }
}

closed_enum! {
    /// `cancel`: stop the statement; its session and its transaction stay. `terminate`: end the
    /// session, whose transaction is rolled back.
    pub enum StopHow {
        Cancel = "cancel",
        Terminate = "terminate",
    }
}

/// What the list showed of the process, as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeenProcess {
    /// `started_at` of the list. At most 40 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub started_at: Option<SeenTime>,
    /// `sql` of the list, cut or not. At most 10000 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub sql: Option<SeenSql>,
}

impl SeenProcess {
    /// With what is required; the rest is absent.
    pub fn new(started_at: Option<SeenTime>, sql: Option<SeenSql>) -> Self {
        Self { started_at, sql }
    }
}

/// What came of it.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StopDbProcessResponse {
    /// `stopped`: the statement, or the session, has ended. `still_runs`: the server was asked and
    /// obeys, but the end was not seen within two seconds: list again. `gone`: there was no such
    /// process any more. `another_statement`: it had gone on to something else, and nothing was
    /// done. `nothing_to_cancel`: it runs no statement, so only `terminate` would do something.
    pub outcome: StopOutcome,
}

open_enum! {
    /// `stopped`: the statement, or the session, has ended. `still_runs`: the server was asked and
    /// obeys, but the end was not seen within two seconds: list again. `gone`: there was no such
    /// process any more. `another_statement`: it had gone on to something else, and nothing was
    /// done. `nothing_to_cancel`: it runs no statement, so only `terminate` would do something.
    pub enum StopOutcome {
        Stopped = "stopped",
        StillRuns = "still_runs",
        Gone = "gone",
        AnotherStatement = "another_statement",
        NothingToCancel = "nothing_to_cancel",
    }
}
