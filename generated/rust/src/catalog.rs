// Generated from schema/ by `make generate`. Do not edit.
//! What exists in a database: its schemas, tables, views, routines and what they consist of.

use serde::{Deserialize, Serialize};

use crate::ConnectionId;
use crate::Kind;
use crate::Timeout;
use crate::support::closed_enum;
use crate::support::open_enum;

/// Names one object. Names are the object's own, never quoted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectRef {
    /// What an object is. `table`: partitioned tables and partitions too. `constraint`: primary,
    /// unique and foreign keys, checks and exclusions. `function`: aggregates and window functions
    /// too. `type`: enums, domains, composites and ranges. `event`: a scheduled event of MySQL.
    pub kind: ObjectKind,
    /// The SQL namespace: a schema in PostgreSQL, a database in MySQL, `main` or an attached
    /// database in SQLite. Null for what lives in none, such as a schema itself, an extension or a
    /// role. At most 65536 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub schema_name: Option<ObjectName>,
    /// A name as the database keeps it. At most 65536 characters.
    pub name: ObjectName,
    /// The table or view that a column, an index, a constraint or a trigger belongs to; null for
    /// all others. At most 65536 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_name: Option<ObjectName>,
    /// The types of a routine's arguments, as the engine writes them, where routines may be
    /// overloaded; null for all others. At most 65536 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<ObjectName>,
}

impl ObjectRef {
    /// With what is required; the rest is absent.
    pub fn new(kind: ObjectKind, schema_name: Option<ObjectName>, name: impl Into<String>) -> Self {
        Self {
            kind,
            schema_name,
            name: name.into(),
            parent_name: None,
            signature: None,
        }
    }
}

/// A name as the database keeps it. At most 65536 characters.
pub type ObjectName = String;

open_enum! {
    /// What an object is. `table`: partitioned tables and partitions too. `constraint`: primary,
    /// unique and foreign keys, checks and exclusions. `function`: aggregates and window functions
    /// too. `type`: enums, domains, composites and ranges. `event`: a scheduled event of MySQL.
    pub enum ObjectKind {
        Schema = "schema",
        Table = "table",
        View = "view",
        MaterializedView = "materialized_view",
        ForeignTable = "foreign_table",
        VirtualTable = "virtual_table",
        Column = "column",
        Index = "index",
        Constraint = "constraint",
        Trigger = "trigger",
        Function = "function",
        Procedure = "procedure",
        Sequence = "sequence",
        Type = "type",
        Extension = "extension",
        Role = "role",
        Event = "event",
    }
}

/// Something that the database, or the privileges of its user, do not show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MissingPart {
    /// The object that it belongs to, or null for the database as a whole.
    #[serde(deserialize_with = "crate::support::given")]
    pub object: Option<ObjectRef>,
    /// What is missing: `object` for the whole of it, or the name of a field or of a kind, for
    /// example `role`.
    pub part: String,
    /// Why, as a sentence for people.
    pub reason: String,
}

/// Lists names: the schemas, what is in one schema, or what belongs to one table. It is read in a
/// database session of its own, so what an open transaction has made does not appear before its
/// commit.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListObjectsRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// A schema, for what is in it, without the partitions of its tables; a table or a view, for
    /// its columns, indexes, constraints and triggers, and its partitions; null for the schemas,
    /// and with `kinds` for extensions and roles.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ObjectRef>,
    /// Only objects of these kinds; null for all, without `parent` for schemas. Kinds that the
    /// engine does not have are ignored. At most 100 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<ObjectKind>>,
    /// Only names that fit, whatever their case: `*` stands for any characters, `?` for one. Null
    /// for all. At most 65536 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_pattern: Option<ObjectName>,
    /// `names`: names alone, which is quickest. `summary`: with `comment`, `rows_estimate` and
    /// `size_bytes`.
    ///
    /// Default: `"names"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<ListDetail>,
    /// Also what belongs to the database system itself.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_system: Option<bool>,
    /// `next` of the answer before, with otherwise the same request; null for the beginning. At
    /// most 1048576 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<ListPosition>,
    /// Objects in the answer at most. 1 to 20000 objects.
    ///
    /// Default: `5000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `30000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "crate::support::given_or_null")]
    pub timeout_ms: Option<Option<Timeout>>,
}

