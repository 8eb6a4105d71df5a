"""One session: what it runs, how it begins transactions, is made new, and is lost. On a real MariaDB."""

import asyncio
import contextlib

import anyio
import pytest

from litebase.drivers.interface import DatabaseSession, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.mysql.driver import MysqlDriver
from litebase.drivers.mysql.session import MysqlSession
from litebase.errors import (
    Conflict,
    ConnectionLost,
    LimitExceeded,
    LiteBaseError,
    QueryFailed,
    ReadOnly,
    Unsupported,
)
from tests.drivers.conformance import all_rows, rows_of, run
from tests.drivers.mysql.conftest import ENDLESS, LIMITS, MakeTarget, fake_target, id_of, make_anew, opened, target_of
from tests.drivers.mysql.fake_server import Talk, fake_server
from tests.mysql_series import HAS_RETURNING, ON_MYSQL, mysql_sql
from tests.work import SOON_S
from tools.services import Service, mariadb

pytestmark = pytest.mark.anyio


@pytest.mark.fault("Q14")
async def test_several_statements_in_one_text_are_refused_and_none_runs(session: DatabaseSession) -> None:
    await make_anew(session, "TABLE several (n INT)")
    for sql in ("INSERT INTO several VALUES (1); SELECT 2", "SELECT 1;\n-- a remark\nSELECT 2", "DO 1; DO 2"):
        with pytest.raises(Unsupported, match="run_script"):
            await session.execute(Statement(sql, first_rows=1))
    assert await rows_of(session, "SELECT * FROM several") == []
    assert await rows_of(session, "SELECT 1;") == [(1,)]


async def test_several_statements_in_one_text_are_refused_after_a_series_too(session: DatabaseSession) -> None:
    await make_anew(session, "TABLE several (n INT)")
    good, bad, endless = Statement("DO ?", [1]), Statement("DO nothing"), Statement(ENDLESS)
    for series in ([good, good], [good, bad, good]):
        await session.execute_all(series)
        with pytest.raises(Unsupported, match="run_script"):
            await session.execute(Statement("INSERT INTO several VALUES (1); DO 1"))
    with anyio.move_on_after(0.1), contextlib.suppress(Interrupted):
        await session.execute_all([good, endless, good])
    with pytest.raises(Unsupported, match="run_script"):
        await session.execute(Statement("INSERT INTO several VALUES (1); DO 1"))
    assert await rows_of(session, "SELECT * FROM several") == []


async def test_a_series_has_the_warnings_of_each_statement(session: DatabaseSession) -> None:
    await make_anew(session, "TABLE warned (n DECIMAL(5, 1))")
    insert = "INSERT INTO warned VALUES (?)"
    series = await session.execute_all([Statement(insert, [value]) for value in ("1.5", "1.55", "1.5", "1.555")])
    assert [[notice.code for notice in one.notices] for one in series.changes] == [[], ["1265"], [], ["1265"]]


async def test_a_series_that_is_larger_than_a_packet_goes_in_parts(session: DatabaseSession) -> None:
    await make_anew(session, "TABLE large (n INT, t LONGTEXT)")
    insert = "INSERT INTO large VALUES (?, ?)"
    texts = [chr(97 + n) * 300_000 for n in range(8)]
    series = await session.execute_all([Statement(insert, [n, text]) for n, text in enumerate(texts)])
    assert [one.affected_rows for one in series.changes] == [1] * 8
    assert await rows_of(session, "SELECT t FROM large ORDER BY n") == [(text,) for text in texts]


async def test_a_series_runs_one_by_one_where_a_server_takes_one_statement_only() -> None:
    async def refuse(talk: Talk) -> None:
        await talk.prepare()
        while command := await talk.hear():
            if command[:1] == b"\x1b":
                talk.send(b"\xff" + (1047).to_bytes(2, "little") + b"#08S01Unknown command")
            else:
                talk.ok()

    async with fake_server(refuse) as (port, talks), opened(fake_target(port)) as session:
        for _ in range(2):
            series = await session.execute_all([Statement("DELETE FROM a"), Statement("DELETE FROM b")])
            assert [one.affected_rows for one in series.changes] == [0, 0]
    heard = bytes(talks[0].heard)
    assert heard.count(b"\x1b\0\0") == 1
    assert heard.count(b"\x03DELETE FROM a\x03DELETE FROM b") == 2


