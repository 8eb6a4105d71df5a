"""Which values of two columns are equal, and in which order keys come."""

import itertools
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from litebase.drivers.copying import Portable
from litebase.server.row_pairs import CellKind, UnfitKey, equality, key_meeting, key_parts, meeting


def _kind(kind: str, db_type: str = "x", *, typed: bool = True, **more: Any) -> CellKind:
    return CellKind(db_type, Portable(kind, **more), typed)


_INTEGER, _DECIMAL, _DOUBLE, _SINGLE = _kind("integer"), _kind("decimal"), _kind("float"), _kind("float", bits=32)
_TEXT, _JSON, _MOMENT, _UUID, _BYTES = (_kind(one) for one in ("text", "json", "timestamptz", "uuid", "bytes"))
_ANY, _LOOSE_INTEGER, _LOOSE_TEXT = (_kind(one, typed=False) for one in ("any", "integer", "text"))
_PADDED = _kind("text", "character(5)")


def _equal(first: CellKind, other: CellKind, one: Any, two: Any) -> bool:
    group = meeting(first, other)
    assert group is not None
    there, back = equality(first, other, group)(one, two), equality(other, first, group)(two, one)
    assert there == back
    return there


@pytest.mark.parametrize(
    ("first", "other", "one", "two"),
    [
        (_INTEGER, _DECIMAL, 10**20, "100000000000000000000.00"),
        (_DECIMAL, _DECIMAL, "-0", "0.00"),
        (_DECIMAL, _DECIMAL, "NaN", "NaN"),
        (_DOUBLE, _DECIMAL, float("inf"), "Infinity"),
        (_DOUBLE, _DOUBLE, float("nan"), -float("nan")),
        (_SINGLE, _DECIMAL, 0.10000000149011612, "0.1"),
        (_INTEGER, _LOOSE_TEXT, 1, "01"),
        (_PADDED, _TEXT, "ab   ", "ab"),
        (_PADDED, _TEXT, "ab   ", "ab   "),
        (_PADDED, _PADDED, "ab   ", "ab"),
        (_kind("bit", size=3), _kind("bit", size=10), b"\x05", b"\x00\x05"),
        (_kind("bit", size=3), _kind("varbit"), b"\x05", "101"),
        (_JSON, _kind("json", typed=False), "[1.50, true]", "[1.5,true]"),
        (_JSON, _kind("json", typed=False), "1.0", 1),
        (_JSON, _JSON, '{"a": 1, "b": {}}', '{"b":{},"a":1e0}'),
        (_MOMENT, _MOMENT, "2024-01-01 12:00:00+02", "2024-01-01T10:00:00.000Z"),
        (_kind("date"), _MOMENT, "2024-01-01", "2024-01-01 00:00:00"),
        (_UUID, _TEXT, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"),
        (_TEXT, _TEXT, None, None),
    ],
)
def test_equal_values(first: CellKind, other: CellKind, one: Any, two: Any) -> None:
    assert _equal(first, other, one, two)


@pytest.mark.parametrize(
    ("first", "other", "one", "two"),
    [
        (_INTEGER, _DOUBLE, 2**53 + 1, 2.0**53),
        (_DECIMAL, _DECIMAL, "0.1", "0.10000000000000000000000000000000001"),
        (_ANY, _ANY, "1", 1),
        (_ANY, _ANY, "", b""),
        (_ANY, _INTEGER, "1", 1),
        (_TEXT, _TEXT, "ab ", "ab"),
        (_TEXT, _TEXT, "é", "e\u0301"),
        (_TEXT, _TEXT, "", None),
        (_PADDED, _TEXT, "ab   ", " ab"),
        (_kind("bit", size=3), _kind("varbit"), b"\x05", "0101"),
        (_JSON, _JSON, "[1]", "[true]"),
        (_JSON, _JSON, "[0]", "[false]"),
        (_JSON, _JSON, "[null]", '["null"]'),
        (_JSON, _JSON, '["number", 1]', "1"),
        (_JSON, _JSON, '{"a": 1, "a": 1}', '{"a": 1}'),
        (_JSON, _JSON, "null", None),
        (_JSON, _JSON, "NaN", "[NaN]"),
        (_MOMENT, _MOMENT, "2024-01-01 12:00:00+02", "2024-01-01 12:00:00+00"),
        (_MOMENT, _MOMENT, "0044-03-15 00:00:00 BC", "0044-03-15 00:00:00"),
    ],
)
def test_values_that_are_not_equal(first: CellKind, other: CellKind, one: Any, two: Any) -> None:
    assert not _equal(first, other, one, two)


def test_json_of_any_depth_equals_itself_and_no_other() -> None:
    for depth in (10, 500, *range(850, 1050), 100_000):
        text = "[" * depth + "]" * depth
        assert _equal(_JSON, _JSON, text, text)
        assert not _equal(_JSON, _JSON, text, f"[{text}]")
    assert _equal(_JSON, _JSON, "[" * 800 + "]" * 800, "[ " * 800 + "]" * 800)


@pytest.mark.parametrize(
    ("first", "other"),
    [(_BYTES, _TEXT), (_INTEGER, _MOMENT), (_UUID, _BYTES), (_JSON, _INTEGER), (_kind("bit"), _INTEGER)],
)
def test_types_that_do_not_meet(first: CellKind, other: CellKind) -> None:
    assert meeting(first, other) is meeting(other, first) is None
    assert key_meeting(first, other) is None


def test_how_types_meet_in_a_key() -> None:
    assert key_meeting(_INTEGER, _DOUBLE) == "number"
    assert key_meeting(_INTEGER, _TEXT) == "text"
    assert key_meeting(_DOUBLE, _TEXT) is None
    assert key_meeting(_TEXT, _LOOSE_INTEGER) is None
    assert key_meeting(_LOOSE_TEXT, _LOOSE_INTEGER) == "any"
    assert key_meeting(_JSON, _JSON) is None


def _parts(kind: CellKind, cells: Sequence[Any], other: CellKind | None = None) -> Sequence[Any]:
    group = key_meeting(kind, other or kind)
    assert group is not None
    return key_parts(kind, other or kind, group)(cells)


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        (_INTEGER, [-(2**63), -1, 0, 1, 2**63, 2**64]),
        (_DECIMAL, ["-Infinity", "-1e30", "-0.5", 0, "1E-20", "0.10", 7.5, 8, "Infinity", "NaN"]),
        (_TEXT, ["", "\0", " ", "A", "a", "a ", "ab", "ä", "\uffff", "\U00010000"]),
        (_ANY, [-1.5, 0, 2, "", "1", "a", b"", b"\xff"]),
        (_BYTES, [b"", b"\0", b"\0\0", b"\x7f", b"\xff"]),
        (
            _MOMENT,
            ["-infinity", "0045-01-01 BC", "0044-03-14 BC", "0044-03-15 BC", "0001-01-01", "9999-12-31 23:59:59.9",
             "10000-01-01", "infinity"],
        ),
    ],
)  # fmt: skip
def test_keys_come_in_the_order_of_their_values(kind: CellKind, cells: Sequence[Any]) -> None:
    parts = _parts(kind, cells)
    assert all(one < two for one, two in itertools.pairwise(parts)), parts
    for seed in range(5):
        mixed = list(cells)
        random.Random(seed).shuffle(mixed)
        assert sorted(mixed, key=lambda cell: _parts(kind, [cell])[0]) == cells


