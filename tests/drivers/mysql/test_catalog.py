"""What only MySQL and MariaDB have: what privileges hide, and tables that somebody is changing."""

from collections.abc import AsyncIterator
from contextlib import nullcontext

import anyio
import pytest
from litebase_schema.catalog import ObjectRef

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.mysql import catalog
from litebase.drivers.mysql.objects import names
from litebase.drivers.objects import Wanted
from litebase.errors import NotFound, QueryFailed
from tests.drivers.conformance import run
from tests.drivers.mysql.conftest import MakeTarget, id_of, opened, running_in
from tests.mysql_series import (
    HAS_CHECKS,
    HAS_SEQUENCES,
    NAMES_TYPES,
    ON_MYSQL,
    STOPPED_SLEEP_RETURNS,
    mariadb_before,
    mariadb_only,
)
from tests.work import SOON_S
from tools.services import PASSWORD

pytestmark = pytest.mark.anyio

needs_sequences = pytest.mark.skipif(not HAS_SEQUENCES, reason="is about MariaDB from 10.3 on")
SECRET = ObjectRef(kind="schema", schema_name=None, name="secret")
SHOWN = ObjectRef(kind="table", schema_name="secret", name="shown")


@pytest.fixture
async def secret(session: DatabaseSession) -> AsyncIterator[DatabaseSession]:
    """A database with two tables, of which a stranger may read one."""
    for sql in (
        "DROP DATABASE IF EXISTS secret",
        "CREATE DATABASE secret",
        "CREATE TABLE secret.shown (a integer COMMENT 'first')",
        "CREATE TABLE secret.hidden (a integer)",
        "DROP USER IF EXISTS stranger",
        f"CREATE USER stranger IDENTIFIED BY '{PASSWORD}'",
    ):
        await run(session, sql)
    yield session
    await run(session, "DROP USER stranger")
    await run(session, "DROP DATABASE secret")


async def test_what_privileges_hide_is_not_an_empty_list(secret: DatabaseSession, target: MakeTarget) -> None:
    async with opened(target(user="stranger", database="")) as stranger:
        with pytest.raises(NotFound, match="not allowed to see"):
            await catalog.list_objects(stranger, Wanted(SECRET))
        roles = await catalog.list_objects(stranger, Wanted(None, ["role"]))
        assert roles.objects == []
        assert [one.part for one in roles.missing] == ["role"]
        assert "stranger" in roles.missing[0].reason
        await run(secret, "GRANT SELECT ON secret.shown TO stranger")
        found = await catalog.list_objects(stranger, Wanted(SECRET))
        assert [one.name for one in found.objects] == ["shown"]
        with pytest.raises(NotFound, match="not allowed to see"):
            await catalog.list_objects(stranger, Wanted(SHOWN.model_copy(update={"name": "hidden"})))


async def test_a_session_without_a_default_database_has_no_default_schema(target: MakeTarget) -> None:
    async with opened(target(database="")) as nowhere:
        assert (await catalog.list_objects(nowhere, Wanted())).default_schemas == []


async def test_nobody_waits_long_for_a_table_that_is_being_changed(secret: DatabaseSession, target: MakeTarget) -> None:
    await run(secret, "LOCK TABLES secret.shown WRITE")
    async with opened(target()) as other:
        with anyio.fail_after(SOON_S):
            names = await catalog.list_objects(other, Wanted(SECRET))
            assert {one.name for one in names.objects} == {"shown", "hidden"}
            columns = await catalog.list_objects(other, Wanted(SHOWN, ["column"], summary=True))
            assert [(one.name, one.comment) for one in columns.objects] == [("a", "first")]
    await run(secret, "UNLOCK TABLES")


async def test_the_bound_on_waiting_is_that_of_one_statement_alone(session: DatabaseSession) -> None:
    ((before,),) = await session.rows("SELECT @@lock_wait_timeout")
    await catalog.list_objects(session, Wanted())
    assert await session.rows("SELECT @@lock_wait_timeout") == [(before,)]


async def test_a_read_only_session_lists_too(target: MakeTarget) -> None:
    async with opened(target(read_only=True)) as reader:
        schema = ObjectRef(kind="schema", schema_name=None, name="litebase")
        await catalog.list_objects(reader, Wanted(schema, summary=True))
        with pytest.raises(QueryFailed):
            await run(reader, "CREATE TABLE t (a integer)")


