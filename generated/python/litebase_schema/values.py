# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import FailFast

from pydantic import (
    ConfigDict,
    Field,
    StrictBool,
    StrictBytes,
    StrictFloat,
    StrictInt,
    StrictStr,
)
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from typing import Annotated, Literal


Bytes = TypeAliasType("Bytes", StrictBytes)
"""
Raw bytes: MessagePack bin, never base64.
"""


Cell1 = TypeAliasType(
    "Cell1",
    Annotated[StrictInt, Field(ge=-9223372036854775808, le=18446744073709551615)],
)
"""
One value of a row. What it means is said once per column, by `kind` and `db_type`. Decimals, dates and the like are the server's own text; SQLite has no such types, and a column declared `DECIMAL` or `DATE` has cells as they are stored: an integer, a float or text.
"""


Cell = TypeAliasType("Cell", StrictBool | Cell1 | StrictFloat | StrictStr | Bytes | None)
"""
One value of a row. What it means is said once per column, by `kind` and `db_type`. Decimals, dates and the like are the server's own text; SQLite has no such types, and a column declared `DECIMAL` or `DATE` has cells as they are stored: an integer, a float or text.
"""


Row = TypeAliasType("Row", list[Cell])
"""
The cells of one row, in the order of the columns.
"""


Kind = TypeAliasType(
    "Kind",
    Literal[
        "boolean",
        "integer",
        "float",
        "decimal",
        "text",
        "bytes",
        "date",
        "time",
        "timetz",
        "timestamp",
        "timestamptz",
        "interval",
        "json",
        "uuid",
        "array",
        "range",
        "composite",
        "enum",
        "bit",
        "network",
        "geometry",
        "xml",
        "other",
    ]
    | StrictStr,
)
"""
The portable meaning of a column's cells, the same for every engine.
"""


ParameterKind = TypeAliasType(
    "ParameterKind",
    Literal[
        "boolean",
        "integer",
        "float",
        "decimal",
        "text",
        "bytes",
        "date",
        "time",
        "timetz",
        "timestamp",
        "timestamptz",
        "interval",
        "json",
        "uuid",
        "array",
        "range",
        "composite",
        "enum",
        "bit",
        "network",
        "geometry",
        "xml",
        "other",
    ],
)
"""
What a parameter is to be taken for; the same words as `Kind`.
"""


class ColumnOrigin(Model):
    """
    The table column that a result column shows unchanged; what makes a result editable.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    schema_name: StrictStr
    """
    The SQL namespace: in SQLite `main`, `temp` or an attached database's name.
    """
    table_name: StrictStr
    """
    The table's own name, not an alias.
    """
    column_name: StrictStr
    """
    The column's own name, not an alias.
    """
    key_part: StrictBool
    """
    Whether the column is part of the table's primary key.
    """


class Column(Model):
    """
    One column of a result.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: StrictStr
    """
    As the statement names it; may be empty, and may occur twice.
    """
    db_type: StrictStr
    """
    The engine's own type with its modifiers, for example `DECIMAL(10,2)`. SQLite: the declared type; for an expression the storage class of its first value that is not NULL; `ANY` when there is none.
    """
    kind: Kind
    nullable: StrictBool | None = None
    """
    Whether NULL can occur, or null when the engine does not report it.
    """
    origin: ColumnOrigin | None = None
    """
    Where the column comes from, or null for an expression.
    """


class CutCell(Model):
    """
    A cell that travels shortened, because it is longer than `max_cell_bytes` or because its row would not fit a frame. `cell_fetch` reads the whole.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    row: Annotated[StrictInt, Field(ge=0)]
    """
    The row's offset in the result, from 0.
    """
    column: Annotated[StrictInt, Field(ge=0)]
    """
    The column's index, from 0.
    """
    full_bytes: Annotated[StrictInt, Field(ge=0)]
    """
    The length of the whole cell; text is counted as UTF-8.
    """


Timeout = TypeAliasType("Timeout", Annotated[StrictInt, Field(ge=1, le=86400000)])
"""
A span of time.
"""


class Notice(Model):
    """
    A database's remark that is not an error.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    severity: StrictStr
    """
    The engine's own word, for example `WARNING`.
    """
    message: StrictStr
    """
    The engine's own text.
    """
    code: StrictStr | None = None
    """
    The engine's own code, or null when it gives none.
    """
    detail: StrictStr | None = None
    """
    The engine's further explanation.
    """
    hint: StrictStr | None = None
    """
    The engine's advice.
    """


TransactionStatus = TypeAliasType(
    "TransactionStatus",
    Literal["idle", "in_transaction", "failed", "unknown"] | StrictStr,
)
"""
The state of the database session after the statement: `idle` is outside a transaction, `failed` is inside one that only a rollback ends.
"""


class TypedParameter(Model):
    """
    A value whose type must be said, for example `{kind: "date", value: "2026-01-31"}`. PostgreSQL gets the type for boolean, integer, float, decimal, text, bytes, dates and times, interval and uuid, and finds out the others from the statement; SQLite and MySQL take the value as it is, because their parameters have no types.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    kind: ParameterKind
    value: Cell


Parameter = TypeAliasType("Parameter", Cell | TypedParameter)
"""
A cell, or a cell together with the kind that the database must take it for.
"""


PositionalParameters = TypeAliasType(
    "PositionalParameters", Annotated[list[Parameter], Field(max_length=65535), FailFast()]
)
"""
One value per placeholder, in order.
"""


NamedParameters = TypeAliasType("NamedParameters", Annotated[dict[str, Parameter], Field(max_length=65535), FailFast()])
"""
Values by placeholder name, without the leading `:`, `@` or `$`.
"""


Parameters = TypeAliasType("Parameters", PositionalParameters | NamedParameters)
"""
Values for the placeholders: an array for `?` (SQLite, MySQL) and `$1` (PostgreSQL), a map for `:name` (SQLite). They are bound, never pasted into the SQL.
"""
