"""Copies of the real contract as version 0.1, unfrozen and frozen."""

import shutil
from pathlib import Path

import pytest

from tests.contract.edits import set_version
from tests.contract.older import copy_of_the_contract
from tools.contract.gate.freeze import freeze


@pytest.fixture
def unfrozen(tmp_path: Path) -> Path:
    """A contract without baselines."""
    schema = copy_of_the_contract(tmp_path)
    set_version(schema, 0, 1)
    return schema


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A contract with one baseline, 0.1."""
    schema = copy_of_the_contract(tmp_path_factory.mktemp("original"))
    set_version(schema, 0, 1)
    freeze("0.1", schema)
    return schema


@pytest.fixture
def schema(original: Path, tmp_path: Path) -> Path:
    """A copy of that, to be edited."""
    return Path(shutil.copytree(original, tmp_path / "schema"))
