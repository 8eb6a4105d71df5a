"""`contract diff`: its exit codes, its JSON and its text."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.contract.__main__ import main
from tools.contract.bundle.bundle import BUNDLE_FILE, Bundle
from tools.contract.rules.cases.small_contract import Edits, contract, struct, thing
from tools.contract.rules.rule import SAFE_REQUEST, SAFE_RESPONSE, Direction
from tools.generation.source import SCHEMA_FOLDER

ROOT = SCHEMA_FOLDER.parent
TEXT = {"type": "string"}
SMALL = thing(struct({"name": TEXT}, "name"))


def frozen(folder: Path, name: str, edits: Edits) -> str:
    return written(folder / name, contract(edits))


def written(folder: Path, bundle: Bundle) -> str:
    folder.mkdir()
    (folder / BUNDLE_FILE).write_text(bundle.text(), encoding="utf-8")
    return str(folder)


@pytest.fixture
def old(tmp_path: Path) -> str:
    return frozen(tmp_path, "old", SMALL)


def test_without_a_difference_the_exit_code_is_0(old: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", old, old]) == 0
    assert capsys.readouterr().out == "no difference\n"


def test_a_safe_change_is_counted_and_exits_with_0(
    old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = frozen(tmp_path, "new", thing(struct({"name": TEXT, "mode": TEXT}, "name")))
    assert main(["diff", old, new]) == 0
    assert capsys.readouterr().out == "1 SAFE\n"


def test_all_shows_the_safe_changes_too(old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = frozen(tmp_path, "new", thing(struct({"name": TEXT, "mode": TEXT}, "name")))
    assert main(["diff", old, new, "--all"]) == 0
    assert capsys.readouterr().out.startswith("SAFE F1  things.json#/$defs/Thing/properties/mode\n")


def test_a_break_is_explained(old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = frozen(tmp_path, "new", thing(struct({"name": TEXT, "mode": TEXT}, "name mode")))
    assert main(["diff", old, new]) == 1
    assert capsys.readouterr().out == (
        "BREAK F3  things.json#/$defs/Thing/properties/mode\n"
        '  what     required field added: nothing -> "mode"\n'
        "  for whom old clients that send it (ask)\n"
        "  why      Old requests lack it and are refused.\n"
        "  instead  make it optional with a default\n"
        "\n"
        "1 BREAK\n"
    )


def test_a_warning_alone_exits_with_0_and_is_shown(
    old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = frozen(tmp_path, "new", thing({**struct({"name": TEXT}, "name"), "additionalProperties": True}))
    assert main(["diff", old, new]) == 0
    output = capsys.readouterr().out
    assert output.startswith("WARN F13  things.json#/$defs/Thing\n")
    assert output.endswith("1 WARN\n")


def test_the_json_contains_every_finding(old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = frozen(tmp_path, "new", thing(struct({"mode": {"type": "integer"}})))
    assert main(["diff", old, new, "--format", "json"]) == 1
    findings = json.loads(capsys.readouterr().out)
    assert {(one["rule"], one["level"], one["direction"]) for one in findings} == {
        ("F8", "BREAK", "both"),
        ("F1", "SAFE", "both"),
    }


def test_without_a_difference_the_json_is_an_empty_list(old: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", old, old, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_the_real_command_compares_two_schema_folders(tmp_path: Path) -> None:
    new = shutil.copytree(SCHEMA_FOLDER, tmp_path / "new")
    text = (new / "cancel.json").read_text(encoding="utf-8")
    assert '"maxLength": 128' in text
    (new / "cancel.json").write_text(text.replace('"maxLength": 128', '"maxLength": 12'), encoding="utf-8")
    command = [sys.executable, "-m", "tools.contract", "diff", str(SCHEMA_FOLDER), str(new)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (run.returncode, run.stderr) == (1, "")
    assert "BREAK B7  cancel.json#/$defs/CancelRequest/properties/request_id" in run.stdout
    assert "old clients that send it (cancel)" in run.stdout


def test_a_missing_folder_exits_with_2(old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", old, str(tmp_path / "nothing")]) == 2
    assert "no such file or folder" in capsys.readouterr().err


@pytest.mark.parametrize("uses", ["request", "response"])
def test_a_safe_change_comes_with_the_reason(
    uses: Direction, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few, many = ({"type": "integer", "maximum": size} for size in (1, 2))
    sides = (few, many) if uses == "request" else (many, few)
    old, new = (written(tmp_path / f"{at}", contract(thing(side), (uses,))) for at, side in enumerate(sides))
    assert main(["diff", old, new, "--all"]) == 0
    output = capsys.readouterr().out
    assert f"  for whom nobody ({'ask' if uses == 'request' else 'ask_response'})\n" in output
    assert f"  why      {SAFE_REQUEST if uses == 'request' else SAFE_RESPONSE}\n" in output
