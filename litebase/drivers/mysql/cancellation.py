"""Runs the talks of one session so that a cancel stops them at the server: KILLs are sent from here.

A KILL goes over a second link. One that arrives before its statement is lost, so it is sent again; one that arrives
behind it would hit the next statement, so it is absorbed by statements that do nothing.

A server that computes does not notice that nobody is there any more. So when the patience ends before a KILL was heard,
as when the server is very busy, its sending goes on for a while after the session was given up.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from litebase.drivers.interruption import Interrupted, run_interruptibly
from litebase.drivers.mysql import errors, statements
from litebase.drivers.mysql.connector import Connector
from litebase.drivers.mysql.link import COM_QUERY, Link, LinkLost, Opening
from litebase.drivers.mysql.packets import BadPacket, Done, ServerError
from litebase.drivers.mysql.state import SessionState
from litebase.errors import ConnectionLost, LiteBaseError, OutcomeUnknown

T = TypeVar("T")

_KILL_AGAIN_S = 0.05
_LAST_KILL_S = 60.0  # so long a statement that was left behind is tried to be ended
_LAST_PAUSE_S = 0.5
_ABSORBED = 3  # statements that a late KILL may hit at most
SERVER_SQL = "CONCAT_WS('/', @@hostname, @@port, @@server_id, @@datadir)"  # tells one server from another


_last_kills: set["asyncio.Task[None]"] = set()  # asyncio itself holds tasks weakly


@dataclass(slots=True)
class Run:
    """A statement on its way: what must be known when something goes wrong with it."""

    sql: str = ""
    reads: bool = True
    bound: bool = False
    sent: bool = False


class Cancellation:
    """What runs in one session, one thing at a time, and how it is stopped."""

    def __init__(self, state: SessionState, connector: Connector) -> None:
        self.state, self._connector = state, connector
        self._id = 0  # 0 sends no KILL
        self._server = ""
        self.answered = asyncio.Event()  # the running statement has nothing more to say, so a KILL would hit another
        self.closing = False
        self.in_doubt = False  # a KILL was sent and not answered
        self._late = False  # a KILL may still be on its way and must not hit the next statement
        self._killing = asyncio.Lock()

    @property
    def kill_sent(self) -> bool:
        """Whether a KILL was sent that the session has not absorbed."""
        return self._late

    def aim(self, id_: int, server: str) -> None:
        """From now on a KILL is sent to the session with this number, if `server` is what the second link leads to."""
        self._id, self._server = id_, server

    async def run(self, run: Run, talk: Callable[[], Awaitable[T]], grace_s: float = 0.0) -> T:
        """Run a conversation that a cancel stops on the server. Drops the session if it does not come to its end."""
        self.answered = asyncio.Event()
        try:
            return await run_interruptibly(
                partial(self._guarded, run, talk),
                self.kill_query,
                grace_s=grace_s,
                patience_s=self.state.limits.stop_patience_s,
            )
        except Interrupted as stopped:
            if stopped.session_ended and not self.closing:  # who closes ends it at the server
                self.leave_behind()
            raise
        finally:
            if self.in_doubt:  # it could hit any later statement
                self.state.lose()

    async def _guarded(self, run: Run, talk: Callable[[], Awaitable[T]]) -> T:
        """Whatever the library or a broken link raises becomes one of our errors, and the link is not used again."""
        try:
            return await talk()
        except (LiteBaseError, Interrupted):
            raise
        except TimeoutError as error:
            self.leave_behind()
            raise self._lost(run, error) from error
        except Exception as error:
            self.state.lose()
            raise self._lost(run, error) from error
        except BaseException:
            self.state.lose()
            raise
        finally:
            self.answered.set()

    def _lost(self, run: Run, error: Exception) -> Exception:
        reason = str(error) if isinstance(error, LinkLost) else "The server's reply makes no sense."
        if self.closing:
            return Interrupted(session_ended=True)
        if run.sent and (not run.reads or statements.may_call_writer(run.sql)):
            return OutcomeUnknown(
                f"{reason} The statement had been sent and was not answered; it may or may not have been carried out."
            )
        return ConnectionLost(f"{reason} Nothing was changed by this statement.")

    async def kill_query(self) -> None:
        """Stop the running statement, unless it has ended. Bounded by the caller's scope.

        Never raises: where no second link is to be had, the patience ends, and the session with it.
        """
        await self._kill("KILL QUERY", until=self.answered)

    async def kill_session(self) -> bool:
        """End the session at the server; whether it has ended. Bounded by the caller's scope."""
        return await self._kill("KILL CONNECTION", until=None)

    def leave_behind(self) -> None:
        """Give the session up although its statement may run on, and go on trying to end it, beside everything else."""
        self.state.lose()
        if self._id:
            last = asyncio.ensure_future(self._kill_later())
            _last_kills.add(last)
            last.add_done_callback(_last_kills.discard)

    async def _kill_later(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_KILL_S):
                while True:
                    if await self.kill_session():
                        return
                    await asyncio.sleep(_LAST_PAUSE_S)

    async def _kill(self, command: str, until: asyncio.Event | None) -> bool:
        """Send a KILL, and again until the statement or the session has ended; whether no further one is needed."""
        if not self._id or (until is not None and until.is_set()):
            return True
        async with self._killing:
            killer: Link | None = None
            try:
                killer = await self._connector.open()
                if await _server_of(killer) == self._server:
                    await self._kill_through(killer, command, until)
            except ServerError as error:
                return error.code == errors.NO_SUCH_SESSION  # else nobody was heard: too many links, for example
            except (LiteBaseError, LinkLost, BadPacket, OSError):
                return False  # the statement runs on; when the patience ends, the session is dropped
            else:
                return True
            finally:
                if killer is not None:
                    killer.quit()

    async def _kill_through(self, killer: Link, command: str, until: asyncio.Event | None) -> None:
        while until is None or not until.is_set():
            self._late = self.in_doubt = True
            killer.send(COM_QUERY, f"{command} {self._id}".encode())
            await killer.reply()
            self.in_doubt = False
            if until is None:
                await asyncio.sleep(_KILL_AGAIN_S)  # until the server knows no such session: it may forget a KILL
            elif await is_set(until, _KILL_AGAIN_S):
                return

    async def absorb(self) -> None:
        """Let a KILL that comes too late hit a statement that does nothing."""
        async with self._killing:
            for _ in range(_ABSORBED if self._late else 0):
                try:
                    await self.state.tell("DO 0")
                except ServerError as error:
                    if error.code != errors.INTERRUPTED:
                        raise
                else:
                    break
            self._late = False


async def _server_of(link: Link) -> str:
    """Where a link leads; a second one may lead elsewhere when a proxy shares out connections."""
    link.send(COM_QUERY, f"SELECT {SERVER_SQL}".encode())
    opening = await link.reply()
    found = ""
    while isinstance(opening, Opening) and not isinstance(row := await link.row_or_end(opening), Done):
        found = str(row[0])
    return found


async def is_set(event: asyncio.Event, timeout_s: float) -> bool:
    """Whether an event is set, now or within a time."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await event.wait()
    return event.is_set()
