"""One open connection of a client: which database session a statement gets, and when half-read results must make way.

A result that is not read to its end keeps its database session, and with it locks. Two things end that early, without
loss, by reading the rest into the result's store: a statement that would have to wait for those locks, and a statement
that finds no free session.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from litebase_schema.values import Column, Notice, TransactionStatus

from litebase.drivers.interface import Connection, Cursor, RowTuple, Statement
from litebase.drivers.interruption import finish
from litebase.drivers.pool import Pool
from litebase.errors import Unsupported
from litebase.results.result import Result


@dataclass(slots=True)
class Waits:
    """Where the time before a statement went, in seconds."""

    queue_s: float = 0.0
    connect_s: float = 0.0


class LeasedCursor:
    """A driver's cursor together with the database session that it occupies; closing it frees both."""

    def __init__(self, cursor: Cursor, session: Connection, pool: Pool, patience_s: float) -> None:
        self._cursor, self._session, self._pool, self._patience_s = cursor, session, pool, patience_s
        self._closed = False

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
    def exhausted(self) -> bool:
        return self._cursor.exhausted

    async def fetch(self, count: int) -> Sequence[RowTuple]:
        return await self._cursor.fetch(count)

    async def aclose(self) -> None:
        """Close the cursor and give the session back, also when the caller is cancelled."""
        if not self._closed:
            self._closed = True
            await finish(self._cursor.aclose(), self._patience_s)
            await finish(self._pool.give_back(self._session), self._patience_s)


class OpenConnection:
    """A named target with its pool of database sessions and the results that were read from it."""

    def __init__(self, connection_id: str, engine: str, server_version: str, pool: Pool, patience_s: float) -> None:
        self.id, self.engine, self.server_version = connection_id, engine, server_version
        self.pool = pool
        self.results: set[Result] = set()
        self._patience_s = patience_s

    async def execute(self, statement: Statement, waits: Waits) -> LeasedCursor:
        """Run a statement in a free database session."""
        session = await self._free_session(waits)
        cursor: Cursor | None = None
        try:
            if session.waits_for_readers(statement.sql):
                await self._read_half_read_results()
            cursor = await session.execute(statement)
        finally:
            if cursor is None:
                await finish(self.pool.give_back(session), self._patience_s)
        leased = LeasedCursor(cursor, session, self.pool, self._patience_s)
        if session.transaction_status != "idle":
            await leased.aclose()  # rolls back
            raise Unsupported(
                "A transaction needs a database session of its own, and this version of the backend has none yet; "
                "each statement is committed by itself. The transaction that this statement began was rolled back."
            )
        return leased

    async def _free_session(self, waits: Waits) -> Connection:
        started = time.monotonic()
        while (session := self.pool.take_idle()) is None:
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

    async def _read_half_read_results(self) -> None:
        for result in self._half_read():
            await result.read_to_end()

    def _half_read(self) -> list[Result]:
        return [result for result in self.results if result.half_read]

    async def aclose(self) -> None:
        """Close the results and every database session, also one that runs a statement."""
        await self.pool.aclose()
        for result in list(self.results):
            await result.aclose()
        self.results.clear()
