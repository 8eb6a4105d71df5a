"""Freezing a contract as the baseline of its version."""

from pathlib import Path

import pytest

from tests.contract.edits import (
    apply,
    change_a_description,
    raise_a_bound_of_an_answer,
    remove_response_field,
    set_version,
)
from tests.tools.contract.command import one_line, run
from tools.contract.gate.baseline import read_baselines
from tools.contract.gate.freeze import FreezeRefused, freeze
from tools.generation.source import ContractError, load


def test_a_frozen_version_cannot_be_frozen_again(schema: Path) -> None:
    bundle = schema / "baselines" / "0.1" / "bundle.json"
    before = bundle.read_bytes()
    apply(schema, change_a_description)
    with pytest.raises(FreezeRefused, match="already frozen"):
        freeze("0.1", schema)
    assert bundle.read_bytes() == before


@pytest.mark.parametrize("name", ["0.2", "1.1", "0.10"])
def test_only_the_version_of_the_contract_can_be_frozen(schema: Path, name: str) -> None:
    with pytest.raises(FreezeRefused, match=r"protocol\.json#/minor: the contract is version 0\.1"):
        freeze(name, schema)
    assert not (schema / "baselines" / name).exists()


@pytest.mark.parametrize("name", ["", "1", "v0.1", "0.1.0", "00.1", "../0.1", "0.1/"])
def test_a_name_that_is_not_a_version_is_refused(schema: Path, name: str) -> None:
    with pytest.raises(FreezeRefused, match="is not a version"):
        freeze(name, schema)


def test_a_contract_that_fails_the_linter_is_not_frozen(schema: Path) -> None:
    set_version(schema, 0, 2)
    apply(schema, lambda files: files["query.json"]["$defs"]["SqlText"].pop("description"))
    with pytest.raises(FreezeRefused, match=r"schema/query\.json#/\$defs/SqlText: has no description"):
        freeze("0.2", schema)
    assert [one.name for one in (schema / "baselines").iterdir()] == ["0.1"]


def test_an_unreadable_contract_is_not_frozen(schema: Path) -> None:
    (schema / "query.json").write_text("{", encoding="utf-8")
    with pytest.raises(ContractError, match=r"query\.json#: not readable as JSON"):
        freeze("0.1", schema)


def test_the_check_applies_as_soon_as_a_version_is_frozen(unfrozen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("freeze", "0.1", schema=unfrozen) == 0
    assert capsys.readouterr().out.endswith("schema/baselines/0.1: commit it and never edit it\n")
    assert run("check", schema=unfrozen) == 0
    assert capsys.readouterr().out == "against 0.1 (0.1): no difference\n"
    apply(unfrozen, remove_response_field)
    assert run("check", schema=unfrozen) == 1
    assert "BREAK F8 against 0.1" in one_line(capsys)


def test_a_contract_that_fails_the_check_is_not_frozen(schema: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_version(schema, 0, 2)
    apply(schema, raise_a_bound_of_an_answer)
    assert run("freeze", "0.2", schema=schema) == 1
    assert one_line(capsys).startswith("not frozen: schema/hello.json#/$defs/Software/properties/version: WARN B6")
    assert [baseline.name for baseline in read_baselines(schema)] == ["0.1"]


@pytest.mark.parametrize(
    ("version", "reason"),
    [("0.2", "the contract is version 0.1"), ("one", "is not a version"), ("0.1", "is already frozen")],
)
def test_the_reason_of_a_refusal_is_one_line(
    version: str, reason: str, schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("freeze", version, schema=schema) == 1
    line = one_line(capsys)
    assert line.startswith("not frozen: ")
    assert reason in line


def test_freezing_does_not_change_the_contract_that_is_read(unfrozen: Path) -> None:
    before = load(unfrozen)
    freeze("0.1", unfrozen)
    (unfrozen / "baselines" / "acknowledged.json").write_text("[]", encoding="utf-8")
    assert load(unfrozen) == before
