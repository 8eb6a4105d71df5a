"""What exists in a database."""

import json
import re
from bisect import bisect_right
from collections.abc import Awaitable, Callable
from fnmatch import translate
from operator import attrgetter
from typing import Any, TypeVar

from litebase_schema.catalog import (
    DdlOptions,
    DdlStatement,
    DescribeObjectsRequest,
    DescribeObjectsResponse,
    GetDdlRequest,
    GetDdlResponse,
    ListObjectsRequest,
    ListObjectsResponse,
    ObjectRef,
)

from litebase.drivers import catalog_reader
from litebase.drivers.abilities import Unavailable
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import (
    OTHERS,
    PARENTS,
    PARTS,
    TABLES,
    Descriptions,
    Draft,
    Listed,
    Others,
    Place,
    Wanted,
    hidden,
    part_of,
)
from litebase.errors import ConnectionLost, InvalidMessage, LimitExceeded, Unsupported
from litebase.server.call import Call
from litebase.settings import MIB

T = TypeVar("T")

NOT_THERE = "It does not exist, or this user is not allowed to see it."
_MOST_DDL, _BESIDE_SQL = 12 * MIB, 300  # bytes: an answer is one frame
_TOO_MUCH_DDL = "The statements are too long for one answer: ask for fewer objects at a time."
_NO_PARENT = "Its parent_name has to say which table or view it belongs to."
_NOT_DESCRIBED = "Objects of this kind are not described."


async def list_objects(call: Call, request: ListObjectsRequest) -> ListObjectsResponse:
    """A page of names, in the order of their places."""
    fits = _pattern(request.name_pattern)
    after = _after(request.after)
    wanted = Wanted(
        request.parent,
        request.kinds,
        request.detail == "summary",
        request.include_system,
        fits,
        after,
        request.limit + 1,
    )
    connection = call.client.connection(request.connection_id)
    reader, version = catalog_reader(connection.engine), connection.catalog.version
    listing = await read_catalog(call, request.connection_id, lambda session: reader.list_objects(session, wanted))
    found = [one for one in listing.objects if fits is None or fits(one.name)]
    found.sort(key=attrgetter("place"))
    start = bisect_right(found, after, key=attrgetter("place")) if after is not None else 0
    page = found[start : start + request.limit]
    is_last = start + request.limit >= len(found)
    return ListObjectsResponse.model_construct(
        objects=list[Any](_listed(one) for one in page),  # maps: making models of thousands takes longer than all else
        next=None if is_last else json.dumps(page[-1].place, ensure_ascii=False),
        default_schemas=listing.default_schemas,
        missing=listing.missing if after is None else [],
        catalog_version=version,
    )


async def describe_objects(call: Call, request: DescribeObjectsRequest) -> DescribeObjectsResponse:
    """What there is of each object."""
    tables = {}
    for one in request.objects:
        if (name := _name_of_table(one)) is not None:
            tables[one.schema_name or "", name] = ObjectRef(kind="table", schema_name=one.schema_name, name=name)
    others = [one for one in request.objects if one.kind in OTHERS]
    reader = catalog_reader(call.client.connection(request.connection_id).engine)

    async def read(session: DatabaseSession) -> tuple[Descriptions, Others]:
        return (
            await reader.describe_objects(session, list(tables.values())) if tables else Descriptions(),
            await reader.describe_others(session, others) if others else Others(),
        )

    found, found_others = await read_catalog(call, request.connection_id, read)
    asked = {(one.schema_name, one.name) for one in request.objects if one.kind in TABLES}
    missing = [one for one in found.missing if one.object is None or (one.object.schema_name, one.object.name) in asked]
    missing += found_others.missing
    told = {_key(one.object) for one in missing if one.part == "object" and one.object is not None}
    descriptions = []
    for one in request.objects:
        draft = _draft(one, found, found_others)
        if draft is not None:
            descriptions.append(draft.description())
        elif _key(one) not in told:
            missing.append(hidden("object", _reason(one, found), one))
    return DescribeObjectsResponse(descriptions=descriptions, missing=missing)


