"""What a PostgreSQL server does: its sessions, who waits for whom, and stopping one."""

from typing import Any

from litebase_schema.errors import QueryFailedDetails

from litebase.drivers.activity import (
    HIDDEN,
    MOST_PROCESSES,
    SQL_CHARACTERS,
    Process,
    Processes,
    Seen,
    StopOutcome,
    outcome,
)
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import read
from litebase.errors import QueryFailed

# pg_blocking_pids stops all work with locks for a moment, so it is asked only of those that wait for one
_PROCESSES = """WITH waiting AS (
SELECT DISTINCT ON (pid) pid, mode || ' on ' || locktype || coalesce(' ' || CASE WHEN database IN (0, (SELECT oid FROM
pg_catalog.pg_database WHERE datname = pg_catalog.current_database())) THEN relation::regclass::text
ELSE relation::text END, '') AS lock FROM pg_catalog.pg_locks WHERE NOT granted ORDER BY pid, locktype)
SELECT a.pid, a.usename, a.datname, pg_catalog.host(a.client_addr) || ':' || a.client_port,
CASE WHEN a.backend_type = 'client backend' THEN nullif(a.application_name, '') ELSE a.backend_type END, a.state,
a.query = {hidden} AND a.state IS NULL, pg_catalog.left(a.query, {shown}), pg_catalog.length(a.query) <= {shown}
AND pg_catalog.octet_length(a.query)
< pg_catalog.pg_size_bytes(pg_catalog.current_setting('track_activity_query_size')) - 4,
pg_catalog.to_char(a.query_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
pg_catalog.floor(1000 * extract(epoch FROM pg_catalog.clock_timestamp()
- CASE a.state WHEN 'active' THEN a.query_start ELSE a.state_change END))::bigint,
coalesce(w.lock, CASE a.state WHEN 'active' THEN a.wait_event_type || ': ' || a.wait_event END),
CASE WHEN w.pid IS NOT NULL THEN pg_catalog.array_to_string(pg_catalog.pg_blocking_pids(a.pid), ',') END
FROM pg_catalog.pg_stat_activity a LEFT JOIN waiting w ON w.pid = a.pid
WHERE a.pid <> pg_catalog.pg_backend_pid() AND (a.datid IS NOT NULL OR a.usesysid IS NOT NULL)
ORDER BY w.pid IS NULL, a.state = 'idle', a.query_start LIMIT {most}"""
# The server keeps no more of a statement than track_activity_query_size less one byte, and cuts no character in two.
# One statement comes as several messages, each of which sets query_start anew; its transaction begins with the first.
# From that one to the last it can take long: the plan is made between them. From a later one only a short time is
# allowed, because in a transaction that began before it the same text may well be run again.
_SAME_TEXT = (
    "CASE WHEN $3::text IS NULL THEN query = {hidden} ELSE pg_catalog.left(query, pg_catalog.length($3)) = $3 END"
)
_SAME_START = """query_start IS NOT DISTINCT FROM $2::timestamptz OR xact_start = $2::timestamptz OR (xact_start
< $2::timestamptz AND query_start BETWEEN $2::timestamptz AND $2::timestamptz + interval '100 milliseconds')"""
# looked at and signalled by one statement, so that no round trip lies between
_STOP = """WITH found AS MATERIALIZED (SELECT pid, state NOT LIKE 'idle%' AS runs, backend_start::text AS born,
xact_start::text AS begun, coalesce({text}, false) AS alike, coalesce(({text}) AND ({start}), false) AS same
FROM pg_catalog.pg_stat_activity WHERE pid = $1::integer AND pid <> pg_catalog.pg_backend_pid())
SELECT same, runs, born, alike, begun, CASE WHEN same AND {when} THEN pg_catalog.{function}(pid) END FROM found"""
_IN_PLACE = "'<insufficient privilege>'"  # of the statements of others
_EXISTS = """SELECT true FROM pg_catalog.pg_stat_activity
WHERE pid = $1::integer AND backend_start::text IS NOT DISTINCT FROM $2::text"""
_STATES = {
    "active": "active",
    "fastpath function call": "active",
    "idle": "idle",
    "idle in transaction": "idle_in_transaction",
    "idle in transaction (aborted)": "failed_transaction",
}
_HIDDEN_REASON = (
    "What the sessions of other users do is hidden from this user; members of the role pg_read_all_stats see it."
)
_PREPARED = "0"  # who holds a lock without being a session
_HIGHEST_PID = 2**31 - 1


async def processes(session: DatabaseSession) -> Processes:
    """The sessions of the server."""
    asked = _PROCESSES.format(hidden=_IN_PLACE, shown=SQL_CHARACTERS, most=MOST_PROCESSES)
    found = [_process(row) for row in await read(session, asked)]
    hides = any(one.state == HIDDEN for one in found)
    return Processes(found, _HIDDEN_REASON if hides else None)


def _process(row: tuple[Any, ...]) -> Process:
    pid, user, database, client, application, state, is_secret, sql, whole, started, elapsed, waits_for, blockers = row
    blocked_by = list(dict.fromkeys((blockers or "").split(","))) if blockers else []
    if _PREPARED in blocked_by:
        waits_for = f"{waits_for}, held by a prepared transaction"
    return Process(
        process_id=str(pid),
        user=user,
        database=database,
        client=client,
        application=application,
        state=HIDDEN if is_secret or state == "disabled" else _STATES.get(state or "idle", state),
        sql=None if is_secret else sql,
        sql_complete=bool(whole) or bool(is_secret),
        started_at=started,
        elapsed_ms=None if elapsed is None else max(int(elapsed), 0),
        waits_for=waits_for,
        blocked_by=[one for one in blocked_by if one != _PREPARED],
    )


async def stop(session: DatabaseSession, seen: Seen, *, terminate: bool) -> StopOutcome:
    """Stop a statement or a session, if it is still at what was seen."""
    pid = int(seen.process_id)
    if pid > _HIGHEST_PID:
        return "gone"
    function, when = ("pg_terminate_backend", "true") if terminate else ("pg_cancel_backend", "coalesce(runs, true)")
    text = _SAME_TEXT.format(hidden=_IN_PLACE)
    asked = _STOP.format(text=text, start=_SAME_START, function=function, when=when)
    rows = await read(session, asked, pid, seen.started_at, seen.sql)
    if not rows:
        return "gone"
    same, runs, born, _, begun, sent = rows[0]
    if not same:
        return "another_statement"
    if sent is None and runs is False:
        return "nothing_to_cancel"

    async def has_ended() -> bool:
        if terminate:
            return not await read(session, _EXISTS, pid, born)
        # Again, because one that comes between two messages of the statement has no effect. As long as the same text is
        # run in the same transaction it has not ended, also when its last message came too late to be signalled again.
        found = await read(session, asked, pid, seen.started_at, seen.sql)
        return not [row for row in found if row[1] and row[3] and row[4] == begun]

    if not sent:
        if await has_ended():
            return "gone"
        raise QueryFailed(f"PostgreSQL has not signalled the process {pid}.", QueryFailedDetails(engine_code=None))
    return await outcome(has_ended)