async def test_a_user_who_may_only_read_is_told_what_is_not_shown(secret: DatabaseSession, target: MakeTarget) -> None:
    for sql in (
        "CREATE TABLE secret.referring (a integer PRIMARY KEY, b integer, CHECK (b > 0))",
        "ALTER TABLE secret.referring ADD FOREIGN KEY (b) REFERENCES secret.referring (a)",
        "CREATE SQL SECURITY INVOKER VIEW secret.looking AS SELECT a FROM secret.shown",
        "GRANT SELECT ON secret.referring TO stranger",
        "GRANT SELECT ON secret.looking TO stranger",
        "GRANT SELECT ON secret.shown TO stranger",
    ):
        await run(secret, sql)
    refs = [
        ObjectRef(kind=kind, schema_name="secret", name=name)
        for kind, name in (("table", "referring"), ("table", "hidden"), ("view", "looking"))
    ]
    async with opened(target(user="stranger", database="")) as stranger:
        answer = await catalog.describe_objects(stranger, refs)
    assert set(answer.found) == {("secret", "referring"), ("secret", "looking")}
    referring, looking = answer.found["secret", "referring"], answer.found["secret", "looking"]
    assert [key.columns for key in referring.keys] == [["a"]]
    told = {(one.object.name if one.object else "", one.part) for one in answer.missing}
    for part in ("foreign_keys", "referenced_by", "checks", "triggers"):
        assert getattr(referring, part) or ("referring", part) in told
    assert ("referring", "triggers") in told
    assert looking.definition is None
    assert ("looking", "definition") in told
    full = (await catalog.describe_objects(secret, refs)).found["secret", "referring"]
    assert (len(full.foreign_keys), len(full.referenced_by), len(full.checks)) == (1, 1, HAS_CHECKS)


async def test_a_key_from_another_database_is_found_whatever_its_names(secret: DatabaseSession) -> None:
    for sql in (
        "CREATE DATABASE IF NOT EXISTS `odd é/1`",
        "DROP TABLE IF EXISTS `odd é/1`.`c.1`",
        "CREATE TABLE secret.`p-é` (a integer PRIMARY KEY)",
        "CREATE TABLE `odd é/1`.`c.1` (a integer UNIQUE, FOREIGN KEY (a) REFERENCES secret.`p-é` (a))",
    ):
        await run(secret, sql)
    ref = ObjectRef(kind="table", schema_name="secret", name="p-é")
    answer = await catalog.describe_objects(secret, [ref])
    (key,) = answer.found["secret", "p-é"].referenced_by
    assert (key.table.schema_name, key.table.name, key.unique) == ("odd é/1", "c.1", True)
    await run(secret, "DROP DATABASE `odd é/1`")


@needs_sequences
async def test_partitions_and_system_versioned_tables_are_described(secret: DatabaseSession) -> None:
    for sql in (
        "CREATE TABLE secret.parted (a integer) PARTITION BY RANGE (a) SUBPARTITION BY HASH (a) SUBPARTITIONS 2"
        " (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN MAXVALUE)",
        "CREATE TABLE secret.versioned (a integer, s timestamp(6) GENERATED ALWAYS AS ROW START INVISIBLE,"
        " e timestamp(6) GENERATED ALWAYS AS ROW END INVISIBLE, PERIOD FOR SYSTEM_TIME (s, e)) WITH SYSTEM VERSIONING",
    ):
        await run(secret, sql)
    refs = [ObjectRef(kind="table", schema_name="secret", name=name) for name in ("parted", "versioned")]
    found = (await catalog.describe_objects(secret, refs)).found
    parted, versioned = found["secret", "parted"], found["secret", "versioned"]
    assert (parted.traits, parted.partition_key) == (["partitioned"], "RANGE (`a`)")
    assert [(one.name, one.bound) for one in parted.partitions] == [("low", "10"), ("high", "MAXVALUE")]
    assert versioned.traits == ["system_versioned"]
    assert [(one.name, one.generated, one.hidden) for one in versioned.columns] == [
        ("a", "none", False), ("s", "row_start", True), ("e", "row_end", True),
    ]  # fmt: skip


