"""One statement's result: rows are read from the database only as far as windows were asked for, and kept."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from litebase_schema.opaque import PackedRows
from litebase_schema.values import CutCell

from litebase.errors import Conflict, LiteBaseError
from litebase.results.batch import Packing
from litebase.results.store import CellPiece, RowStore

Report = Callable[[int], None]  # takes how many rows of a result were read so far


class RowSource(Protocol):
    """Where rows come from: a driver's cursor."""

    @property
    def exhausted(self) -> bool:
        """Whether it is known that no further row exists."""

    async def fetch_into(self, sink: Packing, count: int, *, lasting: bool) -> None:
        """Add up to `count` further rows, perhaps in another thread; none at the end.

        `lasting`: when the caller is cancelled this goes on, and the next call, with the same sink, waits for it.
        """

    async def pass_over(self) -> None:
        """Give up the rest, without harm to what was done before or comes after."""

    async def aclose(self) -> None:
        """Give up the rest."""


class ReadingLimits(NamedTuple):
    """How a result reads its source."""

    batch_rows: int
    max_window_bytes: int
    first_rows_s: float  # a window does not wait longer than this for more rows when it has some
    max_rows: int | None = None  # that are kept


class Window(NamedTuple):
    """Some rows of a result."""

    offset: int
    rows: PackedRows
    complete: bool
    total_rows: int | None
    cut_cells: list[CutCell]
    truncated: bool = False


