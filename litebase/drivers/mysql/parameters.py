"""Parameters as literals that mean the same under every sql_mode and character set.

asyncmy would paste values into the SQL text. Here the server binds them itself: the text and the values are handed to
PREPARE and EXECUTE, strings written in hexadecimal digits, so that there is no quote and no backslash to get wrong.
"""

import math
import re
from collections.abc import Mapping

from litebase_schema.errors import QueryFailedDetails
from litebase_schema.values import TypedParameter

from litebase.drivers.interface import Cell, Parameter, Parameters
from litebase.errors import QueryFailed, Unsupported

_DIGITS = re.compile(r"[+-]?\d{1,65}(\.\d{0,38})?", re.ASCII)
_VARIABLE = "@litebase_"
_STATEMENT = "litebase_statement"


def literals(params: Parameters) -> list[str]:
    """Each parameter as an SQL literal. Raises `Unsupported` and `QueryFailed`."""
    if isinstance(params, Mapping):
        raise Unsupported("MySQL has no named placeholders. Write ? in the SQL and send the values as an array.")
    return [_literal(value, number) for number, value in enumerate(params or (), 1)]


def text_literal(sql: str) -> str:
    """The text of a statement as an expression that PREPARE takes."""
    return f"CONVERT(X'{sql.encode().hex()}' USING utf8mb4)"


def at_once(sql: str, values: list[str]) -> str:
    """MariaDB binds and executes in one statement."""
    return f"EXECUTE IMMEDIATE {text_literal(sql)} USING {','.join(values)}"


def prepare(sql: str, values: list[str]) -> tuple[str, str]:
    """The statements that prepare a text with its values."""
    pairs = [f"{_VARIABLE}{number}={value}" for number, value in enumerate(values, 1)]
    return f"SET {_VARIABLE}sql={text_literal(sql)},{','.join(pairs)}", f"PREPARE {_STATEMENT} FROM {_VARIABLE}sql"


def execute(count: int) -> str:
    """The statement that executes what `prepare` prepared."""
    return f"EXECUTE {_STATEMENT} USING {','.join(f'{_VARIABLE}{number}' for number in range(1, count + 1))}"


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
        raise _refused(number, "is not a finite number; MySQL stores none")
    digits = repr(value)
    return digits if "e" in digits else f"{digits}e0"


def _refused(number: int, reason: str) -> QueryFailed:
    return QueryFailed(f"Parameter {number} {reason}.", QueryFailedDetails(engine_code=None))
