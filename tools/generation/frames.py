"""Golden frames: whole messages as bytes and as what they say, for every message type of the contract.

A codec in any language decodes `hex` to `value`, and where a frame is `canonical` it makes the same bytes of the value
again. Frames that must be refused name the error code and the place. A baseline keeps the frames of its version.
"""

import json
import math
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgpack

from tools.generation.broken_frames import broken
from tools.generation.registry import opaque
from tools.generation.samples import Example, branches, invalid, valid
from tools.generation.source import Contract, Message, Place
from tools.generation.tagged_json import to_json

FILE = "frames.json"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
ID = "1"

SIZES = (0, 1, 15, 16, 31, 32, 255, 256, 65535, 65536)  # where MessagePack changes how it writes a length
VALUES: dict[str, list[Any]] = {
    "integers": [
        -(2**63), -(2**31) - 1, -(2**31), -(2**15) - 1, -(2**15), -129, -128, -33, -32, -1, 0, 1, 127, 128, 255, 256,
        2**16 - 1, 2**16, 2**32 - 1, 2**32, 2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, 2**63, 2**64 - 1,
    ],
    "floats": [1.5, 0.1, -2.5e-308, 5e-324, 1.7976931348623157e308, 12.0, -0.0, math.inf, -math.inf, math.nan],
    "texts": [*("x" * size for size in SIZES[:8]), "\x00", "\u00e9\u20ac", "\U0001f600", "\u2028", "e\u0301"],
    "bytes": [*(b"\xff" * size for size in SIZES[:8]), b"\xed\xa0\x80"],
    "arrays": [[None] * size for size in SIZES[:8]],
    "maps": [{f"k{number}": number for number in range(size)} for size in SIZES[:6]] + [{"$bytes": "00"}],
    "timestamps": [
        datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 500000, UTC),
        datetime(2106, 2, 7, 6, 28, 16, 0, UTC), datetime(1969, 12, 31, 23, 59, 59, 250000, UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999000, UTC),
    ],
    "others": [None, True, False],
}  # fmt: skip

COMMENT = (
    "Generated from schema/ by `make generate`. Do not edit. hex: the frame with its 4 bytes of length. value: the"
    " message as tagged JSON ($bytes, $int, $float, $timestamp). canonical: every writer makes exactly these bytes, but"
    " for the form of the timestamp; some write 12.0 as an integer. invalid: answered with invalid_message at path."
    " later: answers of a later version that a reader takes. broken: code is null when no answer is due; ends: the"
    " channel is closed after it. values: MessagePack alone, without a length."
)


def generate(contract: Contract) -> dict[str, str]:
    """File name to text of the one file of frames."""
    return {FILE: text(content(contract))}


def content(contract: Contract) -> dict[str, Any]:
    """The frames: `messages` by type, `broken` ones by the sort of fault, single `values` by their sort."""
    return {
        "$comment": COMMENT,
        "messages": {message.type: _frames(contract, message) for message in contract.messages()},
        "broken": broken(),
        "values": {name: [_value(value) for value in values] for name, values in VALUES.items()},
    }


def text(frames: dict[str, Any]) -> str:
    """One frame per line, so that a change shows as the lines of its frames."""
    types = {
        name: _object(
            {key: _lines(one) if isinstance(one, list) else json.dumps(one) for key, one in group.items()}, "  "
        )
        for name, group in frames["messages"].items()
    }
    parts = {
        "$comment": json.dumps(frames["$comment"]),
        "messages": _object(types, " "),
        "broken": _object({name: _lines(group) for name, group in frames["broken"].items()}, " "),
        "values": _object({name: _lines(group) for name, group in frames["values"].items()}, " "),
    }
    return _object(parts, "") + "\n"


def _object(members: dict[str, str], indent: str) -> str:
    """A JSON object of members that are JSON already, one per line."""
    return "{\n" + ",\n".join(f"{indent} {json.dumps(name)}: {one}" for name, one in members.items()) + f"\n{indent}}}"


