// Generated from schema/ by `make generate`. Do not edit.
//! Changes of tables, as the statements that make them.

use serde::{Deserialize, Serialize};

use crate::ColumnGenerated;
use crate::ColumnIdentity;
use crate::ConnectionId;
use crate::ForeignKeyAction;
use crate::ObjectName;
use crate::ObjectRef;
use crate::Timeout;
use crate::support::closed_enum;
use crate::support::open_enum;

/// Writes the statements that change a table, or make one, and says what they do to it. Nothing is
/// changed: the statements are for `run_script`, joined by `;` and a line end, and for a look
/// before that. The changes are made in their order, each on what those before it have made, and
/// the statements lead from the table as it is to the outcome in an order that runs. Like a list,
/// the table is read in a database session of its own, so what an open transaction has made is not
/// found before its commit.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewAlterRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// A table. With the change `create_table` it does not exist yet.
    pub object: ObjectRef,
    /// What is to be changed. Two changes of the same property of one column contradict each other
    /// and are refused. Only a name may be changed again, so that two columns exchange theirs by a
    /// third name. At most 1000 items.
    pub changes: Vec<AlterChange>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `30000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "crate::support::given_or_null")]
    pub timeout_ms: Option<Option<Timeout>>,
}

impl PreviewAlterRequest {
    /// With what is required; the rest is absent.
    pub fn new(
        connection_id: impl Into<String>,
        object: ObjectRef,
        changes: Vec<AlterChange>,
    ) -> Self {
        Self {
            connection_id: connection_id.into(),
            object,
            changes,
            timeout_ms: None,
        }
    }
}

/// The statements, and what to know before they are run.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewAlterResponse {
    /// In the order in which they are run, in one database session without an open transaction:
    /// where there are several and the engine can undo them, they begin and end a transaction of
    /// their own. Empty when the changes leave everything as it is.
    pub statements: Vec<PlannedStatement>,
    /// What the statements do beside what was asked for, or may fail at.
    pub warnings: Vec<AlterWarning>,
}

/// One statement of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedStatement {
    /// Its text, without a delimiter at the end.
    pub sql: String,
    /// What it makes, changes or removes; null for the bounds of a transaction and for settings.
    #[serde(deserialize_with = "crate::support::given")]
    pub object: Option<ObjectRef>,
    /// Whether something is gone after it that no later statement of the plan makes again.
    pub destructive: bool,
}

/// Something to know before the statements are run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlterWarning {
    /// `rewrites_table`: every row is written again, which takes long for a large table.
    /// `locks_table`: nobody else writes, or reads, meanwhile. `loses_data`: values are gone
    /// afterwards. `converts_values`: values become those of another type. `may_fail`: it depends
    /// on the rows whether a statement succeeds. `not_transactional`: a failure leaves what was
    /// done before. `uses_settings`: a setting of the session is changed and set back.
    /// `affects_others`: other objects use the table and may need a change, or are made again.
    pub code: AlterWarningCode,
    /// A sentence for people.
    pub message: String,
}

open_enum! {
    /// `rewrites_table`: every row is written again, which takes long for a large table.
    /// `locks_table`: nobody else writes, or reads, meanwhile. `loses_data`: values are gone
    /// afterwards. `converts_values`: values become those of another type. `may_fail`: it depends
    /// on the rows whether a statement succeeds. `not_transactional`: a failure leaves what was
    /// done before. `uses_settings`: a setting of the session is changed and set back.
    /// `affects_others`: other objects use the table and may need a change, or are made again.
    pub enum AlterWarningCode {
        RewritesTable = "rewrites_table",
        LocksTable = "locks_table",
        LosesData = "loses_data",
        ConvertsValues = "converts_values",
        MayFail = "may_fail",
        NotTransactional = "not_transactional",
        UsesSettings = "uses_settings",
        AffectsOthers = "affects_others",
    }
}

/// A piece of the engine's own SQL, such as a type or an expression. It is taken as it is:
/// parentheses and quotes must be closed, and nothing may end the statement. At most 100000
/// characters.
pub type SqlFragment = String;

/// A new column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnDefinition {
    /// A name as the database keeps it. At most 65536 characters.
    pub name: ObjectName,
    /// The type, as the engine writes it, with its modifiers. At most 100000 characters.
    pub db_type: SqlFragment,
    /// Whether it takes NULL.
    ///
    /// Default: `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
    /// The default, as an SQL expression: text in quotes. Null for none. At most 100000 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Whether the database numbers the rows in it: `always` and `by_default` in PostgreSQL,
    /// `auto_increment` in MySQL, and in SQLite for an INTEGER that becomes the primary key.
    ///
    /// Default: `"none"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<ColumnIdentity>,
    /// `stored` or `virtual` for a column that is computed by `expression`.
    ///
    /// Default: `"none"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<ColumnGenerated>,
    /// What a generated column is computed by. At most 100000 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<SqlFragment>,
    /// Its collation; null for the usual one. At most 65536 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<ObjectName>,
    /// The comment on it, where the engine keeps comments. At most 65536 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What MySQL sets it to whenever something else in the row changes. At most 100000 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_update: Option<SqlFragment>,
}

impl ColumnDefinition {
    /// With what is required; the rest is absent.
    pub fn new(name: impl Into<String>, db_type: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            db_type: db_type.into(),
            nullable: None,
            default: None,
            identity: None,
            generated: None,
            expression: None,
            collation: None,
            comment: None,
            on_update: None,
        }
    }
}

