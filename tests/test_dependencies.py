"""Dependencies are never older than the releases whose faults are known to be mended."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = {"msgpack": "1.2.4", "asyncmy": "0.2.18", "aiosqlite": "0.22.1", "psycopg": "3.3.9"}


def numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", release))


@pytest.mark.fault("T17")
@pytest.mark.parametrize("name", FLOORS)
def test_a_dependency_is_not_older_than_its_floor(name: str) -> None:
    assert numbers(version(name)) >= numbers(FLOORS[name]), "what is installed"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    (wanted,) = [one for one in project if re.match(rf"{name}[\[>=<~]", one)]
    asked_for = re.search(r">=([\d.]+)", wanted)
    assert asked_for is not None
    assert numbers(asked_for[1]) >= numbers(FLOORS[name]), "what pyproject.toml asks for"
    pinned = re.search(rf"^{name}==([\d.]+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned is not None
    assert numbers(pinned[1]) >= numbers(FLOORS[name]), "what requirements.lock pins"
