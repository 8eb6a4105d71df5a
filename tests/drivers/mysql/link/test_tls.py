"""TLS by mode, with real certificates."""

import asyncio
import gc
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest

from litebase.drivers.interface import Question, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.mysql.driver import MysqlDriver
from litebase.errors import LiteBaseError, PromptUnanswered
from tests.drivers.conformance import rows_of
from tests.drivers.mysql.conftest import ENDLESS, LIMITS, MakeTarget, fake_target, refusal_of, stage_of, target_of
from tests.drivers.mysql.fake_server import SECRET, TLS, Talk, fake_server
from tests.mysql_series import mysql_sql
from tools.services import Service, mariadb

pytestmark = pytest.mark.anyio


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
    _openssl(folder, "rsa", "-in", "server.key", "-aes256", "-passout", "pass:open sesame", "-out", "locked.key")
    lists = ("-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-crldays", "2", "-md", "sha256")
    _openssl(folder, "ca", *lists, "-gencrl", "-out", "none.crl")
    _openssl(folder, "ca", *lists, "-revoke", "server.pem")
    _openssl(folder, "ca", *lists, "-gencrl", "-out", "server.crl")
    for path in folder.iterdir():
        path.chmod(0o644)


def _tls_options(certificates: Certificates, name: str) -> list[str]:
    return [f"ssl-ca={certificates.path('ca.pem')}", f"ssl-cert={certificates.path(name + '.pem')}",
            f"ssl-key={certificates.path(name + '.key')}"]  # fmt: skip


@pytest.fixture(scope="module")
def tls_service(certificates: Certificates) -> Iterator[Service]:
    with mariadb(_tls_options(certificates, "server")) as service:
        yield service


@pytest.mark.fault("M09")
async def test_each_tls_mode_does_what_its_name_says(tls_service: Service, certificates: Certificates) -> None:
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
            assert stage_of(await refusal_of(target)) == "tls"
            continue
        session = await MysqlDriver(target, LIMITS).connect()
        assert session.tls is not None
        assert (session.tls.encrypted, session.tls.verified) == state
        ((_, cipher),) = await rows_of(session, "SHOW STATUS LIKE 'Ssl_cipher'")
        assert bool(cipher) == state[0]
        await session.aclose()


@pytest.mark.fault("M09")
async def test_an_expired_certificate_is_refused(certificates: Certificates) -> None:
    with mariadb(_tls_options(certificates, "old")) as service:
        error = await refusal_of(target_of(service, tls="verify_ca", tls_ca_file=certificates.path("ca.pem")))
        assert (stage_of(error), "expired" in error.message) == ("tls", True)
        session = await MysqlDriver(target_of(service, tls="require"), LIMITS).connect()
        await session.aclose()


async def test_a_server_whose_certificate_was_revoked_is_refused(
    tls_service: Service, certificates: Certificates
) -> None:
    options = {"tls": "verify_full", "host": "localhost", "tls_ca_file": certificates.path("ca.pem")}
    good = target_of(tls_service, **options, tls_crl_file=certificates.path("none.crl"))
    session = await MysqlDriver(good, LIMITS).connect()
    await session.aclose()
    error = await refusal_of(target_of(tls_service, **options, tls_crl_file=certificates.path("server.crl")))
    assert (stage_of(error), "revoked" in error.message) == ("tls", True)
    error = await refusal_of(target_of(tls_service, **options, tls_crl_file=certificates.path("missing.crl")))
    assert (stage_of(error), "is not a list that can be used" in error.message) == ("tls", True)


async def test_a_key_with_a_passphrase_is_opened_by_what_is_given_or_asked_for(
    tls_service: Service, certificates: Certificates
) -> None:
    asked: list[Question] = []

    async def ask(question: Question) -> str:
        asked.append(question)
        return "open sesame"

    named = {"tls_certificate_file": certificates.path("server.pem"), "tls_key_file": certificates.path("locked.key")}
    for target in (
        target_of(tls_service, tls="require", **named),
        target_of(tls_service, tls="require", **named, tls_key_passphrase="open sesame"),
        target_of(tls_service, tls="require", **named, tls_key_passphrase="wrong"),
    ):
        session = await MysqlDriver(target, LIMITS).connect(ask)
        await session.aclose()
    assert [one.again for one in asked] == [False, True]
    with pytest.raises(PromptUnanswered, match="Passphrase of the key"):
        await MysqlDriver(target_of(tls_service, tls="require", **named), LIMITS).connect()


async def test_results_stream_and_stop_through_tls(tls_service: Service) -> None:
    session = await MysqlDriver(target_of(tls_service, tls="require"), LIMITS).connect()
    cursor = await session.execute(Statement(mysql_sql("SELECT seq FROM seq_1_to_100000000"), first_rows=10))
    rows = list(await cursor.fetch(5000))
    while len(rows) < 50_000:
        rows += await cursor.fetch(5000)
    assert rows == [(n,) for n in range(1, len(rows) + 1)]
    await cursor.aclose()
    assert await rows_of(session, "SELECT 1") == [(1,)]
    await session.aclose()


async def test_closing_a_session_that_works_leaves_no_link_open(tls_service: Service) -> None:
    session = await MysqlDriver(target_of(tls_service, tls="require"), LIMITS).connect()

    async def work() -> None:
        with pytest.raises((Interrupted, LiteBaseError)):
            await session.execute(Statement(ENDLESS, first_rows=1))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work)
        await anyio.sleep(0.1)
        await session.aclose()
        ends = [one.get_extra_info("socket") for one in gc.get_objects() if isinstance(one, asyncio.Transport)]
        assert [end for end in ends if end is not None and end.fileno() != -1] == []


@pytest.mark.fault("M09")
async def test_a_server_that_offers_tls_and_breaks_it_is_not_talked_to_in_the_clear() -> None:
    async def break_it(talk: Talk) -> None:
        talk.greet(capabilities=0x81FFFFDF | TLS)
        await talk.hear()
        talk.raw(b"this is no TLS")
        talk.writer.write_eof()

    for mode in ("prefer", "require"):
        async with fake_server(break_it) as (port, talks):
            assert stage_of(await refusal_of(fake_target(port, tls=mode))) == "tls"
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
