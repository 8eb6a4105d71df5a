"""Waiting for libpq's sockets: in the event loop where that can be, on Windows in threads.

Named pipes need Windows' Proactor loop, which cannot wait for a socket that it did not make; psycopg's own waiting
needs a loop that can. So on Windows a thread waits for each step; libpq itself is called in the event loop only.
"""

import asyncio
import contextlib
import select
import socket as sockets
import sys
import threading
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


class WatchInLoop:
    """Calls a function once there is something to read from a socket. The event loop watches the socket."""

    def __init__(self) -> None:
        self._socket: int | None = None

    def begin(self, socket: int, then: Callable[[], None]) -> None:
        """Watch `socket` until it can be read, then call; harmless while it is watched already."""
        if self._socket is None:
            self._socket = socket
            asyncio.get_running_loop().add_reader(socket, self._call, then)

    def withdraw(self) -> None:
        """Watch no more. Comes before anything else waits for the socket, and before the socket is closed."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket = None

    def _call(self, then: Callable[[], None]) -> None:
        self.withdraw()
        then()

    close = withdraw


class WatchInThread:
    """The same, watched by a thread from the first time until it is closed."""

    def __init__(self) -> None:
        self._then: Callable[[], None] | None = None
        self._bell: sockets.socket | None = None  # wakes the thread

    def begin(self, socket: int, then: Callable[[], None]) -> None:
        if self._then is not None:
            return
        self._then = then
        if self._bell is None:
            self._bell, thread_end = sockets.socketpair()
            arguments = (asyncio.get_running_loop(), thread_end, socket)
            threading.Thread(target=self._watch, args=arguments, name="idle session", daemon=True).start()
        with contextlib.suppress(OSError):  # the thread has ended with the socket
            self._bell.send(b"?")

    def withdraw(self) -> None:
        """The thread may report once more, and then nobody is called."""
        self._then = None

    def close(self) -> None:
        self._then = None
        if self._bell is not None:
            self._bell.close()
            self._bell = None

    def _watch(self, loop: asyncio.AbstractEventLoop, bell: sockets.socket, socket: int) -> None:
        """In the thread: wait for the bell, and when it has rung for the socket too."""
        watched: list[sockets.socket | int] = [bell]
        with bell, contextlib.suppress(OSError, ValueError, RuntimeError):  # closed while it waits: socket, or loop
            while True:
                readable: list[sockets.socket | int] = select.select(watched, [], [])[0]
                if bell in readable and not bell.recv(64):
                    return
                watched = [bell, socket] if bell in readable else [bell]
                if socket in readable:
                    watched = [bell]
                    loop.call_soon_threadsafe(self._call)

    def _call(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()


def readable_bytes(socket: int) -> int:
    """How many bytes have arrived and were not read; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0
    import fcntl  # noqa: PLC0415  # Windows has neither
    import termios  # noqa: PLC0415

    return int.from_bytes(fcntl.ioctl(socket, termios.FIONREAD, bytes(4)), sys.byteorder)


wait: Callable[[Steps[T], int, float], Awaitable[T]]
wait_for_connection: Callable[[ConnectingSteps[T], float], Awaitable[T]]
Watch: type[WatchInLoop | WatchInThread]
if sys.platform == "win32":
    Watch = WatchInThread
    wait, wait_for_connection = wait_in_threads, wait_for_connection_in_threads
else:
    Watch = WatchInLoop
    wait, wait_for_connection = waiting.wait_async, waiting.wait_conn_async
