"""A session's life: results, stopping, transactions, settings, lost links. On a real MariaDB."""

import asyncio
import contextlib
import gc
import logging
import resource
import socket
import time
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest
from litebase_schema.connection import MysqlTarget

from litebase.drivers.interface import Connection, DriverLimits, RowTuple, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.mysql import errors, words
from litebase.drivers.mysql.connection import MysqlConnection, MysqlCursor, MysqlDriver
from litebase.drivers.mysql.packets import ServerError
from litebase.errors import (
    Conflict,
    ConnectionLost,
    LimitExceeded,
    LiteBaseError,
    OutcomeUnknown,
    QueryFailed,
    ReadOnly,
    Unsupported,
)
from tests.drivers.conformance import all_rows, outcome_of_cancel, rows_of, run
from tests.drivers.mysql.conftest import LIMITS, MakeTarget, target_of
from tests.drivers.mysql.fake_server import Talk, fake_server
from tests.end_to_end.fault_proxy import fault_proxy
from tools.services import Service, mariadb

pytestmark = pytest.mark.anyio

ENDLESS = "SELECT SUM(seq + 0.5) FROM seq_1_to_18446744073709551614"
ENDLESS_ROWS = "SELECT seq, MD5(seq) FROM seq_1_to_18446744073709551614"


@asynccontextmanager
async def opened(target: object, limits: DriverLimits = LIMITS) -> AsyncIterator[Connection]:
    session = await MysqlDriver(target, limits).connect()  # type: ignore[arg-type]  # a MysqlTarget from the fixture
    try:
        yield session
    finally:
        await session.aclose()


async def _id(session: Connection) -> int:
    ((number,),) = await rows_of(session, "SELECT CONNECTION_ID()")
    return int(str(number))


async def _running(session: Connection, id_: int) -> list[RowTuple]:
    """What a session does, as another one sees it."""
    return await rows_of(
        session, f"SELECT INFO FROM information_schema.PROCESSLIST WHERE ID = {id_} AND COMMAND = 'Query'"
    )


# results


async def test_m11_a_procedure_gives_all_its_results_and_the_session_stays_in_step(session: Connection) -> None:
    await run(session, "CREATE OR REPLACE TABLE calls (n INT)")
    await run(
        session,
        "CREATE OR REPLACE PROCEDURE three() BEGIN SELECT 1 AS a; SELECT seq FROM seq_1_to_3000; "
        "INSERT INTO calls VALUES (1); SELECT 'x', 'y' WHERE FALSE; INSERT INTO calls VALUES (2), (3); END",
    )
    cursor = await session.execute(Statement("CALL three()", first_rows=10))
    results = []
    while cursor is not None:
        results.append((len(cursor.columns), len(await all_rows(cursor))))
        cursor = await cursor.next_cursor()  # type: ignore[assignment]  # None ends the loop
    assert results == [(1, 1), (1, 3000), (2, 0)]
    assert await rows_of(session, "SELECT COUNT(*) FROM calls") == [(3,)]
    abandoned = await session.execute(Statement("CALL three()", first_rows=1))
    await abandoned.aclose()
    assert await rows_of(session, "SELECT COUNT(*) FROM calls") == [(6,)]


async def test_a_procedure_that_fails_after_its_first_result_tells_so(session: Connection) -> None:
    await run(session, "CREATE OR REPLACE PROCEDURE half() BEGIN SELECT 1; SELECT * FROM nowhere; END")
    cursor = await session.execute(Statement("CALL half()", first_rows=10))
    assert await all_rows(cursor) == [(1,)]
    with pytest.raises(QueryFailed):
        await cursor.next_cursor()
    assert await rows_of(session, "SELECT 2") == [(2,)]


async def test_q14_several_statements_in_one_text_are_refused_and_none_runs(session: Connection) -> None:
    await run(session, "CREATE OR REPLACE TABLE several (n INT)")
    for sql in ("INSERT INTO several VALUES (1); SELECT 2", "SELECT 1;\n-- a remark\nSELECT 2", "DO 1; DO 2"):
        with pytest.raises(Unsupported, match="run_script"):
            await session.execute(Statement(sql, first_rows=1))
    assert await rows_of(session, "SELECT * FROM several") == []
    assert await rows_of(session, "SELECT 1;") == [(1,)]


