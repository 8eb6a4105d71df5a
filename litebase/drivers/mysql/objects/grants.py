"""GRANT statements for the objects of a MySQL or MariaDB server, from information_schema."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from litebase_schema.catalog import ObjectRef

from litebase.drivers.ddl import Ddl, DdlStatement
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import hidden, read
from litebase.errors import QueryFailed
from litebase.sql.dialect import MYSQL

# the name there is a pattern, whose marks have backslashes where they mean themselves
_ON_SCHEMA = """SELECT GRANTEE, IS_GRANTABLE, '', TABLE_SCHEMA, PRIVILEGE_TYPE, '' FROM
information_schema.SCHEMA_PRIVILEGES WHERE REPLACE(REPLACE(TABLE_SCHEMA, '\\\\_', '_'), '\\\\%', '%') = ?"""
_ON_TABLES = """SELECT GRANTEE, IS_GRANTABLE, TABLE_NAME, TABLE_SCHEMA, PRIVILEGE_TYPE, '' FROM
information_schema.TABLE_PRIVILEGES WHERE TABLE_SCHEMA = ? UNION ALL
SELECT GRANTEE, IS_GRANTABLE, TABLE_NAME, TABLE_SCHEMA, PRIVILEGE_TYPE, COLUMN_NAME FROM
information_schema.COLUMN_PRIVILEGES WHERE TABLE_SCHEMA = ?"""
_ON_ROUTINES = """SELECT CONCAT(QUOTE(User), '@', QUOTE(Host)), Routine_name, Routine_type, Proc_priv, Db
FROM mysql.procs_priv WHERE Db = ? ORDER BY 1, 2, 3"""
_NOTHING = "USAGE"


async def add_grants(session: DatabaseSession, objects: Sequence[ObjectRef], ddl: Ddl) -> None:
    """Who may use the objects. Other users' rights are shown to those who may read the tables of rights."""
    refs = {(one.kind, one.schema_name, one.name): one for one in objects}
    by_name = {(one.schema_name, one.name): one for one in objects if one.kind in ("table", "view", "sequence")}
    schemas = list(dict.fromkeys(one.schema_name or one.name for one in objects))
    for schema in schemas:
        rows: list[tuple[Any, ...]] = []
        if (whole := refs.get(("schema", None, schema))) is not None:
            rows += await read(session, _ON_SCHEMA, schema)
        rows += await read(session, _ON_TABLES, schema, schema)
        for (grantee, grantable, name, pattern), group in groupby(sorted(rows), key=lambda row: row[:4]):
            ref = whole if name == "" else by_name.get((schema, name))
            rights = [f"{right} ({MYSQL.quoted(column)})" if column else right for *_, right, column in group]
            if ref is not None and rights != [_NOTHING]:
                place = f"{MYSQL.quoted(pattern)}.{MYSQL.quoted(name) if name else '*'}"
                end = " WITH GRANT OPTION" * (grantable == "YES")
                ddl.statements.append(DdlStatement(ref, f"GRANT {', '.join(rights)} ON {place} TO {grantee}{end}"))
        await _add_grants_on_routines(session, schema, refs, ddl)


async def _add_grants_on_routines(
    session: DatabaseSession, schema: str, refs: dict[tuple[str, str | None, str], ObjectRef], ddl: Ddl
) -> None:
    routines = [one for one in refs.values() if one.kind in ("function", "procedure") and one.schema_name == schema]
    if not routines:
        return
    try:
        rows = await read(session, _ON_ROUTINES, schema)
    except QueryFailed as failed:
        ddl.incomplete += [hidden("grants", failed.message, one) for one in routines]
        return
    for grantee, name, kind, rights, place in rows:
        ref = refs.get((kind.lower(), schema, name))
        names = [one.upper() for one in rights.split(",") if one != "Grant"]
        if ref is not None and place == schema and names:
            end = " WITH GRANT OPTION" * ("Grant" in rights.split(","))
            said = f"GRANT {', '.join(names)} ON {kind} {MYSQL.quoted(schema)}.{MYSQL.quoted(name)} TO {grantee}{end}"
            ddl.statements.append(DdlStatement(ref, said))
