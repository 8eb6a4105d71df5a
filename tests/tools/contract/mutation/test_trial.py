"""The rules and made-up values agree on small edits of the real contract; the run itself notices when they do not."""

import pytest

from tools.contract.bundle.bundle import Bundle, sound
from tools.contract.comparison.contracts import compare
from tools.contract.mutation.edits import Edit, edits, scaled
from tools.contract.mutation.trial import Tally, chosen, hold_against_values, pairs, promise, tried
from tools.generation.source import load, subschemas

SAMPLE = 40  # of some ten thousand; `make contract-mutation` judges all of them


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return sound(scaled(load()))


@pytest.fixture(scope="module")
def every(bundle: Bundle) -> dict[str, Edit]:
    """Every edit by its name; two of one name would be one edit too few."""
    found = list(edits(bundle.contract))
    assert len({str(edit) for edit in found}) == len(found)
    return {str(edit): edit for edit in found}


def test_rules_and_values_agree_on_a_sample_of_edits(bundle: Bundle, every: dict[str, Edit]) -> None:
    tally = tried(bundle, chosen(list(every.values()), SAMPLE))
    assert tally.disagreements == []
    assert tally.silent == []
    assert tally.edits == SAMPLE
    assert tally.judged["breaks"] > 10
    assert tally.judged["holds"] > 10


def test_every_definition_of_the_contract_is_edited(bundle: Bundle, every: dict[str, Edit]) -> None:
    assert {edit.place for edit in every.values()} == bundle.definitions.keys()
    assert len(every) > 5000


def test_every_keyword_of_the_contract_is_removed_once(bundle: Bundle, every: dict[str, Edit]) -> None:
    labels = {edit.label for edit in every.values()}
    used = {word for one in bundle.definitions.values() for _, schema in subschemas(one) for word in schema}
    assert {f"{keyword} removed" for keyword in used} <= labels


BREAKING = "cancel.json#/$defs/CancelRequest/properties/request_id: maxLength to 127"
HARMLESS = "cancel.json#/$defs/CancelRequest/properties/request_id: maxLength to 129"


def test_rules_that_overlook_a_break_are_caught(bundle: Bundle, every: dict[str, Edit]) -> None:
    edit = every[BREAKING]
    tally, sides = Tally(), list(pairs(edit, bundle, sound(edit.contract), "request"))
    hold_against_values(tally, "overlooked", "request", [], sides)
    (told,) = tally.disagreements
    assert told.startswith("overlooked, request: the rules say nothing; the values show {'request_id': 'xxxx")


def test_rules_that_cry_wolf_are_caught(bundle: Bundle, every: dict[str, Edit]) -> None:
    wolf = compare(bundle, sound(every[BREAKING].contract))
    edit = every[HARMLESS]
    tally, sides = Tally(), list(pairs(edit, bundle, sound(edit.contract), "request"))
    hold_against_values(tally, "wolf", "request", wolf, sides)
    assert tally.disagreements == ["wolf, request: the rules say B7; the values show no value"]


def test_a_rule_of_policy_is_not_held_against_values(bundle: Bundle, every: dict[str, Edit]) -> None:
    edit = every["query.json#/$defs/QueryRequest/properties/window_rows: default changed"]
    findings = compare(bundle, sound(edit.contract))
    assert [finding.rule for finding in findings] == ["D2"]
    assert promise(findings, "request") is None
