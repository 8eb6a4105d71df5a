"""One request as its handler sees it: the backend, the client that sent it, and what both let a handler do."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from litebase.drivers.interruption import finish
from litebase.server.backend import Backend
from litebase.server.client_session import ClientSession, RequestInFlight

if TYPE_CHECKING:  # a backend that only answers health checks loads nothing about databases
    from litebase.results.result import Result
    from litebase.server.connection import Connection


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler gets beside the request's data."""

    backend: Backend
    client: ClientSession
    request: RequestInFlight

    def progress(self, sentence: str) -> None:
        """Remember what was done so far, for the error when the request is stopped half-way."""
        self.request.progress = f" {sentence}"

    async def discard(self, result: "Result", connection: "Connection") -> None:
        """Free a result that nobody will read, to the end although the request is cancelled: its work may be done."""
        connection.statements.results.discard(result)
        await finish(result.aclose(), self.backend.settings.stop_patience_s)
