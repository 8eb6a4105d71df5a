"""The same walk on every engine: through the process, the socket and the protocol to a real database."""

import random
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.db_session import (
    BeginRequest,
    CloseDbSessionRequest,
    CommitRequest,
    OpenDbSessionRequest,
    ReleaseSavepointRequest,
    RollbackRequest,
    RollbackToSavepointRequest,
    SavepointRequest,
)
from litebase_schema.query import CloseResultRequest, FetchRequest, QueryRequest, QueryResponse
from litebase_schema.rows import ResultFilter, ResultOrder, SummarizeResultRequest, ViewResultRequest
from litebase_schema.script import RunScriptRequest

from litebase.client import Client, RequestFailed
from tests.conftest import Database, target_of
from tests.end_to_end.dialects import DIALECTS, Dialect
from tests.mysql_series import BY_CODE_POINT, MEASURES_PLANS, PADS
from tests.work import SOON_S
from tools.servers.programs import chosen

pytestmark = pytest.mark.anyio


LACKING = {
    "sqlite": {"isolation_levels", "read_only_transactions", "more_results", "db_processes", "explain_analyze"},
    "postgresql": {"named_parameters", "last_insert_id", "more_results", "reorder_columns"},
    "mysql": {"named_parameters", *(() if MEASURES_PLANS else ("explain_analyze",))},
}
if sys.platform == "win32":
    LACKING["postgresql"].add("dumps")
    LACKING["mysql"].add("dumps")


@dataclass
class Engine(Database):
    """A connection to one engine, and how its SQL is spelled."""

    dialect: Dialect
    target: Any

    async def session(self) -> str:
        """A database session of one's own."""
        opened = await self.client.open_db_session(OpenDbSessionRequest(connection_id=self.connection_id))
        return opened.db_session_id

    async def begin(self, db_session_id: str, **options: Any) -> None:
        """Begin a transaction and roll it back."""
        await self.client.begin(BeginRequest(db_session_id=db_session_id, **options))
        await self.client.rollback(RollbackRequest(db_session_id=db_session_id))

    async def again(self) -> "Engine":
        """Another connection to the same database."""
        opened = await self.client.db_connect(self.target)
        return Engine(self.client, opened.connection_id, self.dialect, self.target)


@pytest.fixture(params=["sqlite", "postgresql", "mysql"])
async def engine(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Engine]:
    """A connection to each engine in turn, to a database with the empty table `t (id, a)`."""
    if request.param == "sqlite":
        target: Any = SqliteTarget(engine="sqlite", path=str(tmp_path / "t.db"), mode="create")
    else:
        target = target_of(request.getfixturevalue(f"{request.param}_service"))
    opened = await client.db_connect(target)
    database = Engine(client, opened.connection_id, DIALECTS[request.param], target)
    await database.query("DROP TABLE IF EXISTS t")
    await database.query(f"CREATE TABLE t (id {database.dialect.serial}, a {database.dialect.text})")
    yield database
    await client.db_disconnect(DbDisconnectRequest(connection_id=database.connection_id))


async def test_capabilities_say_what_can_be_done_and_why_not(engine: Engine) -> None:
    opened = await engine.client.db_connect(engine.target)
    of_connections = [one.name for one in opened.capabilities]
    assert (await engine.client.greet()).capabilities[-len(of_connections) :] == of_connections
    assert all(one.available is (one.reason is None) for one in opened.capabilities)
    lacking = {one.name: one.reason for one in opened.capabilities if not one.available}
    if sys.platform == "win32":
        lacking.pop("column_origins", None)  # as below
    if engine.target.engine != "sqlite" and chosen(engine.target.engine) is not None:
        lacking.pop("dumps", None)  # the system's programs may not fit another server
    assert set(lacking) == LACKING[engine.target.engine]

    db_session_id = await engine.session()
    for name, use in (
        ("named_parameters", lambda: engine.query("SELECT 1 WHERE :a = 1", {"a": 1})),
        ("isolation_levels", lambda: engine.begin(db_session_id, isolation_level="repeatable_read")),
        ("read_only_transactions", lambda: engine.begin(db_session_id, read_only=True)),
    ):
        if name not in lacking:
            await use()
            continue
        with pytest.raises(RequestFailed) as failed:
            await use()
        assert (failed.value.code, failed.value.message) == ("unsupported", lacking[name])


