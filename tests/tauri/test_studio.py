"""Studio as an app in a real web view: from its first window to rows, without the server of `make playground`."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from tests.tauri.conftest import ALBUMS
from tools.tauri import ROOT
from tools.tauri import app as apps
from tools.tauri.app import Place, Running, wait

SCREENSHOT = ROOT / ".cache" / "tauri" / "studio.png"

_PRESS = "[...document.querySelectorAll('button')].find((one) => one.textContent.trim() === arguments[0]).click()"
_FILL = """(() => {
  const field = document.querySelector('[data-first]');
  field.value = arguments[0];
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
})()"""
_WRITE = """(() => {
  const text = document.querySelector('.tab-view:not([hidden]) .cm-content');
  text.focus();
  document.execCommand('selectAll');
  document.execCommand('insertText', false, arguments[0]);
})()"""


_WATCH = """(() => {
  window.complaints = [];
  console.error = (...said) => window.complaints.push(said.join(" "));
  addEventListener("securitypolicyviolation", (event) => window.complaints.push(event.violatedDirective));
})()"""
# The driver takes cells that are placed one by one for hidden, and says that they have no text.
_CELLS = "[...document.querySelectorAll('.tab-view:not([hidden]) .row .cell')].map((one) => one.textContent)"


@pytest.fixture
def studio(place: Place, program: Path) -> "contextlib.AbstractContextManager[Running]":
    return apps.running(place, program.with_name("litebase-studio"))


def test_studio_shows_rows_in_a_web_view(studio: "contextlib.AbstractContextManager[Running]", database: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.executescript(ALBUMS)
    with studio as app:
        app.session.run(_WATCH)
        wait(lambda: "New connection" in " ".join(app.session.texts("button")))
        app.session.run(_PRESS, "New connection")
        app.session.run(_PRESS, "SQLite")
        app.session.run(_FILL, str(database))
        app.session.run(_PRESS, "Connect")
        wait(lambda: app.session.texts(".profile.open"))
        wait(lambda: app.session.texts(".tab-view:not([hidden]) .cm-content"))
        app.session.run(_WRITE, "SELECT * FROM albums ORDER BY id")
        app.session.run(_PRESS, "Run")
        assert wait(lambda: app.session.run(_CELLS)) == ["1", "Blue", "2", "Köln"]
        assert app.session.run("window.complaints") == [], "no style, and no fast way, is refused"
        SCREENSHOT.parent.mkdir(parents=True, exist_ok=True)
        SCREENSHOT.write_bytes(app.session.screenshot())
        backend, pid = wait(lambda: app.backend), app.pid
        app.session.end()
        wait(lambda: not apps.runs(pid) and not apps.runs(backend))
