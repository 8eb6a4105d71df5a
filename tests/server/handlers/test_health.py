"""Health, as a client sees it: counts that are true, and reasons when something is wrong."""

import time
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.health import HealthCheckRequest, HealthResponse
from litebase_schema.opaque import PackedRows
from litebase_schema.query import CloseResultRequest, FetchRequest
from litebase_schema.registry import PROTOCOL_MAJOR, PROTOCOL_MINOR

from litebase import __version__
from litebase.client import Client, RequestFailed
from litebase.process.memory import Memory
from litebase.process.watchdog import LoopHealth
from litebase.server.backend import Backend
from litebase.server.clients import serve_clients
from litebase.settings import Settings
from litebase.transport import UnixAddress, listen
from tests.conftest import RunningBackend, unix_only
from tests.end_to_end.inside import listening
from tests.server.room import ENDLESS, ENDLESS_ROWS, QuietLog, numbers, serving
from tests.work import SOON_S

pytestmark = pytest.mark.anyio


async def test_a_backend_that_is_well_says_so(client: Client, backend: RunningBackend) -> None:
    health = await client.health_check(HealthCheckRequest())
    assert (health.status, health.reasons) == ("healthy", [])
    assert (health.version, health.pid) == (__version__, backend.pid)
    assert (health.protocol.major, health.protocol.minor) == (PROTOCOL_MAJOR, PROTOCOL_MINOR)
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


async def health_of(client: Client) -> HealthResponse:
    """What health says; its sentences and its words belong together."""
    health = await client.health_check(HealthCheckRequest())
    assert len(health.problems) == len(health.reasons)
    assert health.status == ("degraded" if health.problems else "healthy")
    return health


@pytest.mark.fault("L14", "R03")
async def test_lost_log_lines_are_told_for_a_while() -> None:
    writer = QuietLog(dropped=7, last_drop_s=time.monotonic())
    async with serving(writer, health_memory_s=0.2) as room, room.client() as client:
        health = await health_of(client)
        assert (health.problems, health.logs_dropped) == (["logs_dropped"], 7)
        await anyio.sleep(0.25)
        health = await health_of(client)
        assert (health.problems, health.logs_dropped) == ([], 7), "it is over, and the count stays"


async def test_results_that_nearly_fill_what_they_may_are_told() -> None:
    async with serving(max_results_disk_bytes=10_000) as room, room.client() as client:
        room.backend.store_use.disk_bytes = 9_000
        assert (await health_of(client)).problems == ["results_near_limit"]
        room.backend.store_use.disk_bytes = 0
        assert (await health_of(client)).problems == []


@pytest.mark.fault("L21")
async def test_requests_that_wait_for_a_database_session_are_told_and_health_does_not_wait(tmp_path: Path) -> None:
    async with serving(max_db_sessions=2) as room, room.client() as asking, room.database(tmp_path / "a.db") as busy:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(busy.query, ENDLESS)
            tasks.start_soon(busy.query, ENDLESS)
            await anyio.sleep(0.1)
            assert (await health_of(asking)).problems == [], "all are in use and nobody waits"
            tasks.start_soon(busy.query, "SELECT 1")
            with anyio.fail_after(SOON_S):
                while (await health_of(asking)).problems != ["pool_exhausted"]:
                    await anyio.sleep(0.01)
            tasks.cancel_scope.cancel()
        assert (await health_of(asking)).problems == []


@pytest.mark.fault("R03")
async def test_a_disk_that_is_nearly_full_is_told_and_keeps_what_is_left(tmp_path: Path) -> None:
    """The bound is above what any disk has free."""
    full: dict[str, Any] = {"min_free_disk_bytes": 2**60, "results_memory_bytes": 1000, "first_rows_s": SOON_S}
    async with serving(**full) as room, room.client() as asking, room.database(tmp_path / "a.db") as database:
        assert (await health_of(asking)).problems == []
        kept = await database.query(numbers(900_000), window_rows=100)
        assert kept.result_id is not None
        with pytest.raises(RequestFailed) as failed:
            await database.client.fetch(FetchRequest(result_id=kept.result_id, offset=800_000, limit=100))
        assert failed.value.code == "limit_exceeded"
        assert failed.value.details.limit == "max_results_disk_bytes"
        health = await health_of(asking)
        assert health.problems == ["disk_short"]
        assert "bytes left" in health.reasons[0]
        first = await database.client.fetch(FetchRequest(result_id=kept.result_id, offset=0, limit=100))
        assert not isinstance(first.rows, PackedRows)
        assert len(first.rows) == 100, "rows that are in memory are given out"
        assert (await database.rows("SELECT 1")) == [[1]], "what needs no disk goes on"


@pytest.mark.fault("R03")
async def test_the_disk_is_looked_at_also_when_nothing_is_written(tmp_path: Path) -> None:
    async with anyio.create_task_group() as tasks:
        listener = await listening(tmp_path)
        settings = Settings(min_free_disk_bytes=2**60, housekeeping_s=0.02)
        backend = Backend(settings, QuietLog(), LoopHealth(), Memory())
        tasks.start_soon(serve_clients, listener, backend, None)
        with anyio.fail_after(SOON_S):
            while not backend.store_use.disk_short:
                await anyio.sleep(0.01)
        await listener.aclose()


@pytest.mark.fault("C15")
@unix_only
@pytest.mark.fault("C15")
async def test_a_socket_file_that_vanished_is_told(tmp_path: Path) -> None:
    async with serving() as room, room.client() as client:
        room.backend.listener = listener = await listen(UnixAddress(tmp_path / "socket"))
        assert (await health_of(client)).problems == []
        (tmp_path / "socket").rename(tmp_path / "elsewhere")
        assert (await health_of(client)).problems == ["endpoint_gone"]
        (tmp_path / "socket").touch()
        assert (await health_of(client)).problems == ["endpoint_gone"], "another file is not it"
        (tmp_path / "elsewhere").replace(tmp_path / "socket")
        assert (await health_of(client)).problems == []
        await listener.aclose()
