"""A database session that one client has for itself: transactions and settings live in it."""

import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

import anyio
from litebase_schema.values import TransactionStatus

from litebase.drivers.clock import now
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
        self._cursor: LeasedCursor | None = None  # of the last statement
        self._used = time.monotonic()  # by its client; not counting the time in which the machine sleeps
        self._heard = now()  # from its server
        self._warned: float | None = None  # that its transaction is to be rolled back
        self._undoing: str | None = None  # why its transaction is being rolled back
        self._rolled_back: str | None = None  # why, and its client has not noticed yet
        self.told = self.state()  # what its client knows

    @property
    def session(self) -> DatabaseSession:
        """The driver's session. Raises `DbSessionLost` when it is gone for good."""
        if not self._session.usable:
            raise DbSessionLost(self._session.last_word)
        return self._session

    def check_alive(self) -> None:
        """Raise `DbSessionLost` when the session is gone for good."""
        _ = self.session

    @property
    def process_id(self) -> str | None:
        """The server's own number of the session, where it is known."""
        return self._session.process_id

    @property
    def alive(self) -> bool:
        """Whether it is not known to be lost."""
        return self._session.usable

    @property
    def busy(self) -> bool:
        """Whether something is done in it at this moment."""
        return self._turn.locked() or self._being_read

    @property
    def _being_read(self) -> bool:
        """Whether a request waits for rows of it, which it does without having the turn."""
        has_reader = self.reading is not None and self.reading.being_read
        return has_reader or (self._cursor is not None and self._cursor.held)

    @property
    def half_read(self) -> bool:
        """Whether a result of it is."""
        return self.reading is not None and self.reading.half_read

    @property
    def transaction_status(self) -> TransactionStatus:
        return self._session.transaction_status if self._session.usable else "unknown"

    def state(self) -> tuple["EventKind", Mapping[str, object]]:
        """Whether it is lost, or else its transaction status, as the kind and the facts of an event."""
        if not self._session.usable:
            return "db_session_lost", {**self._ids, "message": str(DbSessionLost(self._session.last_word))}
        return "transaction_changed", {**self._ids, "transaction_status": self._session.transaction_status}

    def news(self) -> tuple["EventKind", Mapping[str, object]] | None:
        """The state, when it is another one than the client knows; the client knows it from then on."""
        state = self.state()
        if state == self.told:
            return None
        self.told = state
        kind, facts = state
        if self._undoing is not None and kind == "transaction_changed":
            facts = {**facts, "message": self._undoing}
        return kind, facts

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

    # what is due while nobody uses it

    @property
    def _last_used(self) -> float:
        return max(self._used, self.reading.last_used if self.reading is not None else 0.0)

    @property
    def unused_s(self) -> float:
        """For how long its client has asked nothing of it."""
        return time.monotonic() - self._last_used

    @property
    def silent_s(self) -> float:
        """For how long its server has said nothing."""
        return now() - self._heard

    @property
    def warned_s(self) -> float | None:
        """Since when it is known that its transaction is to be rolled back; None when it was used since."""
        warned = self._warned
        return None if warned is None or warned < self._last_used else time.monotonic() - warned

    async def check(self, patience_s: float, *, in_transaction: bool = True) -> float | None:
        """How long its server took to answer, in seconds; None when it did not in time, and the session is lost.

        None too when it is not asked: a result of it is half read by now, or, unless `in_transaction`, one has begun.
        """
        async with self._turn:
            if self.half_read or self._being_read or not (in_transaction or self.transaction_status == "idle"):
                return None
            started = time.monotonic()
            if not await self._session.responds(patience_s):
                return None
            self._heard = now()
            return time.monotonic() - started

    def warn(self, reason: str, left_s: float) -> None:
        """Tell that the transaction will be rolled back unless the session is used."""
        self._warned = time.monotonic()
        if self._teller is not None:
            message = f"{reason}; it is rolled back in {left_s:g} s unless the database session is used."
            facts = {**self._ids, "message": message, "rollback_in_ms": round(left_s * 1000)}
            self._teller.tell("transaction_idle", facts)

    async def roll_back(self, reason: str) -> None:
        """Roll back unless the session is used first, and tell it: by an event, and to who goes on regardless.

        Where the transaction cannot be ended so, the session is closed, and the server rolls back.
        """
        patience_s = self.connection.patience_s
        async with self._turn:
            if self._being_read:
                return
            reading = self.reading
            if reading is not None and reading.half_read:
                with anyio.move_on_after(patience_s):
                    await reading.read_to_end()
            if self.warned_s is None or self.transaction_status in ("idle", "unknown"):
                return
            self._undoing = f"{reason}."
            try:
                if reading is not None and reading.half_read:
                    await reading.stop_reading("its transaction was rolled back")
                with anyio.move_on_after(patience_s):
                    await self._run(self._session.rollback_statement)
            finally:
                if self.transaction_status == "idle":
                    self._rolled_back = self._undoing
                elif self.alive:
                    await finish(self._session.aclose(), patience_s)
                if self._teller is not None:
                    self._teller.tell_db_sessions()
                self._undoing = None

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
            self._cursor = LeasedCursor(cursor, Lease(self._session, self.connection.patience_s))
            return self._cursor

    @asynccontextmanager
    async def visit(self, rows_read: Report | None = None) -> AsyncIterator[DatabaseSession]:
        """The session for reads of our own, between two statements of its client. It does not count as used by them."""
        async with self._turn:
            if self.reading is not None and self.reading.half_read:
                await self.reading.read_to_end(rows_read)
            yield self.session
            self._heard = now()

    @asynccontextmanager
    async def turn(self, rows_read: Report | None = None, *, anew: bool = False) -> AsyncIterator[DatabaseSession]:
        """The session for itself: no other statement and no half-read result is in it.

        Raises `Conflict` once after `roll_back`, unless what is done is `anew`: what was to be a part of the
        transaction is not done outside it.
        """
        async with self.visit(rows_read) as session:
            try:
                reason, self._rolled_back = self._rolled_back, None
                if reason is not None and not anew:
                    raise Conflict(f"{reason} Nothing was run; send it again to run it without that transaction.")
                yield session
            finally:
                self._used = time.monotonic()

    async def run(
        self, texts: Callable[[DatabaseSession], Sequence[str]], wanted: Collection[TransactionStatus], reason: str
    ) -> TransactionStatus:
        """Run what `texts` returns, when its turn has come and the transaction is in a `wanted` state.

        The transaction status afterwards. Raises `Conflict` with `reason` in any other state.
        """
        async with self.turn(anew="idle" in wanted) as session:  # to roll back what is rolled back, too
            if session.transaction_status not in wanted:
                raise Conflict(reason)
            for sql in texts(session):
                await self._run(sql)
            return session.transaction_status

    async def _run(self, sql: str) -> None:
        try:
            cursor = await self.connection.statements.run(self.session, Statement(sql))
        except ConnectionLost as lost:
            raise DbSessionLost(self._session.last_word) from lost
        await finish(cursor.aclose(), self.connection.patience_s)

    async def aclose(self) -> None:
        """Return the session to its pool, which rolls back."""
        if self.reading is not None and self.reading.half_read:
            await self.reading.stop_reading("its database session was closed")
        self._session.watch(None)
        self.connection.pinned -= 1
        await self.connection.pool.give_back(self._session)
        self.connection.statements.forget(self._session)