impl ListObjectsRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>) -> Self {
        Self {
            connection_id: connection_id.into(),
            parent: None,
            kinds: None,
            name_pattern: None,
            detail: None,
            include_system: None,
            after: None,
            limit: None,
            timeout_ms: None,
        }
    }
}

closed_enum! {
    /// `names`: names alone, which is quickest. `summary`: with `comment`, `rows_estimate` and
    /// `size_bytes`.
    pub enum ListDetail {
        Names = "names",
        Summary = "summary",
    }
}

/// A place in a list, written by the backend. At most 1048576 characters.
pub type ListPosition = String;

/// A state of what exists in the database of a connection, written by the backend. At most 100
/// characters.
pub type CatalogVersion = String;

/// The objects, ordered by kind and then by name; columns in the table's order.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListObjectsResponse {
    /// What there is.
    pub objects: Vec<ListedObject>,
    /// For `after` of a request for further objects; null when there are none. At most 1048576
    /// characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub next: Option<ListPosition>,
    /// In a list of schemas, those where a new database session looks for a name without a schema,
    /// in that order; else null.
    #[serde(deserialize_with = "crate::support::given")]
    pub default_schemas: Option<Vec<ObjectName>>,
    /// What could not be listed, or not be listed as it is; empty when this is all there is.
    pub missing: Vec<MissingPart>,
    /// For `known_version` of `refresh_catalog`, which then tells all that has changed since this
    /// list was made, perhaps more; null before the first `refresh_catalog`. At most 100
    /// characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog_version: Option<CatalogVersion>,
}

/// One object of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListedObject {
    /// Names one object. Names are the object's own, never quoted.
    pub object: ObjectRef,
    /// The comment on it; null when it has none, and in a list of `names`.
    #[serde(deserialize_with = "crate::support::given")]
    pub comment: Option<String>,
    /// About how many rows a table has, from the database's own statistics; null when it has none,
    /// and in a list of `names`. At least 0; in rows.
    #[serde(deserialize_with = "crate::support::given")]
    pub rows_estimate: Option<u64>,
    /// About the size of a table with its indexes, from the database's own statistics; null when it
    /// has none, and in a list of `names`. At least 0; in bytes.
    #[serde(deserialize_with = "crate::support::given")]
    pub size_bytes: Option<u64>,
    /// The table that this table is a partition of; null for all others.
    #[serde(deserialize_with = "crate::support::given")]
    pub partition_of: Option<ObjectRef>,
    /// Whether it can be the `parent` of a list.
    pub has_children: bool,
}

/// Describes objects in full: what there is of each, of tables with foreign keys in both
/// directions. Like a list, it is read in a database session of its own.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DescribeObjectsRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// Objects of any kind but schemas, which are answered in `missing`. A function needs its
    /// `signature` where there are several of its name; a column, an index, a constraint and a
    /// trigger need their `parent_name`. At most 500 items.
    pub objects: Vec<ObjectRef>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `30000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "crate::support::given_or_null")]
    pub timeout_ms: Option<Option<Timeout>>,
}

impl DescribeObjectsRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>, objects: Vec<ObjectRef>) -> Self {
        Self {
            connection_id: connection_id.into(),
            objects,
            timeout_ms: None,
        }
    }
}

/// The objects in the order of the request, without those that do not exist; `missing` has these.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DescribeObjectsResponse {
    /// What there is.
    pub descriptions: Vec<ObjectDescription>,
    /// What is not described: a part of an object, or as `object` the whole of one.
    pub missing: Vec<MissingPart>,
}

/// Writes the statements that make objects again: the database's own text where it keeps one. What
/// an object refers to without being asked for, such as the table of a foreign key or the function
/// of a trigger, must already exist where they run. Like a list, it is read in a database session
/// of its own.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GetDdlRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// A schema, for everything in it; or single objects of any kind but columns and roles. A table
    /// or a view comes with what belongs to it: indexes, constraints, triggers, partitions, the
    /// sequences of its columns. A routine without a `signature` is all routines of that name. At
    /// most 500 items.
    pub objects: Vec<ObjectRef>,
    /// What is written beside the objects themselves; null for the defaults.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<DdlOptions>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `30000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "crate::support::given_or_null")]
    pub timeout_ms: Option<Option<Timeout>>,
}

