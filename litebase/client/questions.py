"""The backend's prompts at a terminal: asked in the main thread, where Ctrl-C and getpass belong, while it waits."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from getpass import getpass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from anyio.from_thread import BlockingPortal

from litebase.client.table import printable

if TYPE_CHECKING:  # loaded with the first prompt
    from litebase_schema.prompts import Prompt

T = TypeVar("T")

_DECISIONS = ("host_key", "approval")
_SECRETS = ("password", "passphrase", "one_time_code", "token")


class Questions:
    """Prompts on their way to the main thread."""

    def __init__(self) -> None:
        self._asked: SimpleQueue[tuple[Prompt, Future[str | None]] | None] = SimpleQueue()

    async def on_prompt(self, prompt: "Prompt") -> str | None:
        """What the person answers. Called in the event loop, while the main thread is in `wait`."""
        answer: Future[str | None] = Future()
        self._asked.put((prompt, answer))
        return await asyncio.wrap_future(answer)

    def wait(self, portal: BlockingPortal, request: Callable[..., Awaitable[T]], *data: Any) -> T:
        """The answer to a request of the event loop. Called in the main thread, which asks what the backend asks."""
        running = self.start(portal, request, *data)
        self.ask_until_done(running)
        return running.result()

    def start(self, portal: BlockingPortal, request: Callable[..., Awaitable[T]], *data: Any) -> "Future[T]":
        """Begin a request; `ask_until_done` is to follow."""
        running = portal.start_task_soon(request, *data)
        running.add_done_callback(lambda _: self._asked.put(None))
        return running

    def ask_until_done(self, running: "Future[Any]", timeout_s: float | None = None) -> None:
        """Ask what the backend asks until the request has ended. Raises `TimeoutError` when nothing comes for long."""
        while not running.done():
            try:
                question = self._asked.get(timeout=timeout_s)
            except Empty:
                raise TimeoutError from None
            if question is None or question[1].done():  # a request has ended, or a prompt was withdrawn
                continue
            prompt, answer = question
            text = ask(prompt)
            with suppress(InvalidStateError):  # the prompt was withdrawn meanwhile
                answer.set_result(text)


def ask(prompt: "Prompt") -> str | None:
    """What the person at the terminal answers; None refuses, and so does Ctrl-D."""
    text = printable(prompt.text)
    try:
        if prompt.kind in _SECRETS:
            return getpass(f"{text}: ")
        if prompt.kind in _DECISIONS:
            return "yes" if input(f"{text} (y/N) ") in ("y", "Y", "yes") else None
    except EOFError:
        sys.stdout.write("\n")
    return None
