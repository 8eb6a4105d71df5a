"""How an engine carries a statement out: its plan as a tree of nodes, and what stands out in it.

An engine's figures include what lies below a node, or are those of one loop; here each node has its own, for otherwise
the root would always be to blame.
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from anyio import to_thread

from litebase.drivers.interface import DatabaseSession, Parameters, RowTuple
from litebase.sql.effect import Outline

_LONG_TEXT = 100_000  # characters
_FAR_OFF = 10  # times
_MANY_ROWS = 1000
_FEW_ROWS = 100  # which any plan bears
_MOST = 0.9
_MAIN_SHARE, _LEAST_MS = 0.5, 1.0

Run = Callable[[str, Parameters], Awaitable[Sequence[RowTuple]]]
"""Runs a statement in the session that is asked, and returns its rows."""


@dataclass(slots=True)
class Node:
    """One step of a plan. Figures that the engine does not tell are None; rows are those of one loop."""

    operation: str
    object: tuple[str | None, str] | None = None  # schema and name
    rows_estimated: float | None = None
    rows_actual: float | None = None
    loops: float | None = None
    self_ms: float | None = None
    total_ms: float | None = None
    cost: float | None = None
    details: list[tuple[str, str]] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)
    # for findings alone
    discarded: float | None = None  # rows of a loop that its filter threw away
    kept: float | None = None  # and those that it let through, where that are not `rows_actual`
    scans_all: str | None = None  # which table it reads as a whole
    spilled: str | None = None  # what went to disk
    cut_short: bool = False  # perhaps it was not asked for all its rows
    remark: tuple[str, str] | None = None  # a finding that the engine's own words show: its code and message


@dataclass(slots=True)
class Plan:
    """A plan, and the engine's own text of it."""

    root: Node
    raw: str
    planning_ms: float | None = None
    execution_ms: float | None = None


class Finding(NamedTuple):
    """Something that stands out."""

    code: str
    node_id: int
    message: str


class Explainer(Protocol):
    """Asks for plans: the module `explain` of an engine whose sessions have that ability."""

    in_transaction: bool  # whether it is asked in a transaction, which is rolled back
    calls_functions: bool  # whether functions that may write are called for a plan alone

    async def explain(self, session: DatabaseSession, run: Run, sql: str, params: Parameters, *, analyze: bool) -> Plan:
        """The plan of a statement. With `analyze` the statement is run."""

    async def check_free(self, session: DatabaseSession) -> None:
        """Raise `Conflict` when a transaction would end something that a user's session holds."""

    def begins_read_only(self, statement: Outline) -> bool:
        """Whether a transaction in which the statement is run may be a read-only one."""

    async def lasting(self, session: DatabaseSession, statement: Outline, asked: DatabaseSession) -> str | None:
        """Why what the statement changes when `asked` runs it could not be rolled back; None when it can be.

        `session` looks, beside the transaction of `asked`.
        """


async def in_thread_if_long(parsed: Callable[[str], Plan], raw: str) -> Plan:
    """The plan in a text, so that no other request waits for the reading of a long one."""
    return await to_thread.run_sync(parsed, raw) if len(raw) > _LONG_TEXT else parsed(raw)


def read_json(raw: str) -> Any:
    """What the text of a plan holds; None when it is nested deeper than Python reads."""
    try:
        return json.loads(raw)
    except RecursionError:
        return None


def unread(raw: str) -> Plan:
    """A plan that has its text and no tree."""
    return Plan(Node("The plan is nested too deep to be shown as a tree"), raw)


def walk(root: Node, most: int) -> Iterator[Node]:
    """The nodes, each before its children, `most` at most. No recursion: a plan may be deeper than Python's stack."""
    waiting = [root]
    while waiting and most > 0:
        node = waiting.pop()
        yield node
        most -= 1
        waiting += reversed(node.children)


def add_up(root: Node) -> None:
    """Work out the times of nodes and of what lies below them, where an engine has told one of the two."""
    nodes = list(walk(root, 10**9))
    for node in reversed(nodes):  # children first
        below = [child.total_ms for child in node.children if child.total_ms is not None]
        if node.total_ms is None and (node.self_ms is not None or below):
            node.total_ms = (node.self_ms or 0.0) + sum(below)
        elif node.self_ms is None and node.total_ms is not None:
            node.self_ms = max(node.total_ms - sum(below), 0.0)


def findings(nodes: Sequence[Node], execution_ms: float | None) -> list[Finding]:
    """What stands out, what takes the longest first."""
    skipped: set[int] = set()  # below a node that was not needed
    found: list[tuple[float, Finding]] = []
    for number, node in enumerate(nodes):
        if id(node) in skipped or node.loops == 0:
            skipped.update(id(child) for child in node.children)
        if node.loops == 0 and id(node) not in skipped:
            found.append((-1.0, Finding("never_executed", number, f"{_name(node)} was planned and never carried out.")))
        for code, message in _of(node, execution_ms):
            found.append((node.self_ms or 0.0, Finding(code, number, message)))
    found.sort(key=lambda one: -one[0])
    return [one for _, one in found]


def _of(node: Node, execution_ms: float | None) -> Iterator[tuple[str, str]]:
    loops = 1.0 if node.loops is None else node.loops
    if execution_ms and node.self_ms is not None and node.self_ms >= max(_MAIN_SHARE * execution_ms, _LEAST_MS):
        share = min(node.self_ms / execution_ms, 1.0)
        yield "most_time", f"{_name(node)} takes {node.self_ms:,.1f} ms by itself, {share:.0%} of the time."
    if node.rows_actual is not None and node.rows_estimated is not None and loops:
        came, expected = max(node.rows_actual, 1.0), max(node.rows_estimated, 1.0)
        if (
            max(came / expected, 0.0 if node.cut_short else expected / came) >= _FAR_OFF
            and max(came, expected) * loops >= _FEW_ROWS
        ):
            yield (
                "misestimate",
                f"{_name(node)} was expected to give {node.rows_estimated:,.0f} rows and gave {node.rows_actual:,.0f}"
                f"{' in each loop' if loops > 1 else ''}. The statistics may be out of date, or cannot show this.",
            )
    if node.spilled is not None:
        yield "spill", f"{_name(node)} did not fit into memory: {node.spilled}."
    if node.remark is not None:
        yield node.remark
    if node.discarded:
        kept = next((one for one in (node.kept, node.rows_actual, node.rows_estimated) if one is not None), 0.0)
        read = node.discarded + kept
        if node.discarded / read >= _MOST and node.discarded * loops >= _MANY_ROWS:
            code = "discards_rows" if node.scans_all is None else "full_scan"
            what = f"{_name(node)} reads" if node.scans_all is None else f"The whole of {node.scans_all} is read,"
            yield (
                code,
                f"{what} {read * loops:,.0f} rows and {'keeps' if node.scans_all is None else 'of which'} "
                f"{kept * loops:,.0f}{' of them' if node.scans_all is None else ' are kept'}"
                f"{'' if node.scans_all is None else ': an index for the condition might do'}.",
            )


def _name(node: Node) -> str:
    return node.operation if node.object is None else f"{node.operation} of {node.object[1]}"
