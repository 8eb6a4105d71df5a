"""Dumps of SQLite are databases: copies that are made while others use the original."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import cast

from anyio import to_thread
from litebase_schema.connection import SqliteTarget

from litebase.drivers.dumping import KINDS, Dump, Dumped, DumpWanted, NewDump, OutOfSpace, Report, Reports, Restored
from litebase.drivers.interface import Ask, DatabaseSession, Driver, DriverLimits
from litebase.drivers.interruption import Interrupted
from litebase.drivers.sqlite import errors
from litebase.drivers.sqlite.link import backup
from litebase.drivers.sqlite.link.file import DatabaseFile
from litebase.drivers.sqlite.session import SqliteSession
from litebase.errors import Conflict, InvalidMessage, LockTimeout

_TOOL = "SQLite"

_Stopping = Callable[[], bool]


async def dump(
    driver: Driver,  # noqa: ARG001  # as in the other engines
    session: DatabaseSession,
    wanted: DumpWanted,
    file: NewDump,
    reports: Reports,
    ask: Ask,  # noqa: ARG001  # as above
) -> Dumped:
    """Copy the whole database."""
    if wanted.format not in (None, "database"):
        raise InvalidMessage("/data/format", "SQLite has the format database. For SQL, use export_rows and get_ddl.")
    if wanted.objects is not None:
        raise InvalidMessage("/data/objects", "a copy of a SQLite database has everything that is in it.")
    if wanted.what != "all":
        raise InvalidMessage("/data/what", "a copy of a SQLite database has everything that is in it. Use get_ddl.")
    report = _from_its_thread(reports.dumped)

    def write(own: DatabaseFile, stopping: _Stopping) -> None:
        own.guard.begin("SELECT")
        with _errors_of(own):
            backup.write(own.connection, file.path, report, stopping)

    await _in_its_thread(session, write)
    return Dumped(_TOOL, sqlite3.sqlite_version, "database", "")


async def restore(
    driver: Driver,  # noqa: ARG001  # as above
    session: DatabaseSession,
    dump: Dump,
    reports: Reports,
    ask: Ask,  # noqa: ARG001  # as above
    *,
    owners: bool,  # noqa: ARG001  # as above
) -> Restored:
    """Make the empty database of the session what the file is."""
    if dump.kind != "database":
        raise dump.failed("other_engine", f"It is {KINDS[dump.kind]}, and this is SQLite.")
    ((there,),) = await session.rows("SELECT count(*) FROM sqlite_schema")
    if there:
        raise Conflict("The database is not empty, so nothing was restored. Open a new one, with the mode create.")
    reports.checked(0, dump.size)
    await _check(dump)
    reports.checked(dump.size, dump.size)
    report = _from_its_thread(reports.restored)

    def read(own: DatabaseFile, stopping: _Stopping) -> None:
        own.guard.begin("PRAGMA")
        with _errors_of(own), _opened(dump) as source:
            if backup.has_unfit_pages(own.connection, source):
                raise Conflict(
                    "The file has pages of another size than the database, which keeps its own in the mode WAL: run "
                    "PRAGMA journal_mode = DELETE in it, or open a new one without WAL. Nothing was restored."
                )
            backup.read(own.connection, source, report, stopping, own.busy_timeout_ms / 1000)

    await _in_its_thread(session, read)
    return Restored(_TOOL, sqlite3.sqlite_version, "database", "all_or_nothing", "")


def _from_its_thread(report: Report) -> Report:
    """`report`, to be called in another thread than that of the event loop."""
    loop = asyncio.get_running_loop()

    def tell(done: int, total: int | None) -> None:
        loop.call_soon_threadsafe(report, done, total)

    return tell


async def _in_its_thread(session: DatabaseSession, copy: Callable[[DatabaseFile, _Stopping], None]) -> None:
    """Call `copy` in the thread of a session, with its file. A cancel lets it stop."""
    own = cast("SqliteSession", session)
    await own.run(partial(own.thread.call, lambda: copy(own.thread.file, lambda: own.stopping)))


@contextlib.contextmanager
def _errors_of(file: DatabaseFile) -> Iterator[None]:
    """In the session's thread: what SQLite raises becomes one of our errors."""
    try:
        yield
    except sqlite3.Error as error:
        if errors.is_busy(error):
            raise LockTimeout(file.busy_timeout_ms) from error
        if errors.primary_code(error) == sqlite3.SQLITE_FULL or _no_room(error):
            raise OutOfSpace from error
        raise errors.translated(error, "", None, file.error_code()) from error


def _no_room(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_WRITE


async def _check(dump: Dump) -> None:
    """Raise `FileFailed` for a file that SQLite finds fault with."""
    stopped = threading.Event()
    try:
        found = await to_thread.run_sync(_faults, dump, stopped, abandon_on_cancel=True)
    finally:
        stopped.set()
    if found is not None:
        raise dump.failed("incomplete", f"SQLite says: {found}.")


def _faults(dump: Dump, stopped: threading.Event) -> str | None:
    try:
        with _opened(dump) as source:
            return next(backup.faults(source, stopped.is_set), None)
    except sqlite3.Error as error:
        if stopped.is_set():
            raise Interrupted from error
        return str(error)


@contextlib.contextmanager
def _opened(dump: Dump) -> Iterator[sqlite3.Connection]:
    """The file as a stranger's: what is in it does nothing."""
    target = SqliteTarget(engine="sqlite", path=str(dump.path), mode="read_only")
    file = DatabaseFile(target, DriverLimits(0, 0), read_only=True)
    with contextlib.closing(file.open()) as connection:  # SQLite calls the file as long as it is open
        file.apply_settings()
        file.guard.begin("PRAGMA")
        yield connection
