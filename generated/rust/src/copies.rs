// Generated from schema/ by `make generate`. Do not edit.
//! Rows of a table copied to another table, of the same database or of another one of any engine.

use serde::{Deserialize, Serialize};

use crate::ConnectionId;
use crate::ImportMode;
use crate::ObjectName;
use crate::ObjectRef;
use crate::RowOffset;
use crate::Timeout;
use crate::support::closed_enum;
use crate::support::open_enum;

/// Reads a table or a view in one consistent snapshot, and stores its rows in another table, which
/// is made if it is wanted. Values are stored exactly as they are or the row is refused: what the
/// other engine has no exact type for becomes text, with a warning that names the column. Progress
/// is reported in `copied_rows`.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CopyTableRequest {
    /// Where the rows are read. At most 64 characters.
    pub connection_id: ConnectionId,
    /// The table or the view whose rows are copied.
    pub object: ObjectRef,
    /// Where they are stored: the same connection or another one. At most 64 characters.
    pub target_connection_id: ConnectionId,
    /// The table that gets them, with its schema.
    pub target: ObjectRef,
    /// `create`: the target is made, and must not exist. `existing`: it must exist. `as_needed`: it
    /// is made if it does not exist. A new table has the columns, NOT NULL and the primary key
    /// before the rows, and its other keys, indexes, checks and foreign keys after them. Each of
    /// these that cannot be made is a warning.
    ///
    /// Default: `"create"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub structure: Option<CopyStructure>,
    /// The columns that are copied, each to the one of its name; null for all. At most 2000 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<ObjectName>>,
    /// What becomes of rows that the target has already.
    ///
    /// Default: `"insert"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<ImportMode>,
    /// One transaction for all rows. Else every batch is committed, and a copy that stops says how
    /// many rows are in.
    ///
    /// Default: `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_or_nothing: Option<bool>,
    /// Continue a copy that was stopped, with `mode` `insert`: only rows after the highest key in
    /// the target are copied. Needs a primary key of one integer column, and is refused with
    /// `conflict` unless the source has as many rows up to that key as the target has in all, and
    /// the same sum of their keys modulo 1,000,000,007. A copy that may be resumed is one with
    /// `all_or_nothing` false: it stores rows in the order of that key.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<bool>,
    /// Only say what would run, and what to know before: the answer has no rows.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// The user has agreed to the copy; see `confirmation_required`.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<bool>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl CopyTableRequest {
    /// With what is required; the rest is absent.
    pub fn new(
        connection_id: impl Into<String>,
        object: ObjectRef,
        target_connection_id: impl Into<String>,
        target: ObjectRef,
    ) -> Self {
        Self {
            connection_id: connection_id.into(),
            object,
            target_connection_id: target_connection_id.into(),
            target,
            structure: None,
            columns: None,
            mode: None,
            all_or_nothing: None,
            resume: None,
            dry_run: None,
            confirm: None,
            timeout_ms: None,
        }
    }
}

closed_enum! {
    /// `create`: the target is made, and must not exist. `existing`: it must exist. `as_needed`: it
    /// is made if it does not exist. A new table has the columns, NOT NULL and the primary key
    /// before the rows, and its other keys, indexes, checks and foreign keys after them. Each of
    /// these that cannot be made is a warning.
    pub enum CopyStructure {
        Create = "create",
        Existing = "existing",
        AsNeeded = "as_needed",
    }
}

/// What was copied.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CopyTableResponse {
    /// Rows that were read from the source. 0 to 9007199254740991 rows.
    pub read: RowOffset,
    /// Rows that were stored. 0 to 9007199254740991 rows.
    pub rows: RowOffset,
    /// Rows that `skip` left out. 0 to 9007199254740991 rows.
    pub skipped: RowOffset,
    /// Whether the target was made, or would be.
    pub created: bool,
    /// What was run, or would be, in order: the one that reads, then those that make the table and
    /// store the rows.
    pub statements: Vec<String>,
    /// Where the target differs from the source.
    pub warnings: Vec<CopyWarning>,
}

/// Something in which the target differs from the source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CopyWarning {
    /// `becomes_text`: the engine has no such type, and the values are kept as text. `other_type`:
    /// the values are kept in a type with another meaning, which the message says.
    /// `may_be_refused`: the type holds fewer values; a row with another one ends the copy.
    /// `left_out`: a default, a key, an index, a check, a foreign key, triggers, comments or a
    /// column are not in the target. `collation`: texts compare in another way than in the source.
    /// `next_number`: the numbers that the database gives new rows of an existing target do not go
    /// on after those that are copied.
    pub code: CopyWarningCode,
    /// A sentence for people.
    pub message: String,
    /// The column that it is about; null for the table.
    #[serde(deserialize_with = "crate::support::given")]
    pub column: Option<String>,
}

open_enum! {
    /// `becomes_text`: the engine has no such type, and the values are kept as text. `other_type`:
    /// the values are kept in a type with another meaning, which the message says.
    /// `may_be_refused`: the type holds fewer values; a row with another one ends the copy.
    /// `left_out`: a default, a key, an index, a check, a foreign key, triggers, comments or a
    /// column are not in the target. `collation`: texts compare in another way than in the source.
    /// `next_number`: the numbers that the database gives new rows of an existing target do not go
    /// on after those that are copied.
    pub enum CopyWarningCode {
        BecomesText = "becomes_text",
        OtherType = "other_type",
        MayBeRefused = "may_be_refused",
        LeftOut = "left_out",
        Collation = "collation",
        NextNumber = "next_number",
    }
}
