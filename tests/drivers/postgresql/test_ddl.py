"""Statements that make PostgreSQL's objects again: compared with the original by pg_dump."""

import shutil
import subprocess
from difflib import unified_diff
from pathlib import Path

import anyio
import pytest
from litebase_schema.catalog import DdlOptions, ObjectRef

from litebase.drivers.ddl import Ddl
from litebase.drivers.postgresql import catalog
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.sql.dialect import POSTGRESQL
from litebase.sql.scanner import split
from tests.drivers.conformance import rows_of, run
from tests.drivers.postgresql.conftest import OpenSession
from tests.drivers.postgresql.versions import everything_for, needs, needs_pg_dump
from tests.work import SOON_S
from tools.services import Service

pytestmark = pytest.mark.anyio

SCRIPT = (Path(__file__).parent / "everything.sql").read_text(encoding="utf-8")
SCHEMAS = [ObjectRef(kind="schema", schema_name=None, name=name) for name in ("shop", "od'd \"S.\\")]
EVERYTHING = DdlOptions(owners=True, grants=True)


@pytest.fixture
async def original(
    session: PostgresqlSession, open_session: OpenSession, postgresql_service: Service
) -> PostgresqlSession:
    """A database with everything, made once."""
    if await rows_of(session, "SELECT FROM pg_database WHERE datname = 'ddl_original'"):
        return await open_session(database="ddl_original")
    await run(session, "CREATE DATABASE ddl_original TEMPLATE template0")
    made = await open_session(database="ddl_original")
    script = everything_for(postgresql_service, SCRIPT)
    for piece in split(script, POSTGRESQL):
        await run(made, script[piece.start : piece.end])
    return made


def dumped(service: Service, database: str, *options: str) -> str:
    """What pg_dump says, without what differs from call to call."""
    command = ["pg_dump", "--schema-only", *options, "-h", service.host, "-p", str(service.port)]
    environment = {"PGPASSWORD": service.password, "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [*command, "-U", service.user, database], capture_output=True, text=True, check=True, env=environment
    )
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]
    return "\n".join(lines)


async def rebuilt(session: PostgresqlSession, open_session: OpenSession, ddl: Ddl) -> None:
    """Run the statements in the empty database."""
    await run(session, "DROP DATABASE IF EXISTS ddl_copy")
    await run(session, "CREATE DATABASE ddl_copy TEMPLATE template0")
    copy = await open_session(database="ddl_copy")
    await run(copy, "CREATE EXTENSION postgres_fdw")
    await run(copy, "CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'nowhere', dbname 'x''y')")
    for _, sql in ddl.statements:
        await run(copy, sql)
    await copy.aclose()


@pytest.mark.skipif(shutil.which("pg_dump") is None, reason="compares by the output of pg_dump")
async def test_a_copy_is_what_pg_dump_says_of_the_original(
    original: PostgresqlSession, session: PostgresqlSession, open_session: OpenSession, postgresql_service: Service
) -> None:
    needs_pg_dump(postgresql_service)
    ddl = await catalog.get_ddl(original, SCHEMAS, EVERYTHING)
    assert ddl.incomplete == []
    await rebuilt(session, open_session, ddl)
    copy, source = (dumped(postgresql_service, name).splitlines() for name in ("ddl_copy", "ddl_original"))
    assert "\n".join(unified_diff(source, copy, lineterm="", n=1)) == ""


