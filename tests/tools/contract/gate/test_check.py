"""`contract check`: its output, its exit codes, and one line for each bad input."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.edits import (
    add_message,
    add_value_to_an_open_enum,
    apply,
    remove_response_field,
    set_version,
)
from tests.contract.older import ROOT
from tests.tools.contract.command import one_line, run


def test_without_a_baseline_the_check_passes(unfrozen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", schema=unfrozen) == 0
    assert capsys.readouterr().out == "no version is frozen yet: nothing to compare with\n"


def test_the_real_contract_passes() -> None:
    command = [sys.executable, "-m", "tools.contract", "check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_break_that_the_version_allows_is_only_counted(schema: Path, capsys: pytest.CaptureFixture[str]) -> None:
    apply(schema, remove_response_field)
    set_version(schema, 0, 2)
    assert run("check", schema=schema) == 0
    assert capsys.readouterr().out.startswith("against 0.1 (0.1): 1 BREAK")


def test_a_tampered_baseline_fails_every_command_that_needs_it(
    schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = schema / "baselines" / "0.1" / "bundle.json"
    text = bundle.read_text(encoding="utf-8")
    at = text.index('"QueryRequest"')
    bundle.write_text(text[:at] + text[at:].replace('"sql"', '"sqk"', 1), encoding="utf-8")
    place = "schema/baselines/0.1/bundle.json#/files/query.json/$defs/QueryRequest: was changed after it was frozen"
    assert run("check", schema=schema) == 1
    assert place in one_line(capsys)
    assert run("freeze", "0.1", schema=schema) == 1
    assert place in one_line(capsys)
    assert run("changelog", schema=schema) != 0
    assert place in one_line(capsys)


@pytest.mark.parametrize(
    ("file", "content", "place"),
    [
        ("query.json", "{", "query.json#: not readable as JSON"),
        ("query.json", "[]", "query.json#: a schema file is a JSON object"),
        ("query.json", '{"$defs": []}', "query.json#/$defs: "),
        ("protocol.json", '{"major": 0}', "protocol.json#/minor: must be an integer"),
        ("baselines/acknowledged.json", "{}", "acknowledged.json#: must be an array"),
        ("baselines/acknowledged.json", '[{"rule": "B6"}]', "acknowledged.json#/0: "),
    ],
)
def test_an_unreadable_file_is_named_in_one_line_with_exit_code_2(
    file: str, content: str, place: str, schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (schema / file).write_text(content, encoding="utf-8")
    assert run("check", schema=schema) == 2
    assert place in one_line(capsys)


def test_a_folder_without_a_contract_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", schema=tmp_path / "nothing") == 2
    assert "nothing#: no such file or folder" in one_line(capsys)
    assert run("check", schema=tmp_path) == 2
    assert "protocol.json#: missing" in one_line(capsys)


def test_each_problem_is_one_line(schema: Path, capsys: pytest.CaptureFixture[str]) -> None:
    apply(schema, add_message)
    apply(schema, remove_response_field)
    assert run("check", schema=schema) == 1
    problems = capsys.readouterr().err.splitlines()
    assert len(problems) >= 2
    assert all(problem.startswith("schema/") for problem in problems)


def test_findings_are_the_same_in_every_run(schema: Path) -> None:
    apply(schema, add_value_to_an_open_enum)
    frozen = str(schema / "baselines" / "0.1")
    command = [sys.executable, "-m", "tools.contract", "diff", frozen, str(schema), "--format", "json", "--all"]
    outputs = {
        subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert json.loads(outputs.pop())
