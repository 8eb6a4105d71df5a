"""Tables that are opened, filtered, sorted and counted: through the process and the protocol to real databases."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.catalog import ObjectRef
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.db_session import OpenDbSessionRequest
from litebase_schema.query import CloseResultRequest
from litebase_schema.tables import CountRowsRequest, OpenTableRequest, OpenTableResponse, TableFilter, TableOrder

from litebase.client import Client, RequestFailed
from tests.conftest import Database, target_of
from tests.end_to_end.dialects import DIALECTS
from tests.mysql_series import HAS_SEQUENCES

pytestmark = pytest.mark.anyio

SCHEMA = {"sqlite": "main", "postgresql": "opened", "mysql": "opened"}
WORDS = [("1", "NULL", "'ten'"), ("2", "'a%b'", "'Ten'"), ("3", "'a_b'", "NULL"), ("4", "'aXb'", "'it''s'")]
EVERY_TYPE = {
    "sqlite": {
        "i INTEGER": "9007199254740993", "d DECIMAL(10,2)": "1.25", "f REAL": "0.1", "t TEXT": "'a''b'",
        "b BLOB": "x'00FF'", "n": "'x'",
    },
    "postgresql": {
        "a smallint": "7", "i bigint": "9007199254740993", "n numeric(30,10)": "'12345678901234567890.0123456789'",
        "g real": "0.1", "f double precision": "0.1", "o boolean": "true", "t text": "'a''b'", "v varchar(3)": "'abc'",
        "c char(3)": "'a'", 'q "char"': "'z'", "b bytea": "'\\x00ff'", "d date": "'infinity'", "h time": "'24:00'",
        "z timetz": "'12:00+02'", "s timestamp(3)": "'0044-03-15 12:00:00.123 BC'",
        "w timestamptz": "'2026-01-31 12:00:00.123456+00'", "l interval": "'1 mon 2 days 00:00:03'",
        "j json": """'{"b": 1.0, "a": [1]}'""", "k jsonb": """'{"b": 1.0}'""",
        "u uuid": "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "e integer[]": "'{1,NULL,3}'",
        "x text[]": """'{"a,b",NULL,""}'""", "r int4range": "'[1,5)'", "p opened.pair": """'(1,"a b")'""",
        "m opened.mood": "'very happy'", "y bit(3)": "B'101'", "yy bit varying(5)": "B'10101'",
        "ip inet": "'10.0.0.1/8'", "pt point": "'(1,2)'", "bx box": "'(2,2),(1,1)'", "xm xml": "'<a>1</a>'",
        "cash money": "'12.50'", "mr int4multirange": "'{[1,3),[5,9)}'", "ri interval[]": "'{1 mon,-00:00:01.5}'",
        "uu uuid[]": "'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,NULL}'", "rt tstzrange": "'[2026-01-31 12:00+00,)'",
        "mac macaddr": "'08:00:2b:01:02:03'", "ci circle": "'<(1,2),3>'", "pg polygon": "'((0,0),(1,1),(2,0))'",
        "pa path": "'[(0,0),(1,1)]'", "li line": "'{1,-1,0}'", "ls lseg": "'[(0,0),(1,1)]'",
        "jp jsonpath": "'$.a[*]'", "je json[]": "'{1.0,NULL}'", "pe point[]": "'{\"(1,2)\"}'",
        "ja jsonb[]": """'{"{\\"a\\": 1}",NULL}'""",
        "ea opened.mood[]": "'{sad,very happy}'",
        "pl pg_lsn": "'16/B374D848'", "pos opened.positive": "5", "ts tsvector": "'a fat cat'",
    },
    "mysql": {
        "a tinyint unsigned": "255", "i bigint unsigned": "18446744073709551615",
        "n decimal(30,10)": "'12345678901234567890.0123456789'", "g float": "0.1", "f double": "0.1",
        "t text": "'a''b'", "c char(3)": "'a'", "b varbinary(10)": "x'00FF'", "d date": "'2026-01-31'",
        "h time(3)": "'-838:59:59.000'", "s datetime(6)": "'2026-01-31 12:00:00.123456'",
        "w timestamp": "'2026-01-31 12:00:00'", "y year": "2026", "j json": """'{"b": 1.0, "a": [1]}'""",
        "e enum('x', 'y''z')": "'y''z'", "k set('a', 'b')": "'a,b'", "m bit(12)": "b'100000000001'",
        "p point": "ST_GeomFromText('POINT(1 2)')",
        "po polygon": "ST_GeomFromText('POLYGON((0 0,1 1,2 0,0 0))')",
        "ge geometry": "ST_GeomFromText('POINT(1 2)', 4326)",
        "gc geometrycollection": "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))')",
        "u uuid": "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
        "ip inet6": "'::1'",
    },
}  # fmt: skip
_LACKING = {  # what older versions of PostgreSQL and MariaDB, and MySQL, do not have
    "postgresql": ("SELECT to_regtype('int4multirange') IS NULL", {"mr int4multirange"}),
    "mysql": ("SELECT version() NOT LIKE '%MariaDB%' OR version() REGEXP '^10[.][0-6][.]'", {"u uuid", "ip inet6"}),
}


async def types_of(database: Database, engine: str) -> dict[str, str]:
    """Every type that the server of an engine has."""
    lacking: set[str] = set()
    if engine in _LACKING:
        is_lacking, names = _LACKING[engine]
        lacking = names if (await database.rows(is_lacking))[0][0] else lacking
    return {name: value for name, value in EVERY_TYPE[engine].items() if name not in lacking}


@dataclass
class Tables(Database):
    """A connection to one engine, with a schema of the test's own."""

    engine: str

    def ref(self, name: str, kind: str = "table") -> ObjectRef:
        return ObjectRef(kind=kind, schema_name=SCHEMA[self.engine], name=name)

    async def open(self, name: str, kind: str = "table", **options: Any) -> OpenTableResponse:
        request = OpenTableRequest(connection_id=self.connection_id, object=self.ref(name, kind), **options)
        return await self.client.open_table(request)

    async def ids(self, name: str, *filters: TableFilter, order: Sequence[TableOrder] = ()) -> list[Any]:
        """The first cells of the rows that the filters let through."""
        answer = await self.open(name, columns=["id"], filters=list(filters), order=list(order))
        return [row[0] for row in rows_of(answer)]

    async def count(self, name: str, *filters: TableFilter, **options: Any) -> int:
        answer = await self.client.count_rows(
            CountRowsRequest(connection_id=self.connection_id, object=self.ref(name), filters=list(filters), **options)
        )
        assert answer.counted_rows.exact
        return answer.counted_rows.rows

    async def refusal(self, name: str, **options: Any) -> RequestFailed:
        with pytest.raises(RequestFailed) as failed:
            await self.open(name, **options)
        return failed.value


