"""PostgreSQL and MariaDB: rows through the socket, the first window, memory, and cancel, on private servers."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

from tools.bench import processes
from tools.bench.cancel import stop_endless
from tools.bench.figure import Figure, Goal
from tools.bench.memory import peak_mb
from tools.bench.raw_client import RawClient
from tools.bench.rss import rss_mb
from tools.bench.sizes import Sizes
from tools.bench.timing import percentile, seconds
from tools.bench.walk import read_all, read_windows
from tools.services import Service, mariadb, postgresql

_PROGRAM_S = 120.0
_FIRST_ROWS = 500
_WINDOWS_BEFORE_PAUSE = 3


@dataclass(frozen=True, slots=True)
class Engine:
    """How a server is filled, and how its own client program reads a table."""

    title: str
    make_wide: str
    all_rows: str
    many_rows: str
    endless: str
    program: Callable[[Service, str], list[str]]
    goal: Goal
    environment: Callable[[Service], dict[str, str]]


_POSTGRESQL = Engine(
    "PostgreSQL",
    "CREATE TABLE wide AS SELECT i::integer AS id, (i * 7919 % 1000)::integer AS quantity, i * 2654435761 AS big, "
    "i / 7.0::float8 AS ratio, 'customer ' || i * 7919 % 100003 AS name, "
    "CASE WHEN i % 3 <> 0 THEN 'remark number ' || i % 977 || ' about something' END AS remark, "
    "date '2020-01-01' + (i % 2000)::integer AS day, (i % 100000 + i % 100 / 100.0)::numeric(10,2) AS amount, "
    "decode(lpad(i::text, 12, '0'), 'escape') AS digest, CASE WHEN i % 10 <> 0 THEN (i / 10)::integer END AS parent "
    "FROM generate_series(1::bigint, {rows}) AS g (i)",
    "SELECT * FROM wide",
    "SELECT i, 'row ' || i AS name FROM (SELECT generate_series(1, {rows}) AS i) AS g",  # comes row by row
    "SELECT count(*) FROM generate_series(1, 1000000000000)",
    lambda service, sql: [
        "psql", "-X", "-At", "-h", service.host, "-p", str(service.port), "-U", service.user, "-d", service.database,
        "-v", "FETCH_COUNT=0", "-c", sql,
    ],
    Goal("ratio", "at least", 1.0),
    lambda service: {"PGPASSWORD": service.password},
)  # fmt: skip
_MARIADB = Engine(
    "MariaDB",
    "CREATE TABLE wide AS SELECT CAST(seq AS integer) AS id, CAST(seq * 7919 % 1000 AS integer) AS quantity, "
    "seq * 2654435761 AS big, seq / 7e0 AS ratio, CONCAT('customer ', seq * 7919 % 100003) AS name, "
    "IF(seq % 3, CONCAT('remark number ', seq % 977, ' about something'), NULL) AS remark, "
    "DATE_ADD('2020-01-01', INTERVAL seq % 2000 DAY) AS day, CAST(seq % 100000 + seq % 100 / 100 AS decimal(10,2)) "
    "AS amount, CAST(LPAD(seq, 12, '0') AS binary(12)) AS digest, IF(seq % 10, CAST(seq / 10 AS integer), NULL) "
    "AS parent FROM seq_1_to_{rows}",
    "SELECT * FROM wide",
    "SELECT seq, CONCAT('row ', seq) AS name FROM seq_1_to_{rows}",
    "SELECT sum(a.seq * b.seq) FROM seq_1_to_10000000 a, seq_1_to_10000000 b",
    lambda service, sql: [
        "mariadb", "--no-defaults", "--quick", "-N", "-B", "-h", service.host, "-P", str(service.port),
        "-u", service.user, "-D", service.database, "-e", sql,
    ],
    Goal("ratio", "at least", 0.55),
    lambda service: {"MYSQL_PWD": service.password},
)  # fmt: skip


def measure_postgresql(sizes: Sizes) -> list[Figure]:
    """All figures of PostgreSQL."""
    with postgresql() as service:
        return _measure(_POSTGRESQL, service, sizes)


def measure_mariadb(sizes: Sizes) -> list[Figure]:
    """All figures of MariaDB."""
    with mariadb() as service:
        return _measure(_MARIADB, service, sizes)


def _measure(engine: Engine, service: Service, sizes: Sizes) -> list[Figure]:
    with _connected(service) as (_, client, connection_id):
        sql = engine.make_wide.format(rows=sizes.rows)
        client.call("query", connection_id=connection_id, sql=sql)
    return [
        *_rows(engine, service, sizes),
        *_first_window(engine, service, sizes),
        *_memory(engine, service, sizes),
        *_cancel(engine, service, sizes),
    ]


@contextmanager
def _connected(service: Service) -> Iterator[tuple[processes.Backend, RawClient, str]]:
    with processes.backend() as backend, RawClient(backend.socket) as client:
        opened = client.call("db_connect", **_target(service))
        yield backend, client, opened["connection_id"]


def _target(service: Service) -> dict[str, Any]:
    names = ("engine", "host", "port", "user", "password", "database")
    return {name: getattr(service, name) for name in names}


def _rows(engine: Engine, service: Service, sizes: Sizes) -> Iterator[Figure]:
    program = engine.program(service, engine.all_rows)
    ours, theirs = [], []
    with _connected(service) as (_, client, connection_id):
        for _ in range(sizes.repeats):
            ours.append(seconds(partial(_read, client, connection_id, engine.all_rows, sizes.rows)))
            theirs.append(seconds(partial(_read_by_program, program, engine.environment(service))))
    yield Figure(
        f"{engine.title}, {sizes.rows:,} rows x 10 columns",
        "rows/s",
        sizes.rows / median(ours),
        sizes.rows / median(theirs),
        f"{' '.join(program[:2] if engine is _MARIADB else program[:1])} ... to /dev/null".replace(
            "--no-defaults ", ""
        ),
        engine.goal,
    )


def _read(client: RawClient, connection_id: str, sql: str, expected: int) -> None:
    found = read_all(client, connection_id, sql)
    if found != expected:
        raise AssertionError(f"{found:,} rows came instead of {expected:,}.")


def _read_by_program(program: list[str], environment: dict[str, str]) -> None:
    subprocess.run(
        program, stdout=subprocess.DEVNULL, env={**os.environ, **environment}, check=True, timeout=_PROGRAM_S
    )


def _first_window(engine: Engine, service: Service, sizes: Sizes) -> Iterator[Figure]:
    sql = engine.many_rows.format(rows=sizes.many_rows)
    times = []
    with _connected(service) as (_, client, connection_id):
        for _ in range(max(sizes.repeats, 3) * 4):
            started = time.perf_counter()
            answer = client.call("query", connection_id=connection_id, sql=sql, window_rows=_FIRST_ROWS)
            times.append(1000 * (time.perf_counter() - started))
            client.call("close_result", result_id=answer["result_id"])
    yield Figure(
        f"{engine.title}, first {_FIRST_ROWS} rows of {sizes.many_rows:,}, p50",
        "ms",
        percentile(sorted(times), 50),
        goal=Goal("ours", "below", 100),
    )


def _memory(engine: Engine, service: Service, sizes: Sizes) -> Iterator[Figure]:
    sql = engine.many_rows.format(rows=sizes.many_rows)
    with _connected(service) as (backend, client, connection_id):
        client.call("query", connection_id=connection_id, sql="SELECT 1")
        after_one = rss_mb(backend.pid)
        fast = 0.0
        for _ in read_windows(client, connection_id, sql):
            fast = max(fast, rss_mb(backend.pid))
    with _connected(service) as (backend, client, connection_id):
        windows = read_windows(client, connection_id, sql)
        for _ in range(_WINDOWS_BEFORE_PAUSE):
            next(windows)
        paused = peak_mb(backend.pid, sizes.pause_s)
    yield Figure(f"{engine.title}, memory after one query", "MB", after_one)
    goal = Goal("ours", "below", 90)
    yield Figure(f"{engine.title}, most memory, {sizes.many_rows:,} rows, fast reader", "MB", fast, goal=goal)
    yield Figure(f"{engine.title}, most memory, {sizes.many_rows:,} rows, paused reader", "MB", paused, goal=goal)


def _cancel(engine: Engine, service: Service, sizes: Sizes) -> Iterator[Figure]:
    with _connected(service) as (_, client, connection_id):
        times = sorted(stop_endless(client, connection_id, engine.endless) for _ in range(sizes.cancels))
    for percent in (50, 99):
        yield Figure(
            f"{engine.title}, cancel of an endless query, p{percent}",
            "ms",
            percentile(times, percent),
            goal=Goal("ours", "below", 100),
        )
