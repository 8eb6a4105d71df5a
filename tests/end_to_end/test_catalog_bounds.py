"""Catalogs that are very large, in a circle, or locked: each answer is whole or gives a reason, in a bounded time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest
from litebase_schema.catalog import DescribeObjectsRequest, GetDdlRequest, ObjectRef
from litebase_schema.db_session import CloseDbSessionRequest, OpenDbSessionRequest
from litebase_schema.query import QueryRequest

from litebase.client import RequestFailed
from tests.end_to_end.test_catalog import Shop, shop
from tests.work import SOON_S

__all__ = ["shop"]  # a fixture

pytestmark = pytest.mark.anyio

# PostgreSQL attaches each in a time that grows with their number: 5,000, which are described too, take two minutes
PARTITIONS = {"postgresql": 1000, "mysql": 5000}


async def paged(shop: Shop, limit: int, **options: object) -> list[tuple[str, str]]:
    """Kind and name of what all pages have together."""
    found: list[tuple[str, str]] = []
    after = None
    while True:
        answer = await shop.listing(shop.schema, limit=limit, after=after, **options)
        assert answer.missing == []
        found += [(one.object.kind, one.object.name) for one in answer.objects]
        after = answer.next
        if after is None:
            return found
        assert len(answer.objects) == limit


async def test_a_page_of_many_names_leaves_none_out(shop: Shop) -> None:
    names = [f"{letter}{number}" for letter in "aZ_é" for number in range(12)]
    expected = {("table", name) for name in names}
    for at, name in enumerate(names):
        await shop.make(f"CREATE TABLE {{s}}{shop.spelling.quoted(name)} (a integer)")
        if at % 7 == 3:  # between the tables, and for a while nothing but views
            await shop.make(
                *(f"CREATE VIEW {{s}}{shop.spelling.quoted(f'{name}v{one}')} AS SELECT 1 AS a" for one in "abc")
            )
            expected |= {("view", f"{name}v{one}") for one in "abc"}
    expected |= {(kind, name.strip()) for kind, name in shop.spelling.kinds}
    expected |= {("table", "person"), ("table", "pet"), ("view", "owners")}
    whole = await paged(shop, 20_000)
    assert sorted(set(whole)) == sorted(expected)
    for kind in ("table", "view"):
        of_kind = [name for its_kind, name in whole if its_kind == kind]
        assert of_kind == sorted(of_kind)
    for limit in (1, 3, 8):
        assert await paged(shop, limit) == whole
        assert await paged(shop, limit, kinds=["table"]) == [one for one in whole if one[0] == "table"]
        assert await paged(shop, limit, kinds=["view"]) == [one for one in whole if one[0] == "view"]
        fitting = await paged(shop, limit, kinds=["view", "table"], name_pattern="?1*")
        assert fitting == [one for one in whole if one[0] in ("table", "view") and one[1][1:2] == "1"]
    assert await paged(shop, 5, detail="summary") == whole


async def test_tables_that_do_not_fit_take_no_place_of_those_that_do(shop: Shop) -> None:
    for number in range(1, 6):
        await shop.make(f"CREATE VIEW {{s}}m{number}x AS SELECT 1 AS a", f"CREATE TABLE {{s}}m{number}y (a integer)")
        await shop.make(f"CREATE TABLE {{s}}z{number}x (a integer)")
    expected = [
        *(("table", f"z{number}x") for number in range(1, 6)),
        *(("view", f"m{number}x") for number in range(1, 6)),
    ]
    for limit in (1, 3, 4):
        assert await paged(shop, limit, kinds=["table", "view"], name_pattern="*x") == expected


async def test_every_one_of_very_many_partitions_is_described(shop: Shop) -> None:
    if shop.engine == "sqlite":
        pytest.skip("it has no partitions")
    count = PARTITIONS[shop.engine]
    if shop.engine == "postgresql":
        await shop.make("CREATE TABLE {s}parted (a integer) PARTITION BY LIST (a)")
        await shop.query(
            f"DO $$ BEGIN FOR n IN 1..{count} LOOP"
            " EXECUTE format('CREATE TABLE shop.p%s PARTITION OF shop.parted FOR VALUES IN (%s)', n, n);"
            " IF n % 200 = 0 THEN COMMIT; END IF; END LOOP; END $$"
        )
    else:
        parts = ", ".join(f"PARTITION p{number} VALUES IN ({number})" for number in range(1, count + 1))
        await shop.make(f"CREATE TABLE {{s}}parted (a integer) ENGINE=MyISAM PARTITION BY LIST (a) ({parts})")
    parted = await shop.described("parted")
    assert {one.name for one in parted.partitions} == {f"p{number}" for number in range(1, count + 1)}
    assert all(one.bound for one in parted.partitions)
    listed = await shop.names(shop.schema, "table")
    assert "parted" in listed
    assert not any(name in listed for name in ("p1", f"p{count}")), "they are folded under their table"


async def test_views_in_a_circle_are_listed_and_described_with_a_reason(shop: Shop) -> None:
    if shop.engine == "mysql":
        pytest.skip("it makes no view of a view that does not exist yet")
    if shop.engine == "sqlite":
        await shop.make("CREATE VIEW one AS SELECT a FROM two", "CREATE VIEW two AS SELECT a FROM one")
    else:
        await shop.make("CREATE VIEW {s}one AS SELECT 1 AS a", "CREATE VIEW {s}two AS SELECT a FROM {s}one")
        await shop.make("CREATE OR REPLACE VIEW {s}one AS SELECT a FROM {s}two")
    assert {"one", "two", "owners"} <= set(await shop.names(shop.schema, "view"))
    answer = await shop.describing(*(shop.table(name, "view") for name in ("one", "two", "owners")))
    assert [one.object.name for one in answer.descriptions] == ["one", "two", "owners"]
    for one in answer.descriptions[:2]:
        assert "SELECT" in (one.definition or "")
        if not one.columns:
            reasons = [told.reason for told in answer.missing if told.object == one.object and told.part == "columns"]
            assert len(reasons) == 1
            assert reasons[0]
    assert [column.name for column in answer.descriptions[2].columns] == ["name"]
    ddl = await shop.client.get_ddl(GetDdlRequest(connection_id=shop.connection_id, objects=[shop.schema]))
    assert {one.object.name for one in ddl.statements if one.object is not None} >= {"one", "two", "owners"}


@asynccontextmanager
async def locked(shop: Shop) -> AsyncIterator[ObjectRef]:
    """A table that cannot be described for as long as somebody else works on it."""
    other = (await shop.client.db_connect(shop.target)).connection_id
    if shop.engine == "mysql":
        async with anyio.create_task_group() as group:
            sql = "CREATE TABLE shop.slow (a integer PRIMARY KEY) AS SELECT SLEEP(60) AS a"
            group.start_soon(_until_cancelled, shop, QueryRequest(connection_id=other, sql=sql, timeout_ms=None))
            running = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE = 'User sleep'"
            while (await shop.rows(running)) != [[1]]:
                await anyio.sleep(0.02)
            yield shop.table("slow")
            group.cancel_scope.cancel()
        return
    own = (await shop.client.open_db_session(OpenDbSessionRequest(connection_id=other))).db_session_id
    begin = ["BEGIN EXCLUSIVE"] if shop.engine == "sqlite" else ["BEGIN", "LOCK TABLE shop.person"]
    for sql in begin:
        await shop.client.query(QueryRequest(connection_id=other, sql=sql, db_session_id=own))
    yield shop.table("person")
    await shop.client.close_db_session(CloseDbSessionRequest(db_session_id=own))


async def _until_cancelled(shop: Shop, request: QueryRequest) -> None:
    await shop.client.query(request)


async def test_a_request_that_waits_for_a_lock_ends_in_its_time(shop: Shop) -> None:
    with anyio.fail_after(SOON_S):
        async with locked(shop) as table:
            for _ in range(2):
                request = DescribeObjectsRequest(connection_id=shop.connection_id, objects=[table], timeout_ms=100)
                with pytest.raises(RequestFailed) as failed:
                    await shop.client.describe_objects(request)
                assert failed.value.code == "timeout"
        assert [one.name for one in (await shop.described("person")).columns] == ["id", "name"]
