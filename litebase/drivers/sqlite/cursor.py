"""An open result of SQLite: its rows are made in the session's thread, and handed on where they were made."""

import sqlite3
import time
from collections.abc import Sequence
from functools import partial
from itertools import islice

from litebase_schema.values import Column, Notice

from litebase.drivers.interface import Cursor, DriverLimits, RowList, RowSink, RowTuple
from litebase.drivers.interruption import Interrupted, Runner
from litebase.drivers.slices import STEP_ROWS, Slice, held_bytes
from litebase.drivers.sqlite import errors, values
from litebase.drivers.sqlite.link import native
from litebase.drivers.sqlite.link.thread import FileThread
from litebase.errors import LiteBaseError

_STEP_S = 0.002  # nobody knows how slow or how large the next rows are


class SqliteCursor:
    """An open result. Its first rows were read when the statement ran."""

    def __init__(
        self, session: Runner, thread: FileThread, limits: DriverLimits, cursor: sqlite3.Cursor, sql: str
    ) -> None:
        self.columns: Sequence[Column] = ()
        self.last_insert_id: int | None = None
        self.notices: Sequence[Notice] = ()
        self.changed: int | None = None  # rows, as far as Python's cursor does not count them; None: nothing to count
        self.waiting = RowList()  # rows that were read when the statement ran
        self._session, self._thread, self._limits, self._cursor, self._sql = session, thread, limits, cursor, sql
        self._ended = cursor.description is None
        self._failure: Exception | None = None  # for the fetch after `waiting`

    @property
    def affected_rows(self) -> int | None:
        return None if self.changed is None else max(self._cursor.rowcount, self.changed)

    @property
    def ended(self) -> bool:
        return self._ended

    @property
    def may_have_more(self) -> bool:
        return False

    @property
    def exhausted(self) -> bool:
        return self._ended and not self.waiting

    @property
    def is_open(self) -> bool:
        return not self._ended

    @property
    def must_be_read(self) -> bool:
        """A statement can be stopped without harm to its transaction."""
        return False

    async def fetch_into(self, sink: RowSink, count: int) -> None:
        """Further rows; those that came with the statement first."""
        if self.waiting:
            sink.add(self.waiting[:count])
            del self.waiting[:count]
        elif not self._ended:
            read = partial(self._thread.begin, partial(self._read, sink, count))
            self._ended = await self._session.run(read, self._limits.fetch_grace_s)

    async def fetch(self, count: int) -> Sequence[RowTuple]:
        """The same as tuples."""
        rows = RowList()
        await self.fetch_into(rows, count)
        return rows or ()

    async def next_cursor(self) -> Cursor | None:
        """SQLite has no procedures."""
        return None

    async def aclose(self) -> None:
        if not self._ended:
            self._ended = True
            try:
                await self._session.run(partial(self._thread.begin, self.close))
            except Interrupted:  # perhaps before its turn: then SQLite still holds it, and its locks
                self._ended = False
            except LiteBaseError:
                pass

    # in the session's thread

    def close(self) -> None:
        """Give up the rest."""
        self._ended = True
        self._cursor.close()

    def read_first(self, count: int, *, writes: bool) -> None:
        """Keep the first `count` rows; all of them when the statement writes, because it is done only then.

        An error after some rows is kept for later, unless the statement's writes failed with it.
        """
        if self._ended:
            return
        try:
            self._ended = _move(self._cursor, Slice(self.waiting, count))
            if writes:
                self._read_to_end()
        except sqlite3.Error as error:
            if writes or not self.waiting or errors.is_interrupt(error):
                raise
            self._failure = error
        except BaseException:
            self._cursor.close()  # half-read, and the traceback that keeps it may be dropped in any thread
            raise

    def _read_to_end(self) -> None:
        maximum = self._limits.max_returning_bytes
        size = counted = 0
        while True:
            size += sum(map(held_bytes, self.waiting[counted:]))
            counted = len(self.waiting)
            if size > maximum:
                break
            if self._ended:
                return
            self._ended = _move(self._cursor, Slice(self.waiting, STEP_ROWS))
        connection = self._cursor.connection
        in_transaction = connection.in_transaction
        connection.interrupt()  # SQLite undoes a write that is interrupted, with the transaction around it
        try:
            self.waiting.extend(self._cursor)
        except sqlite3.OperationalError as error:
            lost_transaction = in_transaction and not connection.in_transaction
            raise errors.too_much_returned(maximum, lost_transaction=lost_transaction) from error
        self._ended = True  # the last row had come already

    def _read(self, sink: RowSink, count: int) -> bool:
        """The next rows; whether they are the last."""
        rows = Slice(sink, count)
        try:
            if self._failure is not None:
                raise self._failure
            with native.held(self._thread.file.handle):
                return _move(self._cursor, rows)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            self._failure = error  # to be raised again: Python's cursor takes itself for read to the end now
            if rows.count and isinstance(error, sqlite3.Error) and not errors.is_interrupt(error):
                return False  # the rows before it are good
            raise errors.translated(error, self._sql, code=self._thread.file.error_code()) from error
        except MemoryError as error:
            self._failure = error
            raise errors.too_much_memory(self._limits.own["max_sqlite_memory_bytes"]) from error


def _move(cursor: sqlite3.Cursor, taken: Slice) -> bool:
    """Hand on the rows of a slice; whether they are the last. What came before an error has been handed on."""
    while not taken.is_full:
        rows: list[RowTuple] = []
        try:
            ended = _step(cursor, rows, taken.wanted)
        finally:
            if rows:
                taken.add(rows)
        if ended:
            return True
    return False


def _step(cursor: sqlite3.Cursor, rows: list[RowTuple], wanted: int) -> bool:
    """Up to `wanted` rows, fewer when they come slowly; whether they are the last."""
    clock, ends = time.monotonic, time.monotonic() + _STEP_S
    try:
        for row in islice(cursor, wanted - len(rows)):
            rows.append(row)
            if clock() >= ends:
                return False
    except sqlite3.OperationalError as error:
        if not values.is_undecodable(error):
            raise
        cursor.connection.text_factory = values.TOLERANT  # until the next statement
        return _step(cursor, rows, wanted)
    return len(rows) < wanted
