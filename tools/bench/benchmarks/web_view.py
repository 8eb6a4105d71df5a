"""A page in a Tauri app: how fast it asks and reads, beside Node.js over the socket; how soon it starts and recovers.

It needs the app that `python -m tools.tauri app` builds. The clock of a page has steps of a millisecond.
"""

import os
import signal
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tools.bench import databases, processes
from tools.bench.benchmarks.typescript_client import bundled, node
from tools.bench.databases import ALL_ROWS
from tools.bench.figure import Figure
from tools.bench.reading import expect_rows
from tools.bench.rss import rss_mb
from tools.bench.sizes import Sizes
from tools.tauri import APP
from tools.tauri import app as apps
from tools.tauri.app import Running, wait

_OVER_SOCKET = "Node.js over the socket"
_READ_S = 300.0


def measure(sizes: Sizes) -> list[Figure]:
    """The figures; needs a display, which it makes, and the app."""
    if not APP.is_file():
        raise FileNotFoundError(f"{APP} is not built: run `python -m tools.tauri app`")
    with tempfile.TemporaryDirectory(prefix="litebase-bench-") as name, apps.place() as place:
        program = bundled(Path(name))
        table = databases.wide(sizes.folder, sizes.rows)
        began = time.monotonic()
        with apps.running(place, APP) as app:
            app.session.run("page.show(arguments[0], arguments[1])", str(table), f"{ALL_ROWS} LIMIT 100")
            launch_s = time.monotonic() - began
            with processes.backend() as backend:
                figures = [
                    *_round_trips(app, program, backend, sizes),
                    _reading(app, program, backend, table, sizes),
                ]
            figures += [Figure("Launch of the app until the page shows 100 rows", "s", launch_s), *_memory(app)]
            return [*figures, _reload(app, sizes), _kill(app, sizes)]


def _round_trips(app: Running, program: Path, backend: processes.Backend, sizes: Sizes) -> list[Figure]:
    count = sizes.block_requests
    app.session.run("page.roundTrips(arguments[0])", count)
    ours: list[float] = app.session.run("page.roundTrips(arguments[0])", count)
    theirs = node(program, "trips", backend.socket, count)["ours"]
    return [
        Figure(
            f"health_check from the page, p{percent}",
            "ms",
            _percentile(ours, percent),
            _percentile(theirs, percent),
            _OVER_SOCKET,
        )
        for percent in (50, 99)
    ]


def _percentile(times: list[float], percent: int) -> float:
    return quantiles(times, n=100, method="inclusive")[percent - 1]


def _reading(app: Running, program: Path, backend: processes.Backend, table: Path, sizes: Sizes) -> Figure:
    """Rows per second through `windows()`, in turn."""
    ours, theirs = [], []
    for _ in range(min(sizes.repeats, 3)):
        found: dict[str, Any] = app.session.run(
            "page.readAll(arguments[0], arguments[1])", str(table), ALL_ROWS, within_s=_READ_S
        )
        expect_rows(found["rows"], sizes.rows)
        ours.append(found["ms"] / 1000)
        theirs.append(node(program, "walk", backend.socket, table, ALL_ROWS)["ours"][0] / 1000)
    question = f"The page reads {sizes.rows:,} rows x 10 columns through windows()"
    return Figure(question, "rows/s", sizes.rows / median(ours), sizes.rows / median(theirs), _OVER_SOCKET)


def _memory(app: Running) -> list[Figure]:
    """What the processes have after all that was read."""
    page = next(pid for pid in apps.descendants(app.pid) if b"WebKitWebProcess" in apps.command_line(pid))
    return [
        Figure("Memory of the app's process after that", "MB", rss_mb(app.pid)),
        Figure("Memory of the page's process after that", "MB", rss_mb(page)),
    ]


def _reload(app: Running, sizes: Sizes) -> Figure:
    times = []
    for _ in range(sizes.repeats):
        began = time.monotonic()
        app.session.post("refresh")
        app.session.run("page.health()")
        times.append(time.monotonic() - began)
    return Figure("Reload until the new page has an answer", "s", median(times))


def _kill(app: Running, sizes: Sizes) -> Figure:
    times = []
    for _ in range(min(sizes.repeats, 3)):
        began = time.monotonic()
        os.kill(wait(lambda: app.backend), signal.SIGKILL)
        wait(lambda: app.session.run("page.statuses.at(-1).state !== 'ready'"))
        app.session.run("page.health()")
        times.append(time.monotonic() - began)
    return Figure("SIGKILL of the backend until the page has an answer again", "s", median(times))
