"""Values as PostgreSQL's SQL writes them, for statements that are written to a file and not run here.

Everything but numbers and booleans is a string without a type, which takes the type of the column that it goes into.
"""

import math
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from litebase_schema.values import Column

from litebase.drivers.postgresql.objects.major import major_version
from litebase.sql.dialect import POSTGRESQL

ANY_TYPE = "text"
BEFORE = ""
AFTER = ""
ALL_ROWS = ""
GIVEN_IDENTITY = " OVERRIDING SYSTEM VALUE"
_SHORTEST_SINCE = 12  # the version from which floats are written with the fewest digits that tell them apart
_ENCODED = {
    "hex": "pg_catalog.encode({}, 'hex')",
    "backslash_hex": "E'\\\\x' OPERATOR(pg_catalog.||) pg_catalog.encode({}, 'hex')",
    "base64": "pg_catalog.translate(pg_catalog.encode({}, 'base64'), E'\\n', '')",
}
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?", re.ASCII)
_PSEUDO_TYPES = {"record", "unknown", "void"}


def identifier(name: str) -> str:
    """`name` in quotes."""
    return POSTGRESQL.quoted(name)


def literals(column: Column) -> Mapping[type, Callable[[Any], str]]:
    """By the type of the cell; digits of a decimal need no quotes."""
    return _DECIMAL if column.kind == "decimal" else _SPELLED


def column_type(column: Column) -> str | None:
    """As the server names it, with its modifiers."""
    return None if column.db_type in _PSEUDO_TYPES else column.db_type


def can_be_key(_db_type: str) -> bool:
    """Whether a column of that type may be part of a primary key."""
    return True


def depends_on_zone(_column: Column) -> bool:
    """Whether the text of its values is another one in a session of another time zone."""
    return False


def on_conflict(columns: Sequence[str], key: Sequence[str]) -> str:
    """What makes an INSERT replace the row of the same key; names are quoted already."""
    changes = ", ".join(f"{one} = EXCLUDED.{one}" for one in columns if one not in key)
    return f"ON CONFLICT ({', '.join(key)}) DO {f'UPDATE SET {changes}' if changes else 'NOTHING'}"


def _text(value: str) -> str:
    """In a form that does not depend on standard_conforming_strings."""
    text = value.replace("'", "''")
    return "E'" + text.replace("\\", "\\\\") + "'" if "\\" in text else f"'{text}'"


def _float(value: float) -> str:
    """A negative zero keeps its sign only in quotes."""
    if math.isfinite(value):
        return repr(value) if value else f"'{value!r}'"
    return "'NaN'" if math.isnan(value) else "'Infinity'" if value > 0 else "'-Infinity'"


_SPELLED: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "NULL",
    bool: lambda value: "TRUE" if value else "FALSE",
    int: repr,
    float: _float,
    str: _text,
    bytes: lambda value: f"E'\\\\x{value.hex()}'",
}
_DECIMAL = {**_SPELLED, str: lambda value: value if _NUMBER.fullmatch(value) else _text(value)}


def copied(
    table: str, columns: Sequence[Column], separator: str, bytes_as: str, version: str
) -> tuple[str, bytes, int, Callable[[list[bytes]], list[bytes]]] | None:
    """A COPY whose lines are CSV as `litebase.export` writes it.

    Both put quotes around the same fields, and both write every value as its type's output function does. The
    exceptions: booleans and bytes are converted by the server; a float is ours to write, and stands between two marks.
    """
    if len(columns) < 2:  # a line may be empty, which is told
        return None
    mark = f"\x01{secrets.token_hex(4)}"
    fields, floats = [], 0
    for column in columns:
        name = identifier(column.name)
        if column.kind == "float":
            floats += 1
            name = f"pg_catalog.concat('{mark}', {name}, '{mark}')"
        elif column.kind == "boolean":
            name = f"{name}::pg_catalog.text"
        elif column.kind == "bytes":
            name = _ENCODED[bytes_as].format(name)
        fields.append(name)
    is_shortest = major_version(version) >= _SHORTEST_SINCE
    delimiter = "E'\\t'" if separator == "\t" else f"'{separator}'"
    sql = f"COPY (SELECT {', '.join(fields)} FROM {table}) TO STDOUT (FORMAT csv, DELIMITER {delimiter})"  # noqa: S608
    return sql, mark.encode(), floats, _our_floats if is_shortest else _any_floats


def _our_floats(texts: list[bytes]) -> list[bytes]:
    """As `repr` writes the numbers, whose digits are the same: both are the fewest that tell it from other floats.

    They may be others only for numbers from 2**54 on, where both have an exponent.
    """
    return [text if b"." in text and b"e" not in text else _our_float(text) for text in texts]


def _our_float(text: bytes) -> bytes:
    return text + b".0" if text.lstrip(b"-").isdigit() else _any_float(text)


def _any_floats(texts: list[bytes]) -> list[bytes]:
    return [_any_float(text) for text in texts]


def _any_float(text: bytes) -> bytes:
    if not text or text[-1:] in b"yN":  # NULL, Infinity, NaN
        return text
    return repr(float(text)).encode()
