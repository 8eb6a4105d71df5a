"""Which options libpq gets, which sources it ignores, and what TLS does in each mode."""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from litebase_schema.connection import PostgresqlTarget
from psycopg.conninfo import conninfo_to_dict
from pydantic import ValidationError

from litebase.drivers import trust
from litebase.drivers.interface import DatabaseSession, Question
from litebase.drivers.interruption import Interrupted
from litebase.drivers.postgresql import errors
from litebase.drivers.postgresql.driver import PostgresqlDriver
from litebase.drivers.postgresql.link import options
from litebase.drivers.tunnel.route import Tunnels
from litebase.errors import ConnectFailed, InvalidMessage, PromptUnanswered
from tests.drivers.conformance import outcome_of_cancel, rows_of, run
from tests.drivers.postgresql.conftest import LIMITS, OpenSession, failure_of, target_of
from tests.work import SOON_S
from tools.services import Service, postgresql
from tools.ssh_server import SshServer

pytestmark = pytest.mark.anyio


async def test_names_with_odd_characters_cannot_smuggle_settings(
    open_session: OpenSession, postgresql_service: Service
) -> None:
    session = await open_session()
    odd = "we'ird \\ name=x host=10.0.0.1"
    await run(session, f'CREATE DATABASE "{odd}"')
    other = await open_session(database=odd)
    assert await rows_of(other, "SELECT current_database()::text") == [(odd,)]
    assert (await failure_of(target_of(postgresql_service, database="postgresql://10.0.0.1/x")))[:2] == (
        "database",
        "3D000",
    )


async def test_an_empty_user_is_the_one_of_the_operating_system(
    open_session: OpenSession, postgresql_service: Service
) -> None:
    me = getpass.getuser()
    session = await open_session()
    await run(session, f"CREATE ROLE \"{me}\" LOGIN PASSWORD 'litebase-test'")
    await run(session, f'CREATE DATABASE "{me}"')
    mine = await open_session(user="", database="")
    assert await rows_of(mine, "SELECT current_user::text, current_database()::text") == [(me, me)]


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
from litebase.drivers.postgresql.driver import PostgresqlDriver

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


@pytest.mark.fault("L20", "P14")
def test_the_environment_and_files_of_the_user_have_no_say(postgresql_service: Service, tmp_path: Path) -> None:
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
            text=True, timeout=SOON_S, check=False,
        )
        for environment in ({}, {**_WRONG_ENVIRONMENT, "HOME": str(tmp_path)})
    ]  # fmt: skip
    assert [one.stderr for one in shown] == ["", ""]
    assert shown[0].stdout == shown[1].stdout
    assert "litebase" in shown[0].stdout


def test_every_setting_of_libpq_that_the_environment_can_give_is_given_by_us_or_removed() -> None:
    given = conninfo_to_dict(options.conninfo(PostgresqlTarget(engine="postgresql", tls="require"), "192.0.2.1"))
    assert given["sslmode"] == "require"
    assert "require_auth" not in given
    with_prefer = conninfo_to_dict(options.conninfo(PostgresqlTarget(engine="postgresql"), "192.0.2.1"))
    assert with_prefer["require_auth"] == "!password", "TLS that can be talked away must not cost a password"
    loopback = conninfo_to_dict(options.conninfo(PostgresqlTarget(engine="postgresql"), "127.0.0.1"))
    assert "require_auth" not in loopback


@pytest.mark.fault("T10", "P14")
@pytest.mark.parametrize("key", ["options", "service", "passfile", "sslkey", "hostaddr", "require_auth"])
def test_settings_that_are_not_on_the_list_are_refused(key: str) -> None:
    with pytest.raises(ValidationError):
        PostgresqlTarget.model_validate({"engine": "postgresql", key: "x"})
    with pytest.raises(ValidationError):
        PostgresqlTarget(engine="postgresql", host="a,b")


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
            stage, _, _ = await failure_of(target_of(postgresql_service, port=listener.getsockname()[1]))
            monkeypatch.undo()
            thread.join(SOON_S)
        assert stage == "auth"
        assert (b"litebase-test" in b"".join(heard)) is not beyond


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CA, another CA, and a server's certificate for `localhost`, made by the first."""
    if shutil.which("openssl") is None:
        pytest.fail("the openssl command is needed to make certificates")
    folder = tmp_path_factory.mktemp("tls")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=SOON_S)

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
    openssl("ec", "-in", "client.key", "-aes256", "-passout", "pass:open sesame", "-out", "locked.key")
    (folder / "index").write_text("", encoding="ascii")
    (folder / "crlnumber").write_text("01", encoding="ascii")
    (folder / "ca.cnf").write_text(
        "[ca]\ndefault_ca=it\n[it]\ndatabase=index\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=2\n",
        encoding="ascii",
    )
    by_the_ca = ["-config", "ca.cnf", "-cert", "ca.crt", "-keyfile", "ca.key"]
    openssl("ca", *by_the_ca, "-gencrl", "-out", "none.crl")
    openssl("ca", *by_the_ca, "-revoke", "server.crt")
    openssl("ca", *by_the_ca, "-gencrl", "-out", "server.crl")
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