async def test_rows_are_written_and_read(engine: Engine) -> None:
    text = 'it\'s 100% \\ "quoted" ? $1 :a 🙂'
    written = await engine.query(f"INSERT INTO t (a) VALUES ({engine.dialect.placeholder})", [text])
    assert written.affected_rows == 1
    assert (written.columns, written.rows, written.complete) == ([], [], True)
    answer = await engine.query("SELECT id, a FROM t")
    assert answer.rows == [[1, text]]
    assert [(column.name, column.kind) for column in answer.columns] == [("id", "integer"), ("a", "text")]
    origin = answer.columns[0].origin
    if sys.platform == "win32" and engine.target.engine == "sqlite":
        assert origin is None, "the sqlite3.dll that comes with Python is built without column metadata"
        return
    assert origin is not None
    assert (origin.table_name, origin.column_name, origin.key_part) == ("t", "id", True)


async def test_an_empty_result_has_columns(engine: Engine) -> None:
    answer = await engine.query("SELECT id, a FROM t")
    assert [column.name for column in answer.columns] == ["id", "a"]
    assert (answer.rows, answer.total_rows, answer.complete) == ([], 0, True)


async def test_windows_go_forward_and_back(engine: Engine) -> None:
    answer = await engine.query(engine.dialect.numbers.format(count=20_000), window_rows=10)
    assert answer.rows == [[n] for n in range(1, 11)]
    assert answer.result_id is not None
    forward = await engine.client.fetch(FetchRequest(result_id=answer.result_id, offset=15_000, limit=3))
    assert forward.rows == [[15_001], [15_002], [15_003]]
    back = await engine.client.fetch(FetchRequest(result_id=answer.result_id, offset=5, limit=2))
    assert back.rows == [[6], [7]]
    end = await engine.client.fetch(FetchRequest(result_id=answer.result_id, offset=19_999, limit=10))
    assert (end.rows, end.complete, end.total_rows) == ([[20_000]], True, 20_000)


async def test_an_endless_query_is_stopped_in_the_database(engine: Engine) -> None:
    request = QueryRequest(connection_id=engine.connection_id, sql=engine.dialect.endless)
    call = await engine.client.start("query", request)
    await anyio.sleep(0.2)
    stopped = await engine.client.cancel(CancelRequest(request_id=call.id))
    assert stopped.outcome == "stopped"
    with pytest.raises(RequestFailed) as failed:
        await call.answer()
    assert failed.value.code == "cancelled"
    assert await engine.rows("SELECT 1") == [[1]]


async def test_a_query_that_takes_too_long_is_stopped(engine: Engine) -> None:
    with pytest.raises(RequestFailed) as failed:
        await engine.query(engine.dialect.endless, timeout_ms=200)
    assert failed.value.code == "timeout"
    assert await engine.rows("SELECT 1") == [[1]]


async def test_an_error_names_its_cause(engine: Engine) -> None:
    with pytest.raises(RequestFailed) as failed:
        await engine.query("SELECT 1,\n  nonsense FROM t")
    assert failed.value.code == "query_failed"
    assert "nonsense" in failed.value.message
    assert failed.value.details.engine_code


async def test_several_statements_are_refused_and_nothing_runs(engine: Engine) -> None:
    with pytest.raises(RequestFailed) as failed:
        await engine.query("INSERT INTO t (a) VALUES ('x'); INSERT INTO t (a) VALUES ('y')")
    assert failed.value.code in ("unsupported", "query_failed")
    assert "run_script" in failed.value.message
    assert await engine.rows("SELECT count(*) FROM t") == [[0]]


async def test_a_transaction_is_seen_by_others_when_it_is_committed(engine: Engine) -> None:
    client, session = engine.client, await engine.session()
    assert (await client.begin(BeginRequest(db_session_id=session))).transaction_status == "in_transaction"
    written = await engine.query("INSERT INTO t (a) VALUES ('x')", db_session_id=session)
    assert written.transaction_status == "in_transaction"
    assert await engine.rows("SELECT count(*) FROM t") == [[0]]
    assert (await client.commit(CommitRequest(db_session_id=session))).transaction_status == "idle"
    assert await engine.rows("SELECT count(*) FROM t") == [[1]]


