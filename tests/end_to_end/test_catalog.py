"""What exists, in three spellings of the same objects: through the process and the protocol to real databases."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.catalog import (
    DescribeObjectsRequest,
    DescribeObjectsResponse,
    ForeignKey,
    ListedObject,
    ListObjectsRequest,
    ListObjectsResponse,
    ObjectDescription,
    ObjectRef,
    RoleMembership,
    RowIdentity,
    SequenceFacts,
    TypeFacts,
)
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.db_session import OpenDbSessionRequest

from litebase.client import Client, RequestFailed, browse
from tests.conftest import Database, target_of
from tests.mysql_series import HAS_CHECKS, HAS_INVISIBLE, HAS_SEQUENCES, ON_MYSQL, mysql_before
from tools.services import PASSWORD, Service

pytestmark = pytest.mark.anyio

ODD_NAMES = ["with.dot", 'with "quotes"', "it's", "back`tick", "new\nline", "%_*?[a]", "é中", "-- no comment", "n" * 63]
TWINS = ["twin", "Twin"]


@dataclass(frozen=True)
class Spelling:
    """How one engine spells the objects, in a schema `shop` of their own."""

    quote: str
    make_schema: str
    drop_schema: str
    schema: str  # as it is called
    objects: Sequence[str]  # statements
    kinds: dict[tuple[str, str], str]  # and what they make, beside tables and views
    names: Sequence[str]
    emoji: bool = True

    def quoted(self, name: str) -> str:
        """A name in this engine's SQL."""
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"


SPELLINGS = {
    "sqlite": Spelling(
        '"',
        "",
        "",
        "main",
        [
            "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, CONSTRAINT has_name CHECK (name <> ''))",
            "CREATE TABLE pet (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES person (id))",
            "CREATE INDEX pet_owner ON pet (owner)",
            "CREATE VIEW owners AS SELECT name FROM person",
            "CREATE TRIGGER pet_trigger AFTER INSERT ON pet BEGIN SELECT 1; END",
            "CREATE VIRTUAL TABLE words USING fts5 (word)",
        ],
        {("virtual_table", "words"): ""},
        [*ODD_NAMES, "🙂"],
    ),
    "postgresql": Spelling(
        '"',
        "CREATE SCHEMA shop",
        "DROP SCHEMA IF EXISTS shop CASCADE",
        "shop",
        [
            "CREATE TABLE shop.person (id serial PRIMARY KEY, name text NOT NULL,"
            " CONSTRAINT has_name CHECK (name <> ''))",
            "CREATE TABLE shop.pet (id integer PRIMARY KEY, owner integer REFERENCES shop.person (id))",
            "CREATE INDEX pet_owner ON shop.pet (owner)",
            "CREATE VIEW shop.owners AS SELECT name FROM shop.person",
            "CREATE FUNCTION shop.trigger_function () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE TRIGGER pet_trigger AFTER INSERT ON shop.pet"
            " FOR EACH ROW EXECUTE FUNCTION shop.trigger_function ()",
            "CREATE FUNCTION shop.plus (integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 1'",
            "CREATE FUNCTION shop.plus (a text, VARIADIC b text[]) RETURNS text LANGUAGE sql AS 'SELECT a'",
            "CREATE PROCEDURE shop.nothing () LANGUAGE sql AS ''",
            "CREATE TYPE shop.mood AS ENUM ('sad', 'happy')",
            "CREATE TYPE shop.pair AS (a integer, b text)",
            "CREATE DOMAIN shop.positive AS integer CHECK (VALUE > 0)",
            "CREATE TYPE shop.span AS RANGE (subtype = float8)",
            "CREATE MATERIALIZED VIEW shop.frozen AS SELECT 1 AS one",
        ],
        {
            ("sequence", "person_id_seq"): "",
            ("function", "trigger_function"): "",
            ("function", "plus"): "integer",
            ("function", "plus "): "a text, VARIADIC b text[]",
            ("procedure", "nothing"): "",
            ("type", "mood"): "",
            ("type", "pair"): "",
            ("type", "positive"): "",
            ("type", "span"): "",
            ("materialized_view", "frozen"): "",
        },
        [*ODD_NAMES, *TWINS, "🙂"],
    ),
    "mysql": Spelling(
        "`",
        "CREATE DATABASE shop",
        "DROP DATABASE IF EXISTS shop",
        "shop",
        [
            "CREATE TABLE shop.person (id integer AUTO_INCREMENT PRIMARY KEY, name varchar(100) NOT NULL,"
            " CONSTRAINT has_name CHECK (name <> ''))",
            "CREATE TABLE shop.pet (id integer PRIMARY KEY, owner integer,"
            " CONSTRAINT pet_owner_fkey FOREIGN KEY (owner) REFERENCES shop.person (id))",
            "CREATE INDEX pet_owner ON shop.pet (owner)",
            "CREATE VIEW shop.owners AS SELECT name FROM shop.person",
            "CREATE TRIGGER shop.pet_trigger AFTER INSERT ON shop.pet FOR EACH ROW SET @a = 1",
            "CREATE FUNCTION shop.plus (a integer) RETURNS integer DETERMINISTIC RETURN a + 1",
            "CREATE PROCEDURE shop.nothing () SELECT 1",
            "CREATE SEQUENCE shop.counter",
            "CREATE EVENT shop.daily ON SCHEDULE EVERY 1 DAY DO SELECT 1",
            "CREATE TABLE shop.versioned (a integer) WITH SYSTEM VERSIONING",
        ],
        {
            ("function", "plus"): "",
            ("procedure", "nothing"): "",
            ("sequence", "counter"): "",
            ("event", "daily"): "",
            ("table", "versioned"): "",
        },
        [*ODD_NAMES, *TWINS, "é" * 64],
    ),
}
_INVISIBLE = "INVISIBLE" if HAS_INVISIBLE else ""
if not HAS_SEQUENCES:
    _spelled = SPELLINGS["mysql"]
    SPELLINGS["mysql"] = replace(
        _spelled,
        objects=[sql for sql in _spelled.objects if "SEQUENCE" not in sql and "VERSIONING" not in sql],
        kinds={key: value for key, value in _spelled.kinds.items() if key[1] not in ("counter", "versioned")},
    )