async def test_all_kinds_of_statements_answer(session: Connection) -> None:
    await run(session, "CREATE OR REPLACE TABLE kinds (id INT PRIMARY KEY AUTO_INCREMENT, a TEXT)")
    assert await rows_of(session, "INSERT INTO kinds (a) VALUES ('x'), ('y') RETURNING id, a") == [(1, "x"), (2, "y")]
    assert await rows_of(session, "SHOW TABLES LIKE 'kinds'") == [("kinds",)]
    assert len(await rows_of(session, "EXPLAIN SELECT * FROM kinds")) == 1
    assert len(await rows_of(session, "DESCRIBE kinds")) == 2
    assert await rows_of(session, "(SELECT 1) UNION (SELECT 2)") == [(1,), (2,)]
    assert (await run(session, "DO SLEEP(0)")).columns == ()
    cursor = await session.execute(Statement("DELETE FROM kinds RETURNING id", first_rows=100))
    await all_rows(cursor)
    assert cursor.affected_rows == 2


async def test_load_data_reads_a_file_of_the_server(session: Connection, mysql_service: Service) -> None:
    path = mysql_service.folder / "rows.csv"
    path.write_text("1\n2\n", encoding="ascii")
    path.chmod(0o644)
    await run(session, "CREATE TEMPORARY TABLE loaded (a INT)")
    assert (await run(session, f"LOAD DATA INFILE '{path}' INTO TABLE loaded")).affected_rows == 2


async def test_q17_warnings_become_notices_and_are_bounded(session: Connection) -> None:
    cursor = await session.execute(Statement("SELECT CAST('secret word' AS INT)", first_rows=10))
    assert await all_rows(cursor) == [(0,)]
    (notice,) = cursor.notices
    assert (notice.severity, notice.code) == ("Warning", "1292")
    await run(session, "SET max_error_count = 65535")
    cursor = await session.execute(Statement("SELECT CAST(CONCAT(seq, 'x') AS INT) FROM seq_1_to_20000", first_rows=10))
    assert len(await all_rows(cursor)) == 20_000
    assert len(cursor.notices) == 1001
    assert "further" in cursor.notices[-1].message
    quiet = await session.execute(Statement("SELECT 1", first_rows=10))
    assert quiet.notices == []


