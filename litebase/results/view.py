"""A stored result again, with fewer rows or in another order: its rows are copied, and no statement is run.

Rows are sorted a few thousand at a time; each run goes to a private file when there are several, and they are merged.
So memory stays bounded, and the work can be stopped between two steps, each of which takes some milliseconds.
"""

import heapq
from array import array
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import msgpack
from anyio import CancelScope, to_thread

from litebase.errors import LimitExceeded
from litebase.results.batch import Batch, RowTuple, WholeCell
from litebase.results.order import Order
from litebase.results.store import Part, RowStore
from litebase.results.use import PrivateFile, StoreUse

_RUN_ROWS, _RUN_BYTES = 20_000, 4_194_304
_BLOCK_BYTES = 16_384  # of a run, read at once
_MERGED_RUNS, _MERGED_BYTES = 200, 4_194_304
_BATCH_ROWS, _BATCH_BYTES = 5_000, 1_048_576
_NUMBER_BYTES, _LENGTH_BYTES = 8, 4

Keep = Callable[[RowTuple], bool]


async def copy_view(
    source: RowStore,
    view: RowStore,
    keep: Keep | None,
    orders: Sequence[Order],
    columns: Iterable[int],
    use: StoreUse,
) -> None:
    """Fill `view` with the rows of `source` that `keep` wants (None: all), sorted stably.

    `columns` are those that `keep` looks at. Raises `LimitExceeded` for want of disk.
    """
    sorting = _Sorting(source, orders, use)
    columns = {*columns, *(one.column for one in orders)}
    batches = _batches(source, sorting.rows(keep, columns) if orders else _kept(source, keep, columns))
    try:
        while (batch := await to_thread.run_sync(next, batches, _END)) is not _END:
            sorting.count()
            if isinstance(batch, Batch):
                view.append(batch)
                await view.make_room()
    except OSError as error:
        raise _no_disk(use, f"{error.strerror}. Make room on it, or close other results") from error
    except LimitExceeded as error:  # of the store, which speaks of reading
        raise _no_disk(use, f"results may take {use.max_disk_bytes:,} bytes. Close others, or filter more") from error
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(sorting.close)
        sorting.count()


def _no_disk(use: StoreUse, why: str) -> LimitExceeded:
    return LimitExceeded("max_results_disk_bytes", use.max_disk_bytes, f"The disk has no room for this view: {why}.")


_END = object()


@dataclass(slots=True)
class _Rows:
    """Rows on their way into a view, packed, with their numbers in the source."""

    numbers: Sequence[int]
    packed: Sequence[bytes]


def _kept(source: RowStore, keep: Keep | None, columns: Container[int]) -> Iterator[_Rows]:
    """The rows that are wanted, some at a time."""
    for stored in source.all_batches():
        for part in stored.parts(columns):
            numbers, _, packed = _wanted(part, keep)
            yield _Rows(numbers, packed)


def _wanted(part: Part, keep: Keep | None) -> tuple[list[int], list[RowTuple], list[bytes]]:
    """Numbers, cells and packed bytes of the rows that are wanted."""
    cells, ends = part.cells, part.ends
    places: Sequence[int] = range(len(cells))
    if keep is not None:
        places = [at for at in places if keep(cells[at])]
    packed = [part.data[ends[at] : ends[at + 1]] for at in places]
    return [part.first_row + at for at in places], [cells[at] for at in places], packed


def _batches(source: RowStore, rows: Iterable[_Rows]) -> Iterator[Batch | None]:
    """The rows of a view as it keeps them; None where the work may be stopped."""
    first, cut = 0, source.cut_places()
    for some in rows:
        if not some.packed:
            yield None
            continue
        begin, size = 0, 0
        whole = list[WholeCell]()
        for at, number in enumerate(some.numbers if cut else ()):
            places = cut.get(number, ())
            size += sum(place.notice.full_bytes for place in places)
            if size > _BATCH_BYTES and at > begin:
                yield Batch.of_rows(first, some.packed[begin:at], whole)
                first, begin = first + at - begin, at
                whole, size = [], sum(place.notice.full_bytes for place in places)
            whole += [replace(source.whole_cell(place), row=first + at - begin) for place in places]
        yield Batch.of_rows(first, some.packed[begin:], whole)
        first += len(some.packed) - begin


