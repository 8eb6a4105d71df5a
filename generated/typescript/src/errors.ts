// Generated from schema/ by `make generate`. Do not edit.
// The one way in which a request fails.

import type { PromptKind } from "./prompts.js";
import type { Notice, TransactionStatus } from "./values.js";

/**
 * The answer to a request that failed, or a word about a frame that could not be read.
 *
 * @since 0.1
 */
export interface ErrorData {
  /** What went wrong, as a stable word to act on. */
  code: ErrorCode;
  /** For people: what was tried, on what, and what to do. */
  message: string;
  /** Whether the same request may succeed later without a change. */
  retryable: boolean;
  /**
   * More about this error; which keys it has follows from `code`, see the table of error codes.
   *
   * @defaultValue `null`
   */
  details?: ErrorDetails | null;
  /**
   * The state of the database session that the request named with `db_session_id`, after the error; null when it named
   * none.
   *
   * @defaultValue `null`
   */
  transaction_status?: TransactionStatus | null;
  /**
   * The database's remarks before the error, in order.
   *
   * @defaultValue `[]`
   * @since 0.2
   */
  notices?: Notice[];
}

/** A map described by the details definition of the error code. */
export type ErrorDetails = Record<string, unknown>;

/** The values of `ErrorCode` that this version knows. */
export type KnownErrorCode =
  | "invalid_frame"
  | "frame_too_large"
  | "invalid_message"
  | "unknown_type"
  | "duplicate_id"
  | "unauthenticated"
  | "unsupported_protocol"
  | "limit_exceeded"
  | "connect_failed"
  | "not_found"
  | "connection_lost"
  | "outcome_unknown"
  | "query_failed"
  | "read_only"
  | "invalid_script"
  | "cancelled"
  | "timeout"
  | "conflict"
  | "unsupported"
  | "shutting_down"
  | "internal"
  | "confirmation_required"
  | "prompt_unanswered"
  | "file_failed"
  | "row_rejected"
  | "tool_failed";

/**
 * What went wrong, as a stable word to act on. Open: a later backend may use values that this version does not know.
 */
export type ErrorCode = KnownErrorCode | (string & {});

/** Which field was refused. */
export interface InvalidMessageDetails {
  /** Where in the message, as a JSON pointer, for example `/data/sql`. */
  path: string;
}

/** What there is to confirm. */
export interface ConfirmationDetails {
  /**
   * What a statement does, judged by its text. `reads`: nothing that outlasts the session. `writes`: it changes rows.
   * `defines`: it changes what exists. `transaction`: it begins, ends or marks a transaction. `unknown`: it may do
   * anything, for example in a function that it calls.
   */
  effect: StatementEffect;
}

/** What was asked, and why there is no answer. */
export interface PromptDetails {
  /**
   * What is asked for. `password`: of a user. `passphrase`: of a key. `one_time_code`: from a device or a message, for
   * this login only. `token`: a password that runs out, for example of a cloud login. `host_key`: whether the key that
   * a host shows is its own. `approval`: whether something may be done. Whoever does not know a kind refuses it.
   */
  kind: PromptKind;
  /** The question, for people. */
  text: string;
  /**
   * `no_prompts`: the client did not say `prompts` in `hello`, or has never waited for events. `refused`: it answered
   * with null. `timed_out`: it did not answer within `prompt_timeout_ms`.
   */
  reason: NoAnswerReason;
}

/** Which file, and what is in the way. */
export interface FileFailedDetails {
  /** The file. */
  path: string;
  /**
   * `exists`: there is a file, and it was not to be overwritten. `is_folder`, `is_link`, `is_database`, `not_yours`,
   * `not_a_file`: what is there is never overwritten, and but for `not_yours` it is not read either. `no_folder`: the
   * folder does not exist. `not_permitted`: the system does not allow it. `no_space`: the disk, or what the user may
   * have of it, is full. Of a file that is read, `missing`: there is none. `changed`: it is another one than when
   * reading it began. `too_large`: it is, or what is packed in it. `not_readable`: it is not what its format says;
   * `not_a_dump`: it is nothing that can be restored; `other_engine`: it is a dump of another engine; `incomplete`: its
   * end is missing, or it is damaged. `failed`: anything else; the message has the system's words.
   */
  reason: FileFailure;
}

