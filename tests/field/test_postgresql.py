"""What was reported of PostgreSQL: wrong outcomes, lost remarks, and text that was read by other rules than its own."""

import anyio
import pytest
from litebase_schema.db_session import CloseDbSessionRequest, OpenDbSessionRequest
from litebase_schema.query import FetchRequest

from litebase.client import RequestFailed
from litebase.client.table import received
from tests.field.conftest import Field

pytestmark = pytest.mark.anyio


async def test_text_is_read_by_the_session_s_own_rule_of_backslashes(postgresql: Field) -> None:
    """Kind: a script was split as if strings were standard although a backslash escaped: it ran what a string holds."""
    opened = await postgresql.client.open_db_session(OpenDbSessionRequest(connection_id=postgresql.connection_id))
    own = {"db_session_id": opened.db_session_id}
    await postgresql.query("create table victim (a text)")
    for setting in ("standard_conforming_strings", "escape_string_warning"):
        await postgresql.query(f"set {setting} = off", **own)
    answer = await postgresql.script(r"insert into victim values('it\'; drop table victim; --')", **own)
    assert [outcome.error for outcome in answer.statements] == [None]
    assert await postgresql.rows("select a from victim") == [["it'; drop table victim; --"]]
    assert await postgresql.rows(r"select 'a\'; select 1; --'", **own) == [["a'; select 1; --"]]


BREAKS = """create table parent (id int primary key);
create table child (parent int references parent deferrable initially deferred);
create function breaks() returns int language sql as 'insert into child values (99) returning parent'"""


async def test_a_select_whose_commit_fails_is_answered_with_the_error(postgresql: Field) -> None:
    """Kind: rows came as a success although the statement was undone; only a fetch past them had the error."""
    await postgresql.script(BREAKS)
    with pytest.raises(RequestFailed) as failed:
        await postgresql.query("select breaks()")
    assert (failed.value.code, failed.value.details.sqlstate) == ("query_failed", "23503")
    with pytest.raises(RequestFailed) as failed:  # more than the server sends before it commits
        await postgresql.query("select breaks(), repeat('x', 1000) from generate_series(1, 100)", window_rows=100)
    assert failed.value.details.sqlstate == "23503"
    (outcome,) = (await postgresql.script("select breaks()")).statements
    assert outcome.error is not None
    assert (outcome.result_id, outcome.total_rows) == (None, None)
    assert await postgresql.rows("select count(*) from child") == [[0]]


async def test_a_large_result_whose_commit_fails_never_becomes_complete(postgresql: Field) -> None:
    """Kind: as above; what was delivered before stays readable, and the window that reaches the end has the error."""
    await postgresql.script(BREAKS)
    answer = await postgresql.query("select n, breaks() from generate_series(1, 1000) n", window_rows=100)
    assert (len(received(answer.rows)), answer.complete, answer.total_rows) == (100, False, None)
    assert answer.result_id is not None
    result_id = answer.result_id

    async def read_on() -> None:
        for offset in range(100, 1001, 100):
            window = await postgresql.client.fetch(FetchRequest(result_id=result_id, offset=offset, limit=100))
            assert not window.complete

    with pytest.raises(RequestFailed) as failed:
        await read_on()
    assert failed.value.details.sqlstate == "23503"
    window = await postgresql.client.fetch(FetchRequest(result_id=result_id, offset=0, limit=100))
    assert window.rows == answer.rows


async def test_rows_without_columns_are_counted(postgresql: Field) -> None:
    """Kind: rows were left out where they have no column; psql counts them."""
    await postgresql.script("create table bare (); insert into bare default values; insert into bare default values")
    for sql, count in (("select from generate_series(1, 3)", 3), ("table bare", 2), ("select from bare limit 0", 0)):
        answer = await postgresql.query(sql)
        assert (answer.columns, answer.rows, answer.total_rows, answer.complete) == ([], [[]] * count, count, True)
    (outcome,) = (await postgresql.script("select from generate_series(1, 300)")).statements
    assert outcome.total_rows == 300
    answer = await postgresql.query("select from generate_series(1, 300)", window_rows=100)
    assert (len(received(answer.rows)), answer.complete, answer.result_id is None) == (100, False, False)
    assert answer.result_id is not None
    window = await postgresql.client.fetch(FetchRequest(result_id=answer.result_id, offset=250, limit=100))
    assert (window.rows, window.total_rows) == ([[]] * 50, 300)


NOISY = """create function noisy(fails boolean) returns int language plpgsql as $$ begin
raise warning 'look' using detail = 'at this', hint = 'and that', errcode = '01234';
if fails then raise exception 'enough'; end if; return 1; end $$"""


