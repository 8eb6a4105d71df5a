"""Stops what runs in one session at the server: KILLs are sent from here.

A KILL goes over a second link. One that arrives before its statement is lost, so it is sent again; one that arrives
after it would hit the next statement, so it is absorbed by statements that do nothing.

A server that computes does not notice that nobody is there any more. So when the patience ends before a KILL was heard,
as when the server is very busy, its sending goes on for a while after the session was given up.
"""

import asyncio
import contextlib
import re

from litebase.drivers.mysql import errors
from litebase.drivers.mysql.link.connector import Connector
from litebase.drivers.mysql.link.handshake import Progress
from litebase.drivers.mysql.link.packets import BadPacket, Done, ServerError
from litebase.drivers.mysql.link.replies import COM_QUERY, Link, ResultHead
from litebase.drivers.mysql.link.state import SessionState
from litebase.drivers.mysql.link.stream import LinkLost
from litebase.errors import LiteBaseError

_KILL_AGAIN_S = 0.05
_LAST_KILL_S = 60.0  # how long to go on trying to end a statement that was left behind
_LAST_PAUSE_S = 0.5
_COUNT = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE "
_QUIT_S = 1.0
_ASCII = re.compile(rb"[\t\n\r -~]+")
_ABSORBED = 3  # statements that a late KILL may hit at most
SERVER_SQL = "CONCAT_WS('/', @@hostname, @@port, @@server_id, @@datadir)"  # tells one server from another

_last_kills: set["asyncio.Task[None]"] = set()  # asyncio itself holds tasks weakly


class Cancellation:
    """How what runs in one session is stopped."""

    def __init__(self, state: SessionState, connector: Connector) -> None:
        self._state, self._connector = state, connector
        self._id = 0  # 0 sends no KILL
        self._server = ""
        self.answered = asyncio.Event()  # the running statement has nothing more to say, so a KILL would hit another
        self.in_doubt = False  # a KILL was sent and not answered
        self.kill_sent = False  # one that may still be on its way and must not hit the next statement
        self._killing = asyncio.Lock()

    @property
    def can_kill(self) -> bool:
        return self._id != 0

    @property
    def process_id(self) -> str | None:
        """The number that a KILL would name."""
        return str(self._id) if self._id else None

    def aim(self, id_: int, server: str) -> None:
        """From now on a KILL is sent to the session with this number, if `server` is what the second link leads to."""
        self._id, self._server = id_, server

    async def kill_query(self) -> None:
        """Stop the running statement, unless it has ended. Bounded by the caller's scope.

        Never raises: where a second link cannot be had, the patience ends, and the session with it.
        """
        await self._kill("KILL QUERY", until=self.answered)

    async def kill_session(self) -> bool:
        """End the session at the server; whether it has ended. Bounded by the caller's scope."""
        return await self._kill("KILL CONNECTION", until=None)

    def leave_behind(self, lost: bytes | None = None) -> None:
        """Give the session up although its statement may run on, and go on trying to end it, beside everything else.

        `lost` is how the statement begins when it was the link that ended first. Then only a session that runs it is
        ended: a server that was restarted numbers its sessions anew.
        """
        self._state.drop()
        if self._id:
            last = asyncio.ensure_future(self._kill_later(lost))
            _last_kills.add(last)
            last.add_done_callback(_last_kills.discard)

    async def _kill_later(self, lost: bytes | None) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_KILL_S):
                while True:
                    if await self._kill("KILL CONNECTION", until=None, lost=lost):
                        return
                    await asyncio.sleep(_LAST_PAUSE_S)

    async def _kill(self, command: str, until: asyncio.Event | None, lost: bytes | None = None) -> bool:
        """Send a KILL, and again until the statement or the session has ended; whether no further one is needed."""
        if not self._id or (until is not None and until.is_set()):
            return True
        async with self._killing:
            killer: Link | None = None
            try:
                killer = await self._connector.open(Progress())
                at_server = await _cell(killer, f"SELECT {SERVER_SQL}") == self._server
                if at_server and (lost is None or await self._runs(killer, lost)):
                    await self._kill_through(killer, command, until)
            except ServerError as error:
                return error.code == errors.NO_SUCH_SESSION  # else nobody was heard: too many links, for example
            except (LiteBaseError, LinkLost, BadPacket, OSError):
                return False  # the statement runs on; when the patience ends, the session is dropped
            else:
                return True
            finally:
                if killer is not None:
                    await _end(killer)

    async def _runs(self, killer: Link, beginning: bytes) -> bool:
        """Whether the session runs a statement that begins so, as far as it is written in ASCII."""
        head = (_ASCII.match(beginning.lstrip()) or [b""])[0]
        asked = f"ID = {self._id} AND LEFT(INFO, {len(head)}) = x'{head.hex()}'"
        return bool(head) and await _cell(killer, _COUNT + asked) != "0"

    async def _kill_through(self, killer: Link, command: str, until: asyncio.Event | None) -> None:
        while until is None or not until.is_set():
            self.kill_sent = self.in_doubt = True
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
            for _ in range(_ABSORBED if self.kill_sent else 0):
                try:
                    await self._state.execute("DO 0")
                except ServerError as error:
                    if error.code != errors.INTERRUPTED:
                        raise
                else:
                    break
            self.kill_sent = False


async def _end(link: Link) -> None:
    """Close a link and wait until it is gone: over TLS, closing waits for the server, and could outlive the loop."""
    link.quit()
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_QUIT_S):
                await link.stream.wait_closed()
    finally:
        link.stream.drop()


async def _cell(link: Link, sql: str) -> str:
    """The one value of a query. A second link may lead to another server when a proxy shares out connections."""
    link.send(COM_QUERY, sql.encode())
    head = await link.reply()
    found = ""
    while isinstance(head, ResultHead) and not isinstance(row := await link.row_or_end(head), Done):
        found = str(row[0])
    return found


async def is_set(event: asyncio.Event, timeout_s: float) -> bool:
    """Whether an event is set, now or within a time."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await event.wait()
    return event.is_set()
