"""Every rule has cases: the comparison agrees with each case, and a value proves it."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from tests.tools.contract.rules.valid_values import valid_values
from tools.contract.comparison.contracts import compare
from tools.contract.comparison.finding import Finding
from tools.contract.rules import RULES, fields, messages, values
from tools.contract.rules.cases import CASES
from tools.contract.rules.cases.case import NO_VALUE, Case
from tools.contract.rules.cases.small_contract import MESSAGE_OF, contract
from tools.contract.rules.rule import Direction, Level, worst
from tools.contract.witness.flat import flat
from tools.contract.witness.sides import Sides
from tools.contract.witness.variety import variety

DIRECTIONS: tuple[Direction, Direction] = ("request", "response")
VALUE_CASES = [case for case in CASES if case.by_value]
LEAST = 80  # rules that the check is promised to have


def name_of(case: Case) -> str:
    return case.rule


def found(case: Case, *uses: Direction) -> list[Finding]:
    return compare(contract(case.old, uses or DIRECTIONS), contract(case.new, uses or DIRECTIONS))


def sides(case: Case, direction: Direction) -> Sides:
    old, new = (flat(contract(edits, (direction,)), MESSAGE_OF[direction]) for edits in (case.old, case.new))
    return Sides(old, new, direction)


def has_witness(case: Case, direction: Direction) -> bool | None:
    """What the rules say about values; None if one of the case's rules is not decided by values."""
    rules = {finding.rule for finding in found(case, direction)}
    said = [RULES[rule].has_witness(direction) for rule in rules]
    return None if None in said else True in said


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    assert {case.rule for case in CASES} == RULES.keys()


def test_there_are_as_many_rules_as_promised() -> None:
    assert len(RULES) >= LEAST


def test_no_id_is_used_twice() -> None:
    ids = Counter(rule.id for rule in (*fields.RULES, *messages.RULES, *values.RULES))
    assert [one for one, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_that_breaks_or_warns_offers_an_alternative(rule: Any) -> None:
    harmful = {rule.request, rule.response} & {Level.BREAK, Level.WARN}
    assert bool(rule.instead) is bool(harmful)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_comparison_finds_exactly_the_rules_of_a_case(case: Case) -> None:
    findings = found(case)
    assert {finding.rule for finding in findings} == {case.rule, *case.also}
    levels = {level for level in (case.request, case.response) if level is not None}
    for finding in findings:
        if finding.rule == case.rule:
            assert finding.level is worst(list(levels))


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("case", VALUE_CASES, ids=name_of)
def test_the_comparison_finds_the_level_of_each_direction(case: Case, direction: Direction) -> None:
    expected = case.request if direction == "request" else case.response
    levels = [finding.level for finding in found(case, direction) if finding.rule == case.rule]
    assert levels == ([] if expected is None else [expected])


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("case", VALUE_CASES, ids=name_of)
def test_a_witness_is_accepted_by_one_side_and_refused_by_the_other(case: Case, direction: Direction) -> None:
    value, promised = case.witness(direction), has_witness(case, direction)
    if value is not NO_VALUE:
        assert promised in (True, None)
        assert sides(case, direction).disagree_on({"thing": value})
    else:
        assert promised in (False, None) or case.also, "a break that values decide needs a witness"


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("case", VALUE_CASES, ids=name_of)
def test_no_generated_value_contradicts_the_levels(case: Case, direction: Direction) -> None:
    promised = has_witness(case, direction)
    if promised is None:
        return
    both = [flat(contract(edits, (direction,)), MESSAGE_OF[direction]) for edits in (case.old, case.new)]
    values = [value for schema in both for value in variety(schema)]
    assert bool(sides(case, direction).witness(values)) is promised


SAFE_CASES = [
    pytest.param(case, direction, id=f"{case.rule} {direction}")
    for case in VALUE_CASES
    for direction in DIRECTIONS
    if has_witness(case, direction) is False
]


@pytest.mark.parametrize(("case", "direction"), SAFE_CASES)
def test_no_random_value_breaks_a_safe_change(case: Case, direction: Direction) -> None:
    sender = case.old if direction == "request" else case.new
    schema = flat(contract(sender, (direction,)), MESSAGE_OF[direction])
    judge = sides(case, direction)

    @settings(max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(valid_values(schema))
    def attack(value: Any) -> None:
        assume(judge.sends(value))  # not a newline at the end, where Python's `$` takes one
        assert not judge.disagree_on(value)

    attack()
