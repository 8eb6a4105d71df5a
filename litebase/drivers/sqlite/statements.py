"""What the text of a statement says before it runs, beside its effect."""

import re

from litebase.sql.effect import Outline

INSERTING_WORDS = {"INSERT", "REPLACE"}
COUNTING_WORDS = {*INSERTING_WORDS, "UPDATE", "DELETE"}
_CLEAN_WORDS = {
    "SELECT", "VALUES", "WITH", "INSERT", "REPLACE", "UPDATE", "DELETE", "EXPLAIN", "BEGIN", "COMMIT", "END",
    "ROLLBACK", "SAVEPOINT", "RELEASE", "ANALYZE", "REINDEX", "VACUUM", "",
}  # fmt: skip
_TEMPORARY = {"TEMP", "TEMPORARY"}
_INTO = re.compile(
    r"""\binto\s+(?:(?:"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|\w+)\s*\.\s*)?("(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|\w+)""",
    re.IGNORECASE,
)


def leaves_traces(statement: Outline) -> bool:
    """Whether a statement may change what later statements of the same session see: settings, temporary things."""
    if statement.effect == "defines":
        return not _TEMPORARY.isdisjoint(statement.first_words)
    return statement.word not in _CLEAN_WORDS and statement.effect != "reads"


def table_of_insert(sql: str) -> str | None:
    """The table that an INSERT goes into; None when it cannot be made out."""
    found = _INTO.search(sql)
    return None if found is None else found[1].strip('"`[]').replace('""', '"')
