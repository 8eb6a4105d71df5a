"""Results with random access: whatever is asked for, in whatever order, is what a plain list would give."""

from collections.abc import Sequence
from contextlib import nullcontext

import anyio
import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litebase.errors import Conflict, LimitExceeded, LiteBaseError
from litebase.results.batch import Packing, RowTuple
from litebase.results.result import ReadingLimits, Result, Window
from litebase.results.store import RowStore
from litebase.results.use import StoreUse
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

MANY = 2**40
LIMITS = ReadingLimits(batch_rows=20, max_window_bytes=2**20, first_rows_s=5.0)


class Source:
    """Rows from a list, as a driver's cursor gives them: in slices, slowly if so asked, and perhaps with an error."""

    def __init__(
        self, rows: Sequence[RowTuple], *, slice_rows: int = 1000, pause_s: float = 0, error: Exception | None = None
    ) -> None:
        self.read = 0
        self.closed = 0
        self.fetching = 0
        self._rows, self._slice_rows, self._pause_s, self._error = rows, slice_rows, pause_s, error

    @property
    def exhausted(self) -> bool:
        return self._error is None and self.read >= len(self._rows)

    async def fetch_into(self, sink: Packing, count: int, *, lasting: bool) -> None:
        del lasting  # nothing is lost here when the caller is cancelled
        assert not self.closed, "a closed cursor was read"
        assert not self.fetching, "two reads at once"
        self.fetching += 1
        try:
            await anyio.sleep(self._pause_s)
        finally:
            self.fetching -= 1
        if self.read >= len(self._rows) and self._error is not None:
            raise self._error
        found = self._rows[self.read : self.read + min(count, self._slice_rows)]
        self.read += len(found)
        sink.add(found)

    async def pass_over(self) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await anyio.sleep(0)
        self.closed += 1


def _result(source: Source, use: StoreUse | None = None, limits: ReadingLimits = LIMITS) -> Result:
    return Result(source, RowStore(use or StoreUse(MANY, MANY), 65536, 2**20), limits)


def _rows(window: Window) -> list[RowTuple]:
    unpacker = msgpack.Unpacker()
    for chunk in window.rows.chunks:
        unpacker.feed(chunk)
    rows = [tuple(row) for row in unpacker]
    assert len(rows) == window.rows.count
    return rows


def _numbers(count: int) -> list[RowTuple]:
    return [(n, f"row {n}") for n in range(count)]


async def test_the_source_is_read_only_as_far_as_asked() -> None:
    source = Source(_numbers(1000))
    result = _result(source)
    window = await result.window(0, 30)
    assert _rows(window) == _numbers(30)
    assert 30 <= source.read <= 31  # one more tells whether the window is the last
    assert (window.complete, window.total_rows, result.half_read) == (False, None, True)
    assert _rows(await result.window(10, 10)) == _numbers(1000)[10:20]
    assert source.read <= 31
    await result.aclose()


async def test_a_result_that_was_read_knows_its_size_and_frees_its_source() -> None:
    source = Source(_numbers(50))
    result = _result(source)
    assert (await result.window(0, 40)).total_rows is None
    window = await result.window(40, 10)
    assert (window.complete, window.total_rows, source.closed) == (True, 50, 1)
    assert not result.half_read
    assert (await result.window(0, 10)).complete is False
    beyond = await result.window(1000, 10)
    assert (_rows(beyond), beyond.complete, beyond.total_rows) == ([], True, 50)
    await result.aclose()
    assert source.closed == 1


async def test_a_source_of_no_rows_is_complete_at_once() -> None:
    result = _result(Source([]))
    window = await result.window(0, 10)
    assert (_rows(window), window.complete, window.total_rows) == ([], True, 0)
    await result.aclose()


