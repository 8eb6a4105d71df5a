"""The client's side of a channel: answers find their callers, and callers learn when there will be none."""

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import msgpack
import pytest
from anyio.abc import ByteStream, SocketStream
from litebase_schema.cancel import CancelRequest
from litebase_schema.connection import SqliteTarget
from litebase_schema.errors import (
    ConnectFailedDetails,
    InvalidMessageDetails,
    LimitDetails,
    NotFoundDetails,
    QueryFailedDetails,
)
from litebase_schema.health import HealthCheckRequest
from litebase_schema.query import FetchRequest, QueryRequest

from litebase.client import BackendGone, Client, NotOurBackend, RequestFailed, connect, start_backend
from tests.conftest import Database, OpenDatabase, RunningBackend, unix_only
from tests.end_to_end.inside import open_stream
from tests.end_to_end.process import endpoint_options
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"


IMPOSTOR = """
import os, socket, sys
os.setgid(65534); os.setuid(65534)
listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[1])
listening.listen()
print("ready", flush=True)
print(listening.accept()[0].recv(1000))
"""


@pytest.mark.fault("T04")
@unix_only
@pytest.mark.skipif(sys.platform != "win32" and os.getuid() != 0, reason="NOT TESTED: only root can be another")
async def test_nothing_is_said_to_another_users_program(tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="litebase-test-"))
    folder.chmod(0o777)
    command = [sys.executable, "-c", IMPOSTOR, str(folder / "s")]
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as impostor:
            assert impostor.stdout is not None
            impostor.stdout.readline()
            with pytest.raises(NotOurBackend, match="belongs to another user"):
                async with connect({"transport": "unix", "path": str(folder / "s")}) as client:
                    await client.health_check(HealthCheckRequest())
            assert impostor.stdout.read() == "b''\n", "it heard nothing"
    finally:
        shutil.rmtree(folder)


async def connection_of(client: Client) -> str:
    return (await client.db_connect(SqliteTarget(engine="sqlite", mode="memory"))).connection_id


async def until_in_flight(client: Client, count: int) -> None:
    """Wait until the backend works on `count` requests, the health check included."""
    with anyio.fail_after(SOON_S):
        while (await client.health_check(HealthCheckRequest())).requests_in_flight != count:
            await anyio.sleep(0.01)


async def test_a_pending_call_fails_with_backend_gone_when_the_backend_is_killed(tmp_path: Path) -> None:
    async with start_backend(*endpoint_options(tmp_path)) as backend, connect(backend.endpoint) as client:
        connection_id = await connection_of(client)
        call = await client.start("query", QueryRequest(connection_id=connection_id, sql=ENDLESS))
        await until_in_flight(client, 2)
        backend.process.kill()
        with anyio.fail_after(SOON_S), pytest.raises(BackendGone):
            await call.answer()


async def test_a_call_after_the_backend_has_gone_fails_at_once(tmp_path: Path) -> None:
    async with start_backend(*endpoint_options(tmp_path)) as backend, connect(backend.endpoint) as client:
        await client.greet()
        backend.process.kill()
        await backend.process.wait()
        for _ in range(2):
            with anyio.fail_after(SOON_S), pytest.raises(BackendGone):
                await client.health_check(HealthCheckRequest())


async def test_cancelling_a_caller_cancels_its_request_in_the_backend(tmp_path: Path) -> None:
    async with start_backend(*endpoint_options(tmp_path)) as backend, connect(backend.endpoint) as client:
        connection_id = await connection_of(client)
        with anyio.move_on_after(0.2) as scope:
            await client.query(QueryRequest(connection_id=connection_id, sql=ENDLESS))
        assert scope.cancelled_caught
        health = await client.health_check(HealthCheckRequest())
        assert health.requests_in_flight == 1, "only the health check itself"
        answer = await client.query(QueryRequest(connection_id=connection_id, sql="SELECT 1"))
        assert answer.rows == [[1]]


