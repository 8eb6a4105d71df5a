"""The contract as it is written in `schema/`: its definitions, its messages, and what refers to what.

Every file holds definitions only (`$defs`). A definition with `x-message` is the data of one message type.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCHEMA_FOLDER = Path(__file__).parents[2] / "schema"

Definition = dict[str, Any]


class ContractError(Exception):
    """The contract cannot be read; says where and why."""

    def __init__(self, file: str, pointer: str, reason: str) -> None:
        super().__init__(f"{file}#{pointer}: {reason}")
        self.file, self.pointer, self.reason = file, pointer, reason


@dataclass(frozen=True, order=True)
class Place:
    """The address of one definition: `query.json` and `QueryRequest`."""

    file: str
    name: str

    @property
    def module(self) -> str:
        """The generated Python module that holds this definition."""
        return self.file.removesuffix(".json")

    @property
    def pointer(self) -> str:
        return f"/$defs/{self.name}"


@dataclass(frozen=True)
class Message:
    """One message type, as its `x-` keywords describe it."""

    type: str
    kind: str
    place: Place
    response: str | None
    errors: tuple[str, ...]
    cancellable: bool
    idempotent: bool
    since: str
    capability: str | None
    deprecated: str | None


@dataclass(frozen=True)
class Contract:
    """All of `schema/`, parsed."""

    protocol: dict[str, int]
    files: dict[str, Definition]
    definitions: dict[Place, Definition] = field(init=False)

    def __post_init__(self) -> None:
        found = {
            Place(file, name): definition
            for file, content in self.files.items()
            for name, definition in content["$defs"].items()
        }
        object.__setattr__(self, "definitions", found)

    def target(self, file: str, reference: str) -> Place:
        """The definition that a `$ref` inside `file` points to."""
        other, mark, name = reference.partition("#/$defs/")
        place = Place(other or file, name)
        if not mark or place not in self.definitions:
            raise ContractError(file, reference, "this $ref points to no definition")
        return place

    def messages(self) -> list[Message]:
        """Every message type, in the order of files and definitions."""
        return [
            Message(
                type=definition["x-message"],
                kind=definition.get("x-kind", ""),
                place=place,
                response=definition.get("x-response"),
                errors=tuple(definition.get("x-errors", ())),
                cancellable=definition.get("x-cancellable", False),
                idempotent=definition.get("x-idempotent", False),
                since=definition.get("x-since", ""),
                capability=definition.get("x-capability"),
                deprecated=definition.get("x-deprecated"),
            )
            for place, definition in self.definitions.items()
            if "x-message" in definition
        ]

    def error_codes(self) -> dict[str, dict[str, str]]:
        """Code to its description and, where it has one, the name of its details definition."""
        codes: dict[str, dict[str, str]] = self._error_code()["x-error-codes"]
        return codes

    def common_errors(self) -> list[str]:
        """Codes that any request may be answered with."""
        codes: list[str] = self._error_code()["x-common-errors"]
        return codes

    def _error_code(self) -> Definition:
        place = Place("errors.json", "ErrorCode")
        if place not in self.definitions:
            raise ContractError(place.file, place.pointer, "the contract needs this definition")
        for keyword in ("enum", "x-error-codes", "x-common-errors"):
            if keyword not in self.definitions[place]:
                raise ContractError(place.file, f"{place.pointer}/{keyword}", "the contract needs this list of codes")
        return self.definitions[place]

    def reachable(self, start: Place) -> set[Place]:
        """`start` and every definition that it refers to, directly or not."""
        seen: set[Place] = set()
        waiting = [start]
        while waiting:
            place = waiting.pop()
            if place not in seen:
                seen.add(place)
                waiting += [self.target(place.file, reference) for reference in references(self.definitions[place])]
        return seen

    def in_requests(self) -> set[Place]:
        """Every definition that a client sends."""
        found: set[Place] = set()
        for message in self.messages():
            if message.kind == "request":
                found |= self.reachable(message.place)
        return found

    def properties(self, place: Place) -> dict[str, Definition]:
        """The properties of an object, or of all branches of a union of objects."""
        definition = self.definitions[place]
        found = dict(definition.get("properties", {}))
        for branch in definition.get("oneOf", ()):
            found |= self.properties(self.target(place.file, branch["$ref"]))
        return found


def subschemas(definition: Definition, pointer: str = "") -> Iterator[tuple[str, Definition]]:
    """A definition and every schema nested in it, each with its JSON pointer."""
    yield pointer, definition
    for name, child in definition.get("properties", {}).items():
        yield from subschemas(child, f"{pointer}/properties/{name}")
    for keyword in ("items", "additionalProperties"):
        if isinstance(child := definition.get(keyword), dict):
            yield from subschemas(child, f"{pointer}/{keyword}")
    for keyword in ("anyOf", "oneOf"):
        for index, child in enumerate(definition.get(keyword, ())):
            yield from subschemas(child, f"{pointer}/{keyword}/{index}")


def references(definition: Definition) -> Iterator[str]:
    """Every `$ref` in a definition."""
    for _, schema in subschemas(definition):
        if "$ref" in schema:
            yield schema["$ref"]


def load(folder: Path = SCHEMA_FOLDER) -> Contract:
    """Read a schema folder. Raises `ContractError` with file and place when it is not one."""
    files = {path.name: _parse(path) for path in sorted(folder.glob("*.json"))}
    protocol = files.pop("protocol.json", None)
    if protocol is None:
        raise ContractError("protocol.json", "", f"missing in {folder.name}/")
    for name, content in files.items():
        if not isinstance(content.get("$defs"), dict):
            raise ContractError(name, "/$defs", "a schema file holds its definitions in $defs")
    for name in ("major", "minor"):
        if not isinstance(protocol.get(name), int):
            raise ContractError("protocol.json", f"/{name}", "must be an integer")
    return Contract({name: protocol[name] for name in ("major", "minor")}, files)


def _parse(path: Path) -> Definition:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ContractError(path.name, "", f"not readable as JSON: {error}") from error
    if not isinstance(content, dict):
        raise ContractError(path.name, "", "a schema file is a JSON object")
    return content
