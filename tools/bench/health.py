"""How long a health check takes there and back: the cost of a request by itself, alone and beside heavy reading."""

from pathlib import Path

import anyio
from litebase_schema.health import HealthCheckRequest

from litebase.client import connect
from tools.bench import databases, processes
from tools.bench.cores import apart
from tools.bench.echo import Echo, echo
from tools.bench.figure import Figure, Goal
from tools.bench.raw_client import RawClient, packed
from tools.bench.sizes import Sizes
from tools.bench.timing import Block, block, percentile, typical

_REQUEST = packed("health", "health_check", {})
_PREFIX_BYTES = 4


def measure(sizes: Sizes) -> list[Figure]:
    """p50 and p99 alone, through the Python client, and while another client reads rows."""
    database = databases.wide(sizes.folder, sizes.rows)
    with processes.backend() as backend, RawClient(backend.socket) as client:
        answer_bytes = _PREFIX_BYTES + len(_check(client))
        with echo(len(_REQUEST), answer_bytes) as echoing:
            with apart([backend.pid, echoing.pid]):
                ours, raw = _alternating(client, echoing, sizes)
                python = anyio.run(_through_python_client, backend.endpoint, sizes)
            loaded, loaded_raw, rows_s = _beside_reader(backend.socket, database, client, echoing, sizes)
    beside = f"while {sizes.rows:,} rows stream to another client"
    echoed = "Unix socket echo of the same sizes"
    alone = f"{echoed}, both on two cores"
    return [
        Figure("health check, p50", "ms", typical(ours, 50), typical(raw, 50), alone, Goal("ratio", "below", 3)),
        Figure("health check, p99", "ms", typical(ours, 99), typical(raw, 99), alone, Goal("ours", "below", 1)),
        Figure("health check by the Python client, p50", "ms", percentile(python, 50), typical(raw, 50), alone),
        Figure(f"health check {beside}, p50", "ms", typical(loaded, 50), typical(loaded_raw, 50), echoed),
        Figure(
            f"health check {beside}, p99",
            "ms",
            typical(loaded, 99),
            typical(loaded_raw, 99),
            f"{echoed}, at {rows_s:,.0f} rows/s",
            Goal("ours", "below", 5),
        ),
    ]


def _check(client: RawClient) -> memoryview:
    client.send(_REQUEST)
    return client.receive()


def _alternating(client: RawClient, echoing: Echo, sizes: Sizes) -> tuple[list[Block], list[Block]]:
    ours, raw = [], []
    block(lambda: _check(client), sizes.block_requests)  # warm
    for _ in range(sizes.blocks):
        ours.append(block(lambda: _check(client), sizes.block_requests))
        raw.append(block(echoing.there_and_back, sizes.block_requests))
    return ours, raw


async def _through_python_client(endpoint: dict[str, str], sizes: Sizes) -> Block:
    times = []
    async with connect(endpoint) as client:
        for _ in range(sizes.block_requests):
            started = anyio.current_time()
            await client.health_check(HealthCheckRequest())
            times.append(1000 * (anyio.current_time() - started))
    return sorted(times)


def _beside_reader(
    socket: Path, database: Path, client: RawClient, echoing: Echo, sizes: Sizes
) -> tuple[list[Block], list[Block], float]:
    with processes.child(processes.python("tools.bench.busy_reader", socket, database)) as reader:
        processes.first_line(reader)
        ours, raw = _alternating(client, echoing, sizes)
        assert reader.stdin is not None, "`child` makes a pipe"
        reader.stdin.close()
        return ours, raw, float(processes.first_line(reader))
