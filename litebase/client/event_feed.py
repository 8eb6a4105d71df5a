"""The loop that waits for the backend's events where prompts are answered, whether or not anybody else reads them."""

from __future__ import annotations

import logging
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

import anyio

from litebase.client.failures import BackendGone, RequestFailed

if TYPE_CHECKING:  # models of protocol 0.1 have none of these
    from collections.abc import AsyncIterator, Awaitable, Callable, Container, Sequence

    from anyio.abc import TaskGroup, TaskStatus
    from litebase_schema.calls import Calls
    from litebase_schema.events import EventEntry
    from litebase_schema.prompts import Prompt

    OnPrompt = Callable[[Prompt], Awaitable[str | None]]

_log = logging.getLogger("litebase.client")
_AGAIN_S = 0.1
_MAX_UNREAD = 1000  # of a reader that is slow, the newest events are kept


class EventFeed:
    """Prompts go to `on_prompt`, each in a task of its own; all events go to whoever reads them."""

    def __init__(self, client: Calls, on_prompt: OnPrompt, tasks: TaskGroup) -> None:
        self._client, self._on_prompt, self._tasks = client, on_prompt, tasks
        self._asking: dict[str, anyio.CancelScope] = {}  # by the ids of the prompts
        self._unread: deque[EventEntry] | None = None
        self._came = anyio.Event()
        self._waiting = anyio.CancelScope()
        self._from_now = False  # a reader has come, who first wants to know the present
        self._ended = False
        self._failure: RequestFailed | None = None  # of the loop, unless it ended as the backend did

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Wait for events until the channel ends; `started` when the backend knows that we do."""
        after, known = None, False
        try:
            while True:
                with anyio.CancelScope() as self._waiting:
                    after = await self._wait(after)
                    if not known:
                        known = True
                        task_status.started()
                if self._from_now:
                    after, self._from_now = None, False
        except BackendGone:
            pass
        except RequestFailed as failed:
            if failed.code != "shutting_down":
                self._failure = failed
        self._withdraw_all_but(())
        self._ended = True
        self._came.set()

    async def _wait(self, after: int | None) -> int | None:
        """Take the events after `after`; the number of the last one, or None to go on with the present."""
        from litebase_schema.events import WaitEventsRequest  # noqa: PLC0415  # as above

        try:
            answer = await self._client.wait_events(WaitEventsRequest(after=after))
        except RequestFailed as failed:
            if failed.code != "conflict":
                raise
            await anyio.sleep(_AGAIN_S)  # the app has waited by itself, and has got what we have not
            return None
        for event in answer.events:
            self._take(event)
        if after is None or answer.missed:  # it describes the present
            self._withdraw_all_but({one.prompt.prompt_id for one in answer.events if one.prompt is not None})
        return answer.next

    async def read(self, kinds: Sequence[str] | None) -> AsyncIterator[EventEntry]:
        """The events from now on, after those that describe the present. Another reader's loop ends."""
        unread = self._unread = deque(maxlen=_MAX_UNREAD)
        self._from_now = True
        self._waiting.cancel()
        self._came.set()
        while self._unread is unread:
            while unread:
                event = unread.popleft()
                if kinds is None or event.kind in kinds:
                    yield event
            if self._failure is not None:
                raise self._failure
            if self._ended:
                return
            self._came = anyio.Event()
            await self._came.wait()

    def _take(self, event: EventEntry) -> None:
        if (prompt := event.prompt) is not None:
            if event.kind == "prompt" and prompt.prompt_id not in self._asking:
                self._asking[prompt.prompt_id] = anyio.CancelScope()
                self._tasks.start_soon(self._ask, prompt)
            elif event.kind == "prompt_withdrawn" and prompt.prompt_id in self._asking:
                self._asking[prompt.prompt_id].cancel()
        if self._unread is not None:
            self._unread.append(event)
            self._came.set()

    def _withdraw_all_but(self, told: Container[str]) -> None:
        """The prompts that are not told of any more have ended, perhaps in an event that never came here."""
        for prompt_id, scope in self._asking.items():
            if prompt_id not in told:
                scope.cancel()

    async def _ask(self, prompt: Prompt) -> None:
        from litebase_schema.prompts import AnswerPromptRequest  # noqa: PLC0415  # as above

        with self._asking[prompt.prompt_id]:
            request = AnswerPromptRequest(prompt_id=prompt.prompt_id, answer=None)
            try:
                answer = await self._on_prompt(prompt)
                request = AnswerPromptRequest(prompt_id=prompt.prompt_id, answer=answer)
            except Exception:  # noqa: BLE001  # whatever the app's function raises, the client goes on
                _log.exception("on_prompt failed; the prompt is refused")
            with suppress(BackendGone, RequestFailed):  # it came too late
                await self._client.answer_prompt(request)
        del self._asking[prompt.prompt_id]
