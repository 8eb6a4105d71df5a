"""Settings that statements change, and a read-only session that stays so."""

import pytest

from litebase.drivers.interface import DatabaseSession
from litebase.errors import OutcomeUnknown, ReadOnly
from tests.drivers.conformance import rows_of, run
from tests.drivers.mysql.conftest import MakeTarget, make_anew, opened, target_of
from tests.field.relay import relay
from tools.services import Service

pytestmark = pytest.mark.anyio


async def test_the_dialect_follows_the_sql_mode(session: DatabaseSession) -> None:
    assert (session.dialect.backslash_escapes, session.dialect.double_quoted_strings) == (True, True)
    await run(session, "SET sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'")
    assert (session.dialect.backslash_escapes, session.dialect.double_quoted_strings) == (False, False)
    assert await session.reset()
    assert (session.dialect.backslash_escapes, session.dialect.double_quoted_strings) == (True, True)


async def test_the_sql_mode_is_followed_where_the_server_reports_no_changes(mysql_service: Service) -> None:
    unknown = {b"session_track_system_variables": b"session_trick_system_variables"}
    async with relay(mysql_service, unknown) as port, opened(target_of(mysql_service, port=port)) as session:
        await run(session, "SET sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'")
        assert (session.dialect.backslash_escapes, session.dialect.double_quoted_strings) == (False, False)
        await run(session, "SET NAMES latin1")
        assert await rows_of(session, "SELECT 'é€🙂', HEX('🙂')") == [("é€🙂", "F09F9982")]


@pytest.mark.parametrize("read_only", [False, True])
async def test_what_a_server_cannot_restore_fails_no_statement(mysql_service: Service, read_only: bool) -> None:
    unknown = {b"character_set_results = utf8mb4": b"character_set_resolved = utf8mb"}
    target = {"tls": "disable", "read_only": read_only}
    async with (
        relay(mysql_service, unknown) as port,
        opened(target_of(mysql_service, port=port, **target)) as session,
    ):
        await run(session, "SET NAMES latin1")
        assert await rows_of(session, "SELECT @@character_set_client = 'utf8mb4'") == [(1,)]
        assert (await rows_of(session, "SELECT @@tx_read_only")) == [(int(read_only),)]


async def test_a_session_that_cannot_be_made_read_only_again_is_closed(mysql_service: Service) -> None:
    unknown = {b"SESSION tx_read_only = 1": b"SESSION tx_rude_only = 1"}
    async with (
        relay(mysql_service, unknown) as port,
        opened(target_of(mysql_service, port=port, read_only=True)) as session,
    ):
        with pytest.raises(OutcomeUnknown, match="read-only again"):
            await run(session, "SET NAMES latin1")
        assert not session.usable


async def test_set_names_changes_nothing_that_arrives(session: DatabaseSession) -> None:
    cursor = await run(session, "SET NAMES latin1")
    assert "utf8mb4" in cursor.notices[0].message
    assert await rows_of(session, "SELECT 'é€🙂', ?, HEX('🙂')", ["é€🙂"]) == [("é€🙂", "é€🙂", "F09F9982")]


async def test_autocommit_stays_as_the_user_set_it(session: DatabaseSession) -> None:
    await make_anew(session, "TABLE manual (n INT)")
    await run(session, "SET autocommit = 0")
    await run(session, "INSERT INTO manual VALUES (1)")
    await run(session, "SET NAMES latin1")
    assert session.transaction_status == "in_transaction"
    await run(session, "ROLLBACK")
    assert await rows_of(session, "SELECT * FROM manual") == []


@pytest.mark.fault("Q23")
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
async def test_a_read_only_session_writes_nothing(target: MakeTarget, sql: str) -> None:
    async with opened(target()) as writer, opened(target(read_only=True)) as session:
        await make_anew(writer, "TABLE guarded (n INT)")
        await make_anew(
            writer,
            "FUNCTION writes() RETURNS INT BEGIN INSERT INTO guarded VALUES (1); RETURN 1; END",
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


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'insert into outfile x'",
        "SELECT 1 -- into outfile x",
        "SELECT 1 /* into dumpfile x */",
        "SET @note = 'global warming'",
        "SET @note = 'tx_read_only' # read write",
        "/*! SELECT 1 */",
        "/*!40101 SET @note = 1 */",
    ],
)
async def test_a_read_only_session_runs_what_only_mentions_a_refused_word(target: MakeTarget, sql: str) -> None:
    async with opened(target(read_only=True)) as session:
        await run(session, sql)


@pytest.mark.fault("Q23")
async def test_a_procedure_that_lifts_the_guard_is_noticed(target: MakeTarget) -> None:
    async with opened(target()) as writer, opened(target(read_only=True)) as session:
        await make_anew(writer, "TABLE guarded (n INT)")
        await make_anew(writer, "PROCEDURE lifts() SET SESSION tx_read_only = 0")
        with pytest.raises(ReadOnly):
            await run(session, "CALL lifts()")
        with pytest.raises(ReadOnly):
            await run(session, "INSERT INTO guarded VALUES (2)")
