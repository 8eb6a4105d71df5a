"""What a database session may do beyond what every one does, or why this one does not.

`db_connect_response.capabilities` reports it: clients test for a capability, never for an engine or its version.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from litebase_schema.catalog import DdlOptions, ObjectRef

    from litebase.drivers.ddl import Ddl
    from litebase.drivers.interface import DatabaseSession
    from litebase.drivers.objects import Descriptions, Listing, Others, Wanted


@dataclass(frozen=True, slots=True)
class Available:
    """The session does it by what every session has."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why not, as a sentence for people that says what to do instead, if anything can be done."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """One field per optional ability, named as its capability: what does it, or `Unavailable`. Every engine decides."""

    named_parameters: Available | Unavailable
    isolation_levels: Available | Unavailable
    read_only_transactions: Available | Unavailable
    column_origins: Available | Unavailable
    last_insert_id: Available | Unavailable
    more_results: Available | Unavailable
    several_db_sessions: Available | Unavailable
    stop_statements: Available | Unavailable
    catalog: Available | Unavailable
    check_statements: Available | Unavailable
    db_processes: Available | Unavailable
    explain: Available | Unavailable
    explain_analyze: Available | Unavailable
    import_rows: Available | Unavailable
    dumps: Available | Unavailable
    reorder_columns: Available | Unavailable

    def reasons(self) -> Iterator[tuple[str, str | None]]:
        """Each ability's name, and the reason why it is missing; None when it is not."""
        for name in NAMES:
            value = getattr(self, name)
            yield name, value.reason if isinstance(value, Unavailable) else None


NAMES = tuple(field.name for field in fields(Abilities))


class CatalogReader(Protocol):
    """Reads what exists: the module `catalog` of an engine whose sessions have that ability.

    Every function reads with `DatabaseSession.rows` alone, one statement per kind of object and never one per table,
    and waits for nobody's lock longer than `objects.LOCK_WAIT_S`.
    """

    async def list_objects(self, session: DatabaseSession, wanted: Wanted) -> Listing:
        """All that is `wanted`, in any order. Raises `NotFound` when its parent does not exist."""

    async def describe_objects(self, session: DatabaseSession, tables: Sequence[ObjectRef]) -> Descriptions:
        """Those of these tables and views that exist. `kind` is not looked at: names are unique among them."""

    async def describe_others(self, session: DatabaseSession, objects: Sequence[ObjectRef]) -> Others:
        """Those of these objects of other kinds that exist; what belongs to a table is described with it."""

    async def get_ddl(self, session: DatabaseSession, objects: Sequence[ObjectRef], options: DdlOptions) -> Ddl:
        """What makes these objects, in an order that works. What does not exist is told in `incomplete`."""
