"""The first word of a statement, and whether there is any: looked for behind blanks and comments."""

import re

_BLANKS = re.compile(r"(?:\s|\ufeff|--[^\n]*(?:\n|\Z)|/\*.*?(?:\*/|\Z))*", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+")


def is_blank(sql: str) -> bool:
    """Whether there is nothing in `sql` but blanks, comments and semicolons."""
    position = 0
    while (found := _BLANKS.match(sql, position)) is not None:
        position = found.end()
        if not sql.startswith(";", position):
            break
        position += 1
    return position == len(sql)


def first_word(sql: str) -> str:
    """The first word in upper case, for example `SELECT`; empty when the text does not begin with one."""
    start = _BLANKS.match(sql)
    word = _WORD.match(sql, start.end() if start else 0)
    return word[0].upper() if word else ""
