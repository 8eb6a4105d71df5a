"""The check refuses edits that break a client and accepts those that do not, on copies of the real contract."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.edits import BREAKING, SAFE, Edit, apply, set_version
from tests.contract.older import copy_of_the_contract
from tools.contract.__main__ import main
from tools.contract.gate.freeze import freeze
from tools.generation import lint
from tools.generation.source import load

ROOT = Path(__file__).parents[2]


def name_of(edit: Edit) -> str:
    return edit.__name__


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the contract that was frozen as 1.0, after which nothing may break, and is now 1.1."""
    schema = copy_of_the_contract(tmp_path_factory.mktemp("first"))
    set_version(schema, 1, 0)
    freeze("1.0", schema)
    set_version(schema, 1, 1)
    return schema


@pytest.fixture
def schema(first: Path, tmp_path: Path) -> Path:
    """A copy of that, to be edited."""
    target = tmp_path / "schema"
    (target / "baselines").mkdir(parents=True)
    (target / "baselines" / "1.0").symlink_to(first / "baselines" / "1.0")
    for file in first.glob("*.json"):
        (target / file.name).write_bytes(file.read_bytes())
    return target


def check(schema: Path) -> int:
    return main(["check", "--schema", str(schema)])


def test_there_are_at_least_ten_of_each_kind() -> None:
    assert len(BREAKING) >= 10
    assert len(SAFE) >= 10


@pytest.mark.parametrize("edit", [*BREAKING, *SAFE], ids=name_of)
def test_the_edited_contract_is_sound(edit: Edit, schema: Path) -> None:
    apply(schema, edit)
    assert [str(problem) for problem in lint.problems(load(schema))] == []


@pytest.mark.parametrize("edit", BREAKING, ids=name_of)
def test_a_breaking_edit_is_refused_with_its_place(
    edit: Edit, schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    apply(schema, edit)
    assert check(schema) == 1
    error = capsys.readouterr().err
    assert "BREAK" in error
    assert ".json#/$defs/" in error
    assert "2.0" in error, "the version that may break"
    set_version(schema, 2, 0)
    assert check(schema) == 0, "a new major may break"


@pytest.mark.parametrize("edit", SAFE, ids=name_of)
def test_a_safe_edit_is_accepted(edit: Edit, schema: Path, capsys: pytest.CaptureFixture[str]) -> None:
    apply(schema, edit)
    assert (check(schema), capsys.readouterr().err) == (0, "")


@pytest.mark.parametrize("edit", SAFE, ids=name_of)
def test_a_safe_edit_needs_the_next_minor_when_the_version_is_frozen(
    edit: Edit, schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_version(schema, 1, 0)
    apply(schema, edit)
    only_described = name_of(edit) == "change_a_description"
    assert check(schema) == (0 if only_described else 1)
    assert only_described or "1.1" in capsys.readouterr().err


def test_the_exit_code_of_the_command_line_shows_a_break(schema: Path) -> None:
    command = [sys.executable, "-m", "tools.contract", "check", "--schema", str(schema)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("against 1.0")
    apply(schema, BREAKING[0])
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
