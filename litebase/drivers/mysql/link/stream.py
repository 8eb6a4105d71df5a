"""A stream to a server, cut into packets. What has arrived waits in asyncmy's receive buffer, where rows are parsed.

Reading is never cancelled from outside while a stream is kept: whoever gives up in the middle of a packet drops it.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import Any

from asyncmy import connection
from asyncmy.protocol import parse_rows_from_buffer

from litebase.drivers.interface import RowTuple
from litebase.drivers.mysql.link.packets import BadPacket
from litebase.drivers.mysql.values import Converter

# Compiled; its stubs describe a part only of what it has.
_Buffer: Any = connection._MySQLProtocol  # type: ignore[attr-defined]  # noqa: SLF001  # as above

FULL_PACKET = 0xFFFFFF  # bytes; a packet of this size is followed by another one that continues it
_MAX_REPLY_BYTES = 1 << 30  # the largest max_allowed_packet that a server can have
_SMALL_BYTES = 8192
_PARSED_BYTES = 32_768  # of rows at a time


class LinkLost(Exception):
    """The link ended, or what came over it makes no sense. The text is safe to show."""


class Stream:
    """An open stream. `secure` is whether nobody can listen: it is encrypted, or does not leave this machine."""

    def __init__(self, transport: Any, buffer: Any, *, secure: bool) -> None:
        self._transport, self._buffer = transport, buffer
        self.secure = secure
        self._number = 0  # of the next packet in either direction
        self._open = True

    @classmethod
    async def over(cls, connected: socket.socket) -> "Stream":
        """A stream over a TCP socket."""
        loop = asyncio.get_running_loop()
        buffer = _Buffer(loop)
        transport, _ = await loop.create_connection(lambda: buffer, sock=connected)
        return cls(transport, buffer, secure=False)

    @classmethod
    async def to_path(cls, path: str, *, secure: bool = True) -> "Stream":
        """A stream to a Unix socket; `secure` unless the socket leads elsewhere. Raises `OSError`."""
        loop = asyncio.get_running_loop()
        buffer = _Buffer(loop)
        transport, _ = await loop.create_unix_connection(lambda: buffer, path)
        return cls(transport, buffer, secure=secure)

    async def encrypt(self, context: ssl.SSLContext, host: str) -> str:
        """Continue encrypted over the same transport; the version of TLS.

        Nothing that came in the clear is kept: the buffer is a new one.
        """
        loop = asyncio.get_running_loop()
        buffer = _Buffer(loop)
        transport = await loop.start_tls(self._transport, buffer, context, server_hostname=host)
        if transport is None:
            raise LinkLost("The server closed the link.")
        buffer.connection_made(transport)
        self._transport, self._buffer, self.secure = transport, buffer, True
        return str(transport.get_extra_info("ssl_object").version())

    # life

    @property
    def alive(self) -> bool:
        """False when the stream is closed or the server ended it; known without sending anything."""
        ended = self._buffer.eof or self._buffer.exc is not None or self._transport.is_closing()
        return self._open and not ended

    def drop(self) -> None:
        """End the stream at once, whatever is on its way."""
        self._open = False
        self._transport.abort()

    def close(self) -> None:
        """End the stream when everything is sent."""
        self._open = False
        self._transport.close()

    def when_closed(self, function: Callable[[], None]) -> None:
        """Call `function` in the event loop when the transport is gone."""
        self._buffer._closed_waiter.add_done_callback(lambda _: function())  # noqa: SLF001  # as above

    async def wait_closed(self) -> None:
        """Wait until the transport is gone. Not bounded."""
        # not asyncmy's own wait_closed(): when its caller is cancelled, the next caller would be, too
        await asyncio.wait([self._buffer._closed_waiter])  # noqa: SLF001  # as above

    # sending

    def send(self, payload: bytes) -> None:
        """Send a packet, in parts where it is too large for one. Raises `LinkLost`."""
        for start in range(0, len(payload) + 1, FULL_PACKET):
            part = payload[start : start + FULL_PACKET]
            head = len(part).to_bytes(3, "little") + bytes([self._number])
            if len(part) < _SMALL_BYTES:
                self._write(head + part)  # in one piece, or it would leave as two datagrams
            else:
                self._write(head)
                self._write(part)
            self._number = (self._number + 1) & 0xFF

    def send_command(self, payload: bytes) -> None:
        """Send what begins an exchange. The replies to the one before must have been read to their end."""
        self._number = 0
        self.send(payload)

    def _write(self, data: bytes) -> None:
        if not self._open or self._transport.is_closing():
            raise LinkLost("The link to the server is closed.")
        self._transport.write(data)

    # receiving

    @property
    def unread_bytes(self) -> int:
        return int(self._buffer.length - self._buffer.pos)

    async def packet(self, most_bytes: int = _MAX_REPLY_BYTES) -> bytes:
        """The next packet, put together when it came in parts. Raises `LinkLost` and `BadPacket`."""
        parts: list[bytes] = []
        size, length = 0, FULL_PACKET
        while length == FULL_PACKET:
            await self._need(4)
            buffer = self._buffer
            length = self.coming_bytes
            if buffer.buffer[buffer.pos + 3] != self._number:
                raise LinkLost("The server's packets are out of order.")
            buffer.pos += 4
            self._number = (self._number + 1) & 0xFF
            size += length
            if size > most_bytes:
                raise LinkLost("The server sent a packet that is larger than any may be.")
            await self._need(length)
            with memoryview(buffer.buffer) as view:
                parts.append(bytes(view[buffer.pos : buffer.pos + length]))
            buffer.pos += length
        data = parts[0] if len(parts) == 1 else b"".join(parts)
        if not data:
            raise BadPacket("a packet is empty")
        return data

    def rows(self, converters: tuple[Converter, ...], *, ends_with_ok: bool) -> list[RowTuple]:
        """Rows that have arrived whole, without waiting: all of them, or as many as are parsed in a short time.

        They end before a packet that is not a row, and before one of several parts.
        """
        buffer = self._buffer
        rows: list[RowTuple] = []
        end = min(buffer.length, buffer.pos + _PARSED_BYTES)
        buffer.pos, self._number = parse_rows_from_buffer(
            buffer.buffer, buffer.pos, end, converters, self._number, rows, ends_with_ok
        )
        return rows

    def farewell(self) -> bytes | None:
        """What the server sent last, unasked, before it ended the stream; None when that is no whole packet."""
        if self.alive or self.unread_bytes <= 4 or not self.packet_waits:
            return None
        start = int(self._buffer.pos) + 4
        return bytes(self._buffer.buffer[start : start + self.coming_bytes])

    @property
    def packet_waits(self) -> bool:
        """Whether the next packet has arrived whole, or is one of several parts."""
        if self.unread_bytes < 4:
            return False
        return self.coming_bytes == FULL_PACKET or self.unread_bytes >= self.coming_bytes + 4

    @property
    def coming_bytes(self) -> int:
        """Length of the next packet as its header says, which must have arrived."""
        buffer = self._buffer
        return int.from_bytes(buffer.buffer[buffer.pos : buffer.pos + 3], "little")

    @property
    def coming_byte(self) -> int:
        """The first byte of the next packet, which must have arrived."""
        return int(self._buffer.buffer[self._buffer.pos + 4])

    async def _need(self, count: int) -> None:
        while self.unread_bytes < count:
            await self.more()

    async def more(self, patience_s: float | None = None) -> bool:
        """Wait for further bytes; False when none came in that time. Raises `LinkLost`."""
        if not self._open:
            raise LinkLost("The link to the server is closed.")
        self.resume()
        have = self.unread_bytes
        try:
            async with asyncio.timeout(patience_s):
                await self._buffer.wait_for_data(have + 1)
        except TimeoutError:
            return False
        if self.unread_bytes == have:
            raise LinkLost(
                "The server closed the link." if self._buffer.exc is None else "The link to the server broke."
            )
        return True

    # back-pressure

    def pause(self) -> None:
        """Read no more from the socket, so that the server waits."""
        if self._open:
            self._transport.pause_reading()

    def resume(self) -> None:
        if self._open:
            self._transport.resume_reading()
