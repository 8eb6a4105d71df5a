"""Reading `schema/`, and the one clear error when it is not one."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tools.generation.small_contract import FILES, edited
from tools.generation import lint
from tools.generation.source import ContractError, Place, load, references, subschemas

PROTOCOL = {"major": 3, "minor": 7}


def written(folder: Path, files: dict[str, Any]) -> Path:
    """A schema folder with these files; a str is written as it is."""
    for name, content in files.items():
        (folder / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return folder


def refusal(folder: Path, files: dict[str, Any]) -> ContractError:
    with pytest.raises(ContractError) as refused:
        load(written(folder, files))
    return refused.value


def test_a_folder_of_schema_files_is_read(tmp_path: Path) -> None:
    contract = load(written(tmp_path, FILES | {"protocol.json": PROTOCOL | {"$comment": "c"}}))
    assert contract.protocol == PROTOCOL
    assert contract.files == FILES
    assert contract.definitions[Place("things.json", "Color")]["enum"] == ["red", "blue"]


def test_a_folder_without_protocol_json_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, FILES)
    assert (error.file, error.pointer) == ("protocol.json", "")
    assert str(error) == f"protocol.json#: missing in {tmp_path.name}/"


@pytest.mark.parametrize("text", ["", "{", '{"$defs": {}', "nonsense", '{"a": 1,}'])
def test_a_file_that_is_no_json_is_named(tmp_path: Path, text: str) -> None:
    error = refusal(tmp_path, FILES | {"protocol.json": PROTOCOL, "broken.json": text})
    assert error.file == "broken.json"
    assert "not readable as JSON" in error.reason


def test_a_file_that_is_no_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_bytes(b"\xff\xfe")
    assert refusal(tmp_path, {"protocol.json": PROTOCOL}).file == "broken.json"


@pytest.mark.parametrize("text", ["[]", "1", "null", '"text"'])
def test_a_file_that_is_no_object_is_named(tmp_path: Path, text: str) -> None:
    error = refusal(tmp_path, {"protocol.json": PROTOCOL, "list.json": text})
    assert (error.file, error.reason) == ("list.json", "a schema file is a JSON object")


@pytest.mark.parametrize("content", [{}, {"$defs": []}, {"$defs": None}])
def test_a_file_without_definitions_is_named_with_the_pointer(tmp_path: Path, content: Any) -> None:
    error = refusal(tmp_path, {"protocol.json": PROTOCOL, "empty.json": content})
    assert (error.file, error.pointer) == ("empty.json", "/$defs")


@pytest.mark.parametrize("protocol", [{}, {"major": 1}, {"major": 1, "minor": "2"}, {"major": 1, "minor": 2.0}])
def test_a_version_that_is_no_pair_of_integers_is_refused(tmp_path: Path, protocol: Any) -> None:
    error = refusal(tmp_path, FILES | {"protocol.json": protocol})
    assert error.file == "protocol.json"
    assert error.pointer in ("/major", "/minor")


@pytest.mark.parametrize("reference", ["#/$defs/NoSuch", "other.json#/$defs/Color", "Color", ""])
def test_a_reference_to_nothing_is_an_error_with_file_and_reference(reference: str) -> None:
    with pytest.raises(ContractError) as refused:
        edited({}).target("things.json", reference)
    assert (refused.value.file, refused.value.pointer) == ("things.json", reference)
    assert str(refused.value) == f"things.json#{reference}: this $ref points to no definition"


def test_a_dangling_reference_is_one_problem_of_the_contract() -> None:
    (problem,) = lint.problems(edited({"things.json ByName properties color": {"$ref": "#/$defs/NoSuch"}}))
    assert (problem.file, problem.pointer) == ("things.json", "/$defs/ByName")
    assert "'#/$defs/NoSuch'" in problem.reason


def test_a_reference_is_followed_in_its_own_file_and_into_another() -> None:
    contract = edited({})
    assert contract.target("things.json", "#/$defs/Color") == Place("things.json", "Color")
    assert contract.target("things.json", "errors.json#/$defs/ErrorCode") == Place("errors.json", "ErrorCode")


def test_messages_are_read_with_their_pairing() -> None:
    found = {message.type: message for message in edited({}).messages()}
    assert list(found) == ["error", "find_thing", "find_thing_response"]
    request = found["find_thing"]
    assert (request.kind, request.response, request.errors) == ("request", "find_thing_response", ("broken",))
    assert (request.cancellable, request.idempotent, request.since) == (False, True, "0.1")
    assert request.place == Place("things.json", "FindThing")
    assert found["find_thing_response"].response is None


def test_error_codes_are_read_with_their_details() -> None:
    contract = edited({})
    assert contract.error_codes() == {"broken": {"description": "It broke.", "details": "BrokenDetails"}}
    assert contract.common_errors() == ["broken"]


def test_what_a_definition_reaches_is_followed_to_the_end_and_circles_stop() -> None:
    contract = edited({"things.json Color": {"description": "d", "anyOf": [{"$ref": "#/$defs/ByName"}]}})
    found = {place.name for place in contract.reachable(Place("things.json", "FindThing"))}
    assert found == {"FindThing", "ByName", "BySize", "Color"}


def test_what_a_client_sends_is_what_its_requests_reach() -> None:
    found = {place.name for place in edited({}).in_requests()}
    assert found == {"FindThing", "ByName", "BySize", "Color"}


def test_the_properties_of_a_union_are_those_of_its_branches() -> None:
    found = edited({}).properties(Place("things.json", "FindThing"))
    assert set(found) == {"by", "name", "color", "tags", "owner", "size"}


def test_every_nested_schema_is_walked_with_its_pointer() -> None:
    definition = FILES["things.json"]["$defs"]["ByName"]
    pointers = [pointer for pointer, _ in subschemas(definition, "/$defs/ByName")]
    assert pointers[0] == "/$defs/ByName"
    assert "/$defs/ByName/properties/tags/items" in pointers
    assert "/$defs/ByName/properties/owner/anyOf/1" in pointers
    assert list(references(definition)) == ["#/$defs/Color"]
    of_map = dict(subschemas({"type": "object", "additionalProperties": {"type": "string"}}))
    assert of_map["/additionalProperties"] == {"type": "string"}
