// Generated from schema/ by `make generate`. Do not edit.
//! The one way in which a request fails.

use serde::{Deserialize, Serialize};

use crate::Notice;
use crate::PromptKind;
use crate::TransactionStatus;
use crate::support::open_enum;

/// The answer to a request that failed, or a word about a frame that could not be read.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorData {
    /// What went wrong, as a stable word to act on.
    pub code: ErrorCode,
    /// For people: what was tried, on what, and what to do.
    pub message: String,
    /// Whether the same request may succeed later without a change.
    pub retryable: bool,
    /// More about this error; which keys it has follows from `code`, see the table of error codes.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<ErrorDetails>,
    /// The state of the database session that the request named with `db_session_id`, after the
    /// error; null when it named none.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_status: Option<TransactionStatus>,
    /// The database's remarks before the error, in order.
    ///
    /// Default: `[]`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notices: Option<Vec<Notice>>,
}

/// A map described by the details definition of the error code.
pub type ErrorDetails = crate::support::Map;

open_enum! {
    /// What went wrong, as a stable word to act on.
    pub enum ErrorCode {
        /// The bytes are not one MessagePack map of the envelope's form. The channel is closed
        /// after this answer.
        InvalidFrame = "invalid_frame",
        /// The length prefix is above the limit; the body was not read. The channel is closed after
        /// this answer.
        FrameTooLarge = "frame_too_large",
        /// A field is missing, unknown, of the wrong type or out of range.
        InvalidMessage = "invalid_message",
        /// No request has this message type.
        UnknownType = "unknown_type",
        /// A request with this id is still in flight; that request goes on.
        DuplicateId = "duplicate_id",
        /// The token is missing or wrong, or something other than `hello` was sent first. The
        /// channel is closed after this answer.
        Unauthenticated = "unauthenticated",
        /// The client's protocol major is not the backend's.
        UnsupportedProtocol = "unsupported_protocol",
        /// A bound was reached: close something, ask for less, or try again later.
        LimitExceeded = "limit_exceeded",
        /// The database could not be opened.
        ConnectFailed = "connect_failed",
        /// No such id, or no such database file.
        NotFound = "not_found",
        /// The link to the database ended; nothing was changed by this request. The next request
        /// connects again.
        ConnectionLost = "connection_lost",
        /// A write was sent and no answer came: it may or may not have happened. It is never sent
        /// again by the backend.
        OutcomeUnknown = "outcome_unknown",
        /// The database refused or aborted the statement.
        QueryFailed = "query_failed",
        /// The statement would write and the connection is read-only.
        ReadOnly = "read_only",
        /// The script cannot be split into statements, for example because a string is not closed;
        /// nothing was run.
        InvalidScript = "invalid_script",
        /// The request was cancelled by its client.
        Cancelled = "cancelled",
        /// The request took longer than its `timeout_ms` and was stopped.
        Timeout = "timeout",
        /// The request does not fit the present state, for example a result whose reading was
        /// stopped.
        Conflict = "conflict",
        /// This engine or this build cannot do it; the message says what can.
        Unsupported = "unsupported",
        /// The backend is ending and takes no new work.
        ShuttingDown = "shutting_down",
        /// A fault of the backend. `details.incident` is in its log.
        Internal = "internal",
        /// The connection's environment is `production`, and the statement does not certainly only
        /// read; it was not run. Ask the user, and send it again with `confirm`.
        ConfirmationRequired = "confirmation_required",
        /// The request needs an answer of a person, and there was none: the client does not answer
        /// prompts, or the person refused or did not answer in time. Nothing was done.
        PromptUnanswered = "prompt_unanswered",
        /// A file of the backend's machine cannot be read or written as the request asks. The file
        /// that was there, if any, is as it was.
        FileFailed = "file_failed",
        /// A row of a file or of a copied table cannot be stored exactly as it is, or cannot be
        /// read. The message says how many rows are in.
        RowRejected = "row_rejected",
        /// A program of the database, such as `pg_dump`, was started and failed. The message has
        /// its last words.
        ToolFailed = "tool_failed",
    }
}

/// Which field was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvalidMessageDetails {
    /// Where in the message, as a JSON pointer, for example `/data/sql`.
    pub path: String,
}

/// What there is to confirm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfirmationDetails {
    /// What a statement does, judged by its text. `reads`: nothing that outlasts the session.
    /// `writes`: it changes rows. `defines`: it changes what exists. `transaction`: it begins, ends
    /// or marks a transaction. `unknown`: it may do anything, for example in a function that it
    /// calls.
    pub effect: StatementEffect,
}

