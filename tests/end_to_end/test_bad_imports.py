"""Files that are not what they say, and databases that take no rows: nothing is in afterwards, and why is told."""

import gzip
import io
import os
import sys
import zipfile
from dataclasses import replace
from itertools import count
from pathlib import Path

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.catalog import ObjectRef
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.db_session import OpenDbSessionRequest
from litebase_schema.imports import ImportRowsRequest, NewTable

from litebase.client import Client
from tests.conftest import target_of
from tests.end_to_end.test_imports import Failure, Importer, _failure, importer
from tools.services import Service

__all__ = ["importer"]
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform == "win32", reason="needs private servers")]
_ROWS = "id,t\n" + "".join(f"{n},{'x' * 200}\n" for n in range(100_000))


async def _reason(failing: Importer, path: Path) -> str:
    failure = await _failure(failing.load(path))
    assert failure.code == "file_failed"
    assert (await _failure(failing.preview(path))).details["reason"] == failure.details["reason"]
    return str(failure.details["reason"])


@pytest.mark.parametrize("importer", ["sqlite"], indirect=True)
async def test_paths_that_are_no_files_are_refused(importer: Importer) -> None:
    link, pipe = importer.folder / "link.csv", importer.folder / "pipe.csv"
    link.symlink_to(importer.file("id\n1\n"))
    os.mkfifo(pipe)
    assert await _reason(importer, link) == "is_link"
    assert await _reason(importer, pipe) == "not_a_file"
    assert await _reason(importer, Path("/dev/zero")) == "not_a_file"
    assert await _reason(importer, importer.folder) == "is_folder"
    assert await _reason(importer, importer.folder / "none.csv") == "missing"
    relative = await _failure(importer.preview(Path("rows.csv")))
    assert (relative.code, relative.details["path"]) == ("invalid_message", "/data/path")
    sql = await _failure(importer.load("INSERT INTO target VALUES (1);", "rows.sql"))
    assert (sql.code, "run_script" in sql.message) == ("unsupported", True)


