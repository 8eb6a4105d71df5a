"""Opening a session: what is told to libpq, what has no say, TLS in each mode, and how it fails."""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import pytest
from litebase_schema.connection import PostgresqlTarget
from psycopg.conninfo import conninfo_to_dict
from pydantic import ValidationError

from litebase.drivers import trust
from litebase.drivers.interface import Connection
from litebase.drivers.interruption import Interrupted
from litebase.drivers.postgresql import parameters
from litebase.drivers.postgresql.connection import PostgresqlDriver
from litebase.errors import ConnectFailed, InvalidMessage
from tests.drivers.conformance import outcome_of_cancel, rows_of, run
from tests.drivers.postgresql.conftest import LIMITS, OpenSession, target_of
from tools.services import Service, postgresql

pytestmark = pytest.mark.anyio


async def _fails(target: PostgresqlTarget) -> tuple[str, str | None, str]:
    """Stage, code and text of a connection that is not opened."""
    with pytest.raises(ConnectFailed) as failed:
        await PostgresqlDriver(target, LIMITS).connect()
    assert "litebase-test" not in failed.value.message, "no password in an error"
    assert failed.value.details is not None
    details = failed.value.details.model_dump()
    return details["stage"], details["engine_code"], failed.value.message


async def test_a_session_tells_what_was_asked_for(open_session: OpenSession, postgresql_service: Service) -> None:
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
    stage, _, text = await _fails(target_of(postgresql_service, socket_path="/no such folder"))
    assert stage == "tcp"
    assert "/no such folder" in text


async def test_names_with_odd_characters_cannot_smuggle_settings(
    open_session: OpenSession, postgresql_service: Service
) -> None:
    session = await open_session()
    odd = "we'ird \\ name=x host=10.0.0.1"
    await run(session, f'CREATE DATABASE "{odd}" STRATEGY file_copy')
    other = await open_session(database=odd)
    assert await rows_of(other, "SELECT current_database()::text") == [(odd,)]
    assert (await _fails(target_of(postgresql_service, database="postgresql://10.0.0.1/x")))[:2] == (
        "database",
        "3D000",
    )


async def test_an_empty_user_is_the_one_of_the_operating_system(
    open_session: OpenSession, postgresql_service: Service
) -> None:
    me = getpass.getuser()
    session = await open_session()
    await run(session, f"CREATE ROLE \"{me}\" LOGIN PASSWORD 'litebase-test'")
    await run(session, f'CREATE DATABASE "{me}" STRATEGY file_copy')
    mine = await open_session(user="", database="")
    assert await rows_of(mine, "SELECT current_user::text, current_database()::text") == [(me, me)]


# what has no say

_WRONG_ENVIRONMENT = {
    "PGSERVICE": "nowhere", "PGSERVICEFILE": "/nowhere", "PGSYSCONFDIR": "/nowhere", "PGHOST": "10.255.255.1",
    "PGHOSTADDR": "10.255.255.1", "PGPORT": "1", "PGUSER": "nobody", "PGPASSWORD": "wrong", "PGDATABASE": "nowhere",
    "PGPASSFILE": "/nowhere", "PGSSLMODE": "verify-full", "PGSSLROOTCERT": "/nowhere", "PGSSLCERT": "/nowhere",
    "PGSSLKEY": "/nowhere", "PGSSLCRL": "/nowhere", "PGSSLNEGOTIATION": "direct", "PGREQUIRESSL": "1",
    "PGSSLMINPROTOCOLVERSION": "TLSv1.3", "PGGSSENCMODE": "require", "PGCHANNELBINDING": "require",
    "PGREQUIREAUTH": "none", "PGREQUIREPEER": "nobody", "PGTARGETSESSIONATTRS": "standby",
    "PGOPTIONS": "-c work_mem=123456",
    "PGAPPNAME": "wrong", "PGCLIENTENCODING": "LATIN1", "PGTZ": "Asia/Tokyo", "PGDATESTYLE": "German",
    "PGGEQO": "off", "PGCONNECT_TIMEOUT": "1", "PGLOADBALANCEHOSTS": "random", "PGMINPROTOCOLVERSION": "3.2",
    "PGMAXPROTOCOLVERSION": "3.2", "PGKRBSRVNAME": "x",
}  # fmt: skip

