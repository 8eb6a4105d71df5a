# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr
from typing import Annotated, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from .connection import ConnectionId, DbSessionId
from .values import Timeout


ElapsedMs = TypeAliasType("ElapsedMs", Annotated[StrictInt, Field(ge=0, le=9007199254740991)])
"""
For how long it has been in its `state`, by the server's clock; null when it is hidden.
"""


DbProcessNumber = TypeAliasType("DbProcessNumber", Annotated[StrictStr, Field(max_length=20, min_length=1)])
"""
The server's number of a session. Numbers are used again, so one is good only together with what was seen.
"""


SeenSql = TypeAliasType("SeenSql", Annotated[StrictStr, Field(max_length=10000)])
"""
The text of a statement, as the server shows it to others.
"""


SeenTime = TypeAliasType("SeenTime", Annotated[StrictStr, Field(max_length=40)])
"""
A moment by the server's clock, as ISO 8601 text.
"""


DbProcessState = TypeAliasType(
    "DbProcessState",
    Literal["active", "idle", "idle_in_transaction", "failed_transaction", "hidden"] | StrictStr,
)
"""
`active`: it runs a statement. `idle`: it waits for its client, with no transaction open. `idle_in_transaction`: the same, and a transaction is open, which may hold locks. `failed_transaction`: the same, and the transaction can only be rolled back. `hidden`: this user may not know.
"""


StopHow = TypeAliasType("StopHow", Literal["cancel", "terminate"])
"""
`cancel`: stop the statement; its session and its transaction stay. `terminate`: end the session, whose transaction is rolled back.
"""


class SeenProcess(Model):
    """
    What the list showed of the process, as it was.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    started_at: SeenTime | None
    """
    `started_at` of the list.
    """
    sql: SeenSql | None
    """
    `sql` of the list, cut or not.
    """


StopOutcome = TypeAliasType(
    "StopOutcome",
    Literal["stopped", "still_runs", "gone", "another_statement", "nothing_to_cancel"] | StrictStr,
)
"""
`stopped`: the statement, or the session, has ended. `still_runs`: the server was asked and obeys, but the end was not seen within two seconds: list again. `gone`: there was no such process any more. `another_statement`: it had gone on to something else, and nothing was done. `nothing_to_cancel`: it runs no statement, so only `terminate` would do something.
"""


class ListDbProcessesRequest(Model):
    """
    Lists what the server's sessions do at this moment. It is read in a database session of the backend's own, which is not in the list.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    limit: Annotated[StrictInt, Field(ge=1, le=5000)] = 1000
    """
    Processes in the answer at most. Those that wait or are waited for come first, then those that run something, the longest first.
    """
    timeout_ms: Timeout | None = 30000
    """
    Stop the request after this time; null for no limit.
    """


class DbProcess(Model):
    """
    One session of the server, or a process of the server's own that works in a database.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    process_id: DbProcessNumber
    user: StrictStr | None
    """
    Whose session it is; null for one of the server's own.
    """
    database: StrictStr | None
    """
    Its database; null when it has none.
    """
    client: StrictStr | None
    """
    The address it comes from, as the server writes it; null when it is not known, and for a Unix socket.
    """
    application: StrictStr | None
    """
    What the client calls itself, or which process of the server it is; null when that is not known.
    """
    state: DbProcessState
    sql: SeenSql | None
    """
    The statement that it runs; in PostgreSQL the last one when it runs none. Perhaps cut, by the server too. Null when there is none, and when it is hidden.
    """
    sql_complete: StrictBool
    """
    Whether the backend has not cut `sql`.
    """
    started_at: SeenTime | None
    """
    When the statement of `sql` began; in MySQL, of a session that runs none, since when it runs none. In UTC by the server's clock, as ISO 8601 text. Null when it is hidden.
    """
    elapsed_ms: ElapsedMs | None
    """
    For how long it has been in its `state`, by the server's clock; null when it is hidden.
    """
    waits_for: StrictStr | None
    """
    What it waits for, in the server's own words; null when it does not wait, or that is not known.
    """
    blocked_by: list[DbProcessNumber]
    """
    The processes that have to end something before it can go on. Empty when it waits for none, and when the server does not say for which: see the documentation of the engine.
    """
    ours: StrictBool
    """
    Whether it is a database session of this backend, of any of its clients.
    """
    db_session_id: DbSessionId | None
    """
    The database session of this client that it is, as `open_db_session` named it; null for any other.
    """


class StopDbProcessRequest(Model):
    """
    Stops what a session of the server runs, or ends the session, if it still runs what was seen. Refused on a read-only connection, where `cancel` stops the client's own requests.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    process_id: DbProcessNumber
    how: StopHow
    seen: SeenProcess
    confirm: StrictBool = False
    """
    The user agrees. Needed where the connection's environment is `production`.
    """
    timeout_ms: Timeout | None = 30000
    """
    Stop the request after this time; null for no limit.
    """


class StopDbProcessResponse(Model):
    """
    What came of it.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    outcome: StopOutcome


class ListDbProcessesResponse(Model):
    """
    The sessions of the server.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    processes: list[DbProcess]
    """
    Those that wait or are waited for first, then those that run something, the longest first.
    """
    complete: StrictBool
    """
    Whether these are all that this user may see; false when there are more than `limit`.
    """
    hidden_reason: StrictStr | None
    """
    What this user's privileges keep from the list, as a sentence for people that says what would show it; null when nothing is known to be hidden.
    """
