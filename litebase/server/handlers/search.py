"""Finding objects by their names, comments and definitions."""

from collections.abc import Iterator
from itertools import islice
from typing import get_args

import anyio
from anyio import to_thread
from litebase_schema.catalog import MissingPart, ObjectKind, ObjectRef
from litebase_schema.search import SearchHit, SearchObjectsRequest, SearchObjectsResponse

from litebase.drivers import names_reader, texts_reader
from litebase.drivers.names import AROUND, Found, Search, Texts
from litebase.drivers.objects import hidden
from litebase.server.call import Call
from litebase.server.catalog_cache import RANKS, SchemaNames, exists
from litebase.server.handlers.catalog import NOT_THERE, read_catalog

_KINDS = {kind: rank for rank, kind in enumerate(get_args(get_args(ObjectKind.__value__)[0]))}
_NO_ROOM = "It has more names than are kept for a search."
_TOO_SLOW = "The database had not looked through all of them after {:g} s."
_Ranked = tuple[tuple[int, int, str, str], SearchHit]


async def search_objects(call: Call, request: SearchObjectsRequest) -> SearchObjectsResponse:
    """The best hits of all places."""
    hits, missing = await _in_names(call, request)
    for place in ("comments", "definitions"):
        if place in request.search_in:
            texts = await _in_texts(call, request, place)
            hits += [_of_text(one, place) for one in texts.found]
            missing += texts.missing
    if not hits and not missing and request.schema_name is not None:
        missing += await _absent(call, request.connection_id, request.schema_name)
    hits.sort(key=lambda one: one[0])
    return SearchObjectsResponse(
        hits=[hit for _, hit in hits[: request.limit]],
        complete=len(hits) <= request.limit and not missing,
        missing=missing,
    )


async def _in_names(call: Call, request: SearchObjectsRequest) -> tuple[list[_Ranked], list[MissingPart]]:
    columns = "columns" in request.search_in and (request.kinds is None or "column" in request.kinds)
    if not columns and "names" not in request.search_in:
        return [], []
    connection = call.client.connection(request.connection_id)
    reader = names_reader(connection.engine)
    schemas, left_out = await read_catalog(
        call,
        connection.id,
        lambda session: connection.catalog.read(session, reader, request.schema_name, columns=columns),
    )
    found = await to_thread.run_sync(lambda: [hit for one in schemas for hit in _in_schema(one, request, columns)])
    return found, [
        hidden("names", _NO_ROOM, ObjectRef(kind="schema", schema_name=None, name=name)) for name in left_out
    ]


def _in_schema(schema: SchemaNames, request: SearchObjectsRequest, columns: bool) -> Iterator[_Ranked]:
    """The best hits, one more than wanted, of names and of columns."""
    place = schema.schema_name
    if "names" in request.search_in:
        found = schema.names.found(request.text, match_case=request.match_case)
        wanted = (one for one in found if request.kinds is None or schema.kinds[one[1]] in request.kinds)
        for rank, number, name in islice(wanted, request.limit + 1):
            signature = schema.signatures.get(number)
            optional = {} if signature is None else {"signature": signature}
            ref = ObjectRef(kind=schema.kinds[number], schema_name=place, name=name, **optional)
            yield _ranked(rank, ref, "names", None, ref.name)
    if columns and schema.columns is not None and schema.tables is not None:
        columns_found = schema.columns.found(request.text, match_case=request.match_case)
        best = list(islice(columns_found, request.limit + 1))
        tables = schema.tables.all() if best else ()
        for rank, number, name in best:
            table = tables[schema.table_of(number)]
            ref = ObjectRef(kind="column", schema_name=place, name=name, parent_name=table)
            yield _ranked(rank, ref, "columns", None, ref.name)


async def _absent(call: Call, connection_id: str, schema_name: str) -> list[MissingPart]:
    """The reason when nothing was found because there is no such schema."""
    reader = names_reader(call.client.connection(connection_id).engine)

    if await read_catalog(call, connection_id, lambda session: exists(session, reader, schema_name)):
        return []
    return [hidden("object", NOT_THERE, ObjectRef(kind="schema", schema_name=None, name=schema_name))]


async def _in_texts(call: Call, request: SearchObjectsRequest, place: str) -> Texts:
    """What the database finds in some time."""
    connection = call.client.connection(request.connection_id)
    reader, search_s = texts_reader(connection.engine), call.backend.settings.search_s
    find = reader.comments if place == "comments" else reader.definitions
    search = Search(request.text, request.match_case, request.schema_name, request.kinds, request.limit)
    with anyio.move_on_after(search_s):
        return await read_catalog(call, connection.id, lambda session: find(session, search))
    return Texts(missing=[hidden(place, _TOO_SLOW.format(search_s))])


def _of_text(one: Found, place: str) -> _Ranked:
    """The line in which the text stands."""
    optional = {"parent_name": one.parent_name, "signature": one.signature}
    ref = ObjectRef(
        kind=one.kind,
        schema_name=one.schema_name,
        name=one.name,
        **{name: value for name, value in optional.items() if value is not None},
    )
    at = min(one.at - 1, AROUND)
    begin = one.piece.rfind("\n", 0, at) + 1
    end = one.piece.find("\n", at)
    excerpt = one.piece[begin : end if end >= 0 else None].strip()
    return _ranked(RANKS, ref, place, one.lines_before + 1, excerpt)


def _ranked(rank: int, ref: ObjectRef, place: str, line: int | None, excerpt: str) -> _Ranked:
    by = ref.parent_name if ref.kind == "column" and ref.parent_name is not None else ref.name
    hit = SearchHit(object=ref, where=place, line=line, excerpt=excerpt)
    return (rank, _KINDS.get(ref.kind, len(_KINDS)), by.casefold(), ref.schema_name or ""), hit
