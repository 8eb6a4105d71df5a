// Generated from schema/ by `make generate`. Do not edit.
// What exists in a database: its schemas, tables, views, routines and what they consist of.

import type { ConnectionId } from "./connection.js";
import type { Kind, Timeout } from "./values.js";

/** Names one object. Names are the object's own, never quoted. */
export interface ObjectRef {
  /**
   * What an object is. `table`: partitioned tables and partitions too. `constraint`: primary, unique and foreign keys,
   * checks and exclusions. `function`: aggregates and window functions too. `type`: enums, domains, composites and
   * ranges. `event`: a scheduled event of MySQL.
   */
  kind: ObjectKind;
  /**
   * The SQL namespace: a schema in PostgreSQL, a database in MySQL, `main` or an attached database in SQLite. Null for
   * what lives in none, such as a schema itself, an extension or a role. At most 65536 characters.
   */
  schema_name: ObjectName | null;
  /** A name as the database keeps it. At most 65536 characters. */
  name: ObjectName;
  /**
   * The table or view that a column, an index, a constraint or a trigger belongs to; null for all others. At most 65536
   * characters.
   *
   * @defaultValue `null`
   */
  parent_name?: ObjectName | null | undefined;
  /**
   * The types of a routine's arguments, as the engine writes them, where routines may be overloaded; null for all
   * others. At most 65536 characters.
   *
   * @defaultValue `null`
   */
  signature?: ObjectName | null | undefined;
}

/** A name as the database keeps it. At most 65536 characters. */
export type ObjectName = string;

/** The values of `ObjectKind` that this version knows. */
export type KnownObjectKind =
  | "schema"
  | "table"
  | "view"
  | "materialized_view"
  | "foreign_table"
  | "virtual_table"
  | "column"
  | "index"
  | "constraint"
  | "trigger"
  | "function"
  | "procedure"
  | "sequence"
  | "type"
  | "extension"
  | "role"
  | "event";

/**
 * What an object is. `table`: partitioned tables and partitions too. `constraint`: primary, unique and foreign keys,
 * checks and exclusions. `function`: aggregates and window functions too. `type`: enums, domains, composites and
 * ranges. `event`: a scheduled event of MySQL. Open: a later backend may use values that this version does not know.
 */
export type ObjectKind = KnownObjectKind | (string & {});

/** Something that the database, or the privileges of its user, do not show. */
export interface MissingPart {
  /** The object that it belongs to, or null for the database as a whole. */
  object: ObjectRef | null;
  /** What is missing: `object` for the whole of it, or the name of a field or of a kind, for example `role`. */
  part: string;
  /** Why, as a sentence for people. */
  reason: string;
}

/**
 * Lists names: the schemas, what is in one schema, or what belongs to one table. It is read in a database session of
 * its own, so what an open transaction has made does not appear before its commit.
 *
 * @since 0.2
 */
export interface ListObjectsRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /**
   * A schema, for what is in it, without the partitions of its tables; a table or a view, for its columns, indexes,
   * constraints and triggers, and its partitions; null for the schemas, and with `kinds` for extensions and roles.
   *
   * @defaultValue `null`
   */
  parent?: ObjectRef | null | undefined;
  /**
   * Only objects of these kinds; null for all, without `parent` for schemas. Kinds that the engine does not have are
   * ignored. At most 100 items.
   *
   * @defaultValue `null`
   */
  kinds?: readonly ObjectKind[] | null | undefined;
  /**
   * Only names that fit, whatever their case: `*` stands for any characters, `?` for one. Null for all. At most 65536
   * characters.
   *
   * @defaultValue `null`
   */
  name_pattern?: ObjectName | null | undefined;
  /**
   * `names`: names alone, which is quickest. `summary`: with `comment`, `rows_estimate` and `size_bytes`.
   *
   * @defaultValue `"names"`
   */
  detail?: ListDetail | undefined;
  /**
   * Also what belongs to the database system itself.
   *
   * @defaultValue `false`
   */
  include_system?: boolean | undefined;
  /**
   * `next` of the answer before, with otherwise the same request; null for the beginning. At most 1048576 characters.
   *
   * @defaultValue `null`
   */
  after?: ListPosition | null | undefined;
  /**
   * Objects in the answer at most. 1 to 20000 objects.
   *
   * @defaultValue `5000`
   */
  limit?: number | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `30000`
   */
  timeout_ms?: Timeout | null | undefined;
}

