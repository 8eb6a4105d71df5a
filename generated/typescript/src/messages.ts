// Generated from schema/ by `make generate`. Do not edit.
// Every message type: its data, its response, and what a client needs to know about it.

import type {
  ListDbProcessesRequest,
  ListDbProcessesResponse,
  StopDbProcessRequest,
  StopDbProcessResponse,
} from "./activity.js";
import type { PreviewAlterRequest, PreviewAlterResponse } from "./alter.js";
import type { CancelRequest, CancelResponse } from "./cancel.js";
import type {
  DescribeObjectsRequest,
  DescribeObjectsResponse,
  GetDdlRequest,
  GetDdlResponse,
  ListObjectsRequest,
  ListObjectsResponse,
} from "./catalog.js";
import type { CompareSchemasRequest, CompareSchemasResponse } from "./compare.js";
import type { CompareRowsRequest, CompareRowsResponse } from "./compare_rows.js";
import type { DbConnectRequest, DbConnectResponse, DbDisconnectRequest, DbDisconnectResponse } from "./connection.js";
import type { CopyTableRequest, CopyTableResponse } from "./copies.js";
import type {
  BeginRequest,
  BeginResponse,
  CloseDbSessionRequest,
  CloseDbSessionResponse,
  CommitRequest,
  CommitResponse,
  OpenDbSessionRequest,
  OpenDbSessionResponse,
  ReleaseSavepointRequest,
  ReleaseSavepointResponse,
  RollbackRequest,
  RollbackResponse,
  RollbackToSavepointRequest,
  RollbackToSavepointResponse,
  SavepointRequest,
  SavepointResponse,
} from "./db_session.js";
import type {
  DumpDatabaseRequest,
  DumpDatabaseResponse,
  RestoreDatabaseRequest,
  RestoreDatabaseResponse,
} from "./dump.js";
import type { ApplyEditsRequest, ApplyEditsResponse } from "./edits.js";
import type {
  ConfirmationDetails,
  ConnectFailedDetails,
  FileFailedDetails,
  InternalDetails,
  InvalidMessageDetails,
  LimitDetails,
  NotFoundDetails,
  PromptDetails,
  QueryFailedDetails,
  RowRejectedDetails,
  ScriptDetails,
  ToolFailedDetails,
} from "./errors.js";
import type { WaitEventsRequest, WaitEventsResponse } from "./events.js";
import type { ExplainQueryRequest, ExplainQueryResponse } from "./explain.js";
import type { ExportRowsRequest, ExportRowsResponse } from "./export.js";
import type { HealthCheckRequest, HealthResponse } from "./health.js";
import type { HelloRequest, HelloResponse } from "./hello.js";
import type {
  DeleteHistoryRequest,
  DeleteHistoryResponse,
  SearchHistoryRequest,
  SearchHistoryResponse,
} from "./history.js";
import type { ImportRowsRequest, ImportRowsResponse, PreviewImportRequest, PreviewImportResponse } from "./imports.js";
import type { CheckConnectionRequest, CheckConnectionResponse } from "./liveness.js";
import type { AnswerPromptRequest, AnswerPromptResponse } from "./prompts.js";
import type {
  CellFetchRequest,
  CellFetchResponse,
  CloseResultRequest,
  CloseResultResponse,
  FetchRequest,
  FetchResponse,
  QueryRequest,
  QueryResponse,
} from "./query.js";
import type { RefreshCatalogRequest, RefreshCatalogResponse } from "./refresh.js";
import type {
  FindInResultRequest,
  FindInResultResponse,
  SummarizeResultRequest,
  SummarizeResultResponse,
  ViewResultRequest,
  ViewResultResponse,
} from "./rows.js";
import type { RunScriptRequest, RunScriptResponse } from "./script.js";
import type { SearchObjectsRequest, SearchObjectsResponse } from "./search.js";
import type { CompleteSqlRequest, CompleteSqlResponse, InspectSqlRequest, InspectSqlResponse } from "./sql.js";
import type { CountRowsRequest, CountRowsResponse, OpenTableRequest, OpenTableResponse } from "./tables.js";