async def test_m15_what_asyncmy_would_log_is_not_logged(session: Connection, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await rows_of(session, "SELECT CAST('secret word' AS INT), ?", ["hidden parameter"])
    assert not [record for record in caplog.records if record.name.startswith("asyncmy")]
    assert "secret word" not in caplog.text
    assert "hidden parameter" not in caplog.text


async def test_a_paused_reader_pauses_the_server_and_costs_no_memory(session: Connection) -> None:
    cursor = await session.execute(Statement("SELECT seq, REPEAT('x', 1000) FROM seq_1_to_1000000", first_rows=100))
    await cursor.fetch(100)
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await asyncio.sleep(0.5)
    for _ in range(200):
        await cursor.fetch(500)
        await asyncio.sleep(0)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 20_000, f"{grown} KiB"
    assert not cursor.exhausted
    await cursor.aclose()
    assert session.usable


# stopping


async def test_m13_a_cancelled_statement_does_not_run_on_at_the_server(target: MakeTarget) -> None:
    async with opened(target()) as session, opened(target()) as other:
        id_ = await _id(session)
        took = []
        for _ in range(20):
            started = time.monotonic()
            assert isinstance(
                await outcome_of_cancel(0.02, lambda: session.execute(Statement(ENDLESS, first_rows=1))), Interrupted
            )
            took.append(time.monotonic() - started - 0.02)
            assert await _running(other, id_) == []
        assert sorted(took)[10] < 0.1
        assert session.usable


async def test_m06_1000_races_of_a_cancel_never_hit_the_next_statement(session: Connection) -> None:
    stopped = 0
    for turn in range(1000):
        # Ends before, while and after the KILL is on its way. Not SLEEP: a KILL that meets the very end of one makes
        # MariaDB itself wait for seconds, now and then.
        sql = f"SELECT SUM(seq + 0.5) FROM seq_1_to_{1 + turn % 25 * 3000}"
        outcome = await outcome_of_cancel(turn % 20 * 0.00004, lambda sql=sql: rows_of(session, sql))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        stopped += isinstance(outcome, Interrupted)
        assert await rows_of(session, "SELECT 2") == [(2,)], f"turn {turn}"
    assert session.usable
    assert stopped > 0


async def test_m06_a_kill_of_a_stranger_while_idle_is_swallowed_or_told(target: MakeTarget) -> None:
    async with opened(target()) as session, opened(target()) as other:
        await run(other, f"KILL QUERY {await _id(session)}")
        with contextlib.suppress(Interrupted):
            await rows_of(session, "SELECT 1")
        assert await rows_of(session, "SELECT 2") == [(2,)]


async def test_m06_a_session_killed_while_rows_come_is_lost_after_the_rows_that_came(target: MakeTarget) -> None:
    async with opened(target()) as session, opened(target()) as other:
        id_ = await _id(session)
        cursor = await session.execute(Statement(ENDLESS_ROWS, first_rows=10))
        rows = list(await cursor.fetch(10))
        await run(other, f"KILL CONNECTION {id_}")

        async def read_on() -> None:
            while len(rows) < 10_000_000:
                rows.extend(await cursor.fetch(1000))

        with pytest.raises((ConnectionLost, Interrupted)):
            await read_on()
        assert [row[0] for row in rows[:5]] == [1, 2, 3, 4, 5]
        assert not session.usable
        assert session.transaction_status == "unknown"


async def test_a_statement_that_waits_for_a_lock_is_stopped(target: MakeTarget) -> None:
    async with opened(target()) as session, opened(target()) as other:
        await run(session, "CREATE OR REPLACE TABLE locked (id INT PRIMARY KEY, n INT)")
        await run(session, "INSERT INTO locked VALUES (1, 0)")
        await run(other, "BEGIN")
        await run(other, "UPDATE locked SET n = 1")
        await run(session, "BEGIN")
        started = time.monotonic()
        stopped = await outcome_of_cancel(0.1, lambda: run(session, "UPDATE locked SET n = 2"))
        assert isinstance(stopped, Interrupted)
        assert time.monotonic() - started < 0.6
        assert session.transaction_status == "in_transaction"
        await run(other, "ROLLBACK")
        await run(session, "ROLLBACK")


async def test_sleep_that_is_stopped_ends_early(session: Connection) -> None:
    started = time.monotonic()
    await outcome_of_cancel(0.05, lambda: rows_of(session, "SELECT SLEEP(3600)"))
    assert time.monotonic() - started < 0.6
    assert await rows_of(session, "SELECT 1") == [(1,)]


async def test_closing_a_session_ends_its_statement_at_the_server(target: MakeTarget) -> None:
    async with opened(target()) as other:
        session = await MysqlDriver(target(), LIMITS).connect()
        id_ = await _id(session)
        async with anyio.create_task_group() as tasks:

            async def run_on() -> None:
                with contextlib.suppress(LiteBaseError, Interrupted):
                    await session.execute(Statement(ENDLESS, first_rows=1))

            tasks.start_soon(run_on)
            await asyncio.sleep(0.05)
            assert await _running(other, id_) != []
            await session.aclose()
            await asyncio.sleep(0.05)
            assert await _running(other, id_) == []
        session = await MysqlDriver(target(), LIMITS).connect()
        id_ = await _id(session)
        await session.execute(Statement(ENDLESS_ROWS, first_rows=1))
        await session.aclose()
        await asyncio.sleep(0.05)
        assert await _running(other, id_) == []


async def test_m16_an_abandoned_result_leaves_no_word_on_stderr(
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


# settings, transactions


async def test_the_dialect_follows_the_sql_mode(session: Connection) -> None:
    assert (session.dialect.backslash_escapes, session.dialect.double_quoted_strings) == (True, True)
    await run(session, "SET sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'")
    assert (session.dialect.backslash_escapes, session.dialect.double_quoted_strings) == (False, False)
    assert await session.reset()
    assert (session.dialect.backslash_escapes, session.dialect.double_quoted_strings) == (True, True)


async def test_set_names_changes_nothing_that_arrives(session: Connection) -> None:
    cursor = await run(session, "SET NAMES latin1")
    assert "utf8mb4" in cursor.notices[0].message
    assert await rows_of(session, "SELECT 'é€🙂', ?, HEX('🙂')", ["é€🙂"]) == [("é€🙂", "é€🙂", "F09F9982")]


async def test_autocommit_stays_as_the_user_set_it(session: Connection) -> None:
    await run(session, "CREATE OR REPLACE TABLE manual (n INT)")
    await run(session, "SET autocommit = 0")
    await run(session, "INSERT INTO manual VALUES (1)")
    await run(session, "SET NAMES latin1")
    assert session.transaction_status == "in_transaction"
    await run(session, "ROLLBACK")
    assert await rows_of(session, "SELECT * FROM manual") == []


async def test_q19_a_reset_forgets_what_a_stranger_must_not_inherit(session: Connection) -> None:
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


async def test_q19_a_session_that_cannot_be_made_new_is_not_used_again(target: MakeTarget) -> None:
    async with opened(target(database="")) as session:
        assert await session.reset()
        await run(session, "USE mysql")
        assert not await session.reset()
    async with opened(target()) as session:
        await run(session, "CREATE OR REPLACE ROLE clerk")
        await run(session, "GRANT clerk TO litebase")
        await run(session, "SET ROLE clerk")
        assert not await session.reset()


async def test_transactions_begin_as_asked(target: MakeTarget) -> None:
    async with opened(target()) as session:
        await run(session, "CREATE OR REPLACE TABLE levels (n INT)")
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


async def test_an_error_that_ends_the_transaction_is_seen_in_the_status(target: MakeTarget) -> None:
    async with opened(target()) as session:
        await run(session, "CREATE OR REPLACE TABLE implicit (n INT)")
        await run(session, "BEGIN")
        await run(session, "INSERT INTO implicit VALUES (1)")
        with pytest.raises(QueryFailed):
            await run(session, "CREATE TABLE implicit (n INT)")  # commits, and then fails
        assert session.transaction_status == "idle"


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO guarded VALUES (1)",
        "WITH x AS (SELECT 1) SELECT * FROM x INTO OUTFILE '/nowhere/x'",
        "CREATE TABLE other (a INT)",
        "DROP TABLE guarded",
        "SET SESSION TRANSACTION READ WRITE",
        "SET TRANSACTION READ WRITE",
        "SET tx_read_only = 0",
        "/*! SET tx_read_only = 0 */",
        "START TRANSACTION READ WRITE",
        "START TRANSACTION READ /* x */ WRITE",
        "SET STATEMENT tx_read_only = 0 FOR INSERT INTO guarded VALUES (1)",
        "BEGIN NOT ATOMIC SET tx_read_only = 0; INSERT INTO guarded VALUES (1); END",
        "x: BEGIN NOT ATOMIC SET tx_read_only = 0; END",
        "EXECUTE IMMEDIATE CONCAT('SET tx_read_', 'only = 0')",
        "IF 1 THEN INSERT INTO guarded VALUES (1); END IF",
        "CREATE OR REPLACE FUNCTION f() RETURNS INT RETURN 1",
        "ANALYZE DELETE FROM guarded",
        "SELECT writes()",
    ],
)
async def test_q23_a_read_only_session_writes_nothing(target: MakeTarget, sql: str) -> None:
    async with opened(target()) as writer, opened(target(read_only=True)) as session:
        await run(writer, "CREATE OR REPLACE TABLE guarded (n INT)")
        await run(
            writer,
            "CREATE OR REPLACE FUNCTION writes() RETURNS INT BEGIN INSERT INTO guarded VALUES (1); RETURN 1; END",
        )
        with pytest.raises(ReadOnly):
            await rows_of(session, sql)
        with pytest.raises(ReadOnly):
            await run(session, "INSERT INTO guarded VALUES (2)")
        assert await rows_of(session, "SELECT * FROM guarded") == []
        await run(session, "BEGIN")
        await run(session, "ROLLBACK")
        assert await session.reset()
        with pytest.raises(ReadOnly):
            await run(session, "INSERT INTO guarded VALUES (2)")


