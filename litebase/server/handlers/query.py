"""Running a statement and reading its result by windows."""

import time

from litebase_schema.opaque import PackedRows
from litebase_schema.query import (
    CellFetchRequest,
    CellFetchResponse,
    CloseResultRequest,
    CloseResultResponse,
    FetchRequest,
    FetchResponse,
    QueryRequest,
    QueryResponse,
    Timings,
)

from litebase.drivers.interface import Statement
from litebase.errors import NotFound
from litebase.results.result import Result, Window
from litebase.results.store import RowStore
from litebase.server.connection import LeasedCursor, OpenConnection, Waits
from litebase.server.session import Session


async def query(session: Session, request: QueryRequest) -> QueryResponse:
    """Run one statement; keep what does not fit into the answer."""
    connection = session.connection(request.connection_id)
    session.check_room_for_result()
    settings = session.backend.settings
    waits = Waits()
    started = time.monotonic()
    first_rows = min(request.window_rows, settings.batch_rows)
    cursor = await connection.execute(Statement(request.sql, request.params, first_rows), waits)
    store = RowStore(session.backend.store_use, request.max_cell_bytes, settings.max_row_bytes)
    result = Result(cursor, store, session.backend.reading_limits)
    kept = False
    try:
        window = await result.window(0, request.window_rows) if cursor.columns else _NO_ROWS
        server_s = time.monotonic() - started - waits.queue_s - waits.connect_s - result.encode_s
        kept = bool(cursor.columns) and not (window.complete and not result.has_cut_cells)
        return _answer(session, connection, cursor, result if kept else None, window, _timings(waits, server_s, result))
    finally:
        if not kept:
            await result.aclose()


_NO_ROWS = Window(offset=0, rows=PackedRows(0, ()), complete=True, total_rows=0, cut_cells=[])


def _timings(waits: Waits, server_s: float, result: Result) -> Timings:
    return Timings(
        queue_ms=max(waits.queue_s * 1000, 0.0),
        connect_ms=waits.connect_s * 1000,
        server_ms=max(server_s * 1000, 0.0),
        encode_ms=result.encode_s * 1000,
    )


def _answer(
    session: Session,
    connection: OpenConnection,
    cursor: LeasedCursor,
    kept: Result | None,
    window: Window,
    timings: Timings,
) -> QueryResponse:
    result_id = None
    if kept is not None:
        result_id = session.add_result(kept, connection, len(cursor.columns))
        connection.results.add(kept)
    return QueryResponse(
        result_id=result_id,
        columns=list(cursor.columns),
        rows=window.rows,
        complete=window.complete,
        total_rows=window.total_rows,
        cut_cells=window.cut_cells,
        affected_rows=cursor.affected_rows,
        last_insert_id=cursor.last_insert_id,
        notices=list(cursor.notices),
        transaction_status=cursor.transaction_status,
        timings=timings,
        more_results=[],
    )


async def fetch(session: Session, request: FetchRequest) -> FetchResponse:
    """Any window of a result."""
    window = await session.result(request.result_id).result.window(request.offset, request.limit)
    return FetchResponse(
        offset=window.offset,
        rows=window.rows,
        complete=window.complete,
        total_rows=window.total_rows,
        cut_cells=window.cut_cells,
    )


async def cell_fetch(session: Session, request: CellFetchRequest) -> CellFetchResponse:
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


async def close_result(session: Session, request: CloseResultRequest) -> CloseResultResponse:
    """Free a result."""
    await session.close_result(request.result_id)
    return CloseResultResponse()
