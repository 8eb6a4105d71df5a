"""What a server does with a database session that nobody uses, told to a client that waits for events."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import anyio
import pytest

from tests.conftest import own_server
from tests.end_to_end.dialects import DIALECTS, target_data
from tests.end_to_end.fault_proxy import fault_proxy
from tests.server.room import Raw, Room, serving
from tests.work import SOON_S
from tools.services import Service, mariadb, postgresql

pytestmark = pytest.mark.anyio


class Listening:
    """A client that waits for events, with a pinned session, and another one that does things to it."""

    def __init__(self, room: Room, raw: Raw, other: Raw, engine: str) -> None:
        self.room, self.raw, self.other, self.engine = room, raw, other, engine
        self.own: dict[str, str] = {}
        self.others: dict[str, str] = {}
        self.after = 0

    async def query(self, sql: str) -> Any:
        """Run a statement in the pinned session."""
        return await ask(self.raw, "query", **self.own, sql=sql)

    async def elsewhere(self, sql: str) -> Any:
        """Run a statement in a session of the other client."""
        return await ask(self.other, "query", **self.others, sql=sql)

    async def events(self) -> list[dict[str, Any]]:
        """Those that have come, or the first that comes."""
        answer = await ask(self.raw, "wait_events", after=self.after)
        self.after = answer["next"]
        found: list[dict[str, Any]] = answer["events"]
        return found

    async def event(self, kind: str) -> dict[str, Any]:
        """The first event of that kind, as soon as it is there; of its own nothing was asked meanwhile."""
        with anyio.fail_after(SOON_S):
            while True:
                for one in await self.events():
                    if one["kind"] == kind:
                        return one

    async def pid(self) -> int:
        """The server's number of the pinned session."""
        name = "pg_backend_pid()" if self.engine == "postgresql" else "CONNECTION_ID()"
        found: int = (await self.query(f"SELECT {name}"))["rows"][0][0]
        return found


async def ask(raw: Raw, message_type: str, **data: Any) -> Any:
    """The data of the answer."""
    await raw.send((message_type, message_type, data))
    return (await raw.answer())["data"]


async def opened(raw: Raw, service: Service, **options: Any) -> dict[str, str]:
    """A connection."""
    return {"connection_id": (await ask(raw, "db_connect", **target_data(service, **options)))["connection_id"]}


@contextlib.asynccontextmanager
async def listening(service: Service, **options: Any) -> AsyncIterator[Listening]:
    """Both clients. There is no housekeeping, so whatever is told was not found by looking now and then."""
    async with serving() as room, room.raw() as raw, room.raw() as other:
        both = Listening(room, raw, other, service.engine)
        both.own = await opened(raw, service, **options)
        both.own |= {"db_session_id": (await ask(raw, "open_db_session", **both.own))["db_session_id"]}
        both.others = await opened(other, service)
        await ask(raw, "wait_events", after=None)
        yield both


async def test_a_session_that_an_administrator_ends_is_told(postgresql_service: Service) -> None:
    async with listening(postgresql_service) as both:
        pid = await both.pid()
        await both.elsewhere(f"SELECT pg_terminate_backend({pid})")
        event = await both.event("db_session_lost")
        assert event["db_session_id"] == both.own["db_session_id"]
        assert "administrator" in event["message"]
        assert "57P01" in event["message"]
        refused = await both.query("SELECT 1")
        assert (refused["code"], "57P01" in refused["message"]) == ("connection_lost", True)


@pytest.mark.parametrize(
    ("setting", "code"), [("idle_in_transaction_session_timeout", "25P03"), ("idle_session_timeout", "57P05")]
)
async def test_a_session_that_was_idle_for_too_long_is_told(
    postgresql_service: Service, setting: str, code: str
) -> None:
    async with listening(postgresql_service) as both:
        if setting.startswith("idle_in"):
            await both.query("BEGIN")
        await both.query(f"SET {setting} = '300ms'")
        event = await both.event("db_session_lost")
        assert code in event["message"]
        assert "request_id" not in event
        answer = await ask(both.raw, "wait_events", after=None)
        assert [one["kind"] for one in answer["events"] if "db_session_id" in one] == ["db_session_lost"]