async def get_ddl(call: Call, request: GetDdlRequest) -> GetDdlResponse:
    """The statements that make objects again."""
    options = request.options or DdlOptions()
    reader = catalog_reader(call.client.connection(request.connection_id).engine)
    answer = await read_catalog(
        call, request.connection_id, lambda session: reader.get_ddl(session, request.objects, options)
    )
    if sum(len(one.sql.encode()) + _BESIDE_SQL for one in answer.statements) > _MOST_DDL:
        raise LimitExceeded("max_frame_bytes", _MOST_DDL, _TOO_MUCH_DDL)
    statements = [DdlStatement(object=one.object, sql=one.sql) for one in answer.statements]
    return GetDdlResponse(statements=statements, incomplete=answer.incomplete)


def _name_of_table(one: ObjectRef) -> str | None:
    """The table or view that has to be described for an object."""
    return one.name if one.kind in TABLES else one.parent_name if one.kind in PARTS else None


def _key(one: ObjectRef) -> tuple[str | None, ...]:
    kind = "table" if one.kind in TABLES else one.kind
    return kind, one.schema_name, one.name, one.parent_name, one.signature


def _draft(one: ObjectRef, found: Descriptions, others: Others) -> Draft | None:
    if one.kind in OTHERS:
        return others.found.get(Others.key(one))
    table = found.found.get((one.schema_name or "", _name_of_table(one) or ""))
    return table if table is None or one.kind in TABLES else part_of(table, one)


def _reason(one: ObjectRef, found: Descriptions) -> str:
    """Why an object is not described."""
    if one.kind in PARTS:
        if one.parent_name is None:
            return _NO_PARENT
        for told in found.missing:  # of its table
            of_table = told.object is not None and (told.object.schema_name, told.object.name)
            if of_table == (one.schema_name, one.parent_name) and told.part in ("object", *PARTS[one.kind]):
                return told.reason
    return NOT_THERE if one.kind in (*TABLES, *PARTS, *OTHERS) else _NOT_DESCRIBED


async def read_catalog(
    call: Call, connection_id: str, read: Callable[[DatabaseSession], Awaitable[T]], ability: str = "catalog"
) -> T:
    """What `read` returns, in a session for that. Where the link was lost it is asked again: it changes nothing."""
    for may_try_again in (True, False):
        async with call.client.catalog_session(connection_id, call.ask) as session:
            found = getattr(session.abilities, ability)
            if isinstance(found, Unavailable):
                raise Unsupported(found.reason)
            try:
                return await read(session)
            except ConnectionLost:
                if not may_try_again:
                    raise
    raise AssertionError("the second try returns or raises")


def _after(sent: str | None) -> Place | None:
    """The place that an answer gave as `next`."""
    if sent is None:
        return None
    try:
        place = json.loads(sent)
    except ValueError:
        place = None
    if not isinstance(place, list) or [type(one) for one in place] != [int, int, str, str, str]:
        raise InvalidMessage("/data/after", "this is not the `next` of a list_objects_response")
    rank, position, name, schema, signature = place
    return rank, position, name, schema, signature


def _pattern(pattern: str | None) -> Callable[[str], object] | None:
    """Whether a name fits a pattern in which `*` and `?` have a meaning, and no other character has."""
    if pattern is None:
        return None
    return re.compile(translate(pattern.replace("[", "[[]")), re.IGNORECASE).match


def _listed(one: Listed) -> dict[str, Any]:
    """What the answer says of one: a `ListedObject`."""
    ref = {"kind": one.kind, "schema_name": one.schema_name, "name": one.name}
    if one.parent_name is not None:
        ref["parent_name"] = one.parent_name
    if one.signature is not None:
        ref["signature"] = one.signature
    place = one.partition_of
    return {
        "object": ref,
        "comment": one.comment,
        "rows_estimate": one.rows_estimate,
        "size_bytes": one.size_bytes,
        "partition_of": place and {"kind": "table", "schema_name": place[0], "name": place[1]},
        "has_children": one.kind in PARENTS,
    }
