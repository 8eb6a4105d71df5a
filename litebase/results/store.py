"""Where packed rows are kept: in memory while they are few, else appended to a temporary file.

The file has no name from the moment it exists (on Windows it is deleted with its last handle), so it is private, and it
is gone when the process ends, however it ends.
"""

import tempfile
from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import msgpack
from anyio import CancelScope, to_thread
from litebase_schema.values import CutCell

from litebase.errors import Conflict, LimitExceeded
from litebase.results.batch import ENDS, Batch, RowTuple, pack_batch, rows_within
from litebase.results.use import StoreUse, folder_of_files

_ROOM_BYTES = 2 * 1024 * 1024  # made at once, so that not every batch costs a write


@dataclass(frozen=True, slots=True)
class CellPiece:
    """Part of one cell; lengths in bytes, text as UTF-8."""

    piece: bytes
    full_bytes: int
    is_text: bool


@dataclass(frozen=True, slots=True)
class _CellPlace:
    """A whole cell that was cut, in the file."""

    notice: CutCell
    is_text: bool
    position: int


@dataclass(frozen=True, slots=True)
class _Stored:
    """A batch in the file: its bytes at `position`, and behind them where each row ends."""

    first_row: int
    count: int
    position: int
    data_bytes: int
    cells: Sequence[_CellPlace]


Window = tuple[int, list[bytes | memoryview]]  # rows, and their bytes


class RowStore:
    """The rows of one result, in order, addressed by row number from 0."""

    def __init__(self, use: StoreUse, max_cell_bytes: int, max_row_bytes: int) -> None:
        self.row_count = 0
        self._use = use
        self._max_cell_bytes, self._max_row_bytes = max_cell_bytes, max_row_bytes
        self._first_rows: list[int] = []
        self._batches: list[Batch | _Stored] = []
        self._unwritten: deque[int] = deque()  # indexes of batches that are in memory only
        self._memory_bytes = 0
        self._file: _File | None = None

    @property
    def has_cut_cells(self) -> bool:
        return any(batch.whole_cells if isinstance(batch, Batch) else batch.cells for batch in self._batches)

    def append(self, rows: Sequence[RowTuple]) -> None:
        """Pack and keep rows. Nothing is awaited, so that a cancel cannot lose them; see `make_room`."""
        batch = pack_batch(self.row_count, rows, self._max_cell_bytes, self._max_row_bytes)
        self._first_rows.append(self.row_count)
        self._unwritten.append(len(self._batches))
        self._batches.append(batch)
        self.row_count += batch.count
        self._count_memory(_memory_of(batch))

    async def make_room(self) -> None:
        """Move rows to the file while all results together hold too much. Raises `LimitExceeded` at the disk's bound.

        The oldest rows go first: the newest are the ones that are about to be sent.
        """
        if self._use.memory_bytes <= self._use.max_memory_bytes or not self._unwritten:
            return
        try:
            if self._file is None:
                self._file = await to_thread.run_sync(_File)
            await self._write_oldest(self._use.memory_bytes - self._use.max_memory_bytes + _ROOM_BYTES)
        except OSError as error:
            raise self._no_disk(error) from error

    async def _write_oldest(self, size: int) -> None:
        """Write whole batches of `size` bytes, or all that there are; many at once, because a thread does it."""
        batches, chunks, held, full = [], [], 0, False
        for index in self._unwritten:
            batch = self._batches[index]
            assert isinstance(batch, Batch), "an unwritten batch is in memory"
            full = self._use.disk_bytes + held + _memory_of(batch) > self._use.max_disk_bytes
            if full or held >= size:
                break
            batches.append(batch)
            chunks += [batch.data, batch.ends.tobytes(), *(cell.content for cell in batch.whole_cells)]
            held += _memory_of(batch)
        position = await self._append(chunks, held)
        for batch in batches:
            self._batches[self._unwritten.popleft()] = _stored(batch, position)
            position += _memory_of(batch)
        self._count_memory(-held)
        if full:
            raise LimitExceeded(
                "max_results_disk_bytes",
                self._use.max_disk_bytes,
                f"The rows kept on disk reached {self._use.max_disk_bytes:,} bytes; reading stopped at row "
                f"{self.row_count:,}. Close other results and run the query again, or ask for fewer rows.",
            )

    async def _append(self, chunks: Sequence[bytes], size: int) -> int:
        """Where it begins. It is counted before it is there, so that results that write together keep the bound."""

        def append() -> int:
            self._use.look_at_disk(size)
            return self._opened().append(chunks)

        self._use.disk_bytes += size
        try:
            return await to_thread.run_sync(append)
        except BaseException:
            self._use.disk_bytes -= size
            raise

    def _no_disk(self, error: OSError) -> LimitExceeded:
        return LimitExceeded(
            "max_results_disk_bytes",
            self._use.max_disk_bytes,
            f"The rows cannot be kept on disk ({error.strerror}); reading stopped at row {self.row_count:,}. "
            "Make room, or close other results, and run the query again.",
        )

    async def window(self, offset: int, limit: int, max_bytes: int) -> Window:
        """Rows from `offset`: `limit` at most, and not more than `max_bytes` but at least one row if there is one."""
        chunks: list[bytes | memoryview] = []
        row, stop, left = offset, min(offset + limit, self.row_count), max_bytes
        while row < stop:
            batch = self._batches[bisect_right(self._first_rows, row) - 1]
            start = row - batch.first_row
            end = min(stop - batch.first_row, batch.count)
            if isinstance(batch, Batch):
                count, data = _cut_out(batch.ends, batch.data, start, end, left)
            else:
                count, data = await to_thread.run_sync(_read_rows, self._opened(), batch, start, end, left)
            if count == 0 and not chunks:
                count, data = await self._one_row(batch, start)
            if count == 0:
                break
            chunks.append(data)
            row += count
            left -= len(data)
            if start + count < end:
                break
        return row - offset, chunks

    async def _one_row(self, batch: Batch | _Stored, index: int) -> tuple[int, bytes | memoryview]:
        if isinstance(batch, Batch):
            return _cut_out(batch.ends, batch.data, index, index + 1, len(batch.data))
        return await to_thread.run_sync(_read_rows, self._opened(), batch, index, index + 1, batch.data_bytes)

    def cut_cells(self, offset: int, count: int) -> list[CutCell]:
        """The cells that were cut in `count` rows from `offset`."""
        found: list[CutCell] = []
        first = max(bisect_right(self._first_rows, offset) - 1, 0)
        last = bisect_right(self._first_rows, offset + count - 1)
        for batch in self._batches[first:last]:
            places = batch.whole_cells if isinstance(batch, Batch) else batch.cells
            found += [place.notice for place in places if offset <= place.notice.row < offset + count]
        return found

    async def cell(self, row: int, column: int, offset: int, length: int) -> CellPiece | None:
        """Part of the cell at `row` and `column`; None when there is no text or bytes there."""
        batch = self._batches[bisect_right(self._first_rows, row) - 1]
        places = batch.whole_cells if isinstance(batch, Batch) else batch.cells
        for place in places:
            if (place.notice.row, place.notice.column) == (row, column):
                if isinstance(place, _CellPlace):
                    wanted = max(0, min(length, place.notice.full_bytes - offset))
                    piece = await to_thread.run_sync(self._opened().read, place.position + offset, wanted)
                    return CellPiece(piece, place.notice.full_bytes, place.is_text)
                return CellPiece(place.content[offset : offset + length], len(place.content), place.is_text)
        _, (data,) = await self.window(row, 1, 0)
        value = msgpack.unpackb(data)[column]
        if not isinstance(value, str | bytes):
            return None
        content = value.encode() if isinstance(value, str) else value
        return CellPiece(content[offset : offset + length], len(content), isinstance(value, str))

    def _opened(self) -> "_File":
        assert self._file is not None, "a stored batch has a file"
        return self._file

    async def aclose(self) -> None:
        """Free memory and file, also when the caller is cancelled. In a thread: a file of 1 GiB takes about 80 ms."""
        self._count_memory(-self._memory_bytes)
        if self._file is not None:
            self._use.disk_bytes -= self._file.size
            with CancelScope(shield=True):
                await to_thread.run_sync(self._file.close)

    def _count_memory(self, change: int) -> None:
        self._memory_bytes += change
        self._use.memory_bytes += change


