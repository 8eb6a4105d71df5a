"""The end of the process: begun once, by whatever asks for it first, and bounded by a hard end behind it.

Signals are taken by Python's own handlers and not by the event loop alone: a loop that is blocked would hear nothing,
and neither the deadline nor the second signal would end the process.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import NoReturn

import anyio
import structlog

from litebase.exit_codes import ExitCode, say

if sys.platform == "win32":
    from litebase import console

    _SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGBREAK)  # Ctrl-Break is what one process can send to another
else:
    _SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger()


class Ending:
    """Whether the end has begun. `begun` is set in the event loop; from then on `deadline_s` is all the time left."""

    def __init__(self, deadline_s: float, flush_logs: Callable[[], None]) -> None:
        self.begun = anyio.Event()
        self._deadline_s = deadline_s
        self._flush_logs = flush_logs
        self._signalled = False
        self._timed = False

    def begin(self, reason: str) -> None:
        """Begin the end, if it has not begun. To be called in the event loop."""
        if not self.begun.is_set():
            log.info("backend_ending", reason=reason)
            self._time()
            self.begun.set()

    def listen_to_signals(self) -> None:
        """From now on the first SIGTERM or SIGINT begins the end, and the next one is the end."""
        loop = asyncio.get_running_loop()

        def received(number: int, _frame: FrameType | None) -> None:
            if self._signalled or self.begun.is_set():
                self._force("a second signal")
            self._signalled = True
            self._time()  # here, for the loop may be blocked
            loop.call_soon_threadsafe(self.begin, signal.Signals(number).name)

        for number in _SIGNALS:
            signal.signal(number, received)
        if sys.platform == "win32":
            console.on_close(partial(loop.call_soon_threadsafe, self.begin, "the console or the user's session closes"))

    def _time(self) -> None:
        """A clean-up that hangs must not keep the process: a thread ends it when the time is over."""
        if not self._timed:
            self._timed = True
            timer = threading.Timer(self._deadline_s, self._force, [f"the end took longer than {self._deadline_s:g} s"])
            timer.daemon = True
            timer.start()

    def _force(self, reason: str) -> NoReturn:
        try:
            log.error("backend_forced", reason=reason)
            self._flush_logs()
            say(f"The end was forced: {reason}.")
        finally:
            os._exit(ExitCode.FORCED)
