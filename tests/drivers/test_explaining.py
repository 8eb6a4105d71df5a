"""Plans in the forms of their engines, as nodes with figures of their own."""

import json
from typing import Any

import pytest

from litebase.drivers.explaining import Node, findings, walk
from litebase.drivers.mysql import explain as mysql
from litebase.drivers.mysql.objects.plans import parsed_text, table_plan
from litebase.drivers.postgresql import explain as postgresql
from litebase.drivers.sqlite import explain as sqlite


def _step(kind: str, ms: float = 0.0, loops: int = 1, *below: Any, **more: Any) -> dict[str, Any]:
    """A node of PostgreSQL's JSON."""
    told = {"Node Type": kind, "Plan Rows": 10, "Total Cost": 5.0, "Actual Rows": 10, "Actual Loops": loops}
    return {**told, "Actual Total Time": ms, **{key.replace("_", " "): value for key, value in more.items()}} | (
        {"Plans": list(below)} if below else {}
    )


def _postgresql(top: dict[str, Any], ms: float = 100.0) -> tuple[list[Node], list[str]]:
    plan = postgresql.parsed(json.dumps([{"Plan": top, "Execution Time": ms}]))
    nodes = list(walk(plan.root, 1000))
    return nodes, [f"{one.code} {nodes[one.node_id].operation}" for one in findings(nodes, plan.execution_ms)]


def test_the_inner_side_of_a_loop_is_to_blame_and_not_the_root() -> None:
    top = _step("Nested Loop", 90.0, 1, _step("Seq Scan", 1.0), _step("Index Scan", 0.08, 1000, Index_Name="i"))
    nodes, found = _postgresql(top)
    assert [one.total_ms for one in nodes] == pytest.approx([90.0, 1.0, 80.0])
    assert [one.self_ms for one in nodes] == pytest.approx([9.0, 1.0, 80.0])
    assert found == ["most_time Index Scan"]


def test_work_that_processes_share_counts_as_the_time_of_one() -> None:
    top = _step("Gather", 50.0, 1, _step("Seq Scan", 45.0, 3), Workers_Launched=2)
    nodes, _ = _postgresql(top)
    assert [one.self_ms for one in nodes] == pytest.approx([5.0, 45.0])


def test_the_time_of_a_named_query_is_that_of_its_own_nodes() -> None:
    named = _step("Aggregate", 60.0, 1, Subplan_Name="CTE t", Parent_Relationship="InitPlan")
    top = _step("Sort", 70.0, 1, named, _step("CTE Scan", 65.0, 1, CTE_Name="t"))
    nodes, found = _postgresql(top)
    assert {one.operation: one.self_ms for one in nodes} == pytest.approx(
        {"Sort": 5.0, "Aggregate": 60.0, "CTE Scan": 5.0}
    )
    assert found == ["most_time Aggregate"]


def test_what_stands_out_is_told_once_and_by_its_own_node() -> None:
    scan = _step("Seq Scan", 1.0, 1, Relation_Name="t", Schema="s", Filter="(a = 1)", Rows_Removed_by_Filter=9990)
    sort = _step("Sort", 2.0, 1, scan, Sort_Method="external merge", Sort_Space_Used=5000, Sort_Space_Type="Disk")
    never = _step("Hash", 0.0, 0, _step("Index Scan", 0.0, 0))
    far = {**_step("Index Scan", 0.5, 1, Filter="x", Rows_Removed_by_Filter=50_000), "Actual Rows": 4000}
    nodes, found = _postgresql(_step("Append", 4.0, 1, sort, never, far))
    assert sorted(found) == [
        "discards_rows Index Scan",
        "full_scan Seq Scan",
        "misestimate Index Scan",
        "never_executed Hash",
        "spill Sort",
    ]
    (table,) = [one for one in nodes if one.operation == "Seq Scan"]
    assert (table.object, ("Filter", "(a = 1)") in table.details) == (("s", "t"), True)


def test_rows_that_nobody_asked_for_were_not_expected_wrongly() -> None:
    scan = {**_step("Seq Scan", 0.1), "Plan Rows": 5000}
    _, found = _postgresql(_step("Limit", 0.1, 1, scan))
    assert found == []
    _, found = _postgresql(_step("Limit", 0.1, 1, _step("Sort", 0.1, 1, scan)))
    assert found == ["misestimate Seq Scan"]
    _, found = _postgresql(_step("Limit", 0.1, 1, {**scan, "Plan Rows": 10, "Actual Rows": 5000}))
    assert found == ["misestimate Seq Scan"]


