"""Logging in: no server talks us into sending the password."""

import asyncio

import pytest

from litebase.drivers.mysql.driver import MysqlDriver
from litebase.drivers.mysql.link.ed25519 import signature
from litebase.errors import QueryFailed
from tests.drivers.conformance import rows_of, run
from tests.drivers.mysql.conftest import LIMITS, MakeTarget, fake_target, opened, refusal_of, stage_of
from tests.drivers.mysql.fake_server import SECRET, Talk, fake_server
from tools.services import Service

pytestmark = pytest.mark.anyio


@pytest.mark.fault("M02")
@pytest.mark.parametrize("where", ["after the login", "in the greeting"])
@pytest.mark.parametrize(
    "method",
    [
        b"mysql_clear_password",
        b"dialog",
        b"mysql_old_password",
        b"sha256_password",
        b"authentication_oci",
        b"auth_gssapi_client",
    ],
)
async def test_no_method_makes_us_send_the_password(method: bytes, where: str) -> None:
    async def ask(talk: Talk) -> None:
        talk.greet(method if where == "in the greeting" else b"mysql_native_password")
        await talk.hear()
        talk.send(b"\xfe" + method + b"\0" + b"Password: ")

    async with fake_server(ask) as (port, talks):
        error = await refusal_of(fake_target(port))
        await asyncio.sleep(0.05)
    assert stage_of(error) == "auth"
    assert SECRET.encode() not in bytes(talks[0].heard)


@pytest.mark.fault("M02")
async def test_an_old_server_without_a_method_s_name_gets_nothing() -> None:
    async def ask(talk: Talk) -> None:
        talk.greet()
        await talk.hear()
        talk.send(b"\xfe")

    async with fake_server(ask) as (port, talks):
        assert stage_of(await refusal_of(fake_target(port))) == "auth"
    assert SECRET.encode() not in bytes(talks[0].heard)


@pytest.mark.fault("M08")
async def test_a_full_caching_sha2_login_needs_tls() -> None:
    async def ask(talk: Talk) -> None:
        talk.greet(b"caching_sha2_password")
        await talk.hear()
        talk.send(b"\x01\x04")

    async with fake_server(ask) as (port, talks):
        error = await refusal_of(fake_target(port))
    assert stage_of(error) == "auth"
    assert "not encrypted" in error.message
    assert SECRET.encode() not in bytes(talks[0].heard)


@pytest.mark.fault("M08")
async def test_a_fast_caching_sha2_login_works() -> None:
    async def ask(talk: Talk) -> None:
        talk.greet(b"caching_sha2_password")
        await talk.hear()
        talk.send(b"\x01\x03")
        talk.ok()
        await talk.answer_questions()

    async with fake_server(ask) as (port, talks):
        session = await MysqlDriver(fake_target(port), LIMITS).connect()
        assert session.server_version == "8.0.36"
        await session.aclose()
    assert SECRET.encode() not in bytes(talks[0].heard)


@pytest.mark.fault("M10")
async def test_a_password_of_any_characters_logs_in(target: MakeTarget, capfd: pytest.CaptureFixture[str]) -> None:
    password = "pä€🙂'\\"
    admin = await MysqlDriver(target(), LIMITS).connect()
    escaped = password.replace("\\", "\\\\").replace("'", "''")
    await run(admin, "DROP USER IF EXISTS euro@'%'")
    await run(admin, f"CREATE USER euro@'%' IDENTIFIED BY '{escaped}'")
    session = await MysqlDriver(target(user="euro", password=password, database=""), LIMITS).connect()
    assert await rows_of(session, "SELECT CURRENT_USER()") == [("euro@%",)]
    await session.aclose()
    error = await refusal_of(target(user="euro", password="€", database=""))
    assert (stage_of(error), error.data().details["engine_code"]) == ("auth", "1045")  # type: ignore[index]  # as above
    await admin.aclose()
    assert capfd.readouterr() == ("", "")


async def test_ed25519_proves_the_password_and_sends_it_nowhere() -> None:
    salt = bytes(range(100, 132))

    async def ask(talk: Talk) -> None:
        talk.greet()
        await talk.hear()
        talk.send(b"\xfeclient_ed25519\0" + salt)
        assert await talk.hear() == signature(SECRET.encode(), salt)
        talk.ok()
        await talk.answer_questions()

    async with fake_server(ask) as (port, talks):
        session = await MysqlDriver(fake_target(port), LIMITS).connect()
        await session.aclose()
    assert SECRET.encode() not in bytes(talks[0].heard)


async def test_a_user_of_several_methods_logs_in_by_the_one_whose_password_is_given() -> None:
    """As MariaDB does for `VIA ed25519 OR mysql_native_password`: it asks for one method after the other."""

    async def ask(talk: Talk) -> None:
        talk.greet()
        await talk.hear()
        talk.send(b"\xfeclient_ed25519\0" + bytes(32))
        assert len(await talk.hear()) == 64
        talk.send(b"\xfemysql_native_password\0" + b"y" * 20 + b"\0")
        assert len(await talk.hear()) == 20
        talk.ok()
        await talk.answer_questions()

    async with fake_server(ask) as (port, _):
        session = await MysqlDriver(fake_target(port), LIMITS).connect()
        await session.aclose()


@pytest.mark.parametrize("way", ["tcp", "socket"])
async def test_ed25519_and_a_second_method_with_mariadb(target: MakeTarget, mysql_service: Service, way: str) -> None:
    socket = {"socket_path": str(mysql_service.socket_path)} if way == "socket" else {}
    async with opened(target()) as admin:
        try:
            await run(admin, "INSTALL SONAME 'auth_ed25519'")
        except QueryFailed as error:
            if "already" not in error.message:
                pytest.skip(f"NOT TESTED: {error.message}")
        one, two = "USING PASSWORD('first')", "USING PASSWORD('second')"
        await run(admin, f"CREATE OR REPLACE USER modern IDENTIFIED VIA ed25519 {one} OR mysql_native_password {two}")
        for password in ("first", "second"):
            async with opened(target(user="modern", password=password, database="", **socket)) as session:
                assert await rows_of(session, "SELECT CURRENT_USER()") == [("modern@%",)]
        refused = await refusal_of(target(user="modern", password="third", database="", **socket))
        assert (stage_of(refused), refused.data().details["engine_code"]) == ("auth", "1045")  # type: ignore[index]  # as above
