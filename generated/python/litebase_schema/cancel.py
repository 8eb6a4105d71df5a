# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import ConfigDict, Field, StrictFloat, StrictStr
from typing import Annotated, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType


class CancelRequest(Model):
    """
    Stops one request of the same client and answers when it has ended. An unknown or finished id is harmless.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    request_id: Annotated[StrictStr, Field(max_length=128, min_length=1)]
    """
    The `id` of the request to stop.
    """


CancelOutcome = TypeAliasType(
    "CancelOutcome",
    Literal["stopped", "finished_first", "session_ended", "not_in_flight", "not_cancellable"] | StrictStr,
)
"""
`stopped`: it ended early and answers `cancelled`. `finished_first`: it had already done its work and its normal answer stands. `session_ended`: the database did not react in time, so its session was dropped. `not_in_flight`: no such request is running. `not_cancellable`: requests of this type run to their end.
"""


class CancelResponse(Model):
    """
    What really happened to the request. It is sent after the request's own answer.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    outcome: CancelOutcome
    elapsed_ms: Annotated[StrictFloat, Field(ge=0.0)]
    """
    From the cancel to the end of the request.
    """
