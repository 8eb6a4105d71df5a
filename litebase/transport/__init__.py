"""How a client reaches the backend: byte streams, and nothing about what is in them."""

import sys

from litebase.transport.address import (
    Address,
    EndpointInUse,
    EndpointUnusable,
    Listener,
    PipeAddress,
    StdioAddress,
    TcpAddress,
    UnixAddress,
)

__all__ = [
    "Address",
    "EndpointInUse",
    "EndpointUnusable",
    "Listener",
    "PipeAddress",
    "StdioAddress",
    "TcpAddress",
    "UnixAddress",
    "listen",
]


async def listen(address: Address) -> Listener:
    """A listener at `address`. Raises `EndpointInUse` or `EndpointUnusable`, each with a reason for people."""
    if isinstance(address, UnixAddress):
        if sys.platform != "win32":
            from litebase.transport.unix import listen_unix  # noqa: PLC0415  # does not exist on Windows

            return await listen_unix(address)
        raise EndpointUnusable("Python has no Unix sockets on Windows; use -pipe, -port or -stdio.")
    if isinstance(address, PipeAddress):
        if sys.platform == "win32":
            from litebase.transport.pipe import listen_pipe  # noqa: PLC0415  # exists there only

            return await listen_pipe(address)
        raise EndpointUnusable("Named pipes exist on Windows only; use -socket here.")
    if isinstance(address, TcpAddress):
        from litebase.transport.tcp import listen_tcp  # noqa: PLC0415  # one transport is used per process

        return await listen_tcp(address)
    from litebase.transport.stdio import listen_stdio  # noqa: PLC0415  # as above

    return listen_stdio()
