# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from litebase_schema.base import Model
from pydantic import ConfigDict, Field, StrictBool, StrictStr
from .connection import ConnectionId, DbSessionId
from typing import Annotated, Literal
from typing_extensions import TypeAliasType
from .values import Timeout, TransactionStatus


class OpenDbSessionRequest(Model):
    """
    Pins one database session, for example for a tab: transactions, temporary tables and settings live there until it is closed.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId


class CloseDbSessionRequest(Model):
    """
    Ends a database session. A statement that still runs is stopped; an open transaction is rolled back. Its results stay readable as far as they were read.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    db_session_id: DbSessionId


class CloseDbSessionResponse(Model):
    """
    The database session is closed.
    """

    model_config = ConfigDict(
        extra="forbid",
    )


SavepointName = TypeAliasType(
    "SavepointName",
    Annotated[StrictStr, Field(max_length=60, min_length=1, pattern="^[^\\x00]*$")],
)
"""
A name for a mark, chosen by the client.
"""


IsolationLevel = TypeAliasType(
    "IsolationLevel",
    Literal[
        "default",
        "read_uncommitted",
        "read_committed",
        "repeatable_read",
        "serializable",
    ],
)
"""
What the transaction sees of others; `default` is the server's setting. SQLite is always serializable.
"""


class OpenDbSessionResponse(Model):
    """
    The database session is open.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    db_session_id: DbSessionId
    transaction_status: TransactionStatus


class BeginRequest(Model):
    """
    Begins a transaction.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    db_session_id: DbSessionId
    isolation_level: IsolationLevel = "default"
    read_only: StrictBool = False
    """
    Let the server refuse writes in this transaction.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class BeginResponse(Model):
    """
    The transaction has begun.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    transaction_status: TransactionStatus


class CommitRequest(Model):
    """
    Makes the transaction's changes last.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    db_session_id: DbSessionId
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class CommitResponse(Model):
    """
    The transaction is committed.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    transaction_status: TransactionStatus


class RollbackRequest(Model):
    """
    Ends the transaction without its changes.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    db_session_id: DbSessionId
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class RollbackResponse(Model):
    """
    The transaction is rolled back.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    transaction_status: TransactionStatus


class SavepointRequest(Model):
    """
    Sets a mark in the transaction to which it can be rolled back.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    db_session_id: DbSessionId
    name: SavepointName
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class SavepointResponse(Model):
    """
    The mark is set.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    transaction_status: TransactionStatus


class RollbackToSavepointRequest(Model):
    """
    Undoes what the transaction did since a mark; the mark stays.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    db_session_id: DbSessionId
    name: SavepointName
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class RollbackToSavepointResponse(Model):
    """
    The transaction is back at the mark.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    transaction_status: TransactionStatus


class ReleaseSavepointRequest(Model):
    """
    Forgets a mark and keeps what was done since.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    db_session_id: DbSessionId
    name: SavepointName
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class ReleaseSavepointResponse(Model):
    """
    The mark is gone.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    transaction_status: TransactionStatus
