"""The history of a backend: runs are written by a thread of its own, so that no query waits for the file.

Whatever is wrong with the file, a query is not disturbed: what cannot be stored is lost, and the log says so.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import structlog

from litebase.history.file import Entry, HistoryFile, Run, Wanted, without_nul
from litebase.history.secrets import without_secrets
from litebase.sql.dialect import Dialect
from litebase.sql.effect import outline

T = TypeVar("T")

_MOST_WAITING = 2000  # runs, and their characters
_MOST_CHARACTERS = 16_000_000
_AT_ONCE = 500
_AGAIN_S = 30.0  # after a failure
_FLUSH_S = 1.0

log = structlog.get_logger()


_PASSING = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_INTERRUPT}
_LONGEST = 100_000  # characters of a statement


class Unusable(Exception):
    """The file cannot be read or written, and why."""


class History:
    """What was run, of all clients."""

    def __init__(self, path: Path, max_entries: int, max_bytes: int) -> None:
        self.path = path
        self._limits = max_entries, max_bytes
        self._waiting: deque[tuple[Run, Dialect]] = deque()
        self._characters = 0
        self._lost = self._told = 0
        self._state = threading.Condition()  # of what waits; held for moments
        self._using = threading.Lock()  # the file; held while it is read or written
        self._file: HistoryFile | None = None
        self._failed = -_AGAIN_S  # when the file failed last
        self._writing = self._closing = False
        self._thread: threading.Thread | None = None

    def add(self, run: Run, dialect: Dialect) -> None:
        """Store a run soon, without the secrets in its statement. Never waits and never raises."""
        with self._state:
            if len(self._waiting) >= _MOST_WAITING or self._characters + len(run.sql) > _MOST_CHARACTERS:
                self._lost += 1
                return
            if self._thread is None:
                thread = threading.Thread(target=self._write, name="history", daemon=True)
                try:
                    thread.start()
                except RuntimeError:  # the system has no thread left; the next run may get one
                    self._lost += 1
                    return
                self._thread = thread
            self._waiting.append((run, dialect))
            self._characters += len(run.sql)
            self._state.notify_all()

    def _write(self) -> None:
        """In the thread: what waits, some at a time."""
        while True:
            with self._state:
                while not self._waiting:
                    if self._closing:
                        return
                    self._state.wait()
                runs = [self._waiting.popleft() for _ in range(min(_AT_ONCE, len(self._waiting)))]
                self._characters -= sum(len(run.sql) for run, _ in runs)
                self._writing = True
            try:
                self._store([_storable(*one) for one in runs])
            except Exception:  # a fault of ours: the thread goes on with the next runs
                log.exception("history_failed")
            finally:
                with self._state:
                    self._writing = False
                    self._state.notify_all()

    def _store(self, runs: Sequence[Run]) -> None:
        if time.monotonic() - self._failed < _AGAIN_S:
            self._lost += len(runs)
            return
        try:
            self._with_file(lambda file: file.add(runs))
            if self._lost > self._told:
                log.warning("history_not_written", reason="more was run than could be written", lost=self._lost)
        except Unusable as failed:
            self._lost += len(runs)
            self._failed = time.monotonic()
            log.warning("history_not_written", reason=str(failed), lost=self._lost)
        self._told = self._lost

    def search(self, wanted: Wanted, is_stopped: Callable[[], bool]) -> list[Entry]:
        """The newest entries that fit, one more than wanted; in a thread. Raises `Unusable`."""
        self.flush()
        return self._with_file(lambda file: file.search(wanted, is_stopped))

    def delete(self, ids: Sequence[int] | None) -> int:
        """Forget entries, or all; how many there were. In a thread. Raises `Unusable`."""
        self.flush()
        return self._with_file(lambda file: file.delete(ids))

    def flush(self, patience_s: float = _FLUSH_S) -> None:
        """Wait until what was added is stored, for a while."""
        with self._state:
            self._state.wait_for(lambda: not self._waiting and not self._writing, patience_s)

    def close(self) -> None:
        """Store what waits, in a bounded time, and close the file. In a thread."""
        self.flush()
        with self._state:
            self._closing = True
            self._state.notify_all()
        if self._using.acquire(timeout=_FLUSH_S):
            try:
                if self._file is not None:
                    self._file.close()
                    self._file = None
            finally:
                self._using.release()

    def _with_file(self, work: Callable[[HistoryFile], T]) -> T:
        with self._using:
            try:
                if self._file is None:
                    self._file = HistoryFile(self.path, *self._limits)
                return work(self._file)
            except (sqlite3.Error, OSError, MemoryError) as error:
                if self._file is not None and getattr(error, "sqlite_errorcode", 0) & 0xFF not in _PASSING:
                    self._file.close()  # it is opened anew the next time
                    self._file = None
                raise Unusable(str(error)) from error


def _storable(run: Run, dialect: Dialect) -> Run:
    """The run as it may be kept: without secrets, valid text, and not too long."""
    sql = without_secrets(run.sql, outline(run.sql[:_LONGEST], dialect).first_words, _LONGEST)
    sql = without_nul(sql.encode("utf-8", "replace").decode())
    return replace(run, sql=sql, sql_complete=len(run.sql) <= _LONGEST)
