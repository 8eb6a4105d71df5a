"""An open result: its rows are read from the link as they are asked for, to the end or until it is given up.

Rows wait in the server until they are fetched: what nobody reads stops the server, not us. Only a statement that
writes is read to its end at once, because its changes are kept only after its last row.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial

from litebase_schema.values import Column, Notice
from psycopg import Error, pq

from litebase.drivers.interface import Cursor, RowList, RowSink, RowTuple, Statement
from litebase.drivers.interruption import Interrupted, Runner
from litebase.drivers.postgresql import errors, statements, values
from litebase.drivers.postgresql.link.copying import CopiedRows, refuse_rows, send_rows
from litebase.drivers.postgresql.link.state import COUNTING, SessionState
from litebase.drivers.postgresql.link.stream import LinkFailed
from litebase.drivers.slices import Slice, Turn, held_bytes
from litebase.errors import Conflict, LiteBaseError, QueryFailed
from litebase.sql.effect import Outline, outline

_Result = pq.abc.PGresult
_Exec = pq.ExecStatus

_RETURNING_ROWS = 10_000  # at a time
_UNDOING = b"LITEBASE UNDOES A STATEMENT THAT RETURNS TOO MANY ROWS"  # any error would; the server logs this one
_COMMITTING = {"COMMIT", "END"}
_ROLLED_BACK = Notice(
    severity="WARNING",
    message="The transaction had failed, so the server rolled it back; none of its changes were kept.",
)


class PostgresqlCursor:
    """An open result. Its first rows were read when the statement ran."""

    def __init__(
        self,
        session: Runner,
        state: SessionState,
        statement: Statement,
        *,
        writes: bool,
        pledged: bool,
        in_pipeline: bool,
    ) -> None:
        self.columns: tuple[Column, ...] = ()
        self.affected_rows: int | None = None
        self.last_insert_id: int | None = None
        self._session, self._state, self._link, self._notices = session, state, state.link, state.notices
        self._text, self._rows_to_send, self._writes = statement.sql, statement.rows, writes
        self._in_pieces = statement.in_pieces
        self._in_pipeline = in_pipeline  # its end is the pipeline's
        self._pledged = pledged  # the server is asked to commit only when all rows are here
        self._revoked = False  # it is asked to undo the statement instead
        self._shape: _Result | None = None  # the first result, which has the columns
        self._reader: values.RowReader | None = None
        self._chunk: _Result | None = None  # rows that have arrived and were not asked for yet, from `_at`
        self._at = 0
        self._after_chunk: _Result | None = None  # a result without rows that came after them
        self._copied: CopiedRows | None = None  # of COPY ... TO STDOUT, which come in place of results
        self._waiting = RowList()  # rows that were read when the statement ran
        self._tag = ""
        self._in_link = True  # the server's answer is not read to its end
        self._done = False  # the statement has succeeded and everything was read
        self._failure: LiteBaseError | None = None  # for the fetch after the rows that were returned
        self._closed = False

    @property
    def notices(self) -> Sequence[Notice]:
        return self._notices.kept()

    @property
    def ended(self) -> bool:
        return self._done

    @property
    def may_have_more(self) -> bool:
        return False

    @property
    def exhausted(self) -> bool:
        return self._done and not self._waiting

    @property
    def is_open(self) -> bool:
        """Whether something of this result is still in the link."""
        return self._in_link and self._state.usable

    @property
    def must_be_read(self) -> bool:
        """Stopping a statement fails the user's transaction around it."""
        return self.is_open and self._state.status_before == "in_transaction"

    async def fetch_into(self, sink: RowSink, count: int) -> None:
        """Further rows; those that came with the statement first."""
        if self._waiting:
            sink.add(self._waiting[:count])
            del self._waiting[:count]
        elif self._failure is not None:
            raise self._failure
        elif not (self._done or self._closed):
            if not self._state.usable:
                raise self._state.loss()
            await self._session.run(partial(self._read_open, sink, count), self._state.limits.fetch_grace_s)

    async def fetch(self, count: int) -> Sequence[RowTuple]:
        """The same as tuples."""
        rows = RowList()
        await self.fetch_into(rows, count)
        return rows or ()

    async def next_cursor(self) -> Cursor | None:
        """A statement of the extended protocol has one result."""
        return None

    async def aclose(self) -> None:
        """Give up the rest."""
        self._waiting, self._closed = RowList(), True
        if self.is_open:
            with contextlib.suppress(Interrupted, LiteBaseError):
                await self._session.run(self.give_up)

    # what the session asks of its cursor, when it is the cursor's turn

    async def read_first(self, count: int) -> None:
        """Keep the first `count` rows until they are fetched; all of them when the statement writes."""
        if self._writes:
            await self._read_to_end()
        else:
            await self._read(self._waiting, count, at_start=True)
        if self._in_link or self._shape is None or self._state.transaction_status == "failed":
            return
        if await self._state.descriptions.look_up(self._shape):
            self.columns = self._state.descriptions.columns(self._text, self._shape)

    async def give_up(self) -> None:
        """End this result without keeping its rows; nothing if it has ended meanwhile.

        What only reads is stopped at the server. What writes is read to its end, because stopping it would undo what
        its first rows have reported; when that takes too long the session is dropped, and the server undoes it.
        """
        if not self.is_open:
            return
        try:
            async with asyncio.timeout(self._state.limits.stop_patience_s):
                if not await self._drain(wait=False):
                    if not self._writes:
                        await self._link.cancel()
                    await self._drain()
        except TimeoutError:
            self._state.drop()

    async def make_way(self) -> None:
        """Give up for another statement of the session. Whoever fetches from this result gets an error that says so."""
        await self.give_up()
        self._failure = Conflict("This result was given up because another statement was run in its session.")

    # reading

    async def _read_open(self, sink: RowSink, count: int) -> None:
        if not self.is_open:
            raise self._failure or self._state.loss()
        await self._read(sink, count)

    async def _read(self, sink: RowSink, count: int, *, at_start: bool = False) -> None:
        """Further rows. An error after them is kept for the next call, because the rows are good.

        It is not kept when the statement writes, or when its commit failed: nothing of it has happened then.
        """
        rows = Slice(sink, count)
        try:
            await self._collect(rows, at_start=at_start)
        except (LinkFailed, LiteBaseError) as error:
            undone = isinstance(error, LiteBaseError) and error.undoes_rows
            if not rows.count or undone or (at_start and self._writes):
                raise
            self._failure = error if isinstance(error, LiteBaseError) else self._state.loss()
            if isinstance(error, LinkFailed):
                self._state.drop()

    async def _read_to_end(self) -> None:
        """All rows of a statement that writes: its changes are kept only after the last one."""
        size = counted = 0
        while not self._done:
            await self._read(self._waiting, _RETURNING_ROWS, at_start=True)
            size += sum(map(held_bytes, self._waiting[counted:]))
            counted = len(self._waiting)
            if size > self._state.limits.max_returning_bytes and self._pledged and not self._done:
                await self._revoke()

    async def _collect(self, rows: Slice, *, at_start: bool) -> None:
        """Fill a slice: at least one row, or the end.

        What comes after the rows is looked at as far as it has arrived, so that the end is known early.
        """
        link = self._link
        turn = Turn()
        while True:
            if link.stopping and not at_start:
                await self._drain()
                raise Interrupted
            if self._copied is not None and not self._copied.ended:
                if rows.is_full:
                    return
                await self._copied.read(rows, turn)
                continue
            if self._chunk is None:
                if self._after_chunk is None and link.is_busy():
                    link.take_in()
                if self._after_chunk is None and link.is_busy():
                    if self._shape is not None and rows.is_full:
                        return
                    await link.arrival(rows.patience_s)
                    continue
                result, self._after_chunk = self._after_chunk or link.next_result(), None
                if await self._take(result):
                    return
                continue
            if rows.is_full:
                return
            if turn.is_over:
                await turn.pass_on()
            rows.add(self._arrived(rows.wanted))

    def _arrived(self, wanted: int) -> list[RowTuple]:
        """Up to `wanted` rows that have arrived; at least one, because a chunk is at hand."""
        link, rows = self._link, list[RowTuple]()
        if self._reader is None:
            assert self._shape is not None
            self._reader = values.RowReader(self._shape)
        while self._chunk is not None:
            end = min(self._chunk.ntuples, self._at + wanted)
            rows += self._reader.rows(self._chunk, self._at, end)
            wanted -= end - self._at
            if end < self._chunk.ntuples:
                self._at = end
                return rows
            self._note(self._chunk)
            self._at, self._chunk = 0, None
            if wanted and not link.is_busy():
                result = link.next_result()
                if result is not None and result.ntuples:
                    self._chunk = result
                else:
                    self._after_chunk = result
        return rows

    async def _take(self, result: _Result | None) -> bool:
        """Look at a result: rows, which stay here, or the end; whether it is the end."""
        if result is None:
            if not self._link.alive:
                raise LinkFailed
            result = self._link.connection.make_empty_result(_Exec.COMMAND_OK)
        if await self._copies(result):
            return False
        if self._shape is None and (result.nfields or result.ntuples):  # rows may have no columns
            self._shape = result
            self.columns = self._state.descriptions.columns(self._text, result)
        if result.ntuples:
            self._chunk = result
            return False
        await self._finish(result)
        return True

    async def _copies(self, result: _Result) -> bool:
        """Whether the rows of a COPY travel now. Those of a script are sent at once."""
        if result.status == _Exec.COPY_IN and self._rows_to_send is not None:
            await send_rows(self._link, self._rows_to_send)
            self._rows_to_send = None
            return True
        if result.status == _Exec.COPY_OUT:
            self._copied = CopiedRows(self._link, result, in_pieces=self._in_pieces)
            self.columns = self._copied.columns
            return True
        if result.status in (_Exec.COPY_BOTH, _Exec.PIPELINE_SYNC):
            raise LinkFailed
        return False

    def _note(self, result: _Result) -> None:
        """The statement's last result, or its last chunk when that is not full, says how many rows it changed."""
        if not result.command_status:
            return
        self._tag = result.command_status.decode("utf-8", "replace")
        made_table = result.status == _Exec.COMMAND_OK and self._tag.startswith("SELECT ")  # CREATE TABLE AS
        if made_table or (self._tag.partition(" ")[0] in COUNTING and self._copied is None):
            self.affected_rows = result.command_tuples

    # the end of the statement

    async def _finish(self, result: _Result | None) -> None:
        """The statement's answer, read to its end: an error may also come after the success, from the commit."""
        failure: Exception | None = None
        while result is not None:
            self._link.raise_if_closed(result)
            if result.status == _Exec.FATAL_ERROR:
                # in the simple protocol the commit comes before the tag
                failure = failure or self._server_error(result, at_commit=bool(self._tag) or self._copied is not None)
            elif result.status == _Exec.COPY_IN:
                failure = await refuse_rows(self._link)
            else:
                self._note(result)
                if self._tag == "ROLLBACK" and self._outline.word in _COMMITTING:
                    self._notices.add(_ROLLED_BACK)
            result = await self._link.result()
        if self._in_pipeline:
            at_commit = await self._end_pipeline()
            failure = failure or at_commit
        at_end = await self._leave_link(failed=failure is not None)
        if (failure := failure or at_end) is not None:
            raise failure
        self._done = True

    def _server_error(self, result: _Result, *, at_commit: bool) -> Exception:
        failure = self._link.failure(result, self._text, sealed=self._state.sealed)
        if isinstance(failure, Interrupted):
            alone = self._state.seal is None and self._state.status_before == "idle"
            failure.may_have_changed = alone and statements.may_commit_inside(self._outline)
        elif at_commit and isinstance(failure, LiteBaseError):
            failure.undoes_rows = True
        return failure

    @property
    def _outline(self) -> Outline:
        return outline(self._text, self._state.dialect)

    async def _leave_link(self, *, failed: bool) -> LiteBaseError | None:
        """Nothing of this statement is in the link any more; with what ending the transaction around it failed."""
        self._in_link = False
        return await self._state.after_statement(self._tag, failed=failed)

    async def _end_pipeline(self) -> Exception | None:
        """End the transaction of a statement in a pipeline; with what it failed."""
        if self._pledged:
            if self._revoked:
                try:
                    self._link.connection.send_prepare(b"", _UNDOING)
                except Error as error:
                    raise LinkFailed from error
            await self._link.sync()
        failed = await self._link.end_pipeline()
        return self._server_error(failed[0], at_commit=True) if failed else None

    async def _revoke(self) -> None:
        """Undo a statement whose rows do not fit, and raise so.

        The server looks at no cancel request while it sends the rows of a write. But it was not asked to commit yet, so
        an error before that undoes the statement; so does the end of the link, when the rows take too long.
        """
        state = self._state
        self._revoked, state.unanswered = True, None
        in_transaction = state.status_before != "idle"
        try:
            async with asyncio.timeout(state.limits.stop_patience_s):
                await self._link.cancel()
                while not self._done:
                    result, self._chunk, self._after_chunk = self._after_chunk, None, None
                    await self._take(result or await self._link.result())
                    await asyncio.sleep(0)
        except TimeoutError:
            state.drop()
        except QueryFailed:
            pass
        raise errors.too_many_rows(
            state.limits.max_returning_bytes, in_transaction=in_transaction, session_ended=not state.usable
        )

    async def _drain(self, *, wait: bool = True) -> bool:
        """Throw the rest of a result away, as far as it has arrived or to its end; whether it came to the end."""
        link = self._link
        if self._copied is not None and not self._copied.ended:
            if not wait:
                return False
            await self._copied.drain()
        result, self._chunk, self._after_chunk = self._after_chunk, None, None
        turn = Turn()
        while True:
            if result is not None:
                link.raise_if_closed(result)
                self._note(result)
            if turn.is_over:
                await turn.pass_on()
            while link.is_busy():
                if not wait:  # and no second look: the server may be faster than we are
                    return False
                await link.arrival()
            if (result := link.next_result()) is None:
                break
        if not link.alive:
            raise LinkFailed
        if self._in_pipeline:
            await self._end_pipeline()
        await self._leave_link(failed=False)
        return True