class Result:
    """A result with random access. Reading forward asks the source; everything that was read stays readable.

    The request that runs the statement reads with `window` and `read_all`, and stops the statement when it is
    cancelled. All others only wait for rows: when one of them is cancelled, the source stays usable for the next.
    """

    def __init__(self, source: RowSource | None, store: RowStore, limits: ReadingLimits) -> None:
        self.encode_s = 0.0
        self.last_used = time.monotonic()
        self.truncated = False  # whether there were more rows than are kept
        self.store = store  # what was read
        self._source = source
        self._limits = limits
        self._failure: LiteBaseError | None = None
        self._batch: Packing | None = None  # takes the rows of the read that is under way, which may have no reader
        self._reading = asyncio.Lock()  # anyio's takes longer to make than a short result to read
        self._closed = self._ending = False

    @property
    def half_read(self) -> bool:
        """Whether the source is still open, and with it a database session in use."""
        return self._source is not None

    @property
    def being_read(self) -> bool:
        """Whether somebody waits for further rows."""
        return self._reading.locked()

    @property
    def total_rows(self) -> int | None:
        """Rows of the whole result, or None while that is not known."""
        return self.store.row_count if self._source is None and self._failure is None else None

    @property
    def has_cut_cells(self) -> bool:
        return self.store.has_cut_cells

    async def window(self, offset: int, limit: int) -> Window:
        """Rows from `offset`, `limit` at most. Raises what stopped the reading when no row is there because of it."""
        await self.read_for(offset, limit, lasting=False)
        return await self.window_of_read(offset, limit)

    async def read_for(self, offset: int, limit: int, report: Report | None = None, *, lasting: bool = True) -> None:
        """Read the rows that this window is to have, if they are still in the database."""
        with self._used():
            if offset + limit >= self.store.row_count:
                # one more: is there anything beyond?
                await self._read_until(offset + limit + 1, offset, report, lasting=lasting)

    @contextmanager
    def _used(self) -> Iterator[None]:
        """By the client, until the end of the block."""
        self.last_used = time.monotonic()
        try:
            yield
        finally:
            self.last_used = time.monotonic()

    async def window_of_read(self, offset: int, limit: int) -> Window:
        """The same as `window`, of what was read."""
        if self._failure is not None and offset >= self.store.row_count:
            raise self._failure
        count, chunks = await self.store.window(offset, limit, self._limits.max_window_bytes)
        total = self.total_rows
        return Window(
            offset=offset,
            rows=PackedRows(count, tuple(chunks)),
            complete=total is not None and offset + count >= total,
            total_rows=total,
            cut_cells=self.store.cut_cells(offset, count) if count else [],
            truncated=self.truncated,
        )

    async def cell(self, row: int, column: int, offset: int, length: int) -> CellPiece | None:
        """Part of a cell in full length; None when there is no text or bytes at that place."""
        if row >= self.store.row_count:
            return None
        return await self.store.cell(row, column, offset, length)

    async def read_to_end(self, report: Report | None = None) -> None:
        """Read and keep the rest, so that the database session is free for something else."""
        await self._read_until(None, None, report, lasting=True)

    async def read_all(self, report: Report | None = None) -> None:
        """Read and keep all rows. Raises what stopped the reading before the end, if anything did."""
        with self._used():
            await self._read_until(None, None, report, lasting=False)
        if self._failure is not None:
            raise self._failure

    async def has_row(self, row: int, report: Report | None = None) -> bool:
        """Whether there is such a row, after reading so far. Raises what stopped the reading before it."""
        await self.read_for(row, self._limits.batch_rows, report)
        if row >= self.store.row_count and self._failure is not None:
            raise self._failure
        return row < self.store.row_count

    async def read_rest(self, report: Report | None = None) -> None:
        """The same as `read_to_end`, for the client. Raises what stopped the reading before the end."""
        with self._used():
            await self.read_to_end(report)
        if self._failure is not None:
            raise self._failure

    def raise_if_undone(self) -> None:
        """Raise what stopped the reading if it undid the statement, so that the rows before it are not good."""
        if self._failure is not None and self._failure.undoes_rows:
            raise self._failure

    async def stop_reading(self, occasion: str) -> None:
        """Give up the rest; what was read stays readable."""
        if self._source is not None:
            self._failure = Conflict(f"Reading this result ended at row {self.store.row_count:,}, when {occasion}.")
            await self._end_source()

    async def _end_source(self) -> None:
        """Close the source. A reader that is under way is stopped by that, and takes it for the end."""
        source, self._source = self._source, None
        self._ending = True
        if source is not None:
            await source.aclose()

    async def _read_until(self, stop: int | None, wanted: int | None, report: Report | None, *, lasting: bool) -> None:
        """Read rows up to `stop` (None: all), or for a short time once row `wanted` is there."""
        async with self._reading:
            deadline = time.monotonic() + self._limits.first_rows_s
            while self._source is not None and (stop is None or self.store.row_count < stop):
                has_some = wanted is not None and self.store.row_count > wanted
                if has_some and time.monotonic() >= deadline:
                    return
                left = self._limits.batch_rows if stop is None else stop - self.store.row_count
                await self._read_batch(self._source, min(left, self._limits.batch_rows, self._room), lasting=lasting)
                if report is not None:
                    report(self.store.row_count)

    @property
    def _room(self) -> int:
        """How many further rows may be read; one when no more are kept, to know whether there is one."""
        maximum = self._limits.max_rows
        return self._limits.batch_rows if maximum is None else max(maximum - self.store.row_count, 1)

    async def _read_batch(self, source: RowSource, count: int, *, lasting: bool) -> None:
        try:
            packing = self._batch = self._batch or self.store.new_batch()
            if not source.exhausted:
                await source.fetch_into(packing, count, lasting=lasting)
            self._batch = None
            if self.store.row_count == self._limits.max_rows and packing.count:
                await source.pass_over()
                self.truncated, self._source = True, None
                return
            if packing.count:
                self.store.append(packing.batch())
                self.encode_s += packing.seconds
            if source.exhausted or not packing.count:
                self._source = None
                await source.aclose()
            await self.store.make_room()
        except LiteBaseError as error:
            await self._stop(source, error)
        except Exception:
            if self._ending:
                return
            rows_read = self.store.row_count
            await self._stop(
                source,
                Conflict(f"Reading this result was stopped at row {rows_read:,}. Run the query again for more rows."),
            )
            raise

    async def _stop(self, source: RowSource, failure: LiteBaseError) -> None:
        self._failure = failure
        self._source = None
        await source.aclose()

    def close_at_once(self) -> bool:
        """Free the rows if that takes no time and nobody reads them; whether they are free."""
        if self._source is not None or self._reading.locked():
            return False
        if not self._closed and self.store.close_at_once():
            self._failure = self._failure or _closed()
            self._closed, self._batch = True, None
        return self._closed

    async def aclose(self) -> None:
        """Free the rows and what the source holds. A window that is being read ends with an error."""
        self._failure = self._failure or _closed()
        await self._end_source()
        async with self._reading:
            if not self._closed:
                self._closed, self._batch = True, None
                await self.store.aclose()


def _closed() -> Conflict:
    return Conflict("The result was closed.")
