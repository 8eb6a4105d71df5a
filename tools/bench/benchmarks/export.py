"""What an export costs: from PostgreSQL beside psql, from a stored result beside the `csv` module alone."""

import csv
import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

from tools.bench import databases, processes
from tools.bench.benchmarks.servers import connected_to_wide
from tools.bench.databases import ALL_ROWS
from tools.bench.engines import POSTGRESQL
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient
from tools.bench.reading import store
from tools.bench.rss import peak_mb
from tools.bench.sizes import Sizes
from tools.bench.timing import seconds
from tools.services import Service, postgresql

_PROGRAM_S = 120.0
_TWICE = Goal("ratio", "below", 2)


def measure(sizes: Sizes) -> list[Figure]:
    """Times in turn with the other side, and the memory of the backend meanwhile."""
    sizes.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="litebase-bench-", dir=sizes.folder) as folder:
        with postgresql() as service:
            figures = _from_postgresql(service, sizes, Path(folder))
        return [*figures, *_from_result(sizes, Path(folder))]


def _from_postgresql(service: Service, sizes: Sizes, folder: Path) -> Sequence[Figure]:
    source = {"object": {"kind": "table", "schema_name": "public", "name": "wide"}}
    copy = r"\copy wide to '" + str(folder / "theirs.csv") + "' csv header"
    with connected_to_wide(POSTGRESQL, service, sizes) as (backend, client, connection_id):
        ours = partial(_export, client, folder / "ours.csv", {**source, "connection_id": connection_id})
        program = POSTGRESQL.program(service, copy)
        theirs = partial(
            subprocess.run,
            program,
            env={**os.environ, **POSTGRESQL.environment(service)},
            check=True,
            timeout=_PROGRAM_S,
            stdout=subprocess.DEVNULL,
        )
        rows = f"{sizes.rows:,} rows x 10"
        times = _in_turn(sizes, ours, theirs)
        return [
            Figure(f"PostgreSQL, {rows} to a CSV file", "s", *times, "psql \\copy", _TWICE),
            _memory(f"memory while {rows} of PostgreSQL are exported", backend.pid, ours, times[0]),
        ]


def _from_result(sizes: Sizes, folder: Path) -> Sequence[Figure]:
    path = databases.wide(sizes.folder, sizes.rows)
    with processes.backend() as backend, RawClient(backend.socket) as client:
        result_id, _ = store(client, client.connect_sqlite(path), ALL_ROWS, sizes.rows)
        ours = partial(_export, client, folder / "ours.csv", {"result_id": result_id})
        rows = f"{sizes.rows:,} rows x 10"
        times = _in_turn(sizes, ours, partial(_by_module, databases.rows_of(path), folder / "theirs.csv"))
        figures = [
            Figure(f"a stored result, {rows} to a CSV file", "s", *times, "the csv module alone", _TWICE),
            _memory(f"memory while {rows} of a result are exported", backend.pid, ours, times[0]),
        ]
        for form in ("jsonl", "sql"):
            took = seconds(partial(_export, client, folder / f"ours.{form}", {"result_id": result_id}, form))
            figures.append(Figure(f"a stored result, {rows} as {form}", "s", took))
        return [*figures, *_workbook(sizes, folder, backend.pid, client, result_id)]


def _workbook(sizes: Sizes, folder: Path, pid: int, client: RawClient, result_id: str) -> Sequence[Figure]:
    """A twentieth of the rows: a workbook takes much longer than any text."""
    some = sizes.rows // 20
    selection = {"rows": [{"first": 0, "count": some}]}
    ours = partial(_export, client, folder / "ours.xlsx", {"result_id": result_id}, "xlsx", selection)
    rows = f"{some:,} rows x 10"
    took = seconds(ours)
    return [
        Figure(f"a stored result, {rows} as xlsx", "s", took),
        _memory(f"memory while {rows} of a result become a workbook", pid, ours, took),
    ]


def _export(
    client: RawClient, path: Path, source: dict[str, Any], form: str = "csv", selection: dict[str, Any] | None = None
) -> None:
    client.call("export_rows", source=source, format=form, path=str(path), overwrite=True, selection=selection)


def _by_module(rows: Sequence[tuple[Any, ...]], path: Path) -> None:
    """Rows that are in memory already."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def _in_turn(sizes: Sizes, ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    times = [(seconds(ours), seconds(theirs)) for _ in range(sizes.repeats)]
    first, second = zip(*times, strict=True)
    return median(first), median(second)


def _memory(question: str, pid: int, work: Callable[[], object], duration_s: float) -> Figure:
    again = Thread(target=work)
    again.start()
    peak = peak_mb(pid, duration_s)
    again.join()
    return Figure(question, "MB", peak, goal=Goal("ours", "below", 90))
