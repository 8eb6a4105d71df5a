# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from typing import Annotated, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from pydantic import ConfigDict, Field


SqliteMode = TypeAliasType("SqliteMode", Literal["read_only", "read_write", "create", "memory"])
"""
`read_only` and `read_write` need an existing file; `create` makes one when it is missing; `memory` has no file.
"""


FilePath = TypeAliasType(
    "FilePath",
    Annotated[str, Field(max_length=4096, min_length=1, pattern="^[^\\x00]*$")],
)
"""
A path on the backend's machine.
"""


ConnectionName = TypeAliasType("ConnectionName", Annotated[str, Field(max_length=200)])
"""
A name for logs and health, chosen by the client.
"""


ConnectTimeout = TypeAliasType("ConnectTimeout", Annotated[int, Field(ge=1, le=600000)])
"""
How long opening the database may take as a whole.
"""


ConnectionId = TypeAliasType("ConnectionId", Annotated[str, Field(max_length=64, min_length=1)])
"""
Names an open connection of this client.
"""


class DbDisconnectRequest(Model):
    """
    Closes a connection with its database sessions and results. A statement that still runs is stopped; an open transaction is rolled back.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId


class DbDisconnectResponse(Model):
    """
    The connection is closed.
    """

    model_config = ConfigDict(
        extra="forbid",
    )


class SqliteTarget(Model):
    """
    A SQLite database file, or a database in memory.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    engine: Literal["sqlite"]
    """
    The database product.
    """
    path: FilePath | None = None
    """
    The database file. Needed in every mode but `memory`. Never read as a URI.
    """
    mode: SqliteMode = "read_write"
    name: ConnectionName = ""
    read_only: bool = False
    """
    Refuse every write, whatever `mode` says.
    """
    connect_timeout_ms: ConnectTimeout = 10000
    busy_timeout_ms: Annotated[int, Field(ge=0, le=3600000)] = 5000
    """
    How long a statement waits for a lock that another program holds.
    """


class DbConnectResponse(Model):
    """
    The connection is open.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    engine: str
    """
    The database product.
    """
    server_version: str
    """
    What the database calls itself, for example `3.40.1`.
    """
    read_only: bool
    """
    Whether writes are refused.
    """


DbConnectRequest = TypeAliasType("DbConnectRequest", Annotated[SqliteTarget, Field(discriminator="engine")])
"""
Opens a connection: a named target with a small pool of database sessions behind it.
"""
