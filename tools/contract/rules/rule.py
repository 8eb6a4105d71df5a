"""A rule of compatibility: how much one kind of change matters, by direction.

request: an old client's request is read by the new server, which refuses what its schema does not allow. A change
breaks when something valid under the old schema is invalid under the new one.

response: an old client reads what the new server sends; it ignores keys that it does not know and accepts any value of
an open enum. A change breaks when something valid under the new schema is not what the old one promised.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Direction = Literal["request", "response"]
Reach = Literal["request", "response", "both"]


class Level(StrEnum):
    """How much a change matters to a client that is already out there, the worst first."""

    BREAK = "BREAK"  # it stops working
    WARN = "WARN"  # it may misbehave; somebody must acknowledge that this is intended
    SRC = "SRC"  # it keeps running; a program that is rebuilt may not compile
    INFO = "INFO"  # no program can notice it
    SAFE = "SAFE"  # an extension that an old client does not notice


ORDER = {level: rank for rank, level in enumerate(Level)}


def worst(levels: list[Level]) -> Level:
    """The level that matters most; SAFE for none."""
    return min(levels, key=ORDER.__getitem__, default=Level.SAFE)


BREAK, WARN, SRC, INFO, SAFE = Level
HARMFUL = (Level.BREAK, Level.WARN)
SAFE_REQUEST = "It is only sent to the backend, which still accepts everything that old clients send."
SAFE_RESPONSE = "It is only sent by the backend, and old clients can still read everything it may send."


@dataclass(frozen=True)
class Rule:
    """One kind of change. `None` for a direction in which it cannot occur."""

    id: str
    title: str
    request: Level | None
    response: Level | None
    why: str
    instead: str = ""
    by_policy: Reach | None = None  # directions in which a meaning, a promise or a name decides, not a value

    def level(self, direction: Direction) -> Level | None:
        """How much the change matters in this direction."""
        return self.request if direction == "request" else self.response

    def reason(self, level: Level) -> str:
        """Why a finding has this level: `why` describes the harm, which the other direction may not have."""
        if level in HARMFUL or not {self.request, self.response} & {*HARMFUL}:
            return self.why
        return SAFE_REQUEST if self.request is level else SAFE_RESPONSE

    def has_witness(self, direction: Direction) -> bool | None:
        """Whether a value exists that one side accepts and the other refuses; None where values do not decide."""
        if self.level(direction) is None or self.by_policy in (direction, "both"):
            return None
        return self.level(direction) in HARMFUL


ADD_OPTIONAL = "add a new optional field beside it and keep the old one until the next major"
KEEP = "keep it, mark it x-deprecated, and remove it with the next major"
NEW_NAME = "leave the old one as it is and add a new optional field with a new name"
LOOSEN_ONLY = (
    "requests may only be loosened: keep the old bound, and if need be let the handler refuse with a clear error"
)
TIGHTEN_ONLY = "responses may only be tightened: keep the old promise, or send the new value in a new optional field"
ASK_FIRST = "let the client ask for it: by a new optional request field or a capability"
