"""A table of MySQL as something to be changed, from what `SHOW CREATE TABLE` says of it.

The text has every attribute of a column, and MODIFY loses those that it does not repeat.
"""

import re

from litebase.drivers.altering import Column, Part, Table
from litebase.sql.clauses import QUOTED, Clauses, unquoted
from litebase.sql.dialect import MYSQL

# what stands in a comment for older servers: text, or something in quotes, which may hold such a mark
_VERSIONED = re.compile(r"'(?:[^'\\]|\\.|'')*'|`(?:[^`]|``)*`|/\*M?!\d+ ?(.*?)\*/", re.DOTALL)
_CLAUSES = frozenset({
    "CHARACTER", "COLLATE", "GENERATED", "AS", "NOT", "NULL", "DEFAULT", "ON", "AUTO_INCREMENT", "COMMENT", "CHECK",
    "INVISIBLE", "VISIBLE", "STORED", "VIRTUAL", "PERSISTENT", "WITHOUT", "WITH", "COMPRESSED", "REF_SYSTEM_ID", "SRID",
    "STORAGE", "COLUMN_FORMAT", "UNIQUE", "PRIMARY", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE",
})  # fmt: skip
_ESCAPES = {"0": "\0", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "Z": "\x1a"}
_GENERATED = {"STORED": "stored", "PERSISTENT": "stored", "VIRTUAL": "virtual"}
_ACTIONS = {"CASCADE": "cascade", "RESTRICT": "restrict", "SET": "set_null", "NO": "no_action"}
_INDEX_WORDS = ("KEY", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR")


def table_of(schema: str, name: str, text: str) -> Table:
    """The table of such a text."""
    said = Clauses(_VERSIONED.sub(lambda one: one[0] if one[1] is None else one[1], text), MYSQL)
    table = Table(schema, name, name)
    said.until(("(",))
    for item in said.items():
        if item.startswith("`"):
            _add_column(table, Clauses(item, MYSQL))
        else:
            _add_part(table, Clauses(item, MYSQL))
    table.options = _without_remarks(said)
    return table


def _without_remarks(said: Clauses) -> str:
    """What follows the parentheses, without the comment and the counter of rows."""
    kept, first = [], said.place
    while said.word and said.word != "PARTITION":
        if said.words(2) in (["COMMENT", "="], ["AUTO_INCREMENT", "="]):
            kept.append(said.text(first, said.place))
            said.take(3)
            first = said.place
        else:
            said.take()
    kept.append(said.text(first, said.place))
    return " ".join([*filter(None, kept), said.rest()]).strip()


def _add_column(table: Table, said: Clauses) -> None:
    """Read the definition of a column."""
    column = Column(said.name(), "")
    column.origin = column.name
    column.db_type = said.until(_CLAUSES)
    more = []
    while said.word:
        match said.words(3):
            case ["CHARACTER", "SET", *_]:
                said.take(2)
                column.charset = said.name()
            case ["COLLATE", *_]:
                said.take()
                column.collation = said.name()
            case ["GENERATED", "ALWAYS", "AS"] if said.words(4)[-1] == "(":
                said.take(3)
                column.expression = said.group()[1:-1]
                column.generated = _GENERATED.get(said.word, "virtual")
                said.take() if said.word in _GENERATED else None
            case ["NOT", "NULL", *_]:
                said.take(2)
                column.nullable = False
            case ["NULL", *_]:
                said.take()
            case ["DEFAULT", *_]:
                said.take()
                default = _value(said)
                column.default = None if default.upper() == "NULL" else default
            case ["ON", "UPDATE", *_]:
                said.take(2)
                column.on_update = _value(said)
            case ["AUTO_INCREMENT", *_]:
                said.take()
                column.identity = "auto_increment"
            case ["COMMENT", word, *_] if word == QUOTED:
                said.take()
                column.comment = string_of(said.take()) or None
            case ["CHECK", *_]:
                said.take()
                condition = said.group()
                part = Part("check", column.name, [], len(table.parts), f"CHECK {condition}", inline=column.name)
                part.expression = condition[1:-1]
                table.parts.append(part)
            case _:
                more.append(f"{said.take()} {said.until(_CLAUSES)}".strip())
    column.more = tuple(more)
    table.columns.append(column)


def _value(said: Clauses) -> str:
    """A default: a literal, a call, or an expression in parentheses."""
    first = said.place
    if not said.group():
        said.take()
    said.until(_CLAUSES)
    return said.text(first, said.place)


def string_of(text: str) -> str:
    """What a string says, of which the text is as the server writes it."""
    return re.sub(r"\\(.)|''", lambda one: _ESCAPES.get(one[1], one[1]) if one[1] else "'", text[1:-1], flags=re.DOTALL)


def _add_part(table: Table, said: Clauses) -> None:
    """Read a key or a constraint."""
    text, number = said.sql, len(table.parts)
    name = None
    if said.word == "CONSTRAINT":
        said.take()
        name = said.name()
    match said.words(2):
        case ["PRIMARY", "KEY"]:
            said.take(2)
            table.parts.append(Part("primary_key", None, _columns(said), number, text))
        case ["FOREIGN", "KEY"]:
            said.take(2)
            table.parts.append(_foreign_key(said, Part("foreign_key", name, _columns(said), number), table.schema))
        case ["CHECK", *_]:
            said.take()
            condition = said.group()
            table.parts.append(Part("check", name, [], number, text, expression=condition[1:-1]))
        case [word, *_] if word in _INDEX_WORDS:
            kind = "unique" if word == "UNIQUE" else "index"
            while said.word != QUOTED:
                said.take()
            part = Part(kind, said.name(), _columns(said), number, text, unique=kind == "unique")
            table.parts.append(part)
        case _:
            table.options += f" {text}"


def _columns(said: Clauses) -> list[str]:
    """The columns of a key; of an expression none."""
    found = [Clauses(one, MYSQL) for one in said.items()]
    return [one.name() for one in found if one.word == QUOTED]


def _foreign_key(said: Clauses, part: Part, schema: str) -> Part:
    said.take()
    names = [said.name()]
    while said.word == ".":
        said.take()
        names.append(said.name())
    part.referenced = (names[0] if names[1:] else schema, names[-1])
    part.referenced_columns = _columns(said)
    while said.word == "ON":
        said.take()
        event = said.take().upper()
        action = _ACTIONS[said.take().upper()]
        if action in ("set_null", "no_action"):
            action = "set_default" if unquoted(said.take()).upper() == "DEFAULT" else action
        setattr(part, "on_update" if event == "UPDATE" else "on_delete", action)
    return part
