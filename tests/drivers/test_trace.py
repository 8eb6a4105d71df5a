"""The steps of opening a session: in order, timed, and the right one blamed."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.connection import SqliteTarget
from litebase_schema.errors import TraceStep

from litebase.client import Client, RequestFailed
from litebase.drivers.trace import Trace
from litebase.errors import ConnectFailed
from tests.conftest import target_of
from tests.work import SOON_S
from tools.services import Service

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["postgresql", "mysql"])
def service(request: pytest.FixtureRequest) -> Service:
    found: Service = request.getfixturevalue(f"{request.param}_service")
    return found


def stages(steps: list[TraceStep]) -> list[tuple[str, str]]:
    return [(one.stage, one.outcome) for one in steps]


async def failure(client: Client, target: Any) -> list[TraceStep]:
    """The trace of a `db_connect` that fails, whose last step is the one that is blamed."""
    with pytest.raises(RequestFailed) as failed:
        await client.db_connect(target)
    assert failed.value.code == "connect_failed"
    details = failed.value.details
    assert (details.trace[-1].stage, details.trace[-1].outcome) == (details.stage, "failed")
    assert all(one.ms >= 0 for one in details.trace)
    trace: list[TraceStep] = details.trace
    return trace


@contextmanager
def silent_after(first: bytes) -> Iterator[int]:
    """A port that takes connections, says `first` and then nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        kept: list[socket.socket] = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    kept.append(listener.accept()[0])
                    kept[-1].sendall(first)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(SOON_S)
        for one in kept:
            one.close()


async def test_an_open_connection_tells_its_steps(client: Client, service: Service) -> None:
    opened = await client.db_connect(target_of(service, tls="disable"))
    assert stages(opened.trace) == [(one, "done") for one in ("name", "tcp", "auth", "database", "settings")]
    assert [one.host for one in opened.trace] == [service.host, *["127.0.0.1"] * 4]
    assert sum(one.ms for one in opened.trace) > 0


async def test_a_name_that_does_not_exist_is_blamed(client: Client, service: Service) -> None:
    trace = await failure(client, target_of(service, host="no-such-host.invalid"))
    assert [(one.stage, one.host) for one in trace] == [("name", "no-such-host.invalid")]


async def test_each_address_of_a_host_is_a_step(client: Client, service: Service) -> None:
    """`localhost` has two here, or one; the port is closed on all of them."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        trace = await failure(client, target_of(service, host="localhost", port=bound.getsockname()[1]))
    addresses = {str(one[4][0]) for one in socket.getaddrinfo("localhost", 1, type=socket.SOCK_STREAM)}
    assert [one.stage for one in trace] == ["name", *["tcp"] * len(addresses)]
    assert {one.host for one in trace[1:]} == addresses
    assert {one.outcome for one in trace[1:]} == {"failed"}


async def test_a_wrong_password_is_blamed_on_auth(client: Client, service: Service) -> None:
    trace = await failure(client, target_of(service, password="wrong", tls="disable"))
    assert stages(trace) == [("name", "done"), ("tcp", "done"), ("auth", "failed")]


async def test_a_missing_database_is_blamed_on_the_database(client: Client, service: Service) -> None:
    trace = await failure(client, target_of(service, database="nothing_of_that_name", tls="disable"))
    assert stages(trace) == [("name", "done"), ("tcp", "done"), ("auth", "done"), ("database", "failed")]


async def test_a_silent_server_is_blamed_on_the_step_that_waits(client: Client, service: Service) -> None:
    with silent_after(b"") as port:
        trace = await failure(client, target_of(service, port=port, tls="disable", connect_timeout_ms=300))
    assert stages(trace) == [("name", "done"), ("tcp", "done"), ("auth", "failed")]
    assert trace[-1].ms >= 200


async def test_a_server_that_does_not_go_on_with_tls_is_blamed_on_tls(
    client: Client, postgresql_service: Service
) -> None:
    with silent_after(b"S") as port:
        trace = await failure(client, target_of(postgresql_service, port=port, tls="require", connect_timeout_ms=300))
    assert stages(trace) == [("name", "done"), ("tcp", "done"), ("tls", "failed")]


async def test_a_file_is_opened_in_steps(client: Client, tmp_path: Path) -> None:
    opened = await client.db_connect(SqliteTarget(engine="sqlite", path=str(tmp_path / "a.db"), mode="create"))
    assert [(one.stage, one.host, one.outcome) for one in opened.trace] == [
        ("name", None, "done"),
        ("database", None, "done"),
        ("settings", None, "done"),
    ]
    (tmp_path / "text").write_text("no database " * 100, encoding="utf-8")
    assert (await failure(client, SqliteTarget(engine="sqlite", path=str(tmp_path / "text"))))[-1].stage == "database"
    assert (await failure(client, SqliteTarget(engine="sqlite", path=str(tmp_path))))[-1].stage == "name"


async def test_what_fails_before_the_first_step_is_a_step(client: Client, service: Service, tmp_path: Path) -> None:
    missing = {
        "tls": "require",
        "tls_certificate_file": str(tmp_path / "a.crt"),
        "tls_key_file": str(tmp_path / "a.key"),
    }
    trace = await failure(client, target_of(service, **missing))
    assert [(one.stage, one.host, one.outcome) for one in trace] == [("tls", None, "failed")]


def test_a_failure_between_two_steps_is_a_step_of_its_own() -> None:
    """As that of a file which has gone before the second try of a login."""
    trace = Trace()
    trace.begin("auth", "h")
    for failed in (ConnectFailed("auth", "a"), ConnectFailed("auth", "a"), ConnectFailed("tls", "b")):
        trace.blame(failed)
    assert stages(trace.steps()) == [("auth", "failed"), ("tls", "failed")]
    trace.begin("settings", "h")
    trace.end()
    trace.blame(ConnectFailed("settings", "c"))
    assert stages(trace.steps())[2:] == [("settings", "done"), ("settings", "failed")]
