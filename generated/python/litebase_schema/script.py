# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from typing import Annotated, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from pydantic import ConfigDict, Field, StrictBool, StrictFloat, StrictInt
from .connection import ConnectionId, DbSessionId
from .query import FurtherResult, InsertId, MaxRows, ResultId, RowOffset, SqlText
from .values import Column, Notice, Timeout, TransactionStatus
from .errors import ErrorData


OnError = TypeAliasType("OnError", Literal["stop", "continue"])
"""
What an error of one statement means for the rest.
"""


class RunScriptRequest(Model):
    """
    Runs several statements one after the other in one database session, and reports what each one did. Each is cut from the text when its turn comes, by the settings that the session has then.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    sql: SqlText
    db_session_id: DbSessionId | None = None
    """
    Run in this database session; null for any free one, which is cleaned up afterwards.
    """
    on_error: OnError = "stop"
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """
    max_cell_bytes: Annotated[StrictInt, Field(ge=16, le=4194304)] = 65536
    """
    A longer cell travels cut and is listed in `cut_cells` of `fetch`.
    """
    max_rows_each: MaxRows | None = None
    """
    Keep no more rows of each result; null for no limit. One row more is read, to know whether there is one.
    """
    confirm: StrictBool = False
    """
    The user has agreed to what the statements do; without it nothing is run when one of them needs it. See `confirmation_required`.
    """
    record: StrictBool = True
    """
    Keep the statements in the history, where the backend has one.
    """


class StatementOutcome(Model):
    """
    What one statement of a script did.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    start: Annotated[StrictInt, Field(ge=0)]
    """
    Where the statement begins in the script.
    """
    end: Annotated[StrictInt, Field(ge=0)]
    """
    Where it ends, without its delimiter.
    """
    elapsed_ms: Annotated[StrictFloat, Field(ge=0.0)]
    """
    Running it and reading its rows.
    """
    result_id: ResultId | None = None
    """
    Names its rows for `fetch`, or null when it returned none or they were not kept, because `max_results` are open; a notice says so.
    """
    columns: Annotated[list[Column], Field(validate_default=True)] = []
    """
    Empty for a statement that returns no rows.
    """
    total_rows: RowOffset | None = None
    """
    Rows of its result, or null when it returned none.
    """
    affected_rows: RowOffset | None = None
    """
    Rows inserted, updated or deleted, or null when the statement is none that counts.
    """
    last_insert_id: InsertId | None = None
    """
    The key that the engine made for the inserted row, or null.
    """
    truncated: StrictBool = False
    """
    Whether more rows came than `max_rows_each` allows; they were dropped.
    """
    notices: Annotated[list[Notice], Field(validate_default=True)] = []
    """
    The database's remarks, in order.
    """
    more_results: Annotated[list[FurtherResult], Field(validate_default=True)] = []
    """
    What a procedure returned beside its first result, in order; read with `fetch`.
    """
    error: ErrorData | None = None
    """
    Why it failed, or null when it did not. Positions are in the script. With `invalid_script` this part of the script is not SQL or cannot be read, and only it was not run.
    """


class RunScriptResponse(Model):
    """
    What became of the statements, in order. After an error with `on_error: stop` the rest is missing.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    statements: list[StatementOutcome]
    """
    One entry per statement that was tried.
    """
    statement_count: Annotated[StrictInt, Field(ge=0)]
    """
    Statements in the script. Those after an error are counted by the settings at that moment.
    """
    transaction_status: TransactionStatus
