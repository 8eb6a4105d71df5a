"""What the text of a statement tells before it runs."""

import re

READING_WORDS = {"SELECT", "VALUES", "WITH", "EXPLAIN", "PRAGMA", ""}
INSERTING_WORDS = {"INSERT", "REPLACE"}
COUNTING_WORDS = {*INSERTING_WORDS, "UPDATE", "DELETE"}
_CLEAN_WORDS = {
    "SELECT", "VALUES", "WITH", "INSERT", "REPLACE", "UPDATE", "DELETE", "EXPLAIN", "BEGIN", "COMMIT", "END",
    "ROLLBACK", "SAVEPOINT", "RELEASE", "CREATE", "DROP", "ALTER", "ANALYZE", "REINDEX", "VACUUM", "",
}  # fmt: skip
_TEMPORARY = re.compile(r"\btemp(?:orary)?\b", re.IGNORECASE)
_INTO = re.compile(
    r"""\binto\s+(?:(?:"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|\w+)\s*\.\s*)?("(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|\w+)""",
    re.IGNORECASE,
)


def leaves_traces(sql: str, word: str) -> bool:
    """Whether a statement may change what later statements of the same session see: settings, temporary things."""
    return word not in _CLEAN_WORDS or (word in ("CREATE", "DROP", "ALTER") and _TEMPORARY.search(sql) is not None)


def table_of_insert(sql: str) -> str | None:
    """The table that an INSERT goes into; None when it cannot be made out."""
    found = _INTO.search(sql)
    return None if found is None else found[1].strip('"`[]').replace('""', '"')
