"""What the text of a statement says before it runs, beside its effect."""

import re
from itertools import islice

from litebase.drivers.sqlite import errors
from litebase.drivers.sqlite.link.native import StatementFacts
from litebase.sql.effect import Outline

INSERTING_WORDS = {"INSERT", "REPLACE"}
COUNTING_WORDS = {*INSERTING_WORDS, "UPDATE", "DELETE"}
_CLEAN_WORDS = {
    "SELECT", "VALUES", "WITH", "INSERT", "REPLACE", "UPDATE", "DELETE", "EXPLAIN", "BEGIN", "COMMIT", "END",
    "ROLLBACK", "SAVEPOINT", "RELEASE", "ANALYZE", "REINDEX", "VACUUM", "",
}  # fmt: skip
_TEMPORARY = {"TEMP", "TEMPORARY"}
_TEMPORARY_STRING = re.compile(r"'temp'\s*+(?:\.|/\*|--)", re.IGNORECASE)  # SQLite takes a string for a name
_TO_THE_TABLE = 7  # words: INSERT OR REPLACE INTO schema.table, and one more


def leaves_traces(statement: Outline) -> bool:
    """Whether a statement may change what later statements of the same session see: settings, temporary things."""
    if statement.effect == "defines":
        named = not _TEMPORARY.isdisjoint(statement.first_words)
        return named or _TEMPORARY_STRING.search(statement.sql) is not None
    return statement.word not in _CLEAN_WORDS and statement.effect != "reads"


def acts_when_compiled(statement: Outline) -> bool:
    """Whether compiling a statement may do what it says, as for a PRAGMA."""
    return "PRAGMA" in statement.first_words[:4]


def table_of_insert(statement: Outline) -> str | None:
    """The table that an INSERT goes into; None when it cannot be made out."""
    words = list(islice(statement.text.words(), _TO_THE_TABLE))
    into = next((index for index, word in enumerate(words) if word.text == "INTO" and not word.quoted), len(words))
    named = words[into + 1 : into + 3]
    if not named:
        return None
    table = named[-1] if named[-1].before == "." else named[0]
    name = statement.sql[table.start : table.end]
    return name[1:-1].replace(2 * name[-1], name[-1]) if table.quoted else name


def renamed(sql: str, end: int, columns: int) -> str:
    """A query that ends at `end`, with other names for its columns; the rest of the text stays behind it."""
    query = sql[:end].rstrip().removesuffix(";")
    names = ", ".join(f"c{number}" for number in range(columns))
    # the statement is the user's own, which runs in any case
    return f"WITH litebase_renamed ({names}) AS ({query}\n) SELECT * FROM litebase_renamed;{sql[end:]}"  # noqa: S608  # as above


def with_readable_names(sql: str, facts: StatementFacts) -> str:
    """The statement, such that Python can read the names of its columns: it raises for one that is not valid UTF-8."""
    unreadable = [column.name for column in facts.columns if not column.name_is_text]
    if not unreadable:
        return sql
    if facts.writes:
        raise errors.unreadable_name(unreadable)
    return renamed(sql, facts.rest_at, len(facts.columns))
