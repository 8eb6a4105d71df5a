"""How SQLite writes conditions on rows. Any column may hold any value, so none is refused."""

from collections.abc import Collection, Mapping, Sequence

from litebase_schema.catalog import ObjectRef

from litebase.drivers.interface import Cell, DatabaseSession, Parameter
from litebase.drivers.objects import read
from litebase.drivers.rows import ColumnType, Pattern, RowColumn, Wildcard, like_pattern, nulls_placed
from litebase.errors import Unsupported
from litebase.sql.dialect import SQLITE

DIALECT = SQLITE
IS_NULL, IS_NOT_NULL = "IS NULL", "IS NOT NULL"
SORTED: Collection[str] = ("boolean", "integer", "decimal", "float")
ordered = nulls_placed

_HAS_STATISTICS = "SELECT 1 FROM {}.sqlite_schema WHERE type = 'table' AND name = 'sqlite_stat1'"
_ESTIMATE = "SELECT max(CAST(stat AS INTEGER)) FROM {}.sqlite_stat1 WHERE tbl = ? COLLATE NOCASE"
_GLOB = str.maketrans({"*": "[*]", "?": "[?]", "[": "[[]"})
_GLOB_MARKS = {Wildcard.ANY: "*", Wildcard.ONE: "?"}


async def types(_session: DatabaseSession, _table: ObjectRef) -> Mapping[str, ColumnType]:
    """A value is not cast: the column's affinity applies to what it is compared with."""
    return {}


async def estimate(session: DatabaseSession, table: ObjectRef) -> int | None:
    """What ANALYZE found."""
    schema = DIALECT.quoted(table.schema_name or "main")
    if not await read(session, _HAS_STATISTICS.format(schema)):
        return None
    ((rows,),) = await read(session, _ESTIMATE.format(schema), table.name)
    return None if rows is None else int(rows)


def bound(_column: RowColumn, value: Cell, _number: int) -> tuple[str, Parameter]:
    """The placeholder."""
    return "?", value


def comparable(_column: RowColumn, text: str) -> str:
    """Every value has an equality."""
    return text


def fitted(_column: RowColumn, name: str, _values: Sequence[Cell]) -> str:
    """It is compared as it is."""
    return name


def matches(_column: RowColumn, name: str, _number: int, *, match_case: bool) -> str:
    """LIKE does not tell A to Z from a to z, and GLOB does."""
    return f"{name} GLOB ?" if match_case else f"{name} LIKE ? ESCAPE '\\'"


def pattern(parts: Pattern, *, match_case: bool) -> str:
    """A pattern of GLOB or LIKE."""
    if not match_case:
        return like_pattern(parts, "\\")
    return "".join(_GLOB_MARKS[one] if isinstance(one, Wildcard) else one.translate(_GLOB) for one in parts)


async def by_bytes(session: DatabaseSession) -> str:
    """BINARY compares the bytes that the database has."""
    ((encoding,),) = await read(session, "PRAGMA encoding")
    if encoding != "UTF-8":
        raise Unsupported(
            f"The texts of this database are in {encoding}, and sort in another order than those of others."
        )
    return "{} COLLATE BINARY"


def is_by_bytes(collation: str | None) -> bool:
    """BINARY is the usual one."""
    return collation is None or collation.upper() == "BINARY"
