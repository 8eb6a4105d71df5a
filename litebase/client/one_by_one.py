"""Requests of the prompt, and what it hears meanwhile."""

from collections import deque
from contextlib import suppress
from typing import Any

from litebase_schema.calls import Calls
from litebase_schema.cancel import CancelRequest

from litebase.client import news
from litebase.client.channel import Client, PendingCall
from litebase.client.failures import BackendGone, RequestFailed

_COUNTED = ("row", "read")
_UNITS = {
    "exported_rows": ("row", "written"),
    "imported_rows": ("row", "written"),
    "dumped_bytes": ("byte", "written"),
    "checked_bytes": ("byte", "checked"),
    "restored_bytes": ("byte", "restored"),
}
_MOST_NEWS = 1000  # lines that are kept until the next prompt


class OneByOne(Calls):
    """Requests one after the other. `stop` cancels the one that is under way."""

    def __init__(self, client: Client) -> None:
        self.rows = 0  # that the request under way has read from the database, or what else it counts
        self.noun, self.verb = _COUNTED
        self.news: deque[str] = deque(maxlen=_MOST_NEWS)  # lines for the person, that nobody has seen
        self._client = client
        self._under_way: PendingCall | None = None

    async def call(self, message_type: str, data: Any) -> Any:
        self.rows, (self.noun, self.verb) = 0, _COUNTED
        self._under_way = await self._client.start(message_type, data)
        try:
            return await self._under_way.answer()
        finally:
            self._under_way = None

    async def watch(self) -> None:
        """Keep `rows` and `news` up to date, as long as the backend is there."""
        with suppress(BackendGone, RequestFailed):  # a backend that is older knows no events
            async for event in self._client.events(["progress", *news.KINDS]):
                if (line := news.line(event)) is not None:
                    self.news.append(line)
                under_way, progress = self._under_way, event.progress
                if under_way is not None and event.request_id == under_way.id and progress is not None:
                    self.rows = progress.done
                    self.noun, self.verb = _UNITS.get(progress.unit, _COUNTED)

    async def stop(self) -> None:
        """Cancel; whoever waits for the request gets its answer."""
        if self._under_way is not None:
            await self._client.cancel(CancelRequest(request_id=self._under_way.id))
