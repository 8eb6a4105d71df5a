"""Plans of MariaDB and MySQL, from their JSON. What MySQL writes of its newer executor is in `objects.plans`.

The form is not described completely, so whatever holds other steps becomes a node, and whatever does not, a detail.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from litebase_schema.errors import QueryFailedDetails

from litebase.drivers.explaining import Node, Plan, Run, add_up, in_thread_if_long, read_json, unread, walk
from litebase.drivers.interface import DatabaseSession, Parameters
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.mysql.objects import undoing
from litebase.drivers.mysql.objects.plans import NO_TREE, parsed_text, table_plan, tree_plan
from litebase.errors import QueryFailed, Unsupported
from litebase.sql.effect import Outline

_INTERRUPTED = "1317"
in_transaction = True
calls_functions = True  # the server looks up what equals a constant, and calls for it what is declared deterministic

_FACTS = {
    "cost_info",
    "r_engine_stats",
    "query_optimization",
    "range_checked_for_each_record",
}  # maps that are no steps
_SHOWN = {"table_name", "rows", "r_rows", "r_loops", "rows_examined_per_scan", "r_total_time_ms"}
_SELF = ("r_table_time_ms", "r_other_time_ms", "r_unpack_time_ms")
_ACCESS = {
    "ALL": "full scan", "index": "index scan", "range": "range", "ref": "look-up", "eq_ref": "look-up of one row",
    "const": "one row", "system": "one row", "ref_or_null": "look-up", "index_merge": "several indexes",
    "fulltext": "full-text search", "hash_ALL": "hash join with full scan",
}  # fmt: skip


async def explain(session: DatabaseSession, run: Run, sql: str, params: Parameters, *, analyze: bool) -> Plan:
    """The plan of a statement."""
    version = ServerVersion.of(session.server_version)
    if analyze and not version.is_mariadb:
        return await _measured(run, sql, params, with_form=version.release >= (8, 0, 19))
    ((raw, *_),) = await run(f"{'ANALYZE' if analyze else 'EXPLAIN'} FORMAT=JSON {sql}", params)
    if NO_TREE in str(raw):
        return table_plan(await run(f"EXPLAIN FORMAT=TRADITIONAL {sql}", params))
    return await in_thread_if_long(parsed, str(raw))


async def _measured(run: Run, sql: str, params: Parameters, *, with_form: bool) -> Plan:
    """What MySQL has measured. A statement that it does not measure is not run, and the text looks like that of any."""
    ((raw, *_),) = await run(f"EXPLAIN ANALYZE {'FORMAT=TREE ' if with_form else ''}{sql}", params)
    for _, code, message in await run("SHOW WARNINGS", None):
        if str(code) == _INTERRUPTED:  # the text tells how far it came
            raise QueryFailed(str(message), QueryFailedDetails(engine_code=_INTERRUPTED))
    plan = parsed_text(str(raw))
    if all(node.loops is None for node in walk(plan.root, 10**9)):
        raise Unsupported(
            "MySQL measures queries, and UPDATE and DELETE of several tables; this statement was not run. Leave out "
            "`analyze` for its plan."
        )
    return plan


async def check_free(session: DatabaseSession) -> None:
    """A transaction would end LOCK TABLES."""
    await undoing.check_unlocked(session, "asking for a plan")


def begins_read_only(statement: Outline) -> bool:
    """What a function of such a statement writes might be in a table that cannot be rolled back."""
    return statement.only_reads


async def lasting(session: DatabaseSession, statement: Outline, asked: DatabaseSession) -> str | None:
    """Why what the statement changes could not be rolled back; None when it can be."""
    ((database,),) = await asked.rows("SELECT DATABASE()")
    return await undoing.obstacle(session, statement, asked, None if database is None else str(database))


# JSON


def parsed(raw: str) -> Plan:
    """The plan in the JSON of one."""
    whole = read_json(raw)
    if whole is None:
        return unread(raw)
    if "query_plan" in whole:
        return tree_plan(raw, whole["query_plan"])
    measured = whole.get("query_optimization", {}).get("r_total_time_ms")
    tops = [(name, one) for name, one in whole.items() if _is_step(name, one)]
    name, top = tops[0] if tops else ("plan", whole)
    root = _node(name, top)
    waiting = [(root, name, top)]
    while waiting:
        node, kind, told = waiting.pop()
        for below, one in reversed(list(_below(kind, told))):
            child = _node(below, one)
            node.children.insert(0, child)
            waiting.append((child, below, one))
    for node in walk(root, 10**9):  # a cache of MariaDB that gave up forgets how often it was asked
        if node.loops == 0 and any(child.loops for child in node.children):
            node.loops = None
    add_up(root)
    return Plan(root, raw, measured, root.total_ms if root.loops is not None else None)


def _is_step(name: str, value: object) -> bool:
    if name in _FACTS:
        return False
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict) for one in value))


def _below(name: str, told: Any) -> Iterator[tuple[str, Any]]:
    """What a step consists of. What only holds one other step is left out."""
    if isinstance(told, list):
        parts = [(name, one) for one in told if isinstance(one, dict)]
    else:
        parts = [(key, one) for key, one in told.items() if _is_step(key, one)]
    for key, one in parts:
        yield _unwrapped(key, one)


def _unwrapped(name: str, told: Any) -> tuple[str, Any]:
    while True:
        if isinstance(told, list):
            if len(told) != 1:
                return name, told
            told = told[0]
        elif isinstance(told, dict) and len(told) == 1 and _is_step(*next(iter(told.items()))):
            name, told = next(iter(told.items()))
        else:
            return name, told


def _node(name: str, told: Any) -> Node:
    node = Node(name.replace("_", " "))
    if not isinstance(told, dict):
        return node
    costs = told.get("cost_info", {})
    node.cost = _number(costs.get("prefix_cost", costs.get("query_cost", told.get("cost"))))
    node.rows_estimated = _number(told.get("rows_examined_per_scan", told.get("rows")))
    node.rows_actual, node.loops = _number(told.get("r_rows")), _number(told.get("r_loops"))
    if any(key in told for key in _SELF):
        node.self_ms = sum(_number(told.get(key)) or 0.0 for key in _SELF)
    if "r_total_time_ms" in told:
        if name == "query_block":
            node.total_ms = _number(told["r_total_time_ms"])
        else:
            node.self_ms = (node.self_ms or 0.0) + (_number(told["r_total_time_ms"]) or 0.0)
    if "table_name" in told:
        _describe_table(node, told)
    node.spilled = "it used a file" if told.get("r_sort_passes") else None
    node.details = [
        (key.replace("_", " "), text) for key, value in told.items() if (text := _text(key, value)) is not None
    ]
    return node


def _describe_table(node: Node, told: Mapping[str, Any]) -> None:
    access = str(told.get("access_type", ""))
    node.operation = next((word for word in ("insert", "update", "delete") if told.get(word)), "")
    node.operation = node.operation or _ACCESS.get(access, access or "table")
    node.object = (None, str(told["table_name"]))
    if node.rows_actual is not None and node.loops is None:
        node.loops = 1.0  # of UPDATE and DELETE
    share = _number(told.get("r_filtered", told.get("filtered")))
    rows = node.rows_actual if node.rows_actual is not None else node.rows_estimated
    if share is not None and rows is not None and "attached_condition" in told:
        node.discarded = rows * (100.0 - min(share, 100.0)) / 100.0
        node.kept = rows - node.discarded
    if access == "ALL":
        node.scans_all = str(told["table_name"])


def _text(key: str, value: object) -> str | None:
    """A detail; None for what is told elsewhere."""
    if key in _SHOWN or _is_step(key, value) or value is None or value == []:
        return None
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)


def _number(value: object) -> float | None:
    """A figure, which MySQL writes as text in some places."""
    try:
        return None if value is None else float(str(value))
    except ValueError:
        return None
