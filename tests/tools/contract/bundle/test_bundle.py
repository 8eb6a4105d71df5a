"""Reading a contract to compare, and refusing what is not one."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.contract.bundle.bundle import BUNDLE_FILE, read_bundle
from tools.contract.comparison.contracts import compare
from tools.contract.rules.cases.small_contract import contract, struct, thing
from tools.generation.source import SCHEMA_FOLDER, ContractError, Place

TEXT = {"type": "string"}


def written(path: Path, value: Any) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def test_the_real_contract_is_read() -> None:
    bundle = read_bundle(SCHEMA_FOLDER)
    assert bundle.messages["query"].response == "query_response"
    assert bundle.by_pointer["query.json#/$defs/SqlText"]["type"] == "string"
    assert Place("values.json", "Cell") in bundle.reach[Place("query.json", "QueryRequest")]


def test_a_written_bundle_is_read_back_as_the_same_contract(tmp_path: Path) -> None:
    bundle = read_bundle(SCHEMA_FOLDER)
    file = written(tmp_path / BUNDLE_FILE, bundle.text())
    assert compare(bundle, read_bundle(file)) == []
    assert compare(bundle, read_bundle(tmp_path)) == []
    assert read_bundle(file).text() == bundle.text()


def test_resolvable_references_name_their_file() -> None:
    bundle = contract(thing({"$ref": "#/$defs/Part"}, Part=TEXT))
    assert bundle.resolvable[Place("things.json", "Thing")] == {"$ref": "things.json#/$defs/Part"}


def test_a_default_that_looks_like_a_reference_is_not_changed() -> None:
    bundle = contract(thing(struct({"a": {"type": "object", "default": {"$ref": "#/$defs/Part"}}})))
    assert bundle.resolvable[Place("things.json", "Thing")]["properties"]["a"]["default"] == {"$ref": "#/$defs/Part"}


FILES: list[tuple[Any, str, str]] = [
    ("{", "", "not readable as JSON"),
    ("[]", "", "a bundle is a JSON object"),
    ({}, "/protocol", "major and minor"),
    ({"protocol": {"major": 0, "minor": "1"}}, "/protocol", "major and minor"),
    ({"protocol": {"major": 0, "minor": 1}}, "/files", "holds the schema files"),
    ({"protocol": {"major": 0, "minor": 1}, "files": {"a.json": {}}}, "/files/a.json", "definitions in $defs"),
]


@pytest.mark.parametrize(("content", "pointer", "reason"), FILES)
def test_a_malformed_bundle_file_is_refused(tmp_path: Path, content: Any, pointer: str, reason: str) -> None:
    with pytest.raises(ContractError) as caught:
        read_bundle(written(tmp_path / BUNDLE_FILE, content))
    assert (caught.value.file, caught.value.pointer) == (BUNDLE_FILE, pointer)
    assert reason in caught.value.reason


def test_a_bundle_file_that_is_not_utf8_or_is_missing_is_refused(tmp_path: Path) -> None:
    (tmp_path / BUNDLE_FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(ContractError, match="not readable as JSON"):
        read_bundle(tmp_path)
    with pytest.raises(ContractError, match="no such file or folder"):
        read_bundle(tmp_path / "nothing.json")


def test_a_folder_without_a_contract_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        read_bundle(tmp_path)
    assert caught.value.file == "protocol.json"
