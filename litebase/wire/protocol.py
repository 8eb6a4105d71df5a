"""The exchange of messages as a machine without I/O: bytes are fed in, messages are taken out, and the reverse.

    protocol.receive_data(data)
    while (event := protocol.next_event()) is not None: ...
    stream.send(protocol.send(...))

A `Refused` event is the answer due to something that cannot be served; when it is `fatal` the stream is lost.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from litebase_schema.base import Model
from litebase_schema.envelope import Envelope
from litebase_schema.registry import MESSAGES, MessageType, validator
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from litebase.errors import InvalidFrame, InvalidMessage, LiteBaseError, UnknownType, shorten
from litebase.wire.frame import HEADER_BYTES, FrameReader, prefix
from litebase.wire.packing import Chunks, Payload, fields_set, pack_message, unpack, unpack_trusted

NO_ID = "-"  # the id of an error that belongs to no readable request
MAX_ID = 128  # characters
MAX_KEYS = 64  # in the data of a request; more would cost much before they are refused

_ENVELOPE = TypeAdapter(Envelope)
_ENVELOPE_KEYS = 4  # id, type, timestamp and data
_NO_NUL = "^[^\\x00]*$"
_REASONS = {
    "missing": "this key is missing",
    "extra_forbidden": "there is no such key",
}
_DUE = {  # by pydantic's name for the error: what is due, in the words of MessagePack
    "bool_type": "a bool",
    "int_type": "an integer",
    "float_type": "a float",
    "string_type": "a str",
    "bytes_type": "a bin",
    "list_type": "an array",
    "dict_type": "a map",
    "model_type": "a map",
    "datetime_type": "a MessagePack timestamp (extension type -1)",
}
_SENT = {
    type(None): "nil",
    bool: "a bool",
    int: "an integer",
    float: "a float",
    str: "a str",
    bytes: "a bin",
    list: "an array",
    dict: "a map",
    datetime: "a timestamp",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a received frame may be."""

    max_frame_bytes: int
    max_depth: int
    max_items: int