async def test_a_session_that_mariadb_ends_is_told(mysql_service: Service) -> None:
    async with listening(mysql_service) as both:
        await both.elsewhere(f"KILL {await both.pid()}")
        event = await both.event("db_session_lost")
        assert "close_db_session" in event["message"]


async def test_a_session_past_its_wait_timeout_is_told(mysql_service: Service) -> None:
    async with listening(mysql_service) as both:
        await both.query("SET wait_timeout = 1")
        assert (await both.event("db_session_lost"))["db_session_id"] == both.own["db_session_id"]


async def test_a_transaction_past_its_idle_timeout_is_told(mysql_service: Service) -> None:
    async with listening(mysql_service) as both:
        await both.query("SET idle_transaction_timeout = 1")
        await both.query("START TRANSACTION")
        assert (await both.event("db_session_lost"))["db_session_id"] == both.own["db_session_id"]


@own_server
@pytest.mark.parametrize("start", [postgresql, mariadb], ids=["postgresql", "mysql"])
async def test_a_server_that_goes_takes_its_idle_sessions_along(
    start: Callable[[], contextlib.AbstractContextManager[Service]],
) -> None:
    with start() as service:
        async with listening(service) as both:
            service.process.send_signal(signal.SIGTERM if service.engine == "mysql" else signal.SIGINT)
            assert (await both.event("db_session_lost"))["db_session_id"] == both.own["db_session_id"]
            await anyio.to_thread.run_sync(service.process.wait)


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
async def test_a_link_that_breaks_while_it_is_idle_is_told(request: pytest.FixtureRequest, engine: str) -> None:
    service: Service = request.getfixturevalue(f"{engine}_service")
    with fault_proxy((service.host, service.port)) as proxy:
        async with listening(service, port=proxy.port) as both:
            await both.query("SELECT 1")
            await anyio.to_thread.run_sync(proxy.reset)
            event = await both.event("db_session_lost")
            assert "link" in event["message"]


async def test_a_notification_comes_while_the_session_is_idle(postgresql_service: Service) -> None:
    async with listening(postgresql_service) as both:
        sender = (await both.elsewhere("SELECT pg_backend_pid()"))["rows"][0][0]
        await both.query('LISTEN "Néws"')
        await both.elsewhere("""NOTIFY "Néws", 'read all about it'""")
        event = await both.event("notification")
        assert event["notification"] == {"channel": "Néws", "payload": "read all about it", "process_id": sender}
        assert (event["connection_id"], event["db_session_id"]) == tuple(both.own.values())
        await both.elsewhere('NOTIFY "Néws"')
        assert (await both.event("notification"))["notification"]["payload"] == ""
        assert (await both.query("SELECT 1"))["notices"] == [], "each is told once"
        await both.query("UNLISTEN *")
        await both.elsewhere('NOTIFY "Néws"')
        await both.query("BEGIN")
        assert [one["kind"] for one in await both.events()] == ["transaction_changed"]


async def test_notifications_come_during_statements_and_behind_them(postgresql_service: Service) -> None:
    async with listening(postgresql_service) as both:
        await both.query("LISTEN a")
        await both.query("SELECT pg_notify('a', 'mine')")
        assert (await both.event("notification"))["notification"]["payload"] == "mine"
        await both.raw.send(("slow", "query", {**both.own, "sql": "SELECT pg_sleep(0.5)"}))
        await anyio.sleep(0.1)
        await both.elsewhere("NOTIFY a, 'meanwhile'")
        assert (await both.raw.answer())["id"] == "slow"
        assert (await both.event("notification"))["notification"]["payload"] == "meanwhile"
        result = await ask(both.raw, "query", **both.own, sql="SELECT generate_series(1, 300000)", window_rows=1)
        await both.elsewhere("NOTIFY a, 'half read'")
        await ask(both.raw, "close_result", result_id=result["result_id"])
        assert (await both.event("notification"))["notification"]["payload"] == "half read"