@dataclass
class Shop(Database):
    """A connection to one engine, with the objects of its spelling."""

    engine: str
    spelling: Spelling
    target: Any  # for further connections

    @property
    def schema(self) -> ObjectRef:
        return ObjectRef(kind="schema", schema_name=None, name=self.spelling.schema)

    def table(self, name: str, kind: str = "table") -> ObjectRef:
        return ObjectRef(kind=kind, schema_name=self.spelling.schema, name=name)

    async def listing(self, parent: ObjectRef | None = None, **options: Any) -> ListObjectsResponse:
        request = ListObjectsRequest(connection_id=self.connection_id, parent=parent, **options)
        return await self.client.list_objects(request)

    async def describing(self, *objects: ObjectRef) -> DescribeObjectsResponse:
        request = DescribeObjectsRequest(connection_id=self.connection_id, objects=list(objects))
        return await self.client.describe_objects(request)

    async def described(self, name: str, kind: str = "table") -> ObjectDescription:
        answer = await self.describing(self.table(name, kind))
        (one,) = answer.descriptions
        return one

    async def make(self, *statements: str) -> None:
        """Run statements in which `{s}` is the schema with its dot."""
        for sql in statements:
            await self.query(sql.format(s="" if self.engine == "sqlite" else f"{self.spelling.schema}."))

    async def names(self, parent: ObjectRef | None, *kinds: str, **options: Any) -> list[str]:
        answer = await self.listing(parent, kinds=list(kinds) or None, **options)
        assert answer.missing == []
        return [one.object.name for one in answer.objects]


