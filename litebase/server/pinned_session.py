"""A database session that one client has for itself: transactions and settings live in it."""

import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
from litebase_schema.values import TransactionStatus

from litebase.drivers.interface import DatabaseSession, Statement
from litebase.drivers.interruption import finish
from litebase.errors import Conflict, ConnectionLost, DbSessionLost
from litebase.results.result import Report, Result
from litebase.server.connection import Connection
from litebase.server.lease import Lease, LeasedCursor, Waits

if TYPE_CHECKING:
    from litebase_schema.events import EventKind


class PinnedSession:
    """What `open_db_session` opens. Its statements run in the order in which they came."""

    def __init__(self, db_session_id: str, connection: Connection, session: DatabaseSession) -> None:
        self.id, self.connection = db_session_id, connection
        connection.pinned += 1
        self.reading: Result | None = None  # the result whose rows this session still delivers
        self._session = session
        self._turn = anyio.Lock()
        self.told = self.state()  # what its client knows

    @property
    def session(self) -> DatabaseSession:
        """The driver's session. Raises `DbSessionLost` when it is gone for good."""
        if not self._session.usable:
            raise DbSessionLost
        return self._session

    @property
    def transaction_status(self) -> TransactionStatus:
        return self._session.transaction_status if self._session.usable else "unknown"

    def state(self) -> tuple["EventKind", Mapping[str, object]]:
        """Whether it is lost, or else its transaction status, as the kind and the facts of an event."""
        ids = {"connection_id": self.connection.id, "db_session_id": self.id}
        if not self._session.usable:
            return "db_session_lost", {**ids, "message": str(DbSessionLost())}
        return "transaction_changed", {**ids, "transaction_status": self._session.transaction_status}

    async def execute(self, statement: Statement, waits: Waits, *, confirmed: bool) -> LeasedCursor:
        """Run a statement after those that were sent before it."""
        started = time.monotonic()
        async with self.turn(waits.rows_read):
            waits.queue_s = time.monotonic() - started
            try:
                run = self.connection.statements.run
                cursor = await run(self.session, statement, waits.rows_read, confirmed=confirmed)
            except ConnectionLost as lost:
                raise DbSessionLost from lost
        return LeasedCursor(cursor, Lease(self._session, self.connection.patience_s))

    @asynccontextmanager
    async def turn(self, rows_read: Report | None = None) -> AsyncIterator[DatabaseSession]:
        """The session for itself: no other statement and no half-read result is in it."""
        async with self._turn:
            if self.reading is not None and self.reading.half_read:
                await self.reading.read_to_end(rows_read)
            yield self.session

    async def run(
        self, texts: Callable[[DatabaseSession], Sequence[str]], wanted: Collection[TransactionStatus], reason: str
    ) -> TransactionStatus:
        """Run what `texts` returns, when its turn has come and the transaction is in a `wanted` state.

        The transaction status afterwards. Raises `Conflict` with `reason` in any other state.
        """
        async with self.turn() as session:
            if session.transaction_status not in wanted:
                raise Conflict(reason)
            for sql in texts(session):
                try:
                    cursor = await self.connection.statements.run(session, Statement(sql))
                except ConnectionLost as lost:
                    raise DbSessionLost from lost
                await finish(cursor.aclose(), self.connection.patience_s)
            return session.transaction_status

    async def aclose(self) -> None:
        """Return the session to its pool, which rolls back."""
        if self.reading is not None and self.reading.half_read:
            await self.reading.stop_reading()
        self.connection.pinned -= 1
        await self.connection.pool.give_back(self._session)