async def test_a_slow_source_gives_what_it_has_and_goes_on_later() -> None:
    limits = ReadingLimits(batch_rows=20, max_window_bytes=2**20, first_rows_s=0.05)
    result = _result(Source(_numbers(100), slice_rows=2, pause_s=0.03), limits=limits)
    window = await result.window(0, 100)
    got = _rows(window)
    assert 0 < len(got) < 100
    assert not window.complete
    assert _rows(await result.window(len(got), 1)) == _numbers(100)[len(got) : len(got) + 1]
    await result.aclose()


async def test_read_to_end_keeps_everything_and_frees_the_source() -> None:
    source = Source(_numbers(500))
    use = StoreUse(1000, MANY)
    result = _result(source, use)
    await result.window(0, 10)
    await result.read_to_end()
    assert source.closed == 1
    assert use.disk_bytes > 0
    assert (await result.window(0, 10)).total_rows == 500
    assert _rows(await result.window(490, 100)) == _numbers(500)[490:]
    await result.aclose()
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)


@pytest.mark.fault("Q08")
async def test_rows_before_an_error_are_given_and_then_the_error() -> None:
    failure = Conflict("the engine's word")
    source = Source(_numbers(25), error=failure)
    result = _result(source)
    window = await result.window(0, 100)
    assert (_rows(window), window.complete, window.total_rows) == (_numbers(25), False, None)
    for _ in range(2):
        with pytest.raises(Conflict, match="the engine's word"):
            await result.window(25, 10)
    assert _rows(await result.window(20, 10)) == _numbers(25)[20:]
    assert source.closed == 1
    await result.aclose()


async def test_an_unexpected_fault_ends_the_reading_and_is_not_hidden() -> None:
    result = _result(Source(_numbers(25), error=ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        await result.window(0, 100)
    assert _rows(await result.window(0, 25)) == _numbers(25)
    with pytest.raises(Conflict, match="25"):
        await result.window(25, 1)
    await result.aclose()


async def test_a_full_disk_limit_ends_the_reading_and_keeps_what_is_there() -> None:
    use = StoreUse(0, 1500)
    result = _result(Source(_numbers(1000)), use)
    got = _rows(await result.window(0, 1000))
    assert got == _numbers(1000)[: len(got)]
    assert 0 < len(got) < 1000
    with pytest.raises(LimitExceeded):
        await result.window(len(got), 1)
    await result.aclose()
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)


async def test_windows_asked_side_by_side_read_each_row_once() -> None:
    source = Source(_numbers(300), slice_rows=7)
    result = _result(source)
    found: dict[int, list[RowTuple]] = {}

    async def ask(offset: int) -> None:
        found[offset] = _rows(await result.window(offset, 30))

    async with anyio.create_task_group() as tasks:
        for offset in range(0, 300, 10):
            tasks.start_soon(ask, offset)
    assert found == {offset: _numbers(300)[offset : offset + 30] for offset in range(0, 300, 10)}
    await result.aclose()


async def test_closing_while_it_is_read_ends_the_reader() -> None:
    use = StoreUse(0, MANY)
    source = Source(_numbers(10_000), slice_rows=5, pause_s=0.01)
    result = _result(source, use)
    ended: list[LiteBaseError] = []

    async def read() -> None:
        try:
            await result.window(9_000, 10)
        except LiteBaseError as error:
            ended.append(error)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        await anyio.sleep(0.05)
        with anyio.fail_after(SOON_S):
            await result.aclose()
            await result.aclose()
    assert [type(one) for one in ended] == [Conflict]
    assert source.closed == 1
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)


async def test_a_closed_result_is_a_conflict_and_not_a_crash() -> None:
    for memory in (0, MANY):
        result = _result(Source(_numbers(100)), StoreUse(memory, MANY))
        await result.window(0, 50)
        await result.aclose()
        with pytest.raises(Conflict):
            await result.window(60, 10)


