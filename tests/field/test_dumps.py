"""What the engines' own programs write is run as it is, and brings back what they were made of."""

import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from litebase_schema.connection import DbDisconnectRequest

from litebase.client import Client
from tests.conftest import target_of
from tests.field.conftest import Field
from tools.services import Service

pytestmark = pytest.mark.anyio

ATLAS = r"""
CREATE SCHEMA old;
CREATE TYPE size AS ENUM ('small', 'big');
CREATE TABLE city (id serial PRIMARY KEY, name text NOT NULL UNIQUE, note text, area numeric(9,3), size size,
    CHECK (area > 0));
CREATE TABLE old.road (a int REFERENCES city, b int REFERENCES city, raw bytea, built date, tags text[], extra jsonb,
    PRIMARY KEY (a, b));
CREATE TABLE log (at int, what text);
CREATE TABLE empty (a int);
CREATE TABLE many (n int, word text);
CREATE TABLE part (n int, word text) PARTITION BY RANGE (n);
CREATE TABLE part_one PARTITION OF part FOR VALUES FROM (0) TO (10);
INSERT INTO city (name, note, area, size) VALUES ('Köln', 'it''s; "quoted" -- no comment', 405.02, 'big'),
    ('C:\temp\', E'a\nb\tc\\', NULL, NULL), ('/* x */', E'$$ # ; \\.\n\\.\n', 0.001, 'small');
INSERT INTO old.road VALUES (1, 2, '\x00275c3b0a', '1999-12-31', '{a,"b;c",NULL}', '{"a": [1, "\\."]}'),
    (2, 3, NULL, NULL, NULL, NULL);
INSERT INTO many SELECT n, 'word ' || n FROM generate_series(1, 50000) n;
INSERT INTO part SELECT n, 'p' FROM generate_series(0, 9) n;
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN INSERT INTO log VALUES (NEW.id, 'new; city'); RETURN NEW; END $body$;
CREATE TRIGGER noted AFTER INSERT ON city FOR EACH ROW EXECUTE FUNCTION noted();
CREATE FUNCTION doubled(n int) RETURNS int BEGIN ATOMIC SELECT n; SELECT n * 2; END;
CREATE VIEW large AS SELECT name FROM city WHERE area > 1;
CREATE MATERIALIZED VIEW sizes AS SELECT size, count(*) FROM city GROUP BY size;
CREATE RULE kept AS ON DELETE TO empty DO INSTEAD (SELECT 1; SELECT 2);
COMMENT ON TABLE city IS 'towns; and ''cities''';
"""


def pg_dump(service: Service, database: str) -> str:
    """What pg_dump writes of a database."""
    program = shutil.which("pg_dump")
    if program is None:
        pytest.skip("NOT TESTED: pg_dump is not installed")
    place = ["--host", service.host, "--port", str(service.port), "--username", service.user]
    done = subprocess.run(
        [program, *place, database],
        env={**os.environ, "PGPASSWORD": service.password},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def without_token(dump: str) -> str:
    r"""The dump without what is random in it: the token of `\restrict`."""
    return re.sub(r"(?m)^(\\(?:un)?restrict) .*$", r"\1", dump)


async def test_a_dump_of_pg_dump_restores_the_database(
    client: Client, postgresql: Field, postgresql_service: Service
) -> None:
    """Kind: the scripts that the engine's own program writes were refused: psql's commands, and COPY with its rows."""
    answer = await postgresql.script(ATLAS)
    assert [outcome.error for outcome in answer.statements if outcome.error] == []
    ((source,),) = await postgresql.rows("select current_database()")
    dump = pg_dump(postgresql_service, source)
    assert "\nCOPY " in dump
    await postgresql.query(f"create database {source}_again")
    opened = await client.db_connect(target_of(postgresql_service, database=f"{source}_again"))
    try:
        again = Field(client, opened.connection_id)
        restored = await again.script(dump)
        assert [outcome.error for outcome in restored.statements if outcome.error] == []
        assert restored.statement_count == len(restored.statements)
        assert await again.rows("select count(*) from city") == [[3]]
        assert without_token(pg_dump(postgresql_service, f"{source}_again")) == without_token(dump)
    finally:
        await client.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))
        await postgresql.query(f"drop database {source}_again")


async def test_the_lines_of_newer_pg_dumps_that_are_not_sql_are_skipped(postgresql: Field) -> None:
    r"""Kind: as above; since August 2025 a dump begins with `\restrict` and ends with `\unrestrict`."""
    answer = await postgresql.script(
        "--\n-- PostgreSQL database dump\n--\n\n\\restrict a1B2c3\n\nSET client_encoding = 'UTF8';\n"
        "CREATE TABLE public.t (a integer);\n\nCOPY public.t (a) FROM stdin;\n1\n\\.\n\n\n\\unrestrict a1B2c3\n\n"
    )
    assert [outcome.error for outcome in answer.statements] == [None, None, None]
    assert await postgresql.rows("select a from t") == [[1]]


async def test_a_dump_of_mariadb_dump_restores_the_database(mysql: Field) -> None:
    """Kind: as above. The dump was written by mariadb-dump 10.11 with --routines --triggers --events."""
    dump = (Path(__file__).parent / "dumps" / "mariadb.sql").read_text(encoding="utf-8")
    answer = await mysql.script(dump)
    assert [outcome.error for outcome in answer.statements if outcome.error] == []
    assert await mysql.rows("select name, note, area from city order by id") == [
        ["Köln", 'it\'s; "quoted" -- no comment', "405.020"],
        ["C:\\temp\\", "a\nb\tc\\", None],
        ["/* x */", "$$ # ; '", "0.001"],
    ]
    assert await mysql.rows("select raw from road order by a") == [[b"\0'\\;\n"], [b""]]
    assert await mysql.rows("select doubled(21), (select name from big)") == [[42, "Köln"]]
    await mysql.query("insert into city (name, area) values ('new', 3)")
    assert await mysql.rows("select what from log") == [["big"]]
    assert (await mysql.query("call count_to(3)")).rows == [[3]]
    assert await mysql.rows("select event_name from information_schema.events where event_schema = database()") == [
        ["later"]
    ]


async def test_a_dump_of_the_sqlite3_program_restores_the_database(sqlite: Field, tmp_path: Path) -> None:
    """Kind: as above."""
    program = shutil.which("sqlite3")
    if program is None:
        pytest.skip("NOT TESTED: the sqlite3 program is not installed")
    source = tmp_path / "source.db"
    with sqlite3.connect(source) as made:
        made.executescript(
            "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT, c BLOB, d REAL);"
            "INSERT INTO t (b, c, d) VALUES ('it''s; so' || char(10) || '.tables', x'003b', 1e300), (NULL, NULL, 0.1);"
            "CREATE TABLE log (a); CREATE VIEW v AS SELECT b FROM t; CREATE INDEX i ON t (b);"
            "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); "
            "SELECT CASE WHEN 1 THEN 2 END; END;"
        )
        before = list(made.iterdump())
    made.close()
    dump = subprocess.run([program, str(source), ".dump"], capture_output=True, encoding="utf-8", check=True).stdout
    answer = await sqlite.script(dump)
    assert [outcome.error for outcome in answer.statements if outcome.error] == []
    with sqlite3.connect(tmp_path / "field.db") as restored:
        assert list(restored.iterdump()) == before
    restored.close()
