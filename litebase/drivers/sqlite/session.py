"""Database sessions of SQLite: interruptible, and never waiting where they cannot be stopped."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, repeat
from typing import TypeVar

import anyio
from litebase_schema.connection import TlsState
from litebase_schema.db_session import IsolationLevel
from litebase_schema.values import TransactionStatus

from litebase.drivers.abilities import Abilities, Available, Unavailable
from litebase.drivers.interface import (
    Change,
    Checked,
    Cursor,
    DriverLimits,
    Parameter,
    RowTuple,
    Series,
    Statement,
    Watcher,
)
from litebase.drivers.interruption import Interrupted, run_interruptibly
from litebase.drivers.series import ROWS_OF_CHANGE, Changes
from litebase.drivers.slices import STEP_ROWS, MetadataRows
from litebase.drivers.sqlite import errors, statements, values
from litebase.drivers.sqlite.cursor import SqliteCursor
from litebase.drivers.sqlite.link import dump, native
from litebase.drivers.sqlite.link.dump import VirtualTable
from litebase.drivers.sqlite.link.thread import FileThread
from litebase.errors import Conflict, LiteBaseError, LockTimeout, Unsupported
from litebase.sql.dialect import SQLITE
from litebase.sql.effect import Outline, effect, outline

T = TypeVar("T")

_RAISED = (sqlite3.Error, UnicodeDecodeError, MemoryError)  # by SQLite, and by Python's module for it
_NOTHING = contextlib.nullcontext()
_BUSY_PAUSES_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05)  # and then the last one again and again
_CLOSE_PATIENCE_S = 1.0

_NO_LEVELS = Unavailable("SQLite has one isolation level; its transactions are always serializable.")
_NO_READ_ONLY = Unavailable("SQLite has no read-only transactions; open the connection with read_only.")
_NO_ORIGINS = Unavailable("This build of SQLite does not say which table a column comes from.")
_NOT_REACHED = Unavailable("This build of SQLite does not say which row an INSERT made; use RETURNING.")
_NO_CHECK = Unavailable("This build of SQLite cannot be asked about a statement that is not run.")
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
    catalog=Available(),
    check_statements=Available(),
    db_processes=Unavailable("SQLite has no server: the sessions of other programs with the same file are not known."),
    explain=Available(),
    explain_analyze=Unavailable("SQLite shows a plan, and does not measure how it is carried out."),
    import_rows=Available(),
    dumps=Available(),
    reorder_columns=Available(),
)


class SqliteSession:
    """One database session. Every call into SQLite happens in its thread, one at a time."""

    rollback_statement = "ROLLBACK"

    def __init__(self, thread: FileThread, limits: DriverLimits) -> None:
        self.last_word: str | None = None
        self.process_id: str | None = None
        self.server_version = sqlite3.sqlite_version
        self.tls: TlsState | None = None
        self.dialect = SQLITE
        self.thread, self._file, self._limits = thread, thread.file, limits
        self._lock = anyio.Lock(fast_acquire=True)
        self._dropped = self.stopping = False
        self._outline = outline("", SQLITE)  # of the last statement
        self._cursors: list[SqliteCursor] = []  # among them all that are open
        self._readers_block_writers = True
        self._dirty = False  # whether a stranger would inherit something

    @property
    def abilities(self) -> Abilities:
        reached = self._file.handle is not None
        origins = Available() if reached and native.knows_origins() else _NO_ORIGINS
        ids, checks = (Available(), Available()) if reached else (_NOT_REACHED, _NO_CHECK)
        several = _ONE_SESSION if self._file.in_memory else Available()
        return replace(
            _ABILITIES, column_origins=origins, last_insert_id=ids, check_statements=checks, several_db_sessions=several
        )

    @property
    def usable(self) -> bool:
        return not self._dropped

    @property
    def transaction_status(self) -> TransactionStatus:
        return "in_transaction" if self.thread.in_transaction else "idle"

    @property
    def open_cursors(self) -> Sequence[SqliteCursor]:
        """The results that have rows left in SQLite."""
        return [cursor for cursor in self._cursors if not cursor.ended]

    def watch(self, watcher: Watcher | None) -> None:
        """No server is there that could do something unasked."""

    def waits_for_readers(self, sql: str) -> bool:
        """Without a write-ahead log an open reader keeps every writer out."""
        return self._readers_block_writers and effect(sql, SQLITE) != "reads"

    def begin_statements(self, level: IsolationLevel, read_only: bool) -> Sequence[str]:
        """SQLite's transactions are serializable, and read-only only when the whole connection is."""
        if level not in ("default", "serializable"):
            raise Unsupported(_NO_LEVELS.reason)
        if read_only:
            raise Unsupported(_NO_READ_ONLY.reason)
        return ("BEGIN",)

    # what can be asked of it

    async def execute(self, statement: Statement) -> Cursor:
        """Run a statement up to its first rows, waiting for other programs' locks for `busy_timeout_ms`."""
        cursor = await self._run_when_unlocked(partial(self._execute, statement), statement.lock_wait_s)
        self._cursors = [*self.open_cursors, cursor]
        return cursor

    async def execute_all(self, statements: Sequence[Statement], lock_wait_s: float | None = None) -> Series:
        """Run short statements in one call of the thread."""
        outlines = [outline(one.sql, SQLITE) for one in statements]
        changes = Changes(self._limits, only_read=all(one.effect == "reads" for one in outlines))
        start_all = partial(self._start_all, statements, outlines, changes)
        try:
            await self._run_when_unlocked(partial(self.thread.begin, start_all), lock_wait_s)
        except LiteBaseError as failure:
            return Series(changes, failure)
        return Series(changes)

    async def rows(self, sql: str, params: Sequence[Parameter] = ()) -> Sequence[RowTuple]:
        """All rows of a query of our own. Stopping it would stop an open result too, so beside one it is refused."""
        return await self._run_when_unlocked(partial(self._read_metadata, sql, params))

    async def check(self, sql: str) -> Checked:
        """What SQLite says of a statement that it compiles and does not run."""
        return await self.run(partial(self.thread.call, partial(self._check, sql)))

    async def apply_settings(self) -> None:
        """Make the settings that a new session needs, and read the first page.

        The page says whether the file is a database, and whether readers keep writers out.
        """
        await self.run(partial(self.thread.call, self._apply_settings))
        ((mode,),) = await self.rows("PRAGMA journal_mode")
        self._readers_block_writers = mode != "wal"
        await self.rows("SELECT count(*) FROM sqlite_schema")

    def _apply_settings(self) -> None:
        """In the session's thread."""
        with self._errors_of(""):
            self._file.apply_settings()

    async def responds(self, patience_s: float) -> bool:  # noqa: ARG002  # as in the other engines
        """There is no link that could be lost."""
        return self.usable

    @property
    def is_clean(self) -> bool:
        leaves = self.open_cursors or self.thread.in_transaction or (self._dirty and not self._file.in_memory)
        return self.usable and not leaves

    async def reset(self) -> bool:
        """Roll back what was left open. A session with settings or temporary tables of its own is better closed."""
        try:
            for cursor in self.open_cursors:
                await cursor.aclose()
            if self.thread.in_transaction:
                await self.execute(Statement("ROLLBACK"))
        except (LiteBaseError, Interrupted):
            return False
        return self.is_clean

    def drop(self) -> None:
        """Give the session up at once. A thread that does not come back ends with the process."""
        self._dropped = True
        self.thread.stop()

    async def aclose(self) -> None:
        """Interrupt what runs and close, in a bounded time."""
        self.drop()
        with anyio.move_on_after(_CLOSE_PATIENCE_S, shield=True):
            await self.thread.ended()

    # one thing at a time

    async def run(self, work: Callable[[], Awaitable[T]], grace_s: float = 0.0) -> T:
        """The value of `work`, when its turn has come. A cancel interrupts it in SQLite.

        Drops the session when SQLite does not react, or would let the schema table be written.
        """
        async with self._lock:
            return await self._run(work, grace_s)

    async def _run_when_unlocked(self, work: Callable[[], Awaitable[T]], wait_s: float | None = None) -> T:
        """The same, again while somebody's lock keeps it from running."""
        async with self._lock:
            patience_ms = self._file.busy_timeout_ms
            deadline = time.monotonic() + min(patience_ms / 1000, wait_s or patience_ms / 1000)
            for pause_s in chain(_BUSY_PAUSES_S, repeat(_BUSY_PAUSES_S[-1])):
                try:
                    return await self._run(work)
                except sqlite3.Error as error:
                    if not errors.is_busy(error):
                        raise
                    if time.monotonic() >= deadline:
                        raise LockTimeout(patience_ms) from error
                if not self.stopping:
                    await self._run(partial(asyncio.sleep, pause_s))
                if self.stopping:
                    break
        raise Interrupted

    async def _run(self, work: Callable[[], Awaitable[T]], grace_s: float = 0.0) -> T:
        self.stopping = False
        patience_s = self._limits.stop_patience_s
        try:
            return await run_interruptibly(work, self._interrupt, grace_s=grace_s, patience_s=patience_s)
        except Interrupted as stopped:
            if not stopped.session_ended and not self._file.schema_stays_open:
                raise
            self.drop()
            changed = self._outline.effect != "reads"
            raise Interrupted(session_ended=True, may_have_changed=changed) from stopped
        finally:
            if self._file.schema_stays_open:
                self.drop()

    async def _interrupt(self) -> None:
        self.stopping = True
        await self.thread.interrupt()

    # statements

    def _execute(self, statement: Statement) -> Awaitable[SqliteCursor]:
        self._outline = outline(statement.sql, SQLITE)
        may_be_dump = self._outline.word == "INSERT" and not self._file.guard.read_only
        table = dump.created(statement.sql) if may_be_dump else None
        start = partial(self._start, statement) if table is None else partial(self._start_row_of_dump, statement, table)
        return self.thread.begin(start)

    def _start_all(self, statements: Sequence[Statement], outlines: Sequence[Outline], changes: Changes) -> None:
        """In the session's thread: run those of the statements that have not been run yet."""
        for at in range(len(changes), len(statements)):
            if self.stopping:
                raise Interrupted
            if changes.has_enough:
                return
            self._outline = outlines[at]
            cursor = self._start(replace(statements[at], first_rows=ROWS_OF_CHANGE))
            cursor.close()
            rows = cursor.waiting[:ROWS_OF_CHANGE]
            changes.add(Change(cursor.affected_rows, rows, cursor.last_insert_id, cursor.notices))
            if changes.are_too_large:
                raise errors.too_much_returned(self._limits.max_returning_bytes, lost_transaction=False)

    def _insert_all(self, sql: str, rows: Sequence[RowTuple]) -> int:
        self._outline = outline(sql, SQLITE)
        self._file.guard.begin(self._outline.word)
        with self._errors_of(sql):
            return self._file.connection.executemany(sql, rows).rowcount

    def _start(self, statement: Statement) -> SqliteCursor:
        """In the session's thread: compile, run up to the first rows, and look at what came."""
        file, sql, word = self._file, statement.sql, self._outline.word
        connection = file.connection
        file.guard.begin(word)
        compiled = native.describe(file.handle, sql) if file.handle is not None else None
        facts = compiled if isinstance(compiled, native.StatementFacts) else None
        position = compiled.position if isinstance(compiled, native.CompileError) else None
        self._dirty = self._dirty or statements.leaves_traces(self._outline)
        before = file.insertions() if word in statements.INSERTING_WORDS else None
        authorized = file.authorized
        connection.text_factory = values.strict_decoder()
        writes = facts is None or facts.writes
        with self._setting(sql) if word == "PRAGMA" else _NOTHING:
            try:
                readable = sql if facts is None else statements.with_readable_names(sql, facts)
                started = connection.execute(readable, values.bound(statement.params))
                cursor = SqliteCursor(self, self.thread, self._limits, started, sql)
                cursor.read_first(statement.first_rows, writes=writes)
            except _RAISED as error:  # as `_errors_of`, which takes longer than many a statement
                raise self._told(error, sql, position) from error
        if before is not None:
            cursor.last_insert_id = self._made_id(before)
        if word in statements.COUNTING_WORDS:
            cursor.changed = 0
        elif facts and facts.writes and word == "WITH" and started.description is None:
            # Python's cursor counts only what begins with INSERT, UPDATE, DELETE or REPLACE
            (cursor.changed,) = connection.execute("SELECT changes()").fetchone()
        if facts and facts.columns and file.handle is not None and file.was_compiled_anew(authorized):
            compiled = native.describe(file.handle, sql)
            facts = compiled if isinstance(compiled, native.StatementFacts) else None
        cursor.columns = tuple(values.columns(started.description or (), facts, cursor.waiting))
        return cursor

    def _start_row_of_dump(self, statement: Statement, table: VirtualTable) -> SqliteCursor:
        """The same, for the row of a virtual table that SQLite could make."""
        connection = self._file.connection
        self._file.guard.begin("EXPLAIN")
        with self._errors_of(statement.sql):
            connection.execute(f"EXPLAIN {table.sql}").close()  # while the schema is closed: then all names are checked
            # SQLite does not know the rows that this dump brought before
            same = "SELECT 1 FROM sqlite_schema WHERE name = ? COLLATE NOCASE"
            with contextlib.closing(connection.execute(same, (table.name,))) as found:
                if found.fetchone() is not None:
                    reason = f"The schema table has a row named {table.name} already, and is not given a second one."
                    raise errors.refused(reason, read_only=False)
            with self._file.open_schema():
                return self._start(statement)

    @contextlib.contextmanager
    def _setting(self, sql: str) -> Iterator[None]:
        """In the session's thread: see to what a PRAGMA made necessary. Its own error goes before one of that."""
        try:
            yield
        except BaseException:
            with contextlib.suppress(sqlite3.Error, MemoryError):
                self._file.after_setting()
            raise
        with self._errors_of(sql):
            self._file.after_setting()

    @contextlib.contextmanager
    def _errors_of(self, sql: str, position: int | None = None) -> Iterator[None]:
        """In the session's thread: what SQLite raises becomes one of our errors, but not that it is locked."""
        try:
            yield
        except _RAISED as error:
            raise self._told(error, sql, position) from error

    def _told(self, error: Exception, sql: str, position: int | None) -> Exception:
        """Our error for what SQLite raised."""
        if isinstance(error, MemoryError):
            return errors.too_much_memory(self._limits.own["max_sqlite_memory_bytes"])
        if isinstance(error, sqlite3.Error) and errors.is_busy(error):
            raise error
        if (reason := self._file.guard.reason) is not None:
            return errors.refused(reason, read_only=self._file.guard.read_only)
        return errors.translated(error, sql, position, self._file.error_code())

    def _made_id(self, before: tuple[int, int]) -> int | None:
        """The rowid that an insert made; None when it made none, or when that cannot be known."""
        made, changes = self._file.insertions()
        if self._file.handle is None or changes == before[1]:
            return None
        return None if made == before[0] and self._is_without_rowid() else made

    def _is_without_rowid(self) -> bool:
        """Whether the INSERT goes into a table without rowids; True as well when its table cannot be made out."""
        name = statements.table_of_insert(self._outline)
        if name is None:
            return True
        asked = "SELECT wr FROM pragma_table_list WHERE name = ? COLLATE NOCASE"
        found = self._file.connection.execute(asked, (name,)).fetchall()
        return not found or any(wr for (wr,) in found)

    def _check(self, sql: str) -> Checked:
        """In the session's thread."""
        file, looked_at = self._file, outline(sql, SQLITE)
        if file.handle is None:
            raise Unsupported(_NO_CHECK.reason)
        if statements.acts_when_compiled(looked_at):
            return Checked()
        file.guard.begin(looked_at.word)
        compiled = native.describe(file.handle, sql)
        if not isinstance(compiled, native.CompileError) or file.guard.reason is not None:
            return Checked()
        return errors.checked(sql, compiled.message, compiled.position, file.error_code())

    def _read_metadata(self, sql: str, params: Sequence[Parameter]) -> Awaitable[Sequence[RowTuple]]:
        if self.open_cursors or (self.thread.in_transaction and not self._file.in_memory):
            # reading would also decide which state of the file the transaction sees
            raise Conflict("Metadata cannot be read in this session because it has an open result or transaction.")
        self._outline = outline(sql, SQLITE)
        return self.thread.begin(partial(self._read_all, sql, params))

    def _read_all(self, sql: str, params: Sequence[Parameter]) -> Sequence[RowTuple]:
        """In the session's thread."""
        rows, connection = MetadataRows(self._limits.max_metadata_bytes), self._file.connection
        self._file.guard.begin(self._outline.word)
        connection.text_factory = values.TOLERANT
        with self._errors_of(sql), contextlib.closing(connection.cursor()) as cursor:
            cursor.execute(sql, values.bound(params))
            while some := cursor.fetchmany(STEP_ROWS):
                rows.add(some)
        return rows
