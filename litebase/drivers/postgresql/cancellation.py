"""Runs the work of one session so that a cancel stops it at the server: cancel requests are sent from here."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import anyio
from psycopg import Error, pq

from litebase.drivers.interruption import Interrupted, run_interruptibly
from litebase.drivers.postgresql.link import Link, LinkFailed
from litebase.drivers.postgresql.state import SessionState
from litebase.errors import LiteBaseError

T = TypeVar("T")

_CANCEL_AGAIN_S = (0.005, 0.01, 0.02, 0.05)  # the first request may come before the statement; then the last again
_CLOSE_PATIENCE_S = 0.8
_NONSENSE = "The database server's answer makes no sense, and its session was ended."


async def ask_to_stop(link: Link) -> None:
    """Send one cancel request; back when the server has passed it on."""
    link.cancelling = True
    with contextlib.suppress(Error):  # no further link to the server is to be had; patience decides
        await link.cancel()
    link.cancelling = False


class Cancellation:
    """What runs in one session, one thing at a time, and how it is stopped."""

    def __init__(self, state: SessionState) -> None:
        self._state, self._link = state, state.link
        self._task: asyncio.Task[object] | None = None
        self._ended = asyncio.Event()

    async def run(self, work: Callable[[], Awaitable[T]], grace_s: float = 0.0) -> T:
        """Run `work` so that a cancel stops it at the server. Drops the session when the server does not react."""
        if not self._state.usable:
            raise self._state.lost()
        self._ended.clear()
        try:
            return await run_interruptibly(
                partial(self._tracked, work),
                self._interrupt,
                grace_s=grace_s,
                patience_s=self._state.limits.stop_patience_s,
            )
        except Interrupted as stopped:
            if stopped.session_ended:
                self._state.dropped = True
            raise
        finally:
            if self._link.cancelling:  # a request that is still under way could hit the next statement
                self._state.dropped = True
                if self._task is None:
                    self._state.drop()

    async def _tracked(self, work: Callable[[], Awaitable[T]]) -> T:
        """In a task of its own: `work`, and what must be true when it has ended."""
        self._task = asyncio.current_task()
        state = self._state
        try:
            return await work()
        except (LiteBaseError, Interrupted):
            raise
        except LinkFailed as failed:
            lost = state.lost()
            state.drop()
            raise lost from failed
        except Exception as error:  # an answer that libpq, psycopg or a look at the catalog could make nothing of
            self._link.last_word = self._link.last_word or _NONSENSE
            lost = state.lost()
            state.drop()
            raise lost from error
        except BaseException:
            state.drop()  # nobody knows what the server still sends
            raise
        finally:
            self._task = None
            self._ended.set()
            if state.dropped:
                state.drop()

    async def _interrupt(self) -> None:
        """Ask the server to stop, again and again: a request that comes before the statement has no effect."""
        self._link.stopping = True
        again = iter(_CANCEL_AGAIN_S)
        pause_s = next(again)
        while not self._ended.is_set():
            await ask_to_stop(self._link)
            with anyio.move_on_after(pause_s):
                await self._ended.wait()
            pause_s = next(again, pause_s)

    async def end(self) -> None:
        """Stop at the server what runs there, then end the session, in a bounded time."""
        self._state.dropped = True
        link = self._link
        with anyio.move_on_after(_CLOSE_PATIENCE_S, shield=True):
            if self._task is not None:
                await self._interrupt()
            elif link.alive and link.connection.transaction_status == pq.TransactionStatus.ACTIVE:
                with contextlib.suppress(Error):
                    await link.cancel()
        if (task := self._task) is not None:
            task.cancel()
            with anyio.CancelScope(shield=True):
                await asyncio.wait([task], timeout=0.1)
        link.close()
