"""What is asked for, as rows of pg_catalog: one statement, whatever the kinds are.

Extensions bring their own objects: these are found by name, and not as a part of a schema.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from litebase_schema.catalog import MissingPart, ObjectRef

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import TABLES, hidden, read
from litebase.drivers.postgresql.objects.tables import KIND

_WANTED = """WITH asked (place, name) AS (SELECT e.value->>0, e.value->>1 FROM
pg_catalog.json_array_elements($1::text::json) e), whole (name) AS
(SELECT e.value FROM pg_catalog.json_array_elements_text($2::text::json) e)"""
# every one: class, oid, kind, schema, name, table, signature, whether it is a part of a schema that is asked for; a
# collation, which has no kind in the contract, stands for its schema
_FOUND = (
    _WANTED
    + """
SELECT 'schema', n.oid::bigint, 'schema', NULL::text, n.nspname::text, NULL::text, NULL::text, true
FROM pg_catalog.pg_namespace n WHERE n.nspname IN (SELECT name FROM whole)
UNION ALL
SELECT 'collation', l.oid, 'schema', NULL, n.nspname, NULL, NULL, true
FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace
WHERE n.nspname IN (SELECT name FROM whole) AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
WHERE d.classid = 'pg_catalog.pg_collation'::pg_catalog.regclass AND d.objid = l.oid AND d.deptype = 'e')
UNION ALL
SELECT 'extension', e.oid, 'extension', NULL, e.extname, NULL, NULL, n.nspname IN (SELECT name FROM whole)
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE n.nspname IN (SELECT name FROM whole) OR e.extname IN (SELECT name FROM asked)
UNION ALL
SELECT 'class', c.oid, {kind}, n.nspname, c.relname, NULL, NULL, n.nspname IN (SELECT name FROM whole)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
AND ((n.nspname, c.relname) IN (SELECT place, name FROM asked) OR (n.nspname IN (SELECT name FROM whole)
AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
AND d.objid = c.oid AND (d.deptype = 'e' OR (d.deptype = 'i' AND c.relkind = 'S')))))
UNION ALL
SELECT 'index', c.oid, 'index', n.nspname, c.relname, t.relname, NULL, false
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE (n.nspname, c.relname) IN (SELECT place, name FROM asked)
UNION ALL
SELECT 'constraint', k.oid, 'constraint', n.nspname, k.conname, c.relname, NULL, false
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE (n.nspname, k.conname) IN (SELECT place, name FROM asked)
UNION ALL
SELECT 'trigger', g.oid, 'trigger', n.nspname, g.tgname, c.relname, NULL, false
FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND (n.nspname, g.tgname) IN (SELECT place, name FROM asked)
UNION ALL
SELECT 'proc', p.oid, CASE WHEN p.prokind = 'p' THEN 'procedure' ELSE 'function' END, n.nspname, p.proname, NULL,
pg_catalog.pg_get_function_identity_arguments(p.oid), n.nspname IN (SELECT name FROM whole)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE (n.nspname, p.proname) IN (SELECT place, name FROM asked) OR (n.nspname IN (SELECT name FROM whole)
AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
AND d.objid = p.oid AND d.deptype IN ('e', 'i')))
UNION ALL
SELECT 'type', t.oid, 'type', n.nspname, t.typname, NULL, NULL, n.nspname IN (SELECT name FROM whole)
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE (t.typtype IN ('d', 'e', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')
OR (t.typtype = 'b' AND NOT (t.typelem <> 0 AND t.typlen = -1 AND t.typcategory = 'A')))
AND ((n.nspname, t.typname) IN (SELECT place, name FROM asked) OR (n.nspname IN (SELECT name FROM whole)
AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
AND d.objid = t.oid AND d.deptype = 'e')))"""
)
# partitions, with theirs, and the sequences that belong to columns
_PARTS = """WITH RECURSIVE family (oid) AS (SELECT c.oid FROM pg_catalog.pg_class c WHERE c.oid IN ({oids})
UNION SELECT h.inhrelid FROM family JOIN pg_catalog.pg_inherits h ON h.inhparent = family.oid
JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid AND c.relispartition),
more (oid) AS (SELECT oid FROM family UNION SELECT d.objid FROM family JOIN pg_catalog.pg_depend d
ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = family.oid AND d.deptype = 'a'
AND d.refclassid = d.classid JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S')
SELECT 'class', c.oid::bigint, {kind}, n.nspname, c.relname, NULL::text, NULL::text, false
FROM more JOIN pg_catalog.pg_class c ON c.oid = more.oid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid NOT IN ({oids})"""
# what a schema may hold beside all that
_UNTOLD = (
    _WANTED
    + """
SELECT x.what, n.nspname, pg_catalog.string_agg(x.name, ', ' ORDER BY x.name)
FROM (SELECT 'shell_type', typnamespace, typname::text, oid, tableoid FROM pg_catalog.pg_type WHERE NOT typisdefined
UNION ALL SELECT 'conversion', connamespace, conname, oid, tableoid FROM pg_catalog.pg_conversion
UNION ALL SELECT 'operator', oprnamespace, oprname, oid, tableoid FROM pg_catalog.pg_operator
UNION ALL SELECT 'operator_class', opcnamespace, opcname, oid, tableoid FROM pg_catalog.pg_opclass
UNION ALL SELECT 'text_search_configuration', cfgnamespace, cfgname, oid, tableoid FROM pg_catalog.pg_ts_config
UNION ALL SELECT 'text_search_dictionary', dictnamespace, dictname, oid, tableoid FROM pg_catalog.pg_ts_dict
) AS x (what, place, name, oid, class) JOIN pg_catalog.pg_namespace n ON n.oid = x.place
WHERE n.nspname IN (SELECT name FROM whole) AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
WHERE d.classid = x.class AND d.objid = x.oid AND d.deptype = 'e') GROUP BY 1, 2"""
)

_NOT_THERE = "It does not exist, or this user is not allowed to see it."
_OF_TABLE = "It is a part of its table: ask for that."
_ROLE = "A role belongs to the server and not to a database; its password cannot be read."
_NO_STATEMENT = "No statement is written for this kind of object: {}."
_NAMED = {"index", "constraint", "trigger"}  # whose table the client names, or not
_RELATIONS = {*TABLES, "sequence"}


@dataclass(slots=True)
class Found:
    """What is there, by class and oid, in the order in which it was found."""

    objects: dict[tuple[str, int], ObjectRef] = field(default_factory=dict)
    missing: list[MissingPart] = field(default_factory=list)

    def oids(self, what: str, *kinds: str) -> list[int]:
        """Those of one class, and of some of its kinds."""
        return [oid for (one, oid), ref in self.objects.items() if one == what and (not kinds or ref.kind in kinds)]


async def find(session: DatabaseSession, wanted: Sequence[ObjectRef]) -> Found:
    """All that is asked for, with the partitions and the sequences of tables."""
    whole = [one.name for one in wanted if one.kind == "schema"]
    asked = [(one.schema_name, one.name) for one in wanted if one.kind != "schema"]
    params = (json.dumps(asked), json.dumps(whole))
    rows = [_row(*row) for row in await read(session, _FOUND.format(kind=KIND), *params)]
    found = Found()
    by_name: dict[tuple[str | None, str], list[tuple[tuple[str, int], ObjectRef]]] = {}
    for key, ref, of_schema in rows:
        by_name.setdefault((ref.schema_name, ref.name), []).append((key, ref))
        if of_schema and key[0] != "index":
            found.objects[key] = ref
    for one in wanted:
        fitting = dict(_fitting(one, by_name.get((one.schema_name, one.name), ())))
        found.objects |= fitting
        if not fitting:
            reason = {"column": _OF_TABLE, "role": _ROLE}.get(one.kind, _NOT_THERE)
            found.missing.append(hidden("object", reason, one))
    if oids := found.oids("class", *TABLES):
        text = ", ".join(map(str, oids))
        parts = await read(session, _PARTS.format(kind=KIND, oids=text))
        found.objects |= {key: ref for key, ref, _ in (_row(*row) for row in parts)}
    if whole:
        for what, place, names in await read(session, _UNTOLD, *params):
            schema = ObjectRef(kind="schema", schema_name=None, name=place)
            found.missing.append(hidden(what, _NO_STATEMENT.format(names), schema))
    return found


def _row(
    what: str,
    oid: int,
    kind: str,
    schema: str | None,
    name: str,
    parent: str | None,
    signature: str | None,
    of_schema: bool,
) -> tuple[tuple[str, int], ObjectRef, bool]:
    optional: Mapping[str, str | None] = {"parent_name": parent, "signature": signature}
    known = {key: value for key, value in optional.items() if value is not None}
    return (what, oid), ObjectRef(kind=kind, schema_name=schema, name=name, **known), of_schema


def _fitting(
    wanted: ObjectRef, rows: Collection[tuple[tuple[str, int], ObjectRef]]
) -> Iterator[tuple[tuple[str, int], ObjectRef]]:
    """Those that a client may mean. Names are unique among tables, views and sequences."""
    for key, one in rows:
        same = one.kind == wanted.kind or {one.kind, wanted.kind} <= _RELATIONS
        if not same or (wanted.kind in _NAMED and wanted.parent_name not in (None, one.parent_name)):
            continue
        if wanted.signature in (None, one.signature):
            yield key, one
