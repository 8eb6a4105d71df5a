"""Plans of SQLite, from EXPLAIN QUERY PLAN. They have no figures."""

import re
from collections.abc import Sequence

from litebase.drivers.explaining import Node, Plan, Run
from litebase.drivers.interface import DatabaseSession, Parameters, RowTuple
from litebase.errors import QueryFailed
from litebase.sql.effect import Outline

in_transaction = False  # it reads nothing but the schema
calls_functions = False

_TABLE = re.compile(
    r"(?:SCAN|SEARCH) (?:TABLE )?(?!CONSTANT|\d+ CONSTANT|\()(.+?)(?: USING .*| VIRTUAL .*| LEFT-JOIN)?$"
)
_UNBOUND = re.compile(r"statement uses (\d+)")


async def explain(_session: DatabaseSession, run: Run, sql: str, params: Parameters, *, analyze: bool) -> Plan:
    """The plan of a statement, whatever the values of its placeholders are."""
    assert not analyze, "as the abilities say"
    try:
        rows = await run(f"EXPLAIN QUERY PLAN {sql}", params)
    except QueryFailed as failed:
        unbound = _UNBOUND.search(failed.message)
        if params is not None or unbound is None:
            raise
        rows = await run(f"EXPLAIN QUERY PLAN {sql}", [None] * int(unbound[1]))
    return parsed(rows)


async def check_free(_session: DatabaseSession) -> None:
    """A transaction ends nothing."""


def begins_read_only(_statement: Outline) -> bool:
    """It is not asked in a transaction."""
    return False


async def lasting(_session: DatabaseSession, _statement: Outline, _asked: DatabaseSession) -> str | None:
    """Nothing is run."""
    return None


def parsed(rows: Sequence[RowTuple]) -> Plan:
    """The tree of these rows: number, parent, nothing, what is done."""
    root = Node("QUERY PLAN")
    nodes: dict[object, Node] = {0: root}
    depths: dict[object, int] = {0: -1}
    lines = []
    for number, parent, _, detail in rows:
        text = str(detail)
        found = _TABLE.match(text)
        node = Node(text, object=None if found is None else (None, found[1]))
        above = parent if parent in nodes else 0
        is_inner = any(one.object is not None for one in nodes[above].children)
        if found is not None and is_inner and text.startswith("SCAN") and " USING " not in text:
            node.remark = "full_scan", f"The whole of {found[1]} is read for each row before it: an index might do."
        elif found is not None and " USING AUTOMATIC " in text:
            node.remark = (
                "full_scan",
                f"An index of {found[1]} is made for this statement alone: one that stays would do.",
            )
        nodes[above].children.append(node)
        nodes[number], depths[number] = node, depths[above] + 1
        lines.append("  " * depths[number] + text)
    return Plan(root, "\n".join(lines))