/// What was asked, and why there is no answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PromptDetails {
    /// What is asked for. `password`: of a user. `passphrase`: of a key. `one_time_code`: from a
    /// device or a message, for this login only. `token`: a password that runs out, for example of
    /// a cloud login. `host_key`: whether the key that a host shows is its own. `approval`: whether
    /// something may be done. Whoever does not know a kind refuses it.
    pub kind: PromptKind,
    /// The question, for people.
    pub text: String,
    /// `no_prompts`: the client did not say `prompts` in `hello`, or has never waited for events.
    /// `refused`: it answered with null. `timed_out`: it did not answer within `prompt_timeout_ms`.
    pub reason: NoAnswerReason,
}

/// Which file, and what is in the way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileFailedDetails {
    /// The file.
    pub path: String,
    /// `exists`: there is a file, and it was not to be overwritten. `is_folder`, `is_link`,
    /// `is_database`, `not_yours`, `not_a_file`: what is there is never overwritten, and but for
    /// `not_yours` it is not read either. `no_folder`: the folder does not exist. `not_permitted`:
    /// the system does not allow it. `no_space`: the disk, or what the user may have of it, is
    /// full. Of a file that is read, `missing`: there is none. `changed`: it is another one than
    /// when reading it began. `too_large`: it is, or what is packed in it. `not_readable`: it is
    /// not what its format says; `not_a_dump`: it is nothing that can be restored; `other_engine`:
    /// it is a dump of another engine; `incomplete`: its end is missing, or it is damaged.
    /// `failed`: anything else; the message has the system's words.
    pub reason: FileFailure,
}

/// Which row, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowRejectedDetails {
    /// The line of the file where the row begins, from 1; in a workbook the row of the sheet, in
    /// JSON the number of the object; of a copy the number of the row as it was read. 0 to
    /// 9007199254740991 lines.
    pub line: u64,
    /// The column of the table; null where it is about the whole row.
    #[serde(deserialize_with = "crate::support::given")]
    pub column: Option<String>,
    /// For people.
    pub reason: String,
    /// The engine's own code, where the database refused the row.
    #[serde(deserialize_with = "crate::support::given")]
    pub engine_code: Option<String>,
    /// Rows that are stored all the same: those of batches that were committed before. 0 to
    /// 9007199254740991 rows.
    pub rows_kept: u64,
}

open_enum! {
    /// `exists`: there is a file, and it was not to be overwritten. `is_folder`, `is_link`,
    /// `is_database`, `not_yours`, `not_a_file`: what is there is never overwritten, and but for
    /// `not_yours` it is not read either. `no_folder`: the folder does not exist. `not_permitted`:
    /// the system does not allow it. `no_space`: the disk, or what the user may have of it, is
    /// full. Of a file that is read, `missing`: there is none. `changed`: it is another one than
    /// when reading it began. `too_large`: it is, or what is packed in it. `not_readable`: it is
    /// not what its format says; `not_a_dump`: it is nothing that can be restored; `other_engine`:
    /// it is a dump of another engine; `incomplete`: its end is missing, or it is damaged.
    /// `failed`: anything else; the message has the system's words.
    pub enum FileFailure {
        Exists = "exists",
        IsFolder = "is_folder",
        IsLink = "is_link",
        IsDatabase = "is_database",
        NotYours = "not_yours",
        NotAFile = "not_a_file",
        NoFolder = "no_folder",
        NotPermitted = "not_permitted",
        NoSpace = "no_space",
        Missing = "missing",
        Changed = "changed",
        TooLarge = "too_large",
        NotReadable = "not_readable",
        NotADump = "not_a_dump",
        OtherEngine = "other_engine",
        Incomplete = "incomplete",
        Failed = "failed",
    }
}

/// How a program ended.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolFailedDetails {
    /// The program, as a path.
    pub tool: String,
    /// Its version.
    pub tool_version: String,
    /// Its exit code; null when a signal ended it.
    #[serde(deserialize_with = "crate::support::given")]
    pub exit_code: Option<i64>,
    /// What it reported, without passwords; of a long report the end.
    pub log: String,
}

open_enum! {
    /// `no_prompts`: the client did not say `prompts` in `hello`, or has never waited for events.
    /// `refused`: it answered with null. `timed_out`: it did not answer within `prompt_timeout_ms`.
    pub enum NoAnswerReason {
        NoPrompts = "no_prompts",
        Refused = "refused",
        TimedOut = "timed_out",
    }
}

