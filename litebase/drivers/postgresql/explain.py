"""Plans of PostgreSQL, from EXPLAIN (FORMAT JSON)."""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from litebase.drivers.explaining import Node, Plan, Run, in_thread_if_long, read_json, unread, walk
from litebase.drivers.interface import DatabaseSession, Parameters
from litebase.errors import QueryFailed
from litebase.sql.effect import Outline

in_transaction = True
calls_functions = False  # but for immutable ones, which cannot write

_RETURNS = re.compile(r"\(returns ([^)]*)\)")  # before PostgreSQL 17
_VALUE = re.compile(r"\$\d+|\(InitPlan \d+\)\.")  # what stands for the value of an InitPlan
_PLACEHOLDER = re.compile(r"\$\d")
_SHOWN = {  # what a node has fields for, or what says nothing
    "Node Type", "Plans", "Relation Name", "Schema", "Plan Rows", "Total Cost", "Actual Rows", "Actual Loops",
    "Actual Total Time", "Output", "Workers", "Parallel Aware", "Async Capable",
}  # fmt: skip
_READS_ALL = {"Sort", "Hash", "Aggregate"}  # before they give a row
_QUIET = (0, "", False, None)


async def explain(session: DatabaseSession, run: Run, sql: str, params: Parameters, *, analyze: bool) -> Plan:
    """The plan of a statement. Without values for its placeholders it is the one for any values."""
    options = "ANALYZE, BUFFERS, VERBOSE, FORMAT JSON" if analyze else "VERBOSE, FORMAT JSON"
    if params is None and not analyze and _PLACEHOLDER.search(sql):
        raw = await _generic(session, run, sql, options)
    else:
        ((raw, *_),) = await run(f"EXPLAIN ({options}) {sql}", params)
    return await in_thread_if_long(parsed, str(raw))


async def _generic(session: DatabaseSession, run: Run, sql: str, options: str) -> object:
    """The plan for any values. GENERIC_PLAN would need PostgreSQL 16 and the simple protocol."""
    name = f"litebase_{secrets.token_hex(4)}"
    await run(f"PREPARE {name} AS {sql}", None)
    try:
        asked = "SELECT cardinality(parameter_types) FROM pg_catalog.pg_prepared_statements WHERE name = $1"
        ((count,),) = await run(asked, [name])
        await run(f"SAVEPOINT {name}", None)
        await run("SET LOCAL plan_cache_mode = force_generic_plan", None)
        values = f"({', '.join(['NULL'] * int(str(count)))})" if count else ""
        ((raw, *_),) = await run(f"EXPLAIN ({options}) EXECUTE {name}{values}", None)
    except QueryFailed:
        if session.usable and session.transaction_status == "failed":  # no rollback forgets a prepared statement
            await run(f"ROLLBACK TO SAVEPOINT {name}", None)
        raise
    finally:
        if session.usable and session.transaction_status == "in_transaction":
            await run(f"DEALLOCATE {name}", None)
    return raw


async def check_free(_session: DatabaseSession) -> None:
    """A transaction ends nothing."""


def begins_read_only(statement: Outline) -> bool:
    """A function that is not known may write, which can be rolled back."""
    return statement.effect == "reads"


async def lasting(_session: DatabaseSession, _statement: Outline, _asked: DatabaseSession) -> str | None:
    """Everything can be rolled back, but for what a superuser's functions do outside the database."""
    return None


def parsed(raw: str) -> Plan:
    """The plan in the text of one."""
    found = read_json(raw)
    if found is None:
        return unread(raw)
    (whole,) = found
    top = whole["Plan"]
    root = _node(top)
    waiting: list[tuple[Mapping[str, Any], Node, float]] = [(top, root, 1.0)]
    named: dict[str, Node] = {}  # common table expressions
    charged: list[tuple[str, Node]] = []  # and who reads them
    outside: set[int] = set()  # whose time is not within their parent's
    once: dict[str, Node] = {}  # subqueries that are carried out once, by what stands for their value
    depths: dict[int, int] = {id(root): 0}
    read: list[tuple[int, Mapping[str, Any], Node]] = []  # each node's depth and what is told of it
    while waiting:
        told, node, processes = waiting.pop()
        _measure(told, node, processes)
        read.append((depths[id(node)], told, node))
        if told["Node Type"] in ("Gather", "Gather Merge"):
            processes = told.get("Workers Launched", told.get("Workers Planned", 0)) + 1.0
        if told["Node Type"] == "CTE Scan":
            charged.append((told.get("CTE Name", ""), node))
        for one in told.get("Plans", ()):
            child = _node(one)
            node.children.append(child)
            child.cut_short = _is_cut_short(told, node, one)
            waiting.append((one, child, processes))
            depths[id(child)] = depths[id(node)] + 1
            name = one.get("Subplan Name", "")
            if name.startswith("CTE "):
                named[name.removeprefix("CTE ")] = child
                outside.add(id(child))
            elif one.get("Parent Relationship") == "InitPlan":
                once.update(dict.fromkeys(_values_of(name), child))
    if once:
        _charge_readers(once, sorted(read, key=lambda one: -one[0]), named, charged, outside)
    _own_times(root, named, charged, outside)
    return Plan(root, raw, whole.get("Planning Time"), whole.get("Execution Time"))


