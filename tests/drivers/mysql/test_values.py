"""What the server says is what arrives, and what is sent is what the server stores."""

import math
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import anyio.from_thread
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litebase_schema.values import TypedParameter

from litebase.drivers.interface import DatabaseSession, Parameters, RowTuple, Statement
from litebase.drivers.mysql.driver import MysqlDriver
from litebase.errors import LiteBaseError, QueryFailed, Unsupported
from tests.drivers.conformance import rows_of, run
from tests.drivers.mysql.conftest import LIMITS, MakeTarget, make_anew, target_of
from tests.mysql_series import (
    HAS_INET6,
    HAS_UUID,
    NAMES_TYPES,
    NEGATES_TEXTS,
    ON_MYSQL,
    TYPES_PARAMETERS,
    mysql_sql,
)
from tools.services import Service

ask = rows_of
EXAMPLES = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_HOSTILE_MODES = ("", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES", "NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT")


class Asker:
    """A session that plain functions can use."""

    def __init__(self, portal: anyio.from_thread.BlockingPortal, session: DatabaseSession) -> None:
        self._portal, self.session = portal, session

    def __call__(self, sql: str, params: Parameters = None) -> list[RowTuple]:
        return self._portal.call(ask, self.session, sql, params)


@contextmanager
def _asker(service: Service) -> Iterator[Asker]:
    with anyio.from_thread.start_blocking_portal() as portal:
        session = portal.call(MysqlDriver(target_of(service), LIMITS).connect)
        yield Asker(portal, session)
        portal.call(session.aclose)


@pytest.fixture(scope="module")
def asker(mysql_service: Service) -> Iterator[Asker]:
    with _asker(mysql_service) as made:
        made("CREATE TEMPORARY TABLE kept (d DOUBLE, m DECIMAL(65,30))")
        yield made


@pytest.fixture(scope="module", params=["in three steps"] if ON_MYSQL else ["at once", "in three steps"])
def binder(request: pytest.FixtureRequest, mysql_service: Service) -> Iterator[Asker]:
    """A session for each way to bind; MySQL knows the second one only."""
    with _asker(mysql_service) as made:
        made("CREATE TEMPORARY TABLE whole (i BIGINT, u BIGINT UNSIGNED)")
        made.session._binds_at_once = request.param == "at once"  # type: ignore[attr-defined]  # the switch that the version sets
        yield made


@EXAMPLES
@given(st.integers(-(2**63), 2**64 - 1))
def test_integers_are_exact(binder: Asker, number: int) -> None:
    alone = "?" if TYPES_PARAMETERS else "? + 0"
    as_text = "CAST(? AS DECIMAL(20))" if NEGATES_TEXTS else "CAST(? AS CHAR)"
    ((same, text),) = binder(f"SELECT {alone}, {as_text}", [number, number])
    assert (same, text) == (number, str(number))


@pytest.mark.skipif(TYPES_PARAMETERS, reason="is about MySQL before 8.0.22")
def test_numbers_that_an_old_mysql_returns_by_themselves_are_the_bytes_of_their_digits(binder: Asker) -> None:
    assert binder("SELECT ?, ?", [-7, 0.5]) == [(b"-7", b"0.5")]
    binder("DELETE FROM whole")
    binder("INSERT INTO whole VALUES (?, ?)", [-(2**63), 2**64 - 1])
    assert binder("SELECT i, u FROM whole WHERE i = ? AND u = ?", [-(2**63), 2**64 - 1]) == [(-(2**63), 2**64 - 1)]


@EXAMPLES
@given(st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False))
def test_floats_are_bit_exact(asker: Asker, number: float) -> None:
    asker("DELETE FROM kept")
    asker("INSERT INTO kept (d) VALUES (?)", [number])
    ((stored, same),) = asker("SELECT d, d = ? FROM kept", [number])
    assert struct.pack("<d", float(str(stored)) + 0.0) == struct.pack(
        "<d", number + 0.0
    )  # the server has no negative zero
    assert same == 1


@EXAMPLES
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_is_exact(binder: Asker, text: str) -> None:
    ((same, digits),) = binder("SELECT ?, HEX(?)", [text, text])
    assert (same, digits) == (text, text.encode().hex().upper())


