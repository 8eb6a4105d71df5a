"""Routines, sequences, types, extensions and roles, described from pg_catalog: one statement per kind."""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from litebase_schema.catalog import (
    DescribedCheck,
    ExtensionFacts,
    ObjectRef,
    RoleFacts,
    RoleMembership,
    RoutineArgument,
    RoutineFacts,
    SequenceFacts,
    TypeFacts,
)

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import Draft, Others, hidden
from litebase.drivers.postgresql.objects.grants import GRANTS_IN, grants
from litebase.drivers.postgresql.objects.tables import IS_LOCKED, bounded, columns_of, is_locked
from litebase.errors import QueryFailed

_ROUTINES = """SELECT n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid), p.prokind::text,
l.lanname, p.provolatile::text, p.proparallel::text, p.proisstrict, p.prosecdef, p.proleakproof, p.proretset,
CASE WHEN p.prokind <> 'p' THEN pg_catalog.pg_get_function_result(p.oid) END,
CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END,
(SELECT pg_catalog.json_agg(pg_catalog.json_build_array(p.proargnames[u.at], p.proargmodes[u.at],
pg_catalog.format_type(u.type, NULL), pg_catalog.pg_get_function_arg_default(p.oid, u.at::int)) ORDER BY u.at)
FROM pg_catalog.unnest(COALESCE(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY AS u (type, at))::text,
pg_catalog.obj_description(p.oid, 'pg_proc'), pg_catalog.pg_get_userbyid(p.proowner), {grants}
FROM {bound}, (VALUES {names}) AS wanted (schema, name) JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid AND p.proname = wanted.name
JOIN pg_catalog.pg_language l ON l.oid = p.prolang"""
_SEQUENCES = """SELECT n.nspname, c.relname, pg_catalog.format_type(s.seqtypid, NULL), s.seqstart::text, s.seqmin::text,
s.seqmax::text, s.seqincrement::text, s.seqcycle, s.seqcache::text,
{readable}, CASE WHEN {readable} THEN pg_catalog.pg_sequence_last_value(c.oid)::text END,
(SELECT pg_catalog.json_build_array(CASE o.relkind WHEN 'f' THEN 'foreign_table' ELSE 'table' END, m.nspname, o.relname,
a.attname) FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class o ON o.oid = d.refobjid
JOIN pg_catalog.pg_namespace m ON m.oid = o.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0
AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i') LIMIT 1)::text,
c.relpersistence::text, pg_catalog.obj_description(c.oid, 'pg_class'), pg_catalog.pg_get_userbyid(c.relowner), {grants}
FROM {bound}, (VALUES {names}) AS wanted (schema, name) JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid"""
_READABLE = """(pg_catalog.has_sequence_privilege(c.oid, 'USAGE, SELECT')
AND NOT pg_catalog.pg_is_other_temp_schema(n.oid)
AND NOT (c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery()))"""
_TYPES = """SELECT n.nspname, t.typname, t.typtype::text, t.typrelid::bigint, t.typnotnull, t.typdefault,
pg_catalog.format_type(COALESCE(r.rngsubtype, NULLIF(t.typbasetype, 0)), t.typtypmod),
(SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e
WHERE e.enumtypid = t.oid)::text,
(SELECT pg_catalog.json_agg(pg_catalog.json_build_array(k.conname, pg_catalog.pg_get_expr(k.conbin, 0), k.convalidated)
ORDER BY k.conname) FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c')::text,
(SELECT l.collname FROM pg_catalog.pg_collation l
WHERE l.oid = COALESCE(NULLIF(r.rngcollation, 0), CASE WHEN t.typtype = 'd' THEN t.typcollation END)
AND l.oid IS DISTINCT FROM b.typcollation),
pg_catalog.obj_description(t.oid, 'pg_type'), pg_catalog.pg_get_userbyid(t.typowner), {grants}
FROM {bound}, (VALUES {names}) AS wanted (schema, name) JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
JOIN pg_catalog.pg_type t ON t.typnamespace = n.oid AND t.typname = wanted.name
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_catalog.pg_type b ON b.oid = COALESCE(r.rngsubtype, t.typbasetype)
WHERE t.typtype IN ('b', 'd', 'e', 'r') OR c.relkind = 'c'"""
_EXTENSIONS = """SELECT e.extname, e.extversion, n.nspname, pg_catalog.obj_description(e.oid, 'pg_extension'),
pg_catalog.pg_get_userbyid(e.extowner) FROM (VALUES {names}) AS wanted (name)
JOIN pg_catalog.pg_extension e ON e.extname = wanted.name JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace"""
_ROLES = """SELECT r.rolname, r.rolcanlogin, r.rolsuper, r.rolinherit, r.rolcreatedb, r.rolcreaterole, r.rolreplication,
r.rolbypassrls, NULLIF(r.rolconnlimit, -1), NULLIF(r.rolvaliduntil::text, 'infinity'),
(SELECT pg_catalog.json_agg(pg_catalog.json_build_array(g.rolname, m.admin_option) ORDER BY g.rolname)
FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid)::text,
(SELECT pg_catalog.json_agg(pg_catalog.json_build_array(g.rolname, m.admin_option) ORDER BY g.rolname)
FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles g ON g.oid = m.member WHERE m.roleid = r.oid)::text,
pg_catalog.shobj_description(r.oid, 'pg_authid')
FROM (VALUES {names}) AS wanted (name) JOIN pg_catalog.pg_roles r ON r.rolname = wanted.name"""

