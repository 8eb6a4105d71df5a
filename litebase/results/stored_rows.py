"""Consecutive rows of a store, and how their cells are read."""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import msgpack
from litebase_schema.values import CutCell

from litebase.results.batch import Cell, RowTuple, WholeCell

PART_BYTES = 1024 * 1024  # of cells that are read whole
_LONG_BYTES = 2 * PART_BYTES  # of rows that are not read at once
_SKIPPED_CELLS = 20  # before a column; beyond, unpacking whole rows is quicker


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A whole cell that was cut, in the file."""

    notice: CutCell
    is_text: bool
    position: int


CutPlace = WholeCell | CellPlace


@dataclass(frozen=True, slots=True)
class StoredRows:
    """Consecutive rows as they are kept; `cut` has the cells that were cut, by row of the result."""

    first_row: int
    count: int
    data: bytes
    cut: Mapping[int, Sequence[CutPlace]]
    whole_cell: Callable[[CutPlace], WholeCell]

    def parts(self, columns: Container[int]) -> "Iterator[Part]":
        """The rows, unpacked, with whole cells in these columns; in several parts where they are long."""
        unpacker = _unpacker(self.data)
        unpack, tell, cut = unpacker.unpack, unpacker.tell, self.cut
        begin, cells, ends, size = self.first_row, list[RowTuple](), [0], 0
        for number in range(self.first_row, self.first_row + self.count):
            row = unpack()
            if cut and (places := [one for one in cut.get(number, ()) if one.notice.column in columns]):
                row = self._with_whole_cells(row, places)
                size += sum(one.notice.full_bytes for one in places)
            cells.append(row)
            ends.append(tell())
            if size + ends[-1] - ends[0] > PART_BYTES:
                yield Part(begin, cells, self.data, ends)
                begin, cells, ends, size = number + 1, [], ends[-1:], 0
        if cells:
            yield Part(begin, cells, self.data, ends)

    def columns(self, wanted: Collection[int]) -> "Iterator[ColumnPart]":
        """The cells of these columns, whole, and where rows are packed; in several parts where the cells are long."""
        is_long = len(self.data) > _LONG_BYTES
        if is_long or any(one.notice.column in wanted for places in self.cut.values() for one in places):
            for part in self.parts(wanted):
                cells = {column: [row[column] for row in part.cells] for column in wanted}
                yield ColumnPart(part.first_row, len(part.cells), cells, part.data, part.ends)
            return
        data = self.data
        unpacker = _unpacker(data)
        skip, tell = unpacker.skip, unpacker.tell
        ends = [0, *[skip() or tell() for _ in range(self.count)]]
        if len(wanted) == 1 and (column := min(wanted)) < _SKIPPED_CELLS:
            cells = {column: _column(data, column, ends)}
        elif wanted:
            rows = list(_unpacker(data))
            cells = {column: [row[column] for row in rows] for column in wanted}
        else:
            cells = {}
        yield ColumnPart(self.first_row, self.count, cells, data, ends)

    def _with_whole_cells(self, row: RowTuple, places: Iterable[CutPlace]) -> RowTuple:
        cells = list(row)
        for whole in map(self.whole_cell, places):
            cells[whole.column] = whole.content.decode() if whole.is_text else whole.content
        return tuple(cells)


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive rows, unpacked. Row i is packed in `data` from `ends[i]` to `ends[i + 1]`."""

    first_row: int
    cells: Sequence[RowTuple]
    data: bytes
    ends: Sequence[int]


@dataclass(frozen=True, slots=True)
class ColumnPart:
    """The cells of some columns of consecutive rows. Where the rows are packed: see `Part`."""

    first_row: int
    count: int
    cells: Mapping[int, Sequence[Cell]]
    data: bytes
    ends: Sequence[int]


def _unpacker(data: bytes) -> msgpack.Unpacker:
    unpacker = msgpack.Unpacker(use_list=False, max_buffer_size=max(len(data), 1))
    unpacker.feed(data)
    return unpacker


def _column(data: bytes, column: int, ends: Sequence[int]) -> list[Cell]:
    """The cells of one column of packed rows: those before it are stepped over, and what is behind it is not read."""
    unpacker = _unpacker(data)
    begin, skip, unpack = unpacker.read_array_header, unpacker.skip, unpacker.unpack
    read, tell, before = unpacker.read_bytes, unpacker.tell, range(column)
    cells: list[Cell] = []
    for end in islice(ends, 1, None):
        begin()
        for _ in before:
            skip()
        cells.append(unpack())
        read(end - tell())
    return cells
