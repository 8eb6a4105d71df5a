"""Looking for text in a stored result."""

from collections.abc import Callable, Collection, Iterator
from itertools import chain

from anyio import Semaphore, to_thread

from litebase.results.filter import text_of
from litebase.results.result import Report, Result
from litebase.results.store import RowStore
from litebase.results.stored_rows import StoredRows

Place = tuple[int, int]  # row and column
Hit = Callable[[int, tuple[object, ...]], int | None]  # the column where a row has the text


class Search:
    """What is looked for: `text`, in some columns or in all, from a place on.

    `column` is where the search begins in row `row`, that column included; None: at the end from which it goes.
    """

    def __init__(
        self,
        text: str,
        columns: Collection[int],
        row: int,
        column: int | None = None,
        *,
        backwards: bool = False,
        match_case: bool = False,
    ) -> None:
        self._text = text if match_case else text.casefold()
        self._columns = sorted(columns, reverse=backwards)
        self._row, self._column = row, column
        self._backwards, self._match_case = backwards, match_case

    async def run(self, result: Result, work: Semaphore, report: Report | None = None) -> Place | None:
        """The first place that has the text, or None. Rows are read from the database as far as they are needed.

        `work` is held while rows are looked through, and not while they are read.

        Raises what stopped the reading, where the search comes to the end of what was read.
        """
        row: int | None = self._row
        if self._backwards:
            await result.read_for(self._row, 1, report)
            row = min(self._row, result.store.row_count - 1)
        while row is not None and row >= 0:
            if row >= result.store.row_count and not await result.has_row(row, report):
                return None
            async with work:
                found, row = await to_thread.run_sync(self._look_through, result.store, row)
            if found is not None:
                return found
        return None

    def _look_through(self, store: RowStore, row: int) -> tuple[Place | None, int]:
        """The place in the batch that has `row`, from there on; or the row to go on with."""
        stored = store.batch_with(row)
        hits = self._hits(stored)
        if self._backwards:
            return max(hits, default=None), stored.first_row - 1
        return next(hits, None), stored.first_row + stored.count

    def _hits(self, stored: StoredRows) -> Iterator[Place]:
        rows = chain.from_iterable(part.cells for part in stored.parts(self._columns))
        for number, cells in enumerate(rows, stored.first_row):
            if number < self._row if not self._backwards else number > self._row:
                continue
            for column in self._columns:
                text = text_of(cells[column])
                if text is None or self._text not in (text if self._match_case else text.casefold()):
                    continue
                if number != self._row or self._column is None or self._is_ahead(column):
                    yield number, column
                    break

    def _is_ahead(self, column: int) -> bool:
        assert self._column is not None, "the search begins inside a row"
        return column <= self._column if self._backwards else column >= self._column
