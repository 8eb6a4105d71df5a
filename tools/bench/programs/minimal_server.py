"""The least that answers such requests in Python: asyncio, MessagePack and `sqlite3`, and nothing that is promised.

It checks nothing, limits nothing and stops nothing. Its second argument says how: with asyncio's `streams`, as such a
server is usually written, or as a `protocol`, the least that asyncio has; in both, a query blocks all clients. With
`thread`, streams again, queries are run in a thread.
"""

import asyncio
import os
import sqlite3
import struct
import sys
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgpack

_LENGTH = struct.Struct(">I")
_DATABASE = sqlite3.connect(":memory:", check_same_thread=False)
_HEALTH = {"status": "healthy", "reasons": [], "problems": [], "version": "0.1.0", "protocol": {"major": 0, "minor": 2}}
_COUNTS = ("uptime_ms", "pid", "rss_bytes", "clients", "connections", "results", "results_memory_bytes",
           "results_disk_bytes", "requests_in_flight", "logs_dropped")  # fmt: skip


def _answer(payload: bytes) -> bytes:
    request = msgpack.unpackb(payload, timestamp=3)
    data = _rows(request["data"]["sql"]) if request["type"] == "query" else _HEALTH | dict.fromkeys(_COUNTS, 12345)
    head = {"id": request["id"], "type": f"{request['type']}_response", "timestamp": datetime.now(UTC)}
    answer: bytes = msgpack.packb({**head, "data": data}, datetime=True)
    return _LENGTH.pack(len(answer)) + answer


def _rows(sql: str) -> dict[str, Any]:
    cursor = _DATABASE.execute(sql)
    return {"columns": [{"name": one[0]} for one in cursor.description], "rows": cursor.fetchall(), "complete": True}


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, in_thread: bool = False) -> None:
    with suppress(asyncio.IncompleteReadError):
        while True:
            (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
            payload = await reader.readexactly(length)
            writer.write(await asyncio.to_thread(_answer, payload) if in_thread else _answer(payload))
            await writer.drain()


class _Protocol(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport), "a socket's transport reads and writes"
        self._transport, self._received = transport, b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        while len(self._received) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._received)[0]
            if len(self._received) < end:
                return
            self._transport.write(_answer(self._received[_LENGTH.size : end]))
            self._received = self._received[end:]


async def _main(path: str, mode: str) -> None:
    loop = asyncio.get_running_loop()
    if mode == "protocol":
        server = await loop.create_unix_server(_Protocol, path)
    else:
        server = await asyncio.start_unix_server(partial(_serve, in_thread=mode == "thread"), path)
    print(os.getpid(), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