async def _make_locked(maker: DatabaseSession) -> None:
    with nullcontext() if STOPPED_SLEEP_RETURNS else pytest.raises(QueryFailed):
        await run(maker, "CREATE TABLE secret.locked (a integer PRIMARY KEY) AS SELECT SLEEP(60) AS a")


@mariadb_only  # MySQL shows a table when it is made, and opens none for a description
async def test_a_table_that_cannot_be_opened_is_missing_with_the_reason(
    secret: DatabaseSession, target: MakeTarget
) -> None:
    locked = SHOWN.model_copy(update={"name": "locked"})
    async with opened(target()) as maker, anyio.create_task_group() as group:
        number = await id_of(maker)
        group.start_soon(_make_locked, maker)
        while not await running_in(secret, number):
            await anyio.sleep(0.05)
        try:
            answer = await catalog.describe_objects(secret, [locked, SHOWN])
            listing = await catalog.list_objects(secret, Wanted(locked))
        finally:
            await run(secret, f"KILL QUERY {number}")
    assert list(answer.found) == [("secret", "shown")]
    assert listing.objects == []
    for told in (answer.missing, listing.missing):
        assert [(one.object, one.part) for one in told] == [(locked, "object")]
        assert "Lock wait timeout" in told[0].reason


@needs_sequences
async def test_a_sequence_is_described_as_no_table(secret: DatabaseSession) -> None:
    await run(secret, "CREATE SEQUENCE secret.counter")
    counter = SHOWN.model_copy(update={"name": "counter"})
    assert (await catalog.describe_objects(secret, [counter])).found == {}


@pytest.mark.parametrize("privileges", ["SELECT", "SELECT, REFERENCES"])
async def test_parts_that_privileges_hide_are_listed_as_missing(
    secret: DatabaseSession, target: MakeTarget, privileges: str
) -> None:
    await run(secret, "CREATE TRIGGER secret.fires BEFORE INSERT ON secret.shown FOR EACH ROW SET @a = 1")
    await run(secret, f"GRANT {privileges} ON secret.shown TO stranger")
    async with opened(target(user="stranger", database="")) as stranger:
        listing = await catalog.list_objects(stranger, Wanted(SHOWN))
        answer = await catalog.describe_objects(stranger, [SHOWN])
    assert "trigger" in {one.part for one in listing.missing if one.object == SHOWN}
    assert "triggers" in {one.part for one in answer.missing if one.object == SHOWN}
    full = await catalog.list_objects(secret, Wanted(SHOWN))
    assert [one.name for one in full.objects if one.kind == "trigger"] == ["fires"]
    assert full.missing == []


@pytest.mark.skipif(not mariadb_before(10, 2, 22), reason="is about checks that only SHOW CREATE TABLE shows")
@pytest.mark.parametrize("privileges", ["SELECT (a)", "SELECT (a), INSERT (a)"])
async def test_checks_are_missing_for_rights_on_single_columns(
    secret: DatabaseSession, target: MakeTarget, privileges: str
) -> None:
    await run(secret, "CREATE TABLE secret.checked (a integer, b integer, CONSTRAINT positive CHECK (a > 0))")
    await run(secret, f"GRANT {privileges} ON secret.checked TO stranger")
    checked = SHOWN.model_copy(update={"name": "checked"})
    async with opened(target(user="stranger", database="")) as stranger:
        answer = await catalog.describe_objects(stranger, [checked])
    assert answer.found["secret", "checked"].checks == []
    assert [one.part for one in answer.missing].count("checks") == 1


@pytest.mark.skipif(not mariadb_before(10, 2, 22), reason="is about checks that only SHOW CREATE TABLE shows")
async def test_checks_are_never_those_of_a_temporary_table(secret: DatabaseSession) -> None:
    await run(secret, "CREATE TEMPORARY TABLE secret.shown (a integer CHECK (a > 0))")
    answer = await catalog.describe_objects(secret, [SHOWN])
    assert answer.found["secret", "shown"].checks == []
    assert [(one.part, one.reason) for one in answer.missing] == [
        ("checks", "A temporary table or a new view has this name.")
    ]


