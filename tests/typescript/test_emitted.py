"""Modules made from a contract that tries to break them compile under the strictest settings."""

from pathlib import Path
from typing import Any

import pytest

from tests.tools.generation.small_contract import edited
from tests.typescript.compiler import diagnostics
from tools.generation.lint import problems
from tools.generation.typescript import generate

BREAKING = "*/ export enum Evil { A } /* `${x}` // @ts-ignore \N{LINE SEPARATOR} \\"
FIND, NAME = "things.json FindThing", "things.json ByName properties name"
AN_OBJECT = {"description": BREAKING, "type": "object", "additionalProperties": False, "required": [], "properties": {}}
LONG_ENUM = [f"value_{number}" for number in range(40)]


HARD: dict[str, Any] = {
    f"{FIND} description": BREAKING,
    f"{FIND} x-deprecated": BREAKING,
    f"{FIND} x-capability": 'say "find"',
    f"{NAME} description": "@deprecated " + "long " * 80,
    "things.json ByName properties delete": {"$ref": "#/$defs/Color", "default": "red"},
    "things.json ByName properties default": {"$ref": "#/$defs/Words", "default": "value_1"},
    "things.json Color x-enum-open": True,
    "things.json Words": {"description": "Words.", "type": "string", "enum": LONG_ENUM},
    "things.json Marks": {"description": "Marks.", "type": "object", "additionalProperties": {"$ref": "#/$defs/Color"}},
    "things.json Anything": {"description": "Any.", "type": "object", "additionalProperties": True},
    "things.json FindThingResponse additionalProperties": True,
    "things.json FindThingResponse properties marks": {"$ref": "#/$defs/Marks", "default": {"*/": "`"}},
    "errors.json Cause": {"description": "Where.", "anyOf": [{"$ref": "#/$defs/BrokenDetails"}, {"type": "null"}]},
    "more.json ThingLost": AN_OBJECT | {"x-message": "thing_lost", "x-kind": "event", "x-since": "0.1"},
    "more.json Delete": AN_OBJECT | {
        "x-message": "delete", "x-kind": "request", "x-response": "delete_response", "x-errors": [], "x-since": "0.1",
        "x-cancellable": True, "x-idempotent": False,
    },
    "more.json DeleteResponse": AN_OBJECT | {"x-message": "delete_response", "x-kind": "response", "x-since": "0.1"},
}  # fmt: skip

USE = """\
import { Calls, type Delete, type DeleteResponse } from "./index.js";
import type * as All from "./index.js";
declare const calls: Calls<never>;
const answer: Promise<DeleteResponse> = calls.delete();
const lost: keyof All.Events = "thing_lost";
export const all: [Delete, unknown, unknown] = [{}, answer, lost];
"""


@pytest.mark.usefixtures("package")
def test_a_hard_contract_compiles(tmp_path: Path) -> None:
    contract = edited(HARD)
    assert problems(contract) == []
    for name, text in generate(contract).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "use.ts").write_text(USE, encoding="utf-8")
    assert diagnostics(tmp_path) == []


@pytest.mark.usefixtures("package")
def test_the_smallest_contract_compiles(tmp_path: Path) -> None:
    for name, text in generate(edited({})).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert diagnostics(tmp_path) == []
