"""Writing rows as a file, or as text in the answer: they are read, turned into bytes and written some at a time."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Protocol, cast

from anyio import CancelScope, to_thread
from litebase_schema.export import ExportOptions, ExportRowsRequest, ExportRowsResponse, ExportWarning

from litebase.drivers.interface import RowTuple
from litebase.drivers.interruption import unstopped
from litebase.errors import InvalidMessage, LimitExceeded
from litebase.export import formats
from litebase.export.delimited import CannotCopy
from litebase.export.file import NewFile
from litebase.export.writer import Assembler, Remarks, UnfitCharacter, Writer
from litebase.server.call import Call
from litebase.server.handlers.export_source import Load, Rows, check_source, rows_of, spelling_of
from litebase.server.recording import Note, recorded

_STEP_ROWS = 500


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


async def export_rows(call: Call, request: ExportRowsRequest) -> ExportRowsResponse:
    """Check what can be checked, open the file, and only then read rows."""
    options = request.options or ExportOptions()
    check_source(request)
    try:
        formats.check(request.format, options, to_file=request.path is not None)
    except formats.UnfitOption as unfit:
        raise _unfit(unfit) from unfit
    with _recorded(call, request) as note:
        try:
            answer = await _export(call, request, options, note, may_copy=True)
        except CannotCopy:
            answer = await _export(call, request, options, note, may_copy=False)
        note.rows = answer.rows
        return answer


@contextmanager
def _recorded(call: Call, request: ExportRowsRequest) -> Iterator[Note]:
    """Record the statement that is run, if one is: the note gets it then."""
    if request.source.connection_id is None:
        yield Note("")
        return
    connection = call.client.connection(request.source.connection_id)
    with recorded(call.backend, connection, "", wanted=request.record, origin="export") as note:
        note.was_run = False
        yield note


async def _export(
    call: Call, request: ExportRowsRequest, options: ExportOptions, note: Note, *, may_copy: bool
) -> ExportRowsResponse:
    """`may_copy`: let the engine write the lines, where it can."""
    output = _output(call, request)
    remarks = Remarks()
    try:
        await to_thread.run_sync(output.open)
        async with rows_of(call, request, options, remarks, note, may_copy=may_copy) as rows:
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
        if formats.is_binary(request.format):
            raise InvalidMessage("/data/path", f"{request.format} is not text, so it goes only to a file: send a path.")
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
    selected = request.selection if rows.copied is None else None  # else the engine has picked them
    picks: Sequence[int] | None = selected.columns if selected is not None else None
    for at, column in enumerate(picks or ()):
        if column >= len(rows.columns):
            count = len(rows.columns)
            raise InvalidMessage(f"/data/selection/columns/{at}", f"there are {count} columns, from column 0 on.")
    if not options.create_table:
        picks = _without_generated(rows, picks, remarks)
    columns = rows.columns if picks is None else [rows.columns[one] for one in picks]
    file = output if isinstance(output, NewFile) else None
    job = formats.Job(
        columns,
        options,
        remarks,
        spelling_of(rows.connection),
        rows.table_name,
        rows.key,
        rows.described,
        file,
        rows.copied,
        is_stored=request.source.result_id is not None,
    )
    try:
        writer = await to_thread.run_sync(formats.writer, request.format, job)
        if isinstance(writer, Assembler):
            return await _assemble(call, writer, rows, _picking(picks), output)
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


_Picking = Callable[[Sequence[RowTuple]], Sequence[RowTuple]]


async def _assemble(call: Call, writer: Assembler, rows: Rows, picked: _Picking, output: Output) -> int:
    """Write what is put together when all rows are there."""
    try:
        count = await _write_all(call, writer, replace(rows, batches=_in_steps(rows.batches)), picked, output)
        await to_thread.run_sync(writer.assemble, abandon_on_cancel=True)
        for part in writer.parts():
            await to_thread.run_sync(output.write, part)
    except BaseException:
        with CancelScope(shield=True):
            await to_thread.run_sync(writer.discard)
        raise
    return count


async def _in_steps(batches: AsyncIterator[Load]) -> AsyncIterator[Load]:
    """Fewer rows at a time, because each takes long, and whoever reads a window waits meanwhile."""
    async for load in batches:
        some = await to_thread.run_sync(load)
        for at in range(0, len(some), _STEP_ROWS):
            yield partial(_part, some, at)


def _part(rows: Sequence[RowTuple], at: int) -> Sequence[RowTuple]:
    return rows[at : at + _STEP_ROWS]


async def _write_all(call: Call, writer: Writer, rows: Rows, picked: _Picking, output: Output) -> int:
    done = 0

    def spelled(load: Load) -> tuple[int, bytes]:
        some = load()
        count = len(some) if rows.copied is None else sum(cast("int", one[1]) for one in some)
        return count, writer.rows(picked(some))

    await to_thread.run_sync(lambda: output.write(writer.begin()))
    async for load in rows.batches:
        async with call.backend.row_work:  # not while a slow disk is written: others wait for it
            count, data = await to_thread.run_sync(spelled, load)
        await to_thread.run_sync(output.write, data)
        done += count
        call.progress("exported_rows", done, rows.total)
    await to_thread.run_sync(lambda: output.write(writer.end()))
    return done


def _picking(picks: Sequence[int] | None) -> _Picking:
    """What leaves only these columns of rows."""
    if picks is None:
        return lambda rows: rows
    if len(picks) == 1:
        (only,) = picks
        return lambda rows: [(row[only],) for row in rows]
    pick = itemgetter(*picks)
    return lambda rows: list(map(pick, rows))
