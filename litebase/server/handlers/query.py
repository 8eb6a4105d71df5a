"""Running a statement and reading its result by windows."""

import time
from contextlib import ExitStack

from litebase_schema.opaque import PackedRows
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

from litebase.drivers.interface import Statement
from litebase.drivers.interruption import finish, unstopped
from litebase.errors import NotFound
from litebase.results.result import ReadingLimits, Result, Window
from litebase.results.store import RowStore
from litebase.server.client_session import ClientSession
from litebase.server.connection import Connection, LeasedCursor, Waits


async def query(session: ClientSession, request: QueryRequest) -> QueryResponse:
    """Run one statement; keep what does not fit into the answer."""
    with session.room_for_result():
        return await _query(session, session.connection(request.connection_id), request)


async def _query(session: ClientSession, connection: Connection, request: QueryRequest) -> QueryResponse:
    waits = Waits()
    started = time.monotonic()
    statement = Statement(
        request.sql, request.params, min(request.window_rows + 1, session.backend.settings.batch_rows)
    )
    db_session = None
    if request.db_session_id is not None:
        db_session = session.db_session(request.db_session_id, connection.id)
        cursor = await db_session.execute(statement, waits)
    else:
        cursor = await connection.execute(statement, waits)
    result = new_result(session, connection, cursor, request.max_cell_bytes)
    if db_session is not None:
        db_session.reading = result
    columns = list(cursor.columns)
    kept = False
    try:
        more = await _further_results(session, connection, cursor, result) if cursor.may_have_more else []
        window = _NO_ROWS
        if columns and cursor.ended:  # the statement is done, perhaps with a write: a cancel comes too late
            window = await unstopped(result.window(0, request.window_rows))
        elif columns:
            window = await result.window(0, request.window_rows)
        kept = bool(columns) and (not window.complete or result.has_cut_cells)
        server_s = time.monotonic() - started - waits.queue_s - waits.connect_s - result.encode_s
        return QueryResponse(
            result_id=session.add_result(result, connection, len(columns)) if kept else None,
            columns=columns,
            rows=window.rows,
            complete=window.complete,
            total_rows=window.total_rows,
            cut_cells=window.cut_cells,
            affected_rows=cursor.affected_rows,
            last_insert_id=cursor.last_insert_id,
            notices=list(cursor.notices),
            transaction_status=cursor.transaction_status,
            timings=Timings(
                queue_ms=max(waits.queue_s * 1000, 0.0),
                connect_ms=waits.connect_s * 1000,
                server_ms=max(server_s * 1000, 0.0),
                encode_ms=result.encode_s * 1000,
            ),
            more_results=more,
        )
    finally:
        if not kept:
            await discard(session, result, connection)


async def discard(session: ClientSession, result: Result, connection: Connection) -> None:
    """Free a result that nobody will read, to the end although the request is cancelled: its work may be done."""
    connection.results.discard(result)
    await finish(result.aclose(), session.backend.settings.stop_patience_s)


_FURTHER_CELL_BYTES = 65536
_NO_ROWS = Window(offset=0, rows=PackedRows(0, ()), complete=True, total_rows=0, cut_cells=[])


def new_result(session: ClientSession, connection: Connection, cursor: LeasedCursor, max_cell_bytes: int) -> Result:
    """A result that reads from `cursor`, within the backend's limits. Its connection knows it from the start."""
    settings = session.backend.settings
    store = RowStore(session.backend.store_use, max_cell_bytes, settings.max_row_bytes)
    limits = ReadingLimits(settings.batch_rows, settings.max_window_bytes, settings.first_rows_s)
    result = Result(cursor, store, limits)
    connection.results.add(result)
    return result


async def _further_results(
    session: ClientSession, connection: Connection, cursor: LeasedCursor, first: Result
) -> list[FurtherResult]:
    """Read everything that a procedure returns. The engine gives its results one after the other, so each is kept."""
    read: list[tuple[Result, FurtherResult]] = []
    cursor.hold()
    try:
        await first.read_to_end()
        first.raise_failure()
        with ExitStack() as room:
            while await cursor.next_result():
                room.enter_context(session.room_for_result())
                read.append(await _further_result(session, connection, cursor))
    except BaseException:
        for result, _ in read:
            await discard(session, result, connection)
        raise
    finally:
        await cursor.let_go()
    return [
        told.model_copy(update={"result_id": session.add_result(result, connection, len(told.columns))})
        if told.columns
        else told
        for result, told in read
    ]


async def _further_result(
    session: ClientSession, connection: Connection, cursor: LeasedCursor
) -> tuple[Result, FurtherResult]:
    result = new_result(session, connection, cursor, _FURTHER_CELL_BYTES)
    try:
        await result.read_to_end()
        result.raise_failure()
    except BaseException:
        await discard(session, result, connection)
        raise
    columns = list(cursor.columns)
    if not columns:
        await discard(session, result, connection)
    rows = result.total_rows or 0
    return result, FurtherResult(result_id=None, columns=columns, total_rows=rows, affected_rows=cursor.affected_rows)


async def read_for_fetch(session: ClientSession, request: FetchRequest) -> None:
    """What `fetch` needs of the database. It may take long, and the answer has no rows in memory yet."""
    await session.result(request.result_id).result.read_for(request.offset, request.limit)


async def fetch(session: ClientSession, request: FetchRequest) -> FetchResponse:
    """Any window of a result, of the rows that `read_for_fetch` read."""
    window = await session.result(request.result_id).result.window_of_read(request.offset, request.limit)
    return FetchResponse(
        offset=window.offset,
        rows=window.rows,
        complete=window.complete,
        total_rows=window.total_rows,
        cut_cells=window.cut_cells,
    )


async def cell_fetch(session: ClientSession, request: CellFetchRequest) -> CellFetchResponse:
    """A piece of one cell in full length."""
    opened = session.result(request.result_id)
    cell = None
    if request.column < opened.column_count:
        cell = await opened.result.cell(request.row, request.column, request.offset, request.length)
    if cell is None:
        place = f"row {request.row}, column {request.column}"
        raise NotFound("row", str(request.row), f"There is no text and no bytes at {place} of what was read so far.")
    return CellFetchResponse(
        offset=request.offset,
        piece=cell.piece,
        full_bytes=cell.full_bytes,
        is_text=cell.is_text,
        complete=request.offset + len(cell.piece) >= cell.full_bytes,
    )


async def close_result(session: ClientSession, request: CloseResultRequest) -> CloseResultResponse:
    """Free a result."""
    await session.close_result(request.result_id)
    return CloseResultResponse()
