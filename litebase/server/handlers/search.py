"""Finding objects by their names, comments and definitions."""

from collections.abc import Iterator
from itertools import islice
from threading import Event
from typing import NamedTuple

import anyio
from anyio import to_thread
from litebase_schema.catalog import MissingPart, ObjectRef
from litebase_schema.search import SearchHit, SearchObjectsRequest, SearchObjectsResponse

from litebase.drivers import names_reader, texts_reader
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.interruption import Interrupted
from litebase.drivers.names import AROUND, KIND_RANKS, Found, Search, Texts
from litebase.drivers.objects import hidden
from litebase.server.call import Call
from litebase.server.catalog_cache import RANKS, Packed, SchemaNames, exists
from litebase.server.handlers.catalog import NOT_THERE, read_catalog

_NO_ROOM = "It has more names than are kept for a search."
_TOO_SLOW = "The database had not looked through all of them after {:g} s."


class _Hit(NamedTuple):
    """A hit before it is known whether it is among the best: a tuple, because every schema may have many."""

    rank: int
    kind_rank: int
    by: str  # what the order goes by
    schema_name: str
    place: str
    kind: str
    name: str
    parent_name: str | None = None
    signature: str | None = None
    line: int | None = None
    excerpt: str = ""

    def answer(self) -> SearchHit:
        optional = {"parent_name": self.parent_name, "signature": self.signature}
        ref = ObjectRef(
            kind=self.kind,
            schema_name=self.schema_name or None,
            name=self.name,
            **{name: value for name, value in optional.items() if value is not None},
        )
        return SearchHit(object=ref, where=self.place, line=self.line, excerpt=self.excerpt)


async def search_objects(call: Call, request: SearchObjectsRequest) -> SearchObjectsResponse:
    """The best hits of all places."""
    connection = call.client.connection(request.connection_id)
    names = await _in_names(call, request)
    hits, missing = names or ([], [])
    age_s = None if names is None else connection.catalog.age_s
    for place in ("comments", "definitions"):
        if place in request.search_in:
            texts = await _in_texts(call, request, place)
            hits += [_of_text(one, place) for one in texts.found]
            missing += texts.missing
    if not hits and not missing and request.schema_name is not None:
        missing += await _absent(call, request.connection_id, request.schema_name)
    hits.sort(key=lambda one: one[:4])
    return SearchObjectsResponse(
        hits=[one.answer() for one in hits[: request.limit]],
        complete=len(hits) <= request.limit and not missing,
        missing=missing,
        names_age_ms=None if age_s is None else round(1000 * age_s),
    )


async def _in_names(call: Call, request: SearchObjectsRequest) -> tuple[list[_Hit], list[MissingPart]] | None:
    """The hits, and the schemas that were not searched; None when no names are wanted."""
    columns = "columns" in request.search_in and (request.kinds is None or "column" in request.kinds)
    if not columns and "names" not in request.search_in:
        return None
    connection = call.client.connection(request.connection_id)
    reader = names_reader(connection.engine)
    schemas, left_out = await read_catalog(
        call,
        connection.id,
        lambda session: connection.catalog.read(session, reader, request.schema_name, columns=columns),
    )
    stopped = Event()

    def look() -> list[_Hit]:
        return [hit for one in schemas for hit in _in_schema(one, request, columns, stopped)]

    try:
        found = await to_thread.run_sync(look, abandon_on_cancel=True)
    finally:
        stopped.set()
    return found, [
        hidden("names", _NO_ROOM, ObjectRef(kind="schema", schema_name=None, name=name)) for name in left_out
    ]


def _in_schema(schema: SchemaNames, request: SearchObjectsRequest, columns: bool, stopped: Event) -> Iterator[_Hit]:
    """The best hits, one more than wanted, of the names of each kind and of columns."""
    place = schema.schema_name

    def best_of(names: Packed) -> list[tuple[int, int, str]]:
        found = names.found(request.text, match_case=request.match_case, is_stopped=stopped.is_set)
        return list(islice(found, request.limit + 1))

    for kind, first, names in schema.kinds if "names" in request.search_in else ():
        for rank, number, name in best_of(names) if request.kinds is None or kind in request.kinds else ():
            signature = schema.signatures.get(first + number)
            yield _hit(rank, place, "names", kind, name, signature=signature, excerpt=name)
    if columns and schema.columns is not None and schema.tables is not None:
        best = best_of(schema.columns)
        tables = schema.tables.all() if best else ()
        for rank, number, name in best:
            table = tables[schema.table_of(number)]
            yield _hit(rank, place, "columns", "column", name, parent=table, excerpt=name)


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

    async def look(session: DatabaseSession) -> Texts:
        with anyio.move_on_after(search_s) as bound:
            try:
                return await find(session, search)
            except Interrupted:  # its statement was stopped
                if not bound.cancel_called:
                    raise
        return Texts(missing=[hidden(place, _TOO_SLOW.format(search_s))])

    return await read_catalog(call, connection.id, look)


def _of_text(one: Found, place: str) -> _Hit:
    """The line in which the text stands."""
    at = min(one.at - 1, AROUND)
    begin = one.piece.rfind("\n", 0, at) + 1
    end = one.piece.find("\n", at)
    excerpt = one.piece[begin : end if end >= 0 else None].strip()
    return _hit(
        RANKS,
        one.schema_name,
        place,
        one.kind,
        one.name,
        parent=one.parent_name,
        signature=one.signature,
        line=one.lines_before + 1,
        excerpt=excerpt,
    )


def _hit(
    rank: int,
    schema: str | None,
    place: str,
    kind: str,
    name: str,
    *,
    parent: str | None = None,
    signature: str | None = None,
    line: int | None = None,
    excerpt: str,
) -> _Hit:
    by = parent if kind == "column" and parent is not None else name
    kind_rank = KIND_RANKS.get(kind, len(KIND_RANKS))
    return _Hit(rank, kind_rank, by.casefold(), schema or "", place, kind, name, parent, signature, line, excerpt)
