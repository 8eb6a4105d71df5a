"""How a database carries a statement out. What is run to measure that leaves nothing behind."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from anyio import to_thread
from litebase_schema.errors import QueryFailedDetails
from litebase_schema.explain import (
    ExplainQueryRequest,
    ExplainQueryResponse,
    PlanDetail,
    PlanFinding,
    PlanNode,
    PlanObject,
)

from litebase.drivers import explainer
from litebase.drivers.abilities import Unavailable
from litebase.drivers.explaining import Node, Plan, findings, walk
from litebase.drivers.interface import DatabaseSession, Parameters, RowTuple, Statement
from litebase.drivers.interruption import finish
from litebase.errors import Conflict, ConnectionLost, DbSessionLost, ReadOnly, Unsupported
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.handlers.catalog import read_catalog
from litebase.server.lease import Waits
from litebase.server.recording import Note, recorded
from litebase.server.statements import undone_beyond
from litebase.sql.effect import Outline, outline

_RUN = frozenset({"SELECT", "VALUES", "TABLE", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"})
_EXPLAINING = frozenset({"EXPLAIN", "DESCRIBE", "DESC", "ANALYZE", "ANALYSE"})
_MOST_NODES, _MOST_FINDINGS = 10_000, 200
_MOST_RAW, _MOST_DETAILS, _LONGEST_DETAIL = 4_000_000, 2_000_000, 2_000  # characters
_MOST_ROWS = 100_000  # of the text of a plan
_LONG_TEXT = 100_000


async def explain_query(call: Call, request: ExplainQueryRequest) -> ExplainQueryResponse:
    """A statement's plan; with `analyze`, after it was run and undone."""
    connection = call.client.connection(request.connection_id)
    wanted = request.analyze and request.record
    with recorded(call.backend, connection, request.sql, wanted=wanted, origin="explain") as note:
        note.was_run = False
        plan = await _plan(call, connection, request, note)
    if len(plan.raw) > _LONG_TEXT:
        return await to_thread.run_sync(_answer, plan, request.analyze)
    return _answer(plan, request.analyze)


async def _plan(call: Call, connection: Connection, request: ExplainQueryRequest, note: Note) -> Plan:
    if request.db_session_id is None:
        async with connection.borrowed_session(Waits(call.rows_read, call.ask)) as session:
            return await _Explanation(call, connection, session, request, note).plan()
    pinned = call.client.pinned_session(request.db_session_id, connection.id)
    async with pinned.turn(call.rows_read) as session:
        try:
            return await _Explanation(call, connection, session, request, note).plan()
        except ConnectionLost as lost:
            raise DbSessionLost(session.last_word) from lost


