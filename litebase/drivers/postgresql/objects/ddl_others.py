"""Objects that are not tables: schemas, extensions, collations, types, sequences, routines and views."""

import json

from litebase.drivers.ddl import Step
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import hidden
from litebase.drivers.postgresql.objects.ddl_found import Found
from litebase.drivers.postgresql.objects.ddl_reading import bounded, numbers
from litebase.drivers.postgresql.objects.ddl_tables import OPTIONS, SEQUENCE
from litebase.drivers.postgresql.objects.major import major_version
from litebase.errors import QueryFailed

_DESCRIBED = "pg_catalog.quote_literal(pg_catalog.obj_description({oid}, '{catalog}'))"
_SCHEMAS = f"""SELECT n.oid::bigint, pg_catalog.quote_ident(n.nspname),
{_DESCRIBED.format(oid="n.oid", catalog="pg_namespace")}
FROM {{bound}}, pg_catalog.pg_namespace n WHERE n.oid IN ({{oids}})"""
_EXTENSIONS = """SELECT e.oid::bigint, pg_catalog.quote_ident(e.extname), pg_catalog.quote_ident(n.nspname)
FROM {bound}, pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.oid IN ({oids})"""
# what says which one it is has other names in each version
_COLLATIONS = f"""SELECT l.oid::bigint, pg_catalog.format('%I.%I', n.nspname, l.collname), l.collprovider::text,
k.one->>'collisdeterministic' = 'false', pg_catalog.quote_literal(COALESCE(k.one->>'colllocale',
k.one->>'colliculocale', k.one->>'collcollate')), pg_catalog.quote_literal(k.one->>'collctype'),
pg_catalog.quote_literal(k.one->>'collicurules'), {_DESCRIBED.format(oid="l.oid", catalog="pg_collation")}
FROM {{bound}}, pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.to_json(l)) AS k (one) WHERE l.oid IN ({{oids}})"""
_SEQUENCES = f"""SELECT c.oid::bigint, pg_catalog.format('%I.%I', n.nspname, c.relname), c.relpersistence = 'u',
{SEQUENCE.format(type="q.seqtypid <> 20", oid="c.oid")}, t.oid::bigint,
CASE WHEN t.oid IS NOT NULL THEN pg_catalog.format('%I.%I.%I', tn.nspname, t.relname, a.attname) END,
{_DESCRIBED.format(oid="c.oid", catalog="pg_class")}
FROM {{bound}}, pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = d.classid
AND d.objid = c.oid AND d.deptype = 'a' LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE c.oid IN ({{oids}})"""
_COLLATED = """(SELECT pg_catalog.format(' COLLATE %I.%I', n.nspname, l.collname) FROM pg_catalog.pg_collation l
JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace WHERE l.oid = {collation})"""
_DOMAIN_CONSTRAINTS = """(SELECT {aggregate}(pg_catalog.concat('CONSTRAINT ',
pg_catalog.quote_ident(k.conname), ' ', pg_catalog.pg_get_constraintdef(k.oid)){between} ORDER BY k.conname)
FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND {which})"""
_IN_DOMAIN = _DOMAIN_CONSTRAINTS.format(aggregate="pg_catalog.string_agg", between=", ' '", which="k.convalidated")
_NOT_VALID = _DOMAIN_CONSTRAINTS.format(aggregate="pg_catalog.json_agg", between="", which="NOT k.convalidated")
_TYPES = f"""SELECT t.oid::bigint, pg_catalog.format('%I.%I', n.nspname, t.typname), t.typtype::text, CASE t.typtype
WHEN 'e' THEN pg_catalog.concat('ENUM (', (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', '
ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), ')')
WHEN 'd' THEN pg_catalog.concat(pg_catalog.format_type(t.typbasetype, t.typtypmod),
CASE WHEN t.typcollation <> b.typcollation THEN {_COLLATED.format(collation="t.typcollation")} END,
' DEFAULT ' || COALESCE(pg_catalog.pg_get_expr(t.typdefaultbin, 0), pg_catalog.quote_literal(t.typdefault)),
CASE WHEN t.typnotnull THEN ' NOT NULL' END, ' ' || {_IN_DOMAIN})
WHEN 'c' THEN pg_catalog.concat('(', (SELECT pg_catalog.string_agg(pg_catalog.concat(
pg_catalog.quote_ident(a.attname), ' ', pg_catalog.format_type(a.atttypid, a.atttypmod),
CASE WHEN a.attcollation <> y.typcollation THEN {_COLLATED.format(collation="a.attcollation")} END), ', '
ORDER BY a.attnum) FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), ')')
WHEN 'r' THEN (SELECT pg_catalog.concat('RANGE (SUBTYPE = ', pg_catalog.format_type(r.rngsubtype, NULL),
CASE WHEN NOT o.opcdefault THEN pg_catalog.format(', SUBTYPE_OPCLASS = %I.%I', opn.nspname, o.opcname) END,
CASE WHEN r.rngcollation <> y.typcollation THEN
', COLLATION =' || pg_catalog.substr({_COLLATED.format(collation="r.rngcollation")}, 9) END,
CASE WHEN r.rngcanonical <> 0 THEN ', CANONICAL = ' || r.rngcanonical END,
CASE WHEN r.rngsubdiff <> 0 THEN ', SUBTYPE_DIFF = ' || r.rngsubdiff END, {{multirange}}, ')')
FROM pg_catalog.pg_range r JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc
JOIN pg_catalog.pg_namespace opn ON opn.oid = o.opcnamespace JOIN pg_catalog.pg_type y ON y.oid = r.rngsubtype
WHERE r.rngtypid = t.oid) END, {_NOT_VALID}::text,
{_DESCRIBED.format(oid="t.oid", catalog="pg_type")}
FROM {{bound}}, pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype WHERE t.oid IN ({{oids}})"""
_MULTIRANGE = """(SELECT pg_catalog.format(', MULTIRANGE_TYPE_NAME = %I.%I', mn.nspname, m.typname)
FROM pg_catalog.pg_type m JOIN pg_catalog.pg_namespace mn ON mn.oid = m.typnamespace WHERE m.oid = r.rngmultitypid)"""
_MULTIRANGE_SINCE = 14
_TYPE_COMMENTS = """SELECT t.oid::bigint, pg_catalog.format('COLUMN %I.%I.%I', n.nspname, t.typname, a.attname),
pg_catalog.quote_literal(d.description) FROM {bound}, pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace JOIN pg_catalog.pg_attribute a ON a.attrelid = t.typrelid
JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = a.attrelid
AND d.objsubid = a.attnum WHERE t.oid IN ({oids}) AND a.attnum > 0
UNION ALL SELECT t.oid, pg_catalog.format('CONSTRAINT %I ON DOMAIN %I.%I', k.conname, n.nspname, t.typname),
pg_catalog.quote_literal(d.description) FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace JOIN pg_catalog.pg_constraint k ON k.contypid = t.oid
JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
AND d.objoid = k.oid WHERE t.oid IN ({oids})"""
_FUNCTION = "CASE WHEN {oid} <> 0 THEN ', {name} = ' || {oid} END"
_AGGREGATE = """(SELECT pg_catalog.concat('CREATE AGGREGATE ', {identity}, ' (SFUNC = ', g.aggtransfn, ', STYPE = ',
pg_catalog.format_type(g.aggtranstype, NULL), CASE WHEN g.aggtransspace <> 0 THEN ', SSPACE = ' || g.aggtransspace END,
CASE WHEN g.aggfinalfn <> 0 THEN pg_catalog.concat(', FINALFUNC = ', g.aggfinalfn,
CASE WHEN g.aggfinalextra THEN ', FINALFUNC_EXTRA' END, CASE g.aggfinalmodify WHEN {usual} THEN NULL
WHEN 'r' THEN ', FINALFUNC_MODIFY = READ_ONLY' WHEN 's' THEN ', FINALFUNC_MODIFY = SHAREABLE'
WHEN 'w' THEN ', FINALFUNC_MODIFY = READ_WRITE' END) END, {functions},
', INITCOND = ' || pg_catalog.quote_literal(g.agginitval),
CASE WHEN g.aggmtransfn <> 0 THEN pg_catalog.concat(', MSTYPE = ', pg_catalog.format_type(g.aggmtranstype, NULL),
CASE WHEN g.aggmtransspace <> 0 THEN ', MSSPACE = ' || g.aggmtransspace END,
CASE WHEN g.aggmfinalfn <> 0 THEN pg_catalog.concat(', MFINALFUNC = ', g.aggmfinalfn,
CASE WHEN g.aggmfinalextra THEN ', MFINALFUNC_EXTRA' END, CASE g.aggmfinalmodify WHEN {usual} THEN NULL
WHEN 'r' THEN ', MFINALFUNC_MODIFY = READ_ONLY' WHEN 's' THEN ', MFINALFUNC_MODIFY = SHAREABLE'
WHEN 'w' THEN ', MFINALFUNC_MODIFY = READ_WRITE' END) END) END,
', MINITCOND = ' || pg_catalog.quote_literal(g.aggminitval),
(SELECT pg_catalog.format(', SORTOP = OPERATOR(%I.%s)', sn.nspname, so.oprname) FROM pg_catalog.pg_operator so
JOIN pg_catalog.pg_namespace sn ON sn.oid = so.oprnamespace WHERE so.oid = g.aggsortop),
CASE WHEN g.aggkind = 'h' THEN ', HYPOTHETICAL' END,
CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE' WHEN 'r' THEN ', PARALLEL = RESTRICTED' END, ')')
FROM pg_catalog.pg_aggregate g WHERE g.aggfnoid = p.oid)""".replace(
    "{functions}",
    ", ".join(
        _FUNCTION.format(oid=f"g.{column}", name=name)
        for column, name in (
            ("aggcombinefn", "COMBINEFUNC"), ("aggserialfn", "SERIALFUNC"), ("aggdeserialfn", "DESERIALFUNC"),
            ("aggmtransfn", "MSFUNC"), ("aggminvtransfn", "MINVFUNC"),
        )
    ),
).replace("{usual}", "CASE WHEN g.aggkind = 'n' THEN 'r' ELSE 'w' END")  # fmt: skip
IDENTITY = """pg_catalog.format('%I.%I(%s)', n.nspname, p.proname,
CASE WHEN p.prokind = 'a' AND p.pronargs = 0 THEN '*' ELSE pg_catalog.pg_get_function_identity_arguments(p.oid) END)"""
_ROUTINES = f"""SELECT p.oid::bigint, CASE p.prokind WHEN 'a' THEN 'AGGREGATE' WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION'
END, {IDENTITY}, CASE WHEN p.prokind = 'a' THEN {_AGGREGATE.replace("{identity}", IDENTITY)}
ELSE pg_catalog.pg_get_functiondef(p.oid) END, {_DESCRIBED.format(oid="p.oid", catalog="pg_proc")}
FROM {{bound}}, pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.oid IN ({{oids}})"""
_VIEWS = f"""SELECT c.oid::bigint, pg_catalog.format('%I.%I', n.nspname, c.relname), c.relkind = 'm',
{OPTIONS.format(prefix="''", options="c.reloptions")}, pg_catalog.pg_get_viewdef(c.oid),
CASE WHEN c.relkind = 'm' AND m.amname <> 'heap' THEN pg_catalog.quote_ident(m.amname) END, c.relispopulated,
(SELECT pg_catalog.string_agg(pg_catalog.concat('NULL::', pg_catalog.format_type(a.atttypid, a.atttypmod),
CASE WHEN a.attcollation <> t.typcollation THEN {_COLLATED.format(collation="a.attcollation")} END, ' AS ',
pg_catalog.quote_ident(a.attname)), ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0),
{_DESCRIBED.format(oid="c.oid", catalog="pg_class")}
FROM {{bound}}, pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam WHERE c.oid IN ({{oids}})"""
_VIEW_COLUMNS = """SELECT a.attrelid::bigint,
pg_catalog.format('ALTER %s %I.%I ALTER COLUMN %I SET ', k.noun, n.nspname, c.relname, a.attname),
pg_catalog.pg_get_expr(d.adbin, d.adrelid), CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::int END,
pg_catalog.format('%I.%I.%I', n.nspname, c.relname, a.attname),
pg_catalog.quote_literal(pg_catalog.col_description(a.attrelid, a.attnum))
FROM {bound}, pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
CROSS JOIN LATERAL (SELECT CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END) AS k (noun)
WHERE a.attrelid IN ({oids}) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum"""
_BASE_TYPE = "No statement is written for a base type, whose functions are in a library of the server."
_ONE_WAIT_MS = "10"  # for one of many views, after all together have waited
_PROVIDERS = {"b": "builtin", "c": "libc", "i": "icu"}
_COLLATION_RANK = 1
_SCHEMA_RANK, _EXTENSION_RANK, _TYPE_RANK, _SEQUENCE_RANK, _ROUTINE_RANK, _VIEW_RANK = 0, 1, 2, 3, 4, 8
_OWNED_RANK, _REFRESH_RANK = 9, 11


