"""A self-contained build compared with the same code from source: start, memory, rows per second.

It measures what `make build` left in `dist/`, so it runs only if it is named.
"""

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tools.bench import databases, processes
from tools.bench.benchmarks.servers import BELOW_60, THREE_ENGINES, three_engines_mb
from tools.bench.benchmarks.start import BELOW_1_2, FIRST_ANSWER_CPU, USED_PARTS, start_backend, start_importing
from tools.bench.databases import ALL_ROWS
from tools.bench.figure import Figure, Goal
from tools.bench.processes import Backend
from tools.bench.raw_client import RawClient
from tools.bench.reading import expect_rows, read_all
from tools.bench.rss import rss_mb
from tools.bench.sizes import Sizes
from tools.bench.timing import seconds
from tools.build.__main__ import where
from tools.services import mariadb, postgresql


class NotBuilt(Exception):
    """There is no build to measure."""


@dataclass(slots=True)
class _Side:
    """One way to run the backend, and what was measured of it."""

    program: Path | None  # None: from source
    first_answers_cpu: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)
    queried: list[float] = field(default_factory=list)
    engines: list[float] = field(default_factory=list)
    speeds: list[float] = field(default_factory=list)


def measure(sizes: Sizes) -> list[Figure]:
    """Both in turn, and the start of the one file if that was built too."""
    if not where().is_file():
        raise NotBuilt(f"{where()} does not exist; run `make build` first.")
    built, source, one_file = _Side(where()), _Side(None), _Side(where(one_file=True))
    sides = [built, source, *([one_file] if one_file.program and one_file.program.is_file() else [])]
    imports: list[float] = []
    for _ in range(2 * sizes.repeats):
        for side in sides:
            _start(side)
            side.first_answers_cpu.append(start_backend(side.program).cpu_s)
        imports.append(start_importing().cpu_s)
    _use_all_engines(sizes, built, source)
    _read(sizes, built, source)
    start, memory = "start to ready line", "MB"
    first_answer = median(built.first_answers_cpu)
    figures = [
        Figure(f"built folder: {FIRST_ANSWER_CPU}", "s", first_answer, median(imports), USED_PARTS, BELOW_1_2),
        _figure(f"built folder: {start}", "s", built.starts, source.starts, Goal("ours", "below", 2)),
        _figure("built folder: idle memory", memory, built.idle, source.idle, Goal("ours", "below", 40)),
        _figure("built folder: memory after one SQLite query", memory, built.queried, source.queried),
        _figure(f"built folder: {THREE_ENGINES}", memory, built.engines, source.engines, BELOW_60),
        _figure(f"built folder: SQLite, {sizes.rows:,} rows x 10 columns", "rows/s", built.speeds, source.speeds),
    ]
    if one_file.starts:
        figures.append(_figure(f"one file: {start}", "s", one_file.starts, source.starts))
    return figures


def _figure(question: str, unit: str, ours: list[float], other: list[float], goal: Goal | None = None) -> Figure:
    return Figure(question, unit, median(ours), median(other), "from source", goal)


def _start(side: _Side) -> None:
    started = time.perf_counter()
    with processes.backend(side.program) as backend:
        side.starts.append(time.perf_counter() - started)
        side.idle.append(rss_mb(backend.pid))
        with RawClient(backend.socket) as client:
            connection_id = client.call("db_connect", engine="sqlite", mode="memory")["connection_id"]
            client.call("query", connection_id=connection_id, sql="SELECT 1, 'one'")
            side.queried.append(rss_mb(backend.pid))


def _use_all_engines(sizes: Sizes, *sides: _Side) -> None:
    with postgresql() as first, mariadb() as second:
        for side in sides:
            side.engines.append(three_engines_mb(first, second, sizes.idle_s, side.program))


def _read(sizes: Sizes, *sides: _Side) -> None:
    path = databases.wide(sizes.folder, sizes.rows)
    with ExitStack() as open_ones:
        running = [(side, open_ones.enter_context(processes.backend(side.program))) for side in sides]
        for _ in range(sizes.repeats):
            for side, backend in running:
                side.speeds.append(sizes.rows / _read_once(backend, path, sizes.rows))


def _read_once(backend: Backend, path: Path, rows: int) -> float:
    with RawClient(backend.socket) as client:
        connection_id = client.connect_sqlite(path)
        return seconds(lambda: expect_rows(read_all(client, connection_id, ALL_ROWS), rows))
