"""The types say of every sample and of thousands of changed messages what the schema says, as far as types can tell.

A type knows no bounds and no patterns, and an integer is a `number` like any other. The schema without them judges.
"""

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_agreement import mutants
from tests.typescript.compiler import Diagnostic, diagnostics
from tests.typescript.literals import has_big_integer, literal
from tools.generation.oracle import Oracle
from tools.generation.source import Contract, Definition, Place, load, subschemas
from tools.generation.tagged_json import from_json

SAMPLES = Path(__file__).parents[2] / "generated" / "samples"
CONTRACT = load()
BOUNDS = {
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "pattern",
}


def _without_bounds(contract: Contract) -> Contract:
    files = copy.deepcopy(contract.files)
    for content in files.values():
        for definition in content["$defs"].values():
            for _, schema in list(subschemas(definition)):
                _loosen(schema)
    return Contract(contract.protocol, files)


def _loosen(schema: Definition) -> None:
    for bound in BOUNDS & schema.keys():
        del schema[bound]
    if schema.get("type") == "integer":
        schema["type"] = "number"


JUDGE = Oracle(_without_bounds(CONTRACT))


def samples(part: str) -> list[tuple[Place, str, Any]]:
    """Definition, name and value of every generated sample."""
    found = []
    for message in CONTRACT.messages():
        content = json.loads((SAMPLES / f"{message.type}.json").read_text(encoding="utf-8"))
        found += [(message.place, f"{message.type}: {one['name']}", from_json(one["data"])) for one in content[part]]
    return found


def refused(folder: Path, values: list[tuple[Place, Any]]) -> dict[int, Diagnostic]:
    """Which of the values do not have the type of their definition: index to the first error."""
    names = sorted({place.name for place, _ in values})
    lines = [
        f"import type {{ {', '.join(names)} }} from '@litebase/client';",
        "declare function give<Type>(value: Type): void;",
    ]
    first = len(lines) + 1
    lines += [f"give<{place.name}>({literal(value)});" for place, value in values]
    (folder / "values.ts").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = diagnostics(folder)
    assert all(one.line >= first for one in found), found[:3]
    return {one.line - first: one for one in reversed(found)}


@pytest.mark.usefixtures("package")
def test_every_valid_sample_has_its_type(tmp_path: Path) -> None:
    found = samples("valid")
    assert len(found) > 300
    errors = refused(tmp_path, [(place, value) for place, _, value in found])
    assert {found[at][1]: error.message for at, error in errors.items()} == {}


@pytest.mark.usefixtures("package")
def test_every_invalid_sample_that_breaks_more_than_a_bound_is_refused(tmp_path: Path) -> None:
    found = samples("invalid")
    errors = refused(tmp_path, [(place, value) for place, _, value in found])
    by_type = {at for at, (place, _, value) in enumerate(found) if not JUDGE.accepts(place, value)}
    assert [found[at][1] for at in sorted(by_type - errors.keys())] == []
    beyond = [found[at][1] for at in sorted(errors.keys() - by_type) if not has_big_integer(found[at][2])]
    assert beyond == []
    assert len(by_type) > 300


_MOST_CHANGED = 100  # of one message, about: the compiler takes long for them


@cache
def changed() -> list[tuple[Place, Any]]:
    """Changed messages, the same ones in every run; without bigints, which are no `number` to TypeScript."""
    places = [message.place for message in CONTRACT.messages()]
    details = {entry["details"] for entry in CONTRACT.error_codes().values() if "details" in entry}
    places += [Place("errors.json", name) for name in sorted(details)]
    found = []
    for place in places:
        values = list(mutants(place))
        found += [(place, value) for value in values[:: max(4, len(values) // _MOST_CHANGED)]]
    return [(place, value) for place, value in found if not has_big_integer(value)]


@pytest.mark.usefixtures("package")
def test_types_and_schema_agree_on_every_changed_message(tmp_path: Path) -> None:
    errors = refused(tmp_path, changed())
    wrong = [
        (place.name, value, errors.get(at))
        for at, (place, value) in enumerate(changed())
        if JUDGE.accepts(place, value) is (at in errors)
    ]
    assert wrong == []
    assert len(errors) > 1000
    assert len(changed()) - len(errors) > 400
