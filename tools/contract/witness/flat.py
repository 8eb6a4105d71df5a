"""A definition and all that it refers to as one schema, marked with how much its values should vary."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from tools.contract.bundle.bundle import Bundle
from tools.contract.bundle.node import referenced
from tools.generation.source import Definition, Place

VARIES = "$varies"  # how much the values of a schema vary; see `Vary`
DROPPED: Any = object()  # in place of a `$ref` whose definition was merged in


class Vary(IntEnum):
    """How many values are made for one part of a schema."""

    ONE = 0  # one valid value
    FEW = 1  # one of each family
    ALL = 2


@dataclass(frozen=True)
class Focus:
    """Where two contracts differ: at `path` in the definition at `place`."""

    place: Place
    path: str


Replace = Callable[[Definition, list[str]], Definition]


def nested(schema: Definition, replace: Replace) -> Definition:
    """The schema with each directly nested one replaced by what `replace` returns for it and the steps to it."""
    whole = dict(schema)
    if "properties" in whole:
        whole["properties"] = {name: replace(one, ["properties", name]) for name, one in whole["properties"].items()}
    for keyword in ("items", "additionalProperties"):
        if isinstance(whole.get(keyword), dict):
            whole[keyword] = replace(whole[keyword], [keyword])
    for keyword in ("anyOf", "oneOf", "allOf"):
        if keyword in whole:
            whole[keyword] = [replace(one, [keyword, str(index)]) for index, one in enumerate(whole[keyword])]
    return whole


def flat(bundle: Bundle, place: Place, focus: Focus | None = None) -> Definition:
    """A definition and all that it refers to as one schema, marked with how much its values should vary."""
    schema = bundle.resolvable[place]
    if focus is None:
        return _marked(bundle, schema, None, (Vary.ALL, Vary.ALL))
    if place == focus.place:
        return _marked(bundle, schema, focus.path.split("/")[1:], (Vary.ALL, Vary.FEW))
    if focus.place not in bundle.reach[place]:
        return _marked(bundle, schema, None, (Vary.ONE, Vary.ONE))
    return _around(bundle, schema, focus)


def _around(bundle: Bundle, schema: Definition, focus: Focus) -> Definition:
    """A schema outside of the edited definition; what leads to that varies as much as it does."""
    if isinstance(schema.get("$ref"), str):
        inner = flat(bundle, referenced(schema["$ref"]), focus)
        return {**schema, "$ref": DROPPED, "allOf": [inner], VARIES: inner[VARIES]}
    found: list[Vary] = [Vary.ONE]

    def follow(child: Definition, _steps: list[str]) -> Definition:
        made = _around(bundle, child, focus)
        found.append(made[VARIES])
        return made

    return {**nested(schema, follow), VARIES: max(found)}


def _marked(bundle: Bundle, schema: Definition, path: list[str] | None, vary: tuple[Vary, Vary]) -> Definition:
    """A schema inside of the edited definition. `path` leads to the edit; it is None beside and below it.

    `vary` says how much the schema varies, and how much the fields of an object in it.
    """
    here, keys = vary
    if isinstance(schema.get("$ref"), str):
        inner = _marked(bundle, bundle.resolvable[referenced(schema["$ref"])], None, vary)
        return {**schema, "$ref": DROPPED, "allOf": [inner], VARIES: here}

    def follow(child: Definition, steps: list[str]) -> Definition:
        if not path:
            further = (min(here, keys), keys) if steps[0] == "properties" else vary
            return _marked(bundle, child, None, further)
        if path[: len(steps)] == steps:
            return _marked(bundle, child, path[len(steps) :], vary)
        return _marked(bundle, child, None, (Vary.ONE, Vary.ONE))

    return {**nested(schema, follow), VARIES: here}


def opened(schema: Definition) -> Definition:
    """A flat schema with its `allOf` merged in."""
    (inner,) = schema.get("allOf") or [None]
    if inner is None:
        return schema
    beside = {name: value for name, value in schema.items() if name != "allOf" and value is not DROPPED}
    return {**opened(inner), **beside}
