"""Reads golden frames with the real wire code, and finds where it disagrees with what they promise.

Every function returns what it found. Nothing is asserted here, so that no `try` can swallow a failure.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from litebase_schema.registry import MESSAGES

from litebase.settings import Settings
from litebase.wire.packing import unpack_trusted
from litebase.wire.protocol import Limits, Message, Protocol, Refused
from tools.generation.tagged_json import to_json

FRAMES_FILE = Path(__file__).parents[2] / "generated" / "frames.json"
_SETTINGS = Settings()
LIMITS = Limits(_SETTINGS.max_frame_bytes, _SETTINGS.max_depth, _SETTINGS.max_items)

Frame = dict[str, Any]
Outcome = dict[str, Any]
Reader = Callable[[Frame], Outcome]


def frames_of(file: Path = FRAMES_FILE) -> dict[str, Any]:
    """The frames of one file."""
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def read(frame: Frame, direction: str) -> Message | Refused | None:
    """What the receiving side reads from this frame; None if it needs more bytes."""
    protocol = Protocol("requests" if direction == "request" else "answers", LIMITS)
    protocol.receive_data(bytes.fromhex(frame["hex"]))
    return protocol.next_event()


def outcome(event: Message | Refused | None) -> Outcome:
    """What a reader returned, in the form of the frames file."""
    if isinstance(event, Message):
        return {"accepted": event.type}
    if event is None:
        return {"code": None, "path": None, "id": "-", "ends": True}
    details = event.error.details.model_dump() if event.error.details is not None else {}
    return {"code": event.error.code, "path": details.get("path"), "id": event.id, "ends": event.fatal}


def expected(frame: Frame) -> Outcome:
    """The refusal that a frame promises; all frames of the list `invalid` have the same code."""
    default = {"code": "invalid_message", "id": "1", "ends": False}
    return {key: (default | frame)[key] for key in ("code", "path", "id", "ends")}


def disagreements(frames: Iterable[Frame], reader: Reader) -> list[str]:
    """The names of the frames for which the reader returns something else than they promise."""
    found = []
    for frame in frames:
        actual, promised = reader(frame), expected(frame)
        if actual != promised:
            found.append(f"{frame['name']}: {actual} instead of {promised}")
    return found


def misread(name: str, frame: Frame, direction: str) -> str | None:
    """Why a valid frame is not read, or not written again, as it should be; None if it is."""
    value = to_json(unpack_trusted(bytes.fromhex(frame["hex"])[4:]))
    if value != frame["value"]:
        return f"{frame['name']}: the bytes are {value}"
    event = read(frame, direction)
    if not isinstance(event, Message):
        return f"{frame['name']}: {outcome(event)}"
    if event.type != name or event.data is None:
        return f"{frame['name']}: read as {event.type}"
    written = written_again(event)
    if frame["canonical"] and written != frame["hex"]:
        return f"{frame['name']}: written again as {written}"
    return None


def written_again(message: Message) -> str:
    """The bytes that we send for a message, as hex."""
    protocol = Protocol("answers", LIMITS)
    return b"".join(protocol.send(message.id, message.type, message.timestamp, message.data)).hex()


def directions() -> dict[str, str]:
    """Message type to who sends it."""
    return {name: "request" if one.kind == "request" else "response" for name, one in MESSAGES.items()}
