"""Comparisons that are stopped say why and leave nothing, read one snapshot, and take little memory."""

import random
import re
import sys
import time
from pathlib import Path

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.events import WaitEventsRequest
from litebase_schema.query import CloseResultRequest

from litebase.client import RequestFailed
from litebase.client.channel import PendingCall
from tests.conftest import RunningBackend
from tests.end_to_end.test_copies import ENGINES, Side, Sides, failure, pair, sides
from tests.end_to_end.two_tables import FIRST, OTHER, Counted, compare, counted, make, request_of
from tests.work import SOON_S

__all__ = ["pair", "sides"]
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="needs private servers")]

_COUNT = 30_000
_RUNNING = {
    "postgresql": "SELECT pid FROM pg_stat_activity WHERE state <> 'idle' AND query LIKE 'SELECT%FROM%copy_{}%' "
    "AND pid <> pg_backend_pid()",
    "mysql": "SELECT p.id FROM information_schema.processlist p WHERE p.id <> connection_id() AND "
    "p.info LIKE 'SELECT%FROM%copy_{}%'",
}
_END = {"postgresql": "SELECT pg_terminate_backend({})", "mysql": "KILL {}"}
_SLEEP = {"postgresql": "pg_sleep({})::text", "mysql": "SLEEP({})"}


async def _many(side: Side, name: str) -> None:
    await make(side, name, "id INTEGER PRIMARY KEY, t VARCHAR(200)", [f"{at}, '{'x' * 100}'" for at in range(_COUNT)])


async def _slow(side: Side, seconds: float) -> None:
    """A view that takes its time before its first row."""
    await make(side, OTHER, "id INTEGER PRIMARY KEY, t VARCHAR(200)", ["1, 'x'"])
    await side.run(f"CREATE VIEW copy_view AS SELECT id, {_SLEEP[side.engine].format(seconds)} AS t FROM copy_target")


async def _begun(first: Side, other: Side, watching: Side) -> PendingCall:
    """A comparison with the view, which has begun to be read."""
    call = await first.client.start("compare_rows", request_of(first, other, to="copy_view", key=["id"]))
    with anyio.fail_after(SOON_S):
        while not await watching.rows(_RUNNING[watching.engine].format("view")):
            await anyio.sleep(0.12)
    return call


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
@pytest.mark.parametrize("first_engine", ENGINES)
async def test_a_cancel_stops_both_sides(sides: Sides, engine: str, first_engine: str) -> None:
    first, other, third = await sides.open(first_engine, "a"), await sides.open(engine), await sides.open(engine)
    for one in (first, other):
        await one.clear()
    await _many(first, FIRST)
    await _slow(other, 600)
    call = await _begun(first, other, third)
    await first.client.cancel(CancelRequest(request_id=call.id))
    assert (await failure(call.answer())).code == "cancelled"
    assert await third.rows(_RUNNING[engine].format("view")) == []
    await first.query("DROP TABLE copy_source")  # nobody reads it
    await other.clear()


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_cancel_at_any_moment_is_one_and_leaves_nothing_open(sides: Sides, engine: str) -> None:
    first, other = await sides.open(engine), await sides.open("sqlite", "two")
    await first.clear()
    await _many(first, FIRST)
    await _many(other, OTHER)
    started = time.monotonic()
    assert counted(await compare(first, other)) == Counted(equal=_COUNT)
    whole, chance, codes = time.monotonic() - started, random.Random(5), set[str]()
    for _ in range(12):
        call = await first.client.start("compare_rows", request_of(first, other))
        await anyio.sleep(chance.random() * whole)
        await first.client.cancel(CancelRequest(request_id=call.id))
        try:
            await first.client.close_result(CloseResultRequest(result_id=(await call.answer()).result_id))
        except RequestFailed as failed:
            codes.add(failed.code)
    assert codes == {"cancelled"}
    for one, name in ((first, FIRST), (other, OTHER)):  # nobody reads them
        await one.query(f"DROP TABLE {name}")


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
@pytest.mark.parametrize("loses", ["first", "other"])
async def test_a_lost_link_says_which_table_it_was(sides: Sides, engine: str, loses: str) -> None:
    server, file, third = await sides.open(engine), await sides.open("sqlite"), await sides.open(engine)
    for one in (server, file):
        await one.clear()
    await _slow(server, 600)
    await _many(file, FIRST)
    request = request_of(file, server, to="copy_view", key=["id"])
    if loses == "first":
        request = request_of(server, file, name="copy_view", to=FIRST, key=["id"])
    call = await file.client.start("compare_rows", request)
    ended = False
    with anyio.move_on_after(SOON_S):
        while not ended:
            await anyio.sleep(0.12)
            for (number,) in await third.rows(_RUNNING[engine].format("view")):
                await third.query(_END[engine].format(number))
                ended = True
    failed = await failure(call.answer())
    assert (failed.code, f"The {loses} table: " in failed.message) == ("connection_lost", True), failed.message
    await server.clear()
    await make(server, OTHER, "id INTEGER PRIMARY KEY, t VARCHAR(200)", ["1, 'y'"])
    assert counted(await compare(file, server)) == Counted(missing=_COUNT - 1, different=1)
    await server.clear()


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
async def test_a_table_is_read_as_it_was_at_the_beginning(sides: Sides, engine: str) -> None:
    first, other = await sides.open(engine), await sides.open("postgresql", "two")
    for one in (first, other):
        await one.clear()
    await _many(first, FIRST)
    await _slow(other, 2)
    call = await _begun(first, other, await sides.open("postgresql"))
    await first.run("DELETE FROM copy_source WHERE id > 10", "INSERT INTO copy_source VALUES (-5, 'new')")
    answer = await call.answer()
    assert (answer.first_rows, answer.other_rows) == (_COUNT, 1)
    await first.client.close_result(CloseResultRequest(result_id=answer.result_id))
    assert (await compare(first, first, to=FIRST)).equal_rows == 12
    for one in (first, other):
        await one.clear()


