"""A finding in words for a person in a hurry: what changed, and whom it hits."""

import json

from tools.compatibility.finding import Finding, Level
from tools.compatibility.rules import RULES

_NAMED = 4  # messages that are told by name


def what(finding: Finding) -> str:
    """The rule's title, with the old and the new value where there are any."""
    title = RULES[finding.rule].title
    if finding.old is None and finding.new is None:
        return title
    return f"{title}: {_short(finding.old)} -> {_short(finding.new)}"


def _short(value: object) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def for_whom(finding: Finding) -> str:
    """Which old clients are hit, by what they send or read; nobody by what is no harm."""
    names = ", ".join(finding.messages[:_NAMED]) + (", ..." if len(finding.messages) > _NAMED else "")
    about = f" ({names})" if names else ""
    if finding.level in (Level.SAFE, Level.INFO):
        return f"nobody{about}"
    rule = RULES[finding.rule]
    sends = finding.direction != "response" and rule.request == finding.level
    reads = finding.direction != "request" and rule.response == finding.level
    if sends and reads:
        return f"old clients that send it, and old clients that read it{about}"
    return f"old clients that {'send' if sends else 'read'} it{about}"
