"""Wire values as TypeScript source, so that the compiler can judge them."""

import json
import math
from datetime import datetime
from typing import Any

SAFE_INTEGER = 2**53 - 1


def literal(value: Any) -> str:
    """An expression whose value and type are those of the decoded wire value."""
    match value:
        case bytes():
            return f"new Uint8Array([{', '.join(map(str, value))}])"
        case bool() | None | str():
            return json.dumps(value)
        case int():
            return str(value) if abs(value) <= SAFE_INTEGER else f"{value}n"
        case float():
            return (
                repr(value) if math.isfinite(value) else {"nan": "NaN", "inf": "Infinity"}.get(repr(value), "-Infinity")
            )
        case datetime():
            return f"new Date({value.timestamp() * 1000:.0f})"
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case dict():
            return f"{{ {', '.join(f'{json.dumps(key)}: {literal(item)}' for key, item in value.items())} }}"
    raise TypeError(type(value).__name__)


def has_big_integer(value: Any) -> bool:
    """Whether an integer in `value` is decoded as a bigint."""
    if isinstance(value, dict | list):
        return any(map(has_big_integer, value.values() if isinstance(value, dict) else value))
    return isinstance(value, int) and abs(value) > SAFE_INTEGER
