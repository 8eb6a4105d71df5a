"""A byte stream over a transport of the event loop.

anyio's own stream of a Unix socket adds and removes a reader for each message, which costs as much as the message. A
transport stays registered, and what it takes at once is sent without a turn of the event loop.
"""

import asyncio
import socket
from collections import deque
from collections.abc import Callable

import anyio
from anyio.abc import ByteStream

_READ_AHEAD_BYTES = 256 * 1024  # unread bytes beyond which the other side must wait
_SEND_AHEAD_BYTES = 64 * 1024  # unsent bytes beyond which `send` waits
_MOST_TAKEN = 4096  # bytes that are offered before they are received: looking at them twice takes little

Take = Callable[[bytes], bool]


class TransportStream(ByteStream):
    """Bytes as they come, and bytes that are taken or waited for. One receiver and one sender at a time."""

    def __init__(self, pump: "_Pump", transport: asyncio.Transport) -> None:
        self._pump, self._transport = pump, transport
        self._closed = False

    @classmethod
    async def over(cls, connected: socket.socket) -> "TransportStream":
        """A stream over a connected socket, which belongs to it from now on."""
        loop = asyncio.get_running_loop()
        transport, pump = await loop.connect_accepted_socket(_Pump, connected)
        transport.set_write_buffer_limits(high=_SEND_AHEAD_BYTES)
        return cls(pump, transport)

    def offer_first(self, take: Take) -> None:
        """Offer a few bytes that come alone to `take` at once, where they are not received unless it returns False.

        That is while a receiver waits, so that nothing came before them, and while nothing waits to be sent. What
        `take` raises is raised to the receiver.
        """
        self._pump.take = take

    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Bytes as they come. Raises `anyio.EndOfStream` when the other side has closed."""
        pump = self._pump
        if pump.chunks:  # however fast the other side sends, the rest of the process has its turn
            await asyncio.sleep(0)
        while not pump.chunks:
            self._raise_if_closed()
            if pump.failure is not None:
                raise pump.failure
            if pump.at_end:
                raise anyio.EndOfStream
            await pump.change()
        chunk = pump.chunks.popleft()
        if len(chunk) > max_bytes:
            pump.chunks.appendleft(chunk[max_bytes:])
            chunk = chunk[:max_bytes]
        pump.unread -= len(chunk)
        if pump.unread <= _READ_AHEAD_BYTES and not self._transport.is_closing():
            self._transport.resume_reading()
        return chunk

    def send_at_once(self, item: bytes) -> bool:
        """Send what `send` would not wait for; whether it was."""
        transport = self._transport
        if self._closed or len(item) > _SEND_AHEAD_BYTES or transport.get_write_buffer_size() or transport.is_closing():
            return False
        transport.write(item)
        return not transport.is_closing()

    async def send(self, item: bytes) -> None:
        """Take everything; back when the other side has taken all but a little of it."""
        pump = self._pump
        self._raise_if_closed()
        if not self._transport.is_closing():
            self._transport.write(item)
        while pump.full and not pump.lost:
            await pump.room()
        self._raise_if_closed()
        if self._transport.is_closing():  # a write fails before `lost` is set
            raise anyio.BrokenResourceError

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise anyio.ClosedResourceError

    async def send_eof(self) -> None:
        """Close the writing side."""
        self._transport.write_eof()

    async def aclose(self) -> None:
        """Send what was taken, then close. A caller that is cancelled meanwhile closes at once."""
        self._closed = True
        self._transport.close()
        self._pump.wake()
        try:
            while not self._pump.lost:
                await self._pump.room()
        except BaseException:
            self._transport.abort()
            raise


class _Pump(asyncio.Protocol):
    """What the event loop calls: keeps what came, and wakes who waits."""

    def __init__(self) -> None:
        self.chunks: deque[bytes] = deque()
        self.unread = 0
        self.at_end = self.full = self.lost = False
        self.take: Take | None = None
        self.failure: Exception | None = None  # of `take`
        self._transport: asyncio.Transport | None = None
        self._receiver: asyncio.Future[None] | None = None
        self._senders: set[asyncio.Future[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport), "a socket's transport reads and writes"
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self.take is not None and len(data) <= _MOST_TAKEN and self._comes_alone():
            try:
                if self.take(data):
                    return
            except Exception as failure:  # noqa: BLE001  # or the event loop would report it, to nobody who can act on it
                self.failure = failure
                self._wake_receiver()
                return
        self.chunks.append(data)
        self.unread += len(data)
        if self.unread > _READ_AHEAD_BYTES and self._transport is not None:
            self._transport.pause_reading()
        self._wake_receiver()

    def _comes_alone(self) -> bool:
        """Whether somebody waits who has received all that came before, and all that was to be sent is sent."""
        waits = self._receiver is not None and not self._receiver.done()
        return waits and self._transport is not None and not self._transport.get_write_buffer_size()

    def eof_received(self) -> bool:
        self.at_end = True
        self._wake_receiver()
        return True  # the other side may still read

    def pause_writing(self) -> None:
        self.full = True

    def resume_writing(self) -> None:
        self.full = False
        self._wake_senders()

    def connection_lost(self, _error: Exception | None) -> None:
        self.at_end = self.lost = True
        self.take = None  # which keeps the receiver
        self.wake()

    def wake(self) -> None:
        """Let everyone look again."""
        self._wake_receiver()
        self._wake_senders()

    def _wake_receiver(self) -> None:
        if self._receiver is not None and not self._receiver.done():
            self._receiver.set_result(None)

    def _wake_senders(self) -> None:
        for waiting in self._senders:
            if not waiting.done():
                waiting.set_result(None)

    async def change(self) -> None:
        """Wait until something came, or nothing will."""
        self._receiver = asyncio.get_running_loop().create_future()
        try:
            await self._receiver
        finally:
            self._receiver = None

    async def room(self) -> None:
        """Wait until more can be sent, or nothing can."""
        waiting = asyncio.get_running_loop().create_future()
        self._senders.add(waiting)
        try:
            await waiting
        finally:
            self._senders.discard(waiting)
