"""The page of rules: one complete row for each rule."""

import re

from tools.contract.rules import RULES, page

COLUMNS = 7


def rows() -> list[list[str]]:
    """The cells of each rule's row."""
    (text,) = page.generate().values()
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_every_rule_has_one_row_with_its_levels() -> None:
    levels = [(cells[0].strip("`"), cells[2], cells[3]) for cells in rows()]
    assert levels == [(rule.id, str(rule.request or ""), str(rule.response or "")) for rule in RULES.values()]


def test_every_row_is_complete_and_shows_a_proof() -> None:
    assert {len(cells) for cells in rows()} == {COLUMNS}
    assert [cells[0] for cells in rows() if not cells[-1]] == []


def test_a_break_that_values_decide_shows_a_value() -> None:
    shown = {cells[0].strip("`"): cells[-1] for cells in rows()}
    assert shown["F3"] == '`{"name": "a"}`; none'
    assert shown["T6"] == '`"a"`; `{"$bytes": "61"}`'
    assert shown["D2"] == "policy"
