"""What the text of a statement says."""

import pytest

from litebase.drivers.mysql import statements
from litebase.sql.dialect import MYSQL
from litebase.sql.effect import outline


def test_statements_that_change_tables_wait_for_readers() -> None:
    for sql in (
        "ALTER TABLE x ADD y INT",
        "drop table x",
        "/* a */ TRUNCATE x",
        "RENAME TABLE a TO b",
        "LOCK TABLES x READ",
    ):
        assert statements.waits_for_readers(outline(sql, MYSQL)), sql
    for sql in ("SELECT 1", "INSERT INTO x VALUES (1)", "UPDATE x SET a = 1"):
        assert not statements.waits_for_readers(outline(sql, MYSQL)), sql


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'insert into outfile x'",
        "SELECT 1 -- into outfile 'x'",
        "SELECT 1 /* INTO DUMPFILE 'x' */",
        "SELECT 1 # into outfile",
        "SELECT `into`, `outfile` FROM t",
        "SET @note = 'global warming'",
        "SET @note = 'read write'",
        "SET @password = 'x'",
        "SET @note = 1 /* global */",
        "/*! SELECT 1 */",
        "/*!40101 SET NAMES utf8mb4 */",
        "SET NAMES utf8mb4",
        "BEGIN",
        "BEGIN WORK;",
        "-- nothing",
        "SELECT CONCAT('kill ', id) FROM t",
        "USE other",
    ],
)
def test_a_read_only_session_runs_what_only_mentions_a_refused_word(sql: str) -> None:
    assert statements.lifts_read_only(outline(sql, MYSQL)) is None


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 INTO OUTFILE '/tmp/x'",
        "SELECT 1 into /* a */ dumpfile '/tmp/x'",
        "SELECT 1 /*!99999 ' */ INTO OUTFILE '/tmp/x' -- '",
        "SELECT 1 /*! INTO OUTFILE '/tmp/x' */",
        "SELECT '\\\\' INTO OUTFILE '/tmp/x'",
        "SELECT 'a' 'open INTO OUTFILE x",
        "SET GLOBAL x = 1",
        "SET @@global.x = 1",
        "SET @@`global`.x = 1",
        "SET @a = 1, PERSIST x = 1",
        "SET PASSWORD = 'x'",
        "SET SESSION `tx_read_only` = 0",
        "SET @@transaction_read_only = 0",
        "SET TRANSACTION READ WRITE",
        "START TRANSACTION READ /* x */ WRITE",
        "/*! SET tx_read_only = 0 */",
        "/*!99999 SELECT */ 1",
        "SET STATEMENT tx_read_only = 0 FOR INSERT INTO t VALUES (1)",
        "BEGIN NOT ATOMIC SELECT 1; END",
        "x: BEGIN NOT ATOMIC SELECT 1; END",
        "EXECUTE IMMEDIATE 'SELECT 1'",
        "FLUSH TABLES",
        "# c\nKILL 5",
        "(1)",
    ],
)
def test_a_read_only_session_refuses_what_the_server_would_let_through(sql: str) -> None:
    assert statements.lifts_read_only(outline(sql, MYSQL)) is not None


def test_where_a_second_statement_begins() -> None:
    assert statements.ends_before_next_statement("SELECT ';'; -- a\nSELECT 2", 17)
    assert not statements.ends_before_next_statement("SELECT ';'; -- a\nSELECT 2", 8)
    assert not statements.ends_before_next_statement("CREATE PROCEDURE p() BEGIN SELECT 1; SELEC 2; END", 37)
    assert not statements.ends_before_next_statement("SELECT 'open; SELECT 2", 14)


def test_what_may_have_several_results() -> None:
    for sql in (
        "CALL p()",
        "EXECUTE s",
        "x: LOOP LEAVE x; END LOOP",
        "SET STATEMENT a = 1 FOR CALL p()",
        "/*!9 x */ y",
    ):
        assert statements.may_give_several(outline(sql, MYSQL)), sql
    for sql in ("SELECT 1", "SET @a := 1", "/*! SELECT 1 */", "INSERT INTO t VALUES (1) RETURNING a"):
        assert not statements.may_give_several(outline(sql, MYSQL)), sql
