"""The server inside the test's own process, on a real socket, with settings of the test's choice."""

import sys
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
from anyio.abc import ByteStream

from litebase.process.memory import Memory
from litebase.process.watchdog import LoopHealth
from litebase.server.backend import Backend
from litebase.server.clients import serve_clients
from litebase.settings import Settings
from litebase.transport import Listener, PipeAddress, UnixAddress, listen

if sys.platform == "win32":
    from litebase.transport.pipe import connect_pipe


@dataclass
class NoLogLost:
    """No log lines are written here, so none is lost."""

    dropped: int = 0
    last_drop_s: float | None = None


@dataclass
class Serving:
    """A server and where it is."""

    endpoint: dict[str, Any]
    backend: Backend


async def listening(folder: Path) -> Listener:
    """A listener that belongs to `folder`: at a socket in it, or on Windows at a pipe."""
    if sys.platform == "win32":
        return await listen(PipeAddress(f"litebase-trial-{zlib.crc32(str(folder).encode()):08x}"))
    return await listen(UnixAddress(folder / "socket"))


async def open_stream(endpoint: Mapping[str, Any]) -> ByteStream:
    """A client's end of a stream to such an endpoint, on which nothing was said."""
    if sys.platform == "win32":
        return await connect_pipe(endpoint["path"])
    return await anyio.connect_unix(endpoint["path"])


@asynccontextmanager
async def serving(folder: Path, settings: Settings, token: str | None = None) -> AsyncIterator[Serving]:
    """Serve at a place that belongs to `folder` for the length of the block."""
    listener = await listening(folder)
    backend = Backend(settings, NoLogLost(), LoopHealth(), Memory())
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(serve_clients, listener, backend, token)
        try:
            yield Serving(dict(listener.endpoint), backend)
        finally:
            with anyio.CancelScope(shield=True):
                await listener.aclose()
            tasks.cancel_scope.cancel()
