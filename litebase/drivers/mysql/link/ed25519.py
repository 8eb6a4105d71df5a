"""Signatures for the login method `client_ed25519` of MariaDB: Ed25519, with the password in the place of the key.

Source: RFC 8032, section 5.1. Libraries sign with keys of 32 bytes, and a password has any length; PyNaCl has the parts
to sign with one, but would bring libsodium with every build, for this alone. One signature takes some milliseconds, and
which steps are taken does not depend on the password.
"""

from hashlib import sha512
from typing import Final

_PRIME: Final = 2**255 - 19
_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _PRIME) % _PRIME

# x, y, z and t in extended homogeneous coordinates: the point (x/z, y/z), and t = x*y/z
_Point = tuple[int, int, int, int]
_X: Final = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_Y: Final = 46316835694926478169428394003475163141307993866256225615783033603165251855960
_BASE: Final[_Point] = (_X, _Y, 1, _X * _Y % _PRIME)
_NEUTRAL: Final[_Point] = (0, 1, 1, 0)


def signature(password: bytes, message: bytes) -> bytes:
    """What proves, for this message, that we know the password; 64 bytes."""
    digest = sha512(password).digest()
    secret = _integer(digest[:32]) & ~7 & (1 << 254) - 1 | 1 << 254
    nonce = _integer(sha512(digest[32:] + message).digest()) % _ORDER
    commitment = _encoded(_times_base(nonce))
    challenge = _integer(sha512(commitment + _encoded(_times_base(secret)) + message).digest())
    return commitment + ((nonce + challenge * secret) % _ORDER).to_bytes(32, "little")


def _integer(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _times_base(factor: int) -> _Point:
    result, power = _NEUTRAL, _BASE
    for place in range(255):
        result = (result, _sum(result, power))[factor >> place & 1]
        power = _sum(power, power)
    return result


def _sum(one: _Point, other: _Point) -> _Point:
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2) % _PRIME, (y1 + x1) * (y2 + x2) % _PRIME
    c, d = 2 * t1 * t2 * _D % _PRIME, 2 * z1 * z2 % _PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _PRIME, g * h % _PRIME, f * g % _PRIME, e * h % _PRIME


def _encoded(point: _Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, _PRIME)
    return (y * inverse % _PRIME | (x * inverse % _PRIME & 1) << 255).to_bytes(32, "little")
