"""One request as its handler sees it: the backend, the client that sent it, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from litebase.server.backend import Backend
from litebase.server.client_session import ClientSession, RequestInFlight

if TYPE_CHECKING:
    from litebase_schema.events import ProgressUnit

    from litebase.drivers.interface import Question


@dataclass(eq=False, slots=True)
class Call:
    """What a handler gets beside the request's data."""

    backend: Backend
    client: ClientSession
    request: RequestInFlight

    def progress(self, unit: ProgressUnit, done: int, total: int | None = None) -> None:
        """Report how far the request has come, to whoever waits for events."""
        progress = {"unit": unit, "done": done, "total": total}
        self.request.progress[unit] = progress
        facts = {"request_id": self.request.id, "progress": progress}
        self.client.tell("progress", facts, key=(self.request.id, unit))

    def rows_read(self, count: int) -> None:
        """Report how many rows of a result were read from the database."""
        self.progress("rows", count)

    async def ask(self, question: Question) -> str:
        """The answer of the person at the client: `Ask` of the drivers."""
        from litebase.server import prompts  # noqa: PLC0415  # loaded with the first question

        return await prompts.ask(self.client, self.request, question, self.backend.settings.prompt_timeout_s)

    def done_so_far(self, sentence: str) -> None:
        """Remember what was done, for the error when the request is stopped half-way."""
        self.request.done_so_far = f" {sentence}"
