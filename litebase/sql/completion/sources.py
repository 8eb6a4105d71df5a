"""Where the columns and tables of a statement come from: the catalog, its own WITH queries and subqueries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from litebase.sql.completion.catalog import Catalog, Column, Table
from litebase.sql.dialect import Dialect
from litebase.sql.reading.places import is_table, named, table_of
from litebase.sql.reading.queries import Query, Relation
from litebase.sql.reading.tokens import Token

_DEEPEST: Final = 12  # queries that take their columns from one another
_MOST_COLUMNS: Final = 5000  # of one place
_MOST_RELATIONS: Final = 60


@dataclass(frozen=True, slots=True)
class Source:
    """A relation that is visible at a place, with its columns as far as they are known."""

    relation: Relation
    query: Query
    columns: Sequence[Column]


class Sources:
    """The columns of the relations of one statement."""

    def __init__(self, sql: str, tokens: Sequence[Token], dialect: Dialect, catalog: Catalog) -> None:
        self._sql, self._tokens, self._dialect, self._catalog = sql, tokens, dialect, catalog
        self._found: dict[int, Sequence[Column]] = {}  # by relation; empty while it is looked for

    def visible(self, query: Query) -> list[Source]:
        """All relations whose columns may be named in a query, with its own first."""
        found: list[Source] = []
        for one in query.outer():
            for relation in one.relations:
                if relation.called(self._sql) and len(found) < _MOST_RELATIONS:
                    found.append(Source(relation, one, self.columns(relation, one)))
            if not one.sees_outer:
                break
        return found

    def table(self, relation: Relation, query: Query) -> Table | None:
        """What is known of the table that a relation names."""
        if not is_table(relation, query):
            return None
        one = table_of(relation, self._sql, self._dialect)
        return self._catalog.table(one.schema_name, one.name)

    def columns(self, relation: Relation, query: Query, depth: int = 0) -> Sequence[Column]:
        """The columns of a relation, as far as they are known."""
        if depth > _DEEPEST:
            return ()
        if id(relation) not in self._found:
            self._found[id(relation)] = ()
            self._found[id(relation)] = self._columns(relation, query, depth)
        return self._found[id(relation)]

    def _columns(self, relation: Relation, query: Query, depth: int) -> Sequence[Column]:
        own = [Column(name, "") for name in relation.columns]
        if relation.query is not None:
            made = self._outputs(relation.query, depth)
        elif len(relation.parts) == 1 and (cte := query.cte(relation.name)) is not None:
            own = own or [Column(name, "") for name in cte.columns]
            made = [] if cte.query is None or own else self._outputs(cte.query, depth)
        else:
            table = self.table(relation, query)
            made = [] if table is None else list(table.columns)
        return [*own, *made[len(own) :]][:_MOST_COLUMNS]

    def _outputs(self, query: Query, depth: int) -> list[Column]:
        """The columns that a query returns."""
        found: list[Column] = []
        for start, end in query.outputs[:_MOST_COLUMNS]:
            found += self._output(query, self._tokens[start:end], depth)
            if len(found) > _MOST_COLUMNS:
                break
        return found

    def _output(self, query: Query, item: Sequence[Token], depth: int) -> Iterator[Column]:
        if item and item[0].text in ("DISTINCT", "ALL") and item[0].kind == "word":
            item = item[1:]
        item = [one for one in item if one.kind != "cursor" or one.text]
        if not item:
            return
        last = item[-1]
        if last.kind == "mark" and last.text == "*" and len(item) in (1, 3):
            wanted = named(item[0], self._sql, self._dialect).casefold() if len(item) == 3 else None
            for relation in query.relations[:_MOST_RELATIONS]:
                if wanted in (None, relation.called(self._sql).casefold()):
                    yield from self.columns(relation, query, depth + 1)
            return
        if not last.is_identifier or (last.text == "END" and last.kind == "word"):
            return
        name = self._written(last)
        if len(item) == 1 or (len(item) == 3 and item[1].text == "."):
            yield Column(name, self._type_of(query, item, depth))
        else:
            yield Column(name, "")

    def _type_of(self, query: Query, item: Sequence[Token], depth: int) -> str:
        """The type of a column that is taken over as it is."""
        name = named(item[-1], self._sql, self._dialect).casefold()
        wanted = named(item[0], self._sql, self._dialect).casefold() if len(item) == 3 else None
        for relation in query.relations[:_MOST_RELATIONS]:
            if wanted in (None, relation.called(self._sql).casefold()):
                for column in self.columns(relation, query, depth + 1):
                    if column.name.casefold() == name:
                        return column.db_type
        return ""

    def _written(self, token: Token) -> str:
        return named(token, self._sql, self._dialect)
