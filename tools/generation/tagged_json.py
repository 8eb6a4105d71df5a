"""Values of the wire as JSON that any language reads without loss.

Bytes are `{"$bytes": hex}`, integers beyond 2^53-1 `{"$int": digits}`, floats `{"$float": repr}`, timestamps
`{"$timestamp": ISO 8601 in UTC}`. A map with a key that begins with `$` is `{"$map": [[key, value], ...]}`, so that no
map is taken for a tag.
"""

from datetime import UTC, datetime
from typing import Any

SAFE_INTEGER = 2**53 - 1


def to_json(value: Any) -> Any:
    """A wire value in its tagged form."""
    match value:
        case bytes():
            return {"$bytes": value.hex()}
        case bool():
            return value
        case int() if abs(value) > SAFE_INTEGER:
            return {"$int": str(value)}
        case float():
            return {"$float": repr(value)}
        case datetime():
            return {"$timestamp": value.astimezone(UTC).isoformat().replace("+00:00", "Z")}
        case list():
            return [to_json(item) for item in value]
        case dict() if any(key.startswith("$") for key in value):
            return {"$map": [[key, to_json(item)] for key, item in value.items()]}
        case dict():
            return {key: to_json(item) for key, item in value.items()}
        case _:
            return value


def from_json(value: Any) -> Any:
    """The wire value that `to_json` was given."""
    match value:
        case {"$bytes": str(digits)}:
            return bytes.fromhex(digits)
        case {"$int": str(digits)}:
            return int(digits)
        case {"$float": str(digits)}:
            return float(digits)
        case {"$timestamp": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"$map": list(pairs)}:
            return {key: from_json(item) for key, item in pairs}
        case list():
            return [from_json(item) for item in value]
        case dict():
            return {key: from_json(item) for key, item in value.items()}
        case _:
            return value
