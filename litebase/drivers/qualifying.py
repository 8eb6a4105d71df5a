"""The schema that names in SQL are qualified by, replaced by another one, or left out so that texts can be compared."""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress

from litebase.errors import InvalidScript
from litebase.sql.clauses import QUOTED, unquoted
from litebase.sql.dialect import POSTGRESQL, Dialect
from litebase.sql.scanner import lexemes

_WORD = re.compile(r"\w")
_NAMING = frozenset({
    "REGCLASS", "REGTYPE", "REGPROC", "REGPROCEDURE", "REGOPER", "REGOPERATOR", "REGCOLLATION", "REGCONFIG",
    "REGDICTIONARY",
})  # fmt: skip
# what stands before the name of something that a statement makes or uses beside its own object
_BESIDE = (("STATISTICS",), ("COLLATION",), ("SEQUENCE", "NAME"), ("MULTIRANGE_TYPE_NAME", "="))
_FROM_ENDS = frozenset({
    "SELECT", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "FETCH", "WINDOW", "UNION", "EXCEPT", "INTERSECT",
    "SET", "VALUES", "RETURNING",
})  # fmt: skip
_BEFORE_TABLES = frozenset({"JOIN", "ONLY", "INTO", "UPDATE", "VIEW", "ON", "TO", "TABLE", "LATERAL"})
_WITH_QUERIES = re.compile(
    r"CREATE (?:OR REPLACE )?(?:ALGORITHM=\w+ )?(?:SQL SECURITY \w+ )?(?:(?:MATERIALIZED )?VIEW|RULE|POLICY) "
)

Lexeme = tuple[str, int, int]


def requalified(text: str, schema: str, to: str | None, names: Collection[str], dialect: Dialect) -> str:
    """The same SQL with another schema before these names, or without one.

    Only a qualifier is replaced, and only before a name that is known: an alias or a column may have the name of the
    schema. Strings are left alone, and with them most bodies of routines, but for those that become a name by a cast
    such as `'a.b'::regclass`, or by SET search_path. What cannot be read, as a body of other rules, stays as it is.
    """
    if schema == to or (schema.isalnum() and schema.lower() not in text.lower()):
        return text
    new = "" if to is None else f"{dialect.quoted(to)}."
    read = _readable(text, dialect)
    tables = _tables(read) if _has_alias(text, read, schema, names, dialect) else None
    changes = _in_search_path(text, read, schema, to) if dialect is POSTGRESQL else []
    for at, (mark, start, end) in enumerate(read):
        before, after = read[at - 1][0] if at else "", [one[0] for one in read[at + 1 : at + 4]]
        raw = text[start:end]
        if mark == QUOTED and raw.startswith("'"):
            if dialect is POSTGRESQL and before != "E" and after[:2] == [":", ":"] and after[-1] in _NAMING:
                inner = requalified(raw[1:-1].replace("''", "'"), schema, to, names, dialect)
                changes.append((start, end, "'" + inner.replace("'", "''") + "'"))
        elif after[:1] == ["."] and before != "." and len(read) > at + 2 and _name(raw, dialect) == schema:
            _, first, last = read[at + 2]
            is_column = tables is not None and at not in tables and before != ":" and after[2:3] not in (["("], ["."])
            if before == "COLLATE" or (_name(text[first:last], dialect) in names and not is_column):
                changes.append((start, read[at + 1][2], new))
    for start, end, said in sorted(changes, reverse=True):
        text = text[:start] + said + text[end:]
    return text


def made_beside(text: str, schema: str, dialect: Dialect) -> Iterator[str]:
    """The names of what a statement makes beside its own object: the sequence of an identity column, statistics."""
    if dialect is not POSTGRESQL or not any(words[0] in text.upper() for words in _BESIDE):
        return
    read = _readable(text, dialect)
    for words in _BESIDE:
        for at in range(len(read) - len(words) - 2):
            (_, start, end), (dot, *_), (_, first, last) = read[at + len(words) : at + len(words) + 3]
            said = tuple(one[0] for one in read[at : at + len(words)])
            if said == words and dot == "." and _name(text[start:end], dialect) == schema:
                yield _name(text[first:last], dialect) or ""


def ended(text: str, dialect: Dialect) -> str:
    """The same without a comment at its end, which would take the semicolon behind it."""
    try:
        *_, (_, _, end) = lexemes(text, dialect)
    except (InvalidScript, ValueError):
        return text
    return text[:end]


def names_schema(text: str, schema: str) -> bool:
    """Whether a text has what may be a name in a schema, wherever it stands."""
    return re.search(rf"(?<![\w.]){re.escape(schema)}[\"`]?\s*\.", text, re.IGNORECASE) is not None


def _readable(text: str, dialect: Dialect) -> list[Lexeme]:
    """The words and marks of a text, up to a quote that is never closed."""
    found = list[Lexeme]()
    with suppress(InvalidScript):
        for one in lexemes(text, dialect):
            found.append(one)  # what was read before the error is kept
    return found


def _in_search_path(text: str, read: Sequence[Lexeme], schema: str, to: str | None) -> list[tuple[int, int, str]]:
    """The schema as an element of `SET search_path TO 'a', 'b'` of a routine."""
    found, at = list[tuple[int, int, str]](), 0
    while at + 3 < len(read):
        if [one[0] for one in read[at : at + 2]] == ["SET", "SEARCH_PATH"] and read[at + 2][0] in ("TO", "="):
            at += 3
            while at < len(read):
                _, start, end = read[at]
                if text[start] == "'" and unquoted(text[start:end]) == schema:
                    found.append((start, end, "'" + (to or "").replace("'", "''") + "'"))
                at += 1
                if at == len(read) or read[at][0] != ",":
                    break
                at += 1
        else:
            at += 1
    return found


def _has_alias(text: str, read: Sequence[Lexeme], schema: str, names: Collection[str], dialect: Dialect) -> bool:
    """Whether columns in a query may be qualified by a name that is the schema's, too."""
    if _WITH_QUERIES.match(text) is None:
        return False
    own = [at for at, (_, start, end) in enumerate(read) if _name(text[start:end], dialect) == schema]
    marks = [one[0] for one in read]
    return any(marks[at + 1 : at + 2] != ["."] and (marks[at - 1] != "." or schema in names) for at in own)


def _tables(read: Sequence[Lexeme]) -> set[int]:
    """The places at which a table, and no column, is named in the server's text of a query."""
    found, clauses, is_next, before = set[int](), [""], False, ""
    for at, (mark, *_) in enumerate(read):
        if is_next:
            found.add(at)
        if mark == "(":
            is_next = is_next and before != "ON"
            clauses.append("FROM" if is_next else "")
        elif mark == ")":
            is_next = False
            clauses = clauses[:-1] or [""]
        elif mark == ",":
            is_next = clauses[-1] == "FROM"
        elif mark == "FROM":
            is_next = before == "DELETE" or (before != "DISTINCT" and clauses[-1] == "SELECT")
            clauses[-1] = "FROM" if is_next else clauses[-1]
        else:
            is_next = mark in _BEFORE_TABLES
            clauses[-1] = mark if mark in _FROM_ENDS else clauses[-1]
        before = mark
    return found


def _name(raw: str, dialect: Dialect) -> str | None:
    """What an identifier names; None for what is none."""
    if raw[:1] == dialect.quoted("x")[0]:
        return unquoted(raw)
    if not _WORD.match(raw):
        return None
    return raw.lower() if dialect is POSTGRESQL else raw
