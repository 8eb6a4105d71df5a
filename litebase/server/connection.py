"""One open connection of a client: which database session a statement gets, and when half-read results must make way.

A result that is not read to its end keeps its database session, and with it locks. Three things end that early, without
loss, by reading the rest into the result's store: a statement that would have to wait for those locks, a statement that
finds no free session, and the next statement in the same database session.
"""

import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

import anyio
from anyio import to_thread
from litebase_schema.values import Column, Notice, TransactionStatus

from litebase.drivers.interface import Cursor, DatabaseSession, RowSink, Statement
from litebase.drivers.interruption import Stoppable, finish
from litebase.drivers.pool import Pool
from litebase.errors import (
    Conflict,
    ConnectionLost,
    DbSessionLost,
    InvalidScript,
    LockTimeout,
    OutcomeUnknown,
    Unsupported,
    place_in,
)
from litebase.results.result import Result
from litebase.sql.dialect import Dialect
from litebase.sql.scanner import split

_LOCK_WAIT_S = 0.1
_LONG_TEXT = 100_000  # characters; a longer one is looked through in a thread


@dataclass(slots=True)
class Waits:
    """Where the time before a statement went, in seconds."""

    queue_s: float = 0.0
    connect_s: float = 0.0


class Home(Protocol):
    """Where a database session goes when a statement is done with it."""

    async def give_back(self, session: DatabaseSession) -> None: ...


class LeasedCursor:
    """A driver's cursor together with the database session that it occupies; closing it frees both."""

    def __init__(self, cursor: Cursor, session: DatabaseSession, home: Home, patience_s: float) -> None:
        self._cursor, self._session, self._home, self._patience_s = cursor, session, home, patience_s
        self._closed = self._held = False
        self._reading = Stoppable()

    @property
    def columns(self) -> Sequence[Column]:
        return self._cursor.columns

    @property
    def affected_rows(self) -> int | None:
        return self._cursor.affected_rows

    @property
    def last_insert_id(self) -> int | None:
        return self._cursor.last_insert_id

    @property
    def notices(self) -> Sequence[Notice]:
        return self._cursor.notices

    @property
    def transaction_status(self) -> TransactionStatus:
        return self._session.transaction_status

    @property
    def ended(self) -> bool:
        return self._cursor.ended

    @property
    def may_have_more(self) -> bool:
        return self._cursor.may_have_more

    @property
    def exhausted(self) -> bool:
        return self._cursor.exhausted

    async def fetch_into(self, sink: RowSink, count: int) -> None:
        await self._reading.run(self._cursor.fetch_into(sink, count))

    def hold(self) -> None:
        """Keep the session although a result is read to its end: the statement may have further results."""
        self._held = True

    async def next_result(self) -> bool:
        """Go on to the statement's next result; False when there is none."""
        further = await self._cursor.next_cursor()
        if further is not None:
            self._cursor = further
        return further is not None

    async def let_go(self) -> None:
        """No further result is wanted."""
        self._held = False
        await self.aclose()

    async def aclose(self) -> None:
        """Close the cursor and give the session back, also when the caller is cancelled. A reader is stopped."""
        if not self._closed and not self._held:
            self._closed = True
            self._reading.stop()
            try:
                await finish(self._cursor.aclose(), self._patience_s)
            finally:
                await finish(self._home.give_back(self._session), self._patience_s)


async def _check_single(sql: str, dialect: Dialect) -> None:
    """Raise `Unsupported` for several statements, before the engine sees them: some would end a transaction for it."""
    if ";" not in sql[:-1]:
        return
    try:
        pieces = await to_thread.run_sync(split, sql, dialect) if len(sql) > _LONG_TEXT else split(sql, dialect)
    except InvalidScript:
        return  # the engine has better words for it
    if len(pieces) > 1:
        start = pieces[1].start
        line, column = place_in(sql, start)
        raise Unsupported(
            f"query runs one statement, and another one begins in line {line}, column {column} (offset {start}). "
            "Send them with run_script."
        )


