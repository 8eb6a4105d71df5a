"""CSV that PostgreSQL writes is byte for byte what we write of the rows, whatever is in them."""

import math
import random
import struct
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.catalog import ObjectRef
from litebase_schema.connection import DbDisconnectRequest
from litebase_schema.db_session import BeginRequest, OpenDbSessionRequest, RollbackRequest
from litebase_schema.export import ExportRowsRequest, ExportRowsResponse

from litebase.client import Client, RequestFailed
from tests.conftest import Database, target_of
from tools.services import Service

pytestmark = pytest.mark.anyio

_MORE_ROWS_THAN_THERE_ARE = 2**40  # with `max_rows` the rows are read
_COLUMNS = (
    "i2 smallint, i4 integer, i8 bigint, o oid, n numeric, n2 numeric(10,2), f4 real, f8 double precision, money money,"
    ' yes boolean, c char(3), vc varchar(20), t text, name name, internal "char", by bytea, d date, tm time,'
    " tz timetz, ts timestamp, tsz timestamptz, iv interval, j json, jb jsonb, x xml, u uuid, b bit(3), vb varbit,"
    " net inet, block cidr, mac macaddr, p point, poly polygon, r int4range, mr int8multirange, ints integer[],"
    " bools boolean[], byteas bytea[], floats float8[], e mood, pair pair, dom truth, domf ratio, domb raw, q tsquery,"
    ' v tsvector, lsn pg_lsn, "odd "", name" text, "é" text'
)  # fmt: skip
_TYPES = (
    "CREATE TYPE mood AS ENUM ('sad', 'so, so', 'say \"x\"')",
    "CREATE TYPE pair AS (a double precision, b text, c boolean)",
    "CREATE DOMAIN truth AS boolean",
    "CREATE DOMAIN ratio AS double precision",
    "CREATE DOMAIN raw AS bytea",
)
_FULL = (
    "-1, 2, 9223372036854775807, 4294967295, 1e30, 12.50, 0.1, 1e15, 3.5, true, 'a', 'a,b', 'say \"x\"', 'n', 'c',"
    " '\\x00ff0a22', '2026-01-31', '24:00:00', '12:00:00.5+05:30', 'infinity', '2026-01-31 12:00:00.123456+02',"
    " '1 mon -2 days 03:00', '{\"a\":\n [1.10]}', '{\"b\": \"c,d\"}', '<a>,\"</a>',"
    " '12345678-1234-1234-1234-123456789abc', '101', '', '10.0.0.1/8', '10.0.0.0/8', '08:00:2b:01:02:03', '(1,2.5)',"
    " '((0,0),(1,1))', '[1,5)', '{[1,3),[5,7)}', '{1,NULL,3}', '{t,f}', ARRAY['\\x0a'::bytea], '{0.1,1,NaN}',"
    " 'so, so', ROW(1, 'x,\"y', false), true, 1, '\\x01', '''a'' & ''b''', '''a'':1 ''b'':2', '16/B374D848',"
    " E'\\\\.', E'\\x01\\x02 tab\\t cr\\r lf\\n ; | größe 🐘'"
)  # fmt: skip
_EDGES = [0.0, -0.0, 1.0, -1.0, 1e-4, 1e-5, 123456.0, 999999999999999.0, 1e15, 9007199254740993.0, 1e16, 2.0**54]
_EDGES += [5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e21, 1e22, 1e23, 5e22, 9.5367431640625e-07]


def _floats() -> Sequence[float]:
    """Edges, powers of two, their neighbours, whole numbers, and any bits at all; the same in each run."""
    numbers = random.Random(20)
    drawn = [struct.unpack("<d", numbers.randbytes(8))[0] for _ in range(4000)]
    powers = [2.0**exponent for exponent in range(-80, 90)]
    near = [struct.unpack("<d", struct.pack("<q", struct.unpack("<q", struct.pack("<d", one))[0] + step))[0]
            for one in powers for step in (-1, 1)]  # fmt: skip
    usual = [numbers.randrange(10**12) / 10 ** numbers.randrange(12) for _ in range(2000)]
    large = [float(numbers.randrange(2**53, 2**77)) for _ in range(2000)]
    return [*_EDGES, *powers, *near, *usual, *large, *(one for one in drawn if not math.isnan(one))]


