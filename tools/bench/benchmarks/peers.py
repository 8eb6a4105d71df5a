"""Rows per second compared with a Node.js process that does the same with the usual drivers: read, pack, send."""

from collections.abc import Iterator, Mapping
from functools import partial
from statistics import median
from typing import Any

from tools.bench import databases, peer, processes
from tools.bench.databases import ALL_ROWS
from tools.bench.engines import MARIADB, POSTGRESQL, connected, target
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient
from tools.bench.reading import expect_rows, read_all
from tools.bench.sizes import Sizes
from tools.bench.timing import seconds
from tools.services import mariadb, postgresql

_MOST_REPEATS = 3  # a peer is slow
_TWICE, _FASTER = Goal("ratio", "at least", 2.0), Goal("ratio", "at least", 1.0)


def measure(sizes: Sizes) -> list[Figure]:
    """One figure per engine, both sides in turn."""
    peer.installed()  # before anything is timed
    return [*_sqlite(sizes), *_postgresql(sizes), *_mariadb(sizes)]


def _sqlite(sizes: Sizes) -> Iterator[Figure]:
    path = databases.wide(sizes.folder, sizes.rows)
    where = {"engine": "sqlite", "path": str(path)}
    with processes.backend() as backend, RawClient(backend.socket) as client:
        speeds = _speeds(client, client.connect_sqlite(path), where, ALL_ROWS, sizes)
        yield _figure("SQLite", "node:sqlite", speeds, sizes, None)


def _postgresql(sizes: Sizes) -> Iterator[Figure]:
    with postgresql() as service, connected(service) as (_, client, connection_id):
        client.call("query", connection_id=connection_id, sql=POSTGRESQL.make_wide.format(rows=sizes.rows))
        speeds = _speeds(client, connection_id, target(service), POSTGRESQL.all_rows, sizes)
        yield _figure("PostgreSQL", "pg, pg-cursor", speeds, sizes, _TWICE)


def _mariadb(sizes: Sizes) -> Iterator[Figure]:
    with mariadb() as service, connected(service) as (_, client, connection_id):
        client.call("query", connection_id=connection_id, sql=MARIADB.make_wide.format(rows=sizes.rows))
        speeds = _speeds(client, connection_id, target(service), MARIADB.all_rows, sizes)
        yield _figure("MariaDB", "mysql2", speeds, sizes, _FASTER)


def _speeds(
    client: RawClient, connection_id: str, where: Mapping[str, Any], sql: str, sizes: Sizes
) -> tuple[float, float]:
    """Rows per second, ours and the peer's. Each reads once before it counts, to warm up."""
    ours: list[float] = []
    theirs: list[float] = []
    with peer.peer(where, sql) as other:
        ways = (partial(read_all, client, connection_id, sql), partial(peer.read_all, other))
        for way in ways:
            expect_rows(way(), sizes.rows)
        for _ in range(min(sizes.repeats, _MOST_REPEATS)):
            for way, times in zip(ways, (ours, theirs), strict=True):
                times.append(seconds(way))
    return sizes.rows / median(ours), sizes.rows / median(theirs)


def _figure(title: str, package: str, speeds: tuple[float, float], sizes: Sizes, goal: Goal | None) -> Figure:
    name = f"Node.js with {package} and msgpackr"
    return Figure(f"{title}, {sizes.rows:,} rows x 10 columns", "rows/s", *speeds, name, goal)