_SHOW = """
import asyncio, json, sys
from litebase_schema.connection import PostgresqlTarget
from litebase.drivers.interface import DriverLimits, Statement
from litebase.drivers.postgresql.connection import PostgresqlDriver

async def show():
    target = PostgresqlTarget(**json.loads(sys.stdin.read()))
    session = await PostgresqlDriver(target, DriverLimits(2.0, 0.02)).connect()
    cursor = await session.execute(Statement(
        "SELECT current_user::text, current_database()::text, name, setting FROM pg_settings WHERE name IN "
        "('TimeZone', 'DateStyle', 'work_mem', 'geqo', 'application_name', 'client_encoding') ORDER BY name",
        first_rows=9))
    print(json.dumps(await cursor.fetch(9)))
    await session.aclose()

asyncio.run(show())
"""


def test_l20_p14_the_environment_and_files_of_the_user_have_no_say(postgresql_service: Service, tmp_path: Path) -> None:
    (tmp_path / ".postgresql").mkdir()
    for name in ("root.crt", "postgresql.crt", "postgresql.key", "root.crl"):
        (tmp_path / ".postgresql" / name).write_text("rubbish", encoding="ascii")
    (tmp_path / ".pg_service.conf").write_text("[nowhere]\nhost=10.255.255.1\n", encoding="ascii")
    (tmp_path / ".pgpass").write_text("*:*:*:*:wrong\n", encoding="ascii")
    (tmp_path / ".pgpass").chmod(0o600)
    target = target_of(postgresql_service).model_dump_json()
    shown = [
        subprocess.run(
            [sys.executable, "-c", _SHOW], input=target, env={**os.environ, **environment}, capture_output=True,
            text=True, timeout=30, check=False,
        )
        for environment in ({}, {**_WRONG_ENVIRONMENT, "HOME": str(tmp_path)})
    ]  # fmt: skip
    assert [one.stderr for one in shown] == ["", ""]
    assert shown[0].stdout == shown[1].stdout
    assert "litebase" in shown[0].stdout


def test_every_setting_of_libpq_that_the_environment_can_give_is_given_by_us_or_removed() -> None:
    told = conninfo_to_dict(parameters.conninfo(PostgresqlTarget(engine="postgresql", tls="require"), "192.0.2.1"))
    assert told["sslmode"] == "require"
    assert "require_auth" not in told
    with_prefer = conninfo_to_dict(parameters.conninfo(PostgresqlTarget(engine="postgresql"), "192.0.2.1"))
    assert with_prefer["require_auth"] == "!password", "TLS that can be talked away must not cost a password"
    loopback = conninfo_to_dict(parameters.conninfo(PostgresqlTarget(engine="postgresql"), "127.0.0.1"))
    assert "require_auth" not in loopback


@pytest.mark.parametrize("key", ["options", "service", "passfile", "sslkey", "hostaddr", "require_auth"])
def test_t10_p14_settings_that_are_not_on_the_list_are_refused(key: str) -> None:
    with pytest.raises(ValidationError):
        PostgresqlTarget.model_validate({"engine": "postgresql", key: "x"})
    with pytest.raises(ValidationError):
        PostgresqlTarget(engine="postgresql", host="a,b")


# failing


async def test_each_failure_names_its_stage_and_the_server_s_code(
    postgresql_service: Service, open_session: OpenSession
) -> None:
    def target(**options: object) -> PostgresqlTarget:
        return target_of(postgresql_service, **options)

    assert (await _fails(target(host="no-such-host.invalid")))[:2] == ("name", None)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert (await _fails(target(port=closed.getsockname()[1])))[:2] == ("tcp", None)
    stage, code, text = await _fails(target(password="wrong"))
    assert (stage, code) == ("auth", "28P01")
    assert text.endswith('password authentication failed for user "litebase"')
    assert (await _fails(target(password=None)))[0] == "auth"
    assert (await _fails(target(user="nobody")))[:2] == ("auth", "28P01")
    assert (await _fails(target(database="nowhere")))[:2] == ("database", "3D000")
    assert (await _fails(target(tls="require")))[0] == "tls"
    session = await open_session()
    await run(session, "CREATE DATABASE crowded CONNECTION LIMIT 0")
    await run(session, "CREATE ROLE plain LOGIN PASSWORD 'litebase-test'")
    stage, code, _ = await _fails(target(database="crowded", user="plain"))
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
            thread.join(2)
            for one in kept:
                one.close()


