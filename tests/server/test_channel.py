"""The exchange with one client: one answer per request, in any order, and no harm to anybody else."""

import asyncio
import gc
import random
import socket
import threading
import time
import tracemalloc
from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.health import HealthCheckRequest
from litebase_schema.query import CloseResultRequest, FetchRequest, QueryRequest
from structlog.testing import capture_logs

from litebase.client import BackendGone, RequestFailed
from litebase.server.channel import Channel
from litebase.server.client_session import ClientSession, RequestInFlight
from litebase.transport.stream import TransportStream
from litebase.wire.frame import prefix
from tests.server.room import ENDLESS, ENDLESS_ROWS, QuietLog, Raw, frame, numbers, open_database, serving
from tests.work import SOON_S

pytestmark = pytest.mark.anyio


def _query(connection_id: str, sql: str, **options: Any) -> dict[str, Any]:
    return {"connection_id": connection_id, "sql": sql, **options}


# one answer per request


async def test_requests_run_side_by_side_and_a_quick_one_overtakes(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect(tmp_path / "a.db")
        await raw.send(
            ("slow", "query", _query(connection_id, ENDLESS)),
            ("quick", "query", _query(connection_id, "SELECT 1")),
            ("health", "health_check", {}),
        )
        answers = await raw.answers(2)
        assert answers["quick"]["data"]["rows"] == [[1]]
        assert answers["health"]["data"]["requests_in_flight"] >= 1
        await raw.send(("stop", "cancel", {"request_id": "slow"}))
        assert (await raw.answers(2))["slow"]["data"]["code"] == "cancelled"


@pytest.mark.fault("L21")
async def test_health_is_answered_before_anything_else_while_every_session_is_busy(tmp_path: Path) -> None:
    async with serving(max_db_sessions=3) as room, room.raw() as raw:
        connection_id = await raw.connect(tmp_path / "a.db")
        await raw.send(*((f"slow {n}", "query", _query(connection_id, ENDLESS)) for n in range(10)))
        await anyio.sleep(0.1)
        for n in range(20):
            await raw.send((f"health {n}", "health_check", {}))
            answer = await raw.answer()
            assert (answer["id"], answer["data"]["requests_in_flight"]) == (f"health {n}", 11)


@pytest.mark.fault("C10")
async def test_1000_pipelined_requests_get_1000_answers(tmp_path: Path) -> None:
    async with serving(max_requests_in_flight=64) as room, room.raw() as raw:
        connection_id = await raw.connect(tmp_path / "a.db")

        async def send_all() -> None:
            for n in range(1000):
                await raw.send((str(n), "query", _query(connection_id, "SELECT ?", params=[n])))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(send_all)
            answers = await raw.answers(1000)
        for n in range(1000):
            answer = answers[str(n)]
            if answer["type"] == "error":
                assert answer["data"]["code"] == "limit_exceeded"
            else:
                assert answer["data"]["rows"] == [[n]]


async def test_the_limit_of_requests_in_flight_never_holds_up_health_and_cancel() -> None:
    async with serving(max_requests_in_flight=3) as room, room.raw() as raw:
        connection_id = await raw.connect()
        await raw.send(*((f"slow {n}", "query", _query(connection_id, ENDLESS)) for n in range(4)))
        refused = await raw.answer()
        assert refused["id"] == "slow 3"
        assert refused["data"]["code"] == "limit_exceeded"
        assert refused["data"]["details"] == {"limit": "max_requests_in_flight", "maximum": 3}
        assert refused["data"]["retryable"] is True
        await raw.send(("health", "health_check", {}), ("stop", "cancel", {"request_id": "slow 0"}))
        answers = await raw.answers(3)
        assert answers["health"]["type"] == "health_response"
        assert answers["stop"]["data"]["outcome"] == "stopped"


async def test_requests_in_flight_hold_no_more_bytes_than_they_may_and_a_cancel_makes_room() -> None:
    mib = 2**20
    endless = {"sql": ENDLESS + " WHERE length(:p) > 0"}
    async with serving(max_requests_bytes=2 * mib) as room, room.raw() as raw:
        connection = await raw.connect()
        (session,) = room.backend.clients

        def request(name: str, size: int) -> tuple[str, str, dict[str, Any]]:
            return name, "query", {"connection_id": connection, "params": {"p": bytes(size)}, **endless}

        await raw.send(request("long", 3 * mib))
        await raw.nothing_comes()
        await raw.send(request("next", 100))
        refused = await raw.answer()
        assert refused["id"] == "next"
        assert refused["data"]["code"] == "limit_exceeded"
        assert refused["data"]["details"] == {"limit": "max_requests_bytes", "maximum": 2 * mib}
        await raw.send(("health", "health_check", {}), ("cancel", "cancel", {"request_id": "long"}))
        answers = await raw.answers(3)
        assert answers["health"]["type"] == "health_response"
        assert answers["cancel"]["data"]["outcome"] == "stopped"
        await raw.send(request("a", mib), request("b", mib // 2), request("c", mib))
        assert (await raw.answer())["id"] == "c"
        assert set(session.requests) == {"a", "b"}


@pytest.mark.fault("F21")
async def test_an_id_in_flight_is_refused_and_the_first_request_untouched() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        await raw.send(("twin", "query", _query(connection_id, ENDLESS)))
        await anyio.sleep(0.05)
        await raw.send(("twin", "health_check", {}))
        refused = await raw.answer()
        assert (refused["id"], refused["data"]["code"]) == ("twin", "duplicate_id")
        await raw.nothing_comes()
        await raw.send(("stop", "cancel", {"request_id": "twin"}))
        answers = await raw.answers(2)
        assert answers["twin"]["data"]["code"] == "cancelled"
        await raw.send(("twin", "health_check", {}))  # the id is free again
        assert (await raw.answer())["type"] == "health_response"


@pytest.mark.fault("F28")
async def test_large_answers_that_are_ready_together_never_mix(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect(tmp_path / "a.db")
        letters = "abcdefghijkl"
        sql = "SELECT replace(hex(zeroblob(500000)), '0', ?)"
        options = {"max_cell_bytes": 4194304}
        await raw.send(
            *((letter, "query", _query(connection_id, sql, params=[letter], **options)) for letter in letters)
        )
        answers = await raw.answers(len(letters))
        for letter in letters:
            assert answers[letter]["data"]["rows"] == [[letter * 1_000_000]]


@pytest.mark.fault("L16", "INV5")
async def test_a_fault_of_ours_is_internal_with_an_incident_that_stands_in_the_log() -> None:
    class BrokenLog(QuietLog):
        @property
        def dropped(self) -> int:
            raise RuntimeError("secret-canary")

        @dropped.setter
        def dropped(self, value: int) -> None:
            pass

    with capture_logs() as logs:
        async with serving(BrokenLog()) as room, room.raw() as raw:
            await raw.send(("1", "health_check", {}))
            answer = await raw.answer()
            assert answer["data"]["code"] == "internal"
            assert answer["data"]["retryable"] is False
            incident = answer["data"]["details"]["incident"]
            assert incident in answer["data"]["message"]
            for leaked in ("secret-canary", "RuntimeError", "Traceback"):
                assert leaked not in str(answer)
            assert (await raw.connect()).startswith("c")  # the channel lives on
    (event,) = [one for one in logs if one["event"] == "request_failed"]
    assert event["incident"] == incident
    assert isinstance(event["exc_info"], RuntimeError)


@pytest.mark.fault("L22")
async def test_a_backend_that_is_closing_takes_no_new_work_but_answers_health() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        room.backend.closing = True
        await raw.send(
            ("q", "query", _query(connection_id, "SELECT 1")),
            ("h", "health_check", {}),
            ("c", "cancel", {"request_id": "x"}),
        )
        answers = await raw.answers(3)
        assert answers["q"]["data"]["code"] == "shutting_down"
        assert answers["h"]["data"]["status"] == "degraded"
        assert answers["c"]["data"]["outcome"] == "not_in_flight"


# stopping


@pytest.mark.fault("C11")
async def test_1000_cancels_of_unknown_and_finished_ids_are_answered_and_do_nothing() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        await raw.send(("done", "query", _query(connection_id, "SELECT 1")))
        await raw.answer()

        async def send_all() -> None:
            for n in range(1000):
                target = "done" if n % 2 else f"never {n}"
                await raw.send((f"cancel {n}", "cancel", {"request_id": target}))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(send_all)
            answers = await raw.answers(1000)
        assert {one["data"]["outcome"] for one in answers.values()} == {"not_in_flight"}


@pytest.mark.fault("C11")
async def test_100_cancels_of_the_same_request_stop_it_once() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        await raw.send(("slow", "query", _query(connection_id, ENDLESS)))
        await anyio.sleep(0.05)
        await raw.send(*((f"cancel {n}", "cancel", {"request_id": "slow"}) for n in range(100)))
        answers = await raw.answers(101)
        assert answers.pop("slow")["data"]["code"] == "cancelled"
        assert {one["data"]["outcome"] for one in answers.values()} <= {"stopped", "not_in_flight"}
        assert answers["cancel 0"]["data"]["outcome"] == "stopped"


async def test_a_cancel_is_answered_behind_the_request_that_it_stopped() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        for n in range(10):
            await raw.send((f"slow {n}", "query", _query(connection_id, ENDLESS)))
            await anyio.sleep(0.01)
            await raw.send((f"stop {n}", "cancel", {"request_id": f"slow {n}"}))
            assert [(await raw.answer())["id"], (await raw.answer())["id"]] == [f"slow {n}", f"stop {n}"]


@pytest.mark.fault("C12")
async def test_a_queued_request_that_is_cancelled_never_runs() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()  # in memory: one database session
        await raw.send(("make", "query", _query(connection_id, "CREATE TABLE t (a)")))
        await raw.answer()
        await raw.send(("slow", "query", _query(connection_id, ENDLESS)))
        await anyio.sleep(0.05)
        await raw.send(("write", "query", _query(connection_id, "INSERT INTO t VALUES (1)")))
        await anyio.sleep(0.05)
        await raw.send(("stop write", "cancel", {"request_id": "write"}))
        answers = await raw.answers(2)
        assert answers["write"]["data"]["code"] == "cancelled"
        assert answers["stop write"]["data"]["outcome"] == "stopped"
        await raw.send(("stop slow", "cancel", {"request_id": "slow"}))
        await raw.answers(2)
        await raw.send(("count", "query", _query(connection_id, "SELECT count(*) FROM t")))
        assert (await raw.answer())["data"]["rows"] == [[0]]


@pytest.mark.fault("C13")
@pytest.mark.parametrize("returning", ["", " RETURNING a"])
async def test_whatever_the_moment_of_a_cancel_its_outcome_is_what_happened(returning: str) -> None:
    """A write and its cancel in one breath or with a small pause: `stopped` did nothing, `finished_first` did all."""
    delays = random.Random(5)
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        await raw.send(("make", "query", _query(connection_id, "CREATE TABLE t (a)")))
        await raw.answer()
        written = set()
        for n in range(200):
            write = (f"write {n}", "query", _query(connection_id, f"INSERT INTO t VALUES (?){returning}", params=[n]))
            stop = (f"stop {n}", "cancel", {"request_id": f"write {n}"})
            if n % 2:
                await raw.send(write, stop)
            else:
                await raw.send(write)
                await anyio.sleep(delays.random() * 0.001)
                await raw.send(stop)
            answers = await raw.answers(2)
            outcome, answer = answers[f"stop {n}"]["data"]["outcome"], answers[f"write {n}"]
            if outcome == "stopped":
                assert answer["data"]["code"] == "cancelled"
            else:
                assert outcome in ("finished_first", "not_in_flight")
                assert answer["type"] == "query_response"
                written.add(n)
        await raw.send(("all", "query", _query(connection_id, "SELECT a FROM t")))
        assert {a for (a,) in (await raw.answer())["data"]["rows"]} == written


@pytest.mark.fault("Q07")
async def test_a_request_is_stopped_after_its_own_timeout(tmp_path: Path) -> None:
    async with serving() as room, room.database(tmp_path / "a.db") as database:
        started = time.monotonic()
        with anyio.fail_after(SOON_S), pytest.raises(RequestFailed) as failed:
            await database.query(ENDLESS, timeout_ms=200)
        assert time.monotonic() - started >= 0.2
        assert failed.value.code == "timeout"
        assert (failed.value.details.limit, failed.value.details.maximum) == ("timeout_ms", 200)
        assert await database.rows("SELECT 1") == [[1]]


async def test_a_fetch_that_is_stopped_by_its_timeout_leaves_what_was_read() -> None:
    slow = f"{ENDLESS_ROWS} WHERE n < 20 OR n % 50000000 = 0"
    async with serving() as room, room.database() as database:
        answer = await database.query(slow, window_rows=3)
        assert answer.result_id is not None
        with pytest.raises(RequestFailed) as failed:
            await database.client.fetch(FetchRequest(result_id=answer.result_id, offset=30, limit=10, timeout_ms=100))
        assert failed.value.code == "timeout"
        again = await database.client.fetch(FetchRequest(result_id=answer.result_id, offset=0, limit=3))
        assert again.rows == [[1], [2], [3]]
        await database.client.close_result(CloseResultRequest(result_id=answer.result_id))
        assert await database.rows("SELECT 1") == [[1]]


# clients that go, pause, or are broken


@pytest.mark.fault("C07")
async def test_a_client_that_only_stops_sending_gets_the_answers_to_quick_requests() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        await raw.send(
            *((str(n), "query", _query(connection_id, "SELECT ?", params=[n])) for n in range(20)),
            ("health", "health_check", {}),
        )
        await raw.stream.send_eof()
        answers = await raw.answers(21)
        assert [answers[str(n)]["data"]["rows"] for n in range(20)] == [[[n]] for n in range(20)]
        with pytest.raises(anyio.EndOfStream):
            await raw.answer()
        await room.is_empty()


@pytest.mark.fault("C07")
async def test_a_slow_query_of_a_client_that_stopped_sending_is_stopped() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        await raw.send(("slow", "query", _query(connection_id, ENDLESS)))
        await anyio.sleep(0.05)
        await raw.stream.send_eof()
        await room.is_empty()


@pytest.mark.fault("C09")
async def test_the_queries_of_a_client_that_vanishes_are_stopped(tmp_path: Path) -> None:
    threads = threading.active_count()
    async with serving() as room:
        raw = Raw(await room.stream())
        for number in range(4):
            connection_id = await raw.connect(tmp_path / f"{number}.db")
            await raw.send(*((f"{number}.{n}", "query", _query(connection_id, ENDLESS)) for n in range(8)))
        await anyio.sleep(0.2)
        assert len(next(iter(room.backend.clients)).requests) == 32
        await raw.stream.aclose()
        await room.is_empty()
        with anyio.fail_after(SOON_S):
            while threading.active_count() > threads + 10:  # anyio keeps some workers of its own
                await anyio.sleep(0.01)


@pytest.mark.fault("C06")
async def test_a_client_that_never_reads_does_not_hold_up_another(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as paused, room.client() as other:
        connection_id = await paused.connect(tmp_path / "a.db")
        await paused.send(("q", "query", _query(connection_id, ENDLESS_ROWS, window_rows=10)))
        result_id = (await paused.answer())["data"]["result_id"]
        fetches = b"".join(
            frame(f"f{n}", "fetch", {"result_id": result_id, "offset": n * 20000, "limit": 20000}) for n in range(50)
        )
        with anyio.move_on_after(1):
            await paused.stream.send(fetches)
        for _ in range(40):
            assert (await other.health_check(HealthCheckRequest())).requests_in_flight > 1, "the other's still wait"
            await anyio.sleep(0.01)
        database = await open_database(other)
        assert await database.rows(numbers(500)) == [[n] for n in range(1, 501)]


@pytest.mark.fault("C05")
async def test_a_client_that_takes_nothing_for_too_long_is_gone(tmp_path: Path) -> None:
    async with serving(send_stall_s=0.3) as room:
        paused = Raw(await room.stream())
        connection_id = await paused.connect(tmp_path / "a.db")
        # wide rows: also the few that a busy machine gives at once are more than a socket takes
        wide = numbers(1000).replace("SELECT n FROM", "SELECT printf('%10000d', n) FROM")
        for n in range(8):
            await paused.send((str(n), "query", _query(connection_id, wide, window_rows=1000)))
        await room.is_empty()
        await paused.stream.aclose()


async def test_a_cancel_behind_a_health_check_is_heard_while_a_long_answer_waits_for_its_reader() -> None:
    async with serving() as room, room.raw() as raw:
        connection = await raw.connect()
        long_rows = "SELECT n, printf('%1000d', n) FROM (" + numbers(20_000) + ")"
        await raw.send(("q", "query", {"connection_id": connection, "sql": long_rows, "window_rows": 10}))
        result = (await raw.answer())["data"]["result_id"]
        other = await raw.connect()
        fetch = {"result_id": result, "offset": 0, "limit": 2000}
        await raw.send(("f", "fetch", fetch))
        await raw.answer()
        await raw.send(("slow", "query", {"connection_id": other, "sql": ENDLESS}))
        await raw.send(*((f"f{number}", "fetch", fetch) for number in range(3)))
        (session,) = room.backend.clients
        with anyio.fail_after(SOON_S):
            while set(session.requests) != {"slow", "f0", "f1", "f2"}:
                await anyio.sleep(0.01)
        await anyio.sleep(0.3)  # the first answer fills what the system keeps
        await raw.send(("health", "health_check", {}))
        await raw.send(("cancel", "cancel", {"request_id": "slow"}))
        with anyio.fail_after(SOON_S):
            while not session.requests["slow"].cancel_asked:
                await anyio.sleep(0.01)
        assert len(await raw.answers(6)) == 6


async def test_a_flood_of_health_checks_leaves_the_others_their_turns() -> None:
    """Between two turns of somebody else no more is answered than may be in flight."""
    count, at_once = 3000, 16
    flood = b"".join(frame(f"h{number}", "health_check", {}) for number in range(count))
    answered = [0]

    async def look() -> None:
        while answered[-1] < count:
            await anyio.sleep(0)
            answered.append(sum(event["event"] == "request_answered" for event in told))

    async with serving(max_requests_in_flight=at_once) as room, room.raw() as raw:
        with capture_logs() as told:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(look)
                tasks.start_soon(raw.stream.send, flood)
                await raw.answers(count)
    room_for = 2 * at_once + 1  # control requests have as much again, and one waits for events
    assert max(after - before for before, after in pairwise(answered)) <= room_for


async def test_a_client_whose_state_fails_to_close_is_let_go_and_counted_no_more() -> None:
    class Failing(ClientSession):
        async def aclose(self) -> None:
            raise RuntimeError("a driver's fault")

    async with serving() as room:
        ours, theirs = socket.socketpair()
        client = Failing(room.backend.settings)
        room.backend.clients.add(client)
        ours.shutdown(socket.SHUT_WR)
        with pytest.raises(RuntimeError, match="a driver's fault"):
            await Channel(await TransportStream.over(theirs), room.backend, client).serve()
        assert not room.backend.clients
        assert ours.recv(1) == b""
        ours.close()


@pytest.mark.fault("C05")
async def test_windows_that_nobody_takes_are_not_read_and_wait_without_memory(tmp_path: Path) -> None:
    """60 windows of 1 MB are asked for at once; no more than 8 are there at a time, and each can still be cancelled.

    A window that is read from the file holds up to two rows more in memory, here 0.2 MB.
    """
    tracemalloc.start()
    try:
        async with serving(results_memory_bytes=1) as room, room.raw() as paused:
            connection_id = await paused.connect(tmp_path / "a.db")
            sql = numbers(100).replace("SELECT n FROM", "SELECT n, printf('%100000d', n) FROM")
            await paused.send(("q", "query", _query(connection_id, sql, window_rows=1, max_cell_bytes=200_000)))
            result_id = (await paused.answer())["data"]["result_id"]
            before = tracemalloc.get_traced_memory()[0]
            window = {"result_id": result_id, "offset": 0, "limit": 100}
            await paused.send(*((f"f{n}", "fetch", window) for n in range(60)))
            await anyio.sleep(0.7)
            assert tracemalloc.get_traced_memory()[0] - before < 20_000_000  # 60 windows at once would take 60 MB
            await paused.send(("c", "cancel", {"request_id": "f59"}))
            answers = await paused.answers(61)
            assert answers["f59"]["data"]["code"] == "cancelled"
            assert answers["c"]["data"]["outcome"] == "stopped"
            assert all(answers[f"f{n}"]["data"]["rows"] for n in range(59))
    finally:
        tracemalloc.stop()


async def test_windows_whose_rows_are_slow_to_come_hold_up_no_other(tmp_path: Path) -> None:
    """As many slow ones as may be unsent at a time: the rows of a further one are there, and so is its answer."""
    slow = f"SELECT * FROM ({numbers(5)}) UNION ALL SELECT * FROM ({ENDLESS})"
    async with serving(first_rows_s=600) as room, room.raw() as raw:
        quick_id = await raw.connect(tmp_path / "a.db")
        await raw.send(("quick", "query", _query(quick_id, numbers(1000), window_rows=10)))
        quick = (await raw.answer())["data"]["result_id"]
        for n in range(room.backend.settings.max_unsent_windows):
            connection_id = await raw.connect(tmp_path / "a.db")
            await raw.send((f"query {n}", "query", _query(connection_id, slow, window_rows=1)))
            result_id = (await raw.answer())["data"]["result_id"]
            await raw.send((f"slow {n}", "fetch", {"result_id": result_id, "offset": 1, "limit": 9}))
        await raw.send(("window", "fetch", {"result_id": quick, "offset": 990, "limit": 10}))
        answer = await raw.answer()
        assert (answer["id"], answer["data"]["rows"][-1]) == ("window", [1000])


@pytest.mark.fault("F03")
async def test_a_frame_that_is_never_finished_ends_the_channel_and_no_other() -> None:
    async with serving(frame_timeout_s=0.2) as room, room.raw() as raw, room.client() as other:
        await raw.stream.send(b"\x00\x00")
        started = time.monotonic()
        await raw.closed()
        assert time.monotonic() - started >= 0.15
        assert (await other.health_check(HealthCheckRequest())).clients == 1


@pytest.mark.fault("C04")
async def test_a_frame_that_trickles_is_not_given_more_time(tmp_path: Path) -> None:
    async with serving(frame_timeout_s=0.3) as room, room.raw() as raw:
        with pytest.raises(anyio.BrokenResourceError):  # before it is whole
            await _trickle(raw, frame("1", "health_check", {}))


async def _trickle(raw: Raw, data: bytes) -> None:
    for byte in data:
        await raw.stream.send(bytes([byte]))
        await anyio.sleep(0.05)


@pytest.mark.fault("F01")
async def test_a_frame_byte_by_byte_and_many_in_one_write_are_all_answered() -> None:
    async with serving() as room, room.raw() as raw:
        for byte in frame("slow", "health_check", {}):
            await raw.stream.send(bytes([byte]))
            await anyio.sleep(0.001)
        assert (await raw.answer())["id"] == "slow"
        await raw.send(*((str(n), "health_check", {}) for n in range(60)))
        assert len(await raw.answers(60)) == 60


async def test_bytes_that_are_no_frame_are_answered_once_and_end_only_their_channel() -> None:
    async with serving() as room, room.raw() as raw, room.client() as other:
        await raw.stream.send(prefix(3) + b"\xc1\xc1\xc1" + frame("behind", "health_check", {}))
        answer = await raw.answer()
        assert (answer["id"], answer["data"]["code"]) == ("-", "invalid_frame")
        with pytest.raises(anyio.EndOfStream):
            await raw.answer()
        assert (await other.health_check(HealthCheckRequest())).clients > 0


async def test_an_invalid_request_is_answered_and_the_channel_lives() -> None:
    async with serving() as room, room.raw() as raw:
        await raw.send(("1", "no_such_thing", {}), ("2", "health_check", {"extra": 1}), ("3", "health_check", {}))
        answers = await raw.answers(3)
        assert answers["1"]["data"]["code"] == "unknown_type"
        assert answers["2"]["data"]["code"] == "invalid_message"
        assert answers["3"]["type"] == "health_response"


async def test_what_a_broken_channel_had_in_flight_is_stopped() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        await raw.send(("slow", "query", _query(connection_id, ENDLESS)))
        await anyio.sleep(0.05)
        await raw.stream.send(b"GET / HTTP/1.1\r\n\r\n")
        await raw.closed()
        await room.is_empty()


async def test_a_client_is_told_when_the_backend_has_closed_the_channel() -> None:
    async with serving(frame_timeout_s=0.1) as room, room.client() as client:
        await client._stream.send(b"\x00")
        await room.is_empty()
        with pytest.raises(BackendGone):
            await client.call("health_check", HealthCheckRequest())


# the token


def _hello(token: str | None) -> dict[str, Any]:
    data: dict[str, Any] = {"protocol": {"major": 0, "minor": 1}, "client": {"name": "test", "version": "1"}}
    return data if token is None else {**data, "token": token}


TOKEN = "0123456789abcdefghijklmn"


@pytest.mark.fault("T05")
async def test_nothing_but_the_right_hello_is_answered_where_a_token_is_due() -> None:
    for message in (("1", "health_check", {}), ("1", "hello", _hello(None)), ("1", "hello", _hello(TOKEN + "x"))):
        async with serving() as room, room.raw(TOKEN) as raw:
            await raw.send(message, ("2", "health_check", {}))
            assert (await raw.answer())["data"]["code"] == "unauthenticated"
            with pytest.raises(anyio.EndOfStream):
                await raw.answer()


@pytest.mark.fault("T05")
async def test_the_right_token_opens_the_channel_for_everything() -> None:
    async with serving() as room, room.raw(TOKEN) as raw:
        await raw.send(("1", "hello", _hello(TOKEN)), ("2", "health_check", {}))
        answers = await raw.answers(2)
        assert [answers[n]["type"] for n in "12"] == ["hello_response", "health_response"]
        connection_id = await raw.connect()
        await raw.send(("big", "query", _query(connection_id, "SELECT length(?)", params=["x" * 100_000])))
        assert (await raw.answer())["data"]["rows"] == [[100_000]]


@pytest.mark.fault("T05")
async def test_before_the_token_frames_are_small_and_the_time_is_short() -> None:
    async with serving(hello_timeout_s=0.2) as room, room.raw(TOKEN) as raw:
        await raw.stream.send(prefix(5000))
        assert (await raw.answer())["data"]["code"] == "frame_too_large"
        await raw.closed()
    async with serving(hello_timeout_s=0.2) as room, room.raw(TOKEN) as raw:
        await raw.closed()


async def test_requests_one_after_the_other_are_served_by_the_same_task(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect(tmp_path / "a.db")
        serving_tasks = set[frozenset[asyncio.Task[Any]]]()
        for n in range(5):
            await raw.send((str(n), "query", _query(connection_id, "SELECT 1")))
            await raw.answer()
            serving_tasks.add(frozenset(asyncio.all_tasks()))
        assert len(serving_tasks) == 1


async def test_a_cancel_in_any_turn_of_the_loop_never_reaches_the_next_request_of_its_task() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        (client,) = room.backend.clients
        for turns in [*range(60), *range(60)]:
            await raw.send(("first", "query", _query(connection_id, "SELECT 1")))
            with anyio.fail_after(SOON_S):
                while "first" not in client.requests:
                    await anyio.sleep(0)
            first = client.requests["first"]
            for _ in range(turns):
                await anyio.sleep(0)
            first.ask_to_cancel()
            assert (await raw.answer())["data"].get("code", "cancelled") == "cancelled"
            await raw.send(("second", "query", _query(connection_id, numbers(2000))))
            assert (await raw.answer())["type"] == "query_response"


async def test_the_time_limit_of_a_request_ends_with_it() -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect()
        await raw.send(("first", "query", _query(connection_id, "SELECT 1", timeout_ms=200)))
        assert (await raw.answer())["data"]["rows"] == [[1]]
        await raw.send(("second", "query", _query(connection_id, ENDLESS)))
        await raw.nothing_comes(0.4)
        await raw.send(("stop", "cancel", {"request_id": "second"}))
        assert (await raw.answers(2))["second"]["data"]["code"] == "cancelled"


async def test_a_task_that_waits_for_a_request_keeps_nothing_of_the_one_before(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect(tmp_path / "a.db")
        queries = [(str(n), "query", _query(connection_id, "SELECT 1")) for n in range(10)]
        await raw.send(*queries)
        await raw.answers(10)
        gc.collect()
        assert not [one for one in gc.get_objects() if isinstance(one, RequestInFlight)]


async def test_a_request_that_comes_in_the_moment_of_the_end_is_ended_like_any_other(tmp_path: Path) -> None:
    async with serving() as room, room.raw() as raw:
        connection_id = await raw.connect(tmp_path / "a.db")
        (client,) = room.backend.clients
        for n in range(3):
            await raw.send((f"early {n}", "query", _query(connection_id, ENDLESS)))
        await raw.send(("quick", "query", _query(connection_id, "SELECT 1")))
        await raw.answer()
        await raw.send(("late", "query", _query(connection_id, "SELECT 1")))
        with anyio.fail_after(SOON_S):
            while "late" not in client.requests:
                await anyio.sleep(0)
        late = client.requests["late"]  # given to a task that has not begun with it
        with anyio.fail_after(SOON_S):
            await raw.stream.aclose()
            await late.answered.wait()
            while client in room.backend.clients:
                await anyio.sleep(0.01)
        assert not client.requests


@pytest.mark.fault("T09")
async def test_parameters_and_cells_stand_in_no_log() -> None:
    canary = "canary-4711"
    with capture_logs() as logs:
        async with serving() as room, room.database() as database:
            assert await database.rows("SELECT ?", [canary]) == [[canary]]
            with pytest.raises(RequestFailed):
                await database.query("SELECT nope, ?", [canary])
            with pytest.raises(RequestFailed):
                await database.client.query(QueryRequest(connection_id=canary, sql=canary))
            await database.client.cancel(CancelRequest(request_id=canary))
    assert logs
    assert canary not in repr(logs)


async def test_an_answer_carries_the_time_in_utc() -> None:
    async with serving() as room, room.raw() as raw:
        await raw.send(("1", "health_check", {}))
        moment = (await raw.answer())["timestamp"]
        assert abs(moment.timestamp() - time.time()) < 5
        assert moment.utcoffset().total_seconds() == 0