@pytest.fixture
async def database(client: Client, postgresql_service: Service) -> AsyncIterator[Database]:
    """A connection, with a schema of this test that is gone afterwards."""
    opened = await client.db_connect(target_of(postgresql_service))
    connected = Database(client, opened.connection_id)
    await connected.query("CREATE SCHEMA copied")
    try:
        yield connected
    finally:
        await connected.query("DROP SCHEMA copied CASCADE")
        await client.db_disconnect(DbDisconnectRequest(connection_id=connected.connection_id))


async def _make(database: Database) -> None:
    for sql in _TYPES:
        await database.query(sql.replace("TYPE ", "TYPE copied.").replace("DOMAIN ", "DOMAIN copied."))
    columns = _COLUMNS
    if (await database.rows("SELECT to_regtype('int8multirange') IS NULL"))[0][0]:  # before PostgreSQL 14
        columns = columns.replace("int8multirange", "text")
    for name in ("mood", "pair", "truth", "ratio", "raw"):
        columns = columns.replace(f" {name},", f" copied.{name},")
    await database.query(f"CREATE TABLE copied.everything ({columns})")
    await database.query(f"INSERT INTO copied.everything VALUES ({_FULL})")
    await database.query("INSERT INTO copied.everything (t, by, vb, domb) VALUES ('', '', '', '')")
    await database.query("INSERT INTO copied.everything DEFAULT VALUES")
    await database.query("INSERT INTO copied.everything (f4, f8, yes) VALUES ('NaN', '-Infinity', false)")


async def _export(database: Database, path: Path, form: str, name: str, **more: Any) -> ExportRowsResponse:
    source = {
        "connection_id": database.connection_id,
        "object": ObjectRef(kind=more.pop("kind", "table"), schema_name="copied", name=name),
        **more.pop("source", {}),
    }
    request = {"source": source, "format": form, "path": str(path), "overwrite": True, **more}
    return await database.client.export_rows(ExportRowsRequest.model_validate(request))


async def _both(database: Database, folder: Path, form: str, name: str, **more: Any) -> bytes:
    """The file as the server's lines make it; it must be the one that the rows make."""
    copied = await _export(database, folder / "copied", form, name, **more)
    of_rows = await _export(
        database, folder / "rows", form, name, source={"max_rows": _MORE_ROWS_THAN_THERE_ARE}, **more
    )
    assert folder.joinpath("copied").read_bytes() == folder.joinpath("rows").read_bytes()
    assert (copied.rows, copied.bytes, copied.warnings) == (of_rows.rows, of_rows.bytes, of_rows.warnings)
    return folder.joinpath("copied").read_bytes()


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("csv", {}),
        ("csv", {"separator": ";", "bytes_as": "backslash_hex", "header": False}),
        ("csv", {"separator": "|", "bytes_as": "base64", "bom": True}),
        ("csv", {"separator": "\t", "null_text": ""}),
        ("tsv", {"bytes_as": "base64"}),
        ("csv", {"separator": ":"}),
        ("csv", {"quote": "'", "null_text": "-", "line_end": "crlf", "quote_all": True, "encoding": "utf-16-le"}),
    ],
    ids=str,
)
async def test_every_type_is_the_same(database: Database, tmp_path: Path, form: str, options: dict[str, Any]) -> None:
    await _make(database)
    await _both(database, tmp_path, form, "everything", options=options)
    some = {"columns": [47, 6, 9, 15, 6, 0]}
    await _both(database, tmp_path, form, "everything", options=options, selection=some)
    await _both(database, tmp_path, form, "everything", options=options, selection={"columns": [7]})


