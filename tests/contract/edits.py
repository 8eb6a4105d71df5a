"""Typical edits of a copy of `schema/`: some break existing clients, some do not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.generation.source import subschemas

Files = dict[str, Any]
Edit = Callable[[Files], None]


def apply(schema: Path, edit: Edit) -> None:
    """Change the files of a schema folder."""
    files = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in schema.glob("*.json")}
    edit(files)
    for name, content in files.items():
        (schema / name).write_text(json.dumps(content), encoding="utf-8")


def set_version(schema: Path, major: int, minor: int) -> None:
    """Set the version of the contract. Later additions become part of that version."""

    def edit(files: Files) -> None:
        files["protocol.json"].update(major=major, minor=minor)
        for content in files.values():
            for one in content.get("$defs", {}).values():
                for _, part in subschemas(one):
                    since = part.get("x-since", "0.0")
                    if tuple(map(int, since.split("."))) > (major, minor):
                        part["x-since"] = f"{major}.{minor}"

    apply(schema, edit)


def definition(files: Files, file: str, name: str) -> Any:
    """One definition, to be changed."""
    return files[file]["$defs"][name]


def field(files: Files, file: str, name: str, key: str) -> Any:
    """One property of a definition, to be changed."""
    return definition(files, file, name)["properties"][key]


def version(files: Files) -> str:
    """The version of the contract, as `x-since` names it."""
    return f"{files['protocol.json']['major']}.{files['protocol.json']['minor']}"


TEXT = {"description": "A new one.", "type": "string", "maxLength": 10, "default": ""}


def add_required_request_field(files: Files) -> None:
    request = definition(files, "query.json", "QueryRequest")
    request["properties"]["an_added_key"] = {
        "description": "How.",
        "type": "string",
        "maxLength": 10,
        "x-since": version(files),
    }
    request["required"].append("an_added_key")


def remove_optional_request_field(files: Files) -> None:
    del definition(files, "query.json", "QueryRequest")["properties"]["max_cell_bytes"]


def remove_response_field(files: Files) -> None:
    answer = definition(files, "health.json", "HealthResponse")
    del answer["properties"]["pid"]
    answer["required"].remove("pid")


def let_a_response_field_be_missing(files: Files) -> None:
    answer = definition(files, "query.json", "QueryResponse")
    answer["required"].remove("complete")
    answer["properties"]["complete"]["default"] = False


def rename_request_field(files: Files) -> None:
    request = definition(files, "query.json", "FetchRequest")
    request["properties"]["start"] = request["properties"].pop("offset")
    request["required"] = ["start" if name == "offset" else name for name in request["required"]]


def change_type_of_request_field(files: Files) -> None:
    request = definition(files, "cancel.json", "CancelRequest")
    number = {"description": "The request.", "type": "integer", "minimum": 0, "maximum": 9, "x-unit": "requests"}
    request["properties"]["request_id"] = number


def lower_a_maximum(files: Files) -> None:
    field(files, "query.json", "QueryRequest", "window_rows")["maximum"] = 1000


def remove_enum_value(files: Files) -> None:
    definition(files, "connection.json", "TlsMode")["enum"].remove("verify_ca")


def remove_union_branch(files: Files) -> None:
    request = definition(files, "connection.json", "DbConnectRequest")
    request["oneOf"] = [branch for branch in request["oneOf"] if not branch["$ref"].endswith("MysqlTarget")]
    del files["connection.json"]["$defs"]["MysqlTarget"]


def remove_message(files: Files) -> None:
    del files["query.json"]["$defs"]["CloseResultRequest"]
    del files["query.json"]["$defs"]["CloseResultResponse"]


def let_a_response_field_be_null(files: Files) -> None:
    answer = definition(files, "health.json", "HealthResponse")
    pid = answer["properties"]["pid"]
    unit = {key: pid.pop(key) for key in ("type", "minimum", "maximum", "x-unit") if key in pid}
    pid["anyOf"] = [unit, {"type": "null"}]


def change_a_default(files: Files) -> None:
    field(files, "query.json", "QueryRequest", "window_rows")["default"] = 10


def make_a_request_unsafe_to_repeat(files: Files) -> None:
    definition(files, "health.json", "HealthCheckRequest")["x-idempotent"] = False


BREAKING: list[Edit] = [
    add_required_request_field,
    remove_optional_request_field,
    remove_response_field,
    let_a_response_field_be_missing,
    rename_request_field,
    change_type_of_request_field,
    lower_a_maximum,
    remove_enum_value,
    remove_union_branch,
    remove_message,
    let_a_response_field_be_null,
    change_a_default,
    make_a_request_unsafe_to_repeat,
]


def add_optional_request_field(files: Files) -> None:
    definition(files, "query.json", "QueryRequest")["properties"]["an_added_key"] = TEXT | {"x-since": version(files)}


def add_response_field(files: Files) -> None:
    answer = definition(files, "health.json", "HealthResponse")
    answer["properties"]["an_added_key"] = {"description": "Where.", "type": "string", "x-since": version(files)}
    answer["required"].append("an_added_key")


def add_message(files: Files) -> None:
    definitions = files["health.json"]["$defs"]
    closed = {"type": "object", "additionalProperties": False, "required": [], "properties": {}}
    closed["x-since"] = version(files)
    definitions["ClearLogRequest"] = {
        "description": "Forgets what was logged.", "x-message": "clear_log", "x-kind": "request", "x-errors": [],
        "x-response": "clear_log_response", "x-cancellable": False, "x-idempotent": True, **closed,
    }  # fmt: skip
    definitions["ClearLogResponse"] = {
        "description": "It was forgotten.", "x-message": "clear_log_response", "x-kind": "response", **closed,
    }  # fmt: skip


def add_error_code_to_a_request(files: Files) -> None:
    definition(files, "query.json", "CloseResultRequest")["x-errors"].append("conflict")


def raise_a_maximum(files: Files) -> None:
    field(files, "query.json", "QueryRequest", "window_rows")["maximum"] = 200_000


def add_value_to_an_open_enum(files: Files) -> None:
    definition(files, "values.json", "Kind")["enum"].append("vector")


def add_union_branch_to_a_request(files: Files) -> None:
    definition(files, "connection.json", "DbConnectRequest")["oneOf"].append({"$ref": "#/$defs/DuckTarget"})
    files["connection.json"]["$defs"]["DuckTarget"] = {
        "description": "Another engine.", "type": "object", "additionalProperties": False, "required": ["engine"],
        "properties": {"engine": {"description": "The database product.", "const": "duck"}},
    }  # fmt: skip


def change_a_description(files: Files) -> None:
    definition(files, "query.json", "QueryRequest")["description"] = "Runs a statement."


def let_a_request_field_be_null(files: Files) -> None:
    old = field(files, "query.json", "QueryRequest", "window_rows")
    number = {key: old.pop(key) for key in ("type", "minimum", "maximum")}
    old["anyOf"] = [number | {"x-unit": old["x-unit"]}, {"type": "null"}]


def deprecate_a_message(files: Files) -> None:
    definition(files, "query.json", "CloseResultRequest")["x-deprecated"] = "Results close themselves."


def make_a_request_safe_to_repeat(files: Files) -> None:
    definition(files, "connection.json", "DbDisconnectRequest")["x-idempotent"] = True


def add_value_to_an_enum_of_requests(files: Files) -> None:
    definition(files, "connection.json", "SqliteMode")["enum"].append("temporary")


SAFE: list[Edit] = [
    add_optional_request_field,
    add_response_field,
    add_message,
    add_error_code_to_a_request,
    raise_a_maximum,
    add_value_to_an_open_enum,
    add_union_branch_to_a_request,
    change_a_description,
    let_a_request_field_be_null,
    deprecate_a_message,
    make_a_request_safe_to_repeat,
    add_value_to_an_enum_of_requests,
]


def raise_a_bound_of_an_answer(files: Files) -> None:
    """A WARN: longer texts may arrive than old readers were promised."""
    field(files, "hello.json", "Software", "version")["maxLength"] = 200
