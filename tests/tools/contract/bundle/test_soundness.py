"""A contract that cannot be compared is refused with the file, the pointer and the reason."""

from typing import Any

import pytest

from tools.contract.bundle.bundle import sound
from tools.contract.bundle.soundness import KNOWN
from tools.contract.rules.cases.small_contract import DROP, Edits, contract, request, struct, thing
from tools.generation import lint
from tools.generation.source import Contract, ContractError

TEXT = {"type": "string"}
CAT = struct({"kind": {"const": "cat"}}, "kind")


def refused(edits: Edits) -> ContractError:
    """The error when the small contract has these edits."""
    with pytest.raises(ContractError) as caught:
        contract(edits)
    return caught.value


BAD: list[tuple[str, Edits, str, str, str]] = [
    ("dangling", thing({"$ref": "#/$defs/Nobody"}), "things.json", "/$defs/Thing", "points to no definition"),
    (
        "remote",
        thing({"$ref": "https://example.org/a.json#/$defs/B"}),
        "things.json",
        "/$defs/Thing",
        "points to no definition",
    ),
    (
        "recursive",
        thing(struct({"next": {"$ref": "#/$defs/Thing"}})),
        "things.json",
        "/$defs/Thing",
        "contains itself",
    ),
    (
        "recursive through another",
        thing({"$ref": "#/$defs/Other"}, Other={"type": "array", "items": {"$ref": "#/$defs/Thing"}}),
        "things.json",
        "/$defs/Other",
        "contains itself",
    ),
    (
        "duplicate tag",
        thing(
            {"oneOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}], "discriminator": {"propertyName": "kind"}},
            A=CAT,
            B=CAT,
        ),
        "things.json",
        "/$defs/Thing/oneOf",
        'the tag value "cat" occurs twice',
    ),
    ("message twice", {"more.json Again": request("ask")}, "more.json", "/$defs/Again", "is defined twice"),
    (
        "no answer",
        {"things.json AskRequest x-response": "nobody"},
        "things.json",
        "/$defs/AskRequest",
        "x-response 'nobody' is no response",
    ),
    (
        "unknown error",
        {"things.json AskRequest x-errors": ["odd"]},
        "things.json",
        "/$defs/AskRequest",
        "x-errors has the unknown code 'odd'",
    ),
    (
        "no codes",
        {"errors.json ErrorCode": DROP, "errors.json ErrorData properties": {"code": TEXT}},
        "errors.json",
        "/$defs/ErrorCode",
        "needs this",
    ),
    (
        "no table of codes",
        {"errors.json ErrorCode x-common-errors": DROP},
        "errors.json",
        "/$defs/ErrorCode/x-common-errors",
        "the contract needs this list of codes",
    ),
    (
        "no details",
        {"errors.json ErrorCode x-error-codes": {"broken": {"details": "No"}, "lost": {}}},
        "errors.json",
        "/$defs/ErrorCode",
        "the details of 'broken' are not defined",
    ),
    (
        "impossible",
        thing(struct({}, "name")),
        "things.json",
        "/$defs/Thing/required",
        "is required but not allowed",
    ),
    ("no definition", {"things.json Thing": "text"}, "things.json", "/$defs/Thing", "a definition is a JSON object"),
]


@pytest.mark.parametrize(("edits", "file", "pointer", "reason"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD])
def test_an_unsound_contract_is_refused_with_file_pointer_and_reason(
    edits: Edits, file: str, pointer: str, reason: str
) -> None:
    error = refused(edits)
    assert (error.file, error.pointer) == (file, pointer)
    assert reason in error.reason


FORMS = [
    ("type", 7), ("type", []), ("minimum", "1"), ("minimum", True), ("maxLength", -1), ("maxLength", 1.5), ("enum", []),
    ("enum", "text"), ("pattern", "("), ("pattern", 1), ("required", "name"), ("required", [1]), ("properties", []),
    ("properties", {"a": 1}), ("items", []), ("items", True), ("additionalProperties", 1), ("anyOf", []), ("anyOf", {}),
    ("oneOf", [1]), ("discriminator", "kind"), ("x-enum-open", "yes"), ("x-unit", 1),
    ("enum", [[]]), ("x-error-codes", {"a": {"details": 1}}), ("x-reserved", "mode"), ("$ref", 1),
]  # fmt: skip


@pytest.mark.parametrize(("keyword", "value"), FORMS)
def test_a_keyword_with_a_malformed_value_is_named(keyword: str, value: Any) -> None:
    error = refused(thing(struct({"deep": {"type": "array", "items": {keyword: value}}})))
    assert (error.file, error.pointer) == ("things.json", f"/$defs/Thing/properties/deep/items/{keyword}")
    assert error.reason.startswith("must be ")


def test_every_keyword_of_the_subset_has_a_form() -> None:
    assert lint.KEYWORDS <= KNOWN


def test_a_sound_contract_becomes_a_bundle() -> None:
    whole = contract({})
    assert sound(Contract(whole.contract.protocol, whole.contract.files)).version == (0, 1)
