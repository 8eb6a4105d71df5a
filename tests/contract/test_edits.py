"""The command tells edits that break a client from edits that do not, on copies of the real contract."""

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
    """A copy of the contract that was released as 1.0, where nothing may break any more, and goes on as 1.1."""
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


def test_there_are_at_least_ten_of_each_sort() -> None:
    assert len(BREAKING) >= 10
    assert len(SAFE) >= 10


@pytest.mark.parametrize("edit", [*BREAKING, *SAFE], ids=name_of)
def test_the_edit_makes_a_contract_that_is_sound_by_itself(edit: Edit, schema: Path) -> None:
    apply(schema, edit)
    assert [str(problem) for problem in lint.problems(load(schema))] == []


@pytest.mark.parametrize("edit", BREAKING, ids=name_of)
def test_a_breaking_edit_is_refused_with_its_place(
    edit: Edit, schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    apply(schema, edit)
    assert check(schema) == 1
    told = capsys.readouterr().err
    assert "BREAK" in told
    assert ".json#/$defs/" in told
    assert "2.0" in told, "says which version may break"
    set_version(schema, 2, 0)
    assert check(schema) == 0, "a new major may break"


@pytest.mark.parametrize("edit", SAFE, ids=name_of)
def test_a_safe_edit_is_let_through(edit: Edit, schema: Path, capsys: pytest.CaptureFixture[str]) -> None:
    apply(schema, edit)
    assert (check(schema), capsys.readouterr().err) == (0, "")


@pytest.mark.parametrize("edit", SAFE, ids=name_of)
def test_a_safe_edit_needs_the_next_minor_when_the_version_is_frozen(
    edit: Edit, schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_version(schema, 1, 0)
    apply(schema, edit)
    words_only = name_of(edit) == "change_a_description"
    assert check(schema) == (0 if words_only else 1)
    assert words_only or "1.1" in capsys.readouterr().err


def test_the_command_line_says_the_same_with_its_exit_code(schema: Path) -> None:
    command = [sys.executable, "-m", "tools.contract", "check", "--schema", str(schema)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("against 1.0")
    apply(schema, BREAKING[0])
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