/** `names`: names alone, which is quickest. `summary`: with `comment`, `rows_estimate` and `size_bytes`. */
export type ListDetail = "names" | "summary";

/** A place in a list, written by the backend. At most 1048576 characters. */
export type ListPosition = string;

/** A state of what exists in the database of a connection, written by the backend. At most 100 characters. */
export type CatalogVersion = string;

/**
 * The objects, ordered by kind and then by name; columns in the table's order.
 *
 * @since 0.2
 */
export interface ListObjectsResponse {
  /** What there is. */
  objects: ListedObject[];
  /** For `after` of a request for further objects; null when there are none. At most 1048576 characters. */
  next: ListPosition | null;
  /**
   * In a list of schemas, those where a new database session looks for a name without a schema, in that order; else
   * null.
   */
  default_schemas: ObjectName[] | null;
  /** What could not be listed, or not be listed as it is; empty when this is all there is. */
  missing: MissingPart[];
  /**
   * For `known_version` of `refresh_catalog`, which then tells all that has changed since this list was made, perhaps
   * more; null before the first `refresh_catalog`. At most 100 characters.
   *
   * @defaultValue `null`
   */
  catalog_version?: CatalogVersion | null;
}

/** One object of a list. */
export interface ListedObject {
  /** Names one object. Names are the object's own, never quoted. */
  object: ObjectRef;
  /** The comment on it; null when it has none, and in a list of `names`. */
  comment: string | null;
  /**
   * About how many rows a table has, from the database's own statistics; null when it has none, and in a list of
   * `names`. At least 0; in rows.
   */
  rows_estimate: number | null;
  /**
   * About the size of a table with its indexes, from the database's own statistics; null when it has none, and in a
   * list of `names`. At least 0; in bytes.
   */
  size_bytes: number | null;
  /** The table that this table is a partition of; null for all others. */
  partition_of: ObjectRef | null;
  /** Whether it can be the `parent` of a list. */
  has_children: boolean;
}

/**
 * Describes objects in full: what there is of each, of tables with foreign keys in both directions. Like a list, it is
 * read in a database session of its own.
 *
 * @since 0.2
 */
export interface DescribeObjectsRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /**
   * Objects of any kind but schemas, which are answered in `missing`. A function needs its `signature` where there are
   * several of its name; a column, an index, a constraint and a trigger need their `parent_name`. At most 500 items.
   */
  objects: readonly ObjectRef[];
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `30000`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * The objects in the order of the request, without those that do not exist; `missing` has these.
 *
 * @since 0.2
 */
export interface DescribeObjectsResponse {
  /** What there is. */
  descriptions: ObjectDescription[];
  /** What is not described: a part of an object, or as `object` the whole of one. */
  missing: MissingPart[];
}

/**
 * Writes the statements that make objects again: the database's own text where it keeps one. What an object refers to
 * without being asked for, such as the table of a foreign key or the function of a trigger, must already exist where
 * they run. Like a list, it is read in a database session of its own.
 *
 * @since 0.2
 */
export interface GetDdlRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /**
   * A schema, for everything in it; or single objects of any kind but columns and roles. A table or a view comes with
   * what belongs to it: indexes, constraints, triggers, partitions, the sequences of its columns. A routine without a
   * `signature` is all routines of that name. At most 500 items.
   */
  objects: readonly ObjectRef[];
  /**
   * What is written beside the objects themselves; null for the defaults.
   *
   * @defaultValue `null`
   */
  options?: DdlOptions | null | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `30000`
   */
  timeout_ms?: Timeout | null | undefined;
}

/** What statements are written beside those that make the objects. */
export interface DdlOptions {
  /**
   * Comments on objects, where they are statements of their own, as in PostgreSQL.
   *
   * @defaultValue `true`
   */
  comments?: boolean | undefined;
  /**
   * Who owns each object; in MySQL the DEFINER of views, routines, triggers and events. Without it they belong to
   * whoever runs the statements.
   *
   * @defaultValue `false`
   */
  owners?: boolean | undefined;
  /**
   * Who may use each object.
   *
   * @defaultValue `false`
   */
  grants?: boolean | undefined;
}

