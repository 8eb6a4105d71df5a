"""Running a statement and reading its result by windows."""

import time
from collections.abc import Sequence

from litebase_schema.base import unvalidated
from litebase_schema.query import (
    CellFetchRequest,
    CellFetchResponse,
    CloseResultRequest,
    CloseResultResponse,
    FetchRequest,
    FetchResponse,
    FurtherResult,
    QueryRequest,
    QueryResponse,
    Timings,
)
from litebase_schema.script import StatementOutcome
from litebase_schema.values import Notice

from litebase.drivers.interface import Statement
from litebase.drivers.interruption import finish, unstopped
from litebase.errors import NotFound
from litebase.results.result import ReadingLimits, Result
from litebase.results.store import RowStore
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.lease import LeasedCursor, Waits
from litebase.server.recording import recorded
from litebase.sql.dialect import Dialect
from litebase.sql.effect import effect

_response, _timings = unvalidated(QueryResponse), unvalidated(Timings)
_fetched = unvalidated(FetchResponse)
_LONG_TEXT = 4096  # characters; to look through a longer one takes more time than can be spared by it


async def query(call: Call, request: QueryRequest) -> QueryResponse:
    """Run one statement; keep what does not fit into the answer."""
    connection = call.client.connection(request.connection_id)
    with (
        call.client.room_for_result(),
        recorded(call.backend, connection, request.sql, wanted=request.record) as note,
    ):
        answer = await run_query(call, connection, request)
        note.rows = answer.total_rows if answer.columns else answer.affected_rows
        return answer


async def run_query(call: Call, connection: Connection, request: QueryRequest) -> QueryResponse:
    """The same where there is room for one more result."""
    waits = Waits(call.rows_read, call.ask)
    started = time.monotonic()
    statement = Statement(request.sql, request.params, min(request.window_rows + 1, call.backend.settings.batch_rows))
    pinned = None
    if request.db_session_id is not None:
        pinned = call.client.pinned_session(request.db_session_id, connection.id)
    cursor = await (pinned or connection).execute(statement, waits, confirmed=request.confirm)
    result = new_result(call, connection, cursor, request.max_cell_bytes, request.max_rows)
    if pinned is not None:
        pinned.reading = result
    columns = list(cursor.columns)
    kept = False
    more: list[FurtherResult] = []
    try:
        if cursor.may_have_more:
            await read_everything(call, connection, cursor, result, more, request.max_rows)
        if cursor.ended and _may_have_written(request.sql, cursor.dialect):  # then a cancel comes too late
            window = await unstopped(result.window(0, request.window_rows))
        else:
            window = await result.window(0, request.window_rows)
        result.raise_if_undone()
        kept = not window.complete or result.has_cut_cells or (request.keep_result and bool(columns))
        server_s = time.monotonic() - started - waits.queue_s - waits.connect_s - result.encode_s
        return _response(
            result_id=call.client.add_result(result, connection, columns) if kept else None,
            columns=columns,
            rows=window.rows,
            complete=window.complete,
            total_rows=window.total_rows,
            cut_cells=window.cut_cells,
            affected_rows=cursor.affected_rows,
            last_insert_id=cursor.last_insert_id,
            notices=[*cursor.notices, *(not_kept(call, more) if more else ())],
            transaction_status=cursor.transaction_status,
            timings=_timings(
                queue_ms=max(waits.queue_s * 1000, 0.0),
                connect_ms=waits.connect_s * 1000,
                server_ms=max(server_s * 1000, 0.0),
                encode_ms=result.encode_s * 1000,
            ),
            more_results=more,
            truncated=window.truncated,
        )
    except BaseException:  # the answer is an error, which names no results
        for one in more:
            if one.result_id is not None:
                await finish(call.client.close_result(one.result_id), connection.patience_s)
        raise
    finally:
        if not kept:
            await connection.statements.discard(result)


def _may_have_written(sql: str, dialect: Dialect) -> bool:
    """Always where functions can write: no text shows which of them a view calls."""
    functions_write = dialect.vocabulary.harmless is not None
    return functions_write or len(sql) > _LONG_TEXT or effect(sql, dialect) != "reads"


