"""How schemas of PostgreSQL are made alike, where everything depends on what it uses."""

import re
from collections.abc import Sequence

from litebase_schema.catalog import ObjectRef

from litebase.drivers.altering import Part, Planned, Table
from litebase.drivers.comparing import Habits
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.postgresql.alter import remark_of
from litebase.sql.clauses import Clauses, unquoted
from litebase.sql.dialect import POSTGRESQL

__all__ = ["HABITS", "align", "around", "dropped", "is_divided", "mended", "owned", "parents", "placed", "remark"]

HABITS = Habits(
    POSTGRESQL,
    nouns={
        "table": "TABLE IF EXISTS",  # a partition goes with its table
        "foreign_table": "FOREIGN TABLE", "view": "VIEW", "materialized_view": "MATERIALIZED VIEW",
        "trigger": "TRIGGER", "sequence": "SEQUENCE IF EXISTS", "function": "ROUTINE", "procedure": "ROUTINE",
        "type": "TYPE",
    },
    replaces=True,
    names_itself=r"{}_(?:.*_)?(?:pkey|key|fkey|check|excl)\d*",
    whole=("type", "extension", "foreign_table"),
)  # fmt: skip
_DIVIDED = re.compile(r"^(?:PARTITION BY|INHERITS) | ATTACH PARTITION ", re.MULTILINE)
_OWNED = re.compile(r"ALTER SEQUENCE .* OWNED BY ", re.DOTALL)
_SEQUENCE = re.compile(r"CREATE (?:UNLOGGED )?SEQUENCE ")
_OPTIONS = re.compile(
    r"(?: AS (?P<type>\w+))?(?: START WITH (?P<start>-?\d+))?(?: INCREMENT BY (?P<by>-?\d+))?"
    r"(?: MINVALUE (?P<least>-?\d+))?(?: MAXVALUE (?P<most>-?\d+))?(?: CACHE (?P<cache>\d+))?(?P<cycle> CYCLE)?\Z"
)


def dropped(ref: ObjectRef) -> str:
    """The statement that drops an object."""
    place = f"{POSTGRESQL.quoted(ref.schema_name or '')}.{POSTGRESQL.quoted(ref.name)}"
    if ref.kind == "trigger":
        table = f"{POSTGRESQL.quoted(ref.schema_name or '')}.{POSTGRESQL.quoted(ref.parent_name or '')}"
        return f"DROP TRIGGER {POSTGRESQL.quoted(ref.name)} ON {table}"
    return f"DROP {HABITS.nouns[ref.kind]} {place}" + (f"({ref.signature})" if ref.signature is not None else "")


def placed(sql: str, _schema: str) -> str:
    """The same: it names its schema."""
    return sql


def mended(ref: ObjectRef, first: Sequence[str], other: Sequence[str]) -> list[str] | None:
    """What changes a sequence, or a routine that is called as before; other objects are dropped and made again."""
    if ref.kind in ("function", "procedure") and first and other:
        is_same = _head(first[0]) == _head(other[0]) and first[0].startswith("CREATE OR REPLACE")
        return [*first, *_no_remark(ref, first, other)] if is_same else None
    if ref.kind == "schema":
        return _remarked(ref, first, other)
    return _sequence(ref, first, other) if ref.kind == "sequence" else None


def _remarked(ref: ObjectRef, first: Sequence[str], other: Sequence[str]) -> list[str] | None:
    """COMMENT ON SCHEMA, where nothing else differs: collations stand for their schema, and are not changed."""
    own, theirs = ([one for one in said if one.startswith("CREATE COLLATION ")] for said in (first, other))
    if own or theirs:
        return None
    said = next((Clauses(one, POSTGRESQL) for one in first if one.startswith("COMMENT ON SCHEMA ")), None)
    if said is None:
        return [f"COMMENT ON SCHEMA {POSTGRESQL.quoted(ref.name)} IS NULL"]
    said.take(5)  # the words, the name and IS
    return [f"COMMENT ON SCHEMA {POSTGRESQL.quoted(ref.name)} IS {said.rest()}"]


