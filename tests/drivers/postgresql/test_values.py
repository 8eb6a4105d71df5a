"""Values of PostgreSQL: what the server says is what arrives, and what is sent is what the server stores."""

import json
import math
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litebase_schema.values import TypedParameter

from litebase.drivers.interface import Statement
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.errors import QueryFailed, Unsupported
from tests.drivers.conformance import rows_of, run
from tests.drivers.postgresql.conftest import OpenSession
from tests.drivers.postgresql.versions import major_of
from tools.services import Service

pytestmark = pytest.mark.anyio

# SQL, type as format_type() gives it, kind, the cell; None as cell: the server's own text
FIDELITY: list[tuple[str, str, str, Any]] = [
    ("true", "boolean", "boolean", True),
    ("(-32768)::smallint", "smallint", "integer", -32768),
    ("2147483647", "integer", "integer", 2**31 - 1),
    ("(-9223372036854775808)::bigint", "bigint", "integer", -(2**63)),
    ("4294967295::oid", "oid", "integer", 2**32 - 1),
    ("0.1::real", "real", "float", 0.1),
    ("3.4028235e38::real", "real", "float", 3.4028235e38),
    ("1.7976931348623157e308::float8", "double precision", "float", 1.7976931348623157e308),
    ("5e-324::float8", "double precision", "float", 5e-324),
    ("'-0'::float8", "double precision", "float", -0.0),
    ("'Infinity'::float8", "double precision", "float", math.inf),
    ("'-Infinity'::real", "real", "float", -math.inf),
    ("'NaN'::float8", "double precision", "float", math.nan),
    ("1.50::numeric(14,4)", "numeric(14,4)", "decimal", "1.5000"),
    ("'NaN'::numeric", "numeric", "decimal", "NaN"),
    ("'Infinity'::numeric", "numeric", "decimal", "Infinity"),
    ("(10::numeric ^ 400 + 1)", "numeric", "decimal", None),
    ("'12.34'::money", "money", "other", None),
    ("'ab'::char(4)", "character(4)", "text", "ab  "),
    ("'ab'::varchar(40)", "character varying(40)", "text", "ab"),
    ("'a\U0001f600\u202e\n'::text", "text", "text", "a\U0001f600\u202e\n"),
    ("'x'::\"char\"", '"char"', "text", "x"),
    ("'n'::name", "name", "text", "n"),
    ("'\\x00ff5c'::bytea", "bytea", "bytes", b"\x00\xff\\"),
    ("'infinity'::date", "date", "date", "infinity"),
    ("'-infinity'::timestamp", "timestamp without time zone", "timestamp", "-infinity"),
    ("'0044-03-15 BC'::date", "date", "date", "0044-03-15 BC"),
    ("'5874897-12-31'::date", "date", "date", "5874897-12-31"),
    (
        "'294276-12-31 23:59:59.999999'::timestamp",
        "timestamp without time zone",
        "timestamp",
        "294276-12-31 23:59:59.999999",
    ),
    ("'2026-01-31 12:00:00.5'::timestamp(3)", "timestamp(3) without time zone", "timestamp", "2026-01-31 12:00:00.5"),
    ("'2026-01-31 12:00+05:30'::timestamptz", "timestamp with time zone", "timestamptz", None),
    ("'24:00'::time", "time without time zone", "time", "24:00:00"),
    ("'24:00:00+15:59'::timetz", "time with time zone", "timetz", "24:00:00+15:59"),
    ("'1 year 2 mons -3 days 04:05:06.789'::interval", "interval", "interval", "1 year 2 mons -3 days +04:05:06.789"),
    ("'1 day 2 hours'::interval day to hour", "interval day to hour", "interval", "1 day 02:00:00"),
    (
        '\'{"b": 1.00, "a": 12345678901234567890, "b": 2}\'::json',
        "json",
        "json",
        '{"b": 1.00, "a": 12345678901234567890, "b": 2}',
    ),
    ("'[12345678901234567890.10]'::jsonb", "jsonb", "json", "[12345678901234567890.10]"),
    (
        "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid",
        "uuid",
        "uuid",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    ),
    ("B'00101'", '"bit"', "bit", "00101"),
    ("B'00101'::bit(5)", "bit(5)", "bit", "00101"),
    ("B'101'::varbit(8)", "bit varying(8)", "bit", "101"),
    ("'<a>&amp;</a>'::xml", "xml", "xml", "<a>&amp;</a>"),
    ("'10.0.0.1/8'::inet", "inet", "network", "10.0.0.1/8"),
    ("'08:00:2b:01:02:03'::macaddr", "macaddr", "network", "08:00:2b:01:02:03"),
    ("'(1,2)'::point", "point", "geometry", "(1,2)"),
    ("'[1,5)'::int4range", "int4range", "range", "[1,5)"),
    ("'{[1,3),[7,9)}'::int4multirange", "int4multirange", "range", "{[1,3),[7,9)}"),
    ("ARRAY[1, NULL, 3]", "integer[]", "array", "{1,NULL,3}"),
    ("ARRAY['a,b', NULL, '\"']::varchar(9)[]", "character varying(9)[]", "array", '{"a,b",NULL,"\\""}'),
    ("ROW(1, 'a b', NULL)", "record", "composite", '(1,"a b",)'),
    ("'pg_class'::regclass", "regclass", "other", "pg_class"),
    ("'cat'::tsvector", "tsvector", "other", "'cat'"),
    ("'16/B374D848'::pg_lsn", "pg_lsn", "other", "16/B374D848"),
    ("NULL::text", "text", "text", None),
    ("'happy'::mood", "mood", "enum", "happy"),
    ("ARRAY['happy']::mood[]", "mood[]", "array", "{happy}"),
    ("(1,'a')::pair", "pair", "composite", "(1,a)"),
    ("7::posint", "integer", "integer", 7),
    ("floatrange(1, 2)", "floatrange", "range", "[1,2)"),
]
_SINCE_14 = ("'Infinity'::numeric", "'-Infinity'::numeric", "'{[1,3),[7,9)}'::int4multirange")


