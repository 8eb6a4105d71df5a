"""Servers that do not understand all that they are told: the shared ones behind a relay that changes words."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

from tools.services import Service


@contextlib.asynccontextmanager
async def relay(service: Service, words: Mapping[bytes, bytes]) -> AsyncIterator[int]:
    """A port that leads to a server. Each of `words` that a client says becomes another one of the same length."""
    assert all(len(word) == len(other) for word, other in words.items()), "the lengths of packets stay as they are"
    tasks: set[asyncio.Task[None]] = set()
    writers: list[asyncio.StreamWriter] = []

    async def pass_on(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, changed: Mapping[bytes, bytes]
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                for word, other in changed.items():
                    data = data.replace(word, other)
                writer.write(data)
        writer.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(service.host, service.port)
        writers.extend((writer, server_writer))
        ways = (pass_on(reader, server_writer, words), pass_on(server_reader, writer, {}))
        tasks.update(map(asyncio.ensure_future, ways))

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            writer.transport.abort()
