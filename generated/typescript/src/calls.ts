// Generated from schema/ by `make generate`. Do not edit.
// One typed method per request, for clients.

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
import type { RequestType, Requests } from "./messages.js";

/**
 * One method per request. A subclass implements `call`, which sends a request.
 *
 * `Options` are the options of a single call, for example a signal; they are passed to `call` unchanged.
 */
export abstract class Calls<Options> {
  /** Sends one request. Resolves with the data of its response; rejects with the error that it was answered with. */
  abstract call<Type extends RequestType>(
    type: Type,
    data: Requests[Type]["data"],
    options?: Options,
  ): Promise<Requests[Type]["response"]>;

  /**
   * Lists what the server's sessions do at this moment. It is read in a database session of the backend's own, which is
   * not in the list.
   *
   * Can be cancelled; safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`, `connect_failed`,
   * `connection_lost`, `prompt_unanswered`, `unsupported`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  listDbProcesses(data: ListDbProcessesRequest, options?: Options): Promise<ListDbProcessesResponse> {
    return this.call("list_db_processes", data, options);
  }

  /**
   * Stops what a session of the server runs, or ends the session, if it still runs what was seen. Refused on a
   * read-only connection, where `cancel` stops the client's own requests.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `read_only`, `cancelled`, `timeout`,
   * `connect_failed`, `connection_lost`, `outcome_unknown`, `prompt_unanswered`, `unsupported`, `conflict`,
   * `confirmation_required` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  stopDbProcess(data: StopDbProcessRequest, options?: Options): Promise<StopDbProcessResponse> {
    return this.call("stop_db_process", data, options);
  }

  /**
   * Writes the statements that change a table, or make one, and says what they do to it. Nothing is changed: the
   * statements are for `run_script`, joined by `;` and a line end, and for a look before that. The changes are made in
   * their order, each on what those before it have made, and the statements lead from the table as it is to the outcome
   * in an order that runs. Like a list, the table is read in a database session of its own, so what an open transaction
   * has made is not found before its commit.
   *
   * Can be cancelled; safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`, `connect_failed`,
   * `connection_lost`, `prompt_unanswered`, `unsupported`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  previewAlter(data: PreviewAlterRequest, options?: Options): Promise<PreviewAlterResponse> {
    return this.call("preview_alter", data, options);
  }

  /**
   * Stops one request of the same client and answers when it has ended. An unknown or finished id is harmless.
   *
   * Cannot be cancelled; safe to repeat. Fails with a `CommonErrorCode`.
   *
   * @since 0.1
   */
  cancel(data: CancelRequest, options?: Options): Promise<CancelResponse> {
    return this.call("cancel", data, options);
  }

  /**
   * Lists names: the schemas, what is in one schema, or what belongs to one table. It is read in a database session of
   * its own, so what an open transaction has made does not appear before its commit.
   *
   * Can be cancelled; safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`, `connect_failed`,
   * `connection_lost`, `prompt_unanswered`, `unsupported`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  listObjects(data: ListObjectsRequest, options?: Options): Promise<ListObjectsResponse> {
    return this.call("list_objects", data, options);
  }

  /**
   * Describes objects in full: what there is of each, of tables with foreign keys in both directions. Like a list, it
   * is read in a database session of its own.
   *
   * Can be cancelled; safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`, `connect_failed`,
   * `connection_lost`, `prompt_unanswered`, `unsupported`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  describeObjects(data: DescribeObjectsRequest, options?: Options): Promise<DescribeObjectsResponse> {
    return this.call("describe_objects", data, options);
  }

  /**
   * Writes the statements that make objects again: the database's own text where it keeps one. What an object refers to
   * without being asked for, such as the table of a foreign key or the function of a trigger, must already exist where
   * they run. Like a list, it is read in a database session of its own.
   *
   * Can be cancelled; safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`, `connect_failed`,
   * `connection_lost`, `prompt_unanswered`, `unsupported`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  getDdl(data: GetDdlRequest, options?: Options): Promise<GetDdlResponse> {
    return this.call("get_ddl", data, options);
  }

  /**
   * Compares two schemas of the same engine, and writes the statements that make the other one like the first. Nothing
   * is changed: the statements are for `run_script` on the other connection, joined by `;` and a line end, in a
   * database session without an open transaction. Schemas of different engines are refused with `unsupported`, because
   * what one engine calls a type, a default or a collation has no exact counterpart in another. Objects are matched by
   * name: one that was renamed is missing under one name, and extra under the other. Owners, grants and rows are not
   * compared. Both are read in database sessions of their own, so what an open transaction has made is not found before
   * its commit.
   *
   * Can be cancelled; safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`, `connect_failed`,
   * `connection_lost`, `prompt_unanswered`, `unsupported`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  compareSchemas(data: CompareSchemasRequest, options?: Options): Promise<CompareSchemasResponse> {
    return this.call("compare_schemas", data, options);
  }

  /**
   * Compares the rows of two tables or views of any two connections, of whatever engines, by a key. Both are read in
   * the order of the key, each in one read-only snapshot of its own, and the rows that differ become a result like that
   * of a query: for `fetch`, `view_result`, `find_in_result`, `summarize_result` and `export_rows`. Memory does not
   * grow with the number of rows. Columns are matched by name. Values are equal or not, never nearly: numbers by value,
   * texts by their characters, moments by the moment; what cannot be compared exactly is left out, and named. Progress
   * is reported in `compared_rows`. The tables are read in database sessions of their own, so what an open transaction
   * has changed is not seen before its commit.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`,
   * `connect_failed`, `connection_lost`, `unsupported`, `conflict`, `prompt_unanswered` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  compareRows(data: CompareRowsRequest, options?: Options): Promise<CompareRowsResponse> {
    return this.call("compare_rows", data, options);
  }

  /**
   * Opens a connection: a named target with a small pool of database sessions behind it.
   *
   * Can be cancelled; not safe to repeat. Fails with `connect_failed`, `not_found`, `unsupported`, `prompt_unanswered`,
   * `cancelled`, `timeout` or a `CommonErrorCode`.
   *
   * @since 0.1
   */
  dbConnect(data: DbConnectRequest, options?: Options): Promise<DbConnectResponse> {
    return this.call("db_connect", data, options);
  }

  /**
   * Closes a connection with its database sessions and results. A statement that still runs is stopped; an open
   * transaction is rolled back.
   *
   * Cannot be cancelled; not safe to repeat. Fails with `not_found` or a `CommonErrorCode`.
   *
   * @since 0.1
   */
  dbDisconnect(data: DbDisconnectRequest, options?: Options): Promise<DbDisconnectResponse> {
    return this.call("db_disconnect", data, options);
  }

  /**
   * Reads a table or a view in one consistent snapshot, and stores its rows in another table, which is made if it is
   * wanted. Values are stored exactly as they are or the row is refused: what the other engine has no exact type for
   * becomes text, with a warning that names the column. Progress is reported in `copied_rows`.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `read_only`, `cancelled`, `timeout`,
   * `connect_failed`, `connection_lost`, `outcome_unknown`, `unsupported`, `conflict`, `confirmation_required`,
   * `prompt_unanswered`, `row_rejected` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  copyTable(data: CopyTableRequest, options?: Options): Promise<CopyTableResponse> {
    return this.call("copy_table", data, options);
  }

  /**
   * Pins one database session, for example for a tab: transactions, temporary tables and settings live there until it
   * is closed.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `connect_failed`, `prompt_unanswered`, `cancelled`,
   * `connection_lost` or a `CommonErrorCode`.
   *
   * @since 0.1
   */
  openDbSession(data: OpenDbSessionRequest, options?: Options): Promise<OpenDbSessionResponse> {
    return this.call("open_db_session", data, options);
  }

  /**
   * Ends a database session. A statement that still runs is stopped; an open transaction is rolled back. Its results
   * stay readable as far as they were read.
   *
   * Cannot be cancelled; not safe to repeat. Fails with `not_found` or a `CommonErrorCode`.
   *
   * @since 0.1
   */
  closeDbSession(data: CloseDbSessionRequest, options?: Options): Promise<CloseDbSessionResponse> {
    return this.call("close_db_session", data, options);
  }