/** The version of the protocol: a new `major` is incompatible with the last one, `minor` grows with additions. */
export const protocol = { major: 0, minor: 2 } as const;

/** Codes that any request may be answered with. */
export type CommonErrorCode =
  "invalid_message" | "duplicate_id" | "limit_exceeded" | "unauthenticated" | "shutting_down" | "internal";

/** Each request: its data, the data of its response, and the error codes that it may be answered with. */
export interface Requests {
  /**
   * Lists what the server's sessions do at this moment. It is read in a database session of the backend's own, which is
   * not in the list.
   *
   * @since 0.2
   */
  list_db_processes: {
    data: ListDbProcessesRequest;
    response: ListDbProcessesResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "prompt_unanswered"
      | "unsupported"
      | "conflict";
  };
  /**
   * Stops what a session of the server runs, or ends the session, if it still runs what was seen. Refused on a
   * read-only connection, where `cancel` stops the client's own requests.
   *
   * @since 0.2
   */
  stop_db_process: {
    data: StopDbProcessRequest;
    response: StopDbProcessResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "read_only"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "outcome_unknown"
      | "prompt_unanswered"
      | "unsupported"
      | "conflict"
      | "confirmation_required";
  };
  /**
   * Writes the statements that change a table, or make one, and says what they do to it. Nothing is changed: the
   * statements are for `run_script`, joined by `;` and a line end, and for a look before that. The changes are made in
   * their order, each on what those before it have made, and the statements lead from the table as it is to the outcome
   * in an order that runs. Like a list, the table is read in a database session of its own, so what an open transaction
   * has made is not found before its commit.
   *
   * @since 0.2
   */
  preview_alter: {
    data: PreviewAlterRequest;
    response: PreviewAlterResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "prompt_unanswered"
      | "unsupported"
      | "conflict";
  };
  /**
   * Stops one request of the same client and answers when it has ended. An unknown or finished id is harmless.
   *
   * @since 0.1
   */
  cancel: {
    data: CancelRequest;
    response: CancelResponse;
    errors: CommonErrorCode;
  };
  /**
   * Lists names: the schemas, what is in one schema, or what belongs to one table. It is read in a database session of
   * its own, so what an open transaction has made does not appear before its commit.
   *
   * @since 0.2
   */
  list_objects: {
    data: ListObjectsRequest;
    response: ListObjectsResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "prompt_unanswered"
      | "unsupported"
      | "conflict";
  };
  /**
   * Describes objects in full: what there is of each, of tables with foreign keys in both directions. Like a list, it
   * is read in a database session of its own.
   *
   * @since 0.2
   */
  describe_objects: {
    data: DescribeObjectsRequest;
    response: DescribeObjectsResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "prompt_unanswered"
      | "unsupported"
      | "conflict";
  };
  /**
   * Writes the statements that make objects again: the database's own text where it keeps one. What an object refers to
   * without being asked for, such as the table of a foreign key or the function of a trigger, must already exist where
   * they run. Like a list, it is read in a database session of its own.
   *
   * @since 0.2
   */
  get_ddl: {
    data: GetDdlRequest;
    response: GetDdlResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "prompt_unanswered"
      | "unsupported"
      | "conflict";
  };
  /**
   * Compares two schemas of the same engine, and writes the statements that make the other one like the first. Nothing
   * is changed: the statements are for `run_script` on the other connection, joined by `;` and a line end, in a
   * database session without an open transaction. Schemas of different engines are refused with `unsupported`, because
   * what one engine calls a type, a default or a collation has no exact counterpart in another. Objects are matched by
   * name: one that was renamed is missing under one name, and extra under the other. Owners, grants and rows are not
   * compared. Both are read in database sessions of their own, so what an open transaction has made is not found before
   * its commit.
   *
   * @since 0.2
   */
  compare_schemas: {
    data: CompareSchemasRequest;
    response: CompareSchemasResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "prompt_unanswered"
      | "unsupported"
      | "conflict";
  };
  /**
   * Compares the rows of two tables or views of any two connections, of whatever engines, by a key. Both are read in
   * the order of the key, each in one read-only snapshot of its own, and the rows that differ become a result like that
   * of a query: for `fetch`, `view_result`, `find_in_result`, `summarize_result` and `export_rows`. Memory does not
   * grow with the number of rows. Columns are matched by name. Values are equal or not, never nearly: numbers by value,
   * texts by their characters, moments by the moment; what cannot be compared exactly is left out, and named. Progress
   * is reported in `compared_rows`. The tables are read in database sessions of their own, so what an open transaction
   * has changed is not seen before its commit.
   *
   * @since 0.2
   */
  compare_rows: {
    data: CompareRowsRequest;
    response: CompareRowsResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "unsupported"
      | "conflict"
      | "prompt_unanswered";
  };
  /**
   * Opens a connection: a named target with a small pool of database sessions behind it.
   *
   * @since 0.1
   */
  db_connect: {
    data: DbConnectRequest;
    response: DbConnectResponse;
    errors:
      CommonErrorCode | "connect_failed" | "not_found" | "unsupported" | "prompt_unanswered" | "cancelled" | "timeout";
  };
  /**
   * Closes a connection with its database sessions and results. A statement that still runs is stopped; an open
   * transaction is rolled back.
   *
   * @since 0.1
   */
  db_disconnect: {
    data: DbDisconnectRequest;
    response: DbDisconnectResponse;
    errors: CommonErrorCode | "not_found";
  };
  /**
   * Reads a table or a view in one consistent snapshot, and stores its rows in another table, which is made if it is
   * wanted. Values are stored exactly as they are or the row is refused: what the other engine has no exact type for
   * becomes text, with a warning that names the column. Progress is reported in `copied_rows`.
   *
   * @since 0.2
   */
  copy_table: {
    data: CopyTableRequest;
    response: CopyTableResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "read_only"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "outcome_unknown"
      | "unsupported"
      | "conflict"
      | "confirmation_required"
      | "prompt_unanswered"
      | "row_rejected";
  };
  /**
   * Pins one database session, for example for a tab: transactions, temporary tables and settings live there until it
   * is closed.
   *
   * @since 0.1
   */
  open_db_session: {
    data: OpenDbSessionRequest;
    response: OpenDbSessionResponse;
    errors: CommonErrorCode | "not_found" | "connect_failed" | "prompt_unanswered" | "cancelled" | "connection_lost";
  };
  /**
   * Ends a database session. A statement that still runs is stopped; an open transaction is rolled back. Its results
   * stay readable as far as they were read.
   *
   * @since 0.1
   */
  close_db_session: {
    data: CloseDbSessionRequest;
    response: CloseDbSessionResponse;
    errors: CommonErrorCode | "not_found";
  };
  /**
   * Begins a transaction.
   *
   * @since 0.1
   */
  begin: {
    data: BeginRequest;
    response: BeginResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connection_lost"
      | "outcome_unknown"
      | "conflict"
      | "unsupported";
  };
  /**
   * Makes the transaction's changes last.
   *
   * @since 0.1
   */
  commit: {
    data: CommitRequest;
    response: CommitResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connection_lost"
      | "outcome_unknown"
      | "conflict";
  };
  /**
   * Ends the transaction without its changes.
   *
   * @since 0.1
   */
  rollback: {
    data: RollbackRequest;
    response: RollbackResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connection_lost"
      | "outcome_unknown"
      | "conflict";
  };
  /**
   * Sets a mark in the transaction to which it can be rolled back.
   *
   * @since 0.1
   */
  savepoint: {
    data: SavepointRequest;
    response: SavepointResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connection_lost"
      | "outcome_unknown"
      | "conflict";
  };
  /**
   * Undoes what the transaction did since a mark; the mark stays.
   *
   * @since 0.1
   */
  rollback_to_savepoint: {
    data: RollbackToSavepointRequest;
    response: RollbackToSavepointResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connection_lost"
      | "outcome_unknown"
      | "conflict";
  };
  /**
   * Forgets a mark and keeps what was done since.
   *
   * @since 0.1
   */
  release_savepoint: {
    data: ReleaseSavepointRequest;
    response: ReleaseSavepointResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connection_lost"
      | "outcome_unknown"
      | "conflict";
  };
  /**
   * Writes a database into a file: with `pg_dump` for PostgreSQL, with `mysqldump` or `mariadb-dump` for MySQL and
   * MariaDB, with the backup interface of SQLite. It is written as it is at one moment. The program is looked for on
   * the backend's machine; one that does not fit the server is refused before it starts. The file is written under a
   * temporary name in the same folder and gets its name when it is complete, so that what is stopped or fails leaves
   * nothing. Only its owner may read it. Progress is reported in `dumped_bytes`.
   *
   * @since 0.2
   */
  dump_database: {
    data: DumpDatabaseRequest;
    response: DumpDatabaseResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "query_failed"
      | "unsupported"
      | "conflict"
      | "prompt_unanswered"
      | "file_failed"
      | "tool_failed";
  };
  /**
   * Makes in the database of a connection what a file of `dump_database`, or of the same programs, has in it. The file
   * is looked at first: one of another engine, or one that was cut off, is refused before anything runs. What is there
   * already is an error, and never mixed with what the file has; rows of a file without structure are added to those of
   * its tables. A read-only connection is refused. Progress is reported in `checked_bytes`, and then in
   * `restored_bytes`.
   *
   * @since 0.2
   */
  restore_database: {
    data: RestoreDatabaseRequest;
    response: RestoreDatabaseResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "read_only"
      | "confirmation_required"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "query_failed"
      | "unsupported"
      | "conflict"
      | "prompt_unanswered"
      | "file_failed"
      | "tool_failed";
  };
  /**
   * Inserts, updates and deletes rows, each by a statement of its own and exactly one row each, or changes nothing at
   * all. A statement that updates or deletes also compares the old values, so that nobody's change is overwritten. In a
   * database session with an open transaction the edits become a part of it, after a savepoint, and are not committed;
   * without one they are one transaction. The tables are looked up first, in a database session of its own, so what an
   * open transaction has made is not found before its commit. What the database refuses is an error that begins with
   * the place of the edit; only a constraint that is checked at COMMIT names none.
   *
   * @since 0.2
   */
  apply_edits: {
    data: ApplyEditsRequest;
    response: ApplyEditsResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "read_only"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "outcome_unknown"
      | "unsupported"
      | "conflict"
      | "confirmation_required"
      | "prompt_unanswered";
  };
  /**
   * Waits for events and answers with those that have come. Always accepted, and not counted in
   * `max_requests_in_flight`; one at a time per client. Events are kept for a client from its first `wait_events` on.
   *
   * @since 0.2
   */
  wait_events: {
    data: WaitEventsRequest;
    response: WaitEventsResponse;
    errors: CommonErrorCode | "conflict" | "cancelled";
  };
  /**
   * Asks the database how it would carry out a statement, or with `analyze` how it has. Without `analyze` the statement
   * is not run. Planning it may evaluate what is constant in it: PostgreSQL then calls functions that are declared
   * immutable; MySQL and MariaDB call functions that are declared deterministic and may run subqueries that give one
   * row. Whatever these change is rolled back, too, and what could not be is refused before anything is asked. SQLite
   * evaluates nothing. With `analyze`, the statement runs, and whatever it changes is rolled back: in a transaction of
   * the backend's own, or to a savepoint in the transaction that is open in the database session. What no rollback
   * undoes, such as numbers that a sequence has given, stays.
   *
   * @since 0.2
   */
  explain_query: {
    data: ExplainQueryRequest;
    response: ExplainQueryResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "read_only"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "outcome_unknown"
      | "prompt_unanswered"
      | "unsupported"
      | "conflict"
      | "confirmation_required";
  };
  /**
   * Writes the rows of a result, of a table or of a statement in some format, into a file or into the answer. A file is
   * written under a temporary name in the same folder and gets its name when it is complete, so that what is stopped or
   * fails leaves nothing. Only its owner may read it. Progress is reported in `exported_rows`.
   *
   * @since 0.2
   */
  export_rows: {
    data: ExportRowsRequest;
    response: ExportRowsResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "read_only"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "outcome_unknown"
      | "unsupported"
      | "conflict"
      | "confirmation_required"
      | "prompt_unanswered"
      | "file_failed";
  };
  /**
   * Asks how the backend is. Never waits behind other requests.
   *
   * @since 0.1
   */
  health_check: {
    data: HealthCheckRequest;
    response: HealthResponse;
    errors: CommonErrorCode;
  };
  /**
   * Greets the backend. Optional on a private socket and on stdio; on TCP it comes first and carries the token.
   *
   * @since 0.1
   */
  hello: {
    data: HelloRequest;
    response: HelloResponse;
    errors: CommonErrorCode | "unsupported_protocol";
  };
  /**
   * Looks for statements that were run, also by other backends with the same file and before a restart. Unsupported
   * where the backend keeps no history, and `hello_response.capabilities` has no `history` then.
   *
   * @since 0.2
   */
  search_history: {
    data: SearchHistoryRequest;
    response: SearchHistoryResponse;
    errors: CommonErrorCode | "unsupported" | "cancelled" | "timeout" | "file_failed";
  };
  /**
   * Forgets entries of the history; their text is erased from the file.
   *
   * @since 0.2
   */
  delete_history: {
    data: DeleteHistoryRequest;
    response: DeleteHistoryResponse;
    errors: CommonErrorCode | "unsupported" | "file_failed";
  };
  /**
   * Reads samples of a file, and says how it is to be read. Nothing is guessed that could be two things: what is
   * doubtful stays text and is a problem of the answer. Send the answer's `format`, `encoding` and `options`, changed
   * where the user knows better, to `import_rows`.
   *
   * @since 0.2
   */
  preview_import: {
    data: PreviewImportRequest;
    response: PreviewImportResponse;
    errors: CommonErrorCode | "cancelled" | "timeout" | "unsupported" | "file_failed";
  };
  /**
   * Reads a file and stores its rows in a table. Values are stored exactly as they are in the file or the row is
   * rejected: no number is rounded, no date is guessed, no text is cut. Spaces at the end of `char` are the database's
   * own filling, and a fraction in a column of binary floating point is its nearest number if it has no more than 17
   * digits (9 for 32 bits). A sequence of PostgreSQL that numbers rows stays where it is. Progress is reported in
   * `imported_rows`.
   *
   * @since 0.2
   */
  import_rows: {
    data: ImportRowsRequest;
    response: ImportRowsResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "read_only"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "outcome_unknown"
      | "unsupported"
      | "conflict"
      | "confirmation_required"
      | "prompt_unanswered"
      | "file_failed"
      | "row_rejected";
  };
  /**
   * Asks every database session of a connection that nobody uses whether it is there, all at the same time, by one
   * round trip that changes nothing. Those that do not answer are dropped, and the next request opens new ones. A
   * session that runs a statement, or whose result is half read, is not asked. No statement is run again.
   *
   * @since 0.2
   */
  check_connection: {
    data: CheckConnectionRequest;
    response: CheckConnectionResponse;
    errors: CommonErrorCode | "not_found";
  };
  /**
   * Answers a prompt. Always accepted, and not counted in `max_requests_in_flight`. A prompt that is not open is
   * `not_found`: it was answered before, its time has passed, or its request has ended.
   *
   * @since 0.2
   */
  answer_prompt: {
    data: AnswerPromptRequest;
    response: AnswerPromptResponse;
    errors: CommonErrorCode | "not_found";
  };
  /**
   * Runs one statement and answers with the first window of its rows.
   *
   * @since 0.1
   */
  query: {
    data: QueryRequest;
    response: QueryResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "read_only"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "outcome_unknown"
      | "unsupported"
      | "conflict"
      | "confirmation_required"
      | "prompt_unanswered";
  };
  /**
   * Reads any window of a result, forward or back, without running the query again. A fetch that is cancelled or that
   * passes its `timeout_ms` only stops waiting: the result stays usable, and its statement goes on to the next rows.
   * `close_result` stops the statement.
   *
   * @since 0.1
   */
  fetch: {
    data: FetchRequest;
    response: FetchResponse;
    errors: CommonErrorCode | "not_found" | "query_failed" | "cancelled" | "timeout" | "connection_lost" | "conflict";
  };
  /**
   * Reads a piece of one cell in full length.
   *
   * @since 0.1
   */
  cell_fetch: {
    data: CellFetchRequest;
    response: CellFetchResponse;
    errors: CommonErrorCode | "not_found";
  };
  /**
   * Frees a result and what it holds.
   *
   * @since 0.1
   */
  close_result: {
    data: CloseResultRequest;
    response: CloseResultResponse;
    errors: CommonErrorCode | "not_found";
  };
  /**
   * Looks whether objects have come, changed or gone, whoever did it, in one schema or in all but those of the database
   * system. The first request for a schema reads it, and changes are followed from then on. Where nothing has changed,
   * one short statement finds that out.
   *
   * @since 0.2
   */
  refresh_catalog: {
    data: RefreshCatalogRequest;
    response: RefreshCatalogResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "prompt_unanswered"
      | "unsupported"
      | "conflict";
  };
  /**
   * Makes a new result with the rows of an open one, filtered and sorted. No statement is run: what is still unread is
   * read to the end first. The rows are copied, so both results stay open until they are closed, and a view of a view
   * is possible.
   *
   * @since 0.2
   */
  view_result: {
    data: ViewResultRequest;
    response: ViewResultResponse;
    errors: CommonErrorCode | "not_found" | "query_failed" | "cancelled" | "timeout" | "connection_lost" | "conflict";
  };
  /**
   * Finds the next cell of a result that contains a text. Rows that are not read yet are read as far as they are
   * needed.
   *
   * @since 0.2
   */
  find_in_result: {
    data: FindInResultRequest;
    response: FindInResultResponse;
    errors: CommonErrorCode | "not_found" | "query_failed" | "cancelled" | "timeout" | "connection_lost" | "conflict";
  };
  /**
   * Counts and sums up columns of a result, or a range of its rows. What is needed and still unread is read first.
   *
   * @since 0.2
   */
  summarize_result: {
    data: SummarizeResultRequest;
    response: SummarizeResultResponse;
    errors: CommonErrorCode | "not_found" | "query_failed" | "cancelled" | "timeout" | "connection_lost" | "conflict";
  };
  /**
   * Runs several statements one after the other in one database session, and reports what each one did. Each is cut
   * from the text when its turn comes, by the settings that the session has then.
   *
   * @since 0.1
   */
  run_script: {
    data: RunScriptRequest;
    response: RunScriptResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "invalid_script"
      | "connect_failed"
      | "cancelled"
      | "timeout"
      | "connection_lost"
      | "unsupported"
      | "conflict"
      | "confirmation_required"
      | "prompt_unanswered";
  };
  /**
   * Looks for text in names, columns, comments and definitions, in all schemas but those of the database system. Names
   * and columns are kept from one search to the next: what others have changed meanwhile may be found half a minute
   * late, what this connection has changed is found at once.
   *
   * @since 0.2
   */
  search_objects: {
    data: SearchObjectsRequest;
    response: SearchObjectsResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "prompt_unanswered"
      | "unsupported"
      | "conflict";
  };
  /**
   * Reads SQL text without running it: its statements, what each would do, the tables that it names, its parameters,
   * mistakes, and what is at one place. All places are counted in code points from 0, as those of errors are. The text
   * may be half written; it may be as long as a frame.
   *
   * @since 0.2
   */
  inspect_sql: {
    data: InspectSqlRequest;
    response: InspectSqlResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "prompt_unanswered"
      | "unsupported"
      | "conflict"
      | "query_failed";
  };
  /**
   * Offers what may be written at a place of SQL text, half written as it is. What the connection's latest statements
   * used comes first among what fits as well. It answers at once from what is known of the database; what is missing is
   * read meanwhile, and the next request has it. Nothing is offered inside strings, numbers and comments.
   *
   * @since 0.2
   */
  complete_sql: {
    data: CompleteSqlRequest;
    response: CompleteSqlResponse;
    errors: CommonErrorCode | "not_found" | "cancelled";
  };
  /**
   * Reads the rows of a table or a view. The filters and the order become one SELECT in the engine's own SQL, with
   * every value bound; the columns are looked up first, in a database session of its own, so what an open transaction
   * has made is not found before its commit, nor are temporary tables of MySQL and SQLite.
   *
   * @since 0.2
   */
  open_table: {
    data: OpenTableRequest;
    response: OpenTableResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "unsupported"
      | "conflict"
      | "prompt_unanswered";
  };
  /**
   * Counts the rows of a table or a view, or those that the filters let through. It may take as long as reading them; a
   * cancel stops it.
   *
   * @since 0.2
   */
  count_rows: {
    data: CountRowsRequest;
    response: CountRowsResponse;
    errors:
      | CommonErrorCode
      | "not_found"
      | "query_failed"
      | "cancelled"
      | "timeout"
      | "connect_failed"
      | "connection_lost"
      | "unsupported"
      | "conflict"
      | "prompt_unanswered";
  };
}

