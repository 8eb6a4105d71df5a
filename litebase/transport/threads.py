"""Calls that may block for ever, in threads that the end of the process does not wait for."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_daemon_thread(call: Callable[[], T]) -> T:
    """The value of `call`. Whoever is cancelled leaves the thread to its call, and what that gives is thrown away."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(value: T | None, error: OSError | None) -> None:
        if error is not None and not answer.done():
            answer.set_exception(error)
        elif not answer.done():
            answer.set_result(value)  # type: ignore[arg-type]  # None only when T is

    def run() -> None:
        value, failure = None, None
        try:
            value = call()
        except OSError as error:
            failure = error
        with contextlib.suppress(RuntimeError):  # the loop was closed
            loop.call_soon_threadsafe(settle, value, failure)

    threading.Thread(target=run, name="blocking call", daemon=True).start()
    return await answer
