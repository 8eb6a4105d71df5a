"""A host may have several addresses, and not all of them need to be alive."""

import asyncio
import contextlib
import gc
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import anyio
import pytest

from litebase.drivers.mysql.driver import MysqlDriver
from litebase.drivers.mysql.link.dialing import dial
from litebase.drivers.mysql.session import MysqlSession
from litebase.drivers.trace import Trace
from tests.drivers.mysql.conftest import LIMITS, MakeTarget, fake_target, opened, refusal_of, stage_of, target_of
from tests.work import SOON_S
from tools.services import Service, free_port

pytestmark = pytest.mark.anyio
needs_backlog = pytest.mark.skipif(sys.platform != "linux", reason="other systems answer in place of a busy listener")


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that lets nobody in and says nothing: its queue is full."""
    with contextlib.ExitStack() as opened:
        listener = opened.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = listener.getsockname()[1]
        for _ in range(4):
            waiting = opened.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        time.sleep(0.05)
        yield port


def resolve_to(monkeypatch: pytest.MonkeyPatch, ports: Sequence[int]) -> None:
    """Let every name mean these ports of this machine, in this order."""

    async def found(_host: str, _port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port)) for port in ports]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)


@needs_backlog
async def test_an_address_that_never_answers_leaves_time_for_the_next(
    monkeypatch: pytest.MonkeyPatch, silent_port: int, mysql_service: Service
) -> None:
    resolve_to(monkeypatch, [silent_port, mysql_service.port])
    target = target_of(mysql_service).model_copy(update={"connect_timeout_ms": 4000})
    started = time.monotonic()
    session = await MysqlDriver(target, LIMITS).connect()
    assert time.monotonic() - started > 1.9
    await session.aclose()


async def test_an_address_that_refuses_is_passed_over_at_once(
    monkeypatch: pytest.MonkeyPatch, mysql_service: Service
) -> None:
    resolve_to(monkeypatch, [free_port(), free_port(), mysql_service.port])
    session = await MysqlDriver(target_of(mysql_service), LIMITS).connect()
    await session.aclose()


@needs_backlog
async def test_when_no_address_answers_the_time_is_up_for_all(
    monkeypatch: pytest.MonkeyPatch, silent_port: int
) -> None:
    resolve_to(monkeypatch, [silent_port, silent_port])
    started = time.monotonic()
    with anyio.fail_after(SOON_S):
        error = await refusal_of(fake_target(silent_port, connect_timeout_ms=400))
    assert time.monotonic() - started > 0.35
    assert stage_of(error) == "tcp"
    assert "did not answer within 400 ms" in error.message


async def test_the_last_refusal_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, [free_port(), free_port()])
    error = await refusal_of(fake_target(1))
    assert stage_of(error) == "tcp"
    assert "refused" in error.message


async def test_the_system_notices_a_server_that_has_gone_silent(target: MakeTarget) -> None:
    async with opened(target()) as session:
        assert isinstance(session, MysqlSession)
        link = session._link.stream._transport.get_extra_info("socket")
        assert link.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert link.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30
        assert link.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000


@needs_backlog
async def test_dialing_that_is_cancelled_leaves_no_socket(silent_port: int) -> None:
    before = _sockets()
    with anyio.move_on_after(0.05) as scope:
        await dial("127.0.0.1", silent_port, Trace())
    assert scope.cancelled_caught
    assert _sockets() == before


def _sockets() -> int:
    return sum(isinstance(one, socket.socket) and one.fileno() >= 0 for one in gc.get_objects())
