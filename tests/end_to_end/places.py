"""A schema of its own in each engine, for tests that make and drop what they like there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from litebase_schema.catalog import (
    DdlOptions,
    DescribeObjectsRequest,
    GetDdlRequest,
    GetDdlResponse,
    ListObjectsRequest,
    ObjectDescription,
    ObjectRef,
)
from litebase_schema.connection import DbDisconnectRequest, SqliteTarget
from litebase_schema.db_session import CloseDbSessionRequest, OpenDbSessionRequest

from litebase.client import Client
from tests.conftest import Database, target_of

ENGINES = ["sqlite", "postgresql", "mysql"]
QUOTES = {"sqlite": '"', "postgresql": '"', "mysql": "`"}
NOUNS = {"postgresql": "SCHEMA", "mysql": "DATABASE"}


@dataclass
class Place(Database):
    """A schema of its own in one engine."""

    engine: str
    target: Any
    schema_name: str
    session: str = ""

    @property
    def schema(self) -> ObjectRef:
        return ObjectRef(kind="schema", schema_name=None, name=self.schema_name)

    def object(self, name: str, kind: str = "table") -> ObjectRef:
        return ObjectRef(kind=kind, schema_name=self.schema_name, name=name)

    def quoted(self, name: str) -> str:
        mark = QUOTES[self.engine]
        return f"{mark}{name.replace(mark, mark * 2)}{mark}"

    async def run(self, *statements: str) -> None:
        for sql in statements:
            text = sql.replace("{s}", self.quoted(self.schema_name))
            await self.query(text, db_session_id=self.session)

    async def ddl(self, *objects: ObjectRef, **options: bool) -> GetDdlResponse:
        request = GetDdlRequest(
            connection_id=self.connection_id, objects=list(objects), options=DdlOptions(**options) if options else None
        )
        return await self.client.get_ddl(request)

    async def all_there_is(self) -> tuple[list[ObjectRef], list[ObjectDescription]]:
        """Every object, and what there is of tables and views."""
        listed = await self.client.list_objects(
            ListObjectsRequest(connection_id=self.connection_id, parent=self.schema)
        )
        refs = [one.object for one in listed.objects]
        tables = [one.object for one in listed.objects if one.has_children]
        answer = await self.client.describe_objects(
            DescribeObjectsRequest(connection_id=self.connection_id, objects=tables)
        )
        return refs, answer.descriptions

    async def connect(self, target: Any) -> None:
        self.connection_id = (await self.client.db_connect(target)).connection_id
        opened = await self.client.open_db_session(OpenDbSessionRequest(connection_id=self.connection_id))
        self.session = opened.db_session_id

    async def disconnect(self) -> None:
        await self.client.close_db_session(CloseDbSessionRequest(db_session_id=self.session))
        await self.client.db_disconnect(DbDisconnectRequest(connection_id=self.connection_id))

    async def empty(self) -> None:
        """Leave nothing of the schema."""
        if self.engine == "sqlite":
            await self.disconnect()
            path = self.target.path + "2"
            self.target = self.target.model_copy(update={"path": path})
            await self.connect(self.target)
            return
        end = " CASCADE" if self.engine == "postgresql" else ""
        await self.run(f"DROP {NOUNS[self.engine]} IF EXISTS {{s}}{end}")


@asynccontextmanager
async def open_place(
    engine: str, request: pytest.FixtureRequest, client: Client, tmp_path: Path, name: str = "od'd \"`.%s"
) -> AsyncIterator[Place]:
    """An empty schema of one engine, with a connection to it."""
    if engine == "sqlite":
        target: Any = SqliteTarget(engine="sqlite", path=str(tmp_path / f"{len(name)}.db"), mode="create")
    else:
        target = target_of(request.getfixturevalue(f"{engine}_service"))
    made = Place(client, "", engine, target, "main" if engine == "sqlite" else name)
    await made.connect(target)
    if engine != "sqlite":
        await made.empty()
        await made.run(f"CREATE {NOUNS[engine]} {{s}}")
    yield made
    if engine != "sqlite":
        await made.empty()
    await made.disconnect()
