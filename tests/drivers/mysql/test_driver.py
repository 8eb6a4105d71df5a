"""Opening a session: how it fails, how long it may take, and what has no say."""

import asyncio
import time
from pathlib import Path

import anyio
import pytest

from litebase.drivers.mysql.driver import MysqlDriver
from tests.drivers.conformance import rows_of
from tests.drivers.mysql.conftest import LIMITS, MakeTarget, fake_target, refusal_of, stage_of, target_of
from tests.drivers.mysql.fake_server import Talk, fake_server
from tests.work import SOON_S
from tools.services import Service, free_port

pytestmark = pytest.mark.anyio


@pytest.mark.fault("M01")
async def test_a_server_that_never_greets_is_left_at_once() -> None:
    async def silence(talk: Talk) -> None:
        await asyncio.sleep(60)

    async with fake_server(silence) as (port, _):
        with anyio.fail_after(SOON_S):
            with anyio.move_on_after(0.2) as scope:
                await MysqlDriver(fake_target(port), LIMITS).connect()
        assert scope.cancelled_caught


async def test_review8_a_login_without_an_answer_ends_by_itself_and_reports_its_stage() -> None:
    async def silence(talk: Talk) -> None:
        await asyncio.sleep(60)

    async def greeting_only(talk: Talk) -> None:
        talk.greet()
        await asyncio.sleep(60)

    async def login_only(talk: Talk) -> None:
        await talk.login()
        await asyncio.sleep(60)

    for script, stage in ((silence, "auth"), (greeting_only, "auth"), (login_only, "database")):
        async with fake_server(script) as (port, talks):
            started = time.monotonic()
            error = await refusal_of(fake_target(port, connect_timeout_ms=200))
            assert time.monotonic() - started > 0.15
            assert stage_of(error) == stage
            assert f"127.0.0.1:{port} did not answer within 200 ms" in error.message
            await asyncio.sleep(0.05)
            assert len(talks) == 1


@pytest.mark.fault("M05")
@pytest.mark.parametrize(
    "greeting", [b"", b"\x0a", b"\x0a" + b"x" * 5000, b"\xff\x10\x04Too many", b"\x0a9\0" + bytes(60)]
)
async def test_a_rogue_greeting_is_connect_failed(greeting: bytes) -> None:
    async def lie(talk: Talk) -> None:
        talk.send(greeting)
        talk.writer.write_eof()

    async with fake_server(lie) as (port, _):
        await refusal_of(fake_target(port))


@pytest.mark.fault("M05")
async def test_a_greeting_without_an_end_is_left_at_once_and_not_collected() -> None:
    async def lie(talk: Talk) -> None:
        talk.raw(b"\xff\xff\xff\0" + bytes(1000))  # its head says 16 MB and that as much follows; it keeps silent

    async with fake_server(lie) as (port, _):
        with anyio.fail_after(SOON_S):
            await refusal_of(fake_target(port))


async def test_errors_say_at_which_stage_opening_failed(target: MakeTarget, tmp_path: Path) -> None:
    assert stage_of(await refusal_of(target(host="no-such-host.invalid"))) == "name"
    assert stage_of(await refusal_of(target(port=free_port()))) == "tcp"
    assert stage_of(await refusal_of(target(socket_path=str(tmp_path / "none")))) == "tcp"
    assert stage_of(await refusal_of(target(user="nobody-known"))) == "auth"
    error = await refusal_of(target(database="no_such_database"))
    assert (stage_of(error), error.data().details["engine_code"]) == ("database", "1049")  # type: ignore[index]  # as above
    for mode in ("require", "verify_ca", "verify_full"):
        assert stage_of(await refusal_of(target(tls=mode))) == "tls"
    assert stage_of(await refusal_of(target(tls="verify_ca", tls_ca_file=str(tmp_path / "none")))) == "tls"


async def test_the_socket_of_the_server_is_a_way_in(mysql_service: Service) -> None:
    path = str(mysql_service.socket_path)
    session = await MysqlDriver(target_of(mysql_service, socket_path=path, tls="verify_full"), LIMITS).connect()
    assert session.tls is None
    assert await rows_of(session, "SELECT 1") == [(1,)]
    await session.aclose()


async def test_the_environment_has_no_say(mysql_service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MYSQL_HOST", "MYSQL_PWD", "MYSQL_TCP_PORT", "MYSQL_UNIX_PORT"):
        monkeypatch.setenv(name, "nonsense")
    session = await MysqlDriver(target_of(mysql_service), LIMITS).connect()
    await session.aclose()
