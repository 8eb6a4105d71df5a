"""How schemas of MySQL and MariaDB are made alike: nothing depends on anything but foreign keys."""

import re
from collections.abc import Sequence

from litebase_schema.catalog import ObjectRef

from litebase.drivers.altering import Part, Planned, Table
from litebase.drivers.comparing import Habits
from litebase.sql.dialect import MYSQL

__all__ = ["HABITS", "align", "dropped", "is_divided", "mended", "placed", "remark"]

HABITS = Habits(
    MYSQL,
    nouns={
        "table": "TABLE", "view": "VIEW", "trigger": "TRIGGER", "sequence": "SEQUENCE", "function": "FUNCTION",
        "procedure": "PROCEDURE", "event": "EVENT",
    },
    index_ties=True,
    dependents=False,
)  # fmt: skip
_CHARSET = re.compile(r"(?:DEFAULT )?(?:CHARSET|CHARACTER SET)\s*=?\s*(\w+)", re.IGNORECASE)
_COLLATION = re.compile(r"COLLATE\s*=?\s*(\w+)", re.IGNORECASE)
_SEQUENCE = re.compile(r"CREATE SEQUENCE (?P<name>`(?:[^`]|``)*`\.`(?:[^`]|``)*`) (?P<options>.*?)(?: ENGINE=\w+)?\Z")
_WITH_TEXT = re.compile(r"char|text|enum|set", re.IGNORECASE)


def dropped(ref: ObjectRef) -> str:
    """The statement that drops an object."""
    return f"DROP {HABITS.nouns[ref.kind]} {MYSQL.quoted(ref.schema_name or '')}.{MYSQL.quoted(ref.name)}"


def placed(sql: str, _schema: str) -> str:
    """The same: it names its schema."""
    return sql


def mended(ref: ObjectRef, first: Sequence[str], _other: Sequence[str]) -> list[str] | None:
    """What changes a database or a sequence; everything else is dropped and made again."""
    if ref.kind == "schema":
        rest = re.sub(r"\ACREATE DATABASE IF NOT EXISTS `(?:[^`]|``)*`", "", first[0])
        return [f"ALTER DATABASE {MYSQL.quoted(ref.name)}{rest}"]
    if ref.kind == "sequence" and (said := _SEQUENCE.match(first[0])) is not None:
        return [f"ALTER SEQUENCE {said['name']} {said['options']}"]
    return None


def align(before: Table, after: Table) -> None:
    """Say in columns what they have from their table, where the tables have other character sets."""
    own, theirs = _text_options(after.options), _text_options(before.options)
    if own == theirs:
        return
    for table, (charset, collation) in ((after, own), (before, theirs)):
        for one in table.columns:
            if one.charset is None and one.collation is None and _WITH_TEXT.search(one.db_type.partition("(")[0]):
                one.charset, one.collation = charset, collation
            elif one.charset is None and one.collation is not None:
                one.charset = one.collation.partition("_")[0]


def _text_options(options: str) -> tuple[str | None, str | None]:
    charset, collation = _CHARSET.search(options), _COLLATION.search(options)
    return charset and charset[1], collation and collation[1]


def remark(_table: Table, _part: Part) -> Planned | None:
    """Nothing: a comment is a part of the definition."""
    return None


def is_divided(_statements: Sequence[str]) -> bool:
    """Tables with partitions are changed as others are, and their partitions refused."""
    return False
