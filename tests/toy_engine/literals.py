"""Values as the engine's SQL writes them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from litebase_schema.values import Column

ANY_TYPE = "text"
BEFORE = ""
AFTER = ""
GIVEN_IDENTITY = ""
copied = None


def identifier(name: str) -> str:
    """Names have no quotes here."""
    return name


def literals(_column: Column) -> Mapping[type, Callable[[Any], str]]:
    """Text, whole numbers and NULL."""
    return {type(None): lambda _: "NULL", int: repr, str: lambda value: "'" + value.replace("'", "''") + "'"}


def column_type(column: Column) -> str | None:
    """As the column says."""
    return column.db_type


def can_be_key(_db_type: str) -> bool:
    """Whether a column of that type may be part of a primary key."""
    return True


def depends_on_zone(_column: Column) -> bool:
    """Whether the text of its values is another one in a session of another time zone."""
    return False


def on_conflict(_columns: Sequence[str], key: Sequence[str]) -> str:
    """The engine's own words, should it ever write."""
    return f"OR REPLACE BY {', '.join(key)}"
