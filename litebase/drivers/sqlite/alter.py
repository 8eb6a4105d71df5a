"""How SQLite changes tables: by ALTER TABLE where it can, else by a new table in the place of the old one.

The second way is that of sqlite.org/lang_altertable.html, section 7. A copy of the schema in memory, without a row, is
changed first: it says how texts read after a renaming, what SQLite refuses, and which views would be broken.
"""

import re
from collections.abc import Collection

from anyio import to_thread

from litebase.drivers.altering import Plan, Planned, Rules, Table
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import read
from litebase.drivers.sqlite.objects.names import folded
from litebase.drivers.sqlite.objects.rebuilding import Rebuilding, creation
from litebase.drivers.sqlite.objects.shape import read_table, texts
from litebase.sql.dialect import SQLITE

__all__ = ["bounded", "plan", "read_table", "rules", "taken"]

_RULES = Rules(
    SQLITE,
    folds=True,
    refuses=re.compile(r"\0|\A(?i:sqlite_)"),
    comments=False,
    names_in_schema=("index",),
    identities=("auto_increment", "rowid"),
    predicates=True,
    other_schemas=False,
)


async def rules(_session: DatabaseSession) -> Rules:
    """What SQLite can do."""
    return _RULES


async def taken(session: DatabaseSession, schema: str, names: Collection[str]) -> Collection[str]:
    """Which of these names a table, a view or an index has."""
    there = {folded(name) for kind, name, *_ in await texts(session, schema) if kind != "trigger"}
    return [name for name in names if folded(name) in there]


async def plan(session: DatabaseSession, before: Table | None, after: Table, gone: Collection[str] = ()) -> Plan:
    """The statements that make one of the other."""
    if before is None:
        return creation(after)
    names = {folded(one) for one in gone}
    there = [one for one in await texts(session, after.schema) if one[0] == "table" or folded(one[1]) not in names]
    ((checks_keys,),) = await read(session, "PRAGMA foreign_keys")
    return await to_thread.run_sync(Rebuilding(before, after, there, checks_keys=bool(checks_keys)).plan)


def bounded(plan: Plan) -> list[Planned]:
    """All statements in a transaction, and around it the settings that cannot be changed in one."""
    found = [*plan.opening, *plan.main, *plan.closing]
    first, last = plan.around
    if len(found) > 1:
        found = [Planned("BEGIN IMMEDIATE"), *found, Planned("COMMIT")]
    return [*map(Planned, first), *found, *map(Planned, last)] if found else []