  /**
   * Begins a transaction.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`,
   * `connection_lost`, `outcome_unknown`, `conflict`, `unsupported` or a `CommonErrorCode`.
   *
   * @since 0.1
   */
  begin(data: BeginRequest, options?: Options): Promise<BeginResponse> {
    return this.call("begin", data, options);
  }

  /**
   * Makes the transaction's changes last.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`,
   * `connection_lost`, `outcome_unknown`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.1
   */
  commit(data: CommitRequest, options?: Options): Promise<CommitResponse> {
    return this.call("commit", data, options);
  }

  /**
   * Ends the transaction without its changes.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`,
   * `connection_lost`, `outcome_unknown`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.1
   */
  rollback(data: RollbackRequest, options?: Options): Promise<RollbackResponse> {
    return this.call("rollback", data, options);
  }

  /**
   * Sets a mark in the transaction to which it can be rolled back.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`,
   * `connection_lost`, `outcome_unknown`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.1
   */
  savepoint(data: SavepointRequest, options?: Options): Promise<SavepointResponse> {
    return this.call("savepoint", data, options);
  }

  /**
   * Undoes what the transaction did since a mark; the mark stays.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`,
   * `connection_lost`, `outcome_unknown`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.1
   */
  rollbackToSavepoint(data: RollbackToSavepointRequest, options?: Options): Promise<RollbackToSavepointResponse> {
    return this.call("rollback_to_savepoint", data, options);
  }

  /**
   * Forgets a mark and keeps what was done since.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`,
   * `connection_lost`, `outcome_unknown`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.1
   */
  releaseSavepoint(data: ReleaseSavepointRequest, options?: Options): Promise<ReleaseSavepointResponse> {
    return this.call("release_savepoint", data, options);
  }

  /**
   * Writes a database into a file: with `pg_dump` for PostgreSQL, with `mysqldump` or `mariadb-dump` for MySQL and
   * MariaDB, with the backup interface of SQLite. It is written as it is at one moment. The program is looked for on
   * the backend's machine; one that does not fit the server is refused before it starts. The file is written under a
   * temporary name in the same folder and gets its name when it is complete, so that what is stopped or fails leaves
   * nothing. Only its owner may read it. Progress is reported in `dumped_bytes`.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `cancelled`, `timeout`, `connect_failed`,
   * `connection_lost`, `query_failed`, `unsupported`, `conflict`, `prompt_unanswered`, `file_failed`, `tool_failed` or
   * a `CommonErrorCode`.
   *
   * @since 0.2
   */
  dumpDatabase(data: DumpDatabaseRequest, options?: Options): Promise<DumpDatabaseResponse> {
    return this.call("dump_database", data, options);
  }

