"""Where packed rows are kept: in memory while they are few, else appended to a temporary file.

The file has no name from the moment it exists (on Windows it is deleted with its last handle), so it is private, and it
is gone when the process ends, however it ends.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgpack
from anyio import CancelScope, to_thread
from litebase_schema.values import CutCell

from litebase.errors import LimitExceeded
from litebase.results.batch import Batch, Packing, Pieces, RowTuple, WholeCell
from litebase.results.stored_rows import PART_BYTES, CellPlace, CutPlace, StoredRows
from litebase.results.use import PrivateFile, StoreUse

_NO_BOUND = 2**62
_STEP_BYTES = 256 * 1024  # of rows that are unpacked at once
_ARRAY = b"\xdd"  # of MessagePack, before the number of its values in four bytes
_ROOM_BYTES = 2 * 1024 * 1024  # made at once, so that not every batch costs a write


@dataclass(frozen=True, slots=True)
class CellPiece:
    """Part of one cell; lengths in bytes, text as UTF-8."""

    piece: bytes
    full_bytes: int
    is_text: bool


@dataclass(frozen=True, slots=True)
class _Stored:
    """A batch whose bytes are in the file, at `position`."""

    first_row: int
    pieces: Pieces
    position: int
    cells: Sequence[CellPlace]

    @property
    def count(self) -> int:
        return self.pieces.count


Chunks = tuple[int, list[bytes | memoryview]]  # how many rows, and their bytes


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
        self._file: PrivateFile | None = None

    @property
    def size(self) -> int:
        """Bytes of the rows that are kept, as they are packed."""
        return sum(batch.pieces.ends[-1] for batch in self._batches)

    @property
    def has_cut_cells(self) -> bool:
        for batch in self._batches:  # noqa: SIM110  # a loop, because each query asks
            if batch.whole_cells if isinstance(batch, Batch) else batch.cells:
                return True
        return False

    def new_batch(self) -> Packing:
        """What packs the rows that follow; see `append`."""
        return Packing(self.row_count, self._max_cell_bytes, self._max_row_bytes)

    def append(self, batch: Batch) -> None:
        """Keep the next rows. Nothing is awaited, so that a cancel cannot lose them; see `make_room`."""
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
                self._file = await to_thread.run_sync(PrivateFile)
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
            chunks += [batch.data, *(cell.content for cell in batch.whole_cells)]
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

    async def window(self, offset: int, limit: int, max_bytes: int) -> Chunks:
        """Rows from `offset`: `limit` at most, and not more than `max_bytes` but at least one row if there is one."""
        stop = min(offset + limit, self.row_count)
        if offset >= stop:
            return 0, []
        only = self._batches[0]
        if stop - offset == only.count and offset == 0 and isinstance(only, Batch) and len(only.data) <= max_bytes:
            return only.count, [only.data]  # as for most results that are short
        first = bisect_right(self._first_rows, offset) - 1
        batches = self._batches[first : bisect_left(self._first_rows, stop)]
        if self._file is not None and any(isinstance(batch, _Stored) for batch in batches):
            return await to_thread.run_sync(self._cut_out, batches, offset, stop, max_bytes)
        return self._cut_out(batches, offset, stop, max_bytes)

    def _cut_out(self, batches: Sequence[Batch | _Stored], row: int, stop: int, max_bytes: int) -> Chunks:
        """Rows from `row` on and before `stop` out of batches that hold them; in a thread when a file is to be read."""
        chunks: list[bytes | memoryview] = []
        count, left = 0, max_bytes
        for batch in batches:
            start, end = row + count - batch.first_row, min(stop - batch.first_row, batch.count)
            found, data = batch.pieces.cut_out(self._reader(batch), start, end, left)
            if not found and not count:
                found, data = batch.pieces.cut_out(self._reader(batch), start, start + 1, _NO_BOUND)
            if found:
                chunks.append(data)
            count += found
            left -= len(data)
            if start + found < end:
                break
        return count, chunks

    def _reader(self, batch: Batch | _Stored) -> Callable[[int, int], bytes | memoryview]:
        if isinstance(batch, Batch):
            return batch.read
        file, position = self._opened(), batch.position
        return lambda begin, end: file.read(position + begin, end - begin)

    def rows(self, first: int, stop: int, columns: Container[int]) -> Sequence[RowTuple]:
        """Rows from `first` on and before `stop`, with whole cells in these columns; in a thread.

        At least one, and not more than are held well at once.
        """
        batch = self._batches[bisect_right(self._first_rows, first) - 1]
        count, chunks = self._cut_out([batch], first, min(stop, batch.first_row + batch.count), _STEP_BYTES)
        places, size = list[CutPlace](), 0
        for place in batch.whole_cells if isinstance(batch, Batch) else batch.cells:
            if first <= place.notice.row < first + count and place.notice.column in columns:
                size += place.notice.full_bytes
                if size > PART_BYTES and place.notice.row > first:
                    count = place.notice.row - first
                    break
                places.append(place)
        whole = _ARRAY + count.to_bytes(4, "big")
        unpacker = msgpack.Unpacker(use_list=False, max_buffer_size=0)
        unpacker.feed(whole)
        for chunk in chunks:
            unpacker.feed(chunk)
        found: Sequence[RowTuple] = unpacker.unpack()
        return found if not places else self._with_whole(found, first, places)

    def _with_whole(self, rows: Sequence[RowTuple], first: int, places: Sequence[CutPlace]) -> Sequence[RowTuple]:
        changed = list(rows)
        for place in places:
            one = self.whole_cell(place)
            cells = list(changed[one.row - first])
            cells[one.column] = one.content.decode() if one.is_text else one.content
            changed[one.row - first] = tuple(cells)
        return changed

    def batch_with(self, row: int) -> StoredRows:
        """The kept rows around `row`; in a thread, where a file may be read."""
        batch = self._batches[bisect_right(self._first_rows, row) - 1]
        data = bytes(self._reader(batch)(0, batch.pieces.ends[-1]))
        return StoredRows(batch.first_row, batch.count, data, _by_row(batch), self.whole_cell)

    def all_batches(self) -> Iterator[StoredRows]:
        """All kept rows; in a thread."""
        row = 0
        while row < self.row_count:
            yield (stored := self.batch_with(row))
            row = stored.first_row + stored.count

    def cut_places(self) -> Mapping[int, Sequence[CutPlace]]:
        """Where the cells are that were cut, by row. See `whole_cell`."""
        found: dict[int, Sequence[CutPlace]] = {}
        for batch in self._batches:
            found |= _by_row(batch)
        return found

    def whole_cell(self, place: CutPlace) -> WholeCell:
        """A cell that was cut, in full; in a thread."""
        if isinstance(place, WholeCell):
            return place
        notice = place.notice
        content = self._opened().read(place.position, notice.full_bytes)
        return WholeCell(notice.row, notice.column, content, place.is_text)

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
                if isinstance(place, CellPlace):
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

    def _opened(self) -> PrivateFile:
        assert self._file is not None, "a stored batch has a file"
        return self._file

    def close_at_once(self) -> bool:
        """Free the memory if there is no file; whether there was none."""
        if self._file is None:
            self._count_memory(-self._memory_bytes)
        return self._file is None

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


def _by_row(batch: Batch | _Stored) -> dict[int, Sequence[CutPlace]]:
    found: dict[int, list[CutPlace]] = {}
    for place in batch.whole_cells if isinstance(batch, Batch) else batch.cells:
        found.setdefault(place.notice.row, []).append(place)
    return dict(found)


def _memory_of(batch: Batch) -> int:
    size = len(batch.data)
    return size + sum(len(cell.content) for cell in batch.whole_cells) if batch.whole_cells else size


def _stored(batch: Batch, position: int) -> _Stored:
    cells = []
    place = position + len(batch.data)
    for cell in batch.whole_cells:
        cells.append(CellPlace(cell.notice, cell.is_text, place))
        place += len(cell.content)
    return _Stored(batch.first_row, batch.pieces, position, cells)