async def test_q23_a_procedure_that_lifts_the_guard_is_noticed(target: MakeTarget) -> None:
    async with opened(target()) as writer, opened(target(read_only=True)) as session:
        await run(writer, "CREATE OR REPLACE TABLE guarded (n INT)")
        await run(writer, "CREATE OR REPLACE PROCEDURE lifts() SET SESSION tx_read_only = 0")
        with pytest.raises(ReadOnly):
            await run(session, "CALL lifts()")
        with pytest.raises(ReadOnly):
            await run(session, "INSERT INTO guarded VALUES (2)")


# lost links


async def test_a_session_that_was_killed_while_idle_is_noticed_before_anything_is_sent(target: MakeTarget) -> None:
    async with opened(target()) as session, opened(target()) as other:
        await run(session, "CREATE OR REPLACE TABLE untouched (n INT)")
        await run(other, f"KILL CONNECTION {await _id(session)}")
        await asyncio.sleep(0.05)
        assert not session.usable
        with pytest.raises(ConnectionLost):
            await run(session, "INSERT INTO untouched VALUES (1)")
        assert await rows_of(other, "SELECT * FROM untouched") == []


async def test_m07_wait_timeout_is_noticed(target: MakeTarget) -> None:
    async with opened(target()) as session:
        await run(session, "SET wait_timeout = 1")
        await asyncio.sleep(1.6)
        assert not session.usable
        with pytest.raises(ConnectionLost):
            await run(session, "SELECT 1")


