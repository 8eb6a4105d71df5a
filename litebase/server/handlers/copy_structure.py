"""The table that a copy makes: like its source as far as the other engine allows, and said where it does not."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from litebase_schema.catalog import DescribedColumn, DescribedIndex, ForeignKey, ObjectRef
from litebase_schema.copies import CopyWarning

from litebase.drivers.altering import Column, Part, Rules, Table, TableEditor
from litebase.drivers.copying import CopyDialect, Portable, fit
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.naming import Names
from litebase.drivers.objects import Draft
from litebase.errors import NotFound
from litebase.sql.clauses import mentions

_LONG = ("text", "blob", "longtext", "longblob")
_PREFIX = "(191)"  # characters of four bytes, that a key of every MySQL has room for


@dataclass(slots=True)
class Remarks:
    """Where the target differs from the source."""

    said: list[CopyWarning] = field(default_factory=list)

    def say(self, code: str, message: str, column: str | None = None) -> None:
        """Say something once."""
        one = CopyWarning(code=code, message=message, column=column)
        if one not in self.said:
            self.said.append(one)


@dataclass(frozen=True, slots=True)
class Original:
    """What is copied. `types` are the columns' own, also below domains."""

    draft: Draft
    columns: Sequence[DescribedColumn]
    types: Mapping[str, str]
    dialect: CopyDialect
    collations: Mapping[str, str]

    def portable(self, column: DescribedColumn) -> Portable:
        """A column's type."""
        return self.dialect.portable(self.types.get(column.name, column.db_type), column.kind)


@dataclass(frozen=True, slots=True)
class Made:
    """A column of the new table as a description would have it."""

    db_type: str
    kind: str
    fills: bool = False  # NULL becomes a value of its own


@dataclass(slots=True)
class Blueprint:
    """A table that is to be made. `later` are the parts that are added when the rows are there."""

    table: Table
    columns: dict[str, Made] = field(default_factory=dict)
    numbered: list[str] = field(default_factory=list)
    later: list[Part] = field(default_factory=list)


