"""Storing many rows of one table: what every engine's module `bulk` does its own way.

The rows come as columns of texts, bytes and None, and each text is what the engine takes for that value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from litebase.bounds import Bounds
from litebase.drivers.interface import DatabaseSession
from litebase.errors import QueryFailed

Cells = Sequence[str | bytes | None]


@dataclass(frozen=True, slots=True)
class BulkTarget:
    """Where the rows go: names are quoted already. `kinds` are those of the columns, `key` those that tell rows apart.

    `mode` is the contract's `ImportMode`. `on_conflict` is that of the engine's `EditDialect`.
    """

    name: str
    columns: Sequence[str]
    kinds: Sequence[str]
    mode: str = "insert"
    key: Sequence[str] = ()
    has_identity: bool = False
    on_conflict: str = ""

    def in_order(self, order: Sequence[int]) -> "BulkTarget":
        """The same with the columns at these places."""
        return replace(self, columns=[self.columns[at] for at in order], kinds=[self.kinds[at] for at in order])


class BulkLoader(Protocol):
    """Stores many rows: the module `bulk` of an engine whose sessions have the ability `import_rows`."""

    CREATES_IN_TRANSACTION: bool  # CREATE TABLE can be rolled back
    TYPES: Mapping[str, str]  # of new columns, by their kind
    KEY_TYPES: Mapping[str, str]  # the same for columns of a key, where that needs another type

    def bounds(self, kind: str, db_type: str) -> Bounds:
        """What a column of that type takes."""

    async def types_below(self, session: DatabaseSession, table: str) -> Mapping[str, str]:
        """Types of columns of a table (its name is quoted) whose own types are names for others."""

    def before(self, target: BulkTarget) -> Sequence[str]:
        """What is run in each transaction before its first rows."""

    def statement(self, target: BulkTarget) -> str:
        """What stores rows, as it is told to people."""

    async def most_bytes(self, session: DatabaseSession) -> int:
        """What one statement may have."""

    def spelled(self, target: BulkTarget, columns: Sequence[Cells], most_bytes: int) -> Any:
        """Rows as they are sent. Called in a thread; there is at least one row."""

    def lines(self, target: BulkTarget, text: str, separator: str, quote: str, most_bytes: int) -> Any | None:
        """Lines of CSV as they are sent, the same rows as `spelled` makes of their fields. Called in a thread.

        Each line is one row, whose fields are values of the columns, and NULL where nothing is between separators.
        None for kinds of columns whose values must be spelled one by one.
        """

    async def load(self, session: DatabaseSession, target: BulkTarget, rows: Any) -> int | None:
        """Store what `spelled` gave in an open transaction. How many rows were stored, where the engine counts them.

        Raises what `execute` raises; then it is not known which of these rows were stored.
        """

    def is_of_row(self, failure: QueryFailed) -> bool:
        """Whether the database refused a value or a row, so that others may be stored."""
