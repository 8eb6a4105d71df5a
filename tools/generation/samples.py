"""Sample messages for every message type: some that must be accepted, some that must be refused and where.

They are made from the schema alone, so that clients in every language can hold themselves against the same list.

What is inside of a definition has its samples at the first place of a message that refers to it; a further place has
those of the reference alone. Else every list of objects that name objects would have all samples of a name again.
"""

import json
from collections.abc import Iterator
from typing import Any

from tools.generation.source import Contract, Definition, Message, Place
from tools.generation.tagged_json import to_json

LONGEST = 10_000  # characters of a sample; a longer bound is not worth a file of its size
LEAST, MOST = -(2**63), 2**64 - 1  # integers of MessagePack

WRONG_TYPE: dict[str, Any] = {
    "string": 7, "integer": "7", "number": "7.5", "boolean": 1, "array": "[]", "object": "{}", "null": 0,
}  # fmt: skip


def generate(contract: Contract) -> dict[str, str]:
    """File name to text: one file of samples per message type."""
    return {f"{message.type}.json": _file(contract, message) for message in contract.messages()}


def _file(contract: Contract, message: Message) -> str:
    accepted = [{"name": name, "data": to_json(data)} for name, data in valid(contract, message.place)]
    refused = [
        {"name": name, "path": path, "data": to_json(data)} for name, path, data in invalid(contract, message.place)
    ]
    return f"""{{
 "$comment": "Generated from schema/ by `make generate`. Do not edit.",
 "type": {json.dumps(message.type)},
 "valid": {_lines(accepted)},
 "invalid": {_lines(refused)}
}}
"""


def _lines(samples: list[dict[str, Any]]) -> str:
    """One sample per line, so that a change shows as the lines of its samples."""
    return "[\n" + ",\n".join(f"  {json.dumps(one)}" for one in samples) + "\n ]"


def valid(contract: Contract, place: Place, *, sparse: bool = False) -> Iterator[tuple[str, Any]]:
    """Named values that the definition accepts. `sparse` leaves out what a value does not need."""
    shown = set[Place]()
    for branch in branches(contract, place):
        label = f"{branch.name} " if branch != place else ""
        definition = contract.definitions[branch]
        example = Example(contract, branch.file, shown)
        yield f"{label}minimal", example.minimal(definition)
        yield f"{label}full", example.full(definition)
        around = example.minimal(definition) if sparse else example.full(definition)
        for name, child in definition.get("properties", {}).items():
            for what, value in example.accepted(child):
                yield f"{label}{name} {what}", _in_order(definition, around | {name: value})


def invalid(contract: Contract, place: Place, *, sparse: bool = False) -> Iterator[tuple[str, str, Any]]:
    """Named values that the definition refuses, each with the JSON pointer of the refusal."""
    tag = contract.definitions[place].get("discriminator", {}).get("propertyName")
    shown = set[Place]()
    for branch in branches(contract, place):
        label = f"{branch.name} " if branch != place else ""
        definition = contract.definitions[branch]
        example = Example(contract, branch.file, shown)
        around = example.minimal(definition) if sparse else example.full(definition)
        yield f"{label}with an unknown field", "/data/no_such_field", around | {"no_such_field": 1}
        for name in definition["required"]:
            yield f"{label}without {name}", f"/data/{name}", {key: around[key] for key in around if key != name}
        for name, child in definition.get("properties", {}).items():
            if name == tag:
                yield f"{label}with an unknown {tag}", f"/data/{tag}", around | {name: "no_such_value"}
                continue
            for what, path, value in example.refused(child):
                yield f"{label}{name} {what}", f"/data/{name}{path}", around | {name: value}
    yield "not a map", "/data", [1]


def branches(contract: Contract, place: Place) -> Iterator[Place]:
    """The objects of a union, or the one definition that is none."""
    definition = contract.definitions[place]
    if "oneOf" not in definition:
        yield place
    for branch in definition.get("oneOf", ()):
        yield contract.target(place.file, branch["$ref"])


def _in_order(definition: Definition, data: dict[str, Any]) -> dict[str, Any]:
    """The same keys in the order of the schema, as every generated writer puts them."""
    return {name: data[name] for name in definition["properties"] if name in data}