def _bomb(told: int | None = None) -> bytes:
    """A workbook with a sheet of zeros; its directory may say another size."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book, book.open("xl/worksheets/sheet1.xml", "w") as sheet:
        for _ in range(320):
            sheet.write(bytes(1 << 20))
    data = made.getvalue()
    return data if told is None else data.replace((320 << 20).to_bytes(4, "little"), told.to_bytes(4, "little"))


@pytest.mark.parametrize("importer", ["sqlite"], indirect=True)
@pytest.mark.parametrize("told", [None, 1000])
async def test_a_workbook_that_unpacks_to_too_much_is_refused(importer: Importer, told: int | None) -> None:
    assert await _reason(importer, importer.file(_bomb(told), "bomb.xlsx")) == "too_large"


@pytest.mark.parametrize("importer", ["sqlite"], indirect=True)
async def test_what_is_no_workbook_and_no_json_is_not_readable(importer: Importer) -> None:
    assert await _reason(importer, importer.file(b"PK\3\4nothing", "rows.xlsx")) == "not_readable"
    assert await _reason(importer, importer.file('[{"id": 1}', "cut.json")) == "not_readable"
    assert (
        await _reason(importer, importer.file(gzip.compress(b"id\n1\n" * 1000)[:-20], "cut.csv.gz")) == "not_readable"
    )


async def test_a_compressed_file_is_read(importer: Importer) -> None:
    answer = await importer.load(gzip.compress(_ROWS.encode()), "rows.csv.gz")
    assert answer.written == 100_000


@pytest.mark.parametrize("importer", ["sqlite"], indirect=True)
async def test_a_file_that_changes_meanwhile_is_not_stored(importer: Importer) -> None:
    path = importer.file(_ROWS)

    async def change() -> None:
        for number in count(100_000):
            await anyio.sleep(0.05)
            with path.open("a") as file:
                file.write(f"{number},late\n")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(change)
        failure = await _failure(importer.load(path))
        tasks.cancel_scope.cancel()
    assert (failure.code, failure.details["reason"]) == ("file_failed", "changed")
    assert await importer.all("count(*)") == [[0]]


async def test_an_import_that_is_cancelled_leaves_nothing(importer: Importer) -> None:
    path = importer.file(_ROWS * 1)
    request = ImportRowsRequest(
        connection_id=importer.connection_id,
        path=str(path),
        object=ObjectRef(kind="table", schema_name=importer.schema, name="target"),
    )
    under_way = await importer.client.start("import_rows", request)
    await anyio.sleep(0.2)
    await importer.client.cancel(CancelRequest(request_id=under_way.id))
    failure = await _failure(under_way.answer())
    assert (failure.code, "No row is in." in failure.message) == ("cancelled", True)
    assert await importer.all("count(*)") == [[0]]


@pytest.mark.parametrize("importer", ["sqlite"], indirect=True)
async def test_a_full_disk_ends_the_import_and_is_no_fault_of_a_row(importer: Importer) -> None:
    database = str(importer.folder.parent / "t.db")
    target = SqliteTarget(engine="sqlite", path=database, init_sql="PRAGMA max_page_count = 100")
    small = replace(importer, connection_id=(await importer.client.db_connect(target)).connection_id)
    failure: Failure = await _failure(small.load(_ROWS, on_error="reject"))
    assert (failure.code, failure.details["engine_code"]) == ("query_failed", "SQLITE_FULL")
    assert await importer.all("count(*)") == [[0]]
    assert list(importer.folder.glob("*rejected*")) == []


async def test_a_target_that_does_not_exist_and_one_without_rows(importer: Importer) -> None:
    assert (await _failure(importer.load("id\n1\n", table="nowhere"))).code == "not_found"
    await importer.query("CREATE VIEW made_view AS SELECT * FROM target")
    try:
        failure = await _failure(importer.load("id\n1\n", table="made_view"))
    finally:
        await importer.query("DROP VIEW made_view")
    assert failure.code in ("invalid_message", "unsupported")


async def test_a_read_only_connection_is_told_before_anything_is_run(client: Client, tmp_path: Path) -> None:
    database, path = tmp_path / "t.db", tmp_path / "rows.csv"
    database.touch()
    path.write_text("id\n1\n")
    opened = await client.db_connect(SqliteTarget(engine="sqlite", path=str(database), mode="read_only"))
    request = ImportRowsRequest(connection_id=opened.connection_id, path=str(path), new_table=NewTable(name="made"))
    assert (await _failure(client.import_rows(request))).code == "read_only"


@pytest.mark.parametrize("importer", ["sqlite"], indirect=True)
async def test_two_hundred_columns_are_previewed(importer: Importer) -> None:
    header = ",".join(f"c{n}" for n in range(200))
    path = importer.file(f"{header}\n" + (",".join(map(str, range(200))) + "\n") * 8000)
    shown = await importer.preview(path)
    assert (len(shown.columns), shown.columns[7].kind) == (200, "integer")
    assert 7000 < (shown.rows_estimate or 0) < 9000


async def test_a_huge_line_is_one_value(importer: Importer) -> None:
    count = 10_000 if importer.name == "mysql" else 200_000  # its column has 64 KiB
    await importer.load(f'id,t\n1,"{"long " * count}"\n2,short\n')
    assert (await importer.all("id, length(t)")) == [[1, 5 * count], [2, 5]]


@pytest.mark.parametrize("importer", ["sqlite"], indirect=True)
async def test_dates_are_proposed_only_where_one_order_fits(importer: Importer) -> None:
    doubtful = await importer.preview(importer.file("d\n01/02/2025\n03/04/2025\n"))
    assert (doubtful.options.date_order, doubtful.columns[0].kind) == (None, "text")
    assert [one.code for one in doubtful.problems] == ["ambiguous_dates"]
    clear = await importer.preview(importer.file("d\n01/02/2025\n31/12/2025\n"))
    assert (clear.options.date_order, clear.columns[0].kind) == ("dmy", "date")
    assert [one.code for one in clear.problems] == ["dates_by_order"]
    both = await importer.preview(importer.file("d\n31/12/2025\n12/31/2025\n"))
    assert (both.options.date_order, both.columns[0].kind) == (None, "text")


@pytest.mark.parametrize("importer", ["postgresql"], indirect=True)
async def test_a_user_without_the_right_is_refused_and_no_row_is_to_blame(
    importer: Importer, postgresql_service: Service
) -> None:
    await importer.query("DROP ROLE IF EXISTS litebase_stranger")
    await importer.query("CREATE ROLE litebase_stranger")
    target = target_of(postgresql_service).model_copy(update={"init_sql": "SET ROLE litebase_stranger"})
    stranger = replace(importer, connection_id=(await importer.client.db_connect(target)).connection_id)
    try:
        failure = await _failure(stranger.load("id,t\n1,a\n", on_error="reject"))
        assert (failure.code, failure.details["sqlstate"]) == ("query_failed", "42501")
    finally:
        await importer.client.db_disconnect(DbDisconnectRequest(connection_id=stranger.connection_id))
        await importer.query("DROP ROLE litebase_stranger")
    assert await importer.all("count(*)") == [[0]]
    assert list(importer.folder.glob("*rejected*")) == []


@pytest.mark.parametrize("importer", ["postgresql"], indirect=True)
@pytest.mark.parametrize("mode", ["insert", "upsert"])
@pytest.mark.parametrize(
    ("column", "wrong", "sqlstate"),
    [
        ("tsvector", "'open", "42601"),
        ("jsonpath", "$[", "42601"),
        ("regclass", "nowhere", "42P01"),
        ("regtype", "nothing", "42704"),
        ("tsvector", "w" * 3000, "54000"),
    ],
)
async def test_a_value_that_only_its_type_refuses_is_rejected_alone(
    importer: Importer, mode: str, column: str, wrong: str, sqlstate: str
) -> None:
    """Some types say so with the SQLSTATE of a wrong statement, or of a limit."""
    right = {"jsonpath": "$", "regclass": "pg_class", "regtype": "int4"}.get(column, "word")
    await importer.query("DROP TABLE target")
    await importer.query(f"CREATE TABLE target (id bigint PRIMARY KEY, v {column})")
    rows = "".join(f'{n},"{wrong if n == 7 else right}"\n' for n in range(20))
    failure = await _failure(importer.load(f"id,v\n{rows}", mode=mode))
    told = failure.details
    assert (failure.code, told["line"], told["column"], told["engine_code"]) == ("row_rejected", 9, "v", sqlstate)
    answer = await importer.load(f"id,v\n{rows}", on_error="reject", mode=mode)
    assert (answer.written, answer.rejected) == (19, 1)
    assert await importer.all("count(*)") == [[19]]


async def test_a_link_that_is_lost_half_way_leaves_nothing(importer: Importer) -> None:
    if importer.name == "sqlite":
        return  # it has no link
    path = importer.file(_ROWS)
    request = ImportRowsRequest(
        connection_id=importer.connection_id,
        path=str(path),
        object=ObjectRef(kind="table", schema_name=importer.schema, name="target"),
    )
    kill = {
        "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE xact_start IS NOT NULL "
        "AND pid <> pg_backend_pid() AND usename = current_user AND (query LIKE 'COPY %' OR query LIKE '%SAVEPOINT%')",
        "mysql": "SELECT id FROM information_schema.innodb_trx t JOIN information_schema.processlist p "
        "ON p.id = t.trx_mysql_thread_id WHERE p.id <> connection_id()",
    }[importer.name]
    under_way = await importer.client.start("import_rows", request)
    for _ in range(100):
        await anyio.sleep(0.02)
        found = await importer.rows(kill)
        if importer.name == "mysql":
            for (one,) in found:
                await importer.query(f"KILL {one}")
        if found:
            break
        await anyio.sleep(0.15)  # InnoDB's list of transactions is not made anew when it was read just now
    failure = await _failure(under_way.answer())
    assert failure.code == "connection_lost", failure
    assert await importer.all("count(*)") == [[0]]


@pytest.mark.parametrize("importer", ["sqlite"], indirect=True)
async def test_the_file_of_an_open_database_is_refused_and_its_lock_survives(importer: Importer) -> None:
    path = importer.folder.parent / "t.db"
    session = await importer.client.open_db_session(OpenDbSessionRequest(connection_id=importer.connection_id))
    await importer.query("BEGIN IMMEDIATE", db_session_id=session.db_session_id)
    assert (await _failure(importer.preview(path, format="csv"))).details["reason"] == "is_database"
    assert (await _failure(importer.load(path, format="csv"))).details["reason"] == "is_database"
    write = f"import sqlite3; sqlite3.connect({str(path)!r}, timeout=0).execute('BEGIN IMMEDIATE')"
    other = await anyio.run_process([sys.executable, "-c", write], check=False)
    assert b"database is locked" in other.stderr
    await importer.query("ROLLBACK", db_session_id=session.db_session_id)