@pytest.mark.fault("T16")
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
async def test_tls_does_what_its_mode_says(
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
        assert (await failure_of(target))[0] == stage
        return
    session = await open_session(tls_service, tls=mode, host=host, tls_ca_file=ca_file)
    state = session.tls
    assert state is not None
    assert state.encrypted == (mode != "disable")
    assert state.verified == mode.startswith("verify")
    assert state.version == (None if mode == "disable" else "TLSv1.3")
    rows = await rows_of(session, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    assert rows == [(state.encrypted,)]


@pytest.mark.fault("T16")
@pytest.mark.parametrize("mode", ["require", "verify_ca", "verify_full"])
async def test_a_server_without_tls_gets_no_plain_session(
    postgresql_service: Service, authority: Path, mode: str
) -> None:
    target = target_of(postgresql_service, tls=mode, host="localhost", tls_ca_file=str(authority / "ca.crt"))
    assert (await failure_of(target))[0] == "tls"


async def test_a_client_certificate_is_shown_when_it_is_named(
    tls_service: Service, authority: Path, open_session: OpenSession
) -> None:
    sql = "SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    options = {"tls": "verify_full", "host": "localhost", "tls_ca_file": str(authority / "ca.crt")}
    named = {"tls_certificate_file": str(authority / "client.crt"), "tls_key_file": str(authority / "client.key")}
    assert await rows_of(await open_session(tls_service, **options, **named), sql) == [("/CN=litebase",)]
    assert await rows_of(await open_session(tls_service, **options), sql) == [(None,)]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no tunnels on Windows yet")
@pytest.mark.parametrize(("host", "trusted"), [("localhost", True), ("127.0.0.1", False)])
async def test_the_true_name_is_checked_through_a_tunnel(
    tls_service: Service, authority: Path, ssh_server: SshServer, host: str, trusted: bool
) -> None:
    tunnel = {
        "kind": "ssh",
        "host": ssh_server.host,
        "port": ssh_server.port,
        "user": ssh_server.user,
        "identity_file": str(ssh_server.key),
        "known_hosts_file": str(ssh_server.known_hosts),
    }
    ca_file = str(authority / "ca.crt")
    target = target_of(tls_service, tls="verify_full", host=host, tls_ca_file=ca_file, tunnel=tunnel)
    assert target.tunnel is not None
    route = Tunnels().route("postgresql", target.tunnel, target.host, target.port, "")
    driver = PostgresqlDriver(target, LIMITS, route)
    try:
        if trusted:
            session = await driver.connect()
            assert session.tls is not None
            assert session.tls.verified
            await session.aclose()
        else:
            with pytest.raises(ConnectFailed) as failed:
                await driver.connect()
            assert errors.stage_of(failed.value) == "tls"
    finally:
        await route.aclose()


def test_a_password_in_clear_text_is_for_the_ssh_host_itself() -> None:
    def methods(host: str, tls: str = "prefer") -> object:
        tunnel = {"kind": "ssh", "host": "bastion"}
        target = PostgresqlTarget.model_validate({"engine": "postgresql", "host": host, "tls": tls, "tunnel": tunnel})
        return conninfo_to_dict(options.conninfo(target, "127.0.0.1")).get("require_auth")

    assert methods("localhost") is None
    assert methods("db.internal") == methods("10.0.0.1", "disable") == "!password"
    assert methods("db.internal", "require") is None


async def test_a_server_whose_certificate_was_revoked_is_refused(tls_service: Service, authority: Path) -> None:
    def with_list(crl: str, mode: str = "verify_full") -> dict[str, str]:
        lists = {"tls_ca_file": str(authority / "ca.crt"), "tls_crl_file": str(authority / crl)}
        return {"tls": mode, "host": "localhost", **lists}

    session = await PostgresqlDriver(target_of(tls_service, **with_list("none.crl")), LIMITS).connect()
    await session.aclose()
    stage, _, message = await failure_of(target_of(tls_service, **with_list("server.crl")))
    assert (stage, "certificate verify failed" in message) == ("tls", True)
    for unusable in ("missing.crl", "client.key"):
        stage, _, message = await failure_of(target_of(tls_service, **with_list(unusable)))
        assert (stage, "is not a list that can be used" in message) == ("tls", True)
    with pytest.raises(InvalidMessage, match="tls_crl_file"):
        await PostgresqlDriver(target_of(tls_service, **with_list("none.crl", "require")), LIMITS).connect()


async def test_a_key_with_a_passphrase_is_opened_by_what_is_given_or_asked_for(
    tls_service: Service, authority: Path
) -> None:
    asked: list[Question] = []
    answers = ["wrong", "open sesame"]

    async def ask(question: Question) -> str:
        asked.append(question)
        return answers[len(asked) - 1]

    named = {"tls_certificate_file": str(authority / "client.crt"), "tls_key_file": str(authority / "locked.key")}
    named |= {"tls": "verify_full", "host": "localhost", "tls_ca_file": str(authority / "ca.crt")}
    driver = PostgresqlDriver(target_of(tls_service, **named), LIMITS)
    for _ in range(2):  # the second one asks nothing
        session = await driver.connect(ask)
        sql = "SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        assert await rows_of(session, sql) == [("/CN=litebase",)]
        await session.aclose()
    assert [(one.kind, one.again) for one in asked] == [("passphrase", False), ("passphrase", True)]
    given = target_of(tls_service, **named, tls_key_passphrase="open sesame")
    session = await PostgresqlDriver(given, LIMITS).connect()
    await session.aclose()
    for passphrase in (None, "wrong"):
        with pytest.raises(PromptUnanswered, match="Passphrase of the key"):
            await PostgresqlDriver(target_of(tls_service, **named, tls_key_passphrase=passphrase), LIMITS).connect()


async def test_statements_rows_and_cancels_work_over_tls(tls_service: Service, open_session: OpenSession) -> None:
    session: DatabaseSession = await open_session(tls_service, tls="require")
    assert len(await rows_of(session, "SELECT repeat('x', 500) FROM generate_series(1, 20000) AS n")) == 20000
    assert isinstance(await outcome_of_cancel(0.1, lambda: run(session, "SELECT pg_sleep(20)")), Interrupted)
    assert await rows_of(session, "SELECT 1") == [(1,)]


def test_without_a_file_of_trusted_certificates_a_verifying_mode_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    monkeypatch.setattr(trust, "_BUNDLES", ())
    with pytest.raises(ConnectFailed, match="tls_ca_file"):
        options.conninfo(PostgresqlTarget(engine="postgresql", tls="verify_full"), "192.0.2.1")


@pytest.mark.parametrize(
    ("dates", "intervals", "digits", "version", "wanted"),
    [
        (b"ISO, DMY", b"postgres", b"1", 150000, None),
        (None, None, None, 0, None),
        (b"ISO, MDY", b"postgres", b"0", 120000, "extra_float_digits = 1"),
        (b"ISO, MDY", b"postgres", b"-15", 180000, "extra_float_digits = 1"),
        (b"ISO, MDY", b"postgres", b"2", 110022, "extra_float_digits = 3"),
        (b"ISO, MDY", b"postgres", b"3", 110022, None),
        (b"ISO, MDY", b"postgres", b"unknown", 120000, None),
        (b"SQL, DMY", b"postgres", b"1", 150000, "datestyle = 'ISO'"),
        (b"ISO, DMY", b"sql_standard", b"1", 150000, "intervalstyle = 'postgres'"),
    ],
)
def test_settings_of_the_server_that_would_change_values_are_found(
    dates: bytes | None, intervals: bytes | None, digits: bytes | None, version: int, wanted: str | None
) -> None:
    reported = {b"DateStyle": dates, b"IntervalStyle": intervals}
    assert options.unsuitable(reported.__getitem__, digits, version) == wanted
