"""The words of a statement, and whether there is one."""

import pytest

from litebase.sql.dialect import MYSQL, POSTGRESQL, SQLITE, Dialect
from litebase.sql.words import EXECUTABLE_COMMENT, NESTED_COMMENT, NEVER_CLOSED, NEXT_STATEMENT, Text, is_blank
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


def seen(sql: str, dialect: Dialect) -> list[tuple[str, str, bool]]:
    """Each word with the character before it, and whether a parenthesis follows."""
    return [(word.text, word.before, word.opens) for word in Text(sql, dialect).words()]


def test_words_are_upper_case_with_what_stands_around_them() -> None:
    assert seen("select a.b, f (1) /* x */ + c -- d\n e", POSTGRESQL) == [
        ("SELECT", "", False),
        ("A", "", False),
        ("B", ".", False),
        ("F", ",", True),
        ("C", "+", False),
        ("E", "", False),
    ]


def test_quoted_names_are_told_from_words() -> None:
    words = list(Text('SELECT "Into", `a``b`, [c d]', SQLITE).words())
    assert [(word.text, word.quoted) for word in words] == [
        ("SELECT", False),
        ("INTO", True),
        ("A``B", True),
        ("C D", True),
    ]
    assert [(word.start, word.end) for word in words[:2]] == [(0, 6), (7, 13)]


def test_strings_hold_no_words() -> None:
    assert seen("a 'b ''c' d", POSTGRESQL) == [("A", "", False), ("D", "'", False)]
    assert seen("a E'\\' b' c $x$ d $x$ e", POSTGRESQL)[-2:] == [("C", "'", False), ("E", "$", False)]
    assert seen("a 'b\\' c' d", MYSQL) == [("A", "", False), ("D", "'", False)]


@pytest.mark.parametrize(
    ("sql", "dialect", "mark"),
    [
        ("a ; b", SQLITE, NEXT_STATEMENT),
        ("a 'b", SQLITE, NEVER_CLOSED),
        ('a "b', POSTGRESQL, NEVER_CLOSED),
        ("a [b", SQLITE, NEVER_CLOSED),
        ("a /* b", MYSQL, NEVER_CLOSED),
        ("a /* /* b */", POSTGRESQL, NEVER_CLOSED),
        ("a $$ b", POSTGRESQL, NEVER_CLOSED),
        ("a /* /* */ */ b", POSTGRESQL, NESTED_COMMENT),
        ("a /*! b */", MYSQL, EXECUTABLE_COMMENT),
    ],
)
def test_what_may_change_the_meaning_of_words_is_reported(sql: str, dialect: Dialect, mark: str) -> None:
    found = list(Text(sql, dialect).words())
    assert [word.text for word in found[:2]] == ["A", mark]
    assert not found[1].is_word


def test_a_comment_that_is_executed_and_holds_everything_is_left_out() -> None:
    text = Text(" /*!40101 SET a = b */ ; -- end", MYSQL)
    assert [word.text for word in text.words()] == ["SET", "A", "B"]
    assert text.sql[text.start :].startswith("SET")


def test_a_text_is_over_when_only_blanks_comments_and_semicolons_follow() -> None:
    text = Text("a ; -- b\n/* c */; d", SQLITE)
    assert (text.is_over(1), text.is_over(len(text.sql) - 1), text.is_over(len(text.sql))) == (False, False, True)
    assert Text("a ; -- b\n/* c */;", SQLITE).is_over(1)


@pytest.mark.parametrize("piece", ["/*", "--", "-", "/", " ", "/**/", "--\n", "\n", ";", "/* "])
def test_a_long_text_of_one_piece_is_looked_through_in_proportion_to_its_length(piece: str) -> None:
    for look in (is_blank, lambda sql: is_blank(f"{sql}x")):
        assert growth(look, lambda length: piece * length, 25_000 // len(piece)) < IN_PROPORTION
