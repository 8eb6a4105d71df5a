"""Rows packed into batches: every cell as it was, long ones cut and kept whole."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litebase.results.batch import Batch, Packing, RowTuple, step_over

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False),
    st.text(max_size=40),
    st.binary(max_size=40),
)
ROWS = st.lists(st.tuples(CELLS, CELLS), max_size=30)


def _packed(first_row: int, rows: Sequence[RowTuple], max_cell_bytes: int, max_row_bytes: int) -> Batch:
    packing = Packing(first_row, max_cell_bytes, max_row_bytes)
    packing.add(rows)
    return packing.batch()


def _rows(batch: Batch) -> list[Any]:
    unpacker = msgpack.Unpacker()
    unpacker.feed(batch.data)
    return list(unpacker)


@given(rows=ROWS)
def test_each_row_can_be_read_from_its_own_bytes(rows: list[RowTuple]) -> None:
    batch = _packed(0, rows, 65536, 2**20)
    assert batch.count == len(rows)
    assert _rows(batch) == [list(row) for row in rows]
    assert not batch.whole_cells


@given(rows=ROWS)
def test_rows_are_the_bytes_that_another_packer_makes(rows: list[RowTuple]) -> None:
    packer = msgpack.Packer()
    assert _packed(0, rows, 65536, 2**20).data == b"".join(map(packer.pack, rows))


@pytest.mark.parametrize("size", [15, 16, 31, 32, 255, 256, 65_535, 65_536])
def test_the_lengths_where_another_header_begins_are_those_of_another_packer(size: int) -> None:
    ends = [sign * 2**bits + step for bits in range(64) for sign in (1, -1) for step in (-1, 0, 1)]
    row: RowTuple = ("x" * size, "ß" * size, b"x" * size, *(n for n in ends if n >= -(2**63)), *[None] * size)
    assert _packed(0, [row], 2**20, 2**20).data == msgpack.packb(row)


def test_floats_survive_bit_by_bit() -> None:
    ((nan, infinite, zero),) = _rows(_packed(0, [(math.nan, -math.inf, -0.0)], 65536, 2**20))
    assert math.isnan(nan)
    assert infinite == -math.inf
    assert math.copysign(1, zero) == -1


@pytest.mark.fault("F26")
def test_one_cell_of_invalid_text_leaves_as_bytes_and_the_other_rows_as_they_are() -> None:
    rows: list[RowTuple] = [(n, "good", "é") for n in range(1000)]
    rows[500] = (500, "bad\udcff", "é")
    found = _rows(_packed(0, rows, 65536, 2**20))
    assert found[500] == [500, b"bad\xff", "é"]
    assert found[:500] + found[501:] == [list(row) for row in rows[:500] + rows[501:]]


def test_no_rows_make_an_empty_batch() -> None:
    batch = _packed(7, [], 16, 16)
    assert (batch.count, batch.data, batch.whole_cells) == (0, b"", [])


@pytest.mark.parametrize("size", [15, 16, 17, 1000])
@pytest.mark.parametrize("letter", ["a", "é", "🙂", b"x"])
def test_a_long_cell_is_cut_at_a_character_and_kept_whole(letter: str | bytes, size: int) -> None:
    cell = letter * size
    content = cell if isinstance(cell, bytes) else cell.encode()
    batch = _packed(10, [(1, "short"), (2, cell)], 16, 2**20)
    first, (_, shown) = _rows(batch)
    assert first == [1, "short"]
    if len(content) <= 16:
        assert shown == cell
        assert batch.whole_cells == []
        return
    assert isinstance(shown, type(cell))
    kept = shown if isinstance(shown, bytes) else shown.encode()
    assert content.startswith(kept)
    assert 12 < len(kept) <= 16
    (whole,) = batch.whole_cells
    assert (whole.row, whole.column, whole.content, whole.is_text) == (11, 1, content, isinstance(cell, str))
    assert whole.notice.full_bytes == len(content)


@given(
    cells=st.lists(
        st.one_of(st.text(max_size=300), st.binary(max_size=300), st.integers(0, 9)), min_size=1, max_size=8
    ),
    max_cell=st.integers(16, 200),
)
def test_a_cell_is_cut_exactly_when_it_is_too_long(cells: list[str | bytes | int], max_cell: int) -> None:
    batch = _packed(0, [tuple(cells)], max_cell, 2**20)
    (shown,) = _rows(batch)
    whole = {one.column: one.content for one in batch.whole_cells}
    for column, cell in enumerate(cells):
        content = cell.encode() if isinstance(cell, str) else cell
        if isinstance(content, bytes) and len(content) > max_cell:
            assert whole.pop(column) == content
        else:
            assert shown[column] == cell
    assert whole == {}


@given(cells=st.lists(st.one_of(st.text(max_size=300), st.binary(max_size=300)), min_size=1, max_size=8))
def test_a_row_that_is_too_long_is_cut_until_it_fits(cells: list[str | bytes]) -> None:
    batch = _packed(0, [tuple(cells)], 4096, 100)
    assert len(batch.data) <= 100
    (shown,) = _rows(batch)
    whole = {one.column: one.content for one in batch.whole_cells}
    for column, cell in enumerate(cells):
        if column not in whole:
            assert shown[column] == cell


def test_a_long_cell_of_invalid_text_is_cut_as_bytes() -> None:
    batch = _packed(0, [("a" * 100 + "\udcff",)], 16, 2**20)
    assert _rows(batch) == [[b"a" * 16]]
    assert batch.whole_cells[0].content == b"a" * 100 + b"\xff"
    assert not batch.whole_cells[0].is_text


@given(
    adds=st.lists(st.lists(st.tuples(CELLS, CELLS), max_size=200), max_size=4),
    max_cell=st.sampled_from((1, 20, 65536)),
    window=st.tuples(st.integers(0, 400), st.integers(0, 400)),
    max_bytes=st.integers(0, 3000),
)
def test_any_window_is_cut_out_as_far_as_it_fits(
    adds: list[list[RowTuple]], max_cell: int, window: tuple[int, int], max_bytes: int
) -> None:
    packing = Packing(0, max_cell, 2**20)
    for rows in adds:
        packing.add(rows)
    batch = packing.batch()
    sizes = [len(msgpack.packb(row)) for row in _rows(batch)]
    start, stop = sorted(window)
    if not start < stop <= batch.count:
        return
    expected = 0
    while start + expected < stop and sum(sizes[start : start + expected + 1]) <= max_bytes:
        expected += 1
    count, data = batch.pieces.cut_out(batch.read, start, stop, max_bytes)
    assert count == expected
    begin = sum(sizes[:start])
    assert bytes(data) == batch.data[begin : begin + sum(sizes[start : start + expected])]


def test_no_more_is_read_than_the_window_and_its_two_outer_pieces() -> None:
    batch = _packed(0, [(n, "x" * 20) for n in range(10_000)], 65536, 2**20)
    read = []

    def reading(begin: int, end: int) -> memoryview:
        read.append(end - begin)
        return batch.read(begin, end)

    _, data = batch.pieces.cut_out(reading, 5000, 5100, 2**20)
    _, few = batch.pieces.cut_out(reading, 5000, 9000, 500)
    piece = max(after - before for before, after in pairwise([0, *batch.pieces.ends]))
    assert len(data) <= read[0] <= len(data) + 2 * piece
    assert len(few) <= read[1] <= 500 + 2 * piece


def test_stepping_over_no_row_costs_nothing() -> None:
    assert step_over(memoryview(b""), 0) == (0, 0)


def test_rows_are_packed_as_they_come() -> None:
    packing = Packing(5, 65536, 2**20)
    for count in (1, 64, 65, 15, 16, 0):
        packing.add([(n,) for n in range(count)])
    assert packing.count == 161
    assert packing.seconds > 0
    assert _rows(packing.batch()) == [[n] for count in (1, 64, 65, 15, 16) for n in range(count)]


@pytest.mark.parametrize(("max_cell_bytes", "width"), [(16, 1), (16, 60), (1000, 60), (65536, 60), (65536, 900)])
def test_few_pieces_are_written_down_whatever_the_limits_are(max_cell_bytes: int, width: int) -> None:
    rows: list[RowTuple] = [(n, "x" * width) for n in range(12_800)]
    packing = Packing(0, max_cell_bytes, 2**20)
    for start in range(0, len(rows), 32):
        packing.add(rows[start : start + 32])
    batch = packing.batch()
    assert len(batch.pieces.ends) <= 2 * (len(rows) / 128 + len(batch.data) / 65536) + 1
    assert len(batch.whole_cells) == (12_800 if width > max_cell_bytes else 0)