@pytest.fixture(params=["sqlite", "postgresql", "mysql"])
async def shop(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> AsyncIterator[Shop]:
    """Each engine in turn, with the same objects."""
    spelling = SPELLINGS[request.param]
    if request.param == "sqlite":
        target: Any = SqliteTarget(engine="sqlite", path=str(tmp_path / "shop.db"), mode="create")
    else:
        target = target_of(request.getfixturevalue(f"{request.param}_service"))
    opened = await client.db_connect(target)
    made = Shop(client, opened.connection_id, request.param, spelling, target)
    for sql in filter(None, [spelling.drop_schema, spelling.make_schema, *spelling.objects]):
        await made.query(sql)
    yield made
    await client.db_disconnect(DbDisconnectRequest(connection_id=made.connection_id))  # what is open holds locks
    if spelling.drop_schema:
        made.connection_id = (await client.db_connect(target)).connection_id
        await made.query(spelling.drop_schema)
        await client.db_disconnect(DbDisconnectRequest(connection_id=made.connection_id))


async def test_a_schema_is_listed_with_everything_in_it(shop: Shop) -> None:
    assert shop.spelling.schema in await shop.names(None)
    answer = await shop.listing(shop.schema)
    expected = {("table", "person"): "", ("table", "pet"): "", ("view", "owners"): "", **shop.spelling.kinds}
    found = [(one.object.kind, one.object.name, one.object.signature or "") for one in answer.objects]
    assert sorted(found) == sorted((kind, name.strip(), signature) for (kind, name), signature in expected.items())
    assert {one.object.schema_name for one in answer.objects} == {shop.spelling.schema}
    assert {one.object.kind for one in answer.objects if one.has_children} <= {
        "table", "view", "virtual_table", "materialized_view",
    }  # fmt: skip
    assert (answer.next, answer.missing, answer.default_schemas) == (None, [], None)


async def test_a_table_is_listed_with_what_belongs_to_it_columns_in_their_order(shop: Shop) -> None:
    assert await shop.names(shop.table("person"), "column") == ["id", "name"]
    assert await shop.names(shop.table("owners", "view"), "column") == ["name"]
    assert "pet_owner" in await shop.names(shop.table("pet"), "index")
    assert await shop.names(shop.table("pet"), "trigger") == ["pet_trigger"]
    if shop.engine != "sqlite":  # which gives constraints no name
        if shop.engine != "mysql" or HAS_CHECKS:
            assert "has_name" in await shop.names(shop.table("person"), "constraint")
        assert "pet_owner_fkey" in await shop.names(shop.table("pet"), "constraint")
    everything = (await shop.listing(shop.table("pet"))).objects
    assert {one.object.parent_name for one in everything} == {"pet"}
    assert [one.object.name for one in everything if one.object.kind == "column"] == ["id", "owner"]


async def test_names_come_back_as_they_were_given(shop: Shop) -> None:
    for name in shop.spelling.names:
        column = shop.spelling.quoted(name)
        await shop.query(f"CREATE TABLE {shop.spelling.schema}.{shop.spelling.quoted(name)} ({column} integer)")
    tables = await shop.names(shop.schema, "table")
    for name in shop.spelling.names:
        assert tables.count(name) == 1
        assert await shop.names(shop.table(name), "column") == [name]
        fitting = await shop.names(shop.schema, "table", name_pattern=name)
        assert name in fitting


async def test_a_schema_of_any_name_is_listed(shop: Shop) -> None:
    if shop.engine == "sqlite":
        pytest.skip("an attached database belongs to one database session")
    for name in ("od'd \"`.%", "Shop"):
        quoted = shop.spelling.quoted(name)
        noun = "SCHEMA" if shop.engine == "postgresql" else "DATABASE"
        await shop.query(f"CREATE {noun} {quoted}")
        try:
            await shop.query(f"CREATE TABLE {quoted}.pet (other integer)")
            schema = ObjectRef(kind="schema", schema_name=None, name=name)
            assert await shop.names(schema) == ["pet"]
            inside = ObjectRef(kind="table", schema_name=name, name="pet")
            assert await shop.names(inside, "column") == ["other"]
            assert name in await shop.names(None)
        finally:
            await shop.query(f"DROP {noun} {quoted}" + (" CASCADE" if shop.engine == "postgresql" else ""))


async def test_pages_follow_one_another_and_give_each_object_once(shop: Shop) -> None:
    for number in range(30):
        await shop.query(f"CREATE TABLE {shop.spelling.schema}.page_{number} (a integer)")
    whole = (await shop.listing(shop.schema)).objects
    found: list[ListedObject] = []
    after = None
    while True:
        answer = await shop.listing(shop.schema, limit=7, after=after)
        found += answer.objects
        after = answer.next
        if after is None:
            break
        assert len(answer.objects) == 7
    assert found == whole
    first = await shop.listing(shop.schema, kinds=["table"], limit=7)
    await shop.query(f"DROP TABLE {shop.spelling.schema}.page_0")
    second = await shop.listing(shop.schema, kinds=["table"], limit=7, after=first.next)
    tables = [one.object.name for one in whole if one.object.kind == "table"]
    assert [one.object.name for one in second.objects] == tables[7:14], "although the table of the first page is gone"


async def test_patterns_are_those_of_file_names(shop: Shop) -> None:
    for name in ("a_b", "axb", "a[x]b"):
        await shop.query(f"CREATE TABLE {shop.spelling.schema}.{shop.spelling.quoted(name)} (a integer)")
    for pattern, fitting in {
        "a?b": ["a_b", "axb"],
        "A*B": ["a[x]b", "a_b", "axb"],
        "a[x]b": ["a[x]b"],
        "a_b": ["a_b"],
        "%": [],
        "": [],
    }.items():
        assert await shop.names(shop.schema, "table", name_pattern=pattern) == fitting, pattern


async def test_kinds_that_an_engine_does_not_have_are_ignored(shop: Shop) -> None:
    assert await shop.names(shop.schema, "role", "of the future") == []
    assert await shop.names(shop.schema, "of the future", "view") == ["owners"]
    assert await shop.names(None, "of the future") == []


async def test_default_schemas_are_those_of_names_without_a_schema(shop: Shop) -> None:
    expected = {"sqlite": ["main"], "postgresql": ["public"], "mysql": ["litebase"]}[shop.engine]
    assert (await shop.listing()).default_schemas == expected


async def test_what_belongs_to_the_system_is_listed_when_asked_for(shop: Shop) -> None:
    system = {"sqlite": set(), "postgresql": {"pg_catalog", "information_schema"}, "mysql": {"information_schema"}}
    assert not system[shop.engine] & set(await shop.names(None))
    assert system[shop.engine] <= set(await shop.names(None, include_system=True))
    if shop.engine == "sqlite":
        assert "words_data" not in await shop.names(shop.schema)
        assert "words_data" in await shop.names(shop.schema, include_system=True)


async def test_a_summary_has_comments_and_estimates(shop: Shop) -> None:
    schema = shop.spelling.schema
    await shop.query(f"INSERT INTO {schema}.person (name) VALUES ('a'), ('b'), ('c')")
    if shop.engine == "postgresql":
        await shop.query("COMMENT ON TABLE shop.person IS 'who''s who'")
        await shop.query("COMMENT ON COLUMN shop.person.name IS 'called'")
    if shop.engine == "mysql":
        await shop.query("ALTER TABLE shop.person COMMENT 'who''s who', MODIFY name varchar(100) COMMENT 'called'")
    place = "person" if shop.engine == "sqlite" else f"{schema}.person"
    await shop.query(f"CREATE INDEX by_name ON {place} (name)")
    await shop.query("ANALYZE TABLE shop.person" if shop.engine == "mysql" else "ANALYZE")
    listed = {one.object.name: one for one in (await shop.listing(shop.schema, detail="summary")).objects}
    assert listed["person"].rows_estimate == 3
    if shop.engine == "sqlite":
        return  # it has no comments, and knows no size of a table
    assert listed["person"].comment == "who's who"
    assert (listed["person"].size_bytes or 0) >= 8192
    assert (listed["owners"].comment, listed["owners"].rows_estimate, listed["owners"].size_bytes) == (None, None, None)
    columns = await shop.listing(shop.table("person"), kinds=["column"], detail="summary")
    assert [one.comment for one in columns.objects] == [None, "called"]
    names = await shop.listing(shop.schema)
    assert {(one.comment, one.rows_estimate, one.size_bytes) for one in names.objects} == {(None, None, None)}


async def test_a_parent_that_does_not_exist_is_not_an_empty_list(shop: Shop) -> None:
    for parent in (
        ObjectRef(kind="schema", schema_name=None, name="SHOP"),
        ObjectRef(kind="schema", schema_name=None, name="nowhere"),
        shop.table("nothing"),
        ObjectRef(kind="table", schema_name="nowhere", name="person"),
    ):
        with pytest.raises(RequestFailed) as failed:
            await shop.listing(parent)
        assert failed.value.code == "not_found", parent
        assert parent.name in failed.value.message


async def test_a_transaction_of_the_user_is_not_touched(shop: Shop) -> None:
    own = await shop.client.open_db_session(OpenDbSessionRequest(connection_id=shop.connection_id))
    await shop.query("BEGIN", db_session_id=own.db_session_id)
    insert = f"INSERT INTO {shop.spelling.schema}.person (name) VALUES ('x')"
    await shop.query(insert, db_session_id=own.db_session_id)
    half_read = await shop.query(
        f"SELECT p.id FROM {shop.spelling.schema}.person p", db_session_id=own.db_session_id, window_rows=0
    )
    assert "person" in await shop.names(shop.schema)
    assert await shop.names(shop.table("person"), "column") == ["id", "name"]
    after = await shop.query("SELECT 1", db_session_id=own.db_session_id)
    assert (half_read.transaction_status, after.transaction_status) == ("in_transaction", "in_transaction")


# descriptions


async def test_columns_are_described_as_a_result_describes_them(shop: Shop) -> None:
    types = {
        "sqlite": "i INTEGER NOT NULL DEFAULT 7, t VARCHAR(20) DEFAULT 'it''s', d DECIMAL(10,2), b BLOB, n DATE",
        "postgresql": "i integer NOT NULL DEFAULT 7, t varchar(20) DEFAULT 'it''s', d numeric(10,2), b bytea, n date,"
        " m shop.mood, p shop.positive, a integer[], j jsonb, z timestamptz, q shop.pair, r shop.span",
        "mysql": "i integer NOT NULL DEFAULT 7, t varchar(20) DEFAULT 'it''s', d decimal(10,2), b blob, n date,"
        " e enum('a', 'b'), j json, z timestamp NULL, f float, y tinyint(1), u bigint unsigned, k bit(3)",
    }
    await shop.make(f"CREATE TABLE {{s}}typed ({types[shop.engine]})")
    described = (await shop.described("typed")).columns
    result = (await shop.query(f"SELECT * FROM {shop.spelling.schema}.typed")).columns
    assert [one.name for one in described] == [one.name for one in result]
    if shop.engine != "mysql":  # whose results say less: the text of a type, and that json is longtext
        assert [(one.db_type, one.kind) for one in described] == [(one.db_type, one.kind) for one in result]
    assert [one.kind for one in described[:5]] == [one.kind for one in result[:5]]
    assert [one.nullable for one in described] == [False] + [True] * (len(described) - 1)
    assert described[0].default == "7"
    assert "it''s" in (described[1].default or "") or "it\\'s" in (described[1].default or "")
    assert {one.default for one in described[2:]} == {None}


async def test_numbered_generated_and_hidden_columns_are_described(shop: Shop) -> None:
    columns = {
        "sqlite": "id INTEGER PRIMARY KEY AUTOINCREMENT, a integer, v integer AS (a + 1), s integer AS (a + 2) STORED",
        "postgresql": "id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a integer GENERATED BY DEFAULT AS IDENTITY,"
        ' s integer GENERATED ALWAYS AS (a + 2) STORED, c text COLLATE "C"',
        "mysql": "id integer AUTO_INCREMENT PRIMARY KEY, a integer, v integer AS (a + 1), s integer AS (a + 2) STORED,"
        f" h integer {_INVISIBLE}",
    }
    await shop.make(f"CREATE TABLE {{s}}made ({columns[shop.engine]})")
    found = {one.name: one for one in (await shop.described("made")).columns}
    first = {"sqlite": "auto_increment", "postgresql": "always", "mysql": "auto_increment"}
    assert (found["id"].identity, found["id"].key_part, found["id"].nullable) == (first[shop.engine], True, False)
    assert (found["s"].generated, found["s"].default) == ("stored", None)
    if shop.engine == "postgresql":
        assert (found["a"].identity, found["c"].collation, found["s"].expression) == ("by_default", "C", "(a + 2)")
    else:
        assert (found["a"].identity, found["v"].generated) == ("none", "virtual")
    if shop.engine == "mysql":
        assert [name for name, one in found.items() if one.hidden] == (["h"] if _INVISIBLE else [])
        assert found["v"].expression == ("(`a` + 1)" if ON_MYSQL else "`a` + 1")


def _facts(key: ForeignKey) -> tuple[str, list[str], str, list[str], str, str, bool]:
    target = key.referenced_table
    return (
        key.table.name, key.columns, target.name, key.referenced_columns, key.on_update, key.on_delete, key.unique,
    )  # fmt: skip


async def test_foreign_keys_are_described_from_both_sides(shop: Shop) -> None:
    await shop.make(
        "CREATE TABLE {s}two (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (b, a))",
        "CREATE TABLE {s}many (x integer, y integer, me integer PRIMARY KEY, up integer,"
        " FOREIGN KEY (x, y) REFERENCES {s}two (b, a) ON DELETE CASCADE ON UPDATE SET NULL,"
        " FOREIGN KEY (up) REFERENCES {s}many (me) ON DELETE SET NULL)",
        "CREATE TABLE {s}one (x integer NOT NULL UNIQUE, FOREIGN KEY (x) REFERENCES {s}many (me))",
    )
    rule = "restrict" if shop.engine == "mysql" and not ON_MYSQL else "no_action"
    composite = ("many", ["x", "y"], "two", ["b", "a"], "set_null", "cascade", False)
    up = ("many", ["up"], "many", ["me"], rule, "set_null", False)
    single = ("one", ["x"], "many", ["me"], rule, rule, True)
    answer = await shop.describing(*(shop.table(name) for name in ("two", "many", "one")))
    two, many, one = answer.descriptions
    assert list(map(_facts, two.referenced_by)) == [composite]
    assert sorted(map(_facts, many.foreign_keys)) == sorted([composite, up])
    assert sorted(map(_facts, many.referenced_by)) == sorted([single, up])
    assert list(map(_facts, one.foreign_keys)) == [single]
    assert two.row_identity == RowIdentity(columns=["b", "a"], source="primary_key")
    identity = RowIdentity(columns=["rowid"], source="rowid")
    assert one.row_identity == (identity if shop.engine == "sqlite" else RowIdentity(columns=["x"], source="unique"))
    alone = await shop.described("many")
    assert alone == many, "it does not matter what else is described"


async def test_foreign_keys_may_go_in_a_circle(shop: Shop) -> None:
    await shop.make("CREATE TABLE {s}egg (id integer PRIMARY KEY, hen integer)")
    if shop.engine == "sqlite":
        await shop.make("DROP TABLE egg", "CREATE TABLE egg (id integer PRIMARY KEY, hen integer REFERENCES hen (id))")
    await shop.make(
        "CREATE TABLE {s}hen (id integer PRIMARY KEY, egg integer, FOREIGN KEY (egg) REFERENCES {s}egg (id))"
    )
    if shop.engine != "sqlite":
        await shop.make("ALTER TABLE {s}egg ADD FOREIGN KEY (hen) REFERENCES {s}hen (id)")
    egg, hen = (await shop.describing(shop.table("egg"), shop.table("hen"))).descriptions
    assert egg.foreign_keys == hen.referenced_by
    assert hen.foreign_keys == egg.referenced_by
    assert [one.referenced_table.name for one in (*egg.foreign_keys, *hen.foreign_keys)] == ["hen", "egg"]


async def test_indexes_checks_and_triggers_are_described(shop: Shop) -> None:
    await shop.make("CREATE TABLE {s}indexed (id integer PRIMARY KEY, a integer, b varchar(50))")
    place = "" if shop.engine == "sqlite" else "shop."
    made = {
        "sqlite": ["CREATE UNIQUE INDEX part ON indexed (a DESC, lower(b)) WHERE a > 1"],
        "postgresql": ["CREATE UNIQUE INDEX part ON shop.indexed (a DESC, lower(b)) INCLUDE (id) WHERE a > 1"],
        "mysql": ["CREATE UNIQUE INDEX part ON shop.indexed (a, b(10)) COMMENT 'of two'"],
    }
    await shop.make(*made[shop.engine], f"CREATE INDEX plain ON {place}indexed (b)")
    one = await shop.described("indexed")
    indexes = {index.name: index for index in one.indexes}
    assert (indexes["plain"].unique, [part.column for part in indexes["plain"].parts]) == (False, ["b"])
    part = indexes["part"]
    assert (part.unique, part.primary, part.valid, len(part.parts)) == (True, False, True, 2)
    assert part.parts[0].column == "a"
    if shop.engine == "mysql":
        assert (part.parts[1].column, part.parts[1].prefix_length, part.comment) == ("b", 10, "of two")
    else:
        assert part.parts[0].descending
        assert part.parts[1].column is None
        assert (part.predicate or "").strip("()") == "a > 1"
    if shop.engine == "postgresql":
        assert (part.included, part.method) == (["id"], "btree")
        assert "lower" in (part.parts[1].expression or "")
    assert [key.columns for key in one.keys] == [["id"]]
    person = await shop.describing(shop.table("person"))
    if shop.engine == "sqlite":
        assert {"checks"} <= {missing.part for missing in person.missing}
    elif shop.engine != "mysql" or HAS_CHECKS:
        assert [check.name for check in person.descriptions[0].checks] == ["has_name"]
        assert "name" in person.descriptions[0].checks[0].expression
    pet = await shop.described("pet")
    assert [trigger.name for trigger in pet.triggers] == ["pet_trigger"]
    assert "AFTER INSERT" in pet.triggers[0].definition


async def test_views_have_their_query_and_broken_ones_say_so(shop: Shop) -> None:
    await shop.make("CREATE TABLE {s}gone (a integer)", "CREATE VIEW {s}broken AS SELECT a FROM {s}gone")
    if shop.engine != "postgresql":  # which lets nobody drop what a view needs
        await shop.make("DROP TABLE {s}gone")
    answer = await shop.describing(shop.table("owners", "view"), shop.table("broken", "view"))
    owners, broken = answer.descriptions
    assert [one.name for one in owners.columns] == ["name"]
    assert "person" in (owners.definition or "")
    assert owners.row_identity == RowIdentity(columns=[], source="none")
    if shop.engine != "postgresql":
        assert broken.traits == ["invalid"]
        assert [(one.object, one.part) for one in answer.missing] == [(broken.object, "columns")]
        assert answer.missing[0].reason


async def test_a_table_of_very_many_columns_is_described(shop: Shop) -> None:
    count = {"sqlite": 1999, "postgresql": 1600, "mysql": 1000}[shop.engine]
    await shop.make(f"CREATE TABLE {{s}}wide ({', '.join(f'c{number} integer' for number in range(count))})")
    wide = await shop.described("wide")
    assert [one.name for one in wide.columns] == [f"c{number}" for number in range(count)]


async def test_what_is_not_there_or_not_described_is_missing_with_a_reason(shop: Shop) -> None:
    asked = [
        shop.table("nothing"),
        shop.table("person"),
        ObjectRef(kind="table", schema_name="nowhere", name="person"),
        ObjectRef(kind="table", schema_name=None, name="person"),
        shop.schema,
        shop.table("person"),
    ]
    answer = await shop.describing(*asked)
    assert [one.object.name for one in answer.descriptions] == ["person", "person"]
    gone = [one for one in answer.missing if one.part == "object"]
    assert [one.object for one in gone] == [asked[0], asked[2], asked[3], asked[4]]
    assert all(one.reason for one in gone)


async def test_names_are_described_as_they_are(shop: Shop) -> None:
    for name in shop.spelling.names:
        await shop.make(f"CREATE TABLE {{s}}{shop.spelling.quoted(name).replace('{', '{{')} (a integer)")
    refs = [shop.table(name) for name in shop.spelling.names]
    answer = await shop.describing(*refs)
    assert [one.object for one in answer.descriptions] == refs
    assert all([column.name for column in one.columns] == ["a"] for one in answer.descriptions)


async def test_the_primary_key_is_that_of_a_result_s_columns(shop: Shop) -> None:
    await shop.make("CREATE TABLE {s}keyed (a integer NOT NULL, b integer NOT NULL, c integer, PRIMARY KEY (b, a))")
    described = (await shop.described("keyed")).columns
    result = (await shop.query(f"SELECT * FROM {shop.spelling.schema}.keyed")).columns
    origins = [one.origin for one in result if one.origin is not None]
    assert [one.key_part for one in described] == [one.key_part for one in origins] == [True, True, False]
    assert {(one.schema_name, one.table_name) for one in origins} == {(shop.spelling.schema, "keyed")}


# the prompt


async def test_the_prompt_describes_the_table_of_exactly_that_name(shop: Shop) -> None:
    if shop.engine == "sqlite":
        pytest.skip("its names do not differ in case alone")
    for name in TWINS:
        await shop.make(f"CREATE TABLE {{s}}{shop.spelling.quoted(name)} (a integer)")
    for pattern, first in (
        ("shop.twin", "table shop.twin"),
        ("shop.Twin", "table shop.Twin"),
        ("shop.TWIN", " schema"),
    ):
        shown = await browse.lines(shop.client, shop.connection_id, "\\d", pattern, None)
        assert shown[0].startswith(first), pattern


async def test_the_prompt_asks_for_a_schema_where_there_is_no_default_one(
    client: Client, mysql_service: Service
) -> None:
    opened = await client.db_connect(target_of(mysql_service, database=""))
    (line,) = await browse.lines(client, opened.connection_id, "\\dt", "", None)
    assert "\\dt SCHEMA.*" in line
    await client.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))


