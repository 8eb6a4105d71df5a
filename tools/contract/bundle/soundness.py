"""Whether a contract can be compared: are its keywords well-formed, and its references, tags and pairs valid?"""

import json
import re
from collections.abc import Callable, Iterator

from tools.generation import lint
from tools.generation.source import Contract, Definition, references, subschemas

VALUES = {"const", "default", "enum", "x-error-codes"}  # keywords that hold values, not schemas
CODE_KEYS = {"description", "details"}


def faults(contract: Contract) -> Iterator[lint.Problem]:
    """What keeps a contract from being compared. Ask only for the first: each check relies on those before it."""
    for check in (_shapes, lint.dangling, _recursion, _tags, lint.unpaired):
        yield from check(contract)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is(*types: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, types) and (bool in types or not isinstance(value, bool))


def _schemas(value: object) -> bool:
    return isinstance(value, list) and value != [] and all(isinstance(one, dict) for one in value)


def _properties(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(one, dict) for one in value.values())


def _scalars(value: object) -> bool:
    return isinstance(value, list) and value != [] and not any(isinstance(one, list | dict) for one in value)


def _codes(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(entry, dict) and all(isinstance(entry.get(key, ""), str) for key in CODE_KEYS)
        for entry in value.values()
    )


def _pattern(value: object) -> bool:
    try:
        return isinstance(value, str) and re.compile(value) is not None
    except re.error:
        return False


def _version(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d+\.\d+", value) is not None


def _tag(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("propertyName"), str)


def _size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


FORMS: dict[str, tuple[Callable[[object], bool], str]] = {
    **dict.fromkeys(("$ref", "$comment", "description", "format"), (_is(str), "a string")),
    **dict.fromkeys(
        ("x-message", "x-kind", "x-response", "x-deprecated", "x-capability", "x-unit"),
        (_is(str), "a string"),
    ),
    **dict.fromkeys(
        ("x-enum-open", "x-secret", "x-opaque", "x-cancellable", "x-idempotent"), (_is(bool), "true or false")
    ),
    **dict.fromkeys(("required", "x-errors", "x-common-errors", "x-reserved"), (_texts, "an array of strings")),
    **dict.fromkeys(("anyOf", "oneOf"), (_schemas, "a non-empty array of schemas")),
    **dict.fromkeys(("minimum", "maximum"), (_is(int, float), "a number")),
    **dict.fromkeys(
        ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
        (_size, "an integer of at least 0"),
    ),
    "type": (lambda value: isinstance(value, str) or (_texts(value) and value != []), "the name of a type, or several"),
    "enum": (_scalars, "a non-empty array of scalars"),
    "items": (_is(dict), "a schema"),
    "additionalProperties": (_is(dict, bool), "a schema, true or false"),
    "properties": (_properties, "an object of schemas"),
    "pattern": (_pattern, "a regular expression"),
    "x-since": (_version, "a version, for example 0.1"),
    "discriminator": (_tag, "an object with propertyName"),
    "x-error-codes": (_codes, "an object of codes, each with its description and its details as strings"),
}


KNOWN = {*FORMS, *VALUES}


def _shapes(contract: Contract) -> Iterator[lint.Problem]:
    """Keywords whose value has the wrong form."""
    for place, definition in contract.definitions.items():
        if not isinstance(definition, dict):
            yield lint.Problem(place.file, place.pointer, "a definition is a JSON object")
            return
        for pointer, schema in subschemas(definition, place.pointer):  # goes deeper only when this one is well-formed
            for name, value in schema.items():
                accepts, form = FORMS.get(name, (None, ""))
                if accepts and not accepts(value):
                    yield lint.Problem(place.file, f"{pointer}/{name}", f"must be {form}")
                    return
            if lacking := _impossible(schema):
                yield lint.Problem(place.file, f"{pointer}/required", f"{lacking!r} is required but not allowed")
                return


def _impossible(schema: Definition) -> str | None:
    """A key that a closed object requires and does not describe, so that no object is valid."""
    if schema.get("additionalProperties", True) is not False:
        return None
    return next((name for name in schema.get("required", ()) if name not in schema.get("properties", {})), None)


def _tags(contract: Contract) -> Iterator[lint.Problem]:
    """Branches of a union that have the same tag value."""
    for place, definition in contract.definitions.items():
        tag = definition.get("discriminator", {}).get("propertyName")
        seen: set[str] = set()
        for branch in definition.get("oneOf", ()) if tag else ():
            target = contract.definitions[contract.target(place.file, branch["$ref"])] if "$ref" in branch else branch
            value = json.dumps(target.get("properties", {}).get(tag, {}).get("const"))
            if value != "null" and value in seen:
                yield lint.Problem(place.file, f"{place.pointer}/oneOf", f"the tag value {value} occurs twice")
            seen.add(value)


def _recursion(contract: Contract) -> Iterator[lint.Problem]:
    """Definitions that contain themselves: their comparison would never end."""
    uses = {
        place: {contract.target(place.file, one) for one in references(definition)}
        for place, definition in contract.definitions.items()
    }
    while free := [place for place, others in uses.items() if not others]:
        for place in free:
            del uses[place]
        for others in uses.values():
            others.difference_update(free)
    for place, others in sorted(uses.items()):
        if place in contract.reachable(next(iter(others))):
            yield lint.Problem(place.file, place.pointer, "contains itself through its references")
            return
