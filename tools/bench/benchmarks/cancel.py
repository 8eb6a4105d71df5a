"""How quickly an endless statement is stopped."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import Thread

import msgpack

from tools.bench import processes
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient, Unexpected, packed
from tools.bench.sizes import Sizes
from tools.bench.timing import percentile

_ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
_RUNNING_S = 0.01  # from sending the statement until it is stopped
_PATIENCE_S = 10.0
_TRIES = 10


def measure(sizes: Sizes) -> list[Figure]:
    """From the cancel request to the answer of the query that it stopped, compared with SQLite's own interrupt."""
    ours, theirs = [], []
    with processes.backend() as backend, RawClient(backend.socket) as client, _module() as module:
        connection_id = client.call("db_connect", engine="sqlite", mode="memory")["connection_id"]
        for _ in range(sizes.cancels):
            ours.append(stop_endless(client, connection_id, _ENDLESS))
            theirs.append(module.interrupt())
    name = "interrupt() of the sqlite3 module"
    return [
        Figure(
            f"cancel of an endless query, p{percent}",
            "ms",
            percentile(sorted(ours), percent),
            percentile(sorted(theirs), percent),
            name,
            Goal("ours", "below", 500),
        )
        for percent in (50, 99)
    ]


def stop_endless(client: RawClient, connection_id: str, sql: str) -> float:
    """Milliseconds from the cancel of an endless query to its answer."""
    client.send(packed("endless", "query", {"connection_id": connection_id, "sql": sql}))
    time.sleep(_RUNNING_S)
    cancel = packed("cancel", "cancel", {"request_id": "endless"})
    started = time.perf_counter()
    client.send(cancel)
    answer = client.receive()
    elapsed_s = time.perf_counter() - started
    stopped, confirmed = msgpack.unpackb(answer), msgpack.unpackb(client.receive())
    if stopped["data"].get("code") != "cancelled" or confirmed["data"].get("outcome") != "stopped":
        raise Unexpected(f"A cancel was answered with {stopped['data']} and {confirmed['data']}.")
    return 1000 * elapsed_s


class _Module:
    """A thread that runs the endless statement, once for each True in `wanted`."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.wanted: SimpleQueue[bool] = SimpleQueue()
        self._database = database
        self._ended: SimpleQueue[float] = SimpleQueue()

    def run(self) -> None:
        """Run statements, in the thread, until no more are wanted."""
        while self.wanted.get():
            try:
                self._database.execute(_ENDLESS).fetchone()
            except sqlite3.OperationalError:
                self._ended.put(time.perf_counter())

    def interrupt(self) -> float:
        """Milliseconds from the interrupt to the end of the statement."""
        self.wanted.put(True)
        time.sleep(_RUNNING_S)
        for _ in range(_TRIES):  # if the statement has not begun yet, as on a busy machine, an interrupt is lost
            started = time.perf_counter()
            self._database.interrupt()
            with suppress(Empty):
                return 1000 * (self._ended.get(timeout=_PATIENCE_S / _TRIES) - started)
        raise TimeoutError(f"The statement did not end within {_PATIENCE_S:g} s.")


@contextmanager
def _module() -> Iterator[_Module]:
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as database:
        module = _Module(database)
        thread = Thread(target=module.run, daemon=True)
        thread.start()
        try:
            yield module
        finally:
            module.wanted.put(False)
            database.interrupt()
            thread.join(_PATIENCE_S)
