"""What a comparison finds: one finding for each change."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from tools.contract.rules import RULES
from tools.contract.rules.rule import Level, Reach

NAMED = 4  # messages that are listed by name


@dataclass(frozen=True)
class Finding:
    """One change: the directions in which it is used, and the messages in which it has this level."""

    rule: str
    pointer: str  # file#/pointer in the new contract, or in the old one for what was removed
    direction: Reach
    level: Level  # the worse of the two directions
    old: Any
    new: Any
    why: str
    messages: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The finding as a JSON object."""
        return asdict(self) | {"messages": list(self.messages)}

    @property
    def what(self) -> str:
        """The rule's title, with the old and the new value where there are any."""
        title = RULES[self.rule].title
        return title if self.old is None and self.new is None else f"{title}: {_short(self.old)} -> {_short(self.new)}"

    @property
    def for_whom(self) -> str:
        """Which old clients are affected, by what they send or read; nobody if the change is harmless."""
        names = ", ".join(self.messages[:NAMED]) + (", ..." if len(self.messages) > NAMED else "")
        about = f" ({names})" if names else ""
        if self.level in (Level.SAFE, Level.INFO):
            return f"nobody{about}"
        rule = RULES[self.rule]
        sends = self.direction != "response" and rule.request == self.level
        reads = self.direction != "request" and rule.response == self.level
        if sends and reads:
            return f"old clients that send it or read it{about}"
        return f"old clients that {'send' if sends else 'read'} it{about}"


def counted(findings: Iterable[Finding]) -> str:
    """How many findings there are of each level."""
    counts = Counter(finding.level for finding in findings)
    return ", ".join(f"{counts[level]} {level}" for level in Level if counts[level]) or "no difference"


def _short(value: object) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
