# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr
from typing import Annotated, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from .connection import ConnectionId, DbSessionId
from .query import SqlText
from .values import Parameters, Timeout


PlanningMs = TypeAliasType("PlanningMs", Annotated[StrictFloat, Field(ge=0.0)])
"""
What making the plan took, where the database says so.
"""


ExecutionMs = TypeAliasType("ExecutionMs", Annotated[StrictFloat, Field(ge=0.0)])
"""
What carrying it out took; null without `analyze`.
"""


RowsEstimated = TypeAliasType("RowsEstimated", Annotated[StrictFloat, Field(ge=0.0)])
"""
How many rows were expected of one loop; null where the engine does not say.
"""


RowsActual = TypeAliasType("RowsActual", Annotated[StrictFloat, Field(ge=0.0)])
"""
How many rows came in one loop, on average; null when it was not measured.
"""


Loops = TypeAliasType("Loops", Annotated[StrictFloat, Field(ge=0.0)])
"""
How many times it was carried out, by all processes together; 0 for never. Null when it was not measured.
"""


SelfMs = TypeAliasType("SelfMs", Annotated[StrictFloat, Field(ge=0.0)])
"""
The time of this node alone, in all loops; of work that several processes share, the time of one. Null when it was not measured.
"""


TotalMs = TypeAliasType("TotalMs", Annotated[StrictFloat, Field(ge=0.0)])
"""
The same with everything below it.
"""


Cost = TypeAliasType("Cost", Annotated[StrictFloat, Field(ge=0.0)])
"""
What the planner expects it to cost with everything below it, in a unit of its own; null where it does not say.
"""


PlanNodeNumber = TypeAliasType("PlanNodeNumber", Annotated[StrictInt, Field(ge=0, le=9007199254740991)])
"""
Numbers the nodes from 0, in the order in which `raw` has them.
"""


class PlanObject(Model):
    """
    What a node reads or writes.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    schema_name: StrictStr | None
    """
    Its schema, where the plan says so.
    """
    name: StrictStr
    """
    The name that the plan gives it.
    """


class PlanDetail(Model):
    """
    One more thing that the plan says of a node.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: StrictStr
    """
    What it is, in the database's own words.
    """
    value: StrictStr
    """
    Its value as text.
    """


PlanFindingCode = TypeAliasType(
    "PlanFindingCode",
    Literal[
        "misestimate",
        "spill",
        "discards_rows",
        "full_scan",
        "never_executed",
        "most_time",
    ]
    | StrictStr,
)
"""
`misestimate`: ten times as many rows came as were expected, or a tenth. `spill`: it did not fit into memory and went to disk. `discards_rows`: its filter throws away most of what it reads. `full_scan`: it reads a whole table and keeps little of it, where an index might do. `never_executed`: it was planned and not needed. `most_time`: it took more than half of the time by itself.
"""


class PlanNode(Model):
    """
    One step of a plan. Its children give it rows, or what it needs to make them.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    id: PlanNodeNumber
    """
    Its number, and its place in `nodes`.
    """
    operation: StrictStr
    """
    What it does, in the database's own words.
    """
    object: PlanObject | None
    """
    The table or the index that it reads or writes, as the plan names it: perhaps by an alias.
    """
    rows_estimated: RowsEstimated | None
    """
    How many rows were expected of one loop; null where the engine does not say.
    """
    rows_actual: RowsActual | None
    """
    How many rows came in one loop, on average; null when it was not measured.
    """
    loops: Loops | None
    """
    How many times it was carried out, by all processes together; 0 for never. Null when it was not measured.
    """
    self_ms: SelfMs | None
    """
    The time of this node alone, in all loops; of work that several processes share, the time of one. Null when it was not measured.
    """
    total_ms: TotalMs | None
    """
    The same with everything below it.
    """
    cost: Cost | None
    """
    What the planner expects it to cost with everything below it, in a unit of its own; null where it does not say.
    """
    details: list[PlanDetail]
    """
    What else the plan says of it: conditions, keys, buffers, memory.
    """
    children: list[PlanNodeNumber]
    """
    The nodes below it, by their `id`.
    """


class PlanFinding(Model):
    """
    Something that stands out in a plan.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    code: PlanFindingCode
    node_id: PlanNodeNumber
    """
    The node, by its `id`.
    """
    message: StrictStr
    """
    A sentence for people, with the figures.
    """


class ExplainQueryResponse(Model):
    """
    The plan.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    nodes: Annotated[list[PlanNode], Field(min_length=1)]
    """
    The nodes of the tree, each before its children; the first one is the root. A list, because plans are deeper than messages may be.
    """
    node_count: Annotated[StrictInt, Field(ge=1, le=9007199254740991)]
    """
    How many nodes the plan has.
    """
    complete: StrictBool
    """
    Whether the tree has all of them. Of a plan with more than 10,000 the others are left out, and `findings` say nothing of them.
    """
    findings: list[PlanFinding]
    """
    What stands out, what costs most first. Judged by each node's own figures, not by those of what lies below it.
    """
    raw: StrictStr
    """
    The plan as the database wrote it: JSON, or text.
    """
    raw_complete: StrictBool
    """
    Whether `raw` is not cut.
    """
    planning_ms: PlanningMs | None
    """
    What making the plan took, where the database says so.
    """
    execution_ms: ExecutionMs | None
    """
    What carrying it out took; null without `analyze`.
    """
    rolled_back: StrictBool
    """
    Whether the statement was run in a transaction and that was rolled back; false when it was not run. A statement that changes what no rollback undoes is not run at all.
    """


class ExplainQueryRequest(Model):
    """
    Asks the database how it would carry out a statement, or with `analyze` how it has. Without `analyze` the statement is not run. Planning it may evaluate what is constant in it: PostgreSQL then calls functions that are declared immutable; MySQL and MariaDB call functions that are declared deterministic and may run subqueries that give one row. Whatever these change is rolled back, too, and what could not be is refused before anything is asked. SQLite evaluates nothing. With `analyze`, the statement runs, and whatever it changes is rolled back: in a transaction of the backend's own, or to a savepoint in the transaction that is open in the database session. What no rollback undoes, such as numbers that a sequence has given, stays.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    db_session_id: DbSessionId | None = None
    """
    Ask in this database session, where its settings, temporary tables and open transaction count; null for any free one.
    """
    sql: SqlText
    """
    One statement, without EXPLAIN.
    """
    params: Parameters | None = None
    """
    The values for its placeholders. Null: the plan is the one for any values, where the engine has such a plan.
    """
    analyze: StrictBool = False
    """
    Run the statement and measure.
    """
    confirm: StrictBool = False
    """
    The user agrees that the statement is run. Needed with `analyze` for one that does not certainly only read, where the connection's environment is `production`.
    """
    record: StrictBool = True
    """
    With `analyze`: keep the statement in the history, where the backend has one.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """
