"""The names of all objects of a MySQL or MariaDB server, and what shows that one has changed."""

from collections.abc import Sequence
from itertools import groupby

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.mysql.objects.reading import SYSTEM, is_ignored, kind_of_table, rows
from litebase.drivers.names import Name
from litebase.drivers.objects import read
from litebase.errors import QueryFailed
from litebase.sql.dialect import MYSQL

# The server counts the statements that define something when they begin, of all sessions and by their kind.
_MARK = """SHOW GLOBAL STATUS WHERE Variable_name = 'Threads_running'
OR Variable_name REGEXP '^Com_(create|alter|drop|rename|grant|revoke)(_|$)'"""
_SCHEMAS = "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"
_TABLES = "SHOW FULL TABLES FROM {}"
_ROUTINES = """SELECT ROUTINE_TYPE, ROUTINE_NAME, ROUTINE_SCHEMA FROM information_schema.ROUTINES
WHERE ROUTINE_SCHEMA = ? AND ROUTINE_TYPE IN ('FUNCTION', 'PROCEDURE')"""
_EVENTS = "SELECT 'event', EVENT_NAME, EVENT_SCHEMA FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?"
_COLUMNS = """SELECT TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, TABLE_SCHEMA FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = ?"""
# What must be read from a table's engine is left out, because that takes a second for each thousand tables.
# MySQL has no MD5 and no SHA1 since 9.6.
_HASH = "BIT_XOR(CAST(CONV(SUBSTRING(SHA2(CONCAT_WS('\0', {}), 256), 1, 15), 16, 10) AS UNSIGNED)), COUNT(*)"
_OF_COLUMNS = _HASH.format(
    "ORDINAL_POSITION, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, QUOTE(COLUMN_DEFAULT), QUOTE(COLLATION_NAME), EXTRA, "
    "COLUMN_COMMENT, COLUMN_KEY, QUOTE(GENERATION_EXPRESSION)"
)
_OF_INDEXES = _HASH.format(
    "INDEX_NAME, SEQ_IN_INDEX, QUOTE(COLUMN_NAME), NON_UNIQUE, QUOTE(SUB_PART), {method}, INDEX_COMMENT, {ignored}"
)
_OF_TRIGGERS = _HASH.format("TRIGGER_NAME, ACTION_TIMING, EVENT_MANIPULATION, ACTION_STATEMENT, ACTION_ORDER, DEFINER")
_GROUPED = """SELECT MIN({place}), MIN({table}), {hash} FROM information_schema.{source} WHERE {place} = ?
GROUP BY BINARY {place}, BINARY {table}"""
_STATES_OF_TABLES = (
    """SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, IF(TABLE_TYPE = 'VIEW', '', TABLE_COMMENT),
TABLE_COLLATION FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?""",
    _GROUPED.format(place="TABLE_SCHEMA", table="TABLE_NAME", hash=_OF_COLUMNS, source="COLUMNS"),
    _GROUPED.format(place="TABLE_SCHEMA", table="TABLE_NAME", hash=_OF_INDEXES, source="STATISTICS"),
    _GROUPED.format(place="EVENT_OBJECT_SCHEMA", table="EVENT_OBJECT_TABLE", hash=_OF_TRIGGERS, source="TRIGGERS"),
    """SELECT TABLE_SCHEMA, TABLE_NAME, SHA2(VIEW_DEFINITION, 256), SECURITY_TYPE, DEFINER, CHECK_OPTION, {algorithm}
FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ?""",
)
_STATES_OF_ROUTINES = """SELECT ROUTINE_SCHEMA, ROUTINE_TYPE, ROUTINE_NAME, SHA2(ROUTINE_DEFINITION, 256),
DTD_IDENTIFIER, CAST(LAST_ALTERED AS CHAR), ROUTINE_COMMENT, SECURITY_TYPE
FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?"""
_STATES_OF_EVENTS = """SELECT EVENT_SCHEMA, 'event', EVENT_NAME, SHA2(EVENT_DEFINITION, 256),
CAST(LAST_ALTERED AS CHAR), STATUS, EVENT_COMMENT FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?"""
# InnoDB's own lists, which say at once what MariaDB would open each table for: an index of another type has a new
# number, and so has a table that was written anew, as for another format
_FILE = "CONVERT(CONVERT(CONVERT({} USING binary) USING filename) USING utf8mb4) COLLATE utf8mb4_bin"
_IN_INNODB = f"""SELECT TABLE_ID, {_FILE.format("SUBSTRING_INDEX(SUBSTRING_INDEX(NAME, '/', -1), '#P#', 1)")},
ROW_FORMAT FROM information_schema.INNODB_SYS_TABLES WHERE {_FILE.format("SUBSTRING_INDEX(NAME, '/', 1)")} = ?"""
_INDEXES_IN_INNODB = """SELECT TABLE_ID, BIT_XOR(INDEX_ID * 64 + TYPE), COUNT(*)
FROM information_schema.INNODB_SYS_INDEXES GROUP BY TABLE_ID"""
_STATE_OF_SEQUENCE = (
    """SELECT ?, start_value, minimum_value, maximum_value, increment, cycle_option, cache_size FROM {}"""
)
_MOST_SEQUENCES = 200  # that are read, all in one statement
_NO_SUCH_DATABASE = "1049"