def rows_of(answer: OpenTableResponse) -> list[list[Any]]:
    return list(answer.rows)  # type: ignore[arg-type]  # only a sender packs rows


def where(column: str, op: Any, *values: Any, **options: Any) -> TableFilter:
    return TableFilter(column=column, op=op, values=list(values), **options)


@pytest.fixture(params=["sqlite", "postgresql", "mysql"])
async def tables(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Tables]:
    """Each engine in turn, with a table `words`."""
    engine = request.param
    target: Any = SqliteTarget(engine="sqlite", path=str(tmp_path / "tables.db"), mode="create")
    if engine != "sqlite":
        target = target_of(request.getfixturevalue(f"{engine}_service"))
    made = Tables(client, (await client.db_connect(target)).connection_id, engine)
    drop = {"postgresql": "DROP SCHEMA IF EXISTS opened CASCADE", "mysql": "DROP DATABASE IF EXISTS opened"}.get(engine)
    if drop is not None:
        await made.query(drop)
        await made.query("CREATE SCHEMA opened")
    text = DIALECTS[engine].text
    await made.query(f"CREATE TABLE {SCHEMA[engine]}.words (id integer PRIMARY KEY, a {text}, b {text})")
    for row in WORDS:
        await made.query(f"INSERT INTO {SCHEMA[engine]}.words VALUES ({', '.join(row)})")
    yield made
    await client.db_disconnect(DbDisconnectRequest(connection_id=made.connection_id))  # what is open holds locks
    if drop is not None:
        again = Database(client, (await client.db_connect(target)).connection_id)
        await again.query(drop)
        await client.db_disconnect(DbDisconnectRequest(connection_id=again.connection_id))


