"""Examples of the rules about fields."""

from typing import Any

from tools.contract.rules.cases.case import Case
from tools.contract.rules.cases.small_contract import struct, thing
from tools.contract.rules.rule import BREAK, INFO, SAFE, SRC, WARN

TEXT = {"type": "string"}
COUNT = {"type": "integer"}
FLAG = {"type": "boolean"}
NULL = {"type": "null"}
NAMED = struct({"name": TEXT}, "name")
OPEN = {**NAMED, "additionalProperties": True}
COUNTS = {"type": "object", "additionalProperties": COUNT}
REF = {"$ref": "#/$defs/Part"}


def with_mode(schema: dict[str, Any]) -> dict[str, Any]:
    """`Thing` with an optional `mode` of this schema."""
    return thing(struct({"name": TEXT, "mode": schema}, "name"))


def noted(**keywords: Any) -> dict[str, Any]:
    """`Thing` as a number with further keywords."""
    return thing({"type": "integer", **{name.replace("_", "-"): value for name, value in keywords.items()}})


CASES = (
    Case("F1", thing(NAMED), with_mode(TEXT), SAFE, SAFE),
    Case("F1", thing(COUNTS), thing({**COUNTS, "properties": {"a": COUNT}}), SAFE, SAFE),
    Case(
        "F2", thing(OPEN), thing({**OPEN, "properties": {"name": TEXT, "mode": TEXT}}), BREAK, SAFE,
        ask={"name": "a", "mode": 7},
    ),
    Case("F3", thing(NAMED), thing(struct({"name": TEXT, "mode": TEXT}, "name mode")), BREAK, SAFE, ask={"name": "a"}),
    Case(
        "F4", thing(NAMED), thing(struct({"name": TEXT, "mode": {**TEXT, "default": ""}}, "name mode")),
        BREAK, SAFE, ask={"name": "a"},
    ),
    Case(
        "F5", with_mode(TEXT), thing(struct({"name": TEXT, "mode": TEXT}, "name mode")), BREAK, SAFE, ask={"name": "a"},
    ),
    Case("F6", thing(NAMED), thing(struct({"name": TEXT})), SAFE, BREAK, answer={}),
    Case("F7", with_mode(TEXT), thing(NAMED), BREAK, SRC, ask={"name": "a", "mode": "b"}),
    Case(
        "F7.open", thing({**OPEN, "properties": {"name": TEXT, "mode": TEXT}}), thing(OPEN),
        WARN, BREAK, answer={"name": "a", "mode": 7},
    ),
    Case("F8", thing(NAMED), thing(struct()), BREAK, BREAK, ask={"name": "a"}, answer={}),
    Case("F8.open", thing(OPEN), thing({**OPEN, "properties": {}, "required": []}), WARN, BREAK, answer={}),
    Case(
        "F9", thing(NAMED), thing(struct({"label": TEXT}, "label")), BREAK, BREAK, ask={"name": "a"},
        answer={"label": "a"},
    ),
    Case(
        "F9.optional", with_mode(FLAG), thing(struct({"name": TEXT, "way": FLAG}, "name")),
        BREAK, WARN, ask={"name": "a", "mode": True},
    ),
    Case("F10", thing(TEXT), thing({"anyOf": [TEXT, NULL]}), SAFE, BREAK, answer=None),
    Case("F10", thing(TEXT), thing({"type": ["string", "null"]}), SAFE, BREAK, answer=None),
    Case("F11", thing({"oneOf": [TEXT, NULL]}), thing(TEXT), BREAK, SAFE, ask=None),
    Case("F12", thing({"anyOf": [TEXT, NULL]}), thing({"type": ["string", "null"]}), INFO, INFO),
    Case("F12", thing({"type": ["string", "null"]}), thing({"oneOf": [NULL, TEXT]}), INFO, INFO),
    Case("F13", thing(NAMED), thing(OPEN), WARN, WARN),
    Case("F14", thing(OPEN), thing(NAMED), BREAK, SAFE, ask={"name": "a", "x": 1}),
    Case("F17", thing(COUNTS), thing(struct({"a": COUNT})), BREAK, SAFE, ask={"b": 1}),
    Case(
        "T3", thing(COUNTS), thing(struct({"a": {"anyOf": [COUNT, TEXT]}})), None, BREAK, answer={"a": "x"},
        also=("F17",),
    ),
    Case(
        "F18", thing({**NAMED, "x-reserved": ["mode"]}),
        thing(struct({"name": TEXT, "mode": TEXT}, "name", **{"x-reserved": ["mode"]})),
        BREAK, BREAK, also=("F1",),
    ),
    Case("F19", thing({**NAMED, "x-reserved": ["mode"]}), thing(NAMED), BREAK, BREAK),
    Case("F19.added", thing(NAMED), thing({**NAMED, "x-reserved": ["mode"]}), SAFE, SAFE),
    Case("F20", thing(struct({"name": TEXT}, "name")), thing(struct({"name": REF}, "name"), Part=TEXT), INFO, INFO),
    Case(
        "F20", {"things.json Thing": {"$ref": "#/$defs/Part"}, "things.json Part": COUNT},
        {"things.json Thing": {"$ref": "more.json#/$defs/Part"}, "more.json Part": COUNT}, INFO, INFO,
    ),
    Case("F21", thing(REF, Part=COUNT), thing({"$ref": "#/$defs/Piece"}, Piece=COUNT), SRC, SRC),
    Case("F21.unused", {}, {"more.json Spare": TEXT}, INFO, INFO),
    Case("F22", thing(COUNTS), thing({**COUNTS, "minProperties": 1}), BREAK, SAFE, ask={}),
    Case("F22.lowered", thing({**COUNTS, "minProperties": 1}), thing(COUNTS), SAFE, WARN, answer={}),
    Case("F22.max_lowered", thing(COUNTS), thing({**COUNTS, "maxProperties": 1}), BREAK, SAFE, ask={"a": 1, "b": 2}),
    Case(
        "F22.max_raised", thing({**COUNTS, "maxProperties": 1}), thing({**COUNTS, "maxProperties": 2}),
        SAFE, WARN, answer={"a": 1, "b": 2},
    ),
    Case("F23", noted(x_since="0.1"), noted(x_since="0.2"), BREAK, BREAK),
    Case("D1", with_mode(TEXT), with_mode({**TEXT, "default": ""}), WARN, WARN),
    Case("D2", with_mode({**TEXT, "default": ""}), with_mode({**TEXT, "default": "fast"}), BREAK, BREAK),
    Case("D3", with_mode({**TEXT, "default": ""}), with_mode(TEXT), BREAK, WARN),
    Case("M22", noted(description="How many."), noted(description="How many there are."), INFO, INFO),
    Case("M23", noted(x_secret=True), noted(), BREAK, BREAK),
    Case("M23.added", noted(), noted(x_secret=True), SAFE, SAFE),
    Case("M24", noted(), noted(x_deprecated="use size"), SAFE, SAFE),
    Case("M24.removed", noted(x_deprecated="use size"), noted(), INFO, INFO),
    Case("T14", noted(x_unit="seconds"), noted(x_unit="milliseconds"), BREAK, BREAK),
    Case("T14.added", noted(), noted(x_unit="seconds"), INFO, INFO),
    Case("T14.removed", noted(x_unit="seconds"), noted(), WARN, WARN),
    Case("T16", noted(), noted(x_opaque=True), SAFE, SAFE),
    Case("T16.cleared", noted(x_opaque=True), noted(), BREAK, SAFE),
    Case("K1", thing(TEXT), thing({**TEXT, "x-colour": "red"}), BREAK, BREAK),
    Case("K1", thing({**TEXT, "not": NULL}), thing({**TEXT, "not": NULL}), BREAK, BREAK),
    Case("K2", thing(TEXT), thing({**TEXT, "minLength": 0}), INFO, INFO),
    Case(
        "K2", thing({"anyOf": [COUNT, {"type": "number"}]}),
        thing({"anyOf": [{**COUNT, "maximum": 9}, {"type": "number"}]}), INFO, INFO,
    ),
    Case(
        "K3", thing({"anyOf": [NAMED, struct({"size": COUNT}, "size")]}),
        thing({"anyOf": [NAMED, struct({"size": TEXT}, "size")]}),
        BREAK, BREAK,
    ),
    Case("V1", {"protocol": {"minor": 2}}, {}, BREAK, BREAK),
    Case("V2", {}, {"protocol": {"minor": 2}}, INFO, INFO),
)  # fmt: skip
