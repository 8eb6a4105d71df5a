# Generated from schema/ by `make generate`. Do not edit.
"""One typed method per request, for clients."""

from abc import ABC, abstractmethod
from typing import Any

from litebase_schema.activity import (
    ListDbProcessesRequest,
    ListDbProcessesResponse,
    StopDbProcessRequest,
    StopDbProcessResponse,
)
from litebase_schema.alter import PreviewAlterRequest, PreviewAlterResponse
from litebase_schema.cancel import CancelRequest, CancelResponse
from litebase_schema.catalog import (
    DescribeObjectsRequest,
    DescribeObjectsResponse,
    GetDdlRequest,
    GetDdlResponse,
    ListObjectsRequest,
    ListObjectsResponse,
)
from litebase_schema.compare import CompareSchemasRequest, CompareSchemasResponse
from litebase_schema.compare_rows import CompareRowsRequest, CompareRowsResponse
from litebase_schema.connection import DbConnectRequest, DbConnectResponse, DbDisconnectRequest, DbDisconnectResponse
from litebase_schema.copies import CopyTableRequest, CopyTableResponse
from litebase_schema.db_session import (
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
)
from litebase_schema.dump import (
    DumpDatabaseRequest,
    DumpDatabaseResponse,
    RestoreDatabaseRequest,
    RestoreDatabaseResponse,
)
from litebase_schema.edits import ApplyEditsRequest, ApplyEditsResponse
from litebase_schema.events import WaitEventsRequest, WaitEventsResponse
from litebase_schema.explain import ExplainQueryRequest, ExplainQueryResponse
from litebase_schema.export import ExportRowsRequest, ExportRowsResponse
from litebase_schema.health import HealthCheckRequest, HealthResponse
from litebase_schema.hello import HelloRequest, HelloResponse
from litebase_schema.history import (
    DeleteHistoryRequest,
    DeleteHistoryResponse,
    SearchHistoryRequest,
    SearchHistoryResponse,
)
from litebase_schema.imports import ImportRowsRequest, ImportRowsResponse, PreviewImportRequest, PreviewImportResponse
from litebase_schema.liveness import CheckConnectionRequest, CheckConnectionResponse
from litebase_schema.prompts import AnswerPromptRequest, AnswerPromptResponse
from litebase_schema.query import (
    CellFetchRequest,
    CellFetchResponse,
    CloseResultRequest,
    CloseResultResponse,
    FetchRequest,
    FetchResponse,
    QueryRequest,
    QueryResponse,
)
from litebase_schema.refresh import RefreshCatalogRequest, RefreshCatalogResponse
from litebase_schema.rows import (
    FindInResultRequest,
    FindInResultResponse,
    SummarizeResultRequest,
    SummarizeResultResponse,
    ViewResultRequest,
    ViewResultResponse,
)
from litebase_schema.script import RunScriptRequest, RunScriptResponse
from litebase_schema.search import SearchObjectsRequest, SearchObjectsResponse
from litebase_schema.sql import CompleteSqlRequest, CompleteSqlResponse, InspectSqlRequest, InspectSqlResponse
from litebase_schema.tables import CountRowsRequest, CountRowsResponse, OpenTableRequest, OpenTableResponse


