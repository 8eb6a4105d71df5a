"""Owners, and the grants that differ from those that the server makes by itself."""

from collections.abc import Iterable, Sequence

from litebase_schema.catalog import DdlOptions

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.postgresql.objects.ddl_found import Found
from litebase.drivers.postgresql.objects.ddl_others import IDENTITY
from litebase.drivers.postgresql.objects.ddl_reading import bounded, numbers

_NAMED = "pg_catalog.format('%I.%I', n.nspname, {name})"
# class, oid, noun of ALTER, noun of GRANT, name, owner, privileges, those that the server gives
_OWNED = f"""SELECT 'schema', n.oid, 'SCHEMA', 'SCHEMA', pg_catalog.quote_ident(n.nspname), n.nspowner, n.nspacl,
pg_catalog.acldefault('n', n.nspowner) FROM {{bound}}, pg_catalog.pg_namespace n WHERE n.oid IN ({{schema}})
UNION ALL SELECT 'collation', l.oid, 'COLLATION', NULL, {_NAMED.format(name="l.collname")}, l.collowner, NULL, NULL
FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace WHERE l.oid IN ({{collation}})
UNION ALL SELECT 'class', c.oid, CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, {_NAMED.format(name="c.relname")}, c.relowner, c.relacl,
pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid IN ({{class}})
UNION ALL SELECT 'proc', p.oid, CASE p.prokind WHEN 'a' THEN 'AGGREGATE' WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, {IDENTITY}, p.proowner, p.proacl,
pg_catalog.acldefault('f', p.proowner)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.oid IN ({{proc}})
UNION ALL SELECT 'type', t.oid, CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, 'TYPE',
{_NAMED.format(name="t.typname")}, t.typowner, t.typacl, pg_catalog.acldefault('T', t.typowner)
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.oid IN ({{type}})"""
_OWNERS = f"""SELECT o.what, o.oid::bigint, o.noun, o.name, pg_catalog.quote_ident(r.rolname)
FROM ({_OWNED}) AS o (what, oid, noun, grants, name, owner, acl, given)
JOIN pg_catalog.pg_roles r ON r.oid = o.owner WHERE NOT EXISTS
(SELECT FROM pg_catalog.pg_depend d WHERE o.noun = 'SEQUENCE' AND d.objid = o.oid AND d.deptype = 'a'
AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass) ORDER BY o.what, o.name"""
_DIFFERENCE = """SELECT o.what, o.oid::bigint, {verb}, x.privilege_type, o.grants, o.name,
COALESCE(pg_catalog.quote_ident(r.rolname), 'PUBLIC'), x.is_grantable, NULL
FROM owned o CROSS JOIN LATERAL (SELECT grantee, privilege_type, is_grantable FROM pg_catalog.aclexplode({these})
EXCEPT SELECT grantee, privilege_type, is_grantable FROM pg_catalog.aclexplode({without})) x
LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee WHERE o.acl IS NOT NULL AND (x.grantee = 0 OR r.oid IS NOT NULL)"""
_GRANTS = f"""WITH owned (what, oid, noun, grants, name, owner, acl, given) AS ({_OWNED})
{_DIFFERENCE.format(verb="'REVOKE'", these="o.given", without="o.acl")}
UNION ALL {_DIFFERENCE.format(verb="'GRANT'", these="o.acl", without="o.given")}
UNION ALL SELECT o.what, o.oid::bigint, 'GRANT', x.privilege_type, o.grants, o.name,
COALESCE(pg_catalog.quote_ident(r.rolname), 'PUBLIC'), x.is_grantable, pg_catalog.quote_ident(a.attname)
FROM owned o JOIN pg_catalog.pg_attribute a ON o.what = 'class' AND a.attrelid = o.oid AND NOT a.attisdropped
CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) x LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
WHERE x.grantee = 0 OR r.oid IS NOT NULL ORDER BY 1, 6, 3 DESC, 9 NULLS FIRST, 7, 4"""
_CLASSES = ("schema", "collation", "class", "proc", "type")


async def owners_and_grants(
    session: DatabaseSession, found: Found, options: DdlOptions
) -> Sequence[tuple[tuple[str, int], str]]:
    """Statements, each with the key of its object. Sequences that belong to a column follow their table."""
    oids = {what: numbers(found.oids(what)) for what in _CLASSES}
    said: list[tuple[tuple[str, int], str]] = []
    if options.owners:
        rows = await bounded(session, _OWNERS, **oids)
        said += [((what, oid), f"ALTER {noun} {name} OWNER TO {role}") for what, oid, noun, name, role in rows]
    if options.grants:
        said += _granted(await bounded(session, _GRANTS, **oids))
    return said


def _granted(
    rows: Iterable[tuple[str, int, str, str, str, str, str, bool, str | None]],
) -> list[tuple[tuple[str, int], str]]:
    said = []
    for what, oid, verb, privilege, noun, name, role, grantable, column in rows:
        right = f"{privilege} ({column})" if column is not None else privilege
        end = f"FROM {role}" if verb == "REVOKE" else f"TO {role}" + " WITH GRANT OPTION" * grantable
        said.append(((what, oid), f"{verb} {right} ON {noun} {name} {end}"))
    return said
