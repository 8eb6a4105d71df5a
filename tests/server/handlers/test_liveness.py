"""Links that died unnoticed are found in time, replaced, and nothing is run twice; what is due by the clock is done."""

import contextlib
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from litebase.drivers.clock import now
from litebase.server import pinned_session
from litebase.server.client_session import ClientSession
from tests.conftest import own_server
from tests.end_to_end.dialects import DIALECTS, target_data
from tests.end_to_end.fault_proxy import FaultProxy, fault_proxy
from tests.server.handlers.test_events_unasked import ask
from tests.server.room import ENDLESS_ROWS, Raw, Room, serving
from tests.work import SOON_S
from tools.services import Service

pytestmark = pytest.mark.anyio

SERVERS = ["postgresql", "mysql"]


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Service:
    """The server of the engine that a test is given as the parameter `engine`."""
    found: Service = request.getfixturevalue(f"{request.node.callspec.params['engine']}_service")
    return found


@pytest.fixture
def proxy(service: Service) -> Iterator[FaultProxy]:
    with fault_proxy((service.host, service.port)) as made:
        yield made


class Client:
    """A connection of one client, with its pinned sessions."""

    def __init__(self, room: Room, raw: Raw, connection_id: str) -> None:
        self.room, self.raw, self.own = room, raw, {"connection_id": connection_id}
        self.after = 0

    async def ask(self, message_type: str, **data: Any) -> Any:
        return await ask(self.raw, message_type, **data)

    async def query(self, sql: str, pinned: str | None = None) -> Any:
        where = self.own if pinned is None else {**self.own, "db_session_id": pinned}
        return await self.ask("query", **where, sql=sql)

    async def pin(self) -> str:
        found: str = (await self.ask("open_db_session", **self.own))["db_session_id"]
        return found

    @property
    def session(self) -> ClientSession:
        """What the backend has open for it."""
        (found,) = self.room.backend.clients
        return found

    async def fill_pool(self, count: int) -> None:
        """Let the pool have so many unused sessions."""
        pinned = [await self.pin() for _ in range(count)]
        for one in pinned:
            await self.ask("close_db_session", db_session_id=one)

    async def check(self, deadline_ms: int = 30_000, **data: Any) -> Any:
        return await self.ask("check_connection", **self.own, deadline_ms=deadline_ms, **data)

    async def event(self, kind: str) -> dict[str, Any]:
        """The next event of that kind."""
        with anyio.fail_after(SOON_S):
            while True:
                answer = await self.ask("wait_events", after=self.after, kinds=[kind])
                self.after = answer["next"]
                for one in answer["events"]:
                    found: dict[str, Any] = one
                    return found


@contextlib.asynccontextmanager
async def connected(
    where: Service | Path | None, settings: dict[str, Any] | None = None, **options: Any
) -> AsyncIterator[Client]:
    async with serving(**(settings or {})) as room, room.raw() as raw:
        await ask(raw, "wait_events", after=None)
        target = {"engine": "sqlite", "mode": "memory", **options} if where is None else target_data(where, **options)
        answer = await ask(raw, "db_connect", **target)
        yield Client(room, raw, answer["connection_id"])


# check_connection


@pytest.mark.parametrize("engine", SERVERS)
async def test_sessions_that_answer_are_kept(engine: str, service: Service) -> None:
    async with connected(service) as client:
        pinned = await client.pin()
        await client.fill_pool(3)
        await client.ask("begin", db_session_id=pinned)
        found = await client.check()
        assert found["round_trip_ms"] > 0
        assert found["dropped"] == 0
        assert found["db_sessions"] == [
            {"db_session_id": pinned, "alive": True, "transaction_status": "in_transaction"}
        ]
        assert (await client.query("SELECT 1", pinned))["transaction_status"] == "in_transaction"


async def test_a_failed_transaction_can_be_asked_too(postgresql_service: Service) -> None:
    async with connected(postgresql_service) as client:
        pinned = await client.pin()
        await client.ask("begin", db_session_id=pinned)
        await client.query("SELECT nothing", pinned)
        (found,) = (await client.check())["db_sessions"]
        assert (found["alive"], found["transaction_status"]) == (True, "failed")


