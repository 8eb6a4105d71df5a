"""How quickly SQL is completed in a database of many tables whose names are known, through the socket.

Beside it, in turn: pgcli's completer in its own process, whose time is that of the call alone, without a socket; and a
plain scan of the names, the least that any completer does, which shows what the machine is worth.
"""

import sqlite3
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing

from tools.bench import pgcli, processes
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient, Unexpected
from tools.bench.sizes import Sizes
from tools.bench.timing import percentile

_TABLES = 30_000
_TRIES = 20
_USED = 100  # tables that statements have used, which are offered first
_WARM_MS = 10_000  # for reading the names, once
_SCAN = "a plain scan of the names"
_PGCLI = "pgcli's completer, without a socket"
_COLUMNS = (("id", "integer"), ("title", "text"), ("owner", "integer"), ("made", "text"))
_CURSORS = (  # text with a bar for the cursor
    "SELECT * FROM |",
    "SELECT * FROM customer_o|",
    "SELECT * FROM cust17|",
    "SELECT * FROM co12|",
    "SELECT | FROM customer_orders_7",
    "SELECT a.| FROM customer_orders_7 a",
    "SELECT * FROM customer_orders_7 a JOIN customer_orders_8 b ON |",
    "WITH c AS (SELECT id, title FROM customer_orders_9) SELECT t| FROM c",
    "UPDATE customer_orders_7 SET |",
    "SELECT * FROM customer_orders_7 WHERE ti|",
)


def measure(sizes: Sizes) -> list[Figure]:
    """Completions at several places, each again and again, in turn with a scan of all names."""
    count = _TABLES if sizes.tables >= Sizes(sizes.folder).tables else sizes.tables
    sizes.folder.mkdir(parents=True, exist_ok=True)
    path = sizes.folder.resolve() / "completion.db"
    path.unlink(missing_ok=True)
    names = [f"customer_orders_{number}" for number in range(count)]
    try:
        _fill(str(path), names)
        with processes.backend() as backend, RawClient(backend.socket) as client, ExitStack() as stack:
            connection_id = client.call("db_connect", engine="sqlite", mode="read_write", path=str(path))[
                "connection_id"
            ]
            for number in range(0, count, max(count // _USED, 1)):
                client.call("query", connection_id=connection_id, sql=f"SELECT id, title FROM {names[number]}")
            for marked in _CURSORS:
                _complete(client, connection_id, marked, _WARM_MS)
            try:
                may_install = count == _TABLES  # not for a quick run
                other = stack.enter_context(pgcli.completer(names, _COLUMNS, may_install=may_install))
            except pgcli.PgcliMissing as missing:
                pgcli.warn(missing)
                other = None
            ours, scans, theirs = _measured(client, connection_id, names, other)
    finally:
        path.unlink(missing_ok=True)
    found = _figures(f"complete_sql, {count:,} tables or views", ours, scans, _SCAN)
    return found + (_figures("the same beside pgcli", ours, theirs, _PGCLI) if theirs else [])


def _figures(question: str, ours: Sequence[float], theirs: Sequence[float], name: str) -> list[Figure]:
    return [
        Figure(
            f"{question}, p{percent}",
            "ms",
            percentile(sorted(ours), percent),
            percentile(sorted(theirs), percent),
            name,
            Goal("ours", "below", limit),
        )
        for percent, limit in ((50, 5), (99, 20))
    ]


def _fill(path: str, names: list[str]) -> None:
    """Views, written into the schema table: SQLite takes minutes to create so many objects one by one."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("CREATE TABLE base (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, made TEXT)")
        database.execute("PRAGMA writable_schema = ON")
        database.execute("BEGIN")
        database.executemany(
            "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) "
            "VALUES ('view', ?1, ?1, 0, 'CREATE VIEW ' || ?1 || ' AS SELECT id, title, owner, made FROM base')",
            ((name,) for name in names),
        )
        database.execute("COMMIT")


def _measured(
    client: RawClient, connection_id: str, names: list[str], other: pgcli.Complete | None
) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of ours, of the scan, and of the other completer if there is one."""
    ours, scans, theirs = list[float](), list[float](), list[float]()
    for _ in range(_TRIES):
        for marked in _CURSORS:
            started = time.perf_counter()
            _complete(client, connection_id, marked, 0)
            ours.append(1000 * (time.perf_counter() - started))
            typed = marked.partition("|")[0].rpartition(" ")[2].lower()
            started = time.perf_counter()
            sorted(name for name in names if typed in name.lower())[:100]
            scans.append(1000 * (time.perf_counter() - started))
            if other is not None:
                theirs.append(_ms_of(other, marked))
    return ours, scans, theirs


def _ms_of(other: pgcli.Complete, marked: str) -> float:
    ms, items = other(*_parted(marked))
    if not items:
        raise Unexpected(f"pgcli offered nothing for {marked!r}.")
    return ms


def _parted(marked: str) -> tuple[str, int]:
    """A text without its bar, and where that was."""
    offset = marked.index("|")
    return marked[:offset] + marked[offset + 1 :], offset


def _complete(client: RawClient, connection_id: str, marked: str, wait_ms: int) -> None:
    text, offset = _parted(marked)
    answer = client.call("complete_sql", connection_id=connection_id, sql=text, offset=offset, wait_ms=wait_ms)
    if not answer["items"]:
        raise Unexpected(f"Nothing was offered for {marked!r}.")
