"""The app that tests the plugin, which `make test-tauri` has built, and a place to run it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.tauri import app as apps
from tools.tauri.app import Place, Running


@pytest.fixture(scope="session")
def program() -> Path:
    return Path(os.environ["LITEBASE_TAURI_APP"])


@pytest.fixture(scope="session")
def place() -> Iterator[Place]:
    with apps.place() as found:
        yield found
        assert apps.wait(lambda: not apps.children(found.driver)), "no process of an app is left"


@pytest.fixture
def app(place: Place, program: Path) -> Iterator[Running]:
    """The app, for one test."""
    with apps.running(place, program) as running:
        yield running


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "music.db"