@pytest.mark.fault("P04", "C07")
@pytest.mark.parametrize("fault", ["frozen", "half open", "reset"])
@pytest.mark.parametrize("engine", SERVERS)
async def test_dead_sessions_are_dropped_and_the_next_request_opens_one(
    engine: str, service: Service, proxy: FaultProxy, fault: str
) -> None:
    async with connected(service, port=proxy.port) as client:
        pinned = await client.pin()
        await client.fill_pool(4)
        await client.ask("begin", db_session_id=pinned)
        links = proxy.accepted
        if fault == "frozen":
            proxy.weather.frozen = True
        elif fault == "half open":
            await anyio.to_thread.run_sync(proxy.half_close, "down")
        else:
            await anyio.to_thread.run_sync(proxy.reset)
        found = await client.check(deadline_ms=400)
        assert found["round_trip_ms"] is None
        assert found["dropped"] >= 4, "the pinned one may have been noticed before"
        assert found["db_sessions"] == [{"db_session_id": pinned, "alive": False, "transaction_status": "unknown"}]
        assert (await client.event("db_session_lost"))["db_session_id"] == pinned
        await anyio.to_thread.run_sync(proxy.reset)
        proxy.weather.frozen = False
        assert proxy.accepted == links, "nothing is opened before it is needed"
        assert (await client.query("SELECT 1"))["rows"] == [[1]]
        assert (await client.query("SELECT 1", pinned))["code"] == "connection_lost"
        await client.ask("close_db_session", db_session_id=pinned)
        assert (await client.query("SELECT 1", await client.pin()))["rows"] == [[1]]


@pytest.mark.parametrize("engine", SERVERS)
@pytest.mark.parametrize("after_sleep", [True, False], ids=["after_sleep", "awake"])
async def test_after_sleep_a_session_has_all_the_time_there_is(
    engine: str, service: Service, proxy: FaultProxy, *, after_sleep: bool
) -> None:
    async with connected(service, {"check_s": 0.2}, port=proxy.port) as client:
        pinned = await client.pin()
        await client.query("SELECT 1", pinned)
        proxy.weather.frozen = True
        async with anyio.create_task_group() as tasks:

            async def thaw() -> None:
                await anyio.sleep(0.8)
                proxy.weather.frozen = False

            tasks.start_soon(thaw)
            found = await client.check(after_sleep=after_sleep)
        assert found["dropped"] == (0 if after_sleep else 1)
        assert found["db_sessions"][0]["alive"] is after_sleep


@pytest.mark.parametrize("engine", SERVERS)
async def test_a_session_that_is_in_use_is_not_asked(engine: str, service: Service) -> None:
    async with connected(service) as client:
        busy, reading = await client.pin(), await client.pin()
        sql = DIALECTS[engine].numbers.format(count=300_000)
        result = await client.ask("query", **client.own, db_session_id=reading, sql=sql, window_rows=10)
        await client.raw.send(("busy", "query", {**client.own, "db_session_id": busy, "sql": DIALECTS[engine].sleep}))
        await anyio.sleep(0.2)
        found = await client.check()
        assert [(one["db_session_id"], one["alive"]) for one in found["db_sessions"]] == [(busy, True), (reading, True)]
        window = await client.ask("fetch", result_id=result["result_id"], offset=299_990, limit=20)
        assert window["rows"][-1] == [300_000]
        await client.raw.send(("stop", "cancel", {"request_id": "busy"}))
        assert set(await client.raw.answers(2)) == {"busy", "stop"}


async def test_a_file_has_no_link_that_could_be_lost(tmp_path: Path) -> None:
    async with connected(tmp_path / "a.db") as client:
        pinned = await client.pin()
        found = await client.check()
        assert found["dropped"] == 0
        assert [one["alive"] for one in found["db_sessions"]] == [True]
        assert (await client.query("SELECT 1", pinned))["rows"] == [[1]]
        assert (await client.ask("check_connection", connection_id="c99", deadline_ms=1))["code"] == "not_found"


# before use


@pytest.mark.fault("P04", "Q12")
@pytest.mark.parametrize("engine", SERVERS)
async def test_a_session_that_was_idle_is_checked_and_replaced_before_a_statement_uses_it(
    engine: str, service: Service, proxy: FaultProxy
) -> None:
    async with connected(service, {"check_after_s": 0.1, "check_s": 0.3}, port=proxy.port) as client:
        await client.query("DROP TABLE IF EXISTS once_only")
        await client.query("CREATE TABLE once_only (a integer)")
        await client.fill_pool(3)
        await anyio.sleep(0.2)
        proxy.weather.frozen = True  # so are the links that are open; new ones work
        before = proxy.accepted
        async with anyio.create_task_group() as tasks:

            async def thaw_when_another_link_is_opened() -> None:
                while proxy.accepted == before:
                    await anyio.sleep(0.005)
                proxy.weather.frozen = False

            tasks.start_soon(thaw_when_another_link_is_opened)
            answer = await client.query("INSERT INTO once_only VALUES (1)")
        assert answer["affected_rows"] == 1
        assert proxy.accepted == before + 1, "the others were given up too, and one was enough"
        assert (await client.query("SELECT count(*) FROM once_only"))["rows"] == [[1]]


