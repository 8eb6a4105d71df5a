"""The first word of a statement, and whether there is one."""

import pytest

from litebase.sql.words import first_word, is_blank
from tests.work import IN_PROPORTION, growth


@pytest.mark.parametrize(
    "sql",
    [
        "",
        " \t\r\n\f",
        ";",
        " ; ;\n;",
        "-- only a remark",
        "-- one\n-- two\n",
        "/* a remark */",
        "/* a remark over\n two lines */ ; -- and one more",
        "/* never closed",
        "/* -- */",
        "-- /*\n",
        "/***/",
        "\ufeff",
        "-- a;b",
        "/* a;b */",
        "/* one */ ; /* two; three */",
    ],
)
def test_blanks_remarks_and_semicolons_are_no_statement(sql: str) -> None:
    assert is_blank(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        ";SELECT 1",
        "-- remark\nSELECT 1",
        "/* remark */SELECT 1",
        "-- /*\nSELECT 1 -- */",
        "/* -- */ SELECT 1",
        "/* a */ b /* c */",
        "-",
        "/",
        "*/",
        "'",
        "1",
        "- -",
        "/* a /* b */ c */",
    ],
)
def test_anything_else_is_a_statement(sql: str) -> None:
    assert not is_blank(sql)


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("SELECT 1", "SELECT"),
        ("select 1", "SELECT"),
        ("  \n\tInsert INTO t VALUES (1)", "INSERT"),
        ("-- SELECT\nUPDATE t SET a = 1", "UPDATE"),
        ("/* SELECT */ DELETE FROM t", "DELETE"),
        ("/* a *//* b */-- c\n  WITH x AS (SELECT 1) SELECT * FROM x", "WITH"),
        ("\ufeffPRAGMA user_version", "PRAGMA"),
        ("EXPLAIN\nQUERY PLAN SELECT 1", "EXPLAIN"),
        ("BEGIN;", "BEGIN"),
        ("SELECT/**/1", "SELECT"),
        ("select1", "SELECT"),
        ("(SELECT 1)", ""),
        ("'SELECT'", ""),
        ("1", ""),
        ("", ""),
        ("-- SELECT", ""),
        ("/* SELECT", ""),
        ("; SELECT 1", ""),
        ("\N{LATIN SMALL LETTER E WITH ACUTE}t", ""),
    ],
)
def test_the_first_word_is_found_behind_blanks_and_remarks(sql: str, word: str) -> None:
    assert first_word(sql) == word


@pytest.mark.parametrize("piece", ["/*", "--", "-", "/", " ", "/**/", "--\n", "\n", ";", "/* "])
def test_a_long_text_of_one_piece_is_looked_through_in_proportion_to_its_length(piece: str) -> None:
    for look in (first_word, is_blank, lambda sql: is_blank(f"{sql}x")):
        assert growth(look, lambda length: piece * length, 25_000 // len(piece)) < IN_PROPORTION
