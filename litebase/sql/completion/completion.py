"""What may be written at a cursor, the best first. It waits for nothing and never raises, whatever the text is.

Work is bounded: by the tokens of a statement that are looked at, by the columns that a place can have, and by the
objects of the catalog that are asked for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from litebase.sql.completion.catalog import Catalog, Column
from litebase.sql.completion.clauses import Wanted, wanted_at
from litebase.sql.completion.context import Cursor, TooFar, cursor_at
from litebase.sql.completion.functions import RETURNING_ROWS, functions_of, own_in_from
from litebase.sql.completion.joins import conditions, joined_tables
from litebase.sql.completion.keywords import keywords_of
from litebase.sql.completion.sources import Source, Sources
from litebase.sql.completion.spelling import spelled
from litebase.sql.dialect import Dialect
from litebase.sql.reading.places import named
from litebase.sql.reading.queries import Relation

_KINDS: Final = (
    "value", "join_condition", "join", "column", "alias", "cte", "table", "view", "procedure", "function", "schema",
    "type", "keyword",
)  # fmt: skip
_BEST_SCORE, _RANK_SCORE, _KIND_SCORE, _PLACE_SCORE = 10_000, 2000, 150, 10
_TABLES: Final = ("table", "view", "materialized_view", "foreign_table", "virtual_table")
_NOTHING: Final[Mapping[str, int]] = {}
_WRITABLE: Final = ("table", "view", "foreign_table", "virtual_table")


@dataclass(frozen=True, slots=True)
class Item:
    """Something that may be written. `score` is higher for what fits better."""

    text: str
    kind: str
    detail: str | None
    score: int


@dataclass(slots=True)
class Completion:
    """All that may be written in the place of the text from `start` to `end`."""

    start: int
    end: int
    items: Sequence[Item] = field(default_factory=tuple)
    incomplete: bool = False


def complete(
    text: str, offset: int, dialect: Dialect, catalog: Catalog, limit: int, used: Mapping[str, int] = _NOTHING
) -> Completion:
    """The best things to write at an offset of a text. `used` has points for words in lower case, as `Recent` has."""
    try:
        found = cursor_at(text, offset, dialect)
    except TooFar:
        return Completion(offset, offset, incomplete=True)
    if found is None:
        return Completion(offset, offset)
    cursor, shift = found
    offers = _Offers(cursor, catalog, limit, used)
    items = sorted(offers.all(), key=lambda one: (-one.score, one.text.casefold(), one.text))
    best = list({(one.text, one.kind): one for one in reversed(items)}.values())[::-1]
    incomplete = catalog.incomplete or len(best) > limit or not cursor.complete
    return Completion(cursor.start + shift, cursor.end + shift, best[:limit], incomplete)


class _Offers:
    """What is offered at one cursor."""

    def __init__(self, cursor: Cursor, catalog: Catalog, limit: int, used: Mapping[str, int]) -> None:
        self._cursor, self._catalog, self._limit, self._used = cursor, catalog, limit, used
        self._sources = Sources(cursor.sql, cursor.tokens, cursor.dialect, catalog)

    def all(self) -> Iterator[Item]:
        """Everything that fits what was typed."""
        wanted = wanted_at(self._cursor)
        if self._cursor.qualifiers:
            yield from self._qualified(wanted)
            return
        if wanted.of_table:
            yield from self._of_table()
        if wanted.columns:
            yield from self._columns(wanted)
        if wanted.shared:
            yield from self._shared()
        if wanted.conditions:
            for text in conditions(self._cursor, self._sources):
                yield from self._item(text, "join_condition", None, match=text)
        if wanted.relations:
            yield from self._relations(wanted)
        if wanted.types:
            yield from self._objects(("type",), None)
        if wanted.procedures:
            yield from self._objects(("procedure",), None)
        if wanted.objects:
            yield from self._objects(wanted.objects, None)
        if wanted.functions:
            yield from self._functions()
        if wanted.databases:
            for name in self._catalog.schemas():
                yield from self._name(name, "schema", None)
        if not self._cursor.opened_with:
            yield from self._keywords(["types"] if wanted.types else wanted.keywords, as_types=wanted.types)

    # one item

    def _item(self, text: str, kind: str, detail: str | None, *, match: str, bonus: int = 0) -> Iterator[Item]:
        rank = self._cursor.typed.rank(match)
        if rank is not None:
            kind_rank = _KINDS.index(kind) if kind in _KINDS else len(_KINDS)
            score = _BEST_SCORE - _RANK_SCORE * rank - _KIND_SCORE * kind_rank + bonus
            score += self._used.get(match.casefold(), 0) if self._used else 0
            yield Item(text, kind, detail, max(score, 0))

    def _name(self, name: str, kind: str, detail: str | None, prefix: str = "", bonus: int = 0) -> Iterator[Item]:
        text = spelled(name, self._cursor.dialect, self._cursor.opened_with)
        yield from self._item(prefix + text, kind, detail, match=name, bonus=bonus)

    # columns

    def _columns(self, wanted: Wanted) -> Iterator[Item]:
        cursor, visible = self._cursor, self._sources.visible(self._cursor.query)
        if wanted.values:
            yield from self._values(visible)
        qualify = len(visible) > 1
        for place, source in enumerate(visible):
            behind = -_PLACE_SCORE * min(place, 10)
            called = source.relation.qualifier(cursor.sql) if self._is_known(source) else None
            prefix = f"{called}." if qualify and called and not cursor.opened_with else ""
            for column in source.columns:
                yield from self._name(column.name, "column", _detail(column, source, cursor), prefix, behind)
            if called:
                yield from self._item(called, "alias", None, match=source.relation.called(cursor.sql))
        if wanted.outputs:
            for start, end in cursor.query.outputs:
                if end - start > 2 and cursor.tokens[end - 1].is_identifier and cursor.text(end - 2) != ".":
                    yield from self._name(named(cursor.tokens[end - 1], cursor.sql, cursor.dialect), "alias", None)

    def _is_known(self, source: Source) -> bool:
        return bool(source.relation.alias or source.columns or source.relation.parts)

    def _of_table(self) -> Iterator[Item]:
        """Columns of the table that is written, without those that are listed already."""
        cursor, frame = self._cursor, self._cursor.frame
        relation = frame.relation if frame.kind == "columns" else None
        relation = relation or (cursor.query.relations[0] if cursor.query.relations else cursor.target())
        if relation is None:
            return
        listed = self._listed() if frame.kind == "columns" else set()
        for column in self._sources.columns(relation, cursor.query):
            if column.name.casefold() not in listed:
                yield from self._name(column.name, "column", column.db_type or None)

    def _listed(self) -> set[str]:
        """The names in the list around the cursor."""
        cursor, found = self._cursor, set[str]()
        for index in range(cursor.frame.opener + 1, len(cursor.tokens)):
            token = cursor.tokens[index]
            if token.kind == "mark" and token.text in ("(", ")"):
                break
            if token.is_identifier and index != cursor.index:
                found.add(named(token, cursor.sql, cursor.dialect).casefold())
        return found

    def _shared(self) -> Iterator[Item]:
        """Columns of the last table that one before it has, too."""
        relations = self._cursor.query.relations
        if len(relations) < 2:
            return
        *before, last = [self._sources.columns(one, self._cursor.query) for one in relations]
        names = {column.name.casefold() for columns in before for column in columns}
        for column in last:
            if column.name.casefold() in names:
                yield from self._name(column.name, "column", column.db_type or None)

    def _values(self, visible: Sequence[Source]) -> Iterator[Item]:
        """Values of the enum that is compared with."""
        for column in self._compared(visible):
            for value in column.values:
                quoted = "'" + value.replace("'", "''") + "'"
                yield from self._item(quoted, "value", column.db_type, match=value)

    def _compared(self, visible: Sequence[Source]) -> Iterator[Column]:
        cursor, index = self._cursor, self._cursor.place.start - 1
        if cursor.text(index) in ("(", ","):
            while index > 0 and not cursor.tokens[index].is_identifier:
                index -= 1
            index += 1
        while index > 0 and cursor.text(index) in ("=", "<", ">", "!", "IN", "NOT", "("):
            index -= 1
        token = cursor.tokens[index] if index >= 0 else None
        if token is None or not token.is_identifier:
            return
        name = named(token, cursor.sql, cursor.dialect).casefold()
        qualifier = cursor.tokens[index - 2] if index >= 2 and cursor.text(index - 1) == "." else None
        called = None if qualifier is None else named(qualifier, cursor.sql, cursor.dialect).casefold()
        for source in visible:
            if called in (None, source.relation.called(cursor.sql).casefold()):
                yield from (one for one in source.columns if one.name.casefold() == name and one.values)

    def _qualified(self, wanted: Wanted) -> Iterator[Item]:
        cursor, qualifiers = self._cursor, self._cursor.qualifiers
        if wanted.relations:
            yield from self._objects(_WRITABLE if wanted.written else _TABLES, qualifiers[-1])
            return
        kinds = wanted.objects or (["type"] if wanted.types else ["procedure"] if wanted.procedures else [])
        if kinds:
            yield from self._objects(kinds, qualifiers[-1])
            return
        sources = [one for one in self._sources.visible(cursor.query) if _is_called(one.relation, qualifiers, cursor)]
        target = cursor.target()
        if not sources and len(qualifiers) == 1 and target is not None and cursor.is_target(qualifiers[0]):
            sources = [Source(target, cursor.queries[0], self._sources.columns(target, cursor.queries[0]))]
        for source in sources[:1]:
            for column in source.columns:
                yield from self._name(column.name, "column", column.db_type or None)
        if sources:
            return
        if (wanted.columns or wanted.of_table) and len(qualifiers) <= 2:
            table = self._catalog.table(qualifiers[-2] if len(qualifiers) == 2 else None, qualifiers[-1])
            for column in table.columns if table is not None else ():
                yield from self._name(column.name, "column", column.db_type or None)
        if wanted.functions and len(qualifiers) == 1 and qualifiers[0] in self._catalog.schemas():
            yield from self._objects(("function",), qualifiers[0])

    # relations and other objects

    def _relations(self, wanted: Wanted) -> Iterator[Item]:
        cursor = self._cursor
        if wanted.joins:
            for text, match in joined_tables(cursor, self._sources):
                yield from self._item(text, "join", None, match=match)
        if not wanted.written:
            for cte in cursor.query.visible_ctes():
                if cte.name:
                    yield from self._name(cte.name, "cte", None)
            yield from self._functions(RETURNING_ROWS)
            if cursor.typed.text and own_in_from(cursor.dialect):
                yield from self._objects(("function",), None)
        yield from self._objects(_WRITABLE if wanted.written else _TABLES, None)
        for name in self._catalog.schemas():
            yield from self._name(name, "schema", None)

    def _objects(self, kinds: Sequence[str], schema: str | None) -> Iterator[Item]:
        cursor = self._cursor
        for one in self._catalog.objects(cursor.typed, kinds, schema, self._limit + 1):
            kind = "view" if one.kind == "materialized_view" else "table" if one.kind in _TABLES[3:] else one.kind
            text = spelled(one.name, cursor.dialect, cursor.opened_with)
            if kind in ("function", "procedure"):
                text += self._parenthesis(one.signature)
            detail = f"({one.signature})" if one.signature is not None else one.schema_name
            yield from self._item(text, kind, detail, match=one.name)

    def _functions(self, only: Iterable[str] | None = None) -> Iterator[Item]:
        cursor = self._cursor
        if cursor.opened_with:
            return
        for one in functions_of(cursor.dialect):
            if only is None or one.name in only:
                text = one.name + self._parenthesis(one.arguments)
                yield from self._item(text, "function", one.signature, match=one.name)
        if only is None and cursor.typed.text:
            yield from self._objects(("function",), None)

    def _parenthesis(self, arguments: str | None) -> str:
        """What follows a function's name."""
        if self._cursor.after == "(":
            return ""
        return "(" if arguments else "()"

    def _keywords(self, places: Sequence[str], *, as_types: bool) -> Iterator[Item]:
        words = keywords_of(self._cursor.dialect)
        lower = self._cursor.spelled_in_lower_case()
        for place in places:
            for word in words.get(place, ()):
                text = word.lower() if lower else word
                yield from self._item(text, "type" if as_types else "keyword", None, match=word)


def _detail(column: Column, source: Source, cursor: Cursor) -> str | None:
    parts = (column.db_type, source.relation.name and source.relation.written(cursor.sql))
    return " · ".join(filter(None, parts)) or None


def _is_called(relation: Relation, qualifiers: Sequence[str], cursor: Cursor) -> bool:
    """Whether a relation is meant by what stands before the cursor."""
    wanted = [one.casefold() for one in qualifiers]
    if len(wanted) == 1:
        return relation.called(cursor.sql).casefold() == wanted[0]
    return [named(one, cursor.sql, cursor.dialect).casefold() for one in relation.parts][-len(wanted) :] == wanted
