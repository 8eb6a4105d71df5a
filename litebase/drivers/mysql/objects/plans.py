"""Plans of MySQL's newer executor: its text, its JSON from version 2 on, and a table for what it does not carry out."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from litebase.drivers.explaining import Node, Plan, add_up, walk
from litebase.drivers.interface import RowTuple

NO_TREE = "<not executable by iterator executor>"
_LINE = re.compile(
    r"(?P<indent> *)-> (?P<operation>.*?)"
    r"(?: +\(cost=(?:[\d.e+-]+\.\.)?(?P<cost>[\d.e+-]+) rows=(?P<rows>[\d.e+-]+)\))?"
    r"(?: +\(actual time=[\d.e+-]+\.\.(?P<time>[\d.e+-]+) rows=(?P<came>[\d.e+-]+) loops=(?P<loops>\d+)\)"
    r"|(?P<never> +\(never executed\)))?$"
)
_OF_TABLE = re.compile(r"(?:scan|lookup|search|read|Rows fetched before execution).*? on (\S+)")
_TABLE_COLUMNS = (
    "id", "select_type", "table", "partitions", "type", "possible_keys", "key", "key_len", "ref", "rows", "filtered",
    "Extra",
)  # fmt: skip
_SHOWN = {"operation", "inputs", "table_name", "schema_name", "estimated_rows", "estimated_total_cost", "used_columns"}


def parsed_text(raw: str) -> Plan:
    """The plan in the text of EXPLAIN ANALYZE in MySQL. Its times are those of one loop."""
    root = Node("plan")
    above: list[tuple[int, Node]] = [(-1, root)]
    for line in raw.splitlines():
        found = _LINE.match(line)
        if found is None:  # a condition goes on in a further line
            if len(above) > 1 and line.strip():
                above[-1][1].operation += f" {line.strip()}"
            continue
        node = _node_of(found)
        indent = len(found["indent"])
        while above[-1][0] >= indent:
            above.pop()
        above[-1][1].children.append(node)
        above.append((indent, node))
    if len(root.children) == 1:
        root = root.children[0]
    add_up(root)
    _blame_scans(root)
    return Plan(root, raw, None, root.total_ms)


def _node_of(found: re.Match[str]) -> Node:
    node = Node(found["operation"].strip())
    node.cost, node.rows_estimated = _number(found["cost"]), _number(found["rows"])
    if found["never"]:
        node.loops = 0.0
    elif found["loops"]:
        node.loops, node.rows_actual = float(found["loops"]), _number(found["came"])
        node.total_ms = (_number(found["time"]) or 0.0) * node.loops
    table = _OF_TABLE.search(node.operation)
    if table is not None:
        node.object = (None, table[1])
        if node.operation.startswith("Table scan"):
            node.scans_all = table[1]
    return node


def _blame_scans(root: Node) -> None:
    """Rows that a filter throws away count for what it reads from, as an index there would spare them."""
    for node in walk(root, 10**9):
        if not node.operation.startswith("Filter") or len(node.children) != 1:
            continue
        (below,) = node.children
        measured = below.rows_actual is not None and node.rows_actual is not None and below.loops == node.loops
        read = below.rows_actual if measured else below.rows_estimated
        kept = node.rows_actual if measured else node.rows_estimated
        if read is not None and kept is not None and below.loops in (None, node.loops):
            below.discarded, below.kept = max(read - kept, 0.0), kept


def tree_plan(raw: str, told: Mapping[str, Any]) -> Plan:
    """The plan in the JSON of one."""
    root = _step(told)
    waiting = [(root, told)]
    while waiting:
        node, above = waiting.pop()
        for key, several in above.items():
            if not key.startswith("inputs"):
                continue
            for one in several:
                child = _step(one)
                node.children.append(child)
                waiting.append((child, one))
    _blame_scans(root)
    return Plan(root, raw)


def _step(told: Mapping[str, Any]) -> Node:
    node = Node(str(told.get("operation", "plan")))
    node.cost, node.rows_estimated = _number(told.get("estimated_total_cost")), _number(told.get("estimated_rows"))
    if "table_name" in told:
        node.object = (told.get("schema_name"), str(told.get("alias", told["table_name"])))
        node.scans_all = node.object[1] if told.get("access_type") == "table" and "inputs" not in told else None
    node.details = [
        (key.replace("_", " "), _text(value))
        for key, value in told.items()
        if key not in _SHOWN and not key.startswith("inputs")
    ]
    return node


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)


def table_plan(rows: Sequence[RowTuple]) -> Plan:
    """The plan in the rows of EXPLAIN FORMAT=TRADITIONAL, one step after the other."""
    root, lines = Node("plan"), ["\t".join(_TABLE_COLUMNS)]
    for row in rows:
        told = {name: str(value) for name, value in zip(_TABLE_COLUMNS, row, strict=False) if value is not None}
        lines.append("\t".join("NULL" if value is None else str(value) for value in row))
        node = Node(" ".join(filter(None, [told.get("select_type"), told.get("type")])) or "step")
        node.rows_estimated = _number(told.get("rows"))
        if "table" in told:
            node.object = (None, told["table"])
            node.scans_all = told["table"] if told.get("type") == "ALL" else None
        share = _number(told.get("filtered"))
        if share is not None and node.rows_estimated is not None and "Using where" in told.get("Extra", ""):
            node.kept = node.rows_estimated * min(share, 100.0) / 100
            node.discarded = node.rows_estimated - node.kept
        node.details = [(name, value) for name, value in told.items() if name not in ("table", "rows")]
        root.children.append(node)
    return Plan(root.children[0] if len(root.children) == 1 else root, "\n".join(lines))


def _number(value: object) -> float | None:
    """A figure; None for what is none."""
    try:
        return None if value is None else float(str(value))
    except ValueError:
        return None
