"""Database sessions of PostgreSQL: one thing at a time, stopped at the server.

A statement goes through the extended protocol, so the server sees its text as it was written and the values apart from
it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import anyio
from litebase_schema.connection import TlsState
from litebase_schema.db_session import IsolationLevel
from litebase_schema.values import TransactionStatus
from psycopg import pq

from litebase.drivers.abilities import Abilities, Available, Unavailable
from litebase.drivers.interface import Checked, Cursor, DriverLimits, Parameter, RowTuple, Series, Statement, Watcher
from litebase.drivers.interruption import Interrupted, is_done_in_time, run_interruptibly
from litebase.drivers.notices import Notices
from litebase.drivers.postgresql import errors, statements, values
from litebase.drivers.postgresql.cursor import PostgresqlCursor
from litebase.drivers.postgresql.link import programs, series
from litebase.drivers.postgresql.link.catalog import Catalog
from litebase.drivers.postgresql.link.look_up import LookUp, Refused
from litebase.drivers.postgresql.link.state import SessionState
from litebase.drivers.postgresql.link.stream import Link, LinkFailed
from litebase.drivers.series import one_by_one
from litebase.drivers.slices import MetadataRows, Turn
from litebase.errors import Conflict, LimitExceeded, LiteBaseError, Unsupported
from litebase.sql.dialect import Dialect
from litebase.sql.effect import Outline, outline

T = TypeVar("T")

_METADATA_ROWS = 100  # at a time
_LEVELS = {"read_uncommitted", "read_committed", "repeatable_read", "serializable"}
_CANCEL_AGAIN_S = (0.005, 0.01, 0.02, 0.05)  # the first request may come before the statement; then the last again
_CLOSE_PATIENCE_S = 0.8
_NONSENSE = "The database server's answer makes no sense, so its session was closed."

_ABILITIES = Abilities(
    named_parameters=values.NO_NAMED_PARAMETERS,
    isolation_levels=Available(),
    read_only_transactions=Available(),
    column_origins=Available(),
    last_insert_id=Unavailable("PostgreSQL reports no key outside RETURNING; add RETURNING to the INSERT."),
    more_results=Unavailable("A statement of PostgreSQL returns one result."),
    several_db_sessions=Available(),
    stop_statements=Available(),
    catalog=Available(),
    check_statements=Available(),
    db_processes=Available(),
    explain=Available(),
    explain_analyze=Available(),
    import_rows=Available(),
    dumps=Available(),  # where there is a program
    reorder_columns=Unavailable("PostgreSQL keeps columns in the order in which they were made."),
)


class PostgresqlSession:
    """One database session."""

    rollback_statement = "ROLLBACK"
    is_clean = False  # any statement may have left something behind

    def __init__(
        self,
        link: Link,
        catalog: Catalog,
        tls: TlsState | None,
        limits: DriverLimits,
        *,
        read_only: bool,
    ) -> None:
        self.tls = tls
        self._link, self._read_only = link, read_only
        self._state = SessionState(link, catalog, limits, read_only=read_only)
        self.server_version = self._state.parameter(b"server_version").partition(" ")[0]
        self._abilities: Abilities | None = None  # once somebody asked
        self._process_id = link.connection.backend_pid
        self._cursor: PostgresqlCursor | None = None  # of the last statement
        self._lock = anyio.Lock()
        self._task: asyncio.Task[object] | None = None  # what runs
        self._idle = asyncio.Event()

    @property
    def dialect(self) -> Dialect:
        return self._state.dialect

    @property
    def abilities(self) -> Abilities:
        if self._abilities is None:
            self._abilities = replace(_ABILITIES, dumps=programs.ability(self.server_version))
        return self._abilities

    @property
    def usable(self) -> bool:
        return self._state.usable

    @property
    def transaction_status(self) -> TransactionStatus:
        return self._state.transaction_status

    @property
    def process_id(self) -> str | None:
        return str(self._process_id) if self._process_id else None  # some servers of this protocol have none

    @property
    def last_word(self) -> str | None:
        tunnel = self._link.tunnel
        return self._link.last_word or (None if tunnel is None else tunnel.fallen)

    @property
    def open_cursor(self) -> PostgresqlCursor | None:
        """The result that has rows left in the link."""
        return self._cursor if self._cursor is not None and self._cursor.is_open else None

    def watch(self, watcher: Watcher | None) -> None:
        self._link.watch.withdraw()
        self._state.watcher = watcher
        if not self._lock.locked():  # else whoever has the link watches it again at the end
            self._state.watch()

    def waits_for_readers(self, sql: str) -> bool:
        return statements.waits_for_readers(outline(sql, self.dialect))

    def begin_statements(self, level: IsolationLevel, read_only: bool) -> Sequence[str]:
        """One BEGIN with everything in it."""
        words = ["BEGIN"]
        if level != "default":
            if level not in _LEVELS:
                raise Unsupported(f"PostgreSQL has no isolation level {level}.")
            words.append(f"ISOLATION LEVEL {level.replace('_', ' ').upper()}")
        if read_only:
            words.append("READ ONLY")
        return (" ".join(words),)

    # what can be asked of it

    async def execute(self, statement: Statement) -> Cursor:
        """Run a statement up to its first rows. An open result makes way."""
        return await self.run(partial(self._execute, statement))

    async def execute_all(self, statements: Sequence[Statement], lock_wait_s: float | None = None) -> Series:
        """Run short statements in one round trip; a read-only session seals each of them."""
        if self._read_only:
            return await one_by_one(self, statements, lock_wait_s)
        return await self.run(partial(self._execute_all, statements))

    async def rows(self, sql: str, params: Sequence[Parameter] = ()) -> Sequence[RowTuple]:
        """All rows of a query of our own. An error would make an open transaction fail, so inside one it is refused."""
        return await self.run(partial(self._read_metadata, sql, params))

    async def check(self, sql: str) -> Checked:
        """What the server says of a statement that it parses and does not run."""
        return await self.run(partial(self._check, sql))

    async def apply_settings(self) -> None:
        """Make what a new session needs, before it is used. Raises `LinkFailed` too."""
        await self._state.keep_encoding()

    async def responds(self, patience_s: float) -> bool:
        """Asked with an empty query, which is allowed in a failed transaction too."""
        async with self._lock:
            if self.open_cursor is not None:
                return self.usable
            self._link.watch.withdraw()
            self._idle.clear()
            responded = self.usable and await is_done_in_time(partial(self._tracked, self._state.ask), patience_s)
            if responded:
                self._state.watch()
            else:
                self._state.end()
            return responded

    async def reset(self) -> bool:
        """Roll back, and let the server forget settings, temporary tables, locks, prepared statements and roles.

        Any statement may leave such things behind, through a function or a trigger too, so each one counts.
        """
        try:
            await self.run(self._reset)
        except (LiteBaseError, Interrupted):
            return False
        return self.usable

    def drop(self) -> None:
        """Give the session up at once, without a word to the server."""
        self._state.drop()

    async def aclose(self) -> None:
        """Stop at the server what runs there, then close the session, in a bounded time."""
        self._state.dropped = True
        link = self._link
        with anyio.move_on_after(_CLOSE_PATIENCE_S, shield=True):
            if self._task is not None:
                await self._interrupt()
            elif link.alive and link.connection.transaction_status == pq.TransactionStatus.ACTIVE:
                await link.cancel()
        if (task := self._task) is not None:
            task.cancel()
            with anyio.CancelScope(shield=True):
                await asyncio.wait([task], timeout=0.1)
        link.close()

    # one thing at a time

    async def run(self, work: Callable[[], Awaitable[T]], grace_s: float = 0.0) -> T:
        """The value of `work`, when its turn has come. A cancel stops it at the server.

        Drops the session when the server does not react.
        """
        state = self._state
        async with self._lock:
            if not state.usable:
                raise errors.lost(self._link.last_word, unknown=False)  # nothing of this work was sent
            self._link.watch.withdraw()
            self._idle.clear()
            try:
                return await run_interruptibly(
                    partial(self._tracked, work),
                    self._interrupt,
                    grace_s=grace_s,
                    patience_s=state.limits.stop_patience_s,
                )
            except Interrupted as stopped:
                if not stopped.session_ended:
                    raise
                state.dropped = True
                raise Interrupted(session_ended=True, may_have_changed=state.may_have_changed) from stopped
            finally:
                if self._link.cancelling:  # a request that is still under way could hit the next statement
                    state.dropped = True
                    if self._task is None:
                        state.drop()
                state.watch()

    async def _tracked(self, work: Callable[[], Awaitable[T]]) -> T:
        """In a task of its own: `work`, and what must be true when it has ended."""
        state, link = self._state, self._link
        self._task = asyncio.current_task()
        try:
            return await work()
        except LiteBaseError as error:
            error.notices = error.notices or state.notices.kept()
            raise
        except Interrupted:
            raise
        except LinkFailed as failed:
            if link.tunnel is not None:
                link.last_word = await link.tunnel.fall() or link.last_word
            raise state.lost() from failed
        except Exception as error:  # an answer that libpq, psycopg or a look at the catalog could make nothing of
            link.last_word = link.last_word or _NONSENSE
            raise state.lost() from error
        except BaseException:
            state.drop()  # nobody knows what the server still sends
            raise
        finally:
            self._task = None
            self._idle.set()
            if state.dropped:
                state.drop()

    async def _interrupt(self) -> None:
        """Ask the server to stop, again and again: a request that comes before the statement has no effect."""
        self._link.stopping = True
        again = iter(_CANCEL_AGAIN_S)
        pause_s = next(again)
        while not self._idle.is_set():
            await self._link.cancel()
            with anyio.move_on_after(pause_s):
                await self._idle.wait()
            pause_s = next(again, pause_s)

    async def _reset(self) -> None:
        self._link.stopping = False
        if (displaced := self.open_cursor) is not None:
            await displaced.give_up()
        if self._state.dirty:
            await self._state.clean()

    # statements

    async def _execute_all(self, statements: Sequence[Statement]) -> Series:
        await self._begin()
        return await series.run(self._state, statements)

    async def _execute(self, statement: Statement) -> PostgresqlCursor:
        await self._begin()
        self._state.take_notifications()
        self._cursor = cursor = await self._seal_and_send(statement)
        await cursor.read_first(statement.first_rows)
        return cursor

    async def _begin(self) -> None:
        """Nothing of an earlier statement counts any more; a session that was closed while it was idle is noticed."""
        state, link = self._state, self._link
        link.stopping = False
        if (displaced := self.open_cursor) is not None:
            await displaced.make_way()
        state.notices, state.unanswered = Notices(state.limits), None
        if not state.usable:
            raise LinkFailed
        link.take_in()
        link.is_busy()  # makes libpq look at what it took in: the server's last word, for one
        if link.last_word is not None or not link.alive:
            raise LinkFailed

    async def _seal_and_send(self, statement: Statement) -> PostgresqlCursor:
        looked_at, state = outline(statement.sql, self.dialect), self._state
        sql, params = values.encode_sql(statement.sql), values.encode_parameters(statement.params)
        if statements.copies_what_it_writes(looked_at):
            raise Unsupported("COPY does not run statements that write: run the statement itself, with RETURNING.")
        state.dirty = True
        try:
            if state.seal is not None:
                await state.seal.put_on(looked_at)
            with state.rehearsal():
                questions = await state.descriptions.questions(looked_at, sql, params.types, sealed=state.sealed)
            return await self._send(statement, looked_at, sql, params, questions)
        except (LiteBaseError, Interrupted):
            state.unanswered = None
            if state.seal is not None:
                await state.seal.take_off()
            raise

    async def _send(
        self,
        statement: Statement,
        looked_at: Outline,
        sql: bytes,
        params: values.EncodedParameters,
        questions: Sequence[str],
    ) -> PostgresqlCursor:
        state = self._state
        state.status_before = state.transaction_status
        writes = not self._read_only and statements.must_end_first(looked_at)
        pledged = writes and statements.can_be_revoked(looked_at)
        simple = statements.wants_simple_protocol(looked_at) and not (params.values or self._read_only or pledged)
        look_up = LookUp(self._link, questions, sql, params.types) if questions and not simple else None
        lasting = not self._read_only and (state.status_before == "idle" or statements.may_commit(looked_at))
        await self._link.put(sql, None if simple else params, look_up, pledged=pledged)
        state.unanswered = looked_at if lasting else None
        if look_up is not None and not await self._ask(look_up, statement.sql):
            look_up = None
            await self._link.put(sql, params, None, pledged=pledged)
        self._link.connection.set_chunked_rows_mode(state.descriptions.rows_at_once)
        in_pipeline = pledged or look_up is not None
        return PostgresqlCursor(self, state, statement, writes=writes, pledged=pledged, in_pipeline=in_pipeline)

    async def _ask(self, look_up: LookUp, text: str) -> bool:
        """Take over what the catalog answers ahead of a statement; whether the statement follows."""
        state = self._state
        with state.rehearsal():  # and no longer: the statement's own remarks may come before the answers are read
            await look_up.parse(text, sealed=state.sealed)
        try:
            state.descriptions.learn(await look_up.answers())
        except Refused as refused:
            state.descriptions.do_without(refused.code)
            return False
        return True

    async def _check(self, sql: str) -> Checked:
        await self._begin_reading()
        return await self._state.descriptions.check(sql, values.encode_sql(sql))

    async def _begin_reading(self) -> None:
        if self.open_cursor is not None or self._state.transaction_status != "idle":
            raise Conflict("Metadata cannot be read in this session because it has an open result or transaction.")
        await self._begin()

    async def _read_metadata(self, sql: str, params: Sequence[Parameter]) -> Sequence[RowTuple]:
        await self._begin_reading()
        state, link = self._state, self._link
        rows = MetadataRows(state.limits.max_metadata_bytes)
        failure: Exception | None = None
        reader: values.RowReader | None = None
        turn = Turn()
        await self._link.put(values.encode_sql(sql), values.encode_parameters(params), None, pledged=False)
        link.connection.set_chunked_rows_mode(_METADATA_ROWS)
        while (result := await link.result()) is not None:
            link.raise_if_closed(result)
            if result.status == pq.ExecStatus.FATAL_ERROR:
                failure = failure or link.failure(result, sql)
            elif result.ntuples and failure is None:
                reader = reader or values.RowReader(result)
                try:
                    rows.add(reader.rows(result, 0, result.ntuples))
                except LimitExceeded as too_many:
                    failure = too_many
                    await link.cancel()
            if turn.is_over:
                await turn.pass_on()
        if failure is not None:
            raise failure
        return rows
