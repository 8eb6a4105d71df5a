"""Each rule of the contract, broken once."""

from typing import Any

import pytest

from tests.tools.generation.small_contract import DROP, edited
from tools.generation.lint import Problem, problems
from tools.generation.source import load

THINGS, ERRORS = "things.json", "errors.json"
NAME, BY_NAME = f"{THINGS} ByName properties name", f"{THINGS} ByName"
FIND, FOUND, CODE = f"{THINGS} FindThing", f"{THINGS} FindThingResponse", f"{ERRORS} ErrorCode"
AN_OBJECT = {"description": "d", "type": "object", "additionalProperties": False, "required": [], "properties": {}}
A_NUMBER = {"description": "A number.", "type": "integer", "minimum": 0, "maximum": 1, "x-unit": "bytes"}

BROKEN: list[tuple[dict[str, Any], str]] = [
    ({f"{NAME} $ref": "#/$defs/NoSuch"}, "points to no definition"),
    ({f"{NAME} $ref": "nofile.json#/$defs/Color"}, "points to no definition"),
    ({f"{NAME} $ref": "https://example.invalid/x.json#/$defs/Color"}, "points to no definition"),
    ({f"{NAME} $ref": "#/definitions/Color"}, "points to no definition"),
    ({f"{NAME} uniqueItems": True}, "the keyword 'uniqueItems' is not in our subset"),
    ({f"{NAME} title": "Name"}, "the keyword 'title' is not in our subset"),
    ({f"{BY_NAME} not": {}}, "the keyword 'not' is not in our subset"),
    ({f"{NAME} type": ["string", "null"]}, "type ['string', 'null'] is not one of"),
    ({f"{NAME} type": "text"}, "type 'text' is not one of"),
    ({f"{NAME} type": DROP}, "says neither type nor $ref"),
    ({f"{BY_NAME} properties tags items": DROP}, "an array says what its items are"),
    ({f"{FIND} discriminator": DROP}, "oneOf needs a discriminator"),
    ({f"{BY_NAME} additionalProperties": DROP}, "an object says additionalProperties"),
    ({f"{BY_NAME} required": ["by", "name", "no_such"]}, "required property 'no_such' is not described"),
    ({NAME: AN_OBJECT}, "an object is a definition of its own"),
    (
        {NAME: {"description": "d", "oneOf": [{"$ref": "#/$defs/BySize"}], "discriminator": {"propertyName": "by"}}},
        "a union of objects is a definition of its own",
    ),
    ({f"{NAME} enum": ["a"]}, "an enum is a definition of its own"),
    ({f"{THINGS} Weight x-unit": DROP}, "a number says its x-unit"),
    ({f"{THINGS} BySize properties size x-unit": DROP}, "property 'size' is a number and says no x-unit"),
    ({f"{NAME} default": "x"}, "required property 'name' has a default"),
    ({f"{BY_NAME} properties color default": DROP}, "optional property 'color' has no default"),
    ({f"{BY_NAME} properties color default": None}, "property 'color' has the default null but does not allow null"),
    ({f"{THINGS} BySize properties size maximum": DROP}, "an integer in a request has minimum and maximum"),
    ({f"{THINGS} BySize properties size minimum": DROP}, "an integer in a request has minimum and maximum"),
    ({f"{NAME} maxLength": DROP}, "a string in a request has a maxLength"),
    ({f"{BY_NAME} properties tags maxItems": DROP}, "an array in a request has maxItems"),
    ({f"{BY_NAME} description": DROP}, "has no description"),
    ({f"{THINGS} Weight description": ""}, "has no description"),
    ({f"{NAME} description": DROP}, "property 'name' has no description"),
    ({f"{BY_NAME} x-reserved": ["name"]}, "property 'name' is reserved: it was something else once"),
    ({f"{FOUND} properties fullName": A_NUMBER | {"default": 0}}, "property 'fullName' is not snake_case"),
    ({f"{FOUND} properties _a": A_NUMBER | {"default": 0}}, "property '_a' is not snake_case"),
    ({f"{FOUND} properties class": A_NUMBER | {"default": 0}}, "property 'class' shadows a name"),
    ({f"{FOUND} properties schema": A_NUMBER | {"default": 0}}, "property 'schema' shadows a name"),
    ({f"{FOUND} properties model_dump": A_NUMBER | {"default": 0}}, "property 'model_dump' shadows a name"),
    ({f"{FIND} oneOf 0": AN_OBJECT}, "each branch of oneOf is a $ref"),
    ({f"{FIND} oneOf 0": {"$ref": "#/$defs/Color"}}, "has no required const 'by'"),
    ({f"{BY_NAME} required": ["name"], f"{BY_NAME} properties by default": "name"}, "has no required const 'by'"),
    ({f"{THINGS} BySize properties by const": "name"}, "the tag value 'name' occurs 2 times"),
    ({f"{FOUND} x-message": "find_thing"}, "message 'find_thing' is defined twice"),
    ({f"{FIND} x-kind": "question"}, "x-kind 'question' is not one of"),
    ({f"{FIND} x-since": DROP}, "a message says x-since"),
    ({f"{FIND} x-since": "soon"}, "x-since 'soon' is no version"),
    ({f"{FIND} x-since": "0.9"}, "x-since 0.9 is later than the contract"),
    ({f"{NAME} x-since": "0.9"}, "x-since 0.9 is later than the contract"),
    ({f"{FIND} x-response": DROP}, "a request says x-response"),
    ({f"{FIND} x-errors": DROP}, "a request says x-errors"),
    ({f"{FIND} x-cancellable": DROP}, "a request says x-cancellable"),
    ({f"{FIND} x-idempotent": DROP}, "a request says x-idempotent"),
    ({f"{FIND} x-response": "no_such_response"}, "x-response 'no_such_response' is no response"),
    ({f"{FIND} x-response": "error"}, "x-response 'error' is no response"),
    ({f"{FIND} x-errors": ["no_such"]}, "x-errors has the unknown code 'no_such'"),
    (
        {f"{THINGS} LostResponse": AN_OBJECT | {"x-message": "lost", "x-kind": "response", "x-since": "0.1"}},
        "no request is answered with this response",
    ),
    ({f"{CODE} enum": ["broken", "unknown"]}, "code 'unknown' must stand in both"),
    ({f"{CODE} x-error-codes lost": {"description": "d"}}, "code 'lost' must stand in both"),
    ({f"{CODE} x-common-errors": ["no_such"]}, "x-common-errors has the unknown code 'no_such'"),
    ({f"{CODE} x-error-codes broken details": "NoSuch"}, "the details of 'broken' are not defined"),
    ({"things.schema.json Extra": AN_OBJECT}, "a schema file is named like a Python module"),
    ({"more.json Color": {"description": "d", "type": "string", "enum": ["a"]}}, "is defined in several files"),
    ({f"{ERRORS} Extra": {"description": "d", "anyOf": [{"$ref": "things.json#/$defs/Weight"}]},
      f"{FOUND} properties code": {"$ref": "errors.json#/$defs/ErrorCode", "default": "broken"}},
     "refers in a circle to"),
]  # fmt: skip