@unix_only
async def test_cancelling_a_caller_while_its_frame_is_being_sent_leaves_the_channel_usable(tmp_path: Path) -> None:
    async with start_backend(*endpoint_options(tmp_path)) as backend, connect(backend.endpoint) as client:
        connection_id = await connection_of(client)
        os.kill(backend.process.pid, signal.SIGSTOP)  # nobody reads, so that a large frame stays half sent
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_continue_after, backend.process.pid, 0.5)
                with anyio.move_on_after(0.2):
                    sql = f"SELECT '{'x' * 5_000_000}'"
                    await client.query(QueryRequest(connection_id=connection_id, sql=sql))
        finally:
            os.kill(backend.process.pid, signal.SIGCONT)
        with anyio.fail_after(SOON_S):
            assert (await client.health_check(HealthCheckRequest())).clients == 1


async def _continue_after(pid: int, seconds: float) -> None:
    await anyio.sleep(seconds)
    os.kill(pid, signal.SIGCONT)


async def test_requests_of_one_client_run_side_by_side(memory: Database) -> None:
    call = await memory.client.start("query", QueryRequest(connection_id=memory.connection_id, sql=ENDLESS))
    with anyio.fail_after(SOON_S):
        assert (await memory.client.health_check(HealthCheckRequest())).clients > 0
        stopped = await memory.client.cancel(CancelRequest(request_id=call.id))
        assert stopped.outcome == "stopped"
        with pytest.raises(RequestFailed) as failed:
            await call.answer()
    assert failed.value.code == "cancelled"


async def test_the_details_of_a_failed_query_are_typed(memory: Database) -> None:
    with pytest.raises(RequestFailed) as failed:
        await memory.query("SELECT nothing_like_it")
    assert failed.value.code == "query_failed"
    assert isinstance(failed.value.details, QueryFailedDetails)
    assert (failed.value.details.position, failed.value.details.line, failed.value.details.column) == (7, 1, 8)
    assert not failed.value.retryable


async def test_the_details_of_other_errors_are_typed_too(
    client: Client, open_database: OpenDatabase, tmp_path: Path
) -> None:
    with pytest.raises(RequestFailed) as failed:
        await client.fetch(FetchRequest(result_id="r99", offset=0, limit=1))
    assert failed.value.code == "not_found"
    assert failed.value.details == NotFoundDetails(what="result_id", id="r99")

    no_database = tmp_path / "text"
    no_database.write_text("This is no database. " * 100)
    with pytest.raises(RequestFailed) as failed:
        await open_database(no_database)
    assert failed.value.code == "connect_failed"
    details = failed.value.details
    assert type(details) is ConnectFailedDetails
    assert (details.stage, details.engine_code) == ("database", "SQLITE_NOTADB")


async def test_an_error_without_details_has_none(memory: Database) -> None:
    with pytest.raises(RequestFailed) as failed:
        await memory.query("SELECT 1; SELECT 2")
    assert failed.value.code == "unsupported"
    assert failed.value.details is None


async def test_an_error_that_belongs_to_no_request_is_kept_as_the_channel_error(backend: RunningBackend) -> None:
    stream = await open_stream(backend.endpoint)
    async with connect(stream) as client:
        await client.greet()
        await stream.send(b"\xff\xff\xff\xff")  # a frame of 4 GiB
        with anyio.fail_after(SOON_S):
            while client.channel_error is None:
                await anyio.sleep(0.01)
        assert client.channel_error.code == "frame_too_large"
        with anyio.fail_after(SOON_S), pytest.raises(BackendGone):
            await client.health_check(HealthCheckRequest())


@asynccontextmanager
async def peer() -> AsyncIterator[tuple[Client, ByteStream]]:
    """A client, and the other end of its stream: what a backend of another version might say is said by the test."""
    ours, theirs = socket.socketpair()
    stream, other = await SocketStream.from_socket(ours), await SocketStream.from_socket(theirs)
    async with other, connect(stream) as client:
        yield client, other


def frame(message: dict[str, Any]) -> bytes:
    payload = msgpack.packb({"timestamp": datetime.now(UTC), **message}, datetime=True)
    return struct.pack(">I", len(payload)) + bytes(payload)