impl GetDdlRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>, objects: Vec<ObjectRef>) -> Self {
        Self {
            connection_id: connection_id.into(),
            objects,
            options: None,
            timeout_ms: None,
        }
    }
}

/// What statements are written beside those that make the objects.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DdlOptions {
    /// Comments on objects, where they are statements of their own, as in PostgreSQL.
    ///
    /// Default: `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments: Option<bool>,
    /// Who owns each object; in MySQL the DEFINER of views, routines, triggers and events. Without
    /// it they belong to whoever runs the statements.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owners: Option<bool>,
    /// Who may use each object.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<bool>,
}

/// Statements in an order that works in an empty database. They are run in this order and in one
/// database session, because some settings hold for those after them.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GetDdlResponse {
    /// What to run; foreign keys come after the tables that they refer to.
    pub statements: Vec<DdlStatement>,
    /// What the statements do not make: a part of an object, or as `object` the whole of one.
    pub incomplete: Vec<MissingPart>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DdlStatement {
    /// What it makes or completes; null for a setting of the session.
    #[serde(deserialize_with = "crate::support::given")]
    pub object: Option<ObjectRef>,
    /// Its text, without a delimiter at the end.
    pub sql: String,
}

/// An object. What belongs to a table is described by the one element of the list that it would be
/// in, such as `indexes`. A list is empty when there is nothing of its kind, or when `missing` says
/// why it is not shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectDescription {
    /// As it was asked for, with the kind that it really has.
    pub object: ObjectRef,
    /// The comment on it, or null.
    #[serde(deserialize_with = "crate::support::given")]
    pub comment: Option<String>,
    /// What sets it apart from an ordinary object of its kind.
    pub traits: Vec<ObjectTrait>,
    /// In the order of the table.
    pub columns: Vec<DescribedColumn>,
    /// Its primary key and its unique constraints.
    pub keys: Vec<DescribedKey>,
    /// Where its rows refer to.
    pub foreign_keys: Vec<ForeignKey>,
    /// The foreign keys that refer to it, of itself too.
    pub referenced_by: Vec<ForeignKey>,
    /// Also those that its keys made.
    pub indexes: Vec<DescribedIndex>,
    /// Conditions on its rows.
    pub checks: Vec<DescribedCheck>,
    /// PostgreSQL's exclusion constraints.
    pub exclusions: Vec<DescribedCheck>,
    /// What runs when it is changed.
    pub triggers: Vec<DescribedTrigger>,
    /// By what a partitioned table is divided, as the database writes it; null for all others.
    #[serde(deserialize_with = "crate::support::given")]
    pub partition_key: Option<String>,
    /// The table that it is a partition of, or null.
    #[serde(deserialize_with = "crate::support::given")]
    pub partition_of: Option<ObjectRef>,
    /// Which rows the partition has, as the database writes it, or null.
    #[serde(deserialize_with = "crate::support::given")]
    pub partition_bound: Option<String>,
    /// The partitions of a partitioned table, one level deep.
    pub partitions: Vec<DescribedPartition>,
    /// The tables that it inherits columns from, without being a partition.
    pub inherits: Vec<ObjectRef>,
    /// What tells one row of a table from all others.
    pub row_identity: RowIdentity,
    /// The query of a view; the statement that makes a routine in PostgreSQL, its body in MySQL, as
    /// for an event; the grants to a user of MySQL, a line each; in SQLite the text that made a
    /// table or view. Null where the database keeps none.
    #[serde(deserialize_with = "crate::support::given")]
    pub definition: Option<String>,
    /// The role that owns it, on MySQL the definer of a routine or an event; null for what has
    /// none. At most 65536 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<ObjectName>,
    /// Privileges that were granted on it and on its columns; empty when only its owner has any. On
    /// MySQL without those on its whole database.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<Vec<Grant>>,
    /// What only a function or a procedure has; null for all others.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routine: Option<RoutineFacts>,
    /// What only a sequence has; null for all others.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<SequenceFacts>,
    /// What only a type has; null for all others. The attributes of a composite type are in
    /// `columns`, the conditions of a domain in `checks`.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<TypeFacts>,
    /// What only an extension has; null for all others.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<ExtensionFacts>,
    /// What only a role or a user has; null for all others.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleFacts>,
    /// What only an event has; null for all others.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EventFacts>,
}

