"""Tokens: what is a name, a string, a parameter, and what a comment holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litebase.sql.dialect import MYSQL, POSTGRESQL, SQLITE, Dialect
from litebase.sql.reading.tokens import MOST_TOKENS, is_in_comment, tokens

PIECES = st.sampled_from((
    "'", '"', "`", "[", "]", "$$", "$a$", "/*", "*/", "--", "#", "\n", ";", "(", ")", ",", ".", "\\", "E'", "SELECT",
    " ", "a", "ä", "\U0001f600", "1", ":", "?", "FROM", "GO", "DELIMITER //", "/*!", "@",
))  # fmt: skip
DIALECTS = st.sampled_from([SQLITE, POSTGRESQL, MYSQL])


def kinds(sql: str, dialect: Dialect) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in tokens(sql, dialect).items]


@pytest.mark.parametrize(
    ("sql", "dialect", "expected"),
    [
        ("a.b", SQLITE, [("word", "A"), ("mark", "."), ("word", "B")]),
        ('"a ""b"', SQLITE, [("name", 'a "b')]),
        ("[a b]", SQLITE, [("name", "a b")]),
        ('"a"', MYSQL, [("string", '"a"')]),
        ("`a``b`", MYSQL, [("name", "a`b")]),
        ("E'a'", POSTGRESQL, [("string", "'a'")]),
        ("$1::int", POSTGRESQL, [("parameter", "$1"), ("mark", "::"), ("word", "INT")]),
        ("a ? b", POSTGRESQL, [("word", "A"), ("mark", "?"), ("word", "B")]),
        ("?, ?2, :a, @b, $c", SQLITE, [("parameter", one) if one != "," else ("mark", ",") for one in
                                       ("?", ",", "?2", ",", ":A", ",", "@B", ",", "$C")]),
        ("? @b", MYSQL, [("parameter", "?"), ("mark", "@"), ("word", "B")]),
        ("$$a$$", POSTGRESQL, [("string", "$$a$$")]),
        ("a 'b", SQLITE, [("word", "A"), ("open", "'")]),
        ("a /* b", POSTGRESQL, [("word", "A"), ("open", "/")]),
        ("12 -- a", SQLITE, [("number", "12")]),
    ],
)  # fmt: skip
def test_tokens_have_their_kind(sql: str, dialect: Dialect, expected: list[tuple[str, str]]) -> None:
    assert kinds(sql, dialect) == expected


@pytest.mark.parametrize(
    ("sql", "dialect", "inside"),
    [
        ("|-- a", SQLITE, False),
        ("-- a|", SQLITE, True),
        ("-- a\n|", SQLITE, False),
        ("/* a */|", SQLITE, False),
        ("/* a |*/", SQLITE, True),
        ("/* a /* b */ |", POSTGRESQL, True),
        ("/* a /* b */ */ |", POSTGRESQL, False),
        ("# a|", MYSQL, True),
        ("--a|", MYSQL, False),
    ],
)
def test_a_place_between_tokens_may_be_in_a_comment(sql: str, dialect: Dialect, inside: bool) -> None:
    offset = sql.index("|")
    assert is_in_comment(sql.replace("|", ""), 0, offset, dialect) is inside


@given(st.lists(PIECES, max_size=40).map("".join), DIALECTS)
def test_any_text_has_tokens_in_order_that_lie_within_it(sql: str, dialect: Dialect) -> None:
    position = 0
    for one in tokens(sql, dialect).items:
        assert position <= one.start < one.end <= len(sql)
        position = one.end


def test_only_so_many_tokens_are_looked_at() -> None:
    found = tokens("a," * MOST_TOKENS, SQLITE)
    assert len(found.items) == MOST_TOKENS
    assert not found.complete
