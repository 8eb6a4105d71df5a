"""The server inside the test's own process, on a real socket, with settings of the test's choice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio

from litebase.server.backend import Backend
from litebase.server.clients import serve_clients
from litebase.settings import Settings
from litebase.transport import UnixAddress, listen


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


@asynccontextmanager
async def serving(folder: Path, settings: Settings, token: str | None = None) -> AsyncIterator[Serving]:
    """Serve on a socket in `folder` for the length of the block."""
    listener = await listen(UnixAddress(folder / "socket"))
    backend = Backend(settings, NoLogLost())
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(serve_clients, listener, backend, token)
        try:
            yield Serving(dict(listener.endpoint), backend)
        finally:
            with anyio.CancelScope(shield=True):
                await listener.aclose()
            tasks.cancel_scope.cancel()
