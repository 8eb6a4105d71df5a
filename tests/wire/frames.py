"""Frames that the wire's tests send: good ones, and broken ones by their row in the list of faults.

Run as a program it prints what the protocol makes of every broken payload, so that another codec can be compared.
"""

import json
import struct
from datetime import UTC, datetime
from typing import Any

import msgpack

from litebase.settings import Settings
from litebase.wire.protocol import Limits, Message, Protocol, Refused

SETTINGS = Settings()
LIMITS = Limits(SETTINGS.max_frame_bytes, SETTINGS.max_depth, SETTINGS.max_items)
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def packed(value: Any) -> bytes:
    """One value as MessagePack."""
    found: bytes = msgpack.packb(value, datetime=True)
    return found


def payload(**changes: Any) -> bytes:
    """A valid `health_check`, with some envelope keys changed; `...` leaves a key out."""
    envelope = {"id": "1", "type": "health_check", "timestamp": MOMENT, "data": {}} | changes
    return packed({key: value for key, value in envelope.items() if value is not ...})


def framed(content: bytes) -> bytes:
    """A payload behind its length."""
    return struct.pack(">I", len(content)) + content


def with_data(packed_data: bytes) -> bytes:
    """A `health_check` whose data is these bytes, valid or not."""
    return payload(data=...).replace(b"\x83", b"\x84", 1) + packed("data") + packed_data


def events(data: bytes, protocol: Protocol | None = None) -> list[Message | Refused]:
    """Everything that a protocol says of some bytes."""
    reader = protocol or Protocol("requests", LIMITS)
    reader.receive_data(data)
    return list(iter(reader.next_event, None))


def only_refusal(content: bytes) -> Refused:
    """What a server answers to one payload that it refuses."""
    found = events(framed(content))
    assert len(found) == 1
    assert isinstance(found[0], Refused)
    return found[0]


def _nested(levels: int) -> bytes:
    """Arrays in arrays; the envelope's map and its data are two levels themselves."""
    return with_data(b"\x91" * (levels - 1) + b"\xc0")


def _timestamp(extension: bytes) -> bytes:
    return payload().replace(packed(MOMENT), extension)


BROKEN: dict[str, dict[str, bytes]] = {
    "F04": {"empty": b""},
    "F11": {
        "one more byte": payload() + b"\x00",
        "one more message": payload() * 2,
        "a value cut short": payload()[:-1],
        "a header only": b"\x84",
    },
    "F12": {
        "the byte that is never used": b"\xc1",
        "the byte that is never used, inside": with_data(b"\x81\xa1a\xc1"),
        "nil": b"\xc0",
        "integer": b"\x07",
        "float": packed(1.5),
        "str": packed("id"),
        "bin": packed(b"id"),
        "bool": b"\xc3",
        "array": packed([1]),
        "timestamp": packed(MOMENT),
    },
    "F13": {f"{levels} levels": _nested(levels) for levels in (33, 1025, 100_000)},
    "F15": {
        "array32": b"\xdd\xff\xff\xff\xff",
        "map32": b"\xdf\xff\xff\xff\xff",
        "str32": b"\xdb\xff\xff\xff\xff",
        "bin32": b"\xc6\xff\xff\xff\xff",
        "ext32": b"\xc9\xff\xff\xff\xff",
        "array16": b"\xdc\xff\xff",
        "map16": b"\xde\xff\xff",
        "array32 inside": with_data(b"\x81\xa1a\xdd\xff\xff\xff\xff"),
        "half a length": b"\xdd\xff",
    },
    "F16": {
        "in the envelope": b"\x85" + payload()[1:] + packed("id") + packed("2"),
        "in data": with_data(b"\x82\xa1a\x01\xa1a\x02"),
        "deeper": with_data(b"\x81\xa1a\x82\xa1b\x01\xa1b\x01"),
        "in another spelling": with_data(b"\x82\xa1a\x01\xd9\x01a\x02"),
    },
    "F17": {
        name: with_data(b"\x81" + key + b"\x01")
        for name, key in {
            "integer": b"\x01",
            "nil": b"\xc0",
            "array": b"\x91\x01",
            "map": b"\x80",
            "bin": packed(b"a"),
            "nan": packed(float("nan")),
            "bool": b"\xc3",
            "timestamp": packed(MOMENT),
        }.items()
    },
    "F18": {
        name: with_data(b"\x81" + text)
        for name, text in {
            "stray byte": b"\xa1a\xa1\xff",
            "overlong": b"\xa1a\xa2\xc0\xaf",
            "surrogate": b"\xa1a\xa3\xed\xa0\x80",
            "cut character": b"\xa1a\xa1\xe2",
            "beyond Unicode": b"\xa1a\xa4\xf5\x80\x80\x80",
            "in a key": b"\xa1\xff\x01",
        }.items()
    },
    "F19": {
        name: _timestamp(extension)
        for name, extension in {
            "96 bits, far future": b"\xc7\x0c\xff" + struct.pack(">Iq", 0, 2**62),
            "96 bits, far past": b"\xc7\x0c\xff" + struct.pack(">Iq", 0, -(2**62)),
            "64 bits, too many nanoseconds": b"\xd7\xff" + struct.pack(">Q", 1_000_000_000 << 34),
            "96 bits, too many nanoseconds": b"\xc7\x0c\xff" + struct.pack(">Iq", 1_000_000_000, 0),
            "3 bytes": b"\xc7\x03\xff\x00\x00\x00",
            "no bytes": b"\xc7\x00\xff",
            "16 bytes": b"\xd8\xff" + bytes(16),
            "another extension": b"\xd6\x05\x00\x00\x00\x00",
            "another reserved extension": b"\xd6\xfe\x00\x00\x00\x00",
            "shorter than it says": b"\xd6\xff",
        }.items()
    },
}


def verdicts() -> dict[str, list[str]]:
    """What the protocol makes of every broken payload: its events in words."""
    return {
        f"{row} {name}": [
            f"{event.error.code}: {event.error.message}" if isinstance(event, Refused) else "accepted"
            for event in events(framed(content))
        ]
        for row, cases in BROKEN.items()
        for name, content in cases.items()
    }


if __name__ == "__main__":
    print(json.dumps({"codec": msgpack.Packer.__module__, "verdicts": verdicts()}))
