"""What only PostgreSQL's catalog has: partitions, privileges on schemas, locks that a list must not wait for."""

from collections.abc import AsyncIterator

import anyio
import pytest
from litebase_schema.catalog import ObjectRef

from litebase.drivers.interface import Statement
from litebase.drivers.objects import Listed, Wanted
from litebase.drivers.postgresql import catalog
from litebase.drivers.postgresql.objects import names
from litebase.drivers.postgresql.session import PostgresqlSession
from litebase.errors import QueryFailed
from tests.drivers.conformance import run
from tests.drivers.postgresql.conftest import OpenSession
from tests.drivers.postgresql.versions import needs
from tests.work import SOON_S
from tools.services import PASSWORD, Service

pytestmark = pytest.mark.anyio

PARTS = ObjectRef(kind="schema", schema_name=None, name="parts")
MEASURES = ObjectRef(kind="table", schema_name="parts", name="measures")


@pytest.fixture
async def parts(session: PostgresqlSession, open_session: OpenSession) -> AsyncIterator[PostgresqlSession]:
    """A partitioned table whose partitions have partitions, and one in another schema."""
    for sql in (
        "DROP SCHEMA IF EXISTS parts, elsewhere CASCADE",
        "CREATE SCHEMA parts",
        "CREATE SCHEMA elsewhere",
        "CREATE TABLE parts.measures (at date, value integer) PARTITION BY RANGE (at)",
        "CREATE TABLE parts.y1 PARTITION OF parts.measures FOR VALUES FROM ('2001-01-01') TO ('2002-01-01')"
        " PARTITION BY LIST (value)",
        "CREATE TABLE parts.y1_v1 PARTITION OF parts.y1 FOR VALUES IN (1)",
        "CREATE TABLE elsewhere.y2 PARTITION OF parts.measures FOR VALUES FROM ('2002-01-01') TO ('2003-01-01')",
        "CREATE TABLE parts.base (a integer)",
        "CREATE TABLE parts.child (b integer) INHERITS (parts.base)",
    ):
        await run(session, sql)
    yield session
    cleaner = await open_session()
    await run(cleaner, "DROP SCHEMA parts, elsewhere CASCADE")


async def test_partitions_are_folded_under_their_table_and_inheriting_tables_are_not(
    parts: PostgresqlSession,
) -> None:
    in_schema = await catalog.list_objects(parts, Wanted(PARTS, ["table"], summary=True))
    assert sorted(one.name for one in in_schema.objects) == ["base", "child", "measures"]
    assert (await catalog.list_objects(parts, Wanted(PARTS.model_copy(update={"name": "elsewhere"})))).objects == []
    for summary in (False, True):
        of_table = await catalog.list_objects(parts, Wanted(MEASURES, ["table"], summary=summary))
        owner = ("parts", "measures")
        assert sorted(of_table.objects) == [
            Listed("table", "elsewhere", "y2", partition_of=owner),
            Listed("table", "parts", "y1", partition_of=owner),
        ]
    deeper = await catalog.list_objects(parts, Wanted(MEASURES.model_copy(update={"name": "y1"}), ["table"]))
    assert [(one.name, one.partition_of) for one in deeper.objects] == [("y1_v1", ("parts", "y1"))]


async def test_a_list_waits_for_nobody_who_changes_a_table(parts: PostgresqlSession, open_session: OpenSession) -> None:
    await run(parts, "BEGIN")
    await run(parts, "ALTER TABLE parts.base ADD COLUMN c integer")
    other = await open_session()
    with anyio.fail_after(SOON_S):
        found = await catalog.list_objects(other, Wanted(PARTS, summary=True))
        assert "base" in {one.name for one in found.objects}
        base = ObjectRef(kind="table", schema_name="parts", name="base")
        columns = await catalog.list_objects(other, Wanted(base, ["column"], summary=True))
        assert [one.name for one in columns.objects] == ["a"]
    await run(parts, "ROLLBACK")


async def test_a_schema_that_the_user_may_not_use_is_listed_with_that_reason(
    parts: PostgresqlSession, open_session: OpenSession
) -> None:
    await run(parts, "DROP ROLE IF EXISTS stranger")
    await run(parts, f"CREATE ROLE stranger LOGIN PASSWORD '{PASSWORD}'")
    stranger = await open_session(user="stranger")
    found = await catalog.list_objects(stranger, Wanted(PARTS))
    assert "measures" in {one.name for one in found.objects}
    assert [(one.object, one.part) for one in found.missing] == [(PARTS, "access")]
    assert "USAGE" in found.missing[0].reason
    columns = await catalog.list_objects(stranger, Wanted(MEASURES, ["column"]))
    assert [one.name for one in columns.objects] == ["at", "value"]
    await stranger.aclose()
    await run(parts, "DROP ROLE stranger")


