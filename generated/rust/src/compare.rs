// Generated from schema/ by `make generate`. Do not edit.
//! Two schemas compared, with the statements that make one like the other.

use serde::{Deserialize, Serialize};

use crate::ConnectionId;
use crate::MissingPart;
use crate::ObjectName;
use crate::ObjectRef;
use crate::PlannedStatement;
use crate::Timeout;
use crate::support::open_enum;

/// Compares two schemas of the same engine, and writes the statements that make the other one like
/// the first. Nothing is changed: the statements are for `run_script` on the other connection,
/// joined by `;` and a line end, in a database session without an open transaction. Schemas of
/// different engines are refused with `unsupported`, because what one engine calls a type, a
/// default or a collation has no exact counterpart in another. Objects are matched by name: one
/// that was renamed is missing under one name, and extra under the other. Owners, grants and rows
/// are not compared. Both are read in database sessions of their own, so what an open transaction
/// has made is not found before its commit.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompareSchemasRequest {
    /// The connection of the first schema, which is the model and stays as it is. At most 64
    /// characters.
    pub connection_id: ConnectionId,
    /// The first schema: in MySQL a database, in SQLite `main` or an attached one. At most 65536
    /// characters.
    pub schema_name: ObjectName,
    /// The connection of the other schema, which the statements would change; it may be the same
    /// connection. At most 64 characters.
    pub other_connection_id: ConnectionId,
    /// The other schema. At most 65536 characters.
    pub other_schema_name: ObjectName,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `120000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "crate::support::given_or_null")]
    pub timeout_ms: Option<Option<Timeout>>,
}

impl CompareSchemasRequest {
    /// With what is required; the rest is absent.
    pub fn new(
        connection_id: impl Into<String>,
        schema_name: impl Into<String>,
        other_connection_id: impl Into<String>,
        other_schema_name: impl Into<String>,
    ) -> Self {
        Self {
            connection_id: connection_id.into(),
            schema_name: schema_name.into(),
            other_connection_id: other_connection_id.into(),
            other_schema_name: other_schema_name.into(),
            timeout_ms: None,
        }
    }
}

/// What differs, and what to run.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompareSchemasResponse {
    /// By object, those of a table one after the other. Empty when the schemas are alike.
    pub differences: Vec<SchemaDifference>,
    /// They make the other schema like the first, in an order that runs. Where the engine can undo
    /// them, they begin and end a transaction of their own. Views, triggers and routines that stand
    /// in the way of a change are dropped and made again.
    pub statements: Vec<PlannedStatement>,
    /// What the statements do beside what was asked for, may fail at, or leave as it is.
    pub warnings: Vec<CompareWarning>,
    /// What one of the databases, or the privileges of its user, do not show. An object that one
    /// side has and does not show is neither missing nor extra, and no statement changes it.
    pub not_compared: Vec<MissingPart>,
}

/// One object, or a column, a constraint or an index of a table that both schemas have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SchemaDifference {
    /// `missing`: the other schema does not have it, and the statements make it. `extra`: only the
    /// other schema has it, and the statements drop it. `different`: both have it, and the
    /// statements make the other like the first.
    pub difference: DifferenceKind,
    /// Its name in the other schema. A constraint without a name has an empty one.
    pub object: ObjectRef,
    /// What the first schema has, as text: statements with `;` and a line end between them, or a
    /// definition. Null where it has nothing.
    #[serde(deserialize_with = "crate::support::given")]
    pub first: Option<String>,
    /// The same of the other schema.
    #[serde(deserialize_with = "crate::support::given")]
    pub other: Option<String>,
    /// What exactly differs, of a column that is in both and of a table itself; else empty.
    pub properties: Vec<PropertyDifference>,
    /// Which of the statements mend it, by their place, from 0. Several differences of a table may
    /// have the same. Empty where none does, and a warning `not_mended` says why.
    pub statements: Vec<u64>,
    /// Whether one of these statements is destructive.
    pub destructive: bool,
}

open_enum! {
    /// `missing`: the other schema does not have it, and the statements make it. `extra`: only the
    /// other schema has it, and the statements drop it. `different`: both have it, and the
    /// statements make the other like the first.
    pub enum DifferenceKind {
        Missing = "missing",
        Extra = "extra",
        Different = "different",
    }
}

/// A property that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PropertyDifference {
    /// Of a column: `name`, where only its case differs, `db_type`, `nullable` (`true` or `false`),
    /// `default`, `identity`, `generated`, `expression`, `charset`, `collation`, `comment`,
    /// `on_update` and `clauses`, which is whatever else its definition has. Of a table: `comment`,
    /// `options` after its columns, and `column_order`, where the engine can change that.
    pub name: ComparedProperty,
    /// What it is in the first schema, as the engine writes it; null for nothing.
    #[serde(deserialize_with = "crate::support::given")]
    pub first: Option<String>,
    /// What it is in the other schema.
    #[serde(deserialize_with = "crate::support::given")]
    pub other: Option<String>,
}

open_enum! {
    /// Of a column: `name`, where only its case differs, `db_type`, `nullable` (`true` or `false`),
    /// `default`, `identity`, `generated`, `expression`, `charset`, `collation`, `comment`,
    /// `on_update` and `clauses`, which is whatever else its definition has. Of a table: `comment`,
    /// `options` after its columns, and `column_order`, where the engine can change that.
    pub enum ComparedProperty {
        Name = "name",
        DbType = "db_type",
        Nullable = "nullable",
        Default = "default",
        Identity = "identity",
        Generated = "generated",
        Expression = "expression",
        Charset = "charset",
        Collation = "collation",
        Comment = "comment",
        OnUpdate = "on_update",
        Clauses = "clauses",
        Options = "options",
        ColumnOrder = "column_order",
    }
}

/// Something to know before the statements are run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompareWarning {
    /// Those of `preview_alter`, and: `not_mended`: no statement is written for a difference.
    /// `partitions`: the object is divided into partitions or belongs to such a table, or inherits,
    /// and is only compared as a whole. `column_order`: the columns stand in another order, which
    /// the engine cannot change, so that this is not a difference. `made_again`: a view, a trigger
    /// or a routine is dropped and made again, without the privileges that were granted on it, and
    /// belongs to whoever runs the statements. `names_first`: a text still names the first schema,
    /// in a string or in the body of a routine, and is left as it is. `other_version`: the servers
    /// have different versions, and may write the same thing differently.
    pub code: CompareWarningCode,
    /// A sentence for people.
    pub message: String,
    /// What it is about; null for the statements as a whole.
    #[serde(deserialize_with = "crate::support::given")]
    pub object: Option<ObjectRef>,
}

open_enum! {
    /// Those of `preview_alter`, and: `not_mended`: no statement is written for a difference.
    /// `partitions`: the object is divided into partitions or belongs to such a table, or inherits,
    /// and is only compared as a whole. `column_order`: the columns stand in another order, which
    /// the engine cannot change, so that this is not a difference. `made_again`: a view, a trigger
    /// or a routine is dropped and made again, without the privileges that were granted on it, and
    /// belongs to whoever runs the statements. `names_first`: a text still names the first schema,
    /// in a string or in the body of a routine, and is left as it is. `other_version`: the servers
    /// have different versions, and may write the same thing differently.
    pub enum CompareWarningCode {
        RewritesTable = "rewrites_table",
        LocksTable = "locks_table",
        LosesData = "loses_data",
        ConvertsValues = "converts_values",
        MayFail = "may_fail",
        NotTransactional = "not_transactional",
        UsesSettings = "uses_settings",
        AffectsOthers = "affects_others",
        NotMended = "not_mended",
        Partitions = "partitions",
        ColumnOrder = "column_order",
        MadeAgain = "made_again",
        NamesFirst = "names_first",
        OtherVersion = "other_version",
    }
}
