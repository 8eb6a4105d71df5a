"""Objects that are found by their names and texts, on each engine through the process and the protocol."""

from collections.abc import Sequence
from typing import Any

import pytest
from litebase_schema.cancel import CancelRequest
from litebase_schema.connection import DbDisconnectRequest
from litebase_schema.db_session import OpenDbSessionRequest
from litebase_schema.search import SearchHit, SearchObjectsRequest, SearchObjectsResponse

from litebase.client import Client, RequestFailed
from tests.conftest import Database, target_of
from tests.end_to_end import test_catalog
from tests.end_to_end.test_catalog import Shop
from tools.services import Service

pytestmark = pytest.mark.anyio

shop = test_catalog.shop


async def searching(database: Database, text: str, *places: str, **options: Any) -> SearchObjectsResponse:
    if places:
        options["search_in"] = list(places)
    request = SearchObjectsRequest(connection_id=database.connection_id, text=text, **options)
    return await database.client.search_objects(request)


async def hits(shop: Shop, text: str, *places: str, **options: Any) -> Sequence[SearchHit]:
    """All that is found in the schema of the test."""
    answer = await searching(shop, text, *places, schema_name=shop.spelling.schema, **options)
    assert answer.missing == []
    assert answer.complete
    return answer.hits


def named(found: Sequence[SearchHit]) -> list[tuple[str, str]]:
    return [(one.object.kind, one.object.name) for one in found]


async def test_names_and_columns_are_found_the_best_first(shop: Shop) -> None:
    await shop.make(
        "CREATE TABLE {s}carpet (my_pet integer, petrol integer, a integer)",
        "CREATE TABLE {s}my_pet (pet integer)",
    )
    found = await hits(shop, "PET")
    assert named(found) == [
        ("table", "pet"),
        ("column", "pet"),
        ("column", "petrol"),
        ("table", "my_pet"),
        ("column", "my_pet"),
        ("table", "carpet"),
    ]
    assert [(one.where, one.object.parent_name, one.line, one.excerpt) for one in found[:2]] == [
        ("names", None, None, "pet"),
        ("columns", "my_pet", None, "pet"),
    ]
    assert {one.object.schema_name for one in found} == {shop.spelling.schema}
    tables = await hits(shop, "PET", "names", kinds=["view", "table", "of the future"])
    assert named(tables) == [("table", "pet"), ("table", "my_pet"), ("table", "carpet")]
    assert await hits(shop, "PET", match_case=True) == []
    assert await hits(shop, "pet", "of the future") == []


async def test_every_kind_of_object_is_found_by_its_name(shop: Shop) -> None:
    for (kind, name), signature in {("view", "owners"): "", **shop.spelling.kinds}.items():
        found = await hits(shop, name.strip(), "names", kinds=[kind])
        assert (kind, name.strip(), signature) in [
            (one.object.kind, one.object.name, one.object.signature or "") for one in found
        ]


async def test_names_are_looked_for_as_they_are(shop: Shop) -> None:
    for name in shop.spelling.names:
        await shop.make(f"CREATE TABLE {{s}}{shop.spelling.quoted(name).replace('{', '{{')} (a integer)")
    for name in shop.spelling.names:
        found = await hits(shop, name, "names", match_case=True)
        assert named(found)[0] == ("table", name)
    assert named(await hits(shop, "*", "names")) == [("table", "%_*?[a]")]


async def test_definitions_are_found_with_their_line(shop: Shop) -> None:
    body = "SELECT name\nFROM {s}person\nWHERE name <> 'Needle in a Haystack'"
    await shop.make(f"CREATE VIEW {{s}}stack AS {body}")
    needles = ["view"]
    if shop.engine != "sqlite":
        made = {
            "postgresql": "CREATE FUNCTION shop.find () RETURNS text LANGUAGE sql AS 'SELECT ''x''\n -- the needle\n'",
            "mysql": "CREATE FUNCTION shop.find () RETURNS text DETERMINISTIC BEGIN\n -- the needle\nRETURN 'x'; END",
        }
        await shop.query(made[shop.engine])
        needles = ["view", "function"]
    found = await hits(shop, "needle", "definitions")
    assert [one.object.kind for one in found] == needles
    assert all("needle" in one.excerpt.lower() and one.where == "definitions" for one in found)
    if shop.engine == "sqlite":
        assert (found[0].line, found[0].excerpt) == (3, "WHERE name <> 'Needle in a Haystack'")
    else:
        assert found[1].excerpt == "-- the needle"
        assert (found[1].line or 0) > 1
    exactly = await hits(shop, "Needle", "definitions", match_case=True)
    assert [one.object.kind for one in exactly] == ["view"]
    triggers = await hits(shop, "pet_trigger" if shop.engine != "mysql" else "@a = 1", "definitions", kinds=["trigger"])
    assert [(one.object.name, one.object.parent_name) for one in triggers] == [("pet_trigger", "pet")]


