"""Whatever a client did and however it left, no object of it stays. The server is in this process, to be counted."""

import gc
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio import to_thread

from litebase.server.backend import Backend
from litebase.settings import Settings
from tests.end_to_end.dialects import DIALECTS, Dialect, target_data
from tests.end_to_end.frames import Line, dial
from tests.end_to_end.inside import serving
from tests.end_to_end.invariants import BACK_S

pytestmark = pytest.mark.anyio

COUNTED = {"litebase", "litebase_schema", "aiosqlite", "psycopg", "psycopg_binary", "asyncmy", "anyio"}
Way = Callable[[Line, str, Dialect], None]


def disconnect(line: Line, connection_id: str, _dialect: Dialect) -> None:
    line.ask_ok("query", {"connection_id": connection_id, "sql": "SELECT 1"})
    line.ask_ok("db_disconnect", {"connection_id": connection_id})


def leave_all_open(line: Line, connection_id: str, dialect: Dialect) -> None:
    """A result that is half read, and a transaction in a database session of its own."""
    rows = {"sql": dialect.numbers.format(count=5000), "window_rows": 10}
    assert line.ask_ok("query", {"connection_id": connection_id, **rows})["result_id"] is not None
    opened = line.ask_ok("open_db_session", {"connection_id": connection_id})
    line.ask_ok("begin", {"db_session_id": opened["db_session_id"]})


def fail(line: Line, connection_id: str, _dialect: Dialect) -> None:
    line.ask_error("query", {"connection_id": connection_id, "sql": "SELECT nonsense FROM nowhere"})


def cancel(line: Line, connection_id: str, dialect: Dialect) -> None:
    request = line.send("query", {"connection_id": connection_id, "sql": dialect.endless})
    time.sleep(0.02)
    line.ask_ok("cancel", {"request_id": request})
    assert line.answer(request)["data"]["code"] == "cancelled"


def leave_in_the_middle(line: Line, connection_id: str, dialect: Dialect) -> None:
    line.send("query", {"connection_id": connection_id, "sql": dialect.endless})
    time.sleep(0.02)


def visit(endpoint: dict[str, Any], target: dict[str, Any], way: Way) -> None:
    """One client from its first byte to its last."""
    with dial(endpoint) as line:
        connection_id = line.ask_ok("db_connect", target)["connection_id"]
        way(line, connection_id, DIALECTS[target["engine"]])


async def objects(backend: Backend) -> Counter[str]:
    """How many objects of the server and of its libraries there are, by type, when no client is there."""
    with anyio.fail_after(BACK_S):
        while backend.clients:
            await anyio.sleep(0.01)
    gc.collect()
    types = (type(one) for one in gc.get_objects())
    return Counter(f"{kind.__module__}.{kind.__qualname__}" for kind in types if root(kind) in COUNTED)


def root(kind: type) -> str:
    return str(kind.__module__).partition(".")[0]


@pytest.mark.fault("R01", "INV3")
@pytest.mark.parametrize("way", [disconnect, leave_all_open, fail, cancel, leave_in_the_middle])
@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mysql"])
async def test_clients_that_come_and_go_leave_no_object(
    tmp_path: Path, engine: str, way: Way, request: pytest.FixtureRequest
) -> None:
    where = tmp_path / "data.db" if engine == "sqlite" else request.getfixturevalue(f"{engine}_service")
    target = target_data(where)
    async with serving(tmp_path, Settings()) as server:
        for _ in range(3):  # what is made once
            await to_thread.run_sync(visit, server.endpoint, target, way)
        before = await objects(server.backend)
        for _ in range(8):
            await to_thread.run_sync(visit, server.endpoint, target, way)
        end = time.monotonic() + BACK_S  # no scope of anyio: it would be counted
        while left := await objects(server.backend) - before:
            assert time.monotonic() < end, f"still there: {left}"
            await anyio.sleep(0.05)
