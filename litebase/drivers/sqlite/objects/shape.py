"""A table of SQLite as something to be changed, from the text that made it: nothing else says what a column has."""

from collections.abc import Sequence

from litebase_schema.catalog import ForeignKey, ObjectRef

from litebase.drivers.altering import Column, Part, Table
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.objects import read
from litebase.drivers.sqlite.objects.names import folded, readable, schemas
from litebase.drivers.sqlite.objects.tables import describe_objects
from litebase.errors import NotFound, Unsupported
from litebase.sql.clauses import Clauses
from litebase.sql.dialect import SQLITE

_TEXTS = "SELECT type, name, tbl_name, sql FROM {}.sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid"
_CLAUSES = frozenset({
    "CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS",
})  # fmt: skip
_ACTIONS = {"CASCADE": "cascade", "RESTRICT": "restrict", "SET": "set_null", "NO": "no_action"}
Text = tuple[str, str, str, str]  # kind, name, table, statement


async def texts(session: DatabaseSession, schema: str) -> list[Text]:
    """The statements that made everything in an attached database."""
    if schema not in await schemas(session):
        raise NotFound("object", schema, f"There is no attached database {schema!r}.")
    return [(*row,) for row in await read(session, _TEXTS.format(SQLITE.quoted(schema)))]


async def read_table(session: DatabaseSession, wanted: ObjectRef) -> Table:
    """The table as it is."""
    schema, name = wanted.schema_name or "", wanted.name
    found = [one for one in await texts(session, schema) if folded(one[1]) == folded(name) and one[0] != "index"]
    found = [one for one in found if one[0] in ("table", "view")]
    if not found:
        raise NotFound("object", name, f"There is no table {name!r} in {schema!r}.")
    ((kind, own_name, _, sql),) = found
    is_virtual = Clauses(sql, SQLITE).words(2) == ["CREATE", "VIRTUAL"] if readable(sql) == sql else False
    if kind == "view" or is_virtual:
        raise Unsupported(f"{name!r} is a {'virtual table' if is_virtual else 'view'}; only tables are changed.")
    if readable(sql) != sql:
        raise Unsupported("The text of this table is not valid UTF-8.")
    described = await describe_objects(session, [ObjectRef(kind="table", schema_name=schema, name=own_name)])
    table = table_of(schema, sql, await texts(session, schema))
    draft = described.found.get((schema, own_name))
    table.referenced_by = _others(draft.referenced_by if draft else (), own_name)
    return table


def _others(keys: Sequence[ForeignKey], name: str) -> list[ForeignKey]:
    """Those of other tables: the table's own are parts of it."""
    return [one for one in keys if one.table.name != name]


def table_of(schema: str, sql: str, all_texts: Sequence[Text]) -> Table:
    """The table that a statement makes, with its indexes."""
    said = Clauses(sql, SQLITE)
    said.until(("TABLE",))
    said.take()
    if said.words(3) == ["IF", "NOT", "EXISTS"]:
        said.take(3)
    name = said.name()
    while said.word == ".":
        said.take()
        name = said.name()
    if said.word != "(":
        raise Unsupported("The text of this table is not one that SQLite writes.")
    table = Table(schema, name, name)
    for item in said.items():
        if _is_column(item):
            _add_column(table, Clauses(item, SQLITE))
        else:
            _add_constraints(table, Clauses(item, SQLITE))
    table.options = said.rest().rstrip("; \n")
    for kind, index, owner, text in all_texts:
        if kind == "index" and folded(owner) == folded(name):
            table.parts.append(_index(index, text, len(table.parts)))
    own = {one.name.lower(): one.name for one in table.columns}
    for part in table.parts:
        part.columns = [own.get(one.lower(), one) for one in part.columns]
        if part.kind == "primary_key":
            for one in table.columns:
                if one.name in part.columns and _is_rowid(table, part, one):
                    one.identity = "rowid" if "AUTOINCREMENT" not in (part.text or "").upper() else "auto_increment"
    return table


def _is_rowid(table: Table, key: Part, column: Column) -> bool:
    is_plain = len(key.columns) == 1 and column.db_type.upper() == "INTEGER"
    return (
        is_plain and "WITHOUT" not in table.options.upper() and not (key.inline and " DESC" in (key.text or "").upper())
    )


def _is_column(item: str) -> bool:
    said = Clauses(item, SQLITE)
    return said.word not in ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN") or (
        said.words(2)[-1] not in ("KEY", "(") and said.word != "CONSTRAINT"
    )


