"""A client on the event loop that looks at every message it gets: one answer to each request, errors as promised."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgpack

from tests.end_to_end.frames import check_error, frame, next_id

PATIENCE_S = 20.0


class BackendEnded(Exception):
    """The backend closed the channel."""


class AsyncLine:
    """Requests out and answers in. A second answer to a request, or one that nobody asked for, is a failure."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.wrong: list[str] = []

    def start(self, message_type: str, data: Mapping[str, Any]) -> "tuple[str, asyncio.Future[dict[str, Any]]]":
        """Send a request: its id, and what will be its answer."""
        request_id = next_id()
        answer = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = answer
        if self._writer.is_closing():
            raise BackendEnded
        self._writer.write(frame(message_type, data, request_id))
        return request_id, answer

    async def ask(self, message_type: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request and return its answer. Raises `BackendEnded`, or `TimeoutError` when none comes."""
        _, answer = self.start(message_type, data)
        return await asyncio.wait_for(answer, PATIENCE_S)

    async def read(self) -> None:
        """Give the answers to who waits, until the backend closes."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                length = int.from_bytes(await self._reader.readexactly(4), "big")
                self._take(msgpack.unpackb(await self._reader.readexactly(length), timestamp=3))
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(BackendEnded())

    def _take(self, message: dict[str, Any]) -> None:
        answer = self._waiting.pop(message["id"], None)
        if answer is None:
            self.wrong.append(f"nobody asked for {message}")
            return
        try:
            if message["type"] == "error":
                check_error(message["data"])
        except AssertionError as error:
            self.wrong.append(str(error))
        if not answer.done():
            answer.set_result(message)


@contextlib.asynccontextmanager
async def line_to(endpoint: Mapping[str, Any]) -> AsyncIterator[AsyncLine]:
    """A client of a backend on a Unix socket. At the end of the block nothing wrong may have come."""
    reader, writer = await asyncio.open_unix_connection(endpoint["path"])
    line = AsyncLine(reader, writer)
    reading = asyncio.create_task(line.read())
    try:
        yield line
    finally:
        reading.cancel()
        await asyncio.wait([reading])
        writer.close()
    assert line.wrong == []
