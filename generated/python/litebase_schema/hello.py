# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr
from typing import Annotated
from litebase_schema.base import Model
from typing_extensions import TypeAliasType


class ProtocolVersion(Model):
    """
    The contract's version: major differs when something broke, minor grows with each addition.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    major: Annotated[StrictInt, Field(ge=0, le=65535)]
    """
    Must be the same on both sides.
    """
    minor: Annotated[StrictInt, Field(ge=0, le=65535)]
    """
    May differ.
    """


class Software(Model):
    """
    A program's name and version.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: Annotated[StrictStr, Field(max_length=100)]
    """
    For example `litebase`.
    """
    version: Annotated[StrictStr, Field(max_length=100)]
    """
    For example `0.1.0`.
    """


Token = TypeAliasType("Token", Annotated[StrictStr, Field(max_length=256, min_length=1)])
"""
A secret, as the backend wrote it into its token file.
"""


class Limits(Model):
    """
    The bounds of this backend. A request beyond one that its client can know is answered `limit_exceeded`, or with the error that the bound names.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    max_frame_bytes: Annotated[StrictInt, Field(ge=1)]
    """
    Payload of one frame, in either direction.
    """
    max_depth: Annotated[StrictInt, Field(ge=1)]
    """
    Nested arrays and maps in one request.
    """
    max_items: Annotated[StrictInt, Field(ge=1)]
    """
    Values in one request, keys and containers counted.
    """
    max_clients: Annotated[StrictInt, Field(ge=1)]
    """
    Channels at the same time.
    """
    max_requests_in_flight: Annotated[StrictInt, Field(ge=1)]
    """
    Unanswered requests of one client.
    """
    max_requests_bytes: Annotated[StrictInt, Field(ge=1)]
    """
    The frames of the unanswered requests of one client, all together; `cancel`, `health_check`, `wait_events` and `answer_prompt` always pass.
    """
    max_connections: Annotated[StrictInt, Field(ge=1)]
    """
    Open connections of one client.
    """
    max_db_sessions: Annotated[StrictInt, Field(ge=1)]
    """
    Database sessions of one connection, pinned ones included; a SQLite database in memory has one. Where there may be several, reading the catalog takes one more.
    """
    max_results: Annotated[StrictInt, Field(ge=1)]
    """
    Open results of one client.
    """
    max_window_bytes: Annotated[StrictInt, Field(ge=1)]
    """
    Packed rows in one answer; at least one row is always sent.
    """
    max_row_bytes: Annotated[StrictInt, Field(ge=1)]
    """
    One row in an answer; longer cells are cut and can be read with `cell_fetch`.
    """
    max_content_bytes: Annotated[StrictInt, Field(ge=1)]
    """
    What `export_rows` writes into an answer. To a file it writes any amount.
    """
    max_workbook_bytes: Annotated[StrictInt, Field(ge=1)]
    """
    A workbook that is imported, unpacked: it is read whole. Text files may have any size.
    """
    max_results_disk_bytes: Annotated[StrictInt, Field(ge=0)]
    """
    Temporary files of all results together.
    """
    max_notices: Annotated[StrictInt, Field(ge=0)]
    """
    Notices of one statement; further ones are counted and dropped.
    """
    max_returning_bytes: Annotated[StrictInt, Field(ge=0)]
    """
    About the memory that the rows of a statement that writes may take, for example those of `RETURNING`; a statement with more is undone.
    """
    max_sqlite_cell_bytes: Annotated[StrictInt, Field(ge=1)]
    """
    One text or blob of SQLite; a longer one makes its statement fail.
    """
    max_sqlite_memory_bytes: Annotated[StrictInt, Field(ge=1)]
    """
    SQLite's own memory in the whole process, the rows at hand included; a statement that wants more fails.
    """
    max_greeting_bytes: Annotated[StrictInt, Field(ge=1)]
    """
    Payload of a frame before `hello` has shown the token, where one is due.
    """
    frame_timeout_ms: Annotated[StrictInt, Field(ge=1)]
    """
    A frame that has begun must be complete by then, or the channel is closed.
    """
    hello_timeout_ms: Annotated[StrictInt, Field(ge=1)]
    """
    Where a token is due, the channel is closed when it was not shown by then.
    """
    send_stall_ms: Annotated[StrictInt, Field(ge=1)]
    """
    A client that takes nothing of an answer for so long is closed, and what it asked for is stopped.
    """
    prompt_timeout_ms: Annotated[StrictInt, Field(ge=1)]
    """
    A prompt that is not answered by then is withdrawn, and its request fails. The request's own time does not run meanwhile.
    """


class HelloRequest(Model):
    """
    Greets the backend. Optional on a private socket and on stdio; on TCP it comes first and carries the token.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    protocol: ProtocolVersion
    client: Software
    token: Token | None = None
    """
    The backend's secret for this run; needed on TCP only.
    """
    prompts: StrictBool = False
    """
    Whether this client answers prompts: it waits for events, and sends `answer_prompt`. Without it, a request that needs an answer fails with `prompt_unanswered`.
    """


class HelloResponse(Model):
    """
    Who the backend is and what it can do. Features are tested by `capabilities`, never by version.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    protocol: ProtocolVersion
    server: Software
    engines: list[StrictStr]
    """
    The engines that `db_connect` takes.
    """
    capabilities: list[StrictStr]
    """
    Names of the optional features that this backend knows: `events` for `wait_events`, `prompts` for `answer_prompt`, `check_connection` for the request of that name, `result_views` for `view_result`, `find_in_result` and `summarize_result`, `tables` for `open_table` and `count_rows`, `edits` for `apply_edits`, `exports` for `export_rows`, `alter` for `preview_alter`, `compare` for `compare_schemas`, `compare_rows` for the request of that name, `imports` for `preview_import`, `copies` for `copy_table`, `parquet` for its format of that name, `sql_help` for `inspect_sql` and `complete_sql`, `history` for `search_history` and `delete_history` where the backend keeps one, and those of which `db_connect_response.capabilities` says whether a connection has them.
    """
    limits: Limits
