"""Files become rows on every engine, exactly as they are, or the rows that do not are named."""

import sys
from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.catalog import ObjectRef
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.imports import ImportRowsRequest, ImportRowsResponse, PreviewImportRequest, PreviewImportResponse

from litebase.client import Client, RequestFailed
from tests.conftest import Database, target_of

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="needs private servers")]

_COLUMNS = {
    "sqlite": "id INTEGER PRIMARY KEY, t TEXT, d DECIMAL(20,4), f REAL, b BLOB, day DATE, at DATETIME, flag BOOLEAN",
    "postgresql": "id bigint PRIMARY KEY, t text, d numeric(20,4), f float8, b bytea, day date, at timestamp(3), "
    "flag boolean",
    "mysql": "id bigint PRIMARY KEY, t text, d decimal(20,4), f double, b blob, day date, at datetime(3), "
    "flag boolean",
}  # fmt: skip
_HEADER = "id,t,d,f,b,day,at,flag"


@dataclass
class Importer(Database):
    """A database with the empty table `target`."""

    name: str = ""
    schema: str | None = None
    folder: Path = Path()

    def file(self, text: str | bytes, name: str = "rows.csv") -> Path:
        """A file with this content."""
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    async def preview(self, path: Path, **more: Any) -> PreviewImportResponse:
        """What `preview_import` answers."""
        return await self.client.preview_import(PreviewImportRequest(path=str(path), **more))

    async def load(
        self, content: str | bytes | Path, name: str = "rows.csv", table: str = "target", **more: Any
    ) -> ImportRowsResponse:
        """Import into `target`."""
        path = content if isinstance(content, Path) else self.file(content, name)
        if "new_table" not in more:
            more["object"] = ObjectRef(kind="table", schema_name=self.schema, name=table)
        return await self.client.import_rows(
            ImportRowsRequest(connection_id=self.connection_id, path=str(path), **more)
        )

    async def all(self, columns: str = "*", table: str = "target") -> list[list[Any]]:
        """All rows, by their ids."""
        return [list(row) for row in await self.rows(f"SELECT {columns} FROM {table} ORDER BY 1")]


@pytest.fixture(params=["sqlite", "postgresql", "mysql"])
async def importer(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Importer]:
    """Each engine in turn."""
    if request.param == "sqlite":
        target: Any = SqliteTarget(engine="sqlite", path=str(tmp_path / "t.db"), mode="create")
        schema = "main"
    else:
        service = request.getfixturevalue(f"{request.param}_service")
        target = target_of(service)
        schema = {"postgresql": "public", "mysql": service.database}[request.param]
    opened = await client.db_connect(target)
    folder = tmp_path / "files"
    folder.mkdir()
    database = Importer(client, opened.connection_id, name=request.param, schema=schema, folder=folder)
    for name in ("target", "made"):
        await database.query(f"DROP TABLE IF EXISTS {name}")
    await database.query(f"CREATE TABLE target ({_COLUMNS[request.param]})")
    yield database
    for name in ("target", "made"):
        await database.query(f"DROP TABLE IF EXISTS {name}")
    await client.db_disconnect(DbDisconnectRequest(connection_id=database.connection_id))


@dataclass
class Failure:
    """What a request failed with."""

    code: str
    message: str
    details: Mapping[str, Any]


async def _failure(waited: Awaitable[Any]) -> Failure:
    with pytest.raises(RequestFailed) as raised:
        await waited
    failed = raised.value
    return Failure(failed.code, str(failed), failed.details.model_dump() if failed.details else {})


async def test_every_value_is_stored_as_it_is_written(importer: Importer) -> None:
    answer = await importer.load(
        f"{_HEADER}\n"
        "-9223372036854775808,plain,1234567890.1234,0.1,00ff,2025-12-31,2025-12-31 23:59:59.125,true\n"
        '9223372036854775807,"a,""b""\n\'c\'\\n",-0.5,1e300,,,,false\n'
    )
    assert (answer.read, answer.written, answer.rejected, answer.rejects_path) == (2, 2, 0, None)
    first, second = await importer.all()
    assert first[:6] == [-9223372036854775808, "plain", first[2], 0.1, b"\x00\xff", "2025-12-31"]
    assert str(first[2]) == "1234567890.1234"
    assert str(first[6]) == "2025-12-31 23:59:59.125"
    assert bool(first[7]) is True
    assert second[1] == "a,\"b\"\n'c'\\n"
    assert second[3:7] == [1e300, None, None, None]


