"""Names in the contract that TypeScript or its generated modules need for themselves, and so cannot be ours."""

import re
from collections.abc import Iterator

from tools.generation.source import Contract, Place
from tools.generation.typescript_text import camel_case

LANGUAGE = {
    "Array", "Boolean", "Date", "Error", "Event", "Function", "Map", "Number", "Object", "Promise", "Readonly",
    "Record", "Request", "Response", "Set", "String", "Symbol", "Uint8Array",
}  # fmt: skip
TABLES = {
    "Calls", "CommonErrorCode", "ErrorDetailsByCode", "EventType", "Events", "RequestTraits", "RequestType", "Requests",
}  # fmt: skip
MODULES = {"calls", "index", "messages"}
METHODS = {"call", "constructor", "then"}  # a class with a method `then` would be taken for a promise


def refused(contract: Contract) -> Iterator[tuple[str, str, str]]:
    """Each name that cannot stay: file, JSON pointer, reason."""
    for file in contract.files:
        if file.removesuffix(".json") in MODULES:
            yield file, "", "a generated TypeScript module has this name"
    for place in contract.definitions:
        for reason in _definition(contract, place):
            yield place.file, place.pointer, reason
    for message in contract.messages():
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", message.type):
            yield message.place.file, message.place.pointer, f"message {message.type!r} is not snake_case"
        elif camel_case(message.type) in METHODS:
            yield message.place.file, message.place.pointer, f"no TypeScript method can be called {message.type!r}"


def _definition(contract: Contract, place: Place) -> Iterator[str]:
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", place.name):
        yield f"the name {place.name!r} is not PascalCase"
    if place.name in LANGUAGE:
        yield f"{place.name!r} is a name of TypeScript's own"
    if place.name in TABLES:
        yield f"{place.name!r} is the name of a generated TypeScript table"
    for other, definition in contract.definitions.items():
        if definition.get("x-enum-open") and place.name == f"Known{other.name}":
            yield f"{place.name!r} is what TypeScript calls the known values of {other.name!r}"
