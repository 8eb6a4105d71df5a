"""Requests out and answers in, over one stream to the backend."""

import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
from anyio.abc import ByteStream, SocketAttribute, TaskGroup
from litebase_schema.base import Model
from litebase_schema.calls import Calls
from litebase_schema.cancel import CancelRequest
from litebase_schema.errors import ErrorData
from litebase_schema.hello import HelloRequest, HelloResponse, ProtocolVersion, Software
from litebase_schema.registry import PROTOCOL_MAJOR, PROTOCOL_MINOR

from litebase import __version__
from litebase.client.event_feed import EventFeed
from litebase.client.failures import BackendGone, NotOurBackend, RequestFailed
from litebase.wire.protocol import Limits, Message, Protocol

if TYPE_CHECKING:
    from litebase_schema.events import EventEntry

    from litebase.client.event_feed import OnPrompt

MAX_ANSWER_BYTES = 64 * 1024 * 1024
_CANCEL_S = 5.0


class PendingCall:
    """A request that was sent. `id` is what `cancel` wants."""

    def __init__(self, request_id: str) -> None:
        self.id = request_id
        self._done = anyio.Event()
        self._answer: Message | None = None

    def settle(self, answer: Message | None) -> None:
        """Give it its answer, or None when there will be none."""
        self._answer = answer
        self._done.set()

    async def answer(self) -> Any:
        """The data of the answer. Raises `RequestFailed` or `BackendGone`."""
        await self._done.wait()
        if self._answer is None:
            raise BackendGone("The backend closed the channel before it answered.")
        if self._answer.type == "error":
            raise RequestFailed(self._answer.data)
        return self._answer.data


class Client(Calls):
    """One channel to a backend. Requests may be made side by side from several tasks."""

    def __init__(self, stream: ByteStream) -> None:
        self.channel_error: ErrorData | None = None  # the last error that belonged to no request
        self._stream = stream
        self._protocol = Protocol("answers", Limits(MAX_ANSWER_BYTES, 0, 0))
        self._numbers = count(1)
        self._waiting: dict[str, PendingCall] = {}
        self._sending = anyio.Lock()
        self._gone = False
        self._feed: EventFeed | None = None  # where prompts are answered

    async def start(self, message_type: str, data: Model) -> PendingCall:
        """Send a request and do not wait for its answer."""
        call = PendingCall(str(next(self._numbers)))
        if self._gone:
            raise BackendGone("The backend has closed the channel.")
        self._waiting[call.id] = call
        frame = b"".join(self._protocol.send(call.id, message_type, datetime.now(UTC), data))
        try:
            async with self._sending:
                with anyio.CancelScope(shield=True):  # half a frame would be the end of the channel
                    await self._stream.send(frame)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise BackendGone("The backend has closed the channel.") from error
        return call

    async def call(self, message_type: str, data: Any) -> Any:
        """Send a request and return the data of its answer. A caller that is cancelled cancels the request too."""
        call = await self.start(message_type, data)
        try:
            return await call.answer()
        except anyio.get_cancelled_exc_class():
            if message_type != "cancel":
                with anyio.move_on_after(_CANCEL_S, shield=True), suppress(BackendGone):
                    await self.cancel(CancelRequest(request_id=call.id))
            raise

    async def events(self, kinds: Sequence[str] | None = None) -> "AsyncIterator[EventEntry]":
        """The backend's events from now on, after those that describe the present, until it shuts down."""
        if self._feed is not None:
            async for event in self._feed.read(kinds):
                yield event
            return
        from litebase_schema.events import WaitEventsRequest  # noqa: PLC0415  # models of protocol 0.1 have none

        after = None
        while True:
            request = WaitEventsRequest(after=after, kinds=None if kinds is None else list(kinds))
            try:
                answer = await self.wait_events(request)
            except RequestFailed as failed:
                if failed.code == "shutting_down":
                    return
                raise
            for event in answer.events:
                yield event
            after = answer.next

    async def answer_prompts(self, on_prompt: "OnPrompt", tasks: TaskGroup) -> None:
        """Answer prompts with what `on_prompt` returns, from now on; the backend knows it when this returns."""
        self._feed = EventFeed(self, on_prompt, tasks)
        await tasks.start(self._feed.run)

    async def greet(self, token: str | None = None, *, prompts: bool = False) -> HelloResponse:
        """Say hello as this client. `prompts`: it answers them."""
        given: dict[str, Any] = {} if token is None else {"token": token}
        if prompts:
            given["prompts"] = True
        return await self.hello(
            HelloRequest(
                protocol=ProtocolVersion(major=PROTOCOL_MAJOR, minor=PROTOCOL_MINOR),
                client=Software(name="litebase-python", version=__version__),
                **given,
            )
        )

    async def read_answers(self) -> None:
        """Give each answer to whoever waits for it, until the backend closes the channel."""
        try:
            while True:
                self._protocol.receive_data(await self._stream.receive(262_144))
                while (event := self._protocol.next_event()) is not None:
                    if not isinstance(event, Message):
                        self.channel_error = event.error.data()
                        return
                    call = self._waiting.pop(event.id, None)
                    if call is not None:
                        call.settle(event)
                    elif event.type == "error":
                        self.channel_error = event.data
        except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass
        finally:
            self._gone = True
            for call in self._waiting.values():
                call.settle(None)
            self._waiting.clear()


@asynccontextmanager
async def connect(
    endpoint: Mapping[str, Any] | ByteStream, on_prompt: "OnPrompt | None" = None
) -> AsyncIterator[Client]:
    """A client at the ready line's `endpoint`, or on a stream. On TCP it says hello with the token file's token.

    `on_prompt` answers the backend's questions; None refuses. It is cancelled when the backend withdraws the question.
    What it raises is logged by the logger `litebase.client`, and refuses.
    """
    stream = endpoint if isinstance(endpoint, ByteStream) else await _open(endpoint)
    client = Client(stream)
    async with stream, anyio.create_task_group() as tasks:
        tasks.start_soon(client.read_answers)
        token = None
        if isinstance(endpoint, Mapping) and "token_file" in endpoint:
            token = (await anyio.Path(endpoint["token_file"]).read_text(encoding="utf-8")).strip()
        if token is not None or on_prompt is not None:
            await client.greet(token, prompts=on_prompt is not None)
        if on_prompt is not None:
            await client.answer_prompts(on_prompt, tasks)
        yield client
        tasks.cancel_scope.cancel()


async def _open(endpoint: Mapping[str, Any]) -> ByteStream:
    if sys.platform == "win32":
        if endpoint["transport"] == "pipe":
            from litebase.transport.pipe import connect_pipe  # noqa: PLC0415  # exists on Windows only

            return await connect_pipe(endpoint["path"])
    elif endpoint["transport"] == "unix":
        return await _open_unix(Path(endpoint["path"]))
    return await anyio.connect_tcp(endpoint["host"], endpoint["port"])


if sys.platform != "win32":

    async def _open_unix(path: Path) -> ByteStream:
        """Connect, and look who is there before anything is said: passwords follow."""
        from litebase.transport.unix import is_same_user  # noqa: PLC0415  # Windows has no Unix sockets

        stream = await anyio.connect_unix(path)
        if not is_same_user(stream.extra(SocketAttribute.raw_socket)):  # noqa: S610  # anyio's extra, not Django's
            await stream.aclose()
            raise NotOurBackend(f"The program that listens at {path} belongs to another user. Nothing was sent to it.")
        return stream
