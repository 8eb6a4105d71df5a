"""The second opinion on a change: which value one side accepts and the other refuses."""

from typing import Any

import pytest

from tools.contract.rules.cases.small_contract import contract, struct, thing
from tools.contract.witness.flat import Focus, Vary, flat
from tools.contract.witness.sides import Sides
from tools.contract.witness.variety import variety
from tools.generation.source import Place

THING = Place("things.json", "Thing")
ASK = Place("things.json", "AskRequest")
TEXT = {"type": "string"}
NAMED = struct({"name": TEXT}, "name")


def whole(schema: dict[str, Any]) -> dict[str, Any]:
    return flat(contract(thing(schema)), THING)


def test_a_request_is_judged_strictly_by_the_new_side() -> None:
    sides = Sides(whole(struct({"name": TEXT, "mode": TEXT})), whole(NAMED), "request")
    assert sides.part_them({"name": "a", "mode": "b"})
    assert not sides.part_them({"name": "a"})


def test_a_response_is_read_with_unknown_keys_ignored() -> None:
    sides = Sides(whole(NAMED), whole(struct({"name": TEXT, "mode": TEXT}, "name")), "response")
    assert not sides.part_them({"name": "a", "mode": "b"})
    assert not sides.part_them({"name": 7}), "what nobody may send shows nothing"


def test_a_key_that_an_old_reader_knows_must_be_what_it_was_promised() -> None:
    open_now = {**NAMED, "properties": {}, "required": [], "additionalProperties": True}
    assert Sides(whole(NAMED), whole(open_now), "response").part_them({"name": 7})


@pytest.mark.parametrize("value", ["", "text", 2**70, None, b"text", [], {}])
def test_values_of_every_family_are_tried(value: Any) -> None:
    assert value in list(variety(whole(TEXT)))


def test_values_beside_each_bound_are_tried() -> None:
    tried = list(variety(whole({"type": "integer", "minimum": 10, "maximum": 20})))
    assert {9, 10, 11, 19, 20, 21} <= {value for value in tried if type(value) is int}


def test_only_what_leads_to_the_edit_varies() -> None:
    bundle = contract(thing(struct({"near": {"type": "integer"}, "far": TEXT}, "near far")))
    schema = flat(bundle, ASK, Focus(THING, "/properties/near"))
    inner = schema["properties"]["thing"]["allOf"][0]
    assert inner["properties"]["near"]["$leads"] is Vary.ALL
    assert inner["properties"]["far"]["$leads"] is Vary.ONE
    inside = [value["thing"] for value in variety(schema) if isinstance(value, dict) and "thing" in value]
    assert {one["far"] for one in inside if isinstance(one, dict) and {"near", "far"} <= one.keys()} == {"xxxx"}


def test_two_schemas_that_differ_in_words_alone_are_parted_by_nothing() -> None:
    old, new = whole(TEXT), whole({**TEXT, "description": "A text."})
    assert Sides(old, new, "request").witness(variety(old)) == []
