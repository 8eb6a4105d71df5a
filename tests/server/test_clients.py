"""Clients come and go, and a fault in one channel or in the housekeeping reaches nobody else."""

import asyncio
import threading
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.health import HealthCheckRequest
from structlog.testing import capture_logs

from litebase.client import BackendGone, RequestFailed, connect
from litebase.server.channel import Channel
from litebase.settings import Settings
from tests.end_to_end.inside import open_stream, serving
from tests.server.room import open_database
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

_WORKERS = 10  # threads of anyio's own, which look at paths and disks


@pytest.mark.fault("L16")
async def test_a_fault_in_one_channel_ends_that_channel_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if our own code were wrong: no request of a client does this."""
    real = Channel._accept

    async def faulty(self: Channel, message: Any, tasks: Any) -> None:
        if message.type == "cancel":
            raise ZeroDivisionError
        await real(self, message, tasks)

    monkeypatch.setattr(Channel, "_accept", faulty)
    with capture_logs() as logs:
        async with serving(tmp_path, Settings()) as server, connect(server.endpoint) as other:
            async with await open_stream(server.endpoint) as stream, connect(stream) as hurt:
                await hurt.start("cancel", CancelRequest(request_id="x"))
                with anyio.fail_after(SOON_S):
                    while "channel_failed" not in [told["event"] for told in logs] or len(server.backend.clients) > 1:
                        await anyio.sleep(0.01)
            assert (await other.health_check(HealthCheckRequest())).clients == 1
    assert [told["event"] for told in logs if told["log_level"] == "error"] == ["channel_failed"]


@pytest.mark.fault("L16")
async def test_an_answer_that_cannot_be_packed_is_told_as_a_fault_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litebase.process.memory.rss_bytes", lambda: 2**70)
    with capture_logs() as logs:
        async with serving(tmp_path, Settings()) as server, connect(server.endpoint) as client:
            call = await client.start("health_check", HealthCheckRequest())
            with anyio.fail_after(SOON_S), pytest.raises(RequestFailed, match="internal"):
                await call.answer()
            monkeypatch.undo()
            assert (await client.health_check(HealthCheckRequest())).clients > 0
    assert "request_failed" in [told["event"] for told in logs]


@pytest.mark.fault("L16")
async def test_housekeeping_goes_on_after_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(housekeeping_s=0.02, pool_idle_s=0.01)
    with capture_logs() as logs:
        async with serving(tmp_path, settings) as server, connect(server.endpoint) as client:
            with monkeypatch.context() as broken:
                broken.setattr("litebase.drivers.pool.Pool.close_idle", _raise)
                await open_database(client, tmp_path / "a.db")
                with anyio.fail_after(SOON_S):
                    while not any(told["event"] == "idle_sessions_not_closed" for told in logs):
                        await anyio.sleep(0.01)
            (session,) = server.backend.clients
            (connection,) = session._connections.values()
            with anyio.fail_after(SOON_S):
                while connection.pool.open_sessions:
                    await anyio.sleep(0.01)


async def _raise(_pool: object) -> None:
    raise RuntimeError("a driver's fault")


@pytest.mark.fault("D15")
async def test_100_open_databases_have_a_thread_each_while_they_are_used_and_none_afterwards(
    tmp_path: Path,
) -> None:
    settings = Settings(housekeeping_s=0.05, pool_idle_s=0.2)
    before = threading.active_count()
    async with serving(tmp_path, settings) as server, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(connect(server.endpoint)) for _ in range(4)]
        databases = [await open_database(clients[n % 4], tmp_path / f"{n}.db") for n in range(100)]
        assert threading.active_count() <= before + 100 + _WORKERS
        with anyio.fail_after(SOON_S):
            while threading.active_count() > before + _WORKERS:
                await anyio.sleep(0.02)
        assert await databases[99].rows("SELECT 1") == [[1]], "it is opened again when it is needed"


TOKEN = "canary-token-0123456789-abcdefghij"


@pytest.mark.fault("T05")
@pytest.mark.fault("T05", "C02", "C04")
async def test_strangers_who_say_nothing_keep_nobody_out(tmp_path: Path) -> None:
    settings = Settings(max_clients=3, max_strangers=4)
    async with serving(tmp_path, settings, TOKEN) as server, AsyncExitStack() as stack:
        silent = [await stack.enter_async_context(await open_stream(server.endpoint)) for _ in range(20)]
        for _ in range(3):
            client = await stack.enter_async_context(connect(await open_stream(server.endpoint)))
            await client.greet(TOKEN)
        with anyio.fail_after(SOON_S), pytest.raises(anyio.EndOfStream):
            await silent[0].receive()
        with anyio.fail_after(SOON_S):
            while len(server.backend.clients) > 3 + 4:
                await anyio.sleep(0.01)
        async with await open_stream(server.endpoint) as late, connect(late) as one_too_many:
            with anyio.fail_after(SOON_S), pytest.raises(BackendGone):
                await one_too_many.greet(TOKEN)
            assert one_too_many.channel_error is not None
            assert one_too_many.channel_error.code == "limit_exceeded"


@pytest.mark.fault("T05")
async def test_100_wrong_tokens_take_longer_and_longer_and_the_right_one_does_not(tmp_path: Path) -> None:
    settings = Settings(wrong_token_pause_s=0.005)
    async with serving(tmp_path, settings, TOKEN) as server:
        took = []
        for number in range(100):
            async with await open_stream(server.endpoint) as stream, connect(stream) as client:
                started = anyio.current_time()
                with pytest.raises(RequestFailed, match="token"):
                    await client.greet(f"{TOKEN}{number}")
                took.append(anyio.current_time() - started)
        assert server.backend.wrong_tokens == 100
        assert min(took[90:]) >= 5.5 * settings.wrong_token_pause_s
        async with await open_stream(server.endpoint) as stream, connect(stream) as client:
            await client.greet(TOKEN)


async def test_a_wake_up_of_the_event_loop_that_is_lost_delays_an_answer_and_does_not_lose_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a thread hands to the loop waits there; the timer of the housekeeping finds it."""
    loop: Any = asyncio.get_running_loop()
    wake = loop._write_to_self
    lost: list[bool] = []

    def lose_one() -> None:
        if lost:
            wake()
        lost.append(True)

    async with serving(tmp_path, Settings(housekeeping_s=0.2)) as server, connect(server.endpoint) as client:
        database = await open_database(client, tmp_path / "a.db")
        monkeypatch.setattr(loop, "_write_to_self", lose_one)
        with anyio.fail_after(SOON_S):
            assert await database.rows("SELECT 1") == [[1]]
        assert lost
