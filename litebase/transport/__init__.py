"""How a client reaches the backend: byte streams, and nothing about what is in them."""

from litebase.transport.address import (
    Address,
    EndpointInUse,
    EndpointUnusable,
    Listener,
    StdioAddress,
    TcpAddress,
    UnixAddress,
)

__all__ = [
    "Address",
    "EndpointInUse",
    "EndpointUnusable",
    "Listener",
    "StdioAddress",
    "TcpAddress",
    "UnixAddress",
    "listen",
]


async def listen(address: Address) -> Listener:
    """A listener at `address`. Raises `EndpointInUse` or `EndpointUnusable`, each with a reason for people."""
    if isinstance(address, UnixAddress):
        from litebase.transport.unix import listen_unix  # noqa: PLC0415  # Windows has no Unix sockets in Python

        return await listen_unix(address)
    if isinstance(address, TcpAddress):
        from litebase.transport.tcp import listen_tcp  # noqa: PLC0415  # one transport is used per process

        return await listen_tcp(address)
    from litebase.transport.stdio import listen_stdio  # noqa: PLC0415  # as above

    return listen_stdio()
