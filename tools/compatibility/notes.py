"""Compares the keywords that refuse no value and still are a promise: unit, secret, opaque, since, deprecated."""

from typing import TYPE_CHECKING

from tools.compatibility.node import Node

if TYPE_CHECKING:
    from tools.compatibility.walk import Walk

TOLD = ("description", "$comment")


def compare(walk: "Walk", old: Node, new: Node) -> None:
    """Note what differs beside two schemas. Beside two references only what stands there is compared."""
    both_refer = old.reference is not None and new.reference is not None
    for keyword, rules in RULES_OF.items():
        before = old.schema.get(keyword) if both_refer else old.note(keyword)
        after = new.schema.get(keyword) if both_refer else new.note(keyword)
        if before != after:
            added, changed, removed = rules
            rule = added if before in (None, False) else removed if after in (None, False) else changed
            walk.note(rule, new.address, before, after)
    if any(old.schema.get(name) != new.schema.get(name) for name in TOLD):
        walk.note("M22", new.address)
    _reserved(walk, old, new)


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
