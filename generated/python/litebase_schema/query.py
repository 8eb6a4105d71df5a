# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr
from typing import Annotated
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from .values import (
    Bytes,
    Column,
    CutCell,
    Notice,
    Parameters,
    Timeout,
    TransactionStatus,
)
from litebase_schema.opaque import Rows
from .connection import ConnectionId, DbSessionId


MaxRows = TypeAliasType("MaxRows", Annotated[StrictInt, Field(ge=1, le=9007199254740991)])
"""
How many rows of a result are kept at most.
"""


SqlText = TypeAliasType("SqlText", Annotated[StrictStr, Field(max_length=16777216, pattern="^[^\\x00]*$")])
"""
One SQL statement in the engine's own dialect, without NUL characters.
"""


ResultId = TypeAliasType("ResultId", Annotated[StrictStr, Field(max_length=64, min_length=1)])
"""
Names an open result of this client.
"""


RowOffset = TypeAliasType("RowOffset", Annotated[StrictInt, Field(ge=0, le=9007199254740991)])
"""
A row's place in a result, from 0.
"""


InsertId = TypeAliasType(
    "InsertId",
    Annotated[StrictInt, Field(ge=-9223372036854775808, le=18446744073709551615)],
)
"""
A key made by the engine.
"""


class Timings(Model):
    """
    Where the time of a query went.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    queue_ms: Annotated[StrictFloat, Field(ge=0.0)]
    """
    Waiting for a free database session.
    """
    connect_ms: Annotated[StrictFloat, Field(ge=0.0)]
    """
    Opening a database session, when a new one was needed.
    """
    server_ms: Annotated[StrictFloat, Field(ge=0.0)]
    """
    In the database: running the statement and reading the first window.
    """
    encode_ms: Annotated[StrictFloat, Field(ge=0.0)]
    """
    Packing the rows.
    """


class CellFetchRequest(Model):
    """
    Reads a piece of one cell in full length.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    result_id: ResultId
    row: RowOffset
    column: Annotated[StrictInt, Field(ge=0, le=65535)]
    """
    The column's index, from 0.
    """
    offset: Annotated[StrictInt, Field(ge=0, le=9007199254740991)] = 0
    """
    Where the piece begins; text is counted as UTF-8.
    """
    length: Annotated[StrictInt, Field(ge=1, le=8388608)] = 1048576
    """
    How much to read at most.
    """


class CloseResultRequest(Model):
    """
    Frees a result and what it holds.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    result_id: ResultId


class CloseResultResponse(Model):
    """
    The result is closed.
    """

    model_config = ConfigDict(
        extra="forbid",
    )


class FurtherResult(Model):
    """
    One more result of the same statement. Its rows are kept and read with `fetch`.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    result_id: ResultId | None
    """
    Names the result, or null when it has no rows to read or they were not kept, because `max_results` are open; a notice says so.
    """
    columns: list[Column]
    """
    Empty for a statement that returns no rows.
    """
    total_rows: RowOffset
    affected_rows: RowOffset | None
    """
    Rows inserted, updated or deleted, or null when the statement is none that counts.
    """
    truncated: StrictBool = False
    """
    Whether more rows came than `max_rows` or `max_rows_each` allows; they were dropped.
    """


class FetchRequest(Model):
    """
    Reads any window of a result, forward or back, without running the query again. A fetch that is cancelled or that passes its `timeout_ms` only stops waiting: the result stays usable, and its statement goes on to the next rows. `close_result` stops the statement.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    result_id: ResultId
    offset: RowOffset
    limit: Annotated[StrictInt, Field(ge=1, le=100000)]
    """
    Rows at most; fewer come when `max_window_bytes` is reached or the result ends.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class FetchResponse(Model):
    """
    One window of a result. Fewer rows than asked for do not mean the end: `complete` does.
    """

    model_config = ConfigDict(
        extra="forbid",
        arbitrary_types_allowed=True,
    )
    offset: RowOffset
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
    truncated: StrictBool = False
    """
    Whether more rows came than `max_rows` allows; they were dropped. Known once `total_rows` is, which counts the rows that are kept.
    """


class CellFetchResponse(Model):
    """
    A piece of a cell.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    offset: Annotated[StrictInt, Field(ge=0)]
    """
    Where the piece begins.
    """
    piece: Bytes
    full_bytes: Annotated[StrictInt, Field(ge=0)]
    """
    The length of the whole cell.
    """
    is_text: StrictBool
    """
    Whether the bytes are UTF-8 text; a piece may begin or end inside a character.
    """
    complete: StrictBool
    """
    Whether the piece reaches the end of the cell.
    """


class QueryResponse(Model):
    """
    What the statement did, and the first window of its rows.
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
    truncated: StrictBool = False
    """
    Whether more rows came than `max_rows` allows; they were dropped. Known once `total_rows` is, which counts the rows that are kept.
    """


class QueryRequest(Model):
    """
    Runs one statement and answers with the first window of its rows.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    sql: SqlText
    db_session_id: DbSessionId | None = None
    """
    Run in this database session; null for any free one. A result of the same session that is not read to its end is first read and kept to its end: close it when it is not needed.
    """
    params: Parameters | None = None
    """
    Values for the placeholders, or null for none.
    """
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
    Keep no more rows of the result, and of each further result of a procedure; null for no limit. One row more is read, to know whether there is one.
    """
    confirm: StrictBool = False
    """
    The user has agreed to what the statement does; see `confirmation_required`.
    """
    keep_result: StrictBool = False
    """
    Keep a result with columns although all of it is in the answer, for `view_result`, `find_in_result` and `summarize_result`.
    """
    record: StrictBool = True
    """
    Keep the statement in the history, where the backend has one.
    """
