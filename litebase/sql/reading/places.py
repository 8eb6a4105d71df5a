"""What is at a place of a statement: a table, a column, a call, or nothing that a name could mean."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from litebase.sql.dialect import Dialect
from litebase.sql.reading.queries import Frame, Place, Query, Relation
from litebase.sql.reading.reader import read
from litebase.sql.reading.tokens import Token, is_in_comment, tokens

_PLAIN: Final = {"string": "string", "number": "number", "parameter": "parameter", "open": "string"}
_SCHEMA, _TABLE, _COLUMN = "schema", "table", "column"


@dataclass(frozen=True, slots=True)
class Named:
    """What a name means: a schema, a table, or a column of a table."""

    kind: str
    name: str
    schema_name: str | None = None
    parent_name: str | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """A call that a place is inside of: the name of the function, and the number of the argument from 0."""

    name: str
    schema_name: str | None
    argument: int


@dataclass(frozen=True, slots=True)
class At:
    """What is at a place. `what` is a `PlaceKind` of the contract; `among` are tables that may have the column."""

    what: str = "nothing"
    start: int = 0
    end: int = 0
    named: Named | None = None
    among: Sequence[Named] = field(default_factory=tuple)
    call: Called | None = None


def named(token: Token, sql: str, dialect: Dialect) -> str:
    """The name that a token means."""
    if token.kind != "word":
        return token.text
    written = sql[token.start : token.end]
    return written.lower() if dialect.folds_names else written


def table_of(relation: Relation, sql: str, dialect: Dialect) -> Named:
    """The table or view that a relation names."""
    parts = [named(one, sql, dialect) for one in relation.parts]
    return Named(_TABLE, parts[-1], parts[-2] if len(parts) > 1 else None)


def is_table(relation: Relation, query: Query) -> bool:
    """Whether a relation is one of the database, and neither a query of the statement nor a function."""
    if not relation.parts or not relation.name or relation.is_function:
        return False
    return len(relation.parts) > 1 or query.cte(relation.name) is None


def at(sql: str, offset: int, dialect: Dialect) -> At:
    """What is at `offset` of one statement."""
    found = tokens(sql, dialect).items
    index = bisect_right(found, offset, key=lambda one: one.start) - 1
    if index > 0 and found[index - 1].end == offset and found[index - 1].is_identifier:
        index -= not found[index].is_identifier
    if index < 0 or found[index].end < offset or (found[index].end == offset and not found[index].is_identifier):
        gap = found[index].end if index >= 0 else 0
        after = bisect_right(found, offset - 1, key=lambda one: one.start)
        if after < len(found) and found[after].start == offset:
            index = after
        else:
            what = "comment" if is_in_comment(sql, gap, offset, dialect) else "nothing"
            place = read(sql, found, after).place
            return At(what, offset, offset, call=_call(place, found, sql, dialect))
    token, place = found[index], read(sql, found, index).place
    assert place is not None
    call = _call(place, found, sql, dialect)
    if token.kind == "open" and token.text in "/-#":
        return At("comment", token.start, token.end, call=call)
    if not token.is_identifier:
        return At(_PLAIN.get(token.kind, "mark"), token.start, token.end, call=call)
    if place.is_keyword:
        return At("keyword", token.start, token.end, call=call)
    what, meaning, among = _meaning(place, index, found, sql, dialect)
    return At(what, token.start, token.end, meaning, among, call)


def _call(place: Place | None, found: Sequence[Token], sql: str, dialect: Dialect) -> Called | None:
    """The innermost call around a place, within its query."""
    for frame in reversed(place.frames if place is not None else ()):
        if frame.kind == "call":
            parts = [one for one in found[slice(*frame.name)] if one.is_identifier]
            schema = named(parts[-2], sql, dialect) if len(parts) > 1 else None
            return Called(named(parts[-1], sql, dialect), schema, frame.argument)
        if frame.kind == "query":
            return None
    return None


def _meaning(
    place: Place, index: int, found: Sequence[Token], sql: str, dialect: Dialect
) -> tuple[str, Named | None, Sequence[Named]]:
    """What a name means. `index` is the part of it that was asked for."""
    frame, query = place.frame, place.frame.query
    parts = [one for one in found[place.start : place.end] if one.is_identifier]
    names = [named(one, sql, dialect) for one in parts]
    at_part = parts.index(found[index])
    follows = found[place.end].text if place.end < len(found) and found[place.end].kind == "mark" else ""
    if frame.expects == "relation":
        relation = Relation(parts)
        if at_part < len(parts) - 1:
            return "object", Named(_SCHEMA, names[at_part]), ()
        if follows == "(" and frame.clause == "from" and frame.use == "reads":
            return "function", None, ()
        if not is_table(relation, query):
            return "cte", None, ()
        return "object", table_of(relation, sql, dialect), ()
    if frame.expects in ("after_relation", "alias", "cte") or frame.kind in ("alias_columns", "cte_columns"):
        return "alias", None, ()
    if follows == "(":
        return "function", None, ()
    return _in_expression(frame, names, at_part, sql, dialect)


def _in_expression(
    frame: Frame, names: Sequence[str], at_part: int, sql: str, dialect: Dialect
) -> tuple[str, Named | None, Sequence[Named]]:
    query = frame.query
    listed = frame.relation if frame.kind == "columns" else None
    relations = [listed] if listed is not None else list(query.visible())
    if len(names) > 1:
        qualifiers = names[:-1]
        relations = [one for one in relations if _is_called(one, qualifiers, sql, dialect)]
    tables = [table_of(one, sql, dialect) for one in relations if is_table(one, query)]
    if at_part < len(names) - 1:
        if not relations or (at_part == 0 and len(names) == 3):
            return "name", None, ()
        return ("object", tables[0], ()) if tables else ("alias", None, ())
    if not tables:
        return "name", None, ()
    if len(tables) == 1 and len(relations) == 1:
        one = tables[0]
        return "object", Named(_COLUMN, names[-1], one.schema_name, one.name), ()
    return "column", None, tables


def _is_called(relation: Relation, qualifiers: Sequence[str], sql: str, dialect: Dialect) -> bool:
    """Whether a relation is meant by what stands before a column's name."""
    if len(qualifiers) > 1 or relation.alias is None:
        own = [named(one, sql, dialect).casefold() for one in relation.parts]
        wanted = [one.casefold() for one in qualifiers]
        return bool(own) and own[-len(wanted) :] == wanted
    return relation.alias.casefold() == qualifiers[0].casefold()