_PLACED, _GLOBAL = "(${}::text, ${}::text)", "(${}::text)"
_VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}
_PARALLEL = {"s": ["parallel_safe"], "r": ["parallel_restricted"]}
_FORMS = {"a": ["aggregate"], "w": ["window"]}
_MODES = {"o": "out", "b": "inout", "v": "variadic", "t": "table"}
_TYPE_FORMS = {"e": "enum", "c": "composite", "d": "domain", "r": "range"}
_ATTRIBUTES = (
    "login", "superuser", "inherit", "create_database", "create_role", "replication", "bypass_row_security",
)  # fmt: skip
_SEVERAL = "There are several of this name: `signature` says which one is meant."
_NOT_SHOWN = "The server shows it only to roles that may use or read the sequence."


async def describe_others(session: DatabaseSession, objects: Sequence[ObjectRef]) -> Others:
    """Those of these routines, sequences, types, extensions and roles that exist."""
    answer = Others()
    for kinds, describe in _KINDS:
        wanted = [one for one in objects if one.kind in kinds]
        if not wanted:
            continue
        try:
            await describe(session, wanted, answer)
        except QueryFailed as failed:
            if not is_locked(failed):
                raise
            for one in wanted:
                try:
                    await describe(session, [one], answer)
                except QueryFailed as again:
                    if not is_locked(again):
                        raise
                    answer.missing.append(hidden("object", IS_LOCKED, one))
    return answer


async def _rows(session: DatabaseSession, sql: str, wanted: Sequence[ObjectRef], acl: str = "") -> Sequence[Any]:
    """The rows about objects of these names, which a statement has as a list of values."""
    places = list(dict.fromkeys((one.schema_name, one.name) if acl else (one.name,) for one in wanted))
    pattern, width = (_PLACED, 2) if acl else (_GLOBAL, 1)
    names = (pattern.format(*range(width * at + 1, width * at + width + 1)) for at in range(len(places)))
    params = [part for place in places for part in place]
    return await bounded(
        session, sql, *params, names=", ".join(names), grants=GRANTS_IN.format(acl=acl), readable=_READABLE
    )


async def _routines(session: DatabaseSession, wanted: Sequence[ObjectRef], answer: Others) -> None:
    found: dict[tuple[str, str, str], dict[str, Draft]] = {}
    for schema, name, signature, form, *facts in await _rows(session, _ROUTINES, wanted, "p.proacl"):
        kind = "procedure" if form == "p" else "function"
        ref = ObjectRef(kind=kind, schema_name=schema, name=name, signature=signature)
        found.setdefault((kind, schema, name), {})[signature] = _routine(ref, form, *facts)
    for one in wanted:
        same_name = found.get((one.kind, one.schema_name or "", one.name), {})
        if one.signature is None and len(same_name) > 1:
            answer.missing.append(hidden("object", _SEVERAL, one))
            continue
        signature = next(iter(same_name), None) if one.signature is None else one.signature
        if signature in same_name:
            answer.add(one, same_name[signature])


def _routine(ref: ObjectRef, form: str, language: str, volatility: str, parallel: str, *facts: Any) -> Draft:
    *flags, returns, definition, arguments, comment, owner, granted = facts
    names = ("null_on_null", "security_definer", "leakproof", "returns_set")
    traits = [*_FORMS.get(form, []), *(name for name, has in zip(names, flags, strict=True) if has)]
    if form != "p":
        traits += [_VOLATILITY[volatility], *_PARALLEL.get(parallel, [])]
    return Draft(
        ref,
        comment,
        traits,
        definition=definition,
        owner=owner,
        grants=grants(granted),
        routine=RoutineFacts(
            language=language,
            returns=returns,
            arguments=[
                RoutineArgument(name=name or None, mode=_MODES.get(mode, "in"), db_type=db_type, default=default)
                for name, mode, db_type, default in json.loads(arguments or "[]")
            ],
        ),
    )


