"""A whole contract to compare, read from a `schema/` folder or from the one file that a baseline froze it into."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tools.contract.bundle.soundness import CODE_KEYS, KNOWN, VALUES, faults
from tools.generation.source import Contract, ContractError, Definition, Message, Place, load, references, subschemas

BUNDLE_FILE = "bundle.json"


@dataclass(frozen=True)
class Bundle:
    """A contract whose references, tags and request-response pairs are known to be valid."""

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
        return {address(place): definition for place, definition in self.definitions.items()}

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
        """Keywords outside of the subset: the definition, the pointer in the file, and the value."""
        return [
            (place, f"{pointer}/{name}", value)
            for place, definition in self.definitions.items()
            for pointer, name, value in _strange(definition, place.pointer)
        ]

    @cached_property
    def resolvable(self) -> dict[Place, Definition]:
        """Every definition with the file's name in each `$ref`, so that it can be resolved from any file."""
        return {place: _absolute(definition, place.file) for place, definition in self.definitions.items()}

    def text(self) -> str:
        """The bundle as one JSON document with sorted keys: what `read_bundle` reads back."""
        document = {"protocol": self.contract.protocol, "files": self.contract.files}
        return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=True) + "\n"


def address(place: Place) -> str:
    """The address of a definition, for example `query.json#/$defs/QueryRequest`."""
    return f"{place.file}#{place.pointer}"


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
    """The contract in a schema folder, a baseline's folder or a bundle file. Raises `ContractError`."""
    return sound(_contract(path))


def sound(contract: Contract) -> Bundle:
    """The bundle of a contract that can be compared. Raises `ContractError` with the first fault."""
    for fault in faults(contract):
        raise ContractError(fault.file, fault.pointer, fault.reason)
    return Bundle(contract)


def _contract(path: Path) -> Contract:
    if path.is_dir() and not (path / BUNDLE_FILE).is_file():
        return load(path)
    file = path / BUNDLE_FILE if path.is_dir() else path
    document = _document(file)
    protocol, files = document.get("protocol"), document.get("files")
    if not isinstance(protocol, dict) or not all(isinstance(protocol.get(key), int) for key in ("major", "minor")):
        raise ContractError(file.name, "/protocol", "a bundle gives the protocol's major and minor as integers")
    if not isinstance(files, dict):
        raise ContractError(file.name, "/files", "a bundle holds the schema files in an object")
    for name, content in files.items():
        if not isinstance(content, dict) or not isinstance(content.get("$defs"), dict):
            raise ContractError(file.name, f"/files/{name}", "a schema file holds its definitions in $defs")
    return Contract({key: protocol[key] for key in ("major", "minor")}, files)


def _document(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ContractError(str(file), "", "no such file or folder") from error
    except (OSError, ValueError) as error:
        raise ContractError(file.name, "", f"not readable as JSON: {error}") from error
    if not isinstance(content, dict):
        raise ContractError(file.name, "", "a bundle is a JSON object")
    return content