open_enum! {
    /// `partitioned`, `partition`, `temporary`, `unlogged`, `system_versioned`: what the engine
    /// calls so. `strict`, `without_rowid`: of SQLite. `invalid`: a view of something that is gone,
    /// so that it cannot be queried. `row_security`: policies decide which rows a user sees. Of
    /// routines: `aggregate` and `window` functions; `returns_set`: rows instead of one value;
    /// `immutable` (MySQL: DETERMINISTIC), `stable`, `volatile`: how far its results depend on its
    /// arguments alone; `null_on_null`: it is not called with NULL; `security_definer`: it runs
    /// with the privileges of its owner; `leakproof`, `parallel_safe`, `parallel_restricted`,
    /// `no_sql`, `contains_sql`, `reads_sql`, `modifies_sql`: what it was declared to be.
    pub enum ObjectTrait {
        Partitioned = "partitioned",
        Partition = "partition",
        Temporary = "temporary",
        Unlogged = "unlogged",
        SystemVersioned = "system_versioned",
        Strict = "strict",
        WithoutRowid = "without_rowid",
        Invalid = "invalid",
        RowSecurity = "row_security",
        Aggregate = "aggregate",
        Window = "window",
        ReturnsSet = "returns_set",
        Immutable = "immutable",
        Stable = "stable",
        Volatile = "volatile",
        NullOnNull = "null_on_null",
        SecurityDefiner = "security_definer",
        Leakproof = "leakproof",
        ParallelSafe = "parallel_safe",
        ParallelRestricted = "parallel_restricted",
        NoSql = "no_sql",
        ContainsSql = "contains_sql",
        ReadsSql = "reads_sql",
        ModifiesSql = "modifies_sql",
    }
}

/// Privileges on an object that one role has from one other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    /// The role or user, as it is listed; null for everybody. At most 65536 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub grantee: Option<ObjectName>,
    /// For example `SELECT`.
    pub privileges: Vec<String>,
    /// The column that they are limited to; null for the whole object. At most 65536 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub column: Option<ObjectName>,
    /// Whether the grantee may grant them to others.
    pub grantable: bool,
}

/// How a function or a procedure is called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoutineFacts {
    /// For example `plpgsql`.
    pub language: String,
    /// In their order, those that return values too.
    pub arguments: Vec<RoutineArgument>,
    /// The type that it returns, as the database writes it, for example `SETOF integer`; null for a
    /// procedure.
    #[serde(deserialize_with = "crate::support::given")]
    pub returns: Option<String>,
}

/// An argument of a routine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoutineArgument {
    /// Its name; null where it has none. At most 65536 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub name: Option<ObjectName>,
    /// Which way a value goes. `variadic`: any number of values; `table`: a column of the returned
    /// rows.
    pub mode: ArgumentMode,
    /// As the database writes it.
    pub db_type: String,
    /// What it is when it is left out, as an SQL expression; null when it may not be.
    #[serde(deserialize_with = "crate::support::given")]
    pub default: Option<String>,
}

