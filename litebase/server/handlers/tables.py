"""The rows of tables and views: opened with filters and an order, and counted."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from litebase_schema.catalog import ObjectRef
from litebase_schema.query import QueryRequest, QueryResponse
from litebase_schema.tables import (
    CountedRows,
    CountRowsRequest,
    CountRowsResponse,
    OpenTableRequest,
    OpenTableResponse,
)

from litebase.drivers import catalog_reader, row_dialect
from litebase.drivers.interface import DatabaseSession, RowList, Statement
from litebase.drivers.interruption import finish
from litebase.drivers.objects import TABLES
from litebase.drivers.rows import Condition, Order, Selection, Table, UnfitRequest
from litebase.errors import InvalidMessage, NotFound
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.handlers.catalog import read_catalog
from litebase.server.handlers.query import run_query
from litebase.server.lease import Waits
from litebase.server.recording import recorded


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be run, as far as the catalog decides it."""

    selection: Selection
    estimate: int | None = None


async def open_table(call: Call, request: OpenTableRequest) -> OpenTableResponse:
    """The first window of a table's rows; what does not fit into it is kept."""
    connection = call.client.connection(request.connection_id)
    with call.client.room_for_result():
        plan = await _plan(call, connection, request)
        with places_named():
            sql, params = plan.selection.select(request.columns)
        query = QueryRequest(
            connection_id=connection.id,
            db_session_id=request.db_session_id,
            sql=sql,
            params=list(params),
            window_rows=request.window_rows,
            max_cell_bytes=request.max_cell_bytes,
            max_rows=request.max_rows,
            keep_result=request.keep_result,
            confirm=True,  # it reads
        )
        with recorded(call.backend, connection, sql, wanted=request.record, origin="table") as note:
            answer = await run_query(call, connection, query)
            note.rows = answer.total_rows
    counted = None if plan.estimate is None else CountedRows(rows=plan.estimate, exact=False)
    if request.count == "exact" and answer.complete and not answer.truncated:
        counted = CountedRows(rows=answer.total_rows or 0, exact=True)
    elif request.count == "exact":
        try:
            counted = await _counted(call, connection, request, plan.selection)
        except BaseException:  # the answer is an error, which names no result
            if answer.result_id is not None:
                await finish(call.client.close_result(answer.result_id), connection.patience_s)
            raise
    return OpenTableResponse(
        **{name: getattr(answer, name) for name in QueryResponse.model_fields},
        sql=sql,
        params=list(params),
        row_identity=plan.selection.table.row_identity,
        counted_rows=counted,
    )


async def count_rows(call: Call, request: CountRowsRequest) -> CountRowsResponse:
    """How many rows there are."""
    connection = call.client.connection(request.connection_id)
    plan = await _plan(call, connection, request)
    return CountRowsResponse(counted_rows=await _counted(call, connection, request, plan.selection))


async def _counted(
    call: Call, connection: Connection, request: OpenTableRequest | CountRowsRequest, selection: Selection
) -> CountedRows:
    with places_named():
        sql, params = selection.count()
    pinned = None
    if request.db_session_id is not None:
        pinned = call.client.pinned_session(request.db_session_id, connection.id)
    statement = Statement(sql, list(params), first_rows=1)
    cursor = await (pinned or connection).execute(statement, Waits(call.rows_read, call.ask), confirmed=True)
    rows = RowList()
    try:
        await cursor.fetch_into(rows, 1, lasting=False)
    finally:
        await cursor.aclose()
    (counted,) = rows[0]
    assert isinstance(counted, int), "as count(*) is in every engine"
    return CountedRows(rows=counted, exact=True)


async def _plan(call: Call, connection: Connection, request: OpenTableRequest | CountRowsRequest) -> _Plan:
    """What the request asks for, looked at by the database."""
    order = request.order if isinstance(request, OpenTableRequest) else []
    conditions = [Condition(one.column, one.op, one.values, one.match_case) for one in request.filters]
    orders = [Order(one.column, one.descending, one.nulls) for one in order]
    wants_estimate = isinstance(request, OpenTableRequest) and request.count == "estimate" and not conditions

    async def read(session: DatabaseSession) -> _Plan:
        (table,) = (await known_tables(session, connection.engine, [request.object])).values()
        selection = Selection(table, conditions, orders)
        if conditions or orders:
            await selection.rehearse(session)
        return _Plan(selection, await table.dialect.estimate(session, table.object) if wants_estimate else None)

    with places_named():
        return await read_catalog(call, connection.id, read)


async def known_tables(
    session: DatabaseSession, engine: str, wanted: Sequence[ObjectRef]
) -> Mapping[tuple[str | None, str], Table]:
    """Tables as the catalog knows them, by schema and name. Raises `NotFound`."""
    for one in wanted:
        if one.kind not in TABLES:
            raise NotFound("object", _place(one), f"Only tables and views have rows; {_place(one)!r} is a {one.kind}.")
    found = await catalog_reader(engine).describe_objects(session, wanted)
    dialect, tables = row_dialect(engine), dict[tuple[str | None, str], Table]()
    for one in wanted:
        draft = found.found.get((one.schema_name or "", one.name))
        if draft is None:
            here = (part for part in found.missing if part.part == "object" and part.object is not None)
            reasons = [part.reason for part in here if part.object == one or len(wanted) == 1]
            why = reasons[0] if reasons else "It does not exist, or this user is not allowed to see it."
            raise NotFound("object", _place(one), f"The table or view {_place(one)!r} cannot be opened. {why}")
        tables[one.schema_name, one.name] = Table(dialect, draft, await dialect.types(session, draft.object))
    return tables


def _place(one: ObjectRef) -> str:
    return f"{one.schema_name}.{one.name}" if one.schema_name else one.name


@contextmanager
def places_named() -> Iterator[None]:
    """What cannot be a statement is an error that names the place in the request."""
    try:
        yield
    except UnfitRequest as unfit:
        raise InvalidMessage(unfit.path, unfit.reason) from unfit
