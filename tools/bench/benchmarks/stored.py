"""What results on disk cost: windows and index of a large one, each row compared with memory, 200 results at once."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from random import Random

import anyio

from litebase.results.batch import RowTuple
from litebase.results.store import RowStore
from litebase.results.use import StoreUse
from litebase.settings import Settings
from tools.bench import databases, processes
from tools.bench.databases import ALL_ROWS
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient, Unexpected
from tools.bench.reading import SCREEN_ROWS, ask_next, fetch, store
from tools.bench.rss import rss_mb
from tools.bench.sizes import Sizes
from tools.bench.timing import Block, block, distribution, seconds, typical

_FEW_ROWS = 100_000  # of two columns, which stay in memory
_RESULTS = 200  # as many as a client may have open
_RESULT_ROWS = 5000
_BATCH_ROWS = 2000
_NO_LIMIT = 2**60
_DISK_BYTES_PER_ROW = 30  # less than a row needs


def measure(sizes: Sizes) -> list[Figure]:
    """Windows and index of a large result, cost per row, many results, and the limit on disk."""
    return [*_large(sizes), *_per_row(sizes), *_many(sizes), *_at_the_limit(sizes)]


def _large(sizes: Sizes) -> Iterator[Figure]:
    path, few = databases.narrow(sizes.folder, sizes.many_rows), min(_FEW_ROWS, sizes.many_rows)
    in_memory_bytes = min(Settings().results_memory_bytes, 2 * sizes.many_rows)  # smaller for few rows
    with ExitStack() as stack:
        disk = stack.enter_context(processes.backend(limits={"results_memory_bytes": in_memory_bytes}))
        memory = stack.enter_context(processes.backend())
        client, other = (stack.enter_context(RawClient(one.socket)) for one in (disk, memory))
        connection_id = client.connect_sqlite(path)
        before_mb = rss_mb(disk.pid)
        result_id, size = store(client, connection_id, ALL_ROWS, sizes.many_rows)
        grown_mb, file_bytes = rss_mb(disk.pid) - before_mb, _unnamed_files(disk.pid)
        other_id, _ = store(other, other.connect_sqlite(path), f"{ALL_ROWS} LIMIT {few}", few)
        on_disk, in_memory = [], []
        for number in range(sizes.blocks):
            on_disk.append(_windows(client, [result_id], sizes.many_rows, sizes, number))
            in_memory.append(_windows(other, [other_id], few, sizes, number))
    question = f"{SCREEN_ROWS} rows of {sizes.many_rows:,} kept on disk"
    beside = f"of {few:,} kept in memory"
    p50, p99 = Goal("ours", "below", 1), Goal("ours", "below", 5)
    yield Figure(f"{question}, p50", "ms", typical(on_disk, 50), typical(in_memory, 50), beside, p50)
    yield Figure(
        f"{question}, p99", "ms", typical(on_disk, 99), typical(in_memory, 99), beside, p99, distribution(on_disk)
    )
    yield Figure("file of such a result, per row", "bytes", file_bytes / sizes.many_rows, size / sizes.many_rows,
                 "on the wire")  # fmt: skip
    yield Figure(
        "memory of such a result once read",
        "MB",
        grown_mb,
        in_memory_bytes / 1e6,
        "rows that may stay in memory",
    )


def _unnamed_files(pid: int) -> int:
    """Bytes of the open files of a process that have no name."""
    return sum(one.stat().st_size for one in Path("/proc", str(pid), "fd").iterdir() if _has_no_name(one))


def _has_no_name(descriptor: Path) -> bool:
    return str(descriptor.readlink()).endswith("(deleted)")


def _windows(client: RawClient, result_ids: list[str], rows: int, sizes: Sizes, seed: int) -> Block:
    random = Random(seed)  # noqa: S311  # the same windows in each run
    count = sizes.block_requests
    frames = [fetch(random.choice(result_ids), random.randrange(rows - SCREEN_ROWS)) for _ in range(count)]
    return block(partial(ask_next, client, iter(frames)), count)


def _per_row(sizes: Sizes) -> Iterator[Figure]:
    path = databases.wide(sizes.folder, sizes.rows)
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(f"{ALL_ROWS} LIMIT {_BATCH_ROWS}").fetchall()
    batches = max(1, sizes.rows // 5 // _BATCH_ROWS)
    written, kept = [], []
    for _ in range(sizes.repeats):
        written.append(1e9 * seconds(partial(anyio.run, _keep, rows, batches, 0)) / batches / len(rows))
        kept.append(1e9 * seconds(partial(anyio.run, _keep, rows, batches, _NO_LIMIT)) / batches / len(rows))
    yield Figure("packing a row of 10 columns and writing it to disk", "ns", typical([sorted(written)], 50),
                 typical([sorted(kept)], 50), "packing it and keeping it in memory")  # fmt: skip


async def _keep(rows: list[RowTuple], batches: int, memory_bytes: int) -> None:
    rows_store = RowStore(StoreUse(memory_bytes, _NO_LIMIT), _NO_LIMIT, _NO_LIMIT)
    for _ in range(batches):
        packing = rows_store.new_batch()
        packing.add(rows)
        rows_store.append(packing.batch())
        await rows_store.make_room()
    await rows_store.aclose()


def _many(sizes: Sizes) -> Iterator[Figure]:
    path = databases.wide(sizes.folder, sizes.rows)
    with processes.backend() as backend, RawClient(backend.socket) as client:
        connection_id = client.connect_sqlite(path)
        sql = f"{ALL_ROWS} LIMIT {_RESULT_ROWS}"
        first_id, _ = store(client, connection_id, sql, _RESULT_ROWS)
        one_mb = rss_mb(backend.pid)
        one = _windows(client, [first_id], _RESULT_ROWS, sizes, 0)
        others = [store(client, connection_id, sql, _RESULT_ROWS)[0] for _ in range(_RESULTS - 1)]
        many_mb = rss_mb(backend.pid)
        many = [_windows(client, [first_id, *others], _RESULT_ROWS, sizes, number) for number in range(sizes.blocks)]
        _refused(client, connection_id, sql, "max_results")
    question, beside = f"{_RESULTS} open results of {_RESULT_ROWS:,} rows", "with one of them open"
    for percent in (50, 99):
        yield Figure(f"{question}: any {SCREEN_ROWS} rows, p{percent}", "ms", typical(many, percent),
                     typical([one], percent), beside)  # fmt: skip
    yield Figure(f"{question}: memory", "MB", many_mb, one_mb, beside, Goal("ours", "below", 90))


def _refused(client: RawClient, connection_id: str, sql: str, limit: str) -> None:
    """Raise unless one more is refused with an error that names the limit."""
    try:
        client.call("query", connection_id=connection_id, sql=sql, window_rows=1)
    except Unexpected as refused:
        if limit in str(refused):
            return
        raise
    raise AssertionError(f"The limit {limit} was not kept.")


def _at_the_limit(sizes: Sizes) -> Iterator[Figure]:
    """Reading stops with an error that names the limit; what was read before stays available and fast."""
    path = databases.wide(sizes.folder, sizes.rows)
    limit = _DISK_BYTES_PER_ROW * sizes.rows
    limits = {"max_results_disk_bytes": limit, "results_memory_bytes": limit // 4}
    with processes.backend(limits=limits) as backend, RawClient(backend.socket) as client:
        kept, result_id = 0, ""
        try:
            answer = client.call(
                "query", connection_id=client.connect_sqlite(path), sql=ALL_ROWS, window_rows=SCREEN_ROWS
            )
            result_id = answer["result_id"]
            while kept < sizes.rows:
                kept += len(client.call("fetch", result_id=result_id, offset=kept, limit=SCREEN_ROWS)["rows"])
        except Unexpected as refused:
            if "max_results_disk_bytes" not in str(refused):
                raise
        if not 2 * SCREEN_ROWS < kept < sizes.rows:
            raise AssertionError(f"{kept:,} of {sizes.rows:,} rows were kept under a limit of {limit:,} bytes.")
        after = _windows(client, [result_id], kept, sizes, 0)
        if _unnamed_files(backend.pid) > limit:
            raise AssertionError("More is on disk than the limit allows.")
    yield Figure(f"rows kept with a limit of {limit:,} bytes on disk", "rows", kept)
    yield Figure(f"any {SCREEN_ROWS} of them after the error, p50", "ms", typical([after], 50))
