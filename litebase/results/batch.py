"""Row batches: rows packed once, so that any window of them is a slice of bytes.

Rows are packed some at a time. A batch knows where each such piece ends; where a row ends inside its piece is found by
stepping over the rows before it. That is much less to write down than the end of each row, and a window needs it twice.
"""

import time
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgpack
from litebase_schema.values import CutCell
from msgspec.msgpack import Encoder

Cell = None | bool | int | float | str | bytes
RowTuple = tuple[Cell, ...]
Read = Callable[[int, int], bytes | memoryview]  # the bytes of a batch from one place to another

_PIECE_ROWS = 128
_PIECE_BYTES = 65_536
_SHORT_ARRAY = 15  # longest array whose header is one byte; up to 65,535 values it is three
_COUNTS = "I" if array("I").itemsize == 4 else "L"


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


@dataclass(frozen=True, slots=True)
class Pieces:
    """Where the pieces of a batch end: up to the end of piece i there are `rows[i]` rows, in `ends[i]` bytes."""

    rows: "array[int]" = field(default_factory=lambda: array(_COUNTS))
    ends: "array[int]" = field(default_factory=lambda: array(_COUNTS))

    @property
    def count(self) -> int:
        """Rows of the batch."""
        return self.rows[-1] if self.rows else 0

    def add(self, rows: int, size: int) -> None:
        """Further rows, of that many bytes together. They join the piece before them as long as it stays small."""
        count, end = self.count + rows, (self.ends[-1] if self.ends else 0) + size
        row, begin = (self.rows[-2], self.ends[-2]) if len(self.rows) > 1 else (0, 0)
        if self.rows and count - row <= _PIECE_ROWS and end - begin <= _PIECE_BYTES:
            self.rows[-1], self.ends[-1] = count, end
        else:
            self.rows.append(count)
            self.ends.append(end)

    def cut_out(self, read: Read, start: int, stop: int, max_bytes: int) -> tuple[int, memoryview]:
        """How many of the rows from `start` and before `stop` fit into `max_bytes`, and their bytes.

        Read are the pieces that hold them; `begin`, `end` and `limit` are counted from the first one's beginning.
        """
        first = bisect_right(self.rows, start)
        last = min(bisect_left(self.rows, stop), bisect_left(self.ends, self.ends[first] + max_bytes))
        last = min(last, len(self.ends) - 1)
        row, origin = (self.rows[first - 1], self.ends[first - 1]) if first else (0, 0)
        data = memoryview(read(origin, self.ends[last]))
        _, begin = step_over(data[: self.ends[first] - origin], start - row)
        limit = begin + max_bytes
        # the pieces that are wanted and fit as a whole, and then rows of the one behind them
        whole = min(
            bisect_right(self.rows, stop, first, last + 1), bisect_right(self.ends, origin + limit, first, last + 1)
        )
        row, end = (self.rows[whole - 1], self.ends[whole - 1] - origin) if whole > first else (start, begin)
        if whole <= last:
            count, size = step_over(data[end : self.ends[whole] - origin], stop - row, limit - end)
            row, end = row + count, end + size
        return row - start, data[begin:end]


def step_over(data: memoryview, count: int, max_bytes: int | None = None) -> tuple[int, int]:
    """Step over packed rows, `count` of them and `max_bytes` at most: how many rows that were, and how many bytes."""
    if not count:
        return 0, 0
    unpacker = msgpack.Unpacker(max_buffer_size=max(len(data), 1))
    unpacker.feed(data)
    size = 0
    for stepped in range(count):
        unpacker.skip()
        end: int = unpacker.tell()
        if max_bytes is not None and end > max_bytes:
            return stepped, size
        size = end
    return count, size


@dataclass(slots=True)
class Batch:
    """Consecutive rows of a result, packed."""

    first_row: int
    data: bytes
    pieces: Pieces
    whole_cells: list[WholeCell] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.pieces.count

    @classmethod
    def of_rows(cls, first_row: int, packed: Sequence[bytes], whole_cells: list[WholeCell]) -> "Batch":
        """A batch of rows that are packed already, each by itself."""
        pieces = Pieces()
        for at in range(0, len(packed), _PIECE_ROWS):
            piece = packed[at : at + _PIECE_ROWS]
            if (size := sum(map(len, piece))) <= _PIECE_BYTES:
                pieces.add(len(piece), size)
            else:
                for row in piece:
                    pieces.add(1, len(row))
        return cls(first_row, b"".join(packed), pieces, whole_cells)

    def read(self, begin: int, end: int) -> memoryview:
        """The bytes of the rows from one place to another."""
        return memoryview(self.data)[begin:end]


class Packing:
    """Packs the rows that follow row `first_row - 1` of a result, some at a time, into one batch.

    Cells beyond the limits are cut and kept whole beside. It may be used in another thread than it was made in, by one
    thread at a time.
    """

    def __init__(self, first_row: int, max_cell_bytes: int, max_row_bytes: int) -> None:
        self.seconds = 0.0  # that packing took
        self._first_row = first_row
        self._max_cell_bytes, self._max_row_bytes = max_cell_bytes, max_row_bytes
        self._pack = Encoder().encode  # the same bytes as msgpack's packer, for a quarter of its instructions
        self._chunks: list[bytes | memoryview] = []
        self._pieces = Pieces()
        self._whole: list[WholeCell] = []

    @property
    def count(self) -> int:
        """Rows so far."""
        return self._pieces.count

    def add(self, rows: Sequence[RowTuple]) -> None:
        """Pack further rows."""
        started = time.perf_counter()
        for start in range(0, len(rows), _PIECE_ROWS):
            self._add_piece(rows[start : start + _PIECE_ROWS])
        self.seconds += time.perf_counter() - started

    def batch(self) -> Batch:
        """All that was added."""
        return Batch(self._first_row, b"".join(self._chunks), self._pieces, self._whole)

    def _add_piece(self, rows: Sequence[RowTuple]) -> None:
        try:
            packed = self._pack(rows)
        except UnicodeEncodeError:
            rows = [_with_bytes(row) for row in rows]
            packed = self._pack(rows)
        size, limit = len(packed), min(self._max_cell_bytes, self._max_row_bytes)
        if size <= limit:
            header = 1 if len(rows) <= _SHORT_ARRAY else 3
            self._keep(memoryview(packed)[header:], len(rows))
            return
        del packed  # or large rows would be here twice
        if len(rows) == 1:
            self._add_long_row(rows[0])
            return
        fewer = min(len(rows) // 2, len(rows) * limit // size) or 1
        for start in range(0, len(rows), fewer):
            self._add_piece(rows[start : start + fewer])

    def _add_long_row(self, row: RowTuple) -> None:
        cut, cells = _cut(self._first_row + self.count, row, self._max_cell_bytes, self._max_row_bytes)
        self._whole += cells
        self._keep(self._pack(cut), 1)

    def _keep(self, packed: bytes | memoryview, rows: int) -> None:
        self._chunks.append(packed)
        self._pieces.add(rows, len(packed))


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
        if allowed <= 1 or len(msgpack.packb(cut)) <= max_row_bytes:
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