async def test_single_objects_come_with_what_belongs_to_them(original: PostgresqlSession) -> None:
    shop = "shop"
    for ref, expected in {
        ("table", "hen", None): [
            "CREATE TABLE shop.hen",
            "ALTER TABLE ONLY shop.hen REPLICA",
            "ALTER TABLE ONLY shop.hen ADD CONSTRAINT from_egg",
            "ALTER TABLE ONLY shop.hen ADD CONSTRAINT hen_self",
        ],
        ("index", "by_name", None): [
            "CREATE UNIQUE INDEX by_name",
            "ALTER INDEX shop.by_name ALTER",
            "COMMENT ON INDEX",
        ],
        ("index", "person_pkey", "person"): ["ALTER TABLE ONLY shop.person ADD CONSTRAINT person_pkey PRIMARY"],
        ("constraint", "named", "person"): [
            "ALTER TABLE shop.person ADD CONSTRAINT named CHECK",
            "COMMENT ON CONSTRAINT",
        ],
        ("constraint", "by_hen", None): ["ALTER TABLE ONLY shop.egg ADD CONSTRAINT by_hen FOREIGN KEY", "COMMENT ON"],
        ("trigger", "tr;ig", "person"): ['CREATE TRIGGER "tr;ig" BEFORE', 'COMMENT ON TRIGGER "tr;ig"'],
        ("sequence", "counter", None): ["CREATE SEQUENCE shop.counter AS smallint", "COMMENT ON SEQUENCE"],
        ("type", "mood", None): ["CREATE TYPE shop.mood AS ENUM", "COMMENT ON TYPE"],
        ("procedure", "perform", None): ["CREATE OR REPLACE PROCEDURE shop.perform", "COMMENT ON PROCEDURE"],
        ("view", "two", None): ["CREATE VIEW shop.two AS"],
    }.items():
        kind, name, parent = ref
        optional = {} if parent is None else {"parent_name": parent}
        ddl = await catalog.get_ddl(
            original, [ObjectRef(kind=kind, schema_name=shop, name=name, **optional)], DdlOptions()
        )
        assert ddl.incomplete == []
        assert len(ddl.statements) == len(expected), ref
        for (owner, sql), start in zip(ddl.statements, expected, strict=True):
            assert sql.startswith(start), sql
            assert owner is not None
    plus = ObjectRef(kind="function", schema_name=shop, name="plus")
    both = await catalog.get_ddl(original, [plus], DdlOptions())
    one = await catalog.get_ddl(original, [plus.model_copy(update={"signature": "text"})], DdlOptions())
    assert [len(both.statements), len(one.statements)] == [4, 1], "both with SET and RESET around them"


async def test_what_is_not_written_has_a_reason(original: PostgresqlSession) -> None:
    await run(original, "CREATE TYPE shop.shell")
    await run(original, "CREATE OPERATOR shop.=== (FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = integer)")
    asked = [
        SCHEMAS[0],
        ObjectRef(kind="table", schema_name="shop", name="missing"),
        ObjectRef(kind="column", schema_name="shop", name="id", parent_name="hen"),
        ObjectRef(kind="role", schema_name=None, name="litebase"),
        ObjectRef(kind="schema", schema_name=None, name="nowhere"),
        ObjectRef(kind="of the future", schema_name="shop", name="hen"),
    ]
    ddl = await catalog.get_ddl(original, asked, DdlOptions())
    found = [(one.part, one.object.kind if one.object else "") for one in ddl.incomplete]
    assert sorted(found) == [
        ("object", "column"), ("object", "of the future"), ("object", "role"), ("object", "schema"),
        ("object", "table"), ("operator", "schema"), ("shell_type", "schema"),
    ]  # fmt: skip
    assert all(one.reason for one in ddl.incomplete)
    assert len(ddl.statements) > 100
    await run(original, "DROP TYPE shop.shell")
    await run(original, "DROP OPERATOR shop.=== (integer, integer)")


async def test_a_locked_table_is_left_out_and_the_wait_for_it_is_short(
    original: PostgresqlSession, open_session: OpenSession
) -> None:
    holder = await open_session(database="ddl_original")
    await run(holder, "BEGIN")
    await run(holder, "LOCK TABLE shop.hen IN ACCESS EXCLUSIVE MODE")
    with anyio.fail_after(SOON_S):
        ddl = await catalog.get_ddl(original, SCHEMAS, DdlOptions())
    left_out = {one.object.name for one in ddl.incomplete if one.object is not None}
    assert left_out >= {"z_frozen"}, "a view of it cannot be read"
    assert not any(one.object is not None and one.object.name in left_out for one in ddl.statements)
    await run(holder, "ROLLBACK")


async def test_a_read_only_session_reads_it_too(original: PostgresqlSession, open_session: OpenSession) -> None:
    reader = await open_session(database="ddl_original", read_only=True)
    ddl = await catalog.get_ddl(reader, SCHEMAS, EVERYTHING)
    assert ddl == await catalog.get_ddl(original, SCHEMAS, EVERYTHING)
    ((path,),) = await reader.rows("SHOW search_path")
    assert path != "", "what the reading sets does not stay"


