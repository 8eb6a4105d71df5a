"""What MariaDB and MySQL say and do that was reported wrongly, or not at all."""

import anyio
import pytest

from litebase.client import RequestFailed
from tests.field.conftest import Field
from tests.mysql_series import mysql_sql

pytestmark = pytest.mark.anyio

ENDLESS = mysql_sql("SELECT SUM(seq + 0.5) FROM seq_1_to_18446744073709551614")


async def test_a_kill_from_outside_is_the_engine_s_own_error(mysql: Field) -> None:
    """Kind: an error of the server's was taken for a stop of ours, and its code and text were lost."""
    failed: list[RequestFailed] = []

    async def compute() -> None:
        with pytest.raises(RequestFailed) as error:
            await mysql.query(ENDLESS)
        failed.append(error.value)

    running = f"select id from information_schema.processlist where info = '{ENDLESS}'"
    async with anyio.create_task_group() as group:
        group.start_soon(compute)
        while not (found := await mysql.rows(running)):
            await anyio.sleep(0.02)
        await mysql.query(f"kill query {found[0][0]}")
    (error,) = failed
    assert (error.code, error.details.engine_code, error.retryable) == ("query_failed", "1317", False)
    assert "interrupted" in error.message


async def test_the_warnings_before_an_error_are_its_notices(mysql: Field) -> None:
    """Kind: what the server remarked before a statement failed was lost, in query and in run_script."""
    await mysql.script("create table k (a int primary key, n varchar(3))")
    insert = "insert ignore into k values (1, 'abcdef'); insert into k select 2, 'a' from k; "
    both = "set sql_mode = ''; insert into k values (7, 'abcdef'), (2, 'a')"
    outcome = (await mysql.script(insert + both)).statements[-1]
    assert outcome.error is not None
    assert [notice.code for notice in outcome.notices] == ["1265"], "and the error itself is not among them"
    await mysql.script("DELIMITER //\ncreate procedure fails() begin insert into k values (2, 'a'); end //")
    with pytest.raises(RequestFailed) as failed:
        await mysql.query("call fails()")
    assert failed.value.details.engine_code == "1062"
    assert [notice.message for notice in failed.value.notices if "line" in notice.message] != []


async def test_an_error_leaves_what_the_next_statement_sees_of_it(mysql: Field) -> None:
    """Kind: a ping of ours after an error made ROW_COUNT() 0, where the engine's own program sees -1."""
    await mysql.script("create table k (a int primary key); insert into k values (1)")
    script = await mysql.script("insert into k values (1); select row_count(), @@warning_count", on_error="continue")
    assert script.statements[0].error is not None
    assert await mysql.rows_of(script.statements[1]) == [[-1, 1]]


async def test_the_width_of_zerofill_is_in_the_type(mysql: Field) -> None:
    """Kind: nothing said how many digits a number is shown with."""
    await mysql.script("create table z (a int(8) zerofill, b bigint zerofill, c int(8))")
    answer = await mysql.query("select * from z")
    types = [column.db_type for column in answer.columns]
    assert types == ["int(8) unsigned zerofill", "bigint(20) unsigned zerofill", "int"]


async def test_an_origin_is_the_table_s_or_absent(mysql: Field) -> None:
    """Kind: the name of a query that the server merges into the statement was taken for that of a table."""
    await mysql.script(
        "create table archive (id int primary key, note varchar(20)); insert into archive values (1, 'a');"
        "create table orders (id int primary key, note varchar(20)); insert into orders values (1, 'b');"
        "create view latest as select max(id) as id from archive;"
        "create procedure p() with orders as (select id from archive) select id from orders;"
    )
    for sql in (
        "with orders as (select id, note from archive) select * from orders",
        "with x as (select 1), orders as (select id, note from archive limit 9) select id from orders",
        "select id from (select id from archive) as orders",
        "select id from (select max(id) as id from archive) orders",
        "select o.id from (with orders as (select id from archive) select id from orders) o, orders",
        "select id from latest",
        "select id from archive union select id from orders",
        "call p()",
    ):
        assert [column.origin for column in (await mysql.query(sql)).columns if column.origin] == [], sql
    for sql in ("select id from orders", "select o.id from orders o", "select orders.id from orders as orders"):
        (column,) = (await mysql.query(sql)).columns
        assert column.origin is not None
        assert (column.origin.table_name, column.origin.column_name, column.origin.key_part) == ("orders", "id", True)


async def test_the_next_statement_sees_what_a_statement_with_warnings_did(mysql: Field) -> None:
    """Kind: our own SHOW WARNINGS stood between, and ROW_COUNT() was -1 where the engine's own program sees 3."""
    script = (
        "create table w (a tinyint, b varchar(2)); insert into w values (1, 'x');"
        "select 1 union select 2 union select 3; insert ignore into w values (300, 'abc'), (1, 'a'), (2, 'xyz');"
        "{look}; drop table if exists nowhere; select row_count(), @@warning_count;"
        "select cast('x' as int); select row_count(), found_rows(), @@warning_count"
    )
    look = "/* ; */ select ROW_COUNT(), found_rows(), @@warning_count, @@error_count"
    outcomes = (await mysql.script(script.format(look=look))).statements
    assert [outcome.error for outcome in outcomes] == [None] * len(outcomes)
    assert await mysql.rows_of(outcomes[4]) == [[3, 3, 3, 0]]
    assert "3 warnings were not read" in outcomes[3].notices[0].message
    assert await mysql.rows_of(outcomes[6]) == [[0, 1]]
    assert [notice.code for notice in outcomes[5].notices] == ["1051"]
    assert await mysql.rows_of(outcomes[8]) == [[-1, 1, 1]]
    again = (
        await mysql.script(script.format(look="show warnings").replace("create table w (a tinyint, b varchar(2));", ""))
    ).statements
    codes = [notice.code for notice in again[2].notices]
    assert codes == ["1264", "1265", "1265"], "nobody looks at the number, so they are read"
    assert [str(row[1]) for row in await mysql.rows_of(again[3])] == codes


async def test_a_zero_year_is_shown_as_the_server_shows_it(mysql: Field) -> None:
    """Kind: a value that the engine's own program shows as 0000 was made 0."""
    await mysql.script(
        "set sql_mode = ''; create table y (a year, b year, d date, t datetime, z int(4) zerofill);"
        "insert into y values (0, 2024, '0000-00-00', '0000-00-00', 0)"
    )
    answer = await mysql.query("select * from y")
    assert answer.rows == [["0000", "2024", "0000-00-00", "0000-00-00 00:00:00", 0]]
    assert [(column.db_type, column.kind) for column in answer.columns[:2]] == [("year", "other")] * 2
    assert await mysql.rows("select count(*) from y where a = ?", ["0000"]) == [[1]]
    assert await mysql.rows("select a + 1, max(b) from y where b = ?", ["2024"]) == [[1, "2024"]]
