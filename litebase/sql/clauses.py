"""The text of a table in its clauses, read word by word: what stands in parentheses, and what follows what."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from litebase.sql.dialect import Dialect
from litebase.sql.scanner import lexemes

QUOTED = "'"  # what `lexemes` says for a name in quotes, or for a string


class Lexeme(NamedTuple):
    """A word in upper case, a mark or something in quotes, and its place."""

    text: str
    start: int
    end: int


class Clauses:
    """A piece of SQL that is read from its beginning. Raises `InvalidScript` where a quote is never closed."""

    def __init__(self, sql: str, dialect: Dialect) -> None:
        self.sql, self.dialect = sql, dialect
        self._read = [Lexeme(*one) for one in lexemes(sql, dialect)]
        self._at = 0

    @property
    def word(self) -> str:
        """The next word, in upper case; empty at the end."""
        return self._read[self._at].text if self._at < len(self._read) else ""

    def words(self, count: int) -> list[str]:
        """The next words."""
        return [one.text for one in self._read[self._at : self._at + count]]

    def take(self, count: int = 1) -> str:
        """The text of the next words."""
        first = self._at
        self._at = min(self._at + count, len(self._read))
        return self.text(first, self._at)

    def text(self, first: int, last: int) -> str:
        """The text of some words by their numbers."""
        return self.sql[self._read[first].start : self._read[last - 1].end] if last > first else ""

    @property
    def place(self) -> int:
        """The number of the next word."""
        return self._at

    @property
    def position(self) -> int:
        """Where the next word begins in the text."""
        return self._read[self._at].start if self._at < len(self._read) else len(self.sql)

    def name(self) -> str:
        """The name that stands here, without its quotes."""
        return unquoted(self.take())

    def group(self) -> str:
        """What stands here in parentheses, with them; empty when nothing does."""
        first, depth = self._at, 0
        while self._at < len(self._read):
            depth += (self.word == "(") - (self.word == ")")
            if depth == 0 and self._at == first:
                return ""
            self._at += 1
            if depth == 0:
                break
        return self.text(first, self._at)

    def until(self, ends: Collection[str]) -> str:
        """The text up to one of these words outside of parentheses, or to the end."""
        first = self._at
        while self._at < len(self._read) and self.word not in ends:
            if not self.group():
                self._at += 1
        return self.text(first, self._at)

    def items(self) -> Iterator[str]:
        """The texts between commas of what stands here in parentheses."""
        inner = Clauses(self.group()[1:-1], self.dialect)
        while inner.word:
            yield inner.until((",",))
            inner.take()

    def rest(self) -> str:
        """All that is left."""
        return self.take(len(self._read))


def unquoted(text: str) -> str:
    """A name without its quotes."""
    if text[:1] in ('"', "`", "'"):
        return text[1:-1].replace(text[0] * 2, text[0])
    return text[1:-1] if text.startswith("[") else text


def mentions(text: str, name: str, dialect: Dialect) -> bool:
    """Whether a name may stand in a piece of SQL, whatever it names there."""
    wanted = name.lower()
    if wanted not in text.lower() and not any(mark in name for mark in "\"`'"):
        return False
    return any(unquoted(text[one[1] : one[2]]).lower() == wanted for one in lexemes(text, dialect))


def is_whole(text: str, dialect: Dialect) -> bool:
    """Whether a piece of SQL has its quotes and parentheses closed, and is one: nothing of what is put after it is
    taken into it, and no comma begins another piece.
    """
    depth = last = 0
    for mark, _, end in lexemes(text, dialect):
        last = end
        depth += (mark in ("(", "[")) - (mark in (")", "]"))
        if depth < 0 or mark == ";" or (mark == "," and depth == 0):
            return False
    return depth == 0 and last > 0 and not text[last:].strip()


def spelled(text: str, dialect: Dialect) -> tuple[str, ...]:
    """The same for pieces of SQL that differ only in blanks, comments and the case of words."""
    return tuple(text[one[1] : one[2]] if one[0] == QUOTED else one[0] for one in lexemes(text, dialect))
