// Generated from schema/ by `make generate`. Do not edit.
// What a database server does for everybody: its sessions, who waits for whom, and stopping one.

import type { ConnectionId, DbSessionId } from "./connection.js";
import type { Timeout } from "./values.js";

/**
 * Lists what the server's sessions do at this moment. It is read in a database session of the backend's own, which is
 * not in the list.
 *
 * @since 0.2
 */
export interface ListDbProcessesRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /**
   * Processes in the answer at most. Those that wait or are waited for come first, then those that run something, the
   * longest first. 1 to 5000 processes.
   *
   * @defaultValue `1000`
   */
  limit?: number | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `30000`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * The sessions of the server.
 *
 * @since 0.2
 */
export interface ListDbProcessesResponse {
  /** Those that wait or are waited for first, then those that run something, the longest first. */
  processes: DbProcess[];
  /** Whether these are all that this user may see; false when there are more than `limit`. */
  complete: boolean;
  /**
   * What this user's privileges keep from the list, as a sentence for people that says what would show it; null when
   * nothing is known to be hidden.
   */
  hidden_reason: string | null;
}

/** One session of the server, or a process of the server's own that works in a database. */
export interface DbProcess {
  /**
   * The server's number of a session. Numbers are used again, so one is good only together with what was seen. At most
   * 20 characters.
   */
  process_id: DbProcessNumber;
  /** Whose session it is; null for one of the server's own. */
  user: string | null;
  /** Its database; null when it has none. */
  database: string | null;
  /** The address it comes from, as the server writes it; null when it is not known, and for a Unix socket. */
  client: string | null;
  /** What the client calls itself, or which process of the server it is; null when that is not known. */
  application: string | null;
  /**
   * `active`: it runs a statement. `idle`: it waits for its client, with no transaction open. `idle_in_transaction`:
   * the same, and a transaction is open, which may hold locks. `failed_transaction`: the same, and the transaction can
   * only be rolled back. `hidden`: this user may not know.
   */
  state: DbProcessState;
  /**
   * The statement that it runs; in PostgreSQL the last one when it runs none. Perhaps cut, by the server too. Null when
   * there is none, and when it is hidden. At most 10000 characters.
   */
  sql: SeenSql | null;
  /** Whether the backend has not cut `sql`. */
  sql_complete: boolean;
  /**
   * When the statement of `sql` began; in MySQL, of a session that runs none, since when it runs none. In UTC by the
   * server's clock, as ISO 8601 text. Null when it is hidden. At most 40 characters.
   */
  started_at: SeenTime | null;
  /**
   * For how long it has been in its `state`, by the server's clock; null when it is hidden. 0 to 9007199254740991
   * milliseconds.
   */
  elapsed_ms: number | null;
  /** What it waits for, in the server's own words; null when it does not wait, or that is not known. */
  waits_for: string | null;
  /**
   * The processes that have to end something before it can go on. Empty when it waits for none, and when the server
   * does not say for which: see the documentation of the engine.
   */
  blocked_by: DbProcessNumber[];
  /** Whether it is a database session of this backend, of any of its clients. */
  ours: boolean;
  /**
   * The database session of this client that it is, as `open_db_session` named it; null for any other. At most 64
   * characters.
   */
  db_session_id: DbSessionId | null;
}

/**
 * The server's number of a session. Numbers are used again, so one is good only together with what was seen. At most 20
 * characters.
 */
export type DbProcessNumber = string;

/** The text of a statement, as the server shows it to others. At most 10000 characters. */
export type SeenSql = string;

/** A moment by the server's clock, as ISO 8601 text. At most 40 characters. */
export type SeenTime = string;

/** The values of `DbProcessState` that this version knows. */
export type KnownDbProcessState = "active" | "idle" | "idle_in_transaction" | "failed_transaction" | "hidden";

/**
 * `active`: it runs a statement. `idle`: it waits for its client, with no transaction open. `idle_in_transaction`: the
 * same, and a transaction is open, which may hold locks. `failed_transaction`: the same, and the transaction can only
 * be rolled back. `hidden`: this user may not know. Open: a later backend may use values that this version does not
 * know.
 */
export type DbProcessState = KnownDbProcessState | (string & {});

/**
 * Stops what a session of the server runs, or ends the session, if it still runs what was seen. Refused on a read-only
 * connection, where `cancel` stops the client's own requests.
 *
 * @since 0.2
 */
export interface StopDbProcessRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /**
   * The server's number of a session. Numbers are used again, so one is good only together with what was seen. At most
   * 20 characters.
   */
  process_id: DbProcessNumber;
  /**
   * `cancel`: stop the statement; its session and its transaction stay. `terminate`: end the session, whose transaction
   * is rolled back.
   */
  how: StopHow;
  /** What the list showed of the process, as it was. */
  seen: SeenProcess;
  /**
   * The user agrees. Needed where the connection's environment is `production`.
   *
   * @defaultValue `false`
   */
  confirm?: boolean | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `30000`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * `cancel`: stop the statement; its session and its transaction stay. `terminate`: end the session, whose transaction
 * is rolled back.
 */
export type StopHow = "cancel" | "terminate";

/** What the list showed of the process, as it was. */
export interface SeenProcess {
  /** `started_at` of the list. At most 40 characters. */
  started_at: SeenTime | null;
  /** `sql` of the list, cut or not. At most 10000 characters. */
  sql: SeenSql | null;
}

/**
 * What came of it.
 *
 * @since 0.2
 */
export interface StopDbProcessResponse {
  /**
   * `stopped`: the statement, or the session, has ended. `still_runs`: the server was asked and obeys, but the end was
   * not seen within two seconds: list again. `gone`: there was no such process any more. `another_statement`: it had
   * gone on to something else, and nothing was done. `nothing_to_cancel`: it runs no statement, so only `terminate`
   * would do something.
   */
  outcome: StopOutcome;
}

/** The values of `StopOutcome` that this version knows. */
export type KnownStopOutcome = "stopped" | "still_runs" | "gone" | "another_statement" | "nothing_to_cancel";

/**
 * `stopped`: the statement, or the session, has ended. `still_runs`: the server was asked and obeys, but the end was
 * not seen within two seconds: list again. `gone`: there was no such process any more. `another_statement`: it had gone
 * on to something else, and nothing was done. `nothing_to_cancel`: it runs no statement, so only `terminate` would do
 * something. Open: a later backend may use values that this version does not know.
 */
export type StopOutcome = KnownStopOutcome | (string & {});