def _memory_of(batch: Batch) -> int:
    return len(batch.data) + batch.ends.itemsize * batch.count + sum(len(cell.content) for cell in batch.whole_cells)


def _stored(batch: Batch, position: int) -> _Stored:
    cells = []
    place = position + len(batch.data) + batch.ends.itemsize * batch.count
    for cell in batch.whole_cells:
        cells.append(_CellPlace(cell.notice, cell.is_text, place))
        place += len(cell.content)
    return _Stored(batch.first_row, batch.count, position, len(batch.data), cells)


def _cut_out(ends: "array[int]", data: bytes, start: int, end: int, max_bytes: int) -> tuple[int, bytes | memoryview]:
    count = rows_within(ends, start, end, max_bytes)
    begin = ends[start - 1] if start else 0
    finish = ends[start + count - 1] if count else begin
    whole = begin == 0 and finish == len(data)
    return count, data if whole else memoryview(data)[begin:finish]


def _read_rows(file: "_File", batch: _Stored, start: int, end: int, max_bytes: int) -> tuple[int, bytes]:
    """In a worker thread: find where the rows lie, and read just them."""
    ends = array(ENDS)
    first = max(start - 1, 0)
    place = batch.position + batch.data_bytes
    ends.frombytes(file.read(place + first * ends.itemsize, (end - first) * ends.itemsize))
    if start == 0:
        ends.insert(0, 0)
    count = rows_within(ends, 1, len(ends), max_bytes)
    begin, finish = ends[0], ends[count]
    return count, file.read(batch.position + begin, finish - begin)


class _File:
    """A private temporary file that is only ever appended to."""

    def __init__(self) -> None:
        self.size = 0
        self._file = tempfile.TemporaryFile(dir=folder_of_files(), buffering=0)  # noqa: SIM115  # closed with the result
        self._lock = Lock()

    def append(self, chunks: Sequence[bytes]) -> int:
        """Write at the end and return where it begins."""
        with self._lock:
            position = self.size
            self._file.seek(position)
            for chunk in chunks:
                view = memoryview(chunk)
                while view:
                    view = view[self._file.write(view) :]
            self.size = self._file.tell()
            return position

    def read(self, position: int, length: int) -> bytes:
        try:
            with self._lock:
                self._file.seek(position)
                return self._file.read(length)
        except ValueError as error:
            raise Conflict("The result was closed while it was read.") from error

    def close(self) -> None:
        with self._lock:
            self._file.close()
