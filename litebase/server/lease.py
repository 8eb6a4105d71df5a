"""A database session while one request uses it, and the cursor that occupies it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from litebase_schema.values import Column, Notice, TransactionStatus

from litebase.drivers.interface import Ask, Cursor, DatabaseSession, RowSink, RowTuple, nobody
from litebase.drivers.interruption import Stoppable, finish
from litebase.results.result import Report
from litebase.sql.dialect import Dialect

_DROPPED_ROWS = 10_000  # at a time


@dataclass(slots=True)
class Waits:
    """Where the time before a statement went, in seconds; who wants to know of rows read meanwhile, and whom to ask."""

    rows_read: Report | None = None
    ask: Ask = nobody
    queue_s: float = 0.0
    connect_s: float = 0.0


class Lender(Protocol):
    """Where a leased database session goes when its user is done with it."""

    def give_back_at_once(self, session: DatabaseSession) -> bool: ...

    async def give_back(self, session: DatabaseSession) -> None: ...


@dataclass(frozen=True, slots=True)
class Lease:
    """A database session that is in use. Without a lender it stays with whoever uses it."""

    session: DatabaseSession
    patience_s: float
    lender: Lender | None = None

    async def end(self) -> None:
        """Give the session back, also when the caller is cancelled."""
        if self.lender is not None and not self.lender.give_back_at_once(self.session):
            await finish(self.lender.give_back(self.session), self.patience_s)


class _Dropped:
    """A sink for rows that nobody wants."""

    def add(self, rows: Sequence[RowTuple]) -> None:
        """Take rows and keep none."""


class LeasedCursor:
    """A driver's cursor together with the database session that it occupies; closing it frees both."""

    def __init__(self, cursor: Cursor, lease: Lease) -> None:
        self._cursor, self._lease = cursor, lease
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
        return self._lease.session.transaction_status

    @property
    def dialect(self) -> Dialect:
        """How its session reads SQL; what a client has set in a session of its own may make it another one."""
        return self._lease.session.dialect

    @property
    def held(self) -> bool:
        """Whether its session is kept for further results, which the request that runs the statement reads."""
        return self._held and not self._closed

    @property
    def ended(self) -> bool:
        return self._cursor.ended

    @property
    def may_have_more(self) -> bool:
        return self._cursor.may_have_more

    @property
    def exhausted(self) -> bool:
        return self._cursor.exhausted and not self._reading.lasts

    async def fetch_into(self, sink: RowSink, count: int, *, lasting: bool) -> None:
        """Further rows. A caller that is cancelled stops the statement.

        Where it is `lasting`, the statement goes on up to its next rows, in the same sink: the next caller's.
        """
        if lasting or self._reading.lasts:
            await self._reading.run_lasting(partial(self._fetch_lasting, sink, count))
        elif self._cursor.ended:  # its rows are here, and nothing is left to be stopped
            await self._cursor.fetch_into(sink, count)
        else:
            await self._reading.run(self._cursor.fetch_into(sink, count))

    async def _fetch_lasting(self, sink: RowSink, count: int) -> None:
        """At the end of the rows the session is free, although nobody may be left who collects them."""
        await self._cursor.fetch_into(sink, count)
        if self._cursor.exhausted and not (self._held or self._cursor.may_have_more):
            await self._free()

    def hold(self) -> None:
        """Keep the session although a result is read to its end: the statement may have further results."""
        self._held = True

    async def next_result(self) -> bool:
        """Go on to the statement's next result; False when there is none."""
        further = await self._cursor.next_cursor()
        if further is not None:
            self._cursor = further
        return further is not None

    async def pass_over(self) -> None:
        """No further row of this result is wanted. What follows it, and the transaction around it, are as if all were.

        Cancelling the caller stops the statement.
        """
        while (self._cursor.may_have_more or self._cursor.must_be_read) and not self._cursor.exhausted:
            await self.fetch_into(_Dropped(), _DROPPED_ROWS, lasting=False)
        await self.aclose()

    async def let_go(self) -> None:
        """No further result is wanted."""
        self._held = False
        await self.aclose()

    async def aclose(self) -> None:
        """Close the cursor and end the lease, also when the caller is cancelled. A reader is stopped."""
        if not self._closed and not self._held:
            self._reading.stop()
            await self._free()

    async def _free(self) -> None:
        if not self._closed:
            self._closed = True
            try:
                if self._cursor.is_open:
                    await finish(self._cursor.aclose(), self._lease.patience_s)
                else:
                    await self._cursor.aclose()
            finally:
                await self._lease.end()
