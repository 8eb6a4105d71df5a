"""How MySQL and MariaDB take part in copies of tables."""

import re
from collections.abc import Collection, Mapping, Sequence

from litebase_schema.catalog import DescribedColumn, ObjectRef

from litebase.drivers.copying import Fitted, Place, Portable, Rule
from litebase.drivers.interface import Cell, DatabaseSession
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.mysql.objects.reading import rows
from litebase.drivers.objects import read

TYPED, READERS_BLOCK, KEYS_LATER, UTC_MARK = True, False, True, ""
OPTIONS = "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"  # texts that another engine tells apart stay apart
# Moments are read and written in UTC, where no two of them have the same text. A limit of the session would leave rows
# out, and texts of CHAR would get spaces. Keys are sorted by all of their bytes.
READING: Sequence[str] = (
    "SET SESSION time_zone = '+00:00', sql_select_limit = 18446744073709551615, max_sort_length = 16384, "
    "sql_mode = REPLACE(@@sql_mode, 'PAD_CHAR_TO_FULL_LENGTH', '')",
)
# Zero dates and days that are not in the calendar are stored as they are in the other server. That spaces were cut off
# is told in a note.
STORING: Sequence[str] = (
    "SET SESSION time_zone = '+00:00', sql_notes = 1, "
    "sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'",
)
_NO_TYPE = "MySQL has no such type; the values are kept as text."
_SHORT = "A key of MySQL has texts of at most 255 characters."
RULES: Sequence[Rule] = (
    Rule("boolean", "tinyint(1)"),
    Rule("integer", "tinyint", bits=8),
    Rule("integer", "smallint", bits=16),
    Rule("integer", "int", bits=32),
    Rule("integer", "bigint", bits=64),
    Rule("integer", "bigint unsigned"),
    Rule("decimal", "decimal({digits},{scale})", digits=65, scale=30),
    Rule("float", "double"),
    Rule("text", "varchar({size})", size=255),
    Rule("text", "varchar(255)", "may_be_refused", _SHORT, in_key=True),
    Rule("text", "longtext"),
    Rule("bytes", "varbinary(255)", "may_be_refused", "A key of MySQL has at most 255 bytes.", in_key=True),
    Rule("bytes", "longblob"),
    Rule("date", "date"),
    Rule("time", "time({fraction})"),
    Rule("duration", "time({fraction})", stored="time"),
    Rule("timestamp", "datetime({fraction})"),
    Rule("timestamptz", "datetime({fraction})", "other_type", "It becomes datetime, and its moments are in UTC.",
         "timestamp"),
    Rule("bit", "bit({size})", size=64),
    Rule("opaque", "longblob", "other_type", "The bytes are kept as the other engine has them.", "bytes"),
    Rule("uuid", "char(36)", "becomes_text", _NO_TYPE),
    Rule("json", "longtext", "becomes_text",
         "MySQL's JSON does not keep the order of keys, nor all digits: the documents are kept as text.",
         in_key=False),
    Rule("*", "varchar(255)", "becomes_text", f"{_NO_TYPE} {_SHORT}", in_key=True),
    Rule("*", "longtext", "becomes_text", _NO_TYPE),
)  # fmt: skip
_INTEGER = re.compile(r"(tinyint|smallint|mediumint|int|bigint)(?:\(\d+\))?( unsigned)?")
_BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
_SIZE = re.compile(r"(?:char|varchar|bit)\((\d+)\)")
_FRACTION = re.compile(r"\((\d)\)")
_MARIADB_ONLY, _MYSQL_ONLY = {"uuid", "inet4", "inet6"}, {"geomcollection"}
_PLACE = """SHOW GLOBAL VARIABLES WHERE Variable_name IN ('hostname', 'port', 'datadir', 'server_id', 'server_uuid',
'server_uid', 'feedback_server_uid', 'lower_case_table_names')"""
_COLLATIONS = """SELECT COLUMN_NAME, COLLATION_NAME, TABLE_SCHEMA, TABLE_NAME FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND COLLATION_NAME IS NOT NULL"""
_KNOWN = "SELECT COLLATION_NAME FROM information_schema.COLLATIONS"


