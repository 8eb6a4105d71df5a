"""What a statement does, by dialect."""

import dataclasses
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litebase.sql.dialect import MYSQL, POSTGRESQL, SQLITE, Dialect
from litebase.sql.effect import Outline, effect, outline
from litebase.sql.scanner import split
from litebase.sql.vocabulary import Effect
from tests.sql.effects import EVERYWHERE, MYSQL_CASES, POSTGRESQL_CASES, SQLITE_CASES, Cases
from tests.work import IN_PROPORTION, growth, times_as_much

ALL = (SQLITE, POSTGRESQL, MYSQL)
ANSI = dataclasses.replace(MYSQL, double_quoted_strings=False, identifier_quote='"')
NO_ESCAPES = dataclasses.replace(MYSQL, backslash_escapes=False)
NOT_STANDARD = dataclasses.replace(POSTGRESQL, backslash_escapes=True)  # standard_conforming_strings = off
CASES: dict[Dialect, Cases] = {
    SQLITE: EVERYWHERE + SQLITE_CASES,
    POSTGRESQL: EVERYWHERE + POSTGRESQL_CASES,
    MYSQL: EVERYWHERE + MYSQL_CASES,
}


@pytest.mark.parametrize(
    ("dialect", "sql", "does", "why"),
    [(dialect, *case) for dialect, cases in CASES.items() for case in cases],
    ids=lambda value: getattr(value, "name", None),
)
def test_the_effect_of_a_statement(dialect: Dialect, sql: str, does: Effect, why: str) -> None:
    assert effect(sql, dialect) == does, why


@pytest.mark.parametrize(
    ("dialect", "sql", "does"),
    [
        (NO_ESCAPES, "SELECT 'a\\'; DELETE FROM t; --'", "unknown"),
        (NO_ESCAPES, "SELECT 'C:\\'", "reads"),
        (ANSI, 'SELECT "f"(1)', "unknown"),
        (ANSI, 'SELECT "a\' " FROM t', "reads"),
        (NOT_STANDARD, "SELECT '\\'; DELETE FROM t; --'", "reads"),
        (Dialect("plain"), "SELECT 1", "unknown"),
    ],
)
def test_the_settings_of_a_session_change_what_is_a_string(dialect: Dialect, sql: str, does: Effect) -> None:
    assert effect(sql, dialect) == does


def test_the_statement_itself_may_read_although_a_function_may_write() -> None:
    found = outline("SELECT f(1) FROM t", POSTGRESQL)
    assert (found.only_reads, found.may_call_writer, found.effect) == (True, True, "unknown")


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
def test_a_call_of_a_function_that_may_write_is_seen_in_the_text(sql: str, may: bool) -> None:
    assert outline(sql, MYSQL).may_call_writer is may


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("SELECT 1", "SELECT"),
        ("  -- a\n# b\n/* c */ update x", "UPDATE"),
        ("((select 1))", "SELECT"),
        ("--1", ""),
        ("/*! DROP TABLE x */", "DROP"),
        ("/*M! DROP TABLE x */", "DROP"),
        ("/*! DROP */ TABLE x", ""),
        ("", ""),
        ("; SELECT 1", ""),
        ("`select` 1", ""),
        ("'SELECT'", ""),
        ("select1", "SELECT1"),
        ("SELECT/**/1", "SELECT"),
        ("\ufeffSELECT 1", "SELECT"),
    ],
)
def test_the_first_word_is_found_behind_blanks_comments_and_parentheses(sql: str, word: str) -> None:
    assert outline(sql, MYSQL).word == word


def test_a_word_is_mentioned_outside_strings_names_and_comments() -> None:
    for sql in (
        "INSERT INTO t VALUES (1) RETURNING a",
        "INSERT INTO t VALUES ('') returning\n*",
        "SELECT 'x RETURNING",
    ):
        assert outline(sql, POSTGRESQL).mentions("RETURNING"), sql
    for sql in ("INSERT INTO t VALUES ('RETURNING')", 'UPDATE "returning" SET a = 1', "DELETE FROM t -- RETURNING"):
        assert not outline(sql, POSTGRESQL).mentions("RETURNING"), sql


def test_a_text_of_very_many_words_is_not_certain_to_only_read() -> None:
    assert effect("SELECT " + "a + " * 40_000 + "1", SQLITE) == "reads"
    assert effect("SELECT " + "a + " * 60_000 + "1", SQLITE) == "unknown"
    assert effect("DELETE FROM t WHERE " + "a + " * 60_000 + "1", SQLITE) == "writes"


