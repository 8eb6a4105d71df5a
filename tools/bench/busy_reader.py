"""A child that reads a whole result again and again, until its stdin is closed: the load beside a health check.

    python -m tools.bench.busy_reader SOCKET DATABASE

It says `reading` with the first window, and at the end how many rows per second it read.
"""

import select
import sys
import time
from pathlib import Path

from tools.bench.databases import ALL_ROWS
from tools.bench.raw_client import RawClient
from tools.bench.walk import read_windows


def main() -> None:
    """Read until told to stop."""
    socket, database = map(Path, sys.argv[1:])
    rows = 0
    with RawClient(socket) as client:
        connection_id = client.connect_sqlite(database)
        started = time.perf_counter()
        while not _told_to_stop():
            for count, _ in read_windows(client, connection_id, ALL_ROWS):
                if not rows:
                    print("reading", flush=True)
                rows += count
        print(rows / (time.perf_counter() - started), flush=True)


def _told_to_stop() -> bool:
    return bool(select.select([sys.stdin], [], [], 0)[0])


if __name__ == "__main__":
    main()
