"""Between tables of PostgreSQL with the same types, the lines of COPY are passed on: nothing in them changes."""

import sys

import pytest

from tests.end_to_end.test_copies import Sides, copy, failure, sides

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
