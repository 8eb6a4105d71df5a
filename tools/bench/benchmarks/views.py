"""What working with a stored result costs: sorting, filtering and summing it up, beside SQLite doing the same."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

from tools.bench import databases, processes
from tools.bench.databases import ALL_ROWS
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient
from tools.bench.reading import store
from tools.bench.rss import peak_mb
from tools.bench.sizes import Sizes
from tools.bench.timing import seconds

_NAME, _QUANTITY = 4, 1  # columns of the wide table
_SORTED = ("CREATE TABLE sorted.rows AS SELECT * FROM rows ORDER BY name", "DROP TABLE sorted.rows")
_FILTERED = ("CREATE TABLE sorted.rows AS SELECT * FROM rows WHERE name LIKE '%99%'", "DROP TABLE sorted.rows")
_SUMMED = ("SELECT count(quantity), count(DISTINCT quantity), min(quantity), max(quantity), sum(quantity) FROM rows",)


def measure(sizes: Sizes) -> list[Figure]:
    """Time of each, in turn with SQLite, and the memory of the backend meanwhile."""
    path = databases.wide(sizes.folder, sizes.rows)
    with processes.backend() as backend, RawClient(backend.socket) as client, closing(_beside(path)) as database:
        result_id, _ = store(client, client.connect_sqlite(path), ALL_ROWS, sizes.rows)

        def view(**wanted: Any) -> None:
            made = client.call("view_result", result_id=result_id, **wanted)
            client.call("close_result", result_id=made["result_id"])

        def sort() -> None:
            view(order=[{"column": _NAME}])

        def keep() -> None:
            view(filters=[{"column": _NAME, "op": "contains", "values": ["99"]}])

        def sum_up() -> None:
            client.call("summarize_result", result_id=result_id, columns=[_QUANTITY])

        rows = f"{sizes.rows:,} rows x 10"
        sorting = _figure(sizes, f"sorting {rows} by a text column", sort, database, _SORTED)
        figures = [
            sorting,
            _figure(sizes, f"keeping those of {rows} that contain a text", keep, database, _FILTERED),
            _figure(sizes, f"count, values, ends and sum of a column of {rows}", sum_up, database, _SUMMED),
        ]
        again = Thread(target=sort)
        again.start()
        peak = peak_mb(backend.pid, sorting.ours)
        again.join()
    return [*figures, Figure(f"memory while {rows} are sorted", "MB", peak, goal=Goal("ours", "below", 90))]


def _figure(
    sizes: Sizes, question: str, ours: Callable[[], None], database: sqlite3.Connection, statements: Sequence[str]
) -> Figure:
    def other() -> None:
        for sql in statements:
            database.execute(sql).fetchall()

    times = [(seconds(ours), seconds(other)) for _ in range(sizes.repeats)]
    first, second = zip(*times, strict=True)
    return Figure(question, "s", median(first), median(second), "SQLite", Goal("ratio", "below", 2))


def _beside(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("ATTACH '' AS sorted")
    return database
