"""Whether asyncmy's compiled parts do their work; part of `--self-test`."""

import struct
from typing import Any

from asyncmy import auth
from asyncmy.protocol import MysqlPacket
from litebase_schema.connection import MysqlTarget

from litebase.drivers.interface import DriverLimits
from litebase.drivers.mysql import values
from litebase.drivers.mysql.driver import MysqlDriver
from litebase.drivers.mysql.link.packets import ColumnDefinition
from litebase.drivers.self_test import meet_peers, release

_proofs: Any = auth  # compiled; its stubs have no types
_CAPABILITIES = 0x81FFFFFF & ~0x20  # of a server; everything but compression, so with TLS
_GREETING = (
    b"\x0a8.0.36\0" + struct.pack("<I", 7) + b"12345678\0"
    + struct.pack("<HBHH", _CAPABILITIES & 0xFFFF, 45, 2, _CAPABILITIES >> 16) + bytes([21]) + bytes(10)
    + b"123456789012\0" + b"mysql_native_password\0"
)  # fmt: skip
OFFERS_TLS = len(_GREETING).to_bytes(3, "little") + b"\0" + _GREETING
_INTEGER, _TEXT, _BLOB = 8, 253, 252  # types of columns
_UTF8, _BINARY = 45, 63  # character sets
_PROOF = bytes.fromhex("1957dce2724282e018f40d905824cb6361f88d41")  # for the password and salt below, made with hashlib
_ROW = b"\x0219" + b"\x08gr\xc3\xb6\xc3\x9fer" + b"\x02\x00\xff" + b"\xfb"


async def run(limits: DriverLimits) -> str:
    """What was done, with the version. Raises `SelfTestFailed` or `ValueError`."""
    used = _used_library()
    await meet_peers(MysqlDriver, MysqlTarget, OFFERS_TLS, limits)
    return f"{used}: values went there and back, a closed port and a broken TLS were reported"


def _used_library() -> str:
    """The version, after a row was read and a password proven. Raises `ValueError` when that goes wrong."""
    columns = [_column(_INTEGER, _BINARY), _column(_TEXT, _UTF8), _column(_BLOB, _BINARY), _column(_TEXT, _UTF8)]
    row = MysqlPacket(_ROW, "utf8").read_row(values.converters(columns, values.utf8_charsets()))
    if row != (19, "größer", b"\x00\xff", None):
        raise ValueError("a row is read wrongly")
    if bytes(_proofs.scramble_native_password(b"password", b"12345678901234567890")) != _PROOF:
        raise ValueError("a password is proven wrongly")
    if values.literals([1, "a", None]) != ["1", "_utf8mb4 X'61'", "NULL"]:
        raise ValueError("parameters are written wrongly")
    return f"asyncmy {release('asyncmy')}"


def _column(kind: int, charset: int) -> ColumnDefinition:
    return ColumnDefinition("", "", "", "", "", charset, 255, kind, 0, 0)
