"""The tokens of a statement, also of one that is half written: what is never closed is its last token.

They are what the scanner sees, with their kinds. Their number is bounded, so that a long text costs no more.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Final, Literal, NamedTuple

from litebase.errors import InvalidScript
from litebase.sql import lexical
from litebase.sql.dialect import Dialect
from litebase.sql.lexical import BLANKS
from litebase.sql.scanner import lexemes

MOST_TOKENS: Final = 20_000  # of one statement that are looked at

Kind = Literal["word", "name", "string", "number", "parameter", "mark", "open", "cursor"]


class Token(NamedTuple):
    """A word in upper case, a name without its quotes, a mark, or the text of all else.

    `open` is what is never closed, up to the end; `cursor` a place where a name may come to stand.
    """

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def is_identifier(self) -> bool:
        """Whether it may be a name."""
        return self.kind in ("word", "name", "cursor")


class Tokens(NamedTuple):
    """The tokens of a statement, and whether these are all."""

    items: Sequence[Token]
    complete: bool


def tokens(sql: str, dialect: Dialect) -> Tokens:
    """The tokens of one statement. Never raises."""
    found: list[Token] = []
    try:
        for lexeme, start, end in islice(lexemes(sql, dialect), MOST_TOKENS):
            _add(found, _token(sql, lexeme, start, end, dialect), dialect)
    except InvalidScript as unclosed:
        start = int(getattr(unclosed.details, "position", 0))
        found.append(Token("open", sql[start : start + 1], start, len(sql)))
    return Tokens(found, len(found) < MOST_TOKENS)


def _token(sql: str, lexeme: str, start: int, end: int, dialect: Dialect) -> Token:
    if lexeme == "'":
        mark = sql[start]
        if mark in "`[" or (mark == '"' and not dialect.double_quoted_strings):
            return Token("name", unquoted(sql[start:end]), start, end)
        return Token("string", sql[start:end], start, end)
    if lexeme[0].isdigit():
        return Token("number", lexeme, start, end)
    is_word = lexeme[0].isalpha() or lexeme[0] == "_" or lexeme[0] > "\x7f"
    return Token("word" if is_word else "mark", lexeme, start, end)


def _add(found: list[Token], one: Token, dialect: Dialect) -> None:
    """Add a token, or make it one with the token that it touches."""
    joined = _joined(found[-1], one, dialect) if found and found[-1].end == one.start else None
    if joined is not None:
        found[-1] = joined
    elif one.text == "?" and one.kind == "mark" and "?" in dialect.parameter_marks:
        found.append(one._replace(kind="parameter"))
    else:
        found.append(one)


def _joined(last: Token, one: Token, dialect: Dialect) -> Token | None:
    """`E'...'`, `?1`, `:name`, `$1` and `::` are one token each."""
    if last.kind == "word" and one.kind == "string":
        return Token("string", one.text, last.start, one.end)
    if last.kind == "parameter" and last.text == "?" and one.kind == "number":
        return Token("parameter", f"?{one.text}", last.start, one.end)
    if last.kind != "mark":
        return None
    if last.text == one.text == ":":
        return Token("mark", "::", last.start, one.end)
    is_named = last.text in dialect.parameter_marks and one.kind in ("word", "number")
    if is_named or (last.text == dialect.numbered_mark and one.kind == "number"):
        return Token("parameter", last.text + one.text, last.start, one.end)
    return None


def unquoted(name: str) -> str:
    """A quoted name without its quotes."""
    mark = "]" if name[0] == "[" else name[0]
    return name[1:-1].replace(mark * 2, mark)


def is_in_comment(sql: str, gap_start: int, offset: int, dialect: Dialect) -> bool:
    """Whether `offset`, in the gap between two tokens that begins at `gap_start`, lies in a comment."""
    gap, position = sql[gap_start:offset], 0
    pattern = _gap(dialect)
    while True:
        found = pattern.match(gap, position)
        assert found is not None
        position = found.end()
        if position == len(gap):
            return found["line"] is not None and found.end("line") == position
        end = lexical.comment_end(gap, position, dialect) if gap.startswith("/*", position) else 0
        if end <= 0:
            return end < 0
        position = end


@lru_cache(maxsize=16)
def _gap(dialect: Dialect) -> re.Pattern[str]:
    forms = lexical.comments(dialect)
    lines = "|".join(form for form in forms if not form.startswith(r"/\*"))
    blocks = "|".join(form for form in forms if form.startswith(r"/\*"))
    return re.compile(rf"(?:[{BLANKS}]++|(?P<line>{lines})|{blocks})*+", re.DOTALL)
