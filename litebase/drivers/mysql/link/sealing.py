"""A password encrypted with a server's RSA key, as `sha256_password` wants it over a link without TLS.

Only for Unix sockets, where nobody can put another key in the place of the server's. It is RSAES-OAEP with SHA-1 (RFC
8017, section 7.1.1) of the password, which is combined with random bytes of the server before.
"""

import base64
import binascii
import re
import secrets
from hashlib import sha1
from itertools import cycle

from litebase.drivers.mysql.link.packets import BadPacket

_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----(.+?)-----END PUBLIC KEY-----", re.DOTALL)
_SEQUENCE, _BIT_STRING, _INTEGER = 0x30, 0x03, 0x02
_HASH_BYTES = 20
_MAX_KEY_BYTES, _MAX_EXPONENT_BITS = 2048, 64


def sealed(password: bytes, salt: bytes, key: bytes) -> bytes:
    """The password for a server with this public key in PEM form. Raises `BadPacket`."""
    modulus, exponent = _numbers(key)
    message = _xor(password + b"\0", cycle(salt[:20]))
    size = (modulus.bit_length() + 7) // 8
    free = size - len(message) - 2 * _HASH_BYTES - 2
    if free < 0 or size > _MAX_KEY_BYTES or exponent.bit_length() > _MAX_EXPONENT_BITS:
        raise BadPacket("the key of the server is too small for the password, or too large to be one")
    seed = secrets.token_bytes(_HASH_BYTES)
    block = _hash(b"") + bytes(free) + b"\1" + message
    masked = _xor(block, _mask(seed, len(block)))
    masked_seed = _xor(seed, _mask(masked, _HASH_BYTES))
    return pow(int.from_bytes(masked_seed + masked), exponent, modulus).to_bytes(size)


def _numbers(key: bytes) -> tuple[int, int]:
    """Modulus and exponent of a public key."""
    found = _PEM.search(key)
    try:
        der = base64.b64decode(found[1] if found else b"", validate=False)
    except binascii.Error as error:
        raise BadPacket("the key of the server is not a public key") from error
    _, bits = _parts(_parts(der, _SEQUENCE)[0], _SEQUENCE)
    inner, _ = _parts(bits, _BIT_STRING)
    modulus, rest = _parts(_parts(inner[1:], _SEQUENCE)[0], _INTEGER)
    exponent, _ = _parts(rest, _INTEGER)
    return int.from_bytes(modulus), int.from_bytes(exponent)


def _parts(der: bytes, tag: int) -> tuple[bytes, bytes]:
    """The contents of the first thing in DER, and what follows it."""
    if len(der) < 2 or der[0] != tag:
        raise BadPacket("the key of the server is not a public key")
    length, start = der[1], 2
    if length > 0x80:
        start += length - 0x80
        length = int.from_bytes(der[2:start])
    return der[start : start + length], der[start + length :]


def _hash(data: bytes) -> bytes:
    return sha1(data, usedforsecurity=False).digest()  # what OAEP needs of it is not what is broken


def _mask(seed: bytes, size: int) -> bytes:
    parts = (_hash(seed + number.to_bytes(4)) for number in range(-(-size // _HASH_BYTES)))
    return b"".join(parts)[:size]


def _xor(data: bytes, mask: "cycle[int] | bytes") -> bytes:
    return bytes(one ^ other for one, other in zip(data, mask, strict=False))
