"""Texts of PostgreSQL's catalog: comments on all that may have one, and views that somebody has locked."""

from collections.abc import AsyncIterator

import anyio
import pytest

from litebase.drivers.names import Search
from litebase.drivers.postgresql.objects import texts
from litebase.drivers.postgresql.session import PostgresqlSession
from tests.drivers.conformance import run
from tests.drivers.postgresql.conftest import OpenSession
from tests.work import SOON_S

pytestmark = pytest.mark.anyio


@pytest.fixture
async def told(session: PostgresqlSession, open_session: OpenSession) -> AsyncIterator[PostgresqlSession]:
    """A schema in which everything has a comment."""
    for sql in (
        "DROP SCHEMA IF EXISTS told CASCADE",
        "CREATE SCHEMA told",
        "CREATE TABLE told.t (a integer CONSTRAINT positive CHECK (a > 0))",
        "CREATE INDEX by_a ON told.t (a)",
        "CREATE VIEW told.v AS SELECT a FROM told.t",
        "CREATE TYPE told.mood AS ENUM ('sad')",
        "CREATE AGGREGATE told.total (integer) (SFUNC = int4pl, STYPE = integer)",
        "CREATE FUNCTION told.f () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER g AFTER INSERT ON told.t FOR EACH ROW EXECUTE FUNCTION told.f ()",
        *(
            f"COMMENT ON {place} IS 'about a needle'"
            for place in (
                "SCHEMA told", "TABLE told.t", "COLUMN told.t.a", "CONSTRAINT positive ON told.t", "INDEX told.by_a",
                "VIEW told.v", "TYPE told.mood", "FUNCTION told.f ()", "TRIGGER g ON told.t",
                "AGGREGATE told.total (integer)",
            )
        ),
    ):  # fmt: skip
        await run(session, sql)
    yield session
    cleaner = await open_session()
    await run(cleaner, "DROP SCHEMA told CASCADE")


async def test_comments_on_everything_are_found(told: PostgresqlSession) -> None:
    answer = await texts.comments(told, Search("needle"))
    assert sorted((one.kind, one.schema_name, one.name, one.parent_name, one.signature) for one in answer.found) == [
        ("column", "told", "a", "t", None),
        ("constraint", "told", "positive", "t", None),
        ("function", "told", "f", None, ""),
        ("function", "told", "total", None, "integer"),
        ("index", "told", "by_a", "t", None),
        ("schema", None, "told", None, None),
        ("table", "told", "t", None, None),
        ("trigger", "told", "g", "t", None),
        ("type", "told", "mood", None, None),
        ("view", "told", "v", None, None),
    ]
    assert len((await texts.comments(told, Search("needle", limit=3))).found) == 4
    assert (await texts.comments(told, Search("needle", schema_name="public"))).found == []


async def test_aggregates_have_no_definition_that_fails_the_others(told: PostgresqlSession) -> None:
    answer = await texts.definitions(told, Search("return new", kinds=["function"]))
    assert [one.name for one in answer.found] == ["f"]
    assert answer.missing == []


async def test_a_view_that_is_locked_is_missing_with_the_reason(
    told: PostgresqlSession, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litebase.drivers.postgresql.objects.texts.LOCK_WAIT_S", 0.1)
    other = await open_session()
    await run(told, "BEGIN")
    await run(told, "LOCK TABLE told.v")
    try:
        with anyio.fail_after(SOON_S):
            answer = await texts.definitions(other, Search("told"))
    finally:
        await run(told, "ROLLBACK")
    assert {one.kind for one in answer.found} == {"function", "trigger"}
    assert [one.part for one in answer.missing] == ["definitions"]
    assert "lock timeout" in answer.missing[0].reason