async def test_an_empty_field_is_null_and_two_quotes_are_empty_text(importer: Importer) -> None:
    await importer.load('id,t\n1,\n2,""\n3,NULL\n4,x\n')
    assert await importer.all("id, t") == [[1, None], [2, ""], [3, "NULL"], [4, "x"]]


async def test_a_mark_for_null_counts_without_quotes_only(importer: Importer) -> None:
    await importer.load('id,t,day\n1,NULL,NULL\n2,"NULL",2025-01-01\n3,,NULL\n', options={"null_texts": ["NULL"]})
    assert await importer.all("id, t, day") == [[1, None, None], [2, "NULL", "2025-01-01"], [3, "", None]]


async def test_null_as_text_does_not_become_a_date(importer: Importer) -> None:
    failure = await _failure(importer.load("id,day\n1,2025-01-01\n2,NULL\n"))
    assert failure.code == "row_rejected"
    assert failure.details == {
        "line": 3, "column": "day", "reason": "'NULL' is not a date.", "engine_code": None, "rows_kept": 0,
    }  # fmt: skip
    assert await importer.all() == []


async def test_rows_after_a_null_keep_their_values(importer: Importer) -> None:
    await importer.load("id,d\n1,\n2,1.5\n3,\n4,2.25\n")
    found = await importer.all("id, d")
    assert [[id_, None if d is None else float(d)] for id_, d in found] == [[1, None], [2, 1.5], [3, None], [4, 2.25]]


@pytest.mark.parametrize("number", ["9223372036854775808", "1.5", "12abc", "0x10", "1_000", "\u0661"])
async def test_what_is_not_an_integer_of_the_column_is_rejected(importer: Importer, number: str) -> None:
    failure = await _failure(importer.load(f"id,t\n{number},x\n"))
    assert (failure.code, failure.details["line"], failure.details["column"]) == ("row_rejected", 2, "id")
    assert await importer.all() == []


async def test_no_decimal_is_rounded(importer: Importer) -> None:
    exact = "1234567890.1234" if importer.name == "sqlite" else "1234567890123456.1234"
    await importer.load(f"id,d\n1,{exact}\n2,1.50000\n")
    assert [str(row[0]) for row in await importer.all("d")][-1].startswith(exact)
    rounded = "12345678901234567890.5" if importer.name == "sqlite" else "1.23456"
    failure = await _failure(importer.load(f"id,d\n3,{rounded}\n"))
    assert "would be rounded" in failure.details["reason"]


@pytest.mark.parametrize("day", ["31/12/2025", "12/31/2025", "01/02/2025", "2025-02-30", "1/2/25"])
async def test_dates_that_are_not_iso_are_not_guessed(importer: Importer, day: str) -> None:
    failure = await _failure(importer.load(f"id,day\n1,{day}\n"))
    assert (failure.code, failure.details["column"]) == ("row_rejected", "day")


async def test_dates_are_read_in_the_order_that_is_said(importer: Importer) -> None:
    await importer.load("id,day,at\n1,31/12/2025,1.2.2025 10:00:00\n", options={"date_order": "dmy"})
    await importer.load("id,day\n2,12/31/2025\n", options={"date_order": "mdy"})
    assert [row[1] for row in await importer.all("id, day")] == ["2025-12-31"] * 2
    assert str((await importer.all("at"))[-1][0]).startswith("2025-02-01 10:00:00") or importer.name != "sqlite"
    failure = await _failure(importer.load("id,day\n3,12/31/2025\n", options={"date_order": "dmy"}))
    assert failure.details["reason"] == "'12/31/2025' is not a day of the calendar."


async def test_a_zone_and_a_fraction_are_not_cut_off(importer: Importer) -> None:
    zoned = await _failure(importer.load("id,at\n1,2025-01-01 00:00:00+02\n"))
    assert "time zone" in zoned.details["reason"]
    if importer.name != "sqlite":  # which keeps the text
        cut = await _failure(importer.load("id,at\n1,2025-01-01 00:00:00.123456\n"))
        assert "would be rounded" in cut.details["reason"]


