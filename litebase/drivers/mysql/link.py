"""A link to a server: asyncmy's transport, receive buffer and row parser, with a login and a reader of replies of ours.

asyncmy would send the password in the clear to whoever asks, fetch a key from a server that it has not verified, read a
reply without a bound and forget the server's status on the way. So from the greeting on this module speaks itself:
only the login methods in `login` exist here, a request for a local file is refused, and lengths are checked.

Reading is never cancelled from outside while a link is kept: who gives up a reply in the middle drops the link.
"""

import asyncio
import contextlib
import logging
import os
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asyncmy import connection
from asyncmy.charset import charset_by_id
from asyncmy.constants import CLIENT
from asyncmy.protocol import MysqlPacket, parse_rows_from_buffer
from litebase_schema.connection import MysqlTarget, TlsState

from litebase.drivers.interface import RowTuple
from litebase.drivers.mysql import login, packets, values
from litebase.drivers.mysql.dialing import dial
from litebase.drivers.mysql.packets import BadPacket, ColumnDefinition, Done
from litebase.drivers.mysql.values import Converter
from litebase.errors import ConnectFailed

for _name in ("asyncmy", "asyncmy.cursors", "asyncmy.connection"):
    logging.getLogger(_name).disabled = True  # it would log statements and warnings, and both hold values

# Compiled; their stubs tell a part only of what they have.
_Library: Any = connection.Connection
_Protocol: Any = connection._MySQLProtocol  # type: ignore[attr-defined]  # noqa: SLF001  # as above

COM_QUIT, COM_INIT_DB, COM_QUERY, COM_PING, COM_RESET_CONNECTION = 0x01, 0x02, 0x03, 0x0E, 0x1F
_CHARSET = "utf8mb4"
_KEEP_ALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 60_000}
_MAX_PACKET = 0xFFFFFF
_MAX_REPLY_BYTES = 1 << 30  # the largest max_allowed_packet that a server can have
_MAX_COLUMNS = 8192  # servers stop at 4,096
_MAX_LOGIN_BYTES = 65_536  # of a packet before we are let in; true ones have some hundred bytes
_MAX_DEFINITIONS_BYTES = 16 << 20  # of all columns of a result: 4,096 with the longest names take half of it
_SHORTEST_ROW_FE = 9  # a row that begins with 0xFE has a cell with a length of eight bytes
_SMALL_BYTES = 8192
_PARSED_BYTES = 32_768  # of rows at a time


class LinkLost(Exception):
    """The link ended, or what came over it makes no sense. The text is safe to show."""


@dataclass(slots=True)
class Opening:
    """The description of a result whose rows follow."""

    columns: Sequence[ColumnDefinition]
    strict: tuple[Converter, ...]


def utf8_charsets() -> set[int]:
    """The numbers of the character sets whose text is UTF-8, as far as asyncmy knows them."""
    found = set()
    for number in range(1, 400):
        with contextlib.suppress(KeyError):
            if charset_by_id(number).name in ("utf8mb4", "utf8mb3", "utf8", "ascii"):
                found.add(number)
    return found


