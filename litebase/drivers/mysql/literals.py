"""Values as MySQL's SQL writes them, for statements that are written to a file and not run here.

As in the files of mysqldump, the statements before them set a mode in which a backslash escapes and 0 is a value.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from litebase_schema.values import Column

from litebase.sql.dialect import MYSQL

ANY_TYPE = "longtext"
BEFORE = (
    "SET NAMES utf8mb4;\n"
    "SET @litebase_sql_mode = @@sql_mode, sql_mode = 'NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES,ALLOW_INVALID_DATES';\n"
)
AFTER = "SET sql_mode = @litebase_sql_mode;\n"
ALL_ROWS = " LIMIT 18446744073709551615"  # sql_select_limit of a session would leave rows out
GIVEN_IDENTITY = ""
copied = None
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?", re.ASCII)
_PLAIN_TYPE = re.compile(r"[a-z][\w ]*(\([\d,]*\)[a-z ]*)?", re.ASCII)
_CHOICE = re.compile(r"(enum|set)\('([^'\\]|'')*'(,'([^'\\]|'')*')*\)")
_WIDE = re.compile(r"varchar\((\d+)\)", re.ASCII)
_MOST_CHARACTERS = 16_000  # of a varchar whose characters have up to four bytes
_NOT_IN_FULL = {"enum", "set", "null"}  # a result does not have their values
_WITHOUT_LENGTH = re.compile(r"text|blob|json|geometry|vector|point|linestring|polygon", re.ASCII)
_ESCAPES = str.maketrans({"\\": "\\\\", "'": "''", "\0": "\\0", "\n": "\\n", "\r": "\\r", "\x1a": "\\Z"})


def identifier(name: str) -> str:
    """`name` in quotes."""
    return MYSQL.quoted(name)


def literals(column: Column) -> Mapping[type, Callable[[Any], str]]:
    """By the type of the cell; digits of a decimal need no quotes."""
    return _DECIMAL if column.kind == "decimal" else _SPELLED


def column_type(column: Column) -> str | None:
    """As the server names it, with its modifiers."""
    if _CHOICE.fullmatch(column.db_type):
        return column.db_type
    if (wide := _WIDE.fullmatch(column.db_type)) and int(wide[1]) > _MOST_CHARACTERS:
        return None
    is_told = column.db_type not in _NOT_IN_FULL and _PLAIN_TYPE.fullmatch(column.db_type)
    return column.db_type if is_told and not column.db_type.startswith("type ") else None


def can_be_key(db_type: str) -> bool:
    """Whether a column of that type may be part of a primary key."""
    return not _WITHOUT_LENGTH.search(db_type)


def depends_on_zone(column: Column) -> bool:
    """Whether the text of its values is another one in a session of another time zone."""
    return column.db_type.startswith("timestamp")


def on_conflict(columns: Sequence[str], key: Sequence[str]) -> str:
    """What makes an INSERT replace the row of the same key; names are quoted already."""
    changes = [one for one in columns if one not in key] or key[:1]
    return f"ON DUPLICATE KEY UPDATE {', '.join(f'{one} = VALUES({one})' for one in changes)}"


def _text(value: str) -> str:
    return "'" + value.translate(_ESCAPES) + "'"


_SPELLED: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "NULL",
    bool: lambda value: "TRUE" if value else "FALSE",
    int: repr,
    float: lambda value: value_text if "e" in (value_text := repr(value)) else f"{value_text}e0",
    str: _text,
    bytes: lambda value: f"X'{value.hex()}'",
}
_DECIMAL = {**_SPELLED, str: lambda value: value if _NUMBER.fullmatch(value) else _text(value)}
