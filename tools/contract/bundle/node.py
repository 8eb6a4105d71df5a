"""One schema inside a bundle, with access to what it refers to."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tools.contract.bundle.bundle import Bundle, address
from tools.generation.source import Definition, Place

ANNOTATIONS = {
    "$comment", "description", "default", "discriminator", "x-message", "x-kind", "x-response", "x-errors",
    "x-cancellable",
    "x-idempotent", "x-since", "x-deprecated", "x-capability", "x-secret", "x-unit", "x-opaque", "x-error-codes",
    "x-common-errors", "x-reserved",
}  # fmt: skip
"""Keywords that refuse no value."""

OBJECT_KEYWORDS = {"properties", "required", "additionalProperties"}


class Undecidable(Exception):
    """A schema that the rules cannot be applied to."""


@dataclass(frozen=True)
class Node:
    """A schema and its address. References in it name their file."""

    bundle: Bundle
    address: str
    schema: Definition
    union: "Node | None" = None  # of which this is an alternative

    @property
    def reference(self) -> Place | None:
        """The definition that the schema refers to."""
        if "$ref" not in self.schema:
            return None
        return referenced(self.schema["$ref"])

    @property
    def plain_reference(self) -> Place | None:
        """The same, but only if nothing beside the reference refuses a value."""
        return self.reference if self.schema.keys() - ANNOTATIONS == {"$ref"} else None

    def child(self, steps: str, schema: Definition) -> "Node":
        return Node(self.bundle, f"{self.address}/{steps}", schema)

    def property(self, name: str) -> "Node":
        return self.child(f"properties/{name}", self.schema["properties"][name])

    @cached_property
    def target(self) -> "Node":
        """The definition that the schema refers to."""
        place = self.reference
        assert place is not None, "asked only where there is a reference"
        return at(self.bundle, place)

    @cached_property
    def effective(self) -> "Node":
        """The schema with what its `$ref` refers to merged in."""
        if self.reference is None:
            return self
        beside = {name: value for name, value in self.schema.items() if name != "$ref"}
        target = self.target.effective
        return Node(
            self.bundle, target.address if self.plain_reference else self.address, merged(target.schema, beside)
        )

    def annotation(self, name: str) -> Any:
        """The value of an annotation, from here or else from the referenced definition; None if there is none."""
        if name in self.schema or self.reference is None:
            return self.schema.get(name)
        return self.target.annotation(name)

    def implied(self, name: str) -> Any:
        """The value of an annotation of the surrounding union, or of all alternatives inside except null."""
        if self.union is not None:
            above = self.union.schema.get(name)
            return self.union.implied(name) if above is None else above
        values = [one.annotation(name) for one in self._branches() if one.schema.get("type") != "null"]
        return values[0] if values and all(one == values[0] for one in values) else None

    def _branches(self) -> "list[Node]":
        whole = self.effective
        return [
            whole.child(f"{union}/{index}", one)
            for union in ("anyOf", "oneOf")
            for index, one in enumerate(whole.schema.get(union, ()))
        ]


def referenced(reference: str) -> Place:
    """The definition that a `$ref` with a file's name points to."""
    file, _, name = reference.partition("#/$defs/")
    return Place(file, name)


def at(bundle: Bundle, place: Place) -> Node:
    """The node of a definition."""
    return Node(bundle, address(place), bundle.resolvable[place])


def merged(schema: Definition, beside: Definition) -> Definition:
    """What two schemas allow together. Raises `Undecidable` if the subset cannot express that."""
    same = {name for name in schema.keys() & beside.keys() - ANNOTATIONS if schema[name] != beside[name]}
    if same or (schema.keys() & OBJECT_KEYWORDS and beside.keys() & OBJECT_KEYWORDS):
        raise Undecidable(f"two schemas at once give {', '.join(sorted(same)) or 'properties'}")
    return {**schema, **beside}


def canonical(node: Node) -> Any:
    """What a node allows, without names, order and annotations: equal if two nodes allow the same."""
    schema = node.effective.schema
    whole = {name: value for name, value in schema.items() if name not in ANNOTATIONS}
    for name in ("anyOf", "oneOf"):
        if name in whole:
            branches = [canonical(node.effective.child(name, one)) for one in whole[name]]
            whole[name] = sorted(branches, key=_sorted)
    for name in ("required", "enum"):
        if name in whole:
            whole[name] = sorted(whole[name], key=_sorted)
    if "properties" in whole:
        whole["properties"] = {key: canonical(node.child(key, one)) for key, one in whole["properties"].items()}
    for name in ("items", "additionalProperties"):
        if isinstance(whole.get(name), dict):
            whole[name] = canonical(node.child(name, whole[name]))
    return whole


def _sorted(value: object) -> str:
    return json.dumps(value, sort_keys=True)
