"""What the text of a statement says before it is sent.

A mistake here costs a round trip or a word in an error, never a wrong value.
"""

import re

from litebase.sql.effect import Outline

_STREAMED = {"SELECT", "VALUES", "TABLE", "SHOW", "FETCH"}
_QUERIES = {"SELECT", "TABLE", "WITH"}
_MAY_RETURN_ROWS = {"SELECT", "VALUES", "TABLE", "WITH", "FETCH", "EXECUTE", ""}
_WRITING = ("INSERT", "UPDATE", "DELETE", "MERGE")
_COMMITS_INSIDE = {"CALL", "DO", "VACUUM", "ANALYZE", "CLUSTER", "REINDEX"}
_ENDS_TRANSACTION = {"COMMIT", "END", "PREPARE", ""}
# what waits for the ACCESS SHARE locks that a half-read SELECT holds
_EXCLUSIVE = {"ALTER", "DROP", "TRUNCATE", "LOCK", "VACUUM", "CLUSTER", "REINDEX", "REFRESH"}
_EXCLUSIVELY_CREATED = {"INDEX", "RULE", "VIEW", "POLICY", "TRIGGER", "PARTITION"}
# pure statements of transactions and settings, which cannot write; found at the very start only, because some servers
# may end a comment before them elsewhere
_HARMLESS = re.compile(r"[ \t\r\n]*(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SET|SHOW)\b", re.IGNORECASE)


def may_return_rows(statement: Outline) -> bool:
    """Whether it is worth while to ask for the columns first. Those of a procedure come from no table."""
    return statement.word in _MAY_RETURN_ROWS or statement.mentions("RETURNING")


def locks_when_parsed(statement: Outline) -> bool:
    """Whether parsing the statement locks what it names. What a prepared one names is locked when it runs."""
    return statement.word != "EXECUTE"


def must_end_first(statement: Outline) -> bool:
    """Whether the first rows tell of changes that are kept only when the statement has ended.

    A SELECT that calls a function that writes is not meant: all SELECTs would have to be read to their end.
    """
    return statement.word not in _STREAMED and not statement.only_reads and not _copies_by_link(statement)


def wants_simple_protocol(statement: Outline) -> bool:
    """Whether the extended protocol would show in what the statement does.

    A COPY that fails before it reads its rows is answered twice there, and `pg_cursors` has a row for its own portal.
    """
    return statement.word == "COPY" or (statement.word in _QUERIES and statement.mentions("PG_CURSORS"))


def can_be_revoked(statement: Outline) -> bool:
    """Whether a statement that writes may give many rows. A procedure gives one at most, and may commit by itself."""
    return statement.word == "EXPLAIN" or (may_return_rows(statement) and statement.word != "COPY")


def may_commit(statement: Outline) -> bool:
    """Whether the statement may make the changes of an open transaction last."""
    return statement.word in _ENDS_TRANSACTION


def may_commit_inside(statement: Outline) -> bool:
    """Whether the statement, outside of a transaction, may commit a part of its work before it has ended."""
    return statement.word in _COMMITS_INSIDE or "CONCURRENTLY" in statement.first_words


def waits_for_readers(statement: Outline) -> bool:
    """Whether the statement needs a lock that a half-read result keeps it from."""
    if statement.word == "CREATE":
        return not _EXCLUSIVELY_CREATED.isdisjoint(statement.first_words)
    return statement.word in _EXCLUSIVE


def is_harmless(sql: str) -> bool:
    """Whether a read-only session may run the statement without a seal."""
    return _HARMLESS.match(sql) is not None


def copies_what_it_writes(statement: Outline) -> bool:
    """Whether the statement is a COPY to the client of what an INSERT, UPDATE, DELETE or MERGE returns."""
    is_query = _copies_by_link(statement) and next(statement.text.words()).opens
    return is_query and any(statement.mentions(word) for word in _WRITING)


def _copies_by_link(statement: Outline) -> bool:
    """Whether the statement is a COPY from or to the client, which does not return changed rows."""
    return statement.word == "COPY" and (statement.mentions("STDOUT") or statement.mentions("STDIN"))