async def test_a_generated_column_is_not_judged_by_the_words_of_its_expression(secret: DatabaseSession) -> None:
    await run(
        secret,
        "CREATE TABLE secret.made (persistent_id integer, b integer AS (persistent_id + 1) VIRTUAL,"
        " c varchar(20) AS ('row start') STORED)",
    )
    made = SHOWN.model_copy(update={"name": "made"})
    columns = (await catalog.describe_objects(secret, [made])).found["secret", "made"].columns
    assert [one.generated for one in columns] == ["none", "virtual", "stored"]


async def test_keys_between_names_that_innodb_shows_cut_are_found(secret: DatabaseSession) -> None:
    parent, child = "é" * 60, "ñ" * 62
    for name in (parent, "é" * 59 + "x"):
        await run(secret, f"CREATE TABLE secret.`{name}` (a integer PRIMARY KEY)")
    await run(
        secret,
        f"CREATE TABLE secret.`{child}` (a integer, CONSTRAINT k FOREIGN KEY (a) REFERENCES secret.`{parent}` (a))",
    )
    refs = [SHOWN.model_copy(update={"name": name}) for name in (parent, "é" * 59 + "x", child)]
    found = (await catalog.describe_objects(secret, refs)).found
    assert {len(found["secret", ref.name].referenced_by) for ref in refs[1:]} == {0}
    assert len(found["secret", parent].referenced_by) == 1
    assert found["secret", parent].referenced_by == found["secret", child].foreign_keys


async def test_columns_say_what_a_table_says_of_them(secret: DatabaseSession) -> None:
    await run(
        secret,
        "CREATE TABLE secret.said (z integer(7) unsigned zerofill, j json,"
        " t longtext CHECK (json_valid(t) AND t <> ''), l longtext, c varchar(9) COLLATE utf8mb4_bin, d varchar(9),"
        " at timestamp(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3), CHECK (json_valid(l)))"
        " DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
    )
    said = SHOWN.model_copy(update={"name": "said"})
    columns = (await catalog.describe_objects(secret, [said])).found["secret", "said"].columns
    assert [one.kind for one in columns] == [
        "integer",
        "json" if NAMES_TYPES else "text",
        "json" if NAMES_TYPES and not ON_MYSQL else "text",
        "text",
        "text",
        "text",
        "timestamp",
    ]
    result = (await run(secret, "SELECT * FROM secret.said")).columns
    assert [one.kind for one in columns] == [one.kind for one in result]
    assert columns[0].db_type == "int(7) unsigned zerofill"
    assert [one.collation for one in columns if one.name in "cdl"] == [None, "utf8mb4_bin", None]
    assert [one.on_update for one in columns] == [None] * 6 + [
        "CURRENT_TIMESTAMP(3)" if ON_MYSQL else "current_timestamp(3)"
    ]


async def test_many_tables_are_described_as_few_are(secret: DatabaseSession, target: MakeTarget) -> None:
    for number in range(35):
        await run(
            secret,
            f"CREATE TABLE secret.t{number} (a integer PRIMARY KEY, b integer CHECK (b > {number}),"
            f" FOREIGN KEY (b) REFERENCES secret.t{max(0, number - 1)} (a))",
        )
    refs = [SHOWN.model_copy(update={"name": f"t{number}"}) for number in range(35)]
    twin = SHOWN.model_copy(update={"name": "T1"})
    many = (await catalog.describe_objects(secret, [*refs, twin])).found
    assert ("secret", "T1") not in many
    few = (await catalog.describe_objects(secret, refs[:3])).found
    assert {place: many[place] for place in few} == few
    assert [len(one.foreign_keys) for one in many.values()] == [1] * 35
    await run(secret, "GRANT SELECT, INSERT ON secret.* TO stranger")
    async with opened(target(user="stranger", database="")) as stranger:
        seen = await catalog.describe_objects(stranger, refs)
    assert {place: one.referenced_by for place, one in seen.found.items()} == {
        place: one.referenced_by for place, one in many.items()
    }
    # only MariaDB hides foreign keys of other tables from users without PROCESS
    assert {one.part for one in seen.missing} == ({"grants"} if ON_MYSQL else {"referenced_by", "grants"})


