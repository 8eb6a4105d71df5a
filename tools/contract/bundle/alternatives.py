"""The alternatives that a node allows, however they are spelled."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from tools.contract.bundle.node import ANNOTATIONS, Node, Undecidable, merged
from tools.generation.source import Place

FAMILIES = {"null", "boolean", "integer", "number", "string", "array", "object"}
NUMERIC = {"integer": "number"}
ASSERTED_FORMATS = {"binary": "bytes", "date-time": "timestamp"}


@dataclass(frozen=True)
class Leaf:
    """One alternative of one MessagePack type. `values` are the only ones allowed, or the known ones if `open`."""

    family: str
    node: Node
    values: tuple[Any, ...] | None = None
    constant: bool = False
    open: bool = False
    reference: Place | None = None  # of the union's branch that it came from

    def get(self, keyword: str) -> Any:
        return self.node.schema.get(keyword)


@dataclass(frozen=True)
class Joint:
    """A union that is itself an alternative of a union."""

    node: Node
    reference: Place | None


@dataclass
class Seen:
    """What was found on the way to the leaves."""

    spelling: set[str] = field(default_factory=set)
    joints: list[Joint] = field(default_factory=list)
    shared: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Alternatives:
    """All alternatives of a node."""

    node: Node
    leaves: tuple[Leaf, ...]
    spelling: tuple[str, ...]  # which of `type` (as a list), `anyOf` and `oneOf` were used
    joints: tuple[Joint, ...] = ()
    shared: frozenset[str] = frozenset()  # families that several branches of one oneOf share

    @cached_property
    def by_family(self) -> dict[str, list[Leaf]]:
        found: dict[str, list[Leaf]] = {}
        for leaf in self.leaves:
            found.setdefault(leaf.family, []).append(leaf)
        return found

    @property
    def anything(self) -> bool:
        return "any" in self.by_family

    @property
    def tag(self) -> str | None:
        """The property whose constant distinguishes the object branches."""
        objects = self.by_family.get("object", [])
        if len(objects) < 2:
            return None
        named = self.node.schema.get("discriminator", {}).get("propertyName")
        for name in (
            [named, *objects[0].node.schema.get("properties", {})] if named else objects[0].get("properties") or {}
        ):
            if len({tag_value(leaf, name) for leaf in objects} - {None}) == len(objects):
                return str(name)
        return None

    @property
    def clean(self) -> bool:
        """Whether, judging by the tag, no object can match two branches."""
        name = self.tag
        lacking = [leaf for leaf in self.by_family["object"] if name not in (leaf.get("required") or ())]
        return name is not None and len(lacking) <= 1

    @property
    def overlapping(self) -> bool:
        """Whether a oneOf has alternatives that one value may match at the same time."""
        return bool(self.shared - {"object"}) or ("object" in self.shared and not self.clean)


def tag_value(leaf: Leaf, name: str | None) -> str | None:
    """The constant of a branch's tag property, as JSON; None if it has none."""
    schema = (leaf.get("properties") or {}).get(name)
    return json.dumps(schema["const"]) if schema is not None and "const" in schema else None


def alternatives(node: Node) -> Alternatives:
    """The alternatives of a node, including those of nested unions. Raises `Undecidable`."""
    node, seen = node.effective, Seen()
    leaves = tuple(_leaves(node, None, seen))
    if not leaves:
        raise Undecidable("no value is allowed")
    return Alternatives(node, leaves, tuple(sorted(seen.spelling)), tuple(seen.joints), frozenset(seen.shared))


def _leaves(node: Node, reference: Place | None, seen: Seen) -> list[Leaf]:
    unions = [name for name in ("anyOf", "oneOf") if name in node.schema]
    if len(unions) > 1:
        raise Undecidable("anyOf and oneOf at once")
    if not unions:
        return list(_typed(node, reference, seen))
    seen.spelling.add(unions[0])
    leaves: list[Leaf] = []
    beside = {
        name: value for name, value in node.schema.items() if name not in ANNOTATIONS | {unions[0], "x-enum-open"}
    }
    for index, schema in enumerate(node.schema[unions[0]]):
        branch = node.child(f"{unions[0]}/{index}", schema)
        whole = branch.effective
        joined = replace(whole, schema=merged(whole.schema, beside), union=node)
        if joined.schema.keys() & {"anyOf", "oneOf"}:
            seen.joints.append(Joint(joined, branch.reference))
        found = _leaves(joined, branch.reference, seen)
        if unions[0] == "oneOf":
            seen.shared |= _shared(leaves, found)
        leaves += found
    return leaves


def _shared(some: list[Leaf], others: list[Leaf]) -> set[str]:
    """Families that both branches allow; all numbers count as one family, and anything as every family."""
    kinds, more = ({NUMERIC.get(leaf.family, leaf.family) for leaf in side} for side in (some, others))
    return kinds | more if kinds and more and "any" in kinds | more else kinds & more


def _typed(node: Node, reference: Place | None, seen: Seen) -> Iterator[Leaf]:
    schema = node.schema
    only = (schema["const"],) if "const" in schema else tuple(schema["enum"]) if "enum" in schema else None
    if "const" in schema and "enum" in schema:
        raise Undecidable("const and enum at once")
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        seen.spelling |= {"type"} if isinstance(schema["type"], list) else set()
    elif "enum" in schema and schema.get("x-enum-open"):
        raise Undecidable("an open enum without a type")
    elif only is not None:
        types = list(dict.fromkeys(_family_of(value) for value in only))
    elif schema.keys() - ANNOTATIONS - {"x-enum-open"}:
        raise Undecidable(f"has {', '.join(sorted(schema.keys() - ANNOTATIONS))} but no type")
    else:
        types = ["any"]
    for name in types:
        leaf = _leaf(node, name, only, reference)
        if leaf.values != () or leaf.open:
            yield leaf


def _leaf(node: Node, name: str, only: tuple[Any, ...] | None, reference: Place | None) -> Leaf:
    if name not in FAMILIES | {"any"}:
        raise Undecidable(f"the type {name!r} is unknown")
    family = ASSERTED_FORMATS.get(node.schema.get("format", ""), name) if name == "string" else name
    written = family == name  # JSON has no bytes and no timestamps, so none can be listed
    values = None if only is None else tuple(value for value in only if written and _fits(value, name))
    if family == "null" and values:
        values = None
    if family == "boolean" and values is not None and set(values) == {True, False}:
        values = None
    is_open = values is not None and bool(node.schema.get("x-enum-open")) and "enum" in node.schema
    return Leaf(family, node, values, "const" in node.schema, is_open, reference)


def _family_of(value: object) -> str:
    families = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    return families.get(type(value), "null")


def _fits(value: object, name: str) -> bool:
    family = _family_of(value)
    return name == family or (name == "number" and family == "integer")