@EXAMPLES
@given(st.binary())
def test_bytes_are_exact(binder: Asker, data: bytes) -> None:
    ((same, digits),) = binder("SELECT ?, HEX(?)", [data, data])
    assert (_sent_back(same), digits) == (data, data.hex().upper())


def _sent_back(value: object) -> object:
    """Bytes that were a parameter. MySQL returns them as text if nothing says otherwise; no byte of them is lost."""
    return value.encode(errors="surrogateescape") if ON_MYSQL and isinstance(value, str) else value


@EXAMPLES
@given(st.decimals(-(10**34), 10**34, places=30, allow_nan=False))
def test_decimals_are_exact(asker: Asker, number: Any) -> None:
    digits = format(number, "f")
    asker("DELETE FROM kept")
    asker("INSERT INTO kept (m) VALUES (?)", [TypedParameter(kind="decimal", value=digits)])
    ((stored, same),) = asker(f"SELECT m, CAST(m AS CHAR) = CAST({digits} AS DECIMAL(65,30)) FROM kept")
    assert str(stored).lstrip("-") == digits.lstrip("-")
    assert same == 1


@EXAMPLES
@given(st.datetimes())
def test_moments_are_the_server_s_text(asker: Asker, moment: Any) -> None:
    text = moment.isoformat(sep=" ", timespec="microseconds")
    ((whole, day, time),) = asker(
        # MySQL reads a parameter right below a cast to TIME as a moment: '00:00:01' becomes 01:00:00
        "SELECT CAST(? AS DATETIME(6)), CAST(? AS DATE), CAST(CONCAT(?) AS TIME(6))",
        [TypedParameter(kind="timestamp", value=text), text, text[11:]],
    )
    assert (whole, day, time) == (text, text[:10], text[11:])


@pytest.mark.parametrize("mode", _HOSTILE_MODES)
@pytest.mark.parametrize("charset", ["utf8mb4", "latin1", "gbk", "big5", "sjis"])
def test_hostile_strings_stay_strings(mysql_service: Service, mode: str, charset: str) -> None:
    hostile = [
        "'", "''", "\\", "\\'", "\\\\'", '"', "`", "\0", "\n\r\x1a", "' OR 1=1 -- ", "\\' OR 1=1 -- ", "?", "%s", ";",
        "縗'", "ソ\\'", "\u00bf\u005c\u0027", "é€🙂", "*/ DROP TABLE x; /*", "",
    ]  # fmt: skip
    with _asker(mysql_service) as binder:
        binder(f"SET sql_mode = '{mode}'")
        binder(f"SET NAMES {charset}")
        for text in hostile:
            assert binder("SELECT ?, HEX(?), '?', '%'", [text, text]) == [(text, text.encode().hex().upper(), "?", "%")]
        ((raw, digits),) = binder("SELECT ?, HEX(?)", [b"\xbf\x5c\x27", b"\xbf\x5c\x27"])
        assert (_sent_back(raw), digits) == (b"\xbf\x5c\x27", "BF5C27")


def test_a_column_in_another_character_set_compares_and_stores(asker: Asker) -> None:
    asker(
        "CREATE TEMPORARY TABLE old "
        "(a VARCHAR(10) CHARACTER SET latin1 COLLATE latin1_german1_ci, b CHAR(3) CHARACTER SET gbk)"
    )
    asker("INSERT INTO old VALUES (?, ?)", ["é", "縗"])
    assert asker("SELECT a, b, HEX(a) FROM old WHERE a = ? AND b = ?", ["é", "縗"]) == [("é", "縗", "E9")]


def test_what_cannot_be_a_parameter_is_refused_by_its_number(asker: Asker) -> None:
    for value in (math.nan, math.inf, "\ud800"):
        with pytest.raises(QueryFailed, match="Parameter 2"):
            asker("SELECT ?, ?", [1, value])
    with pytest.raises(Unsupported, match="named"):
        asker("SELECT :a", {"a": 1})
    with pytest.raises(LiteBaseError, match="surrogate"):
        asker("SELECT '\udcff'")
    with pytest.raises(QueryFailed, match="placeholders"):
        asker("SELECT ?", [1, 2])
    with pytest.raises(QueryFailed):
        asker("PREPARE x FROM ?", ["SELECT 1"])
    assert asker("SELECT ?, ? + 0, ? + 0", [None, True, False]) == [(None, 1, 0)]


