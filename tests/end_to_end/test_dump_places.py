"""Where a dump and a restore go: names and passwords that programs could read otherwise, and no other database."""

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.catalog import ObjectRef
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.dump import RestoreDatabaseRequest
from litebase_schema.errors import FileFailedDetails

from litebase.client import Client, RequestFailed
from tests.conftest import target_of
from tests.work import SOON_S

if sys.platform == "win32":
    pytest.skip("needs the servers' own client programs", allow_module_level=True)

from tests.end_to_end.test_dumps import Place, Places, every_format, places, servers

__all__ = ["places"]

pytestmark = pytest.mark.anyio

_NAMES = ["-x --all", "--help", "*", "a?c", 'q"uo"te', "UPPER", "na.me", "a`b", "per%ce_nt", "new\nline", "back\\s",
          "[a-z]+", "$x", "quo'te"]  # fmt: skip
_DATABASES = ["-x", "--help", "A b", "q'u\"o", "dbname=x host=y", "postgresql://x", "a`b\\s"]
_PASSWORD = "p'w\"\\ #%;=\n:é\t[x] "
_WAITS = {"postgresql": "SELECT pg_sleep(600);\n", "mysql": "SELECT SLEEP(600);\n"}
_ENDS = {"postgresql": "-- PostgreSQL database dump complete", "mysql": "-- Dump completed"}
_RUNNING = {
    "postgresql": "SELECT query FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'",
    "mysql": "SELECT info FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'",
}


def quoter(place: Place) -> Callable[[str], str]:
    mark = '"' if place.engine == "postgresql" else "`"
    return lambda name: mark + name.replace(mark, mark * 2) + mark


@servers
async def test_a_name_is_never_a_pattern_or_an_option(places: Places, tmp_path: Path) -> None:
    source, target = await places.new("dump_source"), await places.new("dump_target")
    quoted = quoter(source)
    for number, name in enumerate(_NAMES):
        await source.query(f"CREATE TABLE {quoted(name)} (a int)")
        await source.query(f"INSERT INTO {quoted(name)} VALUES ({number})")
    schema = "public" if places.engine == "postgresql" else "dump_source"
    for number, name in enumerate(_NAMES):
        path = tmp_path / str(number)
        await source.dump(path, format="plain", objects=[ObjectRef(kind="table", schema_name=schema, name=name)])
        assert path.read_text().count("CREATE TABLE") == 1, name
        await target.restore(path)
        assert await target.rows(f"SELECT a FROM {quoted(name)}") == [[number]]


@servers
async def test_a_database_of_any_name_is_dumped_and_restored_to(places: Places, tmp_path: Path) -> None:
    admin = await places.new("dump_source")
    quoted = quoter(admin)
    for number, name in enumerate(_DATABASES):
        await admin.query(f"DROP DATABASE IF EXISTS {quoted(name)}")
        await admin.query(f"CREATE DATABASE {quoted(name)}")
        assert places.service is not None
        target = target_of(places.service, database=name)
        opened = await admin.client.db_connect(target)
        place = Place(admin.client, opened.connection_id, places.engine, target, places.service)
        await place.query("CREATE TABLE t (a int)")
        await place.dump(tmp_path / str(number))
        await place.query("DROP TABLE t")
        await place.restore(tmp_path / str(number))
        assert await place.rows("SELECT a FROM t") == []
        await admin.client.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))
        await admin.query(f"DROP DATABASE {quoted(name)}")


@servers
async def test_a_password_of_any_characters_reaches_the_programs(places: Places, tmp_path: Path) -> None:
    source, target = await places.new("dump_source"), await places.new("dump_target")
    await source.query("CREATE TABLE t (a int)")
    password = _PASSWORD.replace("\\", "\\\\").replace("'", "''")
    if places.engine == "postgresql":
        statements = ["DROP ROLE IF EXISTS dump_user", f"CREATE ROLE dump_user SUPERUSER LOGIN PASSWORD E'{password}'"]
    else:
        statements = ["DROP USER IF EXISTS dump_user", f"CREATE USER dump_user IDENTIFIED BY '{password}'",
                      "GRANT ALL ON *.* TO dump_user"]  # fmt: skip
    for sql in statements:
        await source.query(sql)
    user = {"user": "dump_user", "password": _PASSWORD}
    done = await (await places.connected(source.target.model_copy(update=user))).dump(tmp_path / "dump", format="plain")
    reader = await places.connected(target.target.model_copy(update=user))
    restored = await reader.restore(tmp_path / "dump")
    assert _PASSWORD not in done.log + restored.log
    assert await target.rows("SELECT a FROM t") == []
    if places.engine == "postgresql":
        await reader.query(f"REASSIGN OWNED BY dump_user TO {target.target.user}")
    await source.query("DROP USER dump_user")


