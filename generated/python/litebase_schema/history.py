# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import FailFast

from pydantic import ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr
from typing import Annotated, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from .connection import ConnectionName
from .activity import SeenTime
from .values import Timeout


Database = TypeAliasType("Database", Annotated[StrictStr, Field(max_length=4096)])
"""
Only those of this database; null for all.
"""


Rows = TypeAliasType("Rows", Annotated[StrictInt, Field(ge=0, le=9007199254740991)])
"""
Rows that it returned or changed; null when that is not known.
"""


EntryNumber = TypeAliasType("EntryNumber", Annotated[StrictInt, Field(ge=1, le=9007199254740991)])
"""
Names an entry of the history.
"""


RunOutcome = TypeAliasType("RunOutcome", Literal["done", "failed", "cancelled", "unknown"] | StrictStr)
"""
`done`, `failed`, `cancelled`: stopped by a cancel, a timeout or the end of its connection. `unknown`: the link ended before the answer came.
"""


RunOrigin = TypeAliasType(
    "RunOrigin",
    Literal["user", "table", "explain", "export", "edit", "import", "copy"] | StrictStr,
)
"""
What had it run. `user`: `query` or `run_script`. `table`: `open_table`, with placeholders for the values of its filters. `explain`: `explain_query` with `analyze`; what it changed was rolled back. `export`: `export_rows` of a table or a statement. `edit`: `apply_edits`, with placeholders for its values. `import`: an import. `copy`: `copy_table`, on the side of the target.
"""


class DeleteHistoryRequest(Model):
    """
    Forgets entries of the history; their text is erased from the file.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    ids: Annotated[list[EntryNumber], Field(max_length=10000), FailFast()] = []
    """
    These entries.
    """
    all: StrictBool = False
    """
    Everything, also what other backends with the same file have recorded.
    """


class DeleteHistoryResponse(Model):
    """
    They are gone.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    deleted: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    How many entries there were.
    """


Outcomes = TypeAliasType("Outcomes", Annotated[list[RunOutcome], Field(max_length=10), FailFast()])
"""
Only those with one of these outcomes; null for all.
"""


Origins = TypeAliasType("Origins", Annotated[list[RunOrigin], Field(max_length=10), FailFast()])
"""
Only those that one of these had run; null for all.
"""


class SearchHistoryRequest(Model):
    """
    Looks for statements that were run, also by other backends with the same file and before a restart. Unsupported where the backend keeps no history, and `hello_response.capabilities` has no `history` then.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    text: Annotated[StrictStr, Field(max_length=1000)] = ""
    """
    Words or parts of words that all occur in the statement, in either case; empty for any statement.
    """
    connection_name: ConnectionName | None = None
    """
    Only those of connections with this `name`; null for all.
    """
    database: Database | None = None
    """
    Only those of this database; null for all.
    """
    outcomes: Outcomes | None = None
    """
    Only those with one of these outcomes; null for all.
    """
    origins: Origins | None = None
    """
    Only those that one of these had run; null for all.
    """
    before: SeenTime | None = None
    """
    Only those that were run before this: `at` of the last entry of the page before. Null for the newest.
    """
    limit: Annotated[StrictInt, Field(ge=1, le=1000)] = 100
    """
    Entries in the answer at most.
    """
    timeout_ms: Timeout | None = 10000
    """
    Stop the request after this time; null for no limit.
    """


class HistoryEntry(Model):
    """
    A statement that was run. Equal ones of the same connection, database, origin and outcome are one entry, which tells of the last run.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: EntryNumber
    sql: StrictStr
    """
    The statement, without the secrets in it. Values of parameters are not kept.
    """
    sql_complete: StrictBool
    """
    Whether it is in full length; the history and this answer cut very long ones.
    """
    at: SeenTime
    """
    When it was run last, in UTC, as ISO 8601 text.
    """
    ms: Annotated[StrictFloat, Field(ge=0.0)]
    """
    How long it took until the first rows, or its end.
    """
    rows: Rows | None
    """
    Rows that it returned or changed; null when that is not known.
    """
    outcome: RunOutcome
    code: StrictStr | None
    """
    Of one that failed, the database's own code, or else that of the error; null for others.
    """
    connection_name: StrictStr
    """
    `name` of the connection.
    """
    database: StrictStr | None
    """
    The database, or the file; null when the connection named none.
    """
    origin: RunOrigin
    runs: Annotated[StrictInt, Field(ge=1, le=9007199254740991)]
    """
    How many times it was run with this outcome.
    """


class SearchHistoryResponse(Model):
    """
    What was found, the newest first.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    entries: list[HistoryEntry]
    """
    The statements, those that were run last first.
    """
    complete: StrictBool
    """
    Whether there are no older ones that fit.
    """
