"""How schemas of MySQL and MariaDB are made alike: nothing depends on anything but foreign keys."""

import re
from collections.abc import Sequence

from litebase_schema.catalog import ObjectRef

from litebase.drivers.altering import Part, Planned, Table
from litebase.drivers.comparing import Habits
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.mysql.alter import COMMITS
from litebase.sql.dialect import MYSQL

__all__ = ["HABITS", "align", "around", "dropped", "is_divided", "mended", "owned", "parents", "placed", "remark"]

HABITS = Habits(
    MYSQL,
    nouns={
        "table": "TABLE", "view": "VIEW", "trigger": "TRIGGER", "sequence": "SEQUENCE", "function": "FUNCTION",
        "procedure": "PROCEDURE", "event": "EVENT",
    },
    index_ties=True,
    dependents=False,
    commits=COMMITS,
    names_itself=r"{}_(?:ibfk|chk)_\d+|CONSTRAINT_\d+|\d+",
)  # fmt: skip
_CHARSET = re.compile(r"(?:DEFAULT )?(?:CHARSET|CHARACTER SET)\s*=?\s*(\w+)", re.IGNORECASE)
_COLLATION = re.compile(r"COLLATE\s*=?\s*(\w+)", re.IGNORECASE)
_SEQUENCE = re.compile(r"CREATE SEQUENCE (?P<name>`(?:[^`]|``)*`\.`(?:[^`]|``)*`) (?P<options>.*?)(?: ENGINE=\w+)?\Z")
_DATABASE = re.compile(r"\ACREATE DATABASE IF NOT EXISTS `(?:[^`]|``)*`")
_WITH_TEXT = re.compile(r"char|text|enum|set", re.IGNORECASE)


def dropped(ref: ObjectRef) -> str:
    """The statement that drops an object."""
    return f"DROP {HABITS.nouns[ref.kind]} {MYSQL.quoted(ref.schema_name or '')}.{MYSQL.quoted(ref.name)}"


def placed(sql: str, _schema: str) -> str:
    """The same: it names its schema."""
    return sql


def mended(ref: ObjectRef, first: Sequence[str], other: Sequence[str]) -> list[str] | None:
    """What changes a database or a sequence; everything else is dropped and made again."""
    if ref.kind == "schema":
        rest, theirs = (_DATABASE.sub("", one[0]) for one in (first, other))
        no_comment = " COMMENT ''" * (" COMMENT " in theirs and " COMMENT " not in rest)
        return [f"ALTER DATABASE {MYSQL.quoted(ref.name)}{rest}{no_comment}"]
    if ref.kind == "sequence" and (said := _SEQUENCE.match(first[0])) is not None:
        return [f"ALTER SEQUENCE {said['name']} {said['options']}"]
    return None


def owned(_first: Sequence[str], _other: Sequence[str]) -> tuple[list[str], list[str]]:
    """Nothing: sequences belong to nothing."""
    return [], []


async def around(_session: DatabaseSession) -> tuple[Sequence[str], Sequence[str]]:
    """Nothing: a table is not dropped while a foreign key refers to it."""
    return (), ()


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


def parents(_statements: Sequence[str]) -> str:
    """Nothing: see `is_divided`."""
    return ""
