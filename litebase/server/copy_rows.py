"""The rows of a copy: read from one database while the rows before them are stored in the other."""

import marshal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol, cast

from anyio import CancelScope, Lock, to_thread
from litebase_schema.db_session import IsolationLevel
from litebase_schema.values import Column

from litebase.drivers.abilities import Available
from litebase.drivers.bulk import Cells
from litebase.drivers.interface import Cell, DatabaseSession, Parameter, RowList, RowTuple, Statement
from litebase.errors import ConnectionLost, LimitExceeded, OutcomeUnknown, RowRejected
from litebase.imports.batch import Batch, Row
from litebase.imports.failures import BadRow
from litebase.results.use import PrivateFile
from litebase.server.connection import Connection
from litebase.server.copy_values import Step
from litebase.server.import_run import Prepared, SourceLost, without_collection
from litebase.server.lease import Lease, LeasedCursor, Waits

_FIRST_ROWS, _MOST_ROWS = 50, 4000
_BATCH_BYTES = 1024 * 1024
_CELL_BYTES = 16  # beside what a text or bytes have


class Rows(Protocol):
    """Rows one after the other."""

    async def read(self) -> Sequence[RowTuple]:
        """Some rows; none at the end. Raises `SourceLost`."""


class CursorRows:
    """The rows of a cursor, so many at a time as fit a batch."""

    def __init__(self, cursor: LeasedCursor) -> None:
        self._cursor, self._count = cursor, _FIRST_ROWS

    @property
    def columns(self) -> Sequence[Column]:
        """What the rows have."""
        return self._cursor.columns

    async def read(self) -> Sequence[RowTuple]:
        """The next rows. How many depends on the size of those before."""
        rows = RowList()
        try:
            while not rows and not self._cursor.exhausted:
                await self._cursor.fetch_into(rows, self._count, lasting=False)
        except (ConnectionLost, OutcomeUnknown) as failed:
            raise SourceLost(failed.message) from failed
        if rows:
            fitting = _BATCH_BYTES * len(rows) // _size(rows)
            self._count = max(1, min(_MOST_ROWS, 4 * self._count, fitting))
        return rows


def _size(rows: Sequence[RowTuple]) -> int:
    return sum(
        _CELL_BYTES + len(cell) if isinstance(cell, str | bytes) else _CELL_BYTES for row in rows for cell in row
    )


class SpooledRows:
    """Rows that are all read before they are used: in a private file, without a name. `why` is for who has too many."""

    def __init__(self, most_bytes: int, why: str) -> None:
        self._file = PrivateFile()
        self._sizes: list[int] = []
        self._most_bytes, self._why, self._at, self._position = most_bytes, why, 0, 0

    async def fill(self, rows: Rows) -> None:
        """Take all rows. Raises `LimitExceeded`."""
        while batch := await rows.read():
            try:
                await to_thread.run_sync(self._keep, list(batch))
            except OSError as error:
                why = f"The rows cannot be kept on disk ({error.strerror})."
                raise LimitExceeded("max_results_disk_bytes", self._most_bytes, why) from error

    def _keep(self, rows: list[RowTuple]) -> None:
        data = marshal.dumps(rows)
        if self._file.size + len(data) > self._most_bytes:
            raise LimitExceeded("max_results_disk_bytes", self._most_bytes, self._why)
        self._file.append([data])
        self._sizes.append(len(data))

    async def read(self) -> Sequence[RowTuple]:
        """The next rows."""
        if self._at >= len(self._sizes):
            return ()
        data = await to_thread.run_sync(self._file.read, self._position, self._sizes[self._at])
        self._position += self._sizes[self._at]
        self._at += 1
        return cast("list[RowTuple]", marshal.loads(data))  # noqa: S302  # it wrote them itself

    def close(self) -> None:
        """The file is gone with that."""
        self._file.close()


