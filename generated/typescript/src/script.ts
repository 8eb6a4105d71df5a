// Generated from schema/ by `make generate`. Do not edit.
// Several statements in one request.

import type { ConnectionId, DbSessionId } from "./connection.js";
import type { ErrorData } from "./errors.js";
import type { FurtherResult, InsertId, MaxRows, ResultId, RowOffset, SqlText } from "./query.js";
import type { Column, Notice, Timeout, TransactionStatus } from "./values.js";

/**
 * Runs several statements one after the other in one database session, and reports what each one did. Each is cut from
 * the text when its turn comes, by the settings that the session has then.
 *
 * @since 0.1
 */
export interface RunScriptRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /** One SQL statement in the engine's own dialect, without NUL characters. At most 16777216 characters. */
  sql: SqlText;
  /**
   * Run in this database session; null for any free one, which is cleaned up afterwards. At most 64 characters.
   *
   * @defaultValue `null`
   */
  db_session_id?: DbSessionId | null | undefined;
  /**
   * What an error of one statement means for the rest.
   *
   * @defaultValue `"stop"`
   */
  on_error?: OnError | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
  /**
   * A longer cell travels cut and is listed in `cut_cells` of `fetch`. 16 to 4194304 bytes.
   *
   * @defaultValue `65536`
   */
  max_cell_bytes?: number | undefined;
  /**
   * Keep no more rows of each result; null for no limit. One row more is read, to know whether there is one. 1 to
   * 9007199254740991 rows.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  max_rows_each?: MaxRows | null | undefined;
  /**
   * The user has agreed to what the statements do; without it nothing is run when one of them needs it. See
   * `confirmation_required`.
   *
   * @defaultValue `false`
   * @since 0.2
   */
  confirm?: boolean | undefined;
  /**
   * Keep the statements in the history, where the backend has one.
   *
   * @defaultValue `true`
   * @since 0.2
   */
  record?: boolean | undefined;
}

/**
 * What became of the statements, in order. After an error with `on_error: stop` the rest is missing.
 *
 * @since 0.1
 */
export interface RunScriptResponse {
  /** One entry per statement that was tried. */
  statements: StatementOutcome[];
  /**
   * Statements in the script. Those after an error are counted by the settings at that moment. At least 0; in
   * statements.
   */
  statement_count: number;
  /**
   * The state of the database session after the statement: `idle` is outside a transaction, `failed` is inside one that
   * only a rollback ends.
   */
  transaction_status: TransactionStatus;
}

/** What an error of one statement means for the rest. */
export type OnError = "stop" | "continue";

/** What one statement of a script did. */
export interface StatementOutcome {
  /** Where the statement begins in the script. At least 0; in code points. */
  start: number;
  /** Where it ends, without its delimiter. At least 0; in code points. */
  end: number;
  /** Running it and reading its rows. At least 0; in milliseconds. */
  elapsed_ms: number;
  /**
   * Names its rows for `fetch`, or null when it returned none or they were not kept, because `max_results` are open; a
   * notice says so. At most 64 characters.
   *
   * @defaultValue `null`
   */
  result_id?: ResultId | null;
  /**
   * Empty for a statement that returns no rows.
   *
   * @defaultValue `[]`
   */
  columns?: Column[];
  /**
   * Rows of its result, or null when it returned none. 0 to 9007199254740991 rows.
   *
   * @defaultValue `null`
   */
  total_rows?: RowOffset | null;
  /**
   * Rows inserted, updated or deleted, or null when the statement is none that counts. 0 to 9007199254740991 rows.
   *
   * @defaultValue `null`
   */
  affected_rows?: RowOffset | null;
  /**
   * The key that the engine made for the inserted row, or null. -9223372036854775808 to 18446744073709551615.
   *
   * @defaultValue `null`
   */
  last_insert_id?: InsertId | null;
  /**
   * Whether more rows came than `max_rows_each` allows; they were dropped.
   *
   * @defaultValue `false`
   * @since 0.2
   */
  truncated?: boolean;
  /**
   * The database's remarks, in order.
   *
   * @defaultValue `[]`
   */
  notices?: Notice[];
  /**
   * What a procedure returned beside its first result, in order; read with `fetch`.
   *
   * @defaultValue `[]`
   * @since 0.2
   */
  more_results?: FurtherResult[];
  /**
   * Why it failed, or null when it did not. Positions are in the script. With `invalid_script` this part of the script
   * is not SQL or cannot be read, and only it was not run.
   *
   * @defaultValue `null`
   */
  error?: ErrorData | null;
}
