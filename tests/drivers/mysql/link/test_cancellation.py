"""Stopping what runs: at any moment, by closing, over a silent link; and what is reported when it was lost."""

import asyncio
import contextlib
import gc
import warnings
from collections.abc import Awaitable

import anyio
import pytest
from litebase_schema.connection import MysqlTarget

from litebase.drivers.interface import DatabaseSession, DriverLimits, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.mysql import session as mysql_session
from litebase.drivers.mysql.cursor import MysqlCursor
from litebase.drivers.mysql.driver import MysqlDriver
from litebase.drivers.mysql.link.cancellation import SERVER_SQL, _last_kills
from litebase.drivers.mysql.link.connector import Connector
from litebase.drivers.mysql.link.conversation import Conversation
from litebase.drivers.mysql.link.handshake import Progress
from litebase.errors import ConnectionLost, LiteBaseError, OutcomeUnknown, QueryFailed
from tests.drivers.conformance import all_rows, outcome_of_cancel, rows_of, run
from tests.drivers.mysql.conftest import (
    ENDLESS,
    ENDLESS_ROWS,
    LIMITS,
    MakeTarget,
    fake_target,
    id_of,
    make_anew,
    opened,
    running_in,
)
from tests.drivers.mysql.fake_server import Talk, fake_server
from tests.end_to_end.fault_proxy import fault_proxy
from tests.mysql_series import mysql_sql
from tests.work import SOON_S
from tools.services import Service

pytestmark = pytest.mark.anyio


@pytest.mark.fault("M13")
async def test_a_cancelled_statement_does_not_run_on_at_the_server(target: MakeTarget) -> None:
    async with opened(target()) as session, opened(target()) as other:
        id_ = await id_of(session)
        for _ in range(20):
            assert isinstance(
                await outcome_of_cancel(0.02, lambda: session.execute(Statement(ENDLESS, first_rows=1))), Interrupted
            )
            # what the server had to remark may still be asked for
            assert [one for one in await running_in(other, id_) if "SHOW WARNINGS" not in str(one)] == []
        assert session.usable


@pytest.mark.parametrize("closes", [False, True])
async def test_a_statement_that_no_kill_reached_in_time_is_still_ended_afterwards(
    target: MakeTarget, monkeypatch: pytest.MonkeyPatch, closes: bool
) -> None:
    """As on a server that is too busy to let a second link in: a server that computes never looks who is there."""
    monkeypatch.setattr(mysql_session, "_CLOSE_PATIENCE_S", 0.0001)
    hasty = DriverLimits(stop_patience_s=2.0 if closes else 0.0001, fetch_grace_s=0.02)
    async with opened(target()) as other, opened(target(), hasty) as session:
        id_ = await id_of(session)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_ignoring_errors, session.execute(Statement(ENDLESS, first_rows=1)))
            while not await running_in(other, id_):
                await anyio.sleep(0.01)
            if closes:
                await session.aclose()
            else:
                tasks.cancel_scope.cancel()
        assert not session.usable
        with anyio.fail_after(SOON_S):
            while await running_in(other, id_):
                await anyio.sleep(0.02)


async def _ignoring_errors(work: Awaitable[object]) -> None:
    with contextlib.suppress(LiteBaseError, Interrupted):
        await work


@pytest.mark.fault("M06")
async def test_1000_races_of_a_cancel_never_hit_the_next_statement(session: DatabaseSession) -> None:
    stopped = 0
    for turn in range(1000):
        # Ends before, while and after the KILL is on its way. Not SLEEP: a KILL that meets the very end of one makes
        # MariaDB itself wait for seconds, now and then.
        sql = mysql_sql(f"SELECT SUM(seq + 0.5) FROM seq_1_to_{1 + turn % 25 * 3000}")
        outcome = await outcome_of_cancel(turn % 20 * 0.00004, lambda sql=sql: rows_of(session, sql))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        stopped += isinstance(outcome, Interrupted)
        assert await rows_of(session, "SELECT 2") == [(2,)], f"turn {turn}"
    assert session.usable
    assert stopped > 0