class _Explanation:
    """One question for a plan, in one database session."""

    def __init__(
        self, call: Call, connection: Connection, session: DatabaseSession, request: ExplainQueryRequest, note: Note
    ) -> None:
        self._call, self._connection, self._session, self._request = call, connection, session, request
        self._note = note

    async def plan(self) -> Plan:
        """The plan. What is refused is refused before anything runs."""
        session, request = self._session, self._request
        for ability in (session.abilities.explain, *([session.abilities.explain_analyze] * request.analyze)):
            if isinstance(ability, Unavailable):
                raise Unsupported(ability.reason)
        statement = outline(request.sql, session.dialect)
        if statement.word in _EXPLAINING:
            raise Unsupported(f"Send the statement itself, without {statement.word}.")
        if statement.word not in _RUN:
            raise Unsupported("Plans are made of SELECT, INSERT, UPDATE, DELETE and the like; this is none of them.")
        engine = explainer(self._connection.engine)
        if request.analyze:
            await self._check_run(statement)
        elif engine.calls_functions and statement.may_call_writer:
            await self._check_undoable(statement)
        if not engine.in_transaction:
            return await engine.explain(session, self._rows, request.sql, request.params, analyze=request.analyze)
        async with self._undone(read_only=engine.begins_read_only(statement)):
            self._note.was_run = request.analyze
            return await engine.explain(session, self._rows, request.sql, request.params, analyze=request.analyze)

    async def _check_run(self, statement: Outline) -> None:
        """Raise what keeps the statement from being run for its plan."""
        connection = self._connection
        if not self._request.confirm:
            await connection.statements.check_confirmed(self._request.sql, self._session.dialect)
        if connection.facts.read_only and not statement.only_reads:
            reason = "This connection is read-only, and `analyze` would run the statement. Leave it out for the plan."
            raise ReadOnly(reason, QueryFailedDetails(engine_code=None))
        await self._check_undoable(statement)

    async def _check_undoable(self, statement: Outline) -> None:
        """Raise when a rollback would not undo what the statement, or a function that it calls, changes."""
        connection = self._connection
        engine = explainer(connection.engine)
        if engine.begins_read_only(statement) and self._session.transaction_status == "idle":
            return  # the server lets nothing be changed

        async def look(session: DatabaseSession) -> str | None:
            return await engine.lasting(session, statement, self._session)

        if (obstacle := await read_catalog(self._call, connection.id, look)) is not None:
            what = "run for its plan" if self._request.analyze else "planned, which calls its functions"
            raise Unsupported(
                f"The statement is not {what}, because what it changes could not be rolled back. {obstacle}"
            )

    @asynccontextmanager
    async def _undone(self, *, read_only: bool) -> AsyncIterator[None]:
        """What is done meanwhile is rolled back, also when the request is cancelled."""
        session = self._session
        status = session.transaction_status
        if status not in ("idle", "in_transaction"):
            raise Conflict("The transaction has failed, or its state is not known: roll it back first.")
        if status == "idle" and self._request.db_session_id is not None:
            await explainer(self._connection.engine).check_free(session)
        begin, undo = session.begin_statements("default", read_only=read_only), [session.rollback_statement]
        if status == "in_transaction":
            mark = session.dialect.quoted(f"litebase_{secrets.token_hex(4)}")
            begin, undo = [f"SAVEPOINT {mark}"], [f"ROLLBACK TO SAVEPOINT {mark}", f"RELEASE SAVEPOINT {mark}"]
        try:
            for sql in begin:
                await self._rows(sql, None)
            yield
        except BaseException as failed:
            await self._connection.statements.undo(session, undo)
            if status != "idle" and (told := undone_beyond(failed, session)) is not failed:
                raise told from failed
            raise
        await self._connection.statements.undo(session, undo)

    async def _rows(self, sql: str, params: Parameters) -> Sequence[RowTuple]:
        """Run a statement in the session, and return its rows."""
        rows: list[RowTuple] = []
        statement = Statement(sql, params, first_rows=100)
        cursor = await self._connection.statements.run(self._session, statement, self._call.rows_read)
        try:
            while len(rows) < _MOST_ROWS and (some := await cursor.fetch(1000)):
                rows += some
        finally:
            await finish(cursor.aclose(), self._connection.patience_s)
        return rows


def _answer(plan: Plan, was_run: bool) -> ExplainQueryResponse:
    nodes = list(walk(plan.root, _MOST_NODES + 1))
    count = len(nodes) if len(nodes) <= _MOST_NODES else sum(1 for _ in walk(plan.root, 10**9))
    nodes = nodes[:_MOST_NODES]
    numbers = {id(node): number for number, node in enumerate(nodes)}
    room = _MOST_DETAILS
    told = []
    for number, node in enumerate(nodes):
        details = []
        for name, value in node.details:
            short = value if len(value) <= _LONGEST_DETAIL else f"{value[:_LONGEST_DETAIL]}…"
            room -= len(name) + len(short)
            if room >= 0:
                details.append(PlanDetail(name=name, value=short))
        told.append(_node(number, node, details, [numbers[id(one)] for one in node.children if id(one) in numbers]))
    found = findings(nodes, plan.execution_ms)[:_MOST_FINDINGS]
    return ExplainQueryResponse(
        nodes=told,
        node_count=count,
        complete=count == len(nodes),
        findings=[PlanFinding(code=code, node_id=number, message=message) for code, number, message in found],
        raw=plan.raw[:_MOST_RAW],
        raw_complete=len(plan.raw) <= _MOST_RAW,
        planning_ms=plan.planning_ms,
        execution_ms=plan.execution_ms,
        rolled_back=was_run,
    )


def _node(number: int, node: Node, details: list[PlanDetail], children: list[int]) -> PlanNode:
    place = None if node.object is None else PlanObject(schema_name=node.object[0], name=node.object[1])
    return PlanNode(
        id=number,
        operation=node.operation[:_LONGEST_DETAIL],
        object=place,
        rows_estimated=node.rows_estimated,
        rows_actual=node.rows_actual,
        loops=node.loops,
        self_ms=node.self_ms,
        total_ms=node.total_ms,
        cost=node.cost,
        details=details,
        children=children,
    )
