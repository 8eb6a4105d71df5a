"""What the text of a statement says."""

import pytest

from litebase.drivers.mysql import statements


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
def test_the_first_word_is_found_after_mysql_s_comments(sql: str, word: str) -> None:
    assert statements.first_word(sql) == word


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
    assert statements.may_call_writer(sql) is may


def test_statements_that_change_tables_wait_for_readers() -> None:
    for sql in (
        "ALTER TABLE x ADD y INT",
        "drop table x",
        "/* a */ TRUNCATE x",
        "RENAME TABLE a TO b",
        "LOCK TABLES x READ",
    ):
        assert statements.waits_for_readers(sql)
    for sql in ("SELECT 1", "INSERT INTO x VALUES (1)", "UPDATE x SET a = 1"):
        assert not statements.waits_for_readers(sql)
