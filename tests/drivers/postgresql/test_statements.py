"""What the text of a statement says."""

import pytest

from litebase.drivers.postgresql import statements
from litebase.sql.dialect import POSTGRESQL
from litebase.sql.effect import outline


def test_what_waits_for_readers_is_known() -> None:
    for sql in (
        "DROP TABLE a",
        "alter table a add b int",
        "TRUNCATE a",
        "LOCK a",
        "VACUUM FULL",
        "CREATE INDEX ON a (b)",
        "CREATE OR REPLACE VIEW a AS SELECT 1",
        "CREATE TABLE IF NOT EXISTS a.b PARTITION OF c DEFAULT",
    ):
        assert statements.waits_for_readers(outline(sql, POSTGRESQL)), sql
    for sql in (
        "SELECT 1",
        "INSERT INTO a VALUES (1)",
        "CREATE TABLE b (c int)",
        "CREATE TABLE b (c text DEFAULT 'INDEX')",
        "BEGIN",
    ):
        assert not statements.waits_for_readers(outline(sql, POSTGRESQL)), sql


@pytest.mark.parametrize(
    ("sql", "returns_rows", "ends_first", "revoked"),
    [
        ("SELECT f(1)", True, False, True),
        ("(SELECT 1)", True, False, True),
        ("FETCH 5 FROM c", True, False, True),
        ("SHOW work_mem", False, False, False),
        ("SET work_mem = 1", False, False, False),
        ("WITH x AS (SELECT 1) SELECT delete, f(2) FROM x FOR UPDATE", True, False, True),
        ("WITH x AS (DELETE FROM t RETURNING a) SELECT * FROM x", True, True, True),
        ("INSERT INTO t VALUES ('returning')", False, True, False),
        ("INSERT INTO t VALUES (1) RETURNING a", True, True, True),
        ("EXPLAIN DELETE FROM t", False, False, True),
        ("EXPLAIN ANALYZE DELETE FROM t", False, True, True),
        ("CALL p()", False, True, False),
        ("EXECUTE p", True, True, True),
        ("COMMIT", False, True, False),
    ],
)
def test_how_the_rows_of_a_statement_are_read(sql: str, returns_rows: bool, ends_first: bool, revoked: bool) -> None:
    found = outline(sql, POSTGRESQL)
    assert statements.may_return_rows(found) is returns_rows
    assert statements.must_end_first(found) is ends_first
    assert statements.can_be_revoked(found) is revoked


def test_only_a_word_at_the_very_start_makes_a_statement_harmless() -> None:
    for sql in ("BEGIN", " \nset a = 1", "SHOW a"):
        assert statements.is_harmless(sql), sql
    for sql in ("/* */ SET a = 1", "SETTLE", "SELECT 1", "-- a\nCOMMIT"):
        assert not statements.is_harmless(sql), sql
