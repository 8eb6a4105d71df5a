"""How SQLite takes part in copies of tables."""

import math
import re
from collections.abc import Collection, Mapping, Sequence

from litebase_schema.catalog import DescribedColumn, ObjectRef

from litebase.drivers.altering import Table
from litebase.drivers.copying import Fitted, Place, Portable, Rule
from litebase.drivers.interface import Cell, DatabaseSession
from litebase.drivers.objects import read
from litebase.drivers.sqlite.objects.names import folded
from litebase.drivers.sqlite.objects.shape import read_table
from litebase.drivers.sqlite.values import kind_of_declared
from litebase.errors import InvalidScript, NotFound, Unsupported

TYPED, READERS_BLOCK, KEYS_LATER, OPTIONS = False, True, False, ""
UTC_MARK = "+00"
READING: Sequence[str] = ()
STORING: Sequence[str] = ("PRAGMA defer_foreign_keys = ON",)  # a row may refer to one that comes later
_DIGITS = "SQLite's numbers have 15 digits: the values are kept as text, with all of theirs."
_NO_TYPE = "SQLite has no such type; the values are kept as text."
RULES: Sequence[Rule] = (
    Rule("boolean", "BOOLEAN"),
    Rule("integer", "INTEGER", bits=64),
    Rule("integer", "INTEGER", "may_be_refused", "SQLite has no integer above 9223372036854775807."),
    Rule("decimal", "TEXT", "becomes_text", _DIGITS),
    Rule("float", "REAL"),
    Rule("text", "TEXT"),
    Rule("bytes", "BLOB"),
    Rule("date", "DATE"),
    Rule("time", "TIME"),
    Rule("duration", "TIME", stored="time"),
    Rule("timetz", "TIMETZ"),
    Rule("timestamp", "DATETIME"),
    Rule("timestamptz", "TIMESTAMPTZ"),
    Rule("opaque", "BLOB", "other_type", "The bytes are kept as the other engine has them.", "bytes"),
    Rule("*", "TEXT", "becomes_text", _NO_TYPE),
)
_LEAST, _GREATEST = -(1 << 63), (1 << 63) - 1
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII)
_DECIMAL = re.compile(r"\((\d+)(?:\s*,\s*(\d+))?\)")


def portable(db_type: str, _kind: str) -> Portable:
    """A column's declared type. Its lengths are not kept by SQLite, and so none of the type's."""
    kind = kind_of_declared(db_type)
    if kind == "other":
        return Portable("any")
    found = _DECIMAL.search(db_type) if kind == "decimal" else None
    return Portable(kind, digits=int(found[1]), scale=int(found[2] or 0)) if found else Portable(kind)


def read_as(column: str, _db_type: str) -> str:
    """The column itself."""
    return column


def identity() -> str:
    """INTEGER as the primary key numbers by itself."""
    return "none"


async def lacking(_session: DatabaseSession, _db_types: Collection[str]) -> Collection[str]:
    """None: a type is any word."""
    return ()


async def place(session: DatabaseSession, table: ObjectRef) -> Place:
    """A file, or none for a database in memory."""
    schema = folded(table.schema_name or "main")
    files = {folded(str(name)): str(file or "") for _, name, file in await read(session, "PRAGMA database_list")}
    file, name = files.get(schema, ""), repr(folded(table.name))
    return Place(file, name if file else f"{schema!r}.{name}")


async def _read(session: DatabaseSession, table: ObjectRef) -> Table | None:
    """What only the text of a table says. Of a view it says nothing."""
    try:
        return await read_table(session, table)
    except (InvalidScript, NotFound, Unsupported):
        return None


async def collations(session: DatabaseSession, table: ObjectRef) -> Mapping[str, str]:
    """Those that the columns are declared with."""
    found = await _read(session, table)
    return {one.name: one.collation for one in (found.columns if found else ()) if one.collation is not None}


async def checks(session: DatabaseSession, table: ObjectRef) -> Sequence[str]:
    """All: the description has none."""
    found = await _read(session, table)
    return [one.expression or "" for one in (found.parts if found else ()) if one.kind == "check"]


async def known_collations(_session: DatabaseSession, names: Collection[str]) -> Collection[str]:
    """Those of every SQLite."""
    return {one for one in names if one.upper() in ("BINARY", "NOCASE", "RTRIM")}


def changes(_db_type: str) -> str | None:
    """It does not: `stored` looks at each value."""
    return None


def fills(column: DescribedColumn) -> bool:
    """An INTEGER PRIMARY KEY gets the next number."""
    return column.identity != "none"


def lines_of(_select: str) -> str | None:
    """None: rows are read as values."""
    return None


def after_rows(_table: str, _column: DescribedColumn) -> str | None:
    """Nothing: the next number follows the rows."""
    return None


def stored(db_type: str, cells: Sequence[Cell]) -> Fitted:
    """By the affinity of the column; see section 3 of sqlite.org/datatype3.html."""
    name = db_type.upper()
    is_integer = "INT" in name
    is_text = not is_integer and any(word in name for word in ("CHAR", "CLOB", "TEXT"))
    is_plain = not is_integer and not is_text and (not name or "BLOB" in name)
    is_real = not (is_integer or is_text or is_plain) and any(word in name for word in ("REAL", "FLOA", "DOUB"))
    values, reasons = list(cells), dict[int, str]()
    for at, cell in enumerate(cells):
        if cell is None or isinstance(cell, bytes):
            continue
        if isinstance(cell, bool):
            values[at] = int(cell)
            continue
        if isinstance(cell, float) and math.isnan(cell):
            reasons[at] = "NaN would be stored as NULL."
        elif isinstance(cell, float) and not cell and math.copysign(1, cell) < 0 and not (is_text or is_plain):
            reasons[at] = "-0.0 would be stored as 0.0."
        elif isinstance(cell, int) and not _LEAST <= cell <= _GREATEST:
            reasons[at] = f"{cell} is beyond what SQLite's integers hold."
        elif is_text and not isinstance(cell, str):
            values[at] = repr(cell)
        elif is_real and isinstance(cell, int) and int(float(cell)) != cell:
            reasons[at] = f"{cell} would be rounded."
        elif isinstance(cell, str) and not (is_text or is_plain) and _NUMBER.fullmatch(cell):
            reasons[at] = f"The text {cell[:60]!r} would be stored as a number."
    return values, reasons
