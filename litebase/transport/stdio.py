"""The standard streams as a transport: one client, the process that started us.

The protocol gets descriptors of its own. What a library prints then goes to stderr, and cannot stand between frames.
"""

import errno
import os
import stat
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import anyio
from anyio.abc import ByteStream

from litebase.transport.threads import in_daemon_thread

_STDIN, _STDOUT, _STDERR = 0, 1, 2


def listen_stdio() -> "StdioListener":
    """Move the standard streams aside and wait for frames on them."""
    source, sink = os.dup(_STDIN), os.dup(_STDOUT)
    os.dup2(_STDERR, _STDOUT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, _STDIN)
    os.close(nothing)
    return StdioListener(StdioStream(source, sink))


class StdioStream(ByteStream):
    """Bytes from one descriptor and to another. Waits in the event loop where the system can, else in a thread."""

    def __init__(self, source: int, sink: int) -> None:
        self._source, self._sink = source, sink
        self._source_waits, self._sink_waits = _can_wait(source), _can_wait(sink)
        self._in_calls: set[int] = set()  # a thread waits in a read or write of these; closing would wait for it
        self.closed = anyio.Event()
        if sys.platform != "win32" and self._sink_waits:
            os.set_blocking(sink, False)

    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Bytes as they come. Raises `anyio.EndOfStream` when the other side has closed."""
        data: bytes = await self._when_ready(self._source_waits, anyio.wait_readable, self._source, os.read, max_bytes)
        if not data:
            raise anyio.EndOfStream
        return data

    async def send(self, item: bytes) -> None:
        """Write everything."""
        view = memoryview(item)
        while view:
            written = await self._when_ready(self._sink_waits, anyio.wait_writable, self._sink, os.write, view)
            view = view[written:]

    async def _when_ready(
        self, can_wait: bool, wait: Callable[[int], Any], descriptor: int, call: Callable[..., Any], argument: object
    ) -> Any:
        if self.closed.is_set():
            raise anyio.ClosedResourceError
        try:
            while can_wait:
                await wait(descriptor)
                try:
                    return call(descriptor, argument)
                except BlockingIOError:
                    continue
            return await self._in_thread(descriptor, partial(call, descriptor, argument))
        except OSError as error:
            if error.errno == errno.EBADF:
                raise anyio.ClosedResourceError from error
            raise anyio.BrokenResourceError from error

    async def _in_thread(self, descriptor: int, call: Callable[[], Any]) -> Any:
        self._in_calls.add(descriptor)
        result = await in_daemon_thread(call)
        self._in_calls.discard(descriptor)
        return result

    async def send_eof(self) -> None:
        """Close the writing side."""
        os.close(self._sink)

    async def aclose(self) -> None:
        """Close both sides."""
        if not self.closed.is_set():
            self.closed.set()
            anyio.notify_closing(self._source)
            anyio.notify_closing(self._sink)
            for descriptor in {self._source, self._sink} - self._in_calls:
                os.close(descriptor)


class StdioListener:
    """Accepts once; when that client is gone, there will be no other."""

    def __init__(self, stream: StdioStream) -> None:
        self._stream: StdioStream = stream
        self._accepted = False

    @property
    def endpoint(self) -> Mapping[str, object]:
        return {"transport": "stdio"}

    @property
    def reachable(self) -> bool:
        """Its one client is there from the start."""
        return True

    async def accept(self) -> ByteStream:
        """The one client; then the end."""
        if self._accepted:
            await self._stream.closed.wait()
            raise anyio.ClosedResourceError
        self._accepted = True
        return self._stream

    async def aclose(self) -> None:
        """Nothing to stop: the stream belongs to its client's channel."""


def _can_wait(descriptor: int) -> bool:
    """Whether the event loop can wait for a descriptor: pipes, sockets and terminals, not files, not on Windows."""
    mode = os.fstat(descriptor).st_mode
    return sys.platform != "win32" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(descriptor))
