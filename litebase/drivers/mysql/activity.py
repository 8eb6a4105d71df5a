"""What a MySQL or MariaDB server does: its sessions, who waits for whom, and stopping one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from litebase.drivers.activity import MOST_PROCESSES, SQL_CHARACTERS, Process, Processes, Seen, StopOutcome, outcome
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.objects import read
from litebase.errors import QueryFailed

_PROCESSES = """SELECT ID, USER, DB, HOST, COMMAND, STATE, LEFT(INFO, {shown}),
CHAR_LENGTH(INFO) <= {shown}, {ms},
DATE_FORMAT(UTC_TIMESTAMP(6) - INTERVAL ROUND({ms} * 1000) MICROSECOND, '%Y-%m-%dT%H:%i:%s.%fZ'), {query_id}
FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND COMMAND <> 'Daemon'"""
_ALL = f" ORDER BY COMMAND = 'Sleep', TIME DESC LIMIT {MOST_PROCESSES}"
_ONE = " AND ID = ?"
_MARIADB = {"shown": SQL_CHARACTERS, "ms": "TIME_MS", "query_id": "QUERY_ID"}
# which counts whole seconds, and does not number statements
_MYSQL = {"shown": SQL_CHARACTERS, "ms": "(TIME * 1000)", "query_id": "NULL"}

_TRANSACTIONS = "SELECT trx_mysql_thread_id, trx_state FROM information_schema.INNODB_TRX"
_ROW_LOCKS = """SELECT r.trx_mysql_thread_id, b.trx_mysql_thread_id FROM information_schema.INNODB_LOCK_WAITS w
JOIN information_schema.INNODB_TRX r ON r.trx_id = w.requesting_trx_id
JOIN information_schema.INNODB_TRX b ON b.trx_id = w.blocking_trx_id"""
_ROW_LOCKS_IN_MYSQL_8 = """SELECT r.PROCESSLIST_ID, b.PROCESSLIST_ID FROM performance_schema.data_lock_waits w
JOIN performance_schema.threads r ON r.THREAD_ID = w.REQUESTING_THREAD_ID
JOIN performance_schema.threads b ON b.THREAD_ID = w.BLOCKING_THREAD_ID"""
_TABLE_LOCKS = """SELECT r.PROCESSLIST_ID, b.PROCESSLIST_ID FROM performance_schema.metadata_locks w
JOIN performance_schema.metadata_locks h ON h.OBJECT_TYPE = w.OBJECT_TYPE AND h.OBJECT_SCHEMA <=> w.OBJECT_SCHEMA
AND h.OBJECT_NAME <=> w.OBJECT_NAME AND h.LOCK_STATUS = 'GRANTED' AND h.OWNER_THREAD_ID <> w.OWNER_THREAD_ID
JOIN performance_schema.threads r ON r.THREAD_ID = w.OWNER_THREAD_ID
JOIN performance_schema.threads b ON b.THREAD_ID = h.OWNER_THREAD_ID
WHERE w.LOCK_STATUS = 'PENDING' AND w.OBJECT_TYPE = 'TABLE'"""

_NO_SUCH_PROCESS, _NO_SUCH_QUERY = "1094", "1957"
_HIDDEN_REASON = (
    "The sessions of other users are hidden from this user, and so is which transactions are open and wait; the "
    "privilege PROCESS shows them."
)
_UNTOLD_LOCKS = "Which sessions wait for which is hidden from this user: {}"
_LOCK_WAIT = "LOCK WAIT"
_WAITS = ("Waiting", "User lock")
_MARIADB_ERROR_S, _MYSQL_ERROR_S = 0.5, 1.5  # of the time at which a statement began, from one look to the next


async def processes(session: DatabaseSession) -> Processes:
    """The sessions of the server. A user without the privilege PROCESS sees his own alone."""
    version = ServerVersion.of(session.server_version)
    rows = await read(session, _PROCESSES.format(**(_MARIADB if version.is_mariadb else _MYSQL)) + _ALL)
    reason: str | None = None
    transactions: dict[int, str] = {}
    blockers: dict[int, list[str]] = {}
    try:
        transactions = {int(thread): str(state) for thread, state in await read(session, _TRANSACTIONS)}
    except QueryFailed:
        reason = _HIDDEN_REASON
    else:
        try:
            blockers = await _blockers(session, version, rows, transactions)
        except QueryFailed as refused:
            reason = _UNTOLD_LOCKS.format(refused.message)
    return Processes([_process(row, transactions, blockers) for row in rows], reason)


async def _blockers(
    session: DatabaseSession, version: ServerVersion, rows: Sequence[tuple[Any, ...]], transactions: Mapping[int, str]
) -> dict[int, list[str]]:
    """Who waits for whom. Asked only where somebody waits."""
    found: dict[int, list[str]] = {}
    asked = []
    if _LOCK_WAIT in transactions.values():
        asked.append(_ROW_LOCKS_IN_MYSQL_8 if not version.is_mariadb and version.release >= (8, 0, 1) else _ROW_LOCKS)
    if not version.is_mariadb and any("metadata lock" in str(row[5]) for row in rows):
        asked.append(_TABLE_LOCKS)
    for sql in asked:
        for waiting, holding in await read(session, sql):
            ids = found.setdefault(int(waiting), [])
            if str(holding) not in ids and waiting != holding:
                ids.append(str(holding))
    return found


def _process(row: tuple[Any, ...], transactions: Mapping[int, str], blockers: Mapping[int, Sequence[str]]) -> Process:
    id_, user, database, host, command, state, sql, is_whole, elapsed, started, _ = row
    number = int(id_)
    waits_for = state if state and str(state).startswith(_WAITS) else None
    is_idle = command == "Sleep"
    if not is_idle and transactions.get(number) == _LOCK_WAIT:  # InnoDB says it a tenth of a second longer
        waits_for = waits_for or _LOCK_WAIT
    return Process(
        process_id=str(id_),
        user=user,
        database=database,
        client=host or None,
        application=None if command in ("Query", "Execute", "Sleep") else command,
        state=("idle_in_transaction" if number in transactions else "idle") if is_idle else "active",
        sql=sql,
        sql_complete=sql is None or bool(is_whole),
        started_at=started,
        elapsed_ms=None if elapsed is None else max(round(float(elapsed)), 0),
        waits_for=waits_for,
        blocked_by=() if is_idle else blockers.get(number, ()),
    )


async def stop(session: DatabaseSession, seen: Seen, *, terminate: bool) -> StopOutcome:
    """Stop a statement or a session, if it is still at what was seen.

    MariaDB numbers statements and stops one by its number, so never another one. In MySQL, and where a session is
    ended, the look and the KILL are two statements, and another one may begin between them.
    """
    is_mariadb = ServerVersion.of(session.server_version).is_mariadb
    asked = _PROCESSES.format(**(_MARIADB if is_mariadb else _MYSQL)) + _ONE

    async def look() -> tuple[Any, ...] | None:
        rows = await read(session, asked, int(seen.process_id))
        return rows[0] if rows else None

    found = await look()
    if found is None:
        return "gone"
    if not _is_same(found, seen, _MARIADB_ERROR_S if is_mariadb else _MYSQL_ERROR_S):
        return "another_statement"
    if not terminate and found[4] == "Sleep":
        return "nothing_to_cancel"
    by_number = is_mariadb and not terminate
    kill = f"KILL QUERY ID {found[10]}" if by_number else f"KILL {'CONNECTION' if terminate else 'QUERY'} {found[0]}"
    try:
        await session.rows(kill)
    except QueryFailed as failed:
        if failed.query_details.engine_code not in (_NO_SUCH_PROCESS, _NO_SUCH_QUERY):
            raise
        return "gone" if await look() is None else "another_statement"

    async def has_ended() -> bool:
        now = await look()
        if now is None or terminate:
            return now is None
        return bool(now[4] == "Sleep" or now[10] != found[10] or now[6] != found[6])

    return await outcome(has_ended)


def _is_same(row: tuple[Any, ...], seen: Seen, error_s: float) -> bool:
    sql, started = row[6], row[9]
    if (sql is None) != (seen.sql is None) or (sql is not None and not sql.startswith(seen.sql)):
        return False
    if started is None or seen.started_at is None:
        return started is None and seen.started_at is None
    apart = datetime.fromisoformat(started) - datetime.fromisoformat(seen.started_at)
    return abs(apart.total_seconds()) <= error_s
