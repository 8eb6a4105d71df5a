"""The end of the process: begun once, by whatever asks for it first, and bounded by a hard end behind it.

Signals are taken by Python's own handlers and not by the event loop alone: a loop that is blocked would hear nothing,
and neither the deadline nor the second signal would end the process.
"""

import asyncio
import atexit
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue
from types import FrameType

import anyio
import structlog

from litebase.process.exit_codes import ExitCode, say

if sys.platform == "win32":
    from litebase.process import console

    _SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGBREAK)  # Ctrl-Break is what one process can send to another
else:
    _SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger()


class Ending:
    """Whether the end has begun. `begun` is set in the event loop; from then on `deadline_s` is all the time left.

    A thread keeps the time and is the one that ends hard. It is reached through a queue, which a signal handler may use
    whatever the interrupted code was about to do.
    """

    def __init__(self, deadline_s: float, flush_logs: Callable[[], None]) -> None:
        self.begun = anyio.Event()
        self._deadline_s = deadline_s
        self._flush_logs = flush_logs
        self._told: SimpleQueue[bool] = SimpleQueue()  # True: end now
        self._signalled = False
        threading.Thread(target=self._keep_time, name="ending", daemon=True).start()

    def begin(self, reason: str) -> None:
        """Begin the end, if it has not begun. To be called in the event loop."""
        if not self.begun.is_set():
            log.info("backend_ending", reason=reason)
            self._told.put(False)
            self.begun.set()

    def listen_to_signals(self) -> None:
        """From now on the first SIGTERM or SIGINT begins the end, and the next one is the end.

        The first one after another beginning changes nothing: a host may well close the lifeline and send SIGTERM.
        """
        loop = asyncio.get_running_loop()

        def received(number: int, _frame: FrameType | None) -> None:
            self._told.put(self._signalled)
            self._signalled = True
            with contextlib.suppress(RuntimeError):  # the loop was closed: the end is nearly over
                loop.call_soon_threadsafe(self.begin, signal.Signals(number).name)

        for number in _SIGNALS:
            signal.signal(number, received)
            atexit.register(signal.signal, number, signal.SIG_IGN)  # or a late one would change the exit code
        if sys.platform == "win32":
            console.on_close(partial(loop.call_soon_threadsafe, self.begin, "the console or the user's session closes"))

    def _keep_time(self) -> None:
        now = self._told.get()
        deadline = time.monotonic() + self._deadline_s
        reason = "a second signal"
        while not now:
            try:
                now = self._told.get(timeout=max(deadline - time.monotonic(), 0))
            except Empty:
                now, reason = True, f"the end took longer than {self._deadline_s:g} s"
        try:
            log.error("backend_forced", reason=reason)
            self._flush_logs()
            say(f"The end was forced: {reason}.")
        finally:
            os._exit(ExitCode.FORCED)
