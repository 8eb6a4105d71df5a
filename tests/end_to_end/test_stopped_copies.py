"""Copies that are stopped say what is in, go on after that, and read one snapshot."""

import re
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.copies import CopyTableRequest

from litebase.client import RequestFailed
from litebase.client.channel import PendingCall
from tests.conftest import RunningBackend
from tests.end_to_end.test_copies import ENGINES, Side, Sides, copy, failure, pair, sides
from tests.work import SOON_S

__all__ = ["pair", "sides"]
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="needs private servers")]


async def _numbers(side: Side, last: int, width: int = 100) -> None:
    await side.run(f"CREATE TABLE copy_source (id INTEGER PRIMARY KEY, t VARCHAR({2 * width}))")
    for first in range(1, last + 1, 5000):
        rows = ",".join(f"({at},'{'x' * width}{at}')" for at in range(first, min(first + 5000, last + 1)))
        await side.query(f"INSERT INTO copy_source VALUES {rows}")


async def test_a_copy_that_stopped_goes_on_after_the_highest_key(pair: tuple[Side, Side]) -> None:
    source, target = pair
    await _numbers(source, 6000)
    await source.query("UPDATE copy_source SET id = 6001 WHERE id = 6000")
    first = await copy(source, target, all_or_nothing=False)
    assert first.rows == 6000
    await target.query("DELETE FROM copy_target WHERE id > 2500")
    rest = await copy(source, target, structure="existing", resume=True)
    assert (rest.read, rest.rows) == (3500, 3500)
    assert "2500" in rest.statements[0]
    sums = "SELECT count(*), max(id), min(t), max(t), count(DISTINCT t) FROM {}"
    assert await target.rows(sums.format("copy_target")) == await source.rows(sums.format("copy_source"))
    assert (await copy(source, target, structure="existing", resume=True)).rows == 0
    await target.run("DELETE FROM copy_target WHERE id = 100", "DELETE FROM copy_target WHERE id > 2500")
    hole = await failure(copy(source, target, structure="existing", resume=True))
    assert (hole.code, "2,500" in hole.message, "2,499" in hole.message) == ("conflict", True, True)


async def _begun(source: Side, target: Side, name: str = "copy_source", **more: Any) -> PendingCall:
    """A copy that goes on."""
    request = CopyTableRequest(
        connection_id=source.connection_id,
        object=source.ref(name),
        target_connection_id=target.connection_id,
        target=target.ref("copy_target"),
        **more,
    )
    return await source.client.start("copy_table", request)


async def _count(side: Side) -> int:
    try:
        ((count,),) = await side.rows("SELECT count(*) FROM copy_target")
    except RequestFailed:
        return 0
    return int(count)


async def _many(side: Side, width: int = 100) -> None:
    await _numbers(side, 10_000, width)
    for at in range(1, 4):
        await side.query(f"INSERT INTO copy_source SELECT id + {10_000 * at}, t FROM copy_source WHERE id <= 10000")


async def test_a_cancel_says_how_many_rows_are_in_and_the_rest_follows(pair: tuple[Side, Side]) -> None:
    source, target = pair
    await _many(source)
    call = await _begun(source, target, all_or_nothing=False)
    while not await _count(target):
        await anyio.sleep(0.01)
    await source.client.cancel(CancelRequest(request_id=call.id))
    stopped = await failure(call.answer())
    there = await _count(target)
    assert stopped.code == "cancelled"
    assert f"{there:,} rows are in" in stopped.message
    assert 0 < there < 40_000
    rest = await copy(source, target, structure="existing", resume=True)
    assert rest.rows == 40_000 - there
    assert await _count(target) == 40_000


async def test_a_copy_of_one_transaction_that_is_cancelled_leaves_nothing(pair: tuple[Side, Side]) -> None:
    source, target = pair
    await _many(source)
    call = await _begun(source, target)
    await anyio.sleep(0.1)
    await source.client.cancel(CancelRequest(request_id=call.id))
    stopped = await failure(call.answer())
    assert (stopped.code, "No row is in." in stopped.message) == ("cancelled", True)
    assert (await failure(copy(target, source, "copy_target", "copy_back"))).code == "not_found"
    assert (await copy(source, target)).rows == 40_000  # both sides are as they were