# objects of other kinds


async def test_everything_that_is_listed_can_be_described(shop: Shop) -> None:
    for name in shop.spelling.names:  # of whatever kind
        quoted = shop.spelling.quoted(name).replace("{", "{{")
        if shop.engine == "postgresql":
            await shop.make(
                f"CREATE SEQUENCE {{s}}{quoted}",
                f"CREATE DOMAIN {{s}}{shop.spelling.quoted(name[:60] + '-d')} AS integer",
                f"CREATE FUNCTION {{s}}{quoted} (a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
            )
        elif shop.engine == "mysql" and name != "Twin":  # routines have one case
            await shop.make(f"CREATE FUNCTION {{s}}{quoted} (a integer) RETURNS integer RETURN 1")
    kinds = {"sqlite": [], "postgresql": ["role", "extension"], "mysql": ["role"]}[shop.engine]
    listed = [*(await shop.listing(shop.schema)).objects, *(await shop.listing(None, kinds=kinds)).objects]
    for table in ("person", "pet"):
        listed += (await shop.listing(shop.table(table))).objects
    refs = [one.object for one in listed]
    answer = await shop.describing(*refs)
    assert [one for one in answer.missing if one.part == "object"] == []
    assert [one.object for one in answer.descriptions] == refs
    for one in answer.descriptions:
        if one.object.parent_name is not None:
            parts: list[Any] = [*one.columns, *one.indexes, *one.triggers, *one.keys, *one.foreign_keys, *one.checks]
            assert [part.name for part in parts] == [one.object.name]


