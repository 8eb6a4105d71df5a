"""A second opinion on a change, by values alone: is there one that one side accepts and the other refuses?

It knows no rule. It judges values with a JSON Schema validator, and it makes them from the schema of both sides: each
bound and its neighbours, each enum value and a foreign one, each key missing, each type in place of each other.
"""

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from tools.compatibility.bundle import Bundle
from tools.compatibility.finding import Direction
from tools.compatibility.node import NOTES
from tools.generation.oracle import WireValidator
from tools.generation.source import Definition, Place

LEADS = "$leads"  # how far the values of a schema vary; see `Vary`
DROPPED: Any = object()  # stands in place of a `$ref` whose definition is at hand
FOREIGN: list[Any] = [
    None, True, False, 7, -1, 1.5, 2**53, -(2**53), 2**70, "text", "", "no_such_value", "x\x00y,/", b"text",
    datetime(2026, 1, 1, tzinfo=UTC), [], [7], ["text"], {}, {"name": 7},
]  # fmt: skip
FEW: list[Any] = [None, True, 7, 1.5, "no_such_value", b"text", [], {}]


UNSEEN = NOTES | {LEADS}


class Vary(IntEnum):
    """How many values are made for one part of a schema."""

    ONE = 0  # it stays as it is: one value that it accepts
    FEW = 1  # a key of what was edited: one of each family
    ALL = 2


@dataclass(frozen=True)
class Focus:
    """Where two contracts differ: at `path` in the definition at `place`."""

    place: Place
    path: str


Change = Callable[[Definition, list[str]], Definition]


def nested(schema: Definition, change: Change) -> Definition:
    """The schema with each one nested in it replaced by what `change` makes of it and of the steps to it."""
    whole = dict(schema)
    if "properties" in whole:
        whole["properties"] = {name: change(one, ["properties", name]) for name, one in whole["properties"].items()}
    for keyword in ("items", "additionalProperties"):
        if isinstance(whole.get(keyword), dict):
            whole[keyword] = change(whole[keyword], [keyword])
    for keyword in ("anyOf", "oneOf", "allOf"):
        if keyword in whole:
            whole[keyword] = [change(one, [keyword, str(index)]) for index, one in enumerate(whole[keyword])]
    return whole


def flat(bundle: Bundle, place: Place, focus: Focus | None = None) -> Definition:
    """A definition with all that it refers to in one schema, marked with how far its values should vary."""
    schema = bundle.resolvable[place]
    if focus is None:
        return _marked(bundle, schema, None, (Vary.ALL, Vary.ALL))
    if place == focus.place:
        return _marked(bundle, schema, focus.path.split("/")[1:], (Vary.ALL, Vary.FEW))
    if focus.place not in bundle.reach[place]:
        return _marked(bundle, schema, None, (Vary.ONE, Vary.ONE))
    return _around(bundle, schema, focus)


def _around(bundle: Bundle, schema: Definition, focus: Focus) -> Definition:
    """A schema outside of the edited definition; what leads there varies as far as it does."""
    if isinstance(schema.get("$ref"), str):
        inner = flat(bundle, _place(schema["$ref"]), focus)
        return {**schema, "$ref": DROPPED, "allOf": [inner], LEADS: inner[LEADS]}
    met: list[Vary] = [Vary.ONE]

    def follow(child: Definition, _steps: list[str]) -> Definition:
        made = _around(bundle, child, focus)
        met.append(made[LEADS])
        return made

    return {**nested(schema, follow), LEADS: max(met)}


def _place(reference: str) -> Place:
    file, _, name = reference.partition("#/$defs/")
    return Place(file, name)


def _marked(bundle: Bundle, schema: Definition, path: list[str] | None, vary: tuple[Vary, Vary]) -> Definition:
    """A schema inside of the edited definition. `path` leads on to the edit; None beside it and below it.

    `vary` says how far the schema varies, and how far the keys of an object in it.
    """
    here, keys = vary
    if isinstance(schema.get("$ref"), str):
        inner = _marked(bundle, bundle.resolvable[_place(schema["$ref"])], None, vary)
        return {**schema, "$ref": DROPPED, "allOf": [inner], LEADS: here}

    def follow(child: Definition, steps: list[str]) -> Definition:
        if not path:
            further = (min(here, keys), keys) if steps[0] == "properties" else vary
            return _marked(bundle, child, None, further)
        if path[: len(steps)] == steps:
            return _marked(bundle, child, path[len(steps) :], vary)
        return _marked(bundle, child, None, (Vary.ONE, Vary.ONE))

    return {**nested(schema, follow), LEADS: here}


def judged(schema: Definition) -> Definition:
    """A marked schema without what no validator looks at, and without keys whose one value both sides accept."""

    def follow(child: Definition, steps: list[str]) -> Definition:
        alone = steps[0] == "properties" and child.get(LEADS) is Vary.ONE and schema.get(LEADS) is not Vary.ONE
        return {} if alone and "const" not in child else judged(child)

    return {key: value for key, value in nested(schema, follow).items() if key not in UNSEEN and value is not DROPPED}


def tolerant(schema: Definition) -> Definition:
    """The schema as an old reader takes it: keys that it does not know are ignored."""
    whole = nested(schema, lambda child, _steps: tolerant(child))
    return {**whole, "additionalProperties": True} if whole.get("additionalProperties") is False else whole


class Sides:
    """One definition in two contracts, and what each of them accepts."""

    def __init__(self, old: Definition, new: Definition, direction: Direction) -> None:
        first, second = judged(old), judged(new)
        self._same = first == second
        if direction == "response":
            first, second = second, tolerant(first)
        self._accepting, self._refusing = WireValidator(first), WireValidator(second)

    def sends(self, value: Any) -> bool:
        """Whether the sender may send the value."""
        return bool(self._accepting.is_valid(value))

    def part_them(self, value: Any) -> bool:
        """Whether the value is a witness: the sender may send it and the reader does not take it."""
        return self.sends(value) and not self._refusing.is_valid(value)

    def witness(self, values: Iterable[Any]) -> list[Any]:
        """The first witness among the values in a list, or an empty list."""
        if self._same:
            return []
        seen: set[str] = set()
        for value in values:
            sign = repr(value)
            if sign not in seen and self.part_them(value):
                return [value]
            seen.add(sign)
        return []


def variety(schema: Definition) -> Iterator[Any]:
    """Values near everything that a flat schema says, accepted ones and refused ones."""
    schema = opened(schema)
    vary = schema.get(LEADS, Vary.ALL)
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


def opened(schema: Definition) -> Definition:
    """A flat schema with the one that it refers to merged in."""
    (inner,) = schema.get("allOf") or [None]
    if inner is None:
        return schema
    beside = {name: value for name, value in schema.items() if name != "allOf" and value is not DROPPED}
    return {**opened(inner), **beside}


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