class _Sorting:
    """Sorts rows as records: the key, the row's number, the row, and how long the key is.

    A record is one bytes object. No key is the beginning of another, and numbers differ, so comparing two records never
    looks at their rows, and equal keys stay in the order of the source.
    """

    def __init__(self, source: RowStore, orders: Sequence[Order], use: StoreUse) -> None:
        self._source, self._use = source, use
        self._keys = [(one.column, one.key()) for one in orders]
        self._file: PrivateFile | None = None
        self._counted = 0  # bytes of the file that are counted among those of all results

    def rows(self, keep: Keep | None, columns: Container[int]) -> Iterator[_Rows]:
        """The rows that are wanted, in order, some at a time; none where the work may be stopped."""
        runs: list[_Run] = []
        run: list[bytes] = []
        size = 0
        for records in self._records(keep, columns):
            run += records
            size += sum(map(len, records))
            if len(run) >= _RUN_ROWS or size >= _RUN_BYTES:
                run.sort()
                runs.append(self._write(run))
                run, size = [], 0
            yield _NO_ROWS
        run.sort()
        if runs:
            runs.append(self._write(run))
            run = []
        while len(together := _mergeable(runs)) < len(runs):
            merged = heapq.merge(*(one.records() for one in together))
            further = self._write([])
            while block := _some(merged):
                further.add(block)
                yield _NO_ROWS
            runs = [*runs[len(together) :], further]
        records_in_order = heapq.merge(*(one.records() for one in runs)) if runs else iter(run)
        while block := _some(records_in_order):
            yield _rows(block)

    def _records(self, keep: Keep | None, columns: Container[int]) -> Iterator[list[bytes]]:
        for stored in self._source.all_batches():
            for part in stored.parts(columns):
                numbers, cells, packed = _wanted(part, keep)
                keys_by_column = [[key(row[column]) for row in cells] for column, key in self._keys]
                yield [
                    b"".join((*keys, number.to_bytes(_NUMBER_BYTES, "big"), row, _length(keys)))
                    for number, row, *keys in zip(numbers, packed, *keys_by_column, strict=True)
                ]

    def count(self) -> None:
        """Count what the file takes now. Raises `LimitExceeded` when it is too much; not called in a thread."""
        size = self._file.size if self._file is not None else 0
        self._use.disk_bytes += size - self._counted
        self._counted = size
        if size and self._use.disk_bytes > self._use.max_disk_bytes:
            raise _no_disk(self._use, f"results may take {self._use.max_disk_bytes:,} bytes. Close others")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, records: Sequence[bytes]) -> "_Run":
        if self._file is None:
            self._file = PrivateFile()
        self._use.look_at_disk(_RUN_BYTES)
        run = _Run(self._file)
        run.add(records)
        return run


class _Run:
    """Sorted records in a file."""

    def __init__(self, file: PrivateFile) -> None:
        self.largest_block = 0  # bytes, which are in memory while the run is read
        self._file = file
        self._places = array("Q")  # where a block begins and how long it is, in turn

    def add(self, records: Sequence[bytes]) -> None:
        """Write further records."""
        blocks, block, size = list[bytes](), list[bytes](), 0
        for record in records:
            block.append(record)
            size += len(record)
            if size >= _BLOCK_BYTES:
                blocks.append(msgpack.packb(block))
                block, size = [], 0
        blocks.append(msgpack.packb(block))
        position = self._file.append(blocks)
        self.largest_block = max(self.largest_block, *map(len, blocks))
        for packed in blocks:
            self._places.extend((position, len(packed)))
            position += len(packed)

    def records(self) -> Iterator[bytes]:
        """All of them, read some at a time."""
        for at in range(0, len(self._places), 2):
            yield from msgpack.unpackb(self._file.read(self._places[at], self._places[at + 1]))


def _mergeable(runs: Sequence[_Run]) -> Sequence[_Run]:
    """The first runs, as many as may be read at once; at least two."""
    size = 0
    for at, one in enumerate(runs):
        size += one.largest_block
        if at >= 2 and (size > _MERGED_BYTES or at >= _MERGED_RUNS):
            return runs[:at]
    return runs


def _some(records: Iterator[bytes]) -> list[bytes]:
    """The next records, about as many as a batch holds; none at the end."""
    found, size = list[bytes](), 0
    for record in records:
        found.append(record)
        size += len(record)
        if size >= _BATCH_BYTES or len(found) >= _BATCH_ROWS:
            break
    return found


def _length(keys: Sequence[bytes]) -> bytes:
    return sum(map(len, keys)).to_bytes(_LENGTH_BYTES, "big")


def _rows(records: Sequence[bytes]) -> _Rows:
    begins = [int.from_bytes(one[-_LENGTH_BYTES:], "big") + _NUMBER_BYTES for one in records]
    return _Rows(
        [int.from_bytes(one[at - _NUMBER_BYTES : at], "big") for one, at in zip(records, begins, strict=True)],
        [one[at:-_LENGTH_BYTES] for one, at in zip(records, begins, strict=True)],
    )


_NO_ROWS = _Rows((), ())
