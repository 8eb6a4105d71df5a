"""DDL of three engines, proven by running it: described, dropped, made again and described again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litebase_schema.catalog import ObjectRef
from litebase_schema.script import RunScriptRequest

from litebase.client import Client
from tests.end_to_end.places import ENGINES, Place, open_place
from tests.mysql_series import HAS_CHECKS, HAS_INVISIBLE, HAS_SEQUENCES, ON_MYSQL

pytestmark = pytest.mark.anyio

TRAPS = [
    "with.dot",
    'with "quotes"',
    "it's",
    "back`tick",
    "new\nline",
    "back\\slash",
    "a;b",
    "select",
    "-- no",
    "é中",
    "%{0}?",
]
OBJECTS = {
    "sqlite": [
        "CREATE TABLE hen (id INTEGER PRIMARY KEY, egg INTEGER REFERENCES egg (id)) STRICT",
        "CREATE TABLE egg (id INTEGER PRIMARY KEY, hen INTEGER REFERENCES hen (id)) WITHOUT ROWID",
        "CREATE TABLE kinds (a INTEGER DEFAULT 7, b TEXT DEFAULT 'it''s; \\', c INTEGER AS (a + 1) STORED,"
        " d TEXT COLLATE NOCASE CHECK (d <> 'CREATE TABLE ('), UNIQUE (a, b))",
        "CREATE INDEX by_d ON kinds (lower(d) DESC) WHERE a > 1",
        "CREATE VIEW z_below AS SELECT a, b FROM kinds",
        "CREATE VIEW a_above AS SELECT a FROM z_below",
        "CREATE VIRTUAL TABLE words USING fts5 (word, content='kinds', prefix='2 3')",
        "CREATE TRIGGER noted AFTER UPDATE ON kinds BEGIN UPDATE hen SET egg = 1; SELECT ';'; END",
        "CREATE TRIGGER instead INSTEAD OF INSERT ON a_above BEGIN SELECT 1; END",
    ],
    "postgresql": [
        "CREATE TABLE {s}.hen (id integer PRIMARY KEY, egg integer)",
        "CREATE TABLE {s}.egg (id serial PRIMARY KEY, hen integer REFERENCES {s}.hen)",
        "ALTER TABLE {s}.hen ADD FOREIGN KEY (egg) REFERENCES {s}.egg ON DELETE CASCADE",
        "CREATE FUNCTION {s}.noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NULL; RETURN NEW; END $$",
        "CREATE TABLE {s}.kinds (a integer DEFAULT 7, b text DEFAULT 'it''s; \\', c integer GENERATED ALWAYS AS (a + 1)"
        " STORED, d text COLLATE \"C\" CHECK (d <> 'CREATE TABLE ('), UNIQUE (a, b)) PARTITION BY RANGE (a)",
        "CREATE TABLE {s}.kinds_1 PARTITION OF {s}.kinds FOR VALUES FROM (1) TO (10)",
        "CREATE INDEX by_d ON {s}.kinds (lower(d) DESC) WHERE a > 1",
        "CREATE VIEW {s}.z_below AS SELECT a, b FROM {s}.kinds",
        "CREATE VIEW {s}.a_above AS SELECT a FROM {s}.z_below",
        "CREATE TRIGGER noted AFTER UPDATE ON {s}.kinds FOR EACH ROW EXECUTE FUNCTION {s}.noted()",
        "COMMENT ON COLUMN {s}.kinds.a IS 'it''s; \\'",
    ],
    "mysql": [
        "CREATE TABLE {s}.hen (id integer AUTO_INCREMENT PRIMARY KEY COMMENT 'a, FOREIGN KEY (b)', egg integer)",
        "CREATE TABLE {s}.egg (id integer PRIMARY KEY, hen integer, CONSTRAINT of_hen FOREIGN KEY (hen)"
        " REFERENCES {s}.hen (id), self integer REFERENCES {s}.egg (id))",
        "ALTER TABLE {s}.hen ADD CONSTRAINT of_egg FOREIGN KEY (egg) REFERENCES {s}.egg (id) ON DELETE CASCADE",
        "INSERT INTO {s}.hen VALUES (41, NULL)",
        "CREATE SEQUENCE {s}.counter START WITH 5 INCREMENT BY 3",
        "CREATE TABLE {s}.kinds (a integer DEFAULT 7, b varchar(50) DEFAULT 'it''s; \\\\'"
        " COMMENT 'x''y\\\\; AUTO_INCREMENT=3',"
        " c integer AS (a + 1) STORED, d varchar(50) COLLATE utf8mb4_bin CHECK (d <> 'CREATE TABLE ('),"
        " n integer DEFAULT (NEXT VALUE FOR {s}.counter), z datetime DEFAULT '0000-00-00', UNIQUE (a, b))"
        " COMMENT 'ta; ''ble' PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN"
        " MAXVALUE)",
        "CREATE TABLE {s}.versioned (a integer) WITH SYSTEM VERSIONING",
        "CREATE FUNCTION {s}.plus (a integer) RETURNS integer DETERMINISTIC BEGIN DECLARE b integer; RETURN a + 1; END",
        "CREATE VIEW {s}.z_below AS SELECT a, {s}.plus(a) AS b, 'it''s; `x`.`y`' AS c FROM {s}.kinds",
        "CREATE SQL SECURITY INVOKER VIEW {s}.a_above AS SELECT a FROM {s}.z_below WHERE a > 1 WITH CHECK OPTION",
        "CREATE TRIGGER {s}.second BEFORE UPDATE ON {s}.hen FOR EACH ROW BEGIN SET @a = 1; SET @b = ';'; END",
        "CREATE TRIGGER {s}.first BEFORE UPDATE ON {s}.hen FOR EACH ROW PRECEDES second SET @a = 2",
        "SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'",
        'CREATE PROCEDURE {s}.ansi () BEGIN SELECT "a" || \'b\\\' FROM {s}."kinds"; END',
        "CREATE TRIGGER {s}.\"tr;ig\" AFTER DELETE ON {s}.\"hen\" FOR EACH ROW SET @a = 'x' || 'y'",
        "SET SESSION sql_mode = DEFAULT",
        "CREATE EVENT {s}.daily ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DISABLE DO BEGIN SELECT 1; END",
    ],
}

if not HAS_SEQUENCES:
    _shared = [one for one in OBJECTS["mysql"] if "CREATE SEQUENCE" not in one and "VERSIONING" not in one]
    OBJECTS["mysql"] = [one.replace("(NEXT VALUE FOR {s}.counter)", "(3 + 4)") for one in _shared]
if ON_MYSQL:
    OBJECTS["mysql"] = [one.replace(" z datetime DEFAULT '0000-00-00',", "") for one in OBJECTS["mysql"]]
    _not_enforced = "CHECK (id > 0) NOT ENFORCED" if HAS_CHECKS else ""
    _invisible = "INVISIBLE" if HAS_INVISIBLE else ""
    OBJECTS["mysql"].append(
        f"CREATE TABLE {{s}}.own (id integer PRIMARY KEY {_not_enforced}, h integer(5) ZEROFILL {_invisible},"
        " t varchar(9) COLLATE utf8mb4_0900_ai_ci DEFAULT (concat('a', 'b')), j json, INDEX by_lower ((lower(t))),"
        " INDEX down (h DESC, id) INVISIBLE)"
    )


@pytest.fixture(params=ENGINES)
async def place(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Place]:
    """Each engine in turn."""
    async with open_place(request.param, request, client, tmp_path) as made:
        yield made


async def test_what_is_made_again_is_what_there_was(place: Place) -> None:
    await place.run(*OBJECTS[place.engine])
    for name in [*TRAPS, *["🙂"] * (place.engine != "mysql")]:
        own = place.quoted(name)
        await place.run(f"CREATE TABLE {{s}}.{own} ({own} integer PRIMARY KEY)")
    before = await place.all_there_is()
    answer = await place.ddl(place.schema)
    assert answer.incomplete == []
    await place.empty()
    for one in answer.statements:
        await place.query(one.sql, db_session_id=place.session)
    assert await place.all_there_is() == before
    assert await place.ddl(place.schema) == answer, "and its DDL is the same"
    await place.empty()
    script = ";\n".join(one.sql for one in answer.statements)
    request = RunScriptRequest(connection_id=place.connection_id, db_session_id=place.session, sql=script)
    ran = await place.client.run_script(request)
    assert [one.error for one in ran.statements if one.error is not None] == []
    assert await place.all_there_is() == before


async def test_one_table_comes_with_its_parts_and_without_its_schema(place: Place) -> None:
    await place.run(*OBJECTS[place.engine])
    answer = await place.ddl(place.object("hen"))
    assert answer.incomplete == []
    assert all(one.object is None or "hen" in (one.object.name, one.object.parent_name) for one in answer.statements)
    assert answer.statements[0].sql.startswith("CREATE TABLE ")
    kinds = [one.object.kind for one in answer.statements if one.object is not None]
    assert kinds == {
        "sqlite": ["table"], "postgresql": ["table", "constraint"], "mysql": ["table", "trigger", "trigger", "trigger"],
    }[place.engine]  # fmt: skip
    trigger = place.object("noted", "trigger")
    if place.engine != "mysql":
        (alone,) = (await place.ddl(trigger)).statements
        assert (alone.object and alone.object.parent_name) == "kinds"


async def test_what_is_not_there_or_not_written_is_told(place: Place) -> None:
    await place.run("CREATE TABLE {s}.plain (a integer PRIMARY KEY)")
    asked = [
        place.object("missing"),
        place.object("missing", "trigger"),
        place.object("a", "column"),
        place.object("plain", "of the future"),
        ObjectRef(kind="table", schema_name="nowhere", name="plain"),
        ObjectRef(kind="schema", schema_name=None, name="nowhere"),
        ObjectRef(kind="role", schema_name=None, name="me"),
        place.object("plain"),
    ]
    answer = await place.ddl(*asked)
    assert [one.object and one.object.name for one in answer.statements] == ["plain"]
    told = [one.object for one in answer.incomplete]
    assert sorted(map(str, told)) == sorted(map(str, asked[:-1]))
    assert {one.part for one in answer.incomplete} == {"object"}
    assert all(one.reason for one in answer.incomplete)


async def test_a_transaction_of_the_user_is_not_touched(place: Place) -> None:
    await place.run("CREATE TABLE {s}.plain (a integer PRIMARY KEY)", "BEGIN", "INSERT INTO {s}.plain VALUES (1)")
    answer = await place.ddl(place.schema)
    assert "plain" in [one.object.name for one in answer.statements if one.object is not None]
    after = await place.query("SELECT 1", db_session_id=place.session)
    assert after.transaction_status == "in_transaction"
    await place.run("ROLLBACK")
