"""Where rows are kept: few in memory, many in a file that nobody else sees."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anyio
import msgpack
import pytest

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


async def _filled(use: StoreUse, rows: Sequence[RowTuple], batch: int = 10, max_cell_bytes: int = 65536) -> RowStore:
    store = RowStore(use, max_cell_bytes, 2**20)
    for start in range(0, len(rows), batch):
        store.append(rows[start : start + batch])
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
    store.close()


async def test_a_window_behind_the_end_is_empty(use: StoreUse) -> None:
    store = await _filled(use, ROWS)
    assert await store.window(105, 10, MANY) == (0, [])
    assert await store.window(10**9, 10, MANY) == (0, [])
    empty = RowStore(use, 16, 16)
    assert await empty.window(0, 10, MANY) == (0, [])
    assert empty.cut_cells(0, 10) == []
    store.close()
    empty.close()


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
    store.close()


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
    store.close()


async def test_a_cell_that_was_not_cut_can_be_read_too_and_a_number_cannot(use: StoreUse) -> None:
    store = await _filled(use, ROWS)
    cell = await store.cell(57, 1, 2, 4)
    assert cell is not None
    assert (cell.piece, cell.full_bytes, cell.is_text) == (b"xt 5", 7, True)
    assert await store.cell(57, 0, 0, 10) is None
    assert await store.cell(57, 2, 0, 10) is None
    store.close()


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
    first.close()
    second.close()
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)


async def test_closing_gives_everything_back(use: StoreUse) -> None:
    before = _open_files()
    store = await _filled(use, ROWS, max_cell_bytes=16)
    assert use.memory_bytes + use.disk_bytes > 0
    store.close()
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)
    assert _open_files() == before


async def test_the_limit_on_disk_is_kept_and_what_is_there_stays_readable() -> None:
    use = StoreUse(0, 2000)
    store = RowStore(use, 65536, 2**20)
    kept = 0
    while kept < 30:
        store.append(ROWS[:10])
        await store.make_room()
        kept += 10
    for _ in range(20):
        store.append(ROWS[:10])
    with pytest.raises(LimitExceeded) as reached:
        await store.make_room()
    assert reached.value.data().details == {"limit": "max_results_disk_bytes", "maximum": 2000}
    assert 0 < use.disk_bytes <= 2000
    assert _unpacked((await store.window(0, kept, MANY))[1]) == ROWS[:10] * (kept // 10)
    assert _unpacked((await store.window(kept, 10, MANY))[1]) == ROWS[:10]
    store.close()
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)


async def test_the_limit_on_disk_is_for_all_results_together() -> None:
    use = StoreUse(0, 6000)
    first = await _filled(use, ROWS)
    second = RowStore(use, 65536, 2**20)
    second.append(ROWS * 3)
    with pytest.raises(LimitExceeded):
        await second.make_room()
    second.close()
    assert 0 < use.disk_bytes < 6000
    first.close()
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)


async def test_rows_that_could_not_be_moved_yet_are_moved_later() -> None:
    """A cancel may come between two batches; what was appended is neither lost nor doubled."""
    use = StoreUse(0, MANY)
    store = RowStore(use, 65536, 2**20)
    for start in range(0, 100, 10):
        store.append(ROWS[start : start + 10])
        with anyio.CancelScope() as scope:
            scope.cancel()
            await store.make_room()
    await store.make_room()
    assert use.memory_bytes == 0
    assert _unpacked((await store.window(0, 1000, MANY))[1]) == ROWS[:100]
    store.close()


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
    store.close()


async def test_the_file_is_gone_when_its_process_is_killed(tmp_path: Path) -> None:
    program = """
        import asyncio, sys
        from litebase.results.store import RowStore
        from litebase.results.use import StoreUse

        async def main():
            store = RowStore(StoreUse(0, 2**40), 65536, 2**20)
            store.append([("x" * 1000,)] * 1000)
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
    store.close()
    assert (use.memory_bytes, use.disk_bytes) == (0, 0)
