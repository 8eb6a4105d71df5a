"""Who may use a table or a routine, and what users and roles may do, from the server's own tables of rights."""

from collections.abc import Iterable, Sequence
from typing import Any

from litebase_schema.catalog import Grant, ObjectRef, RoleFacts, RoleMembership

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.objects import Draft, Others, hidden, read
from litebase.errors import QueryFailed
from litebase.sql.dialect import MYSQL

# which a user without rights on them may not read; information_schema would show him his own rights alone
_ON_TABLES = """SELECT Db, Table_name, User, Host, NULL, Table_priv FROM mysql.tables_priv
WHERE Db IN ({schemas}) AND Table_name IN ({names}) AND Table_priv <> '' UNION ALL
SELECT Db, Table_name, User, Host, Column_name, Column_priv FROM mysql.columns_priv
WHERE Db IN ({schemas}) AND Table_name IN ({names})"""
_ON_ROUTINES = """SELECT Db, Routine_name, User, Host, Routine_type, Proc_priv FROM mysql.procs_priv
WHERE Db IN ({schemas}) AND Routine_name IN ({names})"""

_ROLES = """SELECT User, Host, {is_role}, {locked}, Super_priv, Create_priv, Create_user_priv, Repl_slave_priv,
max_user_connections FROM mysql.user WHERE CONCAT(User, IF(Host = '', '', '@'), Host) IN ({names})"""
_MEMBERS_IN_MARIADB = "SELECT User, Host, Role, '', Admin_option FROM mysql.roles_mapping"
_MEMBERS = "SELECT TO_USER, TO_HOST, FROM_USER, FROM_HOST, WITH_ADMIN_OPTION FROM mysql.role_edges"
_LOCKED_IN_MARIADB = """COALESCE((SELECT JSON_VALUE(g.Priv, '$.account_locked') = 1 FROM mysql.global_priv g
WHERE g.User = user.User AND g.Host = user.Host), 0)"""
# what CREATE ROLE makes there is a user who cannot log in
_ROLE_IN_MYSQL = "account_locked = 'Y' AND password_expired = 'Y' AND authentication_string = ''"
_ATTRIBUTES = ("superuser", "create_database", "create_role", "replication")
_NO_RIGHTS = "Rights are shown to users who may read the tables of the database mysql: {}"
_HASHED = " IDENTIFIED "  # and then a hash of the password


async def grants_on(session: DatabaseSession, drafts: Iterable[Draft], *, routines: bool = False) -> str | None:
    """Add the grants on tables or on routines; or the reason why they are not shown."""
    objects = {
        (one.object.schema_name or "", one.object.name, one.object.kind if routines else ""): one for one in drafts
    }
    if not objects:
        return None
    schemas, names = (list(dict.fromkeys(key[at] for key in objects)) for at in (0, 1))
    sql = _ON_ROUTINES if routines else _ON_TABLES
    params = [*schemas, *names] * (1 if routines else 2)
    try:
        found = await read(session, sql.format(schemas=_marks(schemas), names=_marks(names)), *params)
    except QueryFailed as refused:
        return _NO_RIGHTS.format(refused.message)
    for schema, name, user, host, detail, rights in sorted(found, key=lambda row: [str(cell) for cell in row]):
        one = objects.get((schema, name, detail.lower() if routines else ""))
        privileges = [right.upper() for right in rights.split(",") if right not in ("", "Grant")]
        if one is not None:
            one.grants.append(
                Grant(
                    grantee=account(user, host),
                    privileges=privileges,
                    column=None if routines else detail,
                    grantable="Grant" in rights.split(","),
                )
            )
    return None


def account(user: str, host: str) -> str:
    """The name of a user or a role, as it is listed."""
    return f"{user}@{host}" if host else user


async def describe_roles(session: DatabaseSession, wanted: Sequence[ObjectRef], answer: Others) -> None:
    """Describe users and roles."""
    version = ServerVersion.of(session.server_version)
    facts = (
        {"is_role": "is_role", "locked": _LOCKED_IN_MARIADB if version.locks_accounts else "FALSE"}
        if version.is_mariadb
        else {
            "is_role": f"IF({_ROLE_IN_MYSQL}, 'Y', 'N')",
            "locked": f"account_locked = 'Y' AND NOT ({_ROLE_IN_MYSQL})",
        }
    )
    names = [one.name for one in wanted]
    try:
        found = await read(session, _ROLES.format(names=_marks(names), **facts), *names)
        members = await read(session, _MEMBERS_IN_MARIADB if version.is_mariadb else _MEMBERS)
    except QueryFailed as refused:
        answer.missing += [hidden("object", _NO_RIGHTS.format(refused.message), one) for one in wanted]
        return
    edges = [(account(*row[:2]), account(*row[2:4]), row[4] == "Y") for row in members]
    for user, host, is_role, locked, *flags, limit in found:
        name = account(user, host)
        ref = ObjectRef(kind="role", schema_name=None, name=name)
        attributes = [one for one, has in zip(_ATTRIBUTES, flags, strict=True) if has == "Y"]
        one = Draft(ref)
        one.role = RoleFacts(
            attributes=["login"] * (is_role != "Y") + attributes + ["locked"] * bool(locked),
            member_of=[RoleMembership(name=role, admin=admin) for member, role, admin in edges if member == name],
            members=[RoleMembership(name=member, admin=admin) for member, role, admin in edges if role == name],
            connection_limit=limit or None,
            valid_until=None,
        )
        one.definition = await _grants_to(session, user, host, ref, answer)
        answer.add(ref, one)


async def _grants_to(session: DatabaseSession, user: str, host: str, ref: ObjectRef, answer: Others) -> str | None:
    quoted = MYSQL.quoted(user) + (f"@{MYSQL.quoted(host)}" if host else "")
    try:
        rows: Sequence[tuple[Any, ...]] = await read(session, f"SHOW GRANTS FOR {quoted}")
    except QueryFailed as refused:
        answer.missing.append(hidden("definition", refused.message, ref))
        return None
    return "\n".join(_without_hash(line) for (line,) in rows)


def _without_hash(grant: str) -> str:
    """A grant without what the password could be guessed from."""
    said, _, rest = grant.partition(_HASHED)
    return said + " WITH GRANT OPTION" * (" WITH GRANT OPTION" in rest.rpartition("'")[2])


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
