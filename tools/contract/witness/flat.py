"""A definition with all that it refers to in one schema, marked with how far its values should vary."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from tools.contract.bundle.bundle import Bundle
from tools.generation.source import Definition, Place

LEADS = "$leads"  # how far the values of a schema vary; see `Vary`
DROPPED: Any = object()  # stands in place of a `$ref` whose definition is at hand


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


def opened(schema: Definition) -> Definition:
    """A flat schema with the one that it refers to merged in."""
    (inner,) = schema.get("allOf") or [None]
    if inner is None:
        return schema
    beside = {name: value for name, value in schema.items() if name != "allOf" and value is not DROPPED}
    return {**opened(inner), **beside}