open_enum! {
    /// Which way a value goes. `variadic`: any number of values; `table`: a column of the returned
    /// rows.
    pub enum ArgumentMode {
        In = "in",
        Out = "out",
        Inout = "inout",
        Variadic = "variadic",
        Table = "table",
    }
}

/// The numbers that a sequence gives, as digits, because they may be larger than a client's
/// integers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SequenceFacts {
    /// The type of its numbers.
    pub db_type: String,
    /// Its first number.
    pub start: String,
    /// Its smallest number.
    pub minimum: String,
    /// Its largest number.
    pub maximum: String,
    /// From one number to the next.
    pub increment: String,
    /// Whether it begins again at its end.
    pub cycles: bool,
    /// How many numbers a session takes at once.
    pub cache: String,
    /// The number that comes next, unless sessions have taken some ahead; null where `missing` says
    /// why it is not shown, and when there is none.
    #[serde(deserialize_with = "crate::support::given")]
    pub next: Option<String>,
    /// The column that it belongs to and is dropped with; null for none.
    #[serde(deserialize_with = "crate::support::given")]
    pub owned_by: Option<ObjectRef>,
}

/// What a type consists of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TypeFacts {
    /// How a type is made; `base`: in C.
    pub form: TypeForm,
    /// The values of an enum, in their order.
    pub values: Vec<String>,
    /// What a domain is made of, and a range made over; null for all others.
    #[serde(deserialize_with = "crate::support::given")]
    pub base_type: Option<String>,
    /// Whether a domain takes NULL; true for all others.
    pub nullable: bool,
    /// The default of a domain, as an SQL expression; null for none.
    #[serde(deserialize_with = "crate::support::given")]
    pub default: Option<String>,
    /// The collation of a domain or a range, where it is not the usual one; else null.
    #[serde(deserialize_with = "crate::support::given")]
    pub collation: Option<String>,
}

open_enum! {
    /// How a type is made; `base`: in C.
    pub enum TypeForm {
        Enum = "enum",
        Composite = "composite",
        Domain = "domain",
        Range = "range",
        Base = "base",
    }
}

/// What is known of an installed extension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExtensionFacts {
    /// The installed version.
    pub version: String,
    /// The schema that its objects are in. At most 65536 characters.
    pub schema_name: ObjectName,
}

/// What a role or a user may do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoleFacts {
    /// What holds for it everywhere.
    pub attributes: Vec<RoleAttribute>,
    /// The roles whose privileges it has or may take.
    pub member_of: Vec<RoleMembership>,
    /// The roles that have its own.
    pub members: Vec<RoleMembership>,
    /// How many sessions it may have at once; null for no limit of its own. At least 0; in
    /// sessions.
    #[serde(deserialize_with = "crate::support::given")]
    pub connection_limit: Option<u64>,
    /// When its password ends, as the database writes it; null for never.
    #[serde(deserialize_with = "crate::support::given")]
    pub valid_until: Option<String>,
}

open_enum! {
    /// `login`: it may open sessions; on MySQL, a user. `superuser`: nothing is refused. `inherit`:
    /// it has the privileges of its roles without taking them. `locked`: it may not log in now. The
    /// others are what they say.
    pub enum RoleAttribute {
        Login = "login",
        Superuser = "superuser",
        Inherit = "inherit",
        CreateDatabase = "create_database",
        CreateRole = "create_role",
        Replication = "replication",
        BypassRowSecurity = "bypass_row_security",
        Locked = "locked",
    }
}

/// The other role of a membership.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoleMembership {
    /// A name as the database keeps it. At most 65536 characters.
    pub name: ObjectName,
    /// Whether the member may let others in.
    pub admin: bool,
}

