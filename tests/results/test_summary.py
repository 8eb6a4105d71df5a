"""Figures of columns, beside the same ones made plainly."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litebase.results import summary
from litebase.results.batch import Cell
from litebase.results.store import RowStore
from litebase.results.summary import ColumnSummary, summarize
from litebase.results.use import StoreUse

pytestmark = pytest.mark.anyio

MANY = 2**40


async def _summary(kind: str, cells: Sequence[Cell], listed: int = 10, rows: range | None = None) -> ColumnSummary:
    store = RowStore(StoreUse(MANY, MANY), 65536, 2**20)
    for start in range(0, len(cells), 7):
        packing = store.new_batch()
        packing.add([(cell,) for cell in cells[start : start + 7]])
        store.append(packing.batch())
    (found,) = await summarize(store, [(0, kind)], range(len(cells)) if rows is None else rows, listed)
    return found


async def test_integers() -> None:
    found = await _summary("integer", [3, None, 2**63, -1, 3])
    assert (found.count, found.nulls, found.distinct) == (4, 1, 3)
    assert (found.least, found.greatest, found.total) == ("-1", str(2**63), str(2**63 + 5))
    assert found.mean == "2305843009213693953.25"
    assert (list(found.values), found.values_complete) == ([(3, 2), (-1, 1), (2**63, 1)], True)


async def test_decimals_are_exact_and_equal_ones_count_once() -> None:
    cells = ["0.10", "0.1", "12345678901234567890.5", "-0.000000000000000001"]
    found = await _summary("decimal", cells)
    assert (found.distinct, found.least, found.greatest) == (3, cells[3], cells[2])
    assert found.total == "12345678901234567890.699999999999999999"
    assert found.values[0] == ("0.10", 2)
    assert (await _summary("decimal", ["1", "NaN"])).total == "NaN"
    assert (await _summary("decimal", ["0.5", 3, 2])).total == "5.5"
    for huge in (["1E+999999999"], ["1", "1E+300000"], ["1E-999999999"]):
        assert (await _summary("decimal", huge)).total is None
    assert (await _summary("decimal", ["1", "2", "2"])).mean == "1." + "6" * 36 + "7"


async def test_floats_are_summed_without_losing_small_ones() -> None:
    found = await _summary("float", [0.1] * 10 + [1e100, -1e100])
    assert (found.total, found.least, found.greatest) == ("1.0", "-1e+100", "1e+100")
    assert (await _summary("float", [float("inf"), float("-inf")])).total == "nan"
    nans = await _summary("float", [float("nan") for _ in range(50)])
    assert (nans.distinct, nans.least, nans.values[0][1]) == (1, "nan", 50)
    assert (await _summary("float", [1.7e308, 1.7e308, -1.7e308])).greatest == "1.7e+308"


@pytest.mark.parametrize("kind", ["integer", "float", "decimal", "text", "timestamp", "bytes"])
async def test_a_column_without_values_has_no_figures(kind: str) -> None:
    for cells in ([], [None] * 20):
        found = await _summary(kind, cells)
        assert (found.count, found.nulls, found.distinct) == (0, len(cells), 0)
        assert {found.least, found.greatest, found.total, found.mean} == {None}
        assert (list(found.values), found.values_complete) == ([], True)


async def test_what_is_not_only_numbers_has_no_sum() -> None:
    columns: dict[str, list[Cell]] = {"text": ["1", "2"], "integer": [1, "x"], "boolean": [True], "decimal": ["1", b""]}
    for kind, cells in columns.items():
        found = await _summary(kind, cells)
        assert (found.total, found.mean) == (None, None), kind
        assert found.distinct == len(cells)


async def test_times_are_ordered_by_the_moment() -> None:
    found = await _summary(
        "timestamptz", ["2026-10-25 02:30:00+02", "2026-10-25 02:10:00+01", "2026-10-25 00:30:00+00"]
    )
    assert (found.least, found.greatest, found.distinct) == ("2026-10-25 02:30:00+02", "2026-10-25 02:10:00+01", 2)


async def test_a_range_of_rows_is_summed_up() -> None:
    cells = list(range(100))
    for rows in (range(5, 20), range(1), range(90, 200), range(99, 100), range(7, 7), range(200, 300)):
        found = await _summary("integer", cells, rows=rows)
        assert found.count == len(cells[rows.start : rows.stop])
        assert found.total == (str(sum(cells[rows.start : rows.stop])) if found.count else None)


async def test_long_values_are_counted_and_not_listed() -> None:
    found = await _summary("text", ["a", "b" * 2000, "c" * 70_000])
    assert (found.distinct, list(found.values), found.values_complete) == (3, [("a", 1)], False)
    assert (found.least, found.greatest) == ("a", None)


async def test_too_many_different_values_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "_COUNTED_BYTES", 10_000)
    found = await _summary("integer", list(range(1000)))
    assert (found.count, found.distinct, found.total) == (1000, None, str(sum(range(1000))))
    assert (list(found.values), found.values_complete) == ([], False)


async def test_as_many_values_are_listed_as_are_wanted() -> None:
    found = await _summary("text", list("abacabad"), listed=2)
    assert (list(found.values), found.values_complete) == ([("a", 4), ("b", 2)], False)


NUMBERS: Any = st.integers(-(2**63), 2**64 - 1)


@given(st.lists(st.none() | NUMBERS))
@settings(max_examples=50)
async def test_integers_are_summed_as_anybody_would(cells: list[int | None]) -> None:
    present = [cell for cell in cells if cell is not None]
    found = await _summary("integer", cells, listed=1000)
    assert dict(found.values) == Counter(present)
    if present:
        assert (found.total, found.least, found.greatest) == (str(sum(present)), str(min(present)), str(max(present)))
        assert found.mean is not None
        exact = Fraction(sum(present), len(present))
        with localcontext(prec=60):
            assert abs(Fraction(Decimal(found.mean)) - exact) <= abs(exact) / 10**37


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12)))
@settings(max_examples=50)
async def test_decimals_are_summed_exactly(values: list[Decimal]) -> None:
    found = await _summary("decimal", [format(value, "f") for value in values])
    exact = sum((Fraction(value) for value in values), Fraction(0))
    assert (Fraction(Decimal(found.total)) if found.total is not None else 0) == exact
