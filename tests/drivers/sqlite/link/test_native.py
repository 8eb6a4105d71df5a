"""What SQLite itself tells about a statement."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from ctypes import addressof, c_void_p

import pytest

from litebase.drivers.sqlite.link import native
from tests.drivers.sqlite.metadata import needs_metadata
from tests.work import SOON_S

TABLES = """
CREATE TABLE tracks (id INTEGER PRIMARY KEY, title VARCHAR(40) NOT NULL, ms DECIMAL(10,2), plain);
CREATE TABLE pairs (a TEXT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE VIEW long_tracks AS SELECT id AS number, title, ms + 1 AS more FROM tracks;
CREATE TEMP TABLE passing (x REAL);
"""


@pytest.fixture
def opened() -> Iterator[sqlite3.Connection]:
    native.prepare_to_open()
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(TABLES)
    yield connection
    connection.close()


@pytest.fixture
def handle(opened: sqlite3.Connection) -> int:
    found = native.handle()
    assert found is not None, "this Python's SQLite cannot be reached"
    return found


def _facts(handle: int, sql: str) -> native.StatementFacts:
    facts = native.describe(handle, sql)
    assert isinstance(facts, native.StatementFacts)
    return facts


def _origins(handle: int, sql: str) -> list[str | None]:
    return [
        None if one.column_name is None else f"{one.schema_name}.{one.table_name}.{one.column_name}"
        for one in _facts(handle, sql).columns
    ]


def test_a_handle_belongs_to_the_connection_that_this_thread_opened_last() -> None:
    native.prepare_to_open()
    first = sqlite3.connect(":memory:")
    first_handle = native.handle()
    native.prepare_to_open()
    second = sqlite3.connect(":memory:")
    assert native.handle() not in (None, first_handle)
    first.close()
    second.close()


def test_a_connection_that_cannot_be_opened_has_no_handle_of_an_earlier_one() -> None:
    native.prepare_to_open()
    sqlite3.connect(":memory:").close()
    native.prepare_to_open()
    assert native.handle() is None


def test_columns_have_their_declared_types(handle: int) -> None:
    columns = _facts(handle, "SELECT id, title, ms, plain, ms + 1, 'x' FROM tracks").columns
    assert [one.declared_type for one in columns] == ["INTEGER", "VARCHAR(40)", "DECIMAL(10,2)", None, None, None]


@needs_metadata
def test_keys_and_not_null_are_told(handle: int) -> None:
    columns = _facts(handle, "SELECT id, title, ms FROM tracks").columns
    assert [one.primary_key for one in columns] == [True, False, False]
    assert [one.not_null for one in columns] == [False, True, False]
    assert [one.primary_key for one in _facts(handle, "SELECT a, b FROM pairs").columns] == [True, True]


@needs_metadata
@pytest.mark.parametrize(
    ("sql", "origins"),
    [
        ("SELECT t.id, title AS name FROM tracks AS t", ["main.tracks.id", "main.tracks.title"]),
        ("SELECT rowid, _rowid_ FROM tracks", ["main.tracks.id", "main.tracks.id"]),
        ("SELECT number, title, more FROM long_tracks", ["main.tracks.id", "main.tracks.title", None]),
        ("SELECT n FROM (SELECT title AS n FROM tracks)", ["main.tracks.title"]),
        ("WITH c(n) AS (SELECT title FROM tracks) SELECT n FROM c", ["main.tracks.title"]),
        (
            "SELECT t.title, p.b FROM tracks t LEFT JOIN pairs p ON p.a = t.title",
            ["main.tracks.title", "main.pairs.b"],
        ),
        ("SELECT title FROM tracks UNION ALL SELECT a FROM pairs", ["main.tracks.title"]),
        ("SELECT max(id), title || 'x', 1 FROM tracks", [None, None, None]),
        ("SELECT (SELECT title FROM tracks)", ["main.tracks.title"]),
        ("SELECT x FROM passing", ["temp.passing.x"]),
        ("INSERT INTO tracks (title) VALUES ('a') RETURNING id, title || 'x'", ["main.tracks.id", None]),
    ],
)
def test_a_column_knows_the_table_column_that_it_shows(handle: int, sql: str, origins: list[str | None]) -> None:
    assert _origins(handle, sql) == origins


@pytest.mark.parametrize(
    ("sql", "writes"),
    [
        ("SELECT 1", False),
        ("WITH c AS (SELECT 1) SELECT * FROM c", False),
        ("INSERT INTO tracks (title) VALUES ('a')", True),
        ("INSERT INTO tracks (title) VALUES ('a') RETURNING id", True),
        ("WITH c AS (SELECT 'x' AS t) INSERT INTO tracks (title) SELECT t FROM c", True),
        ("PRAGMA user_version = 3", True),
        ("EXPLAIN INSERT INTO tracks (title) VALUES ('a')", True),
        ("-- only a comment", False),
        ("", False),
    ],
)
def test_whether_a_statement_writes_is_sqlite_s_own_word(handle: int, sql: str, writes: bool) -> None:
    assert _facts(handle, sql).writes is writes


@needs_metadata
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT *, ms + 1, rowid FROM tracks",
        "SELECT * FROM long_tracks",
        "SELECT (SELECT title FROM tracks), (SELECT more FROM long_tracks)",
        "SELECT title FROM tracks UNION SELECT 1",
        "WITH RECURSIVE r(n) AS (SELECT id FROM tracks UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
        "SELECT max(id), title, row_number() OVER () FROM tracks GROUP BY title",
        "SELECT CAST(id AS TEXT), +id, (id), title COLLATE NOCASE FROM tracks",
        "INSERT INTO tracks (title) VALUES ('a') RETURNING *, id + 1",
        "SELECT * FROM pragma_table_info('tracks')",
        "SELECT * FROM json_each('[1]')",
        "PRAGMA table_info(tracks)",
        "EXPLAIN QUERY PLAN SELECT 1",
        "VALUES (1, 2)",
    ],
)
def test_a_column_without_an_origin_has_no_declared_type(handle: int, sql: str) -> None:
    """So it is not asked for one."""
    library, statement = native._library(), c_void_p()
    assert library is not None
    assert library.sqlite3_prepare_v2(handle, sql.encode(), -1, addressof(statement), None) == 0
    try:
        for index in range(library.sqlite3_column_count(statement)):
            has_origin = library.sqlite3_column_origin_name(statement, index) is not None
            assert has_origin or library.sqlite3_column_decltype(statement, index) is None
    finally:
        library.sqlite3_finalize(statement)


def test_describing_runs_nothing(opened: sqlite3.Connection, handle: int) -> None:
    for sql in ("INSERT INTO tracks (title) VALUES ('a')", "DROP TABLE tracks", "BEGIN"):
        _facts(handle, sql)
    assert opened.execute("SELECT count(*) FROM tracks").fetchone() == (0,)
    assert not opened.in_transaction


@pytest.mark.parametrize(
    ("sql", "rest"),
    [
        ("SELECT 1", ""),
        ("SELECT 1;", ""),
        ("SELECT 1; SELECT 2", " SELECT 2"),
        ("SELECT 'é🙂;'; SELECT 2", " SELECT 2"),
        ("SELECT 1 /* ; */; -- é\n", " -- é\n"),
        (";SELECT 1; SELECT 2", " SELECT 2"),
        ("CREATE TRIGGER g AFTER INSERT ON tracks BEGIN SELECT 1; SELECT 2; END; SELECT 3", " SELECT 3"),
    ],
)
def test_the_rest_of_a_text_begins_behind_the_first_statement(handle: int, sql: str, rest: str) -> None:
    assert sql[_facts(handle, sql).rest_at :] == rest


@pytest.mark.parametrize("before", ["SELECT ", "SELECT 'é', ", "SELECT '🙂🙂', '\u0416', ", "-- ü\nSELECT "])
def test_the_place_of_an_error_is_counted_in_code_points(handle: int, before: str) -> None:
    found = native.describe(handle, before + "nope FROM tracks")
    assert found == native.CompileError(len(before), "no such column: nope")


def test_an_error_without_a_place_has_none(handle: int) -> None:
    found = native.describe(handle, "SELECT 1 +")
    assert isinstance(found, native.CompileError)
    assert found.position in (None, len("SELECT 1 +"))
    assert found.message == "incomplete input"


def test_a_lone_surrogate_does_not_stop_us(handle: int) -> None:
    facts = native.describe(handle, "SELECT '\ud800'")
    assert isinstance(facts, native.StatementFacts | native.CompileError)


def test_the_last_insert_id_is_that_of_the_session(opened: sqlite3.Connection, handle: int) -> None:
    assert native.last_insert_id(handle) == 0
    opened.execute("INSERT INTO tracks (id, title) VALUES (-5, 'a')")
    assert native.last_insert_id(handle) == -5


def test_while_a_connection_is_held_another_thread_waits_for_it_and_python_goes_on() -> None:
    native.prepare_to_open()
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    handle = native.handle()
    half_read = connection.execute("VALUES (1), (2)")
    half_read.fetchone()
    dropping = threading.Thread(target=half_read.close)  # as when the event loop lets go of a cursor
    with native.held(handle):
        dropping.start()
        dropping.join(0.1)
        assert dropping.is_alive()
        assert connection.execute("SELECT 3").fetchone() == (3,), "its own thread does not wait"
    dropping.join(SOON_S)
    assert not dropping.is_alive()
    connection.close()


def test_a_connection_is_let_go_after_an_error() -> None:
    native.prepare_to_open()
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    with pytest.raises(ZeroDivisionError), native.held(native.handle()):
        raise ZeroDivisionError
    reading = threading.Thread(target=connection.execute, args=["SELECT 1"])
    reading.start()
    reading.join(SOON_S)
    assert not reading.is_alive()
    connection.close()


def test_a_connection_whose_handle_is_not_known_is_not_held() -> None:
    with native.held(None), contextlib.closing(sqlite3.connect(":memory:")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_rule_is_asked_about_names_that_are_not_utf_8(opened: sqlite3.Connection, handle: int) -> None:
    opened.execute("PRAGMA writable_schema = ON")
    opened.execute("UPDATE sqlite_schema SET sql = replace(sql, 'plain', CAST(x'636166E9' AS TEXT))")
    opened.execute("PRAGMA writable_schema = RESET")
    asked: list[tuple[int, str | None]] = []

    def allow(action: int, _table: str | None, column: str | None, *_rest: str | None) -> int:
        asked.append((action, column))
        return sqlite3.SQLITE_OK

    kept = native.authorize(handle, allow, {sqlite3.SQLITE_READ})
    assert opened.execute("SELECT count(*) FROM (SELECT * FROM tracks)").fetchone() == (0,)
    assert (sqlite3.SQLITE_READ, "caf\udce9") in asked
    (*_, column) = _facts(handle, "SELECT * FROM tracks").columns
    assert (column.name, column.name_is_text, column.column_name) == ("caf\ufffd", False, None)
    del kept


def test_a_rule_that_fails_allows_nothing(opened: sqlite3.Connection, handle: int) -> None:
    def fail(*_asked: object) -> int:
        raise ZeroDivisionError

    kept = native.authorize(handle, fail, {sqlite3.SQLITE_READ})
    with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|prohibited"):
        opened.execute("SELECT id FROM tracks")
    assert native.error_code(handle) == sqlite3.SQLITE_AUTH
    del kept