async def test_every_float_is_the_same(database: Database, tmp_path: Path) -> None:
    await database.query("CREATE TABLE copied.floats (id serial, f8 float8, f4 real)")
    floats = _floats()
    await database.query(
        "INSERT INTO copied.floats (f8) SELECT unnest($1::float8[])", [f"{{{','.join(map(repr, floats))}}}"]
    )
    await database.query("INSERT INTO copied.floats (f4) SELECT (random() * 1e6)::real FROM generate_series(1, 1000)")
    content = await _both(database, tmp_path, "csv", "floats")
    written = [line.split(",")[1] for line in content.decode().splitlines()[1 : len(floats) + 1]]
    assert written == [repr(one).replace("inf", "Infinity") for one in floats]


async def test_it_is_the_server_that_writes_the_lines(database: Database, tmp_path: Path) -> None:
    await database.query("CREATE VIEW copied.said AS SELECT 1 AS one, current_query() AS said")
    await _export(database, tmp_path / "a", "csv", "said", kind="view")
    assert b',"COPY (SELECT ""one"", ""said"" FROM' in (tmp_path / "a").read_bytes()
    await _export(database, tmp_path / "b", "csv", "said", kind="view", options={"quote_all": True})
    assert b'"SELECT * FROM' in (tmp_path / "b").read_bytes()


async def test_text_that_is_not_valid_is_read_as_rows(
    client: Client, postgresql_service: Service, tmp_path: Path
) -> None:
    """A database without an encoding keeps any bytes."""
    opened = await client.db_connect(target_of(postgresql_service))
    await Database(client, opened.connection_id).query(
        "CREATE DATABASE bytes_of_any_kind ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    )
    target = target_of(postgresql_service).model_copy(update={"database": "bytes_of_any_kind"})
    other = Database(client, (await client.db_connect(target)).connection_id)
    try:
        await other.query("CREATE SCHEMA copied")
        await other.query("CREATE TABLE copied.t (id int, t text)")
        await other.query("INSERT INTO copied.t VALUES (1, 'ok'), (2, convert_from('\\x61ff', 'SQL_ASCII'))")
        content = await _both(other, tmp_path, "csv", "t")
        assert content == b"id,t\n1,ok\n2,61ff\n"
    finally:
        await client.db_disconnect(DbDisconnectRequest(connection_id=other.connection_id))
        first = Database(client, opened.connection_id)
        await first.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'bytes_of_any_kind'")
        await first.query("DROP DATABASE bytes_of_any_kind")
        await client.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))


async def test_a_failure_is_that_of_reading_the_rows(database: Database, tmp_path: Path) -> None:
    """One half-way leaves no file, and a table that is gone is told as ever."""
    await database.query("CREATE VIEW copied.zero AS SELECT i, 1 / (90000 - i) AS n FROM generate_series(1, 100000) i")
    for name, kind, message in (("zero", "view", "division by zero"), ("gone", "table", "does not exist")):
        with pytest.raises(RequestFailed, match=message) as failed:
            await _export(database, tmp_path / "a", "csv", name, kind=kind)
        assert failed.value.code == "query_failed"
        assert list(tmp_path.iterdir()) == []
    assert await database.rows("SELECT 1") == [[1]]


async def test_a_transaction_sees_its_own_rows(database: Database, tmp_path: Path) -> None:
    client = database.client
    session = (await client.open_db_session(OpenDbSessionRequest(connection_id=database.connection_id))).db_session_id
    await client.begin(BeginRequest(db_session_id=session))
    await database.query("CREATE TABLE copied.mine AS SELECT 1.5::float8 AS f, true AS yes", db_session_id=session)
    answer = await _export(database, tmp_path / "a", "csv", "mine", source={"db_session_id": session})
    assert (answer.rows, (tmp_path / "a").read_text(encoding="utf-8")) == (1, "f,yes\n1.5,true\n")
    await client.rollback(RollbackRequest(db_session_id=session))


