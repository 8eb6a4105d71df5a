"""A password for sha256_password over a Unix socket: only who has the server's own key can read it."""

import sys
from hashlib import sha1
from pathlib import Path

import pytest

from litebase.drivers.mysql.driver import MysqlDriver
from litebase.drivers.mysql.link.packets import BadPacket
from litebase.drivers.mysql.link.sealing import sealed
from tests.drivers.mysql.conftest import LIMITS, fake_target
from tests.drivers.mysql.fake_server import SECRET, Talk, fake_server

# a key that was made for this test with `openssl genrsa 1024`
_KEY = b"""-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDXJButVJbhw/IBA2TCgcLqhTC0
dt0wb5rX5KtILguUtW1y4Ejr9wtZazKpw/uxEO3h8M12U6UHqLO1auhgdnu1XWuX
KSxD8vlees1XU1waHFgELMLhFir3eAdv6pfO5sPU7FNJLV5zzoiVUqxzxnC3ed0V
3xwddA6OIWpNGfgcFwIDAQAB
-----END PUBLIC KEY-----
"""
_MODULUS = int(
    "d7241bad5496e1c3f2010364c281c2ea8530b476dd306f9ad7e4ab482e0b94b56d72e048ebf70b596b32a9c3fbb110ede1f0"
    "cd7653a507a8b3b56ae860767bb55d6b97292c43f2f95e7acd57535c1a1c58042cc2e1162af778076fea97cee6c3d4ec5349"
    "2d5e73ce889552ac73c670b779dd15df1c1d740e8e216a4d19f81c17",
    16,
)
_PRIVATE_EXPONENT = int(
    "3d915cc64eb5db281b22851919bccece148daaa775873df91f1d9692d27287fd1fb44751370dfcd67b2205894b8711a4320b"
    "9a90e9410a1f1246b1b08ca27ba616212653fa2892289882c73ca35dfb5d9b4598c15fbd9a697fb6a17c9140e60efed55efb"
    "3bc27b3b9dd8407a05ffcae6077cd812eef89b83135cf7c6f8534859",
    16,
)
_SALT = b"0123456789abcdefghij"


def _mask(seed: bytes, size: int) -> bytes:
    return b"".join(sha1(seed + bytes([0, 0, 0, number])).digest() for number in range(7))[:size]


def _opened(data: bytes) -> bytes:
    """What a server with the private key reads. RFC 8017, section 7.1.2."""
    block = pow(int.from_bytes(data), _PRIVATE_EXPONENT, _MODULUS).to_bytes(128)
    assert block[0] == 0
    seed = bytes(a ^ b for a, b in zip(block[1:21], _mask(block[21:], 20), strict=True))
    text = bytes(a ^ b for a, b in zip(block[21:], _mask(seed, 107), strict=True))
    mark, message = text[20:].lstrip(b"\0")[:1], text[20:].lstrip(b"\0")[1:]
    assert text[:20] == sha1(b"").digest()
    assert mark == b"\1"
    return bytes(a ^ b for a, b in zip(message, _SALT * 5, strict=False))


@pytest.mark.parametrize("password", ["x", SECRET, "p" * 85])
def test_the_server_reads_the_password(password: str) -> None:
    first, second = sealed(password.encode(), _SALT + b"\0", _KEY), sealed(password.encode(), _SALT, _KEY)
    assert first != second, "it looks different each time"
    assert _opened(first) == _opened(second) == password.encode() + b"\0"


@pytest.mark.parametrize(
    ("password", "key"),
    [
        (b"x", b""),
        (b"x", b"-----BEGIN PUBLIC KEY-----\n????\n-----END PUBLIC KEY-----"),
        (b"x", b"-----BEGIN PUBLIC KEY-----\nMIGfMA0=\n-----END PUBLIC KEY-----"),
        (b"x", _KEY[:60] + b"\n-----END PUBLIC KEY-----"),
        (b"x" * 86, _KEY),
    ],
)
def test_what_is_not_a_key_for_it_is_refused(password: bytes, key: bytes) -> None:
    with pytest.raises(BadPacket):
        sealed(password, _SALT, key)


@pytest.mark.anyio
@pytest.mark.skipif(sys.platform == "win32", reason="is about Unix sockets")
async def test_sha256_password_over_a_socket_sends_the_password_sealed(short_folder: Path) -> None:
    """MySQL refuses the password itself there: only TLS is encrypted to it."""
    heard = []

    async def ask(talk: Talk) -> None:
        talk.greet(b"sha256_password")
        await talk.hear()
        talk.send(b"\xfesha256_password\0" + _SALT + b"\0")
        assert await talk.hear() == b"\1"
        talk.send(b"\1" + _KEY)
        heard.append(await talk.hear())
        talk.ok()
        await talk.answer_questions()

    path = short_folder / "socket"
    async with fake_server(ask, path) as (_, talks):
        session = await MysqlDriver(fake_target(3306, socket_path=str(path)), LIMITS).connect()
        await session.aclose()
    assert _opened(heard[0]) == SECRET.encode() + b"\0"
    assert SECRET.encode() not in bytes(talks[0].heard)
