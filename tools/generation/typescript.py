"""The contract for TypeScript: one module of types per schema file, and the tables and calls that join them."""

import textwrap
from collections.abc import Iterable

from tools.generation.source import Contract, Place, references
from tools.generation.typescript_tables import calls, messages, places_in_calls, places_in_messages
from tools.generation.typescript_text import WIDTH, listed
from tools.generation.typescript_types import Types

HEADER = "// Generated from schema/ by `make generate`. Do not edit.\n"


def generate(contract: Contract) -> dict[str, str]:
    """File name to text of every module of `@litebase/contract`."""
    modules = {f"{_module(file)}.ts": _types(contract, file) for file in contract.files}
    return modules | {
        "messages.ts": _joined(
            "Every message type: its data, its response, and what a client needs to know about it.",
            _imports(places_in_messages(contract)),
            messages(contract),
        ),
        "calls.ts": _joined(
            "One typed method per request, for clients.",
            [*_imports(places_in_calls(contract)), 'import type { RequestType, Requests } from "./messages.js";'],
            calls(contract),
        ),
        "index.ts": _index(contract),
    }


def _types(contract: Contract, file: str) -> str:
    types = Types(contract)
    own = [place for place in contract.definitions if place.file == file]
    used = {contract.target(file, one) for place in own for one in references(contract.definitions[place])}
    body = "\n\n".join(types.definition(place) for place in own)
    description = contract.files[file].get("description", "")
    return _joined(description, _imports(place for place in used if place.file != file), f"\n{body}\n")


def _index(contract: Contract) -> str:
    lines = [f'export type * from "./{_module(file)}.js";' for file in contract.files]
    lines += ['export * from "./calls.js";', 'export * from "./messages.js";']
    return _joined("All types and tables of the contract.", [], "\n" + "\n".join(sorted(lines)) + "\n")


def _joined(description: str, imports: list[str], body: str) -> str:
    opening = [HEADER, *(f"// {line}\n" for line in textwrap.wrap(description, WIDTH - 3))]
    joined = ["\n", *(f"{line}\n" for line in imports)] if imports else []
    return "".join([*opening, *joined, body])


def _imports(places: Iterable[Place]) -> list[str]:
    names: dict[str, set[str]] = {}
    for place in places:
        names.setdefault(_module(place.file), set()).add(place.name)
    return [
        listed("import type {", sorted(found), f'}} from "./{module}.js";') for module, found in sorted(names.items())
    ]


def _module(file: str) -> str:
    return file.removesuffix(".json")