async def test_routines_are_described_with_how_they_are_called(shop: Shop) -> None:
    if shop.engine == "sqlite":
        pytest.skip("it keeps no routines")
    await shop.make(
        {
            "postgresql": "CREATE FUNCTION {s}called (a integer, b text DEFAULT 'x', INOUT c integer DEFAULT 3)"
            " LANGUAGE sql STABLE STRICT SECURITY DEFINER AS 'SELECT 1'",
            "mysql": "CREATE FUNCTION {s}called (a integer, b varchar(9)) RETURNS varchar(20) DETERMINISTIC NO SQL"
            " SQL SECURITY DEFINER COMMENT 'to call' RETURN b",
        }[shop.engine]
    )
    one = await shop.described("called", "function")
    assert one.routine is not None
    arguments = [(each.name, each.mode, each.db_type, each.default) for each in one.routine.arguments]
    if shop.engine == "postgresql":
        assert arguments == [
            ("a", "in", "integer", None), ("b", "in", "text", "'x'::text"), ("c", "inout", "integer", "3"),
        ]  # fmt: skip
        assert (one.routine.language, one.routine.returns) == ("sql", "integer")
        assert one.traits == ["null_on_null", "security_definer", "stable"]
        assert (one.definition or "").startswith("CREATE OR REPLACE FUNCTION shop.called")
        assert one.object.signature == "a integer, b text, INOUT c integer"
    else:
        integer = "int" if ON_MYSQL and not mysql_before(8, 0, 19) else "int(11)"
        assert arguments == [("a", "in", integer, None), ("b", "in", "varchar(9)", None)]
        assert (one.routine.language, one.routine.returns, one.comment) == ("SQL", "varchar(20)", "to call")
        assert one.traits == ["immutable", "security_definer", "no_sql"]
        assert one.definition == "RETURN b"
    assert (one.owner or "").startswith("litebase")
    nothing = await shop.described("nothing", "procedure")
    assert nothing.routine is not None
    assert (nothing.routine.arguments, nothing.routine.returns) == ([], None)


