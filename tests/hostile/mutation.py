"""Lies that a database server may tell: true packets, changed in one or a few places, deterministically by chance."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.hostile.packets import Framing

TELLING = [
    b"\x00", b"\x01", b"\x7f", b"\x80", b"\xfa", b"\xfb", b"\xfc", b"\xfd", b"\xfe", b"\xff", b"\xff\xff",
    b"\xfe" + b"\xff" * 8, b"\xfe" + b"\xff" * 7 + b"\x7f", b"\xfe\xfb" + b"\xff" * 7, b"\xfe\0\0\0\0\1\0\0\0",
    b"\xfd\xff\xff\xff", b"\xfc\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\xfe",
    b"\0\0\0\0", b"\x40\0\0\0", b"\x00\x00", b"\x7f\xff", b"\xc3\x28", b"\xed\xa0\x80",
]  # fmt: skip
_LARGE = 0xFFFFFF  # the payload of MySQL's largest packet


@dataclass(frozen=True, slots=True)
class Lie:
    """What is sent in the place of a turn. `again` follows without an end; `stays` is whether the link stays open."""

    data: bytes
    again: bytes = b""
    stays: bool = False


Packets = list[bytes]


def _flip(packets: Packets, others: Packets, chance: random.Random) -> None:
    del others
    at = chance.randrange(len(packets))
    data = bytearray(packets[at] or b"\0")
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    packets[at] = bytes(data)


def _put(packets: Packets, others: Packets, chance: random.Random) -> None:
    """Write one of the telling values over what is there, or between it."""
    del others
    at = chance.randrange(len(packets))
    data, value = bytearray(packets[at]), chance.choice(TELLING)
    start = chance.randrange(len(data) + 1)
    data[start : start + chance.choice((0, len(value)))] = value
    packets[at] = bytes(data)


def _shorten(packets: Packets, others: Packets, chance: random.Random) -> None:
    del others
    at = chance.randrange(len(packets))
    start = chance.randrange(len(packets[at]) + 1)
    packets[at] = packets[at][:start] + packets[at][start + chance.choice((1, 2, 4, 9, 1 << 20)) :]


def _lengthen(packets: Packets, others: Packets, chance: random.Random) -> None:
    del others
    at = chance.randrange(len(packets))
    packets[at] += chance.randbytes(chance.choice((1, 4, 60, 5000, 70_000)))


def _drop(packets: Packets, others: Packets, chance: random.Random) -> None:
    del others
    del packets[chance.randrange(len(packets))]


def _repeat(packets: Packets, others: Packets, chance: random.Random) -> None:
    del others
    at = chance.randrange(len(packets))
    packets[at:at] = [packets[at]] * chance.choice((1, 2, 300))


def _swap(packets: Packets, others: Packets, chance: random.Random) -> None:
    del others
    one, two = chance.randrange(len(packets)), chance.randrange(len(packets))
    packets[one], packets[two] = packets[two], packets[one]


def _insert(packets: Packets, others: Packets, chance: random.Random) -> None:
    packets.insert(chance.randrange(len(packets) + 1), chance.choice(others))


def _splice(packets: Packets, others: Packets, chance: random.Random) -> None:
    at, other = chance.randrange(len(packets)), chance.choice(others)
    packets[at] = packets[at][: chance.randrange(len(packets[at]) + 1)] + other[chance.randrange(len(other) + 1) :]


Change = Callable[[Packets, Packets, random.Random], None]
CHANGES: Sequence[Change] = (
    _flip,
    _flip,
    _put,
    _put,
    _put,
    _shorten,
    _lengthen,
    _drop,
    _repeat,
    _swap,
    _insert,
    _splice,
)


def lie(turn: bytes, all_turns: Sequence[bytes], framing: Framing, chance: random.Random) -> Lie:
    """What to send in the place of `turn`."""
    others = framing.split(chance.choice(all_turns)) or [b"\0"]
    packets = framing.split(turn) or [b"\0"]
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        if packets:
            chance.choice(CHANGES)(packets, others, chance)
    data = framing.join(packets, turn)
    kind = chance.random()
    if kind < 0.005:
        return Lie(framing.join(packets[:1], turn), _endless(packets or others, turn, framing, chance))
    if kind < 0.008:
        return Lie(_large(turn, chance), b"" if chance.random() < 0.5 else _large(turn, chance))
    if kind < 0.12:
        return Lie(data[: chance.randrange(len(data) + 1)], stays=chance.random() < 0.1)
    if kind < 0.25 and data:
        return Lie(_false_length(data, framing, chance))
    return Lie(data, stays=chance.random() < 0.05)


def _endless(packets: Packets, turn: bytes, framing: Framing, chance: random.Random) -> bytes:
    """A whole number of rounds of MySQL's packet numbers, so that it can be sent again and again."""
    return framing.join([chance.choice(packets)] * 256, turn)


def _large(turn: bytes, chance: random.Random) -> bytes:
    """The largest packet of MySQL, which says that more follows. To PostgreSQL it is 16 MB of nonsense."""
    return b"\xff\xff\xff" + turn[3:4] + bytes([chance.choice((0, 1, 10, 0xFE, 0xFF))]) * _LARGE


def _false_length(data: bytes, framing: Framing, chance: random.Random) -> bytes:
    """The stream with the length of one packet or any byte of its heads changed, and nothing put right."""
    places, at = [0], 0
    for packet in framing.split(data):
        at += len(packet) + 4  # MySQL's head; PostgreSQL's but for the letter, which is a part of the packet here
        places.append(at)
    changed = bytearray(data)
    start = chance.choice(places[:-1] or [0]) + chance.randrange(framing.head_bytes)
    changed[start : start + 1] = chance.choice((b"\0", b"\x01", b"\x7f", b"\x80", b"\xff", chance.randbytes(1)))
    return bytes(changed)