/// When an event runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventFacts {
    /// `AT` or `EVERY` with what follows it.
    pub schedule: String,
    /// Whether it runs.
    pub enabled: bool,
    /// When it begins to run; null for at once.
    #[serde(deserialize_with = "crate::support::given")]
    pub starts: Option<String>,
    /// When it stops; null for never.
    #[serde(deserialize_with = "crate::support::given")]
    pub ends: Option<String>,
    /// Whether it stays when it will not run again.
    pub keeps: bool,
    /// Of its times.
    pub time_zone: String,
}

/// A column of a table or a view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DescribedColumn {
    /// A name as the database keeps it. At most 65536 characters.
    pub name: ObjectName,
    /// As the database writes it, with its modifiers. A result of MySQL may say less: `enum`,
    /// without the words of it.
    pub db_type: String,
    /// The portable meaning of a column's cells, the same for every engine.
    pub kind: Kind,
    /// Whether it takes NULL, or null when that is not known, as for the columns of views.
    #[serde(deserialize_with = "crate::support::given")]
    pub nullable: Option<bool>,
    /// The default, as an SQL expression; null for none.
    #[serde(deserialize_with = "crate::support::given")]
    pub default: Option<String>,
    /// Whether the database numbers the rows in this column: `always`, `by_default` (unless a value
    /// is given), `auto_increment` (MySQL, and SQLite with that word), `rowid` (SQLite's INTEGER
    /// PRIMARY KEY).
    pub identity: ColumnIdentity,
    /// Whether the column is computed: `stored` when a row is written, `virtual` when it is read;
    /// `row_start` and `row_end` are the times of a system-versioned row.
    pub generated: ColumnGenerated,
    /// What a generated column is computed by, or null.
    #[serde(deserialize_with = "crate::support::given")]
    pub expression: Option<String>,
    /// The collation, where it is not the one that the type, the table or the database gives it;
    /// else null.
    #[serde(deserialize_with = "crate::support::given")]
    pub collation: Option<String>,
    /// The comment on it, or null.
    #[serde(deserialize_with = "crate::support::given")]
    pub comment: Option<String>,
    /// Whether `SELECT *` leaves it out.
    pub hidden: bool,
    /// Whether it is part of the primary key, as in the origin of a result's column.
    pub key_part: bool,
    /// What MySQL sets it to whenever something else in the row changes, as an SQL expression; null
    /// for nothing.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_update: Option<String>,
}

open_enum! {
    /// Whether the database numbers the rows in this column: `always`, `by_default` (unless a value
    /// is given), `auto_increment` (MySQL, and SQLite with that word), `rowid` (SQLite's INTEGER
    /// PRIMARY KEY).
    pub enum ColumnIdentity {
        None = "none",
        Always = "always",
        ByDefault = "by_default",
        AutoIncrement = "auto_increment",
        Rowid = "rowid",
    }
}

open_enum! {
    /// Whether the column is computed: `stored` when a row is written, `virtual` when it is read;
    /// `row_start` and `row_end` are the times of a system-versioned row.
    pub enum ColumnGenerated {
        None = "none",
        Stored = "stored",
        Virtual = "virtual",
        RowStart = "row_start",
        RowEnd = "row_end",
    }
}

/// A primary key or a unique constraint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DescribedKey {
    /// Its name; null where it has none. At most 65536 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub name: Option<ObjectName>,
    /// Whether it is the primary key.
    pub primary: bool,
    /// In the order of the key.
    pub columns: Vec<ObjectName>,
}

/// A foreign key, seen from either side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// Its name; null where it has none. At most 65536 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub name: Option<ObjectName>,
    /// The table whose rows refer.
    pub table: ObjectRef,
    /// Its columns.
    pub columns: Vec<ObjectName>,
    /// The table that they refer to.
    pub referenced_table: ObjectRef,
    /// Its columns, in the same order; empty where the table that they should be in does not exist.
    pub referenced_columns: Vec<ObjectName>,
    /// What happens to the rows that refer to a row that changes.
    pub on_update: ForeignKeyAction,
    /// What happens to the rows that refer to a row that changes.
    pub on_delete: ForeignKeyAction,
    /// Whether at most one row refers to each row, because a key of the referring table lies within
    /// the columns.
    pub unique: bool,
    /// Whether all rows are known to fit: false for a constraint that was not validated.
    pub enforced: bool,
}

