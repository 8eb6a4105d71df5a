"""One request as its handler sees it: the backend, the client that sent it, and how far it has come."""

from dataclasses import dataclass

from litebase.server.backend import Backend
from litebase.server.client_session import ClientSession, RequestInFlight


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler gets beside the request's data."""

    backend: Backend
    client: ClientSession
    request: RequestInFlight

    def progress(self, sentence: str) -> None:
        """Remember what was done so far, for the error when the request is stopped half-way."""
        self.request.progress = f" {sentence}"
