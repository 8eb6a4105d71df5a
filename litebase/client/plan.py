"""Plans of statements as trees, for the prompt."""

from collections.abc import Iterator, Sequence

from litebase_schema.calls import Calls
from litebase_schema.explain import ExplainQueryRequest, ExplainQueryResponse, PlanNode

from litebase.client.table import printable

COMMANDS = ("\\explain", "\\analyze")
_DEEPEST = 60  # levels that are shown by their place
_DETAILS = ("Filter", "Index Cond", "Hash Cond", "Join Filter", "Sort Key", "key", "attached condition")


async def lines(
    calls: Calls, connection_id: str, db_session_id: str, sql: str, *, analyze: bool, confirm: bool
) -> Sequence[str]:
    """A plan: a line for each node, what stands out below."""
    if not sql:
        return ["A statement has to follow, in the same line."]
    answer = await calls.explain_query(
        ExplainQueryRequest(
            connection_id=connection_id, db_session_id=db_session_id, sql=sql, analyze=analyze, confirm=confirm
        )
    )
    return list(_shown(answer))


def _shown(answer: ExplainQueryResponse) -> Iterator[str]:
    waiting = [(0, 0)]
    while waiting:
        number, depth = waiting.pop()
        node = answer.nodes[number]
        yield printable(f"{'  ' * min(depth, _DEEPEST)}{_line(node)}")
        waiting += [(child, depth + 1) for child in reversed(node.children)]
    if not answer.complete:
        yield f"… and further nodes, {answer.node_count:,} in all"
    for one in answer.findings:
        yield printable(f"! {one.message}")
    if answer.execution_ms is not None:
        yield f"{answer.execution_ms:,.1f} ms; what the statement changed was rolled back"


def _line(node: PlanNode) -> str:
    named = node.object is None or node.object.name in node.operation
    parts = [node.operation if named or node.object is None else f"{node.operation} {node.object.name}"]
    parts += [f"[{one.value}]" for one in node.details if one.name in _DETAILS]
    figures = []
    if node.rows_actual is not None:
        expected = "" if node.rows_estimated is None else f" of {node.rows_estimated:,.0f} expected"
        figures.append(f"{node.rows_actual:,.0f} rows{expected}")
    elif node.rows_estimated is not None:
        figures.append(f"{node.rows_estimated:,.0f} rows expected")
    if node.loops is not None and node.loops != 1:
        figures.append(f"{node.loops:,.0f} loops")
    if node.self_ms is not None:
        figures.append(f"{node.self_ms:,.2f} ms")
    elif node.cost is not None and node.loops is None:
        figures.append(f"cost {node.cost:,.0f}")
    return " ".join([*parts, f"({', '.join(figures)})"] if figures else parts)
