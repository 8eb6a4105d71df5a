// Generated from schema/ by `make generate`. Do not edit.
// The greeting: who speaks, which version, what the backend can do.

/**
 * Greets the backend. Optional on a private socket and on stdio; on TCP it comes first and carries the token.
 *
 * @since 0.1
 */
export interface HelloRequest {
  /** The contract's version: major differs when something broke, minor grows with each addition. */
  protocol: ProtocolVersion;
  /** A program's name and version. */
  client: Software;
  /**
   * The backend's secret for this run; needed on TCP only. Secret: never logged. At most 256 characters.
   *
   * @defaultValue `null`
   */
  token?: Token | null | undefined;
  /**
   * Whether this client answers prompts: it waits for events, and sends `answer_prompt`. Without it, a request that
   * needs an answer fails with `prompt_unanswered`.
   *
   * @defaultValue `false`
   * @since 0.2
   */
  prompts?: boolean | undefined;
}

/**
 * Who the backend is and what it can do. Features are tested by `capabilities`, never by version.
 *
 * @since 0.1
 */
export interface HelloResponse {
  /** The contract's version: major differs when something broke, minor grows with each addition. */
  protocol: ProtocolVersion;
  /** A program's name and version. */
  server: Software;
  /** The engines that `db_connect` takes. */
  engines: string[];
  /**
   * Names of the optional features that this backend knows: `events` for `wait_events`, `prompts` for `answer_prompt`,
   * `check_connection` for the request of that name, `result_views` for `view_result`, `find_in_result` and
   * `summarize_result`, `tables` for `open_table` and `count_rows`, `edits` for `apply_edits`, `exports` for
   * `export_rows`, `alter` for `preview_alter`, `compare` for `compare_schemas`, `compare_rows` for the request of that
   * name, `imports` for `preview_import`, `copies` for `copy_table`, `parquet` for its format of that name, `sql_help`
   * for `inspect_sql` and `complete_sql`, `history` for `search_history` and `delete_history` where the backend keeps
   * one, and those of which `db_connect_response.capabilities` says whether a connection has them.
   */
  capabilities: string[];
  /**
   * The bounds of this backend. A request beyond one that its client can know is answered `limit_exceeded`, or with the
   * error that the bound names.
   */
  limits: Limits;
}

/** The contract's version: major differs when something broke, minor grows with each addition. */
export interface ProtocolVersion {
  /** Must be the same on both sides. 0 to 65535 versions. */
  major: number;
  /** May differ. 0 to 65535 versions. */
  minor: number;
}

/** A program's name and version. */
export interface Software {
  /** For example `litebase`. At most 100 characters. */
  name: string;
  /** For example `0.1.0`. At most 100 characters. */
  version: string;
}

/** A secret, as the backend wrote it into its token file. At most 256 characters. */
export type Token = string;

/**
 * The bounds of this backend. A request beyond one that its client can know is answered `limit_exceeded`, or with the
 * error that the bound names.
 */
export interface Limits {
  /** Payload of one frame, in either direction. At least 1; in bytes. */
  max_frame_bytes: number;
  /** Nested arrays and maps in one request. At least 1; in levels. */
  max_depth: number;
  /** Values in one request, keys and containers counted. At least 1; in values. */
  max_items: number;
  /** Channels at the same time. At least 1; in clients. */
  max_clients: number;
  /** Unanswered requests of one client. At least 1; in requests. */
  max_requests_in_flight: number;
  /**
   * The frames of the unanswered requests of one client, all together; `cancel`, `health_check`, `wait_events` and
   * `answer_prompt` always pass. At least 1; in bytes.
   */
  max_requests_bytes: number;
  /** Open connections of one client. At least 1; in connections. */
  max_connections: number;
  /**
   * Database sessions of one connection, pinned ones included; a SQLite database in memory has one. Where there may be
   * several, reading the catalog takes one more. At least 1; in database sessions.
   */
  max_db_sessions: number;
  /** Open results of one client. At least 1; in results. */
  max_results: number;
  /** Packed rows in one answer; at least one row is always sent. At least 1; in bytes. */
  max_window_bytes: number;
  /** One row in an answer; longer cells are cut and can be read with `cell_fetch`. At least 1; in bytes. */
  max_row_bytes: number;
  /**
   * What `export_rows` writes into an answer. To a file it writes any amount. At least 1; in bytes.
   *
   * @since 0.2
   */
  max_content_bytes: number;
  /**
   * A workbook that is imported, unpacked: it is read whole. Text files may have any size. At least 1; in bytes.
   *
   * @since 0.2
   */
  max_workbook_bytes: number;
  /** Temporary files of all results together. At least 0; in bytes. */
  max_results_disk_bytes: number;
  /** Notices of one statement; further ones are counted and dropped. At least 0; in notices. */
  max_notices: number;
  /**
   * About the memory that the rows of a statement that writes may take, for example those of `RETURNING`; a statement
   * with more is undone. At least 0; in bytes.
   */
  max_returning_bytes: number;
  /** One text or blob of SQLite; a longer one makes its statement fail. At least 1; in bytes. */
  max_sqlite_cell_bytes: number;
  /**
   * SQLite's own memory in the whole process, the rows at hand included; a statement that wants more fails. At least 1;
   * in bytes.
   */
  max_sqlite_memory_bytes: number;
  /** Payload of a frame before `hello` has shown the token, where one is due. At least 1; in bytes. */
  max_greeting_bytes: number;
  /** A frame that has begun must be complete by then, or the channel is closed. At least 1; in milliseconds. */
  frame_timeout_ms: number;
  /** Where a token is due, the channel is closed when it was not shown by then. At least 1; in milliseconds. */
  hello_timeout_ms: number;
  /**
   * A client that takes nothing of an answer for so long is closed, and what it asked for is stopped. At least 1; in
   * milliseconds.
   */
  send_stall_ms: number;
  /**
   * A prompt that is not answered by then is withdrawn, and its request fails. The request's own time does not run
   * meanwhile. At least 1; in milliseconds.
   *
   * @since 0.2
   */
  prompt_timeout_ms: number;
}
