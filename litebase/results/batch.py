"""Row batches: rows packed once, with the place where each one ends, so that any window is a slice of bytes."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import msgpack
from litebase_schema.values import CutCell

Cell = None | bool | int | float | str | bytes
RowTuple = tuple[Cell, ...]

ENDS = "I" if array("I").itemsize == 4 else "L"
ENDS_BYTES = 4

_packer = msgpack.Packer()
_pack: Callable[[object], bytes] = _packer.pack


@dataclass(frozen=True, slots=True)
class WholeCell:
    """A cell that was cut, in full."""

    row: int  # in the result
    column: int
    content: bytes
    is_text: bool

    @property
    def notice(self) -> CutCell:
        return CutCell(row=self.row, column=self.column, full_bytes=len(self.content))


@dataclass(slots=True)
class Batch:
    """Consecutive rows of a result. `ends[i]` is where row i ends in `data`."""

    first_row: int
    data: bytes
    ends: "array[int]"
    whole_cells: list[WholeCell] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.ends)


def pack_batch(first_row: int, rows: Sequence[RowTuple], max_cell_bytes: int, max_row_bytes: int) -> Batch:
    """Pack rows that follow row `first_row - 1` of a result. Cells beyond the limits are cut and kept whole beside."""
    try:
        parts = list(map(_pack, rows))
    except UnicodeEncodeError:
        rows = [_with_bytes(row) for row in rows]
        parts = list(map(_pack, rows))
    lengths = list(map(len, parts))
    whole: list[WholeCell] = []
    limit = min(max_cell_bytes, max_row_bytes)
    if lengths and max(lengths) > limit:
        for index, length in enumerate(lengths):
            if length > limit:
                cut, cells = _cut(first_row + index, rows[index], max_cell_bytes, max_row_bytes)
                parts[index] = _pack(cut)
                whole += cells
        lengths = list(map(len, parts))
    return Batch(first_row, b"".join(parts), array(ENDS, accumulate(lengths)), whole)


def rows_within(ends: "array[int]", start: int, stop: int, max_bytes: int) -> int:
    """How many rows from `start`, before `stop`, fit into `max_bytes`."""
    begin = ends[start - 1] if start else 0
    return bisect_right(ends, begin + max_bytes, start, stop) - start


def _with_bytes(row: RowTuple) -> RowTuple:
    """`row` with each text that was not valid in its encoding as the bytes it consists of."""
    return tuple(_lossless(cell) if isinstance(cell, str) else cell for cell in row)


def _lossless(text: str) -> str | bytes:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")
    return text


def _cut(row: int, cells: RowTuple, max_cell_bytes: int, max_row_bytes: int) -> tuple[RowTuple, list[WholeCell]]:
    """The row with long cells cut: those beyond `max_cell_bytes`, and shorter ones too until the row fits."""
    allowed = max_cell_bytes
    while True:
        cut = tuple(_shortened(cell, allowed) for cell in cells)
        if allowed <= 1 or len(_pack(cut)) <= max_row_bytes:
            break
        allowed //= 2
    whole = [
        WholeCell(row, column, _content(cell), isinstance(cell, str))
        for column, cell in enumerate(cells)
        if cut[column] is not cell
    ]
    return cut, whole


def _shortened(cell: Cell, allowed: int) -> Cell:
    if isinstance(cell, str) and len(cell) * 4 > allowed:
        content = cell.encode()
        return cell if len(content) <= allowed else content[:allowed].decode("utf-8", "ignore")
    if isinstance(cell, bytes) and len(cell) > allowed:
        return cell[:allowed]
    return cell


def _content(cell: Cell) -> bytes:
    if isinstance(cell, str):
        return cell.encode()
    assert isinstance(cell, bytes), "only text and bytes are cut"
    return cell
