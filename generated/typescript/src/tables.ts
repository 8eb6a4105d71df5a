// Generated from schema/ by `make generate`. Do not edit.
// The rows of tables and views: opened with filters and an order, and counted.

import type { ObjectName, ObjectRef, RowIdentity } from "./catalog.js";
import type { ConnectionId, DbSessionId } from "./connection.js";
import type { FurtherResult, InsertId, MaxRows, ResultId, RowOffset, SqlText, Timings } from "./query.js";
import type { FilterOperator, NullsPlace } from "./rows.js";
import type {
  Cell,
  Column,
  CutCell,
  Notice,
  PositionalParameters,
  Rows,
  Timeout,
  TransactionStatus,
} from "./values.js";

/**
 * Reads the rows of a table or a view. The filters and the order become one SELECT in the engine's own SQL, with every
 * value bound; the columns are looked up first, in a database session of its own, so what an open transaction has made
 * is not found before its commit, nor are temporary tables of MySQL and SQLite.
 *
 * @since 0.2
 */
export interface OpenTableRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /**
   * Run in this database session; null for any free one. A result of the same session that is not read to its end is
   * first read and kept to its end. At most 64 characters.
   *
   * @defaultValue `null`
   */
  db_session_id?: DbSessionId | null | undefined;
  /** A table or a view of any kind. */
  object: ObjectRef;
  /**
   * Which columns, in this order; null for all that `SELECT *` gives. Those of `row_identity` follow where they are not
   * among them. At most 65535 items.
   *
   * @defaultValue `null`
   */
  columns?: readonly ObjectName[] | null | undefined;
  /**
   * Conditions that every row fulfils; empty for all rows. At most 100 items.
   *
   * @defaultValue `[]`
   */
  filters?: readonly TableFilter[] | undefined;
  /**
   * What to sort by, the most significant first; empty for the order in which the database gives the rows. At most 100
   * items.
   *
   * @defaultValue `[]`
   */
  order?: readonly TableOrder[] | undefined;
  /**
   * `estimate`: what the database's statistics say of the whole table, at no cost; null with filters, for views, and
   * where there are none. `exact`: counted after the first window was read, and the answer waits for it. To show the
   * rows first, ask for `none` and send `count_rows` afterwards, which can be cancelled by itself.
   *
   * @defaultValue `"none"`
   */
  count?: CountWanted | undefined;
  /**
   * Rows in the first window at most. 0 to 100000 rows.
   *
   * @defaultValue `1000`
   */
  window_rows?: number | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
  /**
   * A longer cell travels cut and is listed in `cut_cells`. 16 to 4194304 bytes.
   *
   * @defaultValue `65536`
   */
  max_cell_bytes?: number | undefined;
  /**
   * Keep no more rows of the result; null for no limit. One row more is read, to know whether there is one. 1 to
   * 9007199254740991 rows.
   *
   * @defaultValue `null`
   */
  max_rows?: MaxRows | null | undefined;
  /**
   * Keep the statement in the history, where the backend has one.
   *
   * @defaultValue `true`
   */
  record?: boolean | undefined;
  /**
   * Keep a result with columns although all of it is in the answer, for `view_result`, `find_in_result` and
   * `summarize_result`.
   *
   * @defaultValue `false`
   */
  keep_result?: boolean | undefined;
}

/**
 * The first window of the rows, and the statement that gives them. The fields up to `truncated` are those of
 * `query_response`.
 *
 * @since 0.2
 */
