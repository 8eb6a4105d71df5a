"""Which rows of a table are wanted, as SQL: every value is bound, every name is one that the catalog knows.

What an engine writes in its own way is in its module `rows`, a `RowDialect`.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from litebase_schema.catalog import ObjectRef, RowIdentity

from litebase.drivers.interface import Cell, DatabaseSession, Parameter
from litebase.drivers.objects import Draft
from litebase.errors import QueryFailed
from litebase.sql.dialect import Dialect

TEXT_OPERATORS = ("contains", "starts_with", "ends_with", "like")
MOST_VALUES = 30_000  # SQLite takes 32,766 in a statement, PostgreSQL 65,535
_COMPARISONS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_VALUE_COUNTS = {"is_null": (0, 0), "is_not_null": (0, 0), "between": (2, 2), "in": (0, None)}
_BY_EQUALITY = ("eq", "ne", "in")
_LIKE = re.compile(r"\\(.)|.", re.DOTALL)


class UnfitRequest(Exception):
    """What was asked for cannot be a statement; `path` is the place in the request."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path, self.reason = path, reason


class UnfitValue(Exception):
    """A value cannot be one of its column; the message says why."""


class Wildcard(Enum):
    """What a pattern has beside text."""

    ANY = "%"
    ONE = "_"


Pattern = Sequence[str | Wildcard]
_MARKS: Mapping[str, str | Wildcard] = {one.value: one for one in Wildcard}


@dataclass(frozen=True, slots=True)
class ColumnType:
    """What the engine's own catalog says of a column beyond its description.

    `cast` is what a value is cast to, where that is another type than the catalog shows; `text` what is peculiar about
    its text, in the engine's own words.
    """

    cast: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class RowColumn:
    """A column; `type` is what the engine casts a value to. `text`: see `ColumnType`."""

    name: str
    kind: str
    type: str
    hidden: bool = False
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on one column. Of NULL only `is_null` is true."""

    column: str
    op: str
    values: Sequence[Cell] = ()
    match_case: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One column to sort by. `nulls` is `first`, `last` or what the engine does by itself."""

    column: str
    descending: bool = False
    nulls: str | None = None


class RowDialect(Protocol):
    """How an engine writes conditions on rows: its module `rows`."""

    DIALECT: Dialect
    IS_NULL: str  # the condition that a cell is NULL, without its column
    IS_NOT_NULL: str
    SORTED: Collection[str]  # kinds, as `Portable` has them, whose columns sort by value as in every other engine

    async def types(self, session: DatabaseSession, table: ObjectRef) -> Mapping[str, ColumnType]:
        """What is peculiar about columns, by their names."""

    async def estimate(self, session: DatabaseSession, table: ObjectRef) -> int | None:
        """How many rows the statistics say that a table has."""

    def bound(self, column: RowColumn, value: Cell, number: int) -> tuple[str, Parameter]:
        """The text of a value that is not NULL, as the placeholder of that number, and the parameter for it.

        Raises `UnfitValue` for what the engine would take for something else without an error.
        """

    def comparable(self, column: RowColumn, text: str) -> str:
        """`text`, a name or a value, as something whose equality tells the values of the column apart."""

    def fitted(self, column: RowColumn, name: str, values: Sequence[Cell]) -> str:
        """`name`, a column, as something that can be compared with these values."""

    def matches(self, column: RowColumn, name: str, number: int, *, match_case: bool) -> str:
        """The condition that a column's text fits the pattern in the placeholder. Raises `UnfitValue`."""

    def pattern(self, parts: Pattern, *, match_case: bool) -> str:
        """The text of a pattern for `matches`."""

    def ordered(self, name: str, order: Order) -> str:
        """A part of ORDER BY."""

    async def by_bytes(self, session: DatabaseSession) -> str:
        """What sorts a column by the bytes that its text has in UTF-8, with `{}` for its name. Raises `Unsupported`."""

    def is_by_bytes(self, collation: str | None) -> bool:
        """Whether an index in this collation, None for the usual one, has that order."""