  /**
   * Makes in the database of a connection what a file of `dump_database`, or of the same programs, has in it. The file
   * is looked at first: one of another engine, or one that was cut off, is refused before anything runs. What is there
   * already is an error, and never mixed with what the file has; rows of a file without structure are added to those of
   * its tables. A read-only connection is refused. Progress is reported in `checked_bytes`, and then in
   * `restored_bytes`.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `read_only`, `confirmation_required`, `cancelled`,
   * `timeout`, `connect_failed`, `connection_lost`, `query_failed`, `unsupported`, `conflict`, `prompt_unanswered`,
   * `file_failed`, `tool_failed` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  restoreDatabase(data: RestoreDatabaseRequest, options?: Options): Promise<RestoreDatabaseResponse> {
    return this.call("restore_database", data, options);
  }

  /**
   * Inserts, updates and deletes rows, each by a statement of its own and exactly one row each, or changes nothing at
   * all. A statement that updates or deletes also compares the old values, so that nobody's change is overwritten. In a
   * database session with an open transaction the edits become a part of it, after a savepoint, and are not committed;
   * without one they are one transaction. The tables are looked up first, in a database session of its own, so what an
   * open transaction has made is not found before its commit. What the database refuses is an error that begins with
   * the place of the edit; only a constraint that is checked at COMMIT names none.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `read_only`, `cancelled`, `timeout`,
   * `connect_failed`, `connection_lost`, `outcome_unknown`, `unsupported`, `conflict`, `confirmation_required`,
   * `prompt_unanswered` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  applyEdits(data: ApplyEditsRequest, options?: Options): Promise<ApplyEditsResponse> {
    return this.call("apply_edits", data, options);
  }

  /**
   * Waits for events and answers with those that have come. Always accepted, and not counted in
   * `max_requests_in_flight`; one at a time per client. Events are kept for a client from its first `wait_events` on.
   *
   * Can be cancelled; safe to repeat. Fails with `conflict`, `cancelled` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  waitEvents(data: WaitEventsRequest, options?: Options): Promise<WaitEventsResponse> {
    return this.call("wait_events", data, options);
  }

  /**
   * Asks the database how it would carry out a statement, or with `analyze` how it has. Without `analyze` the statement
   * is not run. Planning it may evaluate what is constant in it: PostgreSQL then calls functions that are declared
   * immutable; MySQL and MariaDB call functions that are declared deterministic and may run subqueries that give one
   * row. Whatever these change is rolled back, too, and what could not be is refused before anything is asked. SQLite
   * evaluates nothing. With `analyze`, the statement runs, and whatever it changes is rolled back: in a transaction of
   * the backend's own, or to a savepoint in the transaction that is open in the database session. What no rollback
   * undoes, such as numbers that a sequence has given, stays.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `read_only`, `cancelled`, `timeout`,
   * `connect_failed`, `connection_lost`, `outcome_unknown`, `prompt_unanswered`, `unsupported`, `conflict`,
   * `confirmation_required` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  explainQuery(data: ExplainQueryRequest, options?: Options): Promise<ExplainQueryResponse> {
    return this.call("explain_query", data, options);
  }

  /**
   * Writes the rows of a result, of a table or of a statement in some format, into a file or into the answer. A file is
   * written under a temporary name in the same folder and gets its name when it is complete, so that what is stopped or
   * fails leaves nothing. Only its owner may read it. Progress is reported in `exported_rows`.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `read_only`, `cancelled`, `timeout`,
   * `connect_failed`, `connection_lost`, `outcome_unknown`, `unsupported`, `conflict`, `confirmation_required`,
   * `prompt_unanswered`, `file_failed` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  exportRows(data: ExportRowsRequest, options?: Options): Promise<ExportRowsResponse> {
    return this.call("export_rows", data, options);
  }

  /**
   * Asks how the backend is. Never waits behind other requests.
   *
   * Cannot be cancelled; safe to repeat. Fails with a `CommonErrorCode`.
   *
   * @since 0.1
   */
  healthCheck(data: HealthCheckRequest = {}, options?: Options): Promise<HealthResponse> {
    return this.call("health_check", data, options);
  }

  /**
   * Greets the backend. Optional on a private socket and on stdio; on TCP it comes first and carries the token.
   *
   * Cannot be cancelled; safe to repeat. Fails with `unsupported_protocol` or a `CommonErrorCode`.
   *
   * @since 0.1
   */
  hello(data: HelloRequest, options?: Options): Promise<HelloResponse> {
    return this.call("hello", data, options);
  }

  /**
   * Looks for statements that were run, also by other backends with the same file and before a restart. Unsupported
   * where the backend keeps no history, and `hello_response.capabilities` has no `history` then.
   *
   * Can be cancelled; safe to repeat. Fails with `unsupported`, `cancelled`, `timeout`, `file_failed` or a
   * `CommonErrorCode`.
   *
   * @since 0.2
   */
  searchHistory(data: SearchHistoryRequest = {}, options?: Options): Promise<SearchHistoryResponse> {
    return this.call("search_history", data, options);
  }

  /**
   * Forgets entries of the history; their text is erased from the file.
   *
   * Cannot be cancelled; safe to repeat. Fails with `unsupported`, `file_failed` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  deleteHistory(data: DeleteHistoryRequest = {}, options?: Options): Promise<DeleteHistoryResponse> {
    return this.call("delete_history", data, options);
  }

  /**
   * Reads samples of a file, and says how it is to be read. Nothing is guessed that could be two things: what is
   * doubtful stays text and is a problem of the answer. Send the answer's `format`, `encoding` and `options`, changed
   * where the user knows better, to `import_rows`.
   *
   * Can be cancelled; safe to repeat. Fails with `cancelled`, `timeout`, `unsupported`, `file_failed` or a
   * `CommonErrorCode`.
   *
   * @since 0.2
   */
  previewImport(data: PreviewImportRequest, options?: Options): Promise<PreviewImportResponse> {
    return this.call("preview_import", data, options);
  }

