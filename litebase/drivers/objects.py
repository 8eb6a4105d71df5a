"""What exists in a database, as an engine lists it and before a page of it becomes an answer."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from litebase_schema.catalog import (
    DescribedCheck,
    DescribedColumn,
    DescribedIndex,
    DescribedKey,
    DescribedPartition,
    DescribedTrigger,
    EventFacts,
    ExtensionFacts,
    ForeignKey,
    Grant,
    MissingPart,
    ObjectDescription,
    ObjectRef,
    RoleFacts,
    RoutineFacts,
    RowIdentity,
    SequenceFacts,
    TypeFacts,
)

from litebase.drivers.interface import DatabaseSession, Parameter
from litebase.drivers.names import KIND_RANKS
from litebase.errors import NotFound

LOCK_WAIT_S = 2.0  # for a table that somebody is changing
TABLES = ("table", "foreign_table", "virtual_table", "materialized_view", "view")  # what has columns
OTHERS = ("function", "procedure", "sequence", "type", "extension", "role", "event")
PARTS = {  # what belongs to a table, and where its description has it
    "column": ("columns",),
    "index": ("indexes",),
    "constraint": ("keys", "foreign_keys", "checks", "exclusions"),
    "trigger": ("triggers",),
}
PARENTS = frozenset(("schema", *TABLES))


class Listed(NamedTuple):
    """One object. A tuple, because a schema may have a hundred thousand, of which one page is wanted."""

    kind: str
    schema_name: str | None
    name: str
    parent_name: str | None = None
    signature: str | None = None
    comment: str | None = None
    rows_estimate: int | None = None
    size_bytes: int | None = None
    partition_of: tuple[str, str] | None = None  # schema and name of the table
    position: int = 0  # where the order is not that of names

    @property
    def place(self) -> "Place":
        """What a list is ordered by."""
        rank = KIND_RANKS.get(self.kind, len(KIND_RANKS))
        return rank, self.position, self.name, self.schema_name or "", self.signature or ""


Place = tuple[int, int, str, str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be listed; without `kinds` everything that the parent has.

    With `most`, objects may be left out that do not fit, that stand before `after`, or before which so many others do.
    """

    parent: ObjectRef | None = None
    kinds: Collection[str] | None = None
    summary: bool = False
    include_system: bool = False
    fits: Callable[[str], object] | None = None  # whether a name is wanted
    after: Place | None = None
    most: int | None = None

    def asks_for(self, *kinds: str) -> bool:
        """Whether objects of one of these kinds are wanted."""
        return self.kinds is None or any(kind in self.kinds for kind in kinds)

    def chosen(self, found: list[Listed]) -> list[Listed]:
        """Those of the kinds that are wanted."""
        return found if self.kinds is None else [one for one in found if one.kind in self.kinds]

    def following(self, kind: str, names: Iterable[str]) -> list[str]:
        """In order those that fit and come after `after`, of the names of one kind in the parent, a schema."""
        chosen = sorted(names if self.fits is None else filter(self.fits, names))
        if self.after is None or KIND_RANKS[kind] > self.after[0]:
            return chosen
        return chosen[bisect_right(chosen, self.after[2]) :] if KIND_RANKS[kind] == self.after[0] else []

    def listed(self, kind: str, schema: str, names: Iterable[str]) -> list[Listed]:
        """Those of them that may be wanted. Of a hundred thousand names it makes only so many objects as a page has."""
        return [Listed(kind, schema, name) for name in self.following(kind, names)[: self.most]]


@dataclass(slots=True)
class Listing:
    """What was found, and what was not shown."""

    objects: list[Listed] = field(default_factory=list)
    missing: list[MissingPart] = field(default_factory=list)
    default_schemas: list[str] | None = None  # of a list of schemas: where names without a schema are looked for


async def read(session: DatabaseSession, sql: str, *params: Parameter) -> Sequence[tuple[Any, ...]]:
    """The rows of a statement of ours, which says itself of what types its cells are."""
    return await session.rows(sql, params)


def hidden(part: str, reason: str, owner: ObjectRef | None = None) -> MissingPart:
    """Something that is not shown, and why."""
    return MissingPart(object=owner, part=part, reason=reason)


