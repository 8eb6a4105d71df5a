"""An open result of SQLite: its rows are made in the session's thread, and handed on where they were made."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from litebase_schema.values import Column, ColumnOrigin, Notice

from litebase.drivers.interface import Cursor, DriverLimits, RowList, RowSink, RowTuple
from litebase.drivers.slices import content_bytes
from litebase.drivers.sqlite import errors, native, values

SLICE_S = 0.05  # a fetch returns after this time with the rows it has, at least one
SLICE_BYTES = 1024 * 1024  # or when they take about this much
STEP_ROWS = 128  # so few stay in the processor's caches
_STEP_S = 0.002  # and so long: nobody knows how slow or how large the next rows are


class Session(Protocol):
    """What a cursor asks of its session, which does one thing at a time."""

    @property
    def limits(self) -> DriverLimits: ...

    async def fetch(self, cursor: "SqliteCursor", sink: RowSink, count: int) -> bool: ...

    def held(self) -> AbstractContextManager[None]: ...

    async def close_cursor(self, cursor: sqlite3.Cursor) -> None: ...


@dataclass(slots=True)
class Started:
    """What running a statement gave at once."""

    rows: RowList = field(default_factory=RowList)
    ended: bool = True
    failure: sqlite3.Error | None = None  # met after `rows`
    changed: int | None = None  # None when the statement is none that counts
    made_id: int | None = None

    def run(self, cursor: sqlite3.Cursor, count: int, max_returning_bytes: int | None) -> None:
        """Read the first rows. An error behind them is kept for later, unless the statement's writes failed with it.

        A write with RETURNING, which has a bound, is read to its end: only then is it done.
        """
        if cursor.description is None:
            return
        try:
            self.ended = _Slice(cursor, self.rows).read(count)
            if max_returning_bytes is not None:
                self._read_returned(cursor, max_returning_bytes)
        except sqlite3.Error as error:
            if max_returning_bytes is not None or not self.rows or errors.is_interrupt(error):
                raise
            self.failure, self.ended = error, False

    def _read_returned(self, cursor: sqlite3.Cursor, max_bytes: int) -> None:
        size, counted = 0, 0
        while True:
            size += sum(map(_held, islice(self.rows, counted, None)))
            counted = len(self.rows)
            if size > max_bytes:
                break
            if self.ended:
                return
            self.ended = _Slice(cursor, self.rows).read(STEP_ROWS)
        in_transaction = cursor.connection.in_transaction
        cursor.connection.interrupt()  # SQLite undoes a write that is interrupted, with the transaction around it
        try:
            self.rows.extend(cursor)
        except sqlite3.OperationalError as error:
            lost_transaction = in_transaction and not cursor.connection.in_transaction
            raise errors.too_much_returned(max_bytes, lost_transaction=lost_transaction) from error
        self.ended = True  # the last row had come already


class SqliteCursor:
    """An open result. Its first rows were read when the statement ran."""

    def __init__(
        self,
        session: Session,
        cursor: sqlite3.Cursor,
        sql: str,
        columns: Sequence[Column],
        started: Started,
    ) -> None:
        self.columns = columns
        self.last_insert_id = started.made_id
        self.notices: Sequence[Notice] = ()
        self._session, self._cursor, self._sql = session, cursor, sql
        self._waiting, self._ended, self._changed = started.rows, started.ended, started.changed
        self._failure: Exception | None = started.failure

    @property
    def affected_rows(self) -> int | None:
        if self._changed is None:
            return None
        return max(self._cursor.rowcount, self._changed)

    @property
    def ended(self) -> bool:
        return self._ended

    @property
    def may_have_more(self) -> bool:
        return False

    @property
    def exhausted(self) -> bool:
        return self._ended and not self._waiting

    async def fetch_into(self, sink: RowSink, count: int) -> None:
        """Further rows; those that came with the statement first."""
        if self._waiting:
            sink.add(self._waiting[:count])
            del self._waiting[:count]
        elif not self._ended:
            self._ended = await self._session.fetch(self, sink, count)

    async def fetch(self, count: int) -> Sequence[RowTuple]:
        """The same as tuples."""
        rows = RowList()
        await self.fetch_into(rows, count)
        return rows or ()

    def read(self, sink: RowSink, count: int) -> bool:
        """In the session's thread: the next rows; whether they are the last."""
        rows = _Slice(self._cursor, sink)
        try:
            if self._failure is not None:
                raise self._failure
            with self._session.held():
                return rows.read(count)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            self._failure = error  # to be told again: Python's cursor takes itself for read to the end now
            if rows.count and isinstance(error, sqlite3.Error) and not errors.is_interrupt(error):
                return False  # the rows before it are good
            raise errors.translated(error, self._sql) from error
        except MemoryError as error:
            self._failure = error
            raise errors.too_much_memory(self._session.limits.own["max_sqlite_memory_bytes"]) from error

    async def next_cursor(self) -> Cursor | None:
        """SQLite has no procedures."""
        return None

    async def aclose(self) -> None:
        if not self._ended:
            self._ended = True
            await self._session.close_cursor(self._cursor)


