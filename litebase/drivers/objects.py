"""What exists in a database, as an engine lists it and before a page of it becomes an answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from litebase_schema.catalog import MissingPart, ObjectRef

from litebase.drivers.interface import DatabaseSession, Parameter
from litebase.errors import NotFound

LOCK_WAIT_S = 2.0  # for a table that somebody is changing
TABLES = ("table", "foreign_table", "virtual_table", "materialized_view", "view")  # what has columns
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be listed; without `kinds` everything that the parent has."""

    parent: ObjectRef | None = None
    kinds: Collection[str] | None = None
    summary: bool = False
    include_system: bool = False

    def asks_for(self, *kinds: str) -> bool:
        """Whether objects of one of these kinds are wanted."""
        return self.kinds is None or any(kind in self.kinds for kind in kinds)

    def chosen(self, found: list[Listed]) -> list[Listed]:
        """Those of the kinds that are wanted."""
        return found if self.kinds is None else [one for one in found if one.kind in self.kinds]


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
