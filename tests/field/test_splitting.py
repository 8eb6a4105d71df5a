"""Scripts that were split by rules that did not hold any more, or refused whole for the sake of one part."""

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.script import RunScriptRequest, RunScriptResponse

from litebase.client import RequestFailed
from tests.field.conftest import Field

pytestmark = pytest.mark.anyio


def codes(answer: RunScriptResponse) -> list[str | None]:
    """The error code of each statement."""
    return [None if outcome.error is None else outcome.error.code for outcome in answer.statements]


def details(answer: RunScriptResponse) -> list[dict[str, object]]:
    """The details of each statement's error; empty for one without."""
    return [(outcome.error and outcome.error.details) or {} for outcome in answer.statements]


async def values(field: Field, answer: RunScriptResponse) -> list[object]:
    """The first value of each result."""
    return [(await field.rows_of(outcome))[0][0] for outcome in answer.statements if outcome.result_id]


# the rules change on the way


async def test_mariadb_s_backslash_is_read_as_the_script_has_set_it(mysql: Field) -> None:
    """Kind: a script was split by the rules that held before it began."""
    script = (
        "SET sql_mode='NO_BACKSLASH_ESCAPES'; SELECT 'C:\\'; SELECT 'a;b';\n"
        "SET sql_mode=''; SELECT 'it\\'s; so'; SET sql_mode='NO_BACKSLASH_ESCAPES'; SELECT 'D:\\'"
    )
    answer = await mysql.script(script)
    assert codes(answer) == [None] * 7
    assert answer.statement_count == 7
    assert await values(mysql, answer) == ["C:\\", "a;b", "it's; so", "D:\\"]


async def test_mariadb_s_double_quote_is_read_as_the_script_has_set_it(mysql: Field) -> None:
    """Kind: as above, for ANSI_QUOTES, also with a delimiter of the script's own."""
    script = (
        "CREATE TABLE t (`a\\` INT); INSERT INTO t VALUES (7);\nDELIMITER //\n"
        'SET sql_mode = \'ANSI_QUOTES\' // SELECT "a\\" FROM t // SET sql_mode = \'\' // SELECT "a\\" // b" //'
    )
    answer = await mysql.script(script)
    assert codes(answer) == [None] * 6
    assert await values(mysql, answer) == [7, 'a" // b']


async def test_postgresql_s_backslash_is_read_as_the_script_has_set_it(postgresql: Field) -> None:
    """Kind: as above, for standard_conforming_strings, set by SET, by a function and by the end of a transaction."""
    script = (
        "SET escape_string_warning = off; SET standard_conforming_strings = off; SELECT 'it\\'s; so';\n"
        "SELECT set_config('standard_conforming_strings', 'on', false); SELECT 'C:\\';\n"
        "BEGIN; SET LOCAL standard_conforming_strings = off; SELECT '\\'; '; COMMIT; SELECT 'D:\\'"
    )
    answer = await postgresql.script(script)
    assert codes(answer) == [None] * 10
    assert await values(postgresql, answer) == ["it's; so", "on", "C:\\", "'; ", "D:\\"]


async def test_what_cannot_be_read_by_the_new_rules_is_refused_at_its_statement(postgresql: Field) -> None:
    """Kind: as above; the error names the place, and what came before has run."""
    script = "CREATE TABLE t (a int); SET standard_conforming_strings = off;\nSELECT 'C:\\';"
    answer = await postgresql.script(script, on_error="continue")
    assert codes(answer) == [None, None, "invalid_script"]
    last = answer.statements[2]
    assert last.error is not None
    assert last.error.details == {"position": 70, "line": 2, "column": 8}
    assert (last.start, last.end) == (63, len(script))
    assert await postgresql.rows("select count(*) from t") == [[0]]


async def test_what_no_statement_could_change_is_refused_before_anything_runs(postgresql: Field) -> None:
    """Kind: as above; where it is certain from the start, nothing is done."""
    with pytest.raises(RequestFailed) as failed:
        await postgresql.script("CREATE TABLE t (a int);\nSELECT 'C:\\'; SELECT 'open")
    assert failed.value.code == "invalid_script"
    with pytest.raises(RequestFailed):
        await postgresql.rows("select count(*) from t")