async def test_extensions_and_roles_are_listed_when_asked_for(session: PostgresqlSession) -> None:
    found = await catalog.list_objects(session, Wanted(None, ["extension", "role"], summary=True))
    assert ("extension", None, "plpgsql") in {one[:3] for one in found.objects}
    assert ("role", None, "litebase") in {one[:3] for one in found.objects}
    assert not any(one.name.startswith("pg_") for one in found.objects)


async def test_partitioned_and_inheriting_tables_are_described_with_their_relatives(parts: PostgresqlSession) -> None:
    names = (("parts", "measures"), ("parts", "y1"), ("elsewhere", "y2"), ("parts", "child"))
    refs = [ObjectRef(kind="table", schema_name=schema, name=name) for schema, name in names]
    found = (await catalog.describe_objects(parts, refs)).found
    measures, y1, y2, child = (found[place] for place in names)
    assert (measures.traits, measures.partition_key) == (["partitioned"], "RANGE (at)")
    assert [(one.object, one.bound) for one in measures.partitions] == [
        (refs[2], "FOR VALUES FROM ('2002-01-01') TO ('2003-01-01')"),
        (refs[1], "FOR VALUES FROM ('2001-01-01') TO ('2002-01-01')"),
    ]
    assert (y1.traits, y1.partition_of, y1.partition_key) == (["partitioned", "partition"], refs[0], "LIST (value)")
    assert (y2.partition_of, y2.inherits, child.partition_of) == (refs[0], [], None)
    assert child.inherits == [ObjectRef(kind="table", schema_name="parts", name="base")]


async def test_a_key_to_a_partitioned_table_is_one_key(parts: PostgresqlSession) -> None:
    for sql in (
        "CREATE TABLE parts.target (id integer PRIMARY KEY) PARTITION BY RANGE (id)",
        "CREATE TABLE parts.t1 PARTITION OF parts.target FOR VALUES FROM (1) TO (10)",
        "CREATE TABLE parts.t2 PARTITION OF parts.target FOR VALUES FROM (10) TO (20)",
        "CREATE TABLE parts.pointing (id integer REFERENCES parts.target (id))",
    ):
        await run(parts, sql)
    refs = [ObjectRef(kind="table", schema_name="parts", name=name) for name in ("target", "pointing")]
    found = (await catalog.describe_objects(parts, refs)).found
    assert [one.referenced_table for one in found["parts", "pointing"].foreign_keys] == [refs[0]]
    assert [one.table for one in found["parts", "target"].referenced_by] == [refs[1]]


async def test_what_is_invalid_unlogged_or_excluded_is_described_so(parts: PostgresqlSession) -> None:
    for sql in (
        "CREATE UNLOGGED TABLE parts.odd (a integer, b int4range, EXCLUDE USING gist (b WITH &&))",
        "INSERT INTO parts.odd VALUES (1, 'empty'), (1, 'empty')",
        "ALTER TABLE parts.odd ADD CONSTRAINT later CHECK (a > 5) NOT VALID",
        "CREATE INDEX hashed ON parts.odd USING hash (a)",
    ):
        await run(parts, sql)
    with pytest.raises(QueryFailed):
        await run(parts, "CREATE UNIQUE INDEX CONCURRENTLY failed ON parts.odd (a)")
    ref = ObjectRef(kind="table", schema_name="parts", name="odd")
    odd = (await catalog.describe_objects(parts, [ref])).found["parts", "odd"]
    assert odd.traits == ["unlogged"]
    assert [(one.name, one.enforced) for one in odd.checks] == [("later", False)]
    assert [one.expression for one in odd.exclusions] == ["EXCLUDE USING gist (b WITH &&)"]
    assert {one.name: (one.valid, one.method) for one in odd.indexes} == {
        "odd_b_excl": (True, "gist"),
        "hashed": (True, "hash"),
        "failed": (False, "btree"),
    }


