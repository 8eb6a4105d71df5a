"""A database session that one client has for itself: transactions and settings live in it."""

import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

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


class Teller(Protocol):
    """Keeps events for the client that a session belongs to."""

    def tell(self, kind: "EventKind", facts: Mapping[str, object], key: None = None, characters: int = 0) -> None: ...

    def tell_db_sessions(self) -> None: ...


class PinnedSession:
    """What `open_db_session` opens. Its statements run in the order in which they came."""

    def __init__(self, db_session_id: str, connection: Connection, session: DatabaseSession) -> None:
        self.id, self.connection = db_session_id, connection
        connection.pinned += 1
        self.reading: Result | None = None  # the result whose rows this session still delivers
        self._ids = {"connection_id": connection.id, "db_session_id": db_session_id}
        self._session = session
        self._teller: Teller | None = None  # once its client waits for events
        self._turn = anyio.Lock()
        self.told = self.state()  # what its client knows

    @property
    def session(self) -> DatabaseSession:
        """The driver's session. Raises `DbSessionLost` when it is gone for good."""
        if not self._session.usable:
            raise DbSessionLost(self._session.last_word)
        return self._session

    @property
    def transaction_status(self) -> TransactionStatus:
        return self._session.transaction_status if self._session.usable else "unknown"

    def state(self) -> tuple["EventKind", Mapping[str, object]]:
        """Whether it is lost, or else its transaction status, as the kind and the facts of an event."""
        if not self._session.usable:
            return "db_session_lost", {**self._ids, "message": str(DbSessionLost(self._session.last_word))}
        return "transaction_changed", {**self._ids, "transaction_status": self._session.transaction_status}

    # what the server does unasked

    def watch(self, teller: Teller) -> None:
        """Tell from now on what the server does while no statement runs here."""
        self._teller = teller
        self._session.watch(self)

    def notified(self, channel: str, payload: str, process_id: int) -> None:
        assert self._teller is not None, "as `watch` was called"
        notification = {"channel": channel, "payload": payload, "process_id": process_id}
        facts = {**self._ids, "notification": notification}
        self._teller.tell("notification", facts, characters=len(channel) + len(payload))

    def ended(self) -> None:
        assert self._teller is not None, "as `watch` was called"
        self._teller.tell_db_sessions()

    # what its client asks of it

    async def execute(self, statement: Statement, waits: Waits, *, confirmed: bool) -> LeasedCursor:
        """Run a statement after those that were sent before it."""
        started = time.monotonic()
        async with self.turn(waits.rows_read):
            waits.queue_s = time.monotonic() - started
            try:
                run = self.connection.statements.run
                cursor = await run(self.session, statement, waits.rows_read, confirmed=confirmed)
            except ConnectionLost as lost:
                raise DbSessionLost(self._session.last_word) from lost
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
                    raise DbSessionLost(self._session.last_word) from lost
                await finish(cursor.aclose(), self.connection.patience_s)
            return session.transaction_status

    async def aclose(self) -> None:
        """Return the session to its pool, which rolls back."""
        if self.reading is not None and self.reading.half_read:
            await self.reading.stop_reading()
        self._session.watch(None)
        self.connection.pinned -= 1
        await self.connection.pool.give_back(self._session)
