"""How MySQL and MariaDB write changes of rows."""

from collections.abc import Sequence

from litebase_schema.catalog import DescribedColumn, ObjectRef

from litebase.drivers.interface import Cell, DatabaseSession
from litebase.drivers.mysql import rows
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.mysql.objects.undoing import check_unlocked
from litebase.drivers.objects import read
from litebase.drivers.rows import RowColumn, Table, Text

EMPTY_ROW = "() VALUES ()"
CURRENT = " LOCK IN SHARE MODE"
COUNTS_CHANGED = True
IS_DEFAULT = "{0} <=> DEFAULT({0})"
# what a server does to a value when its sql_mode is not strict: cut it, or store another one in its place. A notice
# without a code says that there were warnings which the server did not keep.
LOSSES = frozenset(("1048", "1263", "1264", "1265", "1364", "1366", "1406", "1411", None))

_BY_VALUE = {"integer", "decimal", "bytes", "bit"}
_TRANSACTIONAL = """SELECT t.TABLE_SCHEMA, t.TABLE_NAME, e.TRANSACTIONS FROM information_schema.TABLES t
JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE WHERE t.TABLE_SCHEMA = ? AND t.TABLE_NAME = ?"""


def same(text: Text, column: RowColumn, name: str, value: Cell) -> str:
    """Numbers and bytes by value; everything else by the bytes of what the server writes, whatever the collation."""
    if column.kind in _BY_VALUE or column.type.lower().startswith("double"):
        return f"{name} <=> {text.value(rows, column, value)}"
    if column.kind in ("float", "geometry"):
        given = rows.comparable(column, text.value(rows, column, value))
        return f"{rows.comparable(column, name)} <=> {given}"
    given = text.value(rows, column, value)
    return f"CAST(CONVERT({name} USING utf8mb4) AS BINARY) <=> CAST(CONVERT({given} USING utf8mb4) AS BINARY)"


def identified(text: Text, column: RowColumn, name: str, value: Cell) -> str:
    """An index finds what the column's collation takes for equal; only the very same is meant."""
    if column.kind in _BY_VALUE:
        return f"{name} = {text.value(rows, column, value)}"
    if column.kind in ("float", "geometry", "json"):
        return same(text, column, name, value)
    found = f"{rows.fitted(column, name, [value])} = {text.value(rows, column, value)}"
    return f"{found} AND {same(text, column, name, value)}"


def on_conflict(_table: Table) -> str:
    """Nothing: a statement that does not ask for it replaces no row."""
    return ""


def default(_column: DescribedColumn, _action: str) -> str:
    """A word."""
    return "DEFAULT"


def returns_inserted(session: DatabaseSession) -> bool:
    """MariaDB's can."""
    version = ServerVersion.of(session.server_version)
    return version.is_mariadb and version.release >= (10, 5, 0)


async def check_free(session: DatabaseSession, _tables: Sequence[Table]) -> None:
    """A transaction would end LOCK TABLES."""
    await check_unlocked(session, "a transaction")


async def is_transactional(session: DatabaseSession, table: ObjectRef) -> bool:
    """Whether its storage engine is; one of which nothing is known is taken for one that is not."""
    found = await read(session, _TRANSACTIONAL, table.schema_name or "", table.name)
    return any(row == (table.schema_name, table.name, "YES") for row in found)
