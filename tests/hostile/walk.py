"""What a client does in one conversation: everything that makes the driver read something of its own kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.hostile.line import AsyncLine
from tools.services import Service

_TYPES = {
    "mysql": (
        "SELECT seq AS n, -seq AS m, repeat('a', seq * 9) AS t, now() AS d, 1.5 AS f, cast(seq AS DOUBLE) AS g, "
        "NULL AS z, x'00ff' AS b, '12:00:01' AS h, b'1' AS bits, json_object('a', seq) AS j FROM seq_1_to_40"
    ),
    "postgresql": (
        "SELECT n, -n AS m, repeat('a', n * 9) AS t, now() AS d, 1.5 AS f, n::float8 AS g, NULL AS z, "
        "'\\x00ff'::bytea AS b, '12:00:01'::time AS h, true AS bits, ARRAY[n] AS a, '{\"a\": 1}'::jsonb AS j "
        "FROM generate_series(1, 40) AS g (n)"
    ),
}
_MANY = {"mysql": "SELECT seq FROM seq_1_to_3000", "postgresql": "SELECT n FROM generate_series(1, 3000) AS g (n)"}
_PLACEHOLDERS = {"mysql": "SELECT ?, ?", "postgresql": "SELECT $1::int4, $2::text"}
_SCRIPT = (
    "CREATE TEMPORARY TABLE hostile (a INT); INSERT INTO hostile VALUES (1), (2); "
    "UPDATE hostile SET a = a + 1; SELECT a FROM hostile; DROP TABLE hostile"
)
LYING_MS = 1500  # how long a request waits for a server that may never answer
TRUE_MS = 60_000  # and for one that will
_MOST_WINDOWS = 20  # a server that lies may have rows without an end


def target(service: Service, port: int, patience_ms: int) -> dict[str, Any]:
    """How to connect to the service, or to who plays it, at a port of this machine."""
    return {
        "engine": service.engine, "host": "127.0.0.1", "port": port, "user": service.user, "password": service.password,
        "database": service.database, "tls": "disable", "connect_timeout_ms": patience_ms,
    }  # fmt: skip


class Stopped(Exception):
    """A request was refused where a true server would not have made it so. The text is its type and the error code."""


async def walk(line: AsyncLine, data: Mapping[str, Any]) -> None:
    """All of it, over one connection, which is closed in any case. Raises `Stopped` at the first error.

    Every request has as much time as connecting has.
    """
    opened = await _ask(line, "db_connect", data)
    connection_id = opened["connection_id"]
    try:
        await _Work(line, data["engine"], connection_id, data["connect_timeout_ms"]).do()
    finally:
        await line.ask("db_disconnect", {"connection_id": connection_id})


@dataclass
class _Work:
    """What is asked over one connection."""

    line: AsyncLine
    engine: str
    connection_id: str
    patience_ms: int

    async def do(self) -> None:
        where = {"connection_id": self.connection_id}
        rows = await self._query(_TYPES[self.engine], window_rows=5)
        if rows["result_id"]:
            await self._read_on(rows["result_id"], 5)
            await _ask(self.line, "close_result", {"result_id": rows["result_id"]})
        await self._query(_PLACEHOLDERS[self.engine], params=[1, "two"])
        many = await self._query(_MANY[self.engine], window_rows=10)
        if many["result_id"]:
            await self._read_on(many["result_id"], 1000)
        await _ask(self.line, "run_script", {**where, "sql": _SCRIPT, "timeout_ms": self.patience_ms})
        own = await _ask(self.line, "open_db_session", where)
        inside = {"db_session_id": own["db_session_id"]}
        await _ask(self.line, "begin", inside)
        await self._query("SELECT * FROM nothing_there", but=("query_failed",), **inside)
        await _ask(self.line, "rollback", inside)
        await _ask(self.line, "close_db_session", inside)
        await self._query(_MANY[self.engine], window_rows=10)  # and left half read

    async def _read_on(self, result_id: str, offset: int) -> None:
        """The rest of a result, in as many windows as a busy machine makes of it.

        A result that is not read to its end keeps its session, and one that is closed early costs it: the next request
        would go to a second session, which the recording does not have.
        """
        for _ in range(_MOST_WINDOWS):
            window = await _ask(self.line, "fetch", {"result_id": result_id, "offset": offset, "limit": 2500})
            if window["complete"]:
                return
            offset += len(window["rows"])

    async def _query(self, sql: str, *, but: Sequence[str] = (), **options: Any) -> dict[str, Any]:
        data = {"connection_id": self.connection_id, "sql": sql, "timeout_ms": self.patience_ms, **options}
        return await _ask(self.line, "query", data, but)


async def _ask(line: AsyncLine, kind: str, data: Mapping[str, Any], but: Sequence[str] = ()) -> dict[str, Any]:
    answer = await line.ask(kind, data)
    found: dict[str, Any] = answer["data"]
    if answer["type"] == "error" and found["code"] not in but:
        raise Stopped(f"{kind} {found['code']}")
    return found