def _lines(frames: list[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(f"    {json.dumps(one)}" for one in frames) + "\n   ]" if frames else "[]"


def framed(payload: bytes) -> bytes:
    """A payload behind its length."""
    return struct.pack(">I", len(payload)) + payload


def _frames(contract: Contract, message: Message) -> dict[str, Any]:
    """What is known of one message type: valid frames, invalid ones, and for an answer those of a later version."""
    request = message.kind == "request"
    return {
        "direction": "request" if request else "response",
        "since": message.since,
        "valid": _without_twins(_valid(contract, message)),
        "invalid": _without_twins(_invalid(contract, message)),
        "later": [] if request else list(_later(contract, message)),
    }


def _valid(contract: Contract, message: Message) -> Iterator[dict[str, Any]]:
    for branch in branches(contract, message.place):
        label = f"{branch.name} " if branch != message.place else ""
        last = opaque(contract, branch)
        for name, data in valid(contract, branch, sparse=True):
            yield _frame(message, f"{label}{name}", {key: data[key] for key in sorted(data, key=last.__contains__)})
    if message.kind == "error":
        yield from _errors(contract, message)


def _errors(contract: Contract, message: Message) -> Iterator[dict[str, Any]]:
    """Each error code as the backend sends it: with its details in full, where it has any."""
    for code, entry in contract.error_codes().items():
        data = {"code": code, "message": entry["description"], "retryable": False}
        if "details" in entry:
            place = Place(message.place.file, entry["details"])
            example = Example(contract, place.file)
            definition = contract.definitions[place]
            yield _frame(message, f"{code} with minimal details", data | {"details": example.minimal(definition)})
            data["details"] = example.full(definition)
        yield _frame(message, code, data)


def _frame(message: Message, name: str, data: dict[str, Any]) -> dict[str, Any]:
    whole = _envelope(message, data)
    return {"name": name, "hex": _hex(whole), "value": to_json(whole), "canonical": not _has_integral_float(data)}


def _invalid(contract: Contract, message: Message) -> Iterator[dict[str, Any]]:
    """Messages whose data breaks one rule. Who reads answers ignores unknown keys, so those are no fault there."""
    for name, path, data in invalid(contract, message.place, sparse=True):
        if message.kind == "request" or "no_such_field" not in path:
            yield {"name": name, "hex": _hex(_envelope(message, data)), "path": path}


def _later(contract: Contract, message: Message) -> Iterator[dict[str, Any]]:
    """Answers of a later minor version, which a reader of today takes: it ignores the keys that it does not know."""
    data = Example(contract, message.place.file).minimal(contract.definitions[message.place])
    whole = _envelope(message, data | {"key_of_a_later_version": [1]})
    yield {"name": "with an unknown key in data", "hex": _hex(whole), "value": to_json(whole)}
    whole = _envelope(message, data) | {"key_of_a_later_version": {"a": 1}}
    yield {"name": "with an unknown key in the envelope", "hex": _hex(whole), "value": to_json(whole)}


def _value(value: Any) -> dict[str, Any]:
    packed = msgpack.packb(value, datetime=True).hex()
    canonical = not _has_integral_float(value) and not isinstance(value, datetime)  # a timestamp has several forms
    return {"hex": packed, "value": to_json(value), "canonical": canonical}


def _envelope(message: Message, data: Any) -> dict[str, Any]:
    return {"id": ID, "type": message.type, "timestamp": MOMENT, "data": data}


def _hex(whole: dict[str, Any]) -> str:
    return framed(msgpack.packb(whole, datetime=True)).hex()


def _has_integral_float(value: Any) -> bool:
    match value:
        case float():
            return value.is_integer()
        case list():
            return any(map(_has_integral_float, value))
        case dict():
            return any(map(_has_integral_float, value.values()))
        case _:
            return False


def _without_twins(frames: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first of each group of frames with the same bytes."""
    found: dict[str, dict[str, Any]] = {}
    for one in frames:
        found.setdefault(one["hex"], one)
    return list(found.values())