async def test_the_notices_before_an_error_come_with_it(postgresql: Field) -> None:
    """Kind: what the server remarked before a statement failed was lost, in query and in run_script."""
    await postgresql.script(NOISY)
    with pytest.raises(RequestFailed) as failed:
        await postgresql.query("select noisy(true)")
    assert failed.value.message == "enough"
    (outcome,) = (await postgresql.script("select noisy(true)")).statements
    for notices in (failed.value.notices, outcome.notices):
        (notice,) = notices
        assert (notice.severity, notice.message, notice.code) == ("WARNING", "look", "01234")


async def test_a_notice_has_its_detail_and_its_hint(postgresql: Field) -> None:
    """Kind: the server's explanation and advice had no place."""
    await postgresql.script(NOISY)
    (notice,) = (await postgresql.query("select noisy(false)")).notices
    assert (notice.detail, notice.hint) == ("at this", "and that")


WORKS = """create table worked (n int);
create procedure works() language plpgsql as
$$ begin insert into worked values (1); commit; perform pg_sleep(60); insert into worked values (2); end $$"""
RUNNING = "select pid from pg_stat_activity where state = 'active' and query = '{}' and datname = current_database()"


async def stopped(field: Field, sql: str, stop: str) -> RequestFailed:
    """The error of a statement that `stop`, with its process in it, ended from outside."""
    failed: list[RequestFailed] = []

    async def run() -> None:
        with pytest.raises(RequestFailed) as error:
            await field.query(sql)
        failed.append(error.value)

    async with anyio.create_task_group() as group:
        group.start_soon(run)
        while not (found := await field.rows(RUNNING.format(sql))):
            await anyio.sleep(0.02)
        await field.query(stop.format(*found[0]))
    (error,) = failed
    return error


@pytest.mark.parametrize(
    "sql", ["select pg_sleep(60)", "insert into worked select 1 from pg_sleep(60)", "call works()"]
)
async def test_a_stop_from_outside_is_the_engine_s_own_error(postgresql: Field, sql: str) -> None:
    """Kind: an error of the server's was taken for a stop of ours, and its code and text were lost."""
    await postgresql.script(WORKS)
    error = await stopped(postgresql, sql, "select pg_cancel_backend({})")
    assert (error.code, error.details.engine_code, error.retryable) == ("query_failed", "57014", False)
    assert error.message == "canceling statement due to user request"
    error = await stopped(postgresql, sql, "select pg_terminate_backend({})")
    reads = sql.startswith("select")
    assert (error.code, error.retryable) == (("connection_lost", True) if reads else ("outcome_unknown", False))
    assert "terminating connection due to administrator command (57P01)" in error.message


async def test_a_timeout_that_the_user_set_is_the_engine_s_own_error(postgresql: Field) -> None:
    """Kind: as above."""
    opened = await postgresql.client.open_db_session(OpenDbSessionRequest(connection_id=postgresql.connection_id))
    own = {"db_session_id": opened.db_session_id}
    await postgresql.query("set statement_timeout = 100", **own)
    with pytest.raises(RequestFailed) as failed:
        await postgresql.query("select pg_sleep(60)", **own)
    assert (failed.value.code, failed.value.details.engine_code) == ("query_failed", "57014")
    assert failed.value.message == "canceling statement due to statement timeout"


@pytest.mark.parametrize("sql", ["call works()", "do $$ begin call works(); end $$"])
async def test_a_procedure_that_was_stopped_does_not_count_as_without_effect(postgresql: Field, sql: str) -> None:
    """Kind: a statement that commits on its way was stopped, and nothing said that a part of its work stays."""
    await postgresql.script(WORKS)
    with pytest.raises(RequestFailed) as failed:
        await postgresql.query(sql, timeout_ms=1000)
    assert failed.value.code == "timeout"
    assert failed.value.message.endswith(
        "It may have committed a part of its work before that; check the data before you run it again."
    )
    assert await postgresql.rows("select n from worked") == [[1]]
    with pytest.raises(RequestFailed) as failed:
        await postgresql.query("select pg_sleep(60)", timeout_ms=100)
    assert "committed" not in failed.value.message


async def test_a_procedure_whose_session_is_closed_does_not_count_as_without_effect(postgresql: Field) -> None:
    """Kind: as above, when another request of the client stops it."""
    await postgresql.script(WORKS)
    opened = await postgresql.client.open_db_session(OpenDbSessionRequest(connection_id=postgresql.connection_id))
    own = {"db_session_id": opened.db_session_id}
    failed: list[RequestFailed] = []

    async def run() -> None:
        with pytest.raises(RequestFailed) as error:
            await postgresql.query("call works()", **own)
        failed.append(error.value)

    async with anyio.create_task_group() as group:
        group.start_soon(run)
        while await postgresql.rows("select count(*) from worked") == [[0]]:
            await anyio.sleep(0.02)
        await postgresql.client.close_db_session(CloseDbSessionRequest(db_session_id=opened.db_session_id))
    (error,) = failed
    assert error.code == "cancelled"
    assert "check the data before you run it again" in error.message
