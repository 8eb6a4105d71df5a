"""Waiting for libpq's sockets: in the event loop where that can be, on Windows in threads.

Named pipes need Windows' Proactor loop, which cannot wait for a socket that it did not make; psycopg's own waiting
needs a loop that can. So on Windows a thread waits for each step; libpq itself is called in the event loop only.
"""

import select
import sys
from collections.abc import Awaitable, Callable, Generator
from typing import TypeVar

import anyio.to_thread
import psycopg
from psycopg import waiting

T = TypeVar("T")

_MOST_WAITING = 1000  # threads; one per statement that runs at this moment
_limiter = anyio.CapacityLimiter(_MOST_WAITING)

Steps = Generator[waiting.Wait, waiting.Ready | int, T]
ConnectingSteps = Generator[tuple[int, waiting.Wait], waiting.Ready | int, T]


async def wait_in_threads(steps: Steps[T], socket: int, interval: float) -> T:
    """Let the steps of one connection go on when its socket is ready, or nothing came in `interval` seconds."""
    try:
        wanted = next(steps)
        while True:
            wanted = steps.send(await _ready(socket, wanted, interval))
    except StopIteration as end:
        value: T = end.value
        return value


async def wait_for_connection_in_threads(steps: ConnectingSteps[T], interval: float) -> T:
    """The same while connecting, when each step names its socket."""
    try:
        socket, wanted = next(steps)
        while True:
            socket, wanted = steps.send(await _ready(socket, wanted, interval))
    except StopIteration as end:
        value: T = end.value
        return value


async def _ready(socket: int, wanted: waiting.Wait, interval: float) -> int:
    readers = [socket] if wanted & waiting.Wait.R else []
    writers = [socket] if wanted & waiting.Wait.W else []

    def look() -> int:
        # Windows reports a refused connection in the third list only
        readable, writable, failed = select.select(readers, writers, writers, max(interval, 0))
        return (waiting.Ready.R if readable else 0) | (waiting.Ready.W if writable or failed else 0)

    try:
        return await anyio.to_thread.run_sync(look, abandon_on_cancel=True, limiter=_limiter)
    except (OSError, ValueError) as error:
        raise psycopg.OperationalError("the socket was closed") from error


wait: Callable[[Steps[T], int, float], Awaitable[T]]
wait_for_connection: Callable[[ConnectingSteps[T], float], Awaitable[T]]
if sys.platform == "win32":
    wait, wait_for_connection = wait_in_threads, wait_for_connection_in_threads
else:
    wait, wait_for_connection = waiting.wait_async, waiting.wait_conn_async
