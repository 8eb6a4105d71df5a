"""Compares annotations: keywords that refuse no value but are still a promise, such as a unit or a secret."""

from typing import Any

from tools.contract.bundle.node import Node
from tools.contract.comparison.steps import Change, Steps

TEXTS = ("description", "$comment")
FOR_ALL = ("x-unit", "x-secret", "x-opaque")
"""Keywords that apply to each alternative of a union, whether written beside the union or in the alternatives."""


def compare(old: Node, new: Node) -> Steps:
    """How the annotations of two schemas differ; of two references, only those written beside the `$ref`."""
    both_refer = old.reference is not None and new.reference is not None
    for keyword, (added, changed, removed) in RULES_OF.items():
        before, after = (one.schema.get(keyword) if both_refer else one.annotation(keyword) for one in (old, new))
        if before == after:
            continue
        if keyword in FOR_ALL:
            before, after = _implied(old, keyword, before), _implied(new, keyword, after)
        if before == after:
            yield Change("K2", new.address)
            continue
        rule = added if before in (None, False) else removed if after in (None, False) else changed
        yield Change(rule, new.address, before, after)
    if any(old.schema.get(name) != new.schema.get(name) for name in TEXTS):
        yield Change("M22", new.address)
    yield from _reserved(old, new)


def _implied(node: Node, keyword: str, given: Any) -> Any:
    """The value given, or else the one of the union or its alternatives, so that allowing null does not change it."""
    return node.implied(keyword) if given is None else given


def _reserved(old: Node, new: Node) -> Steps:
    before, after = set(old.schema.get("x-reserved", ())), set(new.schema.get("x-reserved", ()))
    for name in sorted(before - after):
        yield Change("F19", f"{new.address}/x-reserved", name)
    for name in sorted(after - before):
        yield Change("F19.added", f"{new.address}/x-reserved", None, name)


RULES_OF = {
    "x-unit": ("T14.added", "T14", "T14.removed"),
    "x-secret": ("M23.added", "M23", "M23"),
    "x-opaque": ("T16", "T16.cleared", "T16.cleared"),
    "x-since": ("F23", "F23", "F23"),
    "x-deprecated": ("M24", "M24.removed", "M24.removed"),
}
"""Keyword to the rules for: added, changed, removed."""
