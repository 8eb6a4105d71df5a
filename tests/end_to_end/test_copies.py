"""Tables are copied between all engines, and no value becomes another one."""

import re
import sys
from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.catalog import DescribeObjectsRequest, ObjectDescription, ObjectRef
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.copies import CopyTableRequest, CopyTableResponse

from litebase.client import Client, RequestFailed
from tests.conftest import Database, target_of

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="needs private servers")]

ENGINES = ["sqlite", "postgresql", "mysql"]
_TABLES = ("copy_source", "copy_target", "copy_back", "copy_parent")


@dataclass
class Side(Database):
    """A database at one end of a copy."""

    engine: str = ""
    schema: str = ""
    target: Any = None

    def ref(self, name: str, kind: str = "table") -> ObjectRef:
        """A table of it."""
        return ObjectRef(kind=kind, schema_name=self.schema, name=name)

    async def run(self, *statements: str) -> None:
        """Statements, one after the other."""
        for sql in statements:
            await self.query(sql)

    async def clear(self) -> None:
        """Drop what tests make."""
        await self.query("DROP VIEW IF EXISTS copy_view")
        for name in _TABLES:
            await self.query(f"DROP TABLE IF EXISTS {name}")

    async def described(self, name: str) -> ObjectDescription:
        """What a table is."""
        answer = await self.client.describe_objects(
            DescribeObjectsRequest(connection_id=self.connection_id, objects=[self.ref(name)])
        )
        return answer.descriptions[0]


async def copy(
    source: Side, target: Side, name: str = "copy_source", to: str = "copy_target", **more: Any
) -> CopyTableResponse:
    """Copy a table."""
    return await source.client.copy_table(
        CopyTableRequest(
            connection_id=source.connection_id,
            object=source.ref(name),
            target_connection_id=target.connection_id,
            target=target.ref(to),
            **more,
        )
    )


class Sides:
    """Opens databases, and closes them again."""

    def __init__(self, client: Client, request: pytest.FixtureRequest, folder: Path) -> None:
        self._client, self._request, self._folder = client, request, folder
        self.opened: list[Side] = []

    async def open(self, engine: str, name: str = "one", **options: Any) -> Side:
        """A database of an engine."""
        if engine == "sqlite":
            target: Any = SqliteTarget(engine="sqlite", path=str(self._folder / f"{name}.db"), mode="create", **options)
            schema = "main"
        else:
            service = self._request.getfixturevalue(f"{engine}_service")
            target = target_of(service, **options)
            schema = {"postgresql": "public", "mysql": service.database}[engine]
        found = await self._client.db_connect(target)
        side = Side(self._client, found.connection_id, engine, schema, target)
        self.opened.append(side)
        return side


@pytest.fixture
async def sides(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Sides]:
    """Databases, without tables of other tests."""
    opener = Sides(client, request, tmp_path)
    yield opener
    for one in opener.opened:
        await client.db_disconnect(DbDisconnectRequest(connection_id=one.connection_id))


@pytest.fixture(params=[(a, b) for a in ENGINES for b in ENGINES], ids=lambda pair: f"{pair[0]}-{pair[1]}")
async def pair(request: pytest.FixtureRequest, sides: Sides) -> AsyncIterator[tuple[Side, Side]]:
    """Each engine with each."""
    source, target = await sides.open(request.param[0]), await sides.open(request.param[1], "two")
    for one in (source, target):
        await one.clear()
    yield source, target
    for one in (source, target):
        await one.clear()


@dataclass
class Failure:
    """What a request failed with."""

    code: str
    message: str
    details: Mapping[str, Any]


async def failure(waited: Awaitable[Any]) -> Failure:
    """The error of a request."""
    with pytest.raises(RequestFailed) as raised:
        await waited
    failed = raised.value
    return Failure(failed.code, str(failed), failed.details.model_dump() if failed.details else {})


