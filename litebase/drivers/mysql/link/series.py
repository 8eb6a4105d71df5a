"""Short statements that travel together, in one command, of which the server runs no more after the first error.

A text with several statements is allowed for such a command only; otherwise a value that was written into a statement
by mistake could end it and begin another.
"""

import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace

from litebase_schema.values import Notice

from litebase.drivers.interface import Change, RowTuple, Series
from litebase.drivers.interruption import Interrupted
from litebase.drivers.mysql import errors, statements
from litebase.drivers.mysql.link.conversation import Conversation, RunningStatement
from litebase.drivers.mysql.link.packets import Done, ServerError
from litebase.drivers.mysql.link.replies import COM_QUERY, Link, expect_done
from litebase.drivers.series import ROWS_OF_CHANGE, Changes
from litebase.drivers.slices import Turn
from litebase.errors import LiteBaseError

_BETWEEN = b";\n"
_BEGINNING_BYTES = 200  # of a command, by which it is recognized


class NotTogether(Exception):
    """The server does not take several statements at once. Nothing was run."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement of a series. The last of its `requests` is the statement, the others prepare it."""

    running: RunningStatement
    requests: Sequence[bytes]

    @property
    def writes(self) -> bool:
        return self.running.outline.effect != "reads"


class SeriesRun:
    """A series of statements in the session's turn. `run` is called once."""

    def __init__(self, conversation: Conversation, most_bytes: int) -> None:
        self._conversation, self._most_bytes = conversation, most_bytes
        self._state, self._link = conversation.state, conversation.state.link
        self._ask_warnings = self._state.asking_warnings.encode()
        self._turn = Turn()

    async def run(self, series: Sequence[Sent]) -> Series:
        """What became of the statements. Raises what `Conversation.run` makes an error of, and `NotTogether`."""
        only_read = not any(one.writes for one in series)
        self._changes = changes = Changes(self._state.limits, only_read=only_read)
        async with _several(self._link):
            try:
                for command in self._commands(series):
                    last = await self._exchange(command)
                    stopped = self._conversation.cancellation.kill_sent
                    if stopped or changes.has_enough or changes.are_too_large:
                        break
            except ServerError as error:
                failure = await self._conversation.after_error(error)
                if not isinstance(failure, LiteBaseError):
                    raise failure from error
                return Series(changes, failure)
            await self._conversation.after_statement(replace(last, warnings=0), gave_rows=True)
            if stopped and len(changes) < len(series):
                raise Interrupted
        if changes.are_too_large:
            return Series(changes, errors.too_much_returned(self._state.limits.max_returning_bytes))
        return Series(changes)

    def _commands(self, series: Sequence[Sent]) -> Iterator[Sequence[Sent]]:
        """The statements, as many at once as the server accepts."""
        command, size = list[Sent](), 0
        for one in series:
            more = sum(map(len, one.requests)) + len(self._ask_warnings) + (len(one.requests) + 1) * len(_BETWEEN)
            if command and size + more > self._most_bytes:
                yield command
                command, size = [], 0
            command.append(one)
            size += more
        yield command

    async def _exchange(self, command: Sequence[Sent]) -> Done:
        """Send statements and read what they did; the last reply."""
        request = _BETWEEN.join(text for one in command for text in self._texts(one))
        self._link.send(COM_QUERY, request)
        for one in command:
            self._conversation.statement = one.running
            one.running.sent = request[:_BEGINNING_BYTES]
            for _ in one.requests[1:]:
                self._state.note(expect_done(await self._link.reply()))
            done, rows, changed = await self._reply(ROWS_OF_CHANGE)
            last, notices = await self._warnings(done) if one.writes else (done, ())
            if not (self._changes.has_enough or self._changes.are_too_large):  # the server has run them all by now
                affected = changed if statements.counts_rows(one.running.outline) else None
                self._changes.add(Change(affected, rows, done.last_insert_id or None, notices))
            if self._turn.is_over:
                await self._turn.pass_on()
        return last

    async def _warnings(self, done: Done) -> tuple[Done, Sequence[Notice]]:
        """The end of the answer to the question for warnings, and those of a statement that ended so."""
        if not done.warnings:
            self._state.note(last := await self._link.skip())
            return last, ()
        last, rows, _ = await self._reply(self._state.limits.max_notices)
        return last, self._state.kept_warnings(rows, done.warnings)

    def _texts(self, one: Sent) -> Iterator[bytes]:
        yield from one.requests
        if one.writes:
            yield self._ask_warnings  # the next statement forgets them

    async def _reply(self, most_rows: int) -> tuple[Done, list[RowTuple], int]:
        """How a statement ended, its first rows, and how many rows it changed or returned."""
        head, rows, count = await self._link.reply(), list[RowTuple](), 0
        if isinstance(head, Done):
            self._state.note(head)
            return head, rows, head.affected_rows
        while not isinstance(one := await self._link.row_or_end(head), Done):
            count += 1
            if len(rows) < most_rows:
                rows.append(one)
        self._state.note(one)
        return one, rows, count


@contextlib.asynccontextmanager
async def _several(link: Link) -> AsyncIterator[None]:
    """Let the server take several statements in one text inside the block."""
    try:
        await link.allow_several(True)
    except ServerError as error:
        raise NotTogether from error
    try:
        yield
    except Interrupted:  # after anything else the link is not used again
        await link.allow_several(False)
        raise
    await link.allow_several(False)