@pytest.fixture
async def typed(session: PostgresqlSession) -> PostgresqlSession:
    """A session with types of its own."""
    for sql in (
        "CREATE TYPE pg_temp.mood AS ENUM ('sad', 'happy')",
        "CREATE TYPE pg_temp.pair AS (n int, word text)",
        "CREATE DOMAIN pg_temp.posint AS int CHECK (VALUE > 0)",
        "CREATE TYPE pg_temp.floatrange AS RANGE (subtype = float8)",
    ):
        await run(session, sql)
    await run(session, "SET search_path TO pg_temp, public")
    return session


@pytest.mark.fault("Q22")
async def test_every_type_arrives_as_the_server_says_it(typed: PostgresqlSession, postgresql_service: Service) -> None:
    wrong = []
    for sql, db_type, kind, cell in FIDELITY:
        if major_of(postgresql_service) < 14 and sql in _SINCE_14:
            continue
        cursor = await typed.execute(Statement(f"SELECT {sql.replace('floatrange(', 'pg_temp.floatrange(')}", (), 5))
        ((got,),) = await cursor.fetch(5)
        (column,) = cursor.columns
        expected = cell
        if cell is None and "NULL" not in sql:
            expected = (await rows_of(typed, f"SELECT ({sql})::text"))[0][0]
        same = got == expected or (isinstance(cell, float) and struct.pack("d", got) == struct.pack("d", cell))
        if isinstance(cell, float) and math.isnan(cell):
            same = isinstance(got, float) and math.isnan(got)
        if not same or type(got) is not type(expected) or (column.db_type, column.kind) != (db_type, kind):
            wrong.append((sql, got, column.db_type, column.kind))
    assert wrong == []


@pytest.mark.fault("Q22")
async def test_one_odd_cell_fails_no_result(session: PostgresqlSession) -> None:
    rows = await rows_of(session, "VALUES ('infinity'::date), ('0001-01-01 BC'), ('2026-01-31'), (NULL)")
    assert rows == [("infinity",), ("0001-01-01 BC",), ("2026-01-31",), (None,)]


