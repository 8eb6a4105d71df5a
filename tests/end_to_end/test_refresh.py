"""What has changed in a database, whoever did it: on each engine, through the process and the protocol."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from litebase_schema.catalog import ListObjectsRequest, ObjectRef
from litebase_schema.connection import DbDisconnectRequest
from litebase_schema.db_session import BeginRequest, CloseDbSessionRequest, OpenDbSessionRequest, RollbackRequest
from litebase_schema.events import WaitEventsRequest
from litebase_schema.refresh import RefreshCatalogRequest, RefreshCatalogResponse
from litebase_schema.script import RunScriptRequest

from litebase.client import RequestFailed
from tests.end_to_end import test_catalog
from tests.end_to_end.test_catalog import Shop

pytestmark = pytest.mark.anyio

shop = test_catalog.shop
MINE = object()


class Follower:
    """Asks again and again what has changed in the schema of the test."""

    def __init__(self, shop: Shop, schema_name: Any = MINE) -> None:
        self._shop = shop
        self._schema_name = shop.spelling.schema if schema_name is MINE else schema_name
        self.version: str | None = None

    async def ask(self) -> RefreshCatalogResponse:
        request = RefreshCatalogRequest(
            connection_id=self._shop.connection_id, schema_name=self._schema_name, known_version=self.version
        )
        answer = await self._shop.client.refresh_catalog(request)
        self.version = answer.catalog_version
        return answer

    async def news(self) -> dict[str, Sequence[tuple[str, str]]]:
        """Kinds and names of what has come, changed and gone; what is empty is left out."""
        answer = await self.ask()
        lists = {"added": answer.added, "changed": answer.changed, "removed": answer.removed}
        assert None not in lists.values()
        return {what: sorted((one.kind, one.name) for one in found) for what, found in lists.items() if found}


async def test_what_this_connection_and_what_others_have_changed_is_told(shop: Shop) -> None:
    follower = Follower(shop)
    first = await follower.ask()
    assert (first.added, first.changed, first.removed) == (None, None, None)
    assert first.catalog_version is not None
    assert await follower.news() == {}
    assert follower.version == first.catalog_version
    await shop.make("CREATE TABLE {s}novel (a integer)")
    assert await follower.news() == {"added": [("table", "novel")]}
    assert await follower.news() == {}
    opened = await shop.client.db_connect(shop.target)
    other = replace(shop, connection_id=opened.connection_id)
    await other.make("ALTER TABLE {s}novel ADD COLUMN b integer")
    assert await follower.news() == {"changed": [("table", "novel")]}
    named = "story" if shop.engine == "postgresql" else "{s}story"
    await other.make(f"ALTER TABLE {{s}}novel RENAME TO {named}")
    await other.make("DROP VIEW {s}owners")
    assert await follower.news() == {
        "added": [("table", "story")],
        "removed": [("table", "novel"), ("view", "owners")],
    }
    await other.make("INSERT INTO {s}story VALUES (1, 2)")
    assert await follower.news() == {}
    await shop.client.db_disconnect(DbDisconnectRequest(connection_id=other.connection_id))


async def test_what_belongs_to_a_table_changes_it(shop: Shop) -> None:
    await shop.make("CREATE TABLE {s}story (a integer, b varchar(20))", "CREATE TABLE {s}other (a integer)")
    follower = Follower(shop)
    await follower.ask()
    place = "" if shop.engine == "sqlite" else "shop."
    statements = [f"CREATE INDEX by_a_b ON {place}story (a, b)", "ALTER TABLE {s}story RENAME COLUMN b TO c"]
    statements += {
        "sqlite": ["CREATE TRIGGER t AFTER INSERT ON story BEGIN SELECT 1; END", "DROP TRIGGER t"],
        "postgresql": [
            "COMMENT ON COLUMN shop.story.c IS 'new'",
            "ALTER TABLE shop.story ALTER COLUMN a SET DEFAULT 5",
            "ALTER TABLE shop.story ADD CHECK (a > 0)",
            "ALTER TABLE shop.story ALTER COLUMN c TYPE varchar(30)",
            "CREATE TRIGGER t AFTER INSERT ON shop.story FOR EACH ROW EXECUTE FUNCTION shop.trigger_function ()",
            "DROP INDEX shop.by_a_b",
        ],
        "mysql": [
            "ALTER TABLE shop.story COMMENT 'new'",
            "ALTER TABLE shop.story ALTER COLUMN a SET DEFAULT 5",
            "ALTER TABLE shop.story MODIFY c varchar(30)",
            "CREATE TRIGGER shop.t AFTER INSERT ON shop.story FOR EACH ROW SET @a = 1",
            "DROP INDEX by_a_b ON shop.story",
        ],
    }[shop.engine]
    for sql in statements:
        await shop.make(sql)
        assert await follower.news() == {"changed": [("table", "story")]}, sql


async def test_every_kind_of_object_is_followed(shop: Shop) -> None:
    follower = Follower(shop)
    await follower.ask()
    changes = {
        "sqlite": {"DROP VIEW owners": ("removed", "view", "owners")},
        "postgresql": {
            "CREATE OR REPLACE FUNCTION shop.plus (integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + 2'": (
                "changed", "function", "plus",
            ),
            "ALTER TYPE shop.mood ADD VALUE 'so so'": ("changed", "type", "mood"),
            "ALTER DOMAIN shop.positive ADD CHECK (VALUE < 100)": ("changed", "type", "positive"),
            "CREATE OR REPLACE VIEW shop.owners AS SELECT name FROM shop.person WHERE id > 5": (
                "changed", "view", "owners",
            ),
            "ALTER SEQUENCE shop.person_id_seq INCREMENT BY 2": ("changed", "sequence", "person_id_seq"),
            "DROP PROCEDURE shop.nothing ()": ("removed", "procedure", "nothing"),
            "COMMENT ON FUNCTION shop.plus (integer) IS 'adds'": ("changed", "function", "plus"),
        },
        "mysql": {
            "CREATE OR REPLACE VIEW shop.owners AS SELECT name FROM shop.person WHERE id > 5": (
                "changed", "view", "owners",
            ),
            "ALTER FUNCTION shop.plus COMMENT 'adds'": ("changed", "function", "plus"),
            "ALTER EVENT shop.daily DISABLE": ("changed", "event", "daily"),
            "DROP PROCEDURE shop.nothing": ("removed", "procedure", "nothing"),
        },
    }[shop.engine]  # fmt: skip
    for sql, (what, kind, name) in changes.items():
        await shop.query(sql)
        assert await follower.news() == {what: [(kind, name)]}, sql


async def test_several_changes_come_to_what_they_are_together(shop: Shop) -> None:
    follower, watcher = Follower(shop), Follower(shop)
    await follower.ask()
    watcher.version = follower.version
    for sql, news in (
        ("CREATE TABLE {s}a (x integer)", {"added": [("table", "a")]}),
        ("CREATE TABLE {s}b (x integer)", {"added": [("table", "b")]}),
        ("ALTER TABLE {s}b ADD COLUMN y integer", {"changed": [("table", "b")]}),
        ("DROP TABLE {s}a", {"removed": [("table", "a")]}),
        ("DROP TABLE {s}pet", {"removed": [("table", "pet")]}),
        ("CREATE TABLE {s}pet (x integer)", {"added": [("table", "pet")]}),
    ):
        await shop.make(sql)
        assert await watcher.news() == news
    assert await follower.news() == {"added": [("table", "b")], "changed": [("table", "pet")]}
    assert follower.version == watcher.version


async def test_a_transaction_is_followed_when_it_has_ended(shop: Shop) -> None:
    follower = Follower(shop)
    await follower.ask()
    own = await shop.client.open_db_session(OpenDbSessionRequest(connection_id=shop.connection_id))
    place = "" if shop.engine == "sqlite" else "shop."
    at_once = shop.engine == "mysql"  # which commits with each definition
    for name, end in (("undone", "ROLLBACK"), ("done", "COMMIT")):
        for sql in ("BEGIN", f"CREATE TABLE {place}{name} (a integer)"):
            await shop.query(sql, db_session_id=own.db_session_id)
        assert await follower.news() == ({"added": [("table", name)]} if at_once else {})
        ended = await shop.query(end, db_session_id=own.db_session_id)
        assert ended.transaction_status == "idle"
        expected = {"added": [("table", name)]} if end == "COMMIT" and not at_once else {}
        assert await follower.news() == expected


async def test_schemas_that_come_and_go_are_told(shop: Shop) -> None:
    if shop.engine == "sqlite":
        pytest.skip("an attached database belongs to one database session")
    follower = Follower(shop, None)
    await follower.ask()
    noun = "SCHEMA" if shop.engine == "postgresql" else "DATABASE"
    await shop.query(f"DROP {noun} IF EXISTS passing")
    await shop.query(f"CREATE {noun} passing")
    await shop.query("CREATE TABLE passing.a (x integer)")
    try:
        assert await follower.news() == {"added": [("schema", "passing"), ("table", "a")]}
    finally:
        await shop.query(f"DROP {noun} passing" + (" CASCADE" if shop.engine == "postgresql" else ""))
    assert await follower.news() == {"removed": [("schema", "passing"), ("table", "a")]}


async def test_a_version_that_is_not_known_gives_no_difference(shop: Shop) -> None:
    follower = Follower(shop)
    await follower.ask()
    for unknown in ("", "-", "x-1", f"{follower.version}0", "1", f"{(follower.version or '').partition('-')[0]}-0"):
        stranger = Follower(shop)
        stranger.version = unknown
        answer = await stranger.ask()
        assert (answer.added, answer.changed, answer.removed) == (None, None, None), unknown
        assert answer.catalog_version == follower.version
    of_all = Follower(shop, None)
    of_all.version = follower.version
    assert (await of_all.ask()).added is None, "the other schemas were not followed"
    assert await of_all.news() == {}
    with pytest.raises(RequestFailed) as failed:
        await Follower(shop, "nowhere").ask()
    assert failed.value.code == "not_found"


async def test_a_list_says_from_which_version_on_changes_are_to_be_asked_for(shop: Shop) -> None:
    request = ListObjectsRequest(connection_id=shop.connection_id, parent=shop.schema)
    assert (await shop.client.list_objects(request)).catalog_version is None
    follower = Follower(shop)
    await follower.ask()
    follower.version = (await shop.client.list_objects(request)).catalog_version
    await shop.make("CREATE TABLE {s}novel (a integer)")
    assert await follower.news() == {"added": [("table", "novel")]}


async def test_names_that_differ_by_case_alone_are_told_apart(shop: Shop) -> None:
    if shop.engine == "sqlite":
        pytest.skip("names of SQLite do not differ by case alone")
    for name in ("twin", "Twin"):
        await shop.make(f"CREATE TABLE {{s}}{shop.spelling.quoted(name)} (a integer)")
    follower = Follower(shop)
    await follower.ask()
    await shop.make(f"ALTER TABLE {{s}}{shop.spelling.quoted('Twin')} ADD COLUMN b integer")
    answer = await follower.ask()
    assert answer.changed == [ObjectRef(kind="table", schema_name="shop", name="Twin")]


class Listener:
    """Counts the events that tell of changes."""

    def __init__(self, shop: Shop) -> None:
        self._shop, self._after = shop, 0

    async def begin(self) -> None:
        request = WaitEventsRequest(after=None, kinds=["catalog_changed"])
        self._after = (await self._shop.client.wait_events(request)).next

    async def has_come(self) -> bool:
        """Whether the event has come since this was asked last. Several in a row are one."""
        request = WaitEventsRequest(after=self._after, kinds=["catalog_changed"], timeout_ms=0)
        answer = await self._shop.client.wait_events(request)
        self._after = answer.next
        assert [one.connection_id for one in answer.events] in ([], [self._shop.connection_id])
        return bool(answer.events)


async def test_own_definitions_send_an_event(shop: Shop) -> None:
    listener = Listener(shop)
    await listener.begin()
    await shop.make("CREATE TABLE {s}novel (a integer)")
    assert await listener.has_come()
    for sql in ("INSERT INTO {s}novel VALUES (1)", "SELECT * FROM {s}novel", "DELETE FROM {s}novel"):
        await shop.make(sql)
    assert not await listener.has_come()
    place = "" if shop.engine == "sqlite" else "shop."
    script = f"SELECT 1; CREATE TABLE {place}a (x integer); CREATE TABLE {place}b (x integer); SELECT 2"
    await shop.client.run_script(RunScriptRequest(connection_id=shop.connection_id, sql=script))
    assert await listener.has_come()
    assert not await listener.has_come()


async def test_the_end_of_a_transaction_with_definitions_sends_an_event(shop: Shop) -> None:
    listener = Listener(shop)
    await listener.begin()
    place = "" if shop.engine == "sqlite" else "shop."
    own = await shop.client.open_db_session(OpenDbSessionRequest(connection_id=shop.connection_id))
    for number, end in enumerate(("COMMIT", "ROLLBACK", None)):
        for sql in ("BEGIN", f"CREATE TABLE {place}made_{number} (a integer)"):
            await shop.query(sql, db_session_id=own.db_session_id)
        assert await listener.has_come()
        await shop.query(f"SELECT * FROM {place}made_{number}", db_session_id=own.db_session_id)
        assert not await listener.has_come()
        if end is None:
            await shop.client.close_db_session(CloseDbSessionRequest(db_session_id=own.db_session_id))
        else:
            await shop.query(end, db_session_id=own.db_session_id)
        assert await listener.has_come() is (shop.engine != "mysql")  # where the definition has committed


async def test_a_transaction_that_its_own_requests_end_sends_an_event_too(shop: Shop) -> None:
    listener = Listener(shop)
    await listener.begin()
    place = "" if shop.engine == "sqlite" else "shop."
    own = await shop.client.open_db_session(OpenDbSessionRequest(connection_id=shop.connection_id))
    await shop.client.begin(BeginRequest(db_session_id=own.db_session_id))
    await shop.query(f"CREATE TABLE {place}made (a integer)", db_session_id=own.db_session_id)
    assert await listener.has_come()
    if shop.engine != "mysql":
        await shop.client.rollback(RollbackRequest(db_session_id=own.db_session_id))
        assert await listener.has_come()
    script = f"BEGIN; CREATE TABLE {place}left_open (a integer)"
    await shop.client.run_script(RunScriptRequest(connection_id=shop.connection_id, sql=script))
    assert await listener.has_come()
    follower = Follower(shop)
    await follower.ask()
    assert await follower.news() == {}
