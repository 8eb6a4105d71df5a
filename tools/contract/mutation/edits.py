"""Makes every small edit of a contract: keywords removed, tightened, loosened, replaced; fields added, renamed."""

import copy
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tools.contract.witness.flat import Focus
from tools.generation.source import Contract, Definition, Place, subschemas

SMALL = 1000  # larger bounds are reduced to this, so that values beyond them are quick to generate and to validate
SIZES = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
OF_TYPE: dict[str, Definition] = {
    "string": {"minLength": 1, "maxLength": 3, "pattern": "^[a-z]*$", "format": "binary", "enum": ["text"]},
    "integer": {"minimum": 1, "maximum": 2, "enum": [1, 3]},
    "number": {"minimum": 1, "maximum": 2},
    "boolean": {"enum": [True]},
    "array": {"minItems": 1, "maxItems": 1},
    "object": {"minProperties": 1, "maxProperties": 1},
}
"""Type to the keywords that are added to its schemas."""

ANNOTATIONS: list[tuple[str, Any]] = [
    ("x-unit", "apples"),
    ("x-secret", True),
    ("x-opaque", True),
    ("x-deprecated", "no longer used"),
    ("x-colour", 1),
]
FIELD: Definition = {"type": "string", "description": "A new field."}

Changed = tuple[str, Definition]


@dataclass(frozen=True)
class Edit:
    """One changed definition: its place, the pointer and the kind of the change, and the result."""

    whole: Contract
    place: Place
    pointer: str
    label: str
    definition: Definition

    @property
    def contract(self) -> Contract:
        """The whole contract with this edit; made on demand, because there are thousands of edits."""
        content = self.whole.files[self.place.file]
        changed = {**content, "$defs": {**content["$defs"], self.place.name: self.definition}}
        return Contract(self.whole.protocol, {**self.whole.files, self.place.file: changed})

    @property
    def focus(self) -> Focus:
        return Focus(self.place, self.pointer.removeprefix(self.place.pointer))

    def __str__(self) -> str:
        return f"{self.place.file}#{self.pointer}: {self.label}"


def scaled(contract: Contract) -> Contract:
    """The contract with its large bounds on sizes reduced."""
    files = copy.deepcopy(contract.files)
    for content in files.values():
        for definition in content["$defs"].values():
            for _, schema in subschemas(definition):
                schema.update({name: SMALL for name in SIZES if schema.get(name, 0) > SMALL})
    return Contract(contract.protocol, files)


def edits(contract: Contract) -> Iterator[Edit]:
    """Every edit of every definition. Some result in an unsound contract."""
    for place, definition in contract.definitions.items():
        for pointer, schema in subschemas(definition, place.pointer):
            for label, changed in _of_schema(schema, _refers_to(contract, place)):
                whole = _put(definition, pointer.removeprefix(place.pointer), changed)
                if whole != definition:
                    yield Edit(contract, place, pointer, label, whole)


def _refers_to(contract: Contract, place: Place) -> Callable[[str], Definition]:
    return lambda reference: _local(contract, place, contract.target(place.file, reference))


def _local(contract: Contract, place: Place, target: Place) -> Definition:
    """A copy of a definition to be put into another file."""
    text = copy.deepcopy(contract.definitions[target])
    for _, schema in subschemas(text):
        if "$ref" in schema:
            there = contract.target(target.file, schema["$ref"])
            schema["$ref"] = f"{there.file if there.file != place.file else ''}#{there.pointer}"
    return text


def _put(part: Any, pointer: str, value: Any) -> Any:
    if not pointer:
        return value
    step, _, rest = pointer[1:].partition("/")
    rest = f"/{rest}" if rest else ""
    if isinstance(part, list):
        return [_put(one, rest, value) if index == int(step) else one for index, one in enumerate(part)]
    return {**part, step: _put(part[step], rest, value)}


def _of_schema(schema: Definition, refers_to: Callable[[str], Definition]) -> Iterator[Changed]:
    for keyword in schema:
        yield f"{keyword} removed", _without(schema, keyword)
        for label, value in CHANGES.get(keyword, _other)(schema[keyword], schema):
            yield f"{keyword} {label}", {**schema, keyword: value}
    if "$ref" in schema:
        beside = _without(schema, "$ref")
        yield "$ref inlined", {**refers_to(schema["$ref"]), **beside}
    yield from _added(schema)
    if "oneOf" in schema or "anyOf" in schema:
        yield from _unions(schema)
    if schema.get("type") == "object":
        yield from _keys(schema)
    if "const" in schema:
        yield "const to enum", {**_without(schema, "const"), "type": "string", "enum": [schema["const"], "other"]}
        yield "const to text", {**_without(schema, "const"), "type": "string"}


def _without(schema: Definition, *keywords: str) -> Definition:
    return {name: value for name, value in schema.items() if name not in keywords}


