"""Looking for text in a result, whether it was read or not."""

from collections.abc import Sequence

import anyio
import pytest

from litebase.errors import Conflict
from litebase.results.batch import Packing, RowTuple
from litebase.results.result import ReadingLimits, Result
from litebase.results.search import Place, Search
from litebase.results.store import RowStore
from litebase.results.use import StoreUse

pytestmark = pytest.mark.anyio

ROWS: list[RowTuple] = [(n, f"Text {n % 7}", None, b"Text", n / 4) for n in range(200)]


class Rows:
    """A source of rows that ends with an error when it has none left."""

    def __init__(self, rows: Sequence[RowTuple], *, fails: bool = False) -> None:
        self.left = list(rows)
        self._fails = fails

    @property
    def exhausted(self) -> bool:
        return not self.left and not self._fails

    async def fetch_into(self, sink: Packing, count: int, *, lasting: bool) -> None:
        if not self.left and self._fails:
            raise Conflict("The link is gone.")
        sink.add(self.left[:count])
        del self.left[:count]

    async def pass_over(self) -> None: ...

    async def aclose(self) -> None: ...


def _result(source: Rows) -> Result:
    return Result(source, RowStore(StoreUse(2**40, 2**40), 65536, 2**20), ReadingLimits(10, 2**20, 1.0))


async def _found(result: Result, search: Search) -> Place | None:
    return await search.run(result, anyio.Semaphore(1))


@pytest.mark.parametrize(
    ("text", "columns", "row", "column", "expected"),
    [
        ("text 3", [0, 1], 0, None, (3, 1)),
        ("text 3", [0, 1], 4, None, (10, 1)),
        ("3", [0, 1], 3, None, (3, 0)),
        ("3", [0, 1], 3, 1, (3, 1)),
        ("3", [0, 1], 3, 2, (10, 1)),
        ("3", [4, 1], 3, 2, (10, 1)),
        ("49.75", [0, 1, 4], 0, None, (199, 4)),
        ("text 3", [0, 4], 0, None, None),
        ("text", [2, 3], 0, None, None),
        ("text", [1], 5000, None, None),
    ],
)
async def test_forwards(text: str, columns: list[int], row: int, column: int | None, expected: Place | None) -> None:
    assert await _found(_result(Rows(ROWS)), Search(text, columns, row, column)) == expected


@pytest.mark.parametrize(
    ("text", "columns", "row", "column", "expected"),
    [
        ("text 3", [0, 1], 9, None, (3, 1)),
        ("3", [0, 1], 3, None, (3, 1)),
        ("3", [0, 1], 3, 0, (3, 0)),
        ("text 3", [0, 1], 5000, None, (199, 1)),
        ("text 3", [0, 1], 2, None, None),
        ("199", [0], 198, None, None),
    ],
)
async def test_backwards(text: str, columns: list[int], row: int, column: int | None, expected: Place | None) -> None:
    assert await _found(_result(Rows(ROWS)), Search(text, columns, row, column, backwards=True)) == expected


async def test_case_is_told_apart_when_asked_for() -> None:
    assert await _found(_result(Rows(ROWS)), Search("text", [1], 0, match_case=True)) is None
    assert await _found(_result(Rows(ROWS)), Search("Text 6", [1], 0, match_case=True)) == (6, 1)


async def test_no_more_rows_are_read_than_are_needed() -> None:
    source = Rows(ROWS)
    result = _result(source)
    assert await _found(result, Search("text 6", [1], 0)) == (6, 1)
    assert len(source.left) > 150
    assert await _found(result, Search("text 6", [1], 12, backwards=True)) == (6, 1)
    assert len(source.left) > 150


async def test_a_cell_that_was_cut_is_looked_through_whole() -> None:
    store = RowStore(StoreUse(2**40, 2**40), 16, 2**20)
    result = Result(Rows([("x" * 100 + "end",)]), store, ReadingLimits(10, 2**20, 1.0))
    assert await _found(result, Search("XEND", [0], 0)) == (0, 0)


async def test_what_stopped_the_reading_is_raised_where_the_search_comes_to_it() -> None:
    result = _result(Rows(ROWS, fails=True))
    assert await _found(result, Search("text 6", [1], 0)) == (6, 1)
    with pytest.raises(Conflict, match="The link is gone"):
        await _found(result, Search("no such text", [1], 0))


async def test_an_empty_result_has_nothing() -> None:
    for backwards in (False, True):
        assert await _found(_result(Rows([])), Search("a", [0], 0, backwards=backwards)) is None
