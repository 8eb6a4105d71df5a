"""Opening a session: what a server can talk us into, TLS by mode, and errors that say where it failed."""

import asyncio
import random
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.connection import MysqlTarget

from litebase.drivers.interface import Statement
from litebase.drivers.mysql.connection import MysqlDriver
from litebase.errors import ConnectFailed, ConnectionLost, LiteBaseError, QueryFailed
from tests.drivers.conformance import rows_of, run
from tests.drivers.mysql.conftest import LIMITS, MakeTarget, target_of
from tests.drivers.mysql.fake_server import SECRET, TLS, Talk, fake_server
from tools.services import Service, free_port, mariadb

pytestmark = pytest.mark.anyio


def _target(port: int, **changes: Any) -> MysqlTarget:
    values = {"engine": "mysql", "port": port, "user": "u", "password": SECRET, **changes}
    return MysqlTarget(**values)


async def _refused(target: MysqlTarget) -> ConnectFailed:
    with pytest.raises(ConnectFailed) as failed:
        await MysqlDriver(target, LIMITS).connect()
    assert SECRET not in str(failed.value)
    assert SECRET not in repr(failed.value.__cause__)
    return failed.value


def _stage(error: ConnectFailed) -> str:
    return str(error.data().details["stage"])  # type: ignore[index]  # this code always has details


async def test_m01_a_server_that_never_greets_is_left_at_once() -> None:
    async def silence(talk: Talk) -> None:
        await asyncio.sleep(60)

    async with fake_server(silence) as (port, _):
        started = time.monotonic()
        with anyio.move_on_after(0.2) as scope:
            await MysqlDriver(_target(port), LIMITS).connect()
        assert scope.cancelled_caught
        assert time.monotonic() - started < 0.5


async def test_review8_a_login_without_an_answer_ends_by_itself_and_tells_where_it_stood() -> None:
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
            error = await _refused(_target(port, connect_timeout_ms=200))
            assert 0.15 < time.monotonic() - started < 1
            assert _stage(error) == stage
            assert f"127.0.0.1:{port} did not answer within 200 ms" in error.message
            await asyncio.sleep(0.05)
            assert len(talks) == 1


@pytest.mark.parametrize("where", ["after the login", "in the greeting"])
@pytest.mark.parametrize(
    "method", [b"mysql_clear_password", b"dialog", b"mysql_old_password", b"sha256_password", b"authentication_oci"]
)
async def test_m02_no_method_makes_us_send_the_password(method: bytes, where: str) -> None:
    async def ask(talk: Talk) -> None:
        talk.greet(method if where == "in the greeting" else b"mysql_native_password")
        await talk.hear()
        talk.send(b"\xfe" + method + b"\0" + b"Password: ")

    async with fake_server(ask) as (port, talks):
        error = await _refused(_target(port))
        await asyncio.sleep(0.05)
    assert _stage(error) == "auth"
    assert SECRET.encode() not in bytes(talks[0].heard)


async def test_m02_an_old_server_without_a_method_s_name_gets_nothing() -> None:
    async def ask(talk: Talk) -> None:
        talk.greet()
        await talk.hear()
        talk.send(b"\xfe")

    async with fake_server(ask) as (port, talks):
        assert _stage(await _refused(_target(port))) == "auth"
    assert SECRET.encode() not in bytes(talks[0].heard)


