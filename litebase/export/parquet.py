"""Parquet, with the types that the columns have; only where pyarrow is installed.

A column has one type in all rows. A cell that is not of it is an error that names the place: nothing is rounded or left
out. Types that Parquet does not have are text.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import RawIOBase
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from litebase_schema.values import Column

from litebase.errors import Unsupported
from litebase.export.writer import Cell, Remarks, RowTuple, as_bytes, bool_text, float_text, unique_names

_PRECISION = re.compile(r"\((\d+)(?:, ?(\d+))?\)")
_GROUP_BYTES = 32 << 20  # of a row group; readers take a whole one, and so does the memory here
_UNFIT = (ValueError, TypeError, OverflowError, InvalidOperation, pa.ArrowException)
_WHOLE = {0: False, 1: True}


@dataclass(frozen=True, slots=True)
class _Field:
    """The type of a column, and what makes a value of that type of a cell; it raises one of `_UNFIT`."""

    type: Any
    value: Callable[[Any], object]


class Parquet:
    """Writes row groups."""

    def __init__(self, columns: Sequence[Column], remarks: Remarks) -> None:
        self._columns, self._remarks = columns, remarks
        self._fields = [self._field(column) for column in columns]
        names = unique_names(columns, remarks)
        pairs = zip(names, self._fields, strict=True)
        self._schema = pa.schema([pa.field(name, one.type) for name, one in pairs])
        self._count = 0
        self._group: list[Any] = []
        self._sink = _Sink()
        self._file = pq.ParquetWriter(pa.PythonFile(self._sink, mode="w"), self._schema)
        text = [one.name for one in columns if one.kind == "decimal" and _decimal(one.db_type) is None]
        if text:
            names_told = f"{', '.join(text[:10])}{' ...' if len(text) > 10 else ''}"
            remarks.say("text_columns", f"Decimals of no fixed precision are text: {names_told}.")

    def begin(self) -> bytes:
        """The sign of the format."""
        return self._sink.taken()

    def rows(self, rows: Sequence[RowTuple]) -> bytes:
        """A row group when it is full."""
        if not rows:
            return b""
        columns = zip(*rows, strict=True)
        fields = zip(self._fields, columns, strict=True)
        arrays = [self._array(at, one, cells) for at, (one, cells) in enumerate(fields)]
        self._group.append(pa.record_batch(arrays, schema=self._schema))
        self._count += len(rows)
        if sum(one.nbytes for one in self._group) >= _GROUP_BYTES:
            self._write_group()
        return self._sink.taken()

    def end(self) -> bytes:
        """The last row group, and the table of contents."""
        if self._group:
            self._write_group()
        self._file.close()
        return self._sink.taken()

    def _write_group(self) -> None:
        group, self._group = pa.Table.from_batches(self._group), []
        self._file.write_table(group, row_group_size=max(group.num_rows, 1))

    def _array(self, at: int, field: _Field, cells: Sequence[Cell]) -> Any:
        try:
            return pa.array([None if cell is None else field.value(cell) for cell in cells], field.type)
        except _UNFIT as unfit:
            name = self._columns[at].name
            row = self._count + _first_unfit(field, cells) + 1
            raise Unsupported(
                f"Row {row:,} of column {name!r} is not a value of Parquet's type {field.type}. Write the column as "
                "text: export a statement that casts it."
            ) from unfit

    def _field(self, column: Column) -> _Field:
        kind = column.kind
        if kind == "integer":
            return _Field(pa.uint64() if "unsigned" in column.db_type.lower() else pa.int64(), _integer)
        if kind == "decimal" and (found := _decimal(column.db_type)) is not None:
            return _Field(found, _digits)
        simple = _FIELDS.get(kind)
        return _Field(pa.string(), self._text) if simple is None else simple

    def _text(self, cell: Cell) -> str:
        if isinstance(cell, str) and isinstance(raw := as_bytes(cell), bytes):
            self._remarks.counts["invalid_text"] += 1
            cell = raw
        if isinstance(cell, bytes):
            return cell.hex()
        if isinstance(cell, bool):
            return bool_text(cell)
        return float_text(cell) if isinstance(cell, float) else str(cell)


def _first_unfit(field: _Field, cells: Sequence[Cell]) -> int:
    for at, cell in enumerate(cells):
        try:
            pa.array([None if cell is None else field.value(cell)], field.type)
        except _UNFIT:
            return at
    return 0


def _decimal(db_type: str) -> Any:
    """The type for decimals of that precision; None where it is not known or too large."""
    found = _PRECISION.search(db_type)
    precision, scale = (int(found[1]), int(found[2] or 0)) if found else (0, 0)
    if not 0 < precision <= 76 or scale > precision:
        return None
    return pa.decimal128(precision, scale) if precision <= 38 else pa.decimal256(precision, scale)


def _integer(cell: object) -> object:
    if type(cell) is not int:
        raise TypeError
    return cell


def _digits(cell: object) -> Decimal:
    """SQLite keeps decimals as numbers."""
    number = Decimal(repr(cell) if isinstance(cell, int | float) else _string(cell))
    if not number.is_finite():
        raise ValueError
    return number


def _string(cell: object) -> str:
    if not isinstance(cell, str):
        raise TypeError
    return cell


def _float(cell: object) -> float:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise TypeError
    if isinstance(cell, int) and int(float(cell)) != cell:
        raise ValueError
    return float(cell)


def _boolean(cell: object) -> bool:
    """Other engines than PostgreSQL have 0 and 1."""
    if not isinstance(cell, int) or cell not in _WHOLE:
        raise TypeError
    return _WHOLE[cell]


def _raw(cell: object) -> bytes:
    if not isinstance(cell, bytes):
        raise TypeError
    return cell


def _day(cell: object) -> date:
    return date.fromisoformat(_string(cell))


def _local(cell: object) -> datetime:
    moment = datetime.fromisoformat(_string(cell))
    if moment.tzinfo is not None:
        raise ValueError
    return moment


def _zoned(cell: object) -> datetime:
    moment = datetime.fromisoformat(_string(cell))
    if moment.tzinfo is None:
        raise ValueError
    return moment


_FIELDS = {
    "boolean": _Field(pa.bool_(), _boolean),
    "float": _Field(pa.float64(), _float),
    "date": _Field(pa.date32(), _day),
    "timestamp": _Field(pa.timestamp("us"), _local),
    "timestamptz": _Field(pa.timestamp("us", tz="UTC"), _zoned),
    "bytes": _Field(pa.binary(), _raw),
}


class _Sink(RawIOBase):
    """Keeps what is written until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
