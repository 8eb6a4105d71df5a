"""Rows of the schema table that `.dump` of the sqlite3 program writes for virtual tables.

The program has no other way: CREATE VIRTUAL TABLE would make the tables behind it and fill them, and the dump brings
them along. SQLite takes such a row only while `writable_schema` is on and `defensive` is off. Both are switched for
that row alone, which must be what the program writes, word for word, after SQLite has compiled the CREATE VIRTUAL
TABLE in it. Nothing else reaches the schema table: what the dump says about `writable_schema` itself has no effect.

A row whose name is not that of the table in its text, or is there already, makes a schema that SQLite cannot read. So
the text must be as SQLite stores it, with one name and neither a schema nor IF NOT EXISTS, and the name must be new.
"""

import re
from typing import NamedTuple

from litebase.sql.lexical import FIRST_LETTER, LETTER_OR_DOLLAR

_LONGEST = 1_000_000  # characters; longer rows are not looked at
_TEXT = r"'((?:[^']++|'')*+)'"
_ROW = re.compile(
    r"INSERT INTO sqlite_(?:schema|master)\(type,name,tbl_name,rootpage,sql\)"
    rf"VALUES\('table',({_TEXT}),\1,0,'(CREATE VIRTUAL TABLE (?:[^']++|'')*+)'\);?"
)
_SPACE = r"[ \t\n\f\r]"
_QUOTED = rf"{_TEXT}|\"(?:[^\"]++|\"\")*+\"|`(?:[^`]++|``)*+`|\[[^\]]*+\]"
_PLAIN = f"{FIRST_LETTER}{LETTER_OR_DOLLAR}*+"
_NAMED = re.compile(
    rf"CREATE VIRTUAL TABLE{_SPACE}++"
    rf"(?:(?P<quoted>{_QUOTED}){_SPACE}*+|(?P<plain>{_PLAIN}){_SPACE}++)(?i:USING){_SPACE}"
)


class VirtualTable(NamedTuple):
    """What a row of `.dump` brings."""

    name: str
    sql: str  # its CREATE VIRTUAL TABLE


def created(sql: str) -> VirtualTable | None:
    """The virtual table that a row of `.dump` brings; None where `sql` is something else."""
    row = _ROW.fullmatch(sql.strip()) if len(sql) <= _LONGEST else None
    if row is None:
        return None
    table = VirtualTable(row[1][1:-1].replace("''", "'"), row[3].replace("''", "'"))
    return table if _name(table.sql) == table.name else None


def _name(sql: str) -> str | None:
    """The name in a CREATE VIRTUAL TABLE; None where it is not the only one."""
    named = _NAMED.match(sql)
    if named is None:
        return None
    if (quoted := named["quoted"]) is None:
        return named["plain"]
    end = quoted[-1]
    return quoted[1:-1] if end == "]" else quoted[1:-1].replace(2 * end, end)
