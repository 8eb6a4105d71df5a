"""Whether this build has everything in it: each engine's library is used as far as that goes without a server.

A frozen build can start and still lack what is loaded later. So every message's model and handler is loaded, SQLite
runs statements, and the drivers of the servers meet two peers of ours on the loopback interface: a closed port, and one
that agrees to TLS and then hangs up. Both must be told as what they are.
"""

import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

import anyio
import msgpack
import structlog
from litebase_schema.connection import MysqlTarget, PostgresqlTarget, SqliteTarget
from litebase_schema.errors import ConnectFailedDetails
from litebase_schema.registry import ERROR_DETAILS, MESSAGES, details_validator, validator
from structlog.dev import ConsoleRenderer

from litebase.drivers import load
from litebase.drivers.interface import DriverLimits, Statement
from litebase.errors import ConnectFailed
from litebase.process.exit_codes import ExitCode
from litebase.server.methods import METHODS, handler
from litebase.settings import Settings

_LIMIT_S = 10.0  # of each part
_PEER_S = 5.0
_LIMITS = DriverLimits(Settings().stop_patience_s, Settings().fetch_grace_s)
_TLS_HELLO = b"\x16\x03"  # a handshake record of TLS 1, with which every TLS begins
_WORDS = "größer, 日本, 😀"


class SelfTestFailed(Exception):
    """A part does not do what it must; the text says what."""


async def run() -> ExitCode:
    """Try every part and print a line for each. `SELF_TEST` when one does not work."""
    broken = 0
    for name, part in PARTS.items():
        try:
            with anyio.fail_after(_LIMIT_S):
                state, told = "ok", await part()
        except Exception as error:  # noqa: BLE001  # whatever one part raises, the others are still tried
            state, told = "FAILED", " ".join(f"{type(error).__name__}: {error}".split())
            broken += 1
        line = f"{name:<11} {state:<7} {told}".encode("ascii", "backslashreplace").decode()  # for every terminal
        print(line, flush=True)  # noqa: T201  # what the caller asked for
    return ExitCode.SELF_TEST if broken else ExitCode.DONE


async def _messages() -> str:
    """Models and handlers are loaded by name when they are first needed, so nothing else would miss one."""
    for name in MESSAGES:
        validator(name)
    for code in ERROR_DETAILS:
        details_validator(code)
    for name in METHODS:
        handler(name)
    value = {"text": _WORDS, "bytes": b"\x00\xff", "number": 2**63}
    _expect("what was packed", msgpack.unpackb(msgpack.packb(value)), value)
    _expect("the packer", msgpack.Packer.__module__, "msgpack._cmsgpack")
    return f"{len(MESSAGES)} models, {len(METHODS)} handlers, msgpack {_release('msgpack')} in C"


async def _logs() -> str:
    line = structlog.processors.JSONRenderer()(None, "info", {"event": _WORDS})
    _expect("a line for people", _WORDS in ConsoleRenderer(colors=False)(None, "info", {"event": _WORDS}), True)
    return f"structlog {_release('structlog')}, {len(line)} characters of JSON"


async def _tls() -> str:
    target = MysqlTarget(engine="mysql", host="localhost", tls="verify_full")
    context = import_module("litebase.drivers.mysql.tls").context_for(target)
    return f"{ssl.OPENSSL_VERSION}; this system trusts {context.cert_store_stats()['x509_ca']} certificates"


async def _sqlite() -> str:
    driver = load("sqlite")(SqliteTarget(engine="sqlite", mode="memory"), _LIMITS)
    session = await driver.connect()
    try:
        await (await session.execute(Statement("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)"))).aclose()
        await (await session.execute(Statement("INSERT INTO things VALUES (?, ?)", [2**62, _WORDS]))).aclose()
        cursor = await session.execute(Statement("SELECT id, name, x'00ff' FROM things", first_rows=1))
        _expect("the row", list(await cursor.fetch(10)), [(2**62, _WORDS, b"\x00\xff")])
        await cursor.aclose()
    finally:
        await session.aclose()
    return f"SQLite {session.server_version}, aiosqlite {_release('aiosqlite')}: a table was written and read"


async def _postgresql() -> str:
    told = import_module("litebase.drivers.postgresql.self_test").used_library()
    await _meets_peers("postgresql", PostgresqlTarget)
    return f"{told}: values went there and back, a closed port and a broken TLS were told"


async def _mysql() -> str:
    told = import_module("litebase.drivers.mysql.self_test").used_library()
    await _meets_peers("mysql", MysqlTarget)
    return f"{told}: values went there and back, a closed port and a broken TLS were told"


PARTS: Mapping[str, Callable[[], Awaitable[str]]] = {
    "messages": _messages,
    "logs": _logs,
    "tls": _tls,
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "mysql": _mysql,
}


async def _meets_peers(engine: str, kind: type[PostgresqlTarget] | type[MysqlTarget]) -> None:
    with closed_port() as port:
        _expect("a closed port", await _stage_of_failure(engine, kind, port), "tcp")
    offer: bytes = import_module(f"litebase.drivers.{engine}.self_test").OFFERS_TLS
    with peer_that_breaks_tls(offer) as (port, heard):
        _expect("a broken TLS", await _stage_of_failure(engine, kind, port), "tls")
    _expect("an attempt at TLS", _TLS_HELLO in heard, True)


async def _stage_of_failure(engine: str, kind: type[PostgresqlTarget] | type[MysqlTarget], port: int) -> str:
    target = kind.model_validate({
        "engine": engine, "host": "127.0.0.1", "port": port, "user": "nobody", "password": "none", "database": "none",
        "tls": "require", "connect_timeout_ms": int(_PEER_S * 1000),
    })  # fmt: skip
    try:
        session = await load(engine)(target, _LIMITS).connect()
    except ConnectFailed as failure:
        return failure.details.stage if isinstance(failure.details, ConnectFailedDetails) else ""
    await session.aclose()
    raise SelfTestFailed("a peer that is no database was taken for one")


@contextmanager
def closed_port() -> Iterator[int]:
    """A port of 127.0.0.1 that refuses connections and that nobody else can take."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@contextmanager
def peer_that_breaks_tls(offer: bytes) -> Iterator[tuple[int, bytearray]]:
    """The port of a peer that says `offer` and hangs up when TLS begins, and what it heard."""
    heard = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(_PEER_S)
        thread = threading.Thread(target=_hang_up, args=(listening, offer, heard), daemon=True)
        thread.start()
        yield listening.getsockname()[1], heard
        thread.join(2 * _PEER_S)


def _hang_up(listening: socket.socket, offer: bytes, heard: bytearray) -> None:
    try:
        accepted, _ = listening.accept()
        with accepted:
            accepted.settimeout(_PEER_S)
            accepted.sendall(offer)
            while _TLS_HELLO not in heard and (data := accepted.recv(65536)):
                heard += data
    except OSError:
        return  # the driver never came, or ended first: its own report says so


def _expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise SelfTestFailed(f"{what} is {found!r} and should be {wanted!r}")


def _release(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # a build may leave the package's description out
        return "of unknown version"