async def test_a_view_of_a_locked_table_is_described_without_its_query(
    parts: PostgresqlSession, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litebase.drivers.postgresql.objects.tables.LOCK_WAIT_S", 0.2)
    await run(parts, "CREATE VIEW parts.looking AS SELECT a FROM parts.base")
    await run(parts, "BEGIN")
    await run(parts, "ALTER TABLE parts.base ADD COLUMN c integer")
    other = await open_session()
    refs = [
        ObjectRef(kind=kind, schema_name="parts", name=name) for kind, name in (("view", "looking"), ("table", "base"))
    ]
    with anyio.fail_after(SOON_S):
        answer = await catalog.describe_objects(other, refs)
    assert [one.name for one in answer.found["parts", "looking"].columns] == ["a"]
    assert [(one.object, one.part) for one in answer.missing] == [(refs[0], "definition")]
    assert "lock timeout" in answer.missing[0].reason
    assert await other.rows("SELECT current_setting('lock_timeout')") == [("0",)]
    await run(parts, "ROLLBACK")


async def test_a_domain_over_a_domain_is_of_the_kind_below(parts: PostgresqlSession) -> None:
    for sql in (
        "CREATE DOMAIN parts.small AS numeric(4, 1)",
        "CREATE DOMAIN parts.smaller AS parts.small CHECK (VALUE < 10)",
        "CREATE TABLE parts.sized (a parts.smaller)",
    ):
        await run(parts, sql)
    ref = ObjectRef(kind="table", schema_name="parts", name="sized")
    (column,) = (await catalog.describe_objects(parts, [ref])).found["parts", "sized"].columns
    assert (column.db_type, column.kind) == ("parts.smaller", "decimal")


async def test_a_table_of_an_unknown_number_of_rows_is_listed_without_one(parts: PostgresqlSession) -> None:
    await run(parts, "UPDATE pg_class SET reltuples = -1, relpages = 3 WHERE oid = 'parts.base'::regclass")
    listed = (await catalog.list_objects(parts, Wanted(PARTS, summary=True))).objects
    assert {one.name: one.rows_estimate for one in listed}["base"] is None


async def test_a_constraint_that_is_gone_when_its_text_is_read_is_left_out(
    parts: PostgresqlSession, postgresql_service: Service
) -> None:
    needs(postgresql_service, 14, "constraint without an expression: it reports an error where later ones say nothing")
    await run(
        parts, "CREATE TABLE parts.checked (a integer CONSTRAINT stays CHECK (a > 1) CONSTRAINT goes CHECK (a > 2))"
    )
    await run(parts, "UPDATE pg_constraint SET conbin = NULL WHERE conname = 'goes'")
    ref = ObjectRef(kind="table", schema_name="parts", name="checked")
    checked = (await catalog.describe_objects(parts, [ref])).found["parts", "checked"]
    assert [one.name for one in checked.checks] == ["stays"]


async def test_a_locked_table_is_missing_and_the_others_are_described(
    parts: PostgresqlSession, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litebase.drivers.postgresql.objects.tables.LOCK_WAIT_S", 0.2)
    await run(parts, "CREATE TABLE parts.locked (a integer DEFAULT 5 CHECK (a > 1))")
    await run(parts, "CREATE TABLE parts.free (a integer DEFAULT 5)")
    refs = [ObjectRef(kind="table", schema_name="parts", name=name) for name in ("locked", "free", "measures")]
    other = await open_session()
    await run(parts, "BEGIN")
    await run(parts, "LOCK TABLE parts.locked, elsewhere.y2")
    try:
        with anyio.fail_after(SOON_S):
            answer = await catalog.describe_objects(other, refs)
    finally:
        await run(parts, "ROLLBACK")
    assert [(one.object, one.part) for one in answer.missing] == [(refs[0], "object")]
    assert "locked" in answer.missing[0].reason
    assert [one.default for one in answer.found["parts", "free"].columns] == ["5"]
    bounds = {one.name: one.bound is not None for one in answer.found["parts", "measures"].partitions}
    assert bounds == {"y1": True, "y2": False}


async def test_tables_that_are_locked_one_after_another_are_missing(
    parts: PostgresqlSession, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litebase.drivers.postgresql.objects.tables.LOCK_WAIT_S", 0.2)
    # as if the second table was locked only after the locked ones had been asked for
    monkeypatch.setattr(
        "litebase.drivers.postgresql.objects.tables._LOCKED", "SELECT 0::bigint, '', '', '' WHERE false"
    )
    await run(parts, "CREATE TABLE parts.locked (a integer DEFAULT 5)")
    await run(parts, "CREATE TABLE parts.free (a integer DEFAULT 5)")
    refs = [ObjectRef(kind="table", schema_name="parts", name=name) for name in ("locked", "free")]
    other = await open_session()
    await run(parts, "BEGIN")
    await run(parts, "LOCK TABLE parts.locked")
    try:
        with anyio.fail_after(SOON_S):
            answer = await catalog.describe_objects(other, refs)
    finally:
        await run(parts, "ROLLBACK")
    assert [(one.object, one.part) for one in answer.missing] == [(refs[0], "object")]
    assert list(answer.found) == [("parts", "free")]


async def test_a_view_that_waits_takes_no_other_view_s_query(
    parts: PostgresqlSession, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litebase.drivers.postgresql.objects.tables.LOCK_WAIT_S", 0.2)
    await run(parts, "CREATE VIEW parts.looking AS SELECT a FROM parts.base")
    await run(parts, "CREATE VIEW parts.seeing AS SELECT at FROM parts.measures")
    other = await open_session()
    await run(parts, "BEGIN")
    await run(parts, "LOCK TABLE parts.base")
    refs = [ObjectRef(kind="view", schema_name="parts", name=name) for name in ("looking", "seeing")]
    try:
        with anyio.fail_after(SOON_S):
            answer = await catalog.describe_objects(other, refs)
    finally:
        await run(parts, "ROLLBACK")
    assert [(one.object, one.part) for one in answer.missing] == [(refs[0], "definition")]
    assert "measures" in (answer.found["parts", "seeing"].definition or "")


async def test_a_key_says_nothing_about_the_rows_of_inheriting_tables(parts: PostgresqlSession) -> None:
    await run(parts, "CREATE TABLE parts.parent (id integer PRIMARY KEY)")
    await run(parts, "CREATE TABLE parts.kid (PRIMARY KEY (id)) INHERITS (parts.parent)")
    await run(parts, "CREATE TABLE parts.whole (id integer PRIMARY KEY) PARTITION BY RANGE (id)")
    await run(parts, "CREATE TABLE parts.part PARTITION OF parts.whole DEFAULT")
    refs = [ObjectRef(kind="table", schema_name="parts", name=name) for name in ("parent", "kid", "whole")]
    found = (await catalog.describe_objects(parts, refs)).found
    assert {name: one.row_identity.source for (_, name), one in found.items()} == {
        "parent": "none",
        "kid": "primary_key",
        "whole": "primary_key",
    }


async def test_a_column_that_a_key_only_carries_is_no_part_of_it(parts: PostgresqlSession) -> None:
    await run(parts, "CREATE TABLE parts.carrying (a integer, b integer, PRIMARY KEY (a) INCLUDE (b))")
    ref = ObjectRef(kind="table", schema_name="parts", name="carrying")
    described = (await catalog.describe_objects(parts, [ref])).found["parts", "carrying"]
    assert [one.key_part for one in described.columns] == [True, False]
    cursor = await parts.execute(Statement("SELECT a, b FROM parts.carrying"))
    origins = [one.origin for one in cursor.columns]
    await cursor.aclose()
    assert [one.key_part for one in origins if one is not None] == [True, False]


async def test_a_column_of_a_domain_that_refuses_null_refuses_null(parts: PostgresqlSession) -> None:
    await run(parts, "CREATE DOMAIN parts.never AS integer NOT NULL")
    await run(parts, "CREATE DOMAIN parts.nor AS parts.never")
    await run(parts, "CREATE DOMAIN parts.maybe AS integer")
    await run(parts, "CREATE TABLE parts.strict (a parts.never, b parts.nor, c parts.maybe)")
    await run(parts, "CREATE VIEW parts.outer AS SELECT s.* FROM (VALUES (1)) AS v LEFT JOIN parts.strict s ON false")
    ref = ObjectRef(kind="table", schema_name="parts", name="strict")
    described = (await catalog.describe_objects(parts, [ref])).found["parts", "strict"]
    assert [one.nullable for one in described.columns] == [False, False, True]
    result = (await run(parts, "SELECT a, b, c FROM parts.strict")).columns
    assert [one.nullable for one in result] == [False, False, True]
    assert [one.nullable for one in (await run(parts, "SELECT a, b FROM parts.outer")).columns] == [True, True]


async def test_what_privileges_hide_of_a_sequence_is_missing(
    parts: PostgresqlSession, open_session: OpenSession
) -> None:
    for sql in (
        "DROP ROLE IF EXISTS stranger",
        f"CREATE ROLE stranger LOGIN PASSWORD '{PASSWORD}'",
        "CREATE SEQUENCE parts.counter",
        "CREATE FUNCTION parts.f (integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    ):
        await run(parts, sql)
    refs = [
        ObjectRef(kind=kind, schema_name="parts", name=name)
        for kind, name in (("sequence", "counter"), ("function", "f"))
    ]
    stranger = await open_session(user="stranger")
    answer = await catalog.describe_others(stranger, refs)
    await stranger.aclose()
    await run(parts, "DROP ROLE stranger")
    function, counter = answer.found.values()
    assert counter.sequence is not None
    assert (counter.sequence.start, counter.sequence.next) == ("1", None)
    assert function.routine is not None
    assert [(one.object, one.part) for one in answer.missing] == [(refs[0], "sequence.next")]


async def test_a_sequence_that_is_being_changed_is_missing_and_the_others_are_described(
    parts: PostgresqlSession, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litebase.drivers.postgresql.objects.tables.LOCK_WAIT_S", 0.2)
    await run(parts, "CREATE SEQUENCE parts.changed")
    await run(parts, "CREATE SEQUENCE parts.free CYCLE MAXVALUE 2")
    await run(parts, "SELECT setval('parts.free', 2)")
    other = await open_session()
    await run(parts, "BEGIN")
    await run(parts, "ALTER SEQUENCE parts.changed INCREMENT 2")
    refs = [ObjectRef(kind="sequence", schema_name="parts", name=name) for name in ("changed", "free")]
    try:
        with anyio.fail_after(SOON_S):
            answer = await catalog.describe_others(other, refs)
    finally:
        await run(parts, "ROLLBACK")
    assert [(one.object, one.part) for one in answer.missing] == [(refs[0], "object")]
    (free,) = answer.found.values()
    assert free.sequence is not None
    assert free.sequence.next == "1", "after the largest number it begins again"


async def test_everything_of_the_system_is_described(session: PostgresqlSession) -> None:
    found = list[ObjectRef]()
    for schema in ("pg_catalog", "information_schema"):
        parent = ObjectRef(kind="schema", schema_name=None, name=schema)
        listed = (await catalog.list_objects(session, Wanted(parent, ["type", "sequence", "function"]))).objects
        found += [
            ObjectRef(kind=one.kind, schema_name=schema, name=one.name, signature=one.signature) for one in listed
        ]
    assert len(found) > 3000
    answer = await catalog.describe_others(session, found[::7])
    assert [one.description().object for one in answer.found.values()] != []
    assert (len(answer.found), answer.missing) == (len(found[::7]), [])


async def test_whatever_belongs_to_an_object_is_of_its_state(session: PostgresqlSession) -> None:
    for sql in (
        "CREATE SCHEMA followed",
        "CREATE TABLE followed.t (a integer CONSTRAINT c CHECK (a > 0), b integer)",
        "CREATE INDEX i ON followed.t (a)",
        "CREATE FUNCTION followed.f () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TRIGGER g AFTER INSERT ON followed.t FOR EACH ROW EXECUTE FUNCTION followed.f ()",
        "CREATE POLICY p ON followed.t",
        "CREATE RULE r AS ON DELETE TO followed.t DO ALSO SELECT 1",
        "CREATE DOMAIN followed.d AS integer CONSTRAINT dc CHECK (VALUE > 0)",
        "CREATE TYPE followed.pair AS (x integer, y integer)",
        "CREATE FOREIGN DATA WRAPPER followed_by",
        "CREATE SERVER followed_far FOREIGN DATA WRAPPER followed_by",
        "CREATE FOREIGN TABLE followed.far (a integer) SERVER followed_far",
    ):
        await run(session, sql)
    try:
        before = dict(await names.states(session, "followed"))
        for sql, name in (
            ("COMMENT ON INDEX followed.i IS 'x'", "t"),
            ("COMMENT ON CONSTRAINT c ON followed.t IS 'x'", "t"),
            ("COMMENT ON TRIGGER g ON followed.t IS 'x'", "t"),
            ("COMMENT ON POLICY p ON followed.t IS 'x'", "t"),
            ("COMMENT ON RULE r ON followed.t IS 'x'", "t"),
            ("CREATE STATISTICS followed.s ON a, b FROM followed.t", "t"),
            ("COMMENT ON STATISTICS followed.s IS 'x'", "t"),
            ("COMMENT ON CONSTRAINT dc ON DOMAIN followed.d IS 'x'", "d"),
            ("COMMENT ON COLUMN followed.pair.y IS 'x'", "pair"),
            ("ALTER FOREIGN TABLE followed.far OPTIONS (ADD o 'x')", "far"),
        ):
            await run(session, sql)
            after = dict(await names.states(session, "followed"))
            assert after.keys() == before.keys()
            assert [one.name for one, state in after.items() if before[one] != state] == [name], sql
            before = after
    finally:
        await run(session, "DROP SCHEMA followed CASCADE")
        await run(session, "DROP FOREIGN DATA WRAPPER followed_by CASCADE")