async def test_the_statements_after_an_error_are_counted(sqlite: Field) -> None:
    """Kind: what is cut as the script runs is still counted to its end."""
    answer = await sqlite.script("SELECT 1; SELECT nothing; SELECT 3;" + "SELECT 4;" * 50)
    assert (codes(answer), answer.statement_count) == ([None, "query_failed"], 53)


async def test_a_long_script_is_cut_statement_by_statement(sqlite: Field) -> None:
    """Kind: as above; a script of many statements is cut in parts, none of which is lost or run twice."""
    rows = "".join(f"INSERT INTO t VALUES ({number}, 'a;b');\n" for number in range(3000))
    answer = await sqlite.script(f"BEGIN; CREATE TABLE t (a, b); {rows}{rows}COMMIT; /* {'x' * 60_000} */ SELECT 1")
    assert (len(answer.statements), answer.statement_count) == (6004, 6004)
    assert await sqlite.rows("SELECT count(*), sum(a) FROM t") == [[6000, 2999 * 3000]]


async def test_a_package_of_mariadb_is_one_statement(mysql: Field) -> None:
    """Kind: bodies that hold semicolons and were not known; in the SQL mode ORACLE also routines and bare blocks."""
    script = (
        "SET sql_mode = ORACLE;\n"
        "CREATE TABLE seen (a INT);\n"
        "CREATE OR REPLACE PACKAGE pk AS FUNCTION f RETURN INT; PROCEDURE p(a INT); END pk;\n"
        "CREATE OR REPLACE PACKAGE BODY pk AS v INT := 5; PROCEDURE hidden;\n"
        "FUNCTION f RETURN INT AS x INT; BEGIN x := v; RETURN x; END f;\n"
        "PROCEDURE p(a INT) IS BEGIN hidden; IF a > 1 THEN SELECT a; END IF; END;\n"
        "PROCEDURE hidden AS BEGIN INSERT INTO seen VALUES (v); END; BEGIN v := 6; END;\n"
        "CREATE PROCEDURE counts AS n INT := 0; BEGIN FOR i IN 1..3 LOOP n := n + i; END LOOP; SELECT n; END;\n"
        "DECLARE x INT := 3; BEGIN INSERT INTO seen VALUES (x); END;\n"
        "BEGIN <<l>> LOOP EXIT l; END LOOP; INSERT INTO seen VALUES (4); END;\n"
        "SELECT pk.f(); CALL pk.p(7); CALL counts(); SELECT count(*) FROM seen;\n"
        "SET sql_mode = DEFAULT; BEGIN; SELECT 1; COMMIT"
    )
    answer = await mysql.script(script)
    assert [outcome.error for outcome in answer.statements] == [None] * 15
    assert await values(mysql, answer) == [6, 7, 6, 3, 1]


# commands of client programs


async def test_a_command_of_psql_is_refused_at_its_own_statement(postgresql: Field) -> None:
    """Kind: one line that is not SQL refused a whole script."""
    script = "\\set ON_ERROR_STOP on\n\\echo 'begin;'\nSELECT 1;\n\\d t\nSELECT 2 \\gset\nSELECT 3"
    answer = await postgresql.script(script)
    assert (codes(answer), answer.statement_count) == ([None, "invalid_script"], 4)
    assert answer.statements[1].error is not None
    assert answer.statements[1].error.message.startswith("Line 4, column 1: \\d is a command of psql")
    answer = await postgresql.script(script, on_error="continue")
    assert codes(answer) == [None, "invalid_script", "invalid_script", None]
    assert await values(postgresql, answer) == [1, 3]


async def test_after_a_refused_connect_nothing_runs_in_the_wrong_database(postgresql: Field) -> None:
    """Kind: as above; some commands decide where the rest runs, so they end the script whatever `on_error` says."""
    script = "CREATE TABLE here (a int);\n\\connect other\nDROP TABLE here;"
    answer = await postgresql.script(script, on_error="continue")
    assert (codes(answer), answer.statement_count) == ([None, "invalid_script"], 3)
    assert await postgresql.rows("select count(*) from here") == [[0]]


