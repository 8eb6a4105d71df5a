// Generated from schema/ by `make generate`. Do not edit.
// Database sessions of one's own, and transactions in them.

import type { ConnectionId, DbSessionId } from "./connection.js";
import type { Timeout, TransactionStatus } from "./values.js";

/**
 * Pins one database session, for example for a tab: transactions, temporary tables and settings live there until it is
 * closed.
 *
 * @since 0.1
 */
export interface OpenDbSessionRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
}

/**
 * The database session is open.
 *
 * @since 0.1
 */
export interface OpenDbSessionResponse {
  /** Names an open database session of this client. At most 64 characters. */
  db_session_id: DbSessionId;
  /**
   * The state of the database session after the statement: `idle` is outside a transaction, `failed` is inside one that
   * only a rollback ends.
   */
  transaction_status: TransactionStatus;
}

/**
 * Ends a database session. A statement that still runs is stopped; an open transaction is rolled back. Its results stay
 * readable as far as they were read.
 *
 * @since 0.1
 */
export interface CloseDbSessionRequest {
  /** Names an open database session of this client. At most 64 characters. */
  db_session_id: DbSessionId;
}

/**
 * The database session is closed.
 *
 * @since 0.1
 */
export type CloseDbSessionResponse = Record<string, never>;

/**
 * Begins a transaction.
 *
 * @since 0.1
 */
export interface BeginRequest {
  /** Names an open database session of this client. At most 64 characters. */
  db_session_id: DbSessionId;
  /**
   * What the transaction sees of others; `default` is the server's setting. SQLite is always serializable.
   *
   * @defaultValue `"default"`
   */
  isolation_level?: IsolationLevel | undefined;
  /**
   * Let the server refuse writes in this transaction.
   *
   * @defaultValue `false`
   */
  read_only?: boolean | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * The transaction has begun.
 *
 * @since 0.1
 */
export interface BeginResponse {
  /**
   * The state of the database session after the statement: `idle` is outside a transaction, `failed` is inside one that
   * only a rollback ends.
   */
  transaction_status: TransactionStatus;
}

/**
 * Makes the transaction's changes last.
 *
 * @since 0.1
 */
export interface CommitRequest {
  /** Names an open database session of this client. At most 64 characters. */
  db_session_id: DbSessionId;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * The transaction is committed.
 *
 * @since 0.1
 */
export interface CommitResponse {
  /**
   * The state of the database session after the statement: `idle` is outside a transaction, `failed` is inside one that
   * only a rollback ends.
   */
  transaction_status: TransactionStatus;
}

/**
 * Ends the transaction without its changes.
 *
 * @since 0.1
 */
export interface RollbackRequest {
  /** Names an open database session of this client. At most 64 characters. */
  db_session_id: DbSessionId;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * The transaction is rolled back.
 *
 * @since 0.1
 */
export interface RollbackResponse {
  /**
   * The state of the database session after the statement: `idle` is outside a transaction, `failed` is inside one that
   * only a rollback ends.
   */
  transaction_status: TransactionStatus;
}

/**
 * Sets a mark in the transaction to which it can be rolled back.
 *
 * @since 0.1
 */
export interface SavepointRequest {
  /** Names an open database session of this client. At most 64 characters. */
  db_session_id: DbSessionId;
  /** A name for a mark, chosen by the client. At most 60 characters. */
  name: SavepointName;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * The mark is set.
 *
 * @since 0.1
 */
export interface SavepointResponse {
  /**
   * The state of the database session after the statement: `idle` is outside a transaction, `failed` is inside one that
   * only a rollback ends.
   */
  transaction_status: TransactionStatus;
}

/**
 * Undoes what the transaction did since a mark; the mark stays.
 *
 * @since 0.1
 */
export interface RollbackToSavepointRequest {
  /** Names an open database session of this client. At most 64 characters. */
  db_session_id: DbSessionId;
  /** A name for a mark, chosen by the client. At most 60 characters. */
  name: SavepointName;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * The transaction is back at the mark.
 *
 * @since 0.1
 */
export interface RollbackToSavepointResponse {
  /**
   * The state of the database session after the statement: `idle` is outside a transaction, `failed` is inside one that
   * only a rollback ends.
   */
  transaction_status: TransactionStatus;
}

/**
 * Forgets a mark and keeps what was done since.
 *
 * @since 0.1
 */
export interface ReleaseSavepointRequest {
  /** Names an open database session of this client. At most 64 characters. */
  db_session_id: DbSessionId;
  /** A name for a mark, chosen by the client. At most 60 characters. */
  name: SavepointName;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * The mark is gone.
 *
 * @since 0.1
 */
export interface ReleaseSavepointResponse {
  /**
   * The state of the database session after the statement: `idle` is outside a transaction, `failed` is inside one that
   * only a rollback ends.
   */
  transaction_status: TransactionStatus;
}

/** A name for a mark, chosen by the client. At most 60 characters. */
export type SavepointName = string;

/** What the transaction sees of others; `default` is the server's setting. SQLite is always serializable. */
export type IsolationLevel = "default" | "read_uncommitted" | "read_committed" | "repeatable_read" | "serializable";
