"""SQLite's values and types: five storage classes, and what the declared type says about their meaning."""

import math
import operator
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from litebase_schema.base import unvalidated
from litebase_schema.values import Column, ColumnOrigin, TypedParameter

from litebase.drivers.interface import Cell, Parameter, Parameters, RowTuple
from litebase.drivers.sqlite import errors
from litebase.drivers.sqlite.link.native import StatementFacts

# Decodes so that invalid UTF-8 survives as lone surrogates; such a cell is packed as the bytes it consists of.
TOLERANT = operator.methodcaller("decode", "utf-8", "surrogateescape")

_column, _origin = unvalidated(Column), unvalidated(ColumnOrigin)
_KINDS = {
    "BOOL": "boolean", "BOOLEAN": "boolean",
    "DECIMAL": "decimal", "NUMERIC": "decimal", "MONEY": "decimal",
    "DATE": "date", "TIME": "time", "TIMETZ": "timetz",
    "DATETIME": "timestamp", "TIMESTAMP": "timestamp", "TIMESTAMPTZ": "timestamptz",
    "INTERVAL": "interval", "JSON": "json", "JSONB": "json", "UUID": "uuid", "GUID": "uuid", "XML": "xml",
}  # fmt: skip
_AFFINITIES = (  # in the order of section 3.1 of sqlite.org/datatype3.html
    ("INT", "integer"), ("CHAR", "text"), ("CLOB", "text"), ("TEXT", "text"), ("BLOB", "bytes"),
    ("REAL", "float"), ("FLOA", "float"), ("DOUB", "float"),
)  # fmt: skip
_STORAGE = {int: ("integer", "integer"), float: ("real", "float"), str: ("text", "text"), bytes: ("blob", "bytes")}


@cache
def strict_decoder() -> Callable[[bytes], str]:
    """What decodes text until a cell is not valid UTF-8: `str`, which sqlite3 does itself and twice as fast.

    When it fails, the row at hand is read again with `TOLERANT`. That the module stays at this row is not documented,
    so it is tried once; where it does not, `TOLERANT` decodes everything.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        cursor = connection.execute("SELECT 'a' UNION ALL SELECT CAST(x'FF' AS TEXT) UNION ALL SELECT 'b'")
        rows: list[tuple[str]] = []
        try:
            rows.extend(cursor)
        except sqlite3.OperationalError:
            connection.text_factory = TOLERANT
            rows.extend(cursor)
        return str if rows == [("a",), ("\udcff",), ("b",)] else TOLERANT
    finally:
        connection.close()


def is_undecodable(error: sqlite3.Error) -> bool:
    """Whether reading a row failed because a text is not valid UTF-8; its own message tells the text."""
    return not hasattr(error, "sqlite_errorcode") and str(error).startswith("Could not decode to UTF-8")


def kind_of_declared(declared_type: str) -> str:
    """The portable kind of a column declared as `declared_type`, for example `DECIMAL(10,2)`."""
    name = declared_type.upper()
    words = name.partition("(")[0].split()
    first = words[0] if words else ""
    if first in _KINDS:
        return _KINDS[first]
    return next((kind for mark, kind in _AFFINITIES if mark in name), "other")


def type_of_values(rows: Sequence[RowTuple], index: int) -> tuple[str, str]:
    """Storage class and kind of the first value in a column that is not NULL; `ANY` and `other` when there is none."""
    for row in rows:
        if row[index] is not None:
            return _STORAGE[type(row[index])]
    return "ANY", "other"


def columns(
    description: Sequence[tuple[Any, ...]], facts: StatementFacts | None, rows: Sequence[RowTuple]
) -> Iterator[Column]:
    """The columns of a result, by what SQLite knows of them, else by the first rows."""
    if facts is not None and len(facts.columns) != len(description):
        facts = None
    for index, (described, *_) in enumerate(description):
        fact = facts.columns[index] if facts else None
        name = fact.name if fact else described
        if fact and fact.declared_type:
            db_type, kind = fact.declared_type, kind_of_declared(fact.declared_type)
        else:
            db_type, kind = type_of_values(rows, index)
        if fact is None or fact.column_name is None:
            yield _column(name=name, db_type=db_type, kind=kind)
            continue
        origin = _origin(
            schema_name=fact.schema_name or "",
            table_name=fact.table_name or "",
            column_name=fact.column_name,
            key_part=fact.primary_key,
        )
        # an INTEGER PRIMARY KEY is the rowid, which is never NULL, whatever the declaration says
        never_null = fact.not_null or (fact.primary_key and db_type.upper() == "INTEGER")
        yield _column(name=name, db_type=db_type, kind=kind, nullable=not never_null, origin=origin)


def bound(params: Parameters) -> Sequence[Cell] | Mapping[str, Cell]:
    """SQLite has no types of parameters: a value is what it is."""
    if params is None:
        return ()
    if isinstance(params, Mapping):
        return {name: _value(one) for name, one in params.items()}
    return [_value(one) for one in params]


def _value(parameter: Parameter) -> Cell:
    value = parameter.value if isinstance(parameter, TypedParameter) else parameter
    if isinstance(value, float) and math.isnan(value):
        raise errors.not_storable("NaN: SQLite stores NULL in its place. Send null if that is meant")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise errors.not_storable("an integer beyond what SQLite can hold: signed, 64 bits")
    return value
