"""What a statement consists of, for whoever asks which names mean what: queries, and the relations that they name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from litebase.sql.reading.tokens import Token

Use = Literal["reads", "writes", "defines"]
_DEEPEST: Final = 100  # queries inside one another that are looked through


@dataclass(slots=True, eq=False)
class Query:
    """A SELECT or another statement, with what it names. `ctes` are its WITH queries."""

    parent: "Query | None" = None
    sees_outer: bool = False  # the relations of its parent
    verb: str = ""
    relations: list["Relation"] = field(default_factory=list)
    ctes: list["Cte"] = field(default_factory=list)
    outputs: list[tuple[int, int]] = field(default_factory=list)  # tokens of each column that it returns
    body_of: "Cte | None" = None
    target: "Query | None" = None  # of an INSERT whose rows it makes
    where: bool = False
    limited: bool = False  # by LIMIT, or by the condition of a join
    joined: str = ""  # how the last table was joined: inner, outer
    others_from: int | None = None  # the first relation of UPDATE ... FROM or DELETE ... USING
    start: int = 0  # in the text

    def outer(self) -> Iterator["Query"]:
        """This one, and those around it."""
        query: Query | None = self
        for _ in range(_DEEPEST):
            if query is None:
                return
            yield query
            query = query.parent

    def visible(self) -> Iterator["Relation"]:
        """The relations whose columns may be named here, its own first."""
        for query in self.outer():
            yield from query.relations
            if not query.sees_outer:
                return

    def cte(self, name: str) -> "Cte | None":
        """The WITH query that a name means here."""
        inside: set[int] = set()
        for query in self.outer():
            for cte in reversed(query.ctes):
                if cte.name.casefold() == name.casefold() and (cte.recursive or id(cte) not in inside):
                    return cte
            if query.body_of is not None:
                inside.add(id(query.body_of))
        return None

    def visible_ctes(self) -> Iterator["Cte"]:
        """The WITH queries that may be named here."""
        inside: set[int] = set()
        for query in self.outer():
            for cte in query.ctes:
                if cte.recursive or (id(cte) not in inside and cte is not query.body_of):
                    yield cte
            if query.body_of is not None:
                inside.add(id(query.body_of))


@dataclass(slots=True, eq=False)
class Relation:
    """A table, a view, a subquery or a function where a statement names it. `parts` are those of its name."""

    parts: Sequence[Token] = ()
    use: Use = "reads"
    alias: str | None = None
    named_by: Token | None = None  # the alias as it stands in the statement
    columns: list[str] = field(default_factory=list)  # as the statement itself names them
    query: Query | None = None  # of a subquery
    is_function: bool = False

    @property
    def name(self) -> str:
        """The table's own name; empty for a subquery."""
        return self.parts[-1].text if self.parts else ""

    def written(self, sql: str, index: int = -1) -> str:
        """A part of the name as it is written, without quotes."""
        one = self.parts[index]
        return sql[one.start : one.end] if one.kind == "word" else one.text

    def schema_name(self, sql: str) -> str | None:
        """The schema, where the statement names one."""
        return self.written(sql, -2) if len(self.parts) > 1 else None

    def called(self, sql: str) -> str:
        """What columns are qualified with."""
        return self.alias or (self.written(sql) if self.parts else "")

    def qualifier(self, sql: str) -> str:
        """The same as the statement spells it, with its quotes: what is not in quotes there must not be here."""
        token = self.named_by or (self.parts[-1] if self.parts else None)
        return "" if token is None else sql[token.start : token.end]


@dataclass(slots=True, eq=False)
class Cte:
    """A query of WITH."""

    name: str
    recursive: bool = False
    columns: list[str] = field(default_factory=list)
    query: Query | None = None


@dataclass(slots=True)
class Frame:
    """What is open at a place: the statement, a query in parentheses, a call, a list of columns."""

    query: Query
    kind: str  # query, from, call, columns, alias_columns, cte_columns, definition, values, using, over, group
    clause: str = ""
    opener: int = -1  # the token that opened it
    name: tuple[int, int] = (0, 0)  # tokens of what is called
    expects: str = ""  # relation, after_relation, alias, after_alias, cte, cte_as, cte_query, after_cte
    use: Use = "reads"
    relation: Relation | None = None  # the last one
    cte: Cte | None = None
    recursive: bool = False
    argument: int = 0
    item: int = -1  # where the column begins that a query returns


@dataclass(slots=True)
class Place:
    """What is open at one token, before it is read."""

    frames: Sequence[Frame]
    start: int  # the tokens of the name that the token is a part of
    end: int
    is_keyword: bool = False

    @property
    def frame(self) -> Frame:
        """The innermost."""
        return self.frames[-1]


@dataclass(slots=True)
class Reading:
    """All queries of a statement in the order of their texts, and the place that was asked for."""

    tokens: Sequence[Token]
    queries: list[Query]
    place: Place | None