/**
 * Statements in an order that works in an empty database. They are run in this order and in one database session,
 * because some settings hold for those after them.
 *
 * @since 0.2
 */
export interface GetDdlResponse {
  /** What to run; foreign keys come after the tables that they refer to. */
  statements: DdlStatement[];
  /** What the statements do not make: a part of an object, or as `object` the whole of one. */
  incomplete: MissingPart[];
}

/** One statement. */
export interface DdlStatement {
  /** What it makes or completes; null for a setting of the session. */
  object: ObjectRef | null;
  /** Its text, without a delimiter at the end. */
  sql: string;
}

/**
 * An object. What belongs to a table is described by the one element of the list that it would be in, such as
 * `indexes`. A list is empty when there is nothing of its kind, or when `missing` says why it is not shown.
 */
export interface ObjectDescription {
  /** As it was asked for, with the kind that it really has. */
  object: ObjectRef;
  /** The comment on it, or null. */
  comment: string | null;
  /** What sets it apart from an ordinary object of its kind. */
  traits: ObjectTrait[];
  /** In the order of the table. */
  columns: DescribedColumn[];
  /** Its primary key and its unique constraints. */
  keys: DescribedKey[];
  /** Where its rows refer to. */
  foreign_keys: ForeignKey[];
  /** The foreign keys that refer to it, of itself too. */
  referenced_by: ForeignKey[];
  /** Also those that its keys made. */
  indexes: DescribedIndex[];
  /** Conditions on its rows. */
  checks: DescribedCheck[];
  /** PostgreSQL's exclusion constraints. */
  exclusions: DescribedCheck[];
  /** What runs when it is changed. */
  triggers: DescribedTrigger[];
  /** By what a partitioned table is divided, as the database writes it; null for all others. */
  partition_key: string | null;
  /** The table that it is a partition of, or null. */
  partition_of: ObjectRef | null;
  /** Which rows the partition has, as the database writes it, or null. */
  partition_bound: string | null;
  /** The partitions of a partitioned table, one level deep. */
  partitions: DescribedPartition[];
  /** The tables that it inherits columns from, without being a partition. */
  inherits: ObjectRef[];
  /** What tells one row of a table from all others. */
  row_identity: RowIdentity;
  /**
   * The query of a view; the statement that makes a routine in PostgreSQL, its body in MySQL, as for an event; the
   * grants to a user of MySQL, a line each; in SQLite the text that made a table or view. Null where the database keeps
   * none.
   */
  definition: string | null;
  /**
   * The role that owns it, on MySQL the definer of a routine or an event; null for what has none. At most 65536
   * characters.
   *
   * @defaultValue `null`
   */
  owner?: ObjectName | null;
  /**
   * Privileges that were granted on it and on its columns; empty when only its owner has any. On MySQL without those on
   * its whole database.
   *
   * @defaultValue `[]`
   */
  grants?: Grant[];
  /**
   * What only a function or a procedure has; null for all others.
   *
   * @defaultValue `null`
   */
  routine?: RoutineFacts | null;
  /**
   * What only a sequence has; null for all others.
   *
   * @defaultValue `null`
   */
  sequence?: SequenceFacts | null;
  /**
   * What only a type has; null for all others. The attributes of a composite type are in `columns`, the conditions of a
   * domain in `checks`.
   *
   * @defaultValue `null`
   */
  type?: TypeFacts | null;
  /**
   * What only an extension has; null for all others.
   *
   * @defaultValue `null`
   */
  extension?: ExtensionFacts | null;
  /**
   * What only a role or a user has; null for all others.
   *
   * @defaultValue `null`
   */
  role?: RoleFacts | null;
  /**
   * What only an event has; null for all others.
   *
   * @defaultValue `null`
   */
  event?: EventFacts | null;
}

/** The values of `ObjectTrait` that this version knows. */
export type KnownObjectTrait =
  | "partitioned"
  | "partition"
  | "temporary"
  | "unlogged"
  | "system_versioned"
  | "strict"
  | "without_rowid"
  | "invalid"
  | "row_security"
  | "aggregate"
  | "window"
  | "returns_set"
  | "immutable"
  | "stable"
  | "volatile"
  | "null_on_null"
  | "security_definer"
  | "leakproof"
  | "parallel_safe"
  | "parallel_restricted"
  | "no_sql"
  | "contains_sql"
  | "reads_sql"
  | "modifies_sql";