@dataclass(slots=True)
class Text:
    """A statement in the making, and the values of its placeholders."""

    params: list[Parameter] = field(default_factory=list)

    def value(self, dialect: RowDialect, column: RowColumn, value: Cell) -> str:
        """The text of one more value."""
        text, parameter = dialect.bound(column, value, len(self.params) + 1)
        self.params.append(parameter)
        return text


class Table:
    """A table or a view whose rows are wanted."""

    def __init__(self, dialect: RowDialect, found: Draft, types: Mapping[str, ColumnType]) -> None:
        self.draft, self.object = found, found.object
        self.row_identity: RowIdentity = found.row_identity
        self.described = {one.name: one for one in found.columns}
        self.has_triggers = bool(found.triggers or found.partition_key)  # a partition may have its own
        self.definition = found.definition
        self.dialect = dialect
        columns = []
        for one in found.columns:
            known = types.get(one.name, ColumnType())
            columns.append(RowColumn(one.name, one.kind, known.cast or one.db_type, one.hidden, known.text))
        if self.row_identity.source == "rowid":
            columns += [RowColumn(name, "integer", "INTEGER", hidden=True) for name in self.row_identity.columns]
        self.columns = {one.name: one for one in columns}

    @property
    def name(self) -> str:
        """The name in SQL."""
        quoted, place = self.dialect.DIALECT.quoted, self.object
        return quoted(place.name) if place.schema_name is None else f"{quoted(place.schema_name)}.{quoted(place.name)}"

    def quoted(self, column: str) -> str:
        """A column's name in SQL."""
        return self.dialect.DIALECT.quoted(column)

    def column(self, name: str, path: str) -> RowColumn:
        """The column of that name. Raises `UnfitRequest`."""
        found = self.columns.get(name)
        if found is None:
            kind = self.object.kind.replace("_", " ")
            raise UnfitRequest(path, f"There is no column {name[:64]!r} in the {kind} {self.object.name!r}.")
        return found


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows of a table that fulfil conditions, in an order."""

    table: Table
    conditions: Sequence[Condition] = ()
    order: Sequence[Order] = ()

    def select(self, columns: Sequence[str] | None) -> tuple[str, Sequence[Parameter]]:
        """The statement that reads columns of them, and those that tell the rows apart. Raises `UnfitRequest`."""
        table = self.table
        wanted = [one.name for one in table.columns.values() if not one.hidden] if columns is None else list(columns)
        for at, name in enumerate(wanted):
            table.column(name, f"/data/columns/{at}")
        if len(set(wanted)) < len(wanted):
            raise UnfitRequest("/data/columns", "A column is named twice.")
        wanted += [name for name in table.row_identity.columns if name not in wanted]
        # an object whose columns the catalog does not show is left to the engine, whose error says more
        return self._statement(", ".join(map(table.quoted, wanted)) or "*", ordered=True)

    def count(self) -> tuple[str, Sequence[Parameter]]:
        """The statement that counts them. Raises `UnfitRequest`."""
        return self._statement("count(*)")

    def read(self, selected: str, order: Sequence[str]) -> tuple[str, Sequence[Parameter]]:
        """The statement that reads what is `selected`, sorted by expressions, all in SQL. Raises `UnfitRequest`."""
        sql, params = self._statement(selected)
        return f"{sql} ORDER BY {', '.join(order)}", params

    async def rehearse(self, session: DatabaseSession) -> None:
        """Let the database look at the conditions and the order, and read nothing.

        Raises `UnfitRequest` for the first that it does not take: an error inside the user's transaction might end it.
        """
        if await self.refusal(session) is None:
            return
        alone = [(f"/data/filters/{at}", Selection(self.table, (one,))) for at, one in enumerate(self.conditions)]
        alone += [(f"/data/order/{at}", Selection(self.table, (), (one,))) for at, one in enumerate(self.order)]
        for path, selection in alone:
            if (refusal := await selection.refusal(session)) is not None:
                raise UnfitRequest(path, refusal)

    async def refusal(self, session: DatabaseSession) -> str | None:
        """Why the database does not take the conditions and the order; None when it does."""
        sql, params = self._statement("1", ordered=True)
        try:
            await session.rows(f"{sql} LIMIT 0", params)
        except QueryFailed as failed:
            return failed.message
        return None

    def _statement(self, what: str, *, ordered: bool = False) -> tuple[str, Sequence[Parameter]]:
        text, table = Text(), self.table
        parts = [f"SELECT {what} FROM {table.name}"]  # noqa: S608  # names are quoted, values are bound
        if sum(len(one.values) for one in self.conditions) > MOST_VALUES:
            raise UnfitRequest("/data/filters", f"All filters together take {MOST_VALUES:,} values.")
        conditions = [self._condition(text, one, f"/data/filters/{at}") for at, one in enumerate(self.conditions)]
        if conditions:
            parts.append(f"WHERE {' AND '.join(conditions)}")
        if ordered and self.order:
            columns = [table.column(one.column, f"/data/order/{at}/column") for at, one in enumerate(self.order)]
            keys = (
                table.dialect.ordered(table.quoted(one.name), by) for one, by in zip(columns, self.order, strict=True)
            )
            parts.append(f"ORDER BY {', '.join(keys)}")
        return " ".join(parts), text.params

    def _condition(self, text: Text, one: Condition, path: str) -> str:
        column = self.table.column(one.column, f"{path}/column")
        least, most = _VALUE_COUNTS.get(one.op, (1, 1))
        if len(one.values) < least or (most is not None and len(one.values) > most):
            wanted = "1 value" if least == 1 else f"{least or 'no'} values"
            raise UnfitRequest(f"{path}/values", f"`{one.op}` takes {wanted}, not {len(one.values)}.")
        if any(value is None for value in one.values):
            reason = "A filter's value is NULL, which equals nothing; use `is_null` or `is_not_null`."
            raise UnfitRequest(f"{path}/values", reason)
        try:
            return self._compared(text, one, column)
        except UnfitValue as unfit:
            raise UnfitRequest(f"{path}/values", str(unfit)) from unfit

    def _compared(self, text: Text, one: Condition, column: RowColumn) -> str:
        dialect, name = self.table.dialect, self.table.quoted(column.name)
        if one.op in ("is_null", "is_not_null"):
            return f"{name} {dialect.IS_NULL if one.op == 'is_null' else dialect.IS_NOT_NULL}"
        name = dialect.fitted(column, name, one.values)
        if one.op in TEXT_OPERATORS:
            matches = dialect.matches(column, name, len(text.params) + 1, match_case=one.match_case)
            text.params.append(dialect.pattern(_parts(one), match_case=one.match_case))
            return matches
        values = [text.value(dialect, column, value) for value in one.values]
        if one.op in _BY_EQUALITY:
            name, values = dialect.comparable(column, name), [dialect.comparable(column, value) for value in values]
        if one.op == "between":
            return f"{name} BETWEEN {values[0]} AND {values[1]}"
        if one.op == "in":
            return f"{name} IN ({', '.join(values)})" if values else "1 = 0"
        return f"{name} {_COMPARISONS[one.op]} {values[0]}"


def _parts(one: Condition) -> Pattern:
    (value,) = one.values
    if not isinstance(value, str):
        raise UnfitValue(f"`{one.op}` looks for text, and its value is not text.")
    if one.op == "like":
        return [_MARKS.get(found[0]) or found[1] or found[0] for found in _LIKE.finditer(value)]
    before = [Wildcard.ANY] if one.op != "starts_with" else []
    after = [Wildcard.ANY] if one.op != "ends_with" else []
    return [*before, value, *after]


def like_pattern(parts: Pattern, escape: str) -> str:
    """A pattern for LIKE, where `escape` takes the meaning of a sign away."""
    special = re.compile(f"[%_{re.escape(escape)}]")
    return "".join(
        one.value if isinstance(one, Wildcard) else special.sub(lambda found: escape + found[0], one) for one in parts
    )


def nulls_placed(name: str, order: Order) -> str:
    """A part of ORDER BY as the standard has it."""
    nulls = "" if order.nulls is None else f" NULLS {order.nulls.upper()}"
    return f"{name}{' DESC' if order.descending else ''}{nulls}"