async def test_a_rollback_undoes_and_savepoints_undo_in_part(engine: Engine) -> None:
    client, session = engine.client, await engine.session()
    await client.begin(BeginRequest(db_session_id=session))
    await engine.query("INSERT INTO t (a) VALUES ('kept')", db_session_id=session)
    await client.savepoint(SavepointRequest(db_session_id=session, name='a `"mark'))
    await engine.query("INSERT INTO t (a) VALUES ('undone')", db_session_id=session)
    await client.rollback_to_savepoint(RollbackToSavepointRequest(db_session_id=session, name='a `"mark'))
    await client.release_savepoint(ReleaseSavepointRequest(db_session_id=session, name='a `"mark'))
    assert await engine.rows("SELECT a FROM t", db_session_id=session) == [["kept"]]
    assert (await client.rollback(RollbackRequest(db_session_id=session))).transaction_status == "idle"
    assert await engine.rows("SELECT count(*) FROM t") == [[0]]


async def test_requests_that_do_not_fit_the_transaction_are_conflicts(engine: Engine) -> None:
    client, session = engine.client, await engine.session()
    for wrong in (
        client.commit(CommitRequest(db_session_id=session)),
        client.savepoint(SavepointRequest(db_session_id=session, name="s")),
    ):
        with pytest.raises(RequestFailed) as failed:
            await wrong
        assert failed.value.code == "conflict"
    assert (await client.rollback(RollbackRequest(db_session_id=session))).transaction_status == "idle"
    await client.begin(BeginRequest(db_session_id=session))
    with pytest.raises(RequestFailed) as failed:
        await client.begin(BeginRequest(db_session_id=session))
    assert failed.value.code == "conflict"


async def test_closing_a_session_and_disconnecting_roll_back(engine: Engine) -> None:
    client, session = engine.client, await engine.session()
    await client.begin(BeginRequest(db_session_id=session))
    await engine.query("INSERT INTO t (a) VALUES ('x')", db_session_id=session)
    await client.close_db_session(CloseDbSessionRequest(db_session_id=session))
    assert await engine.rows("SELECT count(*) FROM t") == [[0]]
    other = await engine.again()
    session = await other.session()
    await client.begin(BeginRequest(db_session_id=session))
    await other.query("INSERT INTO t (a) VALUES ('x')", db_session_id=session)
    await client.db_disconnect(DbDisconnectRequest(connection_id=other.connection_id))
    assert await engine.rows("SELECT count(*) FROM t") == [[0]]
    with pytest.raises(RequestFailed) as failed:
        await client.begin(BeginRequest(db_session_id=session))
    assert failed.value.code == "not_found"


async def test_a_transaction_without_a_session_of_its_own_is_refused_and_rolled_back(engine: Engine) -> None:
    with pytest.raises(RequestFailed) as failed:
        await engine.query("BEGIN")
    assert failed.value.code == "unsupported"
    assert "open_db_session" in failed.value.message
    assert await engine.rows("SELECT 1") == [[1]]


async def test_a_half_read_result_does_not_keep_its_table_locked(engine: Engine) -> None:
    """Dropping a table that one's own grid still shows must not wait for ever, and the grid keeps its rows."""
    values = ", ".join(f"('row {n}')" for n in range(5000))
    await engine.query(f"INSERT INTO t (a) VALUES {values}")
    shown = await engine.query("SELECT a FROM t ORDER BY id", window_rows=10)
    with anyio.fail_after(SOON_S):
        await engine.query("DROP TABLE t")
    assert shown.result_id is not None
    rest = await engine.client.fetch(FetchRequest(result_id=shown.result_id, offset=4998, limit=10))
    assert rest.rows == [["row 4998"], ["row 4999"]]


async def test_a_script_tells_of_each_statement(engine: Engine) -> None:
    script = (
        "INSERT INTO t (a) VALUES ('a;b'), ('c'); -- two\nSELECT a FROM t ORDER BY id;\n\nSELECT nonsense;\nSELECT 1"
    )
    request = RunScriptRequest(connection_id=engine.connection_id, sql=script)
    first, second, third = (await engine.client.run_script(request)).statements
    assert script[first.start : first.end] == "INSERT INTO t (a) VALUES ('a;b'), ('c')"
    assert (first.affected_rows, first.result_id, first.error) == (2, None, None)
    assert second.total_rows == 2
    assert second.result_id is not None
    rows = await engine.client.fetch(FetchRequest(result_id=second.result_id, offset=0, limit=10))
    assert rows.rows == [["a;b"], ["c"]]
    assert third.error is not None
    assert third.error.code == "query_failed"
    on = RunScriptRequest(connection_id=engine.connection_id, sql=script, on_error="continue")
    answer = await engine.client.run_script(on)
    assert [one.error is None for one in answer.statements] == [True, True, False, True]
    assert answer.statement_count == 4


