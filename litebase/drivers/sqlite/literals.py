"""Values as SQLite's SQL writes them, for statements that are written to a file and not run here."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from litebase_schema.values import Column

from litebase.sql.dialect import SQLITE

ANY_TYPE = ""  # none: such a column converts nothing
BEFORE = ""
AFTER = ""
ALL_ROWS = ""
GIVEN_IDENTITY = ""
copied = None
_NOT_IN_QUOTES = re.compile("[\0\udc80-\udcff]")  # the latter are bytes of text that is not valid
_PLAIN_TYPE = re.compile(r"[A-Za-z_][\w ]*(\([\d ,.+-]*\))?", re.ASCII)


def identifier(name: str) -> str:
    """`name` in quotes."""
    return SQLITE.quoted(name)


def literals(_column: Column) -> Mapping[type, Callable[[Any], str]]:
    """By storage class: the column's type does not decide what a value is."""
    return _SPELLED


def column_type(column: Column) -> str | None:
    """As it was declared. That may be any text, which is quoted where it is more than words and numbers.

    What is no column of a table has no declared type, and gets none: it would convert values.
    """
    if column.origin is None or column.db_type == "ANY":
        return ANY_TYPE
    return column.db_type if _PLAIN_TYPE.fullmatch(column.db_type) else SQLITE.quoted(column.db_type)


def can_be_key(_db_type: str) -> bool:
    """Whether a column of that type may be part of a primary key."""
    return True


def depends_on_zone(_column: Column) -> bool:
    """Whether the text of its values is another one in a session of another time zone."""
    return False


def on_conflict(columns: Sequence[str], key: Sequence[str]) -> str:
    """What makes an INSERT replace the row of the same key; names are quoted already."""
    changes = ", ".join(f"{one} = excluded.{one}" for one in columns if one not in key)
    return f"ON CONFLICT ({', '.join(key)}) DO {f'UPDATE SET {changes}' if changes else 'NOTHING'}"


def _text(value: str) -> str:
    if _NOT_IN_QUOTES.search(value):
        return f"CAST(x'{value.encode('utf-8', 'surrogateescape').hex()}' AS TEXT)"
    return "'" + value.replace("'", "''") + "'"


def _float(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    return "-9e999" if value < 0 else "9e999"


_SPELLED: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "NULL",
    bool: lambda value: str(int(value)),
    int: repr,
    float: _float,
    str: _text,
    bytes: lambda value: f"x'{value.hex()}'",
}
