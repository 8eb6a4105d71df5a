"""Where the rows of an export come from: a stored result, a table, or a statement."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import cast

from anyio import move_on_after, to_thread
from litebase_schema.catalog import DescribedColumn, ObjectRef
from litebase_schema.export import ExportOptions, ExportRowsRequest, ExportSource
from litebase_schema.values import Column

from litebase.drivers import ENGINES, catalog_reader
from litebase.drivers.abilities import Available
from litebase.drivers.interface import DatabaseSession, RowList, RowTuple, Statement
from litebase.drivers.objects import TABLES, Descriptions
from litebase.errors import ConnectionLost, InvalidMessage, LiteBaseError, QueryFailed, Unsupported
from litebase.export import formats
from litebase.export.delimited import Copied
from litebase.export.inserts import SqlSpelling
from litebase.export.writer import Remarks
from litebase.results.store import RowStore
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.handlers.catalog import read_catalog
from litebase.server.lease import Lease, LeasedCursor, Waits
from litebase.server.recording import Note
from litebase.sql.effect import effect

Load = Callable[[], Sequence[RowTuple]]  # called in a thread

_Described = Mapping[str, DescribedColumn]  # by the names of columns
_DESCRIBE_S = 5.0
_CHANGING = {"writes", "defines", "transaction"}


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to be written. `total` is None while their number is not known."""

    columns: Sequence[Column]
    batches: AsyncIterator[Load]
    connection: Connection
    total: int | None = None
    table_name: str | None = None
    key: Sequence[str] = ()
    described: _Described = field(default_factory=dict)
    copied: Copied | None = None  # the engine wrote the lines, and each row has one


def check_source(request: ExportRowsRequest) -> None:
    """Raise `InvalidMessage` or `Unsupported` for a source that cannot be."""
    source = request.source
    named = [one for one in ("result_id", "object", "sql") if getattr(source, one) is not None]
    if len(named) != 1:
        raise InvalidMessage("/data/source", "name exactly one of `result_id`, `object` and `sql`.")
    if source.result_id is not None:
        for other in ("connection_id", "db_session_id", "params", "max_rows"):
            if getattr(source, other) is not None:
                raise InvalidMessage(f"/data/source/{other}", "a result has its rows already.")
    elif source.connection_id is None:
        raise InvalidMessage("/data/source/connection_id", f"`{named[0]}` needs the connection to read from.")
    elif request.selection is not None and request.selection.rows is not None:
        raise InvalidMessage("/data/selection/rows", "only a result has numbered rows; send a `result_id`.")
    if source.object is not None:
        if source.params is not None:
            raise InvalidMessage("/data/source/params", "a table has no placeholders.")
        if source.object.kind not in TABLES:
            raise InvalidMessage("/data/source/object/kind", "only tables and views have rows.")


def spelling_of(connection: Connection) -> SqlSpelling:
    """How the engine of a connection writes SQL."""
    return cast("SqlSpelling", ENGINES[connection.engine].module("literals"))


@asynccontextmanager
async def rows_of(
    call: Call, request: ExportRowsRequest, options: ExportOptions, remarks: Remarks, note: Note, *, may_copy: bool
) -> AsyncIterator[Rows]:
    """The rows that are to be written. The note gets the statement that gives them, where one is run."""
    source = request.source
    if source.result_id is not None:
        rows = await _stored(call, request, source.result_id, remarks)
        if request.format == "sql":
            rows = replace(rows, described=await _described_origin(call, rows.connection, rows.columns))
        yield rows
        return
    assert source.connection_id is not None, "it was checked"
    connection = call.client.connection(source.connection_id)
    if may_copy:
        async with _copying(call, request, connection, options, remarks, note) as rows_copied:
            if rows_copied is not None:
                yield rows_copied
                return
    described: _Described = {}
    if request.format == "sql" and source.object is not None:
        described = await _described(call, connection, source, source.object)
    async with _cursor(call, connection, source, remarks, note) as cursor:
        columns = list(cursor.columns)
        if not columns and not cursor.may_have_more and cursor.exhausted:
            raise Unsupported("The statement has been run, and it returns no rows that could be exported.")
        batches = _read(call, cursor, source.max_rows, remarks)
        ref = source.object
        key = [
            one.name
            for one in columns
            if ref and one.origin and one.origin.key_part and one.origin.table_name == ref.name
        ]
        name = ref.name if ref is not None else None
        if request.format == "sql" and ref is None:
            described = await _described_origin(call, connection, columns)
        yield Rows(columns, batches, connection, table_name=name, key=key, described=described)


