"""MySQL's types and values: rows come as text, and only numbers and bytes are made of it; dates stay as they came."""

import operator
from collections.abc import Sequence

from litebase_schema.values import Column, ColumnOrigin

from litebase.drivers.mysql.packets import ColumnDefinition

BINARY = 63  # the character set of bytes
NOT_NULL, PRIMARY_KEY, UNSIGNED, ZEROFILL, ENUM, SET = 1, 2, 32, 64, 256, 2048

# A converter is what asyncmy's row parser takes: how to decode (0: not at all, 1: UTF-8), an encoding that is not used
# here, and a function. `(0, None, int)` is parsed in C without an object in between.
Converter = tuple[int, None, object]
_BYTES: Converter = (0, None, None)
_INTEGER: Converter = (0, None, int)
_FLOAT: Converter = (0, None, float)
_TEXT: Converter = (1, None, None)
# Text that is not valid UTF-8 survives as lone surrogates; such a cell is packed as the bytes it consists of.
_ANY_TEXT: Converter = (0, None, operator.methodcaller("decode", "utf-8", "surrogateescape"))

_BIT, _JSON, _ENUM, _SET, _GEOMETRY, _VECTOR = 16, 245, 247, 248, 255, 242
_VARIABLE, _FIXED = (15, 253), (254,)
_LARGE = (249, 250, 251, 252)
_DECIMALS = (0, 246)
_FLOATS = {4: "float", 5: "double"}
_INTEGERS = {1: "tinyint", 2: "smallint", 3: "int", 8: "bigint", 9: "mediumint"}
_MOMENTS = {7: ("timestamp", "timestamp"), 11: ("time", "time"), 12: ("datetime", "timestamp")}
_OTHERS = {6: ("null", "other"), 10: ("date", "date"), 13: ("year", "integer"), 14: ("date", "date")}
_TOLD = {"uuid": "uuid", "inet4": "network", "inet6": "network", "json": "json"}  # by MariaDB's extended metadata
_LARGE_NAMES = ((255, "tiny"), (65_535, ""), (16_777_215, "medium"))
_NO_DECIMALS = 31  # a floating-point number of no set scale
_UTF8MB4_BYTES = 4


def column(one: ColumnDefinition) -> Column:
    """What the client is told about a column."""
    db_type, kind = _type(one)
    origin = None
    if one.table and one.column:
        origin = ColumnOrigin(
            schema_name=one.schema,
            table_name=one.table,
            column_name=one.column,
            key_part=bool(one.flags & PRIMARY_KEY),
        )
    return Column(name=one.name, db_type=db_type, kind=kind, nullable=not one.flags & NOT_NULL, origin=origin)


def converters(columns: Sequence[ColumnDefinition], text_charsets: set[int]) -> tuple[Converter, ...]:
    """How the cells of a row are made. Text in another character set than ours is left as the bytes it is."""
    return tuple(_converter(one, text_charsets) for one in columns)


def lenient(strict: tuple[Converter, ...]) -> tuple[Converter, ...]:
    """The same for rows that hold text which is not valid UTF-8."""
    return tuple(_ANY_TEXT if one is _TEXT else one for one in strict)


def _converter(one: ColumnDefinition, text_charsets: set[int]) -> Converter:
    if one.type in _INTEGERS or one.type == 13:
        return _INTEGER
    if one.type in _FLOATS:
        return _FLOAT
    if one.type in _DECIMALS or one.type in _MOMENTS or one.type in _OTHERS or one.type == _JSON:
        return _TEXT
    return _TEXT if one.charset in text_charsets and one.type not in (_BIT, _GEOMETRY) else _BYTES


def _type(one: ColumnDefinition) -> tuple[str, str]:
    """The type's name with its modifiers, and the portable kind."""
    told = one.format_name or one.type_name
    if told in _TOLD:
        return told, _TOLD[told]
    if one.type in _OTHERS:
        return _OTHERS[one.type]
    if one.type in _MOMENTS:
        name, kind = _MOMENTS[one.type]
        return (f"{name}({one.decimals})" if 0 < one.decimals <= 6 else name), kind
    if one.type in _INTEGERS or one.type in _FLOATS or one.type in _DECIMALS:
        return _number(one)
    if one.type == _BIT:
        return f"bit({one.length})", "bit"
    if one.type == _GEOMETRY:
        return told or "geometry", "geometry"
    if one.type == _JSON:
        return "json", "json"
    if one.type == _VECTOR:
        return "vector", "other"
    return _string(one)


def _number(one: ColumnDefinition) -> tuple[str, str]:
    marks = (" unsigned" if one.flags & UNSIGNED else "") + (" zerofill" if one.flags & ZEROFILL else "")
    if one.type in _DECIMALS:
        digits = one.length - bool(one.decimals) - (not one.flags & UNSIGNED)
        return f"decimal({digits},{one.decimals}){marks}", "decimal"
    if one.type in _FLOATS:
        size = "" if one.decimals >= _NO_DECIMALS else f"({one.length},{one.decimals})"
        return f"{_FLOATS[one.type]}{size}{marks}", "float"
    size = "(1)" if one.type == 1 and one.length == 1 else ""  # tinyint(1) is MySQL's boolean
    return f"{_INTEGERS[one.type]}{size}{marks}", "integer"


def _string(one: ColumnDefinition) -> tuple[str, str]:
    if one.flags & ENUM or one.type == _ENUM:
        return "enum", "enum"
    if one.flags & SET or one.type == _SET:
        return "set", "other"
    kind, length = ("bytes", one.length) if one.charset == BINARY else ("text", one.length // _UTF8MB4_BYTES)
    if one.type in _VARIABLE:
        return (f"varbinary({length})" if kind == "bytes" else f"varchar({length})"), kind
    if one.type in _FIXED:
        return (f"binary({length})" if kind == "bytes" else f"char({length})"), kind
    if one.type in _LARGE:
        size = next((name for limit, name in _LARGE_NAMES if length <= limit), "long")
        return size + ("blob" if kind == "bytes" else "text"), kind
    return f"type {one.type}", "other"  # a type that this program does not know yet
