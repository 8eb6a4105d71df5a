"""Reading a contract to compare, and the one clear message when that cannot be done."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.contract.__main__ import main
from tools.contract.bundle.bundle import BUNDLE_FILE, read_bundle, sound
from tools.contract.bundle.soundness import KNOWN
from tools.contract.comparison.contracts import compare
from tools.contract.rules.cases.small_contract import DROP, Edits, contract, request, struct, thing
from tools.generation import lint
from tools.generation.source import SCHEMA_FOLDER, Contract, ContractError, Place

TEXT = {"type": "string"}
CAT = struct({"kind": {"const": "cat"}}, "kind")


def refused(edits: Edits) -> ContractError:
    """What reading the small contract with these edits says, as a bundle file."""
    with pytest.raises(ContractError) as caught:
        contract(edits)
    return caught.value


def written(path: Path, value: Any) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def test_the_real_contract_is_read() -> None:
    bundle = read_bundle(SCHEMA_FOLDER)
    assert bundle.messages["query"].response == "query_response"
    assert bundle.by_pointer["query.json#/$defs/SqlText"]["type"] == "string"
    assert Place("values.json", "Cell") in bundle.reach[Place("query.json", "QueryRequest")]


def test_a_bundle_that_was_written_is_read_back_as_the_same_contract(tmp_path: Path) -> None:
    bundle = read_bundle(SCHEMA_FOLDER)
    file = written(tmp_path / BUNDLE_FILE, bundle.text())
    assert compare(bundle, read_bundle(file)) == []
    assert compare(bundle, read_bundle(tmp_path)) == []
    assert read_bundle(file).text() == bundle.text()


def test_references_name_their_file_wherever_they_stand() -> None:
    bundle = contract(thing({"$ref": "#/$defs/Part"}, Part=TEXT))
    assert bundle.resolvable[Place("things.json", "Thing")] == {"$ref": "things.json#/$defs/Part"}


def test_a_default_that_looks_like_a_reference_is_left_alone() -> None:
    bundle = contract(thing(struct({"a": {"type": "object", "default": {"$ref": "#/$defs/Part"}}})))
    assert bundle.resolvable[Place("things.json", "Thing")]["properties"]["a"]["default"] == {"$ref": "#/$defs/Part"}


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
        "recursive by way of another",
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
        "is required and cannot be there",
    ),
    ("no definition", {"things.json Thing": "text"}, "things.json", "/$defs/Thing", "a definition is a JSON object"),
]


@pytest.mark.parametrize(("edits", "file", "pointer", "reason"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD])
def test_an_unsound_contract_is_named_with_file_pointer_and_reason(
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
def test_a_keyword_with_a_value_of_a_wrong_form_is_named(keyword: str, value: Any) -> None:
    error = refused(thing(struct({"deep": {"type": "array", "items": {keyword: value}}})))
    assert (error.file, error.pointer) == ("things.json", f"/$defs/Thing/properties/deep/items/{keyword}")
    assert error.reason.startswith("must be ")


FILES: list[tuple[Any, str, str]] = [
    ("{", "", "not readable as JSON"),
    ("[]", "", "a bundle is a JSON object"),
    ({}, "/protocol", "major and minor"),
    ({"protocol": {"major": 0, "minor": "1"}}, "/protocol", "major and minor"),
    ({"protocol": {"major": 0, "minor": 1}}, "/files", "holds the schema files"),
    ({"protocol": {"major": 0, "minor": 1}, "files": {"a.json": {}}}, "/files/a.json", "definitions in $defs"),
]


@pytest.mark.parametrize(("content", "pointer", "reason"), FILES)
def test_a_bundle_file_of_another_form_is_refused(tmp_path: Path, content: Any, pointer: str, reason: str) -> None:
    with pytest.raises(ContractError) as caught:
        read_bundle(written(tmp_path / BUNDLE_FILE, content))
    assert (caught.value.file, caught.value.pointer) == (BUNDLE_FILE, pointer)
    assert reason in caught.value.reason


def test_a_bundle_file_that_is_no_utf8_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / BUNDLE_FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(ContractError, match="not readable as JSON"):
        read_bundle(tmp_path)
    with pytest.raises(ContractError, match="no such file or folder"):
        read_bundle(tmp_path / "nothing.json")


def test_a_schema_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        read_bundle(tmp_path)
    assert caught.value.file == "protocol.json"


def test_the_command_tells_the_place_in_one_line_and_exits_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = written(tmp_path / "broken.json", "{")
    assert main(["diff", str(SCHEMA_FOLDER), str(broken)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("cannot read the contract: broken.json#: not readable as JSON")
    assert told.err.count("\n") == 1


def test_every_keyword_of_the_subset_has_a_form_to_keep() -> None:
    assert lint.KEYWORDS <= KNOWN


def test_a_sound_contract_gives_a_bundle() -> None:
    whole = contract({})
    assert sound(Contract(whole.contract.protocol, whole.contract.files)).version == (0, 1)
