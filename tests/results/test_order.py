"""Keys of cells: sorting them sorts the cells."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litebase.results.order import Key, Order, as_decimal, key_of_kind

INTEGERS = st.integers(-(2**63), 2**64 - 1)
FLOATS = st.floats(allow_nan=False)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)


def _sign(before: bool, after: bool) -> int:
    return after - before


def _compared(kind: str, left: Any, right: Any) -> int:
    key = key_of_kind(kind)
    return _sign(key(left) < key(right), key(left) > key(right))


def _sorted_from_behind(cells: list[Any], key: Key) -> list[Any]:
    behind = list(reversed(cells))
    behind.sort(key=key)
    return behind


@given(INTEGERS | FLOATS, INTEGERS | FLOATS)
def test_integers_and_floats_compare_exactly(left: float, right: float) -> None:
    assert _compared("integer", left, right) == _sign(left < right, left > right)


@given(st.integers(-(2**63), 2**64 - 1), st.integers(-2, 2))
def test_integers_beside_one_another_are_told_apart(number: int, step: int) -> None:
    other = min(max(number + step, -(2**63)), 2**64 - 1)
    assert _compared("integer", number, other) == _sign(number < other, number > other)
    nearest = float(number)
    assert _compared("integer", number, nearest) == _sign(number < nearest, number > nearest)


@given(DECIMALS, DECIMALS)
def test_decimals_compare_exactly(left: Decimal, right: Decimal) -> None:
    assert _compared("decimal", str(left), str(right)) == _sign(left < right, left > right)


@given(st.decimals(-100, 100, places=3), st.decimals(-100, 100, places=1))
def test_decimals_of_other_scales_compare_by_value(left: Decimal, right: Decimal) -> None:
    assert _compared("decimal", str(left), str(right)) == _sign(left < right, left > right)


def test_decimals_that_are_no_digits_have_a_place() -> None:
    cells = ["-Infinity", "-1e40", "-0.1", "0.00", "1E-300", "0.1", "1e40", "Infinity", "NaN", "no number"]
    assert _sorted_from_behind(cells, key_of_kind("decimal")) == cells
    assert _compared("decimal", "0", "-0.000") == 0
    assert _compared("decimal", 0.1, "0.10") == 0
    assert _compared("decimal", "1E+999999999", "2E+999999999") == -1


@pytest.mark.parametrize("text", ["1_000", " 1", "٣", "", "0x1", "one"])
def test_what_no_database_prints_is_no_number(text: str) -> None:
    assert as_decimal(text) is None


@given(st.text(), st.text())
def test_text_compares_by_code_point(left: str, right: str) -> None:
    assert _compared("text", left, right) == _sign(left < right, left > right)


@given(st.binary(), st.binary())
def test_bytes_compare_by_value(left: bytes, right: bytes) -> None:
    assert _compared("bytes", left, right) == _sign(left < right, left > right)


def test_numbers_come_before_text_and_text_before_bytes() -> None:
    numbers: list[Any] = [float("-inf"), -(2**63), -1.5, 0, True, 2**64 - 1, float("inf")]
    cells = [*numbers, "", "\x00", "\x00a", "a", b"", b"\x00", b"a"]
    assert _sorted_from_behind(cells, key_of_kind("other")) == cells
    assert _compared("float", float("nan"), float("inf")) == 1
    assert _compared("float", -0.0, 0.0) == 0


CELLS = st.none() | st.integers(-3, 3) | st.sampled_from(["", "\x00", "\x00a", "a", "aa"]) | st.binary(max_size=1)


@given(st.lists(st.tuples(CELLS, CELLS)), st.booleans(), st.booleans(), st.booleans())
def test_keys_of_two_columns_can_follow_one_another(
    rows: list[tuple[Any, Any]], first_down: bool, second_down: bool, nulls_first: bool
) -> None:
    first = Order(0, "other", descending=first_down, nulls_first=nulls_first).key()
    second = Order(1, "other", descending=second_down, nulls_first=not nulls_first).key()
    together = sorted(rows, key=lambda row: first(row[0]) + second(row[1]))
    assert together == sorted(sorted(rows, key=lambda row: second(row[1])), key=lambda row: first(row[0]))


NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.integers(-3, 3) | st.floats() | st.booleans()
TEXTS = st.text(max_size=3) | st.sampled_from(["1", "1.0", "01", "2024-02-03", "2024-02-03 10:00:00", "nan"])


@given(
    st.lists(st.none() | NUMBERS) | st.lists(st.none() | TEXTS) | st.lists(st.none() | NUMBERS | TEXTS | st.binary()),
    st.sampled_from(["integer", "text", "other", "decimal", "date", "timestamp"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_many_keys_are_those_of_each_cell(
    cells: list[Any], kind: str, descending: bool, nulls_first: bool, natural: bool
) -> None:
    order = Order(0, kind, descending, nulls_first, natural)
    assert order.keys(cells) == [key.decode("latin-1") for key in map(order.key(), cells)]
    assert order.keys(3 * cells) == 3 * order.keys(cells)


@pytest.mark.parametrize("descending", [False, True], ids=["ascending", "descending"])
@pytest.mark.parametrize("nulls_first", [False, True], ids=["last", "first"])
def test_null_goes_where_it_is_wanted(descending: bool, nulls_first: bool) -> None:
    key = Order(0, "text", descending=descending, nulls_first=nulls_first).key()
    cells = sorted(["a", None, "", None, "\U0010ffff"], key=key)
    assert [cell is None for cell in cells] == [*[nulls_first] * 2, False, *[not nulls_first] * 2]


def test_natural_order_reads_digits_as_numbers_and_ignores_case() -> None:
    names = ["", "File 1", "file 2", "file 10", "File 10", "file 010", "file 10a", "file", "x1y2", "x1y10", "é", "😀"]
    key = Order(0, "text", natural=True).key()
    assert sorted(names, key=key) == [
        "", "file", "File 1", "file 2", "File 10", "file 010", "file 10", "file 10a", "x1y2", "x1y10", "é", "😀",
    ]  # fmt: skip


def test_natural_order_is_for_text_and_not_for_decimals() -> None:
    cells = ["-10", "-2", "1.10", "1.5", "1.9"]
    assert sorted(cells, key=Order(0, "decimal", natural=True).key()) == cells


@given(st.lists(st.text(alphabet="aA0129\x00 ", max_size=6)))
def test_natural_order_is_the_same_whatever_came_first(names: list[str]) -> None:
    key = Order(0, "text", natural=True).key()
    assert sorted(names, key=key) == _sorted_from_behind(names, key)
    assert all((key(one) == key(other)) == (one == other) for one in names for other in names)
