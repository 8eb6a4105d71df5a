"""The golden frames, byte for byte, in the real wire code and the real process."""

import copy
import socket
import struct
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Self

import msgpack
import pytest
from litebase_schema.registry import MESSAGES

from litebase.wire.packing import unpack_trusted
from tests.conftest import RunningBackend
from tests.contract.golden import (
    Frame,
    Outcome,
    directions,
    disagreements,
    frames_of,
    misread,
    outcome,
    read,
)
from tests.end_to_end.frames import open_stream
from tools.generation.oracle import Oracle
from tools.generation.samples import LONGEST
from tools.generation.source import Contract, Message, load, subschemas
from tools.generation.tagged_json import from_json, to_json

FRAMES = frames_of()
TYPES = FRAMES["messages"]
REQUESTS = [name for name, direction in directions().items() if direction == "request"]
CONTRACT = load()
PATIENCE_S = 10.0


def broken(direction: str) -> list[Frame]:
    """The frames that no message type could accept."""
    return [frame for group in FRAMES["broken"].values() for frame in group if frame["direction"] == direction]


def wire_outcome(direction: str) -> Any:
    return lambda frame: outcome(read(frame, direction))


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_valid_frame_is_read_and_written_again_byte_for_byte(name: str) -> None:
    found = [misread(name, frame, TYPES[name]["direction"]) for frame in TYPES[name]["valid"]]
    assert len(found) >= 1
    assert [one for one in found if one] == []


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_invalid_frame_is_refused_with_its_path(name: str) -> None:
    assert disagreements(TYPES[name]["invalid"], wire_outcome(TYPES[name]["direction"])) == []


@pytest.mark.parametrize("name", sorted(MESSAGES.keys() - set(REQUESTS)))
def test_every_answer_of_a_later_version_is_read(name: str) -> None:
    assert len(TYPES[name]["later"]) == 2
    for frame in TYPES[name]["later"]:
        assert outcome(read(frame, "response")) == {"accepted": name}
        assert to_json(unpack_trusted(bytes.fromhex(frame["hex"])[4:])) == frame["value"]


@pytest.mark.parametrize("direction", ["request", "response"])
def test_every_broken_frame_is_refused_with_its_code_and_path(direction: str) -> None:
    assert len(broken(direction)) >= 3
    assert disagreements(broken(direction), wire_outcome(direction)) == []


@pytest.mark.parametrize("sort", sorted(FRAMES["values"]))
def test_every_value_is_read_and_written_again_byte_for_byte(sort: str) -> None:
    for one in FRAMES["values"][sort]:
        value = msgpack.unpackb(bytes.fromhex(one["hex"]), timestamp=3)
        assert to_json(value) == one["value"]
        assert repr(from_json(one["value"])) == repr(value)
        assert msgpack.packb(value, datetime=True).hex() == one["hex"], "this codec writes all of them in the same way"


# the checks above can fail


def flipped(frame: Frame) -> Iterator[Frame]:
    """The same bytes with wrong promises, and the same promise with bytes that are accepted."""
    yield frame | {"code": "internal"}
    yield frame | {"path": "/data/somewhere_else"}
    yield frame | {"id": "another"}
    yield frame | {"ends": not frame.get("ends", False)}
    yield frame | {"hex": TYPES["health_check"]["valid"][0]["hex"]}


@pytest.mark.parametrize("group", ["invalid of query", *FRAMES["broken"]])
def test_a_wrong_promise_is_found(group: str) -> None:
    frames = TYPES["query"]["invalid"] if group == "invalid of query" else FRAMES["broken"][group]
    reader = wire_outcome(frames[0].get("direction", "request"))
    wrong = [one for frame in frames for one in flipped(frame)]
    if group == "answer":  # a client accepts answers of unknown types, and this one is a request
        wrong = [one for one in wrong if one["hex"] != TYPES["health_check"]["valid"][0]["hex"]]
    assert len(disagreements(wrong, reader)) == len(wrong)


@pytest.mark.parametrize(
    "change",
    [
        {"value": {"id": "1"}},
        {"hex": FRAMES["broken"]["payload"][1]["hex"]},
        {"hex": TYPES["health_check"]["valid"][0]["hex"]},
    ],
    ids=["another value", "broken bytes", "bytes of another message"],
)
def test_a_damaged_valid_frame_is_found(change: Frame) -> None:
    frame = TYPES["query"]["valid"][0]
    assert misread("query", frame, "request") is None
    assert _misread_or_unreadable(frame | change) is not None


def _misread_or_unreadable(frame: Frame) -> str | None:
    try:
        return misread("query", frame, "request")
    except Exception as error:  # noqa: BLE001  # bytes that are not MessagePack are misread, too
        return str(error)


# the real process agrees with the wire code


class Link:
    """A socket or a pipe to which bytes are sent unchanged."""

    def __init__(self, backend: RunningBackend) -> None:
        self.socket = open_stream(backend.endpoint)
        self.socket.settimeout(PATIENCE_S)
        self._source = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exit: object) -> None:
        self._source.close()
        self.socket.close()

    def answer(self) -> dict[str, Any] | None:
        """The next message, or None if the backend has closed the channel."""
        try:
            header = self._source.read(4)
        except ConnectionResetError:
            return None
        if not header:
            return None
        found: dict[str, Any] = msgpack.unpackb(self._source.read(struct.unpack(">I", header)[0]), timestamp=3)
        return found


