"""Which values one side accepts and the other refuses."""

from typing import Any

from tools.contract.rules.cases.small_contract import contract, struct, thing
from tools.contract.witness.flat import flat
from tools.contract.witness.sides import Sides
from tools.contract.witness.variety import variety
from tools.generation.source import Place

THING = Place("things.json", "Thing")
ASK = Place("things.json", "AskRequest")
TEXT = {"type": "string"}
NAMED = struct({"name": TEXT}, "name")


def whole(schema: dict[str, Any]) -> dict[str, Any]:
    return flat(contract(thing(schema)), THING)


def test_the_new_side_reads_requests_strictly() -> None:
    sides = Sides(whole(struct({"name": TEXT, "mode": TEXT})), whole(NAMED), "request")
    assert sides.disagree_on({"name": "a", "mode": "b"})
    assert not sides.disagree_on({"name": "a"})


def test_the_old_side_ignores_unknown_keys_of_responses() -> None:
    sides = Sides(whole(NAMED), whole(struct({"name": TEXT, "mode": TEXT}, "name")), "response")
    assert not sides.disagree_on({"name": "a", "mode": "b"})
    assert not sides.disagree_on({"name": 7}), "a value that nobody may send proves nothing"


def test_the_old_side_checks_the_keys_that_it_knows() -> None:
    open_now = {**NAMED, "properties": {}, "required": [], "additionalProperties": True}
    assert Sides(whole(NAMED), whole(open_now), "response").disagree_on({"name": 7})


def test_schemas_that_differ_only_in_a_description_have_no_witness() -> None:
    old, new = whole(TEXT), whole({**TEXT, "description": "A text."})
    assert Sides(old, new, "request").witness(variety(old)) == []
