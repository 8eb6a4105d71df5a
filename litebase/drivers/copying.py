"""Types of columns as all engines understand them, so that a table of one becomes a table of another.

Each engine reads its own types as a `Portable` and has a table of `Rule`s, of which the first that fits gives its type.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from litebase_schema.catalog import DescribedColumn, ObjectRef

from litebase.drivers.interface import Cell, DatabaseSession

_REST = "*"
Fitted = tuple[Sequence[Cell], Mapping[int, str]]  # values, and why some cannot be stored, by their places


@dataclass(frozen=True, slots=True)
class Portable:
    """A type. Beside the contract's kinds, `kind` is one of these.

    `duration`: a time that may be negative or longer than a day. `varbit`: any number of bits. `opaque`: bytes that
    only the engine understands. `any`: each value has a type of its own.

    `size`: characters or bits; `digits` and `scale` of a decimal number; `fraction`: digits of a second. What is not
    bounded has None.
    """

    kind: str
    bits: int = 64
    unsigned: bool = False
    size: int | None = None
    digits: int | None = None
    scale: int = 0
    fraction: int = 6

    @property
    def signed_bits(self) -> int:
        """Which a signed integer needs for all values."""
        return self.bits + self.unsigned


@dataclass(frozen=True, slots=True)
class Rule:
    """What a kind becomes. Its bounds are what the type holds at most; None for any. `code` is a `CopyWarningCode`."""

    kind: str
    db_type: str
    code: str | None = None
    message: str = ""
    stored: str | None = None  # the contract's kind of the type, where it is not that of the rule
    in_key: bool | None = None
    bits: int | None = None
    size: int | None = None
    digits: int | None = None
    scale: int | None = None

    def fits(self, wanted: Portable, *, in_key: bool) -> bool:
        """Whether it is for such a column."""
        return (
            self.kind in (wanted.kind, _REST)
            and self.in_key in (None, in_key)
            and (self.bits is None or wanted.signed_bits <= self.bits)
            and (self.size is None or (wanted.size is not None and wanted.size <= self.size))
            and (self.digits is None or (wanted.digits is not None and wanted.digits <= self.digits))
            and (self.scale is None or 0 <= wanted.scale <= self.scale)
        )


@dataclass(frozen=True, slots=True)
class Fit:
    """The type that a column gets, and what there is to know about it."""

    db_type: str
    kind: str
    code: str | None = None
    message: str = ""


def fit(rules: Sequence[Rule], wanted: Portable, *, in_key: bool) -> Fit:
    """The engine's type; the last of the rules takes everything."""
    rule = next(one for one in rules if one.fits(wanted, in_key=in_key))
    db_type = rule.db_type.format(size=wanted.size, digits=wanted.digits, scale=wanted.scale, fraction=wanted.fraction)
    kind = rule.stored or ("text" if rule.code == "becomes_text" else rule.kind)
    return Fit(db_type, kind, rule.code, rule.message)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table is, so that the same one is known through another connection. `server` is empty for none."""

    server: str
    table: str


class CopyDialect(Protocol):
    """How an engine takes part in copies: its module `copies`, where its sessions have the ability `import_rows`."""

    RULES: Sequence[Rule]
    TYPED: bool  # a column has values of its type only; else each value has a type, and is given as it is
    READERS_BLOCK: bool  # who reads a database keeps out who writes it
    KEYS_LATER: bool  # foreign keys can be added to a table
    OPTIONS: str  # what follows the parentheses of a table from another engine
    UTC_MARK: str  # what stands behind the text of a `timestamptz`, once `READING` was run
    READING: Sequence[str]  # what is run in the transaction that reads
    STORING: Sequence[str]  # and in each one that stores, after what the loader runs

    def portable(self, db_type: str, kind: str) -> Portable:
        """A column's type."""

    def read_as(self, column: str, db_type: str) -> str:
        """What gives a column's value exactly; its name is quoted."""

    def identity(self) -> str:
        """The `ColumnIdentity` of a column that the database numbers."""

    def stored(self, db_type: str, cells: Sequence[Cell]) -> Fitted:
        """What is to be given where columns are not `TYPED`, so that the column keeps these values as they are."""

    async def lacking(self, session: DatabaseSession, db_types: Collection[str]) -> Collection[str]:
        """Which types of this engine the database does not have."""

    async def place(self, session: DatabaseSession, table: ObjectRef) -> Place:
        """Where a table is, or would be."""

    async def collations(self, session: DatabaseSession, table: ObjectRef) -> Mapping[str, str]:
        """The collations that the columns have, also where the description leaves them out."""

    async def checks(self, session: DatabaseSession, table: ObjectRef) -> Sequence[str]:
        """The expressions of the checks that the description leaves out."""

    async def known_collations(self, session: DatabaseSession, names: Collection[str]) -> Collection[str]:
        """Those that the database has."""

    def changes(self, db_type: str) -> str | None:
        """How the type changes values of others without an error, as a sentence; None where it does not."""

    def fills(self, column: DescribedColumn) -> bool:
        """Whether the column gets a value of its own where NULL is stored."""

    def lines_of(self, select: str) -> str | None:
        """The statement whose rows are lines that the engine stores as they are; None where it has none."""

    def after_rows(self, table: str, column: DescribedColumn) -> str | None:
        """What makes the numbers of a column go on after the highest, where that is not so by itself.

        The table's name is quoted.
        """
