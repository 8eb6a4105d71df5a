"""The comparison of two contracts, by the rules."""

from tools.compatibility import messages
from tools.compatibility.bundle import Bundle
from tools.compatibility.finding import Finding
from tools.compatibility.walk import Walk


def compare(old: Bundle, new: Bundle) -> list[Finding]:
    """Every change from `old` to `new`, the worst first; none when the contracts are the same."""
    walk = Walk(old, new)
    messages.compare(walk)
    return walk.findings()
