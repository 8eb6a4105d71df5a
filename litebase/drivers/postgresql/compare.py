"""How schemas of PostgreSQL are made alike, where everything depends on what it uses."""

import re
from collections.abc import Sequence

from litebase_schema.catalog import ObjectRef

from litebase.drivers.altering import Part, Planned, Table
from litebase.drivers.comparing import Habits
from litebase.drivers.postgresql.alter import remark_of
from litebase.sql.dialect import POSTGRESQL

__all__ = ["HABITS", "align", "dropped", "is_divided", "mended", "placed", "remark"]

HABITS = Habits(
    POSTGRESQL,
    nouns={
        "table": "TABLE", "foreign_table": "FOREIGN TABLE", "view": "VIEW", "materialized_view": "MATERIALIZED VIEW",
        "trigger": "TRIGGER", "sequence": "SEQUENCE IF EXISTS", "function": "ROUTINE", "procedure": "ROUTINE",
        "type": "TYPE",
    },
    replaces=True,
    whole=("type", "extension", "foreign_table"),
)  # fmt: skip
_DIVIDED = re.compile(r"^(?:PARTITION BY|INHERITS) | ATTACH PARTITION ", re.MULTILINE)
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
    return _sequence(ref, first, other) if ref.kind == "sequence" else None


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
    if any(" OWNED BY " in one for one in other) and not any(" OWNED BY " in one for one in first):
        made.append(f"ALTER SEQUENCE {place} OWNED BY NONE")
    made += [one for one in first[1:] if one.startswith("COMMENT ON ")]
    return [*made, *_no_remark(ref, first, other)]


def align(_before: Table, _after: Table) -> None:
    """Nothing: columns have nothing from their table."""


def remark(table: Table, part: Part) -> Planned | None:
    """COMMENT ON an index or a constraint."""
    return remark_of(table, part)


def is_divided(statements: Sequence[str]) -> bool:
    """Whether these make a table with partitions, one of them, or one that inherits."""
    return any(_DIVIDED.search(one) for one in statements)
