// Generated from schema/ by `make generate`. Do not edit.
//! The greeting: who speaks, which version, what the backend can do.

use serde::{Deserialize, Serialize};

use crate::support::Secret;

/// Greets the backend. Optional on a private socket and on stdio; on TCP it comes first and carries
/// the token.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HelloRequest {
    /// The contract's version: major differs when something broke, minor grows with each addition.
    pub protocol: ProtocolVersion,
    /// A program's name and version.
    pub client: Software,
    /// The backend's secret for this run; needed on TCP only. Secret: never logged. At most 256
    /// characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    /// Whether this client answers prompts: it waits for events, and sends `answer_prompt`. Without
    /// it, a request that needs an answer fails with `prompt_unanswered`.
    ///
    /// Default: `false`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompts: Option<bool>,
}

impl HelloRequest {
    /// With what is required; the rest is absent.
    pub fn new(protocol: ProtocolVersion, client: Software) -> Self {
        Self {
            protocol,
            client,
            token: None,
            prompts: None,
        }
    }
}

/// Who the backend is and what it can do. Features are tested by `capabilities`, never by version.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HelloResponse {
    /// The contract's version: major differs when something broke, minor grows with each addition.
    pub protocol: ProtocolVersion,
    /// A program's name and version.
    pub server: Software,
    /// The engines that `db_connect` takes.
    pub engines: Vec<String>,
    /// Names of the optional features that this backend knows: `events` for `wait_events`,
    /// `prompts` for `answer_prompt`, `check_connection` for the request of that name,
    /// `result_views` for `view_result`, `find_in_result` and `summarize_result`, `tables` for
    /// `open_table` and `count_rows`, `edits` for `apply_edits`, `exports` for `export_rows`,
    /// `alter` for `preview_alter`, `compare` for `compare_schemas`, `compare_rows` for the request
    /// of that name, `imports` for `preview_import`, `copies` for `copy_table`, `parquet` for its
    /// format of that name, `sql_help` for `inspect_sql` and `complete_sql`, `history` for
    /// `search_history` and `delete_history` where the backend keeps one, and those of which
    /// `db_connect_response.capabilities` says whether a connection has them.
    pub capabilities: Vec<String>,
    /// The bounds of this backend. A request beyond one that its client can know is answered
    /// `limit_exceeded`, or with the error that the bound names.
    pub limits: Limits,
}

/// The contract's version: major differs when something broke, minor grows with each addition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProtocolVersion {
    /// Must be the same on both sides. 0 to 65535 versions.
    pub major: u64,
    /// May differ. 0 to 65535 versions.
    pub minor: u64,
}

impl ProtocolVersion {
    /// With what is required; the rest is absent.
    pub fn new(major: u64, minor: u64) -> Self {
        Self { major, minor }
    }
}

/// A program's name and version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Software {
    /// For example `litebase`. At most 100 characters.
    pub name: String,
    /// For example `0.1.0`. At most 100 characters.
    pub version: String,
}

impl Software {
    /// With what is required; the rest is absent.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
        }
    }
}

/// A secret, as the backend wrote it into its token file. At most 256 characters.
pub type Token = String;

/// The bounds of this backend. A request beyond one that its client can know is answered
/// `limit_exceeded`, or with the error that the bound names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Payload of one frame, in either direction. At least 1; in bytes.
    pub max_frame_bytes: u64,
    /// Nested arrays and maps in one request. At least 1; in levels.
    pub max_depth: u64,
    /// Values in one request, keys and containers counted. At least 1; in values.
    pub max_items: u64,
    /// Channels at the same time. At least 1; in clients.
    pub max_clients: u64,
    /// Unanswered requests of one client. At least 1; in requests.
    pub max_requests_in_flight: u64,
    /// The frames of the unanswered requests of one client, all together; `cancel`, `health_check`,
    /// `wait_events` and `answer_prompt` always pass. At least 1; in bytes.
    pub max_requests_bytes: u64,
    /// Open connections of one client. At least 1; in connections.
    pub max_connections: u64,
    /// Database sessions of one connection, pinned ones included; a SQLite database in memory has
    /// one. Where there may be several, reading the catalog takes one more. At least 1; in database
    /// sessions.
    pub max_db_sessions: u64,
    /// Open results of one client. At least 1; in results.
    pub max_results: u64,
    /// Packed rows in one answer; at least one row is always sent. At least 1; in bytes.
    pub max_window_bytes: u64,
    /// One row in an answer; longer cells are cut and can be read with `cell_fetch`. At least 1; in
    /// bytes.
    pub max_row_bytes: u64,
    /// What `export_rows` writes into an answer. To a file it writes any amount. At least 1; in
    /// bytes.
    ///
    /// Since 0.2.
    pub max_content_bytes: u64,
    /// A workbook that is imported, unpacked: it is read whole. Text files may have any size. At
    /// least 1; in bytes.
    ///
    /// Since 0.2.
    pub max_workbook_bytes: u64,
    /// Temporary files of all results together. At least 0; in bytes.
    pub max_results_disk_bytes: u64,
    /// Notices of one statement; further ones are counted and dropped. At least 0; in notices.
    pub max_notices: u64,
    /// About the memory that the rows of a statement that writes may take, for example those of
    /// `RETURNING`; a statement with more is undone. At least 0; in bytes.
    pub max_returning_bytes: u64,
    /// One text or blob of SQLite; a longer one makes its statement fail. At least 1; in bytes.
    pub max_sqlite_cell_bytes: u64,
    /// SQLite's own memory in the whole process, the rows at hand included; a statement that wants
    /// more fails. At least 1; in bytes.
    pub max_sqlite_memory_bytes: u64,
    /// Payload of a frame before `hello` has shown the token, where one is due. At least 1; in
    /// bytes.
    pub max_greeting_bytes: u64,
    /// A frame that has begun must be complete by then, or the channel is closed. At least 1; in
    /// milliseconds.
    pub frame_timeout_ms: u64,
    /// Where a token is due, the channel is closed when it was not shown by then. At least 1; in
    /// milliseconds.
    pub hello_timeout_ms: u64,
    /// A client that takes nothing of an answer for so long is closed, and what it asked for is
    /// stopped. At least 1; in milliseconds.
    pub send_stall_ms: u64,
    /// A prompt that is not answered by then is withdrawn, and its request fails. The request's own
    /// time does not run meanwhile. At least 1; in milliseconds.
    ///
    /// Since 0.2.
    pub prompt_timeout_ms: u64,
}
