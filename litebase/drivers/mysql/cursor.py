"""An open result: its rows are read from the link as they are asked for, to the end or until it is given up.

What has not arrived stays in the network, and then the server waits. A procedure gives several results, one behind the
other. Only a write that returns rows is read to its end at once, because it is done only then.
"""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from litebase_schema.values import Notice

from litebase.drivers.interface import Cursor, RowList, RowSink, RowTuple
from litebase.drivers.interruption import Interrupted
from litebase.drivers.mysql import ending, errors, statements, values
from litebase.drivers.mysql.cancellation import Cancellation, Run, is_set
from litebase.drivers.mysql.link import LinkLost, Opening
from litebase.drivers.mysql.packets import STATUS_MORE_RESULTS, Done, ServerError
from litebase.drivers.turn import Turn
from litebase.errors import ConnectionLost, OutcomeUnknown

SLICE_S = 0.05  # a fetch returns after this time with the rows it has, at least one
SLICE_BYTES = 1024 * 1024  # or when they take about this much
_ROW_BYTES, _CELL_BYTES = 48, 56  # what a row and a cell take in memory beside what came for them
_DRAIN_BYTES = 512 * 1024  # of a result that nobody wants: more than that is stopped and not read
_DRAIN_S = 0.02


class Session(Protocol):
    """What a cursor asks of its session, which does one thing at a time."""

    async def fetch(self, cursor: "MysqlCursor", sink: RowSink, count: int) -> None: ...

    async def next_result(self, cursor: "MysqlCursor") -> "MysqlCursor | None": ...

    async def close_cursor(self, cursor: "MysqlCursor") -> None: ...


