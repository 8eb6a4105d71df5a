"""Two schemas of one engine, of which one is made like the other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from litebase_schema.compare import CompareSchemasRequest, CompareSchemasResponse, SchemaDifference
from litebase_schema.script import RunScriptRequest

from litebase.client import Client
from tests.end_to_end.places import Place, open_place


@dataclass
class Two:
    """The first schema and the other one."""

    first: Place
    other: Place

    async def compared(self) -> CompareSchemasResponse:
        request = CompareSchemasRequest(
            connection_id=self.first.connection_id, schema_name=self.first.schema_name,
            other_connection_id=self.other.connection_id, other_schema_name=self.other.schema_name,
        )  # fmt: skip
        return await self.first.client.compare_schemas(request)

    async def run(self, found: CompareSchemasResponse) -> None:
        """Run what was answered, as a client does."""
        script = ";\n".join(one.sql for one in found.statements)
        if not script:
            return
        request = RunScriptRequest(connection_id=self.other.connection_id, sql=script)
        ran = await self.first.client.run_script(request)
        failed = [(script[one.start : one.end], one.error.message) for one in ran.statements if one.error is not None]
        assert failed == [], script
        assert ran.transaction_status == "idle"

    async def alike(self) -> CompareSchemasResponse:
        """Make the other like the first, and see that nothing differs any more."""
        found = await self.compared()
        assert [one.message for one in found.warnings if one.code == "not_mended"] == []
        assert all(one.statements for one in found.differences)
        await self.run(found)
        left = await self.compared()
        script = ";\n".join(one.sql for one in found.statements)
        assert left.differences == [], script
        assert left.statements == [], script
        return found


@asynccontextmanager
async def open_two(
    engine: str, request: pytest.FixtureRequest, client: Client, tmp_path: Path, name: str = "od'd \"`.%s"
) -> AsyncIterator[Two]:
    """Two empty schemas, the first with an odd name where schemas have names."""
    async with (
        open_place(engine, request, client, tmp_path, name) as first,
        open_place(engine, request, client, tmp_path, "other") as other,
    ):
        yield Two(first, other)


def told(found: CompareSchemasResponse) -> list[tuple[str, str, str]]:
    """What differs: how, the kind and the name."""
    return sorted((one.difference, one.object.kind, one.object.name) for one in found.differences)


def one_of(found: CompareSchemasResponse, kind: str, name: str) -> SchemaDifference:
    """The only difference of an object."""
    (chosen,) = [one for one in found.differences if (one.object.kind, one.object.name) == (kind, name)]
    return chosen
