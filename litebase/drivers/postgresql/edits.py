"""How PostgreSQL writes changes of rows."""

from collections.abc import Sequence

from litebase_schema.catalog import DescribedColumn, ObjectRef

from litebase.drivers.interface import Cell, DatabaseSession
from litebase.drivers.postgresql import rows
from litebase.drivers.rows import RowColumn, Table, Text

EMPTY_ROW = "DEFAULT VALUES"
CURRENT = ""
COUNTS_CHANGED = False
IS_DEFAULT = None
LOSSES = frozenset[str | None]()  # what does not fit is an error

# kinds whose equality tells values apart: it does not tell 1 month from 30 days, 1.0 from 1.00, or shapes of one area
_EXACT = {
    "boolean", "integer", "float", "bytes", "date", "time", "timetz", "timestamp", "timestamptz", "uuid",
    "bit", "network", "enum", "range",
}  # fmt: skip


def same(text: Text, column: RowColumn, name: str, value: Cell) -> str:
    """Compared by value, else as the server writes it."""
    given = text.value(rows, column, value)
    if column.kind in _EXACT:
        return f"{name} IS NOT DISTINCT FROM {given}"
    return f'{name}::text COLLATE "C" IS NOT DISTINCT FROM ({given})::text COLLATE "C"'


def identified(text: Text, column: RowColumn, name: str, value: Cell) -> str:
    """An index finds what is equal; of text that a collation takes for equal, only the very same is meant."""
    found = f"{name} = {text.value(rows, column, value)}"
    is_exact = column.kind in _EXACT or column.kind == "decimal"
    return found if is_exact else f"{found} AND {same(text, column, name, value)}"


def on_conflict(_table: Table) -> str:
    """Nothing: a statement that does not ask for it replaces no row."""
    return ""


def default(_column: DescribedColumn, _action: str) -> str:
    """A word."""
    return "DEFAULT"


def returns_inserted(_session: DatabaseSession) -> bool:
    """It can."""
    return True


async def check_free(_session: DatabaseSession, _tables: Sequence[Table]) -> None:
    """Whatever it holds goes on."""


async def is_transactional(_session: DatabaseSession, _table: ObjectRef) -> bool:
    """Every table is."""
    return True