def test_a_plan_may_be_deeper_than_the_stack() -> None:
    root = node = Node("top")
    for _ in range(20_000):
        below = Node("below", self_ms=0.001)
        node.children, node = [below], below
    assert sum(1 for _ in walk(root, 10**6)) == 20_001
    assert sum(1 for _ in walk(root, 50)) == 50


# The first two shapes of MySQL are those of its manual, the others what 9.7 has written. The tests run MariaDB.
_TREE = """\
-> Sort: t1.a  (actual time=20.1..20.2 rows=3 loops=1)
    -> Nested loop inner join  (cost=4.95 rows=9) (actual time=0.153..20.0 rows=1000 loops=1)
        -> Table scan on t2  (cost=0.55 rows=3) (actual time=0.05..0.1 rows=3 loops=1)
        -> Filter: ((t1.a = t2.a)
and (t1.b > 0))  (cost=0.3 rows=1) (actual time=0.03..5.0 rows=333 loops=3)
            -> Index lookup on t1 using idx (a=t2.a)  (cost=0.45..1.2 rows=3e+3) (never executed)
"""


def test_the_text_of_mysql_is_a_tree_of_times_of_all_loops() -> None:
    plan = parsed_text(_TREE)
    sort, loop, scan, condition, look_up = nodes = list(walk(plan.root, 100))
    assert (plan.execution_ms, sort.operation) == (20.2, "Sort: t1.a")
    assert (loop.cost, loop.rows_estimated, loop.rows_actual, loop.total_ms) == (4.95, 9, 1000, 20.0)
    assert [one.object for one in nodes] == [None, None, (None, "t2"), None, (None, "t1")]
    assert [child.operation for child in loop.children] == [scan.operation, condition.operation]
    assert "and (t1.b > 0)" in condition.operation
    assert (look_up.loops, look_up.cost, look_up.rows_estimated) == (0, 1.2, 3000)
    assert "misestimate" in {one.code for one in findings(nodes, plan.execution_ms)}


_MYSQL = {
    "query_block": {
        "select_id": 1,
        "cost_info": {"query_cost": "505.50"},
        "ordering_operation": {
            "using_filesort": True,
            "nested_loop": [
                {
                    "table": {
                        "table_name": "o",
                        "access_type": "ALL",
                        "rows_examined_per_scan": 5000,
                        "rows_produced_per_join": 50,
                        "filtered": "1.00",
                        "cost_info": {"read_cost": "1.0", "prefix_cost": "500.25"},
                        "used_columns": ["id", "state"],
                        "attached_condition": "(`shop`.`o`.`state` = 'new')",
                    }
                },
                {"table": {"table_name": "c", "access_type": "eq_ref", "key": "PRIMARY", "rows_examined_per_scan": 1}},
            ],
        },
    }
}


def test_the_json_of_mysql_is_a_tree_with_estimates() -> None:
    plan = mysql.parsed(json.dumps(_MYSQL))
    block, ordering, loop, orders, customers = nodes = list(walk(plan.root, 100))
    assert [one.operation for one in (block, ordering)] == ["query block", "ordering operation"]
    assert loop.children == [orders, customers]
    assert (block.cost, orders.cost, orders.rows_estimated, orders.object) == (505.5, 500.25, 5000, (None, "o"))
    assert (orders.self_ms, plan.execution_ms) == (None, None)
    assert ("used columns", "id, state") in orders.details
    assert [one.code for one in findings(nodes, None)] == ["full_scan"]


_MEASURED = """\
-> Aggregate: count(0)  (cost=45.9 rows=1) (actual time=2.02..2.02 rows=1 loops=1)
    -> Filter: (((many.b * 2) = 4) and (many.c = 'x'))  (cost=45.8 rows=50) (actual time=0.17..1.99 rows=500 loops=1)
        -> Table scan on many  (cost=45.8 rows=5000) (actual time=59e-6..1.8 rows=5000 loops=1)

"""
_SELECT_LIST = """\
-> Table scan on few  (cost=1.25 rows=10) (actual time=0.05..0.06 rows=10 loops=1)
-> Select #2 (subquery in projection; dependent)
    -> Aggregate: count(0)  (cost=0.5 rows=1) (actual time=0.9..0.9 rows=1 loops=10)
        -> Table scan on many  (cost=45.8 rows=5000) (actual time=0.1..0.8 rows=500 loops=10)
"""