async def test_a_statement_that_fails_half_way_says_which_table_it_was(sides: Sides) -> None:
    server, file = await sides.open("postgresql"), await sides.open("sqlite")
    await server.clear()
    await server.query(
        "CREATE VIEW copy_view AS SELECT n AS id, 1 / (9000 - n) AS t FROM generate_series(1, 10000) AS g (n)"
    )
    await _many(file, FIRST)
    failed = await failure(compare(file, server, to="copy_view", key=["id"]))
    assert failed.code == "query_failed"
    assert "The other table: division by zero" in failed.message
    await server.clear()


async def test_a_table_that_may_not_be_read_is_named(sides: Sides) -> None:
    owner, file = await sides.open("postgresql"), await sides.open("sqlite")
    await owner.clear()
    await _many(file, FIRST)
    await make(owner, OTHER, "id INTEGER PRIMARY KEY, t VARCHAR(200)", ["1, 'x'"])
    await owner.run("DROP ROLE IF EXISTS compare_reader", "CREATE ROLE compare_reader LOGIN PASSWORD 'secret'")
    reader = await sides.open("postgresql", "three", init_sql="SET ROLE compare_reader")
    failed = await failure(compare(file, reader))
    assert (failed.code, "The other table: " in failed.message) == ("query_failed", True), failed.message
    assert "permission denied" in failed.message
    await owner.clear()
    await owner.query("DROP ROLE compare_reader")


async def test_progress_is_told_of_both_tables(pair: tuple[Side, Side]) -> None:
    first, other = pair
    await _many(first, FIRST)
    await _many(other, OTHER)
    seen = list[int]()
    await first.client.wait_events(WaitEventsRequest(after=None))
    call = await first.client.start("compare_rows", request_of(first, other))
    after, ended = 0, anyio.Event()

    async def listen() -> None:
        nonlocal after
        while not ended.is_set():
            answer = await first.client.wait_events(WaitEventsRequest(after=after, kinds=["progress"], timeout_ms=200))
            after = answer.next
            seen.extend(
                one.progress.done for one in answer.events
                if one.kind == "progress" and one.progress is not None and one.progress.unit == "compared_rows"
            )  # fmt: skip

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listen)
        answer = await call.answer()
        await anyio.sleep(0.3)
        ended.set()
    assert answer.equal_rows == _COUNT
    assert seen == sorted(seen)
    assert seen[-1] == 2 * _COUNT
    await first.client.close_result(CloseResultRequest(result_id=answer.result_id))


@pytest.mark.parametrize("engine", ENGINES)
async def test_many_long_rows_take_little_memory(sides: Sides, engine: str, backend: RunningBackend) -> None:
    one, two = await sides.open(engine), await sides.open("sqlite", "two")
    for side, name in ((one, FIRST), (two, OTHER)):
        await side.clear()
        columns = "id INTEGER PRIMARY KEY, t VARCHAR(1000)"
        await make(side, name, columns, [f"{at}, '{'y' * 900}'" for at in range(1000)])
        for step in range(7):  # 128,000 rows of 900 bytes
            await side.query(f"INSERT INTO {name} SELECT id + {1000 * 2**step}, t FROM {name}")
    await two.query("UPDATE copy_target SET id = -id WHERE id > 127990")
    before = _peak(backend.pid)
    answer = await compare(one, two)
    assert counted(answer) == Counted(equal=127_991, missing=9, extra=9)
    assert _peak(backend.pid) - before < 60 * 1024 * 1024  # of 230 MB
    await one.clear()


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024  # type: ignore[index]  # Linux has it