@contextlib.contextmanager
def restarted(service: Service) -> Iterator[None]:
    """The server of a fixture of its own, stopped and started again, until the end of the block."""
    service.process.terminate() if service.engine == "mysql" else service.process.send_signal(2)
    service.process.wait(SOON_S)
    owner = os.stat(service.folder).st_uid  # noqa: PTH116  # Path.owner() is a name
    with (service.folder / "log").open("ab") as log:
        again = subprocess.Popen(
            service.process.args, stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=owner, cwd="/"
        )
    try:
        yield
    finally:
        again.terminate() if service.engine == "mysql" else again.send_signal(2)
        again.wait(SOON_S)


@own_server
@pytest.mark.parametrize("engine", SERVERS)
async def test_a_server_that_was_restarted_is_reached_again(engine: str) -> None:
    from tools.services import mariadb, postgresql  # noqa: PLC0415  # beside the fixtures of the same names

    with (postgresql if engine == "postgresql" else mariadb)() as service:
        async with connected(service) as client:
            pinned = await client.pin()
            await client.fill_pool(2)
            with restarted(service):
                assert (await client.event("db_session_lost"))["db_session_id"] == pinned
                found = await client.check()
                assert (found["round_trip_ms"], found["db_sessions"][0]["alive"]) == (None, False)
                with anyio.fail_after(SOON_S):
                    while (answer := await client.query("SELECT 1")).get("code") == "connect_failed":
                        await anyio.sleep(0.1)
                assert answer["rows"] == [[1]], "and not connection_lost: the dead ones were dropped"


# keep-alive


@pytest.mark.parametrize(
    ("engine", "limit"), [("postgresql", "SET idle_session_timeout = '2500ms'"), ("mysql", "SET wait_timeout = 3")]
)
async def test_keep_alive_keeps_a_session_that_the_server_would_end(engine: str, service: Service, limit: str) -> None:
    async with connected(service, keep_alive_ms=1000) as client:
        pinned = await client.pin()
        await client.query(limit, pinned)
        await anyio.sleep(5)
        assert (await client.query("SELECT 1", pinned))["rows"] == [[1]]


async def test_keep_alive_leaves_transactions_to_the_server(postgresql_service: Service) -> None:
    async with connected(postgresql_service, keep_alive_ms=1000) as client:
        pinned = await client.pin()
        await client.query("SET idle_in_transaction_session_timeout = '2500ms'", pinned)
        await client.ask("begin", db_session_id=pinned)
        assert "25P03" in (await client.event("db_session_lost"))["message"]


@pytest.mark.fault("P04")
@pytest.mark.parametrize("engine", SERVERS)
async def test_keep_alive_finds_a_frozen_link(engine: str, service: Service, proxy: FaultProxy) -> None:
    async with connected(service, {"check_s": 0.3}, port=proxy.port, keep_alive_ms=1000) as client:
        pinned = await client.pin()
        await client.query("SELECT 1", pinned)
        proxy.weather.frozen = True
        assert (await client.event("db_session_lost"))["db_session_id"] == pinned


SLOW_ROWS = {
    "postgresql": "SELECT g, repeat('x', 20000), pg_sleep(0.002)::text FROM generate_series(1, 400) AS g",
    "mysql": "SELECT seq, REPEAT('x', 20000), SLEEP(0.002) FROM seq_1_to_400",
}


@pytest.mark.parametrize("engine", SERVERS)
async def test_a_check_that_waited_for_a_statement_leaves_its_rows_alone(engine: str, service: Service) -> None:
    async with connected(service) as client:
        name = await client.pin()
        await client.ask("begin", db_session_id=name)
        pinned = client.session.pinned_session(name)
        query = {**client.own, "db_session_id": name, "sql": SLOW_ROWS[engine], "window_rows": 1}
        await client.raw.send(("rows", "query", query))
        while not pinned.busy:
            await anyio.sleep(0)
        assert await pinned.check(2.0) is None
        answer = (await client.raw.answer())["data"]
        assert not answer["complete"]
        window = await client.ask("fetch", result_id=answer["result_id"], offset=399, limit=10)
        assert (len(window["rows"]), window["complete"]) == (1, True)
        assert (await client.query("SELECT 1", name))["transaction_status"] == "in_transaction"