/** Which row, and why. */
export interface RowRejectedDetails {
  /**
   * The line of the file where the row begins, from 1; in a workbook the row of the sheet, in JSON the number of the
   * object; of a copy the number of the row as it was read. 0 to 9007199254740991 lines.
   */
  line: number;
  /** The column of the table; null where it is about the whole row. */
  column: string | null;
  /** For people. */
  reason: string;
  /** The engine's own code, where the database refused the row. */
  engine_code: string | null;
  /** Rows that are stored all the same: those of batches that were committed before. 0 to 9007199254740991 rows. */
  rows_kept: number;
}

/** The values of `FileFailure` that this version knows. */
export type KnownFileFailure =
  | "exists"
  | "is_folder"
  | "is_link"
  | "is_database"
  | "not_yours"
  | "not_a_file"
  | "no_folder"
  | "not_permitted"
  | "no_space"
  | "missing"
  | "changed"
  | "too_large"
  | "not_readable"
  | "not_a_dump"
  | "other_engine"
  | "incomplete"
  | "failed";

/**
 * `exists`: there is a file, and it was not to be overwritten. `is_folder`, `is_link`, `is_database`, `not_yours`,
 * `not_a_file`: what is there is never overwritten, and but for `not_yours` it is not read either. `no_folder`: the
 * folder does not exist. `not_permitted`: the system does not allow it. `no_space`: the disk, or what the user may have
 * of it, is full. Of a file that is read, `missing`: there is none. `changed`: it is another one than when reading it
 * began. `too_large`: it is, or what is packed in it. `not_readable`: it is not what its format says; `not_a_dump`: it
 * is nothing that can be restored; `other_engine`: it is a dump of another engine; `incomplete`: its end is missing, or
 * it is damaged. `failed`: anything else; the message has the system's words. Open: a later backend may use values that
 * this version does not know.
 */
export type FileFailure = KnownFileFailure | (string & {});

/**
 * How a program ended.
 *
 * @since 0.2
 */
export interface ToolFailedDetails {
  /** The program, as a path. */
  tool: string;
  /** Its version. */
  tool_version: string;
  /** Its exit code; null when a signal ended it. */
  exit_code: number | null;
  /** What it reported, without passwords; of a long report the end. */
  log: string;
}

/** The values of `NoAnswerReason` that this version knows. */
export type KnownNoAnswerReason = "no_prompts" | "refused" | "timed_out";

/**
 * `no_prompts`: the client did not say `prompts` in `hello`, or has never waited for events. `refused`: it answered
 * with null. `timed_out`: it did not answer within `prompt_timeout_ms`. Open: a later backend may use values that this
 * version does not know.
 */
export type NoAnswerReason = KnownNoAnswerReason | (string & {});

/** The values of `StatementEffect` that this version knows. */
export type KnownStatementEffect = "reads" | "writes" | "defines" | "transaction" | "unknown";

/**
 * What a statement does, judged by its text. `reads`: nothing that outlasts the session. `writes`: it changes rows.
 * `defines`: it changes what exists. `transaction`: it begins, ends or marks a transaction. `unknown`: it may do
 * anything, for example in a function that it calls. Open: a later backend may use values that this version does not
 * know.
 */
export type StatementEffect = KnownStatementEffect | (string & {});

/** Which bound was reached. */
export interface LimitDetails {
  /** The bound's name, as in `hello_response.limits` or in the request. */
  limit: string;
  /** Its value, in the unit that its name says. */
  maximum: number;
}

/** How far opening the database came. */
export interface ConnectFailedDetails {
  /**
   * A step of opening a database. `name`: looking up the host, or the file. `tcp`: reaching an address, or a Unix
   * socket. `tls`: encrypting the link. `auth`: logging in. `database`: entering the database, or opening the file.
   * `settings`: making the settings that the backend relies on, whose failure is said of `database`, and running
   * `init_sql`. `tunnel`: reaching the SSH host, and opening the tunnel through it; the other steps are then those
   * behind it.
   */
  stage: ConnectStage;
  /**
   * The engine's own code, or null when it gave none.
   *
   * @defaultValue `null`
   */
  engine_code?: string | null;
  /**
   * Every step up to the one that failed, which is the last.
   *
   * @defaultValue `[]`
   * @since 0.2
   */
  trace?: TraceStep[];
}

