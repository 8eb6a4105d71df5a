"""Where rows are kept: few in memory, many in a file that nobody else sees."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio
import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litebase.errors import LimitExceeded
from litebase.results.batch import RowTuple
from litebase.results.store import RowStore
from litebase.results.use import StoreUse

pytestmark = pytest.mark.anyio

MANY = 2**40


def _unpacked(chunks: Sequence[bytes | memoryview]) -> list[Any]:
    unpacker = msgpack.Unpacker()
    for chunk in chunks:
        unpacker.feed(chunk)
    return [tuple(row) for row in unpacker]


def _add(store: RowStore, rows: Sequence[RowTuple]) -> None:
    packing = store.new_batch()
    packing.add(rows)
    store.append(packing.batch())


async def _filled(use: StoreUse, rows: Sequence[RowTuple], batch: int = 10, max_cell_bytes: int = 65536) -> RowStore:
    store = RowStore(use, max_cell_bytes, 2**20)
    for start in range(0, len(rows), batch):
        _add(store, rows[start : start + batch])
        await store.make_room()
    return store


ROWS: list[RowTuple] = [(n, f"text {n}", None, n / 3) for n in range(105)]


@pytest.fixture(params=["memory", "disk"])
def use(request: pytest.FixtureRequest) -> StoreUse:
    return StoreUse(MANY if request.param == "memory" else 0, MANY)


async def test_a_window_may_lie_anywhere_also_over_the_borders_of_batches(use: StoreUse) -> None:
    store = await _filled(use, ROWS)
    for offset in (0, 5, 9, 10, 11, 95, 100, 104):
        for limit in (1, 2, 10, 11, 25, 1000):
            count, chunks = await store.window(offset, limit, MANY)
            assert _unpacked(chunks) == ROWS[offset : offset + limit]
            assert count == len(ROWS[offset : offset + limit])
    await store.aclose()


async def test_a_window_behind_the_end_is_empty(use: StoreUse) -> None:
    store = await _filled(use, ROWS)
    assert await store.window(105, 10, MANY) == (0, [])
    assert await store.window(10**9, 10, MANY) == (0, [])
    empty = RowStore(use, 16, 16)
    assert await empty.window(0, 10, MANY) == (0, [])
    assert empty.cut_cells(0, 10) == []
    await store.aclose()
    await empty.aclose()


async def test_a_window_is_bounded_in_bytes_and_has_at_least_one_row(use: StoreUse) -> None:
    rows: list[RowTuple] = [(n, "x" * 100) for n in range(30)]
    row_bytes = len(msgpack.packb(rows[0]))
    store = await _filled(use, rows)
    for max_bytes, expected in ((0, 1), (1, 1), (row_bytes, 1), (row_bytes * 3, 3), (row_bytes * 12 + 1, 12)):
        count, chunks = await store.window(0, 30, max_bytes)
        assert count == expected
        assert _unpacked(chunks) == rows[:expected]
    count, chunks = await store.window(8, 30, row_bytes * 3 + 50)
    assert _unpacked(chunks) == rows[8:11]
    await store.aclose()


async def test_whole_cells_are_kept_and_read_in_pieces(use: StoreUse) -> None:
    rows: list[RowTuple] = [(n, "é" * 50 if n % 7 == 0 else "short", bytes([n]) * 80) for n in range(40)]
    store = await _filled(use, rows, max_cell_bytes=16)
    assert store.has_cut_cells
    places = [(one.row, one.column, one.full_bytes) for one in store.cut_cells(7, 8)]
    assert places == [(7, 1, 100), (7, 2, 80), *((n, 2, 80) for n in range(8, 14)), (14, 1, 100), (14, 2, 80)]
    text = await store.cell(7, 1, 0, 1000)
    assert text is not None
    assert (text.piece, text.full_bytes, text.is_text) == ("é".encode() * 50, 100, True)
    piece = await store.cell(39, 2, 70, 1000)
    assert piece is not None
    assert (piece.piece, piece.full_bytes, piece.is_text) == (bytes([39]) * 10, 80, False)
    beyond = await store.cell(39, 2, 80, 10)
    assert beyond is not None
    assert beyond.piece == b""
    await store.aclose()


async def test_a_cell_that_was_not_cut_can_be_read_too_and_a_number_cannot(use: StoreUse) -> None:
    store = await _filled(use, ROWS)
    cell = await store.cell(57, 1, 2, 4)
    assert cell is not None
    assert (cell.piece, cell.full_bytes, cell.is_text) == (b"xt 5", 7, True)
    assert await store.cell(57, 0, 0, 10) is None
    assert await store.cell(57, 2, 0, 10) is None
    await store.aclose()


async def test_rows_stay_in_memory_until_all_results_together_hold_too_much() -> None:
    use = StoreUse(3000, MANY)
    first = await _filled(use, ROWS[:20])
    assert use.memory_bytes > 0
    assert use.disk_bytes == 0
    second = await _filled(use, ROWS * 3)
    assert use.memory_bytes <= 3000
    assert use.disk_bytes > 0
    assert _unpacked((await second.window(0, 1000, MANY))[1]) == ROWS * 3
    assert _unpacked((await first.window(0, 1000, MANY))[1]) == ROWS[:20]
    await first.aclose()
    await second.aclose()
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)


async def test_closing_gives_everything_back(use: StoreUse) -> None:
    before = _open_files()
    store = await _filled(use, ROWS, max_cell_bytes=16)
    assert use.memory_bytes + use.disk_bytes > 0
    await store.aclose()
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)
    assert _open_files() == before


async def test_the_limit_on_disk_is_kept_and_what_is_there_stays_readable() -> None:
    use = StoreUse(0, 2000)
    store = RowStore(use, 65536, 2**20)
    kept = 0
    while kept < 30:
        _add(store, ROWS[:10])
        await store.make_room()
        kept += 10
    for _ in range(20):
        _add(store, ROWS[:10])
    with pytest.raises(LimitExceeded) as reached:
        await store.make_room()
    assert reached.value.data().details == {"limit": "max_results_disk_bytes", "maximum": 2000}
    assert 0 < use.disk_bytes <= 2000
    assert _unpacked((await store.window(0, kept, MANY))[1]) == ROWS[:10] * (kept // 10)
    assert _unpacked((await store.window(kept, 10, MANY))[1]) == ROWS[:10]
    await store.aclose()
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)


async def test_the_limit_on_disk_is_for_all_results_together() -> None:
    use = StoreUse(0, 6000)
    first = await _filled(use, ROWS)
    second = RowStore(use, 65536, 2**20)
    _add(second, ROWS * 3)
    with pytest.raises(LimitExceeded):
        await second.make_room()
    await second.aclose()
    assert 0 < use.disk_bytes < 6000
    await first.aclose()
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)


async def test_rows_that_could_not_be_moved_yet_are_moved_later() -> None:
    """A cancel may come between two batches; what was appended is neither lost nor doubled."""
    use = StoreUse(0, MANY)
    store = RowStore(use, 65536, 2**20)
    for start in range(0, 100, 10):
        _add(store, ROWS[start : start + 10])
        with anyio.CancelScope() as scope:
            scope.cancel()
            await store.make_room()
    await store.make_room()
    assert use.memory_bytes == 0
    assert _unpacked((await store.window(0, 1000, MANY))[1]) == ROWS[:100]
    await store.aclose()


def _open_files() -> set[str]:
    found = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            found.add(f"{descriptor.name} {descriptor.readlink()}")
        except OSError:  # the listing's own
            continue
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc to look at open files")
async def test_the_file_has_no_name_and_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    before = _open_files()
    store = await _filled(StoreUse(0, MANY), ROWS)
    assert list(tmp_path.iterdir()) == []
    (opened,) = _open_files() - before
    descriptor = int(opened.split()[0])
    assert str(tmp_path) in opened
    assert os.fstat(descriptor).st_mode & 0o077 == 0
    assert os.fstat(descriptor).st_nlink == 0
    await store.aclose()


async def test_the_file_is_gone_when_its_process_is_killed(tmp_path: Path) -> None:
    program = """
        import asyncio, sys
        from litebase.results.store import RowStore
        from litebase.results.use import StoreUse

        async def main():
            store = RowStore(StoreUse(0, 2**40), 65536, 2**20)
            packing = store.new_batch()
            packing.add([("x" * 1000,)] * 1000)
            store.append(packing.batch())
            await store.make_room()
            print(store._use.disk_bytes, flush=True)
            sys.stdin.read()

        asyncio.run(main())
        """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 1_000_000
        process.kill()
    assert list(tmp_path.iterdir()) == []


async def test_the_oldest_rows_go_to_the_file_first_and_the_newest_stay_in_memory() -> None:
    use = StoreUse(4 * 2**20, MANY)
    rows: list[RowTuple] = [(n, "x" * 1000) for n in range(6000)]
    store = await _filled(use, rows, batch=100)
    assert 2**20 < use.memory_bytes <= 4 * 2**20
    assert use.disk_bytes + use.memory_bytes > 6_000_000
    for offset in (0, 1000, 2500, 3900, 4100, 5900):
        count, chunks = await store.window(offset, 300, MANY)
        assert _unpacked(chunks) == rows[offset : offset + count]
    await store.aclose()
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)


async def test_results_that_write_at_the_same_time_keep_the_limit_on_disk_together() -> None:
    use = StoreUse(0, 6000)
    stores = [RowStore(use, 65536, 2**20) for _ in range(8)]
    refused = 0

    async def keep(store: RowStore) -> None:
        nonlocal refused
        _add(store, ROWS)
        try:
            await store.make_room()
        except LimitExceeded:
            refused += 1

    async with anyio.create_task_group() as tasks:
        for store in stores:
            tasks.start_soon(keep, store)
    assert refused
    assert 0 < use.disk_bytes <= 6000
    for store in stores:
        assert _unpacked((await store.window(0, 1000, MANY))[1]) == ROWS
        await store.aclose()
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)


CELLS = st.one_of(st.none(), st.integers(0, 2**40), st.text(max_size=60), st.binary(max_size=200))
BATCHES = st.lists(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12), min_size=1, max_size=12)


@settings(deadline=None, max_examples=100)
@given(
    batches=BATCHES,
    max_memory=st.sampled_from((0, 200, 1000, MANY)),
    max_disk=st.sampled_from((0, 300, MANY)),
    max_cell=st.sampled_from((1, 16, 1000)),
    windows=st.lists(st.tuples(st.integers(0, 150), st.integers(1, 150), st.integers(0, 2000)), max_size=8),
    stopped=st.sets(st.integers(0, 12)),
)
def test_wherever_rows_are_kept_every_window_and_every_cell_is_right(
    batches: list[list[RowTuple]],
    max_memory: int,
    max_disk: int,
    max_cell: int,
    windows: list[tuple[int, int, int]],
    stopped: set[int],
) -> None:
    """Against a list in memory: windows, whole cells and counts, with cancels and a full disk between batches."""
    use = StoreUse(max_memory, max_disk)
    rows = [row for batch in batches for row in batch]

    async def play() -> None:
        store = RowStore(use, max_cell, 2**20)
        for number, batch in enumerate(batches):
            _add(store, batch)
            with anyio.CancelScope() as scope, suppress(LimitExceeded):
                if number in stopped:
                    scope.cancel()
                await store.make_room()
        assert use.disk_bytes <= max_disk
        for offset, limit, max_bytes in [*windows, (0, 1000, MANY)]:
            await _look(store, rows, offset, limit, max_bytes)
        await store.aclose()

    anyio.run(play)
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)


async def _look(store: RowStore, rows: list[RowTuple], offset: int, limit: int, max_bytes: int) -> None:
    count, chunks = await store.window(offset, limit, max_bytes)
    got = _unpacked(chunks)
    wanted = rows[offset : offset + limit]
    assert count == len(got)
    assert count == len(wanted) if max_bytes == MANY else bool(count) == bool(wanted)
    assert sum(map(len, chunks)) <= max_bytes or count == 1
    cut = {(one.row, one.column) for one in (store.cut_cells(offset, count) if count else [])}
    for number, (row, kept) in enumerate(zip(got, wanted[:count], strict=True), offset):
        for column, (cell, whole) in enumerate(zip(row, kept, strict=True)):
            assert (cell != whole) == ((number, column) in cut)
            if isinstance(whole, str | bytes):
                piece = await store.cell(number, column, 1, 50)
                content = whole.encode() if isinstance(whole, str) else whole
                assert piece is not None
                assert (piece.piece, piece.full_bytes) == (content[1:51], len(content))
