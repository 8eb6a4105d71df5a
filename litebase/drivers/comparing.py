"""Two schemas as their engine writes them, matched object by object; and how an engine mends what differs.

The text that the engine writes of each object says whether it differs. Only of tables that do, a model is read on both
sides, and compared column by column.
"""

import string
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from litebase_schema.catalog import DdlOptions, MissingPart, ObjectRef

from litebase.drivers.abilities import CatalogReader
from litebase.drivers.altering import Part, Planned, Table
from litebase.drivers.ddl import DdlStatement
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import TABLES
from litebase.drivers.qualifying import made_beside, requalified
from litebase.errors import InvalidScript, NotFound
from litebase.sql.clauses import mentions, spelled, unquoted
from litebase.sql.dialect import Dialect

SCHEMA = ("schema", "", "", "")
PARTS = ("index", "constraint")  # whose statements stand apart from those of their table
_FOLDED = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)  # as SQLite does


class Key(NamedTuple):
    """By what the objects of two schemas are matched."""

    kind: str
    name: str
    parent: str
    signature: str


@dataclass(frozen=True, slots=True)
class Habits:
    """What differs between the engines when they are made alike, as data."""

    dialect: Dialect
    nouns: Mapping[str, str]  # what follows DROP
    folds: bool = False  # whether names of objects that differ in case are the same
    qualifies: bool = True  # whether texts name the schema, and must
    reties: bool = True  # whether a foreign key stands in the way of a change of what it is made of
    index_ties: bool = False  # of its indexes, too
    dependents: bool = True  # whether views and triggers stand in the way of a change of what they use
    replaces: bool = False  # whether a routine may be replaced in its place
    whole: Collection[str] = ()  # kinds that are not changed by any statement
    commits: str | None = None  # what to say where each statement commits
    names_itself: str | None = None  # what constraints are named that have no name, as a pattern; {} is their table


class SchemaWriter(Protocol):
    """Makes schemas alike: the module `compare` of an engine whose sessions have the ability `catalog`."""

    HABITS: Habits

    def dropped(self, ref: ObjectRef) -> str:
        """The statement that drops an object."""

    def placed(self, sql: str, schema: str) -> str:
        """A statement of another schema, with the same names, as it is run for this one."""

    def mended(self, ref: ObjectRef, first: Sequence[str], other: Sequence[str]) -> list[str] | None:
        """What makes an object other than a table like the first without dropping it; None where nothing does.

        The statements of the first already name this schema.
        """

    def owned(self, first: Sequence[str], other: Sequence[str]) -> tuple[list[str], list[str]]:
        """How a sequence that belongs to something else is parted from that, and given to what it shall belong to.

        The statements of the first already name this schema.
        """

    async def around(self, session: DatabaseSession) -> tuple[Sequence[str], Sequence[str]]:
        """Settings before and after a script that drops tables, so that nothing happens to the rows of others."""

    def align(self, before: Table, after: Table) -> None:
        """Say in the columns of `after` what they have from their table."""

    def remark(self, table: Table, part: Part) -> Planned | None:
        """The statement that gives a part of a table its comment, where that is one of its own."""

    def parents(self, statements: Sequence[str]) -> str:
        """The names of the tables of which these make a partition, or from which it inherits, as SQL."""

    def is_divided(self, statements: Sequence[str]) -> bool:
        """Whether these make a table with partitions, or with others that it inherits from."""