async def test_the_system_notices_a_server_that_has_gone_silent(target: MakeTarget) -> None:
    async with opened(target()) as session:
        assert isinstance(session, MysqlConnection)
        link = session._link._transport.get_extra_info("socket")
        assert link.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert link.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30
        assert link.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000


async def test_q24_a_write_whose_answer_is_lost_is_of_unknown_outcome(target: MakeTarget) -> None:
    async with opened(target()) as other:
        for sql, kind in (("DO SLEEP(5)", OutcomeUnknown), ("SELECT SLEEP(5)", ConnectionLost)):
            async with opened(target()) as session:
                id_ = await _id(session)

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
        await run(other, "CREATE OR REPLACE TABLE written (n INT) ENGINE = Aria")
        await run(
            other,
            "CREATE OR REPLACE FUNCTION writes_slowly() RETURNS INT "
            "BEGIN INSERT INTO written VALUES (1); RETURN SLEEP(5); END",
        )
        async with opened(target()) as session:
            id_ = await _id(session)

            async def kill() -> None:
                await asyncio.sleep(0.2)
                await run(other, f"KILL CONNECTION {id_}")

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(kill)
                with pytest.raises(OutcomeUnknown):
                    await rows_of(session, "SELECT writes_slowly()")
        assert await rows_of(other, "SELECT * FROM written") == [(1,)]


@pytest.mark.parametrize(
    ("sql", "may"),
    [
        ("SELECT f()", True),
        ("SELECT 1 + f (2)", True),
        ("SELECT count(*), litebase.count(1)", True),
        ("SELECT `f`()", True),
        ('SELECT "f"(), "x"', True),
        ("SELECT f/* a remark */()", True),
        ("SELECT `f` /* a remark */ ()", True),
        ("SELECT `t`.`f`(), `u`.f()", True),
        ("SELECT /*! f() */ 1", True),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + f(n) FROM t) SELECT * FROM t", True),
        (r"SELECT '\\', f(), '# '", True),
        ("SELECT 1", False),
        ("SELECT 'f()', \"f()\", `f()` FROM t -- f()", False),
        (
            "SELECT SLEEP(1), count(*), Max(a), now(), json_extract(a, '$') FROM t WHERE a IN (1, 2) AND (b OR (c))",
            False,
        ),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT * FROM t", False),
        (
            "SELECT RANK() OVER (PARTITION BY a) FROM t JOIN (SELECT 1) AS u USING (a) WHERE NOT EXISTS (TABLE v)",
            False,
        ),
        ("VALUES (1, 2), (3, 4)", False),
        ("SELECT CAST(a AS DECIMAL(10, 2)), 'it''s (' FROM t WHERE MATCH (a) AGAINST ('b')", False),
    ],
)
def test_review6_a_call_of_a_function_that_may_write_is_seen_in_the_text(sql: str, may: bool) -> None:
    assert words.may_call_writer(sql) is may


async def test_review18_the_server_tells_whether_further_results_come(session: Connection) -> None:
    await run(session, "CREATE OR REPLACE PROCEDURE two() BEGIN SELECT 1; SELECT 2; END")
    for sql in ("# a remark\nCALL two()", "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END", "/*! CALL two() */"):
        cursor: MysqlCursor | None = await session.execute(Statement(sql, first_rows=10))  # type: ignore[assignment]  # this driver's own
        rows = []
        while cursor is not None:
            rows += await all_rows(cursor)
            may = cursor.may_have_more
            cursor = await cursor.next_cursor()  # type: ignore[assignment]  # as above
            assert may or cursor is None
        assert rows == [(1,), (2,)], sql
    for sql in ("SELECT 1", "SELECT seq FROM seq_1_to_1000000", "DO 1"):
        cursor = await session.execute(Statement(sql, first_rows=1))  # type: ignore[assignment]  # as above
        assert cursor is not None
        assert not cursor.may_have_more, sql
        await cursor.aclose()
    cursor = await session.execute(Statement("CALL two()", first_rows=10))  # type: ignore[assignment]  # as above
    assert cursor is not None
    assert cursor.may_have_more
    await cursor.aclose()


