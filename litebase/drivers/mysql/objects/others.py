"""Routines, sequences and events, described from information_schema, and sequences from themselves."""

from collections.abc import Sequence
from typing import Any

from litebase_schema.catalog import EventFacts, ObjectRef, RoutineArgument, RoutineFacts, SequenceFacts

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.mysql.objects.reading import rows
from litebase.drivers.mysql.objects.rights import describe_roles, grants_on
from litebase.drivers.objects import Draft, Others, hidden
from litebase.errors import QueryFailed
from litebase.sql.dialect import MYSQL

_ROUTINES = """SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE, DTD_IDENTIFIER, ROUTINE_DEFINITION, IS_DETERMINISTIC,
SQL_DATA_ACCESS, SECURITY_TYPE, ROUTINE_COMMENT, DEFINER, COALESCE(EXTERNAL_LANGUAGE, ROUTINE_BODY)
FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA IN ({schemas}) AND ROUTINE_NAME IN ({names})
AND ROUTINE_TYPE IN ('FUNCTION', 'PROCEDURE')"""
_PARAMETERS = """SELECT SPECIFIC_SCHEMA, SPECIFIC_NAME, ROUTINE_TYPE, ORDINAL_POSITION, PARAMETER_MODE, PARAMETER_NAME,
DTD_IDENTIFIER FROM information_schema.PARAMETERS WHERE SPECIFIC_SCHEMA IN ({schemas}) AND SPECIFIC_NAME IN ({names})
AND ORDINAL_POSITION > 0 ORDER BY ORDINAL_POSITION"""
_EVENTS = """SELECT EVENT_SCHEMA, EVENT_NAME, EVENT_TYPE, EXECUTE_AT, INTERVAL_VALUE, INTERVAL_FIELD, STARTS, ENDS,
STATUS, ON_COMPLETION, TIME_ZONE, EVENT_DEFINITION, EVENT_COMMENT, DEFINER FROM information_schema.EVENTS
WHERE EVENT_SCHEMA IN ({schemas}) AND EVENT_NAME IN ({names})"""
_SEQUENCES = """SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_COMMENT FROM information_schema.TABLES
WHERE TABLE_SCHEMA IN ({schemas}) AND TABLE_NAME IN ({names}) AND TABLE_TYPE = 'SEQUENCE'"""
_TYPES = """SELECT TABLE_SCHEMA, TABLE_NAME, DATA_TYPE FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA IN ({schemas}) AND TABLE_NAME IN ({names}) AND COLUMN_NAME = 'minimum_value'"""
_NUMBERS = """SELECT start_value, minimum_value, maximum_value, increment, cycle_option, cache_size,
next_not_cached_value FROM {}"""
_ACCESS = {
    "NO SQL": ["no_sql"], "CONTAINS SQL": ["contains_sql"], "READS SQL DATA": ["reads_sql"],
    "MODIFIES SQL DATA": ["modifies_sql"],
}  # fmt: skip
_NO_BODY = "The body is shown only to its definer, and to users with rights on routines or on the database mysql."


async def describe_others(session: DatabaseSession, objects: Sequence[ObjectRef]) -> Others:
    """Those of these routines, sequences, events, users and roles that exist."""
    answer = Others()
    for kinds, describe in (
        (("function", "procedure"), _routines),
        (("sequence",), _sequences),
        (("event",), _events),
        (("role",), describe_roles),
    ):
        if wanted := [one for one in objects if one.kind in kinds]:
            await describe(session, wanted, answer)
    return answer


async def _rows(session: DatabaseSession, sql: str, wanted: Sequence[ObjectRef]) -> list[tuple[Any, ...]]:
    """The rows about objects of exactly these names; the server also finds some that differ in case."""
    places = {(one.schema_name or "", one.name) for one in wanted}
    schemas, names = (list(dict.fromkeys(place[at] for place in sorted(places))) for at in (0, 1))
    marks = {"schemas": ", ".join("?" * len(schemas)), "names": ", ".join("?" * len(names))}
    found = await rows(session, sql.format(**marks), *schemas, *names)
    return [row for row in found if (row[0], row[1]) in places]


async def _routines(session: DatabaseSession, wanted: Sequence[ObjectRef], answer: Others) -> None:
    arguments: dict[tuple[str, ...], list[RoutineArgument]] = {}
    for schema, name, kind, _, mode, argument, db_type in await _rows(session, _PARAMETERS, wanted):
        arguments.setdefault((schema, name, kind.lower()), []).append(
            RoutineArgument(name=argument, mode=(mode or "IN").lower(), db_type=db_type, default=None)
        )
    drafts: list[Draft] = []
    for schema, name, kind, returns, body, deterministic, access, security, *rest in await _rows(
        session, _ROUTINES, wanted
    ):
        comment, definer, language = rest
        ref = ObjectRef(kind=kind.lower(), schema_name=schema, name=name)
        traits = ["immutable"] * (deterministic == "YES") + ["security_definer"] * (security == "DEFINER")
        one = Draft(ref, comment or None, traits + _ACCESS.get(access, []), definition=body, owner=definer)
        called_with = arguments.get((schema, name, ref.kind), [])
        one.routine = RoutineFacts(language=language, arguments=called_with, returns=returns or None)
        drafts.append(one)
        answer.add(ref, one)
        if body is None:
            answer.missing.append(hidden("definition", _NO_BODY, ref))
    if reason := await grants_on(session, drafts, routines=True):
        answer.missing += [hidden("grants", reason, one.object) for one in drafts]


async def _sequences(session: DatabaseSession, wanted: Sequence[ObjectRef], answer: Others) -> None:
    if not ServerVersion.of(session.server_version).is_mariadb:  # MySQL has none
        return
    drafts: list[Draft] = []
    types = {(schema, name): db_type for schema, name, db_type in await _rows(session, _TYPES, wanted)}
    for schema, name, comment in await _rows(session, _SEQUENCES, wanted):
        ref = ObjectRef(kind="sequence", schema_name=schema, name=name)
        place = f"{MYSQL.quoted(schema)}.{MYSQL.quoted(name)}"
        try:
            ((start, low, high, step, cycles, cache, following),) = await rows(session, _NUMBERS.format(place))
        except QueryFailed as refused:
            answer.missing.append(hidden("object", refused.message, ref))
            continue
        one = Draft(ref, comment or None)
        drafts.append(one)
        one.sequence = SequenceFacts(
            db_type=types.get((schema, name), "bigint"),
            start=str(start),
            minimum=str(low),
            maximum=str(high),
            increment=str(step),
            cycles=bool(cycles),
            cache=str(cache),
            next=str(following) if low <= following <= high else None,
            owned_by=None,
        )
        answer.add(ref, one)
    if reason := await grants_on(session, drafts):
        answer.missing += [hidden("grants", reason, one.object) for one in drafts]


async def _events(session: DatabaseSession, wanted: Sequence[ObjectRef], answer: Others) -> None:
    for schema, name, kind, at, every, unit, starts, ends, status, after, zone, body, comment, definer in await _rows(
        session, _EVENTS, wanted
    ):
        ref = ObjectRef(kind="event", schema_name=schema, name=name)
        one = Draft(ref, comment or None, definition=body, owner=definer)
        one.event = EventFacts(
            schedule=f"AT {at}" if kind == "ONE TIME" else f"EVERY {every} {unit}",
            enabled=status == "ENABLED",
            starts=starts and str(starts),
            ends=ends and str(ends),
            keeps=after == "PRESERVE",
            time_zone=zone,
        )
        answer.add(ref, one)
