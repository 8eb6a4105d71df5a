"""What the text of a statement says before it is sent, beside its effect."""

import re
from itertools import islice, pairwise

from litebase.errors import InvalidScript
from litebase.sql import words
from litebase.sql.dialect import MYSQL, Dialect
from litebase.sql.effect import Outline, outline
from litebase.sql.scanner import split
from litebase.sql.words import Word

_LABEL = re.compile(r"[\w$`]+\s*:(?!=)")
_COUNTING = {"INSERT", "REPLACE", "UPDATE", "DELETE", "LOAD", "WITH"}
_TEXT_OF_STATEMENTS = {"BEGIN", "IF", "CASE", "LOOP", "REPEAT", "WHILE", "FOR", "DECLARE", "PREPARE", "EXECUTE"}
_ADMINISTERING = {
    "FLUSH", "RESET", "CHANGE", "PURGE", "INSTALL", "UNINSTALL", "STOP", "SHUTDOWN", "KILL", "BACKUP", "LOAD", "CACHE",
}  # fmt: skip
_LOCKING = {
    "ALTER", "DROP", "TRUNCATE", "RENAME", "CREATE", "LOCK", "OPTIMIZE", "REPAIR", "ANALYZE", "FLUSH", "BACKUP",
}  # fmt: skip
_SWITCH = {"WRITE", "TX_READ_ONLY", "TRANSACTION_READ_ONLY"}
_GLOBAL = {"GLOBAL", "PERSIST", "PERSIST_ONLY", "PASSWORD"}
_FILE = {("INTO", "OUTFILE"), ("INTO", "DUMPFILE")}
_NAMES_FILE = re.compile("outfile|dumpfile", re.IGNORECASE)
_DOUBTFUL = {words.EXECUTABLE_COMMENT, words.NEVER_CLOSED, words.NEXT_STATEMENT}
_RETURN_WHEN_STOPPED = {"SLEEP", "BENCHMARK"}
_MOST_WORDS = 50_000


def may_give_several(statement: Outline) -> bool:
    """Whether a statement may have several results: a procedure, or a text that runs other statements."""
    runs_others = statement.word in _TEXT_OF_STATEMENTS or statement.word in ("CALL", "")
    return runs_others or _has_label(statement) or statement.first_words[:2] == ("SET", "STATEMENT")


def counts_rows(statement: Outline) -> bool:
    """Whether a statement is one that counts rows."""
    return statement.word in _COUNTING


def changes_rows(statement: Outline) -> bool:
    """Whether a statement that gives rows gives those that it changed."""
    return statement.word in _COUNTING - {"WITH", "LOAD"}


def waits_for_readers(statement: Outline) -> bool:
    """Whether a statement wants a table for itself, and so waits for every half-read result of it."""
    return statement.word in _LOCKING


def ends_early_when_stopped(statement: Outline) -> bool:
    """Whether MySQL may end a statement without an error when it is stopped, because a function just returns."""
    if statement.word not in ("SELECT", "DO"):
        return False
    return any(word.opens and word.text in _RETURN_WHEN_STOPPED for word in statement.text.words())


def looks_at_row_count(script: str, dialect: Dialect) -> bool:
    """Whether the first statement in the rest of a script seems to ask how many rows the one before it changed."""
    following = outline(script.lstrip().removeprefix(";"), dialect)
    return any(word.text == "ROW_COUNT" for word in following.text.words())


def ends_before_next_statement(sql: str, position: int) -> bool:
    """Whether what stands at `position` is the beginning of a second statement."""
    try:
        return position in (piece.start for piece in split(sql, MYSQL)[1:])
    except InvalidScript:
        return False


def lifts_read_only(statement: Outline) -> str | None:
    """Why a read-only session refuses a text, or None.

    The server itself refuses to write. But it lets a session switch that off; a statement that only does this is also
    noticed afterwards and undone. What must be refused before is a text that switches and writes in one go.
    """
    word = statement.word
    if (not word and not statement.only_reads) or _has_label(statement):
        return "This connection is read-only; a text that does not begin with a keyword is refused."
    if word in ("SET", "START", "BEGIN") and not _SWITCH.isdisjoint(_words(statement)):
        return "This connection is read-only; it cannot be made to write."
    if word in _TEXT_OF_STATEMENTS and statement.first_words not in (("BEGIN",), ("BEGIN", "WORK")):
        return "This connection is read-only; send the statement itself, not one that runs others."
    if word in _ADMINISTERING or (word == "SET" and not _GLOBAL.isdisjoint(_words(statement))):
        return "This connection is read-only; statements that change the server itself are refused."
    if _NAMES_FILE.search(statement.sql) and not _FILE.isdisjoint(pairwise(_words(statement, names=False))):
        return "This connection is read-only; INTO OUTFILE and INTO DUMPFILE write files."
    return None


def _has_label(statement: Outline) -> bool:
    return _LABEL.match(statement.sql, statement.text.start) is not None


def _words(statement: Outline, *, names: bool = True) -> list[str]:
    """The words of a text, and the names in quotes. Where it is not certain what is a string, what strings hold too."""
    found = list(islice(statement.text.words(), _MOST_WORDS))
    if len(found) == _MOST_WORDS or any(word.text in _DOUBTFUL and not word.quoted for word in found):
        return re.findall(r"\w+", statement.sql.upper())
    return [word.text for word in found if (names or not word.quoted) and not _is_user_variable(word, statement.sql)]


def _is_user_variable(word: Word, sql: str) -> bool:
    return sql.startswith("@", word.start - 1) and not sql.startswith("@@", word.start - 2)