class Example:
    """Makes values for the schemas of one file. `shown` are the definitions whose insides have samples already."""

    def __init__(self, contract: Contract, file: str, shown: set[Place] | None = None) -> None:
        self._contract, self._file = contract, file
        self._shown = set[Place]() if shown is None else shown

    def resolved(self, schema: Definition) -> tuple["Example", Definition]:
        """What a schema refers to, and the maker for the file that it stands in."""
        if "$ref" not in schema:
            return self, schema
        place = self._contract.target(self._file, schema["$ref"])
        return Example(self._contract, place.file, self._shown).resolved(self._contract.definitions[place])

    def _is_first(self, schema: Definition) -> bool:
        """Whether this is the first place of a message that refers to a definition."""
        if "$ref" not in schema:
            return True
        place = self._contract.target(self._file, schema["$ref"])
        known = place in self._shown
        self._shown.add(place)
        return not known

    def minimal(self, schema: Definition) -> Any:
        """A valid value with nothing optional in it."""
        owner, schema = self.resolved(schema)
        if schema.get("type") == "object":
            required = schema.get("required", ())
            return {name: owner.minimal(one) for name, one in schema.get("properties", {}).items() if name in required}
        if schema.get("type") == "array":
            return [owner.minimal(schema["items"])] * schema.get("minItems", 0)
        return owner.full(schema)

    def full(self, schema: Definition) -> Any:
        """A valid value with everything optional in it."""
        owner, schema = self.resolved(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        if "anyOf" in schema:
            return owner.full(next(one for one in schema["anyOf"] if one.get("type") != "null"))
        if "oneOf" in schema:
            return owner.full(schema["oneOf"][0])
        match schema["type"]:
            case "object":
                return owner.map(schema)
            case "array":
                return [owner.full(schema["items"])]
            case "string" if schema.get("format") == "binary":
                return b"\x00\xff"
            case "string":
                return "text".ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]
            case "integer":
                return max(schema.get("minimum", 0), min(3, schema.get("maximum", 3)))
            case "number":
                return 1.5
            case "boolean":
                return True
            case _:
                return None

    def map(self, schema: Definition) -> dict[str, Any]:
        """A valid object with every key."""
        if isinstance(schema["additionalProperties"], dict):
            return {"name": self.full(schema["additionalProperties"])}
        return {name: self.full(child) for name, child in schema.get("properties", {}).items()}

    def accepted(self, schema: Definition) -> Iterator[tuple[str, Any]]:
        """Further valid values: each alternative, each enum value, each bound, also inside of objects and arrays."""
        if not self._is_first(schema):
            return
        owner, schema = self.resolved(schema)
        for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
            yield f"as {one.get('type') or one['$ref'].rpartition('/')[2]}", owner.full(one)
            yield from owner.accepted(one)
        for value in schema.get("enum", ()):
            yield f"is {value}", value
        if schema.get("x-enum-open"):
            yield "is a value of a later version", "value_of_a_later_version"
        for bound in ("minimum", "maximum"):
            if bound in schema:
                yield f"at its {bound}", float(schema[bound]) if schema.get("type") == "number" else schema[bound]
        for bound in ("minLength", "maxLength"):
            if 0 < schema.get(bound, 0) <= LONGEST:
                yield f"at its {bound}", "x" * schema[bound]
        if schema.get("type") == "array":
            yield from ((f"with an item {what}", [value]) for what, value in owner.accepted(schema["items"]))
        for name, child in schema.get("properties", {}).items():
            for what, value in owner.accepted(child):
                yield f"with {name} {what}", _in_order(schema, owner.minimal(schema) | {name: value})

    def refused(self, schema: Definition) -> Iterator[tuple[str, str, Any]]:
        """Values that break exactly one rule of a schema: what is wrong, at which pointer inside it, and the value."""
        is_first = self._is_first(schema)
        owner, schema = self.resolved(schema)
        if schema.get("x-opaque"):
            return
        if "anyOf" in schema:
            yield from owner.refused_by_all(schema["anyOf"])
            return
        yield "is null", "", None
        yield "is of a wrong type", "", WRONG_TYPE["string" if "const" in schema else schema.get("type", "object")]
        if not is_first:
            return
        yield from ((what, "", value) for what, value in _beyond(schema))
        if schema.get("type") == "array":
            yield from (
                (f"with an item that {what}", f"/0{path}", [bad]) for what, path, bad in owner.refused(schema["items"])
            )
        for name in schema.get("required", ()):
            least = owner.minimal(schema)
            yield f"without {name}", f"/{name}", {key: least[key] for key in least if key != name}
        for name, child in schema.get("properties", {}).items():
            for what, path, value in owner.refused(child):
                yield f"with {name} that {what}", f"/{name}{path}", owner.minimal(schema) | {name: value}

    def refused_by_all(self, alternatives: list[Definition]) -> Iterator[tuple[str, str, Any]]:
        """Values that no alternative accepts. Where null is the only other one, the rules of the first still hold."""
        resolved = [self.resolved(one)[1] for one in alternatives]
        if not any(one.get("type") in ("array", "object") or "anyOf" in one for one in resolved):
            yield "is an array", "", [1]
        real = [one for one in alternatives if one.get("type") != "null"]
        if len(real) == 1:
            yield from (found for found in self.refused(real[0]) if found[2] is not None and found[2] != [1])


def _beyond(schema: Definition) -> Iterator[tuple[str, Any]]:
    """Values of the right type just beyond a bound; none that MessagePack cannot write."""
    if schema.get("minimum", LEAST) > LEAST:
        yield "below its minimum", schema["minimum"] - 1
    if schema.get("maximum", MOST) < MOST:
        yield "above its maximum", schema["maximum"] + 1
    if "minLength" in schema:
        yield "shorter than its minLength", "x" * (schema["minLength"] - 1)
    if schema.get("maxLength", LONGEST) < LONGEST:
        yield "longer than its maxLength", "x" * (schema["maxLength"] + 1)
    if "pattern" in schema:
        yield "with a NUL", "text\x00"
    if "enum" in schema and not schema.get("x-enum-open"):
        yield "is no value of the enum", "no_such_value"
