# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import ConfigDict, Field, StrictInt, StrictStr
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
    The bounds of this backend; a request beyond one is answered `limit_exceeded`.
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
    max_connections: Annotated[StrictInt, Field(ge=1)]
    """
    Open connections of one client.
    """
    max_db_sessions: Annotated[StrictInt, Field(ge=1)]
    """
    Database sessions of one connection, pinned ones included; a SQLite database in memory has one.
    """
    max_results: Annotated[StrictInt, Field(ge=1)]
    """
    Open results of one client.
    """
    max_window_bytes: Annotated[StrictInt, Field(ge=1)]
    """
    Packed rows in one answer; at least one row is always sent.
    """
    max_results_disk_bytes: Annotated[StrictInt, Field(ge=0)]
    """
    Temporary files of all results together.
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
    Names of features beyond the plain messages.
    """
    limits: Limits