async def mark(session: DatabaseSession) -> str | None:
    """How many statements have defined something; None while others run, which may be counted and not be done."""
    counts = dict(await read(session, _MARK))
    running = counts.pop("Threads_running", None)
    return ",".join(map(str, counts.values())) if counts and str(running) == "1" else None


async def schemas(session: DatabaseSession) -> Sequence[str]:
    """The names of all databases but those of the system."""
    return [name for (name,) in await rows(session, _SCHEMAS) if name not in SYSTEM]


async def names(session: DatabaseSession, schema: str) -> Sequence[Name]:
    """What is in a database; nothing when it does not exist."""
    try:
        tables = await read(session, _TABLES.format(MYSQL.quoted(schema)))
    except QueryFailed as failed:
        if failed.query_details.engine_code != _NO_SUCH_DATABASE:
            raise
        return []
    found = [Name(kind_of_table(kind), name) for name, kind in tables]
    for sql in (_ROUTINES, _EVENTS):
        rest = await rows(session, sql, schema)
        found += [Name(kind.lower(), name) for kind, name, place in rest if place == schema]
    return found


async def states(session: DatabaseSession, schema: str) -> Sequence[tuple[Name, str]]:
    """The same names, each with a text that is another one after a change of the object or what belongs to it."""
    mariadb = (version := ServerVersion.of(session.server_version)).is_mariadb
    known = {
        "ignored": is_ignored(version),
        "algorithm": "ALGORITHM" if mariadb else "NULL",
        "method": "''" if mariadb else "INDEX_TYPE",
    }
    of_tables: dict[str, list[str]] = {}
    for sql in _STATES_OF_TABLES:
        for place, table, *state in await rows(session, sql.format(**known), schema):
            if place == schema:
                of_tables.setdefault(table, []).append(repr(state))
    found = await names(session, schema)
    for table, text in (
        [*await _in_innodb(session, schema), *await _of_sequences(session, schema, found)] if mariadb else ()
    ):
        of_tables.setdefault(table, []).append(text)
    others = {
        (kind.lower(), name): repr(state)
        for sql in (_STATES_OF_ROUTINES, _STATES_OF_EVENTS)
        for place, kind, name, *state in await rows(session, sql, schema)
        if place == schema
    }
    return [(one, others.get((one.kind, one.name)) or "".join(of_tables.get(one.name, ()))) for one in found]


async def _in_innodb(session: DatabaseSession, schema: str) -> Sequence[tuple[str, str]]:
    """What MariaDB's storage engine keeps of each table; nothing without the PROCESS privilege."""
    try:
        tables = await read(session, _IN_INNODB, schema)
        indexes = {number: state for number, *state in await read(session, _INDEXES_IN_INNODB)}
    except QueryFailed:
        return []
    return sorted((name, repr((number, form, indexes.get(number)))) for number, name, form in tables)


async def _of_sequences(session: DatabaseSession, schema: str, found: Sequence[Name]) -> Sequence[tuple[str, str]]:
    """How MariaDB's sequences count; nothing where one of them may not be read."""
    sequences = [one.name for one in found if one.kind == "sequence"][:_MOST_SEQUENCES]
    place = MYSQL.quoted(schema)
    sql = "\nUNION ALL ".join(_STATE_OF_SEQUENCE.format(f"{place}.{MYSQL.quoted(name)}") for name in sequences)
    try:
        return [(name, repr(state)) for name, *state in await rows(session, sql, *sequences)] if sequences else []
    except QueryFailed:
        return []


async def columns(session: DatabaseSession, schema: str) -> Sequence[tuple[str, Sequence[str]]]:
    """The names of tables and views of a database, each with those of its columns in their order."""
    found = sorted(row[:3] for row in await rows(session, _COLUMNS, schema) if row[3] == schema)
    return [(table, [name for _, _, name in group]) for table, group in groupby(found, key=lambda row: row[0])]
