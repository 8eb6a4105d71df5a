"""How SQLite writes changes of rows."""

import re
from collections.abc import Sequence

from litebase_schema.catalog import DescribedColumn, ObjectRef

from litebase.drivers.interface import Cell, DatabaseSession
from litebase.drivers.rows import RowColumn, Table, Text, UnfitValue
from litebase.drivers.sqlite import rows
from litebase.sql.lexical import FIRST_LETTER, LETTER_OR_DOLLAR

EMPTY_ROW = "DEFAULT VALUES"
CURRENT = ""
COUNTS_CHANGED = False
IS_DEFAULT = None
LOSSES = frozenset[str | None]()  # what does not fit is an error, or is stored as it is

_CONFLICT_CLAUSE = re.compile("on.*conflict", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(f"{FIRST_LETTER}{LETTER_OR_DOLLAR}*")
_CONSTANTS = {"null", "true", "false", "current_date", "current_time", "current_timestamp"}


def same(text: Text, column: RowColumn, name: str, value: Cell) -> str:
    """By bytes, whatever the collation. A cell of bytes may be text that is not valid UTF-8.

    A number is equal in either form, because a client may not know which one it has read.
    """
    given = text.value(rows, column, value)
    if isinstance(value, bytes):
        return f"CAST({name} AS BLOB) IS {given} AND typeof({name}) {_types_of(value)}"
    return f"{name} COLLATE BINARY IS {given}"


def _types_of(cell: bytes) -> str:
    """How the type of a value is compared that is read as these bytes."""
    try:
        cell.decode()
    except UnicodeDecodeError:
        return "IN ('blob', 'text')"
    return "= 'blob'"


def identified(text: Text, column: RowColumn, name: str, value: Cell) -> str:
    """An index finds what the column's collation takes for equal; only the very same is meant."""
    if isinstance(value, str):
        return f"{name} = {text.value(rows, column, value)} AND {same(text, column, name, value)}"
    return f"{name} = {text.value(rows, column, value)}"


def on_conflict(table: Table) -> str:
    """What outweighs the ON CONFLICT clauses of constraints: REPLACE would delete other rows.

    It outweighs those of statements in triggers too, so it is not written where a trigger is all that could have one.
    """
    is_needed = not table.has_triggers or _CONFLICT_CLAUSE.search(table.definition or "")
    return " OR ABORT" if is_needed else ""


def default(column: DescribedColumn, _action: str) -> str:
    """The expression itself, because SQLite has no word for it where a row is changed.

    There a bare word is a column, after DEFAULT it is text.
    """
    if column.default is not None and _WORD.fullmatch(column.default) and column.default.lower() not in _CONSTANTS:
        return f"'{column.default}'"
    if column.default is not None and not {'"', "`", "["}.isdisjoint(column.default):
        raise UnfitValue("SQLite cannot store this column's default where a row is changed; give its value.")
    return "NULL" if column.default is None else f"({column.default})"


def returns_inserted(_session: DatabaseSession) -> bool:
    """It can."""
    return True


async def check_free(_session: DatabaseSession, _tables: Sequence[Table]) -> None:
    """Whatever it holds goes on."""


async def is_transactional(_session: DatabaseSession, _table: ObjectRef) -> bool:
    """Every table is."""
    return True
