"""Walks two contracts side by side and notes each change once, with the directions in which it matters."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from tools.contract.bundle.alternatives import Alternatives, Joint, Leaf, alternatives
from tools.contract.bundle.bundle import Bundle
from tools.contract.bundle.node import Node, Undecidable, at, canonical
from tools.contract.comparison import annotations, objects, values
from tools.contract.comparison.finding import Finding
from tools.contract.comparison.steps import Beside, Change, Pair, Steps
from tools.contract.rules import RULES
from tools.contract.rules.rule import ORDER, Direction, Level, worst
from tools.generation.source import Place

Key = tuple[str, str, str, str]

OWN = {
    "type", "enum", "const", "pattern", "format", "minLength", "maxLength", "minimum", "maximum", "minItems",
    "maxItems",
    "minProperties", "maxProperties", "required", "x-enum-open", "discriminator",
}  # fmt: skip
"""Keywords whose change is reported at the schema itself and not at one nested in it."""


@dataclass
class Noted:
    """One change and where it matters."""

    change: Change
    directions: set[Direction] = field(default_factory=set)
    messages: dict[str, set[Direction]] = field(default_factory=dict)  # message type to its directions


@dataclass
class Walk:
    """The changes so far, and what is being compared: data of `message`, in `directions`."""

    old: Bundle
    new: Bundle
    directions: tuple[Direction, ...] = ("request", "response")
    message: str = ""
    envelope: bool = False
    changed: frozenset[Place] = frozenset()  # definitions that differ between the two contracts
    noted: dict[Key, Noted] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)  # the rule of each change, including repeated ones

    def note(self, rule: str, pointer: str, old: Any = None, new: Any = None) -> None:
        """Remember a change, in the directions to which its rule applies."""
        self.seen.append(rule)
        if self.envelope and RULES[rule].level("request") is not Level.INFO:
            rule = "M21"
        key = (rule, pointer, repr(old), repr(new))
        noted = self.noted.setdefault(key, Noted(Change(rule, pointer, old, new)))
        noted.directions |= {one for one in self.directions if RULES[rule].level(one) is not None}
        if self.message:
            noted.messages.setdefault(self.message, set()).update(self.directions)

    def unchanged(self, place: Place) -> bool:
        """Whether a definition, and all that it refers to, is the same in both contracts."""
        return place in self.old.definitions and not self.old.reach[place] & self.changed

    def nodes(self, old: Node, new: Node) -> None:
        """Compare two schemas."""
        if old.plain_reference and new.plain_reference:
            self._references(old, new, old.plain_reference, new.plain_reference)
            return
        if bool(old.reference) != bool(new.reference):
            self.note("F20", new.address)
        before = len(self.seen)
        try:
            self._take(annotations.compare(old, new))
            sides = alternatives(old), alternatives(new)
            self._take(_alternatives(*sides))
            if before == len(self.seen) and _written(sides[0]) != _written(sides[1]):
                self.note("K2", new.address)
        except Undecidable as problem:
            self._undecided(old, new, str(problem))

    def _take(self, steps: Steps) -> None:
        """Note the changes, and compare what is to be compared next."""
        for step in steps:
            match step:
                case Change(rule, pointer, before, after):
                    self.note(rule, pointer, before, after)
                case Pair(old, new, directions):
                    here = tuple(one for one in self.directions if one in directions)
                    if here:
                        replace(self, directions=here).nodes(old, new)
                case Beside(old, new):
                    self._beside(old, new)

    def _references(self, old: Node, new: Node, old_place: Place, new_place: Place) -> None:
        self._take(annotations.compare(old, new))
        self.same_definition(old, new, old_place, new_place)
        if old_place != new_place or not self.unchanged(old_place):
            self.nodes(old.target, new.target)

    def same_definition(self, old: Node, new: Node, old_place: Place, new_place: Place) -> None:
        """Note that a definition only has a new name, or is only in a new file."""
        if old_place == new_place or canonical(old) != canonical(new):
            return
        rule = "F20" if old_place.name == new_place.name else "F21"
        self.note(rule, at(self.new, new_place).address, old_place.name, new_place.name)

    def _beside(self, old: Leaf | Joint, new: Leaf | Joint) -> None:
        """Compare the names and the annotations of two alternatives of a union."""
        if old.reference and new.reference:
            nodes = at(self.old, old.reference), at(self.new, new.reference)
            self.same_definition(*nodes, old.reference, new.reference)
        self._take(annotations.compare(old.node, new.node))

    def _undecided(self, old: Node, new: Node, reason: str) -> None:
        try:
            same = canonical(old) == canonical(new)
        except Undecidable:
            same = old.schema == new.schema
        if not same:
            self.note("K3", new.address, None, reason)

    def findings(self) -> list[Finding]:
        """All findings, the worst first, then in the order of their pointers."""
        found = [_finding(noted) for noted in self.noted.values() if noted.directions]
        return sorted(found, key=lambda one: (ORDER[one.level], one.pointer, one.rule, repr(one.new)))


def _finding(noted: Noted) -> Finding:
    change, rule = noted.change, RULES[noted.change.rule]
    level = worst([level for one in noted.directions if (level := rule.level(one)) is not None])
    hit = {one for one in noted.directions if rule.level(one) is level}
    (first, *second) = sorted(noted.directions)
    return Finding(
        rule=rule.id,
        pointer=change.pointer,
        direction="both" if second else first,
        level=level,
        old=change.old,
        new=change.new,
        why=rule.reason(level),
        messages=tuple(sorted(name for name, directions in noted.messages.items() if directions & hit)),
    )


def _alternatives(old: Alternatives, new: Alternatives) -> Steps:
    for before, after in zip(old.joints, new.joints, strict=False):
        yield Beside(before, after)
    if old.overlapping or new.overlapping:
        yield from _overlapping(old, new)
        return
    yield from values.spelling(old, new)
    yield from values.families(old, new)
    yield from objects.unions(old, new)


def _overlapping(old: Alternatives, new: Alternatives) -> Steps:
    """Values that match two alternatives of oneOf are refused, which no rule for a single alternative covers."""
    before, after = canonical(old.node), canonical(new.node)
    if before == after:
        return
    if _without_mode(before) != _without_mode(after):
        raise Undecidable("the alternatives of oneOf overlap")
    yield Change("U7" if old.overlapping else "U7.back", new.node.address)


def _own(node: Node) -> dict[str, Any]:
    own = {name: value for name, value in node.schema.items() if name in OWN}
    own["additionalProperties"] = node.schema.get("additionalProperties") in (True, False)
    own["properties"] = "properties" in node.schema
    return own


def _written(side: Alternatives) -> list[str]:
    """What is written at a node itself, and at its alternatives."""
    parts: list[Leaf | Joint] = [*side.leaves, *side.joints]
    written = [(_own(one.node), one.reference is None) for one in parts]
    return sorted(json.dumps(one, sort_keys=True) for one in (_own(side.node), *written))


def _without_mode(whole: Any) -> Any:
    return {("anyOf" if name == "oneOf" else name): value for name, value in whole.items()}