@pytest.mark.parametrize(("answer", "stage"), [(None, "tls"), (b"N", "auth"), (b"S", "tls")])
async def test_p05_a_silent_server_is_left_at_the_connect_timeout(
    postgresql_service: Service, answer: bytes | None, stage: str
) -> None:
    with server_that(answer) as port:
        started = time.monotonic()
        found, _, text = await _fails(target_of(postgresql_service, port=port, connect_timeout_ms=300))
        assert time.monotonic() - started < 0.8
        assert found == stage
        assert "did not answer" in text


async def test_p05_a_silent_server_is_left_when_the_caller_is_cancelled(postgresql_service: Service) -> None:
    with server_that(None) as port:
        started = time.monotonic()
        with anyio.move_on_after(0.2) as scope:
            await PostgresqlDriver(target_of(postgresql_service, port=port), LIMITS).connect()
        assert scope.cancelled_caught
        assert time.monotonic() - started < 0.5


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00" * 50, b"N" + b"\xff" * 100, b"R\0\0\0\x08\0\0\0\x63"]
)
async def test_a_server_of_another_kind_is_a_failed_connection(postgresql_service: Service, answer: bytes) -> None:
    with server_that(answer, stays=False) as port:
        await _fails(target_of(postgresql_service, port=port, connect_timeout_ms=2000))