class Drawing:
    """Makes a blueprint of an original."""

    def __init__(
        self, original: Original, target: ObjectRef, dialect: CopyDialect, rules: Rules, remarks: Remarks
    ) -> None:
        self._original, self._target, self._dialect = original, target, dialect
        self._rules, self._remarks = rules, remarks
        self._same = original.dialect is dialect
        self._names = {one.name for one in original.columns}
        primary = next((one.columns for one in original.draft.keys if one.primary), [])
        self._key = list(primary) if self._names.issuperset(primary) else []
        if primary and not self._key:
            remarks.say("left_out", "The primary key is left out: not all its columns are copied.")

    def drawn(self, lacking: Collection[str], collations: Collection[str]) -> Blueprint:
        """The table with its columns and its primary key."""
        target, draft, columns = self._target, self._original.draft, self._original.columns
        options = "STRICT" if "strict" in draft.traits else ""  # in which a column ANY makes no numbers of texts
        made = Blueprint(
            Table(target.schema_name or "", target.name, options=options if self._same else self._dialect.OPTIONS)
        )
        names = Names(made.table, self._rules)
        names.path = "/data/target"
        names.check_name(target.name)
        names.path = "/data/columns"
        for one in self._original.columns:
            names.check_new_column(one.name)
            made.table.columns.append(self._column(one, made, lacking, collations))
        if self._key:
            made.table.parts.append(Part("primary_key", None, self._key))
        comments = [one.comment for one in self._original.columns if one.comment]
        if self._rules.comments:
            made.table.comment = draft.comment
        elif comments or draft.comment:
            self._remarks.say("left_out", "Comments are left out: the engine keeps none.")
        if draft.triggers:
            self._remarks.say("left_out", "Triggers are left out.")
        if draft.partition_key:
            self._remarks.say("left_out", "The table is not divided into partitions.")
        folding = any(name.endswith("_ci") or name.upper() == "NOCASE" for name in self._foreign_collations())
        if folding or any(_is_citext(one.db_type) > _is_citext(made.columns[one.name].db_type) for one in columns):
            self._remarks.say("collation", "Texts that differ in case or accents are different ones in the target.")
        return made

    def _foreign_collations(self) -> Iterator[str]:
        if not self._same:
            yield from self._original.collations.values()
            yield from (one.collation for one in self._original.columns if one.collation)

    def _column(
        self, one: DescribedColumn, made: Blueprint, lacking: Collection[str], collations: Collection[str]
    ) -> Column:
        column = Column(one.name, one.db_type, nullable=one.nullable is not False and one.name not in self._key)
        keeps_type = self._same and one.db_type not in lacking
        if keeps_type:
            made.columns[one.name] = Made(self._original.types.get(one.name, one.db_type), one.kind)
        else:
            found = fit(self._dialect.RULES, self._original.portable(one), in_key=one.name in self._key)
            column.db_type = found.db_type
            made.columns[one.name] = Made(found.db_type, found.kind)
            if found.code is not None:
                self._remarks.say(found.code, f"{one.db_type}: {found.message}", one.name)
        if self._rules.comments:
            column.comment = one.comment
        self._number(one, column, made, keeps_type=keeps_type)
        wanted = one.collation or self._original.collations.get(one.name)
        if wanted is not None and keeps_type and one.kind != "json":
            if wanted in collations:
                column.collation = wanted
            else:
                self._remarks.say("collation", f"The target has no collation {wanted}.", one.name)
        if one.generated != "none":
            self._remarks.say("left_out", "It is computed in the source: its values are copied as they are.", one.name)
        return column

    def _number(self, one: DescribedColumn, column: Column, made: Blueprint, *, keeps_type: bool) -> None:
        """Let the database number rows where the source does, and keep the default of the same engine."""
        default = one.default
        is_numbered = one.identity != "none" or (default or "").startswith("nextval(")
        if is_numbered:
            own = one.identity if self._same and one.identity != "none" else self._dialect.identity()
            fits = self._key == [one.name] and (keeps_type or "(" not in column.db_type)
            if own in self._rules.identities and fits and own != "rowid":
                column.identity = "by_default" if own == "always" else own
                made.numbered.append(one.name)
            elif not fits:
                self._remarks.say("left_out", "The target does not number new rows in it.", one.name)
        elif default is not None and default.upper() != "NULL" and one.generated == "none":
            if keeps_type:
                column.default, column.on_update = default, one.on_update
            else:
                self._remarks.say("left_out", f"The default {default[:200]} is left out.", one.name)

    def parts(self, made: Blueprint) -> list[Part]:
        """What the table has beside, as far as it can be had."""
        draft, found = self._original.draft, list[Part]()
        for key in draft.keys:
            if not key.primary and self._has(key.columns, "A unique constraint"):
                found.append(self._unique(key.columns, made))
        names = {key.name for key in draft.keys}
        keys = [list(key.columns) for key in draft.keys]
        for index in draft.indexes:
            columns = [part.column for part in index.parts]
            if not index.primary and index.name not in names and not (index.unique and columns in keys):
                found += self._index(index, made)
        missing = [one.name for one in draft.columns if one.name not in self._names]
        for check in draft.checks:
            if any(mentions(check.expression, one, self._rules.dialect) for one in missing):
                self._remarks.say("left_out", f"The check {check.expression[:200]} is left out with its column.")
            elif self._same:
                found.append(Part("check", None, expression=check.expression))
            else:
                self._remarks.say("left_out", f"The check {check.expression[:200]} is left out.")
        for exclusion in draft.exclusions:
            self._remarks.say("left_out", f"The exclusion constraint {exclusion.name} is left out.")
        return found

    def _has(self, columns: Collection[str], what: str) -> bool:
        if self._names.issuperset(columns):
            return True
        self._remarks.say("left_out", f"{what} is left out: not all its columns are copied.")
        return False

    def _unique(self, columns: Sequence[str], made: Blueprint) -> Part:
        if not self._rules.unique_indexes and self._dialect.KEYS_LATER:
            return Part("unique", None, columns, unique=True)
        return self._named(Part("index", None, columns, pieces=[(one, "") for one in columns], unique=True), made)

    def _index(self, index: DescribedIndex, made: Blueprint) -> list[Part]:
        columns = [part.column for part in index.parts if part.column is not None]
        what = f"The index {index.name!r}"
        if not self._has([*columns, *index.included], what):
            return []
        is_plain = (
            len(columns) == len(index.parts) and index.predicate is None and index.method in (None, "btree", "BTREE")
        )
        if not self._same and not is_plain:
            self._remarks.say("left_out", f"{what} is left out: it is one of a kind of its own.")
            return []
        pieces = list[tuple[str | None, str]]()
        for part in index.parts:
            rest = " DESC" if part.descending else ""
            length = f"({part.prefix_length})" if part.prefix_length is not None else ""
            is_long = part.column is not None and made.columns[part.column].db_type in _LONG and self._rules.prefixes
            if index.unique and not self._same and (length or is_long):
                self._remarks.say("left_out", f"{what} is left out: the target cannot keep such texts unique.")
                return []
            length = length if self._same else _PREFIX * is_long
            pieces.append((part.column, length + rest) if part.column else (None, f"({part.expression}){rest}"))
        one = Part("index", index.name, columns, pieces=pieces, unique=index.unique, predicate=index.predicate)
        if self._same:
            one = replace(one, included=index.included, method=index.method)
        return [self._named(one, made)]

    def _named(self, part: Part, made: Blueprint) -> Part:
        if part.name is not None and "index" not in self._rules.names_in_schema:
            return part
        text = "_".join([made.table.name, *part.columns, "idx"])
        most = self._rules.longest_name or 60
        return replace(part, name=part.name or text.encode()[:most].decode(errors="ignore"))


