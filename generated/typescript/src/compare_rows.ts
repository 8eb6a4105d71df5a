// Generated from schema/ by `make generate`. Do not edit.
// The rows of two tables compared, by a key.

import type { ObjectName, ObjectRef } from "./catalog.js";
import type { ConnectionId } from "./connection.js";
import type { MaxRows, ResultId, RowOffset } from "./query.js";
import type { TableFilter } from "./tables.js";
import type { Column, CutCell, Rows, Timeout } from "./values.js";

/**
 * Compares the rows of two tables or views of any two connections, of whatever engines, by a key. Both are read in the
 * order of the key, each in one read-only snapshot of its own, and the rows that differ become a result like that of a
 * query: for `fetch`, `view_result`, `find_in_result`, `summarize_result` and `export_rows`. Memory does not grow with
 * the number of rows. Columns are matched by name. Values are equal or not, never nearly: numbers by value, texts by
 * their characters, moments by the moment; what cannot be compared exactly is left out, and named. Progress is reported
 * in `compared_rows`. The tables are read in database sessions of their own, so what an open transaction has changed is
 * not seen before its commit.
 *
 * @since 0.2
 */
export interface CompareRowsRequest {
  /** The connection of the first table; the result belongs to it. At most 64 characters. */
  connection_id: ConnectionId;
  /** The first table or view. */
  object: ObjectRef;
  /** The connection of the other table; it may be the same connection. At most 64 characters. */
  other_connection_id: ConnectionId;
  /** The other table or view. */
  other_object: ObjectRef;
  /**
   * The columns to compare, by their names in the first table; both tables must have them. Those of the key are
   * compared anyway. Null for all that both have. At most 2000 items.
   *
   * @defaultValue `null`
   */
  columns?: readonly ObjectName[] | null | undefined;
  /**
   * The columns whose values tell the rows apart, in both tables, by their names in the first one. Null for the primary
   * key of the first table, or of the other where the first has none, or else a unique key without NULL. A key whose
   * values are NULL or come twice is refused with `conflict` when that is seen. At most 32 items.
   *
   * @defaultValue `null`
   */
  key?: readonly ObjectName[] | null | undefined;
  /**
   * Conditions that the rows of both tables fulfil, with the names of the first one; empty for all rows. Each database
   * compares in its own way. At most 100 items.
   *
   * @defaultValue `[]`
   */
  filters?: readonly TableFilter[] | undefined;
  /**
   * Which differences become rows of the result; all are counted. At most 3 items.
   *
   * @defaultValue `["missing", "extra", "different"]`
   */
  include?: readonly RowDifference[] | undefined;
  /**
   * Keep no more rows than this; all are counted. Null for no limit. 1 to 9007199254740991 rows.
   *
   * @defaultValue `100000`
   */
  max_differences?: MaxRows | null | undefined;
  /**
   * Rows in the first window at most. 0 to 100000 rows.
   *
   * @defaultValue `1000`
   */
  window_rows?: number | undefined;
  /**
   * A longer cell travels cut and is listed in `cut_cells`. 16 to 4194304 bytes.
   *
   * @defaultValue `65536`
   */
  max_cell_bytes?: number | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * `missing`: the other table does not have the row. `extra`: only the other table has it. `different`: both have a row
 * with this key, and other values in it.
 */
export type RowDifference = "missing" | "extra" | "different";

/**
 * How many rows are equal and how many are not, and the first window of those that are not, in the order of the key.
 *
 * @since 0.2
 */
export interface CompareRowsResponse {
  /**
   * Names the result for `fetch` and the requests for results, until `close_result`. It is there also when it has no
   * rows. At most 64 characters.
   */
  result_id: ResultId;
  /**
   * The first column is `difference`, a `RowDifference`; the second is `differing`, a JSON array with the names of the
   * columns that differ, null for a row that only one table has. Then come the columns of the key, and then two for
   * each other compared column: that of the first table under its name, and that of the other under its name and `
   * (other)`, each with its own type. A cell of a table that has no such row is NULL. None has an `origin`.
   */
  columns: Column[];
  /** Rows in the order in which the database gave them. */
  rows: Rows;
  /** Whether no row exists beyond this window. */
  complete: boolean;
  /** Rows of the whole result. 0 to 9007199254740991 rows. */
  total_rows: RowOffset;
  /** Cells of this window that travel shortened. */
  cut_cells: CutCell[];
  /** Whether there were more differences than `max_differences`; the further ones are counted only. */
  truncated: boolean;
  /** Rows of the first table that were compared. 0 to 9007199254740991 rows. */
  first_rows: number;
  /** Rows of the other table. 0 to 9007199254740991 rows. */
  other_rows: number;
  /** Rows that are in both, with equal values. 0 to 9007199254740991 rows. */
  equal_rows: number;
  /** Rows that the other table does not have. 0 to 9007199254740991 rows. */
  missing_rows: number;
  /** Rows that only the other table has. 0 to 9007199254740991 rows. */
  extra_rows: number;
  /** Rows that are in both, with different values. 0 to 9007199254740991 rows. */
  different_rows: number;
  /** The columns of the key, by their names in the first table. */
  key: ObjectName[];
  /** The columns that were compared beside the key, in the order of the result. */
  compared: ComparedColumn[];
  /** The columns that were not compared. */
  left_out: LeftOutColumn[];
  /** The two statements that read the tables. */
  statements: string[];
  /** What to know about the comparison. */
  warnings: CompareRowsWarning[];
}

/** A column that was compared. */
export interface ComparedColumn {
  /** Its name in the first table. */
  name: string;
  /** Its name in the other table. */
  other_name: string;
  /** Rows that are in both tables and differ in it. 0 to 9007199254740991 rows. */
  different_rows: number;
}

/** A column that was not compared. */
export interface LeftOutColumn {
  /** Its name. */
  name: string;
  /** Whether only the other table has it. */
  of_other: boolean;
  /** A sentence for people. */
  reason: string;
}

/** Something to know. */
export interface CompareRowsWarning {
  /**
   * `server_sorts`: the key is sorted by the server, as an index in another order is of no use. `other_type`: the types
   * have different meanings, and the message says how values were compared.
   */
  code: CompareRowsWarningCode;
  /** A sentence for people. */
  message: string;
  /** The column that it is about, by its name in the first table; null for the tables. */
  column: string | null;
}

/** The values of `CompareRowsWarningCode` that this version knows. */
export type KnownCompareRowsWarningCode = "server_sorts" | "other_type";

/**
 * `server_sorts`: the key is sorted by the server, as an index in another order is of no use. `other_type`: the types
 * have different meanings, and the message says how values were compared. Open: a later backend may use values that
 * this version does not know.
 */
export type CompareRowsWarningCode = KnownCompareRowsWarningCode | (string & {});
