"""How schemas of SQLite are made alike: their texts name no schema, and views and triggers keep nothing."""

from collections.abc import Sequence

from litebase_schema.catalog import ObjectRef

from litebase.drivers.altering import Part, Planned, Table
from litebase.drivers.comparing import Habits
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import read
from litebase.drivers.sqlite.objects.rebuilding import PLACE, placed_text
from litebase.sql.dialect import SQLITE

__all__ = ["HABITS", "align", "around", "dropped", "is_divided", "mended", "owned", "parents", "placed", "remark"]

HABITS = Habits(
    SQLITE,
    nouns={"table": "TABLE", "virtual_table": "TABLE", "view": "VIEW", "trigger": "TRIGGER"},
    folds=True,
    qualifies=False,
    reties=False,
    whole=("virtual_table",),
)


def dropped(ref: ObjectRef) -> str:
    """The statement that drops an object."""
    return f"DROP {HABITS.nouns[ref.kind]} {SQLITE.quoted(ref.schema_name or '')}.{SQLITE.quoted(ref.name)}"


def placed(sql: str, schema: str) -> str:
    """A statement with the attached database in which it makes something."""
    return placed_text(sql).replace(PLACE, f"{SQLITE.quoted(schema)}.")


def mended(_ref: ObjectRef, _first: Sequence[str], _other: Sequence[str]) -> list[str] | None:
    """Nothing: what is not a table is dropped and made again."""
    return None


def owned(_first: Sequence[str], _other: Sequence[str]) -> tuple[list[str], list[str]]:
    """Nothing: there are no sequences."""
    return [], []


async def around(session: DatabaseSession) -> tuple[Sequence[str], Sequence[str]]:
    """No foreign keys: DROP TABLE deletes the rows first, and with them, perhaps, those that refer to them."""
    ((checks_keys,),) = await read(session, "PRAGMA foreign_keys")
    return ["PRAGMA foreign_keys = OFF"], ["PRAGMA foreign_keys = ON"] if checks_keys else []


def align(_before: Table, _after: Table) -> None:
    """Nothing: columns have nothing from their table."""


def remark(_table: Table, _part: Part) -> Planned | None:
    """Nothing: there are no comments."""
    return None


def is_divided(_statements: Sequence[str]) -> bool:
    """There are no partitions."""
    return False


def parents(_statements: Sequence[str]) -> str:
    """Nothing: see `is_divided`."""
    return ""