def _add_column(table: Table, said: Clauses) -> None:
    column = Column(said.name(), "")
    column.origin = column.name
    column.db_type = said.until(_CLAUSES)
    while said.word:
        first, name = said.place, None
        if said.word == "CONSTRAINT":
            said.take()
            name = said.name()
        word = said.word
        match word:
            case "NOT":
                said.take(2)
                column.nullable = False
                if said.word == "ON":
                    column.conflict = " " + said.take(3)
            case "NULL":
                said.take()
            case "DEFAULT":
                said.take()
                column.default = _default(said)
            case "COLLATE":
                said.take()
                column.collation = said.name()
            case "GENERATED" | "AS":
                said.take(3 if word == "GENERATED" else 1)
                column.expression = said.group()[1:-1]
                column.generated = "stored" if said.word == "STORED" else "virtual"
                said.take() if said.word in ("STORED", "VIRTUAL") else None
            case "PRIMARY" | "UNIQUE" | "CHECK" | "REFERENCES":
                part = Part("", name, [column.name], len(table.parts), inline=column.name)
                _read_constraint(table, said, part)
                part.text = said.text(first, said.place)
                table.parts.append(part)
                if part.kind == "check":
                    part.columns = []
            case _:  # a word that SQLite takes and does not read
                column.more = (*column.more, said.take())
    table.columns.append(column)


def _default(said: Clauses) -> str:
    first = said.place
    if not said.group():
        said.take()
        said.until(_CLAUSES)
    return said.text(first, said.place)


def _add_constraints(table: Table, said: Clauses) -> None:
    """Read constraints of the table; SQLite lets the commas between them be left out."""
    while said.word:
        first, name = said.place, None
        if said.word == "CONSTRAINT":
            said.take()
            name = said.name()
        part = Part("", name, [], len(table.parts))
        _read_constraint(table, said, part)
        part.text = said.text(first, said.place)
        if part.kind:
            table.parts.append(part)


def _read_constraint(table: Table, said: Clauses, part: Part) -> None:
    """Read one constraint, of a column or of the table."""
    word = said.take().upper()
    if word == "PRIMARY":
        said.take()
        part.kind = "primary_key"
        if said.word in ("ASC", "DESC"):
            said.take()
    elif word == "FOREIGN":
        said.take()
        part.columns = _names(said)
        word = said.take().upper()
    if word in ("PRIMARY", "UNIQUE"):
        part.kind = part.kind or "unique"
        part.columns = _names(said) if said.word == "(" else part.columns
        said.take(3) if said.word == "ON" else None
        said.take() if said.word == "AUTOINCREMENT" else None
    elif word == "CHECK":
        part.kind = "check"
        part.expression = said.group()[1:-1]
        said.take(3) if said.word == "ON" else None
    elif word == "REFERENCES":
        part.kind = "foreign_key"
        part.referenced = (table.schema, said.name())
        part.referenced_columns = _names(said) if said.word == "(" else []
        _read_actions(said, part)


def _names(said: Clauses) -> list[str]:
    return [Clauses(one, SQLITE).name() for one in said.items()]


def _read_actions(said: Clauses, part: Part) -> None:
    while said.word in ("ON", "MATCH", "DEFERRABLE") or said.words(2) == ["NOT", "DEFERRABLE"]:
        word = said.take().upper()
        if word == "ON":
            event, action = said.take().upper(), _ACTIONS.get(said.take().upper(), "no_action")
            if action in ("set_null", "no_action"):
                action = "set_default" if said.take().upper() == "DEFAULT" else action
            setattr(part, "on_update" if event == "UPDATE" else "on_delete", action)
        else:
            said.take() if word in ("MATCH", "NOT") else None
            said.take(2) if said.word == "INITIALLY" else None


def _index(name: str, sql: str, number: int) -> Part:
    said = Clauses(sql, SQLITE)
    unique = said.words(2)[-1] == "UNIQUE"
    said.until(("(",))
    items = list(said.items())
    part = Part("index", name, [], number, sql, pieces=[(None, one) for one in items], unique=unique)
    part.columns = [said.name() for said in (Clauses(one, SQLITE) for one in items) if len(said.words(2)) == 1 or
                    said.words(2)[-1] in ("ASC", "DESC", "COLLATE")]  # fmt: skip
    if said.word == "WHERE":
        said.take()
        part.predicate = said.rest()
    return part
