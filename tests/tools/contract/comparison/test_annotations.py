"""Units, secrets and other annotations, wherever they are written."""

import pytest

from tests.tools.contract.comparison.findings import COUNT, PART, found
from tools.contract.rules.cases.small_contract import struct, thing

WITHOUT_NULL = {"type": "integer", "x-unit": "bytes", "x-secret": True}
NOTED_BESIDE = {"anyOf": [COUNT, {"type": "null"}], "x-unit": "bytes", "x-secret": True}
NOTED_INSIDE = {"anyOf": [WITHOUT_NULL, {"type": "null"}]}
SPELLINGS = [WITHOUT_NULL, NOTED_BESIDE, NOTED_INSIDE]


@pytest.mark.parametrize("old", SPELLINGS, ids=["plain", "beside", "inside"])
@pytest.mark.parametrize("new", SPELLINGS, ids=["plain", "beside", "inside"])
@pytest.mark.parametrize("referred", [False, True], ids=["in place", "by reference"])
def test_a_unit_and_a_secret_are_kept_when_null_is_added_or_removed(
    old: dict[str, object], new: dict[str, object], referred: bool
) -> None:
    sides = [thing(struct({"size": PART}, "size"), Part=one) if referred else thing(one) for one in (old, new)]
    rules = {rule for rule, _, _, _ in found(*sides)}
    assert rules <= {"F10", "F11", "M22", "K2"}
    assert ("F10" in rules or "F11" in rules) == ((old is WITHOUT_NULL) != (new is WITHOUT_NULL))


@pytest.mark.parametrize("new", [NOTED_BESIDE, NOTED_INSIDE], ids=["beside", "inside"])
def test_a_unit_that_changes_while_null_is_added_is_found(new: dict[str, object]) -> None:
    old = {**WITHOUT_NULL, "x-unit": "seconds"}
    assert "T14" in {rule for rule, _, _, _ in found(thing(old), thing(new))}


def test_a_removed_unit_and_a_removed_secret_are_found() -> None:
    rules = {rule for rule, _, _, _ in found(thing(NOTED_BESIDE), thing({"anyOf": [COUNT, {"type": "null"}]}))}
    assert rules == {"T14.removed", "M23"}


def test_repeating_a_secret_inside_a_secret_union_is_noticed() -> None:
    assert [one[0] for one in found(thing(NOTED_BESIDE), thing({**NOTED_BESIDE, "anyOf": NOTED_INSIDE["anyOf"]}))] == [
        "K2"
    ]
