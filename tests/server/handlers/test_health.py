"""Health, as a client sees it: counts that are true, and reasons when something is wrong."""

from pathlib import Path

import pytest
from litebase_schema.health import HealthCheckRequest
from litebase_schema.query import CloseResultRequest

from litebase import __version__
from litebase.client import Client
from tests.conftest import RunningBackend
from tests.server.room import ENDLESS_ROWS, QuietLog, numbers, serving

pytestmark = pytest.mark.anyio


async def test_a_backend_that_is_well_says_so(client: Client, backend: RunningBackend) -> None:
    health = await client.health_check(HealthCheckRequest())
    assert (health.status, health.reasons) == ("healthy", [])
    assert (health.version, health.pid) == (__version__, backend.pid)
    assert (health.protocol.major, health.protocol.minor) == (0, 1)
    assert health.rss_bytes > 10_000_000
    assert health.uptime_ms >= 0
    assert health.requests_in_flight >= 1


async def test_the_counts_are_those_of_all_clients(tmp_path: Path) -> None:
    async with serving(results_memory_bytes=1000) as room, room.client() as asking:
        async with room.database(tmp_path / "a.db") as one, room.database() as other:
            kept = await one.query(numbers(3000), window_rows=2500)
            await other.query(ENDLESS_ROWS, window_rows=1)
            health = await asking.health_check(HealthCheckRequest())
            assert (health.clients, health.connections, health.results) == (3, 2, 2)
            assert health.results_disk_bytes > 2500
            assert health.requests_in_flight == 1
            assert kept.result_id is not None
            await one.client.close_result(CloseResultRequest(result_id=kept.result_id))
            health = await asking.health_check(HealthCheckRequest())
            assert health.results == 1
            assert health.results_disk_bytes < 2500
        while (health := await asking.health_check(HealthCheckRequest())).clients > 1:
            pass
        assert (health.connections, health.results) == (0, 0)
        assert (health.results_memory_bytes, health.results_disk_bytes) == (0, 0)


async def test_lost_log_lines_and_a_near_full_store_are_reasons() -> None:
    async with serving(QuietLog(dropped=7)) as room, room.client() as client:
        health = await client.health_check(HealthCheckRequest())
        assert (health.status, health.logs_dropped) == ("degraded", 7)
        assert len(health.reasons) == 1
    async with serving(max_results_disk_bytes=10_000) as room, room.client() as client:
        room.backend.store_use.disk_bytes = 9_000
        health = await client.health_check(HealthCheckRequest())
        assert health.status == "degraded"
        room.backend.store_use.disk_bytes = 0
        assert (await client.health_check(HealthCheckRequest())).status == "healthy"
