"""How MySQL writes conditions on rows.

It compares a number with any text, as 0 where that is no number, and a date with what is none. So values that do not
fit their column are refused here.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from litebase_schema.catalog import ObjectRef
from litebase_schema.values import TypedParameter

from litebase.drivers.interface import Cell, DatabaseSession, Parameter
from litebase.drivers.mysql.objects.reading import rows
from litebase.drivers.rows import ColumnType, Order, Pattern, RowColumn, UnfitValue, like_pattern
from litebase.sql.dialect import MYSQL

DIALECT = MYSQL
IS_NULL, IS_NOT_NULL = "IS NULL", "IS NOT NULL"
SORTED: Collection[str] = ("integer", "decimal", "float", "bytes", "bit", "date", "timestamp", "timestamptz")

_ESTIMATE = """SELECT TABLE_ROWS, TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"""
_CHARACTER_SETS = """SELECT COLUMN_NAME, CHARACTER_SET_NAME, TABLE_SCHEMA, TABLE_NAME FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND CHARACTER_SET_NAME <> 'utf8mb4'"""
_BMP = "the first plane of Unicode"
# MySQL's latin1 is Windows' code page 1252
_CODECS = {
    "ascii": "ascii", "latin1": "cp1252", "latin2": "iso8859-2", "latin5": "iso8859-9", "latin7": "iso8859-13",
    "greek": "iso8859-7", "hebrew": "iso8859-8", "koi8r": "koi8-r", "koi8u": "koi8-u", "tis620": "tis-620",
    "cp1250": "cp1250", "cp1251": "cp1251", "cp1256": "cp1256", "cp1257": "cp1257", "cp850": "cp850",
    "cp852": "cp852", "cp866": "cp866", "macroman": "mac-roman", "macce": "mac-latin2", "big5": "big5", "gbk": "gbk",
    "gb2312": "gb2312", "euckr": "euc-kr", "sjis": "shift-jis", "cp932": "cp932", "ujis": "euc-jp",
    "eucjpms": "euc-jp", "utf8": _BMP, "utf8mb3": _BMP, "ucs2": _BMP,
}  # fmt: skip
_ESCAPE = "|"  # a backslash is a sign like any other where sql_mode says so
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_FLOAT = re.compile(rf"{_NUMBER.pattern}(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_DATE = r"\d{1,4}-\d{1,2}-\d{1,2}"
_TIME = r"\d{1,3}:\d{1,2}(:\d{1,2}(\.\d{1,6})?)?"
_MOMENTS = {
    "date": re.compile(_DATE, re.ASCII),
    "time": re.compile(f"-?{_TIME}", re.ASCII),
    "timestamp": re.compile(f"{_DATE}([ T]{_TIME})?", re.ASCII),
}
_BYTES = ("bytes", "bit", "geometry")


async def types(session: DatabaseSession, table: ObjectRef) -> Mapping[str, ColumnType]:
    """The character sets of columns. A value is not cast, because its literal has the type that its column needs."""
    found = await rows(session, _CHARACTER_SETS, table.schema_name or "", table.name)
    here = [table.schema_name, table.name]
    return {column: ColumnType(text=charset) for column, charset, *place in found if place == here}


async def estimate(session: DatabaseSession, table: ObjectRef) -> int | None:
    """What the storage engine says; InnoDB estimates."""
    for count, *place in await rows(session, _ESTIMATE, table.schema_name or "", table.name):
        if place == [table.schema_name, table.name] and count is not None:
            return int(count)
    return None


def bound(column: RowColumn, value: Cell, _number: int) -> tuple[str, Parameter]:
    """The placeholder, and a value of the type that the column's comparisons need."""
    kind = column.kind
    if kind in ("integer", "decimal", "float"):
        return "?", _number_of(kind, value)
    if kind in _MOMENTS and not (isinstance(value, str) and _MOMENTS[kind].fullmatch(value)):
        raise _unfit(value, f"a {kind}; write it as the column shows its values")
    if kind == "geometry" and isinstance(value, str):
        return "ST_GeomFromText(?)", value
    if kind in _BYTES and not isinstance(value, bytes):
        raise UnfitValue(f"The value is not bytes, and the column has the kind {kind}.")
    if kind == "bit":
        return "?", int.from_bytes(value, "big") if isinstance(value, bytes) else value
    return "?", str(value) if isinstance(value, int | float) else value


def _number_of(kind: str, value: Cell) -> Parameter:
    if isinstance(value, str) and (_FLOAT if kind == "float" else _NUMBER).fullmatch(value):
        return float(value) if kind == "float" else TypedParameter(kind="decimal", value=value)
    if isinstance(value, str | bytes):
        raise _unfit(value, f"a number, and the column has the kind {kind}")
    return float(value) if kind == "float" and value is not None else value


def _unfit(value: Cell, wanted: str) -> UnfitValue:
    shown = f" {value[:40]!r}" if isinstance(value, str) else ""
    return UnfitValue(f"The value{shown} is not {wanted}.")


def comparable(column: RowColumn, text: str) -> str:
    """A FLOAT is compared by its digits, because no number that is written down equals it; a JSON document too."""
    if column.type.lower().startswith("float") or column.kind == "json":
        return f"CAST({text} AS CHAR)"
    return f"HEX({text})" if column.kind == "geometry" else text


def fitted(column: RowColumn, name: str, values: Sequence[Cell]) -> str:
    """MySQL refuses to compare text with what the text's character set does not have. It is never equal."""
    codec = _CODECS.get(column.text or "")
    if codec is None or all(_is_in(codec, value) for value in values if isinstance(value, str)):
        return name
    return f"CONVERT({name} USING utf8mb4) COLLATE utf8mb4_bin"


def _is_in(codec: str, value: str) -> bool:
    if codec == _BMP:
        return max(value, default="") <= "\uffff"
    try:
        value.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def matches(column: RowColumn, name: str, _number: int, *, match_case: bool) -> str:
    """Text columns are compared by their own collation; the text of anything else has none that would matter."""
    if column.kind in _BYTES:
        raise UnfitValue(f"Bytes cannot be searched as text, and the column has the kind {column.kind}.")
    if match_case or column.kind != "text":
        name = f"CONVERT({name} USING utf8mb4) COLLATE utf8mb4_{'bin' if match_case else 'general_ci'}"
    return f"{name} LIKE ? ESCAPE '{_ESCAPE}'"


def pattern(parts: Pattern, *, match_case: bool) -> str:  # noqa: ARG001  # as in the other engines
    """A pattern of LIKE."""
    return like_pattern(parts, _ESCAPE)


def ordered(name: str, order: Order) -> str:
    """MySQL has NULLs first, or last when the order is descending, and no words for another place."""
    key = f"{name}{' DESC' if order.descending else ''}"
    if order.nulls is None or (order.nulls == "last") == order.descending:
        return key
    return f"{name} IS {'NOT ' if order.nulls == 'first' else ''}NULL, {key}"


async def by_bytes(_session: DatabaseSession) -> str:
    """As bytes: most collations named `bin` take spaces at the end for nothing."""
    return "CAST(CONVERT({} USING utf8mb4) AS BINARY)"


def is_by_bytes(_collation: str | None) -> bool:
    """No index is used for what is cast."""
    return False