class Others:
    """A step for each object that is not a table or a part of one."""

    def __init__(self, session: DatabaseSession, found: Found, *, comments: bool) -> None:
        self.steps: dict[str, Step] = {}
        self._session, self._found, self._comments = session, found, comments

    async def read(self) -> None:
        """Fill in the steps."""
        for read in (
            self.schemas,
            self.extensions,
            self.collations,
            self.types,
            self.sequences,
            self.routines,
            self.views,
        ):
            await read()

    def _remark(self, what: str, comment: str | None) -> list[str]:
        return [f"COMMENT ON {what} IS {comment}"] if comment and self._comments else []

    def _add(self, what: str, oid: int, said: list[str], rank: int) -> Step:
        step = self.steps[f"{what}:{oid}"] = Step(self._found.objects[what, oid], said, rank)
        return step

    async def schemas(self) -> None:
        oids = numbers(self._found.oids("schema"))
        for oid, name, comment in await bounded(self._session, _SCHEMAS, oids=oids):
            said = [f"CREATE SCHEMA IF NOT EXISTS {name}", *self._remark(f"SCHEMA {name}", comment)]
            self._add("schema", oid, said, _SCHEMA_RANK)

    async def extensions(self) -> None:
        oids = numbers(self._found.oids("extension"))
        for oid, name, schema in await bounded(self._session, _EXTENSIONS, oids=oids):
            said = [f"CREATE EXTENSION IF NOT EXISTS {name} WITH SCHEMA {schema}"]
            self._add("extension", oid, said, _EXTENSION_RANK)

    async def collations(self) -> None:
        oids = numbers(self._found.oids("collation"))
        for oid, name, provider, is_loose, locale, ctype, rules, comment in await bounded(
            self._session, _COLLATIONS, oids=oids
        ):
            words = [f"provider = {_PROVIDERS.get(provider, provider)}"]
            words += [f"lc_collate = {locale}", f"lc_ctype = {ctype}"] if provider == "c" else [f"locale = {locale}"]
            words += ["deterministic = false"] if is_loose else []
            words += [f"rules = {rules}"] if rules is not None else []
            said = [f"CREATE COLLATION {name} ({', '.join(words)})", *self._remark(f"COLLATION {name}", comment)]
            self._add("collation", oid, said, _COLLATION_RANK)

    async def types(self) -> None:
        oids = numbers(self._found.oids("type"))
        multirange = _MULTIRANGE if major_version(self._session.server_version) >= _MULTIRANGE_SINCE else "NULL"
        comments = await bounded(self._session, _TYPE_COMMENTS, oids=oids)
        for oid, name, kind, body, later, comment in await bounded(
            self._session, _TYPES, oids=oids, multirange=multirange
        ):
            if body is None:
                self._found.missing.append(hidden("object", _BASE_TYPE, self._found.objects["type", oid]))
                continue
            noun = "DOMAIN" if kind == "d" else "TYPE"
            said = [f"CREATE {noun} {name} AS {body}"]
            said += [f"ALTER DOMAIN {name} ADD {one}" for one in json.loads(later or "[]")]
            said += self._remark(f"{noun} {name}", comment)
            for of, what, remark in comments:
                said += self._remark(what, remark) if of == oid else []
            self._add("type", oid, said, _TYPE_RANK)

    async def sequences(self) -> None:
        oids = numbers(self._found.oids("class", "sequence"))
        for oid, name, unlogged, options, table, column, comment in await bounded(self._session, _SEQUENCES, oids=oids):
            said = [f"CREATE {'UNLOGGED ' * unlogged}SEQUENCE {name} {options or ''}".rstrip()]
            self._add("class", oid, [*said, *self._remark(f"SEQUENCE {name}", comment)], _SEQUENCE_RANK)
            if ("class", table) in self._found.objects:  # else the column may not be there
                said = [f"ALTER SEQUENCE {name} OWNED BY {column}"]
                owned = Step(self._found.objects["class", oid], said, _OWNED_RANK, {f"class:{table}"})
                self.steps[f"owned:{oid}"] = owned

    async def routines(self) -> None:
        oids = numbers(self._found.oids("proc"))
        for oid, noun, name, sql, comment in await bounded(self._session, _ROUTINES, oids=oids):
            if sql is not None:  # else it was dropped after the statement had begun
                self._add("proc", oid, [sql.rstrip("\n"), *self._remark(f"{noun} {name}", comment)], _ROUTINE_RANK)

    async def views(self) -> None:
        oids = self._found.oids("class", "view", "materialized_view")
        try:
            rows = await bounded(self._session, _VIEWS, oids=numbers(oids))
        except QueryFailed:  # because of one of them
            rows = []
            for oid in oids:
                try:
                    rows = [*rows, *await bounded(self._session, _VIEWS, oids=str(oid), wait_ms=_ONE_WAIT_MS)]
                except QueryFailed as failed:
                    self._found.missing.append(hidden("object", failed.message, self._found.objects["class", oid]))
        later: dict[int, list[str]] = {}
        for oid, alter, default, statistics, column, comment in await bounded(
            self._session, _VIEW_COLUMNS, oids=numbers(oids)
        ):
            one = later.setdefault(oid, [])
            one += [f"{alter}DEFAULT {default}"] if default is not None else []
            one += [f"{alter}STATISTICS {statistics}"] if statistics is not None else []
            one += self._remark(f"COLUMN {column}", comment)
        for oid, *row in rows:
            self._add_view(oid, later.get(oid, []), *row)

    def _add_view(
        self,
        oid: int,
        later: list[str],
        name: str,
        materialized: bool,
        options: str | None,
        query: str | None,
        method: str | None,
        populated: bool,
        columns: str | None,
        comment: str | None,
    ) -> None:
        if query is None:  # it was dropped after the statement had begun
            return
        noun = "MATERIALIZED VIEW" if materialized else "VIEW"
        head = f"{noun} {name}{f' USING {method}' if method else ''}{f' WITH ({options})' if options else ''}"
        body = f" AS\n{query.rstrip().removesuffix(';')}" + ("\nWITH NO DATA" if materialized else "")
        said = [f"CREATE {head}{body}", *self._remark(f"{noun} {name}", comment), *later]
        step = self._add("class", oid, said, _VIEW_RANK)
        if materialized and populated:
            refresh = Step(step.object, [f"REFRESH MATERIALIZED VIEW {name}"], _REFRESH_RANK)
            self.steps[f"refresh:{oid}"] = refresh
        elif not materialized:
            step.stub = f"CREATE VIEW {name} AS SELECT {columns or ''}".rstrip()
            step.replacing = f"CREATE OR REPLACE {head}{body}"
