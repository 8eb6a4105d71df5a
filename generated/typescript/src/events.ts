// Generated from schema/ by `make generate`. Do not edit.
// What happens in the backend while a client does something else: it is asked for, and never sent unasked.

import type { ConnectionId, DbSessionId } from "./connection.js";
import type { ErrorCode } from "./errors.js";
import type { Prompt } from "./prompts.js";
import type { ResultId, RowOffset } from "./query.js";
import type { TransactionStatus } from "./values.js";

/**
 * Waits for events and answers with those that have come. Always accepted, and not counted in `max_requests_in_flight`;
 * one at a time per client. Events are kept for a client from its first `wait_events` on.
 *
 * @since 0.2
 */
export interface WaitEventsRequest {
  /**
   * `next` of the answer before: events up to there are done with. With null the answer comes at once and describes the
   * present: every request with progress, every database session that `open_db_session` opened, and every open prompt.
   * 0 to 9007199254740991 events.
   */
  after: EventSequence | null;
  /**
   * Only events of these kinds; null for all. Unknown kinds are ignored. At most 100 items.
   *
   * @defaultValue `null`
   */
  kinds?: readonly EventKind[] | null | undefined;
  /**
   * Answer without events after this time. 0 to 3600000 milliseconds.
   *
   * @defaultValue `60000`
   */
  timeout_ms?: number | undefined;
}

/**
 * The events since `after`, oldest first; none when the time has passed.
 *
 * @since 0.2
 */
export interface WaitEventsResponse {
  /** What happened. */
  events: EventEntry[];
  /** For `after` of the next `wait_events`. 0 to 9007199254740991 events. */
  next: EventSequence;
  /**
   * Events since `after`, of these kinds, that were dropped because too many had come. If there are some, the answer
   * ends with events that describe the present. At least 0; in events.
   */
  missed: number;
}

/** Numbers the events of one client, from 1. 0 to 9007199254740991 events. */
export type EventSequence = number;

/** The values of `EventKind` that this version knows. */
export type KnownEventKind =
  | "progress"
  | "statement_done"
  | "transaction_changed"
  | "db_session_lost"
  | "notification"
  | "prompt"
  | "prompt_withdrawn"
  | "transaction_idle"
  | "catalog_changed";

/**
 * `progress`: how far a request has come; only its newest is kept. `statement_done`: a statement of a script has ended.
 * `transaction_changed`: the transaction status of a database session is another one now. `db_session_lost`: a database
 * session has ended without `close_db_session`. `notification`: PostgreSQL's NOTIFY sent a message to a database
 * session that listens. `prompt`: a request asks the person at the client, and waits for `answer_prompt`.
 * `prompt_withdrawn`: a prompt was not answered and cannot be any more. `transaction_idle`: a transaction will be
 * rolled back unless its database session is used, see `idle_transaction_ms`. `catalog_changed`: a statement of this
 * client may have changed what exists in the database of a connection, or a transaction with such a statement has
 * ended, which is when `refresh_catalog` sees it; only the newest of each connection is kept. Open: a later backend may
 * use values that this version does not know.
 */
export type EventKind = KnownEventKind | (string & {});

