"""How the SQL text of the engines differs, as data."""

from dataclasses import dataclass, field
from typing import Literal

from litebase.sql import vocabulary
from litebase.sql.vocabulary import Vocabulary

CompoundBodies = Literal["none", "trigger", "atomic", "routine", "oracle"]
"""Which statements hold semicolons of their own: SQLite's triggers; PostgreSQL's BEGIN ATOMIC bodies and rules;
MySQL's and MariaDB's stored programs, and those in MariaDB's SQL mode ORACLE."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a reader of SQL text must know: which marks open a string, a name or a comment."""

    name: str
    identifier_quote: str = '"'
    folds_names: bool = False  # a name without quotes is one in lower case
    parameter_marks: str = "?"  # of placeholders; all but ? are followed by a name
    numbered_mark: str = ""  # of placeholders, before a number
    backslash_escapes: bool = False  # in plain strings
    double_quoted_strings: bool = False  # "..." is a string and not a name
    backtick_names: bool = False
    bracket_names: bool = False
    hash_comments: bool = False
    dash_comments_need_blank: bool = False  # MySQL: -- only with a blank behind it
    line_comment_ends: str = "\n"
    nested_comments: bool = False
    open_comments: bool = False  # a comment that is never closed goes to the end of the text
    executable_comments: bool = False  # /*! ... */ is part of the statement and not a comment
    dollar_quotes: bool = False
    escape_strings: bool = False  # E'...' with backslashes
    compound_bodies: CompoundBodies = "none"
    rule_words: tuple[str, ...] = ()  # in lower case: only a text with one of them may change how the next is read
    client_program: str = "another client"  # the engine's own client program, see `commands`
    delimiter_command: bool = False  # the DELIMITER line of the MySQL client
    dot_commands: bool = False  # .tables, at the start of a statement
    backslash_commands: bool = False  # \d or \G, outside strings and names
    word_commands: tuple[str, ...] = ()  # words that start a command of that program and never a statement
    harmless_commands: frozenset[str] = frozenset()  # that change only what that program prints
    turning_commands: frozenset[str] = frozenset()  # that decide where, or whether, the rest of a script runs
    lasting_words: frozenset[str] = frozenset()  # first words of what makes sense only while its session lasts
    inline_copy_data: bool = False  # COPY ... FROM STDIN takes its rows from the script
    vocabulary: Vocabulary = field(default=Vocabulary(), repr=False)  # what its first words mean

    def __hash__(self) -> int:
        """That of the name: dialects are keys of caches, and few have the same one."""
        return hash(self.name)

    def quoted(self, name: str) -> str:
        """`name` as an identifier, whatever is in it."""
        mark = self.identifier_quote
        return f"{mark}{name.replace(mark, mark * 2)}{mark}"


def _shortened(*commands: str) -> frozenset[str]:
    """These commands, and what the sqlite3 shell takes for them: they may be cut anywhere behind the bar."""
    parts = (command.split("|") for command in commands)
    return frozenset(least + rest[:count] for least, rest in parts for count in range(len(rest) + 1))


SQLITE = Dialect(
    "sqlite",
    parameter_marks="?:@$",
    backtick_names=True,
    bracket_names=True,
    open_comments=True,
    compound_bodies="trigger",
    client_program="the sqlite3 shell",
    dot_commands=True,
    harmless_commands=frozenset(
        (
            ".bail",
            ".changes",
            ".echo",
            ".eqp",
            ".explain",
            ".header",
            ".headers",
            ".mode",
            ".nullvalue",
            ".print",
            ".prompt",
            ".separator",
            ".stats",
            ".timer",
            ".width",
        )
    ),
    turning_commands=_shortened(".co|nnection", ".ex|it", ".op|en", ".q|uit"),
    vocabulary=vocabulary.SQLITE,
)
POSTGRESQL = Dialect(
    "postgresql",
    folds_names=True,
    parameter_marks="",
    numbered_mark="$",
    line_comment_ends="\n\r",
    nested_comments=True,
    dollar_quotes=True,
    escape_strings=True,
    compound_bodies="atomic",
    rule_words=("standard_conforming_strings", "reset", "discard"),
    lasting_words=frozenset(("LISTEN",)),
    client_program="psql",
    backslash_commands=True,
    harmless_commands=frozenset(
        (
            "\\C",
            "\\H",
            "\\T",
            "\\a",
            "\\echo",
            "\\encoding",
            "\\f",
            "\\pset",
            "\\qecho",
            "\\restrict",
            "\\t",
            "\\timing",
            "\\unrestrict",
            "\\warn",
            "\\x",
            "\\set ECHO",
            "\\set ECHO_HIDDEN",
            "\\set FETCH_COUNT",
            "\\set HIDE_TABLEAM",
            "\\set HIDE_TOAST_COMPRESSION",
            "\\set ON_ERROR_STOP",
            "\\set QUIET",
            "\\set SHOW_CONTEXT",
            "\\set VERBOSITY",
        )
    ),
    turning_commands=frozenset(("\\c", "\\connect", "\\if", "\\q", "\\quit")),
    inline_copy_data=True,
    vocabulary=vocabulary.POSTGRESQL,
)
MYSQL = Dialect(
    "mysql",
    identifier_quote="`",
    backslash_escapes=True,
    double_quoted_strings=True,
    backtick_names=True,
    hash_comments=True,
    dash_comments_need_blank=True,
    executable_comments=True,
    compound_bodies="routine",
    rule_words=("sql_mode",),
    client_program="the mysql client",
    delimiter_command=True,
    backslash_commands=True,
    word_commands=(
        "SOURCE",
        "SYSTEM",
        "TEE",
        "NOTEE",
        "PAGER",
        "NOPAGER",
        "PROMPT",
        "REHASH",
        "EDIT",
        "QUIT",
        "EXIT",
        "NOWARNING",
        "WARNINGS",
    ),
    harmless_commands=frozenset(
        (
            "NOPAGER",
            "NOTEE",
            "NOWARNING",
            "PAGER",
            "PROMPT",
            "REHASH",
            "TEE",
            "WARNINGS",
            "\\W",
            "\\w",
        )
    ),
    turning_commands=frozenset(("EXIT", "QUIT", "\\d", "\\q", "\\r", "\\u")),
    vocabulary=vocabulary.MYSQL,
)
DIALECTS = {one.name: one for one in (SQLITE, POSTGRESQL, MYSQL)}