class Calls(ABC):
    """One method per request. A subclass implements `call`, which raises the error that a request was answered with."""

    @abstractmethod
    async def call(self, message_type: str, data: Any) -> Any:
        """Send one request of `message_type` and return the data of its answer."""

    async def list_db_processes(self, data: ListDbProcessesRequest) -> ListDbProcessesResponse:
        """Lists what the server's sessions do at this moment. It is read in a database session of the backend's own, which is not in the list."""
        answer: ListDbProcessesResponse = await self.call("list_db_processes", data)
        return answer

    async def stop_db_process(self, data: StopDbProcessRequest) -> StopDbProcessResponse:
        """Stops what a session of the server runs, or ends the session, if it still runs what was seen. Refused on a read-only connection, where `cancel` stops the client's own requests."""
        answer: StopDbProcessResponse = await self.call("stop_db_process", data)
        return answer

    async def preview_alter(self, data: PreviewAlterRequest) -> PreviewAlterResponse:
        """Writes the statements that change a table, or make one, and says what they do to it. Nothing is changed: the statements are for `run_script`, joined by `;` and a line end, and for a look before that. The changes are made in their order, each on what those before it have made, and the statements lead from the table as it is to the outcome in an order that runs. Like a list, the table is read in a database session of its own, so what an open transaction has made is not found before its commit."""
        answer: PreviewAlterResponse = await self.call("preview_alter", data)
        return answer

    async def cancel(self, data: CancelRequest) -> CancelResponse:
        """Stops one request of the same client and answers when it has ended. An unknown or finished id is harmless."""
        answer: CancelResponse = await self.call("cancel", data)
        return answer

    async def list_objects(self, data: ListObjectsRequest) -> ListObjectsResponse:
        """Lists names: the schemas, what is in one schema, or what belongs to one table. It is read in a database session of its own, so what an open transaction has made does not appear before its commit."""
        answer: ListObjectsResponse = await self.call("list_objects", data)
        return answer

    async def describe_objects(self, data: DescribeObjectsRequest) -> DescribeObjectsResponse:
        """Describes objects in full: what there is of each, of tables with foreign keys in both directions. Like a list, it is read in a database session of its own."""
        answer: DescribeObjectsResponse = await self.call("describe_objects", data)
        return answer

    async def get_ddl(self, data: GetDdlRequest) -> GetDdlResponse:
        """Writes the statements that make objects again: the database's own text where it keeps one. What an object refers to without being asked for, such as the table of a foreign key or the function of a trigger, must already exist where they run. Like a list, it is read in a database session of its own."""
        answer: GetDdlResponse = await self.call("get_ddl", data)
        return answer

    async def compare_schemas(self, data: CompareSchemasRequest) -> CompareSchemasResponse:
        """Compares two schemas of the same engine, and writes the statements that make the other one like the first. Nothing is changed: the statements are for `run_script` on the other connection, joined by `;` and a line end, in a database session without an open transaction. Schemas of different engines are refused with `unsupported`, because what one engine calls a type, a default or a collation has no exact counterpart in another. Objects are matched by name: one that was renamed is missing under one name, and extra under the other. Owners, grants and rows are not compared. Both are read in database sessions of their own, so what an open transaction has made is not found before its commit."""
        answer: CompareSchemasResponse = await self.call("compare_schemas", data)
        return answer

    async def compare_rows(self, data: CompareRowsRequest) -> CompareRowsResponse:
        """Compares the rows of two tables or views of any two connections, of whatever engines, by a key. Both are read in the order of the key, each in one read-only snapshot of its own, and the rows that differ become a result like that of a query: for `fetch`, `view_result`, `find_in_result`, `summarize_result` and `export_rows`. Memory does not grow with the number of rows. Columns are matched by name. Values are equal or not, never nearly: numbers by value, texts by their characters, moments by the moment; what cannot be compared exactly is left out, and named. Progress is reported in `compared_rows`. The tables are read in database sessions of their own, so what an open transaction has changed is not seen before its commit."""
        answer: CompareRowsResponse = await self.call("compare_rows", data)
        return answer

    async def db_connect(self, data: DbConnectRequest) -> DbConnectResponse:
        """Opens a connection: a named target with a small pool of database sessions behind it."""
        answer: DbConnectResponse = await self.call("db_connect", data)
        return answer

    async def db_disconnect(self, data: DbDisconnectRequest) -> DbDisconnectResponse:
        """Closes a connection with its database sessions and results. A statement that still runs is stopped; an open transaction is rolled back."""
        answer: DbDisconnectResponse = await self.call("db_disconnect", data)
        return answer

    async def copy_table(self, data: CopyTableRequest) -> CopyTableResponse:
        """Reads a table or a view in one consistent snapshot, and stores its rows in another table, which is made if it is wanted. Values are stored exactly as they are or the row is refused: what the other engine has no exact type for becomes text, with a warning that names the column. Progress is reported in `copied_rows`."""
        answer: CopyTableResponse = await self.call("copy_table", data)
        return answer

    async def open_db_session(self, data: OpenDbSessionRequest) -> OpenDbSessionResponse:
        """Pins one database session, for example for a tab: transactions, temporary tables and settings live there until it is closed."""
        answer: OpenDbSessionResponse = await self.call("open_db_session", data)
        return answer

    async def close_db_session(self, data: CloseDbSessionRequest) -> CloseDbSessionResponse:
        """Ends a database session. A statement that still runs is stopped; an open transaction is rolled back. Its results stay readable as far as they were read."""
        answer: CloseDbSessionResponse = await self.call("close_db_session", data)
        return answer

    async def begin(self, data: BeginRequest) -> BeginResponse:
        """Begins a transaction."""
        answer: BeginResponse = await self.call("begin", data)
        return answer

    async def commit(self, data: CommitRequest) -> CommitResponse:
        """Makes the transaction's changes last."""
        answer: CommitResponse = await self.call("commit", data)
        return answer

    async def rollback(self, data: RollbackRequest) -> RollbackResponse:
        """Ends the transaction without its changes."""
        answer: RollbackResponse = await self.call("rollback", data)
        return answer

    async def savepoint(self, data: SavepointRequest) -> SavepointResponse:
        """Sets a mark in the transaction to which it can be rolled back."""
        answer: SavepointResponse = await self.call("savepoint", data)
        return answer

    async def rollback_to_savepoint(self, data: RollbackToSavepointRequest) -> RollbackToSavepointResponse:
        """Undoes what the transaction did since a mark; the mark stays."""
        answer: RollbackToSavepointResponse = await self.call("rollback_to_savepoint", data)
        return answer

    async def release_savepoint(self, data: ReleaseSavepointRequest) -> ReleaseSavepointResponse:
        """Forgets a mark and keeps what was done since."""
        answer: ReleaseSavepointResponse = await self.call("release_savepoint", data)
        return answer

    async def dump_database(self, data: DumpDatabaseRequest) -> DumpDatabaseResponse:
        """Writes a database into a file: with `pg_dump` for PostgreSQL, with `mysqldump` or `mariadb-dump` for MySQL and MariaDB, with the backup interface of SQLite. It is written as it is at one moment. The program is looked for on the backend's machine; one that does not fit the server is refused before it starts. The file is written under a temporary name in the same folder and gets its name when it is complete, so that what is stopped or fails leaves nothing. Only its owner may read it. Progress is reported in `dumped_bytes`."""
        answer: DumpDatabaseResponse = await self.call("dump_database", data)
        return answer

    async def restore_database(self, data: RestoreDatabaseRequest) -> RestoreDatabaseResponse:
        """Makes in the database of a connection what a file of `dump_database`, or of the same programs, has in it. The file is looked at first: one of another engine, or one that was cut off, is refused before anything runs. What is there already is an error, and never mixed with what the file has; rows of a file without structure are added to those of its tables. A read-only connection is refused. Progress is reported in `checked_bytes`, and then in `restored_bytes`."""
        answer: RestoreDatabaseResponse = await self.call("restore_database", data)
        return answer

    async def apply_edits(self, data: ApplyEditsRequest) -> ApplyEditsResponse:
        """Inserts, updates and deletes rows, each by a statement of its own and exactly one row each, or changes nothing at all. A statement that updates or deletes also compares the old values, so that nobody's change is overwritten. In a database session with an open transaction the edits become a part of it, after a savepoint, and are not committed; without one they are one transaction. The tables are looked up first, in a database session of its own, so what an open transaction has made is not found before its commit. What the database refuses is an error that begins with the place of the edit; only a constraint that is checked at COMMIT names none."""
        answer: ApplyEditsResponse = await self.call("apply_edits", data)
        return answer

    async def wait_events(self, data: WaitEventsRequest) -> WaitEventsResponse:
        """Waits for events and answers with those that have come. Always accepted, and not counted in `max_requests_in_flight`; one at a time per client. Events are kept for a client from its first `wait_events` on."""
        answer: WaitEventsResponse = await self.call("wait_events", data)
        return answer

    async def explain_query(self, data: ExplainQueryRequest) -> ExplainQueryResponse:
        """Asks the database how it would carry out a statement, or with `analyze` how it has. Without `analyze` the statement is not run. Planning it may evaluate what is constant in it: PostgreSQL then calls functions that are declared immutable; MySQL and MariaDB call functions that are declared deterministic and may run subqueries that give one row. Whatever these change is rolled back, too, and what could not be is refused before anything is asked. SQLite evaluates nothing. With `analyze`, the statement runs, and whatever it changes is rolled back: in a transaction of the backend's own, or to a savepoint in the transaction that is open in the database session. What no rollback undoes, such as numbers that a sequence has given, stays."""
        answer: ExplainQueryResponse = await self.call("explain_query", data)
        return answer

    async def export_rows(self, data: ExportRowsRequest) -> ExportRowsResponse:
        """Writes the rows of a result, of a table or of a statement in some format, into a file or into the answer. A file is written under a temporary name in the same folder and gets its name when it is complete, so that what is stopped or fails leaves nothing. Only its owner may read it. Progress is reported in `exported_rows`."""
        answer: ExportRowsResponse = await self.call("export_rows", data)
        return answer

    async def health_check(self, data: HealthCheckRequest) -> HealthResponse:
        """Asks how the backend is. Never waits behind other requests."""
        answer: HealthResponse = await self.call("health_check", data)
        return answer

    async def hello(self, data: HelloRequest) -> HelloResponse:
        """Greets the backend. Optional on a private socket and on stdio; on TCP it comes first and carries the token."""
        answer: HelloResponse = await self.call("hello", data)
        return answer

    async def search_history(self, data: SearchHistoryRequest) -> SearchHistoryResponse:
        """Looks for statements that were run, also by other backends with the same file and before a restart. Unsupported where the backend keeps no history, and `hello_response.capabilities` has no `history` then."""
        answer: SearchHistoryResponse = await self.call("search_history", data)
        return answer

    async def delete_history(self, data: DeleteHistoryRequest) -> DeleteHistoryResponse:
        """Forgets entries of the history; their text is erased from the file."""
        answer: DeleteHistoryResponse = await self.call("delete_history", data)
        return answer

    async def preview_import(self, data: PreviewImportRequest) -> PreviewImportResponse:
        """Reads samples of a file, and says how it is to be read. Nothing is guessed that could be two things: what is doubtful stays text and is a problem of the answer. Send the answer's `format`, `encoding` and `options`, changed where the user knows better, to `import_rows`."""
        answer: PreviewImportResponse = await self.call("preview_import", data)
        return answer

    async def import_rows(self, data: ImportRowsRequest) -> ImportRowsResponse:
        """Reads a file and stores its rows in a table. Values are stored exactly as they are in the file or the row is rejected: no number is rounded, no date is guessed, no text is cut. Spaces at the end of `char` are the database's own filling, and a fraction in a column of binary floating point is its nearest number if it has no more than 17 digits (9 for 32 bits). A sequence of PostgreSQL that numbers rows stays where it is. Progress is reported in `imported_rows`."""
        answer: ImportRowsResponse = await self.call("import_rows", data)
        return answer

    async def check_connection(self, data: CheckConnectionRequest) -> CheckConnectionResponse:
        """Asks every database session of a connection that nobody uses whether it is there, all at the same time, by one round trip that changes nothing. Those that do not answer are dropped, and the next request opens new ones. A session that runs a statement, or whose result is half read, is not asked. No statement is run again."""
        answer: CheckConnectionResponse = await self.call("check_connection", data)
        return answer

    async def answer_prompt(self, data: AnswerPromptRequest) -> AnswerPromptResponse:
        """Answers a prompt. Always accepted, and not counted in `max_requests_in_flight`. A prompt that is not open is `not_found`: it was answered before, its time has passed, or its request has ended."""
        answer: AnswerPromptResponse = await self.call("answer_prompt", data)
        return answer

    async def query(self, data: QueryRequest) -> QueryResponse:
        """Runs one statement and answers with the first window of its rows."""
        answer: QueryResponse = await self.call("query", data)
        return answer

    async def fetch(self, data: FetchRequest) -> FetchResponse:
        """Reads any window of a result, forward or back, without running the query again. A fetch that is cancelled or that passes its `timeout_ms` only stops waiting: the result stays usable, and its statement goes on to the next rows. `close_result` stops the statement."""
        answer: FetchResponse = await self.call("fetch", data)
        return answer

    async def cell_fetch(self, data: CellFetchRequest) -> CellFetchResponse:
        """Reads a piece of one cell in full length."""
        answer: CellFetchResponse = await self.call("cell_fetch", data)
        return answer

    async def close_result(self, data: CloseResultRequest) -> CloseResultResponse:
        """Frees a result and what it holds."""
        answer: CloseResultResponse = await self.call("close_result", data)
        return answer

    async def refresh_catalog(self, data: RefreshCatalogRequest) -> RefreshCatalogResponse:
        """Looks whether objects have come, changed or gone, whoever did it, in one schema or in all but those of the database system. The first request for a schema reads it, and changes are followed from then on. Where nothing has changed, one short statement finds that out."""
        answer: RefreshCatalogResponse = await self.call("refresh_catalog", data)
        return answer

    async def view_result(self, data: ViewResultRequest) -> ViewResultResponse:
        """Makes a new result with the rows of an open one, filtered and sorted. No statement is run: what is still unread is read to the end first. The rows are copied, so both results stay open until they are closed, and a view of a view is possible."""
        answer: ViewResultResponse = await self.call("view_result", data)
        return answer

    async def find_in_result(self, data: FindInResultRequest) -> FindInResultResponse:
        """Finds the next cell of a result that contains a text. Rows that are not read yet are read as far as they are needed."""
        answer: FindInResultResponse = await self.call("find_in_result", data)
        return answer

    async def summarize_result(self, data: SummarizeResultRequest) -> SummarizeResultResponse:
        """Counts and sums up columns of a result, or a range of its rows. What is needed and still unread is read first."""
        answer: SummarizeResultResponse = await self.call("summarize_result", data)
        return answer

    async def run_script(self, data: RunScriptRequest) -> RunScriptResponse:
        """Runs several statements one after the other in one database session, and reports what each one did. Each is cut from the text when its turn comes, by the settings that the session has then."""
        answer: RunScriptResponse = await self.call("run_script", data)
        return answer

    async def search_objects(self, data: SearchObjectsRequest) -> SearchObjectsResponse:
        """Looks for text in names, columns, comments and definitions, in all schemas but those of the database system. Names and columns are kept from one search to the next: what others have changed meanwhile may be found half a minute late, what this connection has changed is found at once."""
        answer: SearchObjectsResponse = await self.call("search_objects", data)
        return answer

    async def inspect_sql(self, data: InspectSqlRequest) -> InspectSqlResponse:
        """Reads SQL text without running it: its statements, what each would do, the tables that it names, its parameters, mistakes, and what is at one place. All places are counted in code points from 0, as those of errors are. The text may be half written; it may be as long as a frame."""
        answer: InspectSqlResponse = await self.call("inspect_sql", data)
        return answer

    async def complete_sql(self, data: CompleteSqlRequest) -> CompleteSqlResponse:
        """Offers what may be written at a place of SQL text, half written as it is. What the connection's latest statements used comes first among what fits as well. It answers at once from what is known of the database; what is missing is read meanwhile, and the next request has it. Nothing is offered inside strings, numbers and comments."""
        answer: CompleteSqlResponse = await self.call("complete_sql", data)
        return answer

    async def open_table(self, data: OpenTableRequest) -> OpenTableResponse:
        """Reads the rows of a table or a view. The filters and the order become one SELECT in the engine's own SQL, with every value bound; the columns are looked up first, in a database session of its own, so what an open transaction has made is not found before its commit, nor are temporary tables of MySQL and SQLite."""
        answer: OpenTableResponse = await self.call("open_table", data)
        return answer

    async def count_rows(self, data: CountRowsRequest) -> CountRowsResponse:
        """Counts the rows of a table or a view, or those that the filters let through. It may take as long as reading them; a cancel stops it."""
        answer: CountRowsResponse = await self.call("count_rows", data)
        return answer
