"""Which rows are wanted."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from litebase.results.filter import Filter, UnfitValue

TEXTS = ["a", "B", "ab", "100%", "a_b", "", None, "Straße", "x\ny"]


def _found(kind: str, op: str, *values: Any, among: Any = TEXTS, match_case: bool = False) -> list[Any]:
    test = Filter(kind, op, values, match_case).test()
    return [cell for cell in among if test(cell)]


@pytest.mark.parametrize(
    ("op", "values", "expected"),
    [
        ("eq", ["a"], ["a"]),
        ("ne", ["a"], ["B", "ab", "100%", "a_b", "", "Straße", "x\ny"]),
        ("lt", ["a"], ["B", "100%", "", "Straße"]),
        ("le", ["a"], ["a", "B", "100%", "", "Straße"]),
        ("gt", ["ab"], ["x\ny"]),
        ("ge", ["ab"], ["ab", "x\ny"]),
        ("in", ["a", "B", "nothing"], ["a", "B"]),
        ("in", [], []),
        ("between", ["B", "a"], ["a", "B", "Straße"]),
        ("is_null", [], [None]),
        ("is_not_null", [], [one for one in TEXTS if one is not None]),
        ("contains", ["A"], ["a", "ab", "a_b", "Straße"]),
        ("contains", ["STRASSE"], ["Straße"]),
        ("starts_with", ["b"], ["B"]),
        ("ends_with", ["B"], ["B", "ab", "a_b"]),
        ("like", ["a_"], ["ab"]),
        ("like", ["a\\_b"], ["a_b"]),
        ("like", ["%\\%"], ["100%"]),
        ("like", ["x%y"], ["x\ny"]),
        ("like", ["[ab]"], []),
        ("like", ["%a%b%"], ["ab", "a_b"]),
        ("like", ["a%a"], []),
        ("like", ["%"], [one for one in TEXTS if one is not None]),
        ("like", [""], [""]),
        ("like", ["a\\"], []),
    ],
)
def test_text(op: str, values: list[str], expected: list[str | None]) -> None:
    assert _found("text", op, *values) == expected


def test_case_is_told_apart_when_asked_for() -> None:
    assert _found("text", "contains", "B", match_case=True) == ["B"]
    assert _found("text", "like", "A%", match_case=True) == []


def test_numbers_are_compared_as_numbers_and_may_be_given_as_text() -> None:
    numbers = [9, 10, 10.5, -1, None, 2**63]
    assert _found("integer", "gt", 9, among=numbers) == [10, 10.5, 2**63]
    assert _found("integer", "gt", "9.0", among=numbers) == [10, 10.5, 2**63]
    assert _found("integer", "eq", str(2**63), among=numbers) == [2**63]
    assert _found("float", "eq", "0.1", among=[0.1, 0.10000000000000002]) == [0.1]
    assert _found("decimal", "eq", 1.5, among=["1.50", "1.5000001", "15"]) == ["1.50"]
    assert _found("decimal", "between", "-2", "3", among=["-10", "-1", "3.00", "3.01", "NaN", None]) == ["-1", "3.00"]
    assert _found("integer", "contains", "0", among=[9, 10, 101, None]) == [10, 101]
    assert _found("boolean", "eq", True, among=[True, False, None]) == [True]


def test_times_are_compared_by_the_moment() -> None:
    among = ["2026-10-25 02:30:00+02", "2026-10-25 02:10:00+01", "infinity"]
    assert _found("timestamptz", "lt", "2026-10-25 01:00:00Z", among=among) == among[:1]


def test_bytes_are_compared_and_never_searched() -> None:
    assert _found("bytes", "eq", b"a", among=[b"a", b"b", "a"]) == [b"a"]
    assert _found("bytes", "contains", "a", among=[b"a"]) == []


@pytest.mark.parametrize(
    ("kind", "op", "values", "message"),
    [
        ("text", "eq", [], "takes 1 value, not 0"),
        ("text", "between", ["a"], "takes 2 values, not 1"),
        ("text", "is_null", ["a"], "takes no values, not 1"),
        ("text", "eq", [None], "is_null"),
        ("integer", "eq", ["ten"], "'ten' is not a number, and the column has the kind integer"),
        ("text", "contains", [3], "its value is not text"),
        ("date", "lt", ["31.01.2026"], "'31.01.2026' is not a date"),
        ("boolean", "eq", ["true"], "has the kind boolean"),
    ],
)
def test_values_that_do_not_fit_are_refused(kind: str, op: str, values: list[Any], message: str) -> None:
    with pytest.raises(UnfitValue, match=message):
        Filter(kind, op, values).test()


@given(st.text(alphabet="ab%_\\"), st.text(alphabet="ab%_\\"))
def test_a_text_with_its_signs_escaped_is_like_itself_only(text: str, other: str) -> None:
    pattern = "".join(f"\\{sign}" for sign in text)
    test = Filter("text", "like", [pattern], match_case=True).test()
    assert test(text)
    assert test(other) == (text == other)


@given(st.text(alphabet="ab", max_size=8), st.text(alphabet="ab%_", max_size=6))
def test_like_finds_what_sqlite_finds(text: str, pattern: str) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        (found,) = database.execute("SELECT ? LIKE ?", [text, pattern]).fetchone()
    assert Filter("text", "like", [pattern]).test()(text) == bool(found)


def test_a_pattern_of_many_wildcards_does_not_try_all_places() -> None:
    test = Filter("text", "like", ["%" + "a%" * 99 + "b"]).test()
    assert not test("a" * 100_000)
    with pytest.raises(UnfitValue, match="201 characters, and 200 at most"):
        Filter("text", "like", ["%" * 201]).test()


CELLS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.integers(-2, 2)
    | st.floats()
    | st.sampled_from(["", "a", "A", "ab", "1", "true", "\x00a", "ß", "SS"])
    | st.binary(max_size=1)
)


@given(
    st.lists(CELLS, max_size=12),
    st.sampled_from(["integer", "float", "text", "other", "boolean", "decimal", "date", "uuid"]),
    st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge", "contains", "starts_with", "ends_with", "is_null", "like"]),
    st.sampled_from(["", "a", "A", "1", "ss", 1, 0, -1, 2**53 + 1, 1.5, True]),
    st.booleans(),
)
def test_a_choice_takes_the_cells_that_fit_one_by_one(
    cells: list[Any], kind: str, op: str, value: Any, match_case: bool
) -> None:
    wanted = Filter(kind, op, [] if op == "is_null" else [value], match_case)
    try:
        test = wanted.test()
    except UnfitValue:
        return
    among = range(0, len(cells), 2)
    assert wanted.places()(cells, among) == [at for at in among if test(cells[at])]


@example(2**64 - 1024, Decimal(2**64 - 1024))  # whose nearest float is 2**64
@given(st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False), st.decimals(allow_nan=False))
def test_a_number_as_text_is_compared_exactly(cell: float, value: Decimal) -> None:
    (below,) = [bool(_found("integer", "lt", str(value), among=[cell]))]
    (equal,) = [bool(_found("integer", "eq", str(value), among=[cell]))]
    exact = Decimal(cell)
    if isinstance(cell, int) or abs(value) >= 2**53 or float(value) != cell:  # else as the float is shown
        assert (below, equal) == (exact < value, exact == value)


def test_numbers_as_text_that_are_large_small_or_between() -> None:
    among = [2**53, 2**53 + 1, 2**53 + 2, float(2**53), 0, 1.5, float("inf")]
    assert _found("integer", "eq", "9007199254740993.5", among=among) == []
    assert _found("integer", "gt", "9007199254740992.5", among=among) == [2**53 + 1, 2**53 + 2, float("inf")]
    assert _found("integer", "eq", "1E-1000000", among=among) == []
    assert _found("integer", "gt", "1E+1000000", among=among) == []
    with pytest.raises(UnfitValue, match="not a number"):
        Filter("float", "eq", ["sNaN"]).test()


def test_like_compares_signs_and_not_what_they_fold_to() -> None:
    assert _found("text", "like", "stra_e", among=["straße", "STRAßE", "strasse"]) == ["straße", "STRAßE"]
    assert _found("text", "like", "_", among=["ß", "İ", "ss"]) == ["ß", "İ"]