async def test_sequences_are_described_with_their_next_number(shop: Shop) -> None:
    if shop.engine == "sqlite" or (shop.engine == "mysql" and not HAS_SEQUENCES):
        pytest.skip("it has no sequences")
    start = "INCREMENT BY -2 MINVALUE 1 MAXVALUE 9223372036854775801 START WITH 9223372036854775801 CACHE 1"
    await shop.make(f"CREATE SEQUENCE {{s}}down {start}")
    assert (await shop.described("down", "sequence")).sequence == (first := SequenceFacts(
        db_type="bigint", start="9223372036854775801", minimum="1", maximum="9223372036854775801", increment="-2",
        cycles=False, cache="1", next="9223372036854775801", owned_by=None,
    ))  # fmt: skip
    await shop.query("SELECT nextval('shop.down')" if shop.engine == "postgresql" else "SELECT NEXTVAL(shop.down)")
    after = (await shop.described("down", "sequence")).sequence
    assert after == first.model_copy(update={"next": "9223372036854775799"})
    if shop.engine == "postgresql":
        owned = await shop.described("person_id_seq", "sequence")
        assert owned.sequence is not None
        assert owned.sequence.owned_by == ObjectRef(kind="column", schema_name="shop", name="id", parent_name="person")


async def test_types_are_described_with_what_they_consist_of(shop: Shop) -> None:
    if shop.engine != "postgresql":
        pytest.skip("it has no types of its own")
    await shop.make("CREATE DOMAIN {s}short AS varchar(5) COLLATE \"C\" DEFAULT 'q' NOT NULL")
    names = ("mood", "pair", "positive", "span", "short")
    mood, pair, positive, span, short = (
        await shop.describing(*(shop.table(one, "type") for one in names))
    ).descriptions
    forms = [one.type.form if one.type else None for one in (mood, pair, positive, span, short)]
    assert forms == ["enum", "composite", "domain", "range", "domain"]
    assert mood.type is not None
    assert mood.type.values == ["sad", "happy"]
    assert [(one.name, one.db_type) for one in pair.columns] == [("a", "integer"), ("b", "text")]
    assert [one.expression for one in positive.checks] == ["(VALUE > 0)"]
    assert span.type is not None
    assert span.type.base_type == "double precision"
    assert short.type == TypeFacts(
        form="domain", values=[], base_type="character varying(5)", nullable=False,
        default="'q'::character varying", collation="C",
    )  # fmt: skip