NAMES = st.sampled_from([dialect.name for dialect in ALL])  # a dialect itself would fill pages when a test fails
SETTINGS = {
    **{dialect.name: dialect for dialect in ALL},
    "ansi": ANSI,
    "no escapes": NO_ESCAPES,
    "not standard": NOT_STANDARD,
}
WORDS = (
    "f x AS WITH RECURSIVE SELECT INSERT INTO DELETE FROM UPDATE FOR NO KEY RETURNING EXPLAIN ANALYZE PRAGMA SET BEGIN"
)
MARKS = "' '' \" ` [ ] $$ $a$ $1 -- # /* */ /*! /*+ \\ ; : := ( ) , . @ @@ = f( count( 1 E e' N'"
PARTS = [*WORDS.split(), *MARKS.split(), "\n", "\r", " \t", "\ufeff", "\u00e9", "\ud800", "\U0001f600"]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=30).map(" ".join) | st.lists(st.sampled_from(PARTS)).map("".join)


@given(TEXTS | st.text(), st.sampled_from(sorted(SETTINGS)))
@settings(max_examples=200, deadline=None)
def test_every_text_has_an_effect(sql: str, name: str) -> None:
    found = Outline(sql, SETTINGS[name])
    assert found.effect in {"reads", "writes", "defines", "transaction", "unknown"}
    assert (found.effect == "reads") is (found.only_reads and not found.may_call_writer)
    found.mentions("RETURNING")


@given(TEXTS, NAMES, st.sampled_from(["-- DELETE '\n", '/* INSERT " */', " \t\n", "/**/ -- (\n/* ; */"]))
@settings(max_examples=200, deadline=None)
def test_comments_in_front_change_nothing(sql: str, name: str, comment: str) -> None:
    assert effect(comment + sql, SETTINGS[name]) == effect(sql, SETTINGS[name])


@given(st.lists(st.sampled_from(WORDS.split()), max_size=20), st.data(), NAMES)
@settings(max_examples=200, deadline=None)
def test_comments_between_words_change_nothing(words: list[str], data: st.DataObject, name: str) -> None:
    sql = "SELECT " + " ".join(words)
    commented = "SELECT " + " ".join(
        f"{word} {data.draw(st.sampled_from(['', '/* ( */', '-- ;' + chr(10)]))}" for word in words
    )
    assert effect(commented, SETTINGS[name]) == effect(sql, SETTINGS[name])


@given(TEXTS, NAMES)
@settings(max_examples=200, deadline=None)
def test_a_write_inside_a_query_is_never_taken_for_reading(text: str, name: str) -> None:
    if outline(f"SELECT {text}", SETTINGS[name]).only_reads:
        assert effect(f"WITH x AS (SELECT {text}\n) DELETE FROM t", SETTINGS[name]) in {"writes", "unknown"}
        assert effect(f"SELECT {text}\n; DELETE FROM t", SETTINGS[name]) == "unknown"


HOSTILE: dict[str, Callable[[int], str]] = {
    **{part: lambda length, part=part: part * (length // len(part)) for part in PARTS},  # type: ignore[misc]  # the default only binds the part
    **{
        part: lambda length, part=part: part * (length // len(part))  # type: ignore[misc]  # as above
        for part in ("a.", "f (", "a /*", "AS a(", ". -- .", "f(a,", "count(1), ", "'a' b ")
    },
    "columns": lambda length: "WITH x (" + "a, " * (length // 3),
    "nested": lambda length: "/* " * (length // 6) + " */" * (length // 6),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("dialect", ALL, ids=lambda dialect: dialect.name)
def test_looking_takes_time_in_proportion_to_the_length(name: str, dialect: Dialect) -> None:
    look = partial(effect, dialect=dialect)
    assert growth(look, lambda length: f"SELECT {HOSTILE[name](length)}", 5_000) < IN_PROPORTION


ROWS = ", ".join(["(1, 'a;b', NULL)"] * 60_000)
IN_LIST = ", ".join(["12345, 'a;b'"] * 80_000)


@pytest.mark.parametrize("dialect", ALL, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize(
    ("sql", "does", "most"),
    [(f"INSERT INTO t VALUES {ROWS}", "writes", 0.1), (f"SELECT * FROM t WHERE a IN ({IN_LIST})", "reads", 8)],
)
def test_a_long_insert_costs_next_to_nothing_and_a_long_query_little(
    dialect: Dialect, sql: str, does: Effect, most: float
) -> None:
    """Beside what it costs to split it."""
    assert effect(sql, dialect) == does
    assert times_as_much(lambda: effect(sql, dialect), lambda: split(sql, dialect), most) < most


@pytest.mark.parametrize(
    ("sql", "does"),
    [("BEGIN", "transaction"), ("BEGIN WORK", "transaction"), ("BEGIN DELETE FROM t; END", "unknown")],
)
def test_a_begin_of_oracle_mode_may_be_a_block(sql: str, does: str) -> None:
    assert effect(sql, dataclasses.replace(MYSQL, compound_bodies="oracle")) == does
