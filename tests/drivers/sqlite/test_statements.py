"""What the text of a statement says."""

import pytest

from litebase.drivers.sqlite import statements
from litebase.sql.dialect import SQLITE
from litebase.sql.effect import outline


@pytest.mark.parametrize(
    "sql",
    [
        "PRAGMA foreign_keys = ON",
        "PRAGMA cache_size(10)",
        "ATTACH 'x' AS y",
        "DETACH y",
        "CREATE TEMP TABLE t (a)",
        "create /* so */ temporary view v AS SELECT 1",
        "CREATE TABLE 'temp'.t AS SELECT 1",
        "CREATE TRIGGER IF NOT EXISTS 'TEMP'.g AFTER INSERT ON main.t BEGIN SELECT 1; END",
        "CREATE TABLE IF NOT EXISTS temp.t (a)",
        'DROP TABLE "temp".t',
    ],
)
def test_settings_and_temporary_things_are_left_for_the_next_one(sql: str) -> None:
    assert statements.leaves_traces(outline(sql, SQLITE))


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "SELECT 1",
        "PRAGMA foreign_keys",
        "PRAGMA table_info(t)",
        "EXPLAIN SELECT 1",
        "INSERT INTO t VALUES ('temp')",
        "WITH x AS (SELECT 1) DELETE FROM t",
        "CREATE TABLE t (a) -- temp",
        "CREATE TABLE t (a DEFAULT 'temp')",
        "BEGIN",
        "COMMIT",
        "VACUUM",
    ],
)
def test_other_statements_leave_a_session_as_it_was(sql: str) -> None:
    assert not statements.leaves_traces(outline(sql, SQLITE))


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("INSERT INTO t VALUES (1)", "t"),
        ("insert or ignore into main.t (a) VALUES (1)", "t"),
        ('REPLACE INTO "a ""b""" VALUES (1)', 'a "b"'),
        ("INSERT INTO [a b] VALUES (1)", "a b"),
        ("INSERT INTO `a` VALUES (1)", "a"),
        ("INSERT INTO /* into */ t -- .u\n DEFAULT VALUES", "t"),
        ("INSERT INTO t SELECT into.a FROM u AS 'into'", "t"),
        ("SELECT 1", None),
        ("INSERT INTO", None),
    ],
)
def test_the_table_of_an_insert_is_made_out(sql: str, table: str | None) -> None:
    assert statements.table_of_insert(outline(sql, SQLITE)) == table
