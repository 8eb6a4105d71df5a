"""The schema itself as a judge of messages: a JSON Schema validator that knows bytes and timestamps.

JSON has neither; on our wire `format: binary` is MessagePack bin, and `format: date-time` is a real instant.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from tools.generation.source import Contract, Place


def _is_type(value: object, name: str | list[str], form: object) -> bool:
    if isinstance(name, list):
        return any(_is_type(value, one, form) for one in name)
    match name:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "string" if form == "binary":
            return isinstance(value, bytes)
        case "string" if form == "date-time":
            return isinstance(value, datetime) and value.tzinfo is not None
        case "string":
            return isinstance(value, str)
        case "array":
            return isinstance(value, list)
        case _:
            return isinstance(value, dict)


def _check_type(_validator: object, name: str, value: object, schema: dict[str, Any]) -> Iterator[ValidationError]:
    if not _is_type(value, name, schema.get("format")):
        yield ValidationError(f"not of type {name}")


def _check_enum(
    _validator: object, known: list[str], value: object, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    if not schema.get("x-enum-open") and value not in known:
        yield ValidationError("not in the enum")


def _check_const(_validator: object, only: object, value: object, _schema: object) -> Iterator[ValidationError]:
    if value != only or type(value) is not type(only):
        yield ValidationError("not the constant")


def _check_minimum(_validator: object, least: float, value: object, _schema: object) -> Iterator[ValidationError]:
    if isinstance(value, int | float) and not isinstance(value, bool) and not value >= least:
        yield ValidationError("below the minimum")  # NaN too, which is not less than anything


def _check_maximum(_validator: object, most: float, value: object, _schema: object) -> Iterator[ValidationError]:
    if isinstance(value, int | float) and not isinstance(value, bool) and not value <= most:
        yield ValidationError("above the maximum")


def _check_min_length(_validator: object, least: int, value: object, _schema: object) -> Iterator[ValidationError]:
    if isinstance(value, str | bytes) and len(value) < least:
        yield ValidationError("too short")


def _check_max_length(_validator: object, most: int, value: object, _schema: object) -> Iterator[ValidationError]:
    if isinstance(value, str | bytes) and len(value) > most:
        yield ValidationError("too long")


def _check_pattern(_validator: object, pattern: str, value: object, _schema: object) -> Iterator[ValidationError]:
    """As JSON Schema has it, after ECMA-262: `$` is the end, and not also before a newline there as in Python."""
    if isinstance(value, str) and not re.search(re.sub(r"\$\Z", r"\\Z", pattern), value):
        yield ValidationError("does not match the pattern")


_OUR_KEYWORDS = {
    "type": _check_type,
    "enum": _check_enum,
    "const": _check_const,
    "minimum": _check_minimum,
    "maximum": _check_maximum,
    "minLength": _check_min_length,
    "maxLength": _check_max_length,
    "pattern": _check_pattern,
}
WireValidator = extend(Draft202012Validator, _OUR_KEYWORDS)  # type: ignore[no-untyped-call]  # jsonschema has no types here


class Oracle:
    """Says whether a value is valid under a definition, by the schema alone."""

    def __init__(self, contract: Contract) -> None:
        self._files = {file: _with_whole_references(file, content) for file, content in contract.files.items()}
        self._validators: dict[str, Any] = {}
        self._of_properties: dict[int, Any] = {}  # by the identity of their schemas, which are kept
        # jsonschema looks up a reference, and makes a validator of a property, each time that it comes to one
        keywords = {"$ref": self._check_reference, "properties": self._check_properties}
        self._kind: Any = extend(WireValidator, keywords)  # type: ignore[no-untyped-call]

    def accepts(self, place: Place, value: object) -> bool:
        """Whether `value` is valid under the definition at `place`."""
        return bool(self._validator(f"{place.file}#{place.pointer}").is_valid(value))

    def _check_reference(
        self, _validator: object, reference: str, value: object, _schema: object
    ) -> Iterator[ValidationError]:
        yield from self._validator(reference).iter_errors(value)

    def _check_properties(
        self, _validator: object, properties: dict[str, Any], value: object, _schema: object
    ) -> Iterator[ValidationError]:
        if not isinstance(value, dict):
            return
        for name in properties.keys() & value.keys():
            schema = properties[name]
            if id(schema) not in self._of_properties:
                self._of_properties[id(schema)] = self._kind(schema)
            yield from self._of_properties[id(schema)].iter_errors(value[name])

    def _validator(self, reference: str) -> Any:
        if reference not in self._validators:
            file, _, pointer = reference.partition("#")
            schema: Any = self._files[file]
            for part in pointer.split("/")[1:]:
                key = part.replace("~1", "/").replace("~0", "~")
                schema = schema[int(key)] if isinstance(schema, list) else schema[key]
            self._validators[reference] = self._kind(schema)
        return self._validators[reference]


def _with_whole_references(file: str, schema: Any) -> Any:
    """A copy in which each reference names its file."""
    if isinstance(schema, list):
        return [_with_whole_references(file, one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {name: _with_whole_references(file, one) for name, one in schema.items()}
    if isinstance(reference := copy.get("$ref"), str) and reference.startswith("#"):
        copy["$ref"] = file + reference
    return copy
