"""Sorts the rows of a stored result, in bounded memory.

Rows are sorted some at a time; each run goes to a private file when there are several, and they are merged. Python's
own sort does the work, in C. It also merges what is sorted in parts: of several runs as much is sorted together as
nothing that is still in the file can come before.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import add

import msgpack

from litebase.errors import LimitExceeded
from litebase.results.batch import Cell
from litebase.results.order import Order
from litebase.results.use import PrivateFile, StoreUse

_RUN_ROWS, _RUN_BYTES = 20_000, 4_194_304
_BLOCK_BYTES = 32_768  # of a run, read at once
_MERGED_RUNS, _MERGED_BYTES = 128, 4_194_304
_BATCH_ROWS, _BATCH_BYTES = 5_000, 1_048_576


@dataclass(slots=True)
class Records:
    """Rows with their keys. A key is text of one byte per character, which Python compares most quickly."""

    keys: list[str] = field(default_factory=list)
    rows: list[bytes] = field(default_factory=list)

    def sort(self) -> None:
        """Equal keys stay in order."""
        order = sorted(range(len(self.keys)), key=self.keys.__getitem__)
        self.keys = list(map(self.keys.__getitem__, order))
        self.rows = list(map(self.rows.__getitem__, order))


def keys_of(orders: Sequence[Order], columns: Sequence[Sequence[Cell]]) -> list[str]:
    """The keys of rows, by the cells of each column that they are sorted by."""
    by_column = [order.keys(cells) for order, cells in zip(orders, columns, strict=True)]
    return by_column[0] if len(by_column) == 1 else list(map("".join, zip(*by_column, strict=True)))


class Sorting:
    """One sort. `close` it in the end."""

    def __init__(self, use: StoreUse) -> None:
        self._use = use
        self._file: PrivateFile | None = None
        self._counted = 0  # bytes of the file that are counted among those of all results

    def rows(self, records: Iterable[Records]) -> Iterator[Sequence[bytes]]:
        """All rows in order, some at a time; none where the work may be stopped."""
        runs: list[_Run] = []
        run, size = Records(), 0
        for some in records:
            run.keys += some.keys
            run.rows += some.rows
            size += sum(map(len, some.rows)) + sum(map(len, some.keys))
            if len(run.rows) >= _RUN_ROWS or size >= _RUN_BYTES:
                runs.append(self._written([run]))
                run, size = Records(), 0
            yield ()
        run.sort()
        if not runs:
            yield from _batches([run])
            return
        runs.append(self._written([run]))
        del run
        while len(groups := _groups(runs)) > 1:
            runs = []
            for group in groups:
                further = self._written([])
                for merged in _merged(group):
                    further.add(merged)
                    yield ()
                runs.append(further)
        yield from _batches(_merged(runs))

    def _written(self, records: Sequence[Records]) -> "_Run":
        if self._file is None:
            self._file = PrivateFile()
        self._use.look_at_disk(_RUN_BYTES)
        run = _Run(self._file)
        for one in records:
            one.sort()
            run.add(one)
        return run

    def count(self) -> None:
        """Count what the file takes now. Raises `LimitExceeded` when it is too much; not called in a thread."""
        size = self._file.size if self._file is not None else 0
        self._use.disk_bytes += size - self._counted
        self._counted = size
        if size and self._use.disk_bytes > self._use.max_disk_bytes:
            raise no_disk(self._use, f"results may take {self._use.max_disk_bytes:,} bytes. Close others")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def no_disk(use: StoreUse, why: str) -> LimitExceeded:
    """The error for a view that the disk has no room for."""
    return LimitExceeded("max_results_disk_bytes", use.max_disk_bytes, f"The disk has no room for this view: {why}.")


def _batches(records: Iterable[Records]) -> Iterator[Sequence[bytes]]:
    """Sorted rows, about as many at a time as a batch holds."""
    rows, size = list[bytes](), 0
    for some in records:
        rows += some.rows
        size += sum(map(len, some.rows))
        if size >= _BATCH_BYTES or len(rows) >= _BATCH_ROWS:
            step = max(min(_BATCH_ROWS, len(rows) * _BATCH_BYTES // max(size, 1)), 1)
            for begin in range(0, len(rows), step):
                yield rows[begin : begin + step]
            rows, size = [], 0
    if rows:
        yield rows


class _Run:
    """Sorted records in a file."""

    def __init__(self, file: PrivateFile) -> None:
        self.largest_block = 0  # bytes, which are in memory while the run is read
        self._file = file
        self._places = array("Q")  # where a block begins and how long it is, in turn

    def add(self, records: Records) -> None:
        """Write further records."""
        keys, rows = records.keys, records.rows
        lengths = list(map(add, map(len, keys), map(len, rows)))
        longest, average = max(lengths, default=1), sum(lengths) // max(len(lengths), 1) + 1
        step = max(_BLOCK_BYTES // max(average, longest // 4), 1)
        packed = msgpack.Packer(buf_size=2 * _BLOCK_BYTES).pack
        blocks = [packed((keys[at : at + step], rows[at : at + step])) for at in range(0, len(rows), step)]
        position = self._file.append(blocks)
        self.largest_block = max(self.largest_block, *map(len, blocks), 0)
        for block in blocks:
            self._places.extend((position, len(block)))
            position += len(block)

    def blocks(self) -> Iterator[tuple[list[str], list[bytes]]]:
        """All of them, read one by one."""
        for at in range(0, len(self._places), 2):
            yield msgpack.unpackb(self._file.read(self._places[at], self._places[at + 1]))


def _groups(runs: Sequence[_Run]) -> list[list[_Run]]:
    """The runs in order, as many together as may be read at once; at least two."""
    groups, size = [[runs[0]]], runs[0].largest_block
    for run in runs[1:]:
        group, size = groups[-1], size + run.largest_block
        if len(group) >= 2 and (size > _MERGED_BYTES or len(group) >= _MERGED_RUNS):
            groups.append([run])
            size = run.largest_block
        else:
            group.append(run)
    return groups


class _Head:
    """Where a run is read."""

    def __init__(self, run: _Run) -> None:
        self.last: str | None = None  # the key after which nothing is known; None: there is nothing more
        self._blocks = run.blocks()
        self._keys, self._rows, self._at = list[str](), list[bytes](), 0
        self._next = next(self._blocks, None)
        self.advance()

    def advance(self) -> bool:
        """Read on when nothing is left here; whether there is something."""
        while self._at == len(self._keys) and self._next is not None:
            (self._keys, self._rows), self._at = self._next, 0
            self._next = next(self._blocks, None)
            self.last = None if self._next is None else self._keys[-1]
        return self._at < len(self._keys)

    def take(self, into: Records, bound: str | None, *, equal: bool) -> None:
        """Hand over what is before the bound, and what is `equal` to it; everything where there is no bound."""
        end = len(self._keys)
        if bound is not None:
            end = (bisect_right if equal else bisect_left)(self._keys, bound, self._at)
        into.keys += self._keys[self._at : end]
        into.rows += self._rows[self._at : end]
        self._at = end


def _merged(runs: Sequence[_Run]) -> Iterator[Records]:
    """The records of several runs in order; of equal keys, those of an earlier run come first."""
    heads = [_Head(run) for run in runs]
    while heads := [one for one in heads if one.advance()]:
        bound = min((one.last for one in heads if one.last is not None), default=None)
        taken, equal = Records(), True
        for one in heads:
            one.take(taken, bound, equal=equal)
            if one.last == bound:
                equal = False  # it may go on with this key, and does so before the runs behind it
        taken.sort()
        yield taken