async def test_rejected_rows_are_in_a_file_with_line_and_reason(importer: Importer) -> None:
    await importer.query("INSERT INTO target (id, t) VALUES (5, 'there')")
    answer = await importer.load(
        'id,t,day\n1,a,2025-01-01\nx,b,\n3,c,soon\n4,"d, ""e""\nf",\n5,twice,\n6,too,many,fields\n7,"",\n',
        on_error="reject",
    )
    assert (answer.read, answer.written, answer.rejected) == (7, 3, 4)
    assert answer.rejects_path == str(importer.folder / "rows.rejected.csv")
    lines = Path(answer.rejects_path).read_text().splitlines()
    assert lines[0] == "line,reason,id,t,day"
    assert sorted(line.partition(",")[0] for line in lines[1:]) == ["3", "4", "7", "8"]
    assert any(line.startswith('8,"The row has 4 fields, and the file has 3 columns."') for line in lines)
    assert any(line.startswith("7,") and line.endswith(",5,twice,") for line in lines)
    assert await importer.all("id, t") == [[1, "a"], [4, 'd, "e"\nf'], [5, "there"], [7, ""]]
    assert Path(answer.rejects_path).stat().st_mode & 0o077 == 0


async def test_a_key_that_is_met_half_way_undoes_everything(importer: Importer) -> None:
    await importer.query("INSERT INTO target (id) VALUES (7000)")
    text = "id,t\n" + "".join(f"{n},x\n" for n in range(10_000))
    failure = await _failure(importer.load(text))
    assert (failure.code, failure.details["line"], failure.details["rows_kept"]) == ("row_rejected", 7002, 0)
    assert failure.details["engine_code"] is not None
    assert await importer.all("count(*)") == [[1]]
    answer = await importer.load(text, on_error="reject")
    assert (answer.written, answer.rejected) == (9999, 1)


async def test_modes_skip_upsert_and_replace(importer: Importer) -> None:
    await importer.query("INSERT INTO target (id, t) VALUES (1, 'old'), (9, 'old')")
    skipped = await importer.load("id,t\n1,new\n2,new\n", mode="skip")
    assert (skipped.read, skipped.written, skipped.skipped) == (2, 1, 1)
    assert await importer.all("id, t") == [[1, "old"], [2, "new"], [9, "old"]]
    changed = await importer.load("id,t\n1,newer\n3,newer\n3,newest\n", mode="upsert")
    assert (changed.read, changed.written, changed.skipped) == (3, 3, 0)
    assert await importer.all("id, t") == [[1, "newer"], [2, "new"], [3, "newest"], [9, "old"]]
    other = await _failure(importer.load("id,t,day\n1,x,soon\n", mode="skip"))
    assert other.code == "row_rejected"
    replaced = await importer.load("id,t\n5,only\n", mode="replace")
    assert replaced.written == 1
    assert await importer.all("id, t") == [[5, "only"]]
    assert (await _failure(importer.load("id\n1\n1\n", mode="replace"))).code == "row_rejected"
    assert await importer.all("id, t") == [[5, "only"]]


async def test_columns_are_mapped_skipped_and_constant(importer: Importer) -> None:
    mapping = [
        {"column": "id", "source": "number"},
        {"column": "t", "value": "from a file"},
        {"column": "day", "source": "select"},
    ]
    await importer.load("ignored,number,select\n'x',1,2025-01-01\ny,2,\n", mapping=mapping)
    assert await importer.all("id, t, day") == [[1, "from a file", "2025-01-01"], [2, "from a file", None]]
    unknown = await _failure(importer.load("id,nowhere\n1,2\n"))
    assert (unknown.code, unknown.details["path"]) == ("invalid_message", "/data/mapping")


async def test_a_new_table_gets_the_engines_own_types(importer: Importer) -> None:
    text = (
        "id,zip,amount,at,flag,note\n1,00123,1.50,2025-01-01 12:00:00,true,\n"
        '2,04711,12.5,2025-01-01 12:00:00,false,"x"\n'
    )
    told = await importer.load(text, new_table={"name": "made"}, dry_run=True)
    assert told.statements[0].startswith("CREATE TABLE")
    assert (await _failure(importer.query("SELECT * FROM made"))).code == "query_failed"
    answer = await importer.load(text, new_table={"name": "made"})
    assert (answer.written, answer.statements) == (2, told.statements)
    rows = await importer.all(table="made")
    assert [row[1] for row in rows] == ["00123", "04711"]
    assert [float(row[2]) for row in rows] == [1.5, 12.5]
    assert [row[5] for row in rows] == [None, "x"]


async def test_a_new_table_is_gone_when_its_import_fails(importer: Importer) -> None:
    columns = [{"name": "a", "kind": "integer", "key": True}]
    failure = await _failure(importer.load("a\n1\n1\n", new_table={"name": "made", "columns": columns}))
    assert failure.details["line"] == 3
    assert (await _failure(importer.query("SELECT * FROM made"))).code == "query_failed"