async def test_events_are_described_with_when_they_run(shop: Shop) -> None:
    if shop.engine != "mysql":
        pytest.skip("it has no events")
    await shop.make(
        "CREATE EVENT {s}once ON SCHEDULE AT '2035-01-02 03:04:05' ON COMPLETION PRESERVE DISABLE DO SELECT 1"
    )
    daily, once = (await shop.describing(shop.table("daily", "event"), shop.table("once", "event"))).descriptions
    assert daily.event is not None
    assert (daily.event.schedule, daily.event.enabled, daily.event.keeps) == ("EVERY 1 DAY", True, False)
    assert once.event is not None
    assert (once.event.schedule, once.event.enabled, once.event.keeps) == ("AT 2035-01-02 03:04:05", False, True)
    assert once.definition == "SELECT 1"


async def test_roles_and_grants_are_described(shop: Shop) -> None:
    if shop.engine == "sqlite":
        pytest.skip("it has no users")
    at = "@'%'" if shop.engine == "mysql" else ""
    await shop.query("DROP ROLE IF EXISTS clerks")
    await shop.query(f"DROP {'USER' if at else 'ROLE'} IF EXISTS clerk{at}")
    password = f"IDENTIFIED BY '{PASSWORD}'" if at else f"LOGIN CREATEDB PASSWORD '{PASSWORD}'"
    await shop.make(
        "CREATE ROLE clerks",
        f"CREATE {'USER' if at else 'ROLE'} clerk{at} {password}",
        f"GRANT clerks TO clerk{at} WITH ADMIN OPTION",
        "GRANT SELECT, INSERT ON {s}person TO clerks WITH GRANT OPTION",
        f"GRANT UPDATE (name) ON {{s}}person TO clerk{at}",
    )
    name, role = "clerk@%" if at else "clerk", "clerks@%" if at and ON_MYSQL else "clerks"
    refs = [ObjectRef(kind="role", schema_name=None, name=one) for one in (role, name)]
    clerks, clerk = (await shop.describing(*refs)).descriptions
    assert clerk.role is not None
    assert clerks.role is not None
    member = [RoleMembership(name=name, admin=True)]
    assert clerk.role.member_of == [RoleMembership(name=role, admin=True)]
    assert [one for one in clerks.role.members if one.name == name] == member
    assert "login" in clerk.role.attributes
    assert {"login", "locked"}.isdisjoint(clerks.role.attributes)
    if shop.engine == "mysql":
        assert "GRANT UPDATE (name) ON shop.person" in (clerk.definition or "").replace("`", "")
        assert "IDENTIFIED" not in (clerk.definition or "")
    else:
        assert "create_database" in clerk.role.attributes
    grants = {(one.grantee, one.column): (sorted(one.privileges), one.grantable)
              for one in (await shop.described("person")).grants}  # fmt: skip
    assert grants[role, None] == (["INSERT", "SELECT"], True)
    assert grants[name, "name"] == (["UPDATE"], False)
    column = ObjectRef(kind="column", schema_name="shop", name="name", parent_name="person")
    (of_column,) = (await shop.describing(column)).descriptions
    assert [one.grantee for one in of_column.grants] == [name]
    await shop.make("REVOKE ALL ON {s}person FROM clerks", f"REVOKE UPDATE (name) ON {{s}}person FROM clerk{at}")
    await shop.query(f"DROP {'USER' if at else 'ROLE'} clerk{at}")
    await shop.query("DROP ROLE clerks")