def _added(schema: Definition) -> Iterator[Changed]:
    kind = schema.get("type")
    for keyword, value in OF_TYPE.get(kind, {}).items() if isinstance(kind, str) else ():
        if keyword not in schema:
            yield f"{keyword} added", {**schema, keyword: value}
    keyword, value = ANNOTATIONS[zlib.crc32(repr(schema).encode()) % len(ANNOTATIONS)]  # one each: a short run
    if keyword not in schema:
        yield f"{keyword} added", {**schema, keyword: value}
    if "enum" in schema and "x-enum-open" not in schema:
        yield "x-enum-open added", {**schema, "x-enum-open": True}
    if schema.get("x-kind") == "request":
        yield "x-capability added", {**schema, "x-capability": "more"}
    if not schema.keys() & {"anyOf", "oneOf", "x-message"}:
        yield "null allowed", {"anyOf": [_without(schema, "description", "default"), {"type": "null"}]}
        yield "in a oneOf", {"oneOf": [_without(schema, "description", "default"), {"type": "null"}]}


def _unions(schema: Definition) -> Iterator[Changed]:
    for keyword, other in (("anyOf", "oneOf"), ("oneOf", "anyOf")):
        if keyword in schema:
            yield f"{keyword} to {other}", {**_without(schema, keyword), other: schema[keyword]}


def _keys(schema: Definition) -> Iterator[Changed]:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    for name in properties:
        others = {key: one for key, one in properties.items() if key != name}
        must = [key for key in required if key != name]
        yield f"key {name} removed", {**schema, "properties": others, "required": must}
        renamed = [f"{name}_now" if key == name else key for key in required]
        yield (
            f"key {name} renamed",
            {**schema, "properties": {**others, f"{name}_now": properties[name]}, "required": renamed},
        )
        if name in required:
            yield f"key {name} optional", {**schema, "required": must}
        else:
            yield f"key {name} required", {**schema, "required": [*required, name]}
    more = {**properties, "new_field": FIELD}
    yield "optional key added", {**schema, "properties": more}
    yield "required key added", {**schema, "properties": more, "required": [*required, "new_field"]}
    given = {**properties, "new_field": {**FIELD, "default": ""}}
    yield "required key with default added", {**schema, "properties": given, "required": [*required, "new_field"]}


def _bound(value: Any, _schema: Definition) -> Iterator[tuple[str, Any]]:
    yield from ((f"to {other}", other) for other in (value - 1, value + 1) if value != 0 or other != -1)


def _number(value: Any, _schema: Definition) -> Iterator[tuple[str, Any]]:
    yield from ((f"to {other}", other) for other in (value - 1, value + 1, -(2**60), 2**60))


def _kinds(value: Any, _schema: Definition) -> Iterator[tuple[str, Any]]:
    yield from ((f"to {other}", other) for other in TYPES if other != value)
    yield "or null", [value, "null"]
    yield "or integer", sorted({value, "integer"})


def _enum(value: list[Any], _schema: Definition) -> Iterator[tuple[str, Any]]:
    yield "value added", [*value, "new_value"]
    yield "value renamed", [*value[1:], f"{value[0]}_now"]
    yield "order", [*reversed(value)]
    if len(value) > 1:
        yield "value removed", value[1:]


def _branches(value: list[Any], _schema: Definition) -> Iterator[tuple[str, Any]]:
    yield "order of branches", [*reversed(value)]
    yield from (
        (f"branch {index} removed", [*value[:index], *value[index + 1 :]])
        for index in range(len(value))
        if len(value) > 1
    )
    yield "branch null added", [*value, {"type": "null"}]
    yield "branch integer added", [*value, {"type": "integer", "minimum": 0, "maximum": 5}]
    yield "branch array added", [*value, {"type": "array", "items": {"type": "boolean"}}]


def _words(value: list[str], _schema: Definition) -> Iterator[tuple[str, Any]]:
    yield "order", [*reversed(value)]
    yield from ((f"without {one}", [other for other in value if other != one]) for one in value)


def _codes(value: dict[str, Any], _schema: Definition) -> Iterator[tuple[str, Any]]:
    for code, entry in value.items():
        yield f"{code} redescribed", {**value, code: {**entry, "description": "Something else."}}
        yield f"{code} without details", {**value, code: _without(entry, "details")}


def _extra(value: Any, _schema: Definition) -> Iterator[tuple[str, Any]]:
    others: list[Any] = [True, False, {"type": "integer"}]
    yield from ((f"to {other}", other) for other in others if other != value)


def _other(value: Any, _schema: Definition) -> Iterator[tuple[str, Any]]:
    if isinstance(value, bool):
        yield "inverted", not value
    elif isinstance(value, str):
        yield "changed", f"{value}x"
    elif isinstance(value, int):
        yield "changed", value + 1


CHANGES: dict[str, Callable[[Any, Definition], Iterator[tuple[str, Any]]]] = {
    **dict.fromkeys(SIZES, _bound),
    **dict.fromkeys(("minimum", "maximum"), _number),
    **dict.fromkeys(("anyOf", "oneOf"), _branches),
    **dict.fromkeys(("required", "x-errors", "x-common-errors"), _words),
    "type": _kinds,
    "enum": _enum,
    "additionalProperties": _extra,
    "items": lambda _value, _schema: iter(
        [("to any", {}), ("to text", {"type": "string"}), ("to number", {"type": "number"})]
    ),
    "format": lambda _value, _schema: iter([("to date-time", "date-time"), ("to uuid", "uuid")]),
    "pattern": lambda _value, _schema: iter([("changed", "^[a-f]*$")]),
    "default": lambda _value, _schema: iter([("changed", "other"), ("to null", None)]),
    "x-error-codes": _codes,
    "x-since": lambda _value, _schema: iter([("changed", "0.2")]),
}
