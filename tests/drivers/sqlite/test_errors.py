"""SQLite's errors, as a client gets to know them."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litebase_schema.connection import SqliteTarget
from litebase_schema.errors import QueryFailedDetails

from litebase.drivers import load
from litebase.drivers.interface import DatabaseSession, DriverLimits, Parameters, Statement
from litebase.drivers.interruption import Interrupted
from litebase.drivers.sqlite.errors import code_name, translated
from litebase.errors import LimitExceeded, LiteBaseError, QueryFailed, ReadOnly

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session() -> AsyncIterator[DatabaseSession]:
    opened = await load("sqlite")(SqliteTarget(engine="sqlite", mode="memory"), DriverLimits(2.0, 0.02)).connect()
    for sql in (
        "CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, age INTEGER CHECK (age >= 0))",
        "CREATE TABLE pairs (a, b, UNIQUE (a, b))",
        "CREATE TABLE strict_ones (a INTEGER) STRICT",
        "INSERT INTO parents VALUES (1, 'one', 1)",
        "INSERT INTO pairs VALUES (1, 1)",
    ):
        await opened.execute(Statement(sql))
    yield opened
    await opened.aclose()


async def _failure(session: DatabaseSession, sql: str, params: Parameters = None) -> LiteBaseError:
    with pytest.raises(LiteBaseError) as failed:
        await session.execute(Statement(sql, params, first_rows=10))
    return failed.value


@pytest.mark.parametrize(
    ("sql", "code", "table", "column"),
    [
        ("INSERT INTO parents VALUES (2, 'one', 1)", "SQLITE_CONSTRAINT_UNIQUE", "parents", "name"),
        ("INSERT INTO parents VALUES (2, NULL, 1)", "SQLITE_CONSTRAINT_NOTNULL", "parents", "name"),
        ("INSERT INTO parents VALUES (1, 'x', 1)", "SQLITE_CONSTRAINT_PRIMARYKEY", "parents", "id"),
        ("INSERT INTO parents VALUES (2, 'x', -1)", "SQLITE_CONSTRAINT_CHECK", None, None),
        ("INSERT INTO pairs VALUES (1, 1)", "SQLITE_CONSTRAINT_UNIQUE", None, None),
        ("INSERT INTO parents VALUES ('x', 'x', 1)", "SQLITE_MISMATCH", None, None),
        ("INSERT INTO strict_ones VALUES ('x')", "SQLITE_CONSTRAINT_DATATYPE", "strict_ones", "a"),
        ("SELECT abs(-9223372036854775807 - 1)", "SQLITE_ERROR", None, None),
    ],
)
async def test_an_error_names_sqlite_s_code_and_what_was_violated(
    session: DatabaseSession, sql: str, code: str, table: str | None, column: str | None
) -> None:
    failure = await _failure(session, sql)
    assert isinstance(failure, QueryFailed)
    details = failure.details
    assert isinstance(details, QueryFailedDetails)
    assert (details.engine_code, details.table_name, details.column_name) == (code, table, column)


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("SELEC 1", (0, 1, 1)),
        ("SELECT nope", (7, 1, 8)),
        ("SELECT 'é🙂',\n  nope FROM parents", (15, 2, 3)),
        ("-- ü\n\nSELECT * FROM parents WHERE nope = 1", (34, 3, 29)),
    ],
)
async def test_an_error_names_its_place_in_code_points(
    session: DatabaseSession, sql: str, place: tuple[int, int, int]
) -> None:
    details = (await _failure(session, sql)).details
    assert isinstance(details, QueryFailedDetails)
    assert (details.position, details.line, details.column) == place


async def test_an_error_that_has_no_place_names_none(session: DatabaseSession) -> None:
    details = (await _failure(session, "SELECT * FROM nowhere")).details
    assert isinstance(details, QueryFailedDetails)
    assert details.position is None or details.position == 14
    details = (await _failure(session, "INSERT INTO pairs VALUES (1, 1)")).details
    assert isinstance(details, QueryFailedDetails)
    assert (details.position, details.line, details.column) == (None, None, None)


async def test_an_integer_beyond_64_bits_is_refused(session: DatabaseSession) -> None:
    failure = await _failure(session, "SELECT ?", [2**64])
    assert isinstance(failure, QueryFailed)
    assert "64 bits" in failure.message


async def test_parameter_values_stand_in_no_error(session: DatabaseSession) -> None:
    secret = "hunter2-canary"
    cases: list[tuple[str, Parameters]] = [
        ("INSERT INTO parents VALUES (2, 'one', ?)", [secret]),
        ("INSERT INTO parents VALUES (?, 'x', 1)", [secret]),
        ("SELECT ?, ?", [secret]),
        ("SELECT :a", {"b": secret}),
        ("SELECT ?", [secret, 2**70]),
    ]
    for sql, params in cases:
        failure = await _failure(session, sql, params)
        assert secret not in repr(failure.data())


async def test_an_error_leaves_no_transaction_open(session: DatabaseSession) -> None:
    await _failure(session, "INSERT INTO pairs VALUES (1, 1)")
    assert session.transaction_status == "idle"


async def test_a_second_statement_is_refused_and_neither_runs(session: DatabaseSession) -> None:
    """The server refuses it before, with its place; this is the last door."""
    failure = await _failure(session, "DELETE FROM parents; DELETE FROM parents")
    assert "one statement" in failure.message


async def test_writing_to_a_read_only_connection_is_read_only(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    sqlite3.connect(path).execute("CREATE TABLE t (a)").connection.close()
    target = SqliteTarget(engine="sqlite", path=str(path), mode="read_only")
    session = await load("sqlite")(target, DriverLimits(2.0, 0.02)).connect()
    for sql in ("INSERT INTO t VALUES (1)", "CREATE TABLE u (a)", f"ATTACH '{tmp_path}/b.db' AS b"):
        assert isinstance(await _failure(session, sql), ReadOnly), sql
    await session.aclose()


async def test_a_lock_of_another_program_is_a_limit_that_may_be_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE t (a)")
    target = SqliteTarget(engine="sqlite", path=str(path), busy_timeout_ms=50)
    session = await load("sqlite")(target, DriverLimits(2.0, 0.02)).connect()
    other.execute("BEGIN EXCLUSIVE")
    failure = await _failure(session, "INSERT INTO t VALUES (1)")
    assert isinstance(failure, LimitExceeded)
    assert failure.retryable
    other.close()
    await session.aclose()


async def test_an_interrupt_is_no_error_of_the_statement() -> None:
    connection = sqlite3.connect(":memory:")
    connection.set_progress_handler(lambda: 1, 1)
    with pytest.raises(sqlite3.OperationalError) as interrupted:
        connection.execute("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r")
    assert isinstance(translated(interrupted.value, "SELECT 1"), Interrupted)
    connection.close()


async def test_an_error_that_is_not_sqlite_s_is_left_as_it_is() -> None:
    error = KeyError("x")
    assert translated(error, "SELECT 1") is error


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (sqlite3.SQLITE_ERROR, "SQLITE_ERROR"),
        (sqlite3.SQLITE_CONSTRAINT, "SQLITE_CONSTRAINT"),
        (sqlite3.SQLITE_WARNING, "SQLITE_WARNING"),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, "SQLITE_CONSTRAINT_UNIQUE"),
        (sqlite3.SQLITE_IOERR_CORRUPTFS, "SQLITE_IOERR_CORRUPTFS"),
        (19 | 12 << 8, "SQLITE_CONSTRAINT_DATATYPE"),
        (10 | 34 << 8, "SQLITE_IOERR_IN_PAGE"),
        (10 | 250 << 8, "SQLITE_IOERR"),
        (99, "99"),
    ],
)
def test_a_result_code_has_a_name_although_python_knows_none(code: int, name: str) -> None:
    assert code_name(code) == name