async def _described(call: Call, connection: Connection, source: ExportSource, ref: ObjectRef) -> _Described:
    """What the catalog has about the columns of a table or a view; nothing where it cannot be read."""

    async def read(session: DatabaseSession) -> Descriptions:
        return await catalog_reader(connection.engine).describe_objects(session, [ref])

    if source.db_session_id is not None:
        async with call.client.pinned_session(source.db_session_id, connection.id).visit(call.rows_read) as session:
            found = await read(session) if isinstance(session.abilities.catalog, Available) else Descriptions()
    else:
        try:
            found = await read_catalog(call, connection.id, read)
        except Unsupported:
            return {}
    return {one.name: one for draft in found.found.values() for one in draft.columns}


async def _described_origin(call: Call, connection: Connection, columns: Sequence[Column]) -> _Described:
    """The same about the only table that a result shows, as far as its columns have their names from there.

    The rows are not those of the table, as in an outer join: so nothing is said about NULL.
    """
    tables = {(one.origin.schema_name, one.origin.table_name) if one.origin is not None else None for one in columns}
    only = tables.pop() if len(tables) == 1 else None
    if only is None or connection.pool.size == 1:  # whose only session the statement has
        return {}
    ref = ObjectRef(kind="table", schema_name=only[0], name=only[1])
    found: _Described = {}
    with move_on_after(_DESCRIBE_S):  # a server may have no session left, until exports as this one have ended
        with suppress(LiteBaseError):  # rows that are here already are worth more than the answer
            found = await _described(call, connection, ExportSource(), ref)
    own = {one.name for one in columns if one.origin is not None and one.origin.column_name == one.name}
    return {name: one.model_copy(update={"nullable": None}) for name, one in found.items() if name in own}


async def _stored(call: Call, request: ExportRowsRequest, result_id: str, remarks: Remarks) -> Rows:
    """Rows of an open result, after reading as many as are selected."""
    opened = call.client.result(result_id)
    result, selection = opened.result, request.selection
    if selection is None or selection.rows is None:
        await result.read_rest(call.rows_read)
        ranges = [range(result.store.row_count)]
        if result.truncated:
            remarks.say("truncated", f"The result was cut after {result.store.row_count:,} rows when it was read.")
    else:
        stop = max(one.first + one.count for one in selection.rows)
        if stop > 0:
            await result.has_row(stop - 1, call.rows_read)
        ranges = [range(one.first, min(one.first + one.count, result.store.row_count)) for one in selection.rows]
    picks = selection.columns if selection is not None else None
    columns = range(len(opened.columns)) if picks is None else picks
    total = sum(map(len, ranges))
    return Rows(opened.columns, _load(result.store, ranges, set(columns)), opened.connection, total)


async def _load(store: RowStore, ranges: Sequence[range], columns: set[int]) -> AsyncIterator[Load]:
    for rows in ranges:
        at = rows.start

        def load(stop: int = rows.stop) -> Sequence[RowTuple]:
            nonlocal at
            found = store.rows(at, stop, columns)
            at += len(found)
            return found

        while at < rows.stop:
            yield load


@asynccontextmanager
async def _cursor(
    call: Call, connection: Connection, source: ExportSource, remarks: Remarks, note: Note
) -> AsyncIterator[LeasedCursor]:
    """The rows of an object or a statement as they come."""
    statement = Statement(_sql(connection, source), source.params, call.backend.settings.batch_rows)
    if connection.dialect is not None and source.sql is not None:
        does = await to_thread.run_sync(effect, source.sql, connection.dialect)
        if does in _CHANGING:
            raise Unsupported(
                "This statement does more than read, and export_rows does not run it. Run it with query and "
                "`keep_result`, and export its result."
            )
    note.sql, note.was_run = statement.sql, True
    if source.db_session_id is None:
        waits = Waits(call.rows_read, call.ask)
        leased = await connection.execute(statement, waits, confirmed=source.confirm)
        async with _closing(leased, remarks):
            yield leased
        return
    pinned = call.client.pinned_session(source.db_session_id, connection.id)
    async with pinned.turn(call.rows_read) as session:  # until the last row: nobody else's statement ends ours
        try:
            run = connection.statements.run
            cursor = await run(session, statement, call.rows_read, confirmed=source.confirm)
            leased = LeasedCursor(cursor, Lease(session, connection.patience_s))
            async with _closing(leased, remarks):
                yield leased
        except ConnectionLost:
            pinned.check_alive()
            raise


