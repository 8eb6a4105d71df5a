"""The database sessions of one connection: opened when needed, used again newest first, and bounded in number.

A session that comes back inside a transaction is rolled back; one that is lost, or does not come back in time, is not
used again. One that was silent for a while is asked whether it is there before it is used.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import anyio
import structlog

from litebase.drivers import init_sql
from litebase.drivers.clock import now
from litebase.drivers.interface import Ask, DatabaseSession, Driver, nobody
from litebase.drivers.interruption import finish, side_by_side
from litebase.drivers.trace import Trace
from litebase.errors import ConnectFailed, ConnectionLost, NoMoreSessions

_ASK_AGAIN_S = 5.0  # a server that accepted no further session; it logs each attempt

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Checks:
    """When a session is asked whether it is there, and how long its answer may take."""

    after_s: float
    patience_s: float


@dataclass(eq=False, slots=True)
class _Idle:
    session: DatabaseSession
    since: float = field(default_factory=time.monotonic)
    heard: float = field(default_factory=now)  # when its server last answered

    @property
    def silent_s(self) -> float:
        return now() - self.heard


class Pool:
    """Sessions of one driver. Where each session would see data of its own, there is one and it is never let go."""

    def __init__(
        self, driver: Driver, size: int, idle_s: float, patience_s: float, checks: Checks, init_sql: str | None = None
    ) -> None:
        self._driver, self._init_sql = driver, init_sql
        self._size = size if driver.sessions_share_data else 1
        self._idle_s, self._patience_s, self._checks = idle_s, patience_s, checks
        self._idle: deque[_Idle] = deque()
        self._open: set[DatabaseSession] = set()
        self._lost: list[DatabaseSession] = []  # still to be closed
        self._opening = 0
        self._full_until = 0.0  # by the server's word; as many sessions as there are may be used
        self.on_return: Callable[[], None] | None = None  # called when a session came back
        self.waiting = 0  # how many wait for a session
        self._changed = anyio.Event()
        self._closed = False

    @property
    def size(self) -> int:
        """Sessions at most."""
        return self._size

    @property
    def driver(self) -> Driver:
        """What opens them."""
        return self._driver

    @property
    def open_sessions(self) -> int:
        return len(self._open)

    def process_ids(self) -> Iterator[str]:
        """The server's numbers of the sessions, as far as they are known."""
        for session in self._open:
            if session.process_id is not None:
                yield session.process_id

    async def take_idle(self) -> DatabaseSession | None:
        """The session that was used last and whose link is there; None when there is none.

        When one does not answer, the others are likely to be lost too, and no time is spent on asking them.
        """
        checks = self._checks
        while self._idle:
            idle = self._idle.pop()
            session = idle.session
            fresh = idle.silent_s <= checks.after_s
            if session.usable and (fresh or await self._responds(idle, checks.patience_s)):
                return session
            suspects = [one for one in self._idle if one.silent_s > checks.after_s]
            self._idle = deque(one for one in self._idle if one not in suspects)
            self._lose(session, *(one.session for one in suspects))
        return None

    async def _responds(self, idle: _Idle, patience_s: float) -> bool:
        """Whether a session that was taken out of the unused ones answers; a caller that is cancelled puts it back."""
        try:
            return await idle.session.responds(patience_s)
        except BaseException:
            self._put_back(idle)
            self._notify()
            raise

    def _put_back(self, idle: _Idle) -> None:
        if idle.session in self._open:
            self._idle = deque(sorted((*self._idle, idle), key=lambda one: one.since))

    def _lose(self, *sessions: DatabaseSession) -> None:
        self._open.difference_update(sessions)
        self._lost += sessions

    @property
    def silent_s(self) -> float | None:
        """For how long the unused session that was silent longest has been so; None when there is none."""
        return max((one.silent_s for one in self._idle), default=None)

    async def check_idle(self, patience_s: float, silent_s: float = 0.0) -> tuple[Sequence[float], int]:
        """Ask all unused sessions, or those that were silent for some time, whether they are there, side by side.

        How long each answer took, in seconds, and how many sessions gave none and were dropped.
        """
        asked = [one for one in self._idle if one.silent_s >= silent_s]
        self._idle = deque(one for one in self._idle if one not in asked)
        took = await side_by_side([partial(self._ask, one, patience_s) for one in asked])
        await self._close_lost()
        self._notify()
        return [seconds for seconds in took if seconds is not None], took.count(None)

    async def _ask(self, idle: _Idle, patience_s: float) -> float | None:
        started = time.monotonic()
        if await self._responds(idle, patience_s) and idle.session in self._open:
            idle.heard = now()
            self._put_back(idle)
            return time.monotonic() - started
        self._lose(idle.session)
        return None

    @property
    def may_open(self) -> bool:
        """Whether the bound leaves room for one more, and the server has not just said that it has none."""
        if self._open and time.monotonic() < self._full_until:
            return False
        return len(self._open) + self._opening < self._size

    async def open(self, ask: Ask = nobody, trace: Trace | None = None) -> DatabaseSession:
        """A new session. Raises what the driver raises; that it was not reached comes with its `trace`."""
        trace = trace or Trace()
        self._opening += 1
        try:
            await self._close_lost()
            session = await self._connect(ask, trace)
            trace.end()
        except ConnectFailed as failure:
            trace.blame(failure)
            if isinstance(failure, NoMoreSessions):
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

    async def _connect(self, ask: Ask, trace: Trace) -> DatabaseSession:
        session = await self._driver.connect(ask, trace)
        if self._init_sql:
            if trace.stage != "settings":
                trace.begin("settings")
            try:
                await init_sql.run(session, self._init_sql)
            except BaseException:
                await finish(session.aclose(), self._patience_s)
                raise
        return session

    async def wait_for_change(self) -> None:
        """Return when a session came back or was closed, or when the server may accept one again."""
        left_s = self._full_until - time.monotonic()
        full = self._open and len(self._open) + self._opening < self._size  # by the server's word alone
        self.waiting += 1
        try:
            with anyio.move_on_after(max(left_s, 0) if full else None):
                await self._changed.wait()
        finally:
            self.waiting -= 1

    def give_back_at_once(self, session: DatabaseSession) -> bool:
        """Take a session back if it needs no cleaning; whether it was taken."""
        if session not in self._open or self._closed or self._init_sql or not session.is_clean:
            return False
        self._idle.append(_Idle(session))
        self._came_back()
        return True

    async def give_back(self, session: DatabaseSession) -> None:
        """Take a session back, clean or not at all."""
        if session not in self._open:
            return
        clean = session.usable and await self._reset(session)
        if self._closed or not clean:
            await self._drop(session)
        else:
            self._idle.append(_Idle(session))
        self._came_back()

    def _came_back(self) -> None:
        self._notify()
        if self.on_return is not None:
            self.on_return()

    async def drop_idle(self) -> None:
        """Close every unused session: when one link was lost, the others are likely to be lost too."""
        while self._idle:
            await self._drop(self._idle.popleft().session)

    async def close_idle(self) -> None:
        """Close sessions that were idle for a while."""
        await self._close_lost()
        if not self._driver.sessions_share_data:
            return
        limit = time.monotonic() - self._idle_s
        while self._idle and self._idle[0].since < limit:
            await self._drop(self._idle.popleft().session)

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
                return await self._clean(session)
            except ConnectFailed:  # not logged: what it quotes of `init_sql` may be secret
                return False
            except Exception:  # whatever it is: such a session is closed and not used again
                log.warning("db_session_not_reset", exc_info=True)
        return False

    async def _clean(self, session: DatabaseSession) -> bool:
        clean = await session.reset()
        if clean and self._init_sql and self._driver.sessions_share_data:  # else nothing was forgotten
            await init_sql.run(session, self._init_sql)
        return clean

    async def _drop(self, session: DatabaseSession) -> None:
        self._open.discard(session)
        await finish(session.aclose(), self._patience_s)

    def _notify(self) -> None:
        if self.waiting:
            self._changed.set()
            self._changed = anyio.Event()