/**
 * `partitioned`, `partition`, `temporary`, `unlogged`, `system_versioned`: what the engine calls so. `strict`,
 * `without_rowid`: of SQLite. `invalid`: a view of something that is gone, so that it cannot be queried.
 * `row_security`: policies decide which rows a user sees. Of routines: `aggregate` and `window` functions;
 * `returns_set`: rows instead of one value; `immutable` (MySQL: DETERMINISTIC), `stable`, `volatile`: how far its
 * results depend on its arguments alone; `null_on_null`: it is not called with NULL; `security_definer`: it runs with
 * the privileges of its owner; `leakproof`, `parallel_safe`, `parallel_restricted`, `no_sql`, `contains_sql`,
 * `reads_sql`, `modifies_sql`: what it was declared to be. Open: a later backend may use values that this version does
 * not know.
 */
export type ObjectTrait = KnownObjectTrait | (string & {});

/** Privileges on an object that one role has from one other. */
export interface Grant {
  /** The role or user, as it is listed; null for everybody. At most 65536 characters. */
  grantee: ObjectName | null;
  /** For example `SELECT`. */
  privileges: string[];
  /** The column that they are limited to; null for the whole object. At most 65536 characters. */
  column: ObjectName | null;
  /** Whether the grantee may grant them to others. */
  grantable: boolean;
}

/** How a function or a procedure is called. */
export interface RoutineFacts {
  /** For example `plpgsql`. */
  language: string;
  /** In their order, those that return values too. */
  arguments: RoutineArgument[];
  /** The type that it returns, as the database writes it, for example `SETOF integer`; null for a procedure. */
  returns: string | null;
}

/** An argument of a routine. */
export interface RoutineArgument {
  /** Its name; null where it has none. At most 65536 characters. */
  name: ObjectName | null;
  /** Which way a value goes. `variadic`: any number of values; `table`: a column of the returned rows. */
  mode: ArgumentMode;
  /** As the database writes it. */
  db_type: string;
  /** What it is when it is left out, as an SQL expression; null when it may not be. */
  default: string | null;
}

/** The values of `ArgumentMode` that this version knows. */
export type KnownArgumentMode = "in" | "out" | "inout" | "variadic" | "table";

/**
 * Which way a value goes. `variadic`: any number of values; `table`: a column of the returned rows. Open: a later
 * backend may use values that this version does not know.
 */
export type ArgumentMode = KnownArgumentMode | (string & {});

/** The numbers that a sequence gives, as digits, because they may be larger than a client's integers. */
export interface SequenceFacts {
  /** The type of its numbers. */
  db_type: string;
  /** Its first number. */
  start: string;
  /** Its smallest number. */
  minimum: string;
  /** Its largest number. */
  maximum: string;
  /** From one number to the next. */
  increment: string;
  /** Whether it begins again at its end. */
  cycles: boolean;
  /** How many numbers a session takes at once. */
  cache: string;
  /**
   * The number that comes next, unless sessions have taken some ahead; null where `missing` says why it is not shown,
   * and when there is none.
   */
  next: string | null;
  /** The column that it belongs to and is dropped with; null for none. */
  owned_by: ObjectRef | null;
}

/** What a type consists of. */
export interface TypeFacts {
  /** How a type is made; `base`: in C. */
  form: TypeForm;
  /** The values of an enum, in their order. */
  values: string[];
  /** What a domain is made of, and a range made over; null for all others. */
  base_type: string | null;
  /** Whether a domain takes NULL; true for all others. */
  nullable: boolean;
  /** The default of a domain, as an SQL expression; null for none. */
  default: string | null;
  /** The collation of a domain or a range, where it is not the usual one; else null. */
  collation: string | null;
}

/** The values of `TypeForm` that this version knows. */
export type KnownTypeForm = "enum" | "composite" | "domain" | "range" | "base";

/** How a type is made; `base`: in C. Open: a later backend may use values that this version does not know. */
export type TypeForm = KnownTypeForm | (string & {});

/** What is known of an installed extension. */
export interface ExtensionFacts {
  /** The installed version. */
  version: string;
  /** The schema that its objects are in. At most 65536 characters. */
  schema_name: ObjectName;
}

