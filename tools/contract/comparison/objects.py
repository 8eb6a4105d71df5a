"""Compares objects: their fields, whether they are open, and unions of objects."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.contract.bundle.alternatives import Alternatives, Leaf, tag_value
from tools.contract.bundle.node import Node, Undecidable, canonical
from tools.contract.comparison.steps import Beside, Change, Pair, Steps
from tools.contract.comparison.values import matched, sizes


@dataclass(frozen=True)
class Struct:
    """The schema of an object: its fields, and which other keys it allows."""

    node: Node

    @property
    def names(self) -> dict[str, Any]:
        return self.node.schema.get("properties") or {}

    @property
    def required(self) -> set[str]:
        return set(self.node.schema.get("required") or ())

    @property
    def extra(self) -> Any:
        """The other keys: False for none, True for anything, or their schema."""
        extra = self.node.schema.get("additionalProperties", True)
        return extra or extra == {}

    @property
    def others(self) -> Node:
        """The node for the other keys."""
        return self.node.child("additionalProperties", self.extra if isinstance(self.extra, dict) else {})

    @property
    def reserved(self) -> set[str]:
        return set(self.node.schema.get("x-reserved") or ())

    def size(self, keyword: str, otherwise: float) -> float:
        bound = self.node.schema.get(keyword)
        return otherwise if bound is None else bound


def unions(old: Alternatives, new: Alternatives) -> Steps:
    """How the object alternatives of two nodes differ."""
    before, after = old.by_family.get("object", []), new.by_family.get("object", [])
    if not before or not after or old.anything or new.anything:
        return
    here = new.node.address
    if len(before) == len(after) == 1:
        yield from _pair(before[0], after[0])
    elif len(before) == 1 and new.tag:
        yield from _wrapped(before[0], after, here)
    elif len(after) == 1 and old.tag:
        yield from _unwrapped(before, after[0], here)
    elif old.tag and new.tag:
        yield from _tagged(old, new)
    else:
        for one, other in matched(before, after):
            yield from _pair(one, other)


def _pair(old: Leaf, new: Leaf) -> Steps:
    yield Beside(old, new)
    yield from structs(Struct(old.node), Struct(new.node))


def _same_branch(leaf: Leaf, branches: list[Leaf]) -> Leaf:
    """The branch of a union that the single object became, or was."""
    name = leaf.node.address.rpartition("/")[2]
    for branch in branches:
        if branch.node.address.rpartition("/")[2] == name or canonical(branch.node) == canonical(leaf.node):
            return branch
    raise Undecidable("no branch equals the single object")


def _wrapped(old: Leaf, new: list[Leaf], here: str) -> Steps:
    branch = _same_branch(old, new)
    yield Change("U5", here, None, [_name(leaf) for leaf in new])
    yield from _pair(old, branch)


def _unwrapped(old: list[Leaf], new: Leaf, here: str) -> Steps:
    branch = _same_branch(new, old)
    yield Change("U5.back", here, [_name(leaf) for leaf in old])
    yield from _pair(branch, new)


def _name(leaf: Leaf) -> str:
    return leaf.node.address.rpartition("/")[2]


def _tagged(old: Alternatives, new: Alternatives) -> Steps:
    here, tags = new.node.address, [one.node.schema.get("discriminator") for one in (old, new)]
    if old.tag != new.tag:
        yield Change("U4", here, old.tag, new.tag)
        return
    if tags[0] != tags[1]:
        yield Change("U9", here, *tags)
    before = {tag_value(leaf, old.tag): leaf for leaf in old.by_family["object"]}
    after = {tag_value(leaf, new.tag): leaf for leaf in new.by_family["object"]}
    yield from _branches(
        here,
        str(old.tag),
        [before[key] for key in before.keys() - after],
        [after[key] for key in after.keys() - before],
    )
    for key in before.keys() & after.keys():
        yield from _pair(before[key], after[key])


def _branches(here: str, tag: str, lost: list[Leaf], gained: list[Leaf]) -> Steps:
    """The branches that only one side has."""
    if len(lost) == len(gained) == 1 and _without(lost[0], tag) == _without(gained[0], tag):
        yield Change(
            "U3", gained[0].node.address, *(json.loads(tag_value(one, tag) or "null") for one in (lost[0], gained[0]))
        )
        return
    for leaf in sorted(lost, key=_name):
        yield Change("U2", here, _name(leaf))
    for leaf in sorted(gained, key=_name):
        yield Change("U1", here, None, _name(leaf))


def _without(leaf: Leaf, tag: str) -> Any:
    whole = canonical(leaf.node)
    return {**whole, "properties": {name: one for name, one in whole["properties"].items() if name != tag}}


def structs(old: Struct, new: Struct) -> Steps:
    """How two objects differ, field by field."""
    for name in old.names.keys() & new.names.keys():
        yield from _property(old, new, name)
    renamed = dict(_renamed(old, new))
    for before, after in renamed.items():
        yield Change("F9" if before in old.required else "F9.optional", new.node.property(after).address, before, after)
    if _is_map(old) and new.extra is False and new.names:
        yield from _fixed(old, new)
        return
    for name in old.names.keys() - new.names.keys() - renamed.keys():
        yield from _removed(old, new, name)
    for name in new.names.keys() - old.names.keys() - {*renamed.values()}:
        yield from _added(old, new, name)
    yield from _openness(old, new)
    yield from _sizes(old, new)


def _is_map(struct: Struct) -> bool:
    return not struct.names and struct.extra is not False


def _renamed(old: Struct, new: Struct) -> Iterator[tuple[str, str]]:
    """Fields of closed objects that only have a new name."""
    if old.extra is False and new.extra is False:
        lost = {name: _form(old, name) for name in old.names.keys() - new.names.keys()}
        gained = {name: _form(new, name) for name in new.names.keys() - old.names.keys()}
        yield from renamed(lost, gained)


def renamed(lost: Mapping[str, Any], gained: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Pairs of an old and a new name whose forms are equal, and which no other name shares."""
    for name, form in lost.items():
        same = [other for other, one in gained.items() if one == form]
        if len(same) == 1 and [*lost.values()].count(form) == 1:
            yield name, same[0]


