"""How long a window takes: a random one of a stored result, and the first one of a large table."""

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import IO

from tools.bench import databases, processes
from tools.bench.databases import ALL_ROWS
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient, head, packed
from tools.bench.reading import SCREEN_ROWS, ask_next, fetch, store
from tools.bench.sizes import Sizes
from tools.bench.timing import Block, block, percentile, seconds, typical

_MIB = 1024 * 1024


def measure(sizes: Sizes) -> list[Figure]:
    """p50 and p99 of random windows; the first window of a table of ten million rows."""
    with processes.backend() as backend, RawClient(backend.socket) as client:
        ours, read = _random_windows(client, sizes)
        first, first_row = _first_windows(client, sizes)
    question = f"{SCREEN_ROWS} rows of a stored result of {sizes.rows:,}"
    plain = "seek and read in a file of the same size"
    return [
        Figure(f"{question}, p50", "ms", typical(ours, 50), typical(read, 50), plain, Goal("ours", "below", 1)),
        Figure(f"{question}, p99", "ms", typical(ours, 99), typical(read, 99), plain, Goal("ours", "below", 5)),
        Figure(
            f"first {SCREEN_ROWS} rows of {sizes.many_rows:,}, p50",
            "ms",
            percentile(first, 50),
            percentile(first_row, 50),
            "first row by the sqlite3 module",
            Goal("difference", "below", 10),
        ),
    ]


def _random_windows(client: RawClient, sizes: Sizes) -> tuple[list[Block], list[Block]]:
    random = Random(1)  # noqa: S311  # the same windows in each run
    connection_id = client.connect_sqlite(databases.wide(sizes.folder, sizes.rows))
    result_id, result_bytes = store(client, connection_id, ALL_ROWS, sizes.rows)
    offsets = [random.randrange(sizes.rows - SCREEN_ROWS) for _ in range(sizes.block_requests)]
    frames = [fetch(result_id, offset) for offset in offsets]
    ours, read = [], []
    with _file_of(result_bytes, sizes.folder) as file:
        window_bytes = result_bytes * SCREEN_ROWS // sizes.rows
        places = [offset * result_bytes // sizes.rows for offset in offsets]
        for _ in range(sizes.blocks):
            ours.append(block(partial(ask_next, client, iter(frames)), sizes.block_requests))
            read.append(block(partial(_read_next, file, iter(places), window_bytes), sizes.block_requests))
    client.call("close_result", result_id=result_id)
    return ours, read


def _read_next(file: IO[bytes], places: Iterator[int], size: int) -> None:
    file.seek(next(places))
    file.read(size)


@contextmanager
def _file_of(size: int, folder: Path) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        piece = os.urandom(_MIB)
        for _ in range(size // _MIB + 1):
            file.write(piece)
        yield file


def _first_windows(client: RawClient, sizes: Sizes) -> tuple[Block, Block]:
    path = databases.narrow(sizes.folder, sizes.many_rows)
    connection_id = client.connect_sqlite(path)
    query = packed("f", "query", {"connection_id": connection_id, "sql": ALL_ROWS, "window_rows": SCREEN_ROWS})
    ours, theirs = [], []
    with closing(sqlite3.connect(path)) as database:
        for _ in range(sizes.blocks * sizes.repeats):
            ours.append(_first_window(client, query))
            theirs.append(1000 * seconds(lambda: database.execute(ALL_ROWS).fetchone()))
    return sorted(ours), sorted(theirs)


def _first_window(client: RawClient, query: bytes) -> float:
    """Milliseconds until the answer was read. Closes the result afterwards."""
    started = time.perf_counter()
    client.send(query)
    payload = client.receive()
    elapsed_s = time.perf_counter() - started
    client.call("close_result", result_id=head(payload).data["result_id"])
    return 1000 * elapsed_s