async def test_a_script_may_hold_a_transaction_and_one_left_open_is_rolled_back(engine: Engine) -> None:
    whole = "BEGIN; INSERT INTO t (a) VALUES ('x'); COMMIT"
    answer = await engine.client.run_script(RunScriptRequest(connection_id=engine.connection_id, sql=whole))
    assert [one.error for one in answer.statements] == [None, None, None]
    assert await engine.rows("SELECT count(*) FROM t") == [[1]]
    left = "BEGIN; INSERT INTO t (a) VALUES ('y')"
    answer = await engine.client.run_script(RunScriptRequest(connection_id=engine.connection_id, sql=left))
    assert "rolled back" in answer.statements[-1].notices[-1].message
    assert await engine.rows("SELECT count(*) FROM t") == [[1]]


async def test_a_script_that_cannot_be_split_runs_nothing(engine: Engine) -> None:
    script = "INSERT INTO t (a) VALUES ('x');\nSELECT 'open"
    with pytest.raises(RequestFailed) as failed:
        await engine.client.run_script(RunScriptRequest(connection_id=engine.connection_id, sql=script))
    assert failed.value.code == "invalid_script"
    assert (failed.value.details.line, failed.value.details.column) == (2, 8)
    assert await engine.rows("SELECT count(*) FROM t") == [[0]]


async def test_statements_of_one_session_run_one_after_the_other(engine: Engine) -> None:
    session = await engine.session()
    answers: list[Any] = []

    async def ask(number: int) -> None:
        answers.append((await engine.query(f"SELECT {number}", db_session_id=session)).rows)

    async with anyio.create_task_group() as tasks:
        for number in range(20):
            tasks.start_soon(ask, number)
    assert sorted(answers) == [[[number]] for number in range(20)]


async def test_read_only_is_enforced_by_the_database(engine: Engine) -> None:
    target = engine.target.model_copy(update={"read_only": True})
    opened = await engine.client.db_connect(target)
    assert opened.read_only
    reader = Engine(engine.client, opened.connection_id, engine.dialect, target)
    assert await reader.rows("SELECT count(*) FROM t") == [[0]]
    with pytest.raises(RequestFailed) as failed:
        await reader.query("INSERT INTO t (a) VALUES ('x')")
    assert failed.value.code == "read_only"
    assert await engine.rows("SELECT count(*) FROM t") == [[0]]


_OF_ENGINE = {  # types and values of a table with columns n, d, x, t and f, and how text is ordered by code point
    "sqlite": ("bigint, d decimal(30,10), x text, t timestamp, f double", ""),
    "postgresql": ("bigint, d numeric(30,10), x text, t timestamptz, f float8", ' COLLATE "C"'),
    "mysql": (f"bigint, d decimal(30,10), x varchar(20) COLLATE {BY_CODE_POINT}, t datetime(3), f double", ""),
}


async def _viewed(engine: Engine, chance: random.Random) -> QueryResponse:
    """A result of random rows of the table `viewed`."""
    columns, _ = _OF_ENGINE[str(engine.target.engine)]
    await engine.query("DROP TABLE IF EXISTS viewed")
    await engine.query(f"CREATE TABLE viewed (id integer, n {columns})")
    rows = []
    for number in range(300):
        n = chance.choice([chance.randrange(-5, 5), chance.randrange(-(2**63), 2**63)])
        d = f"{chance.choice([0, -1, 1, 10**12]) * chance.randrange(100)}.{chance.randrange(1000):03}"
        x = "".join(chance.choices("aAbBéz 019_😀", k=chance.randrange(4)))
        x = x.rstrip() if PADS else x
        t = f"{chance.randrange(1, 10):03}{chance.randrange(10)}-0{chance.randrange(1, 10)}-28 10:00:00"
        f = chance.choice([0.1, -1e300, 2.5e-10, float(chance.randrange(9))])
        cells = [f"'{x}'", f"'{t}'", repr(f), d, str(n)]
        shown = [cell if chance.random() < 0.8 else "NULL" for cell in cells]
        rows.append(f"({number}, {shown[4]}, {shown[3]}, {shown[0]}, {shown[1]}, {shown[2]})")
    await engine.query(f"INSERT INTO viewed VALUES {', '.join(rows)}")
    return await engine.query("SELECT n, d, x, t, f, id FROM viewed ORDER BY id", keep_result=True)