open_enum! {
    /// What a statement does, judged by its text. `reads`: nothing that outlasts the session.
    /// `writes`: it changes rows. `defines`: it changes what exists. `transaction`: it begins, ends
    /// or marks a transaction. `unknown`: it may do anything, for example in a function that it
    /// calls.
    pub enum StatementEffect {
        Reads = "reads",
        Writes = "writes",
        Defines = "defines",
        Transaction = "transaction",
        IsUnknown = "unknown",
    }
}

/// Which bound was reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitDetails {
    /// The bound's name, as in `hello_response.limits` or in the request.
    pub limit: String,
    /// Its value, in the unit that its name says.
    pub maximum: i64,
}

/// How far opening the database came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectFailedDetails {
    /// A step of opening a database. `name`: looking up the host, or the file. `tcp`: reaching an
    /// address, or a Unix socket. `tls`: encrypting the link. `auth`: logging in. `database`:
    /// entering the database, or opening the file. `settings`: making the settings that the backend
    /// relies on, whose failure is said of `database`, and running `init_sql`. `tunnel`: reaching
    /// the SSH host, and opening the tunnel through it; the other steps are then those behind it.
    pub stage: ConnectStage,
    /// The engine's own code, or null when it gave none.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_code: Option<String>,
    /// Every step up to the one that failed, which is the last.
    ///
    /// Default: `[]`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Vec<TraceStep>>,
}

/// A step of opening a database session. Where a host has several addresses, or a login is tried
/// again in another way, steps come again. A tunnel has one for the start of ssh, or for one that
/// is open already, and one for each SSH host on the way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceStep {
    /// A step of opening a database. `name`: looking up the host, or the file. `tcp`: reaching an
    /// address, or a Unix socket. `tls`: encrypting the link. `auth`: logging in. `database`:
    /// entering the database, or opening the file. `settings`: making the settings that the backend
    /// relies on, whose failure is said of `database`, and running `init_sql`. `tunnel`: reaching
    /// the SSH host, and opening the tunnel through it; the other steps are then those behind it.
    pub stage: ConnectStage,
    /// The name that was looked up, or the address that was spoken to; null for a file, a Unix
    /// socket or the start of ssh.
    #[serde(deserialize_with = "crate::support::given")]
    pub host: Option<String>,
    /// How long it took. At least 0; in milliseconds.
    pub ms: f64,
    /// How a step ended.
    pub outcome: StepOutcome,
}

open_enum! {
    /// How a step ended.
    pub enum StepOutcome {
        Done = "done",
        Failed = "failed",
    }
}

open_enum! {
    /// A step of opening a database. `name`: looking up the host, or the file. `tcp`: reaching an
    /// address, or a Unix socket. `tls`: encrypting the link. `auth`: logging in. `database`:
    /// entering the database, or opening the file. `settings`: making the settings that the backend
    /// relies on, whose failure is said of `database`, and running `init_sql`. `tunnel`: reaching
    /// the SSH host, and opening the tunnel through it; the other steps are then those behind it.
    pub enum ConnectStage {
        Name = "name",
        Tcp = "tcp",
        Tls = "tls",
        Auth = "auth",
        Database = "database",
        Settings = "settings",
        Tunnel = "tunnel",
    }
}

/// What was not found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotFoundDetails {
    /// The name of the field that held the id, for example `result_id`.
    pub what: String,
    /// The id as it was sent, shortened to 64 characters.
    pub id: String,
}

/// What the engine said about the statement. A key that the engine does not report is null.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryFailedDetails {
    /// The engine's own code, for example `SQLITE_CONSTRAINT_UNIQUE`.
    #[serde(deserialize_with = "crate::support::given")]
    pub engine_code: Option<String>,
    /// The five characters of the SQL standard.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sqlstate: Option<String>,
    /// Offset in the SQL text as it was sent, from 0. At least 0; in code points.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<TextOffset>,
    /// The line of `position`, from 1. At least 0; in code points.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<TextOffset>,
    /// The column of `position` in its line, from 1. At least 0; in code points.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<TextOffset>,
    /// The engine's further explanation.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The engine's advice.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The constraint that was violated.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint_name: Option<String>,
    /// The table that the error is about.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table_name: Option<String>,
    /// The column that the error is about.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column_name: Option<String>,
}

/// Where the script cannot be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScriptDetails {
    /// Offset in the script, from 0. At least 0; in code points.
    pub position: u64,
    /// Its line, from 1. At least 1; in lines.
    pub line: u64,
    /// Its column in the line, from 1. At least 1; in code points.
    pub column: u64,
}

/// A place in a text, counted in Unicode code points. At least 0; in code points.
pub type TextOffset = u64;

/// How to find the fault in the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InternalDetails {
    /// An id that stands in the backend's log beside the cause.
    pub incident: String,
}
