// Generated from schema/ by `make generate`. Do not edit.
//! Database sessions of one's own, and transactions in them.

use serde::{Deserialize, Serialize};

use crate::ConnectionId;
use crate::DbSessionId;
use crate::Timeout;
use crate::TransactionStatus;
use crate::support::closed_enum;

/// Pins one database session, for example for a tab: transactions, temporary tables and settings
/// live there until it is closed.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenDbSessionRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
}

impl OpenDbSessionRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>) -> Self {
        Self {
            connection_id: connection_id.into(),
        }
    }
}

/// The database session is open.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenDbSessionResponse {
    /// Names an open database session of this client. At most 64 characters.
    pub db_session_id: DbSessionId,
    /// The state of the database session after the statement: `idle` is outside a transaction,
    /// `failed` is inside one that only a rollback ends.
    pub transaction_status: TransactionStatus,
}

/// Ends a database session. A statement that still runs is stopped; an open transaction is rolled
/// back. Its results stay readable as far as they were read.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloseDbSessionRequest {
    /// Names an open database session of this client. At most 64 characters.
    pub db_session_id: DbSessionId,
}

impl CloseDbSessionRequest {
    /// With what is required; the rest is absent.
    pub fn new(db_session_id: impl Into<String>) -> Self {
        Self {
            db_session_id: db_session_id.into(),
        }
    }
}

/// The database session is closed.
///
/// Since 0.1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CloseDbSessionResponse {}

/// Begins a transaction.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeginRequest {
    /// Names an open database session of this client. At most 64 characters.
    pub db_session_id: DbSessionId,
    /// What the transaction sees of others; `default` is the server's setting. SQLite is always
    /// serializable.
    ///
    /// Default: `"default"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isolation_level: Option<IsolationLevel>,
    /// Let the server refuse writes in this transaction.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl BeginRequest {
    /// With what is required; the rest is absent.
    pub fn new(db_session_id: impl Into<String>) -> Self {
        Self {
            db_session_id: db_session_id.into(),
            isolation_level: None,
            read_only: None,
            timeout_ms: None,
        }
    }
}

/// The transaction has begun.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeginResponse {
    /// The state of the database session after the statement: `idle` is outside a transaction,
    /// `failed` is inside one that only a rollback ends.
    pub transaction_status: TransactionStatus,
}

/// Makes the transaction's changes last.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommitRequest {
    /// Names an open database session of this client. At most 64 characters.
    pub db_session_id: DbSessionId,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl CommitRequest {
    /// With what is required; the rest is absent.
    pub fn new(db_session_id: impl Into<String>) -> Self {
        Self {
            db_session_id: db_session_id.into(),
            timeout_ms: None,
        }
    }
}

/// The transaction is committed.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommitResponse {
    /// The state of the database session after the statement: `idle` is outside a transaction,
    /// `failed` is inside one that only a rollback ends.
    pub transaction_status: TransactionStatus,
}

/// Ends the transaction without its changes.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RollbackRequest {
    /// Names an open database session of this client. At most 64 characters.
    pub db_session_id: DbSessionId,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl RollbackRequest {
    /// With what is required; the rest is absent.
    pub fn new(db_session_id: impl Into<String>) -> Self {
        Self {
            db_session_id: db_session_id.into(),
            timeout_ms: None,
        }
    }
}

/// The transaction is rolled back.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RollbackResponse {
    /// The state of the database session after the statement: `idle` is outside a transaction,
    /// `failed` is inside one that only a rollback ends.
    pub transaction_status: TransactionStatus,
}

/// Sets a mark in the transaction to which it can be rolled back.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavepointRequest {
    /// Names an open database session of this client. At most 64 characters.
    pub db_session_id: DbSessionId,
    /// A name for a mark, chosen by the client. At most 60 characters.
    pub name: SavepointName,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl SavepointRequest {
    /// With what is required; the rest is absent.
    pub fn new(db_session_id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            db_session_id: db_session_id.into(),
            name: name.into(),
            timeout_ms: None,
        }
    }
}

/// The mark is set.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavepointResponse {
    /// The state of the database session after the statement: `idle` is outside a transaction,
    /// `failed` is inside one that only a rollback ends.
    pub transaction_status: TransactionStatus,
}

/// Undoes what the transaction did since a mark; the mark stays.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RollbackToSavepointRequest {
    /// Names an open database session of this client. At most 64 characters.
    pub db_session_id: DbSessionId,
    /// A name for a mark, chosen by the client. At most 60 characters.
    pub name: SavepointName,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl RollbackToSavepointRequest {
    /// With what is required; the rest is absent.
    pub fn new(db_session_id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            db_session_id: db_session_id.into(),
            name: name.into(),
            timeout_ms: None,
        }
    }
}

/// The transaction is back at the mark.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RollbackToSavepointResponse {
    /// The state of the database session after the statement: `idle` is outside a transaction,
    /// `failed` is inside one that only a rollback ends.
    pub transaction_status: TransactionStatus,
}

/// Forgets a mark and keeps what was done since.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReleaseSavepointRequest {
    /// Names an open database session of this client. At most 64 characters.
    pub db_session_id: DbSessionId,
    /// A name for a mark, chosen by the client. At most 60 characters.
    pub name: SavepointName,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl ReleaseSavepointRequest {
    /// With what is required; the rest is absent.
    pub fn new(db_session_id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            db_session_id: db_session_id.into(),
            name: name.into(),
            timeout_ms: None,
        }
    }
}

/// The mark is gone.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReleaseSavepointResponse {
    /// The state of the database session after the statement: `idle` is outside a transaction,
    /// `failed` is inside one that only a rollback ends.
    pub transaction_status: TransactionStatus,
}

/// A name for a mark, chosen by the client. At most 60 characters.
pub type SavepointName = String;

closed_enum! {
    /// What the transaction sees of others; `default` is the server's setting. SQLite is always
    /// serializable.
    pub enum IsolationLevel {
        Default = "default",
        ReadUncommitted = "read_uncommitted",
        ReadCommitted = "read_committed",
        RepeatableRead = "repeatable_read",
        Serializable = "serializable",
    }
}