async def test_a_keep_alive_that_waited_for_a_begin_leaves_the_transaction_alone(postgresql_service: Service) -> None:
    async with connected(postgresql_service) as client:
        name = await client.pin()
        pinned = client.session.pinned_session(name)
        assert await pinned.check(2.0, in_transaction=False) is not None
        await client.ask("begin", db_session_id=name)
        assert await pinned.check(2.0, in_transaction=False) is None
        assert await pinned.check(2.0) is not None


async def test_a_session_was_silent_while_the_machine_slept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with connected(tmp_path / "a.db") as client:
        pinned = client.session.pinned_session(await client.pin())
        monkeypatch.setattr(pinned_session, "now", lambda: now() + 3600)
        assert pinned.silent_s > 3000
        assert pinned.unused_s < 3000, "nobody could have used it meanwhile"
        await pinned.check(2.0)
        assert pinned.silent_s < 3000


# transactions that nobody goes on with


def _where(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Service | Path:
    if engine == "sqlite":
        return tmp_path / "a.db"
    found: Service = request.getfixturevalue(f"{engine}_service")
    return found


@pytest.mark.parametrize("engine", ["sqlite", *SERVERS])
async def test_an_idle_transaction_is_warned_of_and_then_rolled_back(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    async with connected(_where(engine, request, tmp_path), idle_transaction_ms=1000) as client:
        await client.query("DROP TABLE IF EXISTS left_open")
        await client.query("CREATE TABLE left_open (a integer)")
        pinned = await client.pin()
        await client.ask("begin", db_session_id=pinned)
        await client.query("INSERT INTO left_open VALUES (1)", pinned)
        rows = await client.ask(
            "query", **client.own, db_session_id=pinned, sql=DIALECTS[engine].numbers.format(count=3000), window_rows=5
        )
        warning = await client.event("transaction_idle")
        assert (warning["db_session_id"], warning["rollback_in_ms"]) == (pinned, 1000)
        assert "unless" in warning["message"]
        event = await client.event("transaction_changed")
        assert event["transaction_status"] == "idle"
        assert event["message"] == "The transaction was rolled back, because nobody used it for 1 s."
        assert (await client.query("SELECT count(*) FROM left_open"))["rows"] == [[0]]
        window = await client.ask("fetch", result_id=rows["result_id"], offset=2990, limit=10)
        assert window["rows"][-1] == [3000], "what was half read is kept"
        refused = await client.query("INSERT INTO left_open VALUES (2)", pinned)
        assert refused["code"] == "conflict"
        assert refused["message"].startswith(event["message"])
        assert refused["transaction_status"] == "idle"
        assert (await client.query("SELECT count(*) FROM left_open", pinned))["rows"] == [[0]]


async def test_who_uses_the_session_in_time_keeps_the_transaction(tmp_path: Path) -> None:
    async with connected(tmp_path / "a.db", idle_transaction_ms=1000) as client:
        pinned = await client.pin()
        await client.ask("begin", db_session_id=pinned)
        for _ in range(2):
            await client.event("transaction_idle")
            await anyio.sleep(0.5)
            assert (await client.query("SELECT 1", pinned))["transaction_status"] == "in_transaction"
        assert (await client.ask("commit", db_session_id=pinned))["transaction_status"] == "idle"


@pytest.mark.parametrize(("request_type", "outcome"), [("commit", "conflict"), ("rollback", "ok"), ("begin", "ok")])
async def test_after_the_rollback_only_what_counts_on_the_transaction_is_refused(
    tmp_path: Path, request_type: str, outcome: str
) -> None:
    async with connected(tmp_path / "a.db", {"idle_transaction_grace_s": 0.1}, idle_transaction_ms=1000) as client:
        pinned = await client.pin()
        await client.ask("begin", db_session_id=pinned)
        assert (await client.event("transaction_idle"))["rollback_in_ms"] == 100
        await client.event("transaction_changed")
        answer = await client.ask(request_type, db_session_id=pinned)
        assert answer.get("code", "ok") == outcome
        assert (await client.query("SELECT 1", pinned))["rows"] == [[1]]


async def test_a_script_is_refused_too(tmp_path: Path) -> None:
    async with connected(tmp_path / "a.db", {"idle_transaction_grace_s": 0.1}, idle_transaction_ms=1000) as client:
        pinned = await client.pin()
        await client.ask("begin", db_session_id=pinned)
        await client.event("transaction_idle")
        await client.event("transaction_changed")
        script = {**client.own, "db_session_id": pinned, "sql": "CREATE TABLE t (a)"}
        assert (await client.ask("run_script", **script))["code"] == "conflict"
        assert (await client.query("SELECT count(*) FROM sqlite_schema", pinned))["rows"] == [[0]]


@pytest.mark.parametrize("engine", SERVERS)
async def test_a_rollback_through_a_frozen_link_ends_the_session(
    engine: str, service: Service, proxy: FaultProxy
) -> None:
    async with connected(service, {"stop_patience_s": 0.3}, port=proxy.port, idle_transaction_ms=1000) as client:
        pinned = await client.pin()
        await client.ask("begin", db_session_id=pinned)
        await client.event("transaction_idle")
        proxy.weather.frozen = True
        assert (await client.event("db_session_lost"))["db_session_id"] == pinned
        proxy.weather.frozen = False


async def test_a_transaction_whose_rows_are_waited_for_is_not_idle(postgresql_service: Service) -> None:
    settings = {"idle_transaction_grace_s": 0.1}
    async with connected(postgresql_service, settings, idle_transaction_ms=1000) as client:
        pinned = await client.pin()
        await client.ask("begin", db_session_id=pinned)
        await client.query("CREATE TABLE waited_for (a int)", pinned)
        sql = (
            "SELECT g, repeat('x', 20000), CASE WHEN g = 40 THEN pg_sleep(2.5)::text END FROM generate_series(1, 50) g"
        )
        rows = await client.ask("query", **client.own, db_session_id=pinned, window_rows=1, sql=sql)
        window = await client.ask("fetch", result_id=rows["result_id"], offset=45, limit=10)
        assert (len(window["rows"]), window["complete"]) == (5, True)
        assert (await client.query("INSERT INTO waited_for VALUES (1)", pinned))["transaction_status"] == (
            "in_transaction"
        )


async def test_a_transaction_in_which_a_procedure_runs_is_not_idle(mysql_service: Service) -> None:
    async with connected(mysql_service, {"idle_transaction_grace_s": 0.1}, idle_transaction_ms=1000) as client:
        await client.query("CREATE OR REPLACE PROCEDURE slow_twice() BEGIN SELECT 1; SELECT SLEEP(2.5); END")
        pinned = await client.pin()
        await client.ask("begin", db_session_id=pinned)
        answer = await client.query("CALL slow_twice()", pinned)
        assert [one["total_rows"] for one in answer["more_results"] if one["columns"]] == [1]
        assert (await client.query("SELECT 1", pinned))["transaction_status"] == "in_transaction"


async def test_a_transaction_that_cannot_be_rolled_back_ends_with_its_session(mysql_service: Service) -> None:
    async with connected(mysql_service, {"idle_transaction_grace_s": 0.1}, idle_transaction_ms=1000) as client:
        await client.query("CREATE OR REPLACE TABLE global_one (a int)")
        pinned = await client.pin()
        await client.query("XA START 'a'", pinned)
        await client.query("INSERT INTO global_one VALUES (1)", pinned)
        assert (await client.event("db_session_lost"))["db_session_id"] == pinned
        assert (await client.query("SELECT count(*) FROM global_one"))["rows"] == [[0]]
        assert (await client.query("SELECT 1", pinned))["code"] == "connection_lost"


@pytest.mark.parametrize("completion", ["CHAIN", "RELEASE"])
async def test_what_follows_a_rollback_by_the_session_s_settings_does_not(
    mysql_service: Service, completion: str
) -> None:
    async with connected(mysql_service, {"idle_transaction_grace_s": 0.1}, idle_transaction_ms=1000) as client:
        pinned = await client.pin()
        await client.query(f"SET completion_type = '{completion}'", pinned)
        await client.ask("begin", db_session_id=pinned)
        await client.event("transaction_idle")
        assert (await client.event("transaction_changed"))["transaction_status"] == "idle"
        assert (await client.query("SELECT 1", pinned))["code"] == "conflict"
        assert (await client.query("SELECT 1", pinned))["transaction_status"] == "idle"


async def test_a_result_without_end_does_not_keep_a_transaction() -> None:
    settings = {"idle_transaction_grace_s": 0.1, "stop_patience_s": 0.3}
    async with connected(None, settings, idle_transaction_ms=1000) as client:
        pinned = await client.pin()
        await client.query("CREATE TABLE kept (a)", pinned)
        await client.ask("begin", db_session_id=pinned)
        rows = await client.ask("query", **client.own, db_session_id=pinned, sql=ENDLESS_ROWS, window_rows=5)
        assert (await client.event("transaction_idle"))["db_session_id"] == pinned
        assert "rolled back" in (await client.event("transaction_changed"))["message"]
        window = await client.ask("fetch", result_id=rows["result_id"], offset=0, limit=3)
        assert window["rows"] == [[1], [2], [3]]
        beyond = await client.ask("fetch", result_id=rows["result_id"], offset=2_000_000_000, limit=1)
        assert beyond["message"].endswith("when its transaction was rolled back.")
        assert (await client.query("SELECT 1", pinned))["code"] == "conflict"
        assert (await client.query("SELECT count(*) FROM kept", pinned))["rows"] == [[0]]


async def test_reading_the_catalog_does_not_stand_for_the_user() -> None:
    async with connected(None, {"idle_transaction_grace_s": 0.1}, idle_transaction_ms=1000) as client:
        pinned = await client.pin()
        await client.query("CREATE TABLE kept (a)", pinned)
        await client.ask("begin", db_session_id=pinned)
        await client.event("transaction_idle")
        await client.event("transaction_changed")
        before = client.session.pinned_session(pinned).unused_s
        main = {"kind": "schema", "schema_name": None, "name": "main"}
        listed = await client.ask("list_objects", **client.own, parent=main, kinds=["table"])
        assert [one["object"]["name"] for one in listed["objects"]] == ["kept"]
        assert client.session.pinned_session(pinned).unused_s >= before
        assert (await client.query("INSERT INTO kept VALUES (1)", pinned))["code"] == "conflict"
        assert (await client.query("SELECT count(*) FROM kept", pinned))["rows"] == [[0]]


@pytest.mark.parametrize("request_type", ["rollback", "begin"])
async def test_who_waits_while_the_transaction_is_rolled_back_is_not_refused(
    postgresql_service: Service, request_type: str
) -> None:
    async with connected(postgresql_service) as client:
        name = await client.pin()
        await client.ask("begin", db_session_id=name)
        sql = "SELECT g, repeat('x', 20000), CASE WHEN g = 40 THEN pg_sleep(1)::text END FROM generate_series(1, 50) g"
        await client.ask("query", **client.own, db_session_id=name, window_rows=1, sql=sql)
        pinned = client.session.pinned_session(name)
        pinned.warn("It was idle", 0.0)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pinned.roll_back, "It was rolled back")
            await anyio.sleep(0.1)
            assert pinned.transaction_status == "in_transaction", "its rows are being read"
            answer = await client.ask(request_type, db_session_id=name)
        assert answer.get("code") is None
        assert answer["transaction_status"] == ("idle" if request_type == "rollback" else "in_transaction")
        assert (await client.query("SELECT 1", name))["rows"] == [[1]]


async def test_a_begin_that_was_given_up_does_not_answer_for_the_rollback(tmp_path: Path) -> None:
    async with connected(tmp_path / "a.db") as client:
        name = await client.pin()
        await client.ask("begin", db_session_id=name)
        pinned = client.session.pinned_session(name)
        pinned.warn("It was idle", 0.0)
        await pinned.roll_back("It was rolled back")
        async with pinned.visit():
            assert (await client.ask("begin", db_session_id=name, timeout_ms=50))["code"] == "timeout"
        assert (await client.query("CREATE TABLE t (a)", name))["code"] == "conflict"


async def test_the_rollback_is_told_once_and_with_its_reason(postgresql_service: Service) -> None:
    """Also when other requests end at the same time, after each of which it is looked for news."""
    async with connected(postgresql_service) as client:
        name = await client.pin()
        await client.ask("begin", db_session_id=name)
        pinned = client.session.pinned_session(name)
        pinned.warn("It was idle", 0.0)
        async with anyio.create_task_group() as tasks:

            async def look_all_the_time() -> None:
                while True:
                    client.session.take_note()
                    await anyio.sleep(0)

            tasks.start_soon(look_all_the_time)
            await pinned.roll_back("It was rolled back")
            tasks.cancel_scope.cancel()
        await client.ask("begin", db_session_id=name)
        told = await client.ask("wait_events", after=0, kinds=["transaction_changed"])
        assert [(one["transaction_status"], one.get("message")) for one in told["events"]] == [
            ("in_transaction", None),
            ("idle", "It was rolled back."),
            ("in_transaction", None),
        ]