  /**
   * Reads a file and stores its rows in a table. Values are stored exactly as they are in the file or the row is
   * rejected: no number is rounded, no date is guessed, no text is cut. Spaces at the end of `char` are the database's
   * own filling, and a fraction in a column of binary floating point is its nearest number if it has no more than 17
   * digits (9 for 32 bits). A sequence of PostgreSQL that numbers rows stays where it is. Progress is reported in
   * `imported_rows`.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `read_only`, `cancelled`, `timeout`,
   * `connect_failed`, `connection_lost`, `outcome_unknown`, `unsupported`, `conflict`, `confirmation_required`,
   * `prompt_unanswered`, `file_failed`, `row_rejected` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  importRows(data: ImportRowsRequest, options?: Options): Promise<ImportRowsResponse> {
    return this.call("import_rows", data, options);
  }

  /**
   * Asks every database session of a connection that nobody uses whether it is there, all at the same time, by one
   * round trip that changes nothing. Those that do not answer are dropped, and the next request opens new ones. A
   * session that runs a statement, or whose result is half read, is not asked. No statement is run again.
   *
   * Cannot be cancelled; safe to repeat. Fails with `not_found` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  checkConnection(data: CheckConnectionRequest, options?: Options): Promise<CheckConnectionResponse> {
    return this.call("check_connection", data, options);
  }

  /**
   * Answers a prompt. Always accepted, and not counted in `max_requests_in_flight`. A prompt that is not open is
   * `not_found`: it was answered before, its time has passed, or its request has ended.
   *
   * Cannot be cancelled; not safe to repeat. Fails with `not_found` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  answerPrompt(data: AnswerPromptRequest, options?: Options): Promise<AnswerPromptResponse> {
    return this.call("answer_prompt", data, options);
  }

  /**
   * Runs one statement and answers with the first window of its rows.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `read_only`, `cancelled`, `timeout`,
   * `connect_failed`, `connection_lost`, `outcome_unknown`, `unsupported`, `conflict`, `confirmation_required`,
   * `prompt_unanswered` or a `CommonErrorCode`.
   *
   * @since 0.1
   */
  query(data: QueryRequest, options?: Options): Promise<QueryResponse> {
    return this.call("query", data, options);
  }

  /**
   * Reads any window of a result, forward or back, without running the query again. A fetch that is cancelled or that
   * passes its `timeout_ms` only stops waiting: the result stays usable, and its statement goes on to the next rows.
   * `close_result` stops the statement.
   *
   * Can be cancelled; safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`,
   * `connection_lost`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.1
   */
  fetch(data: FetchRequest, options?: Options): Promise<FetchResponse> {
    return this.call("fetch", data, options);
  }

  /**
   * Reads a piece of one cell in full length.
   *
   * Can be cancelled; safe to repeat. Fails with `not_found` or a `CommonErrorCode`.
   *
   * @since 0.1
   */
  cellFetch(data: CellFetchRequest, options?: Options): Promise<CellFetchResponse> {
    return this.call("cell_fetch", data, options);
  }

  /**
   * Frees a result and what it holds.
   *
   * Cannot be cancelled; not safe to repeat. Fails with `not_found` or a `CommonErrorCode`.
   *
   * @since 0.1
   */
  closeResult(data: CloseResultRequest, options?: Options): Promise<CloseResultResponse> {
    return this.call("close_result", data, options);
  }

