"""Reads a whole table with the sqlite3 module alone, and prints its peak memory.

python -m tools.bench.programs.module_reader DATABASE
"""

import sqlite3
import sys
from contextlib import closing

from tools.bench.databases import ALL_ROWS
from tools.bench.rss import rss_mb


def main() -> None:
    """Read, and print the peak resident memory in millions of bytes."""
    peak = 0.0
    with closing(sqlite3.connect(sys.argv[1])) as database:
        cursor = database.execute(ALL_ROWS)
        while cursor.fetchmany(10_000):
            peak = max(peak, rss_mb("self"))
    print(peak, flush=True)


if __name__ == "__main__":
    main()
