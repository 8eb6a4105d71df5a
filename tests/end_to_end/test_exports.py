"""What is exported is what other programs read: each engine's own client, and Python's modules."""

import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.catalog import ObjectRef
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.export import ExportRowsRequest, ExportRowsResponse
from python_calamine import CalamineWorkbook

from litebase.client import Client
from tests.conftest import Database, target_of
from tests.mysql_series import ON_MYSQL
from tools.services import Service
from tools.system_packages import CannotInstall, install

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform == "win32", reason="needs the servers' own client programs"),
]

_PROGRAM_S = 60.0
_TEXTS = ["plain", "", None, "a,b;c\td", 'say "no"', "two\nlines\r\n", "back\\slash", "'quoted'", "größe 🐘 =1+1", " "]
_LONG = "x" * 100_000

_TABLES = {
    "sqlite": [
        "CREATE TABLE source (id INTEGER PRIMARY KEY, t TEXT, d DECIMAL(20,4), f REAL, b BLOB, day DATE, j JSON, "
        "anything BLOB)",
        "INSERT INTO source (id, t) VALUES (-9223372036854775808, 'least'), (9223372036854775807, 'greatest')",
        "INSERT INTO source VALUES (1, 'n', '12.5000', 0.1, x'00ff', '2026-01-31', '{\"a\": [1.10]}', 1)",
        "INSERT INTO source VALUES (2, 'n', NULL, 9e999, x'', '', '', 'text'), (3, 'n', -1, -9e999, NULL, 1, 0, x'80')",
        "INSERT INTO source VALUES (4, 'n' || char(0) || 'm', 1e300, 1.5e-300, x'0a0d', NULL, NULL, 1.0)",
    ],
    "postgresql": [
        "CREATE TABLE source (id bigint PRIMARY KEY, t text, d numeric(24,4), f float8, b bytea, day date, j json, "
        "yes boolean, at timestamptz, span interval, u uuid, many integer[], bits varbit, net inet, "
        "r int4range, f4 real)",
        "INSERT INTO source (id, t) VALUES (-9223372036854775808, 'least'), (9223372036854775807, 'greatest')",
        "INSERT INTO source VALUES (1, 'n', 12345678901234567890.1250, 0.1, '\\x00ff', '2026-01-31', "
        "'{\"a\":\n[1.10]}', true, '2026-01-31 12:00:00.123456+05', '1 mon -2 days', "
        "'12345678-1234-1234-1234-123456789abc', '{1,NULL,3}', "
        "'10101', '10.0.0.1/8', '[1,5)', 0.1)",
        "INSERT INTO source VALUES (2, 'n', 'NaN', 'NaN', '', 'infinity', '\"\"', false, '-infinity', '1 year', NULL, "
        "'{}', '', '::1', 'empty', 'Infinity'), (3, 'n', -1, '-Infinity', NULL, '0044-03-15 BC', 'null', NULL, NULL, "
        "NULL, NULL, NULL, NULL, NULL, NULL, '-0'), (4, 'n', 0, '-0', '\\x0a0d', NULL, NULL, NULL, NULL, "
        "NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    ],
    "mysql": [
        "CREATE TABLE source (id bigint PRIMARY KEY, t longtext, d decimal(24,4), f double, b varbinary(100), "
        "day date, j json, u bigint unsigned, at datetime(6), span time, bits bit(12), small tinyint(1), y year, "
        "z int(6) zerofill) CHARACTER SET utf8mb4",
        "INSERT INTO source (id, t) VALUES (-9223372036854775808, 'least'), (9223372036854775807, 'greatest')",
        "INSERT INTO source VALUES (1, 'n', 12345678901234567890.1250, 0.1, x'00ff', '2026-01-31', '{\"a\": [1.10]}', "
        "18446744073709551615, '2026-01-31 12:00:00.123456', '-838:59:59', b'101010101010', 1, 2026, 42)",
        "INSERT INTO source VALUES (2, 'n', -1, -1.5e-300, '', '1000-01-01', '\"\\\\\\\\\"', 0, NULL, NULL, b'0', 0, "
        "NULL, NULL), (3, 'n', 0, 1e300, x'0a0d27', NULL, 'null', NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    ],
}  # fmt: skip
_PLACES = {"sqlite": "?, ?", "postgresql": "$1, $2", "mysql": "?, ?"}


@dataclass
class Exporter(Database):
    """A connection to an engine with the table `source`, and the engine's own program."""

    name: str
    place: str | None  # the database, on a server
    run: Callable[[str | Path], None]  # SQL, or a file of it

    async def export(self, path: Path | None, form: str, source: Any = None, **options: Any) -> ExportRowsResponse:
        """Export the table `source`, or something else of the connection."""
        schema = {"sqlite": "main", "postgresql": "public"}.get(self.name, self.place)
        where = source or {
            "connection_id": self.connection_id,
            "object": ObjectRef(kind="table", schema_name=schema, name="source"),
        }
        request = {"source": where, "format": form, "path": None if path is None else str(path), **options}
        return await self.client.export_rows(ExportRowsRequest.model_validate(request))


def _program(service: Service | Path) -> Callable[[str | Path], None]:
    """Runs SQL as other people do."""
    if isinstance(service, Path):

        def by_module(sql: str | Path) -> None:
            with closing(sqlite3.connect(service)) as database:
                database.executescript(sql.read_bytes().decode() if isinstance(sql, Path) else sql)

        return by_module
    if service.engine == "postgresql":
        command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", service.user, "-d", service.database]
        environment = {"PGPASSWORD": service.password, "PGHOST": service.host, "PGPORT": str(service.port)}
    else:
        command = ["mariadb", "--no-defaults", "--default-character-set=utf8mb4", "-h", service.host, "-P"]
        command += [str(service.port), "-u", service.user, "-D", service.database]
        environment = {"MYSQL_PWD": service.password}

    def run(sql: str | Path) -> None:
        text = sql.read_bytes() if isinstance(sql, Path) else sql.encode()
        done = subprocess.run(
            command, input=text, env={**os.environ, **environment}, capture_output=True, timeout=_PROGRAM_S, check=False
        )
        assert done.returncode == 0, done.stderr.decode()

    return run


@pytest.fixture(params=["sqlite", "postgresql", "mysql"])
async def exporter(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Exporter]:
    """Each engine in turn, with the table `source`."""
    if request.param == "sqlite":
        service: Any = tmp_path / "t.db"
        target: Any = SqliteTarget(engine="sqlite", path=str(service), mode="create")
    else:
        service = request.getfixturevalue(f"{request.param}_service")
        target = target_of(service)
    opened = await client.db_connect(target)
    database = Exporter(
        client, opened.connection_id, request.param, getattr(service, "database", None), _program(service)
    )
    for name in ("source", "copied"):
        await database.query(f"DROP TABLE IF EXISTS {name}")
    for sql in _TABLES[request.param]:
        await database.query(sql)
    for number, text in enumerate([*_TEXTS, _LONG], 100):
        await database.query(f"INSERT INTO source (id, t) VALUES ({_PLACES[request.param]})", [number, text])
    yield database
    for name in ("source", "copied"):
        await database.query(f"DROP TABLE IF EXISTS {name}")
    await client.db_disconnect(DbDisconnectRequest(connection_id=database.connection_id))


async def _all(exporter: Exporter, table: str) -> Sequence[Sequence[Any]]:
    """All rows, so that NaN equals itself."""
    rows = await exporter.rows(f"SELECT * FROM {table} ORDER BY id", max_cell_bytes=1_000_000)
    return [[repr(cell) for cell in row] for row in rows]


async def test_statements_make_the_same_table_in_the_engines_own_program(exporter: Exporter, tmp_path: Path) -> None:
    path = tmp_path / "copied.sql"
    options = {"table_name": "copied", "create_table": True, "upsert": True, "rows_per_statement": 3}
    answer = await exporter.export(path, "sql", options=options)
    exporter.run(path)
    wanted = await _all(exporter, "source")
    assert (answer.rows, answer.warnings) == (len(wanted), [])
    assert await _all(exporter, "copied") == wanted
    await exporter.query("UPDATE copied SET t = 'changed'")
    exporter.run(_without_create(path))
    assert await _all(exporter, "copied") == wanted


_COMPUTED = {
    "sqlite": "id INTEGER PRIMARY KEY, n int NOT NULL, twice int GENERATED ALWAYS AS (n * 2) STORED",
    "postgresql": "id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int NOT NULL, "
    "twice int GENERATED ALWAYS AS (n * 2) STORED",
    "mysql": "id int AUTO_INCREMENT PRIMARY KEY, n int NOT NULL, twice int GENERATED ALWAYS AS (n * 2) STORED",
}  # fmt: skip


async def test_what_the_database_computes_is_left_to_it(exporter: Exporter, tmp_path: Path) -> None:
    """Numbers of rows stay what they were, 0 too."""
    zero = {"mysql": "SET sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO'); "}.get(exporter.name, "")
    given = {"postgresql": " OVERRIDING SYSTEM VALUE"}.get(exporter.name, "")
    insert = f"INSERT INTO source (id, n){given} VALUES (0, 1), (7, 2);\n"
    await exporter.query("DROP TABLE source")
    for name in ("source", "copied"):
        await exporter.query(f"CREATE TABLE {name} ({_COMPUTED[exporter.name]})")
    exporter.run(zero + insert)
    path = tmp_path / "copied.sql"
    answer = await exporter.export(path, "sql", options={"table_name": "copied", "upsert": True})
    assert [one.code for one in answer.warnings] == ["generated_columns"]
    exporter.run(path)
    exporter.run(path)
    assert await exporter.rows("SELECT * FROM copied ORDER BY id") == [[0, 1, 2], [7, 2, 4]]
    await exporter.query("DROP TABLE copied")
    whole = await exporter.export(path, "sql", options={"table_name": "copied", "create_table": True}, overwrite=True)
    assert whole.warnings == []
    exporter.run(path)
    assert await exporter.rows("SELECT * FROM copied ORDER BY id") == [[0, 1, 2], [7, 2, 4]]


async def test_what_the_database_computes_is_left_to_it_by_results_too(exporter: Exporter, tmp_path: Path) -> None:
    await exporter.query("DROP TABLE source")
    for name in ("source", "copied"):
        await exporter.query(f"CREATE TABLE {name} ({_COMPUTED[exporter.name]})")
    await exporter.query("INSERT INTO source (n) VALUES (5), (6)")
    sql = "SELECT * FROM source ORDER BY n"
    stored = await exporter.query(sql, keep_result=True)
    path, wanted = tmp_path / "copied.sql", await exporter.rows(sql)
    for source in ({"result_id": stored.result_id}, {"connection_id": exporter.connection_id, "sql": sql}):
        answer = await exporter.export(path, "sql", source, options={"table_name": "copied"}, overwrite=True)
        assert [one.code for one in answer.warnings] == ["generated_columns"]
        exporter.run(path)
        assert await exporter.rows("SELECT * FROM copied ORDER BY n") == wanted
        await exporter.query("DELETE FROM copied")
    renamed = "SELECT id, n, twice AS twofold FROM source"
    answer = await exporter.export(None, "sql", {"connection_id": exporter.connection_id, "sql": renamed})
    assert answer.warnings == []
    assert "twofold" in (answer.content or "")


@pytest.mark.parametrize("exporter", ["mysql"], indirect=True)
async def test_types_that_a_result_does_not_have_in_full_are_created(exporter: Exporter, tmp_path: Path) -> None:
    columns = {
        "e enum('a','it''s') PRIMARY KEY, s set('x','y')": [],
        "e varchar(60000) CHARACTER SET latin1, s int": ["unknown_types"],
        "e text, s int, PRIMARY KEY (e(10))": ["key_left_out"],
        "e timestamp NULL, s int": ["session_time_zone"],
    }
    path = tmp_path / "copied.sql"
    for definition, told in columns.items():
        exporter.run(f"DROP TABLE IF EXISTS source, copied; CREATE TABLE source ({definition});\n")
        options = {"table_name": "copied", "create_table": True}
        answer = await exporter.export(path, "sql", options=options, overwrite=True)
        assert [one.code for one in answer.warnings] == told
        exporter.run(path)
    assert await exporter.rows("SELECT count(*) FROM copied") == [[0]]


@pytest.mark.parametrize("exporter", ["mysql"], indirect=True)
async def test_further_results_of_a_procedure_are_told(exporter: Exporter) -> None:
    await exporter.query("DROP PROCEDURE IF EXISTS two_results")
    await exporter.query("CREATE PROCEDURE two_results() BEGIN SELECT 1 AS a; SELECT 2 AS b; SELECT 3 AS c; END")
    source = {"connection_id": exporter.connection_id, "sql": "CALL two_results()"}
    answer = await exporter.export(None, "csv", source)
    told = [(one.code, one.message[-2:]) for one in answer.warnings]
    assert (answer.content, told) == ("a\n1\n", [("further_results", "2.")])
    await exporter.query("DROP PROCEDURE two_results")


def _without_create(path: Path) -> Path:
    inserts = path.with_name("inserts.sql")
    text = path.read_bytes()
    inserts.write_bytes(text[text.index(b"INSERT INTO") :].replace(b"SET sql_mode = @litebase_sql_mode;\n", b""))
    return inserts


async def test_a_result_in_cut_cells_exports_what_its_table_does(exporter: Exporter, tmp_path: Path) -> None:
    stored = await exporter.query("SELECT * FROM source ORDER BY id", max_cell_bytes=16, window_rows=1)
    asked = await exporter.export(
        None, "csv", {"connection_id": exporter.connection_id, "sql": "SELECT * FROM source ORDER BY id"}
    )
    answer = await exporter.export(tmp_path / "r.csv", "csv", {"result_id": stored.result_id})
    content = tmp_path.joinpath("r.csv").read_bytes()
    assert content.decode() == asked.content
    assert (answer.bytes, answer.rows) == (len(content), asked.rows)
    assert _LONG.encode() in content


async def test_csv_is_read_by_the_csv_module(exporter: Exporter, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    ordered = {"connection_id": exporter.connection_id, "sql": "SELECT t, t AS again FROM source ORDER BY id"}
    await exporter.export(path, "csv", ordered, options={"null_text": "\\N", "line_end": "crlf", "bom": True})
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *read = csv.reader(file)
    texts = [row[0] for row in await exporter.rows("SELECT t FROM source ORDER BY id", max_cell_bytes=1_000_000)]
    assert header == ["t", "again"]
    assert [row[0] for row in read] == ["\\N" if text is None else text for text in texts]


async def test_a_workbook_is_read_by_calamine(exporter: Exporter, tmp_path: Path) -> None:
    """Of a table, a statement and a result the same; and each cell is what the database has."""
    rows = await exporter.rows("SELECT * FROM source ORDER BY id", max_cell_bytes=1_000_000)
    sql = "SELECT * FROM source ORDER BY id"
    stored = await exporter.query(sql, max_cell_bytes=16, window_rows=1)
    sheets = []
    for name, source in (
        ("a", {"connection_id": exporter.connection_id, "sql": sql}),
        ("b", {"result_id": stored.result_id}),
    ):
        answer = await exporter.export(tmp_path / f"{name}.xlsx", "xlsx", source)
        assert (answer.rows, answer.bytes) == (len(rows), (tmp_path / f"{name}.xlsx").stat().st_size)
        told = {one.code for one in answer.warnings}
        assert {"text_numbers", "cut_cells"} <= told
        book = CalamineWorkbook.from_path(str(tmp_path / f"{name}.xlsx"))
        sheets.append(book.get_sheet_by_index(0).to_python(skip_empty_area=False))
    assert sheets[0] == sheets[1]
    names, *read = sheets[0]
    assert names[:2] == ["id", "t"]
    assert [row[0] for row in read] == [one[0] if abs(one[0]) < 10**15 else str(one[0]) for one in rows]
    for cells, row in zip(read, rows, strict=True):
        text = row[1] or ""
        if "\0" not in text and "\r" not in text:
            assert cells[1] == text[:32_767]
    day = names.index("day")
    first = next(row for row in read if row[0] == 1)
    assert first[day] == date(2026, 1, 31)
    assert first[names.index("b")] == "00ff"
    assert first[names.index("d")] == (12.5 if exporter.name == "sqlite" else "12345678901234567890.1250")


async def test_json_keeps_digits_nulls_and_documents(exporter: Exporter, tmp_path: Path) -> None:
    rows = await exporter.rows("SELECT * FROM source ORDER BY id", max_cell_bytes=1_000_000)
    ordered = {"connection_id": exporter.connection_id, "sql": "SELECT * FROM source ORDER BY id"}
    whole, lines = tmp_path / "t.json", tmp_path / "t.jsonl"
    await exporter.export(whole, "json", ordered)
    await exporter.export(lines, "jsonl", ordered)
    read = json.loads(whole.read_text(encoding="utf-8"), parse_float=Decimal)
    in_lines = lines.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line, parse_float=Decimal) for line in in_lines if line] == read
    assert [one["id"] for one in read] == [row[0] for row in rows]
    assert [one["t"] for one in read] == [row[1] for row in rows]
    first = next(one for one in read if one["id"] == 1)
    assert first["j"] == {"a": [Decimal("1.10")]}
    if not (exporter.name == "mysql" and ON_MYSQL):  # which stores the number and not its digits
        assert "1.10" in whole.read_text(encoding="utf-8")
    if exporter.name != "sqlite":  # where it is a float
        assert first["d"] == Decimal("12345678901234567890.1250")


@pytest.mark.parametrize("exporter", ["postgresql"], indirect=True)
async def test_csv_goes_back_through_copy(exporter: Exporter, tmp_path: Path) -> None:
    """NULL and empty text, and every type, survive psql."""
    for form, separator in (("csv", ""), ("tsv", ", DELIMITER E'\\t'")):
        path = tmp_path / f"t.{form}"
        await exporter.export(path, form, options={"bytes_as": "backslash_hex"})
        copy = rf"\copy copied FROM '{path}' WITH (FORMAT csv, HEADER{separator})"
        exporter.run(f"DROP TABLE IF EXISTS copied;\nCREATE TABLE copied (LIKE source);\n{copy}\n")
        assert await _all(exporter, "copied") == await _all(exporter, "source")


@pytest.mark.parametrize("exporter", ["postgresql"], indirect=True)
async def test_one_column_goes_back_through_copy(exporter: Exporter, tmp_path: Path) -> None:
    """A line with nothing is NULL, and one that looks like the end of the data is not."""
    path = tmp_path / "t.csv"
    sql = r"SELECT * FROM (VALUES (NULL), (''), ('\.'), ('a')) AS v (t)"
    await exporter.export(path, "csv", {"connection_id": exporter.connection_id, "sql": sql})
    copy = rf"\copy copied FROM '{path}' WITH (FORMAT csv, HEADER)"
    exporter.run(f"DROP TABLE IF EXISTS copied;\nCREATE TABLE copied (t text);\n{copy}\n")
    assert await exporter.rows("SELECT t FROM copied") == [[None], [""], ["\\."], ["a"]]


@pytest.mark.parametrize("exporter", ["sqlite"], indirect=True)
async def test_csv_is_imported_by_the_sqlite_shell(exporter: Exporter, tmp_path: Path) -> None:
    try:
        if shutil.which("sqlite3") is None:
            install(["sqlite3"])
    except CannotInstall as error:
        pytest.skip(f"NOT TESTED: {error}")
    path, database = tmp_path / "t.csv", tmp_path / "other.db"
    ordered = {
        "connection_id": exporter.connection_id,
        "sql": "SELECT t FROM source WHERE id BETWEEN 100 AND 1000 ORDER BY id",
    }
    await exporter.export(path, "csv", ordered)
    subprocess.run(["sqlite3", str(database), f".import --csv {path} t"], check=True, timeout=_PROGRAM_S)
    with closing(sqlite3.connect(database)) as opened:
        read = [row[0] for row in opened.execute("SELECT t FROM t ORDER BY rowid")]
    assert read == [text or "" for text in [*_TEXTS, _LONG]]
