// Generated from schema/ by `make generate`. Do not edit.
// What exists in a database: its schemas, tables, views, routines and what they consist of.

import type { ConnectionId } from "./connection.js";
import type { Timeout } from "./values.js";

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

/**
 * The objects, ordered by kind and then by name; columns and partitions in the table's order.
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