async def test_review15_a_write_that_returns_too_much_is_stopped_and_undone(session: Connection) -> None:
    await run(session, "CREATE OR REPLACE TABLE wide (n INT PRIMARY KEY, a TEXT) ENGINE = InnoDB")
    await run(session, "INSERT INTO wide SELECT seq, REPEAT('x', 20000) FROM seq_1_to_6000")
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(LimitExceeded, match="without RETURNING") as failed:
        await session.execute(Statement("DELETE FROM wide RETURNING n, a", first_rows=10))
    details = failed.value.data().details or {}
    assert (details["limit"], details["maximum"]) == ("max_returning_bytes", 64 * 1024 * 1024)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200_000, f"{grown} KiB"
    assert session.usable
    assert session.transaction_status == "idle"
    assert await rows_of(session, "SELECT COUNT(*) FROM wide") == [(6000,)]
    some = await session.execute(Statement("DELETE FROM wide WHERE n <= 1000 RETURNING n, a", first_rows=10))
    assert len(await all_rows(some)) == 1000
    assert some.affected_rows == 1000
    assert await rows_of(session, "SELECT COUNT(*) FROM wide") == [(5000,)]
    await run(session, "DROP TABLE wide")


async def test_review15_a_write_that_returns_too_much_and_cannot_be_stopped_is_of_unknown_outcome() -> None:
    async def endless(talk: Talk) -> None:
        await talk.login()
        await talk.hear()
        talk.ok()
        await talk.hear()
        talk.rows([b"4711", b"16777216", b"8.0.36", b"here", b"", b"NONE"])  # the greeting said 7: no KILL is sent
        await talk.hear()
        talk.send(b"\1")
        talk.send(b"\3def\0\0\0\1a\0\x0c" + b"\x2d\0" + b"\xff\0\0\0" + b"\xfd\0\0\0\0\0")
        while True:
            talk.send(b"\xfd" + (1_000_000).to_bytes(3, "little") + b"x" * 1_000_000)
            await talk.writer.drain()

    async with fake_server(endless) as (port, _), opened(MysqlTarget(engine="mysql", port=port, user="u")) as session:
        with pytest.raises(OutcomeUnknown):
            await session.execute(Statement("DELETE FROM t RETURNING a", first_rows=10))
        assert not session.usable


async def test_review15_many_returned_rows_are_not_copied_again_and_again(session: Connection) -> None:
    await run(session, "CREATE OR REPLACE TEMPORARY TABLE narrow (n INT)")
    started = time.monotonic()
    cursor = await session.execute(
        Statement("INSERT INTO narrow SELECT seq FROM seq_1_to_300000 RETURNING n", first_rows=10)
    )
    assert len(await all_rows(cursor)) == 300_000
    assert time.monotonic() - started < 5


async def test_review14_long_texts_of_the_server_are_cut() -> None:
    async def verbose(talk: Talk) -> None:
        await talk.prepare()
        await talk.hear()
        talk.send(b"\xff\x16\x04#42000" + b"w" * 1_000_000)
        await talk.hear()  # a ping
        talk.ok()
        await talk.hear()
        talk.send(b"\0\0\0\2\0\x64\0")  # a hundred warnings
        await talk.hear()
        talk.send(b"\3")
        for _ in range(3):
            talk.send(b"\3def\0\0\0\1a\0\x0c" + b"\x2d\0" + b"\xff\0\0\0" + b"\xfd\0\0\0\0\0")
        for _ in range(100):
            talk.send(b"\7Warning" + b"\0041292" + b"\xfc" + (20_000).to_bytes(2, "little") + b"n" * 20_000)
        talk.send(b"\xfe\0\0\2\0\0\0")

    async with fake_server(verbose) as (port, _), opened(MysqlTarget(engine="mysql", port=port, user="u")) as session:
        with pytest.raises(QueryFailed) as failed:
            await session.execute(Statement("DO 1"))
        assert failed.value.message == "w" * 8192 + "…"
        cursor = await session.execute(Statement("DO 1"))
        assert cursor.notices[0].message == "n" * 8192 + "…"
        assert 20 < len(cursor.notices) < 40
        assert sum(len(one.message) for one in cursor.notices) < 256 * 1024 + 200
        assert "further" in cursor.notices[-1].message
    duplicate = f"Duplicate entry '{'s' * 20_000}' for key 'k'"
    error = errors.translated(ServerError(1062, "23000", duplicate), "DO 1")
    assert isinstance(error, QueryFailed)
    assert error.message == "Duplicate entry '…' for key 'k'"
    assert len((error.data().details or {})["detail"]) == 8193


