"""Reads a whole result again and again until its stdin is closed: the load beside a health check.

    python -m tools.bench.programs.busy_reader SOCKET

The first line on stdin is JSON: `target` says how to connect to the database, `sql` what to read. The program prints
`reading` after the first window, and at the end how many rows per second it read.
"""

import json
import select
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.bench import processes
from tools.bench.raw_client import RawClient
from tools.bench.reading import read_windows


@contextmanager
def running(socket: Path, target: Mapping[str, Any], sql: str) -> Iterator[Callable[[], float]]:
    """Run the program during the block. The yielded function stops it and returns its rows per second."""
    with processes.child(processes.python("tools.bench.programs.busy_reader", socket)) as reader:
        processes.say(reader, {"target": dict(target), "sql": sql})
        processes.first_line(reader)

        def stop() -> float:
            assert reader.stdin is not None, "`child` makes a pipe"
            reader.stdin.close()
            return float(processes.first_line(reader))

        yield stop


def main() -> None:
    """Read until stdin is closed."""
    order = json.loads(sys.stdin.readline())
    rows = 0
    with RawClient(Path(sys.argv[1])) as client:
        connection_id = client.call("db_connect", **order["target"])["connection_id"]
        started = time.perf_counter()
        while not _is_stopped():
            for count, _ in read_windows(client, connection_id, order["sql"]):
                if not rows:
                    print("reading", flush=True)
                rows += count
        print(rows / (time.perf_counter() - started), flush=True)


def _is_stopped() -> bool:
    return bool(select.select([sys.stdin], [], [], 0)[0])


if __name__ == "__main__":
    main()
