"""What exists in a database, for the prompt: its backslash commands, answered by `list_objects`."""

from collections.abc import AsyncIterator, Iterable, Sequence

from litebase_schema.calls import Calls
from litebase_schema.catalog import ListedObject, ListObjectsRequest, MissingPart, ObjectRef
from litebase_schema.values import Column

from litebase.client.table import printable, table

_TABLES = ["table", "foreign_table", "virtual_table"]
_RELATIONS = [*_TABLES, "view", "materialized_view", "sequence"]
COMMANDS = {"\\d": _RELATIONS, "\\dt": _TABLES, "\\dn": ["schema"]}  # the kinds that each one lists
_NAMES_IN_FULL = 20_000


async def lines(calls: Calls, connection_id: str, command: str, pattern: str, room: int | None) -> Sequence[str]:
    """What a command of `COMMANDS` prints. `pattern` is `NAME`, or `SCHEMA.NAME`, either with `*` and `?`; or empty."""
    schema_pattern, dot, name_pattern = pattern.rpartition(".")
    lister = _Lister(calls, connection_id)
    found: list[ListedObject] = []
    if command == "\\dn":
        found = [one async for one in lister.objects(None, ["schema"], pattern or None)]
    else:
        for schema in await lister.schemas(schema_pattern if dot else None):
            found += [one async for one in lister.objects(schema, COMMANDS[command], name_pattern or None)]
    return [*_listing(found, room), *_remarks(lister.missing)]


class _Lister:
    """Lists of one connection, whole ones, and what was missing from them."""

    def __init__(self, calls: Calls, connection_id: str) -> None:
        self.missing: list[MissingPart] = []
        self._calls, self._connection_id = calls, connection_id

    async def objects(
        self, parent: ObjectRef | None, kinds: Sequence[str] | None, pattern: str | None
    ) -> AsyncIterator[ListedObject]:
        """All objects of a parent, page by page."""
        request = ListObjectsRequest(
            connection_id=self._connection_id,
            parent=parent,
            kinds=None if kinds is None else list(kinds),
            name_pattern=pattern,
            limit=_NAMES_IN_FULL,
        )
        while True:
            answer = await self._calls.list_objects(request)
            self.missing += answer.missing
            for one in answer.objects:
                yield one
            if answer.next is None:
                return
            request = request.model_copy(update={"after": answer.next})

    async def schemas(self, pattern: str | None) -> Sequence[ObjectRef]:
        """Those that fit a pattern, or those of names without a schema."""
        answer = await self._calls.list_objects(
            ListObjectsRequest(connection_id=self._connection_id, name_pattern=pattern, include_system=True)
        )
        self.missing += answer.missing
        wanted = answer.default_schemas if pattern is None else None
        return [one.object for one in answer.objects if wanted is None or one.object.name in wanted]


def _listing(found: Sequence[ListedObject], room: int | None) -> Iterable[str]:
    if not found:
        return ["Nothing was found."]
    columns = [Column(name=name, db_type="text", kind="text") for name in ("schema", "name", "type")]
    rows = [[one.object.schema_name or "", one.object.name, one.object.kind.replace("_", " ")] for one in found]
    return [*table(columns, rows, room), f"{len(found):,} object{'' if len(found) == 1 else 's'}"]


def _remarks(missing: Iterable[MissingPart]) -> Iterable[str]:
    for one in missing:
        about = f" of {one.object.name}" if one.object is not None else ""
        yield printable(f"{one.part}{about}: {one.reason}")