@pytest.mark.parametrize("seed", range(5))
def test_keys_of_numbers_are_equal_where_their_values_are(seed: int) -> None:
    chance = random.Random(seed)
    numbers = [Decimal(chance.randrange(-99, 99)) / chance.choice([1, 2, 4, 8]) for _ in range(300)]
    spelt = [str(one) + ("0" if "." in str(one) else ".0") for one in numbers]
    floats = [float(one) for one in numbers]
    assert _parts(_DECIMAL, spelt, _DOUBLE) == _parts(_DOUBLE, floats, _DECIMAL)
    order = sorted(range(300), key=lambda at: _parts(_DOUBLE, [floats[at]])[0])
    assert [numbers[at] for at in order] == sorted(numbers)


def test_keys_whose_types_differ() -> None:
    assert _parts(_INTEGER, [1, 10, -1], _TEXT) == _parts(_TEXT, ["1", "10", "-1"], _INTEGER)
    assert _parts(_PADDED, ["ab   "], _TEXT) == _parts(_TEXT, ["ab"], _PADDED) == _parts(_TEXT, ["ab   "], _PADDED)
    three, ten = _kind("bit", size=3), _kind("bit", size=10)
    assert _parts(three, [b"\x05"], ten) == _parts(ten, [b"\x00\x05"], three)


def test_a_cell_that_is_no_key_is_told_by_its_place() -> None:
    for cell in (None, "\udc80"):
        with pytest.raises(UnfitKey) as refused:
            _parts(_TEXT, ["a", "b", cell])
        assert refused.value.at == 2
