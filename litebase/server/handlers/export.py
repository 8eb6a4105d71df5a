"""Writing rows as a file, or as text in the answer: they are read, turned into bytes and written some at a time."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Protocol, cast

from anyio import CancelScope, to_thread
from litebase_schema.catalog import DescribedColumn, ObjectRef
from litebase_schema.export import ExportOptions, ExportRowsRequest, ExportRowsResponse, ExportSource, ExportWarning
from litebase_schema.values import Column

from litebase.drivers import ENGINES, catalog_reader
from litebase.drivers.abilities import Available
from litebase.drivers.interface import DatabaseSession, RowList, RowTuple, Statement
from litebase.drivers.interruption import unstopped
from litebase.drivers.objects import TABLES, Descriptions
from litebase.errors import ConnectionLost, InvalidMessage, LimitExceeded, Unsupported
from litebase.export import formats
from litebase.export.file import NewFile
from litebase.export.inserts import SqlSpelling
from litebase.export.writer import Remarks, UnfitCharacter, Writer
from litebase.results.store import RowStore
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.handlers.catalog import read_catalog
from litebase.server.lease import Lease, LeasedCursor, Waits
from litebase.sql.effect import effect

Load = Callable[[], Sequence[RowTuple]]  # called in a thread

_CHANGING = {"writes", "defines", "transaction"}


class Output(Protocol):
    """Where the bytes go. Its methods are called in a thread."""

    size: int

    def open(self) -> None: ...
    def write(self, data: bytes) -> None: ...
    def complete(self) -> None: ...
    def publish(self) -> None: ...
    def discard(self) -> None: ...


class Content:
    """Text for the answer."""

    def __init__(self, max_bytes: int) -> None:
        self.size = 0
        self._max_bytes = max_bytes
        self._parts: list[bytes] = []

    def open(self) -> None:
        """Nothing has to be opened."""

    def write(self, data: bytes) -> None:
        """Keep it. Raises `LimitExceeded` when it is too much for an answer."""
        self.size += len(data)
        if self.size > self._max_bytes:
            raise LimitExceeded(
                "max_content_bytes",
                self._max_bytes,
                f"The text is longer than {self._max_bytes:,} bytes, which is what an answer may hold. Send a `path` "
                "to write a file, or select fewer rows.",
            )
        self._parts.append(data)

    def complete(self) -> None:
        """It is here already."""

    def publish(self) -> None:
        """It is in the answer."""

    def discard(self) -> None:
        """Forget it."""
        self._parts = []

    def text(self, *, whole: bool) -> str:
        """All of it; unless `whole`, without the end of the last line."""
        text = b"".join(self._parts).decode()
        if not whole:
            text = text.removesuffix("\n")
            self.size = len(text.encode())
        return text


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to be written. `total` is None while their number is not known."""

    columns: Sequence[Column]
    batches: AsyncIterator[Load]
    connection: Connection
    total: int | None = None
    table_name: str | None = None
    key: Sequence[str] = ()
    described: Mapping[str, DescribedColumn] = field(default_factory=dict)


async def export_rows(call: Call, request: ExportRowsRequest) -> ExportRowsResponse:
    """Check what can be checked, open the file, and only then read rows."""
    options = request.options or ExportOptions()
    _check_source(request)
    try:
        formats.check(request.format, options, to_file=request.path is not None)
    except formats.UnfitOption as unfit:
        raise _unfit(unfit) from unfit
    output = _output(call, request)
    remarks = Remarks()
    try:
        await to_thread.run_sync(output.open)
        async with _source(call, request, remarks) as rows:
            count = await _write(call, request, options, rows, output, remarks)
            await to_thread.run_sync(output.complete)
        await unstopped(to_thread.run_sync(output.publish))
    except BaseException:
        with CancelScope(shield=True):
            await to_thread.run_sync(output.discard)
        raise
    content = output.text(whole=request.format != "copy_text") if isinstance(output, Content) else None
    return ExportRowsResponse(
        rows=count,
        bytes=output.size,
        path=request.path,
        content=content,
        warnings=[ExportWarning(code=code, message=message) for code, message in remarks.all()],
    )


def _unfit(unfit: formats.UnfitOption) -> InvalidMessage:
    return InvalidMessage(f"/data/options/{unfit.option}", str(unfit))


def _output(call: Call, request: ExportRowsRequest) -> Output:
    if request.path is None:
        return Content(call.backend.settings.max_content_bytes)
    if request.format == "copy_text":
        raise InvalidMessage("/data/path", "copy_text is for the clipboard, and never goes to a file.")
    path = Path(request.path)
    if not path.is_absolute():
        raise InvalidMessage("/data/path", "send an absolute path: the backend has a working folder of its own.")
    call.done_so_far("No file was made.")
    return NewFile(path, overwrite=request.overwrite)


