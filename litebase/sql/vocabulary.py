"""What the first words of a statement say about what it does, as data: one vocabulary per engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from litebase.sql import functions

Effect = Literal["reads", "writes", "defines", "transaction", "unknown"]
"""What a statement does to the database. `reads` changes nothing that outlasts the session, `defines` changes what
exists and not only rows, `transaction` begins, ends or marks one, and `unknown` counts as writing."""


@dataclass(frozen=True, slots=True, repr=False)  # it fills pages
class Vocabulary:
    """The words of one engine, in upper case. A statement that begins with none of them has an unknown effect."""

    verbs: Mapping[str, Effect] = field(default_factory=dict)
    phrases: Mapping[tuple[str, ...], Effect] = field(default_factory=dict)  # two words that mean more than the first
    explaining: frozenset[str] = frozenset()  # what follows is run only if they say ANALYZE
    harmless: frozenset[str] | None = None  # before a parenthesis; None where no function can write
    own_schema: str = ""  # with which the server's own functions may be qualified
    pragmas: frozenset[str] = frozenset()  # that only read, with a value in parentheses too
    plain_pragmas: frozenset[str] = frozenset()  # that only read when no value is given


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _verbs(reads: str, writes: str, defines: str, transaction: str) -> dict[str, Effect]:
    verbs: dict[str, Effect] = {}
    verbs.update(dict.fromkeys(reads.split(), "reads"))
    verbs.update(dict.fromkeys(writes.split(), "writes"))
    verbs.update(dict.fromkeys(defines.split(), "defines"))
    verbs.update(dict.fromkeys(transaction.split(), "transaction"))
    return verbs


SQLITE = Vocabulary(
    _verbs(
        reads="SELECT VALUES WITH EXPLAIN",
        writes="INSERT REPLACE UPDATE DELETE ANALYZE REINDEX VACUUM",
        defines="CREATE DROP ALTER",
        transaction="BEGIN COMMIT END ROLLBACK SAVEPOINT RELEASE",
    ),
    phrases={("EXPLAIN", "PRAGMA"): "unknown"},  # it is carried out when it is compiled
    explaining=frozenset({"EXPLAIN"}),
    pragmas=_words("""
COLLATION_LIST COMPILE_OPTIONS DATABASE_LIST FOREIGN_KEY_CHECK FOREIGN_KEY_LIST FUNCTION_LIST INDEX_INFO INDEX_LIST
INDEX_XINFO INTEGRITY_CHECK MODULE_LIST PRAGMA_LIST QUICK_CHECK TABLE_INFO TABLE_LIST TABLE_XINFO
"""),
    plain_pragmas=_words("""
APPLICATION_ID AUTO_VACUUM AUTOMATIC_INDEX BUSY_TIMEOUT CACHE_SIZE CACHE_SPILL CELL_SIZE_CHECK DATA_VERSION
DEFER_FOREIGN_KEYS ENCODING FOREIGN_KEYS FREELIST_COUNT FULLFSYNC JOURNAL_MODE JOURNAL_SIZE_LIMIT LEGACY_ALTER_TABLE
LOCKING_MODE MAX_PAGE_COUNT MMAP_SIZE PAGE_COUNT PAGE_SIZE QUERY_ONLY READ_UNCOMMITTED RECURSIVE_TRIGGERS
REVERSE_UNORDERED_SELECTS SCHEMA_VERSION SECURE_DELETE SYNCHRONOUS TEMP_STORE THREADS TRUSTED_SCHEMA USER_VERSION
WAL_AUTOCHECKPOINT WRITABLE_SCHEMA
"""),
)
POSTGRESQL = Vocabulary(
    _verbs(
        reads="SELECT VALUES TABLE WITH SHOW EXPLAIN DECLARE CLOSE SET RESET DISCARD DEALLOCATE LISTEN UNLISTEN",
        writes="INSERT UPDATE DELETE MERGE TRUNCATE COPY REFRESH VACUUM ANALYZE ANALYSE CLUSTER REINDEX",
        defines="CREATE ALTER DROP COMMENT GRANT REVOKE REASSIGN SECURITY IMPORT",
        transaction="BEGIN START COMMIT END ROLLBACK ABORT SAVEPOINT RELEASE",
    ),
    phrases={
        ("SET", "TRANSACTION"): "transaction",
        ("SET", "CONSTRAINTS"): "transaction",
        ("PREPARE", "TRANSACTION"): "transaction",
        ("COMMIT", "PREPARED"): "unknown",  # of any session
        ("ROLLBACK", "PREPARED"): "unknown",
    },
    explaining=frozenset({"EXPLAIN"}),
    harmless=_words(functions.POSTGRESQL),
    own_schema="PG_CATALOG",
)
MYSQL = Vocabulary(
    _verbs(
        reads="SELECT VALUES TABLE WITH SHOW EXPLAIN DESCRIBE DESC HELP USE CHECKSUM",
        writes="INSERT REPLACE UPDATE DELETE LOAD TRUNCATE ANALYZE OPTIMIZE REPAIR",
        defines="CREATE ALTER DROP RENAME GRANT REVOKE",
        transaction="BEGIN COMMIT ROLLBACK SAVEPOINT RELEASE XA",
    ),
    phrases={
        ("BEGIN", "NOT"): "unknown",  # BEGIN NOT ATOMIC is a block of statements
        ("XA", "COMMIT"): "unknown",  # of any session
        ("XA", "ROLLBACK"): "unknown",
        ("START", "TRANSACTION"): "transaction",
        ("SET", "TRANSACTION"): "transaction",
    },
    explaining=frozenset({"EXPLAIN", "DESCRIBE", "DESC"}),
    harmless=_words(functions.MYSQL),
)