async def _sequences(session: DatabaseSession, wanted: Sequence[ObjectRef], answer: Others) -> None:
    for schema, name, *facts in await _rows(session, _SEQUENCES, wanted, "c.relacl"):
        (*numbers, cycles, cache, may_read, last), (owner_column, persistence, comment, owner, granted) = (
            facts[:9],
            facts[9:],
        )
        db_type, start, minimum, maximum, increment = numbers
        following = start if last is None else str(int(last) + int(increment))
        if not int(minimum) <= int(following) <= int(maximum):  # at its end
            following = (minimum if int(increment) > 0 else maximum) if cycles else None
        ref = ObjectRef(kind="sequence", schema_name=schema, name=name)
        column = json.loads(owner_column) if owner_column else None
        answer.add(
            ref,
            Draft(
                ref,
                comment,
                {"t": ["temporary"], "u": ["unlogged"]}.get(persistence, []),
                owner=owner,
                grants=grants(granted),
                sequence=SequenceFacts(
                    db_type=db_type,
                    start=start,
                    minimum=minimum,
                    maximum=maximum,
                    increment=increment,
                    cycles=cycles,
                    cache=cache,
                    next=following if may_read else None,
                    owned_by=column
                    and ObjectRef(kind="column", schema_name=column[1], name=column[3], parent_name=column[2]),
                ),
            ),
        )
        if not may_read:
            answer.missing.append(hidden("sequence.next", _NOT_SHOWN, ref))


async def _types(session: DatabaseSession, wanted: Sequence[ObjectRef], answer: Others) -> None:
    drafts: list[Draft] = []
    relations: dict[int, Draft] = {}
    for schema, name, form, relation, not_null, default, base, values, checks, *rest in await _rows(
        session, _TYPES, wanted, "t.typacl"
    ):
        collation, comment, owner, granted = rest
        ref = ObjectRef(kind="type", schema_name=schema, name=name)
        one = Draft(ref, comment, owner=owner, grants=grants(granted))
        one.type = TypeFacts(
            form=_TYPE_FORMS.get(form, "base"),
            values=json.loads(values or "[]"),
            base_type=base,
            nullable=not not_null,
            default=default if form == "d" else None,
            collation=collation,
        )
        one.checks = [
            DescribedCheck(name=check, expression=expression, enforced=enforced)
            for check, expression, enforced in json.loads(checks or "[]")
        ]
        if form == "c":
            relations[relation] = one
        drafts.append(one)
    await columns_of(session, relations)
    for one in drafts:
        answer.add(one.object, one)


async def _extensions(session: DatabaseSession, wanted: Sequence[ObjectRef], answer: Others) -> None:
    for name, version, schema, comment, owner in await _rows(session, _EXTENSIONS, wanted):
        ref = ObjectRef(kind="extension", schema_name=None, name=name)
        facts = ExtensionFacts(version=version, schema_name=schema)
        answer.add(ref, Draft(ref, comment, owner=owner, extension=facts))


async def _roles(session: DatabaseSession, wanted: Sequence[ObjectRef], answer: Others) -> None:
    for name, *flags_and_more in await _rows(session, _ROLES, wanted):
        flags, (limit, until, member_of, members, comment) = flags_and_more[:7], flags_and_more[7:]
        ref = ObjectRef(kind="role", schema_name=None, name=name)
        facts = RoleFacts(
            attributes=[attribute for attribute, has in zip(_ATTRIBUTES, flags, strict=True) if has],
            member_of=_memberships(member_of),
            members=_memberships(members),
            connection_limit=limit,
            valid_until=until,
        )
        answer.add(ref, Draft(ref, comment, role=facts))


def _memberships(found: str | None) -> list[RoleMembership]:
    return [RoleMembership(name=name, admin=admin) for name, admin in json.loads(found or "[]")]


_KINDS: Sequence[tuple[Sequence[str], Callable[[DatabaseSession, Sequence[ObjectRef], Others], Awaitable[None]]]] = (
    (("function", "procedure"), _routines),
    (("sequence",), _sequences),
    (("type",), _types),
    (("extension",), _extensions),
    (("role",), _roles),
)
