"""Rows packed into batches: every cell as it was, long ones cut and kept whole."""

import math
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litebase.results.batch import Batch, RowTuple, pack_batch, rows_within

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False),
    st.text(max_size=40),
    st.binary(max_size=40),
)
ROWS = st.lists(st.tuples(CELLS, CELLS), max_size=30)


def _rows(batch: Batch) -> list[Any]:
    starts = [0, *batch.ends]
    return [msgpack.unpackb(batch.data[start:end]) for start, end in zip(starts, batch.ends, strict=False)]


@given(rows=ROWS)
def test_each_row_can_be_read_from_its_own_bytes(rows: list[RowTuple]) -> None:
    batch = pack_batch(0, rows, 65536, 2**20)
    assert batch.count == len(rows)
    assert _rows(batch) == [list(row) for row in rows]
    assert not batch.whole_cells


def test_floats_survive_bit_by_bit() -> None:
    ((nan, infinite, zero),) = _rows(pack_batch(0, [(math.nan, -math.inf, -0.0)], 65536, 2**20))
    assert math.isnan(nan)
    assert infinite == -math.inf
    assert math.copysign(1, zero) == -1


def test_f26_one_cell_of_invalid_text_leaves_as_bytes_and_the_other_rows_as_they_are() -> None:
    rows: list[RowTuple] = [(n, "good", "é") for n in range(1000)]
    rows[500] = (500, "bad\udcff", "é")
    found = _rows(pack_batch(0, rows, 65536, 2**20))
    assert found[500] == [500, b"bad\xff", "é"]
    assert found[:500] + found[501:] == [list(row) for row in rows[:500] + rows[501:]]


def test_no_rows_make_an_empty_batch() -> None:
    batch = pack_batch(7, [], 16, 16)
    assert (batch.count, batch.data, batch.whole_cells) == (0, b"", [])


@pytest.mark.parametrize("size", [15, 16, 17, 1000])
@pytest.mark.parametrize("letter", ["a", "é", "🙂", b"x"])
def test_a_long_cell_is_cut_at_a_character_and_kept_whole(letter: str | bytes, size: int) -> None:
    cell = letter * size
    content = cell if isinstance(cell, bytes) else cell.encode()
    batch = pack_batch(10, [(1, "short"), (2, cell)], 16, 2**20)
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
    batch = pack_batch(0, [tuple(cells)], max_cell, 2**20)
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
    batch = pack_batch(0, [tuple(cells)], 4096, 100)
    assert len(batch.data) <= 100
    (shown,) = _rows(batch)
    whole = {one.column: one.content for one in batch.whole_cells}
    for column, cell in enumerate(cells):
        if column not in whole:
            assert shown[column] == cell


def test_a_long_cell_of_invalid_text_is_cut_as_bytes() -> None:
    batch = pack_batch(0, [("a" * 100 + "\udcff",)], 16, 2**20)
    assert _rows(batch) == [[b"a" * 16]]
    assert batch.whole_cells[0].content == b"a" * 100 + b"\xff"
    assert not batch.whole_cells[0].is_text


@given(rows=ROWS, start=st.integers(0, 30), stop=st.integers(0, 30), max_bytes=st.integers(0, 500))
def test_as_many_rows_as_fit(rows: list[RowTuple], start: int, stop: int, max_bytes: int) -> None:
    batch = pack_batch(0, rows, 65536, 2**20)
    start, stop = min(start, len(rows)), min(stop, len(rows))
    if start > stop:
        start, stop = stop, start
    sizes = [len(msgpack.packb(row)) for row in rows]
    expected = 0
    while start + expected < stop and sum(sizes[start : start + expected + 1]) <= max_bytes:
        expected += 1
    assert rows_within(batch.ends, start, stop, max_bytes) == expected
