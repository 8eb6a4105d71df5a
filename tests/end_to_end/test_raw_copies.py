"""Between tables of PostgreSQL with the same types, the lines of COPY are passed on: nothing in them changes."""

import sys

import pytest
from litebase_schema.connection import DbDisconnectRequest

from tests.end_to_end.test_copies import Side, Sides, copy, failure, sides

__all__ = ["sides"]
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="needs private servers")]

_TABLE = """CREATE TABLE copy_source (id int PRIMARY KEY, t text, b bytea, n numeric, f double precision, r real,
a text[], j jsonb, ts timestamptz, i interval, bits bit(3), m money, c char(5), bo boolean)"""
_ROWS = """INSERT INTO copy_source VALUES
(1, E'tab\\t nl\\n cr\\r back\\\\slash \\\\N', '\\x00ff5c6e', 'NaN', '-0', 0.1, ARRAY['x', NULL, E'"\\\\'],
 '{"a": "\\\\n"}', 'infinity', '1 year 2 days 00:00:00.000001', B'101', 12.5, 'ab', true),
(2, E'\\\\N', '', 1e300, 1e-300, 'infinity', '{}', 'null', '2024-02-29 12:00:00.123456+02',
 '-1 day', B'000', -1, '', false),
(3, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
(4, E'\\\\.', '\\x5c2e', 0.10, 0.30000000000000004, 1, ARRAY[E'\\n'], '[]', '0044-03-15 BC', '0', B'111', 0,
 'größe', NULL)"""
_LEFT = "SELECT count(*) FROM (SELECT t::text FROM copy_source t EXCEPT ALL SELECT t::text FROM copy_target t) AS d"


@pytest.mark.parametrize("all_or_nothing", [True, False])
async def test_lines_are_passed_on_and_every_value_stays_what_it_is(sides: Sides, all_or_nothing: bool) -> None:
    one, other = await sides.open("postgresql"), await sides.open("postgresql", init_sql="SET datestyle = 'SQL, DMY'")
    await one.clear()
    await one.run(
        _TABLE, _ROWS, "INSERT INTO copy_source (id, t) SELECT g, repeat('x', 9) FROM generate_series(5, 9000) g"
    )
    answer = await copy(one, other, all_or_nothing=all_or_nothing)
    assert (answer.rows, answer.statements[0].startswith("COPY (SELECT ")) == (9000, True)
    assert await one.rows(_LEFT) == [[0]]
    again = await copy(one, other, structure="existing", mode="skip")
    assert (again.read, again.rows, again.skipped) == (9000, 0, 9000)
    await one.query("UPDATE copy_target SET t = NULL WHERE id < 3")
    assert (await copy(one, other, structure="existing", mode="upsert")).rows == 9000
    assert await one.rows(_LEFT) == [[0]]
    await one.query("DELETE FROM copy_target WHERE id > 700")
    rest = await copy(one, other, structure="existing", resume=True)
    assert (rest.rows, await one.rows(_LEFT)) == (8300, [[0]])
    await one.clear()


async def test_a_refused_line_is_told_with_its_number_and_column(sides: Sides) -> None:
    one, other = await sides.open("postgresql"), await sides.open("postgresql")
    await one.clear()
    await one.run(
        "CREATE TABLE copy_source (id int, t text)",
        "CREATE TABLE copy_target (id int, t text NOT NULL)",
        "INSERT INTO copy_source SELECT g, nullif(g, 4321)::text FROM generate_series(1, 6000) g",
    )
    refused = await failure(copy(one, other, structure="existing"))
    assert (refused.code, refused.details["line"], refused.details["column"]) == ("row_rejected", 4321, "t")
    assert await one.rows("SELECT count(*) FROM copy_target") == [[0]]
    await one.clear()


async def test_another_type_or_engine_takes_the_road_of_values(sides: Sides) -> None:
    one, other, file = await sides.open("postgresql"), await sides.open("postgresql"), await sides.open("sqlite")
    await one.clear()
    await one.run("CREATE TABLE copy_source (a numeric)", "CREATE TABLE copy_target (a double precision)")
    await one.query("INSERT INTO copy_source VALUES (0.5)")
    assert (await copy(one, other, structure="existing")).statements[0].startswith("SELECT ")
    assert (await copy(one, file)).statements[0].startswith("SELECT ")
    await one.clear()