async def test_other_objects_that_are_not_described_are_missing_with_a_reason(shop: Shop) -> None:
    gone = [
        shop.table("nothing here", kind) for kind in ("function", "procedure", "sequence", "type", "role", "extension")
    ]
    parts = [
        ObjectRef(kind=kind, schema_name=shop.spelling.schema, name="nothing", parent_name=parent)
        for kind in ("column", "index", "constraint", "trigger")
        for parent in ("person", "nowhere", None)
    ]
    answer = await shop.describing(*gone, *parts, shop.schema)
    assert answer.descriptions == []
    told = [one.object for one in answer.missing if one.part == "object"]
    assert sorted(map(repr, told)) == sorted(map(repr, [*gone, *parts, shop.schema]))
    assert all(one.reason for one in answer.missing)
    if shop.engine == "postgresql":
        plus = await shop.describing(shop.table("plus", "function"))
        assert plus.descriptions == []
        assert "signature" in plus.missing[0].reason
        ref = shop.table("plus", "function").model_copy(update={"signature": "integer"})
        assert [one.object for one in (await shop.describing(ref)).descriptions] == [ref]


async def test_the_prompt_shows_objects_of_other_kinds(shop: Shop) -> None:
    if shop.engine == "sqlite":
        pytest.skip("it has only tables and views")

    async def shown(command: str, pattern: str) -> str:
        return "\n".join(await browse.lines(shop.client, shop.connection_id, command, pattern, None))

    assert "nothing" in await shown("\\df", "shop.*")
    assert "arguments\n" in await shown("\\d", "shop.plus" if shop.engine == "mysql" else "shop.trigger_fun*") or (
        "returns\n  trigger" in await shown("\\d", "shop.trigger_fun*")
    )
    assert "litebase" in await shown("\\du", "")
    assert "superuser" in await shown("\\du", "litebase*")
    if shop.engine == "postgresql":
        assert "plus(integer)" in await shown("\\df", "shop.plus")
        assert "  happy" in await shown("\\dT", "shop.mood")
        assert "version\n  1.0" in await shown("\\dx", "plpgsql")
        assert "belongs to\n  shop.person.id" in await shown("\\ds", "shop.person*")
    else:
        assert "EVERY 1 DAY" in await shown("\\d", "shop.daily")
        assert ("starting at 1" if HAS_SEQUENCES else "Nothing") in await shown("\\ds", "shop.counter")
