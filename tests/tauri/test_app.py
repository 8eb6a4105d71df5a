"""The plugin in a real app with a real web view: what a page shows, and what is left when something ends."""

import contextlib
import os
import signal
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.tauri.conftest import show_albums
from tools.tauri import ROOT
from tools.tauri import app as apps
from tools.tauri.app import Place, Running, wait
from tools.tauri.web_driver import DriverError

STREAMED = 60_000  # rows; a page that was stopped reads some thousands of them in a second
SCREENSHOT = ROOT / ".cache" / "tauri" / "app.png"
SLOW_S = 240.0


def backend_of(app: Running) -> int:
    return wait(lambda: app.backend)


def stream_of(app: Running) -> dict[str, Any]:
    found: dict[str, Any] = app.session.run("page.stream")
    assert found["error"] == ""
    return found


def states_of(app: Running) -> list[str]:
    return [one["state"] for one in app.session.run("page.statuses")]


def no_socket_of(place: Place) -> bool:
    return not [*place.runtime.rglob("litebase*")]


def colours(png: bytes) -> int:
    """How many different bytes the picture of a PNG consists of. Source: https://www.w3.org/TR/png/"""
    at, data = 8, b""
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    return len(set(zlib.decompress(data)))


def test_a_page_shows_rows_and_a_refusal(app: Running, database: Path) -> None:
    cells = show_albums(app, database)
    assert app.session.texts("#rows th") == ["id", "title"]
    assert cells == ["1", "Blue", "2", "Köln"]
    assert app.session.texts("#refusal") == [""]
    app.session.run("page.show(arguments[0], arguments[1])", str(database), "SELECT * FROM album")
    (refusal,) = app.session.texts("#refusal")
    assert refusal.startswith("query_failed: no such table: album")
    assert app.session.texts("#status") == ["ready"]
    assert app.session.run("page.complaints") == [], "bytes take the fast way"
    picture = app.session.screenshot()
    SCREENSHOT.parent.mkdir(parents=True, exist_ok=True)
    SCREENSHOT.write_bytes(picture)
    assert picture.startswith(b"\x89PNG")
    assert colours(picture) > 16


def test_a_command_that_is_not_granted_is_refused(app: Running) -> None:
    with pytest.raises(DriverError, match="not allowed"):
        app.session.run("__TAURI_INTERNALS__.invoke('plugin:window|set_title', { value: 'x' })")
    with pytest.raises(DriverError, match="has no link"):
        app.session.run("__TAURI_INTERNALS__.invoke('plugin:litebase|receive', { link: 'x', seq: 1 })")


def test_a_reload_ends_the_links_of_the_page_and_what_runs_in_them(app: Running) -> None:
    for _ in range(5):
        app.session.run("page.startStream(arguments[0])", 50_000_000)
        wait(lambda: stream_of(app)["rows"] > 0)
        app.session.post("refresh")
    health = wait(lambda: one if (one := app.session.run("page.health()"))["clients"] == 1 else None)
    assert health["connections"] == 0
    assert health["results"] == 0
    assert app.session.run("page.complaints") == []


def test_a_page_that_is_stopped_loses_and_repeats_nothing(app: Running) -> None:
    app.session.run("page.startStream(arguments[0])", STREAMED)
    for part in range(1, 4):
        wait(lambda part=part: stream_of(app)["rows"] > part * STREAMED // 10, SLOW_S)  # type: ignore[misc]
        app.session.run("window.stop()")
    stream = wait(lambda: one if (one := stream_of(app))["done"] else None, SLOW_S)
    assert stream["rows"] == STREAMED
    assert stream["wrong"] == 0
    (complaint,) = app.session.run("page.complaints")
    assert "connect-src ipc:" in complaint
    assert app.session.run("page.insertWhileStopped(100, 7)") == [100, 100, 1, 100]


def test_what_a_page_sends_while_it_is_stopped_arrives_once(app: Running) -> None:
    assert app.session.run("page.insertWhileStopped(300, 11)") == [300, 300, 1, 300]


def test_a_killed_backend_is_started_again_and_the_page_knows(app: Running) -> None:
    app.session.run("page.health()")
    first = backend_of(app)
    app.session.run("page.startStream(arguments[0])", 50_000_000)
    wait(lambda: stream_of(app)["rows"] > 0)
    os.kill(first, signal.SIGKILL)
    assert wait(lambda: app.session.run("page.stream.error")).startswith("LiteBaseError")
    health = app.session.run("page.health()")
    assert health["clients"] == 1
    assert health["pid"] == backend_of(app) != first
    assert states_of(app)[-3:] == ["lost", "starting", "ready"]
    (lost,) = (one for one in app.session.run("page.statuses") if one["state"] == "lost")
    assert "signal: 9" in lost["reason"]


def test_nothing_is_left_of_an_app_that_is_killed(app: Running, place: Place) -> None:
    app.session.run("page.startStream(arguments[0])", 50_000_000)
    wait(lambda: stream_of(app)["rows"] > 0)
    backend, others = backend_of(app), apps.children(app.pid)
    os.kill(app.pid, signal.SIGKILL)
    wait(lambda: not any(map(apps.runs, [app.pid, backend, *others])))
    assert no_socket_of(place)


@pytest.mark.parametrize("way", ["the window", "SIGTERM", "the driver"])
def test_nothing_is_left_of_an_app_that_ends(way: str, app: Running, place: Place) -> None:
    app.session.run("page.startStream(arguments[0])", 50_000_000)
    wait(lambda: stream_of(app)["rows"] > 0)
    backend, others = backend_of(app), apps.children(app.pid)
    assert not no_socket_of(place)
    if way == "the window":
        with contextlib.suppress(DriverError):  # the app may end before the driver has its answer
            app.session.run("__TAURI_INTERNALS__.invoke('plugin:window|close')")
    elif way == "SIGTERM":
        os.kill(app.pid, signal.SIGTERM)
    else:
        app.session.end()
    wait(lambda: not any(map(apps.runs, [app.pid, backend, *others])))
    assert no_socket_of(place)
    if way == "the window":
        assert not (place.runtime / "io.github.litebase.test").exists(), "the folder of the socket is gone, too"
