"""What Python packs, the TypeScript client unpacks and packs again, and Python reads: nothing changed on the way."""

import math
import struct
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import msgpack
import pytest

from tests.typescript import node

_EDGES: list[Any] = [
    *(sign * (2**power) + near for power in (0, 5, 7, 8, 15, 16, 31, 32, 53) for sign in (1, -1) for near in (-1, 0)),
    *(2**53 + 1, -(2**53) - 1, 2**63 - 1, 2**63, 2**64 - 1, -(2**63)),
    *(0.5, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308, 1e300),
    *("", "a", "ä" * 20, "\ufeff", "\U0010ffff", "x" * 31, "x" * 32, "x" * 255, "x" * 256, "x" * 65535, "x" * 65536),
    *(b"", b"\x00\xff", b"y" * 255, b"y" * 256, b"y" * 65536, None, True, False),
]  # fmt: skip


def made_up(chance: Random, depth: int = 0) -> Any:
    """Any value that a message may hold."""
    kind = chance.randrange(9 if depth < 4 else 6)
    match kind:
        case 0:
            return chance.choice(_EDGES)
        case 1:
            return chance.randrange(-(2**63), 2**64)
        case 2:
            return chance.randrange(-300, 70000)
        case 3:
            return _not_whole(struct.unpack("d", chance.randbytes(8))[0])
        case 4:
            return "".join(chance.choice("aé€😀\0") for _ in range(chance.randrange(60)))
        case 5:
            return chance.randbytes(chance.randrange(40))
        case 6 | 7:
            return [made_up(chance, depth + 1) for _ in range(chance.randrange(20))]
        case _:
            return {f"k{index}": made_up(chance, depth + 1) for index in range(chance.randrange(20))}


def _not_whole(value: float) -> float:
    """JavaScript does not tell 12.0 from 12; all other floats must come back as they are."""
    return 0.1 if value.is_integer() and value and abs(value) < 2**53 else value


def exact(value: Any) -> Any:
    """The value with each float as its bits, so that NaN equals itself and -0.0 differs from 0; 1 differs from True."""
    match value:
        case float():
            return "nan" if math.isnan(value) else struct.pack("d", value)
        case bool():
            return ("bool", value)
        case list():
            return [exact(item) for item in value]
        case dict():
            return {key: exact(item) for key, item in value.items()}
        case _:
            return value


@pytest.fixture(scope="module")
def program(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reencode")
    node.lay_out(folder, [Path(__file__).parent / "reencode.ts"])
    return node.compile_all(folder) / "reencode.js"


def test_every_value_comes_back_as_it_was(program: Path) -> None:
    chance = Random(1)
    values = [*_EDGES, _EDGES, *(made_up(chance) for _ in range(500))]
    now = datetime.now(UTC).replace(microsecond=123000)
    sent = [msgpack.packb({"id": "1", "type": "t", "timestamp": now, "data": value}, datetime=True) for value in values]
    given = b"".join(struct.pack(">I", len(payload)) + payload for payload in sent)
    back = node.run([program], {}, given)
    place = 0
    for value, payload in zip(values, sent, strict=True):
        (length,) = struct.unpack_from(">I", back, place)
        again = back[place + 4 : place + 4 + length]
        place += 4 + length
        message = msgpack.unpackb(again, timestamp=3)
        assert (message["id"], message["type"], message["timestamp"]) == ("1", "t", now)
        assert exact(message["data"]) == exact(value)
        assert len(again) <= len(payload) + 5, "the smallest forms; a timestamp has 15 bytes here, and ten there"
    assert place == len(back)
