"""The check against another git revision, in repositories made by the tests."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.contract.edits import (
    add_optional_request_field,
    apply,
    raise_a_bound_of_an_answer,
    remove_response_field,
    set_version,
)
from tests.contract.older import copy_of_the_contract
from tools.contract.__main__ import main
from tools.contract.gate.revision import at_revision
from tools.generation.source import ContractError


def git(folder: Path, *words: str) -> None:
    """Run git without the settings of this machine."""
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = {f"GIT_{who}_{what}": "t@t" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", *words], cwd=folder, env={**os.environ, **own, **names}, check=True, capture_output=True)


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    """A repository whose first revision, `first`, holds the contract as 1.0."""
    found = copy_of_the_contract(tmp_path)
    set_version(found, 1, 0)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "schema")
    git(tmp_path, "commit", "-q", "-m", "The contract")
    git(tmp_path, "tag", "first")
    return found


def check(schema: Path, revision: str) -> int:
    return main(["check", "--schema", str(schema), "--against", revision])


def test_the_contract_of_a_revision_does_not_depend_on_the_working_tree(schema: Path) -> None:
    (schema / "query.json").unlink()
    old = at_revision(schema, "first")
    assert (old.name, old.version) == ("first", (1, 0))
    assert "query" in old.bundle.messages


def test_a_break_against_a_revision_is_found(schema: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(schema, "first") == 0
    assert "against first (1.0): no difference" in capsys.readouterr().out
    apply(schema, remove_response_field)
    assert check(schema, "first") == 1
    assert "BREAK F8 against first" in capsys.readouterr().err
    set_version(schema, 2, 0)
    assert check(schema, "first") == 0


def test_an_addition_is_allowed_because_a_revision_is_not_frozen(schema: Path) -> None:
    apply(schema, add_optional_request_field)
    assert check(schema, "first") == 0


def test_a_warning_against_a_revision_must_be_acknowledged(schema: Path, capsys: pytest.CaptureFixture[str]) -> None:
    apply(schema, raise_a_bound_of_an_answer)
    assert check(schema, "first") == 1
    assert "WARN B6" in capsys.readouterr().err


@pytest.mark.parametrize("revision", ["no_such_revision", "", "--output=x", "HEAD:nothing"])
def test_an_unknown_revision_is_refused_in_one_line(
    schema: Path, revision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--schema", str(schema), f"--against={revision}"]) == 2
    error = capsys.readouterr().err
    assert "git" in error
    assert len(error.splitlines()) == 1


def test_a_folder_outside_of_a_repository_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(ContractError, match="not a git repository"):
        at_revision(copy_of_the_contract(tmp_path), "HEAD")


def test_a_broken_contract_in_a_revision_is_named_with_its_file(schema: Path) -> None:
    (schema / "query.json").write_text("{", encoding="utf-8")
    git(schema.parent, "commit", "-q", "-a", "-m", "Broken")
    with pytest.raises(ContractError, match=r"HEAD:schema/query\.json#: not readable as JSON"):
        at_revision(schema, "HEAD")


def test_a_missing_git_is_reported(schema: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ContractError, match="git is not installed"):
        at_revision(schema, "first")
