"""Databases of the three engines for what was reported from the field, each with a short way to run a script."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.query import FetchRequest
from litebase_schema.script import RunScriptRequest, RunScriptResponse, StatementOutcome

from litebase.client import Client
from tests.conftest import Database, target_of
from tools.services import Service

_numbers = itertools.count(1)


@dataclass
class Field(Database):
    """A database of one engine, empty when the test begins."""

    async def script(self, sql: str, **options: Any) -> RunScriptResponse:
        """Run several statements."""
        return await self.client.run_script(RunScriptRequest(connection_id=self.connection_id, sql=sql, **options))

    async def rows_of(self, outcome: StatementOutcome) -> Any:
        """The first rows of a statement of a script."""
        assert outcome.result_id is not None
        return (await self.client.fetch(FetchRequest(result_id=outcome.result_id, offset=0, limit=100))).rows


@pytest.fixture
async def sqlite(client: Client, tmp_path: Path) -> AsyncIterator[Field]:
    """A new SQLite file."""
    opened = await client.db_connect(SqliteTarget(engine="sqlite", path=str(tmp_path / "field.db"), mode="create"))
    yield Field(client, opened.connection_id)
    await client.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))


@pytest.fixture
async def mysql(client: Client, mysql_service: Service) -> AsyncIterator[Field]:
    """A new database of MariaDB."""
    async for field in _database(client, mysql_service):
        yield field


@pytest.fixture
async def postgresql(client: Client, postgresql_service: Service) -> AsyncIterator[Field]:
    """A new database of PostgreSQL."""
    async for field in _database(client, postgresql_service):
        yield field


async def _database(client: Client, service: Service) -> AsyncIterator[Field]:
    """A database for one test. The statements that make and drop it run on a connection of their own."""
    name = f"field_{next(_numbers)}"
    admin = Database(client, (await client.db_connect(target_of(service))).connection_id)
    await admin.query(f"CREATE DATABASE {name}")
    opened = await client.db_connect(target_of(service, database=name))
    yield Field(client, opened.connection_id)
    await client.db_disconnect(DbDisconnectRequest(connection_id=opened.connection_id))
    await admin.query(f"DROP DATABASE {name}")
    await client.db_disconnect(DbDisconnectRequest(connection_id=admin.connection_id))
