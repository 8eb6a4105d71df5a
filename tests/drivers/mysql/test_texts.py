"""Texts of MySQL's and MariaDB's catalog that privileges hide."""

from collections.abc import AsyncIterator

import pytest

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.mysql.objects import texts
from litebase.drivers.names import Search
from tests.drivers.conformance import run
from tests.drivers.mysql.conftest import MakeTarget, opened
from tools.services import PASSWORD

pytestmark = pytest.mark.anyio


@pytest.fixture
async def hiding(session: DatabaseSession) -> AsyncIterator[DatabaseSession]:
    """A database whose routine a stranger may call and not read."""
    for sql in (
        "DROP DATABASE IF EXISTS hiding",
        "CREATE DATABASE hiding",
        "CREATE FUNCTION hiding.f () RETURNS text DETERMINISTIC RETURN 'a Needle'",
        "DROP USER IF EXISTS stranger",
        f"CREATE USER stranger IDENTIFIED BY '{PASSWORD}'",
        "GRANT EXECUTE ON FUNCTION hiding.f TO stranger",
    ):
        await run(session, sql)
    yield session
    await run(session, "DROP USER stranger")
    await run(session, "DROP DATABASE hiding")


async def test_a_definition_that_is_not_shown_is_missing(hiding: DatabaseSession, target: MakeTarget) -> None:
    search = Search("needle", schema_name="hiding")
    assert [one.name for one in (await texts.definitions(hiding, search)).found] == ["f"]
    async with opened(target(user="stranger", database="")) as stranger:
        answer = await texts.definitions(stranger, search)
    assert answer.found == []
    assert [(one.part, "does not show 1 of kind function" in one.reason) for one in answer.missing] == [
        ("definitions", True)
    ]


async def test_a_schema_s_name_is_not_that_of_its_twin(hiding: DatabaseSession) -> None:
    assert (await texts.definitions(hiding, Search("needle", schema_name="HIDING"))).found == []
