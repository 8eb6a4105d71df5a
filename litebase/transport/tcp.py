"""TCP on the loopback interface only, for development and for platforms without a better way."""

import socket
from collections.abc import Mapping

from anyio.abc import ByteStream, SocketListener

from litebase.transport.address import EndpointInUse, EndpointUnusable, TcpAddress

LOOPBACK = "127.0.0.1"
_BACKLOG = 128


async def listen_tcp(address: TcpAddress) -> "TcpListener":
    """Bind and listen."""
    listening = socket.socket(socket.AF_INET)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, address.port))
        listening.listen(_BACKLOG)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        if isinstance(error, PermissionError):
            raise EndpointUnusable(f"Port {address.port} needs more rights. Choose one above 1023.") from error
        raise EndpointInUse(f"Port {address.port} is in use: {error.strerror}. Choose another one.") from error
    port = listening.getsockname()[1]
    return TcpListener(await SocketListener.from_socket(listening), port)


class TcpListener:
    """Accepts clients of this machine; who they are is shown by their token."""

    def __init__(self, listener: SocketListener, port: int) -> None:
        self._listener, self._port = listener, port

    @property
    def endpoint(self) -> Mapping[str, object]:
        return {"transport": "tcp", "host": LOOPBACK, "port": self._port}

    @property
    def reachable(self) -> bool:
        """A port cannot be taken away."""
        return True

    async def accept(self) -> ByteStream:
        """The next client."""
        return await self._listener.accept()

    async def aclose(self) -> None:
        """Stop listening."""
        await self._listener.aclose()
