"""Run the benchmarks and print a table of their figures.

    python -m tools.bench                        all except `frozen`, which needs a build,
                                                 `peers`, which installs Node packages,
                                                 and `webview`, which needs a Tauri app
    python -m tools.bench health sqlite_rows     only these
    python -m tools.bench --json figures.json    also write the figures to a file

Figures of a busy machine are noisy: what counts are instructions, which come first in the table, and then the ratio of
two sides that were measured in turn in the same run.
Linux only: memory is read from /proc, and some processes are pinned to a core.
The exit code is 1 if a benchmark could not be run. A missed goal is not a failure.
"""

import argparse
import json
import os
import platform
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

from tools.bench.benchmarks import (
    cancel,
    catalog,
    comparisons,
    completion,
    copies,
    edits,
    export,
    frozen,
    ground,
    health,
    history,
    imports,
    memory,
    peers,
    result_windows,
    row_instructions,
    scale,
    scanner,
    servers,
    small_requests,
    sqlite_rows,
    start,
    stored,
    tunnels,
    typescript_client,
    views,
    web_view,
)
from tools.bench.figure import Figure, table
from tools.bench.sizes import Sizes, quick

CACHE = Path(__file__).parents[2] / ".cache" / "bench"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One benchmark. `limit_s` bounds it, including the creation of its database."""

    measure: Callable[[Sizes], list[Figure]]
    limit_s: float
    on_request: bool = False  # run only if it is named


BENCHMARKS = {
    "small": Benchmark(small_requests.measure, 900),
    "rows": Benchmark(row_instructions.measure, 1800),
    "start": Benchmark(start.measure, 180),
    "health": Benchmark(health.measure, 180),
    "sqlite_rows": Benchmark(sqlite_rows.measure, 240),
    "windows": Benchmark(result_windows.measure, 240),
    "stored": Benchmark(stored.measure, 180),
    "views": Benchmark(views.measure, 180),
    "edits": Benchmark(edits.measure, 120),
    "history": Benchmark(history.measure, 120),
    "export": Benchmark(export.measure, 400),
    "import": Benchmark(imports.measure, 900),
    "copy": Benchmark(copies.measure, 600),
    "compare": Benchmark(comparisons.measure, 600),
    "memory": Benchmark(memory.measure, 240),
    "cancel": Benchmark(cancel.measure, 60),
    "scanner": Benchmark(scanner.measure, 60),
    "catalog": Benchmark(catalog.measure, 1800),
    "postgresql": Benchmark(servers.measure_postgresql, 300),
    "mariadb": Benchmark(servers.measure_mariadb, 300),
    "engines": Benchmark(servers.measure_together, 60),
    "ground": Benchmark(ground.measure, 240),
    "completion": Benchmark(completion.measure, 600),
    "tunnels": Benchmark(tunnels.measure, 120),
    "typescript": Benchmark(typescript_client.measure, 300),
    "peers": Benchmark(peers.measure, 300, on_request=True),
    "webview": Benchmark(web_view.measure, 900, on_request=True),
    "scale": Benchmark(scale.measure, 240),
    "frozen": Benchmark(frozen.measure, 120, on_request=True),
}


class TooLong(Exception):
    """A benchmark exceeded its time limit."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and return the exit code."""
    options = _options(arguments)
    sizes = quick(options.folder) if options.quick else Sizes(options.folder)
    if options.tables is not None:
        sizes = replace(sizes, tables=options.tables)
    about = _about()
    figures: dict[str, list[Figure]] = {}
    failed = False
    for name in options.names or [name for name, one in BENCHMARKS.items() if not one.on_request]:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            figures[name] = measured(BENCHMARKS[name], sizes)
        except Exception as error:  # noqa: BLE001  # whatever stopped one benchmark, the others still run
            failed = True
            print(f"{name} could not be measured: {type(error).__name__}: {error}", file=sys.stderr)
        if options.json is not None:  # after each, so that an interrupted run keeps what it measured
            _write(options.json, about, figures)
    print(", ".join(f"{key} {value}" for key, value in about.items()))
    print(table([figure for found in figures.values() for figure in found]))
    return 1 if failed else 0


def _write(file: Path, about: Mapping[str, Any], found: Mapping[str, Sequence[Figure]]) -> None:
    figures = [{"benchmark": name, **one.record()} for name, some in found.items() for one in some]
    record = {**about, "load_after": _load(), "figures": figures}
    file.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description="Measure the backend.")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"one of {', '.join(BENCHMARKS)}; default: all except `frozen`, `peers` and `webview`",
    )
    parser.add_argument("--tables", type=int, metavar="N", help="tables of the schema that `catalog` reads")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to this file")
    parser.add_argument("--quick", action="store_true", help="use little data: shows that it works, not how fast it is")
    parser.add_argument("--folder", type=Path, default=CACHE, help="folder of the databases; default: %(default)s")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    return options


def _about() -> dict[str, Any]:
    """What else the figures depend on. The load is the one before the first measurement."""
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.system(),
        "cores": os.cpu_count(),
        "load": _load(),
        "processor": _processor(),
        "commit": _commit(),
        "time": time.strftime("%Y-%m-%d %H:%M"),
    }


def _load() -> float:
    """The load average of the last minute."""
    return round(os.getloadavg()[0], 2)


def _processor() -> str:
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return found[1] if found else platform.machine()


def _commit() -> str:
    """The measured commit, with a plus sign if files differ from it."""
    command = ["git", "describe", "--always", "--abbrev=8", "--dirty=+"]
    done = subprocess.run(command, cwd=CACHE.parents[1], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def measured(benchmark: Benchmark, sizes: Sizes) -> list[Figure]:
    """The figures of one benchmark. Raises `TooLong` if it exceeds its limit."""
    with _at_most(benchmark.limit_s):
        return benchmark.measure(sizes)


@contextmanager
def _at_most(limit_s: float) -> Iterator[None]:
    """Raise `TooLong` inside the block if it takes longer; its child processes end with it."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooLong(f"It took longer than {limit_s:g} s.")

    previous = signal.signal(signal.SIGALRM, stop)
    previous_timer = signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        signal.setitimer(signal.ITIMER_REAL, *previous_timer)  # tests are bounded with the same timer


if __name__ == "__main__":
    sys.exit(main())
