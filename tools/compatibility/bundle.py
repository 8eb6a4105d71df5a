"""A whole contract to compare: a `schema/` folder, or the one file that a baseline froze it into."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tools.generation import lint
from tools.generation.source import Contract, ContractError, Definition, Message, Place, load, references, subschemas

BUNDLE_FILE = "bundle.json"
CODE_KEYS = {"description", "details"}
VALUES = {"const", "default", "enum", "x-error-codes"}  # keywords that hold values, not schemas


class Unreadable(ContractError):
    """A contract that cannot be compared; says in which file, at which pointer, and why."""


@dataclass(frozen=True)
class Bundle:
    """A contract whose references, tags and pairs are known to hold."""

    contract: Contract

    @property
    def version(self) -> tuple[int, int]:
        """Major and minor of the protocol."""
        return self.contract.protocol["major"], self.contract.protocol["minor"]

    @property
    def definitions(self) -> dict[Place, Definition]:
        return self.contract.definitions

    @cached_property
    def by_pointer(self) -> dict[str, Definition]:
        """Every definition by its address, for example `query.json#/$defs/QueryRequest`."""
        return {f"{place.file}#{place.pointer}": definition for place, definition in self.definitions.items()}

    def part(self, address: str) -> Definition:
        """The schema at an address, for example `query.json#/$defs/QueryRequest/properties/sql`; empty for none."""
        file, _, path = address.partition("#")
        top = "/".join(path.split("/")[:3])
        return dict(subschemas(self.by_pointer.get(f"{file}#{top}", {}), top)).get(path, {})

    @cached_property
    def messages(self) -> dict[str, Message]:
        """Every message by its type."""
        return {message.type: message for message in self.contract.messages()}

    @cached_property
    def reach(self) -> dict[Place, frozenset[Place]]:
        """Every definition with all that it refers to, itself included."""
        found: dict[Place, frozenset[Place]] = {}
        for place in self.definitions:
            self._reach(place, found)
        return found

    def _reach(self, place: Place, found: dict[Place, frozenset[Place]]) -> frozenset[Place]:
        if place not in found:
            targets = (self.contract.target(place.file, one) for one in references(self.definitions[place]))
            found[place] = frozenset({place}).union(*(self._reach(target, found) for target in targets))
        return found[place]

    @cached_property
    def unknown_keywords(self) -> list[tuple[Place, str, Any]]:
        """Keywords outside of the subset: where, the pointer in the file, and the value."""
        return [
            (place, f"{pointer}/{name}", value)
            for place, definition in self.definitions.items()
            for pointer, name, value in _strange(definition, place.pointer)
        ]

    @cached_property
    def resolvable(self) -> dict[Place, Definition]:
        """Every definition with the file's name in each `$ref`, so that it can be read from any place."""
        return {place: _absolute(definition, place.file) for place, definition in self.definitions.items()}

    def text(self) -> str:
        """The bundle as one JSON document with sorted keys: what `read_bundle` reads back."""
        document = {"protocol": self.contract.protocol, "files": self.contract.files}
        return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=True) + "\n"


def _strange(definition: Definition, start: str) -> Iterator[tuple[str, str, Any]]:
    for pointer, schema in subschemas(definition, start):
        for name in schema.keys() - KNOWN:
            yield pointer, name, schema[name]
    for code, entry in definition.get("x-error-codes", {}).items():
        for name in entry.keys() - CODE_KEYS:
            yield f"{start}/x-error-codes/{code}", name, entry[name]


def _absolute(part: Any, file: str) -> Any:
    if isinstance(part, list):
        return [_absolute(one, file) for one in part]
    if not isinstance(part, dict):
        return part
    whole = {name: one if name in VALUES else _absolute(one, file) for name, one in part.items()}
    if isinstance(whole.get("$ref"), str) and whole["$ref"].startswith("#"):
        whole["$ref"] = file + whole["$ref"]
    return whole


def read_bundle(path: Path) -> Bundle:
    """The contract in a schema folder, a baseline's folder or a bundle file. Raises `Unreadable`."""
    try:
        return sound(_contract(path))
    except ContractError as error:
        raise _unreadable(error) from error


