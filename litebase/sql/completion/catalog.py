"""What completion asks about a database. All of it is answered at once, from what is known at that moment."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from litebase.sql.completion.matching import Typed


class Column(NamedTuple):
    """A column of a table or a view; `values` are those of an enum."""

    name: str
    db_type: str
    values: Sequence[str] = ()


class ForeignKey(NamedTuple):
    """Columns that refer to those of another table."""

    columns: Sequence[str]
    schema_name: str | None
    table: str
    referred: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """What is known of a table. `referred_by` are keys whose `table` refers to this one."""

    schema_name: str | None
    name: str
    columns: Sequence[Column] = ()
    foreign_keys: Sequence[ForeignKey] = ()
    referred_by: Sequence[ForeignKey] = ()


class Match(NamedTuple):
    """An object whose name fits what was typed."""

    rank: int
    kind: str
    name: str
    schema_name: str
    signature: str | None = None


class Catalog(Protocol):
    """What is known of a database. `incomplete` is set by whatever was asked for and is not known yet."""

    incomplete: bool

    def schemas(self) -> Sequence[str]:
        """The names of all schemas."""

    def objects(self, typed: Typed, kinds: Collection[str], schema: str | None, limit: int) -> Iterable[Match]:
        """Objects of these kinds whose names fit, the best first; without a schema those that need none."""

    def table(self, schema: str | None, name: str) -> Table | None:
        """A table or a view; None when it is not known."""
