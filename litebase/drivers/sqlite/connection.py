"""Database sessions of SQLite: opened safely, interruptible, and never waiting where they cannot be stopped."""

import asyncio
import contextlib
import math
import re
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import ClassVar, TypeVar

import aiosqlite
import anyio
from litebase_schema.connection import SqliteTarget, TlsState
from litebase_schema.db_session import IsolationLevel
from litebase_schema.values import Column, ColumnOrigin, Notice, TransactionStatus, TypedParameter

from litebase.drivers.interface import (
    Cell,
    Connection,
    Cursor,
    DriverLimits,
    Parameter,
    Parameters,
    RowTuple,
    Statement,
)
from litebase.drivers.interruption import Interrupted, run_interruptibly
from litebase.drivers.row_size import content_bytes
from litebase.drivers.sqlite import errors, guard, native, values
from litebase.drivers.sqlite.guard import Guard
from litebase.errors import Conflict, ConnectFailed, InvalidMessage, LockTimeout, NotFound, QueryFailed, Unsupported
from litebase.sql.dialect import SQLITE
from litebase.sql.words import first_word

T = TypeVar("T")

SLICE_S = 0.05  # a fetch returns after this time with the rows it has, at least one
SLICE_BYTES = 1024 * 1024  # or when they take about this much
_SLICE_ROWS = 64
_BUSY_PAUSES_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05)  # then the last one again and again
_READING_WORDS = {"SELECT", "VALUES", "WITH", "EXPLAIN", "PRAGMA", ""}
_INSERTING_WORDS = {"INSERT", "REPLACE"}
_COUNTING_WORDS = {*_INSERTING_WORDS, "UPDATE", "DELETE"}
_CLEAN_WORDS = {
    "SELECT", "VALUES", "WITH", "INSERT", "REPLACE", "UPDATE", "DELETE", "EXPLAIN", "BEGIN", "COMMIT", "END",
    "ROLLBACK", "SAVEPOINT", "RELEASE", "CREATE", "DROP", "ALTER", "ANALYZE", "REINDEX", "VACUUM", "",
}  # fmt: skip
_TEMPORARY = re.compile(r"\btemp(?:orary)?\b", re.IGNORECASE)
_INTO = re.compile(
    r"""\binto\s+(?:(?:"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|\w+)\s*\.\s*)?("(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|\w+)""",
    re.IGNORECASE,
)
_CLOSE_PATIENCE_S = 1.0

_ON_OPEN = (
    "PRAGMA trusted_schema = OFF",  # functions in a stranger's views and triggers do nothing harmful
    "PRAGMA cell_size_check = ON",  # a damaged file is noticed when a page is read
)


class SqliteDriver:
    """Opens sessions of one database file."""

    engine: ClassVar[str] = "sqlite"

    def __init__(self, target: SqliteTarget, limits: DriverLimits) -> None:
        if target.mode != "memory" and target.path is None:
            raise InvalidMessage("/data/path", f"the mode {target.mode} needs a path")
        self._target = target
        self._limits = limits

    @property
    def read_only(self) -> bool:
        return self._target.read_only or self._target.mode == "read_only"

    @property
    def sessions_share_data(self) -> bool:
        return self._target.mode != "memory"

    async def connect(self) -> Connection:
        """Open the file. A missing one is `not_found` and is never made by accident."""
        target = self._target
        if target.path is not None and target.mode != "memory":
            await anyio.to_thread.run_sync(_check_file, Path(target.path), target.mode == "create")
        opened = _Opened(target, self._limits, read_only=self.read_only)
        library = aiosqlite.Connection(opened.open, iter_chunk_size=_SLICE_ROWS)
        library._thread.daemon = True  # noqa: SLF001  # or a session that is stuck keeps the process from ending
        try:
            with anyio.CancelScope(shield=True):  # aiosqlite would forget, and not close, what is open by then
                library = await library
        except sqlite3.Error as error:
            raise errors.not_opened(target.path, error) from error
        session = SqliteConnection(library, opened, self._limits)
        try:
            await session.look_at_file()
        except QueryFailed as error:
            await session.aclose()
            raise errors.not_opened(target.path, error.__cause__ or error) from error
        except BaseException:
            await session.aclose()
            raise
        return session