@every_format
async def test_nothing_at_all_is_dumped_and_restored(places: Places, form: str, tmp_path: Path) -> None:
    source, target = await places.new("dump_source"), await places.new("dump_target")
    await source.dump(tmp_path / "dump", format=form)
    for _ in range(2):
        await target.restore(tmp_path / "dump")


@pytest.mark.parametrize("places", ["mysql"], indirect=True)
async def test_a_file_that_leaves_the_database_is_refused_however_it_is_spelled(places: Places, tmp_path: Path) -> None:
    source, target = await places.new("dump_source"), await places.new("dump_target")
    await source.query("CREATE TABLE t (a int)")
    await source.query("CREATE PROCEDURE p() BEGIN SELECT a FROM t\nUSE INDEX (i);\n/*\nuse it well\n*/ END")
    await source.dump(tmp_path / "dump")
    text = (tmp_path / "dump").read_text()
    at = text.index("CREATE TABLE")
    for line in ("use dump_source;", " USE `dump_source`;", "USE`dump_source` ;", "/*!40000 USE dump_source */;",
                 "create database other;", "CREATE  SCHEMA other;",
                 "/*!40000 DROP DATABASE IF EXISTS `other`*/;"):  # fmt: skip
        (path := tmp_path / "leaves").write_text(f"{text[:at]}{line}\n{text[at:]}")
        with pytest.raises(RequestFailed) as failed:
            await target.restore(path)
        assert isinstance(failed.value.details, FileFailedDetails), line
        assert failed.value.details.reason == "not_a_dump"
    await target.restore(tmp_path / "dump")
    assert await target.rows("SELECT count(*) FROM information_schema.routines WHERE routine_schema = DATABASE()") == [
        [1]
    ]


@servers
async def test_the_server_stops_with_a_restore_that_is_cancelled(places: Places, tmp_path: Path) -> None:
    place = await places.new("dump_source")
    await place.dump(tmp_path / "dump", format="plain")
    text = (tmp_path / "dump").read_text()
    at = text.rindex(_ENDS[places.engine])
    (slow := tmp_path / "slow").write_text(f"{text[:at]}{_WAITS[places.engine]}{text[at:]}")
    request = RestoreDatabaseRequest(connection_id=place.connection_id, path=str(slow))
    call = await place.client.start("restore_database", request)
    with anyio.fail_after(SOON_S):
        while not await place.rows(_RUNNING[places.engine]):
            await anyio.sleep(0.05)
    await place.client.cancel(CancelRequest(request_id=call.id))
    with pytest.raises(RequestFailed):
        await call.answer()
    with anyio.fail_after(SOON_S):
        while await place.rows(_RUNNING[places.engine]):
            await anyio.sleep(0.05)


async def lite(client: Client, path: Path, init_sql: str | None = None) -> Place:
    target = SqliteTarget(engine="sqlite", path=str(path), mode="create", init_sql=init_sql)
    opened = await client.db_connect(target)
    return Place(client, opened.connection_id, "sqlite", target, None)


async def test_rows_of_sqlite_without_a_parent_are_restored_as_they_were(client: Client, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "file")) as own:
        own.executescript(
            "CREATE TABLE p (id INTEGER PRIMARY KEY, n); CREATE TABLE c (p REFERENCES p, n REFERENCES p (n));"
            "INSERT INTO c VALUES (5, 6);"
        )
    await (await lite(client, tmp_path / "file")).dump(tmp_path / "dump")
    target = await lite(client, tmp_path / "new.db")
    await target.restore(tmp_path / "dump")
    assert await target.rows("SELECT p, n FROM c") == [[5, 6]]


async def test_pages_of_another_size_are_refused_where_wal_keeps_its_own(client: Client, tmp_path: Path) -> None:
    for size in (512, 65536):
        with closing(sqlite3.connect(file := tmp_path / f"file{size}")) as own:
            own.executescript(f"PRAGMA page_size = {size}; CREATE TABLE t (a); INSERT INTO t VALUES (1);")
        target = await lite(client, tmp_path / f"wal{size}.db", "PRAGMA journal_mode = WAL")
        await target.query("PRAGMA user_version = 1")
        with pytest.raises(RequestFailed, match="another size") as failed:
            await target.restore(file)
        assert failed.value.code == "conflict"
        target = await lite(client, tmp_path / f"new{size}.db")
        await target.restore(file)
        assert await target.rows("SELECT a FROM t") == [[1]]