async def test_the_names_of_built_in_types_are_those_of_the_server(session: PostgresqlSession) -> None:
    from litebase.drivers.postgresql.values import built_in_types  # noqa: PLC0415  # only this test looks inside

    known: dict[Any, str] = {oid: name for (oid, _), (name, _) in built_in_types().items()}
    rows = await rows_of(session, "SELECT oid, format_type(oid, -1) FROM pg_type WHERE oid < 10000")
    differing = {oid: (known[oid], name) for oid, name in rows if oid in known and known[oid] != name}
    assert differing == {}


async def test_bytes_arrive_in_either_output_format(session: PostgresqlSession) -> None:
    value = bytes(range(256))
    for output in ("hex", "escape"):
        await run(session, f"SET bytea_output TO {output}")
        assert await rows_of(session, "SELECT $1", [value]) == [(value,)]


@pytest.mark.fault("P10")
@pytest.mark.parametrize(("encoding", "cell"), [("SQL_ASCII", "caf\udce9"), ("LATIN1", "café")])
async def test_high_bytes_of_other_encodings_arrive(
    open_session: OpenSession, session: PostgresqlSession, encoding: str, cell: str
) -> None:
    name = f"other_{encoding.lower()}"
    await run(session, f"CREATE DATABASE {name} ENCODING {encoding} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    other = await open_session(database=name)
    rows = await rows_of(other, "SELECT convert_from('\\x636166e9', 'LATIN1') UNION ALL SELECT 'plain'") if (
        encoding == "LATIN1"
    ) else await rows_of(other, "SELECT E'caf\\351' UNION ALL SELECT 'plain'")  # fmt: skip
    assert rows == [(cell,), ("plain",)]
    await run(other, "CREATE TEMP TABLE kept (word text)")
    await run(other, "INSERT INTO kept VALUES ($1)", [cell])
    assert await rows_of(other, "SELECT word FROM kept") == [(cell,)]


async def test_a_changed_client_encoding_is_changed_back(session: PostgresqlSession) -> None:
    await run(session, "SET client_encoding TO LATIN1")
    assert await rows_of(session, "SELECT 'é€'") == [("é€",)]
    await run(session, "BEGIN")
    await run(session, "SET LOCAL client_encoding TO SQL_ASCII")
    assert await rows_of(session, "SELECT 'é€'") == [("é€",)]
    await run(session, "COMMIT")
    assert await rows_of(session, "SHOW client_encoding") == [("UTF8",)]


# parameters

TYPED = {
    "integer": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "float": st.floats(allow_nan=False),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False, places=6).map(str),
    "text": st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    "bytes": st.binary(),
    "date": st.dates().map(str),
    "time": st.times().map(str),
    "timestamp": st.datetimes().map(str),
    "uuid": st.uuids().map(str),
    "json": st.recursive(
        st.integers() | st.booleans() | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
    ).map(json.dumps),
    "interval": st.integers(-10000, 10000).map(lambda n: f"{n} mons {-n} days"),
    "array": st.lists(st.integers(-5, 5), min_size=1).map(lambda items: "{" + ",".join(map(str, items)) + "}"),
    "bit": st.text("01", min_size=1),
}
CASTS = {
    "integer": "bigint", "boolean": "boolean", "float": "float8", "decimal": "numeric", "text": "text",
    "bytes": "bytea", "date": "date", "time": "time", "timestamp": "timestamp", "uuid": "uuid", "json": "json",
    "interval": "interval", "array": "int[]", "bit": "varbit",
}  # fmt: skip


