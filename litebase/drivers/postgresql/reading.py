"""What the text of a statement tells before it is sent.

A mistake here costs a round trip or a word in an error, never a wrong value.
"""

import re

from litebase.sql.words import first_word

_READING = {"SELECT", "VALUES", "TABLE", "SHOW", "FETCH"}
_MAY_RETURN_ROWS = {"SELECT", "VALUES", "TABLE", "WITH", "FETCH", "CALL", "EXECUTE", ""}
_RETURNING = re.compile(r"\bRETURNING\b", re.IGNORECASE)
_WRITES = re.compile(r"\b(?:INSERT|DELETE|MERGE|INTO|(?<!FOR )(?<!FOR NO KEY )UPDATE)\b", re.IGNORECASE)
_RUNS = re.compile(r"\bANALY[SZ]E\b", re.IGNORECASE)
_ENDS_TRANSACTION = {"COMMIT", "END", "PREPARE", ""}
# what waits for the ACCESS SHARE locks that a half-read SELECT holds
_EXCLUSIVE = {"ALTER", "DROP", "TRUNCATE", "LOCK", "VACUUM", "CLUSTER", "REINDEX", "REFRESH"}
_EXCLUSIVE_CREATE = re.compile(r"\b(?:INDEX|RULE|VIEW|POLICY|TRIGGER|PARTITION)\b", re.IGNORECASE)
# pure statements of transactions and settings, which cannot write; found at the very start only, because a comment
# before them might end elsewhere than it seems to
_HARMLESS = re.compile(r"[ \t\r\n]*(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SET|SHOW)\b", re.IGNORECASE)


def may_return_rows(sql: str) -> bool:
    """Whether it is worth while to ask for the columns first."""
    return first_word(sql) in _MAY_RETURN_ROWS or _RETURNING.search(sql) is not None


def may_write(sql: str) -> bool:
    """Whether running the statement twice could differ from running it once."""
    word = first_word(sql)
    if word == "EXPLAIN":
        return _RUNS.search(sql) is not None
    return word not in _READING | {"WITH"} or _WRITES.search(sql) is not None


def may_commit(sql: str) -> bool:
    """Whether the statement may make the changes of an open transaction last."""
    return first_word(sql) in _ENDS_TRANSACTION


def waits_for_readers(sql: str) -> bool:
    """Whether the statement needs a lock that a half-read result keeps it from."""
    word = first_word(sql)
    return word in _EXCLUSIVE or (word == "CREATE" and _EXCLUSIVE_CREATE.search(sql) is not None)


def is_harmless(sql: str) -> bool:
    """Whether a read-only session may run the statement without a seal."""
    return _HARMLESS.match(sql) is not None
