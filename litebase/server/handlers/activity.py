"""What a database server does for everybody, and stopping it."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime

from litebase_schema.activity import (
    DbProcess,
    ListDbProcessesRequest,
    ListDbProcessesResponse,
    StopDbProcessRequest,
    StopDbProcessResponse,
)
from litebase_schema.errors import QueryFailedDetails

from litebase.drivers import activity_reader
from litebase.drivers.activity import Process, Processes, Seen, StopOutcome
from litebase.drivers.interface import DatabaseSession
from litebase.errors import ConfirmationRequired, InvalidMessage, ReadOnly
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.handlers.catalog import read_catalog

_ABILITY = "db_processes"
_MOST_SQL_BYTES = 4 * 1024 * 1024  # of a list
_SHORT_SQL = 100  # characters, of what does not fit into that
_READ_ONLY = (
    "This connection is read-only, so it stops nothing of others. `cancel` stops a request of your own, and "
    "close_db_session ends a database session of your own."
)
_MOST_ID = 2**63 - 1
_FIELDS = [one.name for one in fields(Process)]


async def list_db_processes(call: Call, request: ListDbProcessesRequest) -> ListDbProcessesResponse:
    """The sessions of the server, the most interesting ones first."""
    connection = call.client.connection(request.connection_id)

    async def read(session: DatabaseSession) -> Processes:
        return await activity_reader(connection.engine).processes(session)

    found = await read_catalog(call, connection.id, read, _ABILITY)
    listed = _in_order(found.found)
    ours, pinned = _ours(call, connection), _pinned(call, connection)
    room = _MOST_SQL_BYTES
    shown = []
    for one in listed[: request.limit]:
        told = {name: getattr(one, name) for name in _FIELDS}
        if one.sql is not None:
            room -= len(one.sql.encode("utf-8", "replace"))
            if room < 0 and len(one.sql) > _SHORT_SQL:
                told |= {"sql": one.sql[:_SHORT_SQL], "sql_complete": False}
        told |= {"blocked_by": list(one.blocked_by), "ours": one.process_id in ours}
        shown.append(DbProcess(**told, db_session_id=pinned.get(one.process_id)))
    return ListDbProcessesResponse(
        processes=shown, complete=len(listed) <= request.limit, hidden_reason=found.hidden_reason
    )


def _in_order(found: Iterable[Process]) -> list[Process]:
    """Those that wait or are waited for, then those that run something, the longest first."""
    listed = list(found)
    in_the_way = {blocker for one in listed for blocker in one.blocked_by}

    def place(one: Process) -> tuple[bool, bool, int]:
        waits = bool(one.blocked_by) or one.process_id in in_the_way
        return not waits, one.state != "active", -(one.elapsed_ms or 0)

    return sorted(listed, key=place)


def _ours(call: Call, connection: Connection) -> set[str]:
    """The numbers of this backend's sessions of the same server."""
    server = connection.facts.server
    return {
        process_id
        for client in call.backend.clients
        for other in client.connections()
        if other.facts.server == server
        for pool in other.pools
        for process_id in pool.process_ids()
    }


def _pinned(call: Call, connection: Connection) -> dict[str, str]:
    """This client's pinned sessions of the same server, by their numbers."""
    return {
        pinned.process_id: pinned.id
        for other in call.client.connections()
        if other.facts.server == connection.facts.server
        for pinned in call.client.pinned_sessions(other)
        if pinned.process_id is not None and pinned.alive
    }


async def stop_db_process(call: Call, request: StopDbProcessRequest) -> StopDbProcessResponse:
    """Stop a statement or a session of the server, if it is still at what was seen."""
    connection = call.client.connection(request.connection_id)
    if connection.facts.read_only:
        raise ReadOnly(_READ_ONLY, QueryFailedDetails(engine_code=None))
    if connection.statements.needs_confirmation and not request.confirm:
        raise ConfirmationRequired("unknown", "This stops what another session does")
    seen = _seen(request)

    async def stop(session: DatabaseSession) -> StopOutcome:
        return await activity_reader(connection.engine).stop(session, seen, terminate=request.how == "terminate")

    return StopDbProcessResponse(outcome=await read_catalog(call, connection.id, stop, _ABILITY))


def _seen(request: StopDbProcessRequest) -> Seen:
    """What was seen, in values that a server can compare."""
    number, moment = request.process_id, request.seen.started_at
    if not (number.isascii() and number.isdecimal() and int(number) <= _MOST_ID):
        raise InvalidMessage("/data/process_id", "must be the number that list_db_processes reports, as digits")
    try:
        zone = None if moment is None else datetime.fromisoformat(moment).tzinfo
    except ValueError:
        zone = None
    if moment is not None and zone is None:
        raise InvalidMessage("/data/seen/started_at", "must be the moment that list_db_processes reports, or nil")
    return Seen(number, moment, request.seen.sql)
