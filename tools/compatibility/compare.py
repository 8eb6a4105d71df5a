"""The comparison of two contracts, by the rules."""

from tools.compatibility import messages
from tools.compatibility.bundle import Bundle
from tools.compatibility.finding import Finding
from tools.compatibility.walk import Walk


def compare(old: Bundle, new: Bundle) -> list[Finding]:
    """Every change from `old` to `new`, the worst first; none when the contracts are the same."""
    before, after = old.definitions, new.definitions
    changed = {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}
    walk = Walk(old, new, changed=frozenset(changed))
    messages.compare(walk)
    return walk.findings()