async def test_all_kinds_of_statements_answer(session: DatabaseSession) -> None:
    await make_anew(session, "TABLE kinds (id INT PRIMARY KEY AUTO_INCREMENT, a TEXT)")
    if HAS_RETURNING:
        returned = await rows_of(session, "INSERT INTO kinds (a) VALUES ('x'), ('y') RETURNING id, a")
        assert returned == [(1, "x"), (2, "y")]
    else:
        await run(session, "INSERT INTO kinds (a) VALUES ('x'), ('y')")
    assert await rows_of(session, "SHOW TABLES LIKE 'kinds'") == [("kinds",)]
    assert len(await rows_of(session, "EXPLAIN SELECT * FROM kinds")) == 1
    assert len(await rows_of(session, "DESCRIBE kinds")) == 2
    assert await rows_of(session, "(SELECT 1) UNION (SELECT 2)") == [(1,), (2,)]
    assert (await run(session, "DO SLEEP(0)")).columns == ()
    cursor = await session.execute(Statement(f"DELETE FROM kinds{'' if ON_MYSQL else ' RETURNING id'}", first_rows=100))
    await all_rows(cursor)
    assert cursor.affected_rows == 2


async def test_load_data_reads_a_file_of_the_server(session: DatabaseSession, mysql_service: Service) -> None:
    path = mysql_service.folder / "rows.csv"
    path.write_text("1\n2\n", encoding="ascii")
    path.chmod(0o644)
    await run(session, "CREATE TEMPORARY TABLE loaded (a INT)")
    assert (await run(session, f"LOAD DATA INFILE '{path}' INTO TABLE loaded")).affected_rows == 2


@pytest.mark.fault("Q19")
async def test_a_reset_forgets_what_a_stranger_must_not_inherit(session: DatabaseSession) -> None:
    await run(session, "SET @mine = 1, sql_mode = 'ANSI_QUOTES', time_zone = '+05:00'")
    await run(session, "CREATE TEMPORARY TABLE mine (a INT)")
    await run(session, "USE mysql")
    await rows_of(session, "SELECT GET_LOCK('mine', 0)")
    await run(session, "PREPARE mine FROM 'SELECT 1'")
    await run(session, "BEGIN")
    assert await session.reset()
    ((mine, zone, database, lock),) = await rows_of(
        session, "SELECT @mine, @@time_zone, DATABASE(), IS_USED_LOCK('mine')"
    )
    assert (mine, zone, database, lock) == (None, "SYSTEM", "litebase", None)
    assert session.transaction_status == "idle"
    for sql in ("SELECT * FROM mine", "EXECUTE mine"):
        with pytest.raises(QueryFailed):
            await run(session, sql)


@pytest.mark.fault("Q19")
async def test_a_session_that_cannot_be_made_new_is_not_used_again(target: MakeTarget) -> None:
    async with opened(target(database="")) as session:
        assert await session.reset()
        await run(session, "USE mysql")
        assert not await session.reset()
    async with opened(target()) as session:
        await make_anew(session, "ROLE clerk")
        await run(session, "GRANT clerk TO litebase")
        await run(session, "SET ROLE clerk")
        assert not await session.reset()


async def test_transactions_begin_as_asked(target: MakeTarget) -> None:
    async with opened(target()) as session:
        await make_anew(session, "TABLE levels (n INT)")
        for level in ("default", "read_uncommitted", "read_committed", "repeatable_read", "serializable"):
            for statement in session.begin_statements(level, read_only=False):
                await run(session, statement)
            assert session.transaction_status == "in_transaction"
            await run(session, "INSERT INTO levels VALUES (1)")
            await run(session, "ROLLBACK")
        for statement in session.begin_statements("default", read_only=True):
            await run(session, statement)
        with pytest.raises(ReadOnly):
            await run(session, "INSERT INTO levels VALUES (1)")
        assert session.transaction_status == "in_transaction"
        await run(session, "COMMIT")
        with pytest.raises(Unsupported):
            session.begin_statements("snapshot", read_only=False)  # type: ignore[arg-type]  # no such word


async def test_a_session_that_was_killed_while_idle_is_noticed_before_anything_is_sent(target: MakeTarget) -> None:
    async with opened(target()) as session, opened(target()) as other:
        await make_anew(session, "TABLE untouched (n INT)")
        await run(other, f"KILL CONNECTION {await id_of(session)}")
        await asyncio.sleep(0.05)
        assert not session.usable
        with pytest.raises(ConnectionLost):
            await run(session, "INSERT INTO untouched VALUES (1)")
        assert await rows_of(other, "SELECT * FROM untouched") == []