# Values that other programs change: whole rows, as each engine writes them.
_HARD: Mapping[str, tuple[str, str]] = {
    "postgresql": (
        "id bigint PRIMARY KEY, i2 smallint, i4 integer, flag boolean NOT NULL, d numeric, d2 numeric(20,4), r real, "
        "f double precision, t text, v varchar(40), c char(5), b bytea, day date, at time(3), atz timetz, "
        "m timestamp, mz timestamptz, iv interval, j json, jb jsonb, u uuid, net inet, a int[], ta text[], "
        "rg int4range, bits bit(5), vb varbit, x xml, p point, mo money",
        r"""(-9223372036854775808, -32768, -2147483648, true, 12345678901234567890.123456789012345678901234567890,
        1234567890123456.1234, 0.1, 0.1, 'plain', 'ünï', 'ab', '\x00ff'::bytea, '2024-02-29', '23:59:59.125',
        '12:00:00+05:30', '2024-01-01 00:00:00.000001', '2024-07-01 12:00:00.5+02', '1 year 2 mons -3 days 04:05:06.7',
        '{"b": 1.0, "a": 12345678901234567890}', '{"k": 1.00}', '00000000-0000-0000-0000-0000000000ff', '::1/128',
        '{1,NULL,3}', ARRAY['a,b', 'c"d', NULL, ''], '[1,5)', B'10110', B'101', '<a>&lt;</a>', '(1.5,-2)', '-1234.56'),
        (9223372036854775807, 32767, 2147483647, false, 0.000, -0.0001, 3.4028235e38, 5e-324, '', E'tab\tnew\nline\\',
        '', ''::bytea, '0999-12-31', '00:00:00', '23:59:59.999999-12', '1000-01-01 00:00:00', '1970-01-01 00:00:00+00',
        '00:00:00', ' { } ', '[]', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '10.0.0.0/8', '{}', '{}', 'empty', B'00000',
        B'', 'text', '(0,0)', '0'),
        (0, 0, 0, true, 1e50, 0, 16777216, -0.0, E'''quotes'' "both" `and` 😀', '\N', NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, 'null', 'null', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        (7, NULL, NULL, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)""",
    ),
    "mysql": (
        "id bigint PRIMARY KEY, u8 tinyint unsigned, i3 mediumint, u4 int unsigned, u bigint unsigned, one tinyint(1) "
        "NOT NULL, d decimal(65,30), d2 decimal(10,2), r float, f double, t longtext, v varchar(40), c char(5), "
        "b blob, bi binary(4), vb varbinary(10), day date, at time(6), m datetime(6), mz timestamp(6) NULL, y year, "
        "e enum('a','b c','d''e'), s set('x','y','z'), bits bit(10), j json",
        r"""(-9223372036854775808, 255, -8388608, 4294967295, 9223372036854775807, 2,
        12345678901234567890123456789012345.123456789012345678901234567890, -12345678.90, 16777215, 0.1, 'plain', 'ünï',
        'ab', X'00ff', X'00010203', X'', '2024-02-29', '838:59:59.000000', '2024-01-01 00:00:00.000001',
        '2024-07-01 12:00:00.5', 2024, 'b c', 'x,z', b'1011001110', '{"b": 1.0, "a": [1, null]}'),
        (9223372036854775807, 0, 8388607, 0, 0, 0, 0, 0, 0.1, 5e-324, '', 'tab\tnew\nline\\', '', X'', X'00000000',
        X'ff', '1000-01-01', '-838:59:59', '9999-12-31 23:59:59.999999', '1970-01-02 00:00:00', 1901, 'd''e', '',
        b'0', 'null'),
        (0, NULL, NULL, NULL, NULL, 1, NULL, NULL, 3.4028234e38, -1.7976931348623157e308, '''quotes'' "both" `and` 😀',
        '\\N', NULL, NULL, NULL, NULL, NULL, '12:30:00', NULL, NULL, NULL, NULL, NULL, NULL, NULL)""",
    ),
    "sqlite": (
        "id INTEGER PRIMARY KEY, i INTEGER, flag BOOLEAN NOT NULL, r REAL, t TEXT, b BLOB, day DATE, at TIME, "
        "m DATETIME, d DECIMAL(12,3), u UUID, j TEXT",
        """(-9223372036854775808, 9223372036854775807, 1, 0.1, 'plain', x'00ff', '2024-02-29', '23:59:59.125',
        '2024-01-01 00:00:00.000001', 123456.789, '00000000-0000-0000-0000-0000000000ff', '{"b": 1.0}'),
        (9223372036854775807, 0, 0, 5e-324, '', x'', '1000-01-01', '00:00:00', '1000-01-01 00:00:00', -0.5, NULL, ''),
        (0, NULL, 1, -1.7976931348623157e308, '''q'' "b" `x` 😀\\N', NULL, NULL, NULL, NULL, 7, NULL, NULL),
        (7, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)""",
    ),
}
_FRACTION = re.compile(r"(:\d\d)(\.\d*?)0*$")