class _Opened:
    """The part of opening that runs in the session's thread and does not touch the file's content."""

    def __init__(self, target: SqliteTarget, limits: DriverLimits, *, read_only: bool) -> None:
        self.guard = Guard(read_only=read_only, creates_files=target.mode == "create")
        self.busy_timeout_ms = target.busy_timeout_ms
        self.handle: int | None = None
        self._limits = limits
        self.in_memory = target.mode == "memory"
        if target.mode == "memory" or target.path is None:
            self._name = ":memory:"
        else:
            access = "ro" if read_only else {"create": "rwc"}.get(target.mode, "rw")
            self._name = f"{Path(target.path).absolute().as_uri()}?mode={access}"

    def open(self) -> sqlite3.Connection:
        native.prepare_to_open()
        connection = sqlite3.connect(self._name, timeout=0, isolation_level=None, uri=True)
        self.handle = native.handle()
        for pragma in _ON_OPEN:
            connection.execute(pragma)
        guard.bound(connection, self._limits)
        for arguments in (1, 2):  # it tells and takes addresses of code; FTS itself does not need it
            connection.create_function("fts3_tokenizer", arguments, None)
        if self.handle is not None:
            native.harden(self.handle)
        if self.guard.read_only:  # three doors, one behind the other: the guard, this, and `mode=ro`
            connection.execute("PRAGMA query_only = ON")
        connection.set_authorizer(self.guard.allows)
        return connection


def _check_file(path: Path, create: bool) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if create and not path.parent.is_dir():
            raise ConnectFailed("name", f"There is no folder {path.parent} to make {path.name} in.") from None
        if not create:
            raise NotFound(
                "path", str(path), f"There is no file {path}. To make a new database, use the mode create."
            ) from None
        return
    except OSError as error:
        raise ConnectFailed("name", f"{path}: {error.strerror}.") from error
    if not stat.S_ISREG(mode):
        kind = "a directory" if stat.S_ISDIR(mode) else "no ordinary file"
        raise ConnectFailed("name", f"{path} is {kind}; a database file is needed.")


class SqliteConnection:
    """One database session. Every call into SQLite happens in its thread, one at a time."""

    def __init__(self, library: aiosqlite.Connection, opened: _Opened, limits: DriverLimits) -> None:
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
        self._readers_block_writers = True
        self._dirty = False  # whether a stranger would inherit something

    @property
    def usable(self) -> bool:
        return self._usable

    @property
    def transaction_status(self) -> TransactionStatus:
        return "in_transaction" if self._in_transaction else "idle"

    def waits_for_readers(self, sql: str) -> bool:
        """Without a write-ahead log an open reader keeps every writer out."""
        return self._readers_block_writers and first_word(sql) not in _READING_WORDS

    async def execute(self, statement: Statement) -> Cursor:
        """Run a statement up to its first rows, waiting for other programs' locks for `busy_timeout_ms`."""
        patience_s = self._opened.busy_timeout_ms / 1000
        deadline = time.monotonic() + min(patience_s, statement.lock_wait_s or patience_s)
        waits = 0
        async with self._lock:
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
        word = first_word(sql)
        self._opened.guard.begin(word)
        facts = native.describe(handle, sql) if handle is not None else None
        connection = self._library._conn  # noqa: SLF001  # aiosqlite has no public way to run a function of ours
        before = (native.last_insert_id(handle), connection.total_changes) if handle is not None else None
        self._dirty = self._dirty or _leaves_traces(sql, word)
        started = _Started()
        connection.text_factory = values.strict_decoder()
        try:
            cursor = connection.execute(sql, _bound(statement.params))
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
            raise errors.too_much_memory(self.limits.max_sqlite_memory_bytes) from error
        finally:
            self._in_transaction = connection.in_transaction
            if before is not None and word in _INSERTING_WORDS:
                started.made_id = self._made_id(sql, *before)
            if word == "PRAGMA":
                connection.execute(
                    "PRAGMA busy_timeout = 0"
                )  # waiting for locks is ours: SQLite's own cannot be stopped
        described = facts if isinstance(facts, native.StatementFacts) else None
        if word in _COUNTING_WORDS:
            started.changed = 0
        elif described and described.writes and word == "WITH" and cursor.description is None:
            # Python's cursor counts only what begins with INSERT, UPDATE, DELETE or REPLACE
            (started.changed,) = connection.execute("SELECT changes()").fetchone()
        return SqliteCursor(self, cursor, sql, tuple(_columns(cursor, described, started.rows)), started)

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
            if stopped.session_ended:
                self._usable = False
            raise

    def _noticed(self, function: Callable[[], T]) -> T:
        """In the session's thread: `function`, and the word that it runs."""
        self._running = True
        try:
            return function()
        finally:
            self._running = False

    async def fetch(self, cursor: "SqliteCursor", count: int) -> tuple[list[RowTuple], bool]:
        """More rows of `cursor`, and whether they are the last."""
        async with self._lock:
            return await self.run(partial(cursor.read, count), self.limits.fetch_grace_s)

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
            raise Unsupported(f"SQLite has no isolation level {level}; it is always serializable.")
        if read_only:
            raise Unsupported("SQLite has no read-only transactions; open the connection with read_only.")
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