_RUNNING = {
    "postgresql": "SELECT pid FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() AND "
    "usename = current_user AND CASE WHEN {reads} THEN query LIKE 'SELECT%copy_source%' ELSE query LIKE 'COPY %' "
    "OR query LIKE '%SAVEPOINT%' END",
    "mysql": "SELECT p.id FROM information_schema.processlist p LEFT JOIN information_schema.innodb_trx t "
    "ON p.id = t.trx_mysql_thread_id WHERE p.id <> connection_id() AND (p.info LIKE '%copy_source%' "
    "OR t.trx_rows_modified = 0) = {reads} AND (t.trx_id IS NOT NULL OR p.info LIKE '%copy_source%')",
}
_END = {"postgresql": "SELECT pg_terminate_backend({})", "mysql": "KILL {}"}


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
@pytest.mark.parametrize("loses", ["source", "target"])
@pytest.mark.parametrize("all_or_nothing", [True, False])
async def test_a_lost_link_is_an_error_that_says_what_is_in(
    sides: Sides, engine: str, loses: str, all_or_nothing: bool
) -> None:
    server, file, other = await sides.open(engine), await sides.open("sqlite"), await sides.open(engine)
    source, target = (server, file) if loses == "source" else (file, server)
    for one in (source, target):
        await one.clear()
    await _many(source, 1000)  # more than the buffers of a link hold: the server is not done before the copy is
    call = await _begun(source, target, all_or_nothing=all_or_nothing)
    find = _RUNNING[engine].format(reads=("TRUE" if loses == "source" else "FALSE"))
    ended = False
    with anyio.move_on_after(SOON_S):
        while not ended:
            if (engine, loses) == ("mysql", "target"):
                await anyio.sleep(0.12)  # InnoDB repeats what it said while it is asked more often
            if not all_or_nothing and not await _count(target):
                continue
            for (number,) in await other.rows(find):
                await other.query(_END[engine].format(number))
                ended = True
    assert ended
    failed = await failure(call.answer())
    there = await _count(target)
    if all_or_nothing:
        assert (failed.code, there) == ("connection_lost", 0), failed.message
        assert "no row is in" in failed.message
    else:
        assert failed.code == "outcome_unknown", failed.message
        assert f"{there:,} rows" in failed.message
    await copy(source, target, structure="as_needed", mode="replace")
    assert await _count(target) == 40_000
    for one in (source, target):
        await one.clear()


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
async def test_the_source_is_read_in_one_snapshot(sides: Sides, engine: str) -> None:
    source, target = await sides.open(engine), await sides.open("sqlite")
    await source.clear()
    await _many(source)
    call = await _begun(source, target, all_or_nothing=False)
    while not await _count(target):
        await anyio.sleep(0.01)
    await source.run("DELETE FROM copy_source WHERE id > 20000", "INSERT INTO copy_source VALUES (100001, 'new')")
    answer = await call.answer()
    assert answer.rows == 40_000
    assert await target.rows("SELECT count(*), max(id) FROM copy_target") == [[40_000, 40_000]]
    await source.clear()


async def test_more_copies_at_once_than_there_are_sessions_come_to_their_end(sides: Sides) -> None:
    one = await sides.open("postgresql")
    await one.clear()
    await _numbers(one, 3000)
    answers = list[int]()

    async def copied(number: int) -> None:
        answers.append((await copy(one, one, to=f"copy_many_{number}")).rows)

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            for number in range(12):
                tasks.start_soon(copied, number)
    assert answers == [3000] * 12
    for number in range(12):
        await one.query(f"DROP TABLE copy_many_{number}")
    await one.clear()


@pytest.mark.parametrize("engine", ENGINES)
async def test_long_cells_take_little_memory(sides: Sides, engine: str, backend: RunningBackend) -> None:
    source, target = await sides.open(engine), await sides.open("sqlite", "two")
    await source.clear()
    await source.query(
        f"CREATE TABLE copy_source (id INTEGER PRIMARY KEY, t {'LONGTEXT' if engine == 'mysql' else 'TEXT'})"
    )
    long = {
        "sqlite": "hex(zeroblob(500000))",
        "postgresql": "repeat('0', 1000000)",
        "mysql": "repeat('0', 1000000)",
    }[engine]
    for at in range(1, 101):
        await source.query(f"INSERT INTO copy_source VALUES ({at}, {long})")
    before = _peak(backend.pid)
    assert (await copy(source, target)).rows == 100
    assert _peak(backend.pid) - before < 60 * 1024 * 1024  # of 100 MB
    assert await target.rows("SELECT sum(length(t)) FROM copy_target") == [[100_000_000]]
    await source.clear()


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024  # type: ignore[index]  # Linux has it


async def test_a_source_that_fails_half_way_is_an_error_that_says_what_is_in(sides: Sides) -> None:
    source, target = await sides.open("postgresql"), await sides.open("sqlite")
    await source.clear()
    await source.query(
        "CREATE VIEW copy_view AS SELECT n, 1 / (10000 - n) AS a FROM generate_series(1, 10000) AS g (n)"
    )
    call = await source.client.start(
        "copy_table",
        CopyTableRequest(
            connection_id=source.connection_id,
            object=source.ref("copy_view", "view"),
            target_connection_id=target.connection_id,
            target=target.ref("copy_target"),
            all_or_nothing=False,
        ),
    )
    failed = await failure(call.answer())
    there = await _count(target)
    assert 0 < there < 10_000
    assert (failed.code, f"{there:,} rows are in" in failed.message) == ("query_failed", True), failed.message
    await source.clear()


async def test_a_link_that_is_lost_after_the_rows_is_an_error_that_says_that_they_are_in(sides: Sides) -> None:
    one, other = await sides.open("postgresql"), await sides.open("postgresql")
    await one.clear()
    await one.run(
        "CREATE OR REPLACE FUNCTION copy_slow(a int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM pg_catalog.pg_sleep(CASE WHEN a = 7 THEN 0 ELSE 3 END); RETURN a; END $$",
        "CREATE TABLE copy_source (a int)",
        "INSERT INTO copy_source VALUES (7)",
        "CREATE INDEX copy_by_slow ON copy_source (copy_slow(a))",
        "CREATE OR REPLACE FUNCTION copy_slow(a int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM pg_catalog.pg_sleep(3); RETURN a; END $$",
    )
    call = await _begun(one, one)
    find = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%copy_target%' AND state = 'active'"
    with anyio.fail_after(5):
        while not (found := await other.rows(find)):
            await anyio.sleep(0.01)
    await other.query(f"SELECT pg_terminate_backend({found[0][0]})")
    failed = await failure(call.answer())
    assert (failed.code, "All 1 rows are in" in failed.message) == ("outcome_unknown", True), failed.message
    assert await _count(one) == 1
    await one.clear()
    await one.query("DROP FUNCTION copy_slow(int)")