open_enum! {
    /// What happens to the rows that refer to a row that changes.
    pub enum ForeignKeyAction {
        NoAction = "no_action",
        Restrict = "restrict",
        Cascade = "cascade",
        SetNull = "set_null",
        SetDefault = "set_default",
    }
}

/// An index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DescribedIndex {
    /// A name as the database keeps it. At most 65536 characters.
    pub name: ObjectName,
    /// Whether it refuses equal entries.
    pub unique: bool,
    /// Whether it is that of the primary key.
    pub primary: bool,
    /// What it is sorted or hashed by.
    pub parts: Vec<IndexPart>,
    /// Columns that it only carries.
    pub included: Vec<ObjectName>,
    /// For example `btree`; null when the engine has only one.
    #[serde(deserialize_with = "crate::support::given")]
    pub method: Option<String>,
    /// Which rows a partial index has, as an SQL expression; null for all.
    #[serde(deserialize_with = "crate::support::given")]
    pub predicate: Option<String>,
    /// Whether the database uses it: false while it is being built, after that failed, and when it
    /// is ignored.
    pub valid: bool,
    /// The comment on it, or null.
    #[serde(deserialize_with = "crate::support::given")]
    pub comment: Option<String>,
}

/// A column or an expression of an index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndexPart {
    /// The column; null for an expression. At most 65536 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub column: Option<ObjectName>,
    /// The expression; null for a column, and where the database does not show it.
    #[serde(deserialize_with = "crate::support::given")]
    pub expression: Option<String>,
    /// Whether it is sorted downwards.
    pub descending: bool,
    /// How much of the column is in the index, in characters or bytes; null for all of it. At least
    /// 1; in characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix_length: Option<u64>,
}

/// A condition that rows must fulfil.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DescribedCheck {
    /// A name as the database keeps it. At most 65536 characters.
    pub name: ObjectName,
    /// As the database writes it.
    pub expression: String,
    /// Whether all rows are known to fulfil it.
    pub enforced: bool,
}

/// A trigger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DescribedTrigger {
    /// A name as the database keeps it. At most 65536 characters.
    pub name: ObjectName,
    /// Whether it runs.
    pub enabled: bool,
    /// When it runs and what it does, as the database writes it.
    pub definition: String,
    /// The comment on it, or null.
    #[serde(deserialize_with = "crate::support::given")]
    pub comment: Option<String>,
}

/// One partition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DescribedPartition {
    /// A name as the database keeps it. At most 65536 characters.
    pub name: ObjectName,
    /// The partition as a table of its own; null where it is none.
    #[serde(deserialize_with = "crate::support::given")]
    pub object: Option<ObjectRef>,
    /// Which rows it has, as the database writes it; null where that follows from the key.
    #[serde(deserialize_with = "crate::support::given")]
    pub bound: Option<String>,
}

/// What tells one row of a table from all others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowIdentity {
    /// The columns whose values do so; empty when nothing does.
    pub columns: Vec<ObjectName>,
    /// `primary_key`, or `unique`: a unique key whose columns are never NULL. `rowid`: SQLite's own
    /// number of a row, under a name that no column has. `none`: nothing.
    pub source: RowIdentitySource,
}

open_enum! {
    /// `primary_key`, or `unique`: a unique key whose columns are never NULL. `rowid`: SQLite's own
    /// number of a row, under a name that no column has. `none`: nothing.
    pub enum RowIdentitySource {
        PrimaryKey = "primary_key",
        Unique = "unique",
        Rowid = "rowid",
        None = "none",
    }
}