async def test_m12_a_statement_beyond_the_server_s_limit_is_not_sent(session: Connection) -> None:
    big = "x" * 17_000_000
    with pytest.raises(LimitExceeded, match="max_allowed_packet"):
        await run(session, f"DO '{big}'")
    with pytest.raises(LimitExceeded):
        await run(session, "DO ?", [big[:9_000_000]])
    assert await rows_of(session, "SELECT LENGTH(?)", [big[:7_000_000]]) == [(7_000_000,)]
    assert session.usable


async def test_m12_a_server_that_restarts_ends_its_sessions_and_takes_new_ones() -> None:
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


async def test_a_cancel_over_a_silent_link_comes_back_within_the_patience(
    target: MakeTarget, mysql_service: Service
) -> None:
    with fault_proxy(("127.0.0.1", mysql_service.port)) as proxy:
        session = await MysqlDriver(target(port=proxy.port), DriverLimits(0.3, 0.02)).connect()
        await rows_of(session, "SELECT 1")
        proxy.weather.frozen = True
        started = time.monotonic()
        stopped = await outcome_of_cancel(0.05, lambda: session.execute(Statement("SELECT 1", first_rows=1)))
        assert isinstance(stopped, Interrupted)
        assert stopped.session_ended
        assert time.monotonic() - started < 1
        assert not session.usable
        started = time.monotonic()
        await session.aclose()
        assert time.monotonic() - started < 2.5


async def test_closing_over_a_silent_link_is_bounded(target: MakeTarget, mysql_service: Service) -> None:
    with fault_proxy(("127.0.0.1", mysql_service.port)) as proxy:
        session = await MysqlDriver(target(port=proxy.port), DriverLimits(0.3, 0.02)).connect()
        await session.execute(Statement(ENDLESS_ROWS, first_rows=1))
        proxy.weather.frozen = True
        started = time.monotonic()
        await session.aclose()
        assert time.monotonic() - started < 2.5


# errors


async def test_errors_tell_code_state_place_and_names(session: Connection) -> None:
    await run(session, "CREATE OR REPLACE TABLE child (id INT)")
    await run(session, "DROP TABLE IF EXISTS child, parent")
    await run(session, "CREATE TABLE parent (id INT PRIMARY KEY, a INT NOT NULL, CONSTRAINT small CHECK (a < 10))")
    await run(session, "CREATE TABLE child (p INT, CONSTRAINT to_parent FOREIGN KEY (p) REFERENCES parent (id))")
    await run(session, "INSERT INTO parent VALUES (1, 1)")

    async def failed(sql: str, params: list[int | str] | None = None) -> QueryFailed:
        with pytest.raises(QueryFailed) as error:
            await run(session, sql, params)
        return error.value

    def named(error: QueryFailed) -> tuple[object, ...]:
        told = error.data().details or {}
        return tuple(told.get(key) for key in ("engine_code", "constraint_name", "table_name", "column_name"))

    duplicate = await failed("INSERT INTO parent VALUES (?, ?)", [1, 1])
    assert named(duplicate) == ("1062", "PRIMARY", None, None)
    assert duplicate.message == "Duplicate entry '…' for key 'PRIMARY'"
    assert named(await failed("INSERT INTO parent VALUES (2, NULL)")) == ("1048", None, None, "a")
    assert named(await failed("INSERT INTO parent VALUES (2, 11)")) == ("4025", "small", "parent", None)
    assert named(await failed("INSERT INTO child VALUES (7)")) == ("1452", "to_parent", "child", None)
    await run(session, "INSERT INTO child VALUES (1)")
    assert named(await failed("DELETE FROM parent")) == ("1451", "to_parent", "child", None)
    assert named(await failed("SELECT * FROM nowhere")) == ("1146", None, "nowhere", None)
    assert named(await failed("SELECT nothing")) == ("1054", None, None, "nothing")
    wrong = await failed("INSERT INTO parent VALUES (?, 1)", ["a secret"])
    assert (named(wrong)[0], named(wrong)[3]) == ("1366", "id")
    assert "a secret" not in wrong.message
    syntax = (await failed("SELECT 1,\n  2 FRO x,\n 3")).data().details or {}
    assert (syntax["position"], syntax["line"], syntax["column"]) == (18, 2, 9)
    assert syntax["sqlstate"] == "42000"
    long = "SELECT 1,\n  2 FRO x " + ", 'a long list'" * 50
    details = (await failed(long)).data().details or {}
    assert (details["position"], details["line"]) == (18, 2)
    end = (await failed("SELECT 1 +")).data().details or {}
    assert end["position"] == len("SELECT 1 +")
    bound = (await failed("SELECT ?,\n FRO x y", [1])).data().details or {}
    assert (bound["line"], bound["position"]) == (2, 17)