_DOCUMENT = '{"b": 1, "a": 1234567890123456789.10}'
_FIDELITY: list[tuple[str, str, object, str, str]] = [  # type, value in SQL, cell, kind, type as it is told
    ("DATE", "'0000-00-00'", "0000-00-00", "date", "date"),
    ("DATE", "'9999-12-31'", "9999-12-31", "date", "date"),
    ("DATETIME(6)", "'0000-00-00'", "0000-00-00 00:00:00.000000", "timestamp", "datetime(6)"),
    ("DATETIME", "'2024-00-00'", "2024-00-00 00:00:00", "timestamp", "datetime"),
    ("TIMESTAMP(3)", "'2001-02-03 04:05:06.789'", "2001-02-03 04:05:06.789", "timestamp", "timestamp(3)"),
    ("TIME(6)", "'-838:59:59'", "-838:59:59.000000", "time", "time(6)"),
    ("TIME", "'838:59:59'", "838:59:59", "time", "time"),
    ("YEAR", "0", "0000", "other", "year"),
    ("BIT(8)", "b'10000001'", b"\x81", "bit", "bit(8)"),
    ("BIT(64)", "b'1'", bytes(7) + b"\x01", "bit", "bit(64)"),
    ("DECIMAL(65,30)", "-1.5", "-1.500000000000000000000000000000", "decimal", "decimal(65,30)"),
    ("DECIMAL(10,2) UNSIGNED", "7", "7.00", "decimal", "decimal(10,2) unsigned"),
    ("DECIMAL(5,0)", "12345", "12345", "decimal", "decimal(5,0)"),
    ("BIGINT UNSIGNED", "18446744073709551615", 2**64 - 1, "integer", "bigint unsigned"),
    ("BIGINT", "-9223372036854775808", -(2**63), "integer", "bigint"),
    ("TINYINT(1)", "127", 127, "integer", "tinyint(1)"),
    ("SMALLINT(5) ZEROFILL", "42", 42, "integer", "smallint(5) unsigned zerofill"),
    ("MEDIUMINT", "-8388608", -8388608, "integer", "mediumint"),
    ("INT", "1", 1, "integer", "int"),
    ("FLOAT", "3.14159", 3.14159, "float", "float"),
    ("DOUBLE", "1e308", 1e308, "float", "double"),
    ("DOUBLE(8,3)", "1.5", 1.5, "float", "double(8,3)"),
    ("CHAR(4)", "'é€🙂'", "é€🙂", "text", "char(4)"),
    ("VARCHAR(40)", "''", "", "text", "varchar(40)"),
    ("LONGTEXT", "'x'", "x", "text", "longtext"),
    ("BINARY(3)", "'a'", b"a\0\0", "bytes", "binary(3)"),
    ("VARBINARY(9)", "X'00ff'", b"\x00\xff", "bytes", "varbinary(9)"),
    ("TINYBLOB", "X'00ff'", b"\x00\xff", "bytes", "tinyblob"),
    ("BLOB", "X'00ff'", b"\x00\xff", "bytes", "blob"),
    ("MEDIUMBLOB", "X'00ff'", b"\x00\xff", "bytes", "mediumblob"),
    ("LONGBLOB", "X'00ff'", b"\x00\xff", "bytes", "longblob"),
    ("ENUM('a','é')", "'é'", "é", "enum", "enum"),
    ("SET('a','b')", "'a,b'", "a,b", "other", "set"),
    ("POINT", "POINT(1, 2)", struct.pack("<IBIdd", 0, 1, 1, 1.0, 2.0), "geometry",
     "point" if NAMES_TYPES and not ON_MYSQL else "geometry"),
    # MySQL keeps a document by its meaning, with sorted names and numbers of machine precision
    ("JSON", f"'{_DOCUMENT}'", '{"a": 1.2345678901234568e18, "b": 1}' if ON_MYSQL else _DOCUMENT,
     *(("json", "json") if NAMES_TYPES else ("text", "longtext"))),
]  # fmt: skip
_UUID = "123e4567-e89b-12d3-a456-426655440000"
_ONLY_MARIADB: list[tuple[str, str, object, str, str]] = [
    *([("UUID", f"'{_UUID}'", _UUID, "uuid", "uuid")] * HAS_UUID),
    *([("INET6", "'::1'", "::1", "network", "inet6")] * HAS_INET6),
]