@pytest.mark.parametrize("kind", list(TYPED))
async def test_a_bound_value_of_each_kind_comes_back_as_the_server_prints_it(
    session: PostgresqlSession, kind: str
) -> None:
    samples: list[Any] = []

    @settings(max_examples=60, database=None, derandomize=True)
    @given(TYPED[kind])
    def collect(value: Any) -> None:
        samples.append(value)

    collect()
    cast = CASTS[kind]
    sql = f"SELECT v, v::text, encode(convert_to(v::text, 'UTF8'), 'hex') FROM (SELECT $1::{cast} AS v) AS one"
    if kind == "bytes":
        sql = "SELECT v, encode(v, 'hex'), '' FROM (SELECT $1::bytea AS v) AS one"
    for value in [*samples, None]:
        ((got, printed, hexed),) = await rows_of(session, sql, [TypedParameter(kind=kind, value=value)])  # type: ignore[arg-type]  # words of the contract
        if value is None:
            assert got is None
        elif kind == "bytes":
            assert got == value
            assert printed == value.hex()
        elif kind == "float":
            assert struct.pack("d", got) == struct.pack("d", value)
            assert float(str(printed)) == value
        elif kind in ("integer", "boolean"):
            assert got == value
            assert printed == str(value).lower()
        else:
            assert got == printed
            if kind in ("text", "json", "array", "bit", "uuid", "date"):
                assert got == value
            if kind == "text":
                assert hexed == value.encode().hex()
            if kind == "decimal":
                assert float(str(got)) == float(value)


INTEGERS = [
    ("SELECT n FROM generate_series(1, 9) AS n LIMIT $1", 1, [(1,)]),
    ("SELECT $1 + 1", 41, [(42,)]),
    ("SELECT $1", 7, [(7,)]),
    ("SELECT $1", 2**40, [(2**40,)]),
    ("SELECT $1", 2**64, [(str(2**64),)]),
    ("SELECT $1 * 1000000", 2**20, None),  # like 1048576 * 1000000 in SQL: integer out of range
    ("SELECT left('abcdef', $1)", 2, [("ab",)]),
    ("SELECT (ARRAY[10, 20, 30])[$1]", 2, [(20,)]),
    ("SELECT '[5, 6]'::jsonb -> $1", 1, [("6",)]),
    ("SELECT date '2026-01-31' + $1", 1, [("2026-02-01",)]),
    ("SELECT interval '1 day' * $1", 3, [("3 days",)]),
    ("SELECT pg_typeof($1)::text", 3, [("integer",)]),
    ("SELECT 1::bigint = $1, 1::smallint = $1, 1.0 = $1, 1::float8 = $1", 1, [(True, True, True, True)]),
    ("SELECT repeat('x', $1)", 3, [("xxx",)]),
    ("SELECT $1::smallint", 3, [(3,)]),
    ("SELECT $1::text", 3, [("3",)]),
    ("SELECT 2 IN ($1, 3), 2 = ANY (ARRAY[$1, 5])", 2, [(True, True)]),
]


@pytest.mark.parametrize(("sql", "number", "rows"), INTEGERS)
async def test_a_bound_integer_behaves_like_the_number_in_the_text(
    session: PostgresqlSession, sql: str, number: int, rows: list[Any] | None
) -> None:
    if rows is None:
        for variant, params in ((sql, [number]), (sql.replace("$1", str(number)), [])):
            with pytest.raises(QueryFailed, match="out of range"):
                await rows_of(session, variant, params)
        return
    assert await rows_of(session, sql, [number]) == rows


async def test_bound_values_fit_columns_of_many_types(session: PostgresqlSession) -> None:
    await run(
        session,
        "CREATE TEMP TABLE many (a smallint, b bigint, c numeric(6,2), d real, e jsonb, f json, g date, h text, i bool,"
        " j int[], k uuid, l inet, m int4range, n varchar(3), o bit(3), p bytea)",
    )
    document = '{"b": 1, "a": 1.00, "b": 2}'
    values: list[Any] = [
        1,
        2,
        3,
        1.5,
        document,
        document,
        "2026-01-31",
        5,
        True,
        "{1,2}",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    ]
    values += ["10.0.0.1", "[1,3)", "abc", "101", b"\0\xff"]
    marks = ", ".join(f"${n}" for n in range(1, 17))
    await run(session, f"INSERT INTO many VALUES ({marks})", values)
    ((*row,),) = await rows_of(session, "SELECT * FROM many")
    assert row[:4] == [1, 2, "3.00", 1.5]
    assert row[4:6] == ['{"a": 1.00, "b": 2}', document]
    assert row[6:] == ["2026-01-31", "5", True, "{1,2}", values[10], "10.0.0.1", "[1,3)", "abc", "101", b"\0\xff"]


