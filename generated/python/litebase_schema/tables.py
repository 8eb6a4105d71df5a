# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import FailFast

from typing import Annotated, Literal
from pydantic import ConfigDict, Field, StrictBool, StrictInt
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from .catalog import ObjectName, ObjectRef, RowIdentity
from .rows import FilterOperator, NullsPlace
from .values import (
    Cell,
    Column,
    CutCell,
    Notice,
    PositionalParameters,
    Timeout,
    TransactionStatus,
)
from .connection import ConnectionId, DbSessionId
from .query import (
    FurtherResult,
    InsertId,
    MaxRows,
    ResultId,
    RowOffset,
    SqlText,
    Timings,
)
from litebase_schema.opaque import Rows


Columns = TypeAliasType("Columns", Annotated[list[ObjectName], Field(max_length=65535), FailFast()])
"""
Which columns, in this order; null for all that `SELECT *` gives. Those of `row_identity` follow where they are not among them.
"""


class TableOrder(Model):
    """
    One column to sort by, as the database compares its values.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    column: ObjectName
    descending: StrictBool = False
    """
    The greatest first.
    """
    nulls: NullsPlace | None = None
    """
    Where NULL goes; null for where this database puts it by itself, for which it can use an index.
    """


CountWanted = TypeAliasType("CountWanted", Literal["none", "estimate", "exact"])
"""
`estimate`: what the database's statistics say of the whole table, at no cost; null with filters, for views, and where there are none. `exact`: counted after the first window was read, and the answer waits for it. To show the rows first, ask for `none` and send `count_rows` afterwards, which can be cancelled by itself.
"""


class CountedRows(Model):
    """
    A number of rows, and what it is worth.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    rows: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    The number of rows.
    """
    exact: StrictBool
    """
    Whether they were counted; false for an estimate.
    """


class CountRowsResponse(Model):
    """
    What was counted.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    counted_rows: CountedRows


class TableFilter(Model):
    """
    A condition on one column of a table. Of NULL only `is_null` is true.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    column: ObjectName
    op: FilterOperator
    """
    `eq, ne, lt, le, gt, ge, in, between` compare as the database does, in the column's collation. `contains, starts_with, ends_with` look for text as it is, `like` for a pattern with `%` and `_` (a backslash takes their meaning away), also in the text that the database makes of other values, except of bytes.
    """
    values: Annotated[list[Cell], Field(max_length=10000), FailFast()] = []
    """
    What to compare with: one value; for `between` the lowest and the highest; for `in` any number; none for `is_null` and `is_not_null`. A value is taken for the column's type, never for that of its own form; numbers may be text. All filters together take 30,000 values.
    """
    match_case: StrictBool = False
    """
    Whether `contains`, `starts_with`, `ends_with` and `like` tell upper from lower case. Without it SQLite takes only the letters A to Z for equal to a to z, and MySQL compares text columns by their collation.
    """


class CountRowsRequest(Model):
    """
    Counts the rows of a table or a view, or those that the filters let through. It may take as long as reading them; a cancel stops it.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    db_session_id: DbSessionId | None = None
    """
    Run in this database session; null for any free one. A result of the same session that is not read to its end is first read and kept to its end.
    """
    object: ObjectRef
    """
    A table or a view of any kind.
    """
    filters: Annotated[list[TableFilter], Field(max_length=100, validate_default=True)] = []
    """
    Conditions that every row fulfils; empty for all rows.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class OpenTableRequest(Model):
    """
    Reads the rows of a table or a view. The filters and the order become one SELECT in the engine's own SQL, with every value bound; the columns are looked up first, in a database session of its own, so what an open transaction has made is not found before its commit, nor are temporary tables of MySQL and SQLite.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    db_session_id: DbSessionId | None = None
    """
    Run in this database session; null for any free one. A result of the same session that is not read to its end is first read and kept to its end.
    """
    object: ObjectRef
    """
    A table or a view of any kind.
    """
    columns: Columns | None = None
    """
    Which columns, in this order; null for all that `SELECT *` gives. Those of `row_identity` follow where they are not among them.
    """
    filters: Annotated[list[TableFilter], Field(max_length=100, validate_default=True)] = []
    """
    Conditions that every row fulfils; empty for all rows.
    """
    order: Annotated[list[TableOrder], Field(max_length=100, validate_default=True)] = []
    """
    What to sort by, the most significant first; empty for the order in which the database gives the rows.
    """
    count: CountWanted = "none"
    window_rows: Annotated[StrictInt, Field(ge=0, le=100000)] = 1000
    """
    Rows in the first window at most.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """
    max_cell_bytes: Annotated[StrictInt, Field(ge=16, le=4194304)] = 65536
    """
    A longer cell travels cut and is listed in `cut_cells`.
    """
    max_rows: MaxRows | None = None
    """
    Keep no more rows of the result; null for no limit. One row more is read, to know whether there is one.
    """
    record: StrictBool = True
    """
    Keep the statement in the history, where the backend has one.
    """
    keep_result: StrictBool = False
    """
    Keep a result with columns although all of it is in the answer, for `view_result`, `find_in_result` and `summarize_result`.
    """


class OpenTableResponse(Model):
    """
    The first window of the rows, and the statement that gives them. The fields up to `truncated` are those of `query_response`.
    """

    model_config = ConfigDict(
        extra="forbid",
        arbitrary_types_allowed=True,
    )
    result_id: ResultId | None
    """
    Names the result for `fetch`, `cell_fetch` and `close_result`; null when everything is in this answer.
    """
    columns: list[Column]
    """
    Empty for a statement that returns no rows.
    """
    rows: Rows
    """
    Rows in the order in which the database gave them.
    """
    complete: StrictBool
    """
    Whether no row exists beyond this window.
    """
    total_rows: RowOffset | None
    """
    Rows of the whole result, or null while that is not known.
    """
    cut_cells: list[CutCell]
    """
    Cells of this window that travel shortened.
    """
    affected_rows: RowOffset | None
    """
    Rows inserted, updated or deleted, or null when the statement is none that counts.
    """
    last_insert_id: InsertId | None
    """
    The key that the engine made for the inserted row (SQLite: the rowid), or null.
    """
    notices: list[Notice]
    """
    The database's remarks, in order.
    """
    transaction_status: TransactionStatus
    timings: Timings
    more_results: list[FurtherResult]
    """
    What a procedure returned beside its first result, in order; read with `fetch`.
    """
    truncated: StrictBool
    """
    Whether more rows came than `max_rows` allows; they were dropped. Known once `total_rows` is, which counts the rows that are kept.
    """
    sql: SqlText
    """
    The statement that was run.
    """
    params: PositionalParameters
    """
    The values for its placeholders.
    """
    row_identity: RowIdentity
    counted_rows: CountedRows | None
    """
    How many rows there are, of those that the filters let through; null when that was not asked for, or is not known.
    """
