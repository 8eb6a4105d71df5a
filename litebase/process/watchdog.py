"""Noticing that the event loop is blocked, and telling where.

A thread asks the loop for a sign of life twice a second. When none comes in time, it logs the stack of the loop's
thread: files, lines and functions, never values. Requests cost nothing for it.
"""

import asyncio
import sys
import threading
import time
import traceback
from dataclasses import dataclass, field
from types import TracebackType

import structlog

_INTERVAL_S = 0.5
_OVERSLEPT_S = 1.0  # the whole process was stopped, by a laptop's sleep for example, when even this thread overslept

log = structlog.get_logger()


@dataclass(slots=True)
class LoopHealth:
    """The last time that the event loop was blocked, in seconds; `ended_s` is on the monotonic clock."""

    blocked_s: float = 0.0
    ended_s: float | None = None


class LoopWatch:
    """Watches the running loop for the length of a block. What lasts longer than `limit_s` is reported."""

    def __init__(self, health: LoopHealth, limit_s: float) -> None:
        self._health = health
        self._limit_s = limit_s
        self._over = threading.Event()

    def __enter__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(_INTERVAL_S):
            question = _Question()
            try:
                self._loop.call_soon_threadsafe(self._answer, question)
            except RuntimeError:  # the loop was closed
                return
            in_time = question.answered.wait(self._limit_s)
            if not in_time and time.monotonic() - question.asked < self._limit_s + _OVERSLEPT_S:
                question.reported = True
                # not as `stack`, which structlog takes for a text
                log.error("event_loop_blocked", waited_s=self._limit_s, at=self._stack())
            while not question.answered.wait(_INTERVAL_S):
                if self._over.is_set():
                    return

    def _answer(self, question: "_Question") -> None:
        """In the loop, before it serves whatever came while it was blocked; so health is right at once."""
        question.answered.set()
        if question.reported:
            now = time.monotonic()
            self._health.blocked_s, self._health.ended_s = now - question.asked, now
            log.warning("event_loop_back", blocked_s=round(now - question.asked, 3))

    def _stack(self) -> list[str]:
        frame = sys._current_frames().get(self._loop_thread)  # noqa: SLF001  # its documented, only way
        if frame is None:
            return []
        # `extract_stack` would load the lines of every file named here, a megabyte that stays
        stack = [f"{one.f_code.co_filename}:{line} {one.f_code.co_name}" for one, line in traceback.walk_stack(frame)]
        return stack[::-1]


@dataclass(slots=True)
class _Question:
    """One sign of life that is asked for. `reported` says that the log has it already as late."""

    asked: float = field(default_factory=time.monotonic)
    answered: threading.Event = field(default_factory=threading.Event)
    reported: bool = False