@pytest.mark.fault("Q22")
@pytest.mark.parametrize(
    ("declared", "value", "cell", "kind", "told"), [*_FIDELITY, *([] if ON_MYSQL else _ONLY_MARIADB)]
)
def test_every_type_arrives_as_the_server_says(
    asker: Asker, mysql_service: Service, declared: str, value: str, cell: object, kind: str, told: str
) -> None:
    asker("SET sql_mode = 'ALLOW_INVALID_DATES'")
    asker("DROP TEMPORARY TABLE IF EXISTS one_type")
    asker(f"CREATE TEMPORARY TABLE one_type (a {declared}, b {declared})")
    asker(f"INSERT INTO one_type VALUES ({value}, NULL)")
    assert asker("SELECT a, b FROM one_type") == [(cell, None)]
    cursor = asker._portal.call(asker.session.execute, Statement("SELECT a FROM one_type", first_rows=10))
    assert (cursor.columns[0].kind, cursor.columns[0].db_type) == (kind, told)


@pytest.fixture
async def anyio_session(target: MakeTarget) -> AsyncIterator[DatabaseSession]:
    session = await MysqlDriver(target(), LIMITS).connect()
    yield session
    await session.aclose()


@pytest.mark.anyio
async def test_text_sizes_are_reported(anyio_session: DatabaseSession) -> None:
    await run(anyio_session, "CREATE TEMPORARY TABLE sizes (a TINYTEXT, b TEXT, c MEDIUMTEXT, d LONGTEXT)")
    cursor = await anyio_session.execute(Statement("SELECT * FROM sizes"))
    assert [column.db_type for column in cursor.columns] == ["tinytext", "text", "mediumtext", "longtext"]


@pytest.mark.anyio
async def test_columns_tell_where_they_come_from(anyio_session: DatabaseSession) -> None:
    await make_anew(anyio_session, "TABLE origin (id INT PRIMARY KEY, name VARCHAR(9) NOT NULL, note TEXT)")
    cursor = await anyio_session.execute(Statement("SELECT o.id AS x, o.name, note, 1 + id, 'a' FROM origin AS o"))
    origins = [one.origin for one in cursor.columns]
    expected = [("id", True), ("name", False), ("note", False)]
    assert [(one.column_name, one.key_part) for one in origins if one] == expected
    assert {(one.schema_name, one.table_name) for one in origins if one} == {("litebase", "origin")}
    assert origins[3:] == [None, None]
    assert [one.name for one in cursor.columns] == ["x", "name", "note", "1 + id", "a"]
    assert [one.nullable for one in cursor.columns][:3] == [False, False, True]


@pytest.mark.fault("Q22")
@pytest.mark.anyio
async def test_invalid_text_is_kept_and_fails_no_row(anyio_session: DatabaseSession) -> None:
    await run(anyio_session, "SET character_set_results = NULL")
    rows = await rows_of(
        anyio_session, mysql_sql("SELECT seq, IF(seq = 3, CONVERT(_binary X'61ff' USING ascii), 'ok') FROM seq_1_to_5")
    )
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5]
    assert rows[0][1] == "ok"


@pytest.mark.fault("Q13")
@pytest.mark.anyio
async def test_wide_and_narrow_results_are_whole(anyio_session: DatabaseSession) -> None:
    wide = ",".join(f"REPEAT('x', 10000) AS c{n}" for n in range(1600))
    ((*cells,),) = await rows_of(anyio_session, f"SELECT {wide}")
    assert len(cells) == 1600
    assert all(len(str(cell)) == 10000 for cell in cells)


@pytest.mark.fault("Q12")
@pytest.mark.anyio
async def test_a_cell_beyond_one_packet_is_whole(anyio_session: DatabaseSession) -> None:
    await run(anyio_session, "SELECT 1")
    ((text,),) = await rows_of(anyio_session, "SELECT REPEAT('é', 8000000)")
    assert len(str(text)) == 8_000_000
    assert await rows_of(anyio_session, "SELECT 1") == [(1,)]