export interface OpenTableResponse {
  /**
   * Names the result for `fetch`, `cell_fetch` and `close_result`; null when everything is in this answer. At most 64
   * characters.
   */
  result_id: ResultId | null;
  /** Empty for a statement that returns no rows. */
  columns: Column[];
  /** Rows in the order in which the database gave them. */
  rows: Rows;
  /** Whether no row exists beyond this window. */
  complete: boolean;
  /** Rows of the whole result, or null while that is not known. 0 to 9007199254740991 rows. */
  total_rows: RowOffset | null;
  /** Cells of this window that travel shortened. */
  cut_cells: CutCell[];
  /** Rows inserted, updated or deleted, or null when the statement is none that counts. 0 to 9007199254740991 rows. */
  affected_rows: RowOffset | null;
  /**
   * The key that the engine made for the inserted row (SQLite: the rowid), or null. -9223372036854775808 to
   * 18446744073709551615.
   */
  last_insert_id: InsertId | null;
  /** The database's remarks, in order. */
  notices: Notice[];
  /**
   * The state of the database session after the statement: `idle` is outside a transaction, `failed` is inside one that
   * only a rollback ends.
   */
  transaction_status: TransactionStatus;
  /** Where the time of a query went. */
  timings: Timings;
  /** What a procedure returned beside its first result, in order; read with `fetch`. */
  more_results: FurtherResult[];
  /**
   * Whether more rows came than `max_rows` allows; they were dropped. Known once `total_rows` is, which counts the rows
   * that are kept.
   */
  truncated: boolean;
  /** The statement that was run. At most 16777216 characters. */
  sql: SqlText;
  /** The values for its placeholders. At most 65535 items. */
  params: PositionalParameters;
  /** What tells one row of a table from all others. */
  row_identity: RowIdentity;
  /**
   * How many rows there are, of those that the filters let through; null when that was not asked for, or is not known.
   */
  counted_rows: CountedRows | null;
}

/** A condition on one column of a table. Of NULL only `is_null` is true. */
export interface TableFilter {
  /** A name as the database keeps it. At most 65536 characters. */
  column: ObjectName;
  /**
   * `eq, ne, lt, le, gt, ge, in, between` compare as the database does, in the column's collation. `contains,
   * starts_with, ends_with` look for text as it is, `like` for a pattern with `%` and `_` (a backslash takes their
   * meaning away), also in the text that the database makes of other values, except of bytes.
   */
  op: FilterOperator;
  /**
   * What to compare with: one value; for `between` the lowest and the highest; for `in` any number; none for `is_null`
   * and `is_not_null`. A value is taken for the column's type, never for that of its own form; numbers may be text. All
   * filters together take 30,000 values. At most 10000 items.
   *
   * @defaultValue `[]`
   */
  values?: readonly (Cell | Uint8Array)[] | undefined;
  /**
   * Whether `contains`, `starts_with`, `ends_with` and `like` tell upper from lower case. Without it SQLite takes only
   * the letters A to Z for equal to a to z, and MySQL compares text columns by their collation.
   *
   * @defaultValue `false`
   */
  match_case?: boolean | undefined;
}

/** One column to sort by, as the database compares its values. */
export interface TableOrder {
  /** A name as the database keeps it. At most 65536 characters. */
  column: ObjectName;
  /**
   * The greatest first.
   *
   * @defaultValue `false`
   */
  descending?: boolean | undefined;
  /**
   * Where NULL goes; null for where this database puts it by itself, for which it can use an index.
   *
   * @defaultValue `null`
   */
  nulls?: NullsPlace | null | undefined;
}

/**
 * `estimate`: what the database's statistics say of the whole table, at no cost; null with filters, for views, and
 * where there are none. `exact`: counted after the first window was read, and the answer waits for it. To show the rows
 * first, ask for `none` and send `count_rows` afterwards, which can be cancelled by itself.
 */
export type CountWanted = "none" | "estimate" | "exact";

/** A number of rows, and what it is worth. */
export interface CountedRows {
  /** The number of rows. 0 to 9007199254740991 rows. */
  rows: number;
  /** Whether they were counted; false for an estimate. */
  exact: boolean;
}

/**
 * Counts the rows of a table or a view, or those that the filters let through. It may take as long as reading them; a
 * cancel stops it.
 *
 * @since 0.2
 */
export interface CountRowsRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /**
   * Run in this database session; null for any free one. A result of the same session that is not read to its end is
   * first read and kept to its end. At most 64 characters.
   *
   * @defaultValue `null`
   */
  db_session_id?: DbSessionId | null | undefined;
  /** A table or a view of any kind. */
  object: ObjectRef;
  /**
   * Conditions that every row fulfils; empty for all rows. At most 100 items.
   *
   * @defaultValue `[]`
   */
  filters?: readonly TableFilter[] | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * What was counted.
 *
 * @since 0.2
 */
export interface CountRowsResponse {
  /** A number of rows, and what it is worth. */
  counted_rows: CountedRows;
}