def sound(contract: Contract) -> Bundle:
    """The bundle of a contract that can be compared. Raises `Unreadable` with the first fault."""
    try:
        for look in (_shapes, lint.dangling, _recursion, _tags, lint.unpaired):
            for fault in look(contract):
                raise Unreadable(fault.file, fault.pointer, fault.reason)
    except ContractError as error:
        raise _unreadable(error) from error
    return Bundle(contract)


def _unreadable(error: ContractError) -> Unreadable:
    return Unreadable(error.file, error.pointer, error.reason)


def _contract(path: Path) -> Contract:
    if path.is_dir() and not (path / BUNDLE_FILE).is_file():
        return load(path)
    file = path / BUNDLE_FILE if path.is_dir() else path
    document = _document(file)
    protocol, files = document.get("protocol"), document.get("files")
    if not isinstance(protocol, dict) or not all(isinstance(protocol.get(key), int) for key in ("major", "minor")):
        raise Unreadable(file.name, "/protocol", "a bundle says the protocol's major and minor as integers")
    if not isinstance(files, dict):
        raise Unreadable(file.name, "/files", "a bundle holds the schema files in an object")
    for name, content in files.items():
        if not isinstance(content, dict) or not isinstance(content.get("$defs"), dict):
            raise Unreadable(file.name, f"/files/{name}", "a schema file holds its definitions in $defs")
    return Contract({key: protocol[key] for key in ("major", "minor")}, files)


def _document(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Unreadable(str(file), "", "no such file or folder") from error
    except (OSError, ValueError) as error:
        raise Unreadable(file.name, "", f"not readable as JSON: {error}") from error
    if not isinstance(content, dict):
        raise Unreadable(file.name, "", "a bundle is a JSON object")
    return content


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
    **dict.fromkeys(("anyOf", "oneOf"), (_schemas, "an array of schemas, not empty")),
    **dict.fromkeys(("minimum", "maximum"), (_is(int, float), "a number")),
    **dict.fromkeys(
        ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
        (_size, "an integer, 0 or more"),
    ),
    "type": (lambda value: isinstance(value, str) or (_texts(value) and value != []), "a type's name, or several"),
    "enum": (_scalars, "an array of single values, not empty"),
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
    """A keyword with a value of the wrong form means nothing."""
    for place, definition in contract.definitions.items():
        if not isinstance(definition, dict):
            yield lint.Problem(place.file, place.pointer, "a definition is a JSON object")
            return
        waiting = [(place.pointer, definition)]
        while waiting:
            pointer, schema = waiting.pop()
            for name, value in schema.items():
                accepts, form = FORMS.get(name, (None, ""))
                if accepts and not accepts(value):
                    yield lint.Problem(place.file, f"{pointer}/{name}", f"must be {form}")
                    return
            if lacking := _impossible(schema):
                yield lint.Problem(place.file, f"{pointer}/required", f"{lacking!r} is required and cannot be there")
                return
            waiting += _children(schema, pointer)


def _impossible(schema: Definition) -> str | None:
    """A key that a closed object requires and does not describe: no object would be valid."""
    if schema.get("additionalProperties", True) is not False:
        return None
    return next((name for name in schema.get("required", ()) if name not in schema.get("properties", {})), None)


def _children(schema: Definition, pointer: str) -> Iterator[tuple[str, Definition]]:
    for name, child in schema.get("properties", {}).items():
        yield f"{pointer}/properties/{name}", child
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield f"{pointer}/{keyword}", schema[keyword]
    for keyword in ("anyOf", "oneOf"):
        yield from ((f"{pointer}/{keyword}/{index}", child) for index, child in enumerate(schema.get(keyword, ())))


def _tags(contract: Contract) -> Iterator[lint.Problem]:
    """Two branches of a union with the same tag value cannot be told apart."""
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
    """A definition that contains itself has no end to compare."""
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
            yield lint.Problem(place.file, place.pointer, "contains itself, by way of its references")
            return