/// One change of a table. Which fields it has hangs on `change`; others are refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlterChange {
    /// What a change does. `create_table` makes the table: it is the first one, and those that add
    /// columns and what belongs to them follow. `drop_column` removes one that nothing else of the
    /// table uses any more. `rename_column` changes the name where keys, indexes and checks have
    /// it, too. `move_column` needs the capability `reorder_columns`. `set_nullable` sets or drops
    /// NOT NULL. `add_key` adds a primary key or a unique constraint, `drop_constraint` removes
    /// one, or a foreign key or a check; `drop_index` removes an index that belongs to no
    /// constraint.
    pub change: ChangeKind,
    /// Of `add_column`: the column.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<ColumnDefinition>,
    /// Of `drop_column, rename_column, move_column, set_type, set_default, set_nullable`: which
    /// one. Of `set_comment`: null for the table. At most 65536 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<ObjectName>,
    /// Of `rename_column, rename_table`. At most 65536 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_name: Option<ObjectName>,
    /// Of `add_column, move_column`: before all others.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<bool>,
    /// Of `add_column, move_column`: after this column; null for the end. At most 65536 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<ObjectName>,
    /// Of `set_type`: the new type. Everything else of the column stays, its collation too where
    /// the new type has one. At most 100000 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub db_type: Option<SqlFragment>,
    /// Of `set_type`, on PostgreSQL: an expression for the new value. Null for the database's own
    /// conversion. At most 100000 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<SqlFragment>,
    /// Of `set_type`: the collation; null for the one it has. At most 65536 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<ObjectName>,
    /// Of `set_default`: an SQL expression; null for none. At most 100000 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Of `set_nullable`: whether it takes NULL.
    ///
    /// Default: `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
    /// Of `set_comment`; null for none. At most 65536 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Of `add_index, drop_index`; of `add_key, add_foreign_key, add_check`, null for one that the
    /// database chooses; of `drop_constraint`, null where it has none and for the primary key. At
    /// most 65536 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<ObjectName>,
    /// Of `add_key`: whether it is the primary key.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
    /// Of `add_key, add_foreign_key`, in the order of the key; of `drop_constraint` for one without
    /// a name, all its columns. At most 100 items.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<ObjectName>>,
    /// Of `add_foreign_key`.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referenced_table: Option<ObjectRef>,
    /// Of `add_foreign_key`: the columns of the other table, in the same order. At most 100 items.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referenced_columns: Option<Vec<ObjectName>>,
    /// Of `add_foreign_key`.
    ///
    /// Default: `"no_action"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_update: Option<ForeignKeyAction>,
    /// Of `add_foreign_key`.
    ///
    /// Default: `"no_action"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_delete: Option<ForeignKeyAction>,
    /// Of `add_check`: the condition. Of `drop_constraint` for a check without a name: the
    /// condition as the table's text has it. At most 100000 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<SqlFragment>,
    /// Of `drop_constraint`: what it is.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint: Option<ConstraintKind>,
    /// Of `add_index`: what it is sorted by. At most 100 items.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<NewIndexPart>>,
    /// Of `add_index`: whether it refuses equal entries.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<bool>,
    /// Of `add_index`, on PostgreSQL: columns that it only carries. At most 100 items.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub included: Option<Vec<ObjectName>>,
    /// Of `add_index`: for example `hash`; null for the usual one. At most 64 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Of `add_index`, on PostgreSQL and SQLite: which rows a partial index has; null for all. At
    /// most 100000 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicate: Option<SqlFragment>,
}

impl AlterChange {
    /// With what is required; the rest is absent.
    pub fn new(change: ChangeKind) -> Self {
        Self {
            change,
            definition: None,
            column: None,
            new_name: None,
            first: None,
            after: None,
            db_type: None,
            using: None,
            collation: None,
            default: None,
            nullable: None,
            comment: None,
            name: None,
            primary: None,
            columns: None,
            referenced_table: None,
            referenced_columns: None,
            on_update: None,
            on_delete: None,
            expression: None,
            constraint: None,
            parts: None,
            unique: None,
            included: None,
            method: None,
            predicate: None,
        }
    }
}

closed_enum! {
    /// What a change does. `create_table` makes the table: it is the first one, and those that add
    /// columns and what belongs to them follow. `drop_column` removes one that nothing else of the
    /// table uses any more. `rename_column` changes the name where keys, indexes and checks have
    /// it, too. `move_column` needs the capability `reorder_columns`. `set_nullable` sets or drops
    /// NOT NULL. `add_key` adds a primary key or a unique constraint, `drop_constraint` removes
    /// one, or a foreign key or a check; `drop_index` removes an index that belongs to no
    /// constraint.
    pub enum ChangeKind {
        CreateTable = "create_table",
        AddColumn = "add_column",
        DropColumn = "drop_column",
        RenameColumn = "rename_column",
        MoveColumn = "move_column",
        SetType = "set_type",
        SetDefault = "set_default",
        SetNullable = "set_nullable",
        SetComment = "set_comment",
        AddKey = "add_key",
        AddForeignKey = "add_foreign_key",
        AddCheck = "add_check",
        DropConstraint = "drop_constraint",
        AddIndex = "add_index",
        DropIndex = "drop_index",
        RenameTable = "rename_table",
    }
}

closed_enum! {
    /// A kind of constraint.
    pub enum ConstraintKind {
        PrimaryKey = "primary_key",
        Unique = "unique",
        ForeignKey = "foreign_key",
        Check = "check",
    }
}

/// A column or an expression of a new index: one of the two.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewIndexPart {
    /// The column. At most 65536 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<ObjectName>,
    /// The expression. At most 100000 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<SqlFragment>,
    /// Whether it is sorted downwards.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub descending: Option<bool>,
    /// How much of the column is in the index, on MySQL; null for all of it. 1 to 65535 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix_length: Option<u64>,
}
