"""MySQL's values, in both directions, and the types of columns.

Rows come as text, and only numbers and bytes are made of it; dates stay as they came. Parameters are bound by the
server itself: the text and the values are handed to PREPARE and EXECUTE as literals that mean the same under every
sql_mode and character set. Strings are written in hexadecimal digits, so that there is no quote and no backslash to get
wrong.
"""

import contextlib
import math
import operator
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache

from asyncmy.charset import charset_by_id
from litebase_schema.errors import QueryFailedDetails
from litebase_schema.values import Column, ColumnOrigin, TypedParameter

from litebase.drivers.abilities import Unavailable
from litebase.drivers.interface import Cell, Parameter, Parameters
from litebase.drivers.mysql.link.packets import ColumnDefinition
from litebase.errors import QueryFailed, Unsupported

NO_NAMED_PARAMETERS = Unavailable(
    "MySQL has no named placeholders. Write ? in the SQL and send the values as an array."
)
BINARY = 63  # the character set of bytes
NOT_NULL, UNSIGNED, ZEROFILL, ENUM, SET = 1, 32, 64, 256, 2048

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
_OTHERS = {6: ("null", "other"), 10: ("date", "date"), 13: ("year", "other"), 14: ("date", "date")}
_NAMED = {"uuid": "uuid", "inet4": "network", "inet6": "network", "json": "json"}  # by MariaDB's extended metadata
_LARGE_NAMES = ((255, "tiny"), (65_535, ""), (16_777_215, "medium"))
_NO_DECIMALS = 31  # a floating-point number of no set scale
_UTF8MB4_BYTES = 4

_DIGITS = re.compile(r"[+-]?\d{1,65}(\.\d{0,38})?", re.ASCII)
_PARAMETER = "@litebase_"
_STATEMENT = "litebase_statement"

# cells


@cache
def utf8_charsets() -> frozenset[int]:
    """The numbers of the character sets whose text is UTF-8, as far as asyncmy knows them."""
    found = set()
    for number in range(1, 400):
        with contextlib.suppress(KeyError):
            if charset_by_id(number).name in ("utf8mb4", "utf8mb3", "utf8", "ascii"):
                found.add(number)
    return frozenset(found)


def column(one: ColumnDefinition, origin: ColumnOrigin | None) -> Column:
    """A column as the client sees it."""
    db_type, kind = _type(one)
    return Column(name=one.name, db_type=db_type, kind=kind, nullable=not one.flags & NOT_NULL, origin=origin)


def converters(columns: Sequence[ColumnDefinition], text_charsets: AbstractSet[int]) -> tuple[Converter, ...]:
    """How the cells of a row are made. Text in another character set than ours is left as the bytes it is."""
    return tuple(_converter(one, text_charsets) for one in columns)


def lenient(strict: tuple[Converter, ...]) -> tuple[Converter, ...]:
    """The same for rows that hold text which is not valid UTF-8."""
    return tuple(_ANY_TEXT if one is _TEXT else one for one in strict)


def _converter(one: ColumnDefinition, text_charsets: AbstractSet[int]) -> Converter:
    if one.type in _INTEGERS:
        return _INTEGER
    if one.type in _FLOATS:
        return _FLOAT
    if one.type in _DECIMALS or one.type in _MOMENTS or one.type in _OTHERS or one.type == _JSON:
        return _TEXT
    return _TEXT if one.charset in text_charsets and one.type not in (_BIT, _GEOMETRY) else _BYTES


def _type(one: ColumnDefinition) -> tuple[str, str]:
    """The type's name with its modifiers, and the portable kind."""
    named = one.format_name or one.type_name
    if named in _NAMED:
        return named, _NAMED[named]
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
        return named or "geometry", "geometry"
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
    # tinyint(1) is MySQL's boolean; with ZEROFILL the width is how many digits the server's own programs show
    shown = one.flags & ZEROFILL or (one.type == 1 and one.length == 1)
    size = f"({one.length})" if shown else ""
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


