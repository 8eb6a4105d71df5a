"""One connection: which database session a statement gets, and how half-read results make way."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest
from litebase_schema.query import FetchRequest

from litebase.client import RequestFailed
from tests.conftest import Database
from tests.server.room import ENDLESS_ROWS, Room, numbers, open_database, serving
from tests.work import SOON_S

pytestmark = pytest.mark.anyio

ROWS = 5000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with a rollback journal and a table `t` of many rows."""
    path = tmp_path / "many.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)")
    connection.execute(f"INSERT INTO t {numbers(ROWS)}")
    connection.commit()
    connection.close()
    return path


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    async with serving(max_db_sessions=2) as opened:
        yield opened


async def _half_read(database: Database, sql: str = "SELECT a FROM t") -> str:
    answer = await database.query(sql, window_rows=10)
    assert not answer.complete
    assert answer.result_id is not None
    return answer.result_id


async def _all_rows(database: Database, result_id: str) -> list[list[object]]:
    found: list[list[object]] = []
    while True:
        window = await database.client.fetch(FetchRequest(result_id=result_id, offset=len(found), limit=1000))
        assert not hasattr(window.rows, "chunks")
        found += [list(row) for row in window.rows]
        if window.complete:
            assert window.total_rows == len(found)
            return found


async def test_a_write_beside_a_half_read_result_is_not_locked_out_and_the_result_stays_whole(
    room: Room, file: Path
) -> None:
    async with room.database(file) as database:
        result_id = await _half_read(database)
        assert (await database.query("DELETE FROM t")).affected_rows == ROWS
        assert await _all_rows(database, result_id) == [[n] for n in range(1, ROWS + 1)]
        assert await database.rows("SELECT count(*) FROM t") == [[0]]


async def test_a_write_beside_a_query_that_is_still_finding_its_first_rows_is_not_locked_out(
    room: Room, file: Path
) -> None:
    """The query becomes a half-read result while the write already waits for its lock."""
    slow = f"SELECT a + (SELECT max(n) FROM ({numbers(500_000)})) FROM t"
    async with room.client() as client:
        database = await open_database(client, file, busy_timeout_ms=20_000)
        answers = []

        async def read() -> None:
            answers.append(await database.query(slow, window_rows=10))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read)
            await anyio.sleep(0.03)
            await database.query("DELETE FROM t")  # `limit_exceeded` when its wait for the lock is over
        assert len(answers) == 1


async def test_a_statement_that_finds_no_free_session_takes_that_of_the_result_that_was_used_longest_ago(
    room: Room, file: Path
) -> None:
    async with room.database(file) as database:
        results = [await _half_read(database) for _ in range(6)]  # three times as many as there are sessions
        for result_id in results:
            assert await _all_rows(database, result_id) == [[n] for n in range(1, ROWS + 1)]


async def test_statements_wait_for_a_session_and_say_how_long(room: Room, file: Path) -> None:
    slow = f"SELECT max(n) FROM ({numbers(300_000)})"
    async with room.database(file) as database:
        queued = []

        async def run() -> None:
            queued.append((await database.query(slow)).timings.queue_ms)

        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                tasks.start_soon(run)
        assert max(queued) > 10
        assert min(queued) < max(queued)


async def test_a_result_without_end_does_not_starve_a_waiting_statement_for_ever(room: Room, file: Path) -> None:
    """Its rows go to the store until the store's limit, or the statement is cancelled; the client stays in charge."""
    async with room.database(file) as database:
        for _ in range(2):
            await _half_read(database, ENDLESS_ROWS)
        with anyio.fail_after(SOON_S), pytest.raises(RequestFailed) as failed:
            await database.query("SELECT 1", timeout_ms=300)
        assert failed.value.code == "timeout"


async def test_a_reader_that_was_stopped_by_a_cancelled_statement_tells_so(room: Room, file: Path) -> None:
    """What was read stays readable; more of it is a conflict, not a wrong end."""
    async with room.database(file) as database:
        results = [await _half_read(database, ENDLESS_ROWS) for _ in range(2)]
        with pytest.raises(RequestFailed):
            await database.query("SELECT 1", timeout_ms=200)
        for result_id in results:
            window = await database.client.fetch(FetchRequest(result_id=result_id, offset=0, limit=10))
            assert window.rows == [[n] for n in range(1, 11)]
            assert not window.complete
            assert window.total_rows is None


@pytest.mark.parametrize("sql", ["BEGIN", "BEGIN IMMEDIATE", "SAVEPOINT a", "/* now */ BEGIN;"])
async def test_a_transaction_outside_a_session_of_its_own_is_refused_and_rolled_back(
    room: Room, file: Path, sql: str
) -> None:
    async with room.database(file) as database:
        with pytest.raises(RequestFailed) as failed:
            await database.query(sql)
        assert failed.value.code == "unsupported"
        assert "rolled back" in failed.value.message
        assert (await database.query("SELECT 1")).transaction_status == "idle"
        other = sqlite3.connect(file, timeout=0)
        other.execute("BEGIN EXCLUSIVE")
        other.close()


@pytest.mark.fault("Q19")
async def test_what_a_statement_sets_in_one_session_of_a_memory_database_stays_there(room: Room) -> None:
    async with room.database() as one, room.database() as other:
        await one.query("CREATE TABLE t (a)")
        with pytest.raises(RequestFailed):
            await other.query("SELECT * FROM t")
        assert await one.rows("SELECT * FROM t") == []


async def test_a_statement_that_is_not_confirmed_takes_no_session(room: Room, tmp_path: Path) -> None:
    async with room.client() as client:
        database = await open_database(client, tmp_path / "a.db", environment="production")
        for _ in range(2):
            await _half_read(database, ENDLESS_ROWS)  # both sessions are in use, and their results have no end
        with anyio.fail_after(SOON_S), pytest.raises(RequestFailed) as refused:
            await database.query("CREATE TABLE t (a)")
        assert refused.value.code == "confirmation_required"
