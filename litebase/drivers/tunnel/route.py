"""The tunnels of one client, shared by its connections of equal target and equal tunnel options.

A client's tunnels are its own: a person let the client through, by passphrase or code, and no other client with it.
A tunnel is opened with the first database session that needs it, opened anew by the next one after it fell, and ended
with the last connection that uses it.
"""

from functools import partial

import anyio
from litebase_schema.connection import SshTunnel

from litebase.drivers.interface import Ask
from litebase.drivers.trace import Trace
from litebase.drivers.tunnel import command
from litebase.drivers.tunnel.tunnel import Course, End, Inquiry, Tunnel
from litebase.errors import ConnectFailed

_SHARE = 0.9  # of the time for connecting; what is left of it says why


class Tunnels:
    """The tunnels of one client."""

    def __init__(self) -> None:
        self._shared: dict[object, _Shared] = {}

    def route(self, engine: str, options: SshTunnel, host: str, port: int, connection_name: str) -> "Route":
        """A connection's share in the tunnel to a port; nothing is opened yet."""
        key = (engine, options.model_dump_json(), host, port)
        shared = self._shared.setdefault(key, _Shared(key, Course(options, host, port)))
        shared.users += 1
        return Route(self, shared, connection_name)

    async def release(self, shared: "_Shared") -> None:
        """One user less; the last one ends the tunnel."""
        shared.users -= 1
        if not shared.users:
            del self._shared[shared.key]
            async with shared.opening:
                await shared.aclose()


class _Shared:
    def __init__(self, key: object, course: Course) -> None:
        self.key, self.course = key, course
        self.users = 0
        self.tunnel: Tunnel | None = None
        self.opening = anyio.Lock()

    async def aclose(self) -> None:
        if (tunnel := self.tunnel) is not None:
            self.tunnel = None
            await tunnel.aclose()


class Route:
    """A connection's share in a tunnel."""

    def __init__(self, tunnels: Tunnels, shared: _Shared, connection_name: str) -> None:
        self._tunnels, self._shared, self._name = tunnels, shared, connection_name
        self._closed = False

    def standing(self) -> Tunnel:
        """The tunnel that is open at this moment. Raises `ConnectFailed`."""
        tunnel = self._shared.tunnel
        if tunnel is None or not tunnel.alive:
            raise ConnectFailed(command.STAGE, f"{self._shared.course.via} is not open any more.")
        return tunnel

    async def open(self, end: End, connect_timeout_ms: int, ask: Ask, trace: Trace) -> None:
        """Open the tunnel if it is not. An engine always asks for the same `end`.

        Raises `ConnectFailed`, `InvalidMessage` and `PromptUnanswered`.
        """
        shared = self._shared
        trace.begin("tunnel")
        async with shared.opening:
            if shared.tunnel is None or not shared.tunnel.alive:
                await shared.aclose()
                left_s = min(connect_timeout_ms / 1000, anyio.current_effective_deadline() - anyio.current_time())
                inquiry = Inquiry(ask, self._name)
                on_hop = partial(trace.begin, "tunnel")
                shared.tunnel = await Tunnel.open(shared.course, end, left_s * _SHARE, inquiry, on_hop)

    async def aclose(self) -> None:
        """Give the share back. Harmless when called again."""
        if not self._closed:
            self._closed = True
            await self._tunnels.release(self._shared)
