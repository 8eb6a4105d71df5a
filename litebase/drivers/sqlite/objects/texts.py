"""Definitions of an SQLite database in which a text stands. It has no comments."""

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.names import AROUND, Found, Search, Texts, order
from litebase.drivers.objects import read
from litebase.drivers.sqlite.objects.names import readable, schemas
from litebase.sql.dialect import SQLITE

_KINDS = ("table", "virtual_table", "view", "index", "trigger")
_FOUND = """SELECT t.kind, t.name, t.parent, t.found_at,
length(t.before) - length(replace(t.before, char(10), '')), substr(t.sql, max(t.found_at - {around}, 1), {length})
FROM (SELECT f.*, substr(f.sql, 1, f.found_at - 1) AS before FROM (SELECT s.*, {found_at} AS found_at
FROM (SELECT CASE WHEN type = 'table' AND rootpage = 0 THEN 'virtual_table' ELSE type END AS kind, name,
CASE WHEN type IN ('index', 'trigger') THEN tbl_name END AS parent, sql FROM {schema}.sqlite_schema
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\') AS s) AS f) AS t
WHERE t.found_at > 0 AND t.kind IN ({kinds}) ORDER BY {order} LIMIT {limit}"""


async def comments(_session: DatabaseSession, _search: Search) -> Texts:
    """None: SQLite keeps comments only inside definitions."""
    return Texts()


async def definitions(session: DatabaseSession, search: Search) -> Texts:
    """The statements that made objects in which a text stands. SQLite knows upper and lower case of ASCII only."""
    texts, kinds = Texts(), search.listed(_KINDS)
    for schema in await schemas(session) if kinds else ():
        if search.schema_name not in (None, schema):
            continue
        sql = _FOUND.format(
            schema=SQLITE.quoted(schema),
            found_at="instr(s.sql, ?1)" if search.match_case else "instr(lower(s.sql), lower(?1))",
            kinds=kinds,
            around=AROUND,
            length=2 * AROUND + len(search.text),
            order=order(),
            limit=search.limit + 1,
        )
        for kind, name, parent, at, lines, piece in await read(session, sql, search.text):
            owner = None if parent is None else readable(parent)
            texts.found.append(Found(kind, schema, readable(name), owner, None, at, lines, readable(piece)))
    return texts
