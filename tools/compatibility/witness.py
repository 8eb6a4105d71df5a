"""A second opinion on a change, by values alone: is there one that one side accepts and the other refuses?

It knows no rule. It judges values with a JSON Schema validator, and it makes them from the schema of both sides: each
bound and its neighbours, each enum value and a foreign one, each key missing, each type in place of each other.
"""

import copy
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from tools.compatibility.bundle import Bundle
from tools.compatibility.finding import Direction
from tools.generation.oracle import WireValidator
from tools.generation.source import Definition, Place

LEADS = "$leads"  # marks a schema that holds the edited one; the values of the others need not vary
FOREIGN: list[Any] = [
    None, True, 7, -1, 1.5, 2**53, -(2**53), 2**70, "text", "", "no_such_value", "x\x00y,/", b"text",
    datetime(2026, 1, 1, tzinfo=UTC), [], [7], ["text"], {}, {"name": 7},
]  # fmt: skip


def flat(bundle: Bundle, place: Place, focus: frozenset[Place] = frozenset()) -> Definition:
    """A definition with all that it refers to in one schema; `focus` are the definitions whose values matter."""
    whole = _inlined(bundle, bundle.resolvable[place], focus)
    return {**whole, LEADS: _leads(bundle, place, focus)}


def _leads(bundle: Bundle, place: Place, focus: frozenset[Place]) -> bool:
    return not focus or bool(bundle.reach[place] & focus)


def _inlined(bundle: Bundle, part: Any, focus: frozenset[Place]) -> Any:
    if isinstance(part, list):
        return [_inlined(bundle, one, focus) for one in part]
    if not isinstance(part, dict):
        return part
    if isinstance(part.get("$ref"), str):
        file, _, name = part["$ref"].partition("#/$defs/")
        beside = {key: _inlined(bundle, value, focus) for key, value in part.items() if key != "$ref"}
        return {"allOf": [flat(bundle, Place(file, name), focus)], **beside}
    return {key: _inlined(bundle, value, focus) for key, value in part.items()}


def tolerant(part: Any) -> Any:
    """The schema as an old reader takes it: keys that it does not know are ignored."""
    if isinstance(part, list):
        return [tolerant(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {key: True if key == "additionalProperties" and one is False else tolerant(one) for key, one in part.items()}


class Sides:
    """One definition in two contracts, and what each of them accepts."""

    def __init__(self, old: Definition, new: Definition, direction: Direction) -> None:
        first, second = (old, new) if direction == "request" else (new, tolerant(old))
        self._accepting, self._refusing = WireValidator(first), WireValidator(second)

    def sends(self, value: Any) -> bool:
        """Whether the sender may send the value."""
        return bool(self._accepting.is_valid(value))

    def part_them(self, value: Any) -> bool:
        """Whether the value is a witness: the sender may send it and the reader does not take it."""
        return self.sends(value) and not self._refusing.is_valid(value)

    def witness(self, values: Iterable[Any]) -> list[Any]:
        """The first witness among the values in a list, or an empty list."""
        return next(([value] for value in values if self.part_them(value)), [])


def variety(schema: Definition) -> Iterator[Any]:
    """Values near everything that a flat schema says, accepted ones and refused ones."""
    schema = opened(schema)
    if not schema.get(LEADS, True):
        yield full(schema)
        return
    yield from copy.deepcopy(FOREIGN)
    yield full(schema)
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from variety(branch)
    for value in (*schema.get("enum", ()), *([schema["const"]] if "const" in schema else [])):
        yield value
        yield f"{value}_"
    yield from _near_bounds(schema)
    yield from _arrays(schema)
    yield from _objects(schema)


def opened(schema: Definition) -> Definition:
    """A flat schema with the one that it refers to merged in."""
    (inner,) = schema.get("allOf") or [None]
    if inner is None:
        return schema
    return {**opened(inner), **{name: value for name, value in schema.items() if name != "allOf"}}


def _near_bounds(schema: Definition) -> Iterator[Any]:
    for keyword in ("minimum", "maximum"):
        if keyword in schema:
            bound = schema[keyword]
            yield from (bound - 1, bound, bound + 1, bound - 0.5, bound + 0.5)
    for keyword in ("minLength", "maxLength"):
        for size in _sizes(schema, keyword):
            yield "x" * size
            yield b"x" * size


def _sizes(schema: Definition, keyword: str) -> list[int]:
    return (
        [size for size in (schema[keyword] - 1, schema[keyword], schema[keyword] + 1) if size >= 0]
        if keyword in schema
        else []
    )


def _arrays(schema: Definition) -> Iterator[Any]:
    if "items" not in schema:
        return
    one = full(schema["items"])
    for keyword in ("minItems", "maxItems"):
        yield from ([one] * size for size in _sizes(schema, keyword))
    yield from ([one] * size for size in (0, 1, 2))
    yield from ([value] for value in variety(schema["items"]))


def _objects(schema: Definition) -> Iterator[Any]:
    whole, least = full(schema), minimal(schema)
    if not isinstance(whole, dict):
        return
    yield from (least, whole | {"no_such_field": 7}, whole | {"no_such_field": "text"})
    for name, child in schema.get("properties", {}).items():
        yield {key: value for key, value in whole.items() if key != name}
        yield from (whole | {name: value} for value in variety(child))
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict):
        yield from (whole | {"name": value} for value in variety(extra))
        one = full(extra)
        for keyword in ("minProperties", "maxProperties"):
            yield from ({f"key_{index}": one for index in range(size)} for size in _sizes(schema, keyword))
    yield from ({name: whole[name]} for name in whole)


def full(schema: Definition) -> Any:
    """A value that the schema accepts, with everything optional in it."""
    schema = opened(schema)
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    branches = schema.get("anyOf") or schema.get("oneOf")
    if branches:
        return full(next((one for one in branches if opened(one).get("type") != "null"), branches[0]))
    kind = schema.get("type", "null")
    return _made(kind[0] if isinstance(kind, list) else kind, schema)


def _made(kind: str, schema: Definition) -> Any:
    match kind:
        case "object":
            return _keys(schema, schema.get("properties", {}))
        case "array":
            return [full(schema.get("items", {}))] * max(schema.get("minItems", 0), min(1, schema.get("maxItems", 1)))
        case "string":
            return _text(schema)
        case "integer" | "number":
            return max(schema.get("minimum", 0), min(3, schema.get("maximum", 3)))
        case "boolean":
            return True
        case _:
            return None


def _text(schema: Definition) -> Any:
    size = max(schema.get("minLength", 0), min(4, schema.get("maxLength", 4)))
    if schema.get("format") == "date-time":
        return datetime(2026, 1, 1, tzinfo=UTC)
    return b"x" * size if schema.get("format") == "binary" else "x" * size


def _keys(schema: Definition, names: Iterable[str]) -> dict[str, Any]:
    made = {name: full(schema.get("properties", {}).get(name, {})) for name in names}
    extra = schema.get("additionalProperties")
    return made | {"name": full(extra)} if isinstance(extra, dict) and not made else made


def minimal(schema: Definition) -> Any:
    """An object that holds only what must be there."""
    schema = opened(schema)
    return _keys({**schema, "additionalProperties": False}, schema.get("required", ()))