async def test_a_table_opens_with_its_columns_its_identity_and_its_statement(tables: Tables) -> None:
    answer = await tables.open("words", order=[TableOrder(column="id")])
    assert [column.name for column in answer.columns] == ["id", "a", "b"]
    assert [row[0] for row in rows_of(answer)] == [1, 2, 3, 4]
    assert (answer.row_identity.columns, answer.row_identity.source) == (["id"], "primary_key") or (
        tables.engine == "sqlite" and answer.row_identity.source in ("primary_key", "rowid")
    )
    assert (answer.complete, answer.total_rows, answer.counted_rows) == (True, 4, None)
    again = await tables.query(answer.sql, answer.params)
    assert again.rows == answer.rows


async def test_text_that_a_character_set_does_not_have_is_in_no_row(tables: Tables) -> None:
    if tables.engine != "mysql":
        return
    rows = ["(1, 'café', 'x')", "(2, 'CAFE', 'y')", "(3, NULL, NULL)", "(4, '\ufffd?', NULL)"]
    await tables.query(
        "CREATE TABLE opened.sets (id integer PRIMARY KEY, a varchar(20) CHARACTER SET latin1,"
        " e enum('x', 'y') CHARACTER SET latin1, b varchar(20) CHARACTER SET ascii,"
        " u varchar(20) CHARACTER SET utf8mb3)"
    )
    await tables.query(f"INSERT INTO opened.sets (id, u, e) VALUES {', '.join(rows)}")
    await tables.query("UPDATE opened.sets SET a = u, b = 'abc' WHERE id < 3")
    for column in ("a", "b", "u"):
        for op in ("eq", "contains", "starts_with", "ends_with", "like"):
            for match_case in (False, True):
                assert await tables.ids("sets", where(column, op, "😀", match_case=match_case)) == [], (column, op)
        there = [1, 2, 4] if column == "u" else [1, 2]
        assert await tables.ids("sets", where(column, "ne", "caf😀")) == there
    assert await tables.ids("sets", where("e", "eq", "😀")) == []
    assert await tables.ids("sets", where("a", "in", "😀", "café")) == [1]
    assert await tables.ids("sets", where("a", "eq", "cafè")) == [1, 2]  # by the column's own collation
    assert await tables.ids("sets", where("b", "eq", "ABC")) == [1, 2]
    assert await tables.ids("sets", where("b", "contains", "é")) == []


async def test_patterns_fit_text_whose_collation_is_not_deterministic(tables: Tables) -> None:
    if tables.engine != "postgresql":
        return
    await tables.query(
        "CREATE COLLATION opened.insensitive (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
    )
    await tables.query("CREATE DOMAIN opened.name AS text COLLATE opened.insensitive")
    await tables.query(
        "CREATE TABLE opened.loose (id integer PRIMARY KEY, a text COLLATE opened.insensitive, d opened.name)"
    )
    await tables.query("INSERT INTO opened.loose VALUES (1, 'Abc', 'Abc'), (2, 'abC', 'abC'), (3, 'x', 'x')")
    for column in ("a", "d"):
        assert await tables.ids("loose", where(column, "eq", "ABC")) == [1, 2]  # by the column's own collation
        for op, value in (("contains", "b"), ("starts_with", "a"), ("ends_with", "c"), ("like", "A_C")):
            assert await tables.ids("loose", where(column, op, value)) == [1, 2]
        assert await tables.ids("loose", where(column, "contains", "bc", match_case=True)) == [1]
        assert await tables.ids("loose", where(column, "starts_with", "a", match_case=True)) == [2]


async def test_the_columns_that_tell_rows_apart_follow_those_that_were_asked_for(tables: Tables) -> None:
    answer = await tables.open("words", columns=["b", "a"])
    assert [column.name for column in answer.columns] == ["b", "a", *answer.row_identity.columns]


async def test_filters_compare_search_and_leave_null_out(tables: Tables) -> None:
    assert sorted(await tables.ids("words", where("id", "ge", 3))) == [3, 4]
    assert sorted(await tables.ids("words", where("id", "between", "2", 3))) == [2, 3]
    assert sorted(await tables.ids("words", where("id", "in", 1, 4, 9))) == [1, 4]
    assert await tables.ids("words", where("id", "in")) == []
    assert sorted(await tables.ids("words", where("a", "ne", "a%b"))) == [3, 4]
    assert await tables.ids("words", where("a", "is_null")) == [1]
    assert sorted(await tables.ids("words", where("b", "is_not_null"), where("id", "lt", 4))) == [1, 2]
    assert await tables.ids("words", where("b", "eq", "it's")) == [4]


