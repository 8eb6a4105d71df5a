// Generated from schema/ by `make generate`. Do not edit.
//! Changing rows of tables, all of them or none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Cell;
use crate::ConnectionId;
use crate::DbSessionId;
use crate::ObjectName;
use crate::ObjectRef;
use crate::PositionalParameters;
use crate::SqlText;
use crate::Timeout;
use crate::TransactionStatus;
use crate::support::closed_enum;
use crate::support::open_enum;

/// Inserts, updates and deletes rows, each by a statement of its own and exactly one row each, or
/// changes nothing at all. A statement that updates or deletes also compares the old values, so
/// that nobody's change is overwritten. In a database session with an open transaction the edits
/// become a part of it, after a savepoint, and are not committed; without one they are one
/// transaction. The tables are looked up first, in a database session of its own, so what an open
/// transaction has made is not found before its commit. What the database refuses is an error that
/// begins with the place of the edit; only a constraint that is checked at COMMIT names none.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApplyEditsRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// Apply them in this database session; null for one of their own. At most 64 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub db_session_id: Option<DbSessionId>,
    /// In the order in which they are applied. Each row occurs once; another form of its key, such
    /// as `1` and `01`, is the same row. At most 10000 items.
    pub edits: Vec<RowEdit>,
    /// Apply nothing, and answer with the statements that would run.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// The user has agreed to change a production database; see `confirmation_required`.
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

impl ApplyEditsRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>, edits: Vec<RowEdit>) -> Self {
        Self {
            connection_id: connection_id.into(),
            db_session_id: None,
            edits,
            dry_run: None,
            confirm: None,
            timeout_ms: None,
        }
    }
}

/// What became of each edit.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApplyEditsResponse {
    /// The statement of each edit. Empty where together they would take more than 4 MiB; a
    /// `dry_run` is refused then.
    pub statements: Vec<EditStatement>,
    /// One for each edit, in their order. Unless all are `applied`, nothing was changed.
    pub outcomes: Vec<EditOutcome>,
    /// Whether the changes last: false when nothing was changed, and in an open transaction, which
    /// decides about them later.
    pub committed: bool,
    /// The state of the database session after the statement: `idle` is outside a transaction,
    /// `failed` is inside one that only a rollback ends.
    pub transaction_status: TransactionStatus,
}

/// A change of one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowEdit {
    /// What to do with the row.
    pub action: EditAction,
    /// The table. A view is refused.
    pub object: ObjectRef,
    /// Which row to update or delete: a value for each column of the table's `row_identity`, as it
    /// was read. Where its source is `none`, a value for every column; then the row must be the
    /// only one with them, and not all of them may be floats, JSON or bytes.
    ///
    /// Default: `{}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<CellsByColumn>,
    /// What the row is expected to contain, as it was read; the edit is a conflict if it contains
    /// something else. An update needs the old value of every column that it changes.
    ///
    /// Default: `{}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<CellsByColumn>,
    /// The values to store. Columns that an insert leaves out get their default. Null is NULL, and
    /// not the default.
    ///
    /// Default: `{}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<NewValues>,
}

impl RowEdit {
    /// With what is required; the rest is absent.
    pub fn new(action: EditAction, object: ObjectRef) -> Self {
        Self {
            action,
            object,
            identity: None,
            old: None,
            new: None,
        }
    }
}

closed_enum! {
    /// What to do with the row.
    pub enum EditAction {
        Insert = "insert",
        Update = "update",
        Delete = "delete",
    }
}

/// Cells by the names of their columns.
pub type CellsByColumn = BTreeMap<String, Cell>;

/// Values by the names of their columns. A value is taken for the type of its column, never for
/// that of its own form.
pub type NewValues = BTreeMap<String, NewValue>;

/// A cell, or the default of its column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NewValue {
    Cell(Cell),
    ColumnDefault(ColumnDefault),
}

impl From<Cell> for NewValue {
    fn from(value: Cell) -> Self {
        Self::Cell(value)
    }
}

impl From<ColumnDefault> for NewValue {
    fn from(value: ColumnDefault) -> Self {
        Self::ColumnDefault(value)
    }
}

/// The default of the column, whatever it is at that time: `{default: true}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnDefault {
    /// Always true.
    pub default: crate::support::True,
}

impl ColumnDefault {
    /// With what is required; the rest is absent.
    pub fn new() -> Self {
        Self {
            default: crate::support::True,
        }
    }
}

impl Default for ColumnDefault {
    fn default() -> Self {
        Self::new()
    }
}

/// A statement, and the values for its placeholders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditStatement {
    /// One SQL statement in the engine's own dialect, without NUL characters. At most 16777216
    /// characters.
    pub sql: SqlText,
    /// One value per placeholder, in order. At most 65535 items.
    pub params: PositionalParameters,
}

/// What became of an edit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditOutcome {
    /// `applied`. `conflict`: the row does not contain the old values any more. `gone`: there is no
    /// such row any more. `not_run`: nothing was changed because of another edit, or it was a
    /// `dry_run`.
    pub outcome: EditOutcomeName,
    /// After an insert or an update the row as it is stored, with defaults, generated columns and
    /// what triggers made of it; null otherwise, and where it cannot be found again.
    #[serde(deserialize_with = "crate::support::given")]
    pub row: Option<CellsByColumn>,
    /// After a conflict the row as it is now; null otherwise.
    #[serde(deserialize_with = "crate::support::given")]
    pub current: Option<CellsByColumn>,
    /// Columns whose cells are left out of `row` or `current`: those of more than 65,536 bytes, and
    /// long ones beyond 8 MiB in the whole answer.
    pub omitted: Vec<ObjectName>,
    /// Why, as a sentence for people, where the outcome alone does not say it; of an `applied`
    /// edit, that the row does not contain exactly what was sent; else null.
    #[serde(deserialize_with = "crate::support::given")]
    pub message: Option<String>,
}

open_enum! {
    /// `applied`. `conflict`: the row does not contain the old values any more. `gone`: there is no
    /// such row any more. `not_run`: nothing was changed because of another edit, or it was a
    /// `dry_run`.
    pub enum EditOutcomeName {
        Applied = "applied",
        Conflict = "conflict",
        Gone = "gone",
        NotRun = "not_run",
    }
}