class _Slice:
    """Moves rows to a sink for a slice of time and of memory, in the session's thread; `count` is how many it were.

    What came before an error has been moved.
    """

    def __init__(self, cursor: sqlite3.Cursor, sink: RowSink) -> None:
        self.count = 0
        self._cursor, self._sink = cursor, sink

    def read(self, most: int) -> bool:
        """At least one row, if there is one, and `most` at most; whether they are the last."""
        deadline = time.monotonic() + SLICE_S
        size, wanted = 0, 1
        while self.count < most and (not self.count or (time.monotonic() < deadline and size < SLICE_BYTES)):
            rows: list[RowTuple] = []
            try:
                ended = self._step(rows, wanted)
            finally:
                if rows:
                    self._sink.add(rows)
                    self.count += len(rows)
            if ended:
                return True
            row_size = content_bytes(rows[-1])
            size += len(rows) * row_size
            wanted = min(STEP_ROWS, most - self.count, SLICE_BYTES // row_size + 1)
        return False

    def _step(self, rows: list[RowTuple], wanted: int) -> bool:
        """Up to `wanted` rows, fewer when they come slowly; whether they are the last."""
        clock, ends = time.monotonic, time.monotonic() + _STEP_S
        try:
            for row in islice(self._cursor, wanted - len(rows)):
                rows.append(row)
                if clock() >= ends:
                    return False
        except sqlite3.OperationalError as error:
            if not values.is_undecodable(error):
                raise
            self._cursor.connection.text_factory = values.TOLERANT  # until the next statement
            return self._step(rows, wanted)
        return len(rows) < wanted


def _held(row: RowTuple) -> int:
    """What a row takes in memory, about: 56 bytes for itself, and for each cell beside its content."""
    return 56 + 48 * len(row) + content_bytes(row)


def columns_of(
    cursor: sqlite3.Cursor, facts: native.StatementFacts | None, rows: Sequence[RowTuple]
) -> Iterator[Column]:
    """The columns of a result, by what SQLite knows of them, else by the first rows."""
    for index, (name, *_) in enumerate(cursor.description or ()):
        fact = facts.columns[index] if facts else None
        if fact and fact.declared_type:
            db_type, kind = fact.declared_type, values.kind_of_declared(fact.declared_type)
        else:
            db_type, kind = values.type_of_values(rows, index)
        if fact is None or fact.column_name is None:
            yield Column(name=name, db_type=db_type, kind=kind)
            continue
        origin = ColumnOrigin(
            schema_name=fact.schema_name or "",
            table_name=fact.table_name or "",
            column_name=fact.column_name,
            key_part=fact.primary_key,
        )
        # an INTEGER PRIMARY KEY is the rowid, which is never NULL, whatever the declaration says
        never_null = fact.not_null or (fact.primary_key and db_type.upper() == "INTEGER")
        yield Column(name=name, db_type=db_type, kind=kind, nullable=not never_null, origin=origin)