@pytest.mark.fault("P12")
async def test_a_flood_of_notifications_is_bounded_and_counted(postgresql_service: Service) -> None:
    async with listening(postgresql_service) as both:
        await both.query("LISTEN a")
        await both.elsewhere("DO $$ BEGIN FOR i IN 1..3000 LOOP PERFORM pg_notify('a', i::text); END LOOP; END $$")
        last = ""
        received = missed = 0
        with anyio.fail_after(SOON_S):
            while last != "3000":
                answer = await ask(both.raw, "wait_events", after=both.after, kinds=["notification"])
                both.after = answer["next"]
                missed += answer["missed"]
                received += len(answer["events"])
                last = answer["events"][-1]["notification"]["payload"]
        assert received + missed == 3000
        await both.elsewhere(
            "DO $$ BEGIN FOR i IN 1..500 LOOP PERFORM pg_notify('a', i || repeat('x', 7000)); END LOOP; END $$"
        )
        (client, _) = sorted(both.room.backend.clients, key=lambda one: one.number)
        with anyio.fail_after(SOON_S):
            while client.events is None or client.events.last < both.after + 500:
                await anyio.sleep(0.01)
        answer = await ask(both.raw, "wait_events", after=both.after, kinds=["notification"])
        assert sum(len(one["notification"]["payload"]) for one in answer["events"]) <= 1_000_000
        assert answer["missed"] + len(answer["events"]) == 500


async def test_without_events_notifications_stay_notices(postgresql_service: Service) -> None:
    async with serving() as room, room.raw() as raw:
        own = await opened(raw, postgresql_service)
        own |= {"db_session_id": (await ask(raw, "open_db_session", **own))["db_session_id"]}
        await ask(raw, "query", **own, sql="LISTEN a")
        await ask(raw, "query", **own, sql="NOTIFY a, 'x'")
        found = (await ask(raw, "query", **own, sql="SELECT 1"))["notices"]
        assert [one["message"] for one in found] in ([], ["a: x"])


async def test_listen_needs_a_session_of_its_own(postgresql_service: Service) -> None:
    async with serving() as room, room.raw() as raw:
        own = await opened(raw, postgresql_service)
        refused = await ask(raw, "query", **own, sql="/* all */ LISTEN a")
        assert refused["code"] == "unsupported"
        assert "open_db_session" in refused["message"]
        assert (await ask(raw, "query", **own, sql="SELECT 1"))["rows"] == [[1]]


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
async def test_a_session_that_is_closed_by_its_client_is_no_loss(request: pytest.FixtureRequest, engine: str) -> None:
    async with listening(request.getfixturevalue(f"{engine}_service")) as both:
        await ask(both.raw, "close_db_session", db_session_id=both.own["db_session_id"])
        await ask(both.raw, "db_disconnect", connection_id=both.own["connection_id"])
        answer = await ask(both.raw, "wait_events", after=both.after, timeout_ms=100)
        assert answer["events"] == []


@contextlib.contextmanager
def counted_wake_ups() -> Iterator[list[None]]:
    """One entry for each time that the event loop had something to do."""
    selector: Any = asyncio.get_running_loop()._selector  # type: ignore[attr-defined]  # asyncio's own
    select, woken = selector.select, list[None]()

    def counting(timeout: float | None = None) -> Any:
        woken.append(None)
        return select(timeout)

    selector.select = counting
    try:
        yield woken
    finally:
        selector.select = select


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
@pytest.mark.parametrize("rows", [1, 300_000], ids=["idle", "half_read"])
async def test_nobody_wakes_up_while_nothing_comes(request: pytest.FixtureRequest, engine: str, rows: int) -> None:
    async with listening(request.getfixturevalue(f"{engine}_service")) as both:
        sql = DIALECTS[engine].numbers.format(count=rows)
        answer = await ask(both.raw, "query", **both.own, sql=sql, window_rows=1)
        assert answer["complete"] == (rows == 1)
        await both.raw.send(("w", "wait_events", {"after": both.after}))
        await anyio.sleep(0.1)
        with counted_wake_ups() as woken:
            await anyio.sleep(0.5)
        assert len(woken) <= 3, "this test's own sleep"
