"""Statements that read what exists in a MySQL or MariaDB server, and do not wait for locks of tables for long."""

from collections.abc import Sequence
from typing import Any

from litebase.drivers.interface import DatabaseSession, Parameter
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.objects import read

# MariaDB reads the tables' files for information_schema, and would wait a day for one that is being altered
_LOCK_WAIT = "lock_wait_timeout = 1"  # in seconds; it waits so long once or twice per table
SYSTEM = ("information_schema", "mysql", "performance_schema", "sys")
_KINDS = {"VIEW": "view", "SYSTEM VIEW": "view", "SEQUENCE": "sequence", "TEMPORARY SEQUENCE": "sequence"}


async def rows(session: DatabaseSession, sql: str, *params: Parameter, **settings: int) -> Sequence[tuple[Any, ...]]:
    """The rows of a statement. In MariaDB it may have settings of its own."""
    if ServerVersion.of(session.server_version).is_mariadb:
        sql = (
            f"SET STATEMENT {', '.join([_LOCK_WAIT, *(f'{name} = {one}' for name, one in settings.items())])} FOR {sql}"
        )
    return await read(session, sql, *params)


def kind_of_table(table_type: str) -> str:
    """The kind of what the server lists among its tables."""
    return _KINDS.get(table_type, "table")


def is_ignored(version: ServerVersion) -> str:
    """What of information_schema.STATISTICS says whether the server's planner ignores an index."""
    if version.is_mariadb:
        return "IGNORED" if version.release >= (10, 6, 0) else "'NO'"
    return "IF(IS_VISIBLE = 'YES', 'NO', 'YES')" if version.release >= (8, 0, 0) else "'NO'"
