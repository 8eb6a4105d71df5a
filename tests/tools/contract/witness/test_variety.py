"""The generated values are close to every limit of a schema."""

from typing import Any

import pytest

from tools.contract.rules.cases.small_contract import contract, struct, thing
from tools.contract.witness.flat import Focus, Vary, flat
from tools.contract.witness.variety import variety
from tools.generation.source import Place

THING = Place("things.json", "Thing")
ASK = Place("things.json", "AskRequest")
TEXT = {"type": "string"}


def whole(schema: dict[str, Any]) -> dict[str, Any]:
    return flat(contract(thing(schema)), THING)


@pytest.mark.parametrize("value", ["", "text", 2**70, None, b"text", [], {}])
def test_values_of_every_type_are_generated(value: Any) -> None:
    assert value in list(variety(whole(TEXT)))


def test_values_on_both_sides_of_each_bound_are_generated() -> None:
    tried = list(variety(whole({"type": "integer", "minimum": 10, "maximum": 20})))
    assert {9, 10, 11, 19, 20, 21} <= {value for value in tried if type(value) is int}


def test_only_the_way_to_the_edit_varies() -> None:
    bundle = contract(thing(struct({"near": {"type": "integer"}, "far": TEXT}, "near far")))
    schema = flat(bundle, ASK, Focus(THING, "/properties/near"))
    inner = schema["properties"]["thing"]["allOf"][0]
    assert inner["properties"]["near"]["$varies"] is Vary.ALL
    assert inner["properties"]["far"]["$varies"] is Vary.ONE
    inside = [value["thing"] for value in variety(schema) if isinstance(value, dict) and "thing" in value]
    assert {one["far"] for one in inside if isinstance(one, dict) and {"near", "far"} <= one.keys()} == {"xxxx"}