class Connection:
    """A named target with its pool of database sessions and the results that were read from it."""

    def __init__(self, connection_id: str, engine: str, server_version: str, pool: Pool, patience_s: float) -> None:
        self.id, self.engine, self.server_version = connection_id, engine, server_version
        self.pool = pool
        self.results: set[Result] = set()
        self.pinned = 0  # database sessions that belong to a PinnedSession
        self.to_be_pinned = 0  # and those that are being taken out for one
        self.patience_s = patience_s

    async def execute(self, statement: Statement, waits: Waits) -> LeasedCursor:
        """Run a statement in a free database session."""
        session = await self.free_session(waits)
        cursor: Cursor | None = None
        try:
            cursor = await self.run(session, statement)
        finally:
            if cursor is None:
                await finish(self.pool.give_back(session), self.patience_s)
        leased = LeasedCursor(cursor, session, self.pool, self.patience_s)
        if session.usable and session.transaction_status in ("in_transaction", "failed"):
            await leased.aclose()  # rolls back
            raise Unsupported(
                "A transaction needs a database session of its own: open one with open_db_session and send its "
                "db_session_id with each query. The transaction that this statement began was rolled back."
            )
        return leased

    async def run(self, session: DatabaseSession, statement: Statement) -> Cursor:
        """Run a statement in `session` when no half-read result of ours stands in its way."""
        await _check_single(statement.sql, session.dialect)
        if not session.waits_for_readers(statement.sql):
            return await self._attempt(session, statement)
        started = time.monotonic()
        while True:
            for result in self._half_read():
                await result.read_to_end()
            try:
                return await self._attempt(session, replace(statement, lock_wait_s=_LOCK_WAIT_S))
            except LockTimeout as locked:
                # perhaps by a query of ours that was not half-read yet
                if (time.monotonic() - started) * 1000 >= locked.patience_ms:
                    raise

    async def _attempt(self, session: DatabaseSession, statement: Statement) -> Cursor:
        try:
            return await session.execute(statement)
        except (ConnectionLost, OutcomeUnknown):
            await finish(self.pool.drop_idle(), self.patience_s)
            raise

    @asynccontextmanager
    async def borrowed_session(self, waits: Waits) -> AsyncIterator[DatabaseSession]:
        """A free database session for several statements; cleaned up afterwards."""
        session = await self.free_session(waits)
        try:
            yield session
        finally:
            await finish(self.pool.give_back(session), self.patience_s)

    async def free_session(self, waits: Waits) -> DatabaseSession:
        """A database session that nobody uses: an idle one, a new one, or one whose half-read result makes way."""
        started = time.monotonic()
        while (session := self.pool.take_idle()) is None:
            if self.pinned >= self.pool.size:
                raise Conflict(
                    f"Every database session of this connection ({self.pinned}) is pinned by open_db_session: send the "
                    "db_session_id of one with the query, or close one."
                )
            if self.pool.may_open:
                opening = time.monotonic()
                session = await self.pool.open()
                waits.connect_s = time.monotonic() - opening
                break
            if half_read := sorted(self._half_read(), key=lambda result: result.last_used):
                await half_read[0].read_to_end()
            else:
                await self.pool.wait_for_change()
        waits.queue_s = time.monotonic() - started - waits.connect_s
        return session

    def _half_read(self) -> list[Result]:
        return [result for result in self.results if result.half_read]

    async def aclose(self) -> None:
        """Close the results and every database session, also one that runs a statement."""
        await self.pool.aclose()
        for result in list(self.results):
            await finish(result.aclose(), self.patience_s)
        self.results.clear()


class PinnedSession:
    """A database session that one client has for itself: transactions and settings live in it."""

    def __init__(self, db_session_id: str, connection: Connection, session: DatabaseSession) -> None:
        self.id, self.connection = db_session_id, connection
        connection.pinned += 1
        self.reading: Result | None = None  # the result whose rows this session still delivers
        self._session = session
        self._turn = anyio.Lock()

    @property
    def session(self) -> DatabaseSession:
        """The driver's session. Raises `DbSessionLost` when it is gone for good."""
        if not self._session.usable:
            raise DbSessionLost
        return self._session

    @property
    def transaction_status(self) -> TransactionStatus:
        return self._session.transaction_status if self._session.usable else "unknown"

    async def execute(self, statement: Statement, waits: Waits) -> LeasedCursor:
        """Run a statement after those that were sent before it."""
        started = time.monotonic()
        async with self.turn():
            waits.queue_s = time.monotonic() - started
            try:
                cursor = await self.connection.run(self.session, statement)
            except ConnectionLost as lost:
                raise DbSessionLost from lost
        return LeasedCursor(cursor, self._session, self, self.connection.patience_s)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[DatabaseSession]:
        """The session for itself: no other statement and no half-read result is in it."""
        async with self._turn:
            if self.reading is not None and self.reading.half_read:
                await self.reading.read_to_end()
            yield self.session

    async def run(
        self, statements: Callable[[DatabaseSession], Sequence[str]], wanted: Collection[TransactionStatus], reason: str
    ) -> TransactionStatus:
        """Execute what `statements` says, when its turn has come and the transaction is in a `wanted` state.

        The transaction status afterwards. Raises `Conflict` with `reason` in any other state.
        """
        async with self.turn() as session:
            if session.transaction_status not in wanted:
                raise Conflict(reason)
            for sql in statements(session):
                try:
                    cursor = await self.connection.run(session, Statement(sql))
                except ConnectionLost as lost:
                    raise DbSessionLost from lost
                await finish(cursor.aclose(), self.connection.patience_s)
            return session.transaction_status

    async def give_back(self, _session: DatabaseSession) -> None:
        """The session stays here until it is closed."""

    async def aclose(self) -> None:
        """Return the session to its pool, which rolls back."""
        if self.reading is not None and self.reading.half_read:
            await self.reading.stop_reading()
        self.connection.pinned -= 1
        await self.connection.pool.give_back(self._session)