class Message(NamedTuple):
    """One validated message. `data` is the model of `type`, or None for a type that this reader does not know."""

    id: str
    type: str
    timestamp: datetime
    data: Any
    size: int  # of the payload that it came in


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that cannot be served, and the error to answer it with."""

    id: str
    error: LiteBaseError
    fatal: bool


class Protocol:
    """One side of one channel. The backend reads requests strictly; a client reads answers tolerantly."""

    def __init__(self, reads: Literal["requests", "answers"], limits: Limits) -> None:
        self._strict = reads == "requests"
        self._limits = limits
        self._frames = FrameReader(limits.max_frame_bytes)
        self._lost = False

    @property
    def mid_frame(self) -> bool:
        """Whether a frame has begun and is not complete."""
        return self._frames.mid_frame and not self._lost

    def allow_frames(self, max_bytes: int) -> None:
        """Change the frame limit: a client that has not shown its token gets a small one."""
        self._frames.max_bytes = max_bytes

    def receive_data(self, data: bytes) -> None:
        """Take bytes from the stream; they are dropped once the stream is lost."""
        if not self._lost:
            self._frames.feed(data)

    def lone_message(self, data: bytes) -> Message | None:
        """The message, if these bytes are one good frame and no other has begun. They are not taken.

        Whatever else they are, `receive_data` and `next_event` find out.
        """
        if self._lost or not self._frames.is_lone_frame(data):
            return None
        try:
            envelope = self._unpack(data[HEADER_BYTES:])
        except LiteBaseError:
            return None
        event = self._read(envelope, len(data) - HEADER_BYTES) if isinstance(envelope, dict) else None
        return event if isinstance(event, Message) else None

    def next_event(self) -> Message | Refused | None:
        """The next message or refusal, or None until more bytes come."""
        if self._lost:
            return None
        try:
            payload = self._frames.next_payload()
            if payload is None:
                return None
            envelope = self._unpack(payload)
            if not isinstance(envelope, dict):
                raise InvalidFrame("A payload is a map with the keys id, type, timestamp and data.")
        except LiteBaseError as error:
            self._lost = True
            return Refused(NO_ID, error, fatal=True)
        return self._read(envelope, len(payload))

    def _unpack(self, payload: Payload) -> Any:
        if self._strict:
            return unpack(payload, self._limits.max_depth, self._limits.max_items)
        return unpack_trusted(payload)

    def _read(self, envelope: dict[str, Any], size: int) -> Message | Refused:
        request_id = envelope.get("id")
        if not isinstance(request_id, str) or not 1 <= len(request_id) <= MAX_ID:
            return Refused(NO_ID, InvalidMessage("/id", f"a str of 1 to {MAX_ID} characters is due"), fatal=False)
        try:
            known = self._known_type(envelope.get("type"))
            if known is None or not (self._strict and _is_envelope(envelope)):
                self._check(_ENVELOPE, envelope, "")
            data = None if known is None else self._check(validator(known.name), envelope["data"] or {}, "/data")
        except LiteBaseError as error:
            return Refused(request_id, error, fatal=False)
        return Message(request_id, envelope["type"], envelope["timestamp"], data, size)

    def _known_type(self, name: Any) -> MessageType | None:
        """What the contract says of a type, None when nothing; for a request it must say something."""
        known = MESSAGES.get(name) if isinstance(name, str) else None
        if self._strict and isinstance(name, str) and (known is None or known.kind != "request"):
            raise UnknownType(_no_such_request(name))
        return known

    def _check(self, adapter: TypeAdapter[Any], value: Any, base: str) -> Any:
        if self._strict and len(value) > MAX_KEYS:
            raise InvalidMessage(base or "/", f"there are {len(value):,} keys here; no request has so many")
        try:
            return adapter.validator.validate_python(value, extra=None if self._strict else "ignore")
        except ValidationError as error:
            raise refusal(error, value, base, adapter) from None

    def send(self, request_id: str, message_type: str, timestamp: datetime, data: Model) -> Chunks:
        """One frame as chunks, in order; rows that are packed already are not copied."""
        fields, opaque = fields_set(data), MESSAGES[message_type].opaque
        rows = {name: getattr(data, name) for name in opaque} if opaque else {}
        if rows:
            fields = {name: value for name, value in fields.items() if name not in rows}
        head = {"id": request_id, "type": message_type, "timestamp": timestamp}
        chunks = pack_message(head, fields, rows)
        return [prefix(sum(map(len, chunks))), *chunks]


def _is_envelope(unpacked: dict[str, Any]) -> bool:
    """Whether a map with a valid id and a known type is certainly an `Envelope`. Most are, and the model costs more.

    What is read strictly has aware datetimes, and maps with str keys.
    """
    if len(unpacked) != _ENVELOPE_KEYS or type(unpacked.get("timestamp")) is not datetime or "data" not in unpacked:
        return False
    data = unpacked["data"]
    return data is None or type(data) is dict


def refusal(error: ValidationError, value: Any, base: str, adapter: TypeAdapter[Any]) -> InvalidMessage:
    """What a validation error says to a client: the first field that was refused, and why; never its value.

    Of a union each branch complains; the complaint from deepest inside is the one of the branch that was meant.
    """
    reasons: dict[str, list[str]] = {}
    due: dict[str, list[str]] = {}
    sent: dict[str, Any] = {}
    for one in error.errors(include_input=False, include_url=False):
        steps, sent_here = _place(value, one)
        path = base + steps
        sent[path] = sent_here
        texts, text = (due, _due(one)) if one["type"] in _DUE else (reasons, _reason(one, value, adapter))
        reasons.setdefault(path, [])
        if text not in texts.setdefault(path, []):
            texts[path].append(text)
    first = next(iter(reasons))
    deepest = max((path for path in reasons if path.startswith(first)), key=lambda path: path.count("/"))
    kinds = [_kinds(due[deepest], sent[deepest])] if deepest in due else []
    first_reason, *others = [*reasons[deepest], *kinds]
    return InvalidMessage(deepest or "/", " or ".join([first_reason, *(one.removeprefix("must ") for one in others)]))


def _due(error: ErrorDetails) -> str:
    is_parameter = error.get("ctx", {}).get("class_name") == "TypedParameter"
    return "a map of kind and value" if is_parameter else _DUE[error["type"]]


def _kinds(due: list[str], sent: Any) -> str:
    """Which kinds of values may be here, and of which kind the one is that came."""
    allowed = ["nil", *due] if "a map of kind and value" in due else due
    *most, last = allowed
    listed = f"{', '.join(most)} or {last}" if most else last
    hint = ": send dates and times as text" if isinstance(sent, datetime) and "a str" in due else ""
    return f"must be {listed}; {_SENT.get(type(sent), 'something else')} was sent{hint}"


def _reason(error: ErrorDetails, value: Any, adapter: TypeAdapter[Any]) -> str:
    """Why a value was refused. pydantic's own text repeats the value of a wrong tag; ours never repeats a value."""
    if error["type"] == "union_tag_not_found":
        return f"this key is missing; one of {_tags(error, value, adapter)} is due"
    if error["type"].startswith("union_tag_"):
        return f"one of {error['ctx'].get('expected_tags', 'the known values')} is due"
    if error["type"] == "string_pattern_mismatch":
        only_nul = error["ctx"]["pattern"] == _NO_NUL
        return "must not hold a NUL character" if only_nul else "holds a character that is not allowed here"
    return _REASONS.get(error["type"]) or "must " + error["msg"].partition(" should ")[2]


def _tags(error: ErrorDetails, value: Any, adapter: TypeAdapter[Any]) -> str:
    """The values that a missing key may have. pydantic names them only when there is a wrong one."""
    if not error["loc"]:
        try:
            adapter.validate_python({**value, error["ctx"]["discriminator"].strip("'"): ""})
        except ValidationError as again:
            return str(again.errors()[0].get("ctx", {}).get("expected_tags", "the known values"))
    return "the known values"


def _place(value: Any, error: ErrorDetails) -> tuple[str, Any]:
    """Where in `value` an error lies, and what is there. pydantic's own location names union branches too; they are
    left out.
    """
    steps: list[str] = []
    for step in error["loc"]:
        if isinstance(value, dict) and step in value:
            value = value[str(step)]
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step]
        elif not (error["type"] == "missing" and step == error["loc"][-1]):
            continue
        steps.append(str(step))
    if error["type"].startswith("union_tag_"):
        steps.append(error["ctx"]["discriminator"].strip("'"))
    return "".join(f"/{shorten(step).replace('~', '~0').replace('/', '~1')}" for step in steps), value


def _no_such_request(message_type: str) -> str:
    requests = ", ".join(sorted(name for name, one in MESSAGES.items() if one.kind == "request"))
    return f"There is no request {shorten(message_type)!r}. The requests are {requests}."