async def _write(
    call: Call, request: ExportRowsRequest, options: ExportOptions, rows: Rows, output: Output, remarks: Remarks
) -> int:
    """Write all rows and return how many they were."""
    picks: Sequence[int] | None = request.selection.columns if request.selection is not None else None
    for at, column in enumerate(picks or ()):
        if column >= len(rows.columns):
            count = len(rows.columns)
            raise InvalidMessage(f"/data/selection/columns/{at}", f"there are {count} columns, from column 0 on.")
    if not options.create_table:
        picks = _without_generated(rows, picks, remarks)
    columns = rows.columns if picks is None else [rows.columns[one] for one in picks]
    spelling = cast("SqlSpelling", ENGINES[rows.connection.engine].module("literals"))
    job = formats.Job(columns, options, remarks, spelling, rows.table_name, rows.key, rows.described)
    try:
        writer = formats.writer(request.format, job)
        return await _write_all(call, writer, rows, _picking(picks), output)
    except formats.UnfitOption as unfit:
        raise _unfit(unfit) from unfit
    except UnfitCharacter as unfit:
        raise InvalidMessage(
            "/data/options/encoding", f"{options.encoding} does not have every character: {unfit}. utf-8 has all."
        ) from unfit


def _without_generated(rows: Rows, picks: Sequence[int] | None, remarks: Remarks) -> Sequence[int] | None:
    """The columns that take values; the names of the others are told."""
    generated = {name for name, one in rows.described.items() if one.generated != "none"}
    wanted = range(len(rows.columns)) if picks is None else picks
    left_out = [rows.columns[at].name for at in wanted if rows.columns[at].name in generated]
    if not left_out:
        return picks
    names = f"{', '.join(left_out[:10])}{' ...' if len(left_out) > 10 else ''}"
    remarks.say("generated_columns", f"Columns that the database computes are left out: {names}.")
    return [at for at in wanted if rows.columns[at].name not in generated]


async def _write_all(
    call: Call, writer: Writer, rows: Rows, picked: Callable[[Sequence[RowTuple]], Sequence[RowTuple]], output: Output
) -> int:
    done = 0

    def spelled(load: Load) -> tuple[int, bytes]:
        some = load()
        return len(some), writer.rows(picked(some))

    await to_thread.run_sync(lambda: output.write(writer.begin()))
    async for load in rows.batches:
        async with call.backend.row_work:  # not while a slow disk is written: others wait for it
            count, data = await to_thread.run_sync(spelled, load)
        await to_thread.run_sync(output.write, data)
        done += count
        call.progress("exported_rows", done, rows.total)
    await to_thread.run_sync(lambda: output.write(writer.end()))
    return done


def _picking(picks: Sequence[int] | None) -> Callable[[Sequence[RowTuple]], Sequence[RowTuple]]:
    """What leaves only these columns of rows."""
    if picks is None:
        return lambda rows: rows
    if len(picks) == 1:
        (only,) = picks
        return lambda rows: [(row[only],) for row in rows]
    pick = itemgetter(*picks)
    return lambda rows: list(map(pick, rows))


# where the rows come from


def _check_source(request: ExportRowsRequest) -> None:
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


@asynccontextmanager
async def _source(call: Call, request: ExportRowsRequest, remarks: Remarks) -> AsyncIterator[Rows]:
    source = request.source
    if source.result_id is not None:
        yield await _stored(call, request, source.result_id, remarks)
        return
    assert source.connection_id is not None, "it was checked"
    connection = call.client.connection(source.connection_id)
    described = await _described(call, connection, source) if request.format == "sql" else {}
    async with _cursor(call, connection, source, remarks) as cursor:
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
        yield Rows(columns, batches, connection, table_name=name, key=key, described=described)


async def _described(call: Call, connection: Connection, source: ExportSource) -> Mapping[str, DescribedColumn]:
    """What the catalog has about the columns of a table or a view; nothing where it cannot be read."""
    ref = source.object
    if ref is None:
        return {}

    async def read(session: DatabaseSession, ref: ObjectRef = ref) -> Descriptions:
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
    call: Call, connection: Connection, source: ExportSource, remarks: Remarks
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
    identifier = cast("SqlSpelling", ENGINES[connection.engine].module("literals")).identifier
    schema, name = source.object.schema_name, source.object.name
    return f"SELECT * FROM {f'{identifier(schema)}.' if schema is not None else ''}{identifier(name)}"  # noqa: S608  # quoted


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
