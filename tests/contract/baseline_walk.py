"""Sends every request of an older contract to today's backend, with the Python client and the models of that version.

Run as a program with the folder of the rebuilt `litebase_schema` first in the path. It uses only requests of the first
version, so that it works with the models of every later one. At the end it prints as JSON the version and the requests
that it sent.
"""

import json
import sys
from pathlib import Path
from typing import Any

import anyio
import litebase_schema
from anyio.abc import ByteStream
from litebase_schema.cancel import CancelRequest
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.db_session import (
    BeginRequest,
    CloseDbSessionRequest,
    CommitRequest,
    OpenDbSessionRequest,
    ReleaseSavepointRequest,
    RollbackRequest,
    RollbackToSavepointRequest,
    SavepointRequest,
)
from litebase_schema.health import HealthCheckRequest
from litebase_schema.query import CellFetchRequest, CloseResultRequest, FetchRequest, QueryRequest
from litebase_schema.registry import PROTOCOL_MAJOR, PROTOCOL_MINOR
from litebase_schema.script import RunScriptRequest

from litebase.client import Client, RequestFailed

PATIENCE_S = 30
NUMBERS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5000) SELECT n, 'row ' || n FROM r"
ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"


class Recorder(Client):
    """A client that remembers which requests it sent."""

    def __init__(self, stream: ByteStream) -> None:
        super().__init__(stream)
        self.sent: set[str] = set()

    async def start(self, message_type: str, data: Any) -> Any:
        """Send a request and note its type."""
        self.sent.add(message_type)
        return await super().start(message_type, data)


def plain(rows: Any) -> list[list[Any]]:
    """Rows as lists."""
    return [list(row) for row in rows]


async def read_windows(client: Client, connection_id: str) -> None:
    """Read a result by windows, and a cell in pieces."""
    first = await client.query(QueryRequest(connection_id=connection_id, sql=NUMBERS, window_rows=10))
    assert len(plain(first.rows)) == 10
    assert first.result_id is not None
    window = await client.fetch(FetchRequest(result_id=first.result_id, offset=4000, limit=5))
    assert plain(window.rows)[0] == [4001, "row 4001"]
    await client.close_result(CloseResultRequest(result_id=first.result_id))
    long = QueryRequest(connection_id=connection_id, sql="SELECT ?", params=["x" * 1000], max_cell_bytes=16)
    cut = await client.query(long)
    assert cut.result_id is not None
    cell = CellFetchRequest(result_id=cut.result_id, row=0, column=0, offset=0, length=1000)
    assert (await client.cell_fetch(cell)).piece == b"x" * 1000


async def use_a_session(client: Client, connection_id: str) -> None:
    """Use transactions and savepoints in a pinned database session."""
    own = (await client.open_db_session(OpenDbSessionRequest(connection_id=connection_id))).db_session_id
    assert (await client.begin(BeginRequest(db_session_id=own))).transaction_status == "in_transaction"
    await client.savepoint(SavepointRequest(db_session_id=own, name="s"))
    await client.query(
        QueryRequest(connection_id=connection_id, db_session_id=own, sql="INSERT INTO t VALUES (9, NULL)")
    )
    await client.rollback_to_savepoint(RollbackToSavepointRequest(db_session_id=own, name="s"))
    await client.release_savepoint(ReleaseSavepointRequest(db_session_id=own, name="s"))
    assert (await client.commit(CommitRequest(db_session_id=own))).transaction_status == "idle"
    await client.begin(BeginRequest(db_session_id=own))
    assert (await client.rollback(RollbackRequest(db_session_id=own))).transaction_status == "idle"
    await client.close_db_session(CloseDbSessionRequest(db_session_id=own))


async def stop_a_query(client: Client, connection_id: str) -> None:
    """Cancel an endless query."""
    endless = await client.start("query", QueryRequest(connection_id=connection_id, sql=ENDLESS))
    assert (await client.cancel(CancelRequest(request_id=endless.id))).outcome == "stopped"
    assert (await refusal(endless.answer())).code == "cancelled"


async def refusal(call: Any) -> RequestFailed:
    """The error of a call that must fail."""
    failed = None
    try:
        await call
    except RequestFailed as error:
        failed = error
    assert failed is not None, "this request must fail"
    return failed


async def walk(client: Client) -> None:
    """Send every request of the first version, and read the answers with the old models."""
    greeting = await client.greet()
    assert greeting.protocol.major == PROTOCOL_MAJOR
    assert (await client.health_check(HealthCheckRequest())).status == "healthy"
    opened = await client.db_connect(SqliteTarget(engine="sqlite", mode="memory", name="an older client"))
    connection_id = opened.connection_id
    script = "CREATE TABLE t (n INTEGER, b BLOB); INSERT INTO t VALUES (1, x'00ff'); SELECT * FROM t;"
    assert len((await client.run_script(RunScriptRequest(connection_id=connection_id, sql=script))).statements) == 3
    answer = await client.query(QueryRequest(connection_id=connection_id, sql="SELECT * FROM t"))
    assert plain(answer.rows) == [[1, b"\x00\xff"]]
    await read_windows(client, connection_id)
    await use_a_session(client, connection_id)
    await stop_a_query(client, connection_id)
    wrong = await refusal(client.query(QueryRequest(connection_id=connection_id, sql="SELECT no_such_column FROM t")))
    assert (wrong.code, wrong.details is None) == ("query_failed", False)
    await client.db_disconnect(DbDisconnectRequest(connection_id=connection_id))
    lost = await refusal(client.query(QueryRequest(connection_id=connection_id, sql="SELECT 1")))
    assert (lost.code, lost.details.what) == ("not_found", "connection_id")


async def main(*arguments: str) -> None:
    """Send all requests and print which. Arguments: the backend's socket, and the folder of the rebuilt models."""
    socket, models = arguments
    assert Path(str(litebase_schema.__file__)).is_relative_to(models), "these are not the rebuilt models"
    with anyio.fail_after(PATIENCE_S):
        async with await anyio.connect_unix(socket) as stream, anyio.create_task_group() as tasks:
            client = Recorder(stream)
            tasks.start_soon(client.read_answers)
            await walk(client)
            tasks.cancel_scope.cancel()
    print(json.dumps({"version": [PROTOCOL_MAJOR, PROTOCOL_MINOR], "sent": sorted(client.sent)}))


if __name__ == "__main__":
    anyio.run(main, *sys.argv[1:])
