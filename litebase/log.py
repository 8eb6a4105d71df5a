"""Structured logs: one line per event, to stderr or a file, never to stdout, never in the way of the event loop.

A thread writes the lines. When whoever reads them is too slow, lines are dropped and counted; nothing waits for a log.
"""

import logging
import os
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import structlog

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

LogFormat = Literal["json", "console"]
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warn": logging.WARNING, "error": logging.ERROR}
MAX_WAITING_LINES = 5000
_FLUSH_S = 1.0


class LineWriter:
    """Lines go into a bounded queue; a thread of its own writes them to a descriptor."""

    def __init__(self, descriptor: int) -> None:
        self.dropped = 0
        self.last_drop_s: float | None = None  # on the monotonic clock
        self._descriptor = descriptor
        self._lines: deque[str] = deque()
        self._filled = threading.Condition()
        self._idle = threading.Event()
        self._idle.set()
        threading.Thread(target=self._write_all, name="log", daemon=True).start()

    def write(self, line: str) -> None:
        """Queue one line, or count it as dropped."""
        with self._filled:
            if len(self._lines) >= MAX_WAITING_LINES:
                self._count_dropped()
                return
            self._lines.append(line)
            self._idle.clear()
            self._filled.notify()

    def flush(self) -> None:
        """Wait a moment until everything is written."""
        self._idle.wait(_FLUSH_S)

    def _write_all(self) -> None:
        while True:
            with self._filled:
                while not self._lines:
                    self._idle.set()
                    self._filled.wait()
                line = self._lines.popleft()
            try:
                view = memoryview((line + "\n").encode("utf-8", "backslashreplace"))
                while view:
                    view = view[os.write(self._descriptor, view) :]
            except OSError:
                self._count_dropped()

    def _count_dropped(self) -> None:
        self.dropped += 1
        self.last_drop_s = time.monotonic()


class _Logger:
    """What structlog writes a finished line to."""

    def __init__(self, writer: LineWriter) -> None:
        self.debug = self.info = self.warning = self.error = self.critical = self.msg = writer.write


class _Bridge(logging.Handler):
    """Passes what libraries log with the standard module on to the same place."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().log(record.levelno, "library_message", logger=record.name, text=record.getMessage())


if sys.platform == "win32":
    import _winapi
    import msvcrt

    _APPEND_DATA, _OPEN_ALWAYS, _ORDINARY = 0x0004, 4, 0x0080
    _SHARE_ALL = 0x0007  # others may read the log, and rename or delete it while we write

    def _opened(file: Path) -> int:
        try:
            handle = _winapi.CreateFile(str(file), _APPEND_DATA, _SHARE_ALL, 0, _OPEN_ALWAYS, _ORDINARY, 0)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(file)) from error
        return msvcrt.open_osfhandle(handle, os.O_APPEND)

else:

    def _opened(file: Path) -> int:
        # O_NONBLOCK: a FIFO without a reader is an error instead of an endless wait
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK, 0o600)


def set_up(level: str, form: LogFormat, file: Path | None) -> LineWriter:
    """Send all logs of `level` and above to `file`, or to stderr. Raises `OSError` when the file cannot be opened."""
    if file is None:
        descriptor = os.dup(sys.__stderr__.fileno()) if sys.__stderr__ else os.open(os.devnull, os.O_WRONLY)
    else:
        descriptor = _opened(file)
    writer = LineWriter(descriptor)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
            if form == "json"
            else structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if form == "json"
            else structlog.dev.ConsoleRenderer(
                colors=os.isatty(descriptor), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=lambda *_args: _Logger(writer),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_Bridge()], level=logging.WARNING, force=True)
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)
    threading.excepthook = _log_thread_failure
    sys.unraisablehook = _log_unraisable
    return writer


def _log_thread_failure(failure: threading.ExceptHookArgs) -> None:
    """Python would print it, which can wait for ever when nobody reads stderr."""
    name = failure.thread.name if failure.thread else ""
    structlog.get_logger().error("thread_failed", thread=name, exc_info=failure.exc_value)


def _log_unraisable(failure: "UnraisableHookArgs") -> None:
    """As above. Its object is left out: its text may hold anything."""
    structlog.get_logger().error("exception_ignored", exc_info=failure.exc_value)
