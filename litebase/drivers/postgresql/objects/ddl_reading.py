"""How the statements of PostgreSQL's DDL are read: with every name qualified, and without a long wait for a lock."""

from collections.abc import Iterable, Sequence
from typing import Any

from litebase.drivers.interface import DatabaseSession, Parameter
from litebase.drivers.objects import LOCK_WAIT_S, read

_WAIT_MS = str(round(1000 * LOCK_WAIT_S))
# as pg_dump sets them for its session; here they hold for one statement
_SETTINGS = {
    "lock_timeout": "{ms}",
    "search_path": "",
    "standard_conforming_strings": "on",
    "quote_all_identifiers": "off",
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    "extra_float_digits": "3",
}
_BOUND = f"""(SELECT {
    ", ".join(f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in _SETTINGS.items())
} OFFSET 0) AS bound"""


async def bounded(
    session: DatabaseSession, sql: str, *params: Parameter, wait_ms: str = _WAIT_MS, **parts: str
) -> Sequence[tuple[Any, ...]]:
    """The rows of a statement that has `{bound}` as the first of what it selects from."""
    return await read(session, sql.format(bound=_BOUND.format(ms=wait_ms), **parts), *params)


def numbers(oids: Iterable[int]) -> str:
    """Oids for `IN (...)`."""
    return ", ".join(map(str, oids)) or "0"
