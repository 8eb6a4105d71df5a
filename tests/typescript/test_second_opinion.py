"""json-schema-to-typescript, a generator that knows nothing of ours, makes the same types of the same contract.

It is told by `tsType` what plain JSON Schema cannot say: bytes, instants, wide integers, and that an enum is open. That
a client may send read-only arrays and `undefined` is left out of the comparison.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.typescript.compiler import diagnostics
from tools import typescript
from tools.generation.source import Definition, load
from tools.generation.tagged_json import SAFE_INTEGER

SCRIPT = Path(__file__).with_name("second_opinion.mjs")
NAMES = [place.name for place in load().definitions]

COMPARISON = """\
import type * as Ours from "@litebase/client";
import type {{ Theirs }} from "./theirs";

type Deep<T> = T extends Uint8Array ? Uint8Array
  : T extends string | Date ? T
  : T extends readonly (infer Item)[] ? readonly Deep<Item>[]
  : T extends object ? {{ readonly [Key in keyof T]: Deep<T[Key]> }}
  : T;
type Within<A, B> = [Deep<A>] extends [Deep<B>] ? true : false;
declare function give<Type>(value: Type): void;
{lines}
"""


def _prepared(schema: Any) -> Any:
    """A schema without what has no type, all in one file, and with the types that JSON Schema cannot say."""
    if isinstance(schema, list):
        return [_prepared(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref'].rpartition('/')[2]}"}
    if (own := _own_type(schema)) is not None:
        return {"tsType": own}
    kept = {"type", "const", "enum", "anyOf", "oneOf", "items", "required", "additionalProperties"}
    prepared = {key: _prepared(value) for key, value in schema.items() if key in kept}
    if "properties" in schema:
        prepared["properties"] = {name: _prepared(child) for name, child in schema["properties"].items()}
    return prepared


def _own_type(schema: Definition) -> str | None:
    if "format" in schema:
        return {"binary": "Uint8Array", "date-time": "Date"}[schema["format"]]
    if schema.get("x-enum-open"):
        return "string"
    if schema.get("type") == "integer" and schema.get("maximum", 0) > SAFE_INTEGER:
        return "number | bigint"
    return None


def _theirs() -> str:
    definitions = {place.name: _prepared(definition) for place, definition in load().definitions.items()}
    schema = {
        "$defs": definitions,
        "type": "object",
        "additionalProperties": False,
        "required": NAMES,
        "properties": {name: {"$ref": f"#/$defs/{name}"} for name in NAMES},
    }
    done = subprocess.run(
        [typescript.node(), str(SCRIPT)],
        input=json.dumps(schema),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def theirs(package: Path) -> str:
    """The other generator's module. It is installed together with the package."""
    return _theirs()


def differing(folder: Path, theirs: str, names: list[str]) -> set[str]:
    """The definitions whose two types do not take each other's values."""
    (folder / "theirs.ts").write_text(theirs, encoding="utf-8")
    pairs = [
        pair
        for name in names
        for pair in ((f"Ours.{name}", f'Theirs["{name}"]'), (f'Theirs["{name}"]', f"Ours.{name}"))
    ]
    lines = [f"give<Within<{one}, {other}>>(true);" for one, other in pairs]
    first = COMPARISON.count("\n")
    (folder / "comparison.ts").write_text(COMPARISON.format(lines="\n".join(lines)), encoding="utf-8")
    found = diagnostics(folder, exactOptionalPropertyTypes=False)
    assert all(one.file.endswith("comparison.ts") and one.line >= first for one in found), found[:3]
    return {names[(one.line - first) // 2] for one in found}


def test_both_generators_make_the_same_types(tmp_path: Path, theirs: str) -> None:
    assert len(NAMES) > 80
    assert differing(tmp_path, theirs, NAMES) == set()


def test_a_difference_would_be_seen(tmp_path: Path, theirs: str) -> None:
    changed = theirs.replace("max_rows_each?: ", "max_rows_each?: boolean | ", 1)
    assert differing(tmp_path, changed, NAMES) == {"RunScriptRequest"}