def test_only_a_kill_query_means_stopped() -> None:
    assert isinstance(errors.translated(ServerError(1317, "70100", "stopped"), "SELECT 1"), Interrupted)
    for code in (1969, 3024):
        assert isinstance(errors.translated(ServerError(code, "70100", "too long"), "SELECT 1"), QueryFailed)


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("SELECT 1", "SELECT"),
        ("  -- a\n# b\n/* c */ update x", "UPDATE"),
        ("((select 1))", "SELECT"),
        ("--1", ""),
        ("/*! DROP TABLE x */", ""),
        ("/*M! DROP TABLE x */", ""),
        ("", ""),
        ("\ufeffSELECT 1", "SELECT"),
    ],
)
def test_the_first_word_is_found_behind_mysql_s_comments(sql: str, word: str) -> None:
    assert words.first_word(sql) == word


async def test_statements_that_change_tables_wait_for_readers(session: Connection) -> None:
    for sql in (
        "ALTER TABLE x ADD y INT",
        "drop table x",
        "/* a */ TRUNCATE x",
        "RENAME TABLE a TO b",
        "LOCK TABLES x READ",
    ):
        assert session.waits_for_readers(sql)
    for sql in ("SELECT 1", "INSERT INTO x VALUES (1)", "UPDATE x SET a = 1"):
        assert not session.waits_for_readers(sql)


async def test_q16_odd_texts_do_no_harm(session: Connection) -> None:
    nested = "SELECT " + "(" * 20_000 + "1" + ")" * 20_000
    for sql in ("", ";", "-- nothing", "\x00", nested, "SELECT '" + "x" * 100):
        with contextlib.suppress(LiteBaseError):
            await rows_of(session, sql)
        assert await rows_of(session, "SELECT 1") == [(1,)]


async def test_a_second_statement_beside_a_half_read_result_is_refused(session: Connection) -> None:
    cursor = await session.execute(Statement("SELECT seq FROM seq_1_to_1000000", first_rows=1))
    with pytest.raises(Conflict):
        await session.execute(Statement("SELECT 1", first_rows=1))
    assert (await cursor.fetch(2))[0] == (1,)
    await cursor.aclose()
    assert await rows_of(session, "SELECT 1") == [(1,)]


async def test_m14_where_the_session_s_number_is_not_the_server_s_own_nobody_is_killed() -> None:
    """Behind a proxy the number would be a stranger's; the proxies themselves cannot be had here."""

    async def proxy(talk: Talk) -> None:
        await talk.login()
        await talk.hear()
        talk.ok()
        await talk.hear()
        talk.rows([b"4711", b"16777216", b"8.0.36", b"here", b"", b"NONE"])  # the greeting said 7

    async with fake_server(proxy) as (port, talks):
        target = MysqlTarget(engine="mysql", port=port, user="u")
        session = await MysqlDriver(target, DriverLimits(0.2, 0.02)).connect()
        stopped = await outcome_of_cancel(0.05, lambda: session.execute(Statement("SELECT 1", first_rows=1)))
        assert isinstance(stopped, Interrupted)
        assert stopped.session_ended
        await session.aclose()
        assert len(talks) == 1
