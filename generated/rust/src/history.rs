// Generated from schema/ by `make generate`. Do not edit.
//! What was run before, found again.

use serde::{Deserialize, Serialize};

use crate::ConnectionName;
use crate::SeenTime;
use crate::Timeout;
use crate::support::open_enum;

/// Looks for statements that were run, also by other backends with the same file and before a
/// restart. Unsupported where the backend keeps no history, and `hello_response.capabilities` has
/// no `history` then.
///
/// Since 0.2.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchHistoryRequest {
    /// Words or parts of words that all occur in the statement, in either case; empty for any
    /// statement. At most 1000 characters.
    ///
    /// Default: `""`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Only those of connections with this `name`; null for all. At most 200 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_name: Option<ConnectionName>,
    /// Only those of this database; null for all. At most 4096 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Only those with one of these outcomes; null for all. At most 10 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcomes: Option<Vec<RunOutcome>>,
    /// Only those that one of these had run; null for all. At most 10 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origins: Option<Vec<RunOrigin>>,
    /// Only those that were run before this: `at` of the last entry of the page before. Null for
    /// the newest. At most 40 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<SeenTime>,
    /// Entries in the answer at most. 1 to 1000 entries.
    ///
    /// Default: `100`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `10000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "crate::support::given_or_null")]
    pub timeout_ms: Option<Option<Timeout>>,
}

/// What was found, the newest first.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchHistoryResponse {
    /// The statements, those that were run last first.
    pub entries: Vec<HistoryEntry>,
    /// Whether there are no older ones that fit.
    pub complete: bool,
}

/// A statement that was run. Equal ones of the same connection, database, origin and outcome are
/// one entry, which tells of the last run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Names an entry of the history. 1 to 9007199254740991 entries.
    pub id: EntryNumber,
    /// The statement, without the secrets in it. Values of parameters are not kept.
    pub sql: String,
    /// Whether it is in full length; the history and this answer cut very long ones.
    pub sql_complete: bool,
    /// When it was run last, in UTC, as ISO 8601 text. At most 40 characters.
    pub at: SeenTime,
    /// How long it took until the first rows, or its end. At least 0; in milliseconds.
    pub ms: f64,
    /// Rows that it returned or changed; null when that is not known. 0 to 9007199254740991 rows.
    #[serde(deserialize_with = "crate::support::given")]
    pub rows: Option<u64>,
    /// `done`, `failed`, `cancelled`: stopped by a cancel, a timeout or the end of its connection.
    /// `unknown`: the link ended before the answer came.
    pub outcome: RunOutcome,
    /// Of one that failed, the database's own code, or else that of the error; null for others.
    #[serde(deserialize_with = "crate::support::given")]
    pub code: Option<String>,
    /// `name` of the connection.
    pub connection_name: String,
    /// The database, or the file; null when the connection named none.
    #[serde(deserialize_with = "crate::support::given")]
    pub database: Option<String>,
    /// What had it run. `user`: `query` or `run_script`. `table`: `open_table`, with placeholders
    /// for the values of its filters. `explain`: `explain_query` with `analyze`; what it changed
    /// was rolled back. `export`: `export_rows` of a table or a statement. `edit`: `apply_edits`,
    /// with placeholders for its values. `import`: an import. `copy`: `copy_table`, on the side of
    /// the target.
    pub origin: RunOrigin,
    /// How many times it was run with this outcome. 1 to 9007199254740991 runs.
    pub runs: u64,
}

/// Names an entry of the history. 1 to 9007199254740991 entries.
pub type EntryNumber = u64;

open_enum! {
    /// `done`, `failed`, `cancelled`: stopped by a cancel, a timeout or the end of its connection.
    /// `unknown`: the link ended before the answer came.
    pub enum RunOutcome {
        Done = "done",
        Failed = "failed",
        Cancelled = "cancelled",
        IsUnknown = "unknown",
    }
}

open_enum! {
    /// What had it run. `user`: `query` or `run_script`. `table`: `open_table`, with placeholders
    /// for the values of its filters. `explain`: `explain_query` with `analyze`; what it changed
    /// was rolled back. `export`: `export_rows` of a table or a statement. `edit`: `apply_edits`,
    /// with placeholders for its values. `import`: an import. `copy`: `copy_table`, on the side of
    /// the target.
    pub enum RunOrigin {
        User = "user",
        Table = "table",
        Explain = "explain",
        Export = "export",
        Edit = "edit",
        Import = "import",
        Copy = "copy",
    }
}

/// Forgets entries of the history; their text is erased from the file.
///
/// Since 0.2.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeleteHistoryRequest {
    /// These entries. At most 10000 items.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<EntryNumber>>,
    /// Everything, also what other backends with the same file have recorded.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<bool>,
}

/// They are gone.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeleteHistoryResponse {
    /// How many entries there were. 0 to 9007199254740991 entries.
    pub deleted: u64,
}