def _is_citext(db_type: str) -> bool:
    return db_type.rpartition(".")[2] == "citext"


def free_name(part: Part, table: str, taken: Collection[str], rules: Rules) -> Part:
    """The part under a name that nothing has."""
    most, number = (rules.longest_name or 60) - 4, 1
    base = "_".join([table, *part.columns, "idx"]).encode()[:most].decode(errors="ignore")
    name = part.name or base
    while rules.folded(name) in {rules.folded(one) for one in taken}:
        name, number = base if number == 1 else f"{base}{number}", number + 1
    return replace(part, name=name)


async def foreign_keys(
    session: DatabaseSession, editor: TableEditor, original: Original, target: ObjectRef, same: bool, remarks: Remarks
) -> list[Part]:
    """Those whose tables the target has."""
    found = list[Part]()
    own, names = original.draft.object, {one.name for one in original.columns}
    for key in original.draft.foreign_keys:
        other = key.referenced_table
        itself = (other.schema_name, other.name) == (own.schema_name, own.name)
        inside = itself or other.schema_name == own.schema_name or not same
        schema = (target.schema_name if inside else other.schema_name) or ""
        name = target.name if itself else other.name
        if not names.issuperset(key.columns) or not key.referenced_columns:
            remarks.say("left_out", f"The foreign key to {other.name!r} is left out: not all its columns are there.")
        elif not itself and not await _is_there(session, editor, schema, name):
            remarks.say("left_out", f"The foreign key to {other.name!r} is left out: the target has no such table.")
        else:
            found.append(_foreign_key(key, (schema, name)))
    return found


async def _is_there(session: DatabaseSession, editor: TableEditor, schema: str, name: str) -> bool:
    try:
        return bool(await editor.taken(session, schema, [name]))
    except NotFound:
        return False


def _foreign_key(key: ForeignKey, referenced: tuple[str, str]) -> Part:
    return Part(
        "foreign_key",
        None,
        key.columns,
        referenced=referenced,
        referenced_columns=key.referenced_columns,
        on_update=key.on_update,
        on_delete=key.on_delete,
    )
