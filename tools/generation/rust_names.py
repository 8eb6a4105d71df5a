"""Names in the contract that Rust or its generated modules need for themselves, and so cannot be ours."""

from collections.abc import Iterator

from tools.generation.rust_text import NEVER_RAW, pascal_case
from tools.generation.source import Contract, Place

LANGUAGE = {"Box", "Clone", "Debug", "Default", "Err", "From", "Into", "None", "Ok", "Option", "Result", "Self", "Some",
            "String", "Vec"}  # fmt: skip
CRATE = {"ByteBuf", "Details", "Map", "Request", "Secret", "Timestamp", "True", "Value", "WideInteger"}
MODULES = {"lib", "messages", "support"}


def refused(contract: Contract) -> Iterator[tuple[str, str, str]]:
    """Each name that cannot stay: file, JSON pointer, reason."""
    for file in contract.files:
        if file.removesuffix(".json") in MODULES:
            yield file, "", "a generated Rust module has this name"
    names = {place.name for place in contract.definitions}
    for place in contract.definitions:
        for reason in _definition(contract, place, names):
            yield place.file, place.pointer, reason


def _definition(contract: Contract, place: Place, names: set[str]) -> Iterator[str]:
    if place.name in LANGUAGE:
        yield f"{place.name!r} is a name of Rust's own"
    if place.name in CRATE:
        yield f"{place.name!r} is a name of the generated Rust crate"
    for name, schema in contract.definitions[place].get("properties", {}).items():
        if name in NEVER_RAW:
            yield f"no field in Rust can be called {name!r}"
        if isinstance(schema.get("const"), str) and place.name + pascal_case(name) in names:
            yield f"{place.name + pascal_case(name)!r} is what Rust calls the type of {name!r}"