async def test_text_is_searched_as_it_is_and_with_patterns(tables: Tables) -> None:
    assert await tables.ids("words", where("a", "contains", "%")) == [2]
    assert await tables.ids("words", where("a", "contains", "_")) == [3]
    assert sorted(await tables.ids("words", where("a", "like", "a_b"))) == [2, 3, 4]
    assert await tables.ids("words", where("a", "like", r"a\_b")) == [3]
    assert await tables.ids("words", where("a", "ends_with", "xB")) == [4]
    assert await tables.ids("words", where("a", "contains", "xb", match_case=True)) == []
    assert await tables.ids("words", where("a", "starts_with", "aX", match_case=True)) == [4]
    assert sorted(await tables.ids("words", where("b", "eq", "ten"), order=())) == (
        [1, 2] if tables.engine == "mysql" else [1]  # the column's own collation
    )
    assert sorted(await tables.ids("words", where("b", "contains", "TEN"))) == [1, 2]
    assert await tables.ids("words", where("b", "like", "T%", match_case=True)) == [2]
    assert await tables.ids("words", where("id", "starts_with", "4")) == [4]
    await tables.query(
        f"INSERT INTO {SCHEMA[tables.engine]}.words VALUES (5, '[a]*?\\|', NULL)".replace(
            "\\", "\\\\" if tables.engine == "mysql" else "\\"
        )
    )
    for found in ("[a]*?\\|", "]*", "?\\", "\\|", "|"):
        assert await tables.ids("words", where("a", "contains", found)) == [5]
        assert await tables.ids("words", where("a", "contains", found, match_case=True)) == [5]


async def test_null_goes_where_it_is_wanted(tables: Tables) -> None:
    places: Sequence[tuple[bool, Any, list[int]]] = (
        (False, "first", [1, 2, 3, 4]), (False, "last", [2, 3, 4, 1]),
        (True, "first", [1, 4, 3, 2]), (True, "last", [4, 3, 2, 1]),
    )  # fmt: skip
    for descending, nulls, expected in places:
        await tables.query(f"UPDATE {SCHEMA[tables.engine]}.words SET a = id WHERE id > 1")
        order = [TableOrder(column="a", descending=descending, nulls=nulls)]
        assert await tables.ids("words", order=order) == expected


async def test_every_type_is_found_by_the_value_that_its_cell_shows(tables: Tables) -> None:
    schema, types = SCHEMA[tables.engine], await types_of(tables, tables.engine)
    if tables.engine == "postgresql":
        await tables.query("CREATE TYPE opened.mood AS ENUM ('sad', 'very happy')")
        await tables.query("CREATE TYPE opened.pair AS (a integer, b text)")
        await tables.query("CREATE DOMAIN opened.positive AS integer CHECK (VALUE > 0)")
    await tables.query(f"CREATE TABLE {schema}.types (id integer PRIMARY KEY, {', '.join(types)})")
    await tables.query(f"INSERT INTO {schema}.types VALUES (1, {', '.join(types.values())})")
    await tables.query(f"INSERT INTO {schema}.types (id) VALUES (2)")
    answer = await tables.open("types", filters=[where("id", "eq", 1)])
    (row,) = rows_of(answer)
    cells = dict(zip([one.name for one in answer.columns[1 : len(types) + 1]], row[1:], strict=False))
    assert None not in cells.values()
    for op in ("eq", "in"):
        everything = [where(name, op, cell) for name, cell in cells.items()]
        found = await tables.ids("types", *everything)
        assert found == [1], [one.column for one in everything if not await tables.ids("types", one)]
    await tables.query(f"INSERT INTO {schema}.types SELECT 3, {', '.join(cells)} FROM {schema}.types WHERE id = 1")
    for number in range(0, len(cells), 8):  # all that is said of two equal rows holds for both
        some = [where(name, "eq", cell) for name, cell in list(cells.items())[number : number + 8]]
        assert sorted(await tables.ids("types", *some)) == [1, 3]