@pytest.mark.fault("M06")
async def test_a_kill_of_a_stranger_while_idle_is_absorbed_or_reported(target: MakeTarget) -> None:
    async with opened(target()) as session, opened(target()) as other:
        await run(other, f"KILL QUERY {await id_of(session)}")
        with contextlib.suppress(QueryFailed):
            await rows_of(session, "SELECT 1")
        assert await rows_of(session, "SELECT 2") == [(2,)]


async def test_a_statement_that_waits_for_a_lock_is_stopped(target: MakeTarget) -> None:
    async with opened(target()) as session, opened(target()) as other:
        await make_anew(session, "TABLE locked (id INT PRIMARY KEY, n INT)")
        await run(session, "INSERT INTO locked VALUES (1, 0)")
        await run(other, "BEGIN")
        await run(other, "UPDATE locked SET n = 1")
        await run(session, "BEGIN")
        stopped = await outcome_of_cancel(0.1, lambda: run(session, "UPDATE locked SET n = 2"))
        assert isinstance(stopped, Interrupted)
        assert not stopped.session_ended, "it was stopped, and not given up when the patience was over"
        assert session.transaction_status == "in_transaction"
        await run(other, "ROLLBACK")
        await run(session, "ROLLBACK")


async def test_sleep_that_is_stopped_ends_early(session: DatabaseSession) -> None:
    stopped = await outcome_of_cancel(0.05, lambda: rows_of(session, "SELECT SLEEP(3600)"))
    assert isinstance(stopped, Interrupted)
    assert await rows_of(session, "SELECT 1") == [(1,)]


@pytest.mark.parametrize(
    ("sql", "is_stopped"),
    [("SELECT SLEEP(60)", True), ("do benchmark(1000000000, md5('x'))", True), ("SELECT 1 /* sleep(60) */", False)],
)
async def test_what_mysql_ends_without_an_error_was_stopped_all_the_same(sql: str, is_stopped: bool) -> None:
    """MySQL's SLEEP returns 1 when it is stopped, where MariaDB's fails; the server here answers as MySQL does."""
    begun, killed = asyncio.Event(), asyncio.Event()

    async def mysql(talk: Talk) -> None:
        if begun.is_set():
            await talk.login()
            await talk.hear()
            talk.rows([b"here"])
            assert await talk.hear() == b"\x03KILL QUERY 7"
            killed.set()
            talk.ok()
            return
        await talk.prepare()
        await talk.hear()
        begun.set()
        await killed.wait()
        if sql.startswith("SELECT"):
            talk.rows([b"1"])
        else:
            talk.ok()
        assert await talk.hear() == b"\x03DO 0", "in case the KILL comes late"
        talk.ok()

    async with fake_server(mysql) as (port, _), opened(fake_target(port)) as session:
        outcome = await outcome_of_cancel(0.05, lambda: session.execute(Statement(sql, first_rows=1)))
        if is_stopped:
            assert isinstance(outcome, Interrupted)
        else:
            assert isinstance(outcome, MysqlCursor)
            assert await all_rows(outcome) == [("1",)]
        assert session.usable


async def test_closing_a_session_ends_its_statement_at_the_server(target: MakeTarget) -> None:
    async with opened(target()) as other:
        session = await MysqlDriver(target(), LIMITS).connect()
        id_ = await id_of(session)
        async with anyio.create_task_group() as tasks:

            async def run_on() -> None:
                with contextlib.suppress(LiteBaseError, Interrupted):
                    await session.execute(Statement(ENDLESS, first_rows=1))

            tasks.start_soon(run_on)
            await asyncio.sleep(0.05)
            assert await running_in(other, id_) != []
            await session.aclose()
            await asyncio.sleep(0.05)
            assert await running_in(other, id_) == []
        session = await MysqlDriver(target(), LIMITS).connect()
        id_ = await id_of(session)
        await session.execute(Statement(ENDLESS_ROWS, first_rows=1))
        await session.aclose()
        await asyncio.sleep(0.05)
        assert await running_in(other, id_) == []