async def test_m03_a_request_for_a_local_file_is_refused_and_the_session_dropped(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("content of a file", encoding="ascii")

    async def ask(talk: Talk) -> None:
        await talk.prepare()
        await talk.hear()
        talk.send(b"\xfb" + str(secret).encode())

    async with fake_server(ask) as (port, talks):
        session = await MysqlDriver(_target(port), LIMITS).connect()
        with pytest.raises(ConnectionLost, match="file of this machine"):
            await session.execute(Statement("SELECT 1", first_rows=1))
        assert not session.usable
        await session.aclose()
        await asyncio.sleep(0.05)
    assert b"content" not in bytes(talks[0].heard)


async def test_m03_load_data_local_is_refused_by_a_real_server(target: MakeTarget, tmp_path: Path) -> None:
    session = await MysqlDriver(target(), LIMITS).connect()
    await run(session, "CREATE TEMPORARY TABLE t (a TEXT)")
    with pytest.raises(LiteBaseError):
        await run(session, f"LOAD DATA LOCAL INFILE '{tmp_path}/x' INTO TABLE t")
    await session.aclose()


_CONVERSATION = """
import asyncio, logging, random, sys
from tests.drivers.mysql.fake_server import fake_server, Talk
from tests.drivers.mysql.test_login import _target
from litebase.drivers.interface import DriverLimits, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.mysql.connection import MysqlDriver
from litebase.errors import LiteBaseError
import anyio

seed, count = int(sys.argv[1]), int(sys.argv[2])
chance = random.Random(seed)

def mutated(talk):
    honest = talk.raw
    def raw(data):
        data = bytearray(data)
        if chance.random() < 0.25:
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(data))
                how = chance.random()
                if how < 0.5: data[at] = chance.choice([0, 1, 0x7F, 0x80, *range(0xFA, 0x100), chance.randrange(256)])
                elif how < 0.75: data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 9)))
                else: del data[at:at + chance.randint(1, 9)]
                if not data: break
        honest(bytes(data))
    talk.raw = raw

async def script(talk):
    mutated(talk)
    await talk.prepare()
    for _ in range(3):
        await talk.hear()
        talk.rows([b"1", b"abc", b"x" * 200])
    await asyncio.sleep(0.01)
    talk.writer.close()

async def one(port):
    session = None
    with anyio.move_on_after(0.1):
        try:
            session = await MysqlDriver(_target(port), DriverLimits(0.05, 0.01)).connect()
            for _ in range(3):
                cursor = await session.execute(Statement("SELECT 1", first_rows=10))
                while await cursor.fetch(10): pass
                await cursor.aclose()
        except (LiteBaseError, Interrupted): pass
    if session is not None:
        await session.aclose()

async def main():
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # the server's own writes to a link that we dropped
    async with fake_server(script) as (port, _):
        for _ in range(count // 20):
            async with anyio.create_task_group() as tasks:
                for _ in range(20):
                    tasks.start_soon(one, port)
asyncio.run(main())
print("lived")
"""


def test_m04_a_server_that_talks_nonsense_ends_its_session_and_nothing_else() -> None:
    seeds = random.Random(4).sample(range(10_000), 2)
    for seed in seeds:
        done = subprocess.run(
            [
                sys.executable,
                "-X",
                "faulthandler",
                "-W",
                "error::ResourceWarning",
                "-c",
                _CONVERSATION,
                str(seed),
                "400",
            ],
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == 0, f"seed {seed}: {done.stderr[-3000:]}"
        assert done.stdout == "lived\n"
        assert done.stderr == ""


@pytest.mark.parametrize(
    "reply",
    [b"\xfe" + (2**32).to_bytes(8, "little"), b"\xfd\xff\xff\xff", b"\xfb", b"\xfc", b"\xff", b"\x05", b"\x00\xfe"],
)
async def test_m05_an_impossible_reply_ends_the_session_at_once(reply: bytes) -> None:
    async def lie(talk: Talk) -> None:
        await talk.prepare()
        await talk.hear()
        talk.send(reply)
        talk.writer.write_eof()

    async with fake_server(lie) as (port, _):
        session = await MysqlDriver(_target(port), LIMITS).connect()
        with anyio.fail_after(1), pytest.raises(ConnectionLost):
            await session.execute(Statement("SELECT 1", first_rows=1))
        assert not session.usable
        await session.aclose()


@pytest.mark.parametrize(
    "greeting", [b"", b"\x0a", b"\x0a" + b"x" * 5000, b"\xff\x10\x04Too many", b"\x0a9\0" + bytes(60)]
)
async def test_m05_a_rogue_greeting_is_connect_failed(greeting: bytes) -> None:
    async def lie(talk: Talk) -> None:
        talk.send(greeting)
        talk.writer.write_eof()

    async with fake_server(lie) as (port, _):
        await _refused(_target(port))


async def test_m04_an_error_without_a_word_has_a_text_all_the_same() -> None:
    async def lie(talk: Talk) -> None:
        await talk.prepare()
        await talk.hear()
        talk.send(b"\xff\x28\x04#42000")

    async with fake_server(lie) as (port, _):
        session = await MysqlDriver(_target(port), LIMITS).connect()
        with pytest.raises(QueryFailed) as failed:
            await session.execute(Statement("SELECT 1", first_rows=1))
        assert failed.value.data().message
        assert not session.usable, "the server fell silent behind its error"
        await session.aclose()


async def test_m04_an_impossible_count_of_changed_rows_ends_the_session() -> None:
    async def lie(talk: Talk) -> None:
        await talk.prepare()
        await talk.hear()
        talk.send(b"\0\xfe" + (1 << 63).to_bytes(8, "little") + b"\0\2\0\0\0")

    async with fake_server(lie) as (port, _):
        session = await MysqlDriver(_target(port), LIMITS).connect()
        with pytest.raises(ConnectionLost):
            await session.execute(Statement("SELECT 1", first_rows=1))
        assert not session.usable
        await session.aclose()


async def test_m05_a_greeting_without_an_end_is_left_at_once_and_not_collected() -> None:
    async def lie(talk: Talk) -> None:
        talk.raw(b"\xff\xff\xff\0" + bytes(1000))  # its head says 16 MB and that as much follows; it keeps silent

    async with fake_server(lie) as (port, _):
        with anyio.fail_after(1):
            await _refused(_target(port))


async def test_m05_descriptions_of_columns_without_an_end_are_not_collected() -> None:
    sent = 0

    async def lie(talk: Talk) -> None:
        nonlocal sent
        await talk.prepare()
        await talk.hear()
        talk.send(b"\xfc\x00\x10")  # 4,096 columns
        name = b"\xfd" + (1 << 20).to_bytes(3, "little") + bytes(1 << 20)
        for _ in range(4096):
            talk.send(b"\3def\0\0\0" + name + b"\0\x0c" + b"\x2d\0" + b"\xff\0\0\0" + b"\xfd\0\0\0\0\0")
            sent += 1
            await talk.writer.drain()

    async with fake_server(lie) as (port, _):
        session = await MysqlDriver(_target(port), LIMITS).connect()
        with anyio.fail_after(5), pytest.raises(ConnectionLost):
            await session.execute(Statement("SELECT 1", first_rows=1))
        assert sent < 100
        await session.aclose()


async def test_m08_a_full_caching_sha2_login_needs_tls() -> None:
    async def ask(talk: Talk) -> None:
        talk.greet(b"caching_sha2_password")
        await talk.hear()
        talk.send(b"\x01\x04")

    async with fake_server(ask) as (port, talks):
        error = await _refused(_target(port))
    assert _stage(error) == "auth"
    assert "not encrypted" in error.message
    assert SECRET.encode() not in bytes(talks[0].heard)


async def test_m08_a_fast_caching_sha2_login_works() -> None:
    async def ask(talk: Talk) -> None:
        talk.greet(b"caching_sha2_password")
        await talk.hear()
        talk.send(b"\x01\x03")
        talk.ok()
        await talk.hear()
        talk.ok()
        await talk.hear()
        talk.rows([b"7", b"16777216", b"8.0.36", b"here", b"", b"NONE"])

    async with fake_server(ask) as (port, talks):
        session = await MysqlDriver(_target(port), LIMITS).connect()
        assert session.server_version == "8.0.36"
        await session.aclose()
    assert SECRET.encode() not in bytes(talks[0].heard)


async def test_m10_a_password_of_any_characters_logs_in(target: MakeTarget, capfd: pytest.CaptureFixture[str]) -> None:
    password = "pä€🙂'\\"
    admin = await MysqlDriver(target(), LIMITS).connect()
    escaped = password.replace("\\", "\\\\").replace("'", "''")
    await run(admin, f"CREATE OR REPLACE USER euro@'%' IDENTIFIED BY '{escaped}'")
    session = await MysqlDriver(target(user="euro", password=password, database=""), LIMITS).connect()
    assert await rows_of(session, "SELECT CURRENT_USER()") == [("euro@%",)]
    await session.aclose()
    error = await _refused(target(user="euro", password="€", database=""))
    assert (_stage(error), error.data().details["engine_code"]) == ("auth", "1045")  # type: ignore[index]  # as above
    await admin.aclose()
    assert capfd.readouterr() == ("", "")


async def test_errors_say_at_which_stage_opening_failed(target: MakeTarget, tmp_path: Path) -> None:
    assert _stage(await _refused(target(host="no-such-host.invalid"))) == "name"
    assert _stage(await _refused(target(port=free_port()))) == "tcp"
    assert _stage(await _refused(target(socket_path=str(tmp_path / "none")))) == "tcp"
    assert _stage(await _refused(target(user="nobody-known"))) == "auth"
    error = await _refused(target(database="no_such_database"))
    assert (_stage(error), error.data().details["engine_code"]) == ("database", "1049")  # type: ignore[index]  # as above
    for mode in ("require", "verify_ca", "verify_full"):
        assert _stage(await _refused(target(tls=mode))) == "tls"
    assert _stage(await _refused(target(tls="verify_ca", tls_ca_file=str(tmp_path / "none")))) == "tls"


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


# TLS


@dataclass(frozen=True)
class Certificates:
    folder: Path

    def path(self, name: str) -> str:
        return str(self.folder / name)


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates() -> Iterator[Certificates]:
    """An authority of our own, a server's certificate for `localhost`, an expired one, and a stranger's authority."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server runs as another user
        _make_certificates(folder)
        yield Certificates(folder)


def _make_certificates(folder: Path) -> None:
    for name in ("ca", "stranger"):
        made = ("-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "2", "-subj", f"/CN={name}")
        _openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", *made)
    (folder / "names").write_text("subjectAltName=DNS:localhost\n", encoding="ascii")
    for name, end in (("server", "20600101000000Z"), ("old", "20200102000000Z")):
        _openssl(
            folder,
            "req",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            f"{name}.key",
            "-out",
            f"{name}.csr",
            "-subj",
            "/CN=localhost",
        )
        (folder / "index").write_text("", encoding="ascii")
        (folder / "ca.cnf").write_text(
            "[ca]\ndefault_ca=it\n[it]\ndatabase=index\nnew_certs_dir=.\npolicy=any\ndefault_md=sha256\nrand_serial=yes\n"
            "unique_subject=no\n[any]\ncommonName=supplied\n",
            encoding="ascii",
        )
        authority = ("-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-extfile", "names", "-notext")
        dates = ("-startdate", "20200101000000Z", "-enddate", end)
        _openssl(folder, "ca", "-batch", *authority, *dates, "-in", f"{name}.csr", "-out", f"{name}.pem")
    for path in folder.iterdir():
        path.chmod(0o644)


def _tls_options(certificates: Certificates, name: str) -> list[str]:
    return [f"ssl-ca={certificates.path('ca.pem')}", f"ssl-cert={certificates.path(name + '.pem')}",
            f"ssl-key={certificates.path(name + '.key')}"]  # fmt: skip


@pytest.fixture(scope="module")
def tls_service(certificates: Certificates) -> Iterator[Service]:
    with mariadb(_tls_options(certificates, "server")) as service:
        yield service


async def test_m09_each_tls_mode_does_what_its_name_says(tls_service: Service, certificates: Certificates) -> None:
    ca, stranger = certificates.path("ca.pem"), certificates.path("stranger.pem")
    cases: list[tuple[dict[str, Any], tuple[bool, bool] | None]] = [
        ({"tls": "disable"}, (False, False)),
        ({"tls": "prefer"}, (True, False)),
        ({"tls": "require"}, (True, False)),
        ({"tls": "verify_ca", "tls_ca_file": ca}, (True, True)),
        ({"tls": "verify_ca", "tls_ca_file": stranger}, None),
        ({"tls": "verify_ca"}, None),
        ({"tls": "verify_full", "tls_ca_file": ca}, None),  # it is made for localhost, not for 127.0.0.1
        ({"tls": "verify_full", "tls_ca_file": ca, "host": "localhost"}, (True, True)),
    ]
    for options, state in cases:
        target = target_of(tls_service, **options)
        if state is None:
            assert _stage(await _refused(target)) == "tls"
            continue
        session = await MysqlDriver(target, LIMITS).connect()
        assert session.tls is not None
        assert (session.tls.encrypted, session.tls.verified) == state
        ((_, cipher),) = await rows_of(session, "SHOW STATUS LIKE 'Ssl_cipher'")
        assert bool(cipher) == state[0]
        await session.aclose()


async def test_m09_an_expired_certificate_is_refused(certificates: Certificates) -> None:
    with mariadb(_tls_options(certificates, "old")) as service:
        error = await _refused(target_of(service, tls="verify_ca", tls_ca_file=certificates.path("ca.pem")))
        assert (_stage(error), "expired" in error.message) == ("tls", True)
        session = await MysqlDriver(target_of(service, tls="require"), LIMITS).connect()
        await session.aclose()


async def test_results_stream_and_stop_through_tls(tls_service: Service) -> None:
    session = await MysqlDriver(target_of(tls_service, tls="require"), LIMITS).connect()
    cursor = await session.execute(Statement("SELECT seq FROM seq_1_to_100000000", first_rows=10))
    rows = list(await cursor.fetch(5000))
    while len(rows) < 50_000:
        rows += await cursor.fetch(5000)
    assert rows == [(n,) for n in range(1, len(rows) + 1)]
    started = time.monotonic()
    await cursor.aclose()
    assert time.monotonic() - started < 1
    assert await rows_of(session, "SELECT 1") == [(1,)]
    await session.aclose()


async def test_m09_a_server_that_offers_tls_and_breaks_it_is_not_talked_to_in_the_clear() -> None:
    async def break_it(talk: Talk) -> None:
        talk.greet(capabilities=0x81FFFFDF | TLS)
        await talk.hear()
        talk.raw(b"this is no TLS")
        talk.writer.write_eof()

    for mode in ("prefer", "require"):
        async with fake_server(break_it) as (port, talks):
            assert _stage(await _refused(_target(port, tls=mode))) == "tls"
        assert SECRET.encode() not in bytes(talks[0].heard)


async def test_opening_that_is_cancelled_leaves_nothing_behind(target: MakeTarget, tls_service: Service) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for made in (target(), target_of(tls_service, tls="require")):
            for turn in range(40):
                with anyio.move_on_after(turn * 0.0002):
                    session = await MysqlDriver(made, LIMITS).connect()
                    await session.aclose()
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("version", ["8.0.11-TiDB-v8.5.1", "5.7.25-TiDB-v4.0.0", "8.0.30-Vitess"])
async def test_a_server_that_writes_in_read_only_sessions_gets_no_read_only_session(version: str) -> None:
    """By their documents these take the setting and write all the same; a promise that nobody keeps is not given."""

    async def serve(talk: Talk) -> None:
        talk.greet(version=version.encode())
        await talk.hear()
        talk.ok()

    async with fake_server(serve) as (port, talks):
        failure = await _refused(_target(port, tls="disable", read_only=True))
        assert _stage(failure) == "database"
        assert "right to write" in failure.message
        assert b"SET " not in talks[0].heard, "nothing was set there"