async def test_children_partitions_and_columns_of_every_kind_are_the_same(database: Database, tmp_path: Path) -> None:
    """COPY of a table by its name would leave out children, and refuse views, policies and partitioned tables."""
    for sql in (
        "CREATE TABLE copied.parent (a int, gone text, b float8, twice float8 GENERATED ALWAYS AS (b * 2) STORED)",
        "ALTER TABLE copied.parent DROP COLUMN gone",
        "INSERT INTO copied.parent VALUES (1, 0.1)",
        "CREATE TABLE copied.child (c text) INHERITS (copied.parent)",
        "INSERT INTO copied.child VALUES (2, 0.2, DEFAULT, 'x')",
        "CREATE TABLE copied.parts (a int, b text) PARTITION BY RANGE (a)",
        "CREATE TABLE copied.low PARTITION OF copied.parts FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE copied.high PARTITION OF copied.parts FOR VALUES FROM (10) TO (20)",
        "INSERT INTO copied.parts VALUES (1, 'low'), (11, 'high')",
        "CREATE MATERIALIZED VIEW copied.kept AS SELECT a, b, a > 1 AS yes FROM copied.parent",
    ):
        await database.query(sql)
    assert await _both(database, tmp_path, "csv", "parent") == b"a,b,twice\n1,0.1,0.2\n2,0.2,0.4\n"
    assert await _both(database, tmp_path, "csv", "parts") == b"a,b\n1,low\n11,high\n"
    kept = await _both(database, tmp_path, "csv", "kept", kind="materialized_view")
    assert kept == b"a,b,yes\n1,0.1,false\n2,0.2,true\n"


async def test_policies_hold_and_settings_of_a_session_change_nothing(
    database: Database, client: Client, postgresql_service: Service, tmp_path: Path
) -> None:
    for sql in (
        "CREATE TABLE copied.ours (a int, by bytea, d date, iv interval, f8 float8)",
        "INSERT INTO copied.ours SELECT i, '\\x00ff', '2026-01-31', '1 mon 2 days', 0.1::float8 + 0.2::float8"
        " FROM generate_series(1, 3) i",
        "ALTER TABLE copied.ours ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY visible ON copied.ours USING (a < 3)",
        "DROP ROLE IF EXISTS copied_reader",
        "CREATE ROLE copied_reader",
        "GRANT USAGE ON SCHEMA copied TO copied_reader",
        "GRANT SELECT ON copied.ours TO copied_reader",
    ):
        await database.query(sql)
    settings = (
        "SET ROLE copied_reader",
        "SET datestyle = 'German'",
        "SET intervalstyle = 'sql_standard'",
        "SET bytea_output = 'escape'",
        "SET extra_float_digits = 0",
        "SET client_encoding = 'LATIN1'",
        "SET standard_conforming_strings = off",
    )
    target = target_of(postgresql_service).model_copy(update={"init_sql": "; ".join(settings)})
    other = Database(client, (await client.db_connect(target)).connection_id)
    try:
        content = await _both(other, tmp_path, "csv", "ours", options={"bytes_as": "backslash_hex"})
        assert [line.split(",")[:2] for line in content.decode().splitlines()] == [
            ["a", "by"], ["1", "\\x00ff"], ["2", "\\x00ff"],
        ]  # fmt: skip
    finally:
        await client.db_disconnect(DbDisconnectRequest(connection_id=other.connection_id))
        await database.query("DROP OWNED BY copied_reader")
        await database.query("DROP ROLE copied_reader")


async def test_one_that_is_stopped_half_way_leaves_its_session_usable(database: Database, tmp_path: Path) -> None:
    await database.query(
        "CREATE VIEW copied.endless AS SELECT i, repeat('x', 1000) AS t FROM generate_series(1, 1000000000) i"
    )
    for _ in range(3):
        with pytest.raises(RequestFailed) as failed:
            await _export(database, tmp_path / "a", "csv", "endless", kind="view", timeout_ms=300)
        assert failed.value.code == "timeout"
        assert list(tmp_path.iterdir()) == []
    running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY (SELECT%' AND state = 'active'"
    assert await database.rows(running) == [[0]]
