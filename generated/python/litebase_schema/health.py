# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from litebase_schema.base import Model
from pydantic import ConfigDict, Field, StrictInt, StrictStr
from typing import Annotated, Literal
from typing_extensions import TypeAliasType
from .hello import ProtocolVersion


class HealthCheckRequest(Model):
    """
    Asks how the backend is. Never waits behind other requests.
    """

    model_config = ConfigDict(
        extra="forbid",
    )


HealthProblem = TypeAliasType(
    "HealthProblem",
    Literal[
        "shutting_down",
        "loop_blocked",
        "pool_exhausted",
        "disk_short",
        "results_near_limit",
        "logs_dropped",
        "endpoint_gone",
    ]
    | StrictStr,
)
"""
What is wrong. `loop_blocked`: the backend did not react for a while; see its log. `pool_exhausted`: requests wait for a free database session. `disk_short`: the disk of the stored results is nearly full. `results_near_limit`: the stored results nearly fill what they may. `logs_dropped`: log lines were lost. `endpoint_gone`: the socket's file was removed or replaced, so that no new client can come. `shutting_down`: the backend is ending.
"""


HealthStatus = TypeAliasType("HealthStatus", Literal["healthy", "degraded"] | StrictStr)
"""
`degraded` still answers; `reasons` says what is wrong.
"""


class HealthResponse(Model):
    """
    The backend's state and size.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    status: HealthStatus
    reasons: list[StrictStr]
    """
    Why it is degraded, one short sentence each; empty when healthy.
    """
    problems: list[HealthProblem]
    """
    The same as words to act on, in the same order.
    """
    version: StrictStr
    """
    The backend's version.
    """
    protocol: ProtocolVersion
    uptime_ms: Annotated[StrictInt, Field(ge=0)]
    """
    Since the process began to serve.
    """
    pid: Annotated[StrictInt, Field(ge=0)]
    """
    The backend's process id.
    """
    rss_bytes: Annotated[StrictInt, Field(ge=0)]
    """
    Memory of the process that is in RAM; 0 where the system does not report it.
    """
    clients: Annotated[StrictInt, Field(ge=0)]
    """
    Open channels.
    """
    connections: Annotated[StrictInt, Field(ge=0)]
    """
    Open connections of all clients.
    """
    results: Annotated[StrictInt, Field(ge=0)]
    """
    Open results of all clients.
    """
    results_memory_bytes: Annotated[StrictInt, Field(ge=0)]
    """
    Rows kept in memory.
    """
    results_disk_bytes: Annotated[StrictInt, Field(ge=0)]
    """
    Rows kept in temporary files.
    """
    requests_in_flight: Annotated[StrictInt, Field(ge=0)]
    """
    Unanswered requests of all clients, this one included.
    """
    logs_dropped: Annotated[StrictInt, Field(ge=0)]
    """
    Log lines that were dropped because their reader was too slow.
    """