def _form(struct: Struct, name: str) -> tuple[bool, Any]:
    return name in struct.required, canonical(struct.node.property(name))


def _property(old: Struct, new: Struct, name: str) -> Steps:
    before, after = old.node.property(name), new.node.property(name)
    if name in new.required - old.required:
        yield Change("F5", after.address)
    elif name in old.required - new.required:
        yield Change("F6", after.address)
    elif name not in old.required:
        yield from _default(before, after)
    elif default_of(before) != default_of(after):
        yield Change("K2", after.address, default_of(before), default_of(after))
    yield Pair(before, after)


def _default(old: Node, new: Node) -> Steps:
    before, after = default_of(old), default_of(new)
    if json.dumps(before) == json.dumps(after):
        return
    rule = "D1" if before is None else "D3" if after is None else "D2"
    yield Change(rule, new.address, *(None if one is None else one[0] for one in (before, after)))


def default_of(node: Node) -> list[Any] | None:
    """The default in a list, because it may be null; None if there is none."""
    if "default" in node.schema:
        return [node.schema["default"]]
    return default_of(node.target) if node.reference else None


def _removed(old: Struct, new: Struct, name: str) -> Steps:
    must = name in old.required
    if isinstance(new.extra, dict):  # the schema of the other keys now applies to the key
        if must:
            yield Change("F6", old.node.property(name).address)
        yield Pair(old.node.property(name), new.others)
        return
    rule = ("F8" if must else "F7") + (".open" if new.extra else "")
    yield Change(rule, old.node.property(name).address, name)


def _added(old: Struct, new: Struct, name: str) -> Steps:
    added, must = new.node.property(name), name in new.required
    if name in old.reserved:
        yield Change("F18", added.address, None, name)
    if must:
        yield Change("F3" if default_of(added) is None else "F4", added.address, None, name)
    elif old.extra is True:
        yield Change("F2", added.address, None, name)
    else:
        yield Change("F1", added.address, None, name)
    if isinstance(old.extra, dict):
        yield Pair(old.others, added)


def _openness(old: Struct, new: Struct) -> Steps:
    here = new.node.address
    if old.extra is False and new.extra is not False:
        yield Change("F13", here)
    elif old.extra is not False and new.extra is False:
        yield Change("F14", here)
    elif isinstance(old.extra, dict) or isinstance(new.extra, dict):
        yield Pair(old.others, new.others)


def _fixed(old: Struct, new: Struct) -> Steps:
    """A map that became an object with fixed fields: a reader of the map still expects values of its type."""
    yield Change("F17", new.node.address)
    if isinstance(old.extra, dict):
        for name in new.names:
            yield Pair(old.others, new.node.property(name), ("response",))


def _sizes(old: Struct, new: Struct) -> Steps:
    """Bounds on the number of keys, where they refuse more than the keys themselves do."""
    least = float(len(new.required))
    most = float(len(new.names)) if new.extra is False else float("inf")
    here = new.node.address
    lower = tuple(max(one.size("minProperties", 0), least) for one in (old, new))
    upper = tuple(min(one.size("maxProperties", float("inf")), most) for one in (old, new))
    yield from sizes(here, (lower[0], lower[1]), "F22 F22.lowered")
    yield from sizes(here, (upper[0], upper[1]), "F22.max_raised F22.max_lowered")
