"""Rows of the schema table that `.dump` of the sqlite3 program writes for virtual tables.

The program has no other way: CREATE VIRTUAL TABLE would make the tables behind it and fill them, and the dump brings
them along. SQLite takes such a row only while `writable_schema` is on and `defensive` is off. Both are switched for
that row alone, which must be what the program writes, word for word, after SQLite has compiled the CREATE VIRTUAL
TABLE in it. Nothing else reaches the schema table: what the dump says about `writable_schema` itself has no effect.
"""

import re

_LONGEST = 1_000_000  # characters; longer rows are not looked at
_TEXT = r"'((?:[^']++|'')*+)'"
_ROW = re.compile(
    r"INSERT INTO sqlite_(?:schema|master)\(type,name,tbl_name,rootpage,sql\)"
    rf"VALUES\('table',({_TEXT}),\1,0,'(CREATE VIRTUAL TABLE (?:[^']++|'')*+)'\);?"
)


def created(sql: str) -> str | None:
    """The CREATE VIRTUAL TABLE that a row of `.dump` brings; None where `sql` is something else."""
    row = _ROW.fullmatch(sql.strip()) if len(sql) <= _LONGEST else None
    return None if row is None else row[3].replace("''", "'")
