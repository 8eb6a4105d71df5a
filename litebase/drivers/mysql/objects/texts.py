"""Comments and definitions of a MySQL or MariaDB server in which a text stands, found by the server."""

from collections.abc import Sequence
from dataclasses import dataclass

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.mysql.objects.reading import SYSTEM, rows
from litebase.drivers.names import AROUND, Found, Search, Texts, order
from litebase.drivers.objects import hidden
from litebase.errors import QueryFailed

_FOUND = """SELECT t.kind, t.place, t.name, t.parent, NULL, t.found_at,
CHAR_LENGTH(SUBSTRING(t.body, 1, t.found_at - 1)) -
CHAR_LENGTH(REPLACE(SUBSTRING(t.body, 1, t.found_at - 1), '\n', '')),
SUBSTRING(t.body, GREATEST(t.found_at - {around}, 1), {length})
FROM (SELECT s.*, LOCATE({fold}(CONVERT(? USING utf8mb4) COLLATE utf8mb4_bin), {folded}) AS found_at
FROM (SELECT {kind} AS kind, {place} AS place, {name} AS name, {parent} AS parent,
CONVERT({body} USING utf8mb4) COLLATE utf8mb4_bin AS body
FROM information_schema.{table} WHERE {where}) AS s) AS t
WHERE t.found_at > 0 AND t.kind IN ({kinds}) ORDER BY {order}, t.place, t.parent LIMIT {limit}"""
_UNSEEN = "SELECT COUNT(*) FROM information_schema.{table} WHERE {where} AND COALESCE({body}, '') = ''"


@dataclass(frozen=True, slots=True)
class _Source:
    """Texts of information_schema: a table of it, and the columns with what is asked for."""

    kinds: Sequence[str]
    table: str
    place: str
    name: str
    body: str
    kind: str
    parent: str = "NULL"
    may_be_hidden: bool = False


_VIEW_OR_TABLE = "IF(TABLE_TYPE LIKE '%VIEW', 'view', IF(TABLE_TYPE LIKE '%SEQUENCE', 'sequence', 'table'))"
_REMARK = "IF(TABLE_TYPE = 'VIEW', '', TABLE_COMMENT)"  # of a view the server says only that it is one
_ROUTINE = (("function", "procedure"), "ROUTINES", "ROUTINE_SCHEMA", "ROUTINE_NAME")
_ROUTINE_KIND = "LOWER(ROUTINE_TYPE)"
_EVENT = (("event",), "EVENTS", "EVENT_SCHEMA", "EVENT_NAME")
_COMMENTED = (
    _Source(("table", "view", "sequence"), "TABLES", "TABLE_SCHEMA", "TABLE_NAME", _REMARK, _VIEW_OR_TABLE),
    _Source(("column",), "COLUMNS", "TABLE_SCHEMA", "COLUMN_NAME", "COLUMN_COMMENT", "'column'", "TABLE_NAME"),
    _Source(("index",), "STATISTICS", "TABLE_SCHEMA", "INDEX_NAME",
            "IF(SEQ_IN_INDEX = 1, INDEX_COMMENT, '')", "'index'", "TABLE_NAME"),
    _Source(*_ROUTINE, "ROUTINE_COMMENT", _ROUTINE_KIND),
    _Source(*_EVENT, "EVENT_COMMENT", "'event'"),
)  # fmt: skip
_DEFINED = (
    _Source(("view",), "VIEWS", "TABLE_SCHEMA", "TABLE_NAME", "VIEW_DEFINITION", "'view'", may_be_hidden=True),
    _Source(*_ROUTINE, "ROUTINE_DEFINITION", _ROUTINE_KIND, may_be_hidden=True),
    _Source(("trigger",), "TRIGGERS", "TRIGGER_SCHEMA", "TRIGGER_NAME", "ACTION_STATEMENT", "'trigger'",
            "EVENT_OBJECT_TABLE"),
    _Source(*_EVENT, "EVENT_DEFINITION", "'event'"),
)  # fmt: skip


async def comments(session: DatabaseSession, search: Search) -> Texts:
    """The comments in which a text stands."""
    return await _texts(session, search, "comments", _COMMENTED)


async def definitions(session: DatabaseSession, search: Search) -> Texts:
    """The definitions in which it stands, of those that the user's privileges show."""
    return await _texts(session, search, "definitions", _DEFINED)


async def _texts(session: DatabaseSession, search: Search, part: str, sources: Sequence[_Source]) -> Texts:
    texts = Texts()
    for source in sources:
        if not (kinds := search.listed(source.kinds)):
            continue
        try:
            texts.found += await _found(session, search, source, kinds)
            unseen = await _unseen(session, search, source) if source.may_be_hidden else 0
        except QueryFailed as failed:
            texts.missing.append(hidden(part, f"Of kind {' and '.join(source.kinds)}: {failed.message}"))
            continue
        if unseen:
            reason = f"The server does not show {unseen} of kind {' or '.join(source.kinds)} to this user."
            texts.missing.append(hidden(part, reason))
    return texts


async def _found(session: DatabaseSession, search: Search, source: _Source, kinds: str) -> list[Found]:
    where, params = _where(search, source.place)
    sql = _FOUND.format(
        fold="" if search.match_case else "LOWER",
        # MySQL's LOWER changes the cell itself, which is shown, unless it is given a copy
        folded="s.body" if search.match_case else "LOWER(CONCAT(s.body, ''))",
        kind=source.kind,
        place=source.place,
        name=source.name,
        parent=source.parent,
        body=source.body,
        table=source.table,
        where=where,
        kinds=kinds,
        around=AROUND,
        length=2 * AROUND + len(search.text),
        order=order(),
        limit=search.limit + 1,
    )
    found = [Found(*row) for row in await rows(session, sql, search.text, *params)]
    return [one for one in found if search.schema_name in (None, one.schema_name)]


async def _unseen(session: DatabaseSession, search: Search, source: _Source) -> int:
    where, params = _where(search, source.place)
    ((count,),) = await rows(session, _UNSEEN.format(table=source.table, where=where, body=source.body), *params)
    return int(count)


def _where(search: Search, place: str) -> tuple[str, tuple[str, ...]]:
    """Which schemas are wanted. The server compares their names without regard to case."""
    if search.schema_name is not None:
        return f"{place} = ?", (search.schema_name,)
    return f"{place} NOT IN ({', '.join(repr(name) for name in SYSTEM)})", ()
