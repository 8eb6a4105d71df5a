"""The schema that names in SQL are qualified by, replaced by another one, or left out so that texts can be compared."""

import re
from collections.abc import Collection

from litebase.sql.clauses import QUOTED, unquoted
from litebase.sql.dialect import POSTGRESQL, Dialect
from litebase.sql.scanner import lexemes

_WORD = re.compile(r"\w")


def requalified(text: str, schema: str, to: str | None, names: Collection[str], dialect: Dialect) -> str:
    """The same SQL with another schema before these names, or without one.

    Only a qualifier is replaced, and only before a name that is known: an alias or a column may have the name of the
    schema. Strings are left alone, and with them most bodies of routines, but for those that become a name by a cast
    such as `'a.b'::regclass`.
    """
    if schema == to or (schema.isalnum() and schema.lower() not in text.lower()):
        return text
    new = "" if to is None else f"{dialect.quoted(to)}."
    read = list(lexemes(text, dialect))
    changes = list[tuple[int, int, str]]()
    for at, (mark, start, end) in enumerate(read):
        before, after = read[at - 1][0] if at else "", [one[0] for one in read[at + 1 : at + 4]]
        raw = text[start:end]
        if mark == QUOTED and raw.startswith("'"):
            if dialect is POSTGRESQL and before != "E" and _is_name(after):
                inner = requalified(raw[1:-1].replace("''", "'"), schema, to, names, dialect)
                changes.append((start, end, "'" + inner.replace("'", "''") + "'"))
        elif after[:1] == ["."] and before != "." and len(read) > at + 2 and _name(raw, dialect) == schema:
            _, first, last = read[at + 2]
            if before == "COLLATE" or _name(text[first:last], dialect) in names:
                changes.append((start, read[at + 1][2], new))
    for start, end, said in reversed(changes):
        text = text[:start] + said + text[end:]
    return text


def _is_name(after: Collection[str]) -> bool:
    """Whether a string is cast to what names an object."""
    first, second, third = [*after, "", "", ""][:3]
    return (first, second) == (":", ":") and third.startswith("REG")


def _name(raw: str, dialect: Dialect) -> str | None:
    """What an identifier names; None for what is none."""
    if raw[:1] == dialect.quoted("x")[0]:
        return unquoted(raw)
    if not _WORD.match(raw):
        return None
    return raw.lower() if dialect is POSTGRESQL else raw