class CopySupply:
    """Rows made ready for their new table."""

    def __init__(self, rows: Rows, names: Sequence[str | None], steps: Sequence[Step]) -> None:
        self._rows, self._names, self._steps = rows, names, steps
        self._count = 0

    async def next(self) -> Prepared | None:
        """The next rows; None after the last."""
        rows = await self._rows.read()
        if not rows:
            return None
        first, self._count = self._count + 1, self._count + len(rows)
        return await to_thread.run_sync(without_collection, lambda: self._prepared(rows, first))

    def _prepared(self, rows: Sequence[RowTuple], first: int) -> Prepared:
        columns, bad = list[Sequence[Cell]](), dict[int, BadRow]()
        for name, step, cells in zip(self._names, self._steps, zip(*rows, strict=True), strict=True):
            values, reasons = step(cells)
            columns.append(values)
            for at, reason in reasons.items():
                bad.setdefault(at, BadRow(first + at, reason, (), name))
        lines = [first + at for at in range(len(rows)) if at not in bad]
        if bad:
            columns = [[cell for at, cell in enumerate(cells) if at not in bad] for cells in columns]
        batch = Batch([cast("Row", ())] * len(lines), lines)
        return Prepared(cast("Sequence[Cells]", columns), batch, [bad[at] for at in sorted(bad)])


class FirstRefusal:
    """Ends a copy with the first row that cannot be stored."""

    def add(self, row: BadRow) -> None:
        """Raises `RowRejected`."""
        raise RowRejected(row.line, row.reason, row.column, counted="Row")


@asynccontextmanager
async def two_sessions(
    one_at_a_time: Lock, first: Connection, second: Connection, waits: Waits
) -> AsyncIterator[tuple[DatabaseSession, DatabaseSession]]:
    """A session of each connection. One request at a time takes them, so that no two wait for one another's."""
    await one_at_a_time.acquire()
    held = True
    try:
        async with first.borrowed_session(waits) as reader, second.borrowed_session(waits) as other:
            one_at_a_time.release()
            held = False
            yield reader, other
    finally:
        if held:
            one_at_a_time.release()


class Reading:
    """A session that reads in one snapshot. `lost` is what to say where its link is lost before the first row."""

    def __init__(
        self,
        connection: Connection,
        session: DatabaseSession,
        told: Callable[[int], None],
        lost: str = "The link to the source was lost: no row is in.",
    ) -> None:
        self._connection, self._session, self._told, self._lost = connection, session, told, lost

    async def begin(self, settings: Sequence[str]) -> None:
        """Begin the transaction whose snapshot everything is read in."""
        level: IsolationLevel = "repeatable_read" if self._has_levels else "default"
        for sql in self._session.begin_statements(level, read_only=self._has_levels):
            await self._run(sql)
        for sql in settings:
            await self._run(sql)

    @property
    def _has_levels(self) -> bool:
        return isinstance(self._session.abilities.isolation_levels, Available)

    async def _run(self, sql: str) -> Sequence[RowTuple]:
        async with self._cursor(Statement(sql, first_rows=1)) as cursor:
            rows = RowList()
            if cursor.columns:
                await cursor.fetch_into(rows, 1, lasting=False)
            return rows

    async def one(self, sql: str) -> RowTuple:
        """The only row of a query."""
        (row,) = await self._run(sql)
        return row

    @asynccontextmanager
    async def rows(self, sql: str, params: Sequence[Parameter] = ()) -> AsyncIterator[CursorRows]:
        """The rows of a query."""
        async with self._cursor(Statement(sql, list(params) or None, first_rows=_FIRST_ROWS)) as cursor:
            yield CursorRows(cursor)

    @asynccontextmanager
    async def _cursor(self, statement: Statement) -> AsyncIterator[LeasedCursor]:
        run = self._connection.statements.run
        try:
            found = await run(self._session, statement, self._told, confirmed=True)
        except (ConnectionLost, OutcomeUnknown) as failed:
            raise ConnectionLost(f"{self._lost} {failed.message}") from failed
        cursor = LeasedCursor(found, Lease(self._session, self._connection.patience_s))
        try:
            yield cursor
        finally:
            with CancelScope(shield=True):
                await cursor.aclose()
