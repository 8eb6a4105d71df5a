"""What a server replies to commands: how statements ended, the heads of results, and their rows.

A request for a local file is refused, and every length is checked. asyncmy parses the rows, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asyncmy.protocol import MysqlPacket

from litebase.drivers.interface import RowTuple
from litebase.drivers.mysql import values
from litebase.drivers.mysql.link import packets
from litebase.drivers.mysql.link.handshake import Welcome
from litebase.drivers.mysql.link.packets import BadPacket, ColumnDefinition, Done
from litebase.drivers.mysql.link.stream import FULL_PACKET, LinkLost, Stream
from litebase.drivers.mysql.values import Converter

if TYPE_CHECKING:  # a connection without a tunnel loads nothing about them
    from litebase.drivers.tunnel.tunnel import Tunnel

COM_QUIT, COM_INIT_DB, COM_QUERY, COM_PING, COM_RESET_CONNECTION = 0x01, 0x02, 0x03, 0x0E, 0x1F
_COM_SET_OPTION = 0x1B
_SEVERAL, _ONE_ONLY = b"\x00\x00", b"\x01\x00"  # statements in a text
_COM_STMT_PREPARE, _COM_STMT_CLOSE = 0x16, 0x19
_MAX_COLUMNS = 8192  # servers stop at 4,096
_MAX_DEFINITIONS_BYTES = 16 << 20  # of all columns of a result: 4,096 with the longest names take half of it
_EOF_BYTES = 5  # an OK packet has 7 at least
_SHORTEST_ROW_FE = 9  # a row that begins with 0xFE has a cell with a length of eight bytes


@dataclass(slots=True)
class ResultHead:
    """The description of a result whose rows follow."""

    columns: Sequence[ColumnDefinition]
    strict: tuple[Converter, ...]


class Link:
    """A link that is logged in. `send` and the readers are used in turn."""

    def __init__(self, stream: Stream, welcome: Welcome, tunnel: Tunnel | None = None) -> None:
        self.stream, self.welcome, self.tunnel = stream, welcome, tunnel
        self.text_charsets = set(values.utf8_charsets())

    def send(self, command: int, payload: bytes = b"") -> None:
        """Send a command. Its replies must be read to their end before the next one."""
        self.stream.send_command(bytes([command]) + payload)

    def quit(self) -> None:
        """Say good-bye, and close when that is sent."""
        if self.stream.alive:
            self.send(COM_QUIT)
        self.stream.close()

    async def allow_several(self, allowed: bool) -> None:
        """Let the server take several statements in one text, or no longer. Raises `ServerError`."""
        self.send(_COM_SET_OPTION, _SEVERAL if allowed else _ONE_ONLY)
        data = await self.stream.packet()
        if data[0] == 0xFF:
            raise packets.error(data)
        if data[0] not in (0x00, 0xFE):
            raise BadPacket("a setting was answered with something else")

    async def reply(self) -> Done | ResultHead:
        """The beginning of the next result. Raises `ServerError`."""
        data = await self.stream.packet()
        if data[0] == 0x00:
            return packets.done(data, tracks=self.welcome.tracks)
        if data[0] == 0xFF:
            raise packets.error(data)
        if data[0] == 0xFB:
            raise LinkLost("The server asked for a file of this machine. That is refused, and the link was closed.")
        count = packets.Reader(data).counted()
        if not 0 < count <= _MAX_COLUMNS:
            raise BadPacket("a result has an impossible number of columns")
        columns = await self._columns(count)
        if not self.welcome.ends_with_ok:
            packets.end_of_result(await self.stream.packet())
        return ResultHead(columns, values.converters(columns, self.text_charsets))

    async def prepare(self, statement: bytes) -> None:
        """Have the server compile a statement, and forget it again. Raises `ServerError`.

        Source: dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_prepare.html
        """
        self.send(_COM_STMT_PREPARE, statement)
        data = await self.stream.packet()
        if data[0] == 0xFF:
            raise packets.error(data)
        reader = packets.Reader(data, 1)
        statement_id, columns, parameters = reader.take(4), reader.integer(2), reader.integer(2)
        for count in (parameters, columns):
            if count:
                await self._columns(count)
                if not self.welcome.ends_with_ok:
                    packets.end_of_result(await self.stream.packet())
        self.send(_COM_STMT_CLOSE, statement_id)

    async def _columns(self, count: int) -> list[ColumnDefinition]:
        columns: list[ColumnDefinition] = []
        left = _MAX_DEFINITIONS_BYTES
        for _ in range(count):
            data = await self.stream.packet(left)
            left -= len(data)
            columns.append(packets.column(data, extended=self.welcome.extended))
        return columns

    def whole_rows(self, head: ResultHead) -> list[RowTuple]:
        """Rows that have arrived, without waiting: all of them, or as many as are parsed in a short time."""
        try:
            return self.stream.rows(head.strict, ends_with_ok=self.welcome.ends_with_ok)
        except UnicodeDecodeError:
            return self.stream.rows(values.lenient(head.strict), ends_with_ok=self.welcome.ends_with_ok)

    @property
    def end_waits(self) -> bool:
        """Whether the end of the result is what comes next, and has arrived."""
        stream = self.stream
        return stream.packet_waits and stream.unread_bytes > 4 and self._is_end(stream.coming_byte, stream.coming_bytes)

    def _is_end(self, first: int, length: int) -> bool:
        return first == 0xFE and length < (FULL_PACKET if self.welcome.ends_with_ok else _SHORTEST_ROW_FE)

    async def row_or_end(self, head: ResultHead) -> RowTuple | Done:
        """The next packet of a result, when `whole_rows` did not take it. Raises `ServerError`."""
        data = await self.stream.packet()
        if (end := self._end(data)) is not None:
            return end
        try:
            return _row(data, head.strict)
        except UnicodeDecodeError:
            return _row(data, values.lenient(head.strict))

    async def skip(self) -> Done:
        """Read the next result away, without a look at what it holds. Raises `ServerError`."""
        data = await self.stream.packet()
        if data[0] == 0xFF:
            raise packets.error(data)
        for _ in range(packets.Reader(data).counted() + (not self.welcome.ends_with_ok)):
            await self.stream.packet()
        while (end := self._end(await self.stream.packet())) is None:
            pass
        return end

    def _end(self, data: bytes) -> Done | None:
        """The end of a result, if this packet is it. Raises `ServerError`."""
        if data[0] == 0xFF:
            raise packets.error(data)
        if self._is_end(data[0], len(data)):
            # MySQL ends a result with an EOF packet all the same where a handler of the procedure caught an error
            with_ok = self.welcome.ends_with_ok and len(data) != _EOF_BYTES
            return packets.done(data, tracks=self.welcome.tracks) if with_ok else packets.end_of_result(data)
        return None


def _row(data: bytes, converters: tuple[Converter, ...]) -> RowTuple:
    row: RowTuple = MysqlPacket(data, "utf8").read_row(converters)
    return row


def expect_done(reply: Done | ResultHead) -> Done:
    """The end of a statement that returns no rows."""
    if isinstance(reply, ResultHead):
        raise BadPacket("rows came where none were asked for")
    return reply
