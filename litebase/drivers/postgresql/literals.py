"""Values as PostgreSQL's SQL writes them, for statements that are written to a file and not run here.

Everything but numbers and booleans is a string without a type, which takes the type of the column that it goes into.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from litebase_schema.values import Column

from litebase.sql.dialect import POSTGRESQL

ANY_TYPE = "text"
BEFORE = ""
AFTER = ""
GIVEN_IDENTITY = " OVERRIDING SYSTEM VALUE"
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
