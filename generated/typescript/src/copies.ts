// Generated from schema/ by `make generate`. Do not edit.
// Rows of a table copied to another table, of the same database or of another one of any engine.

import type { ObjectName, ObjectRef } from "./catalog.js";
import type { ConnectionId } from "./connection.js";
import type { ImportMode } from "./imports.js";
import type { RowOffset } from "./query.js";
import type { Timeout } from "./values.js";

/**
 * Reads a table or a view in one consistent snapshot, and stores its rows in another table, which is made if it is
 * wanted. Values are stored exactly as they are or the row is refused: what the other engine has no exact type for
 * becomes text, with a warning that names the column. Progress is reported in `copied_rows`.
 *
 * @since 0.2
 */
export interface CopyTableRequest {
  /** Where the rows are read. At most 64 characters. */
  connection_id: ConnectionId;
  /** The table or the view whose rows are copied. */
  object: ObjectRef;
  /** Where they are stored: the same connection or another one. At most 64 characters. */
  target_connection_id: ConnectionId;
  /** The table that gets them, with its schema. */
  target: ObjectRef;
  /**
   * `create`: the target is made, and must not exist. `existing`: it must exist. `as_needed`: it is made if it does not
   * exist. A new table has the columns, NOT NULL and the primary key before the rows, and its other keys, indexes,
   * checks and foreign keys after them. Each of these that cannot be made is a warning.
   *
   * @defaultValue `"create"`
   */
  structure?: CopyStructure | undefined;
  /**
   * The columns that are copied, each to the one of its name; null for all. At most 2000 items.
   *
   * @defaultValue `null`
   */
  columns?: readonly ObjectName[] | null | undefined;
  /**
   * What becomes of rows that the target has already.
   *
   * @defaultValue `"insert"`
   */
  mode?: ImportMode | undefined;
  /**
   * One transaction for all rows. Else every batch is committed, and a copy that stops says how many rows are in.
   *
   * @defaultValue `true`
   */
  all_or_nothing?: boolean | undefined;
  /**
   * Continue a copy that was stopped, with `mode` `insert`: only rows after the highest key in the target are copied.
   * Needs a primary key of one integer column, and is refused with `conflict` unless the source has as many rows up to
   * that key as the target has in all, and the same sum of their keys modulo 1,000,000,007. A copy that may be resumed
   * is one with `all_or_nothing` false: it stores rows in the order of that key.
   *
   * @defaultValue `false`
   */
  resume?: boolean | undefined;
  /**
   * Only say what would run, and what to know before: the answer has no rows.
   *
   * @defaultValue `false`
   */
  dry_run?: boolean | undefined;
  /**
   * The user has agreed to the copy; see `confirmation_required`.
   *
   * @defaultValue `false`
   */
  confirm?: boolean | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * `create`: the target is made, and must not exist. `existing`: it must exist. `as_needed`: it is made if it does not
 * exist. A new table has the columns, NOT NULL and the primary key before the rows, and its other keys, indexes, checks
 * and foreign keys after them. Each of these that cannot be made is a warning.
 */
export type CopyStructure = "create" | "existing" | "as_needed";

/**
 * What was copied.
 *
 * @since 0.2
 */
export interface CopyTableResponse {
  /** Rows that were read from the source. 0 to 9007199254740991 rows. */
  read: RowOffset;
  /** Rows that were stored. 0 to 9007199254740991 rows. */
  rows: RowOffset;
  /** Rows that `skip` left out. 0 to 9007199254740991 rows. */
  skipped: RowOffset;
  /** Whether the target was made, or would be. */
  created: boolean;
  /** What was run, or would be, in order: the one that reads, then those that make the table and store the rows. */
  statements: string[];
  /** Where the target differs from the source. */
  warnings: CopyWarning[];
}

/** Something in which the target differs from the source. */
export interface CopyWarning {
  /**
   * `becomes_text`: the engine has no such type, and the values are kept as text. `other_type`: the values are kept in
   * a type with another meaning, which the message says. `may_be_refused`: the type holds fewer values; a row with
   * another one ends the copy. `left_out`: a default, a key, an index, a check, a foreign key, triggers, comments or a
   * column are not in the target. `collation`: texts compare in another way than in the source. `next_number`: the
   * numbers that the database gives new rows of an existing target do not go on after those that are copied.
   */
  code: CopyWarningCode;
  /** A sentence for people. */
  message: string;
  /** The column that it is about; null for the table. */
  column: string | null;
}

/** The values of `CopyWarningCode` that this version knows. */
export type KnownCopyWarningCode =
  "becomes_text" | "other_type" | "may_be_refused" | "left_out" | "collation" | "next_number";

/**
 * `becomes_text`: the engine has no such type, and the values are kept as text. `other_type`: the values are kept in a
 * type with another meaning, which the message says. `may_be_refused`: the type holds fewer values; a row with another
 * one ends the copy. `left_out`: a default, a key, an index, a check, a foreign key, triggers, comments or a column are
 * not in the target. `collation`: texts compare in another way than in the source. `next_number`: the numbers that the
 * database gives new rows of an existing target do not go on after those that are copied. Open: a later backend may use
 * values that this version does not know.
 */
export type CopyWarningCode = KnownCopyWarningCode | (string & {});