# parameters


def with_parameters(sql: str, params: Parameters, *, at_once: bool) -> Sequence[str]:
    """What to send, in order, to run `sql` with values for its placeholders; the last text is the statement.

    MariaDB prepares and executes `at_once`; MySQL takes the values from variables. Raises `Unsupported`, `QueryFailed`
    and, for half of a surrogate pair in `sql`, `UnicodeEncodeError`.
    """
    if not params:
        return (sql,)
    text, bound = f"CONVERT(X'{sql.encode().hex()}' USING utf8mb4)", literals(params)
    if at_once:
        return (f"EXECUTE IMMEDIATE {text} USING {','.join(bound)}",)
    names = [f"{_PARAMETER}{number}" for number in range(1, len(bound) + 1)]
    assigned = ",".join(f"{name}={value}" for name, value in zip(names, bound, strict=True))
    return (
        f"SET {_PARAMETER}sql={text},{assigned}",
        f"PREPARE {_STATEMENT} FROM {_PARAMETER}sql",
        f"EXECUTE {_STATEMENT} USING {','.join(names)}",
    )


def repeated(sql: str, params: Parameters, *, at_once: bool, known: bool) -> Sequence[str]:
    """The same for one of a series of statements; `known` is whether the one before it had the same text."""
    if not params:
        return (sql,)
    text, bound = f"CONVERT(X'{sql.encode().hex()}' USING utf8mb4)", literals(params)
    variable = f"{_PARAMETER}sql"
    preparing = () if known else (f"SET {variable}={text}", f"PREPARE {_STATEMENT} FROM {variable}")
    if at_once:
        return (*preparing, f"EXECUTE {_STATEMENT} USING {','.join(bound)}")
    names = [f"{_PARAMETER}{number}" for number in range(1, len(bound) + 1)]
    assigned = ",".join(f"{name}={value}" for name, value in zip(names, bound, strict=True))
    return (*preparing, f"SET {assigned}", f"EXECUTE {_STATEMENT} USING {','.join(names)}")


def literals(params: Parameters) -> list[str]:
    """Each parameter as an SQL literal. Raises `Unsupported` and `QueryFailed`."""
    if isinstance(params, Mapping):
        raise Unsupported(NO_NAMED_PARAMETERS.reason)
    return [_literal(value, number) for number, value in enumerate(params or (), 1)]


def _literal(parameter: Parameter, number: int) -> str:
    if isinstance(parameter, TypedParameter):
        return _typed(parameter.kind, parameter.value, number)
    return _untyped(parameter, number)


def _typed(kind: str, value: Cell, number: int) -> str:
    """Dates, times and documents are strings for MySQL; only numbers differ from their text."""
    if kind in ("decimal", "integer") and isinstance(value, str) and _DIGITS.fullmatch(value):
        return value
    if kind == "float" and isinstance(value, int):
        return _float(float(value), number)
    if kind == "boolean" and isinstance(value, int):
        return "TRUE" if value else "FALSE"
    return _untyped(value, number)


def _untyped(value: Cell, number: int) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value, number)
    if isinstance(value, bytes):
        return f"_binary X'{value.hex()}'"
    try:
        return f"_utf8mb4 X'{value.encode().hex()}'"
    except UnicodeEncodeError:
        raise _refused(number, "is text that is not valid Unicode; send it as bytes") from None


def _float(value: float, number: int) -> str:
    """Always with an exponent: without one it would be a DECIMAL."""
    if not math.isfinite(value):
        raise _refused(number, "is not a finite number, which MySQL cannot store")
    digits = repr(value)
    return digits if "e" in digits else f"{digits}e0"


def _refused(number: int, reason: str) -> QueryFailed:
    return QueryFailed(f"Parameter {number} {reason}.", QueryFailedDetails(engine_code=None))
