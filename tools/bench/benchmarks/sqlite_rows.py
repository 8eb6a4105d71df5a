"""How fast a client reads a million rows of ten columns from SQLite."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median

import anyio
import msgpack
from litebase_schema.connection import SqliteTarget
from litebase_schema.opaque import PackedRows, Rows
from litebase_schema.query import CloseResultRequest, FetchRequest, QueryRequest

from litebase.client import Client, connect
from litebase.client.channel import PendingCall
from tools.bench import databases, processes
from tools.bench.databases import ALL_ROWS
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient
from tools.bench.reading import WINDOW_ROWS, WindowPlan, expect_rows, read_all
from tools.bench.sizes import Sizes
from tools.bench.timing import seconds

_BATCH_ROWS = 1000
_CLI_S = 60.0


def measure(sizes: Sizes) -> list[Figure]:
    """Rows per second, read only and decoded, compared with three other ways to read the same table."""
    path = databases.wide(sizes.folder, sizes.rows)
    cli = shutil.which("sqlite3")
    with processes.backend() as backend, RawClient(backend.socket) as client:
        connection_id = client.connect_sqlite(path)
        ways: dict[str, Callable[[], object]] = {
            "ours": lambda: expect_rows(read_all(client, connection_id, ALL_ROWS), sizes.rows),
            "decoded": lambda: expect_rows(anyio.run(read_and_decode, backend.endpoint, path), sizes.rows),
            "sqlite3 module": partial(_read_by_module, path),
            "sqlite3 module + msgpack": partial(_read_and_pack, path),
        }
        if cli is not None:
            ways["sqlite3 program to /dev/null"] = partial(_read_by_program, cli, path)
        speed = _speeds(ways, sizes)
    native = "sqlite3 program to /dev/null"
    missing = "(the sqlite3 program is not installed)"
    question = f"SQLite, {sizes.rows:,} rows x 10 columns"
    return [
        Figure(
            f"{question}, not decoded on either side",
            "rows/s",
            speed["ours"],
            speed.get(native),
            native if cli else missing,
            Goal("ratio", "at least", 0.6),
        ),
        *(
            Figure(f"{question}, not decoded", "rows/s", speed["ours"], speed[other], other)
            for other in ("sqlite3 module", "sqlite3 module + msgpack")
        ),
        Figure(
            f"{question}, decoded by the Python client",
            "rows/s",
            speed["decoded"],
            speed["sqlite3 module + msgpack"],
            "sqlite3 module + msgpack",
        ),
    ]


def _speeds(ways: dict[str, Callable[[], object]], sizes: Sizes) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(sizes.repeats):
        for name, way in ways.items():
            times[name].append(seconds(way))
    return {name: sizes.rows / median(found) for name, found in times.items()}


async def read_and_decode(endpoint: dict[str, str], path: Path) -> int:
    """Read and decode the whole table with the Python client, and return how many rows it has."""
    async with connect(endpoint) as client:
        opened = await client.db_connect(SqliteTarget(engine="sqlite", path=str(path), mode="read_only"))
        query = QueryRequest(connection_id=opened.connection_id, sql=ALL_ROWS, window_rows=WINDOW_ROWS)
        first = await client.query(query)
        if first.result_id is None:
            return _count(first.rows)
        plan = WindowPlan.after(_count(first.rows), first.total_rows)
        await _fetch_all(client, first.result_id, plan)
        await client.close_result(CloseResultRequest(result_id=first.result_id))
        return plan.rows_read


async def _fetch_all(client: Client, result_id: str, plan: WindowPlan) -> None:
    calls: list[tuple[tuple[int, int], PendingCall]] = []
    while not plan.done:
        for offset, limit in plan.requests():
            request = FetchRequest(result_id=result_id, offset=offset, limit=limit)
            calls.append(((offset, limit), await client.start("fetch", request)))
        window, call = calls.pop(0)
        answer = await call.answer()
        plan.take(window, _count(answer.rows), answer.total_rows)


def _count(rows: Rows) -> int:
    return rows.count if isinstance(rows, PackedRows) else len(rows)


def _read_by_module(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        cursor = database.execute(ALL_ROWS)
        while cursor.fetchmany(_BATCH_ROWS):
            pass


def _read_and_pack(path: Path) -> None:
    packer = msgpack.Packer()
    with closing(sqlite3.connect(path)) as database:
        cursor = database.execute(ALL_ROWS)
        while rows := cursor.fetchmany(_BATCH_ROWS):
            packer.pack(rows)


def _read_by_program(program: str, path: Path) -> None:
    subprocess.run([program, "-readonly", str(path), ALL_ROWS], stdout=subprocess.DEVNULL, check=True, timeout=_CLI_S)