def test_the_small_contract_has_no_problem() -> None:
    assert problems(edited({})) == []


def test_the_contract_itself_has_no_problem() -> None:
    assert [str(one) for one in problems(load())] == []


@pytest.mark.parametrize(("edits", "reason"), BROKEN, ids=[f"{reason} {at}" for at, (_, reason) in enumerate(BROKEN)])
def test_a_broken_rule_is_told_with_its_reason(edits: dict[str, Any], reason: str) -> None:
    assert any(reason in one.reason for one in problems(edited(edits))), problems(edited(edits))


def test_a_problem_names_file_and_place() -> None:
    (found,) = problems(edited({f"{NAME} maxLength": DROP}))
    assert found == Problem(THINGS, "/$defs/ByName/properties/name", "a string in a request has a maxLength")
    assert str(found) == "schema/things.json#/$defs/ByName/properties/name: a string in a request has a maxLength"


def test_every_problem_is_told_at_once() -> None:
    found = problems(edited({f"{NAME} maxLength": DROP, f"{FIND} x-since": DROP, f"{THINGS} Weight x-unit": DROP}))
    assert len(found) == 3


def test_a_bound_is_not_asked_for_in_what_only_the_backend_sends() -> None:
    assert problems(edited({f"{FOUND} properties text": {"description": "d", "type": "string", "default": ""}})) == []
