"""What can be said of a text of SQL without asking a database: its statements, one by one, and findings in them.

The work is bounded by the number of tokens that are looked at, not by the length of the text: behind that bound
statements are only counted out, and the answer says that it is not complete.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from litebase.sql.dialect import Dialect
from litebase.sql.effect import effect
from litebase.sql.reading.places import At, Named, at, is_table, table_of
from litebase.sql.reading.queries import Query, Use
from litebase.sql.reading.reader import read
from litebase.sql.reading.tokens import MOST_TOKENS, Token, Tokens, is_in_comment, tokens
from litebase.sql.scanner import Piece, Scan
from litebase.sql.vocabulary import Effect

_MOST_TOKENS: Final = 5 * MOST_TOKENS  # of all statements of a text
_TOO_LONG = f"Only the first {MOST_TOKENS:,} words and marks of this statement were looked through."
_EVERY_ROW = "{verb} without WHERE changes every row of the table."


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view where a statement names it."""

    named: Named
    use: Use
    alias: str | None
    start: int
    end: int


@dataclass(slots=True)
class Parameter:
    """A placeholder, by the number of its value from 1, and where it stands."""

    number: int
    name: str | None
    places: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the text that a person should see."""

    start: int
    end: int
    severity: str
    code: str
    message: str
    engine_code: str | None = None


@dataclass(frozen=True, slots=True)
class Inspected:
    """One statement of a text."""

    start: int
    end: int
    effect: Effect
    without_where: bool
    tables: Sequence[Table]
    parameters: Sequence[Parameter]
    readable: bool  # so that a database can be asked about it


@dataclass(slots=True)
class Inspection:
    """What was found in a text. `at_statement` is where the statement around the wanted offset stands."""

    statements: list[Inspected] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    complete: bool = True
    at: At | None = None
    at_statement: tuple[int, int] | None = None


def inspect(text: str, dialect: Dialect, offset: int | None, limit: int) -> Inspection:
    """The statements of a text, `limit` at most, and what is at an offset of it. Never raises."""
    found = Inspection()
    left, around = _MOST_TOKENS, None
    for piece in Scan(text, dialect):
        if offset is not None and piece.start <= offset:
            around = piece
        if len(found.statements) < limit and left > 0:
            left -= _add(found, text, piece, dialect)
        else:
            found.complete = False
            if offset is None or piece.start > offset:
                break
    if offset is not None:
        _add_place(found, text, offset, around, dialect)
    return found


def _add_place(found: Inspection, text: str, offset: int, around: Piece | None, dialect: Dialect) -> None:
    """Add what is at a place. `around` is the last statement that begins before it."""
    if around is None or offset > around.end:
        behind = 0 if around is None else around.after.position
        closed = around is None or bool(text[around.end : behind].strip())
        if around is None or offset > behind or (closed and offset == behind):
            gap = min(behind, offset)
            what = "comment" if is_in_comment(text, gap, offset, dialect) else "nothing"
            found.at = At(what, offset, offset)
            return
    start, end = around.start, max(around.end, offset)
    found.at_statement = start, around.end
    inside = at(text[start:end], offset - start, dialect)
    found.at = At(inside.what, inside.start + start, inside.end + start, inside.named, inside.among, inside.call)


def _add(found: Inspection, text: str, piece: Piece, dialect: Dialect) -> int:
    """Look through a statement; the number of its tokens."""
    sql = text[piece.start : piece.end]
    looked_at = tokens(sql, dialect)
    reading = read(sql, looked_at.items)
    does = effect(sql, dialect)
    acts = [] if does == "reads" or piece.refusal else [one for one in reading.queries if _hits_every_row(one)]
    statement = Inspected(
        piece.start,
        piece.end,
        does,
        bool(acts),
        list(_tables(reading.queries, sql, dialect, piece.start)),
        _parameters(sql, looked_at.items, piece.start),
        piece.refusal is None and piece.rows is None and looked_at.complete,
    )
    found.statements.append(statement)
    found.findings += _findings(text, piece, looked_at)
    for one in acts:
        end = one.relations[0].parts[-1].end if one.relations and one.relations[0].parts else len(sql)
        message = _EVERY_ROW.format(verb=one.verb)
        place = piece.start + one.start, piece.start + max(end, one.start)
        found.findings.append(Finding(*place, "warning", "without_where", message))
    return len(looked_at.items)


def _findings(text: str, piece: Piece, looked_at: Tokens) -> Iterator[Finding]:
    if (refusal := piece.refusal) is not None:
        code = "never_closed" if refusal.rest == "cannot_be_read" else "not_sql"
        end = max(piece.end, refusal.position)
        if code == "not_sql":
            line_end = text.find("\n", refusal.position)
            end = min(end, line_end) if line_end >= 0 else end
        yield Finding(refusal.position, end, "error", code, refusal.reason)
    if not looked_at.complete:
        yield Finding(piece.start, piece.end, "info", "too_long", _TOO_LONG)


def _hits_every_row(query: Query) -> bool:
    return query.verb in ("UPDATE", "DELETE") and bool(query.relations) and not (query.where or query.limited)


def _tables(queries: Sequence[Query], sql: str, dialect: Dialect, shift: int) -> Iterator[Table]:
    found = [
        Table(
            table_of(relation, sql, dialect),
            relation.use,
            relation.alias,
            relation.parts[0].start + shift,
            relation.parts[-1].end + shift,
        )
        for query in queries
        for relation in query.relations
        if is_table(relation, query)
    ]
    return iter(sorted(found, key=lambda one: one.start))


def _parameters(sql: str, found: Sequence[Token], shift: int) -> list[Parameter]:
    """The placeholders of a statement in the order of their numbers, as the engine gives them out."""
    by_number: dict[int, Parameter] = {}
    names: dict[str, int] = {}
    largest = 0
    for token in found:
        if token.kind != "parameter":
            continue
        digits = token.text[1:]
        name = None if not digits or digits.isdigit() else sql[token.start : token.end]
        if name is not None:
            number = names.setdefault(name, largest + 1)
        else:
            number = int(digits[:9]) if digits.isdecimal() else largest + 1
        largest = max(largest, number)
        one = by_number.setdefault(number, Parameter(number, name))
        one.places.append((token.start + shift, token.end + shift))
    return [by_number[number] for number in sorted(by_number)]
