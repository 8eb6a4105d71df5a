"""`contract check` and `contract freeze` from the outside: words, exit codes, and one line for each bad input."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.edits import (
    add_message,
    add_value_to_an_open_enum,
    apply,
    raise_a_bound_of_an_answer,
    remove_response_field,
    set_version,
)
from tests.contract.older import ROOT, copy_of_the_contract
from tools.contract.__main__ import main
from tools.contract.gate.baseline import read_baselines
from tools.generation.source import load


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    """A contract of version 0.1 that nobody has frozen."""
    found = copy_of_the_contract(tmp_path)
    set_version(found, 0, 1)
    return found


def run(*words: str, schema: Path) -> int:
    return main([*words, "--schema", str(schema)])


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """What was said as an error."""
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    return line


def test_without_a_baseline_the_check_passes_and_says_so(schema: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", schema=schema) == 0
    assert capsys.readouterr().out == "no version is frozen yet: nothing to hold the contract to\n"


def test_the_contract_of_this_checkout_passes() -> None:
    command = [sys.executable, "-m", "tools.contract", "check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_freezing_is_one_step_and_the_check_holds_to_it_at_once(
    schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("freeze", "0.1", schema=schema) == 0
    assert capsys.readouterr().out.endswith("schema/baselines/0.1: commit it, and never edit it\n")
    assert run("check", schema=schema) == 0
    assert capsys.readouterr().out == "against 0.1 (0.1): no difference\n"
    apply(schema, remove_response_field)
    assert run("check", schema=schema) == 1
    assert "BREAK F8 against 0.1" in one_line(capsys)


def test_a_break_that_the_version_allows_is_told_in_the_count(schema: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("freeze", "0.1", schema=schema)
    capsys.readouterr()
    apply(schema, remove_response_field)
    set_version(schema, 0, 2)
    assert run("check", schema=schema) == 0
    assert capsys.readouterr().out.startswith("against 0.1 (0.1): 1 BREAK")


def test_a_contract_that_does_not_pass_is_not_frozen(schema: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("freeze", "0.1", schema=schema)
    capsys.readouterr()
    set_version(schema, 0, 2)
    apply(schema, raise_a_bound_of_an_answer)
    assert run("freeze", "0.2", schema=schema) == 1
    assert one_line(capsys).startswith("not frozen: schema/hello.json#/$defs/Software/properties/version: WARN B6")
    assert [baseline.name for baseline in read_baselines(schema)] == ["0.1"]


@pytest.mark.parametrize(
    ("version", "reason"),
    [("0.2", "the contract says version 0.1"), ("one", "is no version"), ("0.1", "is frozen already")],
)
def test_a_version_that_cannot_be_frozen_is_told_in_one_line(
    version: str, reason: str, schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("freeze", "0.1", schema=schema)
    capsys.readouterr()
    assert run("freeze", version, schema=schema) == 1
    line = one_line(capsys)
    assert line.startswith("not frozen: ")
    assert reason in line


def test_a_tampered_baseline_fails_every_command_that_needs_it(
    schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("freeze", "0.1", schema=schema)
    capsys.readouterr()
    bundle = schema / "baselines" / "0.1" / "bundle.json"
    bundle.write_text(bundle.read_text(encoding="utf-8").replace('"sql"', '"sqk"'), encoding="utf-8")
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
def test_an_unreadable_file_is_told_in_one_line_with_exit_code_2(
    file: str, content: str, place: str, schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (schema / "baselines").mkdir()
    (schema / file).write_text(content, encoding="utf-8")
    assert run("check", schema=schema) == 2
    assert place in one_line(capsys)


def test_a_folder_that_is_no_contract_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", schema=tmp_path / "nothing") == 2
    assert "nothing#: no such file or folder" in one_line(capsys)
    assert run("check", schema=tmp_path) == 2
    assert "protocol.json#: missing" in one_line(capsys)


def test_the_generator_reads_the_contract_beside_its_baselines(schema: Path) -> None:
    before = load(schema)
    run("freeze", "0.1", schema=schema)
    (schema / "baselines" / "acknowledged.json").write_text("[]", encoding="utf-8")
    assert load(schema) == before


def test_each_problem_is_one_line(schema: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("freeze", "0.1", schema=schema)
    capsys.readouterr()
    apply(schema, add_message)
    apply(schema, remove_response_field)
    assert run("check", schema=schema) == 1
    problems = capsys.readouterr().err.splitlines()
    assert len(problems) >= 2
    assert all(problem.startswith("schema/") for problem in problems)


def test_findings_are_the_same_in_every_run(schema: Path) -> None:
    run("freeze", "0.1", schema=schema)
    apply(schema, add_value_to_an_open_enum)
    frozen = str(schema / "baselines" / "0.1")
    command = [sys.executable, "-m", "tools.contract", "diff", frozen, str(schema), "--format", "json", "--all"]
    said = {
        subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
    assert json.loads(said.pop())