@pytest.mark.fault("M07")
async def test_wait_timeout_is_noticed(target: MakeTarget) -> None:
    async with opened(target()) as session:
        await run(session, "SET wait_timeout = 1")
        await asyncio.sleep(1.6)
        assert not session.usable
        with pytest.raises(ConnectionLost):
            await run(session, "SELECT 1")


@pytest.mark.fault("M12")
async def test_a_statement_beyond_the_server_s_limit_is_not_sent(session: DatabaseSession) -> None:
    big = "x" * 17_000_000
    with pytest.raises(LimitExceeded, match="max_allowed_packet"):
        await run(session, f"DO '{big}'")
    with pytest.raises(LimitExceeded):
        await run(session, "DO ?", [big[:9_000_000]])
    assert await rows_of(session, "SELECT LENGTH(?)", [big[:7_000_000]]) == [(7_000_000,)]
    assert session.usable


@pytest.mark.fault("M12")
async def test_a_server_that_restarts_ends_its_sessions_and_takes_new_ones() -> None:
    with mariadb() as service:
        session = await MysqlDriver(target_of(service), LIMITS).connect()
        async with anyio.create_task_group() as tasks:

            async def query() -> None:
                with pytest.raises((ConnectionLost, Interrupted)):
                    await session.execute(Statement(ENDLESS, first_rows=1))

            tasks.start_soon(query)
            await asyncio.sleep(0.1)
            service.process.kill()
        assert not session.usable
        await session.aclose()


@pytest.mark.fault("Q16")
async def test_odd_texts_do_no_harm(session: DatabaseSession) -> None:
    nested = "SELECT " + "(" * 20_000 + "1" + ")" * 20_000
    for sql in ("", ";", "-- nothing", "\x00", nested, "SELECT '" + "x" * 100):
        with contextlib.suppress(LiteBaseError):
            await rows_of(session, sql)
        assert await rows_of(session, "SELECT 1") == [(1,)]


async def test_a_second_statement_beside_a_half_read_result_is_refused(session: DatabaseSession) -> None:
    cursor = await session.execute(Statement(mysql_sql("SELECT seq FROM seq_1_to_1000000"), first_rows=1))
    with pytest.raises(Conflict):
        await session.execute(Statement("SELECT 1", first_rows=1))
    assert (await cursor.fetch(2))[0] == (1,)
    await cursor.aclose()
    assert await rows_of(session, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("refused", [b"CURRENT_ROLE", b"@@server_id"])
async def test_a_server_that_lacks_what_is_only_useful_is_connected_to(refused: bytes) -> None:
    """Dolt has no roles; a server without an identity gets no KILL."""

    async def younger(talk: Talk) -> None:
        await talk.login()
        await talk.hear()
        talk.ok()
        while refused in await talk.hear():
            talk.send(b"\xff\x21\x05#42000not found")
        talk.rows([b"7", b"16777216", b"8.0.36", b"", b"", b""])
        await talk.hear()
        talk.ok()

    async with fake_server(younger) as (port, talks), opened(fake_target(port)) as session:
        await session.execute(Statement("DO 1"))
        assert bytes(talks[0].heard).count(b"@@sql_mode") == (2 if refused == b"CURRENT_ROLE" else 3)


class Heard:
    """What a session reports unasked."""

    def __init__(self) -> None:
        self.ends = 0

    def notified(self, channel: str, payload: str, process_id: int) -> None:
        raise AssertionError(f"MySQL sends no notification: {channel}, {payload}, {process_id}")

    def ended(self) -> None:
        self.ends += 1


async def test_that_a_session_ended_is_reported_although_it_was_in_use_then(mysql_service: Service) -> None:
    heard = Heard()
    async with opened(target_of(mysql_service)) as session, opened(target_of(mysql_service)) as killer:
        assert isinstance(session, MysqlSession)
        session.watch(heard)
        number = await id_of(session)
        async with session._conversation._lock:  # as between a look at the session and its question
            await run(killer, f"KILL {number}")
            with anyio.fail_after(SOON_S):
                while session.usable:
                    await anyio.sleep(0.01)
            assert heard.ends == 0
        assert not await session.responds(2.0)
        assert heard.ends == 1


async def test_a_session_with_an_open_result_is_not_asked(session: DatabaseSession) -> None:
    cursor = await session.execute(
        Statement(mysql_sql("SELECT seq, REPEAT('x', 1000) FROM seq_1_to_20000"), first_rows=1)
    )
    assert await session.responds(2.0)
    assert len(await all_rows(cursor)) == 20_000
