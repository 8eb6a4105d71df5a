"""What may stand at the cursor: the tokens around it, what is open there, and what was typed of the word."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from litebase.sql.completion.matching import Typed
from litebase.sql.dialect import Dialect
from litebase.sql.reading.places import named
from litebase.sql.reading.queries import Frame, Place, Query, Relation
from litebase.sql.reading.reader import read
from litebase.sql.reading.tokens import Token, is_in_comment, tokens
from litebase.sql.scanner import Piece, Scan

_OPERAND_FOLLOWS: Final = {
    "SELECT", "DISTINCT", "ALL", "WHERE", "AND", "OR", "NOT", "ON", "BY", "HAVING", "WHEN", "THEN", "ELSE",
    "CASE", "IN", "LIKE", "ILIKE", "BETWEEN", "SET", "RETURNING", "VALUES", "FROM", "AS", "USING", "LIMIT",
    "OFFSET", "OVER", "DIV", "MOD", "REGEXP", "RLIKE", "GLOB", "MATCH", "TO", "ANY", "SOME", "EXISTS", "INTERVAL",
    "ESCAPE", "XOR", "FILTER", "ROW", "ARRAY", "BINARY",
}  # fmt: skip
_SAMPLES: Final = {
    "SELECT", "FROM", "WHERE", "UPDATE", "INSERT", "INTO", "JOIN", "ON", "SET", "BY", "AND", "WITH", "DELETE",
}  # fmt: skip
_TARGETS: Final = ("EXCLUDED", "NEW", "OLD")


class TooFar(Exception):
    """The cursor stands behind so much of its statement that what stands there is not looked at."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of a cursor in one statement.

    `start` and `end` are what a completion replaces, `opened_with` the quote before it. `index` is the number of the
    token at the cursor, which stands for the name that is typed.
    """

    sql: str
    dialect: Dialect
    tokens: Sequence[Token]
    index: int
    place: Place
    queries: Sequence[Query]
    typed: Typed
    start: int
    end: int
    opened_with: str = ""
    complete: bool = True  # whether the whole statement was looked at

    @property
    def frame(self) -> Frame:
        """What is open."""
        return self.place.frame

    @property
    def query(self) -> Query:
        """The query around the cursor."""
        return self.place.frame.query

    @property
    def qualifiers(self) -> list[str]:
        """The names before the cursor, each with a dot behind it."""
        before = self.tokens[self.place.start : self.index]
        return [named(one, self.sql, self.dialect) for one in before if one.is_identifier]

    def text(self, index: int) -> str:
        """A word or a mark; empty for all else."""
        if not 0 <= index < len(self.tokens):
            return ""
        token = self.tokens[index]
        return token.text if token.kind in ("word", "mark") else ""

    @property
    def before(self) -> str:
        """The word or mark before the name at the cursor."""
        return self.text(self.place.start - 1)

    @property
    def after(self) -> str:
        """The word or mark behind it."""
        return self.text(self.index + 1)

    @property
    def follows_operand(self) -> bool:
        """Whether a value stands before the cursor, so that an operator or another clause has to come."""
        if self.place.start == 0:
            return False
        last = self.tokens[self.place.start - 1]
        if last.kind == "mark":
            is_star = last.text == "*" and self.text(self.place.start - 2) in (
                "SELECT",
                "DISTINCT",
                "ALL",
                ",",
                ".",
                "(",
            )
            return last.text in (")", "]") or is_star
        return not (last.kind == "word" and last.text in _OPERAND_FOLLOWS)

    def spelled_in_lower_case(self) -> bool:
        """Whether words of SQL are written so here."""
        if self.typed.text:
            return self.typed.text.islower()
        for token in reversed(self.tokens[: self.index]):
            if token.kind == "word" and token.text in _SAMPLES:
                return self.sql[token.start : token.end].islower()
        return False

    def target(self) -> Relation | None:
        """The table that the statement writes, or that a trigger is for."""
        written = [one for query in self.queries for one in query.relations if one.use != "reads"]
        return written[0] if written else None

    def is_target(self, qualifier: str) -> bool:
        """Whether a qualifier means the row that is written: `excluded`, `new`, `old`."""
        return qualifier.upper() in _TARGETS


def cursor_at(text: str, offset: int, dialect: Dialect) -> tuple[Cursor, int] | None:
    """The cursor in its statement, and where that begins; None where nothing is completed: in strings and comments.

    Raises `TooFar`.
    """
    start, end, is_readable = _statement(text, offset, dialect)
    sql, at = text[start:end], offset - start
    if not is_readable:
        return None
    found = tokens(sql, dialect)
    items = list(found.items)
    if not found.complete and at > items[-1].end:
        raise TooFar
    index = next((number for number, one in enumerate(items) if one.start < at <= one.end), None)
    typed, opened_with, first, last = "", "", at, at
    if index is None:
        index = next((number for number, one in enumerate(items) if one.start >= at), len(items))
        gap = items[index - 1].end if index else 0
        if is_in_comment(sql, gap, at, dialect):
            return None
        items.insert(index, Token("cursor", "", at, at))
    else:
        one = items[index]
        if one.kind == "word":
            typed, first, last = sql[one.start : at], one.start, one.end
            items[index] = Token("cursor", one.text, one.start, one.end)
        elif one.kind in ("name", "open") and _opens_name(one, sql, dialect) and (one.kind == "open" or at < one.end):
            opened_with, typed, first = sql[one.start], sql[one.start + 1 : at], one.start
            last = at if one.kind == "open" else one.end
            rest = [] if one.kind == "name" else [_moved(each, at) for each in tokens(sql[at:], dialect).items]
            items[index:] = [Token("cursor", typed, one.start, last), *(rest or items[index + 1 :])]
        elif one.kind == "mark":
            index += 1
            items.insert(index, Token("cursor", "", at, at))
        else:
            return None
    if index and items[index - 1].end == first and items[index - 1].text in ("@", ":") and not opened_with:
        return None  # a variable
    reading = read(sql, items, index)
    assert reading.place is not None
    cursor = Cursor(sql, dialect, items, index, reading.place, reading.queries, Typed(typed), first, last, opened_with,
                    found.complete)  # fmt: skip
    return cursor, start


def _opens_name(token: Token, sql: str, dialect: Dialect) -> bool:
    mark = sql[token.start]
    return mark in "`[" or (mark == '"' and not dialect.double_quoted_strings)


def _moved(token: Token, by: int) -> Token:
    return token._replace(start=token.start + by, end=token.end + by)


def _statement(text: str, offset: int, dialect: Dialect) -> tuple[int, int, bool]:
    """Where the statement around a place begins and ends, and whether it is one."""
    around: Piece | None = None
    following: Piece | None = None
    for piece in Scan(text, dialect):
        if piece.start > offset or (piece.start == offset and around is not None and around.after.position > offset):
            following = piece
            break
        around = piece
    limit = len(text) if following is None else following.start
    if around is None:
        return 0, max(offset, 0), True
    if offset <= around.end:
        return around.start, around.end, around.rows is None and not _is_command(around)
    closed = bool(text[around.end : around.after.position].strip()) or around.rows is not None
    behind = around.after.position
    if offset > behind or (closed and offset == behind):
        return min(behind, offset), max(offset, min(limit, offset)), True
    return around.start, offset, around.rows is None and not _is_command(around)


def _is_command(piece: Piece) -> bool:
    return piece.refusal is not None and piece.refusal.rest != "cannot_be_read"