def refusal_in(answer: dict[str, Any] | None) -> Outcome:
    if answer is None:
        return {"code": None, "path": None, "id": "-"}
    path = (answer["data"].get("details") or {}).get("path")
    return {"code": answer["data"].get("code"), "path": path, "id": answer["id"]}


def process_outcome(backend: RunningBackend) -> Any:
    def ask(frame: Frame) -> Outcome:
        with Link(backend) as link:
            link.socket.sendall(bytes.fromhex(frame["hex"]))
            if frame["code"] is None:
                link.socket.shutdown(socket.SHUT_WR)
            refusal = refusal_in(link.answer())
            if refusal["code"] is None:
                return refusal | {"ends": True}
            if not frame["ends"]:
                link.socket.sendall(bytes.fromhex(TYPES["health_check"]["valid"][0]["hex"]))
            after = link.answer()
        return refusal | {"ends": after is None}

    return ask


def test_the_process_answers_every_broken_frame_as_promised(backend: RunningBackend) -> None:
    can_end = backend.endpoint["transport"] != "pipe"  # one direction of a pipe cannot be closed after half a frame
    frames = [frame for frame in broken("request") if frame["code"] or can_end]
    assert disagreements(frames, process_outcome(backend)) == []


def test_a_wrong_promise_is_found_in_the_process(backend: RunningBackend) -> None:
    wrong = [frame | {"code": "internal"} for frame in broken("request") if frame["code"]]
    assert len(disagreements(wrong, process_outcome(backend))) == len(wrong)


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_the_process_answers_every_invalid_frame_as_promised(name: str, backend: RunningBackend) -> None:
    with Link(backend) as link:

        def ask(frame: Frame) -> Outcome:
            link.socket.sendall(bytes.fromhex(frame["hex"]))
            return refusal_in(link.answer()) | {"ends": False}

        assert disagreements(TYPES[name]["invalid"], ask) == []


# the frames are complete


def test_exactly_the_message_types_have_frames() -> None:
    assert set(TYPES) == set(MESSAGES)
    assert {name: group["direction"] for name, group in TYPES.items()} == directions()


def test_every_error_code_has_a_frame() -> None:
    sent = {frame["value"]["data"]["code"] for frame in TYPES["error"]["valid"]}
    assert sent >= set(CONTRACT.error_codes())


def test_every_branch_of_a_union_has_a_frame() -> None:
    for message in CONTRACT.messages():
        definition = CONTRACT.definitions[message.place]
        for branch in definition.get("oneOf", ()):
            tag = definition["discriminator"]["propertyName"]
            place = CONTRACT.target(message.place.file, branch["$ref"])
            value = CONTRACT.definitions[place]["properties"][tag]["const"]
            assert value in {frame["value"]["data"][tag] for frame in TYPES[message.type]["valid"]}


NARROWER = {"minimum": 1, "maximum": -1, "minLength": 1, "maxLength": -1}


def bounds() -> Iterator[Any]:
    """Every bound that a message reaches, except those too long for a frame."""
    for place, definition in CONTRACT.definitions.items():
        if definition.get("x-opaque"):
            continue
        users = [one for one in CONTRACT.messages() if place in CONTRACT.reachable(one.place)]
        for pointer, schema in subschemas(definition):
            for keyword in sorted(NARROWER.keys() & schema.keys()):
                if users and schema[keyword] not in (-(2**63), 2**64 - 1) and not _long(keyword, schema):
                    yield pytest.param(place, pointer, keyword, users, id=f"{place.name}{pointer} {keyword}")


def _long(keyword: str, schema: dict[str, Any]) -> bool:
    return "Length" in keyword and (schema[keyword] >= LONGEST or schema[keyword] == 0)


def with_bound(place: Any, pointer: str, keyword: str, change: int) -> Contract:
    """The contract with one bound moved."""
    files = copy.deepcopy(CONTRACT.files)
    changed = Contract(CONTRACT.protocol, files)
    target = dict(subschemas(changed.definitions[place]))[pointer]
    target[keyword] += change
    return changed


def accepted(oracle: Oracle, users: list[Message], part: str) -> Iterator[bool]:
    for message in users:
        for frame in TYPES[message.type][part]:
            yield oracle.accepts(message.place, from_json(frame["value"])["data"] if part == "valid" else _data(frame))


def _data(frame: Frame) -> Any:
    return msgpack.unpackb(bytes.fromhex(frame["hex"])[4:], timestamp=3)["data"]


@pytest.mark.parametrize(("place", "pointer", "keyword", "users"), list(bounds()))
def test_every_bound_has_a_frame_at_it_and_one_beyond_it(
    place: Any, pointer: str, keyword: str, users: list[Message]
) -> None:
    step = NARROWER[keyword]
    narrower, wider = (Oracle(with_bound(place, pointer, keyword, change)) for change in (step, -step))
    assert not all(accepted(narrower, users, "valid")), "no valid frame reaches this bound"
    assert any(accepted(wider, users, "invalid")), "no invalid frame is just beyond this bound"


def test_the_timestamps_of_the_frames_have_a_time_zone() -> None:
    value = from_json(TYPES["health_check"]["valid"][0]["value"])["timestamp"]
    assert isinstance(value, datetime)
    assert value.tzinfo is not None
