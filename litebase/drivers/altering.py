"""A table as something to be changed: what it is, what it shall be, and the statements that lead from one to the other.

Changes are made on a model of the table, in their order. An engine compares the model before with the one after and
writes the statements, so their order is the engine's and not that of the changes.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from litebase_schema.catalog import ForeignKey, ObjectRef

from litebase.drivers.interface import DatabaseSession
from litebase.sql.clauses import mentions
from litebase.sql.dialect import Dialect

NOUNS = {
    "primary_key": "primary key", "unique": "unique constraint", "foreign_key": "foreign key", "check": "check",
    "exclusion": "exclusion constraint", "index": "index",
}  # fmt: skip


@dataclass(slots=True)
class Column:
    """A column. `origin` is its name in the table as it is; None for a new one."""

    name: str
    db_type: str
    origin: str | None = None
    nullable: bool = True
    default: str | None = None
    identity: str = "none"
    generated: str = "none"
    expression: str | None = None
    charset: str | None = None
    collation: str | None = None
    comment: str | None = None
    on_update: str | None = None
    conflict: str = ""  # what follows NOT NULL in SQLite
    more: tuple[str, ...] = ()  # further clauses, as the engine keeps them
    using: str | None = None


@dataclass(slots=True)
class Part:
    """A key, a foreign key, a check or an index. `number` is its place among those of the table as it is.

    `text` is its definition as the engine keeps it, and goes before the other fields; a new one has none.
    """

    kind: str
    name: str | None = None
    columns: Sequence[str] = ()
    number: int | None = None
    text: str | None = None
    expression: str | None = None  # of a check
    referenced: tuple[str, str] | None = None  # schema and name
    referenced_columns: Sequence[str] = ()
    on_update: str = "no_action"
    on_delete: str = "no_action"
    pieces: Sequence[tuple[str | None, str]] = ()  # of an index: columns, each with what follows it, and expressions
    unique: bool = False
    included: Sequence[str] = ()
    method: str | None = None
    predicate: str | None = None
    comment: str | None = None
    inline: str | None = None  # the column in whose definition it stands, in SQLite

    @property
    def noun(self) -> str:
        """What to call it in a message."""
        return f"{NOUNS[self.kind]} {self.name!r}" if self.name is not None else NOUNS[self.kind]

    @property
    def texts(self) -> Sequence[str]:
        """SQL in which columns may be named beside `columns`."""
        if self.kind in ("primary_key", "unique", "foreign_key"):
            return ()
        return [one for one in (self.text, self.expression, self.predicate, *(rest for _, rest in self.pieces)) if one]

    def listed(self, dialect: Dialect) -> str:
        """What stands in the parentheses of an index."""
        return ", ".join(rest if name is None else dialect.quoted(name) + rest for name, rest in self.pieces)


@dataclass(slots=True)
class Table:
    """A table. `origin` is its name as it is; None when it does not exist yet."""

    schema: str
    name: str
    origin: str | None = None
    columns: list[Column] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    comment: str | None = None
    traits: Sequence[str] = ()
    options: str = ""  # what follows the parentheses of its text
    referenced_by: Sequence[ForeignKey] = ()
    remarks: Sequence[tuple[str, str]] = ()  # warnings that hold for any change of it

    def copy(self) -> "Table":
        """Another one to be changed."""
        return replace(self, columns=[replace(one) for one in self.columns], parts=list(self.parts))

    @property
    def ref(self) -> ObjectRef:
        """The table's name as it will be."""
        return ObjectRef(kind="table", schema_name=self.schema, name=self.name)

    def part_ref(self, part: Part) -> ObjectRef:
        """The name of something that belongs to it."""
        kind = "index" if part.kind == "index" else "constraint"
        return ObjectRef(kind=kind, schema_name=self.schema, name=part.name or "", parent_name=self.origin or self.name)