def _shown(cell: Any) -> str:
    """A value as text. A fraction of a second is the same with fewer zeros at its end, where SQLite keeps texts."""
    return repr(_FRACTION.sub(r"\1\2", cell).removesuffix(".") if isinstance(cell, str) else cell)


def _values(text: str) -> str:
    return f"INSERT INTO copy_source VALUES {text}"


async def hard(side: Side) -> None:
    """A table of them."""
    columns, rows = _HARD[side.engine]
    await side.run(f"CREATE TABLE copy_source ({columns})", _values(rows))


async def test_no_value_is_another_one_after_the_way_there_and_back(pair: tuple[Side, Side]) -> None:
    source, target = pair
    await hard(source)
    there = await copy(source, target)
    assert there.created
    assert there.rows == there.read >= 3
    await source.run(f"CREATE TABLE copy_back ({_HARD[source.engine][0]})")
    back = await copy(target, source, "copy_target", "copy_back", structure="existing")
    assert back.rows == there.rows
    wanted = await source.rows("SELECT * FROM copy_source ORDER BY id")
    found = await source.rows("SELECT * FROM copy_back ORDER BY id")
    assert [list(map(_shown, row)) for row in found] == [list(map(_shown, row)) for row in wanted]


async def test_values_that_the_target_lacks_end_the_copy_and_leave_nothing(sides: Sides) -> None:
    postgresql, mysql, sqlite = [await sides.open(engine) for engine in ("postgresql", "mysql", "sqlite")]
    cases = [
        (postgresql, mysql, "double precision", "'NaN'", "finite"),
        (postgresql, sqlite, "double precision", "'NaN'", "NaN"),
        (postgresql, sqlite, "double precision", "'-0'", "-0.0"),
        (postgresql, mysql, "date", "'infinity'", "date"),
        (postgresql, mysql, "date", "'0044-03-15 BC'", "beyond"),
        (postgresql, mysql, "numeric(10,2)", "'NaN'", "number"),
        (mysql, postgresql, "text", "'a\\0b'", ""),
        (mysql, sqlite, "bigint unsigned", "18446744073709551615", "beyond"),
        (sqlite, postgresql, "INTEGER", "'five'", "integer"),
        (sqlite, postgresql, "TEXT", "x'ff'", "bytes"),
        (sqlite, mysql, "TEXT", "CAST(x'ff' AS TEXT)", "encoding"),
        (sqlite, postgresql, "DATE", "1699999999", "date"),
    ]
    for source, target, db_type, value, why in cases:
        await source.clear()
        await target.clear()
        await source.run(f"CREATE TABLE copy_source (a {db_type})", f"INSERT INTO copy_source VALUES (NULL), ({value})")
        refused = await failure(copy(source, target))
        assert refused.code == "row_rejected", (db_type, value)
        told = "a" if why else None  # the server itself names none
        assert (refused.details["line"], refused.details["column"]) == (2, told), (db_type, refused.message)
        assert why in refused.message, refused.message
        assert (await failure(copy(target, source, "copy_target", "copy_back"))).code == "not_found"
    for one in (postgresql, mysql, sqlite):
        await one.clear()


async def test_a_type_with_no_equal_becomes_text_and_says_so(sides: Sides) -> None:
    postgresql, mysql, sqlite = [await sides.open(engine) for engine in ("postgresql", "mysql", "sqlite")]
    for one in (postgresql, mysql, sqlite):
        await one.clear()
    await postgresql.run(
        "DROP TYPE IF EXISTS copy_mood",
        "CREATE TYPE copy_mood AS ENUM ('sad', 'ok')",
        "CREATE TABLE copy_source (id int PRIMARY KEY, mood copy_mood, d numeric, a int[])",
        "INSERT INTO copy_source VALUES (1, 'ok', 1.50, '{1,2}')",
    )
    for target in (mysql, sqlite):
        answer = await copy(postgresql, target)
        told = {one.column: one.code for one in answer.warnings}
        assert told == {"mood": "becomes_text", "d": "becomes_text", "a": "becomes_text"}
        assert await target.rows("SELECT * FROM copy_target") == [[1, "ok", "1.50", "{1,2}"]]
    assert not (await copy(postgresql, postgresql)).warnings
    await postgresql.clear()
    await postgresql.run("DROP TYPE copy_mood")
    for one in (mysql, sqlite):
        await one.clear()
