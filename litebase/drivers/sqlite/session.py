"""Database sessions of SQLite: interruptible, and never waiting where they cannot be stopped."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import aiosqlite
import anyio
from litebase_schema.connection import TlsState
from litebase_schema.db_session import IsolationLevel
from litebase_schema.values import TransactionStatus

from litebase.drivers.abilities import Abilities, Available, Unavailable
from litebase.drivers.interface import Cursor, DriverLimits, RowSink, Statement
from litebase.drivers.interruption import Interrupted, run_interruptibly
from litebase.drivers.sqlite import errors, native, statements, values
from litebase.drivers.sqlite.cursor import SqliteCursor, Started, columns_of
from litebase.drivers.sqlite.opening import Opening
from litebase.errors import Conflict, LockTimeout, Unsupported
from litebase.sql.dialect import SQLITE
from litebase.sql.effect import effect, outline

T = TypeVar("T")

_BUSY_PAUSES_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05)  # then the last one again and again
_CLOSE_PATIENCE_S = 1.0

_NO_LEVELS = Unavailable("SQLite has one isolation level; its transactions are always serializable.")
_NO_READ_ONLY = Unavailable("SQLite has no read-only transactions; open the connection with read_only.")
_NO_ORIGINS = Unavailable("This build of SQLite does not say which table a column comes from.")
_NOT_REACHED = Unavailable("This build of SQLite does not say which row an INSERT made; use RETURNING.")
_ONE_SESSION = Unavailable("A database in memory belongs to one database session; use a file for several.")
_ABILITIES = Abilities(
    named_parameters=Available(),
    isolation_levels=_NO_LEVELS,
    read_only_transactions=_NO_READ_ONLY,
    column_origins=Available(),
    last_insert_id=Available(),
    more_results=Unavailable("SQLite has no procedures, so a statement returns one result."),
    several_db_sessions=Available(),
    stop_statements=Available(),
)


class SqliteSession:
    """One database session. Every call into SQLite happens in its thread, one at a time."""

    def __init__(self, library: aiosqlite.Connection, opened: Opening, limits: DriverLimits) -> None:
        self.server_version = sqlite3.sqlite_version
        self.tls: TlsState | None = None
        self.dialect = SQLITE
        self._library = library
        self._opened = opened
        self.limits = limits
        self._lock = anyio.Lock()
        self._usable = True
        self._running = self._closed = False
        self._in_transaction = False
        self._sql = ""  # of the statement at hand
        self._readers_block_writers = True
        self._dirty = False  # whether a stranger would inherit something

    @property
    def abilities(self) -> Abilities:
        reached = self._opened.handle is not None
        return replace(
            _ABILITIES,
            column_origins=Available() if reached and native.knows_origins() else _NO_ORIGINS,
            last_insert_id=Available() if reached else _NOT_REACHED,
            several_db_sessions=_ONE_SESSION if self._opened.in_memory else Available(),
        )

    @property
    def usable(self) -> bool:
        return self._usable

    @property
    def transaction_status(self) -> TransactionStatus:
        return "in_transaction" if self._in_transaction else "idle"

    def waits_for_readers(self, sql: str) -> bool:
        """Without a write-ahead log an open reader keeps every writer out."""
        return self._readers_block_writers and effect(sql, SQLITE) != "reads"

    async def execute(self, statement: Statement) -> Cursor:
        """Run a statement up to its first rows, waiting for other programs' locks for `busy_timeout_ms`."""
        patience_s = self._opened.busy_timeout_ms / 1000
        deadline = time.monotonic() + min(patience_s, statement.lock_wait_s or patience_s)
        waits = 0
        async with self._lock:
            self._sql = statement.sql
            while True:
                try:
                    started: SqliteCursor = await self.run(partial(self._start, statement))
                except sqlite3.Error as error:
                    if not errors.is_busy(error):
                        raise errors.translated(error, statement.sql) from error
                    if time.monotonic() >= deadline:
                        raise LockTimeout(self._opened.busy_timeout_ms) from error
                else:
                    return started
                await anyio.sleep(_BUSY_PAUSES_S[min(waits, len(_BUSY_PAUSES_S) - 1)])
                waits += 1

    async def look_at_file(self) -> None:
        """Read the first page: is it a database, and do its readers keep writers out?"""
        cursor = await self.execute(Statement("PRAGMA journal_mode", first_rows=1))
        ((mode,),) = await cursor.fetch(1)
        await cursor.aclose()
        self._readers_block_writers = mode != "wal"
        self._dirty = False  # by our own PRAGMA
        cursor = await self.execute(Statement("SELECT count(*) FROM sqlite_schema", first_rows=1))
        await cursor.aclose()

    def _start(self, statement: Statement) -> "SqliteCursor":
        """In the session's thread: compile, run up to the first rows, and look at what came."""
        sql, handle = statement.sql, self._opened.handle
        looked_at = outline(sql, SQLITE)
        word = looked_at.word
        self._opened.guard.begin(word)
        facts = native.describe(handle, sql) if handle is not None else None
        connection = self._library._conn  # noqa: SLF001  # aiosqlite has no public way to run a function of ours
        before = (native.last_insert_id(handle), connection.total_changes) if handle is not None else None
        self._dirty = self._dirty or statements.leaves_traces(looked_at)
        started = Started()
        connection.text_factory = values.strict_decoder()
        try:
            cursor = connection.execute(sql, values.bound(statement.params))
            writes = facts is None or getattr(facts, "writes", True)
            started.run(cursor, statement.first_rows, self.limits.max_returning_bytes if writes else None)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if isinstance(error, sqlite3.Error) and errors.is_busy(error):
                raise
            if (reason := self._opened.guard.reason) is not None:
                raise errors.refused(reason, read_only=self._opened.guard.read_only) from error
            position = facts.position if isinstance(facts, native.CompileError) else None
            raise errors.translated(error, sql, position) from error
        except MemoryError as error:
            raise errors.too_much_memory(self.limits.own["max_sqlite_memory_bytes"]) from error
        finally:
            self._in_transaction = connection.in_transaction
            if before is not None and word in statements.INSERTING_WORDS:
                started.made_id = self._made_id(sql, *before)
            if word == "PRAGMA":
                connection.execute(
                    "PRAGMA busy_timeout = 0"
                )  # waiting for locks is ours: SQLite's own cannot be stopped
        described = facts if isinstance(facts, native.StatementFacts) else None
        if word in statements.COUNTING_WORDS:
            started.changed = 0
        elif described and described.writes and word == "WITH" and cursor.description is None:
            # Python's cursor counts only what begins with INSERT, UPDATE, DELETE or REPLACE
            (started.changed,) = connection.execute("SELECT changes()").fetchone()
        return SqliteCursor(self, cursor, sql, tuple(columns_of(cursor, described, started.rows)), started)

    def _made_id(self, sql: str, id_before: int, changes_before: int) -> int | None:
        """The rowid that an insert made, None when it made none. SQLite tells the last one of the whole session."""
        connection, handle = self._library._conn, self._opened.handle  # noqa: SLF001  # as above
        if handle is None or connection.total_changes == changes_before:
            return None
        made = native.last_insert_id(handle)
        if made == id_before and _is_without_rowid(connection, sql):
            return None
        return made

    async def run(self, function: Callable[[], T], grace_s: float = 0.0) -> T:
        """Run `function` in the session's thread so that a cancel stops it. Drops the session if it does not react."""
        if self._closed:
            raise _closed_meanwhile()
        try:
            return await run_interruptibly(
                partial(self._library._execute, self._noticed, function),  # noqa: SLF001  # as above
                self._interrupt,
                grace_s=grace_s,
                patience_s=self.limits.stop_patience_s,
            )
        except ValueError as error:
            if not self._closed:
                raise
            raise _closed_meanwhile() from error  # aiosqlite's word for it, when it happens just before the statement
        except Interrupted as stopped:
            if not stopped.session_ended:
                raise
            self._usable = False
            raise Interrupted(session_ended=True, may_have_changed=effect(self._sql, SQLITE) != "reads") from stopped

    def _noticed(self, function: Callable[[], T]) -> T:
        """In the session's thread: `function`, and the word that it runs."""
        self._running = True
        try:
            return function()
        finally:
            self._running = False

    async def fetch(self, cursor: "SqliteCursor", sink: RowSink, count: int) -> bool:
        """More rows of `cursor`; whether they are the last."""
        async with self._lock:
            return await self.run(partial(cursor.read, sink, count), self.limits.fetch_grace_s)

    def held(self) -> contextlib.AbstractContextManager[None]:
        """In the session's thread: no other one may call SQLite with this session meanwhile, see `native.held`."""
        return native.held(self._opened.handle)

    async def close_cursor(self, cursor: sqlite3.Cursor) -> None:
        """Give up the rest of a result."""
        async with self._lock:
            if self._usable:
                await self.run(partial(self._close_cursor, cursor))

    def _close_cursor(self, cursor: sqlite3.Cursor) -> None:
        cursor.close()
        self._in_transaction = self._library._conn.in_transaction  # noqa: SLF001  # as above

    def begin_statements(self, level: IsolationLevel, read_only: bool) -> Sequence[str]:
        """SQLite's transactions are serializable, and read-only only when the whole connection is."""
        if level not in ("default", "serializable"):
            raise Unsupported(_NO_LEVELS.reason)
        if read_only:
            raise Unsupported(_NO_READ_ONLY.reason)
        return ("BEGIN",)

    async def reset(self) -> bool:
        """Roll back what was left open. A session with settings or temporary tables of its own is better closed."""
        if self._in_transaction:
            await self.execute(Statement("ROLLBACK"))
        return not self._dirty or self._opened.in_memory

    async def aclose(self) -> None:
        """Interrupt what runs and close. Harmless when called again.

        A thread that does not come back is left behind; it ends with the process.
        """
        self._usable = False
        if self._closed:
            return
        self._closed = True
        stopped = self._library.stop()
        with anyio.move_on_after(_CLOSE_PATIENCE_S, shield=True):
            while stopped is not None and not stopped.done():
                await self._interrupt()
                await asyncio.wait([stopped], timeout=0.02)

    async def _interrupt(self) -> None:
        """Only while a statement runs: else it would stop a later one, or the checkpoint that closing makes."""
        if not self._running:
            return
        with contextlib.suppress(ValueError, sqlite3.ProgrammingError):  # closed in the meantime
            await self._library.interrupt()


def _is_without_rowid(connection: sqlite3.Connection, sql: str) -> bool:
    """Whether an INSERT goes into a table without rowids; True as well when its table cannot be made out."""
    name = statements.table_of_insert(sql)
    if name is None:
        return True
    rows = connection.execute("SELECT wr FROM pragma_table_list WHERE name = ?", (name,)).fetchall()
    return not rows or any(wr for (wr,) in rows)


def _closed_meanwhile() -> Conflict:
    return Conflict("The database session was closed while this request waited for it.")