async def test_json_that_is_said_to_be_json_loses_nothing_in_a_json_column(session: PostgresqlSession) -> None:
    await run(session, "CREATE TEMP TABLE documents (plain json, binary_one jsonb)")
    document = TypedParameter(kind="json", value='{"z": 1.0, "a": 12345678901234567890, "z": 2}')
    await run(session, "INSERT INTO documents VALUES ($1, $2)", [document, document])
    ((plain, _),) = await rows_of(session, "SELECT plain, binary_one FROM documents WHERE binary_one @> $1", [document])
    assert plain == document.value


@pytest.mark.parametrize(
    ("value", "says"),
    [("a\0b", "NUL character"), ("\ud800", "half a surrogate pair"), ("\udcff", "invalid byte sequence")],
)
async def test_text_that_cannot_be_stored_is_refused_and_never_shown(
    session: PostgresqlSession, value: str, says: str
) -> None:
    with pytest.raises(QueryFailed, match=says) as refused:
        await rows_of(session, "SELECT $1::text", [f"secret{value}"])
    assert "secret" not in str(refused.value)
    assert await rows_of(session, "SELECT 1") == [(1,)]


@pytest.mark.fault("Q16")
async def test_odd_statements_leave_the_session_usable(session: PostgresqlSession) -> None:
    for empty in ("", "  ", "-- only a comment", "/* a */"):
        cursor = await run(session, empty)
        assert cursor.columns == ()
        assert cursor.affected_rows is None
    for wrong in ("SELECT '\ud800'", "\ufeffSELECT 1", "SELECT " + "(" * 20_000 + "1" + ")" * 20_000):
        with pytest.raises(QueryFailed):
            await run(session, wrong)
    big = "x" * 30_000_000
    assert await rows_of(session, f"SELECT length('{big}')") == [(30_000_000,)]
    assert await rows_of(session, "SELECT 1") == [(1,)]


async def test_named_parameters_are_refused(session: PostgresqlSession) -> None:
    with pytest.raises(Unsupported, match=r"\$1"):
        await run(session, "SELECT :a", {"a": 1})


@pytest.mark.fault("Q12")
async def test_a_cell_of_100_mb_arrives_whole(session: PostgresqlSession) -> None:
    ((cell,),) = await rows_of(session, "SELECT repeat('0123456789', 10000000)")
    assert isinstance(cell, str)
    assert len(cell) == 100_000_000
    assert await rows_of(session, "SELECT 1") == [(1,)]


@pytest.mark.fault("Q11")
async def test_many_columns_with_any_name_arrive(session: PostgresqlSession) -> None:
    names = ["", "a", "a", "new\nline", "🙂", "\u202eabc", 'quo"te']
    # an empty name cannot be written in PostgreSQL; the server's own for an expression stands in its place
    listed = ", ".join(
        f'{n} AS "{name.replace(chr(34), chr(34) * 2)}"' if name else f"{n}" for n, name in enumerate(names)
    )
    cursor = await session.execute(Statement(f"SELECT {listed}", first_rows=1))
    assert [column.name for column in cursor.columns] == ["?column?", *names[1:]]
    assert await cursor.fetch(1) == [tuple(range(len(names)))]
    cursor = await session.execute(Statement("SELECT " + ", ".join(["1"] * 1600), first_rows=1))
    assert len(cursor.columns) == 1600
    assert await cursor.fetch(1) == [(1,) * 1600]


def test_the_server_is_one_that_is_supported(postgresql_service: Service) -> None:
    assert major_of(postgresql_service) >= 12
