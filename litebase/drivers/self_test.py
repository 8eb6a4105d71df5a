"""What the engines' self-tests share: an expectation that fails in words, and two peers that are not databases.

A driver of a server meets a closed port of the loopback interface, and a peer that agrees to TLS and then hangs up. It
must report each as what it is.
"""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from litebase_schema.errors import ConnectFailedDetails

from litebase.drivers.interface import DriverLimits
from litebase.errors import ConnectFailed

if TYPE_CHECKING:
    from pydantic import BaseModel

    from litebase.drivers.interface import Driver

_PEER_S = 5.0
_TLS_HELLO = b"\x16\x03"  # a handshake record of TLS 1, with which every TLS begins


class SelfTestFailed(Exception):
    """A part does not do what it must; the text says what."""


def expect(what: str, found: object, wanted: object) -> None:
    """Raise `SelfTestFailed` when `found` is not `wanted`."""
    if found != wanted:
        raise SelfTestFailed(f"{what} is {found!r} and should be {wanted!r}")


def release(package: str) -> str:
    """The installed version of a package."""
    try:
        return version(package)
    except PackageNotFoundError:  # a build may leave the package's description out
        return "of unknown version"


async def meet_peers(
    driver: "type[Driver]", target: "type[BaseModel]", offers_tls: bytes, limits: DriverLimits
) -> None:
    """Raises `SelfTestFailed`. `offers_tls` is how a server of this engine agrees to TLS."""
    with _closed_port() as port:
        expect("a closed port", await _stage_of_failure(driver, target, port, limits), "tcp")
    with _peer_that_breaks_tls(offers_tls) as (port, heard):
        expect("a broken TLS", await _stage_of_failure(driver, target, port, limits), "tls")
    expect("an attempt at TLS", _TLS_HELLO in heard, True)


async def _stage_of_failure(driver: "type[Driver]", target: "type[BaseModel]", port: int, limits: DriverLimits) -> str:
    options: Mapping[str, object] = {
        "engine": driver.engine, "host": "127.0.0.1", "port": port, "user": "nobody", "password": "none",
        "database": "none", "tls": "require", "connect_timeout_ms": int(_PEER_S * 1000),
    }  # fmt: skip
    try:
        session = await driver(target.model_validate(options), limits).connect()
    except ConnectFailed as failure:
        return failure.details.stage if isinstance(failure.details, ConnectFailedDetails) else ""
    await session.aclose()
    raise SelfTestFailed("a peer that is not a database was taken for one")


@contextmanager
def _closed_port() -> Iterator[int]:
    """A port of 127.0.0.1 that refuses connections and that nobody else can take."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@contextmanager
def _peer_that_breaks_tls(offer: bytes) -> Iterator[tuple[int, bytearray]]:
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