@dataclass(frozen=True, slots=True)
class Rules:
    """What differs between the engines, as data."""

    dialect: Dialect
    folds: bool  # whether names that differ in case are the same
    longest_name: int | None = None
    name_in_bytes: bool = False
    unit: str = "characters"
    comments: bool = True
    refuses: re.Pattern[str] | None = None  # found in names that the engine does not take
    names_in_schema: Collection[str] = ()  # kinds of parts whose names must be free in the whole schema
    text_types: Collection[str] = ()  # words in types that have a collation; empty where all have
    reorders: str | None = None  # why columns cannot be moved
    identities: Collection[str] = ()
    generated: Collection[str] = ("stored", "virtual")
    on_update: bool = False
    using: bool = False
    prefixes: bool = False
    unique_indexes: bool = False  # whether a unique constraint is an index, and nothing else
    included: bool = False
    predicates: bool = False
    methods: Collection[str] = ()
    actions: Collection[str] = ("no_action", "restrict", "cascade", "set_null", "set_default")
    other_schemas: bool = True  # whether a foreign key may leave the schema

    def folded(self, name: str) -> str:
        """The same for names that the engine takes for the same."""
        return name.lower() if self.folds else name

    def uses(self, part: Part, column: Column) -> bool:
        """Whether a part has to do with a column."""
        if self.folded(column.name) in map(self.folded, part.columns):
            return True
        names = {column.name, column.origin or column.name}
        return any(mentions(text, name, self.dialect) for text in part.texts for name in names)


class Planned(NamedTuple):
    """One statement of a plan."""

    sql: str
    object: ObjectRef | None = None
    destructive: bool = False


@dataclass(slots=True)
class Plan:
    """What to run. `opening` and `closing` stand in other tables' way, so all tables' come first and last."""

    opening: list[Planned] = field(default_factory=list)
    main: list[Planned] = field(default_factory=list)
    closing: list[Planned] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    around: tuple[Sequence[str], Sequence[str]] = ((), ())  # settings before and after a transaction

    def warn(self, code: str, message: str) -> None:
        """Say something once."""
        if (code, message) not in self.warnings:
            self.warnings.append((code, message))


class Difference:
    """What differs between a table before and after."""

    def __init__(self, before: Table, after: Table) -> None:
        own = {one.origin: one for one in after.columns if one.origin is not None}
        self.dropped = [one for one in before.columns if one.name not in own]
        self.kept = [(one, own[one.name]) for one in before.columns if one.name in own]
        self.added = [one for one in after.columns if one.origin is None]
        self.renamed = [(old, new) for old, new in self.kept if old.name != new.name]
        numbers = {one.number for one in after.parts}
        self.dropped_parts = [one for one in before.parts if one.number not in numbers]
        self.added_parts = [one for one in after.parts if one.number is None]
        self.again = {(one.kind, one.name) for one in self.added_parts}  # of which nothing is gone afterwards
        self.comment = before.comment != after.comment
        self.new_name = after.name if after.name != before.name else None

    @staticmethod
    def moved(before: Sequence[str], after: Sequence[str]) -> bool:
        """Whether columns that stay stand in another order, or new ones before them."""
        return list(before) != list(after[: len(before)])


class TableEditor(Protocol):
    """Changes tables: the module `alter` of an engine whose sessions have the ability `catalog`."""

    async def rules(self, session: DatabaseSession) -> Rules:
        """What this server can do."""

    async def read_table(self, session: DatabaseSession, wanted: ObjectRef) -> Table:
        """The table as it is. Raises `NotFound`, and `Unsupported` for what is not a table."""

    async def taken(self, session: DatabaseSession, schema: str, names: Collection[str]) -> Collection[str]:
        """Which of these names something in the schema has. Raises `NotFound` for no such schema."""

    async def plan(
        self, session: DatabaseSession, before: Table | None, after: Table, gone: Collection[str] = ()
    ) -> Plan:
        """The statements that make one of the other, without the bounds of a transaction.

        `gone` names views, triggers and indexes that are there now, and will not be when they run.
        Raises `Conflict` for what other objects stand in the way of, and `Unsupported`.
        """

    def bounded(self, plan: Plan) -> list[Planned]:
        """All statements in their order, in a transaction where that undoes them after a failure."""


def is_in_foreign_key(table: Table, column: Column) -> bool:
    """Whether a foreign key of the table has the column, or one of another table refers to it."""
    own = [part.columns for part in table.parts if part.kind == "foreign_key"]
    return any(column.name in columns for columns in own) or any(
        column.origin in key.referenced_columns for key in table.referenced_by
    )


def ordered_renames(pairs: Sequence[tuple[str, str]], taken: Collection[str]) -> list[tuple[str, str]]:
    """Renamings one after the other, so that no name is given that another column still has."""
    waiting, answer = dict(pairs), list[tuple[str, str]]()
    while waiting:
        free = [old for old, new in waiting.items() if new not in waiting or new == old]
        for old in free:
            answer.append((old, waiting.pop(old)))
        if waiting and not free:
            old = next(iter(waiting))
            number = 1
            while (aside := f"litebase_{number}") in taken or aside in waiting:
                number += 1
            answer.append((old, aside))
            waiting[aside] = waiting.pop(old)
    return answer
