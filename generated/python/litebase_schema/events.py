# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import FailFast

from pydantic import ConfigDict, Field, StrictFloat, StrictInt, StrictStr
from typing import Annotated, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from .query import ResultId, RowOffset
from .errors import ErrorCode
from .connection import ConnectionId, DbSessionId
from .values import TransactionStatus
from .prompts import Prompt


EventSequence = TypeAliasType("EventSequence", Annotated[StrictInt, Field(ge=0, le=9007199254740991)])
"""
Numbers the events of one client, from 1.
"""


EventKind = TypeAliasType(
    "EventKind",
    Literal[
        "progress",
        "statement_done",
        "transaction_changed",
        "db_session_lost",
        "notification",
        "prompt",
        "prompt_withdrawn",
        "transaction_idle",
        "catalog_changed",
    ]
    | StrictStr,
)
"""
`progress`: how far a request has come; only its newest is kept. `statement_done`: a statement of a script has ended. `transaction_changed`: the transaction status of a database session is another one now. `db_session_lost`: a database session has ended without `close_db_session`. `notification`: PostgreSQL's NOTIFY sent a message to a database session that listens. `prompt`: a request asks the person at the client, and waits for `answer_prompt`. `prompt_withdrawn`: a prompt was not answered and cannot be any more. `transaction_idle`: a transaction will be rolled back unless its database session is used, see `idle_transaction_ms`. `catalog_changed`: a statement of this client may have changed what exists in the database of a connection, or a transaction with such a statement has ended, which is when `refresh_catalog` sees it; only the newest of each connection is kept.
"""


RollbackInMs = TypeAliasType("RollbackInMs", Annotated[StrictInt, Field(ge=0)])
"""
Of `transaction_idle`: when it will be rolled back.
"""


Total = TypeAliasType("Total", Annotated[StrictInt, Field(ge=0)])
"""
How much there is to do, or null while that is not known.
"""


ProgressUnit = TypeAliasType(
    "ProgressUnit",
    Literal[
        "rows",
        "statements",
        "exported_rows",
        "imported_rows",
        "copied_rows",
        "compared_rows",
        "dumped_bytes",
        "checked_bytes",
        "restored_bytes",
    ]
    | StrictStr,
)
"""
What is counted. `rows`: rows read from the database. `statements`: statements of a script that have ended. `exported_rows`: rows that `export_rows` has written. `imported_rows`: rows that `import_rows` has read from its file and dealt with. `copied_rows`: rows that `copy_table` has read and dealt with. `compared_rows`: rows of both tables that `compare_rows` has read and compared. `dumped_bytes`: what `dump_database` has written. `checked_bytes`, `restored_bytes`: how much of its file `restore_database` has looked at, and then read.
"""


class Notification(Model):
    """
    What another session of the server, or this one, sent with NOTIFY.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    channel: StrictStr
    """
    The channel's name.
    """
    payload: StrictStr
    """
    Its text; empty when there is none.
    """
    process_id: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    The server's process of the session that sent it, as in `pg_stat_activity`.
    """


Kinds = TypeAliasType("Kinds", Annotated[list[EventKind], Field(max_length=100), FailFast()])
"""
Only events of these kinds; null for all. Unknown kinds are ignored.
"""


class WaitEventsRequest(Model):
    """
    Waits for events and answers with those that have come. Always accepted, and not counted in `max_requests_in_flight`; one at a time per client. Events are kept for a client from its first `wait_events` on.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    after: EventSequence | None
    """
    `next` of the answer before: events up to there are done with. With null the answer comes at once and describes the present: every request with progress, every database session that `open_db_session` opened, and every open prompt.
    """
    kinds: Kinds | None = None
    """
    Only events of these kinds; null for all. Unknown kinds are ignored.
    """
    timeout_ms: Annotated[StrictInt, Field(ge=0, le=3600000)] = 60000
    """
    Answer without events after this time.
    """


class Progress(Model):
    """
    How far a request has come.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    done: Annotated[StrictInt, Field(ge=0)]
    """
    How much is done.
    """
    total: Total | None
    """
    How much there is to do, or null while that is not known.
    """
    unit: ProgressUnit


class StatementDone(Model):
    """
    What one statement of a script did, in short; the answer of `run_script` has the rest.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    index: Annotated[StrictInt, Field(ge=0)]
    """
    Its place among the statements, from 0.
    """
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
    affected_rows: RowOffset | None
    """
    Rows inserted, updated or deleted, or null when the statement is none that counts.
    """
    total_rows: RowOffset | None
    """
    Rows of its result, or null when it returned none.
    """
    result_id: ResultId | None
    """
    Names its rows for `fetch`, or null when there are none.
    """
    error_code: ErrorCode | None
    """
    Why it failed, or null.
    """


class EventEntry(Model):
    """
    Something that happened. What an event of its kind does not have is null.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    sequence: EventSequence
    """
    Its number; those that describe the present have the number of `next`.
    """
    at: StrictStr
    """
    When it happened, in UTC, as ISO 8601 text.
    """
    kind: EventKind
    request_id: StrictStr | None = None
    """
    The `id` of the request that it belongs to.
    """
    connection_id: ConnectionId | None = None
    """
    The connection of the database session, or of `catalog_changed`.
    """
    db_session_id: DbSessionId | None = None
    """
    The database session.
    """
    progress: Progress | None = None
    """
    Of `progress`.
    """
    statement: StatementDone | None = None
    """
    Of `statement_done`.
    """
    transaction_status: TransactionStatus | None = None
    """
    Of `transaction_changed`.
    """
    notification: Notification | None = None
    """
    Of `notification`.
    """
    prompt: Prompt | None = None
    """
    Of `prompt` and `prompt_withdrawn`.
    """
    rollback_in_ms: RollbackInMs | None = None
    """
    Of `transaction_idle`: when it will be rolled back.
    """
    message: StrictStr | None = None
    """
    For people: why, where that is known.
    """


class WaitEventsResponse(Model):
    """
    The events since `after`, oldest first; none when the time has passed.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    events: list[EventEntry]
    """
    What happened.
    """
    next: EventSequence
    """
    For `after` of the next `wait_events`.
    """
    missed: Annotated[StrictInt, Field(ge=0)]
    """
    Events since `after`, of these kinds, that were dropped because too many had come. If there are some, the answer ends with events that describe the present.
    """