HEALTH = {
    "status": "sleepy", "reasons": ["It is late."], "problems": ["sleepiness"],
    "version": "9", "protocol": {"major": 0, "minor": 99}, "uptime_ms": 1, "pid": 1,
    "rss_bytes": 0, "clients": 1, "connections": 0, "results": 0, "results_memory_bytes": 0, "results_disk_bytes": 0,
    "requests_in_flight": 1, "logs_dropped": 0, "key_of_the_future": [1],
}  # fmt: skip


async def test_keys_and_values_that_a_later_backend_adds_are_taken() -> None:
    async with peer() as (client, other):
        call = await client.start("health_check", HealthCheckRequest())
        await other.send(frame({"id": call.id, "type": "health_response", "data": HEALTH}))
        with anyio.fail_after(SOON_S):
            assert (await call.answer()).status == "sleepy"


async def test_an_error_code_of_a_later_backend_is_a_failure_without_details() -> None:
    data = {"code": "too_sleepy", "message": "Later.", "retryable": True, "details": {"until": 3}}
    async with peer() as (client, other):
        call = await client.start("health_check", HealthCheckRequest())
        await other.send(frame({"id": call.id, "type": "error", "data": data}))
        with anyio.fail_after(SOON_S), pytest.raises(RequestFailed, match=r"too_sleepy: Later\.") as failed:
            await call.answer()
    assert (failed.value.code, failed.value.retryable, failed.value.details) == ("too_sleepy", True, None)


async def test_known_details_with_more_keys_are_still_typed() -> None:
    details = {"limit": "max_results", "maximum": 200, "used": 200}
    data = {"code": "limit_exceeded", "message": "Full.", "retryable": True, "details": details}
    async with peer() as (client, other):
        call = await client.start("health_check", HealthCheckRequest())
        await other.send(frame({"id": call.id, "type": "error", "data": data}))
        with anyio.fail_after(SOON_S), pytest.raises(RequestFailed) as failed:
            await call.answer()
    assert failed.value.details == LimitDetails(limit="max_results", maximum=200)


async def test_answers_come_to_their_callers_in_any_order_and_unknown_ones_do_no_harm() -> None:
    async with peer() as (client, other):
        first = await client.start("health_check", HealthCheckRequest())
        second = await client.start("health_check", HealthCheckRequest())
        for request_id, pid in (("unknown", 0), (second.id, 2), (first.id, 1), (first.id, 3)):
            await other.send(frame({"id": request_id, "type": "health_response", "data": HEALTH | {"pid": pid}}))
        with anyio.fail_after(SOON_S):
            assert [(await call.answer()).pid for call in (first, second)] == [1, 2]


async def test_an_answer_that_is_no_message_ends_the_channel_and_not_the_program() -> None:
    async with peer() as (client, other):
        call = await client.start("health_check", HealthCheckRequest())
        await other.send(struct.pack(">I", 3) + b"\xc1\xc1\xc1")
        with anyio.fail_after(SOON_S), pytest.raises(BackendGone):
            await call.answer()
        with pytest.raises(BackendGone):
            await client.health_check(HealthCheckRequest())


async def test_the_token_file_of_a_ready_line_is_shown_to_the_backend(tmp_path: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": str(tmp_path)}
    async with start_backend("-port", "0", environment=environment) as backend:
        async with connect(backend.endpoint) as client:
            assert (await client.health_check(HealthCheckRequest())).clients == 1
        stranger = {key: value for key, value in backend.endpoint.items() if key != "token_file"}
        async with connect(stranger) as client:
            with pytest.raises(RequestFailed) as failed:
                await client.health_check(HealthCheckRequest())
            assert failed.value.code == "unauthenticated"


@unix_only
async def test_a_socket_where_nobody_listens_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        async with connect({"transport": "unix", "path": str(tmp_path / "none")}):
            pytest.fail("there is nobody to talk to")


async def test_the_path_of_an_invalid_field_is_told() -> None:
    data = {"code": "invalid_message", "message": "/data/sql: no", "retryable": False, "details": {"path": "/data/sql"}}
    async with peer() as (client, other):
        call = await client.start("health_check", HealthCheckRequest())
        await other.send(frame({"id": call.id, "type": "error", "data": data}))
        with anyio.fail_after(SOON_S), pytest.raises(RequestFailed) as failed:
            await call.answer()
    assert failed.value.details == InvalidMessageDetails(path="/data/sql")
