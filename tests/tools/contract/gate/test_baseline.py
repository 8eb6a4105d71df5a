"""Reading baselines, and refusing one that is not what was frozen."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.contract.edits import set_version
from tools.contract.bundle.bundle import read_bundle
from tools.contract.gate.baseline import Tampered, read_baselines
from tools.contract.gate.freeze import freeze
from tools.generation import frames
from tools.generation.source import load


def baseline_of(schema: Path) -> Path:
    return schema / "baselines" / "0.1"


def refusal(schema: Path) -> tuple[str, str, str]:
    """File, pointer and reason of the refusal."""
    with pytest.raises(Tampered) as refused:
        read_baselines(schema)
    return refused.value.file, refused.value.pointer, refused.value.reason


def change(file: Path, *steps: Any, value: Any) -> None:
    """Set one value in a JSON file."""
    content = json.loads(file.read_text(encoding="utf-8"))
    target = content
    for step in steps[:-1]:
        target = target[step]
    target[steps[-1]] = value
    file.write_text(json.dumps(content, indent=1), encoding="utf-8")


def test_a_baseline_holds_the_contract_its_frames_and_their_hashes(schema: Path) -> None:
    assert {one.name for one in baseline_of(schema).iterdir()} == {"bundle.json", "frames.json", "hashes.json"}
    (baseline,) = read_baselines(schema)
    assert (baseline.name, baseline.version) == ("0.1", (0, 1))
    assert baseline.bundle.text() == read_bundle(schema).text()
    assert baseline.frames == frames.content(load(schema))


def test_a_contract_without_the_folder_has_no_baselines(unfrozen: Path) -> None:
    assert read_baselines(unfrozen) == []


def test_baselines_are_ordered_by_version(schema: Path) -> None:
    for minor in (10, 2):
        set_version(schema, 0, minor)
        freeze(f"0.{minor}", schema)
    assert [baseline.name for baseline in read_baselines(schema)] == ["0.1", "0.2", "0.10"]


def test_a_changed_definition_is_named(schema: Path) -> None:
    steps = ("files", "query.json", "$defs", "SqlText", "maxLength")
    change(baseline_of(schema) / "bundle.json", *steps, value=10)
    assert refusal(schema) == (
        "schema/baselines/0.1/bundle.json",
        "/files/query.json/$defs/SqlText",
        "was changed after it was frozen; restore it from version control",
    )


def test_a_removed_and_an_added_definition_are_named(schema: Path, original: Path) -> None:
    bundle = baseline_of(schema) / "bundle.json"
    content = json.loads(bundle.read_text(encoding="utf-8"))
    del content["files"]["query.json"]["$defs"]["SqlText"]
    bundle.write_text(json.dumps(content), encoding="utf-8")
    assert refusal(schema)[1] == "/files/query.json/$defs/SqlText"
    shutil.copy(baseline_of(original) / "bundle.json", bundle)
    change(bundle, "files", "query.json", "$defs", "Another", value={"type": "null"})
    assert refusal(schema)[1] == "/files/query.json/$defs/Another"


def test_a_changed_frame_is_named_by_its_message(schema: Path) -> None:
    change(baseline_of(schema) / "frames.json", "messages", "query", "valid", 0, "hex", value="00")
    assert refusal(schema)[:2] == ("schema/baselines/0.1/frames.json", "/messages/query")


def test_a_raised_version_in_the_bundle_is_named(schema: Path) -> None:
    change(baseline_of(schema) / "bundle.json", "protocol", "minor", value=2)
    assert refusal(schema)[:2] == ("schema/baselines/0.1/bundle.json", "/protocol/minor")


@pytest.mark.parametrize("name", ["bundle.json", "frames.json"])
def test_equivalent_but_different_bytes_are_refused(schema: Path, name: str) -> None:
    file = baseline_of(schema) / name
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert refusal(schema)[:2] == (f"schema/baselines/0.1/{name}", "")


@pytest.mark.parametrize("name", ["bundle.json", "frames.json"])
def test_a_file_that_is_no_longer_json_is_refused(schema: Path, name: str) -> None:
    (baseline_of(schema) / name).write_bytes(b"\xff{")
    assert refusal(schema)[0] == f"schema/baselines/0.1/{name}"


@pytest.mark.parametrize("name", ["bundle.json", "frames.json", "hashes.json"])
def test_a_missing_file_is_named(schema: Path, name: str) -> None:
    (baseline_of(schema) / name).unlink()
    assert refusal(schema)[0] == f"schema/baselines/0.1/{name}"


@pytest.mark.parametrize("content", ["[]", "{}", '{"bundle.json": "x"}', '{"bundle.json": {}}'])
def test_malformed_hashes_are_named(schema: Path, content: str) -> None:
    (baseline_of(schema) / "hashes.json").write_text(content, encoding="utf-8")
    assert refusal(schema)[:2] == ("schema/baselines/0.1/hashes.json", "/bundle.json")


def test_a_file_that_does_not_belong_there_is_named(schema: Path) -> None:
    (baseline_of(schema) / "notes.txt").touch()
    assert refusal(schema)[0] == "schema/baselines/0.1/notes.txt"


@pytest.mark.parametrize("name", ["notes", "0.1-old", ".0.2.part", "v1"])
def test_a_folder_that_is_not_a_version_is_named(schema: Path, name: str) -> None:
    (schema / "baselines" / name).mkdir()
    assert refusal(schema)[0] == f"schema/baselines/{name}"


def test_a_baseline_under_another_name_is_refused(schema: Path) -> None:
    shutil.copytree(baseline_of(schema), schema / "baselines" / "0.2")
    assert refusal(schema) == ("schema/baselines/0.2/bundle.json", "/protocol", "is version 0.1")


def test_baselines_are_not_part_of_the_contract(schema: Path) -> None:
    (schema / "baselines" / "acknowledged.json").write_text("[]", encoding="utf-8")
    assert load(schema).files.keys() == load().files.keys()
    assert [baseline.name for baseline in read_baselines(schema)] == ["0.1"]


def test_line_endings_converted_by_git_are_recognized(schema: Path) -> None:
    file = baseline_of(schema) / "bundle.json"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert "other line endings" in refusal(schema)[2]


@pytest.mark.parametrize("name", [".DS_Store", ".gitkeep"])
def test_hidden_files_beside_the_baselines_are_ignored(schema: Path, name: str) -> None:
    (schema / "baselines" / name).touch()
    assert [one.name for one in read_baselines(schema)] == ["0.1"]


@pytest.mark.parametrize("name", ["bundle.json", "frames.json", "hashes.json"])
def test_a_missing_file_comes_with_advice(schema: Path, name: str) -> None:
    (baseline_of(schema) / name).unlink()
    assert refusal(schema)[2] == "cannot be read: No such file or directory; restore it from version control"
