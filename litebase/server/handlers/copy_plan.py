"""What a copy is to run, decided before the first statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from litebase_schema.catalog import DescribedCheck, DescribedColumn
from litebase_schema.copies import CopyTableRequest

from litebase.drivers import bulk_loader, catalog_reader, copy_dialect, edit_dialect, table_editor
from litebase.drivers.abilities import Unavailable
from litebase.drivers.altering import Part, Planned, Table
from litebase.drivers.bulk import BulkTarget
from litebase.drivers.copying import CopyDialect, Place
from litebase.drivers.interface import DatabaseSession
from litebase.drivers.rows import Table as Described
from litebase.errors import Conflict, InvalidMessage, NotFound, Unsupported
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.copy_values import End, Step, passage
from litebase.server.handlers.catalog import read_catalog
from litebase.server.handlers.copy_structure import Blueprint, Drawing, Made, Original, Remarks, foreign_keys, free_name
from litebase.server.handlers.tables import known_tables
from litebase.server.import_run import ImportPlan

_ZONED, _WITHOUT_ZONE = ("timestamptz", "timetz"), ("timestamp", "time", "duration", "date")


@dataclass(frozen=True, slots=True)
class Later:
    """A statement that is run when the rows are in, and what to call it where it fails."""

    sql: str
    what: str


@dataclass(slots=True)
class CopyPlan:
    """What is to be run. `key` is `key_name` in SQL: what rows may be ordered by."""

    original: Original
    place: Place
    table: str
    selected: str
    key_name: str | None
    key: str | None
    load: ImportPlan
    names: Sequence[str]
    steps: Sequence[Step]
    remarks: Remarks
    target_place: Place
    later: Sequence[Later] = ()
    settings: Sequence[str] = field(default_factory=tuple)
    passes_lines: bool = False  # every column has the same type at both ends, and the source may run a COPY

    def lines(self, select: str) -> str | None:
        """The statement that reads rows as lines, where the target takes them as they are."""
        return self.original.dialect.lines_of(select) if self.passes_lines else None

    @property
    def creates(self) -> bool:
        """Whether the target is made."""
        return bool(self.load.create)

    def select(self, above: int | None = None, *, ordered: bool = False) -> str:
        """The statement that reads, rows with a higher key or all of them."""
        where = f" WHERE {self.key} > {above}" if above is not None else ""
        order = f" ORDER BY {self.key}" if ordered and self.key else ""
        return f"SELECT {self.selected} FROM {self.table}{where}{order}"  # noqa: S608  # names are quoted


async def plan_of(call: Call, source: Connection, target: Connection, request: CopyTableRequest) -> CopyPlan:
    """Raises `InvalidMessage`, `NotFound`, `Conflict` and `Unsupported`."""
    original, place, table = await _original(call, source, request)
    remarks = Remarks()

    async def read(session: DatabaseSession) -> CopyPlan:
        if isinstance(ability := session.abilities.import_rows, Unavailable):
            raise Unsupported(ability.reason)
        return await _Planning(session, source, target, request, original, remarks).plan(place, table)

    return await read_catalog(call, target.id, read)


async def _original(call: Call, source: Connection, request: CopyTableRequest) -> tuple[Original, Place, Described]:
    dialect = copy_dialect(source.engine)

    async def read(session: DatabaseSession) -> tuple[Original, Place, Described]:
        (table,) = (await known_tables(session, source.engine, [request.object])).values()
        columns = _columns(table, request)
        types = await bulk_loader(source.engine).types_below(session, table.name)
        collations = await dialect.collations(session, table.object)
        place = await dialect.place(session, table.object)
        missing = await dialect.checks(session, table.object)
        checks = [DescribedCheck(name="check", expression=one, enforced=True) for one in missing]
        draft = replace(table.draft, checks=[*table.draft.checks, *checks])
        return Original(draft, columns, types, dialect, collations), place, table

    return await read_catalog(call, source.id, read)


def _columns(table: Described, request: CopyTableRequest) -> Sequence[DescribedColumn]:
    """Those that are wanted. What a virtual table hides are no values of its rows."""
    shown = {one.name: one for one in table.draft.columns if not one.hidden or table.object.kind == "table"}
    if request.columns is None:
        if not shown:
            raise Unsupported(f"The columns of {table.object.name!r} are not shown to this user.")
        return list(shown.values())
    for at, name in enumerate(request.columns):
        if name not in shown:
            raise InvalidMessage(f"/data/columns/{at}", f"the source has no column {name[:64]!r}.")
    if len(set(request.columns)) < len(request.columns):
        raise InvalidMessage("/data/columns", "a column is named twice.")
    return [shown[name] for name in request.columns]


class _Planning:
    """The part of a plan that the target's database decides."""

    def __init__(
        self,
        session: DatabaseSession,
        source: Connection,
        target: Connection,
        request: CopyTableRequest,
        original: Original,
        remarks: Remarks,
    ) -> None:
        self._session, self._request, self._original, self._remarks = session, request, original, remarks
        self._source, self._target = source, target
        self._dialect: CopyDialect = copy_dialect(target.engine)
        self._loader, self._editor = bulk_loader(target.engine), table_editor(target.engine)
        self._same = source.engine == target.engine
        self._strict = "strict" in original.draft.traits  # the target's: a new one is as its source

    async def plan(self, place: Place, table: Described) -> CopyPlan:
        """All of it."""
        target_place = await self._dialect.place(self._session, self._request.target)
        self._check_other(place, target_place)
        existing = await self._existing()
        if existing is not None:
            load, made = await self._into(existing)
            later = list[Later]()
        else:
            load, made, later = await self._new()
        names = [one.name for one in self._original.columns if one.name in made]
        columns = {one.name: one for one in self._original.columns}
        ends = [self._ends(columns[name], made[name]) for name in names]
        load = replace(
            load, target=replace(load.target, kinds=[end.kind for _, end in ends]), settings=self._dialect.STORING
        )
        quoted = table.quoted
        read_as = self._original.dialect.read_as
        selected = ", ".join(read_as(quoted(name), self._type(columns[name])) for name in names)
        key = self._key(made)
        return CopyPlan(
            self._original,
            place,
            table.name,
            selected,
            key,
            quoted(key) if key is not None else None,
            load,
            names,
            [passage(source, end, same=self._is_same(source, end)) for source, end in ends],
            self._remarks,
            target_place,
            later,
            self._original.dialect.READING,
            not self._source.facts.read_only  # where every COPY is refused, as some write files
            and all(self._is_same(source, end) and not end.fills for source, end in ends),
        )

    def _check_other(self, place: Place, target: Place) -> None:
        is_one = self._source is self._target or (bool(place.server) and place.server == target.server)
        if self._same and is_one and place.table and place == target:
            raise Conflict("The source and the target are the same table.")

    async def _existing(self) -> Described | None:
        """The target as it is; None where it is to be made."""
        wanted, structure = self._request.target, self._request.structure
        found = await catalog_reader(self._target.engine).describe_objects(self._session, [wanted])
        if not found.found:
            if structure == "existing":
                raise NotFound("object", wanted.name, f"There is no table {wanted.name!r} to copy into.")
            if await self._editor.taken(self._session, wanted.schema_name or "", [wanted.name]):
                raise Conflict(f"There is something named {wanted.name!r} that is no table.")
            return None
        if structure == "create" and not self._request.resume:
            raise Conflict(
                f"There is a table {wanted.name!r} already. Copy into it with `structure` `existing`, or name another."
            )
        (table,) = (await known_tables(self._session, self._target.engine, [wanted])).values()
        if table.object.kind not in ("table", "foreign_table", "virtual_table"):
            raise InvalidMessage("/data/target/kind", f"a {table.object.kind.replace('_', ' ')} gets no rows.")
        if not await edit_dialect(self._target.engine).is_transactional(self._session, table.object):
            raise Unsupported(
                f"The storage engine of the table {wanted.name!r} has no transactions, so a copy that stops could not "
                "be undone."
            )
        return table

    async def _made(self, table: Described) -> tuple[Mapping[str, Made], Mapping[str, str]]:
        """The columns that get values, and their own names, by the names in the source."""
        below = await self._loader.types_below(self._session, table.name)
        places = {one.name: one for one in table.draft.columns}
        folded = {name.lower(): name for name in reversed(places)}
        found, own_names = dict[str, Made](), dict[str, str]()
        for one in self._original.columns:
            name = one.name if one.name in places else folded.get(one.name.lower())
            if name is None:
                why = f"the target has no column {one.name[:64]!r}. Name the columns to copy, or add it."
                raise InvalidMessage("/data/columns", why)
            if places[name].generated != "none":
                self._remarks.say("left_out", "The target computes it.", one.name)
                continue
            if name in own_names.values():
                raise InvalidMessage("/data/columns", f"two columns would go to {name[:64]!r} of the target.")
            db_type, fills = below.get(name, places[name].db_type), self._dialect.fills(places[name])
            found[one.name] = Made(db_type, places[name].kind, fills)
            own_names[one.name] = name
        return found, own_names

    async def _into(self, table: Described) -> tuple[ImportPlan, Mapping[str, Made]]:
        made, own_names = await self._made(table)
        identity = table.row_identity
        key = list(identity.columns) if identity.source in ("primary_key", "unique") else []
        names = [own_names[one.name] for one in self._original.columns if one.name in made]
        if self._request.mode == "upsert" and not (key and set(key) <= set(names)):
            raise InvalidMessage("/data/mode", "upsert needs a key of the target, and all its columns in the source.")
        target = BulkTarget(
            table.name,
            [table.quoted(one) for one in names],
            [],
            self._request.mode,
            [table.quoted(one) for one in key],
            any(one.identity != "none" for one in table.draft.columns),
            edit_dialect(self._target.engine).on_conflict(table),
        )
        self._strict = "strict" in table.draft.traits
        for one in self._original.columns:
            if one.name in made:
                self._remark_type(one, made[one.name])
        self._remark_numbers(table, names)
        return ImportPlan(self._loader, target, all_or_nothing=self._request.all_or_nothing), made

    def _remark_numbers(self, table: Described, names: Sequence[str]) -> None:
        """Say where the next row may get a number that a copied one has: a sequence is others' too, and stays."""
        for one in table.draft.columns:
            is_numbered = one.identity != "none" or (one.default or "").startswith("nextval(")
            if one.name in names and is_numbered and (sql := self._dialect.after_rows(table.name, one)) is not None:
                said = f"The numbers of new rows do not go on after those that are copied; this makes them: {sql}"
                self._remarks.say("next_number", said, one.name)

    def _remark_type(self, one: DescribedColumn, made: Made) -> None:
        """Say where an existing column gives the values another meaning, or another form."""
        source, target = self._original.portable(one).kind, self._dialect.portable(made.db_type, made.kind).kind
        if target in _ZONED and source in _WITHOUT_ZONE:
            self._remarks.say("other_type", "Its times have no zone, and are taken for UTC.", one.name)
        elif source in _ZONED and target in _WITHOUT_ZONE:
            self._remarks.say("other_type", "The column keeps no zone, and its times are in UTC.", one.name)
        is_same = self._same and made.db_type == self._type(one)
        if not is_same and (said := self._dialect.changes(made.db_type)) is not None:
            self._remarks.say("other_type", said, one.name)

    async def _new(self) -> tuple[ImportPlan, Mapping[str, Made], list[Later]]:
        session, wanted, dialect = self._session, self._request.target, self._dialect
        rules = await self._editor.rules(session)
        drawing = Drawing(self._original, wanted, dialect, rules, self._remarks)
        own = [one.db_type for one in self._original.columns] if self._same else []
        collations = {one.collation for one in self._original.columns if one.collation is not None}
        collations |= set(self._original.collations.values())
        blueprint = drawing.drawn(
            await dialect.lacking(session, list(dict.fromkeys(own))),
            await dialect.known_collations(session, collations) if self._same else (),
        )
        parts = drawing.parts(blueprint)
        keys = await foreign_keys(session, self._editor, self._original, wanted, self._same, self._remarks)
        if dialect.KEYS_LATER:
            parts += keys
        else:
            blueprint.table.parts += [*keys, *(one for one in parts if one.kind == "check")]
            parts = [one for one in parts if one.kind == "index"]
        if self._request.mode in ("skip", "upsert") and not any(
            one.kind == "primary_key" for one in blueprint.table.parts
        ):
            raise InvalidMessage("/data/mode", f"{self._request.mode} needs a key, and the new table has none.")
        created = await self._editor.plan(session, None, blueprint.table)
        create = [one.sql for one in (*created.opening, *created.main, *created.closing)]
        later = await self._later(blueprint, parts)
        quoted = rules.dialect.quoted
        name = f"{quoted(wanted.schema_name or '')}.{quoted(wanted.name)}"
        columns = {one.name: one for one in self._original.columns}
        for one in blueprint.numbered:
            if (sql := dialect.after_rows(name, columns[one])) is not None:
                later.append(Later(sql, f"The next number of {one!r}"))
        mode = "insert" if self._request.mode == "replace" else self._request.mode
        key = [quoted(name) for part in blueprint.table.parts if part.kind == "primary_key" for name in part.columns]
        target = BulkTarget(name, [quoted(one) for one in columns], [], mode, key, bool(blueprint.numbered))
        plan = ImportPlan(self._loader, target, create, f"DROP TABLE {name}", self._request.all_or_nothing)
        return plan, blueprint.columns, later

    async def _later(self, blueprint: Blueprint, parts: Sequence[Part]) -> list[Later]:
        """The statements that add parts, each for itself: one that fails does not keep the others away."""
        rules, found = await self._editor.rules(self._session), list[Later]()
        given = set[str]()
        for part in parts:
            one = part
            if part.kind == "index" and "index" in rules.names_in_schema:
                wanted = free_name(part, blueprint.table.name, given, rules)
                taken = await self._editor.taken(self._session, blueprint.table.schema, [wanted.name or ""])
                one = free_name(part, blueprint.table.name, {*given, *taken}, rules)
                while await self._editor.taken(self._session, blueprint.table.schema, [one.name or ""]):
                    given.add(one.name or "")
                    one = free_name(replace(part, name=None), blueprint.table.name, given, rules)
                given.add(one.name or "")
            found += [Later(sql.sql, f"The {one.noun}") for sql in await self._added(blueprint.table, one)]
        return found

    async def _added(self, table: Table, part: Part) -> Sequence[Planned]:
        if not self._dialect.KEYS_LATER:  # an index, which is made after its table
            after = table.copy()
            after.parts.append(part)
            return (await self._editor.plan(self._session, None, after)).main[1:]
        before = _as_made(table)
        after = before.copy()
        after.parts.append(part)
        plan = await self._editor.plan(self._session, before, after)
        return [*plan.opening, *plan.main, *plan.closing]

    def _type(self, one: DescribedColumn) -> str:
        return self._original.types.get(one.name, one.db_type)

    def _ends(self, one: DescribedColumn, made: Made) -> tuple[End, End]:
        own, dialect = self._original.dialect, self._dialect
        db_type = self._type(one)
        source = End(db_type, self._original.portable(one), own, self._loader.bounds(one.kind, db_type))
        target = End(
            made.db_type,
            dialect.portable(made.db_type, made.kind),
            dialect,
            self._loader.bounds(made.kind, made.db_type),
            made.fills,
        )
        return source, target

    def _is_same(self, source: End, target: End) -> bool:
        """Whether a value of the one is a value of the other. A view of SQLite has values of any type."""
        old, new, draft = source.db_type, target.db_type, self._original.draft
        is_table = draft.object.kind == "table" or self._original.dialect.TYPED
        if not self._original.dialect.TYPED and new.upper() == "ANY" and self._strict != ("strict" in draft.traits):
            return False  # only in a table that is not STRICT it makes numbers of texts
        folds = "'" not in new and '"' not in new  # in quotes are names, and the words of an enum
        return self._same and is_table and (old == new or (folds and old.lower() == new.lower()))

    def _key(self, made: Mapping[str, Made]) -> str | None:
        """The column by which a copy can be resumed: the only one of the primary key, an integer at both ends."""
        primary = next((one.columns for one in self._original.draft.keys if one.primary), [])
        if len(primary) != 1 or primary[0] not in made:
            return None
        (one,) = (column for column in self._original.columns if column.name == primary[0])
        target = self._dialect.portable(made[one.name].db_type, made[one.name].kind)
        return one.name if {self._original.portable(one).kind, target.kind} == {"integer"} else None


def _as_made(table: Table) -> Table:
    """The table as it will be when it is made."""
    made = table.copy()
    made.origin = made.name
    for column in made.columns:
        column.origin = column.name
    made.parts = [replace(part, number=at) for at, part in enumerate(made.parts)]
    return made
