"""What a session and its server say to each other: one thing at a time, and stopped when its caller is cancelled."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import anyio
from litebase_schema.values import Notice

from litebase.drivers.interface import DriverLimits
from litebase.drivers.interruption import Interrupted, is_done_in_time, run_interruptibly
from litebase.drivers.mysql import errors, statements
from litebase.drivers.mysql.link.cancellation import Cancellation
from litebase.drivers.mysql.link.connector import Connector
from litebase.drivers.mysql.link.packets import Done, ServerError
from litebase.drivers.mysql.link.replies import COM_PING, Link
from litebase.drivers.mysql.link.state import SessionState
from litebase.drivers.mysql.link.stream import LinkLost
from litebase.errors import ConnectionLost, LiteBaseError, OutcomeUnknown
from litebase.sql.dialect import MYSQL
from litebase.sql.effect import Outline, outline

T = TypeVar("T")

_STAYS_UTF8 = Notice(
    severity="Note",
    message="The session's character set stays utf8mb4: text is Unicode here, and the server converts it.",
)
# What ends a statement that was killed; the second where MariaDB is making a table of an engine like SEQUENCE.
_STOPPED = (errors.INTERRUPTED, errors.NOT_DISCOVERED)
_MAY_SET = ("SET", "CALL", "EXECUTE", "")  # first words of statements that may change the SQL mode


@dataclass(slots=True)
class RunningStatement:
    """A statement of the session: what must be known when something goes wrong with it."""

    outline: Outline = field(default_factory=partial(outline, "", MYSQL))
    has_parameters: bool = False
    following: str = ""
    sent: bytes = b""  # the beginning of the text, once it was sent

    @property
    def sql(self) -> str:
        return self.outline.sql

    @property
    def may_have_changed(self) -> bool:
        """Whether it was sent, and does not provably only read."""
        return bool(self.sent) and self.outline.effect != "reads"


class Conversation:
    """The exchanges of one session. `statement` is the last one that was sent; it runs unless it has ended."""

    def __init__(self, link: Link, connector: Connector, limits: DriverLimits) -> None:
        self.state = SessionState(link, limits, read_only=connector.target.read_only)
        self.cancellation = Cancellation(self.state, connector)
        self.statement = RunningStatement()
        self.closing = False
        self._lock = anyio.Lock()
        link.stream.when_closed(self._note_end)

    def _note_end(self) -> None:
        if not (self.is_busy or self.state.dropped):
            self.state.note_end()

    @property
    def is_busy(self) -> bool:
        """Whether an exchange is under way, or a statement has not ended."""
        return self._lock.statistics().locked or self.state.open_cursor is not None

    async def run(self, work: Callable[[], Awaitable[T]], grace_s: float = 0.0) -> T:
        """The value of `work`, which has the link for itself. A cancel stops it at the server.

        Raises what `work` raises; `Interrupted`; and when the link is lost, or `work` does not come to its end,
        `ConnectionLost` or `OutcomeUnknown`. The session is dropped then.
        """
        async with self._lock:
            self.cancellation.answered = asyncio.Event()
            try:
                return await run_interruptibly(
                    partial(self._guarded, work),
                    self.cancellation.kill_query,
                    grace_s=grace_s,
                    patience_s=self.state.limits.stop_patience_s,
                )
            except Interrupted as stopped:
                if not stopped.session_ended:
                    raise
                if not self.closing:  # who closes ends it at the server
                    self.cancellation.leave_behind()
                changed = self.statement.may_have_changed
                raise Interrupted(session_ended=True, may_have_changed=changed) from stopped
            finally:
                if self.cancellation.in_doubt:  # it could hit any later statement
                    self.state.drop()

    async def _guarded(self, work: Callable[[], Awaitable[T]]) -> T:
        """Whatever the library or a broken link raises becomes one of our errors, and the link is not used again."""
        try:
            return await work()
        except (LiteBaseError, Interrupted):
            raise
        except TimeoutError as error:
            self.cancellation.leave_behind()
            raise self._lost(error) from error
        except Exception as error:
            if self.statement.sent and not (self.closing or self.cancellation.answered.is_set()):
                self.cancellation.leave_behind(self.statement.sent)  # the server does not notice while it computes
            self.state.drop()
            tunnel = self.state.link.tunnel
            fall = None if tunnel is None or self.closing else await tunnel.fall()
            raise self._lost(LinkLost(fall) if fall else error) from error
        except BaseException:
            self.state.drop()
            raise
        finally:
            self.cancellation.answered.set()

    def _lost(self, error: Exception) -> Exception:
        if self.closing:
            return Interrupted(session_ended=True)
        reason = str(error) if isinstance(error, LinkLost) else "The server's reply makes no sense."
        if self.statement.may_have_changed:
            return OutcomeUnknown(
                f"{reason} The statement had been sent and was not answered; it may or may not have been carried out."
            )
        return ConnectionLost(f"{reason} Nothing was changed by this statement.")

    async def responds(self, patience_s: float) -> bool:
        """Whether the server answers in that time; a session that does not is dropped."""
        async with self._lock:
            if self.state.open_cursor is not None:
                return self.state.usable
            ask = partial(self._guarded, partial(self.state.execute, "", COM_PING))
            responded = self.state.usable and await is_done_in_time(ask, patience_s)
            if not responded:
                self.state.dropped = True
                self.state.note_end()  # which nobody has noted while the lock was held
                self.state.drop()
            return responded

    # the end of a statement

    async def after_statement(self, done: Done, *, gave_rows: bool) -> Sequence[Notice]:
        """The notices of a statement that succeeded. What it must not leave changed is restored.

        `gave_rows` is whether `done` is the end of rows. Raises `ReadOnly`, and `Interrupted` for what was stopped and
        has no error all the same.
        """
        state = self.state
        self._statement_ended()
        stopped = self.cancellation.kill_sent and statements.ends_early_when_stopped(self.statement.outline)
        await self.cancellation.absorb()
        notices = await self._warnings(done, gave_rows=gave_rows) if done.warnings else ()
        if not state.tracks and self.statement.outline.word in _MAY_SET:
            (mode,) = await state.row("SELECT @@sql_mode")
            state.follow_mode(str(mode))
            await state.restore_settings()
        if state.must_restore:
            await state.restore_settings()
            notices = (*notices, _STAYS_UTF8)
        if state.read_only and state.may_write_now(done):
            await state.execute("ROLLBACK")
            await state.execute("SET TRANSACTION READ ONLY")  # for the next one, in case it was set to write
            raise errors.read_only("This connection is read-only; it cannot be made to write.")
        if stopped:
            raise Interrupted
        return notices

    async def _warnings(self, done: Done, *, gave_rows: bool) -> Sequence[Notice]:
        """The warnings of a statement.

        Reading them makes ROW_COUNT() -1, what it is after rows and after errors. After other statements 0 can be had
        back, and any other number cannot: if the statement that follows looks at it, the warnings are only counted.
        """
        following, dialect = self.statement.following, self.state.dialect
        if not gave_rows and done.affected_rows and statements.looks_at_row_count(following, dialect):
            note = f"{done.warnings:,} warnings were not read: that would change ROW_COUNT() for the next statement."
            return (Notice(severity="Note", message=note),)
        notices = await self.state.warnings(done.warnings)
        if not gave_rows and not done.affected_rows:
            with contextlib.suppress(ServerError):  # as where SHOW WARNINGS is unknown
                await self.state.execute("DO 0")
        return notices

    async def after_error(self, error: ServerError) -> Exception:
        """What to raise for the error of a statement, with the warnings before it.

        The error may have ended a transaction; the reply to SHOW WARNINGS says so.
        """
        state, cancellation = self.state, self.cancellation
        self._statement_ended()
        stopped = cancellation.kill_sent and error.code in _STOPPED
        notices: Sequence[Notice] = ()
        if errors.ends_link(error):
            raise LinkLost("The server ended the session.")
        if error.code == errors.PACKET_TOO_LARGE:
            state.drop()
        else:
            await cancellation.absorb()
            try:
                async with asyncio.timeout(state.limits.stop_patience_s):
                    notices = await state.warnings_before(error)
            except TimeoutError:  # it fell silent; the error is reported all the same
                state.drop()
        if stopped:
            return Interrupted()
        raised = errors.translated(error, self.statement.sql, has_parameters=self.statement.has_parameters)
        raised.notices = notices
        return raised

    def _statement_ended(self) -> None:
        self.state.open_cursor = None
        self.state.link.stream.resume()
        self.cancellation.answered.set()
