"""Opening a session: what it reports, how it fails, and how long it may take."""

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from litebase_schema.connection import PostgresqlTarget

from litebase.drivers.postgresql.driver import PostgresqlDriver
from litebase.errors import ConnectFailed, ConnectionLost, InvalidMessage
from tests.drivers.conformance import rows_of, run
from tests.drivers.postgresql.conftest import LIMITS, WAITING, OpenSession, failure_of, target_of
from tests.work import SOON_S
from tools.services import Service

pytestmark = pytest.mark.anyio


async def test_a_session_has_what_was_asked_for(open_session: OpenSession, postgresql_service: Service) -> None:
    session = await open_session(application_name="my 'app' \\ é")
    assert session.server_version == postgresql_service.version
    assert session.tls is not None
    assert session.tls.model_dump() == {"encrypted": False, "verified": False, "version": None}
    rows = await rows_of(session, "SELECT current_user::text, current_database()::text")
    assert rows == [("litebase", "postgres")]
    ((name,),) = await rows_of(session, "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()")
    assert isinstance(name, str)
    assert name.startswith("my 'app' \\")


async def test_a_unix_socket_is_named_by_its_folder(open_session: OpenSession, postgresql_service: Service) -> None:
    session = await open_session(socket_path=str(postgresql_service.socket_path), host="no.such.host")
    assert session.tls is None
    assert await rows_of(session, "SELECT inet_client_addr()") == [(None,)]
    with pytest.raises(InvalidMessage, match="absolute"):
        await open_session(socket_path="relative")
    stage, _, text = await failure_of(target_of(postgresql_service, socket_path="/no such folder"))
    assert stage == "tcp"
    assert "/no such folder" in text


async def test_each_failure_names_its_stage_and_the_server_s_code(
    postgresql_service: Service, open_session: OpenSession
) -> None:
    def target(**options: object) -> PostgresqlTarget:
        return target_of(postgresql_service, **options)

    assert (await failure_of(target(host="no-such-host.invalid")))[:2] == ("name", None)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert (await failure_of(target(port=closed.getsockname()[1])))[:2] == ("tcp", None)
    stage, code, text = await failure_of(target(password="wrong"))
    assert (stage, code) == ("auth", "28P01")
    assert text.endswith('password authentication failed for user "litebase"')
    assert (await failure_of(target(password=None)))[0] == "auth"
    assert (await failure_of(target(user="nobody")))[:2] == ("auth", "28P01")
    assert (await failure_of(target(database="nowhere")))[:2] == ("database", "3D000")
    assert (await failure_of(target(tls="require")))[0] == "tls"
    session = await open_session()
    await run(session, "CREATE DATABASE crowded CONNECTION LIMIT 0")
    await run(session, "CREATE ROLE plain LOGIN PASSWORD 'litebase-test'")
    stage, code, _ = await failure_of(target(database="crowded", user="plain"))
    assert (stage, code) == ("database", "53300")


@contextlib.contextmanager
def server_that(answer: bytes | None, *, stays: bool = True) -> Iterator[int]:
    """A port that accepts, reads once, and answers so, or never."""
    kept = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    one = listener.accept()[0]
                    kept.append(one)
                    if answer is not None:
                        one.recv(1024)
                        one.sendall(answer)
                    if not stays:
                        one.close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(SOON_S)
            for one in kept:
                one.close()


@pytest.mark.fault("P05")
@pytest.mark.parametrize(("answer", "stage"), [(None, "tls"), (b"N", "auth"), (b"S", "tls")])
async def test_a_silent_server_is_left_at_the_connect_timeout(
    postgresql_service: Service, answer: bytes | None, stage: str
) -> None:
    with server_that(answer) as port:
        with anyio.fail_after(SOON_S):
            found, _, text = await failure_of(target_of(postgresql_service, port=port, connect_timeout_ms=300))
        assert found == stage
        assert "did not answer" in text


@pytest.mark.fault("P05")
async def test_a_silent_server_is_left_when_the_caller_is_cancelled(postgresql_service: Service) -> None:
    with server_that(None) as port:
        with anyio.fail_after(SOON_S):
            with anyio.move_on_after(0.2) as scope:
                await PostgresqlDriver(target_of(postgresql_service, port=port), LIMITS).connect()
        assert scope.cancelled_caught


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00" * 50, b"N" + b"\xff" * 100, b"R\0\0\0\x08\0\0\0\x63"]
)
async def test_a_server_of_another_kind_is_a_failed_connection(postgresql_service: Service, answer: bytes) -> None:
    with server_that(answer, stays=False) as port:
        await failure_of(target_of(postgresql_service, port=port, connect_timeout_ms=2000))


async def test_connecting_cancelled_at_any_moment_leaves_nothing_open(
    postgresql_service: Service, open_session: OpenSession
) -> None:
    watcher = await open_session(application_name="watcher")
    folder = Path("/proc/self/fd")
    before = len(list(folder.iterdir())) if folder.exists() else 0
    for turn in range(100):
        with anyio.move_on_after(turn * 0.0001):
            opened = await PostgresqlDriver(target_of(postgresql_service, application_name="hasty"), LIMITS).connect()
            await opened.aclose()
    if folder.exists():
        assert len(list(folder.iterdir())) <= before
    with anyio.fail_after(SOON_S):
        while await rows_of(watcher, "SELECT 1 FROM pg_stat_activity WHERE application_name = 'hasty'"):
            await anyio.sleep(0.02)


@pytest.mark.fault("P03")
async def test_a_server_that_ends_is_not_ready_and_then_gone(
    mortal_service: Service, open_session: OpenSession
) -> None:
    session = await open_session(mortal_service)
    os.kill(mortal_service.process.pid, signal.SIGTERM)  # waits for its sessions and lets no new ones in
    with anyio.fail_after(SOON_S):
        while True:
            with contextlib.suppress(ConnectFailed):
                await (await open_session(mortal_service)).aclose()
                continue
            break
    with pytest.raises(ConnectFailed, match="shutting down") as refused:
        await open_session(mortal_service)
    assert refused.value.data().model_dump(include={"retryable", "details"}) == {
        "retryable": True,
        "details": {"stage": "database", "engine_code": "57P03", "trace": []},
    }
    running = asyncio.ensure_future(run(session, WAITING))
    await anyio.sleep(0.1)
    os.kill(mortal_service.process.pid, signal.SIGQUIT)  # ends at once
    with pytest.raises(ConnectionLost):
        await running
    await asyncio.to_thread(mortal_service.process.wait, 10)
    with pytest.raises(ConnectFailed) as refused:
        await open_session(mortal_service)
    assert refused.value.data().details == {"stage": "tcp", "engine_code": None, "trace": []}