def portable(db_type: str, kind: str) -> Portable:
    """A column's type, as information_schema writes it."""
    name = db_type.lower()
    word = re.split(r"[ (]", name, maxsplit=1)[0]
    if found := _INTEGER.match(name):
        return Portable("integer", bits=_BITS[found[1]], unsigned=bool(found[2]))
    if word == "year":
        return Portable("integer", bits=16)
    if found := _DECIMAL.match(name):
        return Portable("decimal", digits=int(found[1]), scale=int(found[2]))
    if word in ("float", "double"):
        return Portable("float", bits=32 if word == "float" else 64)
    if word in ("enum", "set"):
        return Portable("enum")
    if kind == "geometry" or word == "vector":
        return Portable("opaque")
    size = _SIZE.match(name)
    if word == "bit":
        return Portable("bit", size=int(size[1]) if size else 1)
    if word in ("time", "timestamp", "datetime"):
        fraction = _FRACTION.search(name)
        own = {"time": "duration", "timestamp": "timestamptz", "datetime": "timestamp"}[word]
        return Portable(own, fraction=int(fraction[1]) if fraction else 0)
    return Portable(kind if kind != "other" else "unknown", size=int(size[1]) if size else None)


def read_as(column: str, db_type: str) -> str:
    """Of a FLOAT the server writes six digits; as a DOUBLE it has all of them."""
    return f"{column} * 1e0" if db_type.lower().startswith("float") else column


def identity() -> str:
    """The only one."""
    return "auto_increment"


async def lacking(session: DatabaseSession, db_types: Collection[str]) -> Collection[str]:
    """What only the other one of the two servers has."""
    others = _MYSQL_ONLY if ServerVersion.of(session.server_version).is_mariadb else _MARIADB_ONLY
    return [one for one in db_types if re.split(r"[ (]", one.lower(), maxsplit=1)[0] in others]


async def place(session: DatabaseSession, table: ObjectRef) -> Place:
    """A server is known by its machine, its port and its folder, which containers share, and what else it is named."""
    found = {str(name): str(value) for name, value in await read(session, _PLACE)}
    name, lower = f"{table.schema_name}.{table.name}", found.pop("lower_case_table_names", "0")
    return Place(repr(sorted(found.items())), name.lower() if lower != "0" else name)


async def collations(session: DatabaseSession, table: ObjectRef) -> Mapping[str, str]:
    """Of all columns with text."""
    found = await rows(session, _COLLATIONS, table.schema_name or "", table.name)
    return {str(column): str(name) for column, name, *_ in found}


async def checks(_session: DatabaseSession, _table: ObjectRef) -> Sequence[str]:
    """None: the description has them."""
    return ()


async def known_collations(session: DatabaseSession, names: Collection[str]) -> Collection[str]:
    """Those that the server has."""
    return {str(name) for (name,) in await rows(session, _KNOWN)} & set(names)


def changes(db_type: str) -> str | None:
    """JSON is taken apart."""
    return "JSON keeps neither the order of keys nor all digits." if db_type.lower() == "json" else None


def fills(column: DescribedColumn) -> bool:
    """AUTO_INCREMENT gets the next number, and a TIMESTAMP without NULL the time, as the server may be set."""
    return column.identity != "none" or (column.nullable is False and column.db_type.lower().startswith("timestamp"))


def lines_of(_select: str) -> str | None:
    """None: rows are read as values."""
    return None


def after_rows(_table: str, _column: DescribedColumn) -> str | None:
    """Nothing: AUTO_INCREMENT follows the rows."""
    return None


def stored(_db_type: str, cells: Sequence[Cell]) -> Fitted:
    """A column has values of its type."""
    return cells, {}