/** Something that happened. What an event of its kind does not have is null. */
export interface EventEntry {
  /** Its number; those that describe the present have the number of `next`. 0 to 9007199254740991 events. */
  sequence: EventSequence;
  /** When it happened, in UTC, as ISO 8601 text. */
  at: string;
  /**
   * `progress`: how far a request has come; only its newest is kept. `statement_done`: a statement of a script has
   * ended. `transaction_changed`: the transaction status of a database session is another one now. `db_session_lost`: a
   * database session has ended without `close_db_session`. `notification`: PostgreSQL's NOTIFY sent a message to a
   * database session that listens. `prompt`: a request asks the person at the client, and waits for `answer_prompt`.
   * `prompt_withdrawn`: a prompt was not answered and cannot be any more. `transaction_idle`: a transaction will be
   * rolled back unless its database session is used, see `idle_transaction_ms`. `catalog_changed`: a statement of this
   * client may have changed what exists in the database of a connection, or a transaction with such a statement has
   * ended, which is when `refresh_catalog` sees it; only the newest of each connection is kept.
   */
  kind: EventKind;
  /**
   * The `id` of the request that it belongs to.
   *
   * @defaultValue `null`
   */
  request_id?: string | null;
  /**
   * The connection of the database session, or of `catalog_changed`. At most 64 characters.
   *
   * @defaultValue `null`
   */
  connection_id?: ConnectionId | null;
  /**
   * The database session. At most 64 characters.
   *
   * @defaultValue `null`
   */
  db_session_id?: DbSessionId | null;
  /**
   * Of `progress`.
   *
   * @defaultValue `null`
   */
  progress?: Progress | null;
  /**
   * Of `statement_done`.
   *
   * @defaultValue `null`
   */
  statement?: StatementDone | null;
  /**
   * Of `transaction_changed`.
   *
   * @defaultValue `null`
   */
  transaction_status?: TransactionStatus | null;
  /**
   * Of `notification`.
   *
   * @defaultValue `null`
   */
  notification?: Notification | null;
  /**
   * Of `prompt` and `prompt_withdrawn`.
   *
   * @defaultValue `null`
   */
  prompt?: Prompt | null;
  /**
   * Of `transaction_idle`: when it will be rolled back. At least 0; in milliseconds.
   *
   * @defaultValue `null`
   */
  rollback_in_ms?: number | null;
  /**
   * For people: why, where that is known.
   *
   * @defaultValue `null`
   */
  message?: string | null;
}

/** How far a request has come. */
export interface Progress {
  /** How much is done. At least 0; in items. */
  done: number;
  /** How much there is to do, or null while that is not known. At least 0; in items. */
  total: number | null;
  /**
   * What is counted. `rows`: rows read from the database. `statements`: statements of a script that have ended.
   * `exported_rows`: rows that `export_rows` has written. `imported_rows`: rows that `import_rows` has read from its
   * file and dealt with. `copied_rows`: rows that `copy_table` has read and dealt with. `compared_rows`: rows of both
   * tables that `compare_rows` has read and compared. `dumped_bytes`: what `dump_database` has written.
   * `checked_bytes`, `restored_bytes`: how much of its file `restore_database` has looked at, and then read.
   */
  unit: ProgressUnit;
}

/** The values of `ProgressUnit` that this version knows. */
export type KnownProgressUnit =
  | "rows"
  | "statements"
  | "exported_rows"
  | "imported_rows"
  | "copied_rows"
  | "compared_rows"
  | "dumped_bytes"
  | "checked_bytes"
  | "restored_bytes";

/**
 * What is counted. `rows`: rows read from the database. `statements`: statements of a script that have ended.
 * `exported_rows`: rows that `export_rows` has written. `imported_rows`: rows that `import_rows` has read from its file
 * and dealt with. `copied_rows`: rows that `copy_table` has read and dealt with. `compared_rows`: rows of both tables
 * that `compare_rows` has read and compared. `dumped_bytes`: what `dump_database` has written. `checked_bytes`,
 * `restored_bytes`: how much of its file `restore_database` has looked at, and then read. Open: a later backend may use
 * values that this version does not know.
 */
export type ProgressUnit = KnownProgressUnit | (string & {});

/** What another session of the server, or this one, sent with NOTIFY. */
export interface Notification {
  /** The channel's name. */
  channel: string;
  /** Its text; empty when there is none. */
  payload: string;
  /** The server's process of the session that sent it, as in `pg_stat_activity`. 0 to 9007199254740991 process id. */
  process_id: number;
}

/** What one statement of a script did, in short; the answer of `run_script` has the rest. */
export interface StatementDone {
  /** Its place among the statements, from 0. At least 0; in statements. */
  index: number;
  /** Where the statement begins in the script. At least 0; in code points. */
  start: number;
  /** Where it ends, without its delimiter. At least 0; in code points. */
  end: number;
  /** Running it and reading its rows. At least 0; in milliseconds. */
  elapsed_ms: number;
  /** Rows inserted, updated or deleted, or null when the statement is none that counts. 0 to 9007199254740991 rows. */
  affected_rows: RowOffset | null;
  /** Rows of its result, or null when it returned none. 0 to 9007199254740991 rows. */
  total_rows: RowOffset | null;
  /** Names its rows for `fetch`, or null when there are none. At most 64 characters. */
  result_id: ResultId | null;
  /** Why it failed, or null. */
  error_code: ErrorCode | null;
}
