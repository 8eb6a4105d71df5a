"""Finding out what has changed in a database."""

from collections.abc import Sequence

from litebase_schema.catalog import ObjectRef
from litebase_schema.refresh import RefreshCatalogRequest, RefreshCatalogResponse

from litebase.drivers import names_reader
from litebase.drivers.names import Name
from litebase.server.call import Call
from litebase.server.handlers.catalog import read_catalog


async def refresh_catalog(call: Call, request: RefreshCatalogRequest) -> RefreshCatalogResponse:
    """What has come, changed and gone since a version."""
    connection = call.client.connection(request.connection_id)
    cache, reader = connection.catalog, names_reader(connection.engine)
    changes = await read_catalog(
        call,
        connection.id,
        lambda session: cache.refresh(session, reader, request.schema_name, request.known_version),
    )
    return RefreshCatalogResponse(
        catalog_version=cache.version,
        added=None if changes is None else _refs(changes.added),
        changed=None if changes is None else _refs(changes.changed),
        removed=None if changes is None else _refs(changes.removed),
    )


def _refs(names: Sequence[tuple[str | None, Name]]) -> list[ObjectRef]:
    return [_ref(schema, one) for schema, one in names]


def _ref(schema: str | None, one: Name) -> ObjectRef:
    optional = {} if one.signature is None else {"signature": one.signature}
    return ObjectRef(kind=one.kind, schema_name=schema, name=one.name, **optional)
