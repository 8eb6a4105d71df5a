"""The modules of `@litebase/contract`: one per schema file, joined by their imports."""

import re

import pytest

from tests.tools.generation.small_contract import edited
from tools.generation.source import load
from tools.generation.typescript import HEADER, generate
from tools.generation.typescript_text import WIDTH

FILES = generate(load())


def test_each_schema_file_is_a_module_beside_the_tables() -> None:
    assert set(generate(edited({}))) == {"errors.ts", "things.ts", "messages.ts", "calls.ts", "index.ts"}


def test_a_module_imports_what_other_files_define() -> None:
    shared = edited({"things.json FindThingResponse properties code": {"$ref": "errors.json#/$defs/ErrorCode"}})
    assert 'import type { ErrorCode } from "./errors.js";\n' in generate(shared)["things.ts"]
    assert "import" not in generate(edited({}))["things.ts"]


@pytest.mark.parametrize("name", FILES)
def test_imported_names_are_in_order(name: str) -> None:
    for names in re.findall(r"import type \{([^}]*)\}", FILES[name]):
        found = [one.strip() for one in names.split(",") if one.strip()]
        assert found == sorted(found)


def test_the_index_exports_every_module() -> None:
    exported = set(re.findall(r'from "\./(\w+)\.js";', FILES["index.ts"]))
    assert {f"{name}.ts" for name in exported} == FILES.keys() - {"index.ts"}


@pytest.mark.parametrize("name", FILES)
def test_a_module_is_neat(name: str) -> None:
    text = FILES[name]
    assert text.startswith(HEADER + "// ")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\n\n\n" not in text
    assert [line for line in text.splitlines() if len(line) > WIDTH or line != line.rstrip()] == []


@pytest.mark.parametrize("name", FILES)
def test_a_module_has_only_what_vanishes_or_is_plain_javascript(name: str) -> None:
    for word in (r"\benum\b", r"\bnamespace\b", r"\bexport default\b", r"\bany\b", r"\bdeclare\b"):
        code = re.sub(r"/\*\*.*?\*/|^//.*$", "", FILES[name], flags=re.DOTALL | re.MULTILINE)
        assert not re.search(word, re.sub(r'"[^"]*"', '""', code)), word


def test_every_definition_is_exported_once() -> None:
    pattern = re.compile(r"^export (?:interface|type) (\w+)", re.MULTILINE)
    exported = [name for text in FILES.values() for name in pattern.findall(text)]
    assert len(exported) == len(set(exported))
    assert {place.name for place in load().definitions} <= set(exported)


def test_modules_are_the_same_in_every_run() -> None:
    assert generate(edited({})) == generate(edited({}))
