"""How long a health check takes: the cost of a request itself, alone and during heavy reading."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
from litebase_schema.health import HealthCheckRequest

from litebase.client import connect
from tools.bench import databases, processes
from tools.bench.cores import apart
from tools.bench.figure import Figure, Goal
from tools.bench.programs import busy_reader
from tools.bench.programs.echo import Echo, echo
from tools.bench.raw_client import RawClient, packed
from tools.bench.sizes import Sizes
from tools.bench.timing import Block, block, distribution, percentile, typical

_REQUEST = packed("health", "health_check", {})
_PREFIX_BYTES = 4


def measure(sizes: Sizes) -> list[Figure]:
    """p50 and p99 alone, through the Python client, and while another client reads rows."""
    database = databases.wide(sizes.folder, sizes.rows)
    with processes.backend() as backend, RawClient(backend.socket) as client:
        answer_bytes = _PREFIX_BYTES + len(_check(client))
        with echo(len(_REQUEST), answer_bytes) as echoing, apart([backend.pid, echoing.pid]):
            ours, raw = _alternating(client, echoing, sizes)
            python = anyio.run(_through_python_client, backend.endpoint, sizes)
        where = {"engine": "sqlite", "path": str(database), "mode": "read_only"}
        beside = beside_reader("SQLite", backend.socket, where, databases.ALL_ROWS, client, sizes)
    alone = "Unix socket echo of the same sizes, both on two cores"
    below = Goal("ours", "below", 1)
    return [
        Figure("health check, p50", "ms", typical(ours, 50), typical(raw, 50), alone, Goal("ratio", "below", 3)),
        Figure("health check, p99", "ms", typical(ours, 99), typical(raw, 99), alone, below, distribution(ours)),
        Figure("health check by the Python client, p50", "ms", percentile(python, 50), typical(raw, 50), alone),
        *beside,
    ]


def _check(client: RawClient) -> memoryview:
    client.send(_REQUEST)
    return client.receive()


def _alternating(client: RawClient, echoing: Echo, sizes: Sizes) -> tuple[list[Block], list[Block]]:
    ours, raw = [], []
    block(lambda: _check(client), sizes.block_requests)  # warm up
    for _ in range(sizes.blocks):
        ours.append(block(lambda: _check(client), sizes.block_requests))
        raw.append(block(echoing.round_trip, sizes.block_requests))
    return ours, raw


async def _through_python_client(endpoint: dict[str, str], sizes: Sizes) -> Block:
    times = []
    async with connect(endpoint) as client:
        for _ in range(sizes.block_requests):
            started = anyio.current_time()
            await client.health_check(HealthCheckRequest())
            times.append(1000 * (anyio.current_time() - started))
    return sorted(times)


def beside_reader(
    engine: str, socket: Path, where: Mapping[str, Any], sql: str, client: RawClient, sizes: Sizes
) -> list[Figure]:
    """p50 and p99 while another client reads a whole result again and again; `where` is its `db_connect` data."""
    answer_bytes = _PREFIX_BYTES + len(_check(client))
    with echo(len(_REQUEST), answer_bytes) as echoing, busy_reader.running(socket, where, sql) as stop:
        ours, raw = _alternating(client, echoing, sizes)
        rows_s = stop()
    question = f"health check while {sizes.rows:,} rows stream from {engine} to another client"
    echoed = f"Unix socket echo of the same sizes, at {rows_s:,.0f} rows/s"
    goal, curve = Goal("ours", "below", 5), distribution(ours)
    return [
        Figure(f"{question}, p50", "ms", typical(ours, 50), typical(raw, 50), echoed),
        Figure(f"{question}, p99", "ms", typical(ours, 99), typical(raw, 99), echoed, goal, curve),
    ]