@asynccontextmanager
async def _copying(
    call: Call,
    request: ExportRowsRequest,
    connection: Connection,
    options: ExportOptions,
    remarks: Remarks,
    note: Note,
) -> AsyncIterator[Rows | None]:
    """The lines of a table as the engine writes them; None where it does not write the same as we do.

    Only in a session of the pool: an error must not end the user's transaction, for the rows can still be read.
    """
    source = request.source
    separator = formats.copied_separator(request.format, options)
    copy = spelling_of(connection).copied
    is_all = source.object is not None and source.max_rows is None
    if copy is None or separator is None or not is_all or source.db_session_id is not None:
        yield None
        return
    session = await connection.free_session(Waits(call.rows_read, call.ask))
    leased: LeasedCursor | None = None
    try:
        with suppress(QueryFailed):  # reading the rows will say why
            run = partial(connection.statements.run, session)
            shape = await run(Statement(f"{_sql(connection, source)} LIMIT 0"), call.rows_read)
            columns = _picked(shape.columns, request)
            await shape.aclose()
            assert source.object is not None, "it was looked at"
            table, version = _table(connection, source.object), session.server_version
            if (found := copy(table, columns, separator, options.bytes_as, version)) is not None:
                copied = Copied(*found)
                statement = Statement(copied.sql, first_rows=1, in_pieces=True)
                cursor = await run(statement, call.rows_read)
                note.sql, note.was_run = copied.sql, True
                leased = LeasedCursor(cursor, Lease(session, connection.patience_s, connection.pool))
        if leased is None:
            yield None
            return
        async with _closing(leased, remarks):
            batches = _read(call, leased, source.max_rows, remarks)
            yield Rows(columns, batches, connection, copied=copied)
    finally:
        if leased is None:
            await Lease(session, connection.patience_s, connection.pool).end()


def _picked(columns: Sequence[Column], request: ExportRowsRequest) -> Sequence[Column]:
    """Those that are selected; none of them where one is not there, which is told later."""
    picks = request.selection.columns if request.selection is not None else None
    if picks is None:
        return columns
    return [columns[one] for one in picks] if max(picks) < len(columns) else []


@asynccontextmanager
async def _closing(cursor: LeasedCursor, remarks: Remarks) -> AsyncIterator[None]:
    """Leave no cursor open, and none half-way through what a procedure does."""
    cursor.hold()
    try:
        yield
        while cursor.may_have_more and await cursor.next_result():
            remarks.counts["further_results"] += bool(cursor.columns)
            await cursor.pass_over()
    finally:
        await cursor.let_go()


def _sql(connection: Connection, source: ExportSource) -> str:
    if source.sql is not None:
        return source.sql
    assert source.object is not None, "one of them is there"
    end = spelling_of(connection).ALL_ROWS
    return f"SELECT * FROM {_table(connection, source.object)}{end}"  # noqa: S608  # quoted


def _table(connection: Connection, ref: ObjectRef) -> str:
    identifier = spelling_of(connection).identifier
    return f"{f'{identifier(ref.schema_name)}.' if ref.schema_name is not None else ''}{identifier(ref.name)}"


async def _read(call: Call, cursor: LeasedCursor, max_rows: int | None, remarks: Remarks) -> AsyncIterator[Load]:
    """The rows of a cursor. Of more rows than are wanted one is read, to know that they are there."""
    batch_rows, count = call.backend.settings.batch_rows, 0
    while not cursor.exhausted:
        rows = RowList()
        left = batch_rows if max_rows is None else max_rows - count
        await cursor.fetch_into(rows, min(batch_rows, max(left, 1)), lasting=False)
        if not rows:
            return
        if max_rows is not None and left <= 0:
            remarks.say("truncated", f"More rows came than the {max_rows:,} that were wanted.")
            await cursor.pass_over()
            return
        count += len(rows)
        yield partial(_same, rows)


def _same(rows: Sequence[RowTuple]) -> Sequence[RowTuple]:
    return rows