/**
 * A step of opening a database session. Where a host has several addresses, or a login is tried again in another way,
 * steps come again. A tunnel has one for the start of ssh, or for one that is open already, and one for each SSH host
 * on the way.
 */
export interface TraceStep {
  /**
   * A step of opening a database. `name`: looking up the host, or the file. `tcp`: reaching an address, or a Unix
   * socket. `tls`: encrypting the link. `auth`: logging in. `database`: entering the database, or opening the file.
   * `settings`: making the settings that the backend relies on, whose failure is said of `database`, and running
   * `init_sql`. `tunnel`: reaching the SSH host, and opening the tunnel through it; the other steps are then those
   * behind it.
   */
  stage: ConnectStage;
  /**
   * The name that was looked up, or the address that was spoken to; null for a file, a Unix socket or the start of ssh.
   */
  host: string | null;
  /** How long it took. At least 0; in milliseconds. */
  ms: number;
  /** How a step ended. */
  outcome: StepOutcome;
}

/** The values of `StepOutcome` that this version knows. */
export type KnownStepOutcome = "done" | "failed";

/** How a step ended. Open: a later backend may use values that this version does not know. */
export type StepOutcome = KnownStepOutcome | (string & {});

/** The values of `ConnectStage` that this version knows. */
export type KnownConnectStage = "name" | "tcp" | "tls" | "auth" | "database" | "settings" | "tunnel";

/**
 * A step of opening a database. `name`: looking up the host, or the file. `tcp`: reaching an address, or a Unix socket.
 * `tls`: encrypting the link. `auth`: logging in. `database`: entering the database, or opening the file. `settings`:
 * making the settings that the backend relies on, whose failure is said of `database`, and running `init_sql`.
 * `tunnel`: reaching the SSH host, and opening the tunnel through it; the other steps are then those behind it. Open: a
 * later backend may use values that this version does not know.
 */
export type ConnectStage = KnownConnectStage | (string & {});

/** What was not found. */
export interface NotFoundDetails {
  /** The name of the field that held the id, for example `result_id`. */
  what: string;
  /** The id as it was sent, shortened to 64 characters. */
  id: string;
}

/** What the engine said about the statement. A key that the engine does not report is null. */
export interface QueryFailedDetails {
  /** The engine's own code, for example `SQLITE_CONSTRAINT_UNIQUE`. */
  engine_code: string | null;
  /**
   * The five characters of the SQL standard.
   *
   * @defaultValue `null`
   */
  sqlstate?: string | null;
  /**
   * Offset in the SQL text as it was sent, from 0. At least 0; in code points.
   *
   * @defaultValue `null`
   */
  position?: TextOffset | null;
  /**
   * The line of `position`, from 1. At least 0; in code points.
   *
   * @defaultValue `null`
   */
  line?: TextOffset | null;
  /**
   * The column of `position` in its line, from 1. At least 0; in code points.
   *
   * @defaultValue `null`
   */
  column?: TextOffset | null;
  /**
   * The engine's further explanation.
   *
   * @defaultValue `null`
   */
  detail?: string | null;
  /**
   * The engine's advice.
   *
   * @defaultValue `null`
   */
  hint?: string | null;
  /**
   * The constraint that was violated.
   *
   * @defaultValue `null`
   */
  constraint_name?: string | null;
  /**
   * The table that the error is about.
   *
   * @defaultValue `null`
   */
  table_name?: string | null;
  /**
   * The column that the error is about.
   *
   * @defaultValue `null`
   */
  column_name?: string | null;
}

/** Where the script cannot be read. */
export interface ScriptDetails {
  /** Offset in the script, from 0. At least 0; in code points. */
  position: number;
  /** Its line, from 1. At least 1; in lines. */
  line: number;
  /** Its column in the line, from 1. At least 1; in code points. */
  column: number;
}

/** A place in a text, counted in Unicode code points. At least 0; in code points. */
export type TextOffset = number;

/** How to find the fault in the log. */
export interface InternalDetails {
  /** An id that stands in the backend's log beside the cause. */
  incident: string;
}
