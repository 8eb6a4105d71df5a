"""An open result: its rows are read from the link as they are asked for, to the end or until it is given up.

What has not arrived stays in the network, and then the server waits. A procedure gives several results, one after the
other. Only a write that returns rows is read to its end at once, because it is done only then.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial

from litebase_schema.values import Column, Notice

from litebase.drivers.interface import Cursor, RowList, RowSink, RowTuple
from litebase.drivers.interruption import Interrupted
from litebase.drivers.mysql import errors, statements, values
from litebase.drivers.mysql.link import origins
from litebase.drivers.mysql.link.cancellation import is_set
from litebase.drivers.mysql.link.conversation import Conversation
from litebase.drivers.mysql.link.packets import STATUS_MORE_RESULTS, Done, ServerError
from litebase.drivers.mysql.link.replies import ResultHead
from litebase.drivers.mysql.link.stream import LinkLost
from litebase.drivers.slices import Slice, Turn, held_bytes
from litebase.errors import ConnectionLost, LimitExceeded, LiteBaseError, OutcomeUnknown

_ANY_NUMBER = 1 << 30
_DRAIN_BYTES = 512 * 1024  # of a result that nobody wants: more than that is stopped and not read
_DRAIN_S = 0.02


class MysqlCursor:
    """An open result. What arrives beyond the rows that are asked for is kept here."""

    def __init__(self, conversation: Conversation, reply: Done | ResultHead) -> None:
        self.notices: Sequence[Notice] = ()
        self.columns: Sequence[Column] = ()
        self._conversation, self._statement = conversation, conversation.statement
        if isinstance(reply, ResultHead):
            found = origins.of(reply.columns, self._statement.outline)
            self.columns = tuple(map(values.column, reply.columns, found))
        self._state, self._link = conversation.state, conversation.state.link
        self._head = reply if isinstance(reply, ResultHead) else None
        self._done = reply if isinstance(reply, Done) else None
        self._waiting = RowList()
        self._rows_read = self._rows_given = 0
        self._failure: Exception | None = None  # met after `_waiting`

    @property
    def affected_rows(self) -> int | None:
        statement = self._statement.outline
        if self._head is not None:  # only RETURNING gives rows of what was changed
            return self._rows_read if statements.changes_rows(statement) else None
        if self._done is None:
            return None
        return self._done.affected_rows if self._done.affected_rows or statements.counts_rows(statement) else None

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
        """Whether the statement may have further results after this one; the server says so once it is read."""
        if self._done is not None:
            return bool(self._done.status & STATUS_MORE_RESULTS)
        return statements.may_give_several(self._statement.outline)

    @property
    def is_open(self) -> bool:
        """Whether the server has more to say of this result or after it."""
        return self._state.open_cursor is self

    @property
    def must_be_read(self) -> bool:
        """A statement can be stopped without harm to its transaction."""
        return False

    async def fetch_into(self, sink: RowSink, count: int) -> None:
        """Further rows; those that have arrived first."""
        given = self._rows_given
        if len(self._waiting) < count and self._done is None and self._failure is None:
            try:
                await self._conversation.run(partial(self._read_on, sink, count), self._state.limits.fetch_grace_s)
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
        if not (self.exhausted and self.is_open):
            return None
        return await self._conversation.run(self._next, self._state.limits.fetch_grace_s)

    async def aclose(self) -> None:
        try:
            if self.is_open:
                with contextlib.suppress(LiteBaseError, Interrupted):  # nobody wants to know any more how it ended
                    await self._conversation.run(self._give_up)
        finally:
            self._waiting = RowList()  # not before: a fetch that came first would leave them out

    # from here on in the session's turn

    async def read_first(self, count: int) -> None:
        """Keep the first `count` rows, where the statement has rows; all of them when it changes what it returns."""
        if self._done is not None:
            await self._end(self._done, gave_rows=False)
            return
        self._state.open_cursor = self
        await self._read(self._waiting, count)
        if statements.changes_rows(self._statement.outline) and self.is_open:
            await self._read_to_end()

    async def read_all(self, sink: RowSink) -> None:
        """Hand on every row. Where the sink raises `LimitExceeded`, the rest is given up."""
        if self._done is not None:
            await self._end(self._done, gave_rows=False)
            return
        self._state.open_cursor = self
        try:
            while not self.exhausted and self._failure is None:
                await self._read(sink, _ANY_NUMBER)
        except LimitExceeded:
            with contextlib.suppress(LiteBaseError, Interrupted):  # as in `aclose`
                await self._give_up()
            raise
        if self._failure is not None:
            raise self._failure

    async def _read_on(self, sink: RowSink, count: int) -> None:
        if not self.is_open:
            raise ConnectionLost("The session of this result has ended; its remaining rows are lost.")
        await self._read(sink, count)

    async def _read(self, sink: RowSink, count: int) -> None:
        """Hand on `count` rows, or what comes in a slice of time and of memory, at least one. Raises `LinkLost`."""
        given = self._rows_given
        try:
            await self._read_slice(sink, count)
        except ServerError as error:
            self._failure = await self._conversation.after_error(error)
            nothing_before = self._rows_given == given and not self._waiting
            if isinstance(self._failure, Interrupted) or not self._statement.outline.only_reads or nothing_before:
                raise self._failure from error
        finally:
            if self.is_open:
                self._link.stream.pause()  # what the server goes on sending stays in the network; then the server waits

    async def _read_slice(self, sink: RowSink, count: int) -> None:
        head, link, stream = self._head, self._link, self._link.stream
        assert head is not None, "there are rows to come"
        taken, turn = Slice(sink, count), Turn()
        if sink is not self._waiting:
            waiting, self._waiting = self._waiting, RowList()
            self._hand_on(taken, waiting)
        while True:
            if turn.is_over:
                stream.pause()  # or what arrives meanwhile would be kept, without a bound
                await turn.pass_on()
                stream.resume()
            rows = link.whole_rows(head)
            if not rows and stream.packet_waits:
                one = await link.row_or_end(head)
                if isinstance(one, Done):
                    self._done = one
                    await self._end(one, gave_rows=True)
                    return
                rows = [one]
            self._rows_read += len(rows)
            self._hand_on(taken, rows)
            if link.end_waits:
                continue  # so that it is known early
            if taken.is_full:
                return
            if not rows and not await stream.more(taken.patience_s):
                return

    def _hand_on(self, taken: Slice, rows: list[RowTuple]) -> None:
        """Give the rows to the sink as far as it wants them, and keep the rest."""
        beyond = rows[taken.left :]
        if given := rows[: taken.left] if beyond else rows:
            taken.add(given)
            self._rows_given += len(given)
        self._waiting.add(beyond)

    def _give_waiting(self, sink: RowSink, most: int) -> None:
        if rows := self._waiting[:most]:
            sink.add(rows)
            self._rows_given += len(rows)
            del self._waiting[: len(rows)]

    async def _end(self, done: Done, *, gave_rows: bool) -> None:
        """The end of one result; of the statement, unless further ones follow."""
        self._state.note(done)
        if done.status & STATUS_MORE_RESULTS:
            self._state.open_cursor = self
        else:
            self.notices = await self._conversation.after_statement(done, gave_rows=gave_rows)

    async def _next(self) -> "MysqlCursor | None":
        """The result after this one, which has been read; None when the statement has ended."""
        head = await self._next_head()
        if head is None:
            return None
        following = MysqlCursor(self._conversation, head)
        await following.read_first(0)
        return following

    async def _next_head(self) -> ResultHead | None:
        while self.is_open:
            try:
                reply = await self._link.reply()
            except ServerError as error:
                raise await self._conversation.after_error(error) from error
            if isinstance(reply, ResultHead):
                return reply
            await self._end(reply, gave_rows=False)  # how a procedure says that it is done
        return None

    # writes that return rows

    async def _read_to_end(self) -> None:
        """Read all that a write with RETURNING gives: it is done only then. Too much is stopped, and so undone."""
        maximum, cancellation = self._state.limits.max_returning_bytes, self._conversation.cancellation
        kept_bytes = await self._read_while_below(maximum, sum(map(held_bytes, self._waiting)))
        if not self.is_open:
            return
        patience = self._state.limits.stop_patience_s
        stopping = asyncio.ensure_future(cancellation.kill_query())
        try:
            async with asyncio.timeout(2 * patience):
                # What was on its way is read on: the statement may have ended before it could be stopped.
                await self._read_while_below(2 * maximum, kept_bytes)
        except Interrupted:
            raise errors.too_much_returned(maximum) from None
        except TimeoutError:
            pass
        finally:
            cancellation.answered.set()
            await asyncio.wait([stopping], timeout=patience)
            stopping.cancel()
        if self.is_open:
            cancellation.leave_behind()
            raise LinkLost("The statement returned too much and could not be stopped, so the link was closed.")

    async def _read_while_below(self, most_bytes: int, kept_bytes: int) -> int:
        """Keep rows until they take more than that in memory; what they take, about."""
        while self.is_open and kept_bytes <= most_bytes:
            known = len(self._waiting)
            await self._read(self._waiting, 1)
            kept_bytes += sum(map(held_bytes, self._waiting[known:]))
        return kept_bytes

    # giving up

    async def _give_up(self) -> None:
        """End the statement and forget its rows. What is little is read; of the rest the server is told to stop."""
        patience, cancellation = self._state.limits.stop_patience_s, self._conversation.cancellation
        cuttable = self._statement.outline.only_reads  # what writes is given time to write
        enough = asyncio.Event()

        async def stop_soon() -> None:
            await is_set(enough, _DRAIN_S if cuttable else patience)
            await cancellation.kill_query()

        stopping = asyncio.ensure_future(stop_soon())
        try:
            async with asyncio.timeout(2 * patience):
                await self._read_away(enough if cuttable else None)
        finally:
            cancellation.answered.set()
            enough.set()
            await asyncio.wait([stopping], timeout=patience)
            stopping.cancel()

    async def _read_away(self, enough: asyncio.Event | None) -> None:
        """Read what is left of the statement and forget it; `enough` is set when it is much."""
        size = 0
        while self.is_open:
            if self._done is None:
                size += await self._skip()
            elif (head := await self._next_head()) is not None:
                self._head, self._done = head, None  # a further result is forgotten here, too
            if enough is not None and size > _DRAIN_BYTES:
                enough.set()

    async def _skip(self) -> int:
        """Read some rows and forget them; how many bytes they took, about."""
        link, stream = self._link, self._link.stream
        assert self._head is not None, "there are rows to come"
        self._waiting = RowList()
        arrived = stream.unread_bytes
        self._rows_read += len(link.whole_rows(self._head))
        if stream.packet_waits:
            try:
                one = await link.row_or_end(self._head)
            except ServerError as error:
                raise await self._conversation.after_error(error) from error
            if isinstance(one, Done):
                self._done = one
                await self._end(one, gave_rows=True)
        else:
            await stream.more()
        return arrived
