"""Databases into files and back, by the engines' own programs, on real servers."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.catalog import ObjectRef
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.dump import (
    DumpDatabaseRequest,
    DumpDatabaseResponse,
    RestoreDatabaseRequest,
    RestoreDatabaseResponse,
)
from litebase_schema.errors import FileFailedDetails, ToolFailedDetails

from litebase.client import Client, RequestFailed, connect
from tests.conftest import Database, target_of
from tests.end_to_end.process import running
from tests.mysql_series import ON_MYSQL
from tools.services import PASSWORD, Service

if sys.platform == "win32":
    pytest.skip("needs the servers' own client programs", allow_module_level=True)

pytestmark = pytest.mark.anyio

import resource  # noqa: E402  # which Windows does not have

EVERYTHING = Path(__file__).parents[1] / "drivers" / "postgresql" / "everything.sql"
FORMATS = [("sqlite", "database"), ("postgresql", "custom"), ("postgresql", "plain"), ("mysql", "plain")]
_OBJECTS = {
    "sqlite": """
        CREATE TABLE hen (id INTEGER PRIMARY KEY, egg INTEGER REFERENCES egg (id));
        CREATE TABLE egg (id INTEGER PRIMARY KEY, hen INTEGER REFERENCES hen (id)) WITHOUT ROWID;
        CREATE TABLE kinds (a INTEGER, t TEXT, b BLOB, d DECIMAL(20,4), f REAL, twice INTEGER AS (a * 2) STORED);
        CREATE VIEW z_below AS SELECT a, t FROM kinds; CREATE VIEW a_above AS SELECT a FROM z_below;
        CREATE TRIGGER noted AFTER INSERT ON hen BEGIN UPDATE hen SET egg = egg; SELECT ';'; END;
        CREATE VIRTUAL TABLE words USING fts5 (word);
        INSERT INTO hen VALUES (1, 2); INSERT INTO egg VALUES (2, 1); INSERT INTO words VALUES ('größe');
        INSERT INTO kinds VALUES (9223372036854775807, 'it''s' || char(0), x'00ff', '1.50', -9e999);
        INSERT INTO kinds VALUES (NULL, x'80', '', 1, 0.1)""",
    "mysql": r"""
        CREATE TABLE hen (id int PRIMARY KEY AUTO_INCREMENT, egg int);
        CREATE TABLE egg (id int PRIMARY KEY, hen int, FOREIGN KEY (hen) REFERENCES hen (id));
        ALTER TABLE hen ADD FOREIGN KEY (egg) REFERENCES egg (id);
        CREATE TABLE kinds (id bigint unsigned PRIMARY KEY, t longtext, b varbinary(100), bits bit(9), d decimal(30,4),
          f double, day date, at datetime(6), stamp timestamp(3) NULL, span time(6), y year, j json,
          e enum('x','it''s'),
          s set('a','b'), g point, twice double AS (id * 2) STORED,
          low char(3) AS (left(t, 3))) CHARACTER SET utf8mb4;
        CREATE VIEW z_below AS SELECT id, t FROM kinds;
        CREATE VIEW a_above AS SELECT id FROM z_below;
        CREATE SEQUENCE numbers START WITH 7;
        CREATE TABLE `od``d "na;me\\` (a int);
        INSERT INTO hen VALUES (1, NULL);
        INSERT INTO egg VALUES (2, 1);
        UPDATE hen SET egg = 2;
        INSERT INTO kinds (id, t, b, bits, d, f, day, at, stamp, span, y, j, e, s, g) VALUES (9223372036854775807,
          'it''s\n\\ größe 🐘 -- `', x'00ff0a0d27', b'101010101', -12345678901234567890.1250, 1e300, '2026-01-31',
          '2026-01-31 12:00:00.123456', '2026-01-31 12:00:00.123', '-838:59:59', 2026, '{"a": [1.10]}', 'it''s', 'a,b',
          ST_GeomFromText('POINT(1 2)')), (1, '', '', b'0', 0, -0.1, NULL, NULL, NULL, NULL, NULL, 'null', NULL, '',
          NULL)""",
}
_MYSQL_BODIES = [
    "CREATE TRIGGER noted BEFORE INSERT ON egg FOR EACH ROW BEGIN SET NEW.hen = NEW.hen; END",
    "CREATE PROCEDURE twice(n int) BEGIN SELECT n * 2; SELECT ';'; END",
    "CREATE FUNCTION half(n int) RETURNS int DETERMINISTIC RETURN n / 2",
    "CREATE EVENT never ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01' DISABLE DO SELECT 1",
]


@dataclass
class Place(Database):
    """A connection to a database of a server, or to a file, with its dumps."""

    engine: str
    target: Any
    service: Service | None

    async def dump(self, path: Path, **options: Any) -> DumpDatabaseResponse:
        return await self.client.dump_database(
            DumpDatabaseRequest(connection_id=self.connection_id, path=str(path), **options)
        )

    async def restore(self, path: Path, **options: Any) -> RestoreDatabaseResponse:
        return await self.client.restore_database(
            RestoreDatabaseRequest(connection_id=self.connection_id, path=str(path), **options)
        )

    def seen(self) -> str:
        """Everything in the database, as the engine's own program sees it, without what differs each time."""
        if self.service is None:
            with closing(sqlite3.connect(self.target.path)) as own:
                own.text_factory = bytes
                dumped = "\n".join(map(repr, own.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema")))
                for (name,) in own.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
                    rows = own.execute(f"SELECT * FROM [{name.decode()}]").fetchall()
                    dumped += f"\n{name!r} {rows!r}"
                return dumped
        return _program_dump(self.service, self.target.database)


def _program_dump(service: Service, database: str) -> str:
    if service.engine == "postgresql":
        command = ["pg_dump", "-h", service.host, "-p", str(service.port), "-U", service.user, "-x", "-O", database]
        environment = {"PGPASSWORD": service.password}
    else:
        program = "mysqldump" if ON_MYSQL else "mariadb-dump"
        command = [program, "--no-defaults", "-h", service.host, f"-P{service.port}", f"-u{service.user}"]
        command += ["--routines", "--events", "--skip-comments", "--hex-blob", database]
        environment = {"MYSQL_PWD": service.password}
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=True)
    return re.sub(r"\\(un)?restrict \w+|CREATE SCHEMA public;|COMMENT ON SCHEMA public.*", "", done.stdout.decode())


def _psql(service: Service, database: str, file: Path) -> None:
    command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", service.host, "-p", str(service.port)]
    command += ["-U", service.user, "-d", database, "-f", str(file)]
    environment = {**os.environ, "PGPASSWORD": service.password}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


class Places:
    """Makes databases, and drops them at the end."""

    def __init__(self, client: Client, engine: str, service: Service | None, folder: Path) -> None:
        self.engine, self.service = engine, service
        self._client, self._folder = client, folder
        self._made: list[str] = []
        self._open: list[str] = []

    async def new(self, name: str, *, filled: bool = False, **options: Any) -> Place:
        """A connection to a new database."""
        if self.service is None:
            target: Any = SqliteTarget(engine="sqlite", path=str(self._folder / f"{name}.db"), mode="create")
        else:
            if name not in self._made:
                await self._admin(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
                self._made.append(name)
            target = target_of(self.service, database=name, **options)
        place = await self.connected(target)
        if filled:
            await self._fill(place)
        return place

    async def connected(self, target: Any, client: Client | None = None) -> Place:
        """A connection to that target."""
        used = client or self._client
        opened = await used.db_connect(target)
        if client is None:
            self._open.append(opened.connection_id)
        return Place(used, opened.connection_id, self.engine, target, self.service)

    async def _fill(self, place: Place) -> None:
        if self.engine == "postgresql":
            assert self.service is not None
            _psql(self.service, place.target.database, EVERYTHING)
            await place.query("CREATE TABLE public.plain (id bigserial PRIMARY KEY, t text, b bytea)")
            await place.query(
                "INSERT INTO public.plain (t, b) SELECT 'row ' || n || E' \\n\\t\\\\ größe', decode('00ff', 'hex') "
                "FROM generate_series(1, 1000) n"
            )
            await place.query("INSERT INTO public.plain (t) VALUES (E'\\restrict me'), ('\\unrestrict'), (E'\\\\.')")
            await place.query("INSERT INTO shop.egg VALUES (1, NULL)")
            await place.query("INSERT INTO shop.hen VALUES (1, 1, 1)")
            await place.query("UPDATE shop.egg SET hen = 1")
            return
        statements = _OBJECTS[self.engine].split(";\n")
        if self.engine == "sqlite":
            with closing(sqlite3.connect(place.target.path)) as own:
                own.executescript(_OBJECTS["sqlite"])
            return
        for sql in [*statements, *_MYSQL_BODIES]:
            if not (ON_MYSQL and "SEQUENCE" in sql):
                await place.query(sql)

    async def _admin(self, *statements: str) -> None:
        assert self.service is not None
        admin = await self.connected(target_of(self.service))
        for sql in statements:
            await admin.query(sql)

    async def aclose(self) -> None:
        for one in self._open:
            await self._client.db_disconnect(DbDisconnectRequest(connection_id=one))
        self._open.clear()
        if self._made:
            await self._admin(*(f"DROP DATABASE IF EXISTS {name}" for name in self._made))


@pytest.fixture
async def places(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Places]:
    """Databases of the engine that the test asks for."""
    engine = request.param
    service = None if engine == "sqlite" else request.getfixturevalue(f"{engine}_service")
    made = Places(client, engine, service, tmp_path)
    yield made
    await made.aclose()


every_format = pytest.mark.parametrize(("places", "form"), FORMATS, indirect=["places"])
every_engine = pytest.mark.parametrize("places", ["sqlite", "postgresql", "mysql"], indirect=True)
servers = pytest.mark.parametrize("places", ["postgresql", "mysql"], indirect=True)


def files_in(folder: Path) -> set[str]:
    """What is there but the databases of the tests."""
    return {one.name for one in folder.iterdir() if ".db" not in one.name}


@every_format
async def test_what_is_dumped_is_restored_as_it_was(places: Places, form: str, tmp_path: Path) -> None:
    source, path = await places.new("dump_source", filled=True), tmp_path / "dump"
    before = source.seen()
    done = await source.dump(path, format=form)
    assert (done.bytes, done.format, done.path) == (path.stat().st_size, form, str(path))
    assert re.match(r"\d+\.\d+", done.tool_version)
    assert path.stat().st_mode & 0o777 == 0o600
    assert files_in(tmp_path) == {"dump"}
    target = await places.new("dump_target")
    restored = await target.restore(path)
    assert restored.rule == ("up_to_the_error" if places.engine == "mysql" else "all_or_nothing")
    assert (restored.bytes, restored.format) == (done.bytes, form)
    assert target.seen() == before == source.seen()
    assert PASSWORD not in done.log + restored.log


@every_format
async def test_a_second_restore_is_refused_and_changes_nothing(places: Places, form: str, tmp_path: Path) -> None:
    source, path = await places.new("dump_source", filled=True), tmp_path / "dump"
    await source.dump(path, format=form)
    before = source.seen()
    with pytest.raises(RequestFailed) as failed:
        await source.restore(path)
    assert failed.value.code == "conflict", failed.value.message
    assert source.seen() == before


@every_format
async def test_a_cut_file_is_refused_and_changes_nothing(places: Places, form: str, tmp_path: Path) -> None:
    source, path = await places.new("dump_source", filled=True), tmp_path / "dump"
    await source.dump(path, format=form)
    data = path.read_bytes()
    target = await places.new("dump_target")
    before = target.seen()
    for share in (0.3, 0.95):
        (cut := tmp_path / "cut").write_bytes(data[: int(len(data) * share)])
        with pytest.raises(RequestFailed) as failed:
            await target.restore(cut)
        if form == "custom":  # found out when it comes to the place
            assert failed.value.code in ("tool_failed", "file_failed")
        else:
            assert isinstance(failed.value.details, FileFailedDetails)
            assert failed.value.details.reason == "incomplete"
        assert target.seen() == before


@every_engine
async def test_what_is_no_dump_of_the_engine_is_refused_before_anything_runs(places: Places, tmp_path: Path) -> None:
    target = await places.new("dump_target")
    before = target.seen() if places.service else ""
    own = {"sqlite": ["sqlite"], "postgresql": ["custom", "plain"], "mysql": ["mysql"]}[places.engine]
    with closing(sqlite3.connect(tmp_path / "file.db")) as file:
        file.execute("CREATE TABLE t (a)")
    files = {
        "sqlite": (tmp_path / "file.db").read_bytes(),
        "custom": b"PGDMP\x01\x0e\x00\x04\x08\x01",
        "plain": b"--\n-- PostgreSQL database dump\n--\nDROP TABLE t;\n-- PostgreSQL database dump complete\n",
        "mysql": b"-- MariaDB dump 10.19\nDROP TABLE t;\n-- Dump completed on 2026-01-01\n",
    }
    for name, data in files.items():
        if name not in own:
            (path := tmp_path / name).write_bytes(data)
            await _refused(target, path, "other_engine")
    for data in (b"", b"DROP TABLE t;", b"\x1f\x8b\x08dump"):
        (path := tmp_path / "odd").write_bytes(data)
        await _refused(target, path, "not_a_dump")
    await _refused(target, tmp_path / "none", "missing")
    await _refused(target, tmp_path, "is_folder")
    await _refused(target, Path("/dev/zero"), "not_a_file")
    (link := tmp_path / "link").symlink_to(tmp_path / "odd")
    await _refused(target, link, "is_link")
    if places.service:
        assert target.seen() == before


async def _refused(target: Place, path: Path, reason: str) -> None:
    with pytest.raises(RequestFailed) as failed:
        await target.restore(path)
    assert failed.value.code == "file_failed"
    assert isinstance(failed.value.details, FileFailedDetails)
    assert failed.value.details.reason == reason, failed.value.message


@every_engine
async def test_a_dump_never_goes_where_an_export_would_not(places: Places, tmp_path: Path) -> None:
    source = await places.new("dump_source", filled=True)
    (there := tmp_path / "there").write_text("mine")
    (link := tmp_path / "link").symlink_to(there)
    for path, reason in ((there, "exists"), (link, "is_link"), (Path("/dev/null"), "not_a_file")):
        with pytest.raises(RequestFailed) as failed:
            await source.dump(path, overwrite=path != there)
        assert isinstance(failed.value.details, FileFailedDetails)
        assert failed.value.details.reason == reason
    assert there.read_text() == "mine"
    with pytest.raises(RequestFailed, match="absolute path"):
        await source.dump(Path("relative"))
    await source.dump(there, overwrite=True)
    assert there.stat().st_size > len("mine")
    assert files_in(tmp_path) == {"there", "link"}


@every_engine
async def test_a_read_only_connection_is_dumped_and_never_restored_to(places: Places, tmp_path: Path) -> None:
    source, path = await places.new("dump_source", filled=True), tmp_path / "dump"
    reader = await places.connected(source.target.model_copy(update={"read_only": True}))
    await reader.dump(path)
    with pytest.raises(RequestFailed) as failed:
        await reader.restore(path)
    assert failed.value.code == "read_only"


@every_engine
async def test_production_is_restored_to_only_when_the_user_agrees(places: Places, tmp_path: Path) -> None:
    source, path = await places.new("dump_source", filled=True), tmp_path / "dump"
    await source.dump(path)
    target = await places.new("dump_target")
    production = await places.connected(target.target.model_copy(update={"environment": "production"}))
    with pytest.raises(RequestFailed) as failed:
        await production.restore(path)
    assert failed.value.code == "confirmation_required"
    await production.restore(path, confirm=True)
    assert target.seen() == source.seen()


@servers
async def test_parts_and_chosen_objects(places: Places, tmp_path: Path) -> None:
    source = await places.new("dump_source", filled=True)
    schema = "shop" if places.engine == "postgresql" else "dump_source"
    egg = ObjectRef(kind="table", schema_name=schema, name="egg")
    structure, data = tmp_path / "structure", tmp_path / "data"
    await source.dump(structure, format="plain", what="structure", objects=[egg])
    await source.dump(data, format="plain", what="data", objects=[egg])
    text = structure.read_text()
    assert "CREATE TABLE" in text
    assert "INSERT INTO" not in text
    assert "COPY" not in text
    assert "hen (" not in text
    text = data.read_text()
    assert "CREATE TABLE" not in text
    assert re.search(r"INSERT INTO `egg`|COPY shop.egg", text)
    assert "plain" not in text
    whole = tmp_path / "whole"
    await source.dump(whole, format="plain", objects=[ObjectRef(kind="schema", schema_name=None, name=schema)])
    assert "hen" in whole.read_text()
    with pytest.raises(RequestFailed) as failed:
        await source.dump(tmp_path / "f", objects=[ObjectRef(kind="function", schema_name=schema, name="half")])
    assert failed.value.code == "invalid_message"
    with pytest.raises(RequestFailed) as failed:
        await source.dump(tmp_path / "f", objects=[ObjectRef(kind="table", schema_name=schema, name="none%")])
    assert failed.value.code == "tool_failed"
    assert isinstance(failed.value.details, ToolFailedDetails)
    assert failed.value.details.exit_code
    assert "none%" in failed.value.message
    assert files_in(tmp_path) == {"structure", "data", "whole"}


@pytest.mark.parametrize("places", ["postgresql"], indirect=True)
@pytest.mark.parametrize("form", ["custom", "plain"])
async def test_the_schema_public_alone_goes_into_a_new_database(places: Places, form: str, tmp_path: Path) -> None:
    source, path = await places.new("dump_source", filled=True), tmp_path / "dump"
    await source.dump(path, format=form, objects=[ObjectRef(kind="schema", schema_name=None, name="public")])
    target = await places.new("dump_target")
    await target.restore(path)
    assert await target.rows("SELECT count(*) FROM plain") == [[1003]]


async def test_sqlite_copies_all_or_nothing_and_from_memory_too(
    client: Client, memory: Database, tmp_path: Path
) -> None:
    await memory.query("CREATE TABLE t (a)")
    await memory.query("INSERT INTO t VALUES (1)")
    place = Place(client, memory.connection_id, "sqlite", None, None)
    for options in (
        {"what": "data"},
        {"objects": [ObjectRef(kind="table", schema_name="main", name="t")]},
        {"format": "plain"},
    ):
        with pytest.raises(RequestFailed) as failed:
            await place.dump(tmp_path / "dump", **options)
        assert failed.value.code == "invalid_message"
    await place.dump(tmp_path / "dump")
    with closing(sqlite3.connect(tmp_path / "dump")) as copy:
        assert copy.execute("SELECT a FROM t").fetchall() == [(1,)]
    opened = await client.db_connect(SqliteTarget(engine="sqlite", mode="memory"))
    other = Place(client, opened.connection_id, "sqlite", None, None)
    await other.restore(tmp_path / "dump")
    assert await other.rows("SELECT a FROM t") == [[1]]


async def test_a_damaged_sqlite_file_is_refused(client: Client, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "file")) as file:
        file.executescript(
            "CREATE TABLE t (a); INSERT INTO t SELECT hex(randomblob(2000)) FROM json_each('[1,2,3,4,5]')"
        )
    data = bytearray((tmp_path / "file").read_bytes())
    data[4096 * 2 : 4096 * 2 + 200] = bytes(200)
    (tmp_path / "file").write_bytes(data)
    opened = await client.db_connect(SqliteTarget(engine="sqlite", path=str(tmp_path / "new.db"), mode="create"))
    target = Place(client, opened.connection_id, "sqlite", None, None)
    await _refused(target, tmp_path / "file", "incomplete")
    assert await target.rows("SELECT count(*) FROM sqlite_schema") == [[0]]


async def test_a_sqlite_file_that_somebody_writes_is_waited_for_and_left_alone(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with closing(sqlite3.connect(tmp_path / "dump")) as file:
        file.execute("CREATE TABLE t (a)")
    target = SqliteTarget(engine="sqlite", path=str(path), mode="create", busy_timeout_ms=600_000)
    opened = await client.db_connect(target)
    hasty = await client.db_connect(target.model_copy(update={"busy_timeout_ms": 50}))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        other.execute("CREATE TABLE mine (a)")
        other.execute("COMMIT")
        other.execute("DROP TABLE mine")
        other.execute("BEGIN")
        assert other.execute("SELECT count(*) FROM sqlite_schema").fetchall() == [(0,)]  # it reads, so nobody may write
        with pytest.raises(RequestFailed, match="waited 50 ms") as failed:
            await Place(client, hasty.connection_id, "sqlite", target, None).restore(tmp_path / "dump")
        assert failed.value.code == "limit_exceeded"
        request = RestoreDatabaseRequest(connection_id=opened.connection_id, path=str(tmp_path / "dump"))
        call = await client.start("restore_database", request)
        await anyio.sleep(0.3)
        assert (await client.cancel(CancelRequest(request_id=call.id))).outcome == "stopped"
        with pytest.raises(RequestFailed) as failed:
            await call.answer()
        assert failed.value.code == "cancelled"
    place = Place(client, opened.connection_id, "sqlite", target, None)
    assert await place.rows("SELECT count(*) FROM sqlite_schema") == [[0]]
    await place.restore(tmp_path / "dump")
    assert await place.rows("SELECT name FROM sqlite_schema") == [["t"]]


async def test_a_dump_of_sqlite_is_of_one_moment_while_others_write(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "busy.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE t (a, b)")
        other.execute("INSERT INTO t SELECT value, hex(randomblob(1000)) FROM json_each('[1,2,3,4,5]')")
        for _ in range(10):
            other.execute("INSERT INTO t SELECT a, hex(randomblob(1000)) FROM t")
        opened = await client.db_connect(SqliteTarget(engine="sqlite", path=str(path)))
        request = DumpDatabaseRequest(connection_id=opened.connection_id, path=str(tmp_path / "dump"))
        call = await client.start("dump_database", request)
        changes = 0
        while not (tmp_path / "dump").exists():
            other.execute("UPDATE t SET a = a + 1")
            changes += 1
            await anyio.sleep(0)
        answer = await call.answer()
        assert answer.bytes == (tmp_path / "dump").stat().st_size
    with closing(sqlite3.connect(tmp_path / "dump")) as copy:
        ((least, most, count),) = copy.execute("SELECT min(a), max(a), count(*) FROM t").fetchall()
        assert (most - least, count) == (4, 5 * 1024)
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_a_full_disk_leaves_no_copy_of_sqlite(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "large.db")) as file:
        file.executescript("CREATE TABLE t (a); INSERT INTO t SELECT hex(randomblob(400000))")

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    (home := tmp_path / "backend").mkdir()
    with running(home, "--no-history", preexec_fn=small_files) as backend:
        async with connect(backend.endpoint) as client:
            opened = await client.db_connect(SqliteTarget(engine="sqlite", path=str(tmp_path / "large.db")))
            with pytest.raises(RequestFailed) as failed:
                await Place(client, opened.connection_id, "sqlite", None, None).dump(tmp_path / "dump")
    assert isinstance(failed.value.details, FileFailedDetails), failed.value.message
    assert failed.value.details.reason == "no_space"
    assert files_in(tmp_path) == {"backend"}