def no_such(wanted: ObjectRef) -> NotFound:
    """The error when the parent of a list does not exist. A database may hide what its user may not use."""
    place = f" in {wanted.schema_name!r}" if wanted.schema_name is not None else ""
    kind = wanted.kind.replace("_", " ")
    return NotFound(
        "parent", wanted.name, f"There is no {kind} {wanted.name!r}{place}, or this user is not allowed to see it."
    )


@dataclass(slots=True)
class Draft:
    """A description while it is being filled; the fields are those of `ObjectDescription`."""

    object: ObjectRef
    comment: str | None = None
    traits: list[str] = field(default_factory=list)
    columns: list[DescribedColumn] = field(default_factory=list)
    keys: list[DescribedKey] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    referenced_by: list[ForeignKey] = field(default_factory=list)
    indexes: list[DescribedIndex] = field(default_factory=list)
    checks: list[DescribedCheck] = field(default_factory=list)
    exclusions: list[DescribedCheck] = field(default_factory=list)
    triggers: list[DescribedTrigger] = field(default_factory=list)
    partition_key: str | None = None
    partition_of: ObjectRef | None = None
    partition_bound: str | None = None
    partitions: list[DescribedPartition] = field(default_factory=list)
    inherits: list[ObjectRef] = field(default_factory=list)
    row_identity: RowIdentity = field(default_factory=lambda: RowIdentity(columns=[], source="none"))
    definition: str | None = None
    owner: str | None = None
    grants: list[Grant] = field(default_factory=list)
    routine: RoutineFacts | None = None
    sequence: SequenceFacts | None = None
    type: TypeFacts | None = None
    extension: ExtensionFacts | None = None
    role: RoleFacts | None = None
    event: EventFacts | None = None

    def description(self) -> ObjectDescription:
        """The finished description."""
        return ObjectDescription(**{one.name: getattr(self, one.name) for one in fields(self)})


@dataclass(slots=True)
class Descriptions:
    """What was described, by schema and name, and what was not."""

    found: dict[tuple[str, str], Draft] = field(default_factory=dict)
    missing: list[MissingPart] = field(default_factory=list)


@dataclass(slots=True)
class Others:
    """The same for objects that are neither tables nor views."""

    found: dict[tuple[str | None, ...], Draft] = field(default_factory=dict)
    missing: list[MissingPart] = field(default_factory=list)

    def add(self, asked: ObjectRef, one: Draft) -> None:
        """Take over what was found for a reference."""
        self.found[self.key(asked)] = one

    @staticmethod
    def key(asked: ObjectRef) -> tuple[str | None, ...]:
        """By what an object is found."""
        return asked.kind, asked.schema_name, asked.name, asked.signature


def part_of(table: Draft, asked: ObjectRef) -> Draft | None:
    """What a table's description has of something that belongs to the table."""
    for place in PARTS[asked.kind]:
        for one in getattr(table, place):
            if one.name == asked.name:
                comment, definition = getattr(one, "comment", None), getattr(one, "definition", None)
                found = Draft(asked, comment, definition=definition, owner=table.owner)
                found.grants = [grant for grant in table.grants if asked.kind == "column" and grant.column == one.name]
                setattr(found, place, [one])
                return found
    return None


def identity_by_keys(one: Draft) -> RowIdentity:
    """What identifies rows where keys do: the primary key, else a unique index of all rows without NULLs."""
    for key in one.keys:
        if key.primary:
            return RowIdentity(columns=key.columns, source="primary_key")
    never_null = {column.name for column in one.columns if column.nullable is False}
    for index in one.indexes:
        columns = [part.column for part in index.parts if part.column is not None and part.prefix_length is None]
        whole = index.predicate is None and len(columns) == len(index.parts)
        if index.unique and index.valid and whole and never_null.issuperset(columns):
            return RowIdentity(columns=columns, source="unique")
    return RowIdentity(columns=[], source="none")


def within_a_key(columns: Collection[str], keys: Iterable[Collection[str]]) -> bool:
    """Whether some key lies within these columns, so that their values occur once."""
    return any(set(key).issubset(columns) for key in keys)