/** What a role or a user may do. */
export interface RoleFacts {
  /** What holds for it everywhere. */
  attributes: RoleAttribute[];
  /** The roles whose privileges it has or may take. */
  member_of: RoleMembership[];
  /** The roles that have its own. */
  members: RoleMembership[];
  /** How many sessions it may have at once; null for no limit of its own. At least 0; in sessions. */
  connection_limit: number | null;
  /** When its password ends, as the database writes it; null for never. */
  valid_until: string | null;
}

/** The values of `RoleAttribute` that this version knows. */
export type KnownRoleAttribute =
  | "login"
  | "superuser"
  | "inherit"
  | "create_database"
  | "create_role"
  | "replication"
  | "bypass_row_security"
  | "locked";

/**
 * `login`: it may open sessions; on MySQL, a user. `superuser`: nothing is refused. `inherit`: it has the privileges of
 * its roles without taking them. `locked`: it may not log in now. The others are what they say. Open: a later backend
 * may use values that this version does not know.
 */
export type RoleAttribute = KnownRoleAttribute | (string & {});

/** The other role of a membership. */
export interface RoleMembership {
  /** A name as the database keeps it. At most 65536 characters. */
  name: ObjectName;
  /** Whether the member may let others in. */
  admin: boolean;
}

/** When an event runs. */
export interface EventFacts {
  /** `AT` or `EVERY` with what follows it. */
  schedule: string;
  /** Whether it runs. */
  enabled: boolean;
  /** When it begins to run; null for at once. */
  starts: string | null;
  /** When it stops; null for never. */
  ends: string | null;
  /** Whether it stays when it will not run again. */
  keeps: boolean;
  /** Of its times. */
  time_zone: string;
}

/** A column of a table or a view. */
export interface DescribedColumn {
  /** A name as the database keeps it. At most 65536 characters. */
  name: ObjectName;
  /** As the database writes it, with its modifiers. A result of MySQL may say less: `enum`, without the words of it. */
  db_type: string;
  /** The portable meaning of a column's cells, the same for every engine. */
  kind: Kind;
  /** Whether it takes NULL, or null when that is not known, as for the columns of views. */
  nullable: boolean | null;
  /** The default, as an SQL expression; null for none. */
  default: string | null;
  /**
   * Whether the database numbers the rows in this column: `always`, `by_default` (unless a value is given),
   * `auto_increment` (MySQL, and SQLite with that word), `rowid` (SQLite's INTEGER PRIMARY KEY).
   */
  identity: ColumnIdentity;
  /**
   * Whether the column is computed: `stored` when a row is written, `virtual` when it is read; `row_start` and
   * `row_end` are the times of a system-versioned row.
   */
  generated: ColumnGenerated;
  /** What a generated column is computed by, or null. */
  expression: string | null;
  /** The collation, where it is not the one that the type, the table or the database gives it; else null. */
  collation: string | null;
  /** The comment on it, or null. */
  comment: string | null;
  /** Whether `SELECT *` leaves it out. */
  hidden: boolean;
  /** Whether it is part of the primary key, as in the origin of a result's column. */
  key_part: boolean;
  /**
   * What MySQL sets it to whenever something else in the row changes, as an SQL expression; null for nothing.
   *
   * @defaultValue `null`
   */
  on_update?: string | null;
}

/** The values of `ColumnIdentity` that this version knows. */
export type KnownColumnIdentity = "none" | "always" | "by_default" | "auto_increment" | "rowid";

/**
 * Whether the database numbers the rows in this column: `always`, `by_default` (unless a value is given),
 * `auto_increment` (MySQL, and SQLite with that word), `rowid` (SQLite's INTEGER PRIMARY KEY). Open: a later backend
 * may use values that this version does not know.
 */
export type ColumnIdentity = KnownColumnIdentity | (string & {});

/** The values of `ColumnGenerated` that this version knows. */
export type KnownColumnGenerated = "none" | "stored" | "virtual" | "row_start" | "row_end";

/**
 * Whether the column is computed: `stored` when a row is written, `virtual` when it is read; `row_start` and `row_end`
 * are the times of a system-versioned row. Open: a later backend may use values that this version does not know.
 */
export type ColumnGenerated = KnownColumnGenerated | (string & {});

/** A primary key or a unique constraint. */
export interface DescribedKey {
  /** Its name; null where it has none. At most 65536 characters. */
  name: ObjectName | null;
  /** Whether it is the primary key. */
  primary: boolean;
  /** In the order of the key. */
  columns: ObjectName[];
}