async def test_only_a_result_that_is_read_and_in_memory_is_closed_at_once() -> None:
    for memory, rows, at_once in ((MANY, 50, True), (0, 50, False), (MANY, 100, False)):
        use = StoreUse(memory, MANY)
        result = _result(Source(_numbers(rows)), use)
        await result.window(0, 50)
        assert result.close_at_once() == at_once
        with pytest.raises(Conflict) if at_once else nullcontext():
            await result.window(rows, 10)
        await result.aclose()
        assert result.close_at_once()
        assert (use.memory_bytes, use.disk_bytes) == (0, 0)


async def _cancelled_at(step: int, source: Source, result: Result, offset: int, limit: int) -> bool:
    """Ask for a window and cancel it when the loop has turned `step` times; whether it ended before."""
    done = False

    async def ask() -> None:
        nonlocal done
        await result.window(offset, limit)
        done = True

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask)
        for _ in range(step):
            await anyio.sleep(0)
            if done:
                return True
        tasks.cancel_scope.cancel()
    return done


@pytest.mark.parametrize("memory", [0, 500, MANY])
async def test_a_cancel_at_any_await_neither_loses_nor_doubles_a_row(memory: int) -> None:
    finished = step = 0
    while finished < 3:  # then the cancel has come behind the last await
        step += 1 + step // 30  # where threads take part, the later steps are many
        assert step < 1_000_000
        use = StoreUse(memory, MANY)
        source = Source(_numbers(120), slice_rows=9)
        result = _result(source, use)
        finished += await _cancelled_at(step, source, result, 40, 60)
        # what the cancelled reader left is where the next one goes on
        assert _rows(await result.window(0, 120)) == _numbers(120)
        assert (await result.window(0, 120)).total_rows == 120
        assert source.closed == 1
        await result.aclose()
        assert (use.memory_bytes, use.disk_bytes) == (0, 0)


@settings(deadline=None, max_examples=60)
@given(
    total=st.integers(0, 150),
    slice_rows=st.integers(1, 60),
    memory=st.sampled_from([0, 700, MANY]),
    max_bytes=st.sampled_from([1, 200, MANY]),
    asked=st.lists(st.tuples(st.integers(0, 170), st.integers(1, 90)), max_size=12),
)
def test_random_windows_are_those_of_a_list(
    total: int, slice_rows: int, memory: int, max_bytes: int, asked: list[tuple[int, int]]
) -> None:
    rows = _numbers(total)

    async def check() -> None:
        use = StoreUse(memory, MANY)
        result = _result(Source(rows, slice_rows=slice_rows), use, ReadingLimits(20, max_bytes, 5.0))
        for offset, limit in asked:
            window = await result.window(offset, limit)
            got, expected = _rows(window), rows[offset : offset + limit]
            assert got == expected[: len(got)]
            assert got or not expected, "a window has at least one row if there is one"
            if max_bytes == MANY:
                assert got == expected
            if window.complete:
                assert offset + len(got) >= total
            if window.total_rows is not None:
                assert window.total_rows == total
        await result.aclose()
        assert (use.memory_bytes, use.disk_bytes) == (0, 0)

    anyio.run(check)


@pytest.mark.parametrize(
    ("count", "kept", "truncated"), [(7, 7, False), (10, 10, False), (11, 10, True), (99, 10, True)]
)
@pytest.mark.parametrize("batch_rows", [3, 10, 50])
async def test_no_more_rows_are_kept_than_are_wanted(count: int, kept: int, truncated: bool, batch_rows: int) -> None:
    source = Source([(n,) for n in range(count)])
    result = _result(source, None, ReadingLimits(batch_rows, 2**20, SOON_S, max_rows=10))
    first = await result.window(0, 5)
    assert (len(_rows(first)), first.complete, first.truncated) == (5, False, False), "not known yet"
    window = await result.window(0, 100)
    assert [row[0] for row in _rows(window)] == list(range(kept))
    assert (window.complete, window.total_rows, window.truncated) == (True, kept, truncated)
    assert source.read == min(count, 11), "one row more, to know"
    assert source.closed == 1
    await result.aclose()
