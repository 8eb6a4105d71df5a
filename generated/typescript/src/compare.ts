// Generated from schema/ by `make generate`. Do not edit.
// Two schemas compared, with the statements that make one like the other.

import type { PlannedStatement } from "./alter.js";
import type { MissingPart, ObjectName, ObjectRef } from "./catalog.js";
import type { ConnectionId } from "./connection.js";
import type { Timeout } from "./values.js";

/**
 * Compares two schemas of the same engine, and writes the statements that make the other one like the first. Nothing is
 * changed: the statements are for `run_script` on the other connection, joined by `;` and a line end, in a database
 * session without an open transaction. Schemas of different engines are refused with `unsupported`, because what one
 * engine calls a type, a default or a collation has no exact counterpart in another. Objects are matched by name: one
 * that was renamed is missing under one name, and extra under the other. Owners, grants and rows are not compared. Both
 * are read in database sessions of their own, so what an open transaction has made is not found before its commit.
 *
 * @since 0.2
 */
export interface CompareSchemasRequest {
  /** The connection of the first schema, which is the model and stays as it is. At most 64 characters. */
  connection_id: ConnectionId;
  /** The first schema: in MySQL a database, in SQLite `main` or an attached one. At most 65536 characters. */
  schema_name: ObjectName;
  /**
   * The connection of the other schema, which the statements would change; it may be the same connection. At most 64
   * characters.
   */
  other_connection_id: ConnectionId;
  /** The other schema. At most 65536 characters. */
  other_schema_name: ObjectName;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `120000`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * What differs, and what to run.
 *
 * @since 0.2
 */
export interface CompareSchemasResponse {
  /** By object, those of a table one after the other. Empty when the schemas are alike. */
  differences: SchemaDifference[];
  /**
   * They make the other schema like the first, in an order that runs. Where the engine can undo them, they begin and
   * end a transaction of their own. Views, triggers and routines that stand in the way of a change are dropped and made
   * again.
   */
  statements: PlannedStatement[];
  /** What the statements do beside what was asked for, may fail at, or leave as it is. */
  warnings: CompareWarning[];
  /**
   * What one of the databases, or the privileges of its user, do not show. An object that one side has and does not
   * show is neither missing nor extra, and no statement changes it.
   */
  not_compared: MissingPart[];
}

/** One object, or a column, a constraint or an index of a table that both schemas have. */
export interface SchemaDifference {
  /**
   * `missing`: the other schema does not have it, and the statements make it. `extra`: only the other schema has it,
   * and the statements drop it. `different`: both have it, and the statements make the other like the first.
   */
  difference: DifferenceKind;
  /** Its name in the other schema. A constraint without a name has an empty one. */
  object: ObjectRef;
  /**
   * What the first schema has, as text: statements with `;` and a line end between them, or a definition. Null where it
   * has nothing.
   */
  first: string | null;
  /** The same of the other schema. */
  other: string | null;
  /** What exactly differs, of a column that is in both and of a table itself; else empty. */
  properties: PropertyDifference[];
  /**
   * Which of the statements mend it, by their place, from 0. Several differences of a table may have the same. Empty
   * where none does, and a warning `not_mended` says why.
   */
  statements: number[];
  /** Whether one of these statements is destructive. */
  destructive: boolean;
}

/** The values of `DifferenceKind` that this version knows. */
export type KnownDifferenceKind = "missing" | "extra" | "different";

/**
 * `missing`: the other schema does not have it, and the statements make it. `extra`: only the other schema has it, and
 * the statements drop it. `different`: both have it, and the statements make the other like the first. Open: a later
 * backend may use values that this version does not know.
 */
export type DifferenceKind = KnownDifferenceKind | (string & {});

/** A property that differs. */
export interface PropertyDifference {
  /**
   * Of a column: `name`, where only its case differs, `db_type`, `nullable` (`true` or `false`), `default`, `identity`,
   * `generated`, `expression`, `charset`, `collation`, `comment`, `on_update` and `clauses`, which is whatever else its
   * definition has. Of a table: `comment`, `options` after its columns, and `column_order`, where the engine can change
   * that.
   */
  name: ComparedProperty;
  /** What it is in the first schema, as the engine writes it; null for nothing. */
  first: string | null;
  /** What it is in the other schema. */
  other: string | null;
}

/** The values of `ComparedProperty` that this version knows. */
export type KnownComparedProperty =
  | "name"
  | "db_type"
  | "nullable"
  | "default"
  | "identity"
  | "generated"
  | "expression"
  | "charset"
  | "collation"
  | "comment"
  | "on_update"
  | "clauses"
  | "options"
  | "column_order";

/**
 * Of a column: `name`, where only its case differs, `db_type`, `nullable` (`true` or `false`), `default`, `identity`,
 * `generated`, `expression`, `charset`, `collation`, `comment`, `on_update` and `clauses`, which is whatever else its
 * definition has. Of a table: `comment`, `options` after its columns, and `column_order`, where the engine can change
 * that. Open: a later backend may use values that this version does not know.
 */
export type ComparedProperty = KnownComparedProperty | (string & {});

/** Something to know before the statements are run. */
export interface CompareWarning {
  /**
   * Those of `preview_alter`, and: `not_mended`: no statement is written for a difference. `partitions`: the object is
   * divided into partitions or belongs to such a table, or inherits, and is only compared as a whole. `column_order`:
   * the columns stand in another order, which the engine cannot change, so that this is not a difference. `made_again`:
   * a view, a trigger or a routine is dropped and made again, without the privileges that were granted on it, and
   * belongs to whoever runs the statements. `names_first`: a text still names the first schema, in a string or in the
   * body of a routine, and is left as it is. `other_version`: the servers have different versions, and may write the
   * same thing differently.
   */
  code: CompareWarningCode;
  /** A sentence for people. */
  message: string;
  /** What it is about; null for the statements as a whole. */
  object: ObjectRef | null;
}

/** The values of `CompareWarningCode` that this version knows. */
export type KnownCompareWarningCode =
  | "rewrites_table"
  | "locks_table"
  | "loses_data"
  | "converts_values"
  | "may_fail"
  | "not_transactional"
  | "uses_settings"
  | "affects_others"
  | "not_mended"
  | "partitions"
  | "column_order"
  | "made_again"
  | "names_first"
  | "other_version";

/**
 * Those of `preview_alter`, and: `not_mended`: no statement is written for a difference. `partitions`: the object is
 * divided into partitions or belongs to such a table, or inherits, and is only compared as a whole. `column_order`: the
 * columns stand in another order, which the engine cannot change, so that this is not a difference. `made_again`: a
 * view, a trigger or a routine is dropped and made again, without the privileges that were granted on it, and belongs
 * to whoever runs the statements. `names_first`: a text still names the first schema, in a string or in the body of a
 * routine, and is left as it is. `other_version`: the servers have different versions, and may write the same thing
 * differently. Open: a later backend may use values that this version does not know.
 */
export type CompareWarningCode = KnownCompareWarningCode | (string & {});
