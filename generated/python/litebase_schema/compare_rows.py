# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import FailFast

from typing import Annotated, Literal
from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from .catalog import ObjectName, ObjectRef
from .connection import ConnectionId
from .tables import TableFilter
from .query import MaxRows, ResultId, RowOffset
from .values import Column, CutCell, Timeout
from litebase_schema.opaque import Rows


Columns = TypeAliasType("Columns", Annotated[list[ObjectName], Field(max_length=2000, min_length=1)])
"""
The columns to compare, by their names in the first table; both tables must have them. Those of the key are compared anyway. Null for all that both have.
"""


Key = TypeAliasType("Key", Annotated[list[ObjectName], Field(max_length=32, min_length=1)])
"""
The columns whose values tell the rows apart, in both tables, by their names in the first one. Null for the primary key of the first table, or of the other where the first has none, or else a unique key without NULL. A key whose values are NULL or come twice is refused with `conflict` when that is seen.
"""


RowDifference = TypeAliasType("RowDifference", Literal["missing", "extra", "different"])
"""
`missing`: the other table does not have the row. `extra`: only the other table has it. `different`: both have a row with this key, and other values in it.
"""


class ComparedColumn(Model):
    """
    A column that was compared.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: StrictStr
    """
    Its name in the first table.
    """
    other_name: StrictStr
    """
    Its name in the other table.
    """
    different_rows: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    Rows that are in both tables and differ in it.
    """


class LeftOutColumn(Model):
    """
    A column that was not compared.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: StrictStr
    """
    Its name.
    """
    of_other: StrictBool
    """
    Whether only the other table has it.
    """
    reason: StrictStr
    """
    A sentence for people.
    """


CompareRowsWarningCode = TypeAliasType("CompareRowsWarningCode", Literal["server_sorts", "other_type"] | StrictStr)
"""
`server_sorts`: the key is sorted by the server, as an index in another order is of no use. `other_type`: the types have different meanings, and the message says how values were compared.
"""


class CompareRowsWarning(Model):
    """
    Something to know.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    code: CompareRowsWarningCode
    message: StrictStr
    """
    A sentence for people.
    """
    column: StrictStr | None
    """
    The column that it is about, by its name in the first table; null for the tables.
    """


class CompareRowsRequest(Model):
    """
    Compares the rows of two tables or views of any two connections, of whatever engines, by a key. Both are read in the order of the key, each in one read-only snapshot of its own, and the rows that differ become a result like that of a query: for `fetch`, `view_result`, `find_in_result`, `summarize_result` and `export_rows`. Memory does not grow with the number of rows. Columns are matched by name. Values are equal or not, never nearly: numbers by value, texts by their characters, moments by the moment; what cannot be compared exactly is left out, and named. Progress is reported in `compared_rows`. The tables are read in database sessions of their own, so what an open transaction has changed is not seen before its commit.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    """
    The connection of the first table; the result belongs to it.
    """
    object: ObjectRef
    """
    The first table or view.
    """
    other_connection_id: ConnectionId
    """
    The connection of the other table; it may be the same connection.
    """
    other_object: ObjectRef
    """
    The other table or view.
    """
    columns: Columns | None = None
    """
    The columns to compare, by their names in the first table; both tables must have them. Those of the key are compared anyway. Null for all that both have.
    """
    key: Key | None = None
    """
    The columns whose values tell the rows apart, in both tables, by their names in the first one. Null for the primary key of the first table, or of the other where the first has none, or else a unique key without NULL. A key whose values are NULL or come twice is refused with `conflict` when that is seen.
    """
    filters: Annotated[list[TableFilter], Field(max_length=100, validate_default=True)] = []
    """
    Conditions that the rows of both tables fulfil, with the names of the first one; empty for all rows. Each database compares in its own way.
    """
    include: Annotated[list[RowDifference], Field(max_length=3), FailFast()] = [
        "missing",
        "extra",
        "different",
    ]
    """
    Which differences become rows of the result; all are counted.
    """
    max_differences: MaxRows | None = 100000
    """
    Keep no more rows than this; all are counted. Null for no limit.
    """
    window_rows: Annotated[StrictInt, Field(ge=0, le=100000)] = 1000
    """
    Rows in the first window at most.
    """
    max_cell_bytes: Annotated[StrictInt, Field(ge=16, le=4194304)] = 65536
    """
    A longer cell travels cut and is listed in `cut_cells`.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class CompareRowsResponse(Model):
    """
    How many rows are equal and how many are not, and the first window of those that are not, in the order of the key.
    """

    model_config = ConfigDict(
        extra="forbid",
        arbitrary_types_allowed=True,
    )
    result_id: ResultId
    """
    Names the result for `fetch` and the requests for results, until `close_result`. It is there also when it has no rows.
    """
    columns: list[Column]
    """
    The first column is `difference`, a `RowDifference`; the second is `differing`, a JSON array with the names of the columns that differ, null for a row that only one table has. Then come the columns of the key, and then two for each other compared column: that of the first table under its name, and that of the other under its name and ` (other)`, each with its own type. A cell of a table that has no such row is NULL. None has an `origin`.
    """
    rows: Rows
    """
    Rows in the order in which the database gave them.
    """
    complete: StrictBool
    """
    Whether no row exists beyond this window.
    """
    total_rows: RowOffset
    """
    Rows of the whole result.
    """
    cut_cells: list[CutCell]
    """
    Cells of this window that travel shortened.
    """
    truncated: StrictBool
    """
    Whether there were more differences than `max_differences`; the further ones are counted only.
    """
    first_rows: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    Rows of the first table that were compared.
    """
    other_rows: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    Rows of the other table.
    """
    equal_rows: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    Rows that are in both, with equal values.
    """
    missing_rows: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    Rows that the other table does not have.
    """
    extra_rows: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    Rows that only the other table has.
    """
    different_rows: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    Rows that are in both, with different values.
    """
    key: list[ObjectName]
    """
    The columns of the key, by their names in the first table.
    """
    compared: list[ComparedColumn]
    """
    The columns that were compared beside the key, in the order of the result.
    """
    left_out: list[LeftOutColumn]
    """
    The columns that were not compared.
    """
    statements: list[StrictStr]
    """
    The two statements that read the tables.
    """
    warnings: list[CompareRowsWarning]
    """
    What to know about the comparison.
    """
