"""What belongs to tables and views and has statements of its own: indexes, foreign keys, triggers, rules, policies."""

from litebase_schema.catalog import ObjectRef

from litebase.drivers.ddl import Step
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import TABLES, hidden
from litebase.drivers.postgresql.objects.ddl_found import Found
from litebase.drivers.postgresql.objects.ddl_reading import bounded, numbers
from litebase.drivers.postgresql.objects.major import major_version

_OWNER = "n.nspname, c.relname, pg_catalog.format('%I.%I', n.nspname, c.relname)"
_OF_TABLE = """JOIN pg_catalog.pg_class c ON c.oid = {table}
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"""
_DESCRIBED = "pg_catalog.quote_literal(pg_catalog.obj_description({oid}, '{catalog}'))"

# without those of constraints, which their tables make
_INDEXES = f"""SELECT i.indexrelid::bigint, {_OWNER}, x.relname, pg_catalog.format('%I.%I', n.nspname, x.relname),
pg_catalog.quote_ident(x.relname), pg_catalog.pg_get_indexdef(i.indexrelid), c.relkind = 'p', i.indisvalid,
i.indisclustered, i.indisreplident, (SELECT pg_catalog.string_agg(a.attnum || ' SET STATISTICS ' || a.attstattarget,
', ALTER COLUMN ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = x.oid AND a.attstattarget >= 0),
{_DESCRIBED.format(oid="x.oid", catalog="pg_class")}, c.oid::bigint, k.conname,
pg_catalog.pg_get_constraintdef(k.oid)
FROM {{bound}}, pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
{_OF_TABLE.format(table="i.indrelid")} LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid
AND k.contype IN ('p', 'u', 'x') WHERE i.indexrelid IN ({{own}}) OR (i.indrelid IN ({{oids}}) AND k.oid IS NULL)"""
_ATTACHED = """SELECT h.inhparent::bigint, h.inhrelid::bigint, pg_catalog.format('%I.%I', pn.nspname, p.relname),
pg_catalog.format('%I.%I', n.nspname, c.relname) FROM {bound}, pg_catalog.pg_inherits h
JOIN pg_catalog.pg_class p ON p.oid = h.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE h.inhparent IN ({oids}) ORDER BY c.relname"""
_CONSTRAINTS = f"""SELECT k.oid::bigint, {_OWNER}, k.conname, pg_catalog.quote_ident(k.conname),
pg_catalog.pg_get_constraintdef(k.oid), {_DESCRIBED.format(oid="k.oid", catalog="pg_constraint")},
CASE WHEN c.relkind = 'f' THEN 'FOREIGN ' ELSE '' END || 'TABLE '
|| CASE WHEN c.relkind = 'p' OR k.contype = 'c' THEN '' ELSE 'ONLY ' END
FROM {{bound}}, pg_catalog.pg_constraint k {_OF_TABLE.format(table="k.conrelid")}
WHERE k.oid IN ({{own}}) OR (k.conrelid IN ({{oids}}) AND k.contype = 'f' AND k.conparentid = 0)
ORDER BY n.nspname, c.relname, k.conname"""
_TRIGGERS = f"""SELECT g.oid::bigint, {_OWNER}, g.tgname, pg_catalog.quote_ident(g.tgname),
CASE WHEN {{cloned}} THEN '' ELSE pg_catalog.pg_get_triggerdef(g.oid) END, g.tgenabled::text,
{_DESCRIBED.format(oid="g.oid", catalog="pg_trigger")}
FROM {{bound}}, pg_catalog.pg_trigger g {_OF_TABLE.format(table="g.tgrelid")}
WHERE (g.oid IN ({{own}}) OR g.tgrelid IN ({{oids}})) AND (NOT g.tgisinternal OR {{cloned}})
AND NOT ({{cloned}} AND g.tgenabled = COALESCE((SELECT o.tgenabled FROM pg_catalog.pg_trigger o
WHERE o.oid = {{parent}}), g.tgenabled))"""
# of a trigger of a partitioned table, and no part of a foreign key
_CLONED = """(g.tgparentid <> 0 AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
WHERE k.oid = g.tgconstraint AND k.contype = 'f'))"""
# before PostgreSQL 13, the trigger that one was cloned from is only known as what it depends on
_PARENT_BEFORE = """(SELECT d.refobjid FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_trigger'::regclass
AND d.objid = g.oid AND d.refclassid = 'pg_catalog.pg_trigger'::regclass AND d.deptype = 'P')"""
_RULES = f"""SELECT r.oid::bigint, {_OWNER}, pg_catalog.quote_ident(r.rulename), pg_catalog.pg_get_ruledef(r.oid),
r.ev_enabled::text, {_DESCRIBED.format(oid="r.oid", catalog="pg_rewrite")}
FROM {{bound}}, pg_catalog.pg_rewrite r {_OF_TABLE.format(table="r.ev_class")}
WHERE r.ev_class IN ({{oids}}) AND r.rulename <> '_RETURN'"""
_POLICIES = f"""SELECT y.oid::bigint, {_OWNER}, pg_catalog.quote_ident(y.polname), pg_catalog.concat(
CASE WHEN NOT y.polpermissive THEN ' AS RESTRICTIVE' END,
CASE y.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE'
WHEN 'd' THEN ' FOR DELETE' END, CASE WHEN y.polroles <> '{{{{0}}}}'::oid[] THEN ' TO ' || (SELECT
pg_catalog.string_agg(pg_catalog.quote_ident(l.rolname), ', ' ORDER BY l.rolname) FROM pg_catalog.pg_roles l
WHERE l.oid = ANY (y.polroles)) END,
' USING (' || pg_catalog.pg_get_expr(y.polqual, y.polrelid) || ')',
' WITH CHECK (' || pg_catalog.pg_get_expr(y.polwithcheck, y.polrelid) || ')'),
{_DESCRIBED.format(oid="y.oid", catalog="pg_policy")}
FROM {{bound}}, pg_catalog.pg_policy y {_OF_TABLE.format(table="y.polrelid")} WHERE y.polrelid IN ({{oids}})"""
_STATISTICS = f"""SELECT x.oid::bigint, {_OWNER}, pg_catalog.format('%I.%I', sn.nspname, x.stxname),
pg_catalog.pg_get_statisticsobjdef(x.oid), CASE WHEN {{target}} >= 0 THEN {{target}}::int END,
{_DESCRIBED.format(oid="x.oid", catalog="pg_statistic_ext")}
FROM {{bound}}, pg_catalog.pg_statistic_ext x JOIN pg_catalog.pg_namespace sn ON sn.oid = x.stxnamespace
{_OF_TABLE.format(table="x.stxrelid")} WHERE x.stxrelid IN ({{oids}})"""
_ENABLED = {"D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS", "O": "ENABLE"}
_INVALID = "The index is invalid, as after CREATE INDEX CONCURRENTLY that failed: it is left out."
_INDEX_RANK, _TRIGGER_RANK, _FOREIGN_KEY_RANK = 6, 9, 10
_TARGET_SINCE, _CLONES_SINCE = 13, 13


