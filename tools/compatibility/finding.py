"""What a comparison says: one finding per change."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal

Direction = Literal["request", "response"]
Reach = Literal["request", "response", "both"]


class Level(StrEnum):
    """How much a change matters to a client that is already out there, the worst first."""

    BREAK = "BREAK"  # it stops working
    WARN = "WARN"  # it may misbehave; somebody must say that this is meant
    SRC = "SRC"  # it runs on; a program that is built again may not compile
    INFO = "INFO"  # nothing that a program can notice
    SAFE = "SAFE"  # an extension that an old client does not notice


ORDER = {level: rank for rank, level in enumerate(Level)}


def worst(levels: list[Level]) -> Level:
    """The level that matters most; SAFE for none."""
    return min(levels, key=ORDER.__getitem__, default=Level.SAFE)


@dataclass(frozen=True)
class Finding:
    """One change. `direction` says where it is used, `messages` in which message types."""

    rule: str
    pointer: str  # file#/pointer in the new contract, or in the old one for what was removed
    direction: Reach
    level: Level  # the worse one of the two directions
    old: Any
    new: Any
    why: str
    messages: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The finding as a JSON object."""
        return asdict(self) | {"messages": list(self.messages)}