@dataclass(slots=True)
class _Started:
    """What running a statement gave at once."""

    rows: list[RowTuple] = field(default_factory=list)
    ended: bool = True
    failure: sqlite3.Error | None = None  # met after `rows`
    changed: int | None = None  # None when the statement is none that counts
    made_id: int | None = None

    def run(self, cursor: sqlite3.Cursor, count: int, max_returning_bytes: int | None) -> None:
        """Read the first rows. An error behind them is kept for later, unless the statement's writes failed with it.

        A write with RETURNING, which has a bound, is read to its end: only then is it done.
        """
        if cursor.description is None:
            return
        try:
            self.ended = _read_slice(cursor, count, self.rows)
            if max_returning_bytes is not None:
                self._read_returned(cursor, max_returning_bytes)
        except sqlite3.Error as error:
            if (
                max_returning_bytes is not None
                or not self.rows
                or errors.primary_code(error) == sqlite3.SQLITE_INTERRUPT
            ):
                raise
            self.failure, self.ended = error, False

    def _read_returned(self, cursor: sqlite3.Cursor, max_bytes: int) -> None:
        size, counted = 0, 0
        while True:
            size += sum(map(_held, islice(self.rows, counted, None)))
            counted = len(self.rows)
            if size > max_bytes:
                break
            if self.ended:
                return
            self.ended = _read_slice(cursor, counted + _SLICE_ROWS, self.rows)
        in_transaction = cursor.connection.in_transaction
        cursor.connection.interrupt()  # SQLite undoes a write that is interrupted, with the transaction around it
        try:
            self.rows.extend(cursor)
        except sqlite3.OperationalError as error:
            lost_transaction = in_transaction and not cursor.connection.in_transaction
            raise errors.too_much_returned(max_bytes, lost_transaction=lost_transaction) from error
        self.ended = True  # the last row had come already


class SqliteCursor:
    """An open result. Its first rows were read when the statement ran."""

    def __init__(
        self,
        session: SqliteConnection,
        cursor: sqlite3.Cursor,
        sql: str,
        columns: Sequence[Column],
        started: _Started,
    ) -> None:
        self.columns = columns
        self.last_insert_id = started.made_id
        self.notices: Sequence[Notice] = ()
        self._session, self._cursor, self._sql = session, cursor, sql
        self._waiting, self._ended, self._changed = started.rows, started.ended, started.changed
        self._failure = started.failure

    @property
    def affected_rows(self) -> int | None:
        if self._changed is None:
            return None
        return max(self._cursor.rowcount, self._changed)

    @property
    def ended(self) -> bool:
        return self._ended

    @property
    def may_have_more(self) -> bool:
        return False

    @property
    def exhausted(self) -> bool:
        return self._ended and not self._waiting

    async def fetch(self, count: int) -> Sequence[RowTuple]:
        """Further rows; those that came with the statement first."""
        if self._waiting:
            rows, self._waiting = self._waiting[:count], self._waiting[count:]
            return rows
        if self._ended:
            return ()
        rows, self._ended = await self._session.fetch(self, count)
        return rows

    def read(self, count: int) -> tuple[list[RowTuple], bool]:
        """In the session's thread: the next rows, and whether they are the last."""
        rows: list[RowTuple] = []
        try:
            if self._failure is not None:
                raise self._failure
            return rows, _read_slice(self._cursor, count, rows)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if rows and isinstance(error, sqlite3.Error) and errors.primary_code(error) != sqlite3.SQLITE_INTERRUPT:
                self._failure = error  # the rows before it are good
                return rows, False
            raise errors.translated(error, self._sql) from error
        except MemoryError as error:
            raise errors.too_much_memory(self._session.limits.max_sqlite_memory_bytes) from error

    async def next_cursor(self) -> Cursor | None:
        """SQLite has no procedures."""
        return None

    async def aclose(self) -> None:
        if not self._ended:
            self._ended = True
            await self._session.close_cursor(self._cursor)