@dataclass(slots=True)
class Side:
    """One of the two schemas."""

    schema: str
    habits: Habits
    version: str
    statements: list[tuple[Key | None, DdlStatement]] = field(default_factory=list)
    refs: dict[Key, ObjectRef] = field(default_factory=dict)
    texts: dict[Key, list[str]] = field(default_factory=dict)
    children: dict[str, list[Key]] = field(default_factory=dict)  # by the name of their table
    incomplete: Sequence[MissingPart] = ()
    names: set[str] = field(default_factory=set)
    becomes: "Side | None" = (
        None  # the other side, of the first one: names in that schema stay when a text is moved there
    )

    def said(self, text: str) -> tuple[str, ...]:
        """The words of a piece of SQL without the schema's name, to be compared with those of the other side."""
        for one in (self, self.becomes):
            text = text if one is None else requalified(text, one.schema, None, one.names, self.habits.dialect)
        words = _words(text, self.habits.dialect)
        return _without_sequence(words) if "SEQUENCE" in words else words

    def without_name(self, text: str) -> tuple[str, ...]:
        """The words of a statement that makes the schema itself, without its name."""
        return tuple(word for word in self.said(text) if unquoted(word).lower() != self.schema.lower())

    def is_home(self, schema: str) -> bool:
        """Whether what is in a schema is in this one, or when a text is moved."""
        return schema in (self.schema, self.becomes and self.becomes.schema)

    def moved(self, text: str, to: str) -> str:
        """A piece of SQL as it reads in another schema."""
        new = to if self.habits.qualifies or to == self.schema else None
        return requalified(text, self.schema, new, self.names, self.habits.dialect)

    def key(self, ref: ObjectRef) -> Key:
        """By what an object is matched."""
        if ref.kind == "schema":
            return Key(*SCHEMA)
        signature = " ".join(self.said(ref.signature)) if ref.signature else ""
        name, parent = ref.name, ref.parent_name or ""
        if self.habits.folds:
            name, parent = name.translate(_FOLDED), parent.translate(_FOLDED)
        return Key(ref.kind, name, parent, signature)

    def parts(self, key: Key) -> list[Key]:
        """What belongs to an object, and has statements of its own."""
        return self.children.get(key.name, []) if key.kind in TABLES else []

    def whole(self, key: Key) -> list[str]:
        """All statements that make an object, with its parts."""
        return [*self.texts[key], *(sql for one in self.parts(key) for sql in self.texts[one])]

    def mentions(self, key: Key, names: Collection[str]) -> bool:
        """Whether the statements of an object may name one of these."""
        return any(mentions(sql, name, self.habits.dialect) for sql in self.whole(key) for name in names)


def _words(text: str, dialect: Dialect) -> tuple[str, ...]:
    try:
        return spelled(text, dialect)
    except InvalidScript:
        return (text,)


def _without_sequence(words: tuple[str, ...]) -> tuple[str, ...]:
    """Without the name of the sequence of an identity, which keeps that of a table that was renamed."""
    for at in range(1, len(words) - 2):
        if words[at : at + 2] == ("SEQUENCE", "NAME"):
            end = at + (5 if words[at + 3 : at + 4] == (".",) else 3)
            is_all = words[at - 1] == "(" and words[end : end + 1] == (")",)
            return _without_sequence(words[: at - is_all] + words[end + is_all :])
    return words


async def read_side(session: DatabaseSession, reader: CatalogReader, habits: Habits, schema: str) -> Side:
    """All that a schema has, as statements. Raises `NotFound`."""
    wanted = ObjectRef(kind="schema", schema_name=None, name=schema)
    ddl = await reader.get_ddl(session, [wanted], DdlOptions())
    for part in ddl.incomplete:
        if part.part == "object" and part.object is not None and part.object.kind == "schema":
            raise NotFound("schema_name", schema, f"There is no schema {schema!r}: {part.reason}")
    side = Side(schema, habits, session.server_version, incomplete=ddl.incomplete)
    refs = [one.object for one in ddl.statements if one.object is not None]
    side.names = {ref.name for ref in refs if ref.kind != "schema"}
    for one in ddl.statements:
        side.names.update(made_beside(one.sql, schema, habits.dialect))
    for one in ddl.statements:
        key = None if one.object is None else side.key(one.object)
        side.statements.append((key, one))
        if key is not None and one.object is not None:
            side.refs.setdefault(key, one.object)
            side.texts.setdefault(key, []).append(one.sql)
    for key in side.refs:
        if key.kind in PARTS:
            side.children.setdefault(key.parent, []).append(key)
    return side


def is_alike(first: Side, other: Side, key: Key) -> bool:
    """Whether both sides say the same of an object and of what belongs to it."""
    own, theirs = first.whole(key), other.whole(key)
    if own == theirs and (first.schema == other.schema or not first.habits.qualifies):
        return True
    if key.kind == "schema":
        return sorted(map(first.without_name, own)) == sorted(map(other.without_name, theirs))
    return sorted(map(first.said, own)) == sorted(map(other.said, theirs))