async def test_odd_names_are_quoted(tables: Tables) -> None:
    quote = "`" if tables.engine == "mysql" else '"'
    name = 'od`d "t.%$1 ?'
    quoted = quote + name.replace(quote, quote * 2) + quote
    await tables.query(f"CREATE TABLE {SCHEMA[tables.engine]}.{quoted} ({quoted} integer PRIMARY KEY)")
    await tables.query(f"INSERT INTO {SCHEMA[tables.engine]}.{quoted} VALUES (7)")
    answer = await tables.open(name, filters=[where(name, "eq", 7)], order=[TableOrder(column=name, nulls="last")])
    assert rows_of(answer)[0][0] == 7
    assert await tables.count(name, where(name, "ge", 7)) == 1


async def test_what_is_not_there_or_does_not_fit_is_one_error_that_names_the_place(tables: Tables) -> None:
    async def path_of(**options: Any) -> str:
        failed = await tables.refusal("words", **options)
        assert failed.code == "invalid_message", failed
        return str(failed.details.path)

    assert await path_of(columns=["a", "no; DROP TABLE words"]) == "/data/columns/1"
    assert await path_of(columns=["a", "a"]) == "/data/columns"
    assert await path_of(filters=[where("a", "is_null"), where("A ", "is_null")]) == "/data/filters/1/column"
    assert await path_of(order=[TableOrder(column="x")]) == "/data/order/0/column"
    assert await path_of(filters=[where("a", "eq", None)]) == "/data/filters/0/values"
    assert await path_of(filters=[where("a", "eq")]) == "/data/filters/0/values"
    assert await path_of(filters=[where("a", "between", "b")]) == "/data/filters/0/values"
    assert await path_of(filters=[where("a", "contains", 5)]) == "/data/filters/0/values"
    assert (await tables.refusal("nothing")).code == "not_found"
    assert (await tables.refusal("words", kind="index")).code == "not_found"
    if tables.engine != "sqlite":  # where any column may have any value
        right = where("a", "eq", "x")
        assert (await path_of(filters=[right, where("id", "eq", "x")])).startswith("/data/filters/1")


async def test_a_value_that_does_not_fit_leaves_the_transaction_as_it_is(tables: Tables) -> None:
    opened = await tables.client.open_db_session(OpenDbSessionRequest(connection_id=tables.connection_id))
    session = {"db_session_id": opened.db_session_id}
    await tables.query("BEGIN", **session)
    await tables.query(f"INSERT INTO {SCHEMA[tables.engine]}.words VALUES (9, NULL, NULL)", **session)
    if tables.engine != "sqlite":
        await tables.refusal("words", filters=[where("id", "eq", "x")], **session)
    answer = await tables.open("words", filters=[where("id", "gt", 4)], **session)
    assert rows_of(answer)[0][0] == 9
    assert answer.transaction_status == "in_transaction"
    assert await tables.count("words", **session) == 5
    assert await tables.count("words") == 4
    assert (await tables.query("ROLLBACK", **session)).transaction_status == "idle"


async def test_counts_come_after_the_rows_and_say_what_they_are_worth(tables: Tables) -> None:
    numbers, name = DIALECTS[tables.engine].numbers.format(count=3000), f"{SCHEMA[tables.engine]}.numbers"
    await tables.query(f"CREATE TABLE {name} AS {numbers}")
    small = [where("n", "le", 10)]
    answer = await tables.open("numbers", count="exact", window_rows=5, filters=small)
    assert answer.counted_rows is not None
    assert (len(rows_of(answer)), answer.counted_rows.rows, answer.counted_rows.exact) == (5, 10, True)
    assert answer.result_id is not None
    await tables.client.close_result(CloseResultRequest(result_id=answer.result_id))
    assert (await tables.open("numbers", count="estimate", filters=small)).counted_rows is None
    assert await tables.count("numbers") == 3000
    assert await tables.count("numbers", where("n", "gt", 2999)) == 1
    if tables.engine == "sqlite":
        await tables.query("CREATE INDEX numbers_n ON numbers (n)")
    await tables.query(
        "ANALYZE" if tables.engine == "sqlite" else f"ANALYZE {'TABLE ' * (tables.engine == 'mysql')}{name}"
    )
    estimate = (await tables.open("numbers", count="estimate", window_rows=1)).counted_rows
    assert estimate is not None
    assert not estimate.exact
    assert 2000 <= estimate.rows <= 4000


