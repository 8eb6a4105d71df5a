"""Logging in over a new stream: the server's greeting, TLS where it is wanted, and the proof of who we are."""

import os
import ssl
from dataclasses import dataclass

import anyio
from asyncmy.constants import CLIENT
from litebase_schema.connection import MysqlTarget, TlsState

from litebase.drivers.mysql.link import login, packets
from litebase.drivers.mysql.link.packets import BadPacket, Greeting
from litebase.drivers.mysql.link.sealing import sealed
from litebase.drivers.mysql.link.stream import Stream
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.trace import Trace
from litebase.errors import ConnectFailed

_MAX_PACKET_BYTES = 65_536  # before we are let in; true packets have some hundred bytes


class Progress:
    """How far opening a session has come: tcp, tls, auth, database."""

    def __init__(self, trace: Trace | None = None) -> None:
        self.trace = trace or Trace()
        self.host: str | None = None  # the address that is spoken to; None for a Unix socket
        self._stage = "tcp"

    @property
    def stage(self) -> str:
        return self._stage

    @stage.setter
    def stage(self, stage: str) -> None:
        self._stage = stage
        if stage != self.trace.stage:
            self.trace.begin(stage, self.host)


@dataclass(frozen=True, slots=True)
class Welcome:
    """What is known of a server that let us in, and what was agreed with it."""

    version: ServerVersion
    thread_id: int
    tls: TlsState | None  # None over a Unix socket
    ends_with_ok: bool  # results end with an OK packet, not with an EOF packet
    extended: bool  # columns have MariaDB's extended metadata
    tracks: bool  # the server reports changes of the session's state


async def log_in(
    stream: Stream, target: MysqlTarget, user: str, context: ssl.SSLContext | None, progress: Progress
) -> Welcome:
    """Be let in. Raises `ConnectFailed`, `ServerError`, `BadPacket`, `LinkLost` and `OSError`."""
    if target.tunnel is None:  # else only the tunnel's end has answered so far
        progress.stage = "auth"
    greeting = packets.greeting(await _packet(stream))
    progress.stage = "auth"
    if greeting.capabilities & login.NEEDED != login.NEEDED:
        raise ConnectFailed("auth", "The server is too old: it has none of the safe ways to log in.")
    capabilities, extended = login.agreed(
        greeting.capabilities, greeting.mariadb_capabilities, with_database=bool(target.database)
    )
    tls = None if target.socket_path else TlsState(encrypted=False, verified=False)
    if context is not None and _offers_tls(greeting, target):
        progress.stage = "tls"
        capabilities |= CLIENT.SSL
        stream.send(login.head(capabilities, extended))
        version = await stream.encrypt(context, target.host)
        tls = TlsState(encrypted=True, verified=context.verify_mode is ssl.CERT_REQUIRED, version=version)
        progress.stage = "auth"
    password = (target.password or "").encode()
    method = login.first_method(greeting.method)
    answer = login.proof(method, password, greeting.salt)
    attributes = {"_client_name": "litebase", "_pid": str(os.getpid()), "program_name": target.application_name}
    stream.send(login.packet(capabilities, extended, user, target.database, method, answer, attributes))
    await _prove(stream, method, password, over_tls=bool(tls and tls.encrypted))
    return Welcome(
        version=ServerVersion.of(greeting.version),
        thread_id=greeting.thread_id,
        tls=tls,
        ends_with_ok=bool(capabilities & CLIENT.DEPRECATE_EOF),
        extended=bool(extended),
        tracks=bool(capabilities & login.SESSION_TRACK),
    )


def _offers_tls(greeting: Greeting, target: MysqlTarget) -> bool:
    offered = bool(greeting.capabilities & CLIENT.SSL)
    if not offered and target.tls != "prefer":
        raise ConnectFailed("tls", f"The server does not offer TLS, and the mode is {target.tls}.")
    return offered


async def _prove(stream: Stream, method: bytes, password: bytes, *, over_tls: bool) -> None:
    """Answer until the server is content."""
    salt = b""
    while (data := await _packet(stream))[0] != 0x00:
        wanted = data[1:2] if data[0] == 0x01 else b""
        if data[0] == 0xFE:
            asked = packets.Reader(data, 1)
            method, salt = asked.until_nul(), asked.take(asked.left)
            login.check_method(method, secure=stream.secure, password=password)
            if method == login.SHA256 and password and not over_tls:
                stream.send(login.KEY_WANTED)
            else:  # off the event loop: a signature takes some milliseconds
                stream.send(await anyio.to_thread.run_sync(login.proof, method, password, salt))
        elif wanted and method == login.SHA256 and stream.secure and not over_tls:
            stream.send(sealed(password, salt, data[1:]))
        elif wanted == login.FULL_LOGIN_WANTED and method == login.CACHING:
            login.check_method(login.SHA256, secure=stream.secure, password=password)
            stream.send(login.proof(login.SHA256, password, b""))
        elif wanted != login.FAST_LOGIN_DONE or method != login.CACHING:
            raise BadPacket("a reply to the login has an unknown form")


async def _packet(stream: Stream) -> bytes:
    data = await stream.packet(_MAX_PACKET_BYTES)
    if data[0] == 0xFF:
        raise packets.error(data)
    return data