@pytest.mark.fault("M16")
async def test_an_abandoned_result_leaves_no_word_on_stderr(
    target: MakeTarget, capfd: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        session = await MysqlDriver(target(), LIMITS).connect()
        await session.execute(Statement(ENDLESS_ROWS, first_rows=1))
        await session.aclose()
        del session
        gc.collect()
        await asyncio.sleep(0.05)
    assert capfd.readouterr() == ("", "")


@pytest.mark.fault("M14")
@pytest.mark.parametrize(
    ("sql", "may_have_changed"), [("SELECT 1", False), ("SELECT f()", True), ("# nightly\nDELETE FROM t", True)]
)
async def test_where_the_session_s_number_is_not_the_server_s_own_nobody_is_killed(
    sql: str, may_have_changed: bool
) -> None:
    """Behind a proxy the number would be a stranger's; the proxies themselves are not available here."""

    async def proxy(talk: Talk) -> None:
        await talk.login()
        await talk.hear()
        talk.ok()
        await talk.hear()
        talk.rows([b"4711", b"16777216", b"8.0.36", b"here", b"", b"NONE"])  # the greeting said 7

    async with fake_server(proxy) as (port, talks):
        target = MysqlTarget(engine="mysql", port=port, user="u")
        session = await MysqlDriver(target, DriverLimits(0.2, 0.02)).connect()
        assert "no KILL can be sent" in (dict(session.abilities.reasons())["stop_statements"] or "")
        stopped = await outcome_of_cancel(0.05, lambda: session.execute(Statement(sql, first_rows=1)))
        assert isinstance(stopped, Interrupted)
        assert stopped.session_ended
        assert stopped.may_have_changed is may_have_changed
        await session.aclose()
        assert len(talks) == 1


async def test_a_session_that_is_given_up_before_its_statement_was_sent_has_changed_nothing() -> None:
    async def silent_while_preparing(talk: Talk) -> None:
        await talk.prepare()
        await talk.hear()  # of three requests the first, which sets the parameters

    async with fake_server(silent_while_preparing) as (port, talks):
        target = MysqlTarget(engine="mysql", port=port, user="u")
        session = await MysqlDriver(target, DriverLimits(0.2, 0.02)).connect()
        stopped = await outcome_of_cancel(0.05, lambda: session.execute(Statement("DELETE FROM t WHERE a = ?", [1])))
        assert isinstance(stopped, Interrupted)
        assert stopped.session_ended
        assert not stopped.may_have_changed
        await session.aclose()
        assert b"DELETE" not in talks[0].heard


@pytest.mark.parametrize(("sql", "may"), [("SELECT 1", False), ("# nightly\nDELETE FROM mysql.none", True)])
async def test_a_cancel_over_a_silent_link_comes_back_within_the_patience(
    target: MakeTarget, mysql_service: Service, sql: str, may: bool
) -> None:
    with fault_proxy(("127.0.0.1", mysql_service.port)) as proxy:
        session = await MysqlDriver(target(port=proxy.port), DriverLimits(0.3, 0.02)).connect()
        await rows_of(session, "SELECT 1")
        proxy.weather.frozen = True
        with anyio.fail_after(SOON_S):
            stopped = await outcome_of_cancel(0.05, lambda: session.execute(Statement(sql, first_rows=1)))
            assert isinstance(stopped, Interrupted)
            assert (stopped.session_ended, stopped.may_have_changed) == (True, may)
            assert not session.usable
            await session.aclose()


async def test_closing_over_a_silent_link_is_bounded(target: MakeTarget, mysql_service: Service) -> None:
    with fault_proxy(("127.0.0.1", mysql_service.port)) as proxy:
        session = await MysqlDriver(target(port=proxy.port), DriverLimits(0.3, 0.02)).connect()
        await session.execute(Statement(ENDLESS_ROWS, first_rows=1))
        proxy.weather.frozen = True
        with anyio.fail_after(SOON_S):
            await session.aclose()


@pytest.mark.fault("Q24")
async def test_a_write_whose_answer_is_lost_is_of_unknown_outcome(target: MakeTarget) -> None:
    async with opened(target()) as other:
        for sql, kind in (("DO SLEEP(5)", OutcomeUnknown), ("SELECT SLEEP(5)", ConnectionLost)):
            async with opened(target()) as session:
                id_ = await id_of(session)

                async def kill(id_: int = id_) -> None:
                    await asyncio.sleep(0.1)
                    await run(other, f"KILL CONNECTION {id_}")

                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(kill)
                    with pytest.raises(kind):
                        await all_rows(await session.execute(Statement(sql, first_rows=1)))
                assert not session.usable


async def test_review6_a_select_that_writes_by_a_function_is_of_unknown_outcome_when_its_link_is_lost(
    target: MakeTarget,
) -> None:
    async with opened(target()) as other:
        await make_anew(other, "TABLE written (n INT) ENGINE = Aria")
        await make_anew(
            other,
            "FUNCTION writes_slowly() RETURNS INT BEGIN INSERT INTO written VALUES (1); RETURN SLEEP(5); END",
        )
        async with opened(target()) as session:
            id_ = await id_of(session)

            async def kill() -> None:
                await asyncio.sleep(0.2)
                await run(other, f"KILL CONNECTION {id_}")

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(kill)
                with pytest.raises(OutcomeUnknown):
                    await rows_of(session, "SELECT writes_slowly()")
        assert await rows_of(other, "SELECT * FROM written") == [(1,)]


@pytest.mark.fault("Q21")
async def test_a_session_that_is_closed_in_a_statement_is_gone_from_the_server(target: MakeTarget) -> None:
    """A KILL that the server has confirmed may be forgotten there; what counts is that it knows the session no more."""
    async with opened(target()) as other:
        for _ in range(5):
            session = await MysqlDriver(target(), LIMITS).connect()
            id_ = await id_of(session)
            running = asyncio.ensure_future(session.execute(Statement(ENDLESS, first_rows=1)))
            await asyncio.sleep(0.05)
            await session.aclose()
            left = await rows_of(other, f"SELECT COUNT(*) FROM information_schema.processlist WHERE id = {id_}")
            assert left == [(0,)]
            with pytest.raises(Interrupted):
                await running


async def gone(other: DatabaseSession, id_: int) -> None:
    """Return when a session of the server runs nothing any more."""
    with anyio.fail_after(SOON_S):
        while await running_in(other, id_):
            await anyio.sleep(0.02)


@pytest.mark.parametrize("sql", [ENDLESS, f"  /* é🙂 */ {ENDLESS}", ENDLESS_ROWS])
async def test_a_statement_whose_link_is_lost_is_ended_at_the_server(
    target: MakeTarget, mysql_service: Service, sql: str
) -> None:
    """MariaDB notices that nobody is there when it sends something, so what computes would run on for ever."""
    async with opened(target()) as other:
        with fault_proxy(("127.0.0.1", mysql_service.port)) as proxy:
            session = await MysqlDriver(target(port=proxy.port), LIMITS).connect()
            id_ = await id_of(session)
            running = asyncio.ensure_future(all_rows_of(session, sql))
            with anyio.fail_after(SOON_S):
                while not await running_in(other, id_):
                    await anyio.sleep(0.02)
            proxy.reset()
            with pytest.raises(ConnectionLost):
                await running
            await gone(other, id_)
            await session.aclose()


async def all_rows_of(session: DatabaseSession, sql: str) -> None:
    await all_rows(await session.execute(Statement(sql, first_rows=1)))


async def test_another_statement_under_the_number_of_a_lost_session_is_left_alone(target: MakeTarget) -> None:
    """A server that was restarted gives its sessions the same numbers again."""
    async with opened(target()) as other, opened(target()) as stranger:
        id_ = await id_of(stranger)
        running = asyncio.ensure_future(stranger.execute(Statement(ENDLESS, first_rows=1)))
        ((server,),) = await rows_of(other, f"SELECT {SERVER_SQL}")
        for lost, left in ((b"SELECT 'something else'", True), ("é".encode(), True), (ENDLESS.encode(), False)):
            connector = await Connector.of(target())
            link = await connector.open(Progress())
            cancellation = Conversation(link, connector, LIMITS).cancellation
            cancellation.aim(id_, str(server))
            while not await running_in(other, id_):
                await anyio.sleep(0.02)
            cancellation.leave_behind(lost)
            with anyio.fail_after(SOON_S):
                while _last_kills:
                    await anyio.sleep(0.02)
            assert bool(await running_in(other, id_)) is left
        with pytest.raises(ConnectionLost):
            await running
