# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from typing import Annotated, Any
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from pydantic import AwareDatetime, ConfigDict, Field, StrictStr


MessageData = TypeAliasType("MessageData", dict[str, Any])
"""
A map with string keys, described by the definition that names this message type.
"""


class Envelope(Model):
    """
    One message: what a frame's payload holds.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[StrictStr, Field(max_length=128, min_length=1)]
    """
    Chosen by the client, unique among its requests in flight; the answer carries the same id. An error that belongs to no readable request has the id `-`.
    """
    type: Annotated[StrictStr, Field(max_length=64, min_length=1)]
    """
    The message type, for example `query`.
    """
    timestamp: AwareDatetime
    """
    When the message was made, in UTC: the MessagePack timestamp, extension type -1.
    """
    data: MessageData | None
    """
    What the message says; its shape follows from `type`. In a request nil stands for the empty map.
    """