/** The name of a request's message type. */
export type RequestType = keyof Requests;

/** Each event (a message that the backend sends unasked) and its data. */
export interface Events {}

/** The name of an event's message type. */
export type EventType = keyof Events;

/** Each known error code and the type of its `details`; `undefined` where it has none. */
export interface ErrorDetailsByCode {
  /** The bytes are not one MessagePack map of the envelope's form. The channel is closed after this answer. */
  invalid_frame: undefined;
  /** The length prefix is above the limit; the body was not read. The channel is closed after this answer. */
  frame_too_large: LimitDetails;
  /** A field is missing, unknown, of the wrong type or out of range. */
  invalid_message: InvalidMessageDetails;
  /** No request has this message type. */
  unknown_type: undefined;
  /** A request with this id is still in flight; that request goes on. */
  duplicate_id: undefined;
  /**
   * The token is missing or wrong, or something other than `hello` was sent first. The channel is closed after this
   * answer.
   */
  unauthenticated: undefined;
  /** The client's protocol major is not the backend's. */
  unsupported_protocol: undefined;
  /** A bound was reached: close something, ask for less, or try again later. */
  limit_exceeded: LimitDetails;
  /** The database could not be opened. */
  connect_failed: ConnectFailedDetails;
  /** No such id, or no such database file. */
  not_found: NotFoundDetails;
  /** The link to the database ended; nothing was changed by this request. The next request connects again. */
  connection_lost: undefined;
  /** A write was sent and no answer came: it may or may not have happened. It is never sent again by the backend. */
  outcome_unknown: undefined;
  /** The database refused or aborted the statement. */
  query_failed: QueryFailedDetails;
  /** The statement would write and the connection is read-only. */
  read_only: QueryFailedDetails;
  /** The script cannot be split into statements, for example because a string is not closed; nothing was run. */
  invalid_script: ScriptDetails;
  /** The request was cancelled by its client. */
  cancelled: undefined;
  /** The request took longer than its `timeout_ms` and was stopped. */
  timeout: LimitDetails;
  /** The request does not fit the present state, for example a result whose reading was stopped. */
  conflict: undefined;
  /** This engine or this build cannot do it; the message says what can. */
  unsupported: undefined;
  /**
   * The connection's environment is `production`, and the statement does not certainly only read; it was not run. Ask
   * the user, and send it again with `confirm`.
   */
  confirmation_required: ConfirmationDetails;
  /**
   * The request needs an answer of a person, and there was none: the client does not answer prompts, or the person
   * refused or did not answer in time. Nothing was done.
   */
  prompt_unanswered: PromptDetails;
  /**
   * A file of the backend's machine cannot be read or written as the request asks. The file that was there, if any, is
   * as it was.
   */
  file_failed: FileFailedDetails;
  /**
   * A row of a file or of a copied table cannot be stored exactly as it is, or cannot be read. The message says how
   * many rows are in.
   */
  row_rejected: RowRejectedDetails;
  /** A program of the database, such as `pg_dump`, was started and failed. The message has its last words. */
  tool_failed: ToolFailedDetails;
  /** The backend is ending and takes no new work. */
  shutting_down: undefined;
  /** A fault of the backend. `details.incident` is in its log. */
  internal: InternalDetails;
}

