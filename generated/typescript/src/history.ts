// Generated from schema/ by `make generate`. Do not edit.
// What was run before, found again.

import type { SeenTime } from "./activity.js";
import type { ConnectionName } from "./connection.js";
import type { Timeout } from "./values.js";

/**
 * Looks for statements that were run, also by other backends with the same file and before a restart. Unsupported where
 * the backend keeps no history, and `hello_response.capabilities` has no `history` then.
 *
 * @since 0.2
 */
export interface SearchHistoryRequest {
  /**
   * Words or parts of words that all occur in the statement, in either case; empty for any statement. At most 1000
   * characters.
   *
   * @defaultValue `""`
   */
  text?: string | undefined;
  /**
   * Only those of connections with this `name`; null for all. At most 200 characters.
   *
   * @defaultValue `null`
   */
  connection_name?: ConnectionName | null | undefined;
  /**
   * Only those of this database; null for all. At most 4096 characters.
   *
   * @defaultValue `null`
   */
  database?: string | null | undefined;
  /**
   * Only those with one of these outcomes; null for all. At most 10 items.
   *
   * @defaultValue `null`
   */
  outcomes?: readonly RunOutcome[] | null | undefined;
  /**
   * Only those that one of these had run; null for all. At most 10 items.
   *
   * @defaultValue `null`
   */
  origins?: readonly RunOrigin[] | null | undefined;
  /**
   * Only those that were run before this: `at` of the last entry of the page before. Null for the newest. At most 40
   * characters.
   *
   * @defaultValue `null`
   */
  before?: SeenTime | null | undefined;
  /**
   * Entries in the answer at most. 1 to 1000 entries.
   *
   * @defaultValue `100`
   */
  limit?: number | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `10000`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * What was found, the newest first.
 *
 * @since 0.2
 */
export interface SearchHistoryResponse {
  /** The statements, those that were run last first. */
  entries: HistoryEntry[];
  /** Whether there are no older ones that fit. */
  complete: boolean;
}

/**
 * A statement that was run. Equal ones of the same connection, database, origin and outcome are one entry, which tells
 * of the last run.
 */
export interface HistoryEntry {
  /** Names an entry of the history. 1 to 9007199254740991 entries. */
  id: EntryNumber;
  /** The statement, without the secrets in it. Values of parameters are not kept. */
  sql: string;
  /** Whether it is in full length; the history and this answer cut very long ones. */
  sql_complete: boolean;
  /** When it was run last, in UTC, as ISO 8601 text. At most 40 characters. */
  at: SeenTime;
  /** How long it took until the first rows, or its end. At least 0; in milliseconds. */
  ms: number;
  /** Rows that it returned or changed; null when that is not known. 0 to 9007199254740991 rows. */
  rows: number | null;
  /**
   * `done`, `failed`, `cancelled`: stopped by a cancel, a timeout or the end of its connection. `unknown`: the link
   * ended before the answer came.
   */
  outcome: RunOutcome;
  /** Of one that failed, the database's own code, or else that of the error; null for others. */
  code: string | null;
  /** `name` of the connection. */
  connection_name: string;
  /** The database, or the file; null when the connection named none. */
  database: string | null;
  /**
   * What had it run. `user`: `query` or `run_script`. `table`: `open_table`, with placeholders for the values of its
   * filters. `explain`: `explain_query` with `analyze`; what it changed was rolled back. `export`: `export_rows` of a
   * table or a statement. `edit`: `apply_edits`, with placeholders for its values. `import`: an import. `copy`:
   * `copy_table`, on the side of the target.
   */
  origin: RunOrigin;
  /** How many times it was run with this outcome. 1 to 9007199254740991 runs. */
  runs: number;
}

/** Names an entry of the history. 1 to 9007199254740991 entries. */
export type EntryNumber = number;

/** The values of `RunOutcome` that this version knows. */
export type KnownRunOutcome = "done" | "failed" | "cancelled" | "unknown";

/**
 * `done`, `failed`, `cancelled`: stopped by a cancel, a timeout or the end of its connection. `unknown`: the link ended
 * before the answer came. Open: a later backend may use values that this version does not know.
 */
export type RunOutcome = KnownRunOutcome | (string & {});

/** The values of `RunOrigin` that this version knows. */
export type KnownRunOrigin = "user" | "table" | "explain" | "export" | "edit" | "import" | "copy";

/**
 * What had it run. `user`: `query` or `run_script`. `table`: `open_table`, with placeholders for the values of its
 * filters. `explain`: `explain_query` with `analyze`; what it changed was rolled back. `export`: `export_rows` of a
 * table or a statement. `edit`: `apply_edits`, with placeholders for its values. `import`: an import. `copy`:
 * `copy_table`, on the side of the target. Open: a later backend may use values that this version does not know.
 */
export type RunOrigin = KnownRunOrigin | (string & {});

/**
 * Forgets entries of the history; their text is erased from the file.
 *
 * @since 0.2
 */
export interface DeleteHistoryRequest {
  /**
   * These entries. At most 10000 items.
   *
   * @defaultValue `[]`
   */
  ids?: readonly EntryNumber[] | undefined;
  /**
   * Everything, also what other backends with the same file have recorded.
   *
   * @defaultValue `false`
   */
  all?: boolean | undefined;
}

/**
 * They are gone.
 *
 * @since 0.2
 */
export interface DeleteHistoryResponse {
  /** How many entries there were. 0 to 9007199254740991 entries. */
  deleted: number;
}
