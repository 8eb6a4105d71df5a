"""Comments and definitions of a PostgreSQL database in which a text stands, found by the server."""

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.names import AROUND, Found, Search, Texts, order
from litebase.drivers.objects import LOCK_WAIT_S, hidden, read
from litebase.drivers.postgresql.objects.tables import BOUND, KIND
from litebase.errors import QueryFailed

_FOUND = """SELECT t.kind, t.schema_name, t.name, t.parent, t.signature, t.at,
pg_catalog.length(t.before) - pg_catalog.length(pg_catalog.replace(t.before, E'\\n', '')),
pg_catalog.substr(t.body, greatest(t.at - {around}, 1), {length})
FROM (SELECT f.*, pg_catalog.substr(f.body, 1, f.at - 1) AS before
FROM (SELECT s.*, pg_catalog.strpos({fold}(s.body), {fold}($1::text)) AS at FROM ({source}) AS s
(kind, schema_name, name, parent, signature, body)) AS f WHERE f.at > 0) AS t
WHERE t.kind IN ({kinds}) AND ($2::text IS NULL OR t.schema_name = $2::text)
ORDER BY {order}, t.schema_name, t.parent LIMIT {limit}"""
_USERS_OWN = (
    "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND ($2::text IS NULL OR n.nspname = $2)"
)

_COMMENTS = """SELECT CASE WHEN d.objsubid > 0 THEN 'column' WHEN c.relkind IN ('i', 'I') THEN 'index' ELSE {kind} END,
n.nspname, CASE WHEN d.objsubid > 0 THEN a.attname ELSE c.relname END,
CASE WHEN d.objsubid > 0 THEN c.relname ELSE t.relname END, NULL::text, d.description
FROM pg_catalog.pg_description d JOIN pg_catalog.pg_class c ON c.oid = d.objoid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
WHERE d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND {own}
UNION ALL SELECT CASE WHEN p.prokind = 'p' THEN 'procedure' ELSE 'function' END, n.nspname, p.proname, NULL,
pg_catalog.pg_get_function_identity_arguments(p.oid), d.description
FROM pg_catalog.pg_description d JOIN pg_catalog.pg_proc p ON p.oid = d.objoid
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE d.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND {own}
UNION ALL SELECT 'type', n.nspname, y.typname, NULL, NULL, d.description
FROM pg_catalog.pg_description d JOIN pg_catalog.pg_type y ON y.oid = d.objoid
JOIN pg_catalog.pg_namespace n ON n.oid = y.typnamespace
WHERE d.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass AND {own}
UNION ALL SELECT 'constraint', n.nspname, k.conname, t.relname, NULL, d.description
FROM pg_catalog.pg_description d JOIN pg_catalog.pg_constraint k ON k.oid = d.objoid
JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
JOIN pg_catalog.pg_class t ON t.oid = k.conrelid
WHERE d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND {own}
UNION ALL SELECT 'trigger', n.nspname, g.tgname, t.relname, NULL, d.description
FROM pg_catalog.pg_description d JOIN pg_catalog.pg_trigger g ON g.oid = d.objoid
JOIN pg_catalog.pg_class t ON t.oid = g.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
WHERE d.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND {own}
UNION ALL SELECT 'schema', NULL, n.nspname, NULL, NULL, d.description
FROM pg_catalog.pg_description d JOIN pg_catalog.pg_namespace n ON n.oid = d.objoid
WHERE d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND {own}"""
_COMMENTED = (
    "schema", "table", "view", "materialized_view", "foreign_table", "column", "index", "constraint", "trigger",
    "function", "procedure", "sequence", "type",
)  # fmt: skip
_ROUTINES = """SELECT CASE WHEN p.prokind = 'p' THEN 'procedure' ELSE 'function' END, n.nspname, p.proname, NULL::text,
pg_catalog.pg_get_function_identity_arguments(p.oid), pg_catalog.pg_get_functiondef(p.oid)
FROM {bound}, pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind <> 'a' AND {own}"""
_VIEWS = """SELECT {kind}, n.nspname, c.relname, NULL::text, NULL::text, pg_catalog.pg_get_viewdef(c.oid)
FROM {bound}, pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND {own}"""
_TRIGGERS = """SELECT 'trigger', n.nspname, g.tgname, c.relname, NULL::text, pg_catalog.pg_get_triggerdef(g.oid)
FROM {bound}, pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE NOT g.tgisinternal AND {own}"""
_DEFINED = (
    (("function", "procedure"), _ROUTINES),
    (("view", "materialized_view"), _VIEWS),
    (("trigger",), _TRIGGERS),
)


async def comments(session: DatabaseSession, search: Search) -> Texts:
    """The comments in which a text stands."""
    return Texts(await _found(session, search, search.listed(_COMMENTED), _COMMENTS))


async def definitions(session: DatabaseSession, search: Search) -> Texts:
    """The definitions in which it stands. To write some the server needs locks, which it waits for a short time."""
    texts = Texts()
    for kinds, source in _DEFINED:
        try:
            texts.found += await _found(session, search, search.listed(kinds), source)
        except QueryFailed as failed:
            texts.missing.append(hidden("definitions", f"Of kind {' and '.join(kinds)}: {failed.message}"))
    return texts


async def _found(session: DatabaseSession, search: Search, kinds: str, source: str) -> list[Found]:
    if not kinds:
        return []
    sql = _FOUND.format(
        fold="" if search.match_case else "pg_catalog.lower",
        source=source.format(bound=BOUND.format(ms=round(1000 * LOCK_WAIT_S)), kind=KIND, own=_USERS_OWN),
        kinds=kinds,
        around=AROUND,
        length=2 * AROUND + len(search.text),
        order=order("pg_catalog.lower"),
        limit=search.limit + 1,
    )
    return [Found(*row) for row in await read(session, sql, search.text, search.schema_name)]