@needs_sequences
async def test_what_privileges_hide_of_other_objects_is_missing(secret: DatabaseSession, target: MakeTarget) -> None:
    for sql in (
        "CREATE PROCEDURE secret.does (a integer) SELECT 1",
        "CREATE SEQUENCE secret.counter",
        "GRANT EXECUTE ON PROCEDURE secret.does TO stranger",
        "GRANT SELECT ON secret.shown TO stranger",
    ):
        await run(secret, sql)
    refs = [
        ObjectRef(kind=kind, schema_name=schema, name=name)
        for kind, schema, name in (
            ("procedure", "secret", "does"), ("role", None, "stranger@%"), ("sequence", "secret", "counter"),
        )
    ]  # fmt: skip
    async with opened(target(user="stranger", database="")) as stranger:
        seen = await catalog.describe_others(stranger, refs)
        table = await catalog.describe_objects(stranger, [SHOWN])
    (does,) = seen.found.values()
    assert (does.object, does.definition) == (refs[0], None)
    told = {(one.object, one.part) for one in seen.missing}
    assert told == {(refs[0], "definition"), (refs[0], "grants"), (refs[1], "object")}
    assert "grants" in {one.part for one in table.missing}
    full = await catalog.describe_others(secret, refs)
    assert len(full.found) == 3
    procedure = full.found["procedure", "secret", "does", None]
    assert (procedure.definition, [one.grantee for one in procedure.grants]) == ("SELECT 1", ["stranger@%"])


@mariadb_only
async def test_what_tables_and_views_have_is_of_their_state(secret: DatabaseSession) -> None:
    for sql in (
        "CREATE VIEW secret.v AS SELECT a FROM secret.shown WHERE a > 0",
        "CREATE INDEX i ON secret.shown (a)",
        "CREATE TRIGGER secret.g BEFORE INSERT ON secret.shown FOR EACH ROW SET @a = 1",
        "CREATE TABLE secret.`odd.é` (t varchar(20), INDEX t (t))",
        *["CREATE SEQUENCE secret.counter"] * HAS_SEQUENCES,
    ):
        await run(secret, sql)
    before = dict(await names.states(secret, "secret"))
    for sql, name in (
        ("ALTER VIEW secret.v AS SELECT a FROM secret.shown WHERE a > 0 WITH CASCADED CHECK OPTION", "v"),
        (
            "ALTER ALGORITHM=MERGE VIEW secret.v AS SELECT a FROM secret.shown WHERE a > 0 WITH CASCADED CHECK OPTION",
            "v",
        ),
        ("ALTER TABLE secret.shown DEFAULT CHARACTER SET latin1", "shown"),
        *([] if mariadb_before(10, 6) else [("ALTER TABLE secret.shown ALTER INDEX i IGNORED", "shown")]),
        (
            "CREATE OR REPLACE DEFINER=stranger TRIGGER secret.g BEFORE INSERT ON secret.shown FOR EACH ROW SET @a = 1",
            "shown",
        ),
        ("ALTER TABLE secret.`odd.é` DROP INDEX t, ADD FULLTEXT INDEX t (t)", "odd.é"),
        ("ALTER TABLE secret.`odd.é` ROW_FORMAT=COMPRESSED", "odd.é"),
        # before, an index of texts and partitions exclude each other
        *([("ALTER TABLE secret.`odd.é` DROP INDEX t", "odd.é")] if mariadb_before(10, 3) else []),
        ("ALTER TABLE secret.`odd.é` PARTITION BY KEY (t) PARTITIONS 2", "odd.é"),
        ("ALTER TABLE secret.`odd.é` ADD PARTITION PARTITIONS 1", "odd.é"),
        *[("ALTER SEQUENCE secret.counter INCREMENT BY 7", "counter")] * HAS_SEQUENCES,
    ):
        await run(secret, sql)
        after = dict(await names.states(secret, "secret"))
        assert [one.name for one, state in after.items() if before[one] != state] == [name], sql
        before = after
    if HAS_SEQUENCES:
        await run(secret, "SELECT NEXT VALUE FOR secret.counter")
    await run(secret, "INSERT INTO secret.`odd.é` VALUES ('x')")
    assert dict(await names.states(secret, "secret")) == before, "what is in them does not change them"
