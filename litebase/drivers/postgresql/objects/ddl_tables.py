"""CREATE TABLE from pg_catalog: one statement per kind of part, for all tables together.

A partition is a table of its own that is attached later, because its columns may have another order, and its indexes
names that PARTITION OF would not give them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from litebase.drivers.ddl import Step
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.postgresql.objects.ddl_found import Found
from litebase.drivers.postgresql.objects.ddl_parts import Parts
from litebase.drivers.postgresql.objects.ddl_reading import bounded, numbers
from litebase.drivers.postgresql.objects.major import major_version

SEQUENCE = """(SELECT pg_catalog.concat_ws(' ',
CASE WHEN {type} THEN 'AS ' || pg_catalog.format_type(q.seqtypid, NULL) END,
CASE WHEN q.seqstart <> CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END THEN 'START WITH ' || q.seqstart
END, CASE WHEN q.seqincrement <> 1 THEN 'INCREMENT BY ' || q.seqincrement END,
CASE WHEN q.seqmin <> CASE WHEN q.seqincrement > 0 THEN 1 ELSE limits.least END THEN 'MINVALUE ' || q.seqmin END,
CASE WHEN q.seqmax <> CASE WHEN q.seqincrement > 0 THEN limits.most ELSE -1 END THEN 'MAXVALUE ' || q.seqmax END,
CASE WHEN q.seqcache <> 1 THEN 'CACHE ' || q.seqcache END, CASE WHEN q.seqcycle THEN 'CYCLE' END)
FROM pg_catalog.pg_sequence q JOIN (VALUES (21, -32768, 32767), (23, -2147483648, 2147483647),
(20, -9223372036854775808, 9223372036854775807)) AS limits (type, least, most) ON limits.type = q.seqtypid::bigint
WHERE q.seqrelid = {oid})"""
OPTIONS = """CASE WHEN {options} IS NOT NULL THEN
(SELECT pg_catalog.string_agg({prefix} || pg_catalog.quote_ident(o.option_name) || '='
|| pg_catalog.quote_literal(o.option_value), ', ') FROM pg_catalog.pg_options_to_table({options}) o) END"""
_FOREIGN_OPTIONS = """CASE WHEN {options} IS NOT NULL THEN
(SELECT pg_catalog.string_agg(pg_catalog.quote_ident(o.option_name) || ' '
|| pg_catalog.quote_literal(o.option_value), ', ') FROM pg_catalog.pg_options_to_table({options}) o) END"""

_TABLES = f"""SELECT c.oid::bigint, pg_catalog.format('%I.%I', n.nspname, c.relname),
c.relkind::text, c.relpersistence = 'u', c.relispartition,
CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END,
(SELECT pg_catalog.string_agg(pg_catalog.format('%I.%I', pn.nspname, p.relname), ', ' ORDER BY h.inhseqno)
FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace WHERE h.inhrelid = c.oid),
CASE WHEN c.relispartition THEN
(SELECT h.inhparent::bigint FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid) END,
CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END,
CASE WHEN m.amname <> 'heap' THEN pg_catalog.quote_ident(m.amname) END,
pg_catalog.concat_ws(', ', {OPTIONS.format(prefix="''", options="c.reloptions")},
{OPTIONS.format(prefix="'toast.'", options="toast.reloptions")}), pg_catalog.quote_ident(fs.srvname),
{_FOREIGN_OPTIONS.format(options="ft.ftoptions")},
c.relrowsecurity, c.relforcerowsecurity, c.relreplident::text, pg_catalog.quote_literal(d.description)
FROM {{bound}}, pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam LEFT JOIN pg_catalog.pg_class toast ON toast.oid = c.reltoastrelid
LEFT JOIN pg_catalog.pg_foreign_table ft ON ft.ftrelid = c.oid
LEFT JOIN pg_catalog.pg_foreign_server fs ON fs.oid = ft.ftserver
LEFT JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.objsubid = 0
AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
WHERE c.oid IN ({{oids}}) AND c.relkind IN ('r', 'p', 'f')"""
_COLUMNS = f"""SELECT a.attrelid::bigint, pg_catalog.quote_ident(a.attname),
pg_catalog.format_type(a.atttypid, a.atttypmod),
CASE WHEN a.attcollation <> t.typcollation THEN (SELECT pg_catalog.format('%I.%I', n.nspname, l.collname)
FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace WHERE l.oid = a.attcollation)
END, a.attnotnull, pg_catalog.pg_get_expr(d.adbin, d.adrelid), {{identity}}, a.attgenerated::text,
CASE WHEN a.attidentity <> '' THEN (SELECT pg_catalog.concat_ws(' ',
CASE WHEN s.relname <> pg_catalog.concat(c.relname, '_', a.attname, '_seq') OR s.relnamespace <> c.relnamespace
THEN 'SEQUENCE NAME ' || pg_catalog.format('%I.%I', n.nspname, s.relname) END,
NULLIF({SEQUENCE.format(type="false", oid="s.oid")}, ''))
FROM pg_catalog.pg_depend i JOIN pg_catalog.pg_class s ON s.oid = i.objid AND s.relkind = 'S'
JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
WHERE i.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.refclassid = i.classid
AND i.refobjid = a.attrelid AND i.refobjsubid = a.attnum AND i.deptype = 'i') END,
a.attislocal, a.attinhcount > 0, inherited.not_null, inherited.has_default,
{_FOREIGN_OPTIONS.format(options="a.attfdwoptions")},
CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::int END,
CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'
WHEN 'm' THEN 'MAIN' WHEN 'x' THEN 'EXTENDED' END END,
CASE {{compression}} WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
{OPTIONS.format(prefix="''", options="a.attoptions")},
pg_catalog.quote_literal(remark.description)
FROM {{bound}}, pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_description remark ON remark.objoid = a.attrelid AND remark.objsubid = a.attnum
AND remark.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
LEFT JOIN LATERAL (SELECT pg_catalog.bool_or(p.attnotnull) AS not_null, pg_catalog.bool_or(p.atthasdef) AS has_default
FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_attribute p ON p.attrelid = h.inhparent AND p.attname = a.attname
AND NOT p.attisdropped WHERE h.inhrelid = a.attrelid AND a.attinhcount > 0) AS inherited ON true
WHERE a.attrelid IN ({{oids}}) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum"""
_CONSTRAINTS = f"""SELECT k.conrelid::bigint, pg_catalog.quote_ident(k.conname), pg_catalog.pg_get_constraintdef(k.oid),
k.contype::text, k.convalidated, k.conislocal, pg_catalog.quote_literal(d.description),
{OPTIONS.format(prefix="''", options="i.reloptions")},
pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(i.relname), x.indisclustered, x.indisreplident
FROM {{bound}}, pg_catalog.pg_constraint k LEFT JOIN pg_catalog.pg_class i ON i.oid = k.conindid AND k.contype <> 'f'
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = i.relnamespace
LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = i.oid
LEFT JOIN pg_catalog.pg_description d ON d.objoid = k.oid AND d.objsubid = 0
AND d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
WHERE k.conrelid IN ({{oids}}) AND k.contype IN ('p', 'u', 'x', 'c') ORDER BY k.contype = 'c', k.contype, k.conname"""
_OWN_IDENTITY = "CASE WHEN c.relispartition THEN '' ELSE a.attidentity::text END"
_COMPRESSION_SINCE, _INHERITED_IDENTITY_SINCE = 14, 17
_REPLICA = {"n": "NOTHING", "f": "FULL"}
TABLE_RANK, ATTACH_RANK = 5, 7


@dataclass(slots=True)
class _Column:
    """A row of `_COLUMNS` without its table."""

    name: str
    type: str
    collation: str | None
    not_null: bool
    default: str | None
    identity: str
    generated: str
    sequence: str | None
    is_local: bool
    is_inherited: bool
    parent_not_null: bool | None
    parent_default: bool | None
    options: str | None
    statistics: int | None
    storage: str | None
    compression: str | None
    settings: str | None
    comment: str | None

    def clauses(self, *, default: bool = True) -> str:
        """What follows name and type."""
        words = []
        if self.collation:
            words.append(f"COLLATE {self.collation}")
        if self.options:
            words.append(f"OPTIONS ({self.options})")
        if self.identity:
            how = "ALWAYS" if self.identity == "a" else "BY DEFAULT"
            words.append(f"GENERATED {how} AS IDENTITY" + (f" ({self.sequence})" if self.sequence else ""))
        elif self.generated:
            words.append(f"GENERATED ALWAYS AS ({self.default})" + (" STORED" if self.generated == "s" else ""))
        elif self.default is not None and default:
            words.append(f"DEFAULT {self.default}")
        if self.not_null:
            words.append("NOT NULL")
        return " ".join(words)


@dataclass(slots=True)
class _Table:
    """A row of `_TABLES`, with what its columns and constraints add."""

    name: str
    relkind: str
    unlogged: bool
    is_partition: bool
    partition_key: str | None
    bound: str | None
    parents: str | None
    partition_of: int | None
    of_type: str | None
    method: str | None
    settings: str | None
    server: str | None
    options: str | None
    row_security: bool
    forced: bool
    replica_identity: str
    comment: str | None
    lines: list[str] = field(default_factory=list)  # inside the parentheses
    bare: list[str] = field(default_factory=list)  # the same without expressions, which may need what needs the table
    added: list[str] = field(default_factory=list)  # the actions of ALTER TABLE that add these
    later: list[str] = field(default_factory=list)  # statements

    @property
    def alter(self) -> str:
        return f"ALTER {'FOREIGN ' if self.relkind == 'f' else ''}TABLE ONLY {self.name} "

    @property
    def has_relatives(self) -> bool:
        """Whether its shape is not its own alone."""
        return bool(self.of_type or self.parents or self.partition_key)

    def create(self, lines: Sequence[str]) -> str:
        """Its first statement."""
        words = "CREATE FOREIGN TABLE" if self.relkind == "f" else f"CREATE {'UNLOGGED ' * self.unlogged}TABLE"
        inside = ",\n".join(f"    {line}" for line in lines)
        body = f" (\n{inside}\n)" if inside else ("" if self.of_type else " (\n)")
        sql = f"{words} {self.name}{f' OF {self.of_type}' if self.of_type else ''}{body}"
        if self.parents and not self.is_partition:
            sql += f"\nINHERITS ({self.parents})"
        if self.server:
            sql += f"\nSERVER {self.server}" + (f"\nOPTIONS ({self.options})" if self.options else "")
        if self.partition_key is not None:
            sql += f"\nPARTITION BY {self.partition_key}"
        if self.method:
            sql += f"\nUSING {self.method}"
        return sql + (f"\nWITH ({self.settings})" if self.settings else "")

    def statements(self, *, comments: bool) -> list[str]:
        """All that the table alone needs, in order."""
        said = [self.create(self.lines), *self.later]
        if self.row_security:
            said.append(f"ALTER TABLE {self.name} ENABLE ROW LEVEL SECURITY")
        if self.forced:
            said.append(f"ALTER TABLE {self.name} FORCE ROW LEVEL SECURITY")
        if self.replica_identity in _REPLICA and self.relkind != "f":
            said.append(f"{self.alter}REPLICA IDENTITY {_REPLICA[self.replica_identity]}")
        if self.comment and comments:
            said.append(f"COMMENT ON {'FOREIGN ' * (self.relkind == 'f')}TABLE {self.name} IS {self.comment}")
        return said


async def table_steps(session: DatabaseSession, found: Found, parts: Parts, *, comments: bool) -> dict[str, Step]:
    """A step for each table, and one for each partition to be attached.

    The server then pairs the indexes of keys; others of the partitioned table come later, so that nothing else is.
    """
    oids = found.oids("class", "table", "foreign_table")
    if not oids:
        return {}
    known = numbers(oids)
    tables = {oid: _Table(*row) for oid, *row in await bounded(session, _TABLES, oids=known)}
    version = major_version(session.server_version)
    differing = {
        "compression": "a.attcompression" if version >= _COMPRESSION_SINCE else "''",
        "identity": _OWN_IDENTITY if version >= _INHERITED_IDENTITY_SINCE else "a.attidentity::text",
    }
    for oid, *row in await bounded(session, _COLUMNS, oids=known, **differing):
        if oid in tables:
            _add_column(tables[oid], _Column(*row), comments=comments)
    for oid, *row in await bounded(session, _CONSTRAINTS, oids=known):
        if oid in tables and row[1] is not None:  # else it was dropped after the statement had begun
            _add_constraint(tables[oid], row, comments=comments)
    steps: dict[str, Step] = {}
    for oid, table in tables.items():
        ref = found.objects["class", oid]
        step = steps[f"class:{oid}"] = Step(ref, table.statements(comments=comments), TABLE_RANK)
        if table.added and not (
            table.has_relatives or any(table.name in (one.parents or "") for one in tables.values())
        ):
            step.stub, step.replacing = table.create(table.bare), table.alter + ", ".join(table.added)
        if table.is_partition:
            attach = f"ALTER TABLE ONLY {table.parents} ATTACH PARTITION {table.name} {table.bound}"
            needs = {f"class:{oid}", f"class:{table.partition_of}"}
            steps[f"attach:{oid}"] = Step(ref, [attach], ATTACH_RANK, needs)
            for index in parts.indexes_of.get(table.partition_of or 0, ()):
                parts.steps[index].needs.add(f"attach:{oid}")
    return steps


def _add_column(table: _Table, column: _Column, *, comments: bool) -> None:
    is_own = column.is_local or not column.is_inherited or table.is_partition
    clauses = column.clauses()
    if table.of_type:
        if clauses:
            table.lines.append(f"{column.name} WITH OPTIONS {clauses}")
    elif is_own:
        table.lines.append(f"{column.name} {column.type} {clauses}".rstrip())
        table.bare.append(f"{column.name} {column.type} {column.clauses(default=False)}".rstrip())
        if column.default is not None and not column.generated:
            table.added.append(f"ALTER COLUMN {column.name} SET DEFAULT {column.default}")
    alter = f"{table.alter}ALTER COLUMN {column.name} "
    if not (is_own or table.of_type):
        if column.default is not None and not column.generated:
            table.later.append(f"{alter}SET DEFAULT {column.default}")
        elif column.parent_default and column.default is None:
            table.later.append(f"{alter}DROP DEFAULT")
        if column.not_null and not column.parent_not_null:
            table.later.append(f"{alter}SET NOT NULL")
    if column.statistics is not None:
        table.later.append(f"{alter}SET STATISTICS {column.statistics}")
    if column.storage:
        table.later.append(f"{alter}SET STORAGE {column.storage}")
    if column.compression:
        table.later.append(f"{alter}SET COMPRESSION {column.compression}")
    if column.settings:
        table.later.append(f"{alter}SET ({column.settings})")
    if column.comment and comments:
        table.later.append(f"COMMENT ON COLUMN {table.name}.{column.name} IS {column.comment}")


def _add_constraint(table: _Table, row: Sequence[Any], *, comments: bool) -> None:
    name, definition, kind, validated, is_local, comment, settings, index, clustered, identity = row
    if kind == "c" and not (is_local or table.is_partition):
        return
    if validated:
        table.lines.append(f"CONSTRAINT {name} {definition}")
        (table.added if kind == "c" else table.bare).append(f"{'ADD ' * (kind == 'c')}CONSTRAINT {name} {definition}")
    else:  # CREATE TABLE would take it for valid
        table.later.append(f"{table.alter}ADD CONSTRAINT {name} {definition}")
    if settings:
        table.later.append(f"ALTER INDEX {index} SET ({settings})")
    if clustered:
        table.later.append(f"ALTER TABLE {table.name} CLUSTER ON {name}")
    if identity:
        table.later.append(f"{table.alter}REPLICA IDENTITY USING INDEX {name}")
    if comment and comments:
        table.later.append(f"COMMENT ON CONSTRAINT {name} ON {table.name} IS {comment}")
