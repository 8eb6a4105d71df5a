// Generated from schema/ by `make generate`. Do not edit.
// Whether the links to a database are still there.

import type { ConnectionId, DbSessionId } from "./connection.js";
import type { TransactionStatus } from "./values.js";

/**
 * Asks every database session of a connection that nobody uses whether it is there, all at the same time, by one round
 * trip that changes nothing. Those that do not answer are dropped, and the next request opens new ones. A session that
 * runs a statement, or whose result is half read, is not asked. No statement is run again.
 *
 * @since 0.2
 */
export interface CheckConnectionRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /**
   * The answer comes by then. A session has as long to answer, but two seconds at most unless `after_sleep` is true. 1
   * to 60000 milliseconds.
   */
  deadline_ms: number;
  /**
   * The machine was asleep, and its network may need a while: each session has the whole of `deadline_ms` to answer.
   *
   * @defaultValue `false`
   */
  after_sleep?: boolean | undefined;
}

/**
 * What was found.
 *
 * @since 0.2
 */
export interface CheckConnectionResponse {
  /** The quickest answer of a session, or null when none was asked or none answered. At least 0; in milliseconds. */
  round_trip_ms: number | null;
  /**
   * Database sessions that were found dead now, those of `open_db_session` included. At least 0; in database sessions.
   */
  dropped: number;
  /** Those that `open_db_session` opened in this connection. */
  db_sessions: DbSessionLife[];
}

/** Whether a database session of the client's own is there. */
export interface DbSessionLife {
  /** Names an open database session of this client. At most 64 characters. */
  db_session_id: DbSessionId;
  /** False once it was lost: close it and open another one. One that could not be asked counts as alive. */
  alive: boolean;
  /**
   * The state of the database session after the statement: `idle` is outside a transaction, `failed` is inside one that
   * only a rollback ends.
   */
  transaction_status: TransactionStatus;
}
