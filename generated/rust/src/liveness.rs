// Generated from schema/ by `make generate`. Do not edit.
//! Whether the links to a database are still there.

use serde::{Deserialize, Serialize};

use crate::ConnectionId;
use crate::DbSessionId;
use crate::TransactionStatus;

/// Asks every database session of a connection that nobody uses whether it is there, all at the
/// same time, by one round trip that changes nothing. Those that do not answer are dropped, and the
/// next request opens new ones. A session that runs a statement, or whose result is half read, is
/// not asked. No statement is run again.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckConnectionRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// The answer comes by then. A session has as long to answer, but two seconds at most unless
    /// `after_sleep` is true. 1 to 60000 milliseconds.
    pub deadline_ms: u64,
    /// The machine was asleep, and its network may need a while: each session has the whole of
    /// `deadline_ms` to answer.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_sleep: Option<bool>,
}

impl CheckConnectionRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>, deadline_ms: u64) -> Self {
        Self {
            connection_id: connection_id.into(),
            deadline_ms,
            after_sleep: None,
        }
    }
}

/// What was found.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckConnectionResponse {
    /// The quickest answer of a session, or null when none was asked or none answered. At least 0;
    /// in milliseconds.
    #[serde(deserialize_with = "crate::support::given")]
    pub round_trip_ms: Option<f64>,
    /// Database sessions that were found dead now, those of `open_db_session` included. At least 0;
    /// in database sessions.
    pub dropped: u64,
    /// Those that `open_db_session` opened in this connection.
    pub db_sessions: Vec<DbSessionLife>,
}

/// Whether a database session of the client's own is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DbSessionLife {
    /// Names an open database session of this client. At most 64 characters.
    pub db_session_id: DbSessionId,
    /// False once it was lost: close it and open another one. One that could not be asked counts as
    /// alive.
    pub alive: bool,
    /// The state of the database session after the statement: `idle` is outside a transaction,
    /// `failed` is inside one that only a rollback ends.
    pub transaction_status: TransactionStatus,
}