/** A foreign key, seen from either side. */
export interface ForeignKey {
  /** Its name; null where it has none. At most 65536 characters. */
  name: ObjectName | null;
  /** The table whose rows refer. */
  table: ObjectRef;
  /** Its columns. */
  columns: ObjectName[];
  /** The table that they refer to. */
  referenced_table: ObjectRef;
  /** Its columns, in the same order; empty where the table that they should be in does not exist. */
  referenced_columns: ObjectName[];
  /** What happens to the rows that refer to a row that changes. */
  on_update: ForeignKeyAction;
  /** What happens to the rows that refer to a row that changes. */
  on_delete: ForeignKeyAction;
  /** Whether at most one row refers to each row, because a key of the referring table lies within the columns. */
  unique: boolean;
  /** Whether all rows are known to fit: false for a constraint that was not validated. */
  enforced: boolean;
}

/** The values of `ForeignKeyAction` that this version knows. */
export type KnownForeignKeyAction = "no_action" | "restrict" | "cascade" | "set_null" | "set_default";

/**
 * What happens to the rows that refer to a row that changes. Open: a later backend may use values that this version
 * does not know.
 */
export type ForeignKeyAction = KnownForeignKeyAction | (string & {});

/** An index. */
export interface DescribedIndex {
  /** A name as the database keeps it. At most 65536 characters. */
  name: ObjectName;
  /** Whether it refuses equal entries. */
  unique: boolean;
  /** Whether it is that of the primary key. */
  primary: boolean;
  /** What it is sorted or hashed by. */
  parts: IndexPart[];
  /** Columns that it only carries. */
  included: ObjectName[];
  /** For example `btree`; null when the engine has only one. */
  method: string | null;
  /** Which rows a partial index has, as an SQL expression; null for all. */
  predicate: string | null;
  /** Whether the database uses it: false while it is being built, after that failed, and when it is ignored. */
  valid: boolean;
  /** The comment on it, or null. */
  comment: string | null;
}

/** A column or an expression of an index. */
export interface IndexPart {
  /** The column; null for an expression. At most 65536 characters. */
  column: ObjectName | null;
  /** The expression; null for a column, and where the database does not show it. */
  expression: string | null;
  /** Whether it is sorted downwards. */
  descending: boolean;
  /**
   * How much of the column is in the index, in characters or bytes; null for all of it. At least 1; in characters.
   *
   * @defaultValue `null`
   */
  prefix_length?: number | null;
}

/** A condition that rows must fulfil. */
export interface DescribedCheck {
  /** A name as the database keeps it. At most 65536 characters. */
  name: ObjectName;
  /** As the database writes it. */
  expression: string;
  /** Whether all rows are known to fulfil it. */
  enforced: boolean;
}

/** A trigger. */
export interface DescribedTrigger {
  /** A name as the database keeps it. At most 65536 characters. */
  name: ObjectName;
  /** Whether it runs. */
  enabled: boolean;
  /** When it runs and what it does, as the database writes it. */
  definition: string;
  /** The comment on it, or null. */
  comment: string | null;
}

/** One partition. */
export interface DescribedPartition {
  /** A name as the database keeps it. At most 65536 characters. */
  name: ObjectName;
  /** The partition as a table of its own; null where it is none. */
  object: ObjectRef | null;
  /** Which rows it has, as the database writes it; null where that follows from the key. */
  bound: string | null;
}

/** What tells one row of a table from all others. */
export interface RowIdentity {
  /** The columns whose values do so; empty when nothing does. */
  columns: ObjectName[];
  /**
   * `primary_key`, or `unique`: a unique key whose columns are never NULL. `rowid`: SQLite's own number of a row, under
   * a name that no column has. `none`: nothing.
   */
  source: RowIdentitySource;
}

/** The values of `RowIdentitySource` that this version knows. */
export type KnownRowIdentitySource = "primary_key" | "unique" | "rowid" | "none";

/**
 * `primary_key`, or `unique`: a unique key whose columns are never NULL. `rowid`: SQLite's own number of a row, under a
 * name that no column has. `none`: nothing. Open: a later backend may use values that this version does not know.
 */
export type RowIdentitySource = KnownRowIdentitySource | (string & {});