class Parts:
    """A step for each part of the tables and views that were found, and for parts that were asked for by themselves."""

    def __init__(self, session: DatabaseSession, found: Found, *, comments: bool) -> None:
        self.steps: dict[str, Step] = {}
        self.indexes_of: dict[int, list[str]] = {}  # steps, by table
        self._session, self._found, self._comments = session, found, comments
        self._oids = numbers(found.oids("class", *TABLES))
        self._version = major_version(session.server_version)

    async def read(self) -> None:
        """Fill in the steps."""
        for read in (self.indexes, self.constraints, self.triggers, self.rules, self.policies, self.statistics):
            await read()

    def _remark(self, what: str, comment: str | None) -> list[str]:
        return [f"COMMENT ON {what} IS {comment}"] if comment and self._comments else []

    async def indexes(self) -> None:
        own = self._found.oids("index")
        rows = await bounded(self._session, _INDEXES, oids=self._oids, own=numbers(own))
        partitioned = [row[0] for row in rows if row[7]]
        attached: dict[int, list[tuple[int, str]]] = {}
        for parent_oid, oid, parent, index in await bounded(self._session, _ATTACHED, oids=numbers(partitioned)):
            attached.setdefault(parent_oid, []).append((oid, f"ALTER INDEX {parent} ATTACH PARTITION {index}"))
        for oid, schema, table, place, name, index, short, sql, of_partitioned, valid, *rest in rows:
            clustered, identity, statistics, comment, table_oid, constraint, definition = rest
            ref = ObjectRef(kind="index", schema_name=schema, name=name, parent_name=table)
            if sql is None or not (valid or of_partitioned):
                self._found.missing.append(hidden("object", _INVALID, ref))
                continue
            made = sql if constraint is None else f"ALTER TABLE ONLY {place} ADD CONSTRAINT {short} {definition}"
            needs = {f"class:{table_oid}"}
            later = [f"ALTER INDEX {index} ALTER COLUMN {statistics}"] if statistics else []
            if clustered:
                later.append(f"ALTER TABLE {place} CLUSTER ON {short}")
            if identity:
                later.append(f"ALTER TABLE ONLY {place} REPLICA IDENTITY USING INDEX {short}")
            later += [attach for _, attach in attached.get(oid, ())]
            needs |= {f"index:{one}" for one, _ in attached.get(oid, ())}
            self.indexes_of.setdefault(table_oid, []).append(f"index:{oid}")
            later += self._remark(f"INDEX {index}", comment)
            self.steps[f"index:{oid}"] = Step(ref, [made, *later], _INDEX_RANK, needs)

    async def constraints(self) -> None:
        own = numbers(self._found.oids("constraint"))
        for oid, schema, table, place, name, short, sql, comment, alter in await bounded(
            self._session, _CONSTRAINTS, oids=self._oids, own=own
        ):
            if sql is not None:
                ref = ObjectRef(kind="constraint", schema_name=schema, name=name, parent_name=table)
                said = [f"ALTER {alter}{place} ADD CONSTRAINT {short} {sql}"]
                said += self._remark(f"CONSTRAINT {short} ON {place}", comment)
                self.steps[f"constraint:{oid}"] = Step(ref, said, _FOREIGN_KEY_RANK)

    async def triggers(self) -> None:
        parts = {"cloned": f"({_PARENT_BEFORE} IS NOT NULL)", "parent": _PARENT_BEFORE}
        if self._version >= _CLONES_SINCE:
            parts = {"cloned": _CLONED, "parent": "g.tgparentid"}
        own = numbers(self._found.oids("trigger"))
        for oid, schema, table, place, name, short, sql, enabled, comment in await bounded(
            self._session, _TRIGGERS, oids=self._oids, own=own, **parts
        ):
            if sql is None:
                continue
            ref = ObjectRef(kind="trigger", schema_name=schema, name=name, parent_name=table)
            said = [sql] if sql else []
            if enabled != "O" or not sql:
                said.append(f"ALTER TABLE {place} {_ENABLED[enabled]} TRIGGER {short}")
            said += self._remark(f"TRIGGER {short} ON {place}", comment)
            self.steps[f"trigger:{oid}"] = Step(ref, said, _TRIGGER_RANK if sql else _FOREIGN_KEY_RANK)

    async def rules(self) -> None:
        for oid, schema, table, place, short, sql, enabled, comment in await bounded(
            self._session, _RULES, oids=self._oids
        ):
            said = [sql.rstrip().removesuffix(";")]
            if enabled != "O":
                said.append(f"ALTER TABLE {place} {_ENABLED[enabled]} RULE {short}")
            self._add("rule", oid, schema, table, [*said, *self._remark(f"RULE {short} ON {place}", comment)])

    async def policies(self) -> None:
        for oid, schema, table, place, short, clauses, comment in await bounded(
            self._session, _POLICIES, oids=self._oids
        ):
            said = [f"CREATE POLICY {short} ON {place}{clauses}"]
            self._add("policy", oid, schema, table, [*said, *self._remark(f"POLICY {short} ON {place}", comment)])

    async def statistics(self) -> None:
        target = "x.stxstattarget" if self._version >= _TARGET_SINCE else "-1"
        for oid, schema, table, _, name, sql, aim, comment in await bounded(
            self._session, _STATISTICS, oids=self._oids, target=target
        ):
            if sql is not None:
                said = [sql] + ([f"ALTER STATISTICS {name} SET STATISTICS {aim}"] if aim is not None else [])
                self._add("statistics", oid, schema, table, [*said, *self._remark(f"STATISTICS {name}", comment)])

    def _add(self, what: str, oid: int, schema: str, table: str, said: list[str]) -> None:
        """A part that has no kind of its own is named by its table."""
        owner = next(
            (
                ref
                for ref in self._found.objects.values()
                if (ref.schema_name, ref.name) == (schema, table) and ref.kind in TABLES
            ),
            ObjectRef(kind="table", schema_name=schema, name=table),
        )
        self.steps[f"{what}:{oid}"] = Step(owner, said, _TRIGGER_RANK)