async def test_the_dot_commands_that_only_change_the_output_are_skipped(sqlite: Field) -> None:
    """Kind: as above, for the sqlite3 shell."""
    answer = await sqlite.script(".headers on\n.mode csv\nSELECT 1;\n.import a.csv t\nSELECT 2;", on_error="continue")
    assert codes(answer) == [None, "invalid_script", None]
    assert await values(sqlite, answer) == [1, 2]


async def test_a_comment_may_stay_open_at_the_end_of_a_sqlite_script(sqlite: Field) -> None:
    """Kind: run_script refused what `query`, and SQLite itself, takes."""
    assert await sqlite.rows("SELECT 1 /* open") == [[1]]
    answer = await sqlite.script("SELECT 1; SELECT 2 /* a; */ /* open; SELECT 3")
    assert (codes(answer), await values(sqlite, answer)) == ([None, None], [1, 2])
    assert (await sqlite.script("SELECT 1; /* open")).statement_count == 1


# COPY


async def test_copy_takes_its_rows_from_the_script(postgresql: Field) -> None:
    """Kind: a script with the rows of COPY ... FROM STDIN was refused whole."""
    script = (
        "CREATE TABLE t (id int PRIMARY KEY, note text);\n"
        'COPY t (id, note) FROM stdin;\n1\tit\'s; "so"\n2\t\\N\n3\t\\\\.\n\\.\n\n'
        'COPY t FROM STDIN WITH (FORMAT csv); -- two rows\n4,"a\nb;"\n5,$$\n\\.\n'
        "COPY t FROM STDIN;\n\\.\nSELECT note FROM t ORDER BY id"
    )
    answer = await postgresql.script(script)
    assert [outcome.error for outcome in answer.statements] == [None] * 5
    assert [outcome.affected_rows for outcome in answer.statements] == [None, 3, 2, 0, None]
    assert await postgresql.rows_of(answer.statements[4]) == [['it\'s; "so"'], [None], ["\\."], ["a\nb;"], ["$$"]]
    copied = answer.statements[1]
    assert script[copied.start : copied.end] == "COPY t (id, note) FROM stdin"


async def test_a_copy_that_fails_has_its_code_and_its_row_and_the_script_goes_on(postgresql: Field) -> None:
    """Kind: as above; the rows of a COPY that fails, early or late, are never taken for statements."""
    await postgresql.script("CREATE TABLE t (id int PRIMARY KEY); CREATE VIEW v AS SELECT * FROM t")
    rows = "\n1\n2\nDROP TABLE t;\n\\.\n"
    many = "\n" + "".join(f"{number}\n" for number in range(100_000)) + "1\n\\.\n"
    answer = await postgresql.script(
        f"COPY t FROM stdin;{rows}COPY nowhere FROM stdin;{rows}COPY v FROM stdin;{rows}COPY t FROM stdin;{many}"
        "COPY t FROM stdin;\n7\n\\.\nSELECT count(*) FROM t",
        on_error="continue",
    )
    errors = details(answer)
    assert [error.get("sqlstate") for error in errors] == ["22P02", "42P01", "42809", "23505", None, None]
    assert errors[0]["detail"] == 'COPY t, line 3, column id: "DROP TABLE t;"'
    assert await values(postgresql, answer) == [1]


async def test_a_copy_belongs_to_the_script_s_transaction(postgresql: Field) -> None:
    """Kind: as above."""
    answer = await postgresql.script(
        "CREATE TABLE t (id int);\nBEGIN;\nCOPY t FROM stdin;\n1\n\\.\nROLLBACK;\nSELECT count(*) FROM t;\n"
        "BEGIN;\nCOPY t FROM stdin;\nx\n\\.\nSELECT 1;\nROLLBACK",
        on_error="continue",
    )
    assert await values(postgresql, answer) == [0]
    assert codes(answer)[6:] == ["query_failed", "query_failed", None]


async def test_a_copy_that_is_cancelled_leaves_nothing_and_its_session_usable(postgresql: Field) -> None:
    """Kind: as above; the server waits for rows, or we for the server."""
    await postgresql.script(
        "CREATE TABLE t (id int, note text);\n"
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        "BEGIN PERFORM pg_sleep(0.01); RETURN NEW; END $$;\n"
        "CREATE TRIGGER slow BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION slow()"
    )
    rows = "".join(f"{number}\t{'x' * 1000}\n" for number in range(4000))
    request = RunScriptRequest(connection_id=postgresql.connection_id, sql=f"COPY t FROM stdin;\n{rows}\\.\nSELECT 1")
    call = await postgresql.client.start("run_script", request)
    await anyio.sleep(0.3)
    await postgresql.client.cancel(CancelRequest(request_id=call.id))
    with pytest.raises(RequestFailed) as failed:
        await call.answer()
    assert failed.value.code == "cancelled"
    assert await postgresql.rows("select count(*) from t") == [[0]]


