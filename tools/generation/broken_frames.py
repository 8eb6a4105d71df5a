"""Frames that are wrong as such, whatever the contract says of their data; one of each kind of fault.

Each says which error code it is answered with, where the fault lies when it has a place, and whether the channel ends.
"""

import struct
from datetime import UTC, datetime
from typing import Any

import msgpack

ID = "1"
NO_ID = "-"  # of an answer to something whose id cannot be read
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
ENDLESS_DEPTH = 1025


def broken() -> dict[str, list[dict[str, Any]]]:
    """Group to its frames: `stream` and `payload` end the channel, `message` does not, `answer` is for a client."""
    return {
        "stream": [
            _fault("two bytes of the length, then the end", "request", b"\x00\x00", None),
            _fault("half a payload, then the end", "request", _framed(_payload())[:-9], None),
            _fault("a length over every limit", "request", b"\xff\xff\xff\xff", "frame_too_large"),
        ],
        "payload": [_fault(name, "request", _framed(one), "invalid_frame") for name, one in _payloads().items()],
        "message": [
            _fault(name, "request", _framed(_payload(**changes)), code, path, known_id)
            for name, changes, code, path, known_id in _messages()
        ],
        "answer": [
            _fault(name, "response", _framed(one), "invalid_frame")
            for name, one in _payloads().items()
            if name in ("the byte that is never used", "a byte after the message", "an array instead of a map")
        ],
    }


def _payloads() -> dict[str, bytes]:
    return {
        "nothing": b"",
        "the byte that is never used": b"\xc1",
        "a byte after the message": _payload() + b"\x00",
        "a message without its end": _payload()[:-1],
        "an array instead of a map": msgpack.packb([ID, "health_check"]),
        f"{ENDLESS_DEPTH} arrays in one another": _with_data(b"\x91" * ENDLESS_DEPTH + b"\xc0"),
        "a key of bytes": _with_data(b"\x81\xc4\x01a\x01"),
        "a key that is an integer": _with_data(b"\x81\x01\x01"),
        "the same key twice": _with_data(b"\x82\xa1a\x01\xa1a\x02"),
        "half a surrogate pair": _with_data(b"\x81\xa1a\xa3\xed\xa0\x80"),
        "the private extension that stands for undefined": _with_data(b"\x81\xa1a\xd4\x00\x00"),
        "a timestamp of 16 bytes": _payload().replace(msgpack.packb(MOMENT, datetime=True), b"\xd8\xff" + bytes(16)),
    }


def _messages() -> list[tuple[str, dict[str, Any], str, str | None, str]]:
    """Name, changed envelope keys, error code, place, and the id of the answer."""
    query = {"connection_id": "c", "sql": "SELECT 1"}
    bad = "invalid_message"
    return [
        ("NaN where an integer is due", _query(query, window_rows=float("nan")), bad, "/data/window_rows", ID),
        ("a float where an integer is due", _query(query, window_rows=500.0), bad, "/data/window_rows", ID),
        ("a type that is an array", {"type": ["query"]}, bad, "/type", ID),
        ("a type that is bytes", {"type": b"health_check"}, bad, "/type", ID),
        ("a type that no version has", {"type": "no_such_message"}, "unknown_type", None, ID),
        ("an answer sent as a request", {"type": "health_response"}, "unknown_type", None, ID),
        ("no id", {"id": ...}, bad, "/id", NO_ID),
        ("an empty id", {"id": ""}, bad, "/id", NO_ID),
        ("an id that is an integer", {"id": 1}, bad, "/id", NO_ID),
        ("an id of 129 characters", {"id": "x" * 129}, bad, "/id", NO_ID),
        ("no timestamp", {"timestamp": ...}, bad, "/timestamp", ID),
        ("a timestamp that is text", {"timestamp": "2026-01-01T00:00:00Z"}, bad, "/timestamp", ID),
        ("no data", {"data": ...}, bad, "/data", ID),
        ("data that is an array", {"data": []}, bad, "/data", ID),
        ("a fifth key", {"more": 1}, bad, "/more", ID),
    ]


def _query(data: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "query", "data": data | more}


def _fault(
    name: str, direction: str, data: bytes, code: str | None, path: str | None = None, known_id: str | None = None
) -> dict[str, Any]:
    """`code` is None when no answer can be due; without `known_id` the channel is lost."""
    found = {"name": name, "direction": direction, "hex": data.hex(), "code": code, "path": path}
    return found | {"id": known_id or NO_ID, "ends": known_id is None}


def _payload(**changes: Any) -> bytes:
    """A valid `health_check` with some envelope keys changed; `...` leaves a key out."""
    envelope = {"id": ID, "type": "health_check", "timestamp": MOMENT, "data": {}} | changes
    found: bytes = msgpack.packb({key: one for key, one in envelope.items() if one is not ...}, datetime=True)
    return found


def _with_data(packed: bytes) -> bytes:
    """A `health_check` whose data is these bytes, valid or not."""
    head = _payload(data=...).replace(b"\x83", b"\x84", 1)
    return head + b"\xa4data" + packed


def _framed(payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + payload
