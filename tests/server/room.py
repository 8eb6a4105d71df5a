"""A backend inside the test, for what needs limits of its own: channels over socket pairs."""

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import msgpack
from anyio.abc import SocketStream, TaskGroup
from litebase_schema.connection import SqliteTarget

from litebase.client import Client, connect
from litebase.process.memory import Memory
from litebase.process.watchdog import LoopHealth
from litebase.server.backend import Backend
from litebase.server.channel import Channel
from litebase.settings import Settings
from litebase.transport.stream import TransportStream
from litebase.wire.frame import FrameReader, prefix
from tests.conftest import Database
from tests.work import SOON_S

ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
ENDLESS_ROWS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r"
ANSWER_BYTES = 64 * 1024 * 1024


def numbers(count: int) -> str:
    """A query of one column `n` that gives 1 up to `count`."""
    return f"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT {count}) SELECT n FROM r"


@dataclass
class QuietLog:
    """A log that lost nothing, or what a test says."""

    dropped: int = 0
    last_drop_s: float | None = None


class Raw:
    """A client that says exactly what it is told to, and reads only when it is asked to."""

    def __init__(self, stream: SocketStream) -> None:
        self.stream = stream
        self._frames = FrameReader(ANSWER_BYTES)

    async def send(self, *messages: tuple[str, str, Mapping[str, Any]]) -> None:
        """Messages as (id, type, data), in one write."""
        await self.stream.send(b"".join(frame(*message) for message in messages))

    async def answer(self, within_s: float = SOON_S) -> dict[str, Any]:
        """The next answer. Raises `anyio.EndOfStream` when the channel was closed."""
        with anyio.fail_after(within_s):
            while (payload := self._frames.next_payload()) is None:
                self._frames.feed(await self.stream.receive(262_144))
        found: dict[str, Any] = msgpack.unpackb(payload, timestamp=3)
        return found

    async def answers(self, count: int) -> dict[str, dict[str, Any]]:
        """The next answers by their ids, each of which must be a new one."""
        found: dict[str, dict[str, Any]] = {}
        for _ in range(count):
            one = await self.answer()
            assert one["id"] not in found, "a request was answered twice"
            found[one["id"]] = one
        return found

    async def connect(self, path: Path | None = None) -> str:
        """A database's connection id."""
        data = {"engine": "sqlite", "mode": "memory"}
        if path is not None:
            data = {"engine": "sqlite", "mode": "create", "path": str(path)}
        await self.send(("connect", "db_connect", data))
        found: str = (await self.answer())["data"]["connection_id"]
        return found

    async def nothing_comes(self, for_s: float = 0.1) -> None:
        """Fail if an answer comes."""
        with anyio.move_on_after(for_s):
            raise AssertionError(f"unexpected: {await self.answer(60)}")

    async def closed(self, within_s: float = SOON_S) -> None:
        """Wait until the backend closes the channel; answers on the way do not matter."""
        with anyio.fail_after(within_s):
            try:
                while True:
                    await self.stream.receive()
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                return


def frame(request_id: str, message_type: str, data: Mapping[str, Any]) -> bytes:
    """One request as bytes."""
    payload: bytes = msgpack.packb(
        {"id": request_id, "type": message_type, "timestamp": datetime.now(UTC), "data": data}, datetime=True
    )
    return prefix(len(payload)) + payload


class Room:
    """The backend and ways into it."""

    def __init__(self, backend: Backend, tasks: TaskGroup) -> None:
        self.backend = backend
        self._tasks = tasks

    async def stream(self, token: str | None = None) -> SocketStream:
        """A new client's end of a channel."""
        ours, theirs = socket.socketpair()
        client = self.backend.new_client(token)
        self._tasks.start_soon(Channel(await TransportStream.over(theirs), self.backend, client).serve)
        return await SocketStream.from_socket(ours)

    @asynccontextmanager
    async def raw(self, token: str | None = None) -> AsyncIterator[Raw]:
        """A client without manners."""
        async with await self.stream(token) as stream:
            yield Raw(stream)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        """A client of the usual kind."""
        async with connect(await self.stream()) as client:
            yield client

    @asynccontextmanager
    async def database(self, path: Path | None = None) -> AsyncIterator[Database]:
        """A client with an open database: a new file, or one in memory."""
        async with self.client() as client:
            yield await open_database(client, path)

    async def is_empty(self, within_s: float = SOON_S) -> None:
        """Wait until no client is there any more."""
        with anyio.fail_after(within_s):
            while self.backend.clients:
                await anyio.sleep(0.01)


async def open_database(client: Client, path: Path | None = None, **options: Any) -> Database:
    """A database of a client: a file that is made when it is missing, or one in memory."""
    where: dict[str, Any] = {"mode": "memory"} if path is None else {"mode": "create", "path": str(path)}
    target = SqliteTarget(engine="sqlite", **where, **options)
    return Database(client, (await client.db_connect(target)).connection_id)


@asynccontextmanager
async def serving(log: QuietLog | None = None, **settings: Any) -> AsyncIterator[Room]:
    """A backend with some settings changed, for the length of the block."""
    async with anyio.create_task_group() as tasks:
        yield Room(Backend(Settings(**settings), log or QuietLog(), LoopHealth(), Memory()), tasks)
        tasks.cancel_scope.cancel()