async def test_copy_to_stdout_returns_its_lines(postgresql: Field) -> None:
    """Kind: COPY ... TO STDOUT was refused."""
    answer = await postgresql.script(
        "COPY (SELECT n, 'a' || n FROM generate_series(1, 250000) n) TO STDOUT;\n"
        "COPY (VALUES (1, E'x\\ny')) TO stdout WITH (FORMAT csv, HEADER)"
    )
    many, few = answer.statements
    assert (many.error, few.error) == (None, None)
    assert ([column.name for column in many.columns], many.total_rows, many.affected_rows) == (["COPY"], 250_000, None)
    assert (await postgresql.rows_of(many))[:2] == [["1\ta1"], ["2\ta2"]]
    assert await postgresql.rows_of(few) == [["column1,column2"], ['1,"x\ny"']]
    assert await postgresql.rows("COPY (SELECT 1, NULL) TO STDOUT") == [["1\t\\N"]]
    assert [
        column.kind for column in (await postgresql.query("COPY (SELECT 1) TO STDOUT (FORMAT binary)")).columns
    ] == ["bytes"]


async def test_copy_to_stdout_that_fails_on_the_way_is_an_error(postgresql: Field) -> None:
    """Kind: as above."""
    answer = await postgresql.script("COPY (SELECT 1 / (n - 5000) FROM generate_series(1, 9000) n) TO STDOUT; SELECT 1")
    assert [error["sqlstate"] for error in details(answer)] == ["22012"]


async def test_copy_to_stdout_stops_when_nobody_reads_on(postgresql: Field) -> None:
    """Kind: as above; a window is answered at once, and what is left makes way for the next statement."""
    opened = await postgresql.query("COPY (SELECT repeat('x', 1000) FROM generate_series(1, 10000000)) TO STDOUT")
    assert opened.complete is False
    assert await postgresql.rows("select 1") == [[1]]


@pytest.mark.parametrize(
    "sql",
    ["COPY t FROM STDIN", "COPY t FROM STDIN;\n7\n\\.\n", "COPY (INSERT INTO t VALUES (7) RETURNING a) TO STDOUT"],
)
async def test_a_copy_that_cannot_be_done_is_refused_before_it_has_done_anything(postgresql: Field, sql: str) -> None:
    """Kind: what is refused was done all the same: `COPY (INSERT ...) TO STDOUT` committed, and was `unsupported`."""
    await postgresql.query("create table t (a int)")
    with pytest.raises(RequestFailed) as failed:
        await postgresql.query(sql)
    assert failed.value.code == "unsupported"
    assert await postgresql.rows("select count(*) from t") == [[0]]


async def test_our_own_portal_does_not_show_in_pg_cursors(postgresql: Field) -> None:
    """Kind: what the backend does to run a statement showed in what the statement reads."""
    answer = await postgresql.script(
        "CREATE TABLE kept (a text); BEGIN; DECLARE mine CURSOR FOR SELECT 1; SELECT name FROM pg_cursors;"
        "WITH found AS (INSERT INTO kept SELECT name FROM pg_cursors RETURNING a) "
        "SELECT count(*) > 0 FROM found; ROLLBACK"
    )
    assert [outcome.error for outcome in answer.statements] == [None] * 6
    assert await values(postgresql, answer) == ["mine", True]


async def test_a_statement_that_is_sent_the_simple_way_is_still_only_one(postgresql: Field) -> None:
    """Kind: as above; that way the server would run several at once."""
    await postgresql.query("create table t (a int)")
    for second in ("\nGO\n; DROP TABLE t", "; DROP TABLE t", "; \\echo x\nDROP TABLE t"):
        with pytest.raises(RequestFailed):
            await postgresql.query(f"SELECT name FROM pg_cursors{second}")
    assert await postgresql.rows("select count(*) from t") == [[0]]
