"""The database sessions of one connection: opened when needed, used again newest first, and bounded in number.

A session that comes back inside a transaction is rolled back; one that is lost, or does not come back in time, is not
used again.
"""

import time
from collections import deque

import anyio
import structlog

from litebase.drivers.interface import Ask, DatabaseSession, Driver, nobody
from litebase.drivers.interruption import finish
from litebase.errors import ConnectionLost, NoMoreSessions

_ASK_AGAIN_S = 5.0  # a server that accepted no further session; it logs each attempt

log = structlog.get_logger()


class Pool:
    """Sessions of one driver. Where each session would see data of its own, there is one and it is never let go."""

    def __init__(self, driver: Driver, size: int, idle_s: float, patience_s: float) -> None:
        self._driver = driver
        self._size = size if driver.sessions_share_data else 1
        self._idle_s, self._patience_s = idle_s, patience_s
        self._idle: deque[tuple[DatabaseSession, float]] = deque()
        self._open: set[DatabaseSession] = set()
        self._lost: list[DatabaseSession] = []  # still to be closed
        self._opening = 0
        self._full_until = 0.0  # by the server's word; as many sessions as there are may be used
        self.waiting = 0  # how many wait for a session
        self._changed = anyio.Event()
        self._closed = False

    @property
    def size(self) -> int:
        """Sessions at most."""
        return self._size

    @property
    def open_sessions(self) -> int:
        return len(self._open)

    def take_idle(self) -> DatabaseSession | None:
        """The session that was used last and whose link is not known to be lost; None when there is none."""
        while self._idle:
            session, _ = self._idle.pop()
            if session.usable:
                return session
            self._open.discard(session)
            self._lost.append(session)
        return None

    @property
    def may_open(self) -> bool:
        """Whether the bound leaves room for one more, and the server has not just said that it has none."""
        if self._open and time.monotonic() < self._full_until:
            return False
        return len(self._open) + self._opening < self._size

    async def open(self, ask: Ask = nobody) -> DatabaseSession:
        """A new session. Raises what the driver raises."""
        self._opening += 1
        try:
            await self._close_lost()
            session = await self._driver.connect(ask)
        except NoMoreSessions:
            self._full_until = time.monotonic() + _ASK_AGAIN_S
            raise
        finally:
            self._opening -= 1
            self._notify()
        self._open.add(session)
        if self._closed:
            await self._drop(session)
            raise ConnectionLost("The connection was closed while a database session was opened.")
        return session

    async def wait_for_change(self) -> None:
        """Return when a session came back or was closed, or when the server may accept one again."""
        left_s = self._full_until - time.monotonic()
        self.waiting += 1
        try:
            with anyio.move_on_after(left_s if left_s > 0 else None):
                await self._changed.wait()
        finally:
            self.waiting -= 1

    async def give_back(self, session: DatabaseSession) -> None:
        """Take a session back, clean or not at all."""
        if session not in self._open:
            return
        clean = session.usable and await self._reset(session)
        if self._closed or not clean:
            await self._drop(session)
        else:
            self._idle.append((session, time.monotonic()))
        self._notify()

    async def drop_idle(self) -> None:
        """Close every unused session: when one link was lost, the others are likely to be lost too."""
        while self._idle:
            session, _ = self._idle.popleft()
            await self._drop(session)

    async def close_idle(self) -> None:
        """Close sessions that were idle for a while."""
        await self._close_lost()
        if not self._driver.sessions_share_data:
            return
        limit = time.monotonic() - self._idle_s
        while self._idle and self._idle[0][1] < limit:
            session, _ = self._idle.popleft()
            await self._drop(session)

    async def aclose(self) -> None:
        """Close every session, also those in use."""
        self._closed = True
        self._idle.clear()
        await self._close_lost()
        for session in list(self._open):
            await self._drop(session)
        self._notify()

    async def _close_lost(self) -> None:
        while self._lost:
            await self._drop(self._lost.pop())

    async def _reset(self, session: DatabaseSession) -> bool:
        with anyio.move_on_after(self._patience_s, shield=True):
            try:
                return await session.reset()
            except Exception:  # whatever it is: such a session is closed and not used again
                log.warning("db_session_not_reset", exc_info=True)
        return False

    async def _drop(self, session: DatabaseSession) -> None:
        self._open.discard(session)
        await finish(session.aclose(), self._patience_s)

    def _notify(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()
