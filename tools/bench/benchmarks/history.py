"""How fast a statement is found again among very many, beside looking through all of them."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from litebase.history.file import HistoryFile, Run
from tools.bench import processes
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient
from tools.bench.sizes import Sizes
from tools.bench.timing import seconds

_TABLES = ("orders", "customers", "order_lines", "products", "invoices", "payments", "shipments", "warehouses")
_RARE = "needle"
_SCAN = "SELECT id, sql, at FROM entries WHERE sql LIKE '%' || ? || '%' ORDER BY at DESC LIMIT 101"
_QUESTIONS = {
    "a rare word": {"text": _RARE},
    "two parts of words": {"text": "warehous 4242"},
    "a frequent word": {"text": "select"},
    "nothing, of a connection": {"text": "", "connection_name": "shop 3"},
    "what is not there": {"text": "nowhere_to_be_found"},
}


def measure(sizes: Sizes) -> list[Figure]:
    """Searches of a history through the socket, in turn with a scan of the same file."""
    count = min(100_000, sizes.rows // 10)
    sizes.folder.mkdir(parents=True, exist_ok=True)
    path = sizes.folder / f"history-{count}.db"
    path.unlink(missing_ok=True)
    _fill(path, count)
    with (
        closing(sqlite3.connect(path)) as database,
        processes.backend(options=("--history", str(path))) as backend,
        RawClient(backend.socket) as client,
    ):
        figures = [_figure(sizes, count, client, database, what, asked) for what, asked in _QUESTIONS.items()]
    path.unlink()
    return figures


def _fill(path: Path, count: int) -> None:
    file = HistoryFile(path, 2 * count, 10**9)
    for start in range(0, count, 1000):
        file.add([_run(number) for number in range(start, min(start + 1000, count))])
    file.close()


def _run(number: int) -> Run:
    table, other = _TABLES[number % 8], _TABLES[number // 8 % 8]
    sql = (
        f"SELECT a.id, a.name, b.amount FROM {table} AS a JOIN {other} AS b ON b.{table}_id = a.id"
        f" WHERE a.id > {number} AND b.state IN ('new', 'open') ORDER BY b.amount DESC LIMIT 100"
    )
    if number in (17, 4711):
        sql += f" -- {_RARE}"
    return Run(sql, True, 1_000_000 * number, 3.5, 100, "done", None, f"shop {number % 5}", "shop", "user")


def _figure(
    sizes: Sizes, count: int, client: RawClient, database: sqlite3.Connection, what: str, asked: Mapping[str, Any]
) -> Figure:
    def ours() -> None:
        client.call("search_history", **asked)

    def scan() -> None:
        database.execute(_SCAN, (asked["text"],)).fetchall()

    ours()  # what is read first does not count
    scan()
    times = [(seconds(ours), seconds(scan)) for _ in range(max(sizes.repeats, 5))]
    return Figure(
        f"find {what} among {count:,} statements",
        "ms",
        1000 * median(one for one, _ in times),
        1000 * median(other for _, other in times),
        "LIKE in the same file, without a socket",
        Goal("ours", "below", 20),
    )
