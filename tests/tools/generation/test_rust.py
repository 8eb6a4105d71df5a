"""The modules of `litebase-contract`: what they import, what joins them, and that they are as rustfmt writes them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tools.generation.small_contract import edited
from tools.generation.rust import HEADER, generate
from tools.generation.source import load

FILES = generate(load())
BREAKING = '*/ } enum Evil { A } /* "# \\ `x` \N{LINE SEPARATOR} \r\n pub fn'
HARD = edited(
    {
        "things.json FindThing description": BREAKING,
        "things.json FindThing x-deprecated": BREAKING,
        "things.json ByName properties where": {"$ref": "#/$defs/Words", "default": "value_1"},
        "things.json Words": {
            "description": "- Words.",
            "type": "string",
            "enum": [f"value_{one}" for one in range(40)],
        },
        "things.json Empty": {"description": BREAKING, "type": "object", "additionalProperties": False, "required": []},
        "errors.json ErrorCode x-error-codes broken description": BREAKING,
        "things.json BySize required": ["by", "size", *(f"a_rather_long_name_{one}" for one in range(8))],
        **{
            f"things.json BySize properties a_rather_long_name_{one}": {"description": "More.", "type": "boolean"}
            for one in range(8)
        },
    }
)
RUSTFMT = shutil.which("rustfmt")


def test_each_schema_file_is_a_module_beside_those_that_join_them() -> None:
    assert set(generate(edited({}))) == {"errors.rs", "things.rs", "messages.rs", "support.rs", "lib.rs"}


def test_a_module_imports_what_other_files_define() -> None:
    shared = edited({"things.json FindThingResponse properties code": {"$ref": "errors.json#/$defs/ErrorCode"}})
    assert "use crate::ErrorCode;\n" in generate(shared)["things.rs"]
    assert "use crate::ErrorCode;" not in generate(edited({}))["things.rs"]


def test_every_definition_is_there_once() -> None:
    pattern = re.compile(r"^ *pub (?:struct|enum|type|use crate::support::)\s*(\w+)", re.MULTILINE)
    for name, text in FILES.items():
        if name in ("support.rs", "lib.rs", "messages.rs"):
            continue
        names = pattern.findall(text)
        assert len(names) == len(set(names)), name
    exported = {found for text in FILES.values() for found in pattern.findall(text)}
    assert {place.name for place in load().definitions} <= exported


def test_a_request_knows_its_response() -> None:
    text = generate(edited({}))["messages.rs"]
    assert "impl Request for FindThing {\n    type Response = FindThingResponse;\n" in text
    assert 'const TYPE: &\'static str = "find_thing";' in text
    assert "const CANCELLABLE: bool = false;" in text
    assert "ErrorCode::Broken => Self::Broken(read(details)?)," in text


@pytest.mark.parametrize("name", FILES)
def test_a_module_is_neat(name: str) -> None:
    text = FILES[name]
    assert text.startswith(HEADER)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\n\n\n" not in text
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


@pytest.mark.skipif(RUSTFMT is None, reason="rustfmt is not installed")
@pytest.mark.parametrize(
    "made", [FILES, generate(edited({})), generate(HARD)], ids=["the contract", "a small one", "a hard one"]
)
def test_modules_are_as_rustfmt_writes_them(made: dict[str, str], tmp_path: Path) -> None:
    for name, text in made.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert RUSTFMT is not None
    files = [str(tmp_path / name) for name in made]
    command = [RUSTFMT, "--edition", "2024", "--check", "--color", "never", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


def test_modules_are_the_same_in_every_run() -> None:
    assert generate(edited({})) == generate(edited({}))