_FURTHER_CELL_BYTES = 65536


def new_result(
    call: Call, connection: Connection, cursor: LeasedCursor, max_cell_bytes: int, max_rows: int | None
) -> Result:
    """A result that reads from `cursor`, within the backend's limits. Its connection knows it from the start."""
    settings = call.backend.settings
    store = RowStore(call.backend.store_use, max_cell_bytes, settings.max_row_bytes)
    limits = ReadingLimits(settings.batch_rows, settings.max_window_bytes, settings.first_rows_s, max_rows)
    result = Result(cursor, store, limits)
    connection.statements.results.add(result)
    return result


async def read_everything(
    call: Call,
    connection: Connection,
    cursor: LeasedCursor,
    first: Result,
    further: list[FurtherResult],
    max_rows: int | None,
) -> None:
    """Read all that a statement returns, as procedures do: one result after the other, so each is kept.

    `further` takes what comes after the `first` result, also when the statement fails on the way. It has run by then,
    so its results count although there is no room to keep their rows: see `not_kept`.
    """
    cursor.hold()
    try:
        await first.read_all(call.rows_read)
        while await cursor.next_result():
            further.append(await _further_result(call, connection, cursor, max_rows))
    finally:
        await cursor.let_go()


async def _further_result(
    call: Call, connection: Connection, cursor: LeasedCursor, max_rows: int | None
) -> FurtherResult:
    result = new_result(call, connection, cursor, _FURTHER_CELL_BYTES, max_rows)
    columns = list(cursor.columns)
    kept = False
    try:
        await result.read_all(call.rows_read)
        kept = bool(columns) and call.client.has_room_for_result
        return FurtherResult(
            result_id=call.client.add_result(result, connection, columns) if kept else None,
            columns=columns,
            total_rows=result.total_rows or 0,
            affected_rows=cursor.affected_rows,
            truncated=result.truncated,
        )
    finally:
        if not kept:
            await connection.statements.discard(result)


def not_kept(call: Call, results: Sequence[FurtherResult | StatementOutcome]) -> list[Notice]:
    """The notice about results whose rows could not be kept, if there are any."""
    count = sum(bool(one.columns) and one.result_id is None for one in results)
    if not count:
        return []
    maximum = call.backend.settings.max_results
    return [
        Notice(
            severity="WARNING",
            message=f"{count} {'result was' if count == 1 else 'results were'} not kept, because {maximum} results are "
            "open. Close some with close_result, and run what only reads again.",
        )
    ]


async def read_for_fetch(call: Call, request: FetchRequest) -> None:
    """What `fetch` needs of the database. It may take long, and the answer has no rows in memory yet."""
    await call.client.result(request.result_id).result.read_for(request.offset, request.limit, call.rows_read)


async def fetch(call: Call, request: FetchRequest) -> FetchResponse:
    """Any window of a result, of the rows that `read_for_fetch` read."""
    window = await call.client.result(request.result_id).result.window_of_read(request.offset, request.limit)
    return _fetched(
        offset=window.offset,
        rows=window.rows,
        complete=window.complete,
        total_rows=window.total_rows,
        cut_cells=window.cut_cells,
        truncated=window.truncated,
    )


async def cell_fetch(call: Call, request: CellFetchRequest) -> CellFetchResponse:
    """A piece of one cell in full length."""
    opened = call.client.result(request.result_id)
    cell = None
    if request.column < len(opened.columns):
        cell = await opened.result.cell(request.row, request.column, request.offset, request.length)
    if cell is None:
        place = f"row {request.row}, column {request.column}"
        raise NotFound("row", str(request.row), f"There is no text or bytes value at {place} of what was read so far.")
    return CellFetchResponse(
        offset=request.offset,
        piece=cell.piece,
        full_bytes=cell.full_bytes,
        is_text=cell.is_text,
        complete=request.offset + len(cell.piece) >= cell.full_bytes,
    )


async def close_result(call: Call, request: CloseResultRequest) -> CloseResultResponse:
    """Free a result."""
    await call.client.close_result(request.result_id)
    return CloseResultResponse()
