"""Generates values close to every limit of a flat schema."""

import copy
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from tools.contract.witness.flat import VARIES, Vary, opened
from tools.generation.source import Definition

FOREIGN: list[Any] = [
    None, True, False, 7, -1, 1.5, 2**53, -(2**53), 2**70, "text", "", "no_such_value", "x\x00y,/", b"text",
    datetime(2026, 1, 1, tzinfo=UTC), [], [7], ["text"], {}, {"name": 7},
]  # fmt: skip
FEW: list[Any] = [None, True, 7, 1.5, "no_such_value", b"text", [], {}]


def variety(schema: Definition) -> Iterator[Any]:
    """Valid and invalid values: each bound and its neighbours, each enum value, each field missing, each other type."""
    schema = opened(schema)
    vary = schema.get(VARIES, Vary.ALL)
    yield full(schema)
    if vary is not Vary.ALL:
        yield from FEW if vary is Vary.FEW else ()
        return
    yield from copy.deepcopy(FOREIGN)
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from variety(branch)
    for value in (*schema.get("enum", ()), *([schema["const"]] if "const" in schema else [])):
        yield value
        yield f"{value}_"
    yield from _near_bounds(schema)
    yield from _arrays(schema)
    yield from _objects(schema)


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
    if extra is not False:
        one = full(extra) if isinstance(extra, dict) else 7
        for keyword in ("minProperties", "maxProperties"):
            yield from ({f"key_{index}": one for index in range(size)} for size in _sizes(schema, keyword))
    yield from ({name: whole[name]} for name in whole)


def full(schema: Definition) -> Any:
    """A valid value with every optional field."""
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
    """A valid object with only the required fields."""
    schema = opened(schema)
    return _keys({**schema, "additionalProperties": False}, schema.get("required", ()))
