# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import ConfigDict, Field, StrictBool, StrictFloat, StrictInt
from typing import Annotated
from litebase_schema.base import Model
from .connection import ConnectionId, DbSessionId
from typing_extensions import TypeAliasType
from .values import TransactionStatus


class CheckConnectionRequest(Model):
    """
    Asks every database session of a connection that nobody uses whether it is there, all at the same time, by one round trip that changes nothing. Those that do not answer are dropped, and the next request opens new ones. A session that runs a statement, or whose result is half read, is not asked. No statement is run again.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    deadline_ms: Annotated[StrictInt, Field(ge=1, le=60000)]
    """
    The answer comes by then. A session has as long to answer, but two seconds at most unless `after_sleep` is true.
    """
    after_sleep: StrictBool = False
    """
    The machine was asleep, and its network may need a while: each session has the whole of `deadline_ms` to answer.
    """


RoundTripMs = TypeAliasType("RoundTripMs", Annotated[StrictFloat, Field(ge=0.0)])
"""
The quickest answer of a session, or null when none was asked or none answered.
"""


class DbSessionLife(Model):
    """
    Whether a database session of the client's own is there.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    db_session_id: DbSessionId
    alive: StrictBool
    """
    False once it was lost: close it and open another one. One that could not be asked counts as alive.
    """
    transaction_status: TransactionStatus


class CheckConnectionResponse(Model):
    """
    What was found.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    round_trip_ms: RoundTripMs | None
    """
    The quickest answer of a session, or null when none was asked or none answered.
    """
    dropped: Annotated[StrictInt, Field(ge=0)]
    """
    Database sessions that were found dead now, those of `open_db_session` included.
    """
    db_sessions: list[DbSessionLife]
    """
    Those that `open_db_session` opened in this connection.
    """