def test_rows_that_a_filter_of_mysql_throws_away_count_for_the_scan_below_it() -> None:
    plan = parsed_text(_MEASURED)
    nodes = list(walk(plan.root, 100))
    assert nodes[2].total_ms == 1.8
    found = {one.code: nodes[one.node_id].operation for one in findings(nodes, plan.execution_ms)}
    assert found["full_scan"] == "Table scan on many"
    below = list(walk(parsed_text(_SELECT_LIST).root, 100))
    assert [(one.loops, one.total_ms) for one in below if one.operation == "Table scan on many"] == [(10, 8.0)]


_VERSION_2 = {
    "query_plan": {
        "operation": "Sort: few.a",
        "access_type": "sort",
        "inputs": [
            {
                "operation": "Filter: (m.c = 'x')",
                "access_type": "filter",
                "estimated_rows": 50.0,
                "inputs": [
                    {
                        "alias": "m",
                        "operation": "Table scan on m",
                        "table_name": "many",
                        "schema_name": "litebase",
                        "access_type": "table",
                        "estimated_rows": 5000.0,
                        "estimated_total_cost": 45.8,
                    }
                ],
            }
        ],
        "inputs_from_select_list": [{"operation": "Limit: 1 row(s)", "heading": "Select #3", "limit": 1}],
    },
    "query_type": "select",
    "json_schema_version": "2.0",
}


def test_the_later_json_of_mysql_is_a_tree_with_estimates() -> None:
    plan = mysql.parsed(json.dumps(_VERSION_2))
    sort, condition, scan, limit = nodes = list(walk(plan.root, 100))
    assert (sort.operation, condition.rows_estimated) == ("Sort: few.a", 50)
    assert (scan.object, scan.cost, scan.rows_estimated) == (("litebase", "m"), 45.8, 5000)
    assert limit.details == [("heading", "Select #3"), ("limit", "1")]
    assert [one.code for one in findings(nodes, None)] == ["full_scan"]


def test_what_the_later_executor_of_mysql_does_not_carry_out_is_shown_as_its_table() -> None:
    row = (1, "DELETE", "few", None, "ALL", None, None, None, None, 10_000, 1.0, "Using where")
    plan = table_plan([row])
    assert (plan.root.operation, plan.root.object, plan.root.rows_estimated) == ("DELETE ALL", (None, "few"), 10_000)
    assert [one.code for one in findings([plan.root], None)] == ["full_scan"]
    assert plan.raw.splitlines()[1].startswith("1\tDELETE\tfew\tNULL\tALL")
    several = table_plan([row, (*row[:2], None, *row[3:])])
    assert [one.object for one in several.root.children] == [(None, "few"), None]


def test_an_index_that_sqlite_makes_for_one_statement_stands_out() -> None:
    rows = [(3, 0, 0, "SCAN a"), (5, 0, 0, "SEARCH b USING AUTOMATIC COVERING INDEX (x=?)"), (9, 7, 0, "SCAN c")]
    nodes = list(walk(sqlite.parsed(rows).root, 100))
    assert [one.object for one in nodes] == [None, (None, "a"), (None, "b"), (None, "c")]
    assert [one.node_id for one in findings(nodes, None)] == [2, 3]


@pytest.mark.parametrize(("name", "value"), [("InitPlan 1 (returns $0)", "$0"), ("InitPlan 1", "(InitPlan 1).col1")])
def test_the_time_of_a_subquery_that_runs_once_is_its_own_and_not_that_of_its_reader(name: str, value: str) -> None:
    once = _step("Aggregate", 60.0, 1, Subplan_Name=name, Parent_Relationship="InitPlan")
    reader = _step("Seq Scan", 65.0, 1, Filter=f"(a > {value})")
    top = _step("Sort", 70.0, 1, once, reader, Output=["a", value])
    nodes, found = _postgresql(top)
    assert {one.operation: one.self_ms for one in nodes} == pytest.approx(
        {"Sort": 5.0, "Aggregate": 60.0, "Seq Scan": 5.0}
    )
    assert found == ["most_time Aggregate"]
    on_itself = _step("Result", 70.0, 1, once, Output=[value])
    nodes, _ = _postgresql(on_itself)
    assert [one.self_ms for one in nodes] == pytest.approx([10.0, 60.0])
    unread = _step("Result", 70.0, 1, once, Output=["$01"])
    nodes, _ = _postgresql(unread)
    assert [one.self_ms for one in nodes] == pytest.approx([10.0, 60.0])
