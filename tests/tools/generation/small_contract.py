"""A small valid contract that the generator's tests edit."""

import copy
from typing import Any

from tools.generation.source import Contract

FILES: dict[str, Any] = {
    "errors.json": {
        "$defs": {
            "ErrorCode": {
                "description": "What went wrong.",
                "type": "string",
                "enum": ["broken"],
                "x-enum-open": True,
                "x-common-errors": ["broken"],
                "x-error-codes": {"broken": {"description": "It broke.", "details": "BrokenDetails"}},
            },
            "BrokenDetails": {
                "description": "What broke.",
                "type": "object",
                "additionalProperties": False,
                "required": [],
                "properties": {},
            },
            "ErrorData": {
                "description": "The answer to a request that failed.",
                "x-message": "error",
                "x-kind": "error",
                "x-since": "0.1",
                "type": "object",
                "additionalProperties": False,
                "required": ["code"],
                "properties": {"code": {"$ref": "#/$defs/ErrorCode"}},
            },
        }
    },
    "things.json": {
        "$defs": {
            "FindThing": {
                "description": "Looks for a thing.",
                "x-message": "find_thing",
                "x-kind": "request",
                "x-response": "find_thing_response",
                "x-errors": ["broken"],
                "x-cancellable": False,
                "x-idempotent": True,
                "x-since": "0.1",
                "oneOf": [{"$ref": "#/$defs/ByName"}, {"$ref": "#/$defs/BySize"}],
                "discriminator": {"propertyName": "by"},
            },
            "ByName": {
                "description": "By its name.",
                "type": "object",
                "additionalProperties": False,
                "required": ["by", "name"],
                "properties": {
                    "by": {"description": "How to look.", "const": "name"},
                    "name": {"description": "The name.", "type": "string", "maxLength": 10},
                    "color": {"$ref": "#/$defs/Color", "default": "red"},
                    "tags": {
                        "description": "Marks.",
                        "type": "array",
                        "maxItems": 3,
                        "items": {"type": "string"},
                        "default": [],
                    },
                    "owner": {
                        "description": "Whose it is, or null.",
                        "anyOf": [{"type": "string"}, {"type": "null"}],
                        "default": None,
                    },
                },
            },
            "BySize": {
                "description": "By its size.",
                "type": "object",
                "additionalProperties": False,
                "required": ["by", "size"],
                "properties": {
                    "by": {"description": "How to look.", "const": "size"},
                    "size": {
                        "description": "The size.",
                        "type": "integer",
                        "minimum": 0,
                        "maximum": 9,
                        "x-unit": "bytes",
                    },
                },
            },
            "Color": {"description": "A color.", "type": "string", "enum": ["red", "blue"]},
            "Weight": {"description": "A weight.", "type": "integer", "x-unit": "grams"},
            "FindThingResponse": {
                "description": "What was found.",
                "x-message": "find_thing_response",
                "x-kind": "response",
                "x-since": "0.1",
                "type": "object",
                "additionalProperties": False,
                "required": ["weight"],
                "properties": {"weight": {"$ref": "#/$defs/Weight"}},
            },
        }
    },
}

DROP: Any = object()


def edited(edits: dict[str, Any]) -> Contract:
    """The small contract with some values changed. A path is `file.json Definition key key`; `DROP` leaves it out."""
    files = copy.deepcopy(FILES)
    for path, value in edits.items():
        file, *steps = path.split()
        target: Any = files.setdefault(file, {"$defs": {}})["$defs"]
        for step in steps[:-1]:
            target = target[int(step) if isinstance(target, list) else step]
        last: Any = int(steps[-1]) if isinstance(target, list) else steps[-1]
        if value is DROP:
            del target[last]
        else:
            target[last] = copy.deepcopy(value)
    return Contract({"major": 0, "minor": 1}, files)
