"""The packets of a login: what this client is capable of, who it is, and the proof that it knows the password.

Only the methods in `_ALLOWED_METHODS` exist here, whatever a server asks for, and the password itself leaves over an
encrypted link or a Unix socket only.
"""

import struct
from collections.abc import Mapping
from typing import Any

from asyncmy import auth
from asyncmy.constants import CLIENT

from litebase.drivers.mysql.link import ed25519
from litebase.errors import ConnectFailed

_proofs: Any = auth  # compiled; its stubs describe a part only of what it has

NATIVE, CACHING, SHA256, _ED25519 = (
    b"mysql_native_password", b"caching_sha2_password", b"sha256_password", b"client_ed25519",
)  # fmt: skip
_ALLOWED_METHODS = (NATIVE, CACHING, SHA256, _ED25519)
KEY_WANTED, FAST_LOGIN_DONE, FULL_LOGIN_WANTED = b"\1", b"\3", b"\4"
SESSION_TRACK = 1 << 23
NEEDED = CLIENT.PROTOCOL_41 | CLIENT.SECURE_CONNECTION

_MAX_PACKET = 0xFFFFFF
_CHARSET_NUMBER = 45  # utf8mb4
_SCRAMBLE_BYTES, _ED25519_BYTES = 20, 32  # a NUL may follow
_CLIENT_MYSQL, _PS_MULTI_RESULTS = 1, CLIENT.PS_MULTI_RESULTS
_EXTENDED_METADATA = 1 << 3  # in MariaDB's second word of capabilities
# MULTI_STATEMENTS and LOCAL_FILES are not among them: a text is one statement, and no file of ours is ever sent.
_WANTED = (
    _CLIENT_MYSQL | CLIENT.LONG_FLAG | CLIENT.PROTOCOL_41 | CLIENT.TRANSACTIONS | CLIENT.SECURE_CONNECTION
    | CLIENT.MULTI_RESULTS | _PS_MULTI_RESULTS | CLIENT.PLUGIN_AUTH | CLIENT.PLUGIN_AUTH_LENENC_CLIENT_DATA
    | CLIENT.CONNECT_ATTRS | CLIENT.DEPRECATE_EOF | SESSION_TRACK
)  # fmt: skip


def agreed(server: int, mariadb: int, *, with_database: bool) -> tuple[int, int]:
    """The capabilities that both sides have, and those of MariaDB's own; `server` and `mariadb` are the server's."""
    capabilities = _WANTED & server | NEEDED
    if with_database:
        capabilities |= CLIENT.CONNECT_WITH_DB
    # MariaDB takes the cleared first bit as the sign that its own capabilities are understood
    capabilities = capabilities & ~_CLIENT_MYSQL if mariadb else capabilities | _CLIENT_MYSQL
    return capabilities, mariadb & _EXTENDED_METADATA


def head(capabilities: int, extended: int) -> bytes:
    """How a login begins; alone it asks for TLS."""
    return struct.pack("<IIB19xI", capabilities, _MAX_PACKET, _CHARSET_NUMBER, extended)


def packet(
    capabilities: int, extended: int, user: str, database: str | None, method: bytes, answer: bytes,
    attributes: Mapping[str, str],
) -> bytes:  # fmt: skip
    """The whole login; `answer` is the proof by `method`."""
    parts = [head(capabilities, extended), user.encode() + b"\0"]
    parts.append(_counted(answer) if capabilities & CLIENT.PLUGIN_AUTH_LENENC_CLIENT_DATA else _short(answer))
    if database:
        parts.append(database.encode() + b"\0")
    if capabilities & CLIENT.PLUGIN_AUTH:
        parts.append(method + b"\0")
    if capabilities & CLIENT.CONNECT_ATTRS:
        pairs = b"".join(_counted(part.encode()) for pair in attributes.items() for part in pair)
        parts.append(_counted(pairs))
    return b"".join(parts)


def first_method(named: bytes) -> bytes:
    """The method to begin with. An unknown one does no harm: the server asks to switch, and that is decided then."""
    return named if named in (NATIVE, CACHING) else NATIVE


def check_method(method: bytes, *, secure: bool, password: bytes) -> None:
    """Refuse a method that could reveal the password; `secure` is whether nobody can listen. Raises `ConnectFailed`."""
    if method not in _ALLOWED_METHODS:
        shown = method[:40].decode("ascii", "replace") or "mysql_old_password"
        raise ConnectFailed(
            "auth", f"The server asks for the login method {shown!r}, which could reveal the password; refused."
        )
    if method == SHA256 and not secure and password:
        raise ConnectFailed(
            "auth",
            "The server asks for the password itself, and the link is not encrypted. Use the TLS mode `require` or "
            "a stricter one, or the server's Unix socket.",
        )


def proof(method: bytes, password: bytes, salt: bytes) -> bytes:
    """What shows that we know the password: never itself, but for the methods that send it over TLS or a socket."""
    if method == SHA256:
        return password + b"\0"
    if method == _ED25519:
        return ed25519.signature(password, salt[:_ED25519_BYTES])
    if not password:
        return b""
    salt = salt[:_SCRAMBLE_BYTES]
    if method == CACHING:
        return bytes(_proofs.scramble_caching_sha2(password, salt))
    return bytes(_proofs.scramble_native_password(password, salt))


def _counted(text: bytes) -> bytes:
    """A string with its length in front."""
    length = len(text)
    if length < 0xFB:
        return bytes([length]) + text
    if length < 1 << 16:
        return b"\xfc" + length.to_bytes(2, "little") + text
    return b"\xfd" + length.to_bytes(3, "little") + text


def _short(text: bytes) -> bytes:
    return bytes([len(text)]) + text
