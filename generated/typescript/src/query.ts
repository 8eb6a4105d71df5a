// Generated from schema/ by `make generate`. Do not edit.
// Running a statement and reading its result by windows.

import type { ConnectionId, DbSessionId } from "./connection.js";
import type { Bytes, Column, CutCell, Notice, Parameters, Rows, Timeout, TransactionStatus } from "./values.js";

/**
 * Runs one statement and answers with the first window of its rows.
 *
 * @since 0.1
 */
export interface QueryRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /** One SQL statement in the engine's own dialect, without NUL characters. At most 16777216 characters. */
  sql: SqlText;
  /**
   * Run in this database session; null for any free one. A result of the same session that is not read to its end is
   * first read and kept to its end: close it when it is not needed. At most 64 characters.
   *
   * @defaultValue `null`
   */
  db_session_id?: DbSessionId | null | undefined;
  /**
   * Values for the placeholders, or null for none.
   *
   * @defaultValue `null`
   */
  params?: Parameters | null | undefined;
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
   * Keep no more rows of the result, and of each further result of a procedure; null for no limit. One row more is
   * read, to know whether there is one. 1 to 9007199254740991 rows.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  max_rows?: MaxRows | null | undefined;
  /**
   * The user has agreed to what the statement does; see `confirmation_required`.
   *
   * @defaultValue `false`
   * @since 0.2
   */
  confirm?: boolean | undefined;
  /**
   * Keep a result with columns although all of it is in the answer, for `view_result`, `find_in_result` and
   * `summarize_result`.
   *
   * @defaultValue `false`
   * @since 0.2
   */
  keep_result?: boolean | undefined;
  /**
   * Keep the statement in the history, where the backend has one.
   *
   * @defaultValue `true`
   * @since 0.2
   */
  record?: boolean | undefined;
}

/** How many rows of a result are kept at most. 1 to 9007199254740991 rows. */
export type MaxRows = number;

/** One SQL statement in the engine's own dialect, without NUL characters. At most 16777216 characters. */
export type SqlText = string;

/** Names an open result of this client. At most 64 characters. */
export type ResultId = string;

/** A row's place in a result, from 0. 0 to 9007199254740991 rows. */
export type RowOffset = number;

/**
 * What the statement did, and the first window of its rows.
 *
 * @since 0.1
 */
export interface QueryResponse {
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
   *
   * @defaultValue `false`
   * @since 0.2
   */
  truncated?: boolean;
}

/** One more result of the same statement. Its rows are kept and read with `fetch`. */
export interface FurtherResult {
  /**
   * Names the result, or null when it has no rows to read or they were not kept, because `max_results` are open; a
   * notice says so. At most 64 characters.
   */
  result_id: ResultId | null;
  /** Empty for a statement that returns no rows. */
  columns: Column[];
  /** A row's place in a result, from 0. 0 to 9007199254740991 rows. */
  total_rows: RowOffset;
  /** Rows inserted, updated or deleted, or null when the statement is none that counts. 0 to 9007199254740991 rows. */
  affected_rows: RowOffset | null;
  /**
   * Whether more rows came than `max_rows` or `max_rows_each` allows; they were dropped.
   *
   * @defaultValue `false`
   * @since 0.2
   */
  truncated?: boolean;
}

/** A key made by the engine. -9223372036854775808 to 18446744073709551615. */
export type InsertId = number | bigint;

/** Where the time of a query went. */
export interface Timings {
  /** Waiting for a free database session. At least 0; in milliseconds. */
  queue_ms: number;
  /** Opening a database session, when a new one was needed. At least 0; in milliseconds. */
  connect_ms: number;
  /** In the database: running the statement and reading the first window. At least 0; in milliseconds. */
  server_ms: number;
  /** Packing the rows. At least 0; in milliseconds. */
  encode_ms: number;
}

/**
 * Reads any window of a result, forward or back, without running the query again. A fetch that is cancelled or that
 * passes its `timeout_ms` only stops waiting: the result stays usable, and its statement goes on to the next rows.
 * `close_result` stops the statement.
 *
 * @since 0.1
 */
export interface FetchRequest {
  /** Names an open result of this client. At most 64 characters. */
  result_id: ResultId;
  /** A row's place in a result, from 0. 0 to 9007199254740991 rows. */
  offset: RowOffset;
  /** Rows at most; fewer come when `max_window_bytes` is reached or the result ends. 1 to 100000 rows. */
  limit: number;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * One window of a result. Fewer rows than asked for do not mean the end: `complete` does.
 *
 * @since 0.1
 */
export interface FetchResponse {
  /** A row's place in a result, from 0. 0 to 9007199254740991 rows. */
  offset: RowOffset;
  /** Rows in the order in which the database gave them. */
  rows: Rows;
  /** Whether no row exists beyond this window. */
  complete: boolean;
  /** Rows of the whole result, or null while that is not known. 0 to 9007199254740991 rows. */
  total_rows: RowOffset | null;
  /** Cells of this window that travel shortened. */
  cut_cells: CutCell[];
  /**
   * Whether more rows came than `max_rows` allows; they were dropped. Known once `total_rows` is, which counts the rows
   * that are kept.
   *
   * @defaultValue `false`
   * @since 0.2
   */
  truncated?: boolean;
}

/**
 * Reads a piece of one cell in full length.
 *
 * @since 0.1
 */
export interface CellFetchRequest {
  /** Names an open result of this client. At most 64 characters. */
  result_id: ResultId;
  /** A row's place in a result, from 0. 0 to 9007199254740991 rows. */
  row: RowOffset;
  /** The column's index, from 0. 0 to 65535 columns. */
  column: number;
  /**
   * Where the piece begins; text is counted as UTF-8. 0 to 9007199254740991 bytes.
   *
   * @defaultValue `0`
   */
  offset?: number | undefined;
  /**
   * How much to read at most. 1 to 8388608 bytes.
   *
   * @defaultValue `1048576`
   */
  length?: number | undefined;
}

/**
 * A piece of a cell.
 *
 * @since 0.1
 */
export interface CellFetchResponse {
  /** Where the piece begins. At least 0; in bytes. */
  offset: number;
  /** Raw bytes: MessagePack bin, never base64. */
  piece: Bytes;
  /** The length of the whole cell. At least 0; in bytes. */
  full_bytes: number;
  /** Whether the bytes are UTF-8 text; a piece may begin or end inside a character. */
  is_text: boolean;
  /** Whether the piece reaches the end of the cell. */
  complete: boolean;
}

/**
 * Frees a result and what it holds.
 *
 * @since 0.1
 */
export interface CloseResultRequest {
  /** Names an open result of this client. At most 64 characters. */
  result_id: ResultId;
}

/**
 * The result is closed.
 *
 * @since 0.1
 */
export type CloseResultResponse = Record<string, never>;
