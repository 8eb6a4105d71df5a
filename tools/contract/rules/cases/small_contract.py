"""A small contract, of which the examples of the rules are edits."""

import copy
from collections.abc import Mapping
from typing import Any

from tools.contract.bundle.bundle import Bundle, sound
from tools.contract.rules.rule import Direction
from tools.generation.source import Contract, Definition, Place

DROP: Any = object()

Edits = Mapping[str, Any]


def thing(schema: Definition, **others: Definition) -> dict[str, Any]:
    """The edits that set `Thing` to this schema, and add other definitions."""
    return {f"things.json {name}": one for name, one in {"Thing": schema, **others}.items()}


def struct(properties: dict[str, Definition] | None = None, required: str = "", **keywords: Any) -> Definition:
    """A closed object; `required` lists names separated by spaces."""
    whole = {
        "type": "object",
        "additionalProperties": False,
        "required": required.split(),
        "properties": properties or {},
    }
    return {**whole, **keywords}


def contract(edits: Edits, uses: tuple[Direction, ...] = ("request", "response")) -> Bundle:
    """The small contract with these edits; `Thing` is used in the data of these directions."""
    files = copy.deepcopy(FILES)
    definitions = files["things.json"]["$defs"]
    for direction, name in (("request", "AskRequest"), ("response", "AskResponse")):
        if direction not in uses:
            definitions[name]["properties"], definitions[name]["required"] = {}, []
    protocol = {"major": 0, "minor": 1} | edits.get("protocol", {})
    for path, value in edits.items():
        if path != "protocol":
            _edit(files, path.split(), value)
    return sound(Contract(protocol, files))


def _edit(files: Any, steps: list[str], value: Any) -> None:
    target = files[steps[0]]["$defs"]
    for step in steps[1:-1]:
        target = target[int(step) if isinstance(target, list) else step]
    if value is DROP:
        del target[steps[-1]]
    else:
        target[steps[-1]] = copy.deepcopy(value)


MESSAGE_OF: dict[Direction, Place] = {
    "request": Place("things.json", "AskRequest"),
    "response": Place("things.json", "AskResponse"),
}


def event(**keywords: Any) -> Definition:
    """An unsolicited message."""
    return struct(None, "", **{"x-message": "news", "x-kind": "event", "x-since": "0.1"}, **keywords)


def request(name: str, **keywords: Any) -> Definition:
    """A request that `ask_response` answers."""
    head = {"x-message": name, "x-kind": "request", "x-response": "ask_response", "x-errors": [], "x-since": "0.1"}
    return struct(**{**head, "x-cancellable": False, "x-idempotent": False, **keywords})


def response(name: str, **keywords: Any) -> Definition:
    """A response."""
    return struct(**{"x-message": name, "x-kind": "response", "x-since": "0.1", **keywords})


THING = {"thing": {"$ref": "#/$defs/Thing"}}
FILES: dict[str, Any] = {
    "envelope.json": {"$defs": {"Envelope": struct({"id": {"type": "string", "maxLength": 128}}, "id")}},
    "errors.json": {
        "$defs": {
            "ErrorCode": {
                "type": "string",
                "enum": ["broken", "lost"],
                "x-enum-open": True,
                "x-common-errors": ["lost"],
                "x-error-codes": {
                    "broken": {"description": "It broke.", "details": "BrokenDetails"},
                    "lost": {"description": "It is lost."},
                },
            },
            "BrokenDetails": struct({"part": {"type": "string"}}, "part"),
            "ErrorData": struct(
                {"code": {"$ref": "#/$defs/ErrorCode"}},
                "code",
                **{"x-message": "error", "x-kind": "error", "x-since": "0.1"},
            ),
        }
    },
    "things.json": {
        "$defs": {
            "Thing": {"type": "string"},
            "AskRequest": request("ask", properties=THING, required="thing", **{"x-errors": ["broken"]}),
            "AskResponse": response("ask_response", properties=THING, required="thing"),
        }
    },
    "more.json": {"$defs": {}},
}