class Link(_Library):  # type: ignore[misc]  # as above
    """One link. `connect` opens it and logs in; afterwards `send` and the readers are used in turn."""

    _transport: Any
    server_version: str

    def __init__(self, target: MysqlTarget, user: str, context: ssl.SSLContext | None, *, verifies: bool) -> None:
        super().__init__(
            host=target.host,
            port=target.port,
            unix_socket=target.socket_path,
            user=user,
            password=(target.password or "").encode(),
            database=target.database or None,
            charset=_CHARSET,
            autocommit=None,
            connect_timeout=31_536_000,  # a scope around the whole login is the timeout
            local_infile=False,
            stmt_cache_size=0,
        )
        self.stage = "tcp"
        self.tls: TlsState | None = None
        self.tracks = False
        self.text_charsets: set[int] = set()
        self._context, self._verifies = context, verifies
        self._mode = target.tls
        self._attributes = {
            "_client_name": "litebase",
            "_pid": str(os.getpid()),
            "program_name": target.application_name,
        }
        self._ends_with_ok = False
        self._extended = False
        self.consumed_bytes = 0  # of rows and other packets, since the link was opened

    # life

    async def connect(self) -> None:
        """Reach the server and log in."""
        if not self._unix_socket:
            self._sock = await dial(self._host, self._port)
        await super().connect()

    @property
    def is_mariadb(self) -> bool:
        return "MariaDB" in self.server_version

    @property
    def alive(self) -> bool:
        """False when the link is closed or the server ended it; known without sending anything."""
        return self._connected and not self._stream_broken

    @property
    def unread_bytes(self) -> int:
        proto = self._proto
        return 0 if proto is None else proto.length - proto.pos

    def drop(self) -> None:
        """End the link at once, whatever is on its way."""
        transport, self._transport, self._connected = self._transport, None, False
        if transport is not None:
            transport.abort()

    def quit(self) -> None:
        """Say good-bye and close when that is sent."""
        if self.alive:
            self.send(COM_QUIT, b"")
        transport, self._transport, self._connected = self._transport, None, False
        if transport is not None:
            transport.close()

    async def wait_closed(self) -> None:
        """Wait until the transport is gone. Not bounded."""
        if self._proto is not None:
            # not asyncmy's own wait_closed(): when its caller is cancelled, the next caller would be, too
            await asyncio.wait([self._proto._closed_waiter])  # noqa: SLF001  # as above

    # logging in; called by asyncmy's connect()

    async def _get_server_information(self) -> None:
        self.stage = "auth"
        if not self._unix_socket:
            self._notice_silence(self._transport.get_extra_info("socket"))
        data = await self.packet(_MAX_LOGIN_BYTES)
        if data[0] == 0xFF:
            raise packets.error(data)
        told = packets.greeting(data)
        self.server_version, self.server_thread_id, self.salt = told.version, (told.thread_id,), told.salt
        self.server_capabilities, self._mariadb_ext_caps = told.capabilities, told.mariadb_capabilities
        if told.capabilities & CLIENT.PLUGIN_AUTH:
            self._auth_plugin_name = told.method.decode("ascii", "replace")
        if self.server_capabilities & login.NEEDED != login.NEEDED:
            raise ConnectFailed("auth", "The server is too old: it has none of the safe ways to log in.")
        self.server_version = self.server_version.removeprefix("5.5.5-") if self.is_mariadb else self.server_version

    @staticmethod
    def _notice_silence(link: socket.socket) -> None:
        """Let the system ask a silent server whether it is there; it is lost after a minute. As for PostgreSQL."""
        with contextlib.suppress(OSError):
            link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEP_ALIVE.items():
            if (option := getattr(socket, name, None)) is not None:  # not every system has each
                with contextlib.suppress(OSError):  # or takes each that Python knows
                    link.setsockopt(socket.IPPROTO_TCP, option, value)

    async def _request_authentication(self) -> None:
        capabilities, extended = login.agreed(
            self.server_capabilities, self._mariadb_ext_caps, with_database=bool(self._db)
        )
        if self._wants_tls():
            capabilities |= CLIENT.SSL
            self.write_packet(login.head(capabilities, extended))
            await self._start_tls()
        self.stage = "auth"
        self.write_packet(self._login(capabilities, extended))
        await self._answer_server()
        self._ends_with_ok = bool(capabilities & CLIENT.DEPRECATE_EOF)
        self._extended = bool(extended)
        self.tracks = bool(capabilities & login.SESSION_TRACK)

    def _wants_tls(self) -> bool:
        if self._context is None:
            if not self._unix_socket:
                self.tls = TlsState(encrypted=False, verified=False)
            return False
        offered = bool(self.server_capabilities & CLIENT.SSL)
        if not offered and self._mode != "prefer":
            raise ConnectFailed("tls", f"The server does not offer TLS, and the mode is {self._mode}.")
        if not offered:
            self.tls = TlsState(encrypted=False, verified=False)
        return offered

    def _login(self, capabilities: int, extended: int) -> bytes:
        method = login.first_method(self._auth_plugin_name.encode())
        answer = login.proof(method, bytes(self._password), self.salt)
        return login.packet(capabilities, extended, self._user, self._db, method, answer, self._attributes)

    async def _start_tls(self) -> None:
        """Go on encrypted over the same transport. Nothing that came in the clear is kept: the buffer is a new one.

        asyncmy makes a second transport of a copy of the socket, which Windows' Proactor loop cannot do.
        """
        self.stage = "tls"
        protocol = _Protocol(self._loop)
        self._transport = await self._loop.start_tls(
            self._transport, protocol, self._context, server_hostname=self._host
        )
        protocol.connection_made(self._transport)
        self._proto = protocol
        self._secure = True
        session = self._transport.get_extra_info("ssl_object")
        self.tls = TlsState(encrypted=True, verified=self._verifies, version=session.version())

    async def _answer_server(self) -> None:
        """Prove who we are until the server is content."""
        method = self._auth_plugin_name.encode() or login.NATIVE
        while True:
            data = await self.packet(_MAX_LOGIN_BYTES)
            if data[:1] == b"\x00":
                return
            if data[:1] == b"\xff":
                raise packets.error(data)
            if data[:1] == b"\xfe":
                asked = packets.Reader(data, 1)
                method = asked.until_nul()
                self.salt = asked.take(asked.left)
                self._check_method(method)
                self.write_packet(login.proof(method, bytes(self._password), self.salt))
            elif data[:1] == b"\x01" and method == login.CACHING and data[1:2] == bytes([login.FULL_LOGIN_WANTED]):
                self._check_method(login.SHA256)
                self.write_packet(self._password + b"\0")
            elif not (data[:1] == b"\x01" and method == login.CACHING and data[1:2] == bytes([login.FAST_LOGIN_DONE])):
                raise BadPacket("an answer to the login is of unknown form")

    def _check_method(self, method: bytes) -> None:
        login.check_method(method, secure=self._secure, password=bytes(self._password))

    # talking

    def send(self, command: int, payload: bytes) -> None:
        """Send a command. Its replies must be read to their end before the next one."""
        body = bytes([command]) + payload
        number = 0
        for start in range(0, len(body) + 1, _MAX_PACKET):  # a packet of the full size is followed by another one
            part = body[start : start + _MAX_PACKET]
            head = len(part).to_bytes(3, "little") + bytes([number])
            if len(part) < _SMALL_BYTES:
                self._write_bytes(head + part)  # in one piece, or it would leave as two datagrams
            else:
                self._write_bytes(head)
                self._write_bytes(part)
            number = (number + 1) & 0xFF
        self._next_seq_id = number

    async def packet(self, most_bytes: int = _MAX_REPLY_BYTES) -> bytes:
        """The next packet, put together when it is larger than 16 MB."""
        parts: list[bytes] = []
        size = 0
        while True:
            await self._need(4)
            proto = self._proto
            length = self._coming_bytes
            number = proto.buffer[proto.pos + 3]
            if number != self._next_seq_id:
                raise LinkLost("The server's packets are out of order.")
            proto.pos += 4
            self._next_seq_id = (number + 1) & 0xFF
            size += length
            if size > most_bytes:
                raise LinkLost("The server sent a packet beyond every limit.")
            await self._need(length)
            with memoryview(proto.buffer) as view:
                parts.append(bytes(view[proto.pos : proto.pos + length]))
            proto.pos += length
            self.consumed_bytes += 4 + length
            if length < _MAX_PACKET:
                break
        data = parts[0] if len(parts) == 1 else b"".join(parts)
        if not data:
            raise BadPacket("a packet is empty")
        return data

    async def _need(self, count: int) -> None:
        while self.unread_bytes < count:
            await self.more()

    async def more(self, deadline: float | None = None) -> bool:
        """Wait for further bytes; False when none came until `deadline`, in the loop's time. Raises `LinkLost`."""
        proto = self._proto
        if proto is None or self._transport is None:
            raise LinkLost("The link to the server is closed.")
        self.resume()
        have = self.unread_bytes
        try:
            async with asyncio.timeout_at(deadline):
                await proto.wait_for_data(have + 1)
        except TimeoutError:
            return False
        if self.unread_bytes == have:
            raise LinkLost("The server closed the link." if proto.exc is None else "The link to the server broke.")
        return True

    async def reply(self) -> Done | Opening:
        """The beginning of the next result. Raises `ServerError`."""
        data = await self.packet()
        if data[0] == 0x00:
            return packets.done(data, tracks=self.tracks)
        if data[0] == 0xFF:
            raise packets.error(data)
        if data[0] == 0xFB:
            raise LinkLost("The server asked for a file of this machine. That is refused, and the link was closed.")
        count = packets.Reader(data).counted()
        if not 0 < count <= _MAX_COLUMNS:
            raise BadPacket("a result has an impossible number of columns")
        columns = await self._columns(count)
        if not self._ends_with_ok:
            packets.end_of_result(await self.packet())
        return Opening(columns, values.converters(columns, self.text_charsets))

    async def _columns(self, count: int) -> list[ColumnDefinition]:
        columns: list[ColumnDefinition] = []
        left = _MAX_DEFINITIONS_BYTES
        for _ in range(count):
            data = await self.packet(left)
            left -= len(data)
            columns.append(packets.column(data, extended=self._extended))
        return columns

    def whole_rows(self, opening: Opening) -> list[RowTuple]:
        """Rows that have arrived, without waiting: all of them, or as many as are parsed in a short time."""
        try:
            return self._parse(opening.strict)
        except UnicodeDecodeError:
            return self._parse(values.lenient(opening.strict))

    def _parse(self, converters: tuple[Converter, ...]) -> list[RowTuple]:
        proto = self._proto
        rows: list[RowTuple] = []
        start, end = proto.pos, min(proto.length, proto.pos + _PARSED_BYTES)
        proto.pos, self._next_seq_id = parse_rows_from_buffer(
            proto.buffer, start, end, converters, self._next_seq_id, rows, self._ends_with_ok
        )
        self.consumed_bytes += proto.pos - start
        return rows

    @property
    def packet_waits(self) -> bool:
        """Whether the next packet has arrived whole, or is one of the very large ones."""
        if self.unread_bytes < 4:
            return False
        length = self._coming_bytes
        return length == _MAX_PACKET or self.unread_bytes >= length + 4

    @property
    def _coming_bytes(self) -> int:
        """Of the next packet, as its header says, which must have arrived."""
        proto = self._proto
        return int.from_bytes(proto.buffer[proto.pos : proto.pos + 3], "little")

    @property
    def end_waits(self) -> bool:
        """Whether the end of the result is what comes next, and has arrived."""
        if not self.packet_waits or self.unread_bytes < 5:
            return False
        return self._is_end(self._proto.buffer[self._proto.pos + 4], self._coming_bytes)

    def _is_end(self, first: int, length: int) -> bool:
        return first == 0xFE and length < (_MAX_PACKET if self._ends_with_ok else _SHORTEST_ROW_FE)

    async def row_or_end(self, opening: Opening) -> RowTuple | Done:
        """The next packet of a result, when `whole_rows` did not take it. Raises `ServerError`."""
        data = await self.packet()
        if data[0] == 0xFF:
            raise packets.error(data)
        if self._is_end(data[0], len(data)):
            return packets.done(data, tracks=self.tracks) if self._ends_with_ok else packets.end_of_result(data)
        try:
            return self._row(data, opening.strict)
        except UnicodeDecodeError:
            return self._row(data, values.lenient(opening.strict))

    def _row(self, data: bytes, converters: tuple[Converter, ...]) -> RowTuple:
        row: RowTuple = MysqlPacket(data, "utf8").read_row(converters)
        return row

    # back-pressure

    def pause(self) -> None:
        """Read no more from the socket, so that the server waits."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume(self) -> None:
        if self._transport is not None:
            self._transport.resume_reading()
