"""The fault matrix and the tests agree: what the table calls tested is tested, and nothing else is."""

import ast
from pathlib import Path

import pytest

from tools.faults import SHOWN, TABLE, UNSHOWN, cases

TESTS = Path(__file__).parent
MATRIX = {case.id: case for case in cases(TABLE.read_text(encoding="utf-8"))}
SIZES = {"INV": 8, "F": 28, "C": 25, "L": 23, "Q": 24, "P": 14, "M": 16, "D": 17, "T": 17, "R": 7, "W": 9}


def marked(source: str) -> set[str]:
    """The cases that the tests of a file are marked with."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.fault":
            found.update(str(ast.literal_eval(argument)) for argument in node.args)
    return found


SHOWN_BY_TESTS = {
    one
    for path in TESTS.rglob("*.py")
    if path.name.startswith(("test_", "conformance"))
    for one in marked(path.read_text(encoding="utf-8"))
}


def test_the_table_has_every_case_once() -> None:
    rows = cases(TABLE.read_text(encoding="utf-8"))
    width = {"INV": 1}
    wanted = [f"{group}{n:0{width.get(group, 2)}}" for group, count in SIZES.items() for n in range(1, count + 1)]
    assert [case.id for case in rows] == wanted
    assert len(wanted) == 180 + 8


def test_no_test_shows_a_case_that_the_table_does_not_have() -> None:
    assert sorted(SHOWN_BY_TESTS - set(MATRIX)) == []


def test_every_state_is_a_known_one_and_has_its_reason() -> None:
    assert {case.state for case in MATRIX.values()} <= SHOWN | UNSHOWN
    assert [case.id for case in MATRIX.values() if case.state != "tested" and not case.note] == []


def test_what_the_table_calls_tested_has_a_test_and_the_rest_has_none() -> None:
    called = {case.id for case in MATRIX.values() if case.state in SHOWN}
    assert sorted(called - SHOWN_BY_TESTS) == [], "tests/faults.md says tested or part, and no test is marked"
    assert sorted(SHOWN_BY_TESTS - called) == [], "a test is marked, and tests/faults.md says that there is none"


@pytest.mark.parametrize(
    ("source", "ids"),
    [
        ("@pytest.mark.fault('M01', 'INV1')\ndef test_x(): ...", {"M01", "INV1"}),
        ("pytest.param(1, marks=pytest.mark.fault('T16'))", {"T16"}),
        ("def test_f05_x(): ...", set()),
    ],
)
def test_marks_are_found(source: str, ids: set[str]) -> None:
    assert marked(source) == ids