  /**
   * Looks whether objects have come, changed or gone, whoever did it, in one schema or in all but those of the database
   * system. The first request for a schema reads it, and changes are followed from then on. Where nothing has changed,
   * one short statement finds that out.
   *
   * Can be cancelled; safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`, `connect_failed`,
   * `connection_lost`, `prompt_unanswered`, `unsupported`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  refreshCatalog(data: RefreshCatalogRequest, options?: Options): Promise<RefreshCatalogResponse> {
    return this.call("refresh_catalog", data, options);
  }

  /**
   * Makes a new result with the rows of an open one, filtered and sorted. No statement is run: what is still unread is
   * read to the end first. The rows are copied, so both results stay open until they are closed, and a view of a view
   * is possible.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`,
   * `connection_lost`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  viewResult(data: ViewResultRequest, options?: Options): Promise<ViewResultResponse> {
    return this.call("view_result", data, options);
  }

  /**
   * Finds the next cell of a result that contains a text. Rows that are not read yet are read as far as they are
   * needed.
   *
   * Can be cancelled; safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`,
   * `connection_lost`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  findInResult(data: FindInResultRequest, options?: Options): Promise<FindInResultResponse> {
    return this.call("find_in_result", data, options);
  }

  /**
   * Counts and sums up columns of a result, or a range of its rows. What is needed and still unread is read first.
   *
   * Can be cancelled; safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`,
   * `connection_lost`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  summarizeResult(data: SummarizeResultRequest, options?: Options): Promise<SummarizeResultResponse> {
    return this.call("summarize_result", data, options);
  }

  /**
   * Runs several statements one after the other in one database session, and reports what each one did. Each is cut
   * from the text when its turn comes, by the settings that the session has then.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `invalid_script`, `connect_failed`, `cancelled`,
   * `timeout`, `connection_lost`, `unsupported`, `conflict`, `confirmation_required`, `prompt_unanswered` or a
   * `CommonErrorCode`.
   *
   * @since 0.1
   */
  runScript(data: RunScriptRequest, options?: Options): Promise<RunScriptResponse> {
    return this.call("run_script", data, options);
  }

  /**
   * Looks for text in names, columns, comments and definitions, in all schemas but those of the database system. Names
   * and columns are kept from one search to the next: what others have changed meanwhile may be found half a minute
   * late, what this connection has changed is found at once.
   *
   * Can be cancelled; safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`, `connect_failed`,
   * `connection_lost`, `prompt_unanswered`, `unsupported`, `conflict` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  searchObjects(data: SearchObjectsRequest, options?: Options): Promise<SearchObjectsResponse> {
    return this.call("search_objects", data, options);
  }

  /**
   * Reads SQL text without running it: its statements, what each would do, the tables that it names, its parameters,
   * mistakes, and what is at one place. All places are counted in code points from 0, as those of errors are. The text
   * may be half written; it may be as long as a frame.
   *
   * Can be cancelled; safe to repeat. Fails with `not_found`, `cancelled`, `timeout`, `connect_failed`,
   * `connection_lost`, `prompt_unanswered`, `unsupported`, `conflict`, `query_failed` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  inspectSql(data: InspectSqlRequest, options?: Options): Promise<InspectSqlResponse> {
    return this.call("inspect_sql", data, options);
  }

  /**
   * Offers what may be written at a place of SQL text, half written as it is. What the connection's latest statements
   * used comes first among what fits as well. It answers at once from what is known of the database; what is missing is
   * read meanwhile, and the next request has it. Nothing is offered inside strings, numbers and comments.
   *
   * Can be cancelled; safe to repeat. Fails with `not_found`, `cancelled` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  completeSql(data: CompleteSqlRequest, options?: Options): Promise<CompleteSqlResponse> {
    return this.call("complete_sql", data, options);
  }

  /**
   * Reads the rows of a table or a view. The filters and the order become one SELECT in the engine's own SQL, with
   * every value bound; the columns are looked up first, in a database session of its own, so what an open transaction
   * has made is not found before its commit, nor are temporary tables of MySQL and SQLite.
   *
   * Can be cancelled; not safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`,
   * `connect_failed`, `connection_lost`, `unsupported`, `conflict`, `prompt_unanswered` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  openTable(data: OpenTableRequest, options?: Options): Promise<OpenTableResponse> {
    return this.call("open_table", data, options);
  }

  /**
   * Counts the rows of a table or a view, or those that the filters let through. It may take as long as reading them; a
   * cancel stops it.
   *
   * Can be cancelled; safe to repeat. Fails with `not_found`, `query_failed`, `cancelled`, `timeout`, `connect_failed`,
   * `connection_lost`, `unsupported`, `conflict`, `prompt_unanswered` or a `CommonErrorCode`.
   *
   * @since 0.2
   */
  countRows(data: CountRowsRequest, options?: Options): Promise<CountRowsResponse> {
    return this.call("count_rows", data, options);
  }
}
