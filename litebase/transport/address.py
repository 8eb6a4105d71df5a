"""Where a backend can be reached, and what every listener offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from anyio.abc import ByteStream


class EndpointInUse(Exception):
    """Another backend is alive at this address."""


class EndpointUnusable(Exception):
    """This address cannot be served; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class UnixAddress:
    """A Unix socket. `private_folder` is set when its folder is ours to make and to check."""

    path: Path
    private_folder: bool = False


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A port of the loopback interface; 0 takes a free one."""

    port: int


@dataclass(frozen=True, slots=True)
class PipeAddress:
    """A Windows named pipe, by its name or its whole path."""

    name: str


@dataclass(frozen=True, slots=True)
class StdioAddress:
    """The standard streams of this process: one client, the one that started it."""


Address = UnixAddress | PipeAddress | TcpAddress | StdioAddress


class Listener(Protocol):
    """Gives a byte stream per client."""

    @property
    def endpoint(self) -> Mapping[str, object]:
        """What a client needs to know to connect; part of the ready line."""

    @property
    def reachable(self) -> bool:
        """Whether a new client can find it; asked for in the event loop, so it does not wait."""

    async def accept(self) -> ByteStream:
        """The next client. Raises `anyio.ClosedResourceError` when there will be none, `OSError` when one failed."""

    async def aclose(self) -> None:
        """Stop listening and remove what was made for it."""
