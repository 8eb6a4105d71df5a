"""A server that greets like MySQL and then does what a test wants, to see what a client lets itself be talked into."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

SECRET = "never-in-the-clear-€"
_CAPABILITIES = 0x81FFF7FF & ~0x0800 & ~0x20  # everything but TLS and compression
TLS = 0x0800
Script = Callable[["Talk"], Awaitable[None]]


@dataclass
class Talk:
    """One client's connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    heard: bytearray = field(default_factory=bytearray)
    number: int = 0

    def send(self, payload: bytes) -> None:
        self.raw(len(payload).to_bytes(3, "little") + bytes([self.number & 0xFF]) + payload)
        self.number += 1

    def raw(self, data: bytes) -> None:
        self.writer.write(data)

    async def hear(self) -> bytes:
        """The next packet of the client."""
        head = await self.reader.readexactly(4)
        body = await self.reader.readexactly(int.from_bytes(head[:3], "little"))
        self.heard += body
        self.number = head[3] + 1
        return body

    def greet(
        self,
        method: bytes = b"mysql_native_password",
        capabilities: int = _CAPABILITIES,
        version: bytes = b"8.0.36",
    ) -> None:
        low, high = (capabilities & 0xFFFF).to_bytes(2, "little"), (capabilities >> 16).to_bytes(2, "little")
        head = b"\x0a" + version + b"\0" + (7).to_bytes(4, "little") + b"12345678\0" + low + b"\x2d\x02\x00" + high
        self.send(head + bytes([21]) + bytes(10) + b"123456789012\0" + method + b"\0")

    def ok(self) -> None:
        self.send(b"\0\0\0\2\0\0\0")

    async def login(self) -> None:
        """Let the client in."""
        self.greet()
        await self.hear()
        self.ok()

    async def prepare(self) -> None:
        """Answer what the driver asks before a session is ready."""
        await self.login()
        await self.answer_questions()

    async def answer_questions(self) -> None:
        """Take the settings of the driver, and answer what it asks."""
        await self.hear()
        self.ok()
        await self.hear()
        self.rows([b"7", b"16777216", b"8.0.36", b"here", b"", b"NONE"])

    def no_warnings(self) -> None:
        """Answer SHOW WARNINGS."""
        self.columns(3)
        self.end()

    def rows(self, cells: list[bytes]) -> None:
        """One row of text columns."""
        self.columns(len(cells))
        self.send(b"".join(bytes([len(cell)]) + cell for cell in cells))
        self.end()

    def columns(self, count: int) -> None:
        """The head of a result of text columns."""
        self.send(bytes([count]))
        for _ in range(count):
            self.send(b"\3def\0\0\0\1a\0\x0c" + b"\x2d\0" + b"\xff\0\0\0" + b"\xfd\0\0\0\0\0")

    def end(self) -> None:
        """The end of a result."""
        self.send(b"\xfe\0\0\2\0\0\0")


@contextlib.asynccontextmanager
async def fake_server(script: Script, path: Path | None = None) -> AsyncIterator[tuple[int, list[Talk]]]:
    """Serve `script` to every client, at a Unix socket if there is a `path`; the port, and what was talked."""
    talks: list[Talk] = []
    running: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        one = Talk(reader, writer)
        talks.append(one)
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await script(one)
            while data := await reader.read(65536):
                one.heard += data
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    if path is None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
    else:
        server = await asyncio.start_unix_server(talk, path)
    try:
        yield 0 if path else server.sockets[0].getsockname()[1], talks
    finally:
        server.close()
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
        await server.wait_closed()
