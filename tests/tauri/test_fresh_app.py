"""From an empty folder to rows, as docs/tauri.md says."""

import contextlib
import os
import sqlite3
from pathlib import Path

import pytest

from litebase import __version__
from tests.tauri.fresh import FreshApp, Offline, block
from tools.tauri import app as apps

ROWS = "CREATE TABLE albums (title TEXT); INSERT INTO albums VALUES ('Blue'), ('Köln')"
OWN_LINES = 10
_SHOWN = (
    "[...document.body.childNodes].filter((one) => one.nodeType === 3).map((one) => one.data.trim()).filter(Boolean)"
)


@pytest.mark.timeout(1800)
def test_an_app_from_the_template_shows_rows(tmp_path: Path) -> None:
    database = tmp_path / "music.db"
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.executescript(ROWS)
    app = FreshApp(tmp_path)
    try:
        app.create()
    except Offline as error:
        if "CI" in os.environ:
            raise
        pytest.skip(f"NOT TESTED: npm did not reach its registry: {error}")
    app.write(database)
    with (
        app.dev() as program,
        apps.place(from_source=False, folder=app.tauri) as place,
        apps.running(place, program) as running,
    ):
        assert apps.wait(lambda: running.session.run(_SHOWN)) == ["Blue", "Köln"]
        assert running.session.run("window.__TAURI__.core.invoke('healthy')") == __version__
        backend = apps.wait(lambda: running.backend)
        assert b"../../litebase/" in apps.command_line(backend), "the backend is that of the checkout"
        pid = running.pid
    apps.wait(lambda: not apps.runs(pid) and not apps.runs(backend))


def test_the_reader_writes_few_lines() -> None:
    lines = block("ts", "tauriTransport").splitlines()
    assert len([line for line in lines if line.strip() not in ("", "}")]) <= OWN_LINES
