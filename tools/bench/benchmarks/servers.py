"""PostgreSQL and MariaDB on private servers: rows per second, the first window, memory, and cancel."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from tools.bench import processes
from tools.bench.benchmarks.cancel import stop_endless
from tools.bench.benchmarks.health import beside_reader
from tools.bench.engines import MARIADB, POSTGRESQL, Engine, connected, target
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient
from tools.bench.reading import SCREEN_ROWS, expect_rows, read_all, read_windows
from tools.bench.rss import peak_mb, peak_of, rss_mb, rss_while
from tools.bench.sizes import Sizes
from tools.bench.timing import block, percentile, seconds, typical
from tools.services import Service, mariadb, postgresql

THREE_ENGINES = "memory after one query on each of the three engines"
BELOW_60 = Goal("ours", "below", 60)
_PROGRAM_S = 120.0
_ALL_LIBRARIES = (
    "import anyio._backends._asyncio, msgpack, structlog, pydantic, aiosqlite, psycopg, asyncmy, sys\n"
    "print('ready', flush=True); sys.stdin.read()"
)
_WINDOWS_BEFORE_PAUSE = 3


def measure_postgresql(sizes: Sizes) -> list[Figure]:
    """All figures of PostgreSQL."""
    with postgresql() as service:
        return [*_measure(POSTGRESQL, service, sizes), *_origins(service, sizes)]


def measure_mariadb(sizes: Sizes) -> list[Figure]:
    """All figures of MariaDB."""
    with mariadb() as service:
        return _measure(MARIADB, service, sizes)


def measure_together(sizes: Sizes) -> list[Figure]:
    """Memory after each engine has answered one query, compared with the libraries alone."""
    with postgresql() as first, mariadb() as second:
        ours = three_engines_mb(first, second, sizes.idle_s)
    with processes.child([sys.executable, "-c", _ALL_LIBRARIES]) as process:
        processes.first_line(process)
        theirs = rss_mb(process.pid)
    return [Figure(THREE_ENGINES, "MB", ours, theirs, "python -c import of all libraries", BELOW_60)]


def three_engines_mb(first: Service, second: Service, idle_s: float, program: Path | None = None) -> float:
    """The memory of a new backend, from source or a built `program`, after each engine has answered one query."""
    with processes.backend(program) as backend, RawClient(backend.socket) as client:
        for where in ({"engine": "sqlite", "mode": "memory"}, target(first), target(second)):
            connection_id = client.call("db_connect", **where)["connection_id"]
            client.call("query", connection_id=connection_id, sql="SELECT 1, 'one'")
        time.sleep(idle_s)
        return rss_mb(backend.pid)


@contextmanager
def connected_to_wide(
    engine: Engine, service: Service, sizes: Sizes
) -> Iterator[tuple[processes.Backend, RawClient, str]]:
    """The same as `connected`, once the wide table is there."""
    with connected(service) as (backend, client, connection_id):
        client.call("query", connection_id=connection_id, sql=engine.make_wide.format(rows=sizes.rows))
        yield backend, client, connection_id


def _measure(engine: Engine, service: Service, sizes: Sizes) -> list[Figure]:
    with connected_to_wide(engine, service, sizes):
        pass
    return [
        *_rows(engine, service, sizes),
        *_first_window(engine, service, sizes),
        *_health(engine, service, sizes),
        *_memory(engine, service, sizes),
        *_cancel(engine, service, sizes),
    ]


def _rows(engine: Engine, service: Service, sizes: Sizes) -> Iterator[Figure]:
    program = engine.program(service, engine.all_rows)
    ours, theirs = [], []
    with connected(service) as (_, client, connection_id):
        for _ in range(sizes.repeats):
            ours.append(seconds(partial(_read, client, connection_id, engine.all_rows, sizes.rows)))
            theirs.append(seconds(partial(_read_by_program, program, engine.environment(service))))
    yield Figure(
        f"{engine.title}, {sizes.rows:,} rows x 10 columns, not decoded on either side",
        "rows/s",
        sizes.rows / median(ours),
        sizes.rows / median(theirs),
        f"{' '.join(program[:2] if engine is MARIADB else program[:1])} ... to /dev/null".replace("--no-defaults ", ""),
        engine.goal,
    )


def _read(client: RawClient, connection_id: str, sql: str, expected: int) -> None:
    expect_rows(read_all(client, connection_id, sql), expected)


def _read_by_program(program: list[str], environment: dict[str, str]) -> None:
    subprocess.run(
        program, stdout=subprocess.DEVNULL, env={**os.environ, **environment}, check=True, timeout=_PROGRAM_S
    )


def _first_window(engine: Engine, service: Service, sizes: Sizes) -> Iterator[Figure]:
    sql = engine.many_rows.format(rows=sizes.many_rows)
    times = []
    with connected(service) as (_, client, connection_id):
        for _ in range(max(sizes.repeats, 3) * 4):
            started = time.perf_counter()
            answer = client.call("query", connection_id=connection_id, sql=sql, window_rows=SCREEN_ROWS)
            times.append(1000 * (time.perf_counter() - started))
            client.call("close_result", result_id=answer["result_id"])
    yield Figure(
        f"{engine.title}, first {SCREEN_ROWS} rows of {sizes.many_rows:,}, p50",
        "ms",
        percentile(sorted(times), 50),
        goal=Goal("ours", "below", 100),
    )


def _origins(service: Service, sizes: Sizes) -> Iterator[Figure]:
    """What it costs to say where columns come from: the same row as ten columns, and as ten expressions."""
    names = ("id", "quantity", "big", "ratio", "name", "remark", "day", "amount", "digest", "parent")
    asking, plain = [], []
    with connected(service) as (_, client, connection_id):

        def one_row(form: str) -> None:
            columns = ", ".join(form.format(name) for name in names)
            client.call("query", connection_id=connection_id, sql=f"SELECT {columns} FROM wide LIMIT 1")

        for _ in range(sizes.blocks):
            asking.append(block(partial(one_row, "{}"), sizes.block_requests // 4))
            plain.append(block(partial(one_row, "COALESCE({0}, {0})"), sizes.block_requests // 4))
    yield Figure(
        "PostgreSQL, one row with the origins of its columns, p50",
        "ms",
        typical(asking, 50),
        typical(plain, 50),
        "the same row as expressions, which have none",
    )


def _health(engine: Engine, service: Service, sizes: Sizes) -> Iterator[Figure]:
    with connected(service) as (backend, client, _):
        yield from beside_reader(engine.title, backend.socket, target(service), engine.all_rows, client, sizes)


def _memory(engine: Engine, service: Service, sizes: Sizes) -> Iterator[Figure]:
    sql = engine.many_rows.format(rows=sizes.many_rows)
    with connected(service) as (backend, client, connection_id):
        client.call("query", connection_id=connection_id, sql="SELECT 1")
        after_one = rss_mb(backend.pid)
        fast = rss_while(read_windows(client, connection_id, sql), backend.pid)
    with connected(service) as (backend, client, connection_id):
        windows = read_windows(client, connection_id, sql)
        for _ in range(_WINDOWS_BEFORE_PAUSE):
            next(windows)
        paused = peak_mb(backend.pid, sizes.pause_s)
    yield Figure(f"{engine.title}, memory after one query", "MB", after_one)
    goal = Goal("ours", "below", 90)
    question = f"{engine.title}, peak memory, {sizes.many_rows:,} rows"
    yield Figure(f"{question}, fast reader", "MB", peak_of(fast), goal=goal, curve=fast)
    yield Figure(f"{question}, paused reader", "MB", paused, goal=goal)


def _cancel(engine: Engine, service: Service, sizes: Sizes) -> Iterator[Figure]:
    with connected(service) as (_, client, connection_id):
        times = sorted(stop_endless(client, connection_id, engine.endless) for _ in range(sizes.cancels))
    for percent in (50, 99):
        yield Figure(
            f"{engine.title}, cancel of an endless query, p{percent}",
            "ms",
            percentile(times, percent),
            goal=Goal("ours", "below", 100),
        )
