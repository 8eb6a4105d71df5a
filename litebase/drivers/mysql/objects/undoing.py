"""Whether a rollback undoes all that a statement changes.

Tables of some storage engines have no transactions, and triggers and functions may write to others than the statement
names. So everything that bears a name which the statement, or the text of one of those, contains must be harmless.
"""

import re
from collections.abc import Iterable

from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import read
from litebase.errors import Conflict, QueryFailed
from litebase.sql.effect import Outline

_WORD = re.compile(r"[\w$]+")
_QUOTE = re.compile(r"[`\"]")
_INTO = re.compile(r"(?<!\w)INTO(?!\w)", re.IGNORECASE)
_ROUNDS = 5
_MOST_NAMES, _LONGEST_NAME = 2000, 64
_TABLES = """SELECT t.TABLE_NAME, t.TABLE_TYPE, t.ENGINE, COALESCE(e.TRANSACTIONS, 'NO')
FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
WHERE t.TABLE_NAME IN ({names}) AND t.TABLE_SCHEMA NOT IN ({system})"""
_SYSTEM = ("information_schema", "performance_schema", "mysql", "sys")  # whose tables count where they are named
_TEXTS = (
    """SELECT EVENT_OBJECT_TABLE, ACTION_STATEMENT FROM information_schema.TRIGGERS
WHERE EVENT_OBJECT_TABLE IN ({names}) AND TRIGGER_SCHEMA NOT IN ({system})""",
    """SELECT ROUTINE_NAME, ROUTINE_DEFINITION FROM information_schema.ROUTINES
WHERE ROUTINE_NAME IN ({names}) AND ROUTINE_SCHEMA NOT IN ({system})""",
    """SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS
WHERE TABLE_NAME IN ({names}) AND TABLE_SCHEMA NOT IN ({system})""",
)
_NOT_LOCKED = "1100"
_ENGINES = "SELECT ENGINE FROM information_schema.ENGINES WHERE TRANSACTIONS = 'YES'"
_ENGINE = re.compile(r"\) ENGINE=(\w+)")
_QUALIFIED = re.compile(r"(?=(?<![\w$])`?([\w$]+)`?\s*\.\s*`?([\w$]+))")
_FROM_QUERIES = ("SELECT", "VALUES", "TABLE", "WITH")


async def check_unlocked(session: DatabaseSession, what: str) -> None:
    """Raise `Conflict` where START TRANSACTION would release what LOCK TABLES has locked.

    While that holds, no other table can be named, whether or not it exists.
    """
    try:
        await session.rows("SELECT 1 FROM mysql.litebase_unlocked LIMIT 0")
    except QueryFailed as failed:
        if failed.query_details.engine_code == _NOT_LOCKED:
            reason = f"The database session has locked tables, and {what} would unlock them: unlock them first."
            raise Conflict(reason) from failed


async def obstacle(
    session: DatabaseSession, statement: Outline, asked: DatabaseSession, database: str | None
) -> str | None:
    """Why what the statement changes could not be rolled back; None when it can be. `asked` runs it in `database`."""
    hides_words = statement.dialect.executable_comments and "/*" in statement.sql
    if statement.word in _FROM_QUERIES and (
        statement.mentions("INTO") or (hides_words and _INTO.search(statement.sql) is not None)
    ):
        return "INTO writes a file or a variable, which no rollback undoes."
    if "``" in statement.sql:
        return "A name with ` in it is not looked for."
    known: set[str] = set()
    new = _names([statement.sql])
    current = "" if database is None else database.lower()
    for _ in range(_ROUNDS):
        if not new:
            return await _temporary_obstacle(asked, statement.sql, known)
        if len(known) + len(new) > _MOST_NAMES:
            break
        marks = ", ".join("?" * len(new))
        named = {current, *(name.lower() for name in known | new)}
        unnamed = ", ".join(f"'{one}'" for one in _SYSTEM if one not in named)
        places = {"names": marks, "system": unnamed or "''"}
        for name, kind, engine, transactions in await read(session, _TABLES.format(**places), *new):
            if kind != "VIEW" and transactions != "YES":
                return f"The table {name!r} has the storage engine {engine}, which has no transactions."
        texts = []
        for sql in _TEXTS:
            for name, text in await read(session, sql.format(**places), *new):
                if not text:
                    return f"What {name!r} does is hidden from this user."
                texts.append(str(text))
        known |= new
        new = _names(texts) - known
    return "It uses too many triggers, functions and views to look at all of them."


async def _temporary_obstacle(asked: DatabaseSession, sql: str, names: Iterable[str]) -> str | None:
    """The same for temporary tables, which only their own session sees, one by one."""
    transactional = {str(engine).lower() for (engine,) in await asked.rows(_ENGINES)}
    places = [f"`{name}`" for name in names] + [f"`{one}`.`{other}`" for one, other in _QUALIFIED.findall(sql)]
    for place in places:
        try:
            ((name, made, *_), *_) = await asked.rows(f"SHOW CREATE TABLE {place}")
        except QueryFailed:  # it is none
            continue
        engine = _ENGINE.search(str(made))
        if not str(made).startswith("CREATE TEMPORARY") or engine is None or engine[1].lower() in transactional:
            continue
        return f"The temporary table {name!r} has the storage engine {engine[1]}, which has no transactions."
    return None


def _names(texts: Iterable[str]) -> set[str]:
    """Whatever may be a name: words, and what stands between two quotes, wherever strings and comments begin."""
    found = set()
    for text in texts:
        found |= {word for word in _WORD.findall(text) if not word.isdigit()}
        found |= {part for part in _QUOTE.split(text)[1:-1] if part.isdigit() or _WORD.fullmatch(part) is None}
    return {name for name in found if 0 < len(name) <= _LONGEST_NAME}
