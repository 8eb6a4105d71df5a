"""What one client has open: ids, limits, and the order of closing."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest
from litebase_schema.connection import SqliteTarget

from litebase.drivers import load
from litebase.drivers.interface import DriverLimits, Statement
from litebase.drivers.pool import Checks, Pool
from litebase.errors import LimitExceeded, NotFound
from litebase.results.result import ReadingLimits, Result
from litebase.results.store import RowStore
from litebase.results.use import StoreUse
from litebase.server.client_session import ClientSession, RequestInFlight
from litebase.server.connection import Connection
from litebase.server.lease import Waits
from litebase.settings import Settings
from tests.server.room import numbers
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

SETTINGS = Settings(max_connections=2, max_results=2)


@pytest.fixture
def store_use() -> StoreUse:
    return StoreUse(2**20, 2**20)


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    opened = ClientSession(SETTINGS)
    yield opened
    await opened.aclose()


def _connected(session: ClientSession, path: Path) -> Connection:
    target = SqliteTarget(engine="sqlite", path=str(path), mode="create")
    pool = Pool(load("sqlite")(target, DriverLimits.of(SETTINGS)), 3, 60.0, 2.0, Checks(60.0, 2.0))
    connection = Connection(session.new_id("c"), "sqlite", pool, pool, 2.0)
    session.add_connection(connection)
    return connection


async def _half_read(session: ClientSession, connection: Connection, store_use: StoreUse) -> str:
    cursor = await connection.execute(Statement(numbers(5000), None, 10), Waits(), confirmed=False)
    store = RowStore(store_use, 65536, 2**20)
    result = Result(cursor, store, ReadingLimits(500, 2**20, 0.05))
    await result.window(0, 10)
    return session.add_result(result, connection, cursor.columns)


async def test_ids_are_never_given_twice(session: ClientSession) -> None:
    assert len({session.new_id(letter) for letter in "crs" * 100}) == 300


async def test_ids_that_are_not_open_are_not_found(session: ClientSession) -> None:
    with pytest.raises(NotFound) as failed:
        session.connection("c1" * 100)
    assert failed.value.data().details == {"what": "connection_id", "id": ("c1" * 100)[:63] + "…"}
    for call in (session.close_result, session.close_connection):
        with pytest.raises(NotFound):
            await call("x")


async def test_there_are_no_more_connections_and_results_than_the_limits(
    session: ClientSession, store_use: StoreUse, tmp_path: Path
) -> None:
    connection = _connected(session, tmp_path / "a.db")
    with session.room_for_connection():
        pass
    _connected(session, tmp_path / "b.db")
    with pytest.raises(LimitExceeded, match="db_disconnect"), session.room_for_connection():
        pass
    first = await _half_read(session, connection, store_use)
    with session.room_for_result():
        pass
    await _half_read(session, connection, store_use)
    with pytest.raises(LimitExceeded, match="close_result"), session.room_for_result():
        pass
    await session.close_result(first)
    with session.room_for_result():
        pass
    await session.close_connection(connection.id)
    assert (session.connection_count, session.result_count) == (1, 0)


async def test_a_closed_result_gives_its_database_session_back(
    session: ClientSession, store_use: StoreUse, tmp_path: Path
) -> None:
    connection = _connected(session, tmp_path / "a.db")
    result_id = await _half_read(session, connection, store_use)
    assert await connection.pool.take_idle() is None
    await session.close_result(result_id)
    free = await connection.pool.take_idle()
    assert free is not None
    assert free.usable
    assert store_use.memory_bytes == 0


async def test_closing_a_session_frees_files_memory_and_locks(
    session: ClientSession, store_use: StoreUse, tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    sqlite3.connect(path).execute("CREATE TABLE t (a)").connection.close()
    connection = _connected(session, path)
    await _half_read(session, connection, store_use)
    await _half_read(session, connection, store_use)
    with anyio.fail_after(SOON_S):
        await session.aclose()
    assert store_use.memory_bytes == 0
    assert (session.connection_count, session.result_count) == (0, 0)
    assert connection.pool.open_sessions == 0
    other = sqlite3.connect(path, timeout=0)
    other.execute("BEGIN EXCLUSIVE")
    other.close()


async def test_a_request_that_may_not_be_cancelled_says_so() -> None:
    assert await RequestInFlight("1", "health_check", None).cancel() == "not_cancellable"
    assert RequestInFlight("1", "query", None).cancellable


async def test_the_upkeep_looks_again_when_a_session_comes_back_without_a_request(
    session: ClientSession, tmp_path: Path
) -> None:
    """As after a read that was begun for a request which is cancelled by now."""
    connection = _connected(session, tmp_path / "a.db")
    taken = await connection.free_session(Waits())
    session.changed = anyio.Event()
    await connection.pool.give_back(taken)
    assert session.changed.is_set()