_ODD = (
    "SET bytea_output = 'escape'; SET extra_float_digits = -5; SET intervalstyle = '{0}'; SET datestyle = '{1}'; "
    "SET timezone = 'Asia/Tokyo'; SET xmloption = 'document'; SET array_nulls = off"
)
_DATED = """CREATE TABLE copy_source ("update" int PRIMARY KEY, b bytea, f double precision, r real, ts timestamptz,
d date, tz timetz, i interval, "insert" text[], a timestamptz[], tr tstzrange, ia interval[], x xml,
g int GENERATED ALWAYS AS ("update" * 2) STORED)"""
_DATED_ROW = """INSERT INTO copy_source VALUES (1, '\\x00ff5c', 0.30000000000000004, 1.1754944e-38,
'2024-02-03 04:05:06.7+02', '2024-02-03', '10:11:12+03', '-1 year -2 days +03:00:00', '{NULL,"NULL"}',
'{2024-02-03 04:05:06+05}', '[2024-02-03 04:05:06+05,2024-02-05 04:05:06+05)', '{-1 day +2 hours}', 'a<b/>')"""


@pytest.mark.parametrize("read_only", [False, True])
async def test_the_settings_of_neither_session_show_in_the_values(sides: Sides, read_only: bool) -> None:
    one = await sides.open("postgresql", init_sql=_ODD.format("sql_standard", "German"), read_only=read_only)
    usual = await sides.open("postgresql")
    other = await sides.open("postgresql", init_sql=_ODD.format("iso_8601", "SQL, MDY"))
    await usual.clear()
    await usual.run(_DATED, _DATED_ROW)
    await usual.query("ALTER TABLE copy_source ENABLE ROW LEVEL SECURITY")
    answer = await copy(one, other)
    assert answer.rows == 1
    assert answer.statements[0].startswith("SELECT " if read_only else "COPY (SELECT ")
    assert await usual.rows(_LEFT) == [[0]]
    await usual.run("DROP TABLE copy_target", _DATED.replace("copy_source", "copy_target").replace("* 2", "* 3"))
    answer = await copy(one, other, structure="existing", all_or_nothing=False)
    assert (answer.rows, [one.column for one in answer.warnings]) == (1, ["g"])
    assert await usual.rows('SELECT g FROM copy_target WHERE "insert"[1] IS NULL') == [[3]]
    await usual.clear()


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
async def test_databases_with_other_encodings_get_and_give_the_same_text(sides: Sides, encoding: str) -> None:
    one = await sides.open("postgresql")
    await one.clear()
    await one.run(
        "DROP DATABASE IF EXISTS copy_encoded",
        f"CREATE DATABASE copy_encoded TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'",
        "CREATE TABLE copy_source (id int PRIMARY KEY, t text)",
        "INSERT INTO copy_source VALUES (1, E'größe \\\\ \\t')",
    )
    target = one.target.model_copy(update={"database": "copy_encoded"})
    opened = await one.client.db_connect(target)
    other = Side(one.client, opened.connection_id, "postgresql", "public", target)
    assert (await copy(one, other)).statements[0].startswith("COPY ")
    await copy(other, one, "copy_target", "copy_back")
    assert await one.rows("SELECT t FROM copy_back") == [["größe \\ \t"]]
    await other.query("DROP TABLE copy_target")
    if encoding == "LATIN1":
        await one.query("INSERT INTO copy_source VALUES (2, '日本')")
        refused = await failure(copy(one, other))
    else:
        await other.query("CREATE TABLE copy_source AS SELECT 1 AS id, 'ok'::text AS t UNION ALL SELECT 2, E'a\\xff'")
        refused = await failure(copy(other, one, to="copy_target"))
    assert (refused.code, refused.details["line"]) == ("row_rejected", 2)
    await one.client.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))
    await one.run("DROP DATABASE copy_encoded WITH (FORCE)")
    await one.clear()