async def test_views_and_summaries_agree_with_the_database(engine: Engine) -> None:
    _, by_code_point = _OF_ENGINE[str(engine.target.engine)]
    stored = await _viewed(engine, random.Random(7))  # rows of a test
    assert stored.result_id is not None
    for column, name in enumerate("ndxtf"):
        for direction in ("ASC", "DESC"):
            collation = by_code_point if name == "x" else ""
            wanted = await engine.rows(
                f"SELECT n, d, x, t, f, id FROM viewed ORDER BY {name} IS NULL, {name}{collation} {direction}, id"
            )
            order = [ResultOrder(column=column, descending=direction == "DESC")]
            view = await engine.client.view_result(ViewResultRequest(result_id=stored.result_id, order=order))
            window = await engine.client.fetch(FetchRequest(result_id=view.result_id, offset=0, limit=1000))
            assert window.rows == wanted, (name, direction)
    summary = await engine.client.summarize_result(SummarizeResultRequest(result_id=stored.result_id))
    ends = await engine.rows(
        "SELECT min(n), max(n), min(d), max(d), min(t), max(t), min(f), max(f), count(n), count(DISTINCT d) FROM viewed"
    )
    told = [end for index in (0, 1, 3, 4) for end in (summary.summaries[index].min, summary.summaries[index].max)]
    assert told == [str(end) for end in ends[0][:8]]
    assert (summary.summaries[0].count, summary.summaries[1].distinct) == tuple(ends[0][8:])
    if engine.target.engine != "sqlite":  # where decimals are floats
        (exact,) = await engine.rows("SELECT sum(d), sum(CAST(n AS decimal(40))) FROM viewed")
        assert (summary.summaries[1].sum, summary.summaries[0].sum) == tuple(exact)
    await engine.query("DROP TABLE viewed")


_FINDS = {"sqlite": "instr(x, {}) > 0", "postgresql": "strpos(x, {}) > 0", "mysql": "LOCATE({}, x) > 0"}
_STARTS = {"sqlite": "instr(x, {}) = 1", "postgresql": "starts_with(x, {})", "mysql": "LOCATE({}, x) = 1"}
_SIGNS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


@pytest.mark.parametrize("seed", range(3))
async def test_filters_of_views_agree_with_the_database(engine: Engine, seed: int) -> None:
    """Text by code point, which is not what the collation of every database does."""
    chance = random.Random(seed)  # rows of a test
    name, (_, by_code_point) = str(engine.target.engine), _OF_ENGINE[str(engine.target.engine)]
    stored = await _viewed(engine, chance)
    assert stored.result_id is not None
    cells: list[Any] = list(stored.rows)  # type: ignore[arg-type]  # only a sender packs rows

    def literal(column: int, value: Any) -> str:
        text = f"'{value}'" if column in (2, 3) else repr(value) if isinstance(value, float) else str(value)
        return f"CAST({text} AS timestamptz)" if name == "postgresql" and column == 3 else text

    async def compare(column: int, op: str, values: list[Any], condition: str) -> None:
        wanted = await engine.rows(f"SELECT n, d, x, t, f, id FROM viewed WHERE {condition} ORDER BY id")
        filters = [ResultFilter(column=column, op=op, values=values, match_case=True)]  # type: ignore[arg-type]  # as in the list of operators
        view = await engine.client.view_result(ViewResultRequest(result_id=stored.result_id or "", filters=filters))
        window = await engine.client.fetch(FetchRequest(result_id=view.result_id, offset=0, limit=1000))
        await engine.client.close_result(CloseResultRequest(result_id=view.result_id))
        assert window.rows == wanted, (condition, values)

    for column, letter in enumerate("ndxtf"):
        sql = f"{letter}{by_code_point if letter == 'x' else ''}"
        present = [row[column] for row in cells if row[column] is not None]
        for op, sign in _SIGNS.items():
            value = chance.choice(present)
            await compare(column, op, [value], f"{sql} {sign} {literal(column, value)}")
        several = chance.sample(present, 4)
        written = [literal(column, one) for one in several]
        await compare(column, "in", several, f"{sql} IN ({', '.join(written)})")
        await compare(column, "between", several[:2], f"{sql} BETWEEN {written[0]} AND {written[1]}")
        await compare(column, "is_null", [], f"{letter} IS NULL")
        await compare(column, "is_not_null", [], f"{letter} IS NOT NULL")
    for text in ("a", "é", "😀", "019", chance.choice([row[2] for row in cells if row[2]])):
        await compare(2, "contains", [text], _FINDS[name].format(f"'{text}'"))
        await compare(2, "starts_with", [text], _STARTS[name].format(f"'{text}'"))
    await engine.query("DROP TABLE viewed")