async def test_views_open_and_have_no_identity(tables: Tables) -> None:
    schema = SCHEMA[tables.engine]
    await tables.query(f"CREATE VIEW {schema}.seen AS SELECT a, b FROM {schema}.words WHERE a IS NOT NULL")
    answer = await tables.open("seen", kind="view", order=[TableOrder(column="a")], count="estimate")
    assert len(rows_of(answer)) == 3
    assert (answer.row_identity.source, answer.row_identity.columns, answer.counted_rows) == ("none", [], None)


async def test_a_count_is_stopped_by_a_cancel(tables: Tables) -> None:
    schema = SCHEMA[tables.engine]
    endless = DIALECTS[tables.engine].endless
    await tables.query(f"CREATE VIEW {schema}.ever AS {endless}")
    pending = await tables.client.start(
        "count_rows", CountRowsRequest(connection_id=tables.connection_id, object=tables.ref("ever", "view"))
    )
    await anyio.sleep(0.2)
    assert (await tables.client.cancel(CancelRequest(request_id=pending.id))).outcome == "stopped"
    with pytest.raises(RequestFailed, match="cancel"):
        await pending.answer()


async def test_an_answer_names_no_result_when_its_count_fails(tables: Tables) -> None:
    schema = SCHEMA[tables.engine]
    endless = DIALECTS[tables.engine].numbers.format(count=5)
    await tables.query(f"CREATE TABLE {schema}.few AS {endless}")
    opened = await tables.client.open_db_session(OpenDbSessionRequest(connection_id=tables.connection_id))
    answer = await tables.open("few", window_rows=2, db_session_id=opened.db_session_id, count="exact")
    assert answer.counted_rows is not None
    assert answer.counted_rows.rows == 5


async def test_kinds_of_one_engine_open(tables: Tables) -> None:
    if tables.engine == "sqlite":
        await tables.query("CREATE VIRTUAL TABLE notes USING fts5 (body)")
        await tables.query("INSERT INTO notes VALUES ('one')")
        assert rows_of(await tables.open("notes", kind="virtual_table")) == [["one"]]
        await tables.query("CREATE TABLE bare (rowid_ TEXT, rowid TEXT)")
        await tables.query("INSERT INTO bare VALUES ('a', 'b')")
        answer = await tables.open("bare")
        assert (answer.row_identity.columns, rows_of(answer)) == (["_rowid_"], [["a", "b", 1]])
        assert rows_of(await tables.open("bare", filters=[where("_rowid_", "eq", "1")])) == [["a", "b", 1]]
    elif tables.engine == "postgresql":
        await tables.query("CREATE MATERIALIZED VIEW opened.frozen AS SELECT 1 AS one")
        assert rows_of(await tables.open("frozen", kind="materialized_view")) == [[1]]
        await tables.query("CREATE TABLE opened.parts (id integer PRIMARY KEY) PARTITION BY RANGE (id)")
        await tables.query("CREATE TABLE opened.part_1 PARTITION OF opened.parts FOR VALUES FROM (0) TO (9)")
        await tables.query("INSERT INTO opened.parts VALUES (3)")
        assert rows_of(await tables.open("parts")) == [[3]]
        await tables.query("CREATE TABLE opened.nothing ()")
        await tables.query("INSERT INTO opened.nothing DEFAULT VALUES")
        assert rows_of(await tables.open("nothing")) == [[]]
        refused = await tables.refusal("words", filters=[where("a", "eq", "x")], order=[TableOrder(column="zz")])
        assert refused.details.path == "/data/order/0/column"
        await tables.query("CREATE TABLE opened.docs (id integer, j json)")
        refused = await tables.refusal("docs", order=[TableOrder(column="id"), TableOrder(column="j")])
        assert refused.details.path == "/data/order/1"
    else:
        if HAS_SEQUENCES:
            await tables.query("CREATE SEQUENCE opened.counter")
            assert (await tables.refusal("counter")).code == "not_found"
        refused = await tables.refusal("words", filters=[where("id", "eq", "abc")])
        assert "'abc' is not a number" in refused.message
