"""Compares objects: their keys, their openness, and unions of objects."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tools.compatibility.node import Alternatives, Leaf, Node, Undecidable, canonical, tag_value
from tools.compatibility.values import items_of, matched, sizes

if TYPE_CHECKING:
    from tools.compatibility.walk import Walk


@dataclass(frozen=True)
class Struct:
    """One object: what its keys are and which of them must be there."""

    node: Node

    @property
    def names(self) -> dict[str, Any]:
        return self.node.schema.get("properties") or {}

    @property
    def required(self) -> set[str]:
        return set(self.node.schema.get("required") or ())

    @property
    def extra(self) -> Any:
        """Of the other keys: False for none, True for anything, or their schema."""
        extra = self.node.schema.get("additionalProperties", True)
        return extra or extra == {}

    @property
    def reserved(self) -> set[str]:
        return set(self.node.schema.get("x-reserved") or ())

    def size(self, keyword: str, otherwise: float) -> float:
        bound = self.node.schema.get(keyword)
        return otherwise if bound is None else bound


def unions(walk: "Walk", old: Alternatives, new: Alternatives) -> None:
    """Compare the object alternatives of two nodes."""
    before, after = old.by_family.get("object", []), new.by_family.get("object", [])
    if not before or not after or old.anything or new.anything:
        return
    here = new.node.address
    if len(before) == len(after) == 1:
        _pair(walk, before[0], after[0])
    elif len(before) == 1 and new.tag:
        _wrapped(walk, before[0], after, here)
    elif len(after) == 1 and old.tag:
        _unwrapped(walk, before, after[0], here)
    elif old.tag and new.tag:
        _tagged(walk, old, new)
    else:
        for one, other in matched(before, after):
            _pair(walk, one, other)


def _pair(walk: "Walk", old: Leaf, new: Leaf) -> None:
    walk.beside(old, new)
    structs(walk, Struct(old.node), Struct(new.node))


def _same_branch(leaf: Leaf, branches: list[Leaf]) -> Leaf:
    """The branch that a single object has become, or was."""
    name = leaf.node.address.rpartition("/")[2]
    for branch in branches:
        if branch.node.address.rpartition("/")[2] == name or canonical(branch.node) == canonical(leaf.node):
            return branch
    raise Undecidable("none of the branches is the former object")


def _wrapped(walk: "Walk", old: Leaf, new: list[Leaf], here: str) -> None:
    branch = _same_branch(old, new)
    walk.note("U5", here, None, [_name(leaf) for leaf in new])
    _pair(walk, old, branch)


def _unwrapped(walk: "Walk", old: list[Leaf], new: Leaf, here: str) -> None:
    branch = _same_branch(new, old)
    walk.note("U5.back", here, [_name(leaf) for leaf in old])
    _pair(walk, branch, new)


def _name(leaf: Leaf) -> str:
    return leaf.node.address.rpartition("/")[2]


def _tagged(walk: "Walk", old: Alternatives, new: Alternatives) -> None:
    here, told = new.node.address, [one.node.schema.get("discriminator") for one in (old, new)]
    if old.tag != new.tag:
        walk.note("U4", here, old.tag, new.tag)
        return
    if told[0] != told[1]:
        walk.note("U9", here, *told)
    before = {tag_value(leaf, old.tag): leaf for leaf in old.by_family["object"]}
    after = {tag_value(leaf, new.tag): leaf for leaf in new.by_family["object"]}
    _branches(
        walk,
        here,
        str(old.tag),
        [before[key] for key in before.keys() - after],
        [after[key] for key in after.keys() - before],
    )
    for key in before.keys() & after.keys():
        _pair(walk, before[key], after[key])


def _branches(walk: "Walk", here: str, tag: str, lost: list[Leaf], gained: list[Leaf]) -> None:
    """Note branches that stand on one side only."""
    if len(lost) == len(gained) == 1 and _without(lost[0], tag) == _without(gained[0], tag):
        walk.note(
            "U3", gained[0].node.address, *(json.loads(tag_value(one, tag) or "null") for one in (lost[0], gained[0]))
        )
        return
    for leaf in sorted(lost, key=_name):
        walk.note("U2", here, _name(leaf))
    for leaf in sorted(gained, key=_name):
        walk.note("U1", here, None, _name(leaf))


def _without(leaf: Leaf, tag: str) -> Any:
    whole = canonical(leaf.node)
    return {**whole, "properties": {name: one for name, one in whole["properties"].items() if name != tag}}


def structs(walk: "Walk", old: Struct, new: Struct) -> None:
    """Compare two objects key by key."""
    for name in old.names.keys() & new.names.keys():
        _property(walk, old, new, name)
    renamed = dict(_renamed(old, new))
    for before, after in renamed.items():
        walk.note("F9" if before in old.required else "F9.optional", new.node.property(after).address, before, after)
    if _is_map(old) and new.extra is False and new.names:
        _fixed(walk, old, new)
        return
    for name in old.names.keys() - new.names.keys() - renamed.keys():
        _removed(walk, old, new, name)
    for name in new.names.keys() - old.names.keys() - {*renamed.values()}:
        _added(walk, old, new, name)
    _openness(walk, old, new)
    _sizes(walk, old, new)


def _is_map(struct: Struct) -> bool:
    return not struct.names and struct.extra is not False


def _renamed(old: Struct, new: Struct) -> Iterator[tuple[str, str]]:
    """Keys of closed objects that have only another name: each is the only one of its form."""
    if old.extra is not False or new.extra is not False:
        return
    lost = {name: _form(old, name) for name in old.names.keys() - new.names.keys()}
    gained = {name: _form(new, name) for name in new.names.keys() - old.names.keys()}
    for name, form in lost.items():
        same = [other for other, one in gained.items() if one == form]
        if len(same) == 1 and [*lost.values()].count(form) == 1:
            yield name, same[0]


def _form(struct: Struct, name: str) -> tuple[bool, str]:
    return name in struct.required, json.dumps(canonical(struct.node.property(name)), sort_keys=True)


def _property(walk: "Walk", old: Struct, new: Struct, name: str) -> None:
    before, after = old.node.property(name), new.node.property(name)
    if name in new.required - old.required:
        walk.note("F5", after.address)
    elif name in old.required - new.required:
        walk.note("F6", after.address)
    elif name not in old.required:
        _default(walk, before, after)
    elif default_of(before) != default_of(after):
        walk.note("K2", after.address, default_of(before), default_of(after))
    walk.nodes(before, after)


def _default(walk: "Walk", old: Node, new: Node) -> None:
    before, after = default_of(old), default_of(new)
    if json.dumps(before) == json.dumps(after):
        return
    rule = "D1" if before is None else "D3" if after is None else "D2"
    walk.note(rule, new.address, *(None if one is None else one[0] for one in (before, after)))


def default_of(node: Node) -> list[Any] | None:
    """The default, in a list of one; None for none."""
    if "default" in node.schema:
        return [node.schema["default"]]
    return default_of(node.target) if node.reference else None


def _removed(walk: "Walk", old: Struct, new: Struct, name: str) -> None:
    must = name in old.required
    if isinstance(new.extra, dict):  # the key now falls under what is said for all other keys
        if must:
            walk.note("F6", old.node.property(name).address)
        walk.nodes(old.node.property(name), items_of(new.node, new.extra))
        return
    rule = ("F8" if must else "F7") + (".open" if new.extra else "")
    walk.note(rule, old.node.property(name).address, name)


def _added(walk: "Walk", old: Struct, new: Struct, name: str) -> None:
    added, must = new.node.property(name), name in new.required
    if name in old.reserved:
        walk.note("F18", added.address, None, name)
    if must:
        walk.note("F3" if default_of(added) is None else "F4", added.address, None, name)
    elif old.extra is True:
        walk.note("F2", added.address, None, name)
    else:
        walk.note("F1", added.address, None, name)
    if isinstance(old.extra, dict):
        walk.nodes(items_of(old.node, old.extra), added)


def _openness(walk: "Walk", old: Struct, new: Struct) -> None:
    here = new.node.address
    if old.extra is False and new.extra is not False:
        walk.note("F13", here)
    elif old.extra is not False and new.extra is False:
        walk.note("F14", here)
    elif isinstance(old.extra, dict) or isinstance(new.extra, dict):
        walk.nodes(items_of(old.node, old.extra), items_of(new.node, new.extra))


def _fixed(walk: "Walk", old: Struct, new: Struct) -> None:
    """A map that is now an object with named fields; a reader of the map still wants each value to be of its type."""
    walk.note("F17", new.node.address)
    if "response" in walk.directions and isinstance(old.extra, dict):
        reader = replace(walk, directions=("response",))
        for name in new.names:
            reader.nodes(items_of(old.node, old.extra), new.node.property(name))


def _sizes(walk: "Walk", old: Struct, new: Struct) -> None:
    """Bounds on the number of keys, as far as they refuse anything that the keys themselves do not."""
    least = float(len(new.required))
    most = float(len(new.names)) if new.extra is False else float("inf")
    here = new.node.address
    lower = tuple(max(one.size("minProperties", 0), least) for one in (old, new))
    upper = tuple(min(one.size("maxProperties", float("inf")), most) for one in (old, new))
    sizes(walk, here, (lower[0], lower[1]), "F22 F22.lowered")
    sizes(walk, here, (upper[0], upper[1]), "F22.max_raised F22.max_lowered")
