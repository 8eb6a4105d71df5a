"""Compares the keywords that refuse no value and still are a promise: unit, secret, opaque, since, deprecated."""

from typing import TYPE_CHECKING, Any

from tools.compatibility.node import Node

if TYPE_CHECKING:
    from tools.compatibility.walk import Walk

TOLD = ("description", "$comment")
SAID_FOR_ALL = ("x-unit", "x-secret", "x-opaque")
"""Keywords that hold for each alternative of a union, whether they stand beside the union or in the alternatives."""


def compare(walk: "Walk", old: Node, new: Node) -> None:
    """Note what differs beside two schemas. Beside two references only what stands there is compared."""
    both_refer = old.reference is not None and new.reference is not None
    for keyword, rules in RULES_OF.items():
        before, after = (one.schema.get(keyword) if both_refer else one.note(keyword) for one in (old, new))
        if before != after and keyword in SAID_FOR_ALL:
            before, after = _implied(old, keyword, before), _implied(new, keyword, after)
        if before != after:
            added, changed, removed = rules
            rule = added if before in (None, False) else removed if after in (None, False) else changed
            walk.note(rule, new.address, before, after)
    if any(old.schema.get(name) != new.schema.get(name) for name in TOLD):
        walk.note("M22", new.address)
    _reserved(walk, old, new)


def _implied(node: Node, keyword: str, said: Any) -> Any:
    """What was said, or else what the union or its alternatives say: null changes neither when it comes or goes."""
    return node.implied(keyword) if said is None else said


def _reserved(walk: "Walk", old: Node, new: Node) -> None:
    before, after = set(old.schema.get("x-reserved", ())), set(new.schema.get("x-reserved", ()))
    for name in sorted(before - after):
        walk.note("F19", f"{new.address}/x-reserved", name)
    for name in sorted(after - before):
        walk.note("F19.added", f"{new.address}/x-reserved", None, name)


RULES_OF = {
    "x-unit": ("T14.added", "T14", "T14.removed"),
    "x-secret": ("M23.added", "M23", "M23"),
    "x-opaque": ("T16", "T16.cleared", "T16.cleared"),
    "x-since": ("F23", "F23", "F23"),
    "x-deprecated": ("M24", "M24.removed", "M24.removed"),
}
"""Keyword to the rules for: said for the first time, changed, no longer said."""