class MysqlCursor:
    """An open result. What arrives beyond the rows that are asked for is kept here."""

    def __init__(self, session: Session, cancellation: Cancellation, run: Run, reply: Done | Opening) -> None:
        self.run = run
        self.notices: list[Notice] = []
        self._session, self._cancellation = session, cancellation
        self._state, self._link = cancellation.state, cancellation.state.link
        self._opening = reply if isinstance(reply, Opening) else None
        self._done = reply if isinstance(reply, Done) else None
        self.columns = tuple(values.column(one) for one in reply.columns) if isinstance(reply, Opening) else ()
        self._waiting = RowList()
        self._rows_read = self._rows_given = 0
        self._kept_bytes = 0  # what all rows that were kept take in memory, about
        self._failure: Exception | None = None  # met after `_waiting`

    @property
    def affected_rows(self) -> int | None:
        counts = statements.counts_rows(self.run.sql)
        if self._opening is not None:  # only RETURNING gives rows of what was changed
            return self._rows_read if statements.changes_rows(self.run.sql) else None
        if self._done is None:
            return None
        return self._done.affected_rows if counts or self._done.affected_rows else None

    @property
    def last_insert_id(self) -> int | None:
        return self._done.last_insert_id or None if self._done else None

    @property
    def ended(self) -> bool:
        return self._done is not None and not self._done.status & STATUS_MORE_RESULTS

    @property
    def exhausted(self) -> bool:
        return self._done is not None and not self._waiting

    @property
    def may_have_more(self) -> bool:
        """Whether the statement may have further results after this one: the server's word once it is read."""
        if self._done is not None:
            return bool(self._done.status & STATUS_MORE_RESULTS)
        return statements.may_give_several(self.run.sql)

    @property
    def arrived(self) -> bool:
        """Whether the server has sent all of this result; the statement may have further ones."""
        return self._done is not None

    async def fetch_into(self, sink: RowSink, count: int) -> None:
        """Further rows; those that have arrived first."""
        given = self._rows_given
        if len(self._waiting) < count and self._done is None and self._failure is None:
            try:
                await self._session.fetch(self, sink, count)
            except (ConnectionLost, OutcomeUnknown) as error:
                self._failure = error  # the rows before it are good
            except Interrupted as stopped:
                self._waiting, self._failure = RowList(), stopped
                raise
        if self._rows_given == given:
            self._give_waiting(sink, count)
        if self._rows_given == given and self._failure is not None:
            raise self._failure

    async def fetch(self, count: int) -> Sequence[RowTuple]:
        """The same as tuples."""
        rows = RowList()
        await self.fetch_into(rows, count)
        return rows or ()

    async def next_cursor(self) -> Cursor | None:
        """The next result of a procedure."""
        return await self._session.next_result(self) if self.exhausted else None

    async def aclose(self) -> None:
        try:
            await self._session.close_cursor(self)
        finally:
            self._waiting = RowList()  # not before: a fetch that came first would leave them out

    # reading, when it is this cursor's turn

    async def read_first(self, count: int) -> None:
        """Keep the first `count` rows, where the statement has rows; all of them when it changes what it returns."""
        if self._done is not None:
            await self._end(self._done)
            return
        self._state.open = self
        await self.read(self._waiting, count)
        if statements.changes_rows(self.run.sql) and self._is_open:
            await self._read_to_end()

    @property
    def _is_open(self) -> bool:
        """Whether the server has more to say of this result or behind it."""
        return self._state.open is self

    async def read(self, sink: RowSink, count: int) -> None:
        """Hand on `count` rows, or what comes in a slice of time and of memory, at least one. Raises `LinkLost`."""
        given = self._rows_given
        try:
            await self._read(sink, count)
        except ServerError as error:
            self._failure = await ending.failed(self._cancellation, error, self.run)
            nothing_before = self._rows_given == given and not self._waiting
            if isinstance(self._failure, Interrupted) or not self.run.reads or nothing_before:
                raise self._failure from error
        finally:
            if self._is_open:
                self._link.pause()  # what the server sends on stays in the network, and then the server waits

    async def _read(self, sink: RowSink, count: int) -> None:
        link, loop = self._link, asyncio.get_running_loop()
        assert self._opening is not None, "there are rows to come"
        deadline, left = loop.time() + SLICE_S, count
        if sink is not self._waiting:
            left -= self._give_waiting(sink, count)
        turn, begun = Turn(), link.consumed_bytes
        while True:
            if turn.is_over:
                link.pause()  # or what arrives meanwhile would be kept, without a bound
                await turn.pass_on()
                link.resume()
            consumed = link.consumed_bytes
            rows = link.whole_rows(self._opening)
            if not rows and link.packet_waits:
                one = await link.row_or_end(self._opening)
                if isinstance(one, Done):
                    self._done = one
                    await self._end(one)
                    return
                rows = [one]
            left = self._hand_on(sink, left, rows, link.consumed_bytes - consumed)
            if link.end_waits:
                continue  # so that it is known early
            if left <= 0:
                return
            some, size = left < count, link.consumed_bytes - begun
            if some and (size >= SLICE_BYTES or loop.time() >= deadline):
                return
            if not rows and not await link.more(deadline if some else None):
                return

    def _hand_on(self, sink: RowSink, left: int, rows: list[RowTuple], size: int) -> int:
        """Give what has arrived to the sink, up to `left` rows, and keep the rest; how many rows it may still have."""
        self._rows_read += len(rows)
        self._kept_bytes += size + len(rows) * (_ROW_BYTES + _CELL_BYTES * len(self.columns))
        beyond = rows[left:]
        given = self._give(sink, rows[:left] if beyond else rows)
        self._waiting.add(beyond)
        return left - given

    def _give_waiting(self, sink: RowSink, most: int) -> int:
        given = self._give(sink, self._waiting[:most])
        del self._waiting[:given]
        return given

    def _give(self, sink: RowSink, rows: list[RowTuple]) -> int:
        if rows:
            sink.add(rows)
            self._rows_given += len(rows)
        return len(rows)

    async def _end(self, done: Done) -> None:
        """The end of one result; of the statement, unless further ones follow."""
        self._state.note(done)
        if done.status & STATUS_MORE_RESULTS:
            self._state.open = self
        else:
            await ending.settle(self._cancellation, self.run, done, self.notices)

    async def next_result(self) -> "MysqlCursor | None":
        """The result behind this one, which has been read; None when the statement has ended."""
        while self._is_open:
            try:
                reply = await self._link.reply()
            except ServerError as error:
                raise await ending.failed(self._cancellation, error, self.run) from error
            if isinstance(reply, Opening):
                following = MysqlCursor(self._session, self._cancellation, self.run, reply)
                self._state.open = following
                await following.read_first(0)
                return following
            await self._end(reply)  # the word of a procedure that it is done
        return None

    # writes that return rows

    async def _read_to_end(self) -> None:
        """Read all that a write with RETURNING gives: it is done only then. Too much is stopped, and so undone."""
        maximum = self._state.limits.max_returning_bytes
        await self.read(self._waiting, 1)
        await self._read_while_below(maximum)
        if not self._is_open:
            return
        patience = self._state.limits.stop_patience_s
        stopping = asyncio.ensure_future(self._cancellation.kill_query())
        try:
            async with asyncio.timeout(2 * patience):
                # What was on its way is read on: the statement may have ended before it could be stopped.
                await self._read_while_below(2 * maximum)
        except Interrupted:
            raise errors.too_much_returned(maximum) from None
        except TimeoutError:
            pass
        finally:
            self._cancellation.answered.set()
            await asyncio.wait([stopping], timeout=patience)
            stopping.cancel()
        if self._is_open:
            raise LinkLost("The statement returned too much and could not be stopped, so the link was closed.")

    async def _read_while_below(self, most_bytes: int) -> None:
        while self._is_open and self._kept_bytes <= most_bytes:
            await self.read(self._waiting, 1)

    # giving up

    async def give_up(self) -> None:
        """End the statement and forget its rows. What is little is read; of the rest the server is told to stop."""
        patience = self._state.limits.stop_patience_s
        cuttable = statements.may_be_cut(self.run.sql)  # what writes is given time to write
        enough = asyncio.Event()
        stopping = asyncio.ensure_future(self._stop_soon(enough, _DRAIN_S if cuttable else patience))
        try:
            async with asyncio.timeout(2 * patience):
                await self._read_away(enough if cuttable else None)
        finally:
            self._cancellation.answered.set()
            enough.set()
            await asyncio.wait([stopping], timeout=patience)
            stopping.cancel()

    async def _stop_soon(self, enough: asyncio.Event, after_s: float) -> None:
        await is_set(enough, after_s)
        await self._cancellation.kill_query()

    async def _read_away(self, enough: asyncio.Event | None) -> None:
        """Read what is left of the statement and forget it; `enough` is set when it is much."""
        current: MysqlCursor | None = self
        size = 0
        while current is not None and self._state.open is current:
            if current.arrived:
                current = await current.next_result()
                continue
            size += await current.skip()
            if enough is not None and size > _DRAIN_BYTES:
                enough.set()

    async def skip(self) -> int:
        """Read some rows and forget them; how many bytes they took, about."""
        link = self._link
        assert self._opening is not None, "there are rows to come"
        self._waiting = RowList()
        arrived = link.unread_bytes
        self._rows_read += len(link.whole_rows(self._opening))
        if link.packet_waits:
            try:
                one = await link.row_or_end(self._opening)
            except ServerError as error:
                raise await ending.failed(self._cancellation, error, self.run) from error
            if isinstance(one, Done):
                self._done = one
                await self._end(one)
        else:
            await link.more()
        return arrived
