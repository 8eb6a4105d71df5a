"""The app that tests the plugin, which `make test-tauri` has built, and a place to run it."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.tauri import app as apps
from tools.tauri.app import Place, Running

ALBUMS = """\
CREATE TABLE albums (id INTEGER PRIMARY KEY, title TEXT);
INSERT INTO albums VALUES (1, 'Blue'), (2, 'Köln');
"""


def show_albums(app: Running, database: Path) -> list[str]:
    """Make a database, and have the page show its rows; the cells that it shows."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.executescript(ALBUMS)
    app.session.run("page.show(arguments[0], arguments[1])", str(database), "SELECT * FROM albums ORDER BY id")
    return app.session.texts("#rows td")


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
