"""Copies of whole databases by SQLite's backup interface. Every function is called in the thread of a session.

Source: sqlite.org/backup.html
"""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from litebase.drivers.interruption import Interrupted

_PAGES = 256  # at a time
_PAUSE_S = 0.01  # while somebody has the file locked

Report = Callable[[int, int | None], None]
_SCRATCH = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA locking_mode = EXCLUSIVE")


class _Locked(sqlite3.OperationalError):
    """Somebody kept the database locked for too long."""

    sqlite_errorcode = sqlite3.SQLITE_BUSY


def write(connection: sqlite3.Connection, path: Path, report: Report, stopping: Callable[[], bool]) -> None:
    """Write the database, as it is now, into an empty file. Others may read and write it meanwhile.

    A transaction that only reads keeps the one state: else the backup would begin anew with each change.
    """
    connection.execute("BEGIN").close()
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        ((page_bytes,),) = connection.execute("PRAGMA page_size").fetchall()
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as copy:
            for pragma in _SCRATCH:
                copy.execute(pragma).close()
            _copy(connection, copy, page_bytes, report, stopping, 0.0)
    finally:
        connection.execute("ROLLBACK").close()


def read(
    connection: sqlite3.Connection,
    source: sqlite3.Connection,
    report: Report,
    stopping: Callable[[], bool],
    patience_s: float,
) -> None:
    """Make the database what `source` is, in one transaction, whose locks are waited for."""
    ((page_bytes,),) = source.execute("PRAGMA page_size").fetchall()
    _copy(source, connection, page_bytes, report, stopping, patience_s)


def _copy(
    source: sqlite3.Connection,
    target: sqlite3.Connection,
    page_bytes: int,
    report: Report,
    stopping: Callable[[], bool],
    patience_s: float,
) -> None:
    deadline = time.monotonic() + patience_s

    def progress(status: int, left: int, total: int) -> None:
        if stopping():
            raise Interrupted
        if status & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            if time.monotonic() >= deadline:
                raise _Locked("database is locked")
        elif total:
            report((total - left) * page_bytes, total * page_bytes)

    source.backup(target, pages=_PAGES, progress=progress, sleep=_PAUSE_S)


def has_unfit_pages(connection: sqlite3.Connection, source: sqlite3.Connection) -> bool:
    """Whether SQLite would refuse to make the database what `source` is: in the mode WAL pages keep their size."""
    ((mode,),) = connection.execute("PRAGMA main.journal_mode").fetchall()
    sizes = {one.execute("PRAGMA main.page_size").fetchall()[0][0] for one in (connection, source)}
    return mode == "wal" and len(sizes) > 1


def faults(connection: sqlite3.Connection, stopping: Callable[[], bool]) -> Iterator[str]:
    """What is wrong with a database, as SQLite finds it. Rows without a parent are its owner's affair."""
    connection.set_progress_handler(stopping, 10_000)
    try:
        for (found,) in connection.execute("PRAGMA integrity_check(5)"):
            if found != "ok":
                yield str(found)
    finally:
        connection.set_progress_handler(None, 0)
