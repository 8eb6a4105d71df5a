"""Samples made from a schema alone."""

import json
from typing import Any

import pytest

from tests.tools.generation.small_contract import edited
from tools.generation.oracle import Oracle
from tools.generation.samples import generate, invalid, valid
from tools.generation.source import Place
from tools.generation.tagged_json import from_json

FIND = Place("things.json", "FindThing")
FULL = {"by": "name", "name": "text", "color": "red", "tags": ["text"], "owner": "text"}


def valid_samples() -> dict[str, Any]:
    return dict(valid(edited({}), FIND))


def invalid_samples() -> dict[str, tuple[str, Any]]:
    return {name: (path, data) for name, path, data in invalid(edited({}), FIND)}


def test_each_branch_of_a_union_has_its_smallest_and_its_fullest_sample() -> None:
    found = valid_samples()
    assert found["ByName minimal"] == {"by": "name", "name": "text"}
    assert found["ByName full"] == FULL
    assert found["BySize minimal"] == {"by": "size", "size": 3}


def test_each_bound_enum_value_and_alternative_has_a_valid_sample() -> None:
    found = valid_samples()
    assert found["BySize size at its minimum"]["size"] == 0
    assert found["BySize size at its maximum"]["size"] == 9
    assert found["ByName name at its maxLength"]["name"] == "x" * 10
    assert found["ByName color is blue"]["color"] == "blue"
    assert found["ByName owner as null"]["owner"] is None
    assert found["ByName owner as string"]["owner"] == "text"


def test_each_rule_has_a_sample_that_breaks_it_alone() -> None:
    found = invalid_samples()
    assert found["ByName without name"] == ("/data/name", {key: FULL[key] for key in FULL if key != "name"})
    assert found["ByName name is null"] == ("/data/name", FULL | {"name": None})
    assert found["ByName name is of a wrong type"] == ("/data/name", FULL | {"name": 7})
    assert found["ByName name longer than its maxLength"] == ("/data/name", FULL | {"name": "x" * 11})
    assert found["ByName color is no value of the enum"] == ("/data/color", FULL | {"color": "no_such_value"})
    assert found["ByName with an unknown by"] == ("/data/by", FULL | {"by": "no_such_value"})
    assert found["ByName with an unknown field"] == ("/data/no_such_field", FULL | {"no_such_field": 1})
    assert found["BySize size below its minimum"] == ("/data/size", {"by": "size", "size": -1})
    assert found["BySize size above its maximum"] == ("/data/size", {"by": "size", "size": 10})
    assert found["not a map"] == ("/data", [1])


def test_the_schema_accepts_every_valid_sample_and_refuses_every_invalid_one() -> None:
    oracle = Oracle(edited({}))
    assert [name for name, data in valid_samples().items() if not oracle.accepts(FIND, data)] == []
    assert [name for name, (_, data) in invalid_samples().items() if oracle.accepts(FIND, data)] == []


def test_a_value_of_a_later_version_is_valid_only_where_the_enum_is_open() -> None:
    opened = edited({"things.json Color x-enum-open": True})
    later = [data for name, data in valid(opened, FIND) if name.endswith("color is a value of a later version")]
    assert [data["color"] for data in later] == ["value_of_a_later_version"]
    assert Oracle(opened).accepts(FIND, later[0])
    assert not Oracle(edited({})).accepts(FIND, later[0])
    assert "ByName color is no value of the enum" not in {name for name, _, _ in invalid(opened, FIND)}


def test_a_very_long_bound_is_no_sample() -> None:
    long = edited({"things.json ByName properties name maxLength": 1_000_000})
    assert max(len(json.dumps(data)) for _, data in valid(long, FIND)) < 1000


def test_each_message_has_one_file_of_tagged_json() -> None:
    files = generate(edited({}))
    assert set(files) == {"error.json", "find_thing.json", "find_thing_response.json"}
    content = json.loads(files["find_thing.json"])
    assert content["type"] == "find_thing"
    assert {one["name"]: from_json(one["data"]) for one in content["valid"]} == valid_samples()
    assert {one["name"]: (one["path"], from_json(one["data"])) for one in content["invalid"]} == invalid_samples()


@pytest.mark.parametrize("name", ["find_thing.json", "error.json"])
def test_samples_are_the_same_in_every_run(name: str) -> None:
    assert generate(edited({}))[name] == generate(edited({}))[name]


NESTED = {
    "things.json Box": {
        "description": "A box.",
        "type": "object",
        "additionalProperties": False,
        "required": ["height"],
        "properties": {
            "height": {"description": "How high.", "type": "integer", "minimum": 1, "maximum": 5, "x-unit": "cm"},
            "label": {
                "description": "What it says.",
                "type": "string",
                "minLength": 2,
                "maxLength": 3,
                "default": "ab",
            },
        },
    },
    "things.json BySize properties box": {
        "description": "The box, or null.",
        "anyOf": [{"$ref": "#/$defs/Box"}, {"type": "null"}],
        "default": None,
    },
    "things.json BySize properties boxes": {
        "description": "Boxes.",
        "type": "array",
        "maxItems": 3,
        "items": {"$ref": "#/$defs/Box"},
        "default": [],
    },
    "things.json BySize properties rows": {
        "description": "How many are in each row.",
        "type": "array",
        "maxItems": 3,
        "items": {"description": "Of one row.", "type": "integer", "minimum": 1, "maximum": 5, "x-unit": "boxes"},
        "default": [],
    },
}


def test_bounds_inside_of_objects_and_arrays_have_samples_too() -> None:
    found = dict(valid(edited(NESTED), FIND, sparse=True))
    assert found["BySize box with height at its maximum"] == {"by": "size", "size": 3, "box": {"height": 5}}
    assert found["BySize box with label at its minLength"]["box"] == {"height": 3, "label": "xx"}
    assert found["BySize box as null"]["box"] is None


def test_what_is_inside_of_a_definition_has_its_samples_once_in_a_message() -> None:
    found = [name for name, _ in valid(edited(NESTED), FIND, sparse=True)]
    assert [name for name in found if "height at its maximum" in name] == ["BySize box with height at its maximum"]
    refused = {name: (path, data) for name, path, data in invalid(edited(NESTED), FIND, sparse=True)}
    assert [name for name in refused if "height that below its minimum" in name] == [
        "BySize box with height that below its minimum"
    ]
    assert refused["BySize boxes with an item that is of a wrong type"] == (
        "/data/boxes/0",
        {"by": "size", "size": 3, "boxes": ["{}"]},
    )


def test_a_refusal_inside_of_an_object_or_array_is_named_by_its_place() -> None:
    found = {name: (path, data) for name, path, data in invalid(edited(NESTED), FIND, sparse=True)}
    size = {"by": "size", "size": 3}
    assert found["BySize box with height that below its minimum"] == ("/data/box/height", size | {"box": {"height": 0}})
    assert found["BySize rows with an item that below its minimum"] == ("/data/rows/0", size | {"rows": [0]})
    oracle = Oracle(edited(NESTED))
    assert [name for name, (_, data) in found.items() if oracle.accepts(FIND, data)] == []


def test_the_bounds_of_a_nullable_value_are_broken_too() -> None:
    nullable = {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 9}, {"type": "null"}], "description": "Or null."}
    changed = edited({"things.json BySize properties size": nullable})
    found = {name: data for name, _, data in invalid(changed, FIND)}
    assert found["BySize size below its minimum"]["size"] == -1
    assert "BySize size is null" not in found