def _leaves_traces(sql: str, word: str) -> bool:
    """Whether a statement may change what later statements of the same session see: settings, temporary things."""
    return word not in _CLEAN_WORDS or (word in ("CREATE", "DROP", "ALTER") and _TEMPORARY.search(sql) is not None)


def _is_without_rowid(connection: sqlite3.Connection, sql: str) -> bool:
    """Whether an INSERT goes into a table without rowids; True as well when its table cannot be made out."""
    found = _INTO.search(sql)
    if found is None:
        return True
    name = found[1].strip('"`[]').replace('""', '"')
    rows = connection.execute("SELECT wr FROM pragma_table_list WHERE name = ?", (name,)).fetchall()
    return not rows or any(wr for (wr,) in rows)


def _closed_meanwhile() -> Conflict:
    return Conflict("The database session was closed while this request waited for it.")


def _bound(params: Parameters) -> Sequence[Cell] | Mapping[str, Cell]:
    """SQLite has no types of parameters: a value is what it is."""
    if isinstance(params, Mapping):
        return {name: _value(one) for name, one in params.items()}
    return [_value(one) for one in params or ()]


def _value(parameter: Parameter) -> Cell:
    value = parameter.value if isinstance(parameter, TypedParameter) else parameter
    if isinstance(value, float) and math.isnan(value):
        raise errors.not_storable("NaN: SQLite stores NULL in its place. Send null if that is meant")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise errors.not_storable("an integer beyond what SQLite can hold: signed, 64 bits")
    return value


def _read_slice(cursor: sqlite3.Cursor, count: int, rows: list[RowTuple]) -> bool:
    """Add rows to `rows` for a slice of time and of memory, at least one; whether they are the last.

    What was added before an error stays: `list.extend` keeps what an iterator gave before it failed.
    """
    deadline = time.monotonic() + SLICE_S
    size, wanted = 0, 1
    while len(rows) < count and (not rows or (time.monotonic() < deadline and size < SLICE_BYTES)):
        before = len(rows)
        try:
            rows.extend(islice(cursor, wanted))
        except sqlite3.OperationalError as error:
            if not values.is_undecodable(error):
                raise
            cursor.connection.text_factory = values.TOLERANT  # until the next statement
            rows.extend(islice(cursor, before + wanted - len(rows)))
        if len(rows) < before + wanted:
            return True
        row_size = content_bytes(rows[-1])
        size += wanted * row_size
        wanted = min(_SLICE_ROWS, count - len(rows), SLICE_BYTES // row_size + 1)
    return False


def _held(row: RowTuple) -> int:
    """What a row takes in memory, about: 56 bytes for itself, and for each cell beside its content."""
    return 56 + 48 * len(row) + content_bytes(row)


def _columns(cursor: sqlite3.Cursor, facts: native.StatementFacts | None, rows: Sequence[RowTuple]) -> Iterator[Column]:
    for index, (name, *_) in enumerate(cursor.description or ()):
        fact = facts.columns[index] if facts else None
        if fact and fact.declared_type:
            db_type, kind = fact.declared_type, values.kind_of_declared(fact.declared_type)
        else:
            db_type, kind = values.type_of_values(rows, index)
        if fact is None or fact.column_name is None:
            yield Column(name=name, db_type=db_type, kind=kind)
            continue
        origin = ColumnOrigin(
            schema_name=fact.schema_name or "",
            table_name=fact.table_name or "",
            column_name=fact.column_name,
            key_part=fact.primary_key,
        )
        # an INTEGER PRIMARY KEY is the rowid, which is never NULL, whatever the declaration says
        never_null = fact.not_null or (fact.primary_key and db_type.upper() == "INTEGER")
        yield Column(name=name, db_type=db_type, kind=kind, nullable=not never_null, origin=origin)


DRIVER = SqliteDriver
