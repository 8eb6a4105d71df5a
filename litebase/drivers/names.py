"""What an engine tells about a whole database at once: the names of all objects, marks of change, and texts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, get_args

from litebase_schema.catalog import MissingPart, ObjectKind

from litebase.drivers.interface import DatabaseSession

KIND_RANKS = {kind: rank for rank, kind in enumerate(get_args(get_args(ObjectKind.__value__)[0]))}


class Name(NamedTuple):
    """One object of a schema."""

    kind: str
    name: str
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """Which texts are looked for; without `schema_name` in all schemas but those of the database system."""

    text: str
    match_case: bool = False
    schema_name: str | None = None
    kinds: Collection[str] | None = None
    limit: int = 100

    def listed(self, kinds: Iterable[str]) -> str:
        """Those of these kinds that are wanted, as a list of SQL; empty when none is."""
        return ", ".join(f"'{kind}'" for kind in kinds if self.kinds is None or kind in self.kinds)


def order(lower: str = "lower") -> str:
    """What texts in `t` are ordered by, in SQL, so that the best come first."""
    ranks = " ".join(f"WHEN '{kind}' THEN {rank}" for kind, rank in KIND_RANKS.items())
    return f"CASE t.kind {ranks} END, {lower}(CASE t.kind WHEN 'column' THEN t.parent ELSE t.name END), t.name"


class Found(NamedTuple):
    """A text in which the wanted one stands."""

    kind: str
    schema_name: str | None
    name: str
    parent_name: str | None
    signature: str | None
    at: int  # where it stands in the text, from 1
    lines_before: int
    piece: str  # of the text, from `AROUND` characters before it on


AROUND = 200  # characters on either side of what was found


@dataclass(slots=True)
class Texts:
    """What was found, in any order, and what could not be looked through."""

    found: list[Found] = field(default_factory=list)
    missing: list[MissingPart] = field(default_factory=list)


class NamesReader(Protocol):
    """Reads names: the module `objects.names` of an engine whose sessions have the ability `catalog`.

    Every function reads with `DatabaseSession.rows` alone, and with one statement per schema and kind at most.
    """

    async def mark(self, session: DatabaseSession) -> str | None:
        """What is another text after any change of what exists, read in a few milliseconds.

        None where that is not certain at this moment. It may be another one without a change, too.
        """

    async def schemas(self, session: DatabaseSession) -> Sequence[str]:
        """The names of all schemas but those of the database system."""

    async def names(self, session: DatabaseSession, schema: str) -> Sequence[Name]:
        """What is in a schema; nothing when it does not exist."""

    async def states(self, session: DatabaseSession, schema: str) -> Sequence[tuple[Name, str]]:
        """The same names, each with a text that is another one after a change of the object or what belongs to it."""

    async def columns(self, session: DatabaseSession, schema: str) -> Sequence[tuple[str, Sequence[str]]]:
        """The names of tables and views of a schema, each with those of its columns in their order."""


class TextsReader(Protocol):
    """Looks for text at the database: the module `objects.texts` of an engine whose sessions have that ability too.

    Each statement returns one more than `Search.limit` at most, the first in the order of kinds and names.
    """

    async def comments(self, session: DatabaseSession, search: Search) -> Texts:
        """The comments in which a text stands."""

    async def definitions(self, session: DatabaseSession, search: Search) -> Texts:
        """The definitions in which it stands: of views, routines, triggers and events."""
