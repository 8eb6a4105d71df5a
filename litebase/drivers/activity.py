"""What a server does for everybody, as an engine lists it, and how it is stopped."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import anyio

from litebase.drivers.interface import DatabaseSession

SQL_CHARACTERS = 2000  # of a statement in the list
MOST_PROCESSES = 5000  # that are read
HIDDEN = "hidden"

StopOutcome = Literal["stopped", "still_runs", "gone", "another_statement", "nothing_to_cancel"]

_PATIENCE_S = 2.0  # until a process that was stopped has ended
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.01, 0.2


@dataclass(frozen=True, slots=True)
class Process:
    """One session of the server. The fields are those of the contract's `DbProcess`."""

    process_id: str
    user: str | None
    database: str | None
    client: str | None
    application: str | None
    state: str
    sql: str | None
    sql_complete: bool
    started_at: str | None
    elapsed_ms: int | None
    waits_for: str | None
    blocked_by: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Processes:
    """What was found, in any order, and why it is not everything."""

    found: Sequence[Process]
    hidden_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a list has shown of a process that is to be stopped."""

    process_id: str
    started_at: str | None
    sql: str | None


class ActivityReader(Protocol):
    """Shows and stops what the server does: the module `activity` of an engine whose sessions have that ability."""

    async def processes(self, session: DatabaseSession) -> Processes:
        """The sessions of the server, `MOST_PROCESSES` at most, but not the one that asks."""

    async def stop(self, session: DatabaseSession, seen: Seen, *, terminate: bool) -> StopOutcome:
        """Stop the statement of a process, or end the process, if it is still at what was seen.

        Raises `QueryFailed` when the server refuses.
        """


async def outcome(has_ended: Callable[[], Awaitable[bool]]) -> StopOutcome:
    """Whether what was stopped has ended, after a while."""
    deadline, pause_s = time.monotonic() + _PATIENCE_S, _FIRST_PAUSE_S
    while not await has_ended():
        if time.monotonic() >= deadline:
            return "still_runs"
        await anyio.sleep(pause_s)
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
    return "stopped"