async def test_comments_are_found(shop: Shop) -> None:
    if shop.engine == "postgresql":
        await shop.query("COMMENT ON TABLE shop.person IS 'first\nwho''s Who'")
        await shop.query("COMMENT ON COLUMN shop.person.name IS 'who it is'")
        await shop.query("COMMENT ON FUNCTION shop.plus (integer) IS 'whoever adds'")
    if shop.engine == "mysql":
        await shop.query(
            "ALTER TABLE shop.person COMMENT 'first\nwho''s Who', MODIFY name varchar(9) COMMENT 'who it is'"
        )
        await shop.query("ALTER FUNCTION shop.plus COMMENT 'whoever adds'")
    found = await hits(shop, "WHO", "comments")
    if shop.engine == "sqlite":
        assert found == []  # it has none
        return
    assert [(one.object.kind, one.object.name, one.object.parent_name, one.line, one.excerpt) for one in found] == [
        ("table", "person", None, 2, "who's Who"),
        *([("column", "name", "owners", 1, "who it is")] if shop.engine == "mysql" else []),  # a view's are its table's
        ("column", "name", "person", 1, "who it is"),
        ("function", "plus", None, 1, "whoever adds"),
    ]
    assert named(await hits(shop, "Who", "comments", match_case=True)) == [("table", "person")]


async def test_what_does_not_fit_is_said(shop: Shop) -> None:
    for number in range(5):
        await shop.make(f"CREATE TABLE {{s}}many_{number} (a integer)")
    answer = await searching(shop, "many", schema_name=shop.spelling.schema, limit=3)
    assert [one.object.name for one in answer.hits] == ["many_0", "many_1", "many_2"]
    assert (answer.complete, answer.missing) == (False, [])
    assert len(await hits(shop, "many", limit=5)) == 5


async def test_all_schemas_are_searched_and_none_that_is_not_there(shop: Shop) -> None:
    answer = await searching(shop, "pet", "names")
    assert (shop.spelling.schema, "pet") in [(one.object.schema_name, one.object.name) for one in answer.hits]
    nowhere = await searching(shop, "pet", schema_name="nowhere")
    assert (nowhere.hits, nowhere.complete) == ([], False)
    assert [(one.object.name if one.object else "", one.part) for one in nowhere.missing] == [("nowhere", "object")]


async def test_what_the_connection_has_changed_is_found_at_once(shop: Shop) -> None:
    assert await hits(shop, "novel") == []
    await shop.make("CREATE TABLE {s}novel (a integer)")
    assert named(await hits(shop, "novel")) == [("table", "novel")]
    own = await shop.client.open_db_session(OpenDbSessionRequest(connection_id=shop.connection_id))
    place = "" if shop.engine == "sqlite" else "shop."
    for sql in ("BEGIN", f"CREATE TABLE {place}novel_2 (a integer)"):
        await shop.query(sql, db_session_id=own.db_session_id)
    implicit = shop.engine == "mysql"  # which commits with each definition
    assert len(await hits(shop, "novel")) == (2 if implicit else 1), "the transaction of the user is not disturbed"
    done = await shop.query("ROLLBACK", db_session_id=own.db_session_id)
    assert done.transaction_status == "idle"
    assert len(await hits(shop, "novel")) == (2 if implicit else 1)
    for sql in ("BEGIN", f"CREATE TABLE {place}novel_3 (a integer)", "COMMIT"):
        await shop.query(sql, db_session_id=own.db_session_id)
    assert "novel_3" in [one.object.name for one in await hits(shop, "novel")]


async def test_a_search_that_waits_for_a_lock_is_cancelled(client: Client, postgresql_service: Service) -> None:
    opened = await client.db_connect(target_of(postgresql_service))
    database = Database(client, opened.connection_id)
    await database.query("CREATE OR REPLACE VIEW locked_view AS SELECT 1 AS a")
    own = await client.open_db_session(OpenDbSessionRequest(connection_id=opened.connection_id))
    for sql in ("BEGIN", "LOCK TABLE locked_view"):
        await database.query(sql, db_session_id=own.db_session_id)
    request = SearchObjectsRequest(connection_id=opened.connection_id, text="a", search_in=["definitions"])
    pending = await client.start("search_objects", request)
    outcome = await client.cancel(CancelRequest(request_id=pending.id))
    assert outcome.outcome == "stopped"
    with pytest.raises(RequestFailed) as failed:
        await pending.answer()
    assert failed.value.code == "cancelled"
    await database.query("ROLLBACK", db_session_id=own.db_session_id)
    assert len((await searching(database, "locked_view", "names")).hits) == 1
    await database.query("DROP VIEW locked_view")
    await client.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))
