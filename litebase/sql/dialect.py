"""How the SQL text of the engines differs, as data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a reader of SQL text must know: which marks open a string, a name or a comment."""

    name: str
    identifier_quote: str = '"'
    backslash_escapes: bool = False  # in plain strings
    double_quoted_strings: bool = False  # "..." is a string and not a name
    backtick_names: bool = False
    bracket_names: bool = False
    hash_comments: bool = False
    dash_comments_need_blank: bool = False  # MySQL: -- only with a blank behind it
    nested_comments: bool = False
    dollar_quotes: bool = False
    escape_strings: bool = False  # E'...' with backslashes
    delimiter_command: bool = False  # the DELIMITER line of the MySQL client
    compound_bodies: bool = False  # CREATE TRIGGER or ROUTINE ... BEGIN ... END holds statements with semicolons

    def quoted(self, name: str) -> str:
        """`name` as an identifier, whatever is in it."""
        mark = self.identifier_quote
        return f"{mark}{name.replace(mark, mark * 2)}{mark}"


SQLITE = Dialect("sqlite", backtick_names=True, bracket_names=True, compound_bodies=True)
POSTGRESQL = Dialect("postgresql", nested_comments=True, dollar_quotes=True, escape_strings=True, compound_bodies=True)
MYSQL = Dialect(
    "mysql",
    identifier_quote="`",
    backslash_escapes=True,
    double_quoted_strings=True,
    backtick_names=True,
    hash_comments=True,
    dash_comments_need_blank=True,
    delimiter_command=True,
    compound_bodies=True,
)
