"""How much memory the backend needs while ten million rows are read quickly, slowly or not at all."""

from tools.bench import databases, processes
from tools.bench.databases import ALL_ROWS
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient, packed
from tools.bench.reading import WINDOW_ROWS, read_windows
from tools.bench.rss import peak_mb, peak_of, rss_while
from tools.bench.sizes import Sizes

_GOAL = Goal("ours", "below", 90)
_WINDOWS_BEFORE_PAUSE = 3
_UNREAD_WINDOWS = 60


def measure(sizes: Sizes) -> list[Figure]:
    """The peak memory with a fast reader, one that pauses, and one that asks for much and reads nothing."""
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
    with processes.child(processes.python("tools.bench.programs.module_reader", path)) as reader:
        alone = float(processes.first_line(reader))
    module = "process with the sqlite3 module alone"
    question = f"peak memory, {sizes.many_rows:,} rows"
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
