"""What kind of statement a text is, judged by its first words. MySQL has comments that `litebase.sql.words` has not.

A comment such as `/*! ... */` is executed by the server; a text that begins with one counts as unknown.
"""

import re

_BLANKS = r"(?:\s|\ufeff|--(?:[\s\x00-\x1f][^\n]*)?(?:\n|\Z)|\#[^\n]*(?:\n|\Z)|/\*(?!M?!).*?(?:\*/|\Z))"
_START = re.compile(rf"{_BLANKS}*(?:\({_BLANKS}*)*", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+")
_BETWEEN = re.compile(rf";{_BLANKS}*\Z", re.DOTALL)
_WRITING_WORD = re.compile(r"\b(?:insert|update|delete|replace|into|nextval|setval|for\s+update)\b", re.IGNORECASE)
_BODY = re.compile(r"\b(?:procedure|function|trigger|event|package|begin|atomic)\b", re.IGNORECASE)
_SWITCH = re.compile(r"read\W+write|t(?:x|ransaction)_read_only", re.IGNORECASE)
_FILE = re.compile(r"\binto\W+(?:outfile|dumpfile)\b", re.IGNORECASE)
_GLOBAL = re.compile(r"\b(?:global|persist|persist_only|password)\b", re.IGNORECASE)
_LABEL = re.compile(r"[\w$`]+\s*:(?!=)")

_READING = {"SELECT", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "VALUES", "TABLE", "HELP", "USE", "WITH", "CHECKSUM"}
_COUNTING = {"INSERT", "REPLACE", "UPDATE", "DELETE", "LOAD", "WITH"}
_TEXT_OF_STATEMENTS = {"BEGIN", "IF", "CASE", "LOOP", "REPEAT", "WHILE", "FOR", "DECLARE", "PREPARE", "EXECUTE"}
_ADMINISTERING = {
    "FLUSH", "RESET", "CHANGE", "PURGE", "INSTALL", "UNINSTALL", "STOP", "SHUTDOWN", "KILL", "BACKUP", "LOAD", "CACHE",
}  # fmt: skip
_LOCKING = {
    "ALTER", "DROP", "TRUNCATE", "RENAME", "CREATE", "LOCK", "OPTIMIZE", "REPAIR", "ANALYZE", "FLUSH", "BACKUP",
}  # fmt: skip


def first_word(sql: str) -> str:
    """The first word in upper case, behind blanks, comments and brackets; empty when there is none."""
    word = _WORD.match(sql, _START.match(sql).end())  # type: ignore[union-attr]  # it matches nothing at least
    return word[0].upper() if word else ""


def only_reads(sql: str) -> bool:
    """Whether a statement changes nothing, as far as its text tells; a function that it calls may."""
    return first_word(sql) in _READING and not _WRITING_WORD.search(sql)


def counts_rows(sql: str) -> bool:
    """Whether a statement is one that counts rows."""
    return first_word(sql) in _COUNTING


def changes_rows(sql: str) -> bool:
    """Whether a statement that gives rows gives those that it changed."""
    return first_word(sql) in _COUNTING - {"WITH", "LOAD"}


def may_be_cut(sql: str) -> bool:
    """Whether the rest of a statement can be given up without undoing what it writes."""
    return first_word(sql) in _READING and not re.search(r"\b(?:insert|update|delete|replace)\b", sql, re.IGNORECASE)


def waits_for_readers(sql: str) -> bool:
    """Whether a statement wants a table for itself, and so waits for every half-read result of it."""
    return first_word(sql) in _LOCKING


def ends_before_next_statement(sql: str, position: int) -> bool:
    """Whether what stands at `position` is the beginning of a second statement."""
    before = sql[:position]
    return bool(_BETWEEN.search(before)) and not _BODY.search(before)


def lifts_read_only(sql: str) -> str | None:
    """Why a read-only session refuses a text, or None.

    The server itself refuses to write. But it lets a session switch that off; a statement that only does this is also
    noticed afterwards and undone. What must be refused before is a text that switches and writes in one go.
    """
    word = first_word(sql)
    start = _START.match(sql).end()  # type: ignore[union-attr]  # as above
    if _SWITCH.search(sql) and word in ("SET", "START", "BEGIN", ""):
        return "This connection is read-only; it cannot be made to write."
    if not word or _LABEL.match(sql, start):
        return (
            "This connection is read-only; a text that begins with no word of a statement is refused."
            if sql[start:].strip()
            else None
        )
    compound = word in _TEXT_OF_STATEMENTS and not re.fullmatch(r"begin(\s+work)?[\s;]*", sql[start:], re.IGNORECASE)
    if compound:
        return "This connection is read-only; send the statement itself, not one that runs others."
    if word in _ADMINISTERING or (word == "SET" and _GLOBAL.search(sql)):
        return "This connection is read-only; statements that change the server itself are refused."
    if _FILE.search(sql):
        return "This connection is read-only; INTO OUTFILE and INTO DUMPFILE write files."
    return None