/** What a client needs to know about a request at run time. */
export interface RequestTraits {
  /** The message type of the response. */
  readonly response: string;
  /** Whether `cancel` stops it. */
  readonly cancellable: boolean;
  /** Whether it is safe to send it again. */
  readonly idempotent: boolean;
  /** The backend supports the request only if this is in `HelloResponse.capabilities`. */
  readonly capability?: string;
}

/** Every request by its message type. */
export const requests = {
  list_db_processes: { response: "list_db_processes_response", cancellable: true, idempotent: true },
  stop_db_process: { response: "stop_db_process_response", cancellable: true, idempotent: false },
  preview_alter: { response: "preview_alter_response", cancellable: true, idempotent: true },
  cancel: { response: "cancel_response", cancellable: false, idempotent: true },
  list_objects: { response: "list_objects_response", cancellable: true, idempotent: true },
  describe_objects: { response: "describe_objects_response", cancellable: true, idempotent: true },
  get_ddl: { response: "get_ddl_response", cancellable: true, idempotent: true },
  compare_schemas: { response: "compare_schemas_response", cancellable: true, idempotent: true },
  compare_rows: { response: "compare_rows_response", cancellable: true, idempotent: false },
  db_connect: { response: "db_connect_response", cancellable: true, idempotent: false },
  db_disconnect: { response: "db_disconnect_response", cancellable: false, idempotent: false },
  copy_table: { response: "copy_table_response", cancellable: true, idempotent: false },
  open_db_session: { response: "open_db_session_response", cancellable: true, idempotent: false },
  close_db_session: { response: "close_db_session_response", cancellable: false, idempotent: false },
  begin: { response: "begin_response", cancellable: true, idempotent: false },
  commit: { response: "commit_response", cancellable: true, idempotent: false },
  rollback: { response: "rollback_response", cancellable: true, idempotent: false },
  savepoint: { response: "savepoint_response", cancellable: true, idempotent: false },
  rollback_to_savepoint: { response: "rollback_to_savepoint_response", cancellable: true, idempotent: false },
  release_savepoint: { response: "release_savepoint_response", cancellable: true, idempotent: false },
  dump_database: { response: "dump_database_response", cancellable: true, idempotent: false },
  restore_database: { response: "restore_database_response", cancellable: true, idempotent: false },
  apply_edits: { response: "apply_edits_response", cancellable: true, idempotent: false },
  wait_events: { response: "wait_events_response", cancellable: true, idempotent: true },
  explain_query: { response: "explain_query_response", cancellable: true, idempotent: false },
  export_rows: { response: "export_rows_response", cancellable: true, idempotent: false },
  health_check: { response: "health_response", cancellable: false, idempotent: true },
  hello: { response: "hello_response", cancellable: false, idempotent: true },
  search_history: { response: "search_history_response", cancellable: true, idempotent: true },
  delete_history: { response: "delete_history_response", cancellable: false, idempotent: true },
  preview_import: { response: "preview_import_response", cancellable: true, idempotent: true },
  import_rows: { response: "import_rows_response", cancellable: true, idempotent: false },
  check_connection: { response: "check_connection_response", cancellable: false, idempotent: true },
  answer_prompt: { response: "answer_prompt_response", cancellable: false, idempotent: false },
  query: { response: "query_response", cancellable: true, idempotent: false },
  fetch: { response: "fetch_response", cancellable: true, idempotent: true },
  cell_fetch: { response: "cell_fetch_response", cancellable: true, idempotent: true },
  close_result: { response: "close_result_response", cancellable: false, idempotent: false },
  refresh_catalog: { response: "refresh_catalog_response", cancellable: true, idempotent: true },
  view_result: { response: "view_result_response", cancellable: true, idempotent: false },
  find_in_result: { response: "find_in_result_response", cancellable: true, idempotent: true },
  summarize_result: { response: "summarize_result_response", cancellable: true, idempotent: true },
  run_script: { response: "run_script_response", cancellable: true, idempotent: false },
  search_objects: { response: "search_objects_response", cancellable: true, idempotent: true },
  inspect_sql: { response: "inspect_sql_response", cancellable: true, idempotent: true },
  complete_sql: { response: "complete_sql_response", cancellable: true, idempotent: true },
  open_table: { response: "open_table_response", cancellable: true, idempotent: false },
  count_rows: { response: "count_rows_response", cancellable: true, idempotent: true },
} as const satisfies Record<RequestType, RequestTraits>;