async def test_without_one_transaction_what_is_in_is_told(importer: Importer) -> None:
    text = "id,t\n" + "".join(f"{n},{'x' * 100}\n" for n in range(20_000)) + "bad,x\n"
    failure = await _failure(importer.load(text, all_or_nothing=False))
    assert failure.details["rows_kept"] > 0
    assert await importer.all("count(*)") == [[failure.details["rows_kept"]]]
    assert f"{failure.details['rows_kept']:,} rows are in." in failure.message


_TYPED = '[{"id": 1, "t": null, "d": 1.10}, {"id": 2, "t": "null", "d": -0.0001}, {"t": {"a": [1.10, null]}, "id": 3}]'


@pytest.mark.parametrize("name", ["rows.json", "rows.jsonl"])
async def test_json_keeps_null_digits_and_nested_documents(importer: Importer, name: str) -> None:
    text = _TYPED if name == "rows.json" else _TYPED[1:-1].replace("}, {", "}\n{")
    shown = await importer.preview(importer.file(text, name))
    assert [(one.name, one.kind) for one in shown.columns] == [("id", "integer"), ("t", "text"), ("d", "decimal")]
    await importer.load(text, name)
    found = await importer.all("id, t, d")
    assert [row[1] for row in found] == [None, "null", '{"a":[1.10,null]}']
    assert [row[2] and float(row[2]) for row in found] == [1.1, -0.0001, None]


async def test_names_that_are_keywords_or_come_twice(importer: Importer) -> None:
    text = 'select,"select",order\n1,2,3\n'
    shown = await importer.preview(importer.file(text))
    assert [one.name for one in shown.columns] == ["select", "select_2", "order"]
    assert [one.code for one in shown.problems] == ["repeated_names"]
    await importer.load(text, new_table={"name": "made"})
    assert await importer.all(table="made") == [[1, 2, 3]]


@pytest.mark.parametrize(
    "content",
    [
        "id,t\n1,größe\n2,b\n".encode("utf-8-sig"),
        "id,t\r\n1,größe\r\n2,b\r\n".encode(),
        "id,t\r1,größe\r2,b\r".encode(),
        "id;t\n1;größe\n2;b".encode(),
        "id,t\n1,größe\n2,b\n".encode("utf-16"),
    ],
)
async def test_marks_line_ends_and_separators_are_found_out(importer: Importer, content: bytes) -> None:
    await importer.load(content)
    assert await importer.all("id, t") == [[1, "größe"], [2, "b"]]


async def test_another_encoding_is_what_the_user_says(importer: Importer) -> None:
    content = "id,t\n1,größe\n".encode("windows-1252")
    shown = await importer.preview(importer.file(content))
    assert (shown.encoding, [one.code for one in shown.problems]) == ("utf-8", ["invalid_text"])
    assert (await _failure(importer.load(content))).details["line"] == 2
    await importer.load(content, encoding="windows-1252")
    await importer.load("id,t\n2,日本語\n".encode("cp932"), encoding="shift_jis")
    assert await importer.all("id, t") == [[1, "größe"], [2, "日本語"]]


async def test_mixed_encodings_reject_the_rows_that_are_not_text(importer: Importer) -> None:
    content = "id,t\n1,größe\n".encode() + "2,größe\n3,b\n".encode("latin-1")
    answer = await importer.load(content, on_error="reject")
    assert (answer.written, answer.rejected) == (2, 1)
    assert await importer.all("id, t") == [[1, "größe"], [3, "b"]]


async def test_a_quote_that_never_ends_names_its_line(importer: Importer) -> None:
    failure = await _failure(importer.load('id,t\n1,a\n2,"b\n3,c\n4,d\n', on_error="reject"))
    assert (failure.code, failure.details["line"]) == ("row_rejected", 3)
    assert await importer.all() == []


async def test_a_file_with_nothing_but_names_and_an_empty_one(importer: Importer) -> None:
    assert (await importer.load("id,t\n")).read == 0
    shown = await importer.preview(importer.file(""))
    assert (shown.columns, [one.code for one in shown.problems]) == ([], ["empty"])
    assert (await _failure(importer.load(""))).code == "invalid_message"


async def test_a_zero_byte_in_text(importer: Importer) -> None:
    answer = await importer.load("id,t\n1,a\0b\n2,c\n", on_error="reject")
    stored = await importer.all("id, t")
    if importer.name == "postgresql":
        assert (answer.written, answer.rejected, stored) == (1, 1, [[2, "c"]])
    else:
        assert (answer.rejected, stored) == (0, [[1, "a\0b"], [2, "c"]])
