"""A stored result again, filtered and sorted, from memory and from the disk."""

import random
import tracemalloc
from collections.abc import Sequence
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litebase.errors import LimitExceeded
from litebase.results import sorting, view
from litebase.results.batch import RowTuple
from litebase.results.filter import Choice, Filter
from litebase.results.order import Order
from litebase.results.store import RowStore
from litebase.results.use import StoreUse

pytestmark = pytest.mark.anyio

MANY = 2**40


@pytest.fixture
def small_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of a few rows, so that a small result is merged from many."""
    sizes = {"_RUN_ROWS": 7, "_BLOCK_BYTES": 64, "_MERGED_RUNS": 3, "_BATCH_ROWS": 10}
    for name, value in sizes.items():
        monkeypatch.setattr(sorting, name, value)


async def _stored(use: StoreUse, rows: Sequence[RowTuple], max_cell_bytes: int = 65536) -> RowStore:
    store = RowStore(use, max_cell_bytes, 2**20)
    for start in range(0, len(rows), 10):
        packing = store.new_batch()
        packing.add(rows[start : start + 10])
        store.append(packing.batch())
        await store.make_room()
    return store


async def _viewed(store: RowStore, use: StoreUse, *orders: Order, keep: Choice | None = None) -> RowStore:
    copy = RowStore(use, 65536, 2**20)
    await view.copy_view(store, copy, [keep] if keep else [], orders, use)
    return copy


async def _rows(store: RowStore) -> list[tuple[Any, ...]]:
    unpacker = msgpack.Unpacker()
    _, chunks = await store.window(0, store.row_count, MANY)
    for chunk in chunks:
        unpacker.feed(chunk)
    return [tuple(row) for row in unpacker]


@pytest.mark.usefixtures("small_runs")
@pytest.mark.parametrize("memory", [0, MANY], ids=["disk", "memory"])
async def test_many_runs_are_merged_and_equal_rows_stay_in_order(memory: int) -> None:
    use = StoreUse(memory, MANY)
    chance = random.Random(5)  # rows of a test
    rows: list[RowTuple] = [(chance.randrange(20), n, None if n % 9 == 0 else f"text {n % 5}") for n in range(300)]
    store = await _stored(use, rows)
    sorted_view = await _viewed(store, use, Order(0, "integer", descending=True), Order(2, "text"))
    assert await _rows(sorted_view) == sorted(rows, key=lambda row: (-int(row[0] or 0), row[2] is None, row[2] or ""))
    again = await _viewed(sorted_view, use, Order(1, "integer"), keep=Choice(2, Filter("text", "is_not_null").places()))
    assert await _rows(again) == [row for row in rows if row[2] is not None]
    for one in (store, sorted_view, again):
        await one.aclose()
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)


@pytest.mark.usefixtures("small_runs")
async def test_cut_cells_are_compared_whole_and_stay_with_their_row() -> None:
    use = StoreUse(0, MANY)
    rows: list[RowTuple] = [("x" * 100 + f"{n * 7 % 50:02}", n) for n in range(50)]
    store = await _stored(use, rows, max_cell_bytes=20)
    whole = Choice(0, Filter("text", "like", ["_" * 102]).places())
    sorted_view = await _viewed(store, use, Order(0, "text"), keep=whole)
    assert [row[1] for row in await _rows(sorted_view)] == [n for _, n in sorted(rows)]
    assert [cut.row for cut in sorted_view.cut_cells(0, 50)] == list(range(50))
    for row in (0, 25, 49):
        piece = await sorted_view.cell(row, 0, 0, 1000)
        assert piece is not None
        assert piece.piece.decode() == f"{'x' * 100}{row:02}"
    await store.aclose()
    await sorted_view.aclose()


@pytest.mark.usefixtures("small_runs")
async def test_sorting_keeps_the_bound_of_the_disk_and_gives_it_back() -> None:
    use = StoreUse(MANY, 1000)
    store = await _stored(use, [(f"text {n}",) for n in range(300)])
    with pytest.raises(LimitExceeded, match="no room for this view: results may take 1,000 bytes"):
        await _viewed(store, use, Order(0, "text"))
    assert use.disk_bytes == 0
    use.keep_free_bytes = 2**60
    with pytest.raises(LimitExceeded, match="no room for this view: No space left on device"):
        await _viewed(store, use, Order(0, "text"))
    assert use.disk_bytes == 0


async def test_long_rows_and_cells_take_little_memory_at_a_time() -> None:
    use = StoreUse(0, MANY)
    rows: list[RowTuple] = [(n * 7 % 120, f"{n * 11 % 120:03}" + "x" * 500_000) for n in range(120)]
    for max_cell_bytes, column in ((2**20, 0), (2**20, 1), (100, 0), (100, 1)):
        store = await _stored(use, rows, max_cell_bytes)
        tracemalloc.start()
        try:
            copy = await _viewed(store, use, Order(column, "other"))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        wanted = sorted(rows, key=lambda row: str(row[1]) if column else str(row[0]).zfill(3))
        assert [row[0] for row in await _rows(copy)] == [row[0] for row in wanted]
        assert peak < 35_000_000, (max_cell_bytes, column)
        await copy.aclose()
        await store.aclose()


async def test_an_empty_result_has_an_empty_view() -> None:
    use = StoreUse(MANY, MANY)
    assert (await _viewed(await _stored(use, []), use, Order(0, "text"))).row_count == 0


CELLS = (
    st.none()
    | st.integers(-(2**63), 2**64 - 1)
    | st.text(max_size=3)
    | st.floats(allow_nan=False)
    | st.binary(max_size=3)
)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=60), st.booleans())
@settings(max_examples=50)
async def test_the_same_rows_come_out_in_order(rows: list[RowTuple], descending: bool) -> None:
    use = StoreUse(MANY, MANY)
    order = Order(0, "other", descending=descending)
    key = order.key()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "_RUN_ROWS", 5)
        patch.setattr(sorting, "_BLOCK_BYTES", 20)
        patch.setattr(sorting, "_MERGED_RUNS", 3)
        viewed = await _rows(await _viewed(await _stored(use, rows), use, order))
    assert viewed == sorted(rows, key=lambda row: key(row[0]))