def _values_of(name: str) -> list[str]:
    """What stands for the value of an InitPlan in the expressions of other nodes."""
    returned = _RETURNS.search(name)
    return [f"({name})."] if returned is None else returned[1].split(",")


def _charge_readers(
    once: Mapping[str, Node],
    read: Sequence[tuple[int, Mapping[str, Any], Node]],
    named: dict[str, Node],
    charged: list[tuple[str, Node]],
    outside: set[int],
) -> None:
    """Note who waits for an InitPlan: the deepest node that uses its value, which need not be the one it hangs on."""
    users: dict[str, Node] = {}
    for _, told, node in read:
        own = {key: one for key, one in told.items() if key not in ("Plans", "Subplan Name")}
        for value in set(_VALUE.findall(json.dumps(own))):
            users.setdefault(value, node)
    for value, plan in once.items():
        if value in users and id(plan) not in outside:
            key = f"InitPlan {id(plan)}"
            named[key] = plan
            charged.append((key, users[value]))
            outside.add(id(plan))


def _is_cut_short(told: Mapping[str, Any], node: Node, child: Mapping[str, Any]) -> bool:
    """Whether what is above `child` may stop before its last row."""
    kind = told["Node Type"]
    if kind == "Limit" or child.get("Parent Relationship") in ("SubPlan", "InitPlan"):
        return True
    if told.get("Join Type") in ("Semi", "Anti") or told.get("Inner Unique") or kind == "Merge Join":
        return True
    return node.cut_short and (kind not in _READS_ALL or told.get("Strategy") == "Sorted")


def _node(told: Mapping[str, Any]) -> Node:
    name = told.get("Relation Name") or told.get("CTE Name") or told.get("Function Name") or told.get("Index Name")
    kind = told["Node Type"]
    node = Node(operation=kind, object=None if name is None else (told.get("Schema"), name))
    operation = told.get("Operation")
    if kind == "ModifyTable" and operation:
        node.operation = operation
    node.rows_estimated, node.cost = told.get("Plan Rows"), told.get("Total Cost")
    node.details = [
        (key, _text(value)) for key, value in told.items() if key not in _SHOWN and value not in _QUIET and value != []
    ]
    if kind == "Seq Scan":
        node.scans_all = name
    node.spilled = _spilled(told)
    return node


def _measure(told: Mapping[str, Any], node: Node, processes: float) -> None:
    """The times of all loops; those of one process where several share the work."""
    if "Actual Loops" not in told:
        return
    node.loops = told["Actual Loops"]
    node.rows_actual = told.get("Actual Rows")
    if "Actual Total Time" in told and node.loops is not None:
        share = min(processes, node.loops) or 1.0
        node.total_ms = told["Actual Total Time"] * node.loops / share
    removed = [told[key] for key in ("Rows Removed by Filter", "Rows Removed by Join Filter") if key in told]
    node.discarded = float(sum(removed)) or None


def _own_times(root: Node, named: Mapping[str, Node], charged: list[tuple[str, Node]], outside: set[int]) -> None:
    """A common table expression, or an InitPlan, is carried out within the nodes that read it, not where it hangs."""
    left = {name: node.total_ms or 0.0 for name, node in named.items()}
    within: dict[int, float] = {}
    for name, reader in charged:
        share = min(left.get(name, 0.0), reader.total_ms or 0.0)
        left[name] = left.get(name, 0.0) - share
        within[id(reader)] = share
    for node in walk(root, 10**9):
        if node.total_ms is None:
            continue
        below = sum(child.total_ms or 0.0 for child in node.children if id(child) not in outside)
        node.self_ms = max(node.total_ms - below - within.get(id(node), 0.0), 0.0)


def _spilled(told: Mapping[str, Any]) -> str | None:
    if told.get("Sort Space Type") == "Disk":
        return f"{told.get('Sort Method', 'sort')}, {told.get('Sort Space Used', 0):,} kB on disk"
    if told.get("Hash Batches", 1) > 1:
        return f"{told['Hash Batches']:,} batches"
    if told.get("Disk Usage"):
        return f"{told['Disk Usage']:,} kB on disk"
    return None


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return json.dumps(value)
