"""Sample messages for every message type: some that must be accepted, some that must be refused and where.

They are made from the schema alone, so that clients in every language can hold themselves against the same list.
"""

import json
from collections.abc import Iterator
from typing import Any

from tools.generation.source import Contract, Definition, Message, Place
from tools.generation.tagged_json import to_json

LONGEST = 10_000  # characters of a sample; a longer bound is not worth a file of its size

WRONG_TYPE: dict[str, Any] = {
    "string": 7, "integer": "7", "number": "7.5", "boolean": 1, "array": "[]", "object": "{}", "null": 0,
}  # fmt: skip


def generate(contract: Contract) -> dict[str, str]:
    """File name to text: one file of samples per message type."""
    return {f"{message.type}.json": _file(contract, message) for message in contract.messages()}


def _file(contract: Contract, message: Message) -> str:
    content = {
        "$comment": "Generated from schema/ by `make generate`. Do not edit.",
        "type": message.type,
        "valid": [{"name": name, "data": to_json(data)} for name, data in valid(contract, message.place)],
        "invalid": [
            {"name": name, "path": path, "data": to_json(data)} for name, path, data in invalid(contract, message.place)
        ],
    }
    return json.dumps(content, indent=1, ensure_ascii=True) + "\n"


def valid(contract: Contract, place: Place) -> Iterator[tuple[str, Any]]:
    """Named values that the definition accepts."""
    for branch in _branches(contract, place):
        label = f"{branch.name} " if branch != place else ""
        definition = contract.definitions[branch]
        example = Example(contract, branch.file)
        yield f"{label}minimal", example.minimal(definition)
        yield f"{label}full", example.full(definition)
        for name, child in definition.get("properties", {}).items():
            for what, value in example.accepted(child):
                yield f"{label}{name} {what}", example.full(definition) | {name: value}


def invalid(contract: Contract, place: Place) -> Iterator[tuple[str, str, Any]]:
    """Named values that the definition refuses, each with the JSON pointer of the refusal."""
    branches = list(_branches(contract, place))
    tag = contract.definitions[place].get("discriminator", {}).get("propertyName")
    for branch in branches:
        label = f"{branch.name} " if branch != place else ""
        definition = contract.definitions[branch]
        example = Example(contract, branch.file)
        full = example.full(definition)
        yield f"{label}with an unknown field", "/data/no_such_field", full | {"no_such_field": 1}
        for name in definition["required"]:
            yield f"{label}without {name}", f"/data/{name}", {key: full[key] for key in full if key != name}
        for name, child in definition.get("properties", {}).items():
            if name == tag:
                yield f"{label}with an unknown {tag}", f"/data/{tag}", full | {name: "no_such_value"}
                continue
            for what, value in example.refused(child):
                yield f"{label}{name} {what}", f"/data/{name}", full | {name: value}
    yield "not a map", "/data", [1]


def _branches(contract: Contract, place: Place) -> Iterator[Place]:
    definition = contract.definitions[place]
    if "oneOf" not in definition:
        yield place
    for branch in definition.get("oneOf", ()):
        yield contract.target(place.file, branch["$ref"])


class Example:
    """Makes values for the schemas of one file."""

    def __init__(self, contract: Contract, file: str) -> None:
        self._contract, self._file = contract, file

    def resolved(self, schema: Definition) -> tuple["Example", Definition]:
        """What a schema refers to, and the maker for the file that it stands in."""
        if "$ref" not in schema:
            return self, schema
        place = self._contract.target(self._file, schema["$ref"])
        return Example(self._contract, place.file).resolved(self._contract.definitions[place])

    def minimal(self, schema: Definition) -> Any:
        """A valid value with nothing optional in it."""
        owner, schema = self.resolved(schema)
        if schema.get("type") == "object":
            properties = schema.get("properties", {})
            return {name: owner.minimal(properties[name]) for name in schema.get("required", ())}
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
        match schema["type"]:
            case "object":
                return owner.map(schema)
            case "array":
                return [owner.full(schema["items"])]
            case "string" if schema.get("format") == "binary":
                return b"\x00\xff"
            case "string":
                return "text"
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
        """Further valid values: each alternative, each enum value, each bound."""
        owner, schema = self.resolved(schema)
        for one in schema.get("anyOf", ()):
            yield f"as {one.get('type') or one['$ref'].rpartition('/')[2]}", owner.full(one)
            yield from owner.accepted(one)
        for value in schema.get("enum", ()):
            yield f"is {value}", value
        if schema.get("x-enum-open"):
            yield "is a value of a later version", "value_of_a_later_version"
        for bound in ("minimum", "maximum"):
            if bound in schema:
                yield f"at its {bound}", schema[bound]
        if 0 < schema.get("maxLength", 0) <= LONGEST:
            yield "at its maxLength", "x" * schema["maxLength"]
        if schema.get("type") == "array":
            yield from ((f"with an item {what}", [value]) for what, value in owner.accepted(schema["items"]))

    def refused(self, schema: Definition) -> Iterator[tuple[str, Any]]:
        """Values that break exactly one rule of a schema without alternatives."""
        owner, schema = self.resolved(schema)
        alternatives = [owner.resolved(one)[1] for one in schema.get("anyOf", ())]
        if schema.get("x-opaque"):
            return
        if "anyOf" not in schema:
            yield "is null", None
            yield "is of a wrong type", WRONG_TYPE["string" if "const" in schema else schema["type"]]
        elif not any(one.get("type") in (None, "array", "object") for one in alternatives):
            yield "is an array", [1]
        if "minimum" in schema:
            yield "below its minimum", schema["minimum"] - 1
        if "maximum" in schema:
            yield "above its maximum", schema["maximum"] + 1
        if "minLength" in schema:
            yield "shorter than its minLength", "x" * (schema["minLength"] - 1)
        if schema.get("maxLength", LONGEST) < LONGEST:
            yield "longer than its maxLength", "x" * (schema["maxLength"] + 1)
        if "pattern" in schema:
            yield "with a NUL", "text\x00"
        if "enum" in schema and not schema.get("x-enum-open"):
            yield "is no value of the enum", "no_such_value"