def _head(sql: str) -> str:
    """How a routine is called, without the schema."""
    return sql.partition("\n LANGUAGE")[0].partition("(")[2]


def _no_remark(ref: ObjectRef, first: Sequence[str], other: Sequence[str]) -> list[str]:
    """The statement that takes a comment away, if the first has none."""
    remarks = [one for one in other if one.startswith("COMMENT ON ")]
    if not remarks or any(one.startswith("COMMENT ON ") for one in first):
        return []
    noun = {"sequence": "SEQUENCE"}.get(ref.kind, "ROUTINE")
    signature = f"({ref.signature})" if ref.signature is not None else ""
    return [
        f"COMMENT ON {noun} {POSTGRESQL.quoted(ref.schema_name or '')}.{POSTGRESQL.quoted(ref.name)}{signature} IS NULL"
    ]


def _sequence(ref: ObjectRef, first: Sequence[str], other: Sequence[str]) -> list[str] | None:
    """How a sequence counts, to whom it belongs, and its comment."""
    place = f"{POSTGRESQL.quoted(ref.schema_name or '')}.{POSTGRESQL.quoted(ref.name)}"
    said = _OPTIONS.search(first[0])
    if said is None or _SEQUENCE.match(first[0]) is None:
        return None
    by = int(said["by"] or 1)
    start = said["start"] or (said["least"] or 1 if by > 0 else said["most"] or -1)
    least, most = (f"{word}VALUE {said[name]}" if said[name] else f"NO {word}VALUE"
                   for word, name in (("MIN", "least"), ("MAX", "most")))  # fmt: skip
    sql = f"ALTER SEQUENCE {place} AS {said['type'] or 'bigint'} INCREMENT BY {by} {least} {most} START WITH {start}"
    made = [f"{sql} CACHE {said['cache'] or 1} {'CYCLE' if said['cycle'] else 'NO CYCLE'}"]
    made += [one for one in first[1:] if one.startswith("COMMENT ON ")]
    return [*made, *_no_remark(ref, first, other)]


def owned(first: Sequence[str], other: Sequence[str]) -> tuple[list[str], list[str]]:
    """OWNED BY NONE before the column may be dropped, and with it the sequence; OWNED BY when all columns are there."""
    own, theirs = ([one for one in said if _OWNED.match(one)] for said in (first, other))
    if list(map(_owner, own)) == list(map(_owner, theirs)):
        return [], []
    return [f"{one.rpartition(' OWNED BY ')[0]} OWNED BY NONE" for one in theirs], own


def _owner(sql: str) -> list[str]:
    """The column that a sequence belongs to."""
    said = Clauses(sql, POSTGRESQL)
    said.until(("OWNED",))
    said.take(2)
    return [unquoted(said.take()) for _ in range(5)]


async def around(_session: DatabaseSession) -> tuple[Sequence[str], Sequence[str]]:
    """Nothing: a table is not dropped while a foreign key refers to it."""
    return (), ()


def align(_before: Table, _after: Table) -> None:
    """Nothing: columns have nothing from their table."""


def remark(table: Table, part: Part) -> Planned | None:
    """COMMENT ON an index or a constraint."""
    return remark_of(table, part)


def is_divided(statements: Sequence[str]) -> bool:
    """Whether these make a table with partitions, one of them, or one that inherits."""
    return any(_DIVIDED.search(one) for one in statements)


def parents(statements: Sequence[str]) -> str:
    """The names of the tables of which this is a partition, or from which it inherits."""
    found = [one.partition(" ATTACH PARTITION ") for one in statements]
    said = [head for head, mark, _ in found if mark]
    return " ".join([*said, *(one.rpartition("\nINHERITS ")[2] for one in statements if "\nINHERITS (" in one)])
