"""The words of a statement: what stands in it outside strings and comments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from litebase.sql import lexical
from litebase.sql.dialect import Dialect
from litebase.sql.lexical import BLANKS, FIRST_LETTER, LETTER_OR_DOLLAR

# What is reported between the words, because it may change what they mean.
NEXT_STATEMENT: Final = ";"  # a semicolon, and something after it
EXECUTABLE_COMMENT: Final = "/*!"  # which only some servers execute
NESTED_COMMENT: Final = "/*"
NEVER_CLOSED: Final = "/"  # a string, a name or a comment
_DOLLAR_QUOTE: Final = "$"
_MARKS: Final = [mark for mark in map(chr, range(128)) if not mark.isalpha() and mark not in "_;"]
_NOT_WORDS: Final = {NEXT_STATEMENT, EXECUTABLE_COMMENT, NESTED_COMMENT, NEVER_CLOSED}


class Word(NamedTuple):
    """A word in upper case, a name in quotes without them, or one of the four marks above."""

    text: str
    start: int
    end: int
    before: str = ""  # the character before it, blanks and comments left out; empty when that belongs to a word too
    opens: bool = False  # a parenthesis follows
    quoted: bool = False

    @property
    def is_word(self) -> bool:
        return not self.quoted and self.text not in _NOT_WORDS


def is_blank(sql: str) -> bool:
    """Whether there is nothing in `sql` but blanks, comments and semicolons."""
    position = 0
    while (found := _BLANKS.match(sql, position)) is not None:
        position = found.end()
        if not sql.startswith(";", position):
            break
        position += 1
    return position == len(sql)


_BLANKS = re.compile(r"(?:\s|\ufeff|--[^\n]*(?:\n|\Z)|/\*.*?(?:\*/|\Z))*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Patterns:
    lead: re.Pattern[str]  # blanks, comments and opening parentheses
    rest: re.Pattern[str]  # blanks, comments and semicolons, to the end
    executable: re.Pattern[str]  # the opening of a comment that is executed
    word: re.Pattern[str]  # everything up to the next word, name in quotes or semicolon, and that


@lru_cache(maxsize=16)
def _patterns(dialect: Dialect) -> _Patterns:
    comments, names = "|".join(lexical.comments(dialect)), "|".join(lexical.quoted_names(dialect))
    executable = rf"{lexical.EXECUTABLE}[0-9]*+" if dialect.executable_comments else r"(?!)"
    special = lexical.special_marks(dialect)
    plain = re.escape("".join(mark for mark in _MARKS if mark not in special + BLANKS))
    marks = [
        rf"[{plain}][{plain}{BLANKS}]*+",
        *lexical.strings(dialect),
        *lexical.inside_word(dialect),
        rf"(?!{'|'.join([*lexical.openers(dialect), executable])})[{re.escape(special)}]",
    ]
    between = rf"(?:[{BLANKS}]++|{comments}|(?P<marks>{'|'.join(marks)}))*+"
    opens = rf"(?P<opens>(?:[{BLANKS}]++|{comments})*+\()?+"
    word = rf"(?:(?P<word>{FIRST_LETTER}{LETTER_OR_DOLLAR}*+)|(?P<name>{names})){opens}"
    return _Patterns(
        re.compile(rf"(?:[{BLANKS}(]++|{comments})*+"),
        re.compile(rf"(?:[{BLANKS};]++|{comments})*+\Z"),
        re.compile(executable),
        re.compile(rf"{between}(?:{word}|(?P<semicolon>;))?+", re.DOTALL),
    )


class Text:
    """The text of one statement. A comment that is executed and holds all of it is left out on both sides."""

    def __init__(self, sql: str, dialect: Dialect) -> None:
        self.sql, self.dialect = sql, dialect
        self._patterns = _patterns(dialect)
        self._end = len(sql)
        self.start = self._after_lead(0)  # where the first word is, or what stands in its place
        if (opened := self._patterns.executable.match(sql, self.start)) is not None:
            end = sql.find("*/", opened.end())
            if end >= 0 and self._patterns.rest.match(sql, end + 2):
                self._end = end
                self.start = self._after_lead(opened.end())

    def _after_lead(self, position: int) -> int:
        while True:
            lead = self._patterns.lead.match(self.sql, position, self._end)
            assert lead is not None
            position = lead.end()
            if not self.dialect.nested_comments or not self.sql.startswith("/*", position):
                return position
            if (end := lexical.comment_end(self.sql, position, self.dialect)) < 0:
                return position
            position = end

    def is_over(self, position: int) -> bool:
        """Whether nothing but blanks, comments and semicolons stands from `position` on."""
        return self._patterns.rest.match(self.sql, position, self._end) is not None

    def words(self) -> Iterator[Word]:
        """The words and names from the start on, in order, and what may change their meaning."""
        sql, end, match = self.sql, self._end, self._patterns.word.match
        position, before = self.start, ""
        while position < end:
            found = match(sql, position, end)
            assert found is not None
            position = found.end()
            if (marks := found["marks"]) is not None:
                before = marks.rstrip(BLANKS)[-1]
            if found["word"] is not None or found["name"] is not None:
                word = _word(found, before)
                before = "(" if word.opens else ""
                yield word
            elif found["semicolon"] is not None:
                if not self.is_over(position):
                    yield Word(NEXT_STATEMENT, position - 1, position)
                return
            elif position < end:
                start, (mark, position) = position, self._beyond(position)
                before = "$" if mark == _DOLLAR_QUOTE else before
                if mark != _DOLLAR_QUOTE:
                    yield Word(mark, start, position, before)

    def _beyond(self, position: int) -> tuple[str, int]:
        """What stands where no pattern matches, and where to read on."""
        opened = self._patterns.executable.match(self.sql, position, self._end)
        if opened is not None:
            return EXECUTABLE_COMMENT, opened.end()
        mark, end = NEVER_CLOSED, -1
        if self.sql[position] == "$":
            mark, end = _DOLLAR_QUOTE, lexical.dollar_quote_end(self.sql, position)
        elif self.sql[position] == "/":
            mark, end = NESTED_COMMENT, lexical.comment_end(self.sql, position, self.dialect)
        return (mark, end) if 0 < end <= self._end else (NEVER_CLOSED, self._end)


def _word(found: re.Match[str], before: str) -> Word:
    opens = found["opens"] is not None
    if (name := found["name"]) is not None:
        return Word(_upper(name[1:-1]), found.start("name"), found.end("name"), before, opens, quoted=True)
    return Word(_upper(found["word"]), found.start("word"), found.end("word"), before, opens)


def _upper(text: str) -> str:
    """A letter beyond ASCII is never part of a word of SQL, though its capital may be."""
    return text.upper() if text.isascii() else text
