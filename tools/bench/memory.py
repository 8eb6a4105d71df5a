"""How much memory the backend takes while ten million rows are read, fast or not at all."""

import time
from collections.abc import Iterable, Iterator
from operator import itemgetter

from tools.bench import databases, processes
from tools.bench.databases import ALL_ROWS
from tools.bench.figure import Curve, Figure, Goal
from tools.bench.raw_client import RawClient, packed
from tools.bench.rss import rss_mb
from tools.bench.sizes import Sizes
from tools.bench.walk import WINDOW_ROWS, read_windows

_GOAL = Goal("ours", "below", 90)
_WINDOWS_BEFORE_PAUSE = 3
_UNREAD_WINDOWS = 60
_SAMPLE_S = 0.02
_POINTS = 300


def measure(sizes: Sizes) -> list[Figure]:
    """The most memory seen with a fast reader, one that pauses, and one that asks for much and reads nothing."""
    path = databases.narrow(sizes.folder, sizes.many_rows)
    with processes.backend() as backend, RawClient(backend.socket) as client:
        fast = rss_while(read_windows(client, client.connect_sqlite(path), ALL_ROWS), backend.pid)
    with processes.backend() as backend, RawClient(backend.socket) as client:
        windows = read_windows(client, client.connect_sqlite(path), ALL_ROWS)
        for _ in range(_WINDOWS_BEFORE_PAUSE):
            next(windows)
        paused = peak_mb(backend.pid, sizes.pause_s)
    with processes.backend() as backend, RawClient(backend.socket) as client:
        _ask_and_never_read(client, client.connect_sqlite(path))
        unread = peak_mb(backend.pid, sizes.pause_s)
    with processes.child(processes.python("tools.bench.module_reader", path)) as reader:
        alone = float(processes.first_line(reader))
    module = "process with the sqlite3 module alone"
    question = f"most memory, {sizes.many_rows:,} rows"
    return [
        Figure(f"{question}, fast reader", "MB", peak_of(fast), alone, module, _GOAL, fast),
        Figure(f"{question}, paused reader", "MB", paused, alone, module, _GOAL),
        Figure(f"{question}, {_UNREAD_WINDOWS} windows asked for and none read", "MB", unread, alone, module, _GOAL),
    ]


def _ask_and_never_read(client: RawClient, connection_id: str) -> None:
    query = {"connection_id": connection_id, "sql": ALL_ROWS, "window_rows": 1}
    result_id = client.call("query", **query)["result_id"]
    for number in range(_UNREAD_WINDOWS):
        window = {"result_id": result_id, "offset": number * WINDOW_ROWS, "limit": WINDOW_ROWS}
        client.send(packed(str(number), "fetch", window))


def rss_while(windows: Iterable[object], pid: int) -> Curve:
    """Seconds and MB: a process's memory while windows are read."""
    started = time.monotonic()
    every = [(time.monotonic() - started, rss_mb(pid)) for _ in windows]
    return [max(some, key=itemgetter(1)) for some in _pieces(every)]


def _pieces(curve: Curve) -> Iterator[Curve]:
    """In a few hundred points at most; a peak stays one."""
    size = -(-len(curve) // _POINTS)
    return (curve[begin : begin + size] for begin in range(0, len(curve), size))


def peak_of(curve: Curve) -> float:
    """The highest value."""
    return max(y for _, y in curve)


def peak_mb(pid: int, duration_s: float) -> float:
    """The most memory of a process that is seen within a time."""
    deadline = time.monotonic() + duration_s
    peak = 0.0
    while time.monotonic() < deadline:
        peak = max(peak, rss_mb(pid))
        time.sleep(_SAMPLE_S)
    return peak
