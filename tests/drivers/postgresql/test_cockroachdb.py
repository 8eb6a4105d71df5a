"""What is done otherwise for CockroachDB, seen with a PostgreSQL behind a relay that says it is one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from tests.drivers.conformance import run
from tests.drivers.postgresql.conftest import OpenSession
from tools.services import Service

pytestmark = pytest.mark.anyio

_LOGGED_IN = b"R" + (8).to_bytes(4, "big") + bytes(4)  # AuthenticationOk
_SEAL = b"SET TRANSACTION READ ONLY"


def _status(name: bytes, value: bytes) -> bytes:
    """A ParameterStatus message."""
    body = name + b"\0" + value + b"\0"
    return b"S" + (len(body) + 4).to_bytes(4, "big") + body


@contextlib.asynccontextmanager
async def relay(service: Service, extra: bytes) -> AsyncIterator[tuple[int, bytearray]]:
    """A port that leads to the server, which seems to say `extra` after the login; and what clients sent."""
    sent = bytearray()
    tasks: set[asyncio.Task[None]] = set()
    writers: list[asyncio.StreamWriter] = []

    async def up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            sent.extend(data)
            writer.write(data)
        writer.close()

    async def down(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data.replace(_LOGGED_IN, _LOGGED_IN + extra, 1))
        writer.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(service.host, service.port)
        writers.extend((writer, server_writer))
        tasks.update(map(asyncio.ensure_future, (up(reader, server_writer), down(server_reader, writer))))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], sent
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            writer.transport.abort()
        await server.wait_closed()


@pytest.mark.parametrize(("extra", "seals"), [(b"", 1), (_status(b"crdb_version", b"CockroachDB v25.2"), 3)])
async def test_a_read_only_transaction_is_sealed_before_each_statement_where_it_can_be_opened_again(
    postgresql_service: Service, open_session: OpenSession, extra: bytes, seals: int
) -> None:
    """PostgreSQL lets nobody take READ ONLY back once the transaction has read; CockroachDB lets everybody."""
    async with relay(postgresql_service, extra) as (port, sent):
        session = await open_session(port=port, host="127.0.0.1", tls="disable", read_only=True)
        await run(session, "BEGIN")
        for number in range(3):
            await run(session, f"SELECT set_config('litebase.test', '{number}', false)")
        assert sent.count(_SEAL) == seals
        await session.aclose()