async def test_a_clear_text_password_is_not_given_to_whoever_asks(
    postgresql_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server beyond this machine is played by one on it, and the question whether it is one is answered so."""
    heard = []

    def play(listener: socket.socket) -> None:
        one = listener.accept()[0]
        heard.append(one.recv(1024))
        one.sendall(b"N")  # no TLS
        heard.append(one.recv(1024))
        one.sendall(b"R\0\0\0\x08\0\0\0\x03")  # the password in clear text, please
        heard.append(one.recv(1024))
        one.close()

    for beyond in (True, False):
        heard.clear()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=play, args=(listener,), daemon=True)
            thread.start()
            if beyond:
                monkeypatch.setattr("ipaddress.IPv4Address.is_loopback", property(lambda _: False))
            stage, _, _ = await _fails(target_of(postgresql_service, port=listener.getsockname()[1]))
            monkeypatch.undo()
            thread.join(5)
        assert stage == "auth"
        assert (b"litebase-test" in b"".join(heard)) is not beyond


@contextlib.contextmanager
def pooler(
    service: Service, refused: bytes = b"\0options\0", code: str = "08P01", reason: str = "unsupported parameter"
) -> Iterator[int]:
    """Like PgBouncer it refuses `options` at the login, or what it is told to; everything else it passes on."""
    threads: list[threading.Thread] = []

    def start(function: Callable[..., None], *arguments: socket.socket) -> None:
        threads.append(threading.Thread(target=function, args=arguments, daemon=True))
        threads[-1].start()

    def pass_on(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)

    def serve(client: socket.socket) -> None:
        first = client.recv(8192)
        if first[4:8] == b"\x04\xd2\x16\x2f":  # wants TLS
            client.sendall(b"N")
            first = client.recv(8192)
        if refused in first:
            fields = f"SFATAL\0VFATAL\0C{code}\0M{reason}\0\0".encode()
            client.sendall(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
            client.close()
            return
        server = socket.create_connection((service.host, service.port))
        server.sendall(first)
        start(pass_on, client, server)
        pass_on(server, client)
        server.close()
        client.close()

    def accept(listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                start(serve, listener.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        start(accept, listener)
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join(5)


async def test_p09_a_pooler_that_refuses_start_up_settings_gets_them_afterwards(postgresql_service: Service) -> None:
    """Real PgBouncer is not at hand here; what its documentation says of `options` is played."""
    with pooler(postgresql_service) as port:
        target = target_of(postgresql_service, port=port, read_only=True)
        session = await PostgresqlDriver(target, LIMITS).connect()
        shown = "SELECT current_setting('extra_float_digits'), current_setting('default_transaction_read_only')"
        assert await rows_of(session, shown) == [("3", "on")]
        assert await session.reset()
        assert await rows_of(session, shown) == [("3", "on")]
        assert await rows_of(session, "SELECT count(*) FROM pg_prepared_statements") == [(0,)]
        assert isinstance(await outcome_of_cancel(0.1, lambda: run(session, "SELECT pg_sleep(20)")), Interrupted)
        assert await rows_of(session, "SELECT 1") == [(1,)]
        await session.aclose()


LOOKS_FOR_US = "SELECT current_setting('client_connection_check_interval')"


@pytest.mark.fault("L07")
async def test_the_server_looks_whether_we_are_still_there(open_session: OpenSession) -> None:
    session = await open_session()
    assert await rows_of(session, LOOKS_FOR_US) == [("2s",)]
    await run(session, "SET client_connection_check_interval = 0")
    assert await session.reset()
    assert await rows_of(session, LOOKS_FOR_US) == [("2s",)]


@pytest.mark.parametrize("code", ["42704", "22023"])
async def test_a_server_that_cannot_look_for_us_is_served_all_the_same(postgresql_service: Service, code: str) -> None:
    """As versions before 14 answer, and systems without the call that it needs."""
    unknown = "unrecognized configuration parameter"
    with pooler(postgresql_service, b"client_connection_check_interval", code, unknown) as port:
        target = target_of(postgresql_service, port=port, read_only=True)
        session = await PostgresqlDriver(target, LIMITS).connect()
        shown = "SELECT current_setting('extra_float_digits'), current_setting('default_transaction_read_only')"
        assert await rows_of(session, shown) == [("3", "on")]
        assert await rows_of(session, LOOKS_FOR_US) == [("0",)]
        await session.aclose()
    with pooler(postgresql_service, b"datestyle", code, unknown) as port:
        stage, found, _ = await _fails(target_of(postgresql_service, port=port))
        assert (stage, found) == ("auth", code), "any other unknown setting is an error"


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
    with anyio.fail_after(5):
        while await rows_of(watcher, "SELECT 1 FROM pg_stat_activity WHERE application_name = 'hasty'"):
            await anyio.sleep(0.02)


# TLS


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CA, another CA, and a server's certificate for `localhost`, made by the first."""
    if shutil.which("openssl") is None:
        pytest.fail("the openssl command is needed to make certificates")
    folder = tmp_path_factory.mktemp("tls")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=30)

    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for name in ("ca", "other"):
        openssl(
            "req",
            "-x509",
            *curve,
            "-keyout",
            f"{name}.key",
            "-out",
            f"{name}.crt",
            "-subj",
            f"/CN={name}",
            "-days",
            "2",
        )
    for name, subject, days in (("server", "localhost", "2"), ("client", "litebase", "2")):
        openssl("req", *curve, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={subject}")
        (folder / "names").write_text(f"subjectAltName=DNS:{subject}", encoding="ascii")
        openssl(
            "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", days,
            "-out", f"{name}.crt", "-extfile", "names",
        )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def tls_service(authority: Path) -> Iterator[Service]:
    """A server with TLS."""
    with postgresql() as service:
        data = service.folder / "data"
        for name in ("server.crt", "server.key", "ca.crt"):
            shutil.copy(authority / name, data / name)
            shutil.chown(data / name, data.owner())
            (data / name).chmod(0o600)
        settings = ["ssl = on", "ssl_cert_file = 'server.crt'", "ssl_key_file = 'server.key'", "ssl_ca_file = 'ca.crt'"]
        with (data / "postgresql.conf").open("a", encoding="ascii") as file:
            file.write("\n".join(["", *settings, ""]))
        service.process.send_signal(1)  # SIGHUP: read the settings again
        deadline = time.monotonic() + 10
        command = [
            "psql",
            "-h",
            "localhost",
            "-p",
            str(service.port),
            "-U",
            service.user,
            "-c",
            "SELECT 1",
            service.database,
        ]
        environment = {"PGPASSWORD": service.password, "PGSSLMODE": "require", "PATH": os.environ["PATH"]}
        while subprocess.run(command, env=environment, capture_output=True, check=False).returncode:
            assert time.monotonic() < deadline, "the server did not turn TLS on"
            time.sleep(0.05)
        yield service


@pytest.mark.parametrize(
    ("mode", "host", "ca", "stage"),
    [
        ("disable", "localhost", None, None),
        ("prefer", "localhost", None, None),
        ("prefer", "127.0.0.1", "other", None),
        ("require", "127.0.0.1", None, None),
        ("require", "127.0.0.1", "other", None),
        ("verify_ca", "127.0.0.1", "ca", None),
        ("verify_ca", "localhost", "other", "tls"),
        ("verify_ca", "localhost", None, "tls"),
        ("verify_ca", "localhost", "missing", "tls"),
        ("verify_full", "localhost", "ca", None),
        ("verify_full", "127.0.0.1", "ca", "tls"),
        ("verify_full", "localhost", "other", "tls"),
    ],
)
async def test_t16_tls_does_what_its_mode_says(
    tls_service: Service,
    authority: Path,
    open_session: OpenSession,
    mode: str,
    host: str,
    ca: str | None,
    stage: str | None,
) -> None:
    ca_file = None if ca is None else str(authority / f"{ca}.crt")
    target = target_of(tls_service, tls=mode, host=host, tls_ca_file=ca_file)
    if stage is not None:
        assert (await _fails(target))[0] == stage
        return
    session = await open_session(tls_service, tls=mode, host=host, tls_ca_file=ca_file)
    state = session.tls
    assert state is not None
    assert state.encrypted == (mode != "disable")
    assert state.verified == mode.startswith("verify")
    assert state.version == (None if mode == "disable" else "TLSv1.3")
    rows = await rows_of(session, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    assert rows == [(state.encrypted,)]


@pytest.mark.parametrize("mode", ["require", "verify_ca", "verify_full"])
async def test_t16_a_server_without_tls_gets_no_plain_session(
    postgresql_service: Service, authority: Path, mode: str
) -> None:
    target = target_of(postgresql_service, tls=mode, host="localhost", tls_ca_file=str(authority / "ca.crt"))
    assert (await _fails(target))[0] == "tls"


async def test_a_client_certificate_is_shown_when_it_is_named(
    tls_service: Service, authority: Path, open_session: OpenSession
) -> None:
    sql = "SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    options = {"tls": "verify_full", "host": "localhost", "tls_ca_file": str(authority / "ca.crt")}
    named = {"tls_certificate_file": str(authority / "client.crt"), "tls_key_file": str(authority / "client.key")}
    assert await rows_of(await open_session(tls_service, **options, **named), sql) == [("/CN=litebase",)]
    assert await rows_of(await open_session(tls_service, **options), sql) == [(None,)]


async def test_statements_rows_and_cancels_work_over_tls(tls_service: Service, open_session: OpenSession) -> None:
    session: Connection = await open_session(tls_service, tls="require")
    assert len(await rows_of(session, "SELECT repeat('x', 500) FROM generate_series(1, 20000) AS n")) == 20000
    assert isinstance(await outcome_of_cancel(0.1, lambda: run(session, "SELECT pg_sleep(20)")), Interrupted)
    assert await rows_of(session, "SELECT 1") == [(1,)]


def test_without_a_file_of_trusted_certificates_a_verifying_mode_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    monkeypatch.setattr(trust, "_BUNDLES", ())
    with pytest.raises(ConnectFailed, match="tls_ca_file"):
        parameters.conninfo(PostgresqlTarget(engine="postgresql", tls="verify_full"), "192.0.2.1")
