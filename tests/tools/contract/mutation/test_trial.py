"""The rules and generated values agree on edits of the real contract, and the trial notices if they do not."""

from tools.contract.bundle.bundle import Bundle, sound
from tools.contract.comparison.contracts import compare
from tools.contract.mutation.edits import Edit
from tools.contract.mutation.trial import Tally, chosen, compare_with_values, pairs, promise, tried

SAMPLE = 40  # of about ten thousand; `make contract-mutation` tries all of them


def test_rules_and_values_agree_on_a_sample_of_edits(bundle: Bundle, every: dict[str, Edit]) -> None:
    tally = tried(bundle, chosen(list(every.values()), SAMPLE))
    assert tally.disagreements == []
    assert tally.silent == []
    assert tally.edits == SAMPLE
    assert tally.judged["breaks"] > 10
    assert tally.judged["holds"] > 10


BREAKING = "cancel.json#/$defs/CancelRequest/properties/request_id: maxLength to 127"
HARMLESS = "cancel.json#/$defs/CancelRequest/properties/request_id: maxLength to 129"


def test_rules_that_miss_a_break_are_noticed(bundle: Bundle, every: dict[str, Edit]) -> None:
    edit = every[BREAKING]
    tally, sides = Tally(), list(pairs(edit, bundle, sound(edit.contract), "request"))
    compare_with_values(tally, "overlooked", "request", [], sides)
    (told,) = tally.disagreements
    assert told.startswith("overlooked, request: the rules say nothing; the values show {'request_id': 'xxxx")


def test_rules_that_report_a_false_break_are_noticed(bundle: Bundle, every: dict[str, Edit]) -> None:
    wolf = compare(bundle, sound(every[BREAKING].contract))
    edit = every[HARMLESS]
    tally, sides = Tally(), list(pairs(edit, bundle, sound(edit.contract), "request"))
    compare_with_values(tally, "wolf", "request", wolf, sides)
    assert tally.disagreements == ["wolf, request: the rules say B7; the values show no value"]


def test_a_policy_rule_is_not_compared_with_values(bundle: Bundle, every: dict[str, Edit]) -> None:
    edit = every["query.json#/$defs/QueryRequest/properties/window_rows: default changed"]
    findings = compare(bundle, sound(edit.contract))
    assert [finding.rule for finding in findings] == ["D2"]
    assert promise(findings, "request") is None