async def test_a_sequence_without_the_table_that_owns_it_is_not_owned(
    original: PostgresqlSession,
) -> None:
    await run(original, "CREATE SCHEMA owning")
    await run(original, "CREATE TABLE owning.t (id serial)")
    try:
        sequence = ObjectRef(kind="sequence", schema_name="owning", name="t_id_seq")
        table = ObjectRef(kind="table", schema_name="owning", name="t")
        alone = await catalog.get_ddl(original, [sequence], DdlOptions())
        assert [one.sql for one in alone.statements] == ["CREATE SEQUENCE owning.t_id_seq AS integer"]
        both = await catalog.get_ddl(original, [table], DdlOptions())
        assert both.statements[-1].sql == "ALTER SEQUENCE owning.t_id_seq OWNED BY owning.t.id"
    finally:
        await run(original, "DROP SCHEMA owning CASCADE")


async def test_a_table_comes_before_functions_that_its_expressions_need(
    original: PostgresqlSession, postgresql_service: Service
) -> None:
    needs(postgresql_service, 14, "BEGIN ATOMIC")
    whole = ObjectRef(kind="schema", schema_name=None, name="circle")
    for sql in (
        "CREATE SCHEMA circle",
        "CREATE TABLE circle.t (id serial PRIMARY KEY, n bigint NOT NULL)",
        "CREATE FUNCTION circle.next_n () RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM circle.t; END",
        "ALTER TABLE circle.t ALTER n SET DEFAULT circle.next_n()",
        "CREATE FUNCTION circle.fits (r circle.t) RETURNS boolean LANGUAGE sql AS 'SELECT r.n >= 0'",
        "ALTER TABLE circle.t ADD CONSTRAINT fit CHECK (circle.fits(t.*))",
        "COMMENT ON CONSTRAINT fit ON circle.t IS 'it fits'",
    ):
        await run(original, sql)
    try:
        ddl = await catalog.get_ddl(original, [whole], DdlOptions())
        assert ddl.incomplete == []
        await run(original, "DROP SCHEMA circle CASCADE")
        for _, sql in ddl.statements:
            await run(original, sql)
        await run(original, "INSERT INTO circle.t DEFAULT VALUES")
        assert await rows_of(original, "SELECT id, n FROM circle.t") == [(1, 0)]
        assert await catalog.get_ddl(original, [whole], DdlOptions()) == ddl
    finally:
        await run(original, "DROP SCHEMA circle CASCADE")


async def test_collations_come_before_what_uses_them(original: PostgresqlSession) -> None:
    whole = ObjectRef(kind="schema", schema_name=None, name="sorted")
    for sql in (
        "CREATE SCHEMA sorted",
        "CREATE COLLATION sorted.plain (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX')",
        "CREATE COLLATION sorted.loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)",
        "COMMENT ON COLLATION sorted.loose IS 'it''s loose'",
        "CREATE DOMAIN sorted.word AS text COLLATE sorted.loose",
        "CREATE TABLE sorted.a (x text COLLATE sorted.plain, y sorted.word)",
    ):
        await run(original, sql)
    found = "SELECT collname, collprovider, collctype, collisdeterministic FROM pg_collation c"
    found += " JOIN pg_namespace n ON n.oid = c.collnamespace WHERE nspname = 'sorted' ORDER BY 1"
    try:
        before = await rows_of(original, found)
        ddl = await catalog.get_ddl(original, [whole], EVERYTHING)
        assert ddl.incomplete == []
        await run(original, "DROP SCHEMA sorted CASCADE")
        for _, sql in ddl.statements:
            await run(original, sql)
        assert await rows_of(original, found) == before
        assert await catalog.get_ddl(original, [whole], EVERYTHING) == ddl
        await run(original, "INSERT INTO sorted.a VALUES ('x', 'Y')")
        assert await rows_of(original, "SELECT count(*) FROM sorted.a WHERE y = 'y'") == [(1,)]
    finally:
        await run(original, "DROP SCHEMA sorted CASCADE")
