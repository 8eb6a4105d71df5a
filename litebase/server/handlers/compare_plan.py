"""What a comparison of rows is to read, decided before the first statement."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from litebase_schema.catalog import DescribedColumn, ObjectRef
from litebase_schema.compare_rows import CompareRowsRequest, CompareRowsWarning, LeftOutColumn

from litebase.drivers import bulk_loader, copy_dialect
from litebase.drivers.interface import DatabaseSession, Parameter
from litebase.drivers.rows import Condition, Selection, Table
from litebase.errors import InvalidMessage, Unsupported
from litebase.server.call import Call
from litebase.server.connection import Connection
from litebase.server.handlers.catalog import read_catalog
from litebase.server.handlers.tables import known_tables, places_named
from litebase.server.row_merge import Compared, named
from litebase.server.row_pairs import CellKind, Parts, equality, key_meeting, key_parts, meeting, remark

FIRST, OTHER = "the first table", "the other table"


@dataclass(frozen=True, slots=True)
class End:
    """One of the tables as its database knows it."""

    connection: Connection
    table: Table
    columns: Mapping[str, DescribedColumn]
    kinds: Mapping[str, CellKind]
    collations: Mapping[str, str]
    estimate: int | None
    name: str

    @property
    def key(self) -> Sequence[str]:
        """The columns of the primary key."""
        return next((one.columns for one in self.table.draft.keys if one.primary), [])


@dataclass(frozen=True, slots=True)
class Pair:
    """A column of the first table and its counterpart, and the group that they are compared in."""

    name: str
    other_name: str
    group: str


@dataclass(slots=True)
class Pairing:
    """Which columns are compared. `others` are the names in the other table of all that both have."""

    others: Mapping[str, str]
    key: list[Pair] = field(default_factory=list)
    values: list[Pair] = field(default_factory=list)
    left_out: list[LeftOutColumn] = field(default_factory=list)
    warnings: list[CompareRowsWarning] = field(default_factory=list)

    def warn(self, code: str, message: str, column: str | None = None) -> None:
        """Say something."""
        self.warnings.append(CompareRowsWarning(code=code, message=message, column=column))


@dataclass(frozen=True, slots=True)
class Read:
    """What is read of one table."""

    end: End
    settings: Sequence[str]
    sql: str
    params: Sequence[Parameter]


@dataclass(frozen=True, slots=True)
class ComparePlan:
    """What is read of both tables, the columns of the key first, what makes the keys, and how the others compare."""

    first: Read
    other: Read
    pairing: Pairing
    parts: Sequence[Parts]
    other_parts: Sequence[Parts]
    columns: Sequence[Compared]


async def plan_of(call: Call, first: Connection, other: Connection, request: CompareRowsRequest) -> ComparePlan:
    """Raises `InvalidMessage`, `NotFound`, `QueryFailed` and `Unsupported`."""
    one = await _end(call, first, request.object, FIRST)
    two = await _end(call, other, request.other_object, OTHER)
    pairing = _paired(one, two, request)
    first_read = await _read(call, one, pairing, request)
    other_read = await _read(call, two, pairing, request, is_other=True)
    key = [(one.kinds[pair.name], two.kinds[pair.other_name], pair.group) for pair in pairing.key]
    parts = [key_parts(kind, other_kind, group) for kind, other_kind, group in key]
    other_parts = [key_parts(other_kind, kind, group) for kind, other_kind, group in key]
    columns = [
        Compared(pair.name, equality(one.kinds[pair.name], two.kinds[pair.other_name], pair.group))
        for pair in pairing.values
    ]
    return ComparePlan(first_read, other_read, pairing, parts, other_parts, columns)


async def _end(call: Call, connection: Connection, wanted: ObjectRef, name: str) -> End:
    copying = copy_dialect(connection.engine)

    async def read(session: DatabaseSession) -> End:
        (table,) = (await known_tables(session, connection.engine, [wanted])).values()
        # what a virtual table hides are no values of its rows
        columns = {one.name: one for one in table.draft.columns if not one.hidden or table.object.kind == "table"}
        if not columns:
            raise Unsupported(f"The columns of {table.object.name!r} are not shown to this user.")
        types = await bulk_loader(connection.engine).types_below(session, table.name)
        kinds = dict[str, CellKind]()
        for one in columns.values():
            db_type = types.get(one.name, one.db_type)
            kinds[one.name] = CellKind(db_type, copying.portable(db_type, one.kind), copying.TYPED)
        collations = await copying.collations(session, table.object)
        estimate = await table.dialect.estimate(session, table.object)
        return End(connection, table, columns, kinds, collations, estimate, name)

    with named(name):
        return await read_catalog(call, connection.id, read)


def _others(names: Collection[str], other_names: Collection[str]) -> Mapping[str, str]:
    """The other table's name of each column that both have.

    Names that differ in case only are the same where none fits exactly, and each is that of one column at most.
    """
    exact = [name for name in names if name in other_names]
    free = {name.lower(): name for name in reversed(list(other_names)) if name not in exact}
    others = dict(zip(exact, exact, strict=True))
    for name in names:
        if name not in others and name.lower() in free:
            others[name] = free.pop(name.lower())
    return others


def _paired(one: End, two: End, request: CompareRowsRequest) -> Pairing:
    """Which columns are compared."""
    others = _others(one.columns, two.columns)
    found, key = Pairing(others), _key(one, two, others, request)
    for name in key:
        group = key_meeting(one.kinds[name], two.kinds[others[name]])
        if group is None:
            raise Unsupported(
                f"Rows cannot be found by {name!r}, which has the type {one.columns[name].db_type} in the first table "
                f"and {two.columns[others[name]].db_type} in the other: these do not sort alike. Name another key."
            )
        found.key.append(Pair(name, others[name], group))
        _remark(found, one, two, found.key[-1])
    for name in _wanted(one, others, request):
        if name not in key:
            _pair(found, one, two, name, others.get(name))
    if request.columns is None:
        paired = set(others.values())
        reason = "The first table has no such column."
        found.left_out += [
            LeftOutColumn(name=name, of_other=True, reason=reason) for name in two.columns if name not in paired
        ]
    return found


def _pair(found: Pairing, one: End, two: End, name: str, other: str | None) -> None:
    if other is None:
        reason = "The other table has no such column."
    elif (group := meeting(one.kinds[name], two.kinds[other])) is None:
        types = one.columns[name].db_type, two.columns[other].db_type
        reason = f"A value of the type {types[0]} cannot be compared exactly with one of the type {types[1]}."
    else:
        found.values.append(Pair(name, other, group))
        _remark(found, one, two, found.values[-1])
        return
    found.left_out.append(LeftOutColumn(name=name, of_other=False, reason=reason))


def _remark(found: Pairing, one: End, two: End, pair: Pair) -> None:
    if (said := remark(one.kinds[pair.name], two.kinds[pair.other_name])) is not None:
        found.warn("other_type", said, pair.name)


def _wanted(one: End, others: Mapping[str, str], request: CompareRowsRequest) -> Sequence[str]:
    if request.columns is None:
        return list(one.columns)
    _check_names(request.columns, one, others, "/data/columns")
    return request.columns


def _check_names(names: Sequence[str], one: End, others: Mapping[str, str], path: str) -> None:
    for at, name in enumerate(names):
        if name not in one.columns:
            raise InvalidMessage(f"{path}/{at}", f"the first table has no column {name[:64]!r}.")
        if name not in others:
            raise InvalidMessage(f"{path}/{at}", f"the other table has no column {name[:64]!r}.")
    if len(set(names)) < len(names):
        raise InvalidMessage(path, "a column is named twice.")


def _key(one: End, two: End, others: Mapping[str, str], request: CompareRowsRequest) -> Sequence[str]:
    if request.key is not None:
        _check_names(request.key, one, others, "/data/key")
        return request.key
    own = {other: name for name, other in others.items()}
    uniques = [
        end.table.row_identity.columns if end.table.row_identity.source == "unique" else [] for end in (one, two)
    ]
    for key, names in ((one.key, others), (two.key, own), (uniques[0], others), (uniques[1], own)):
        if key and all(name in names for name in key):
            return [own[name] for name in key] if names is own else list(key)
    raise InvalidMessage(
        "/data/key", "neither table has a primary key of columns that both have. Name the columns that tell rows apart."
    )


async def _read(call: Call, end: End, pairing: Pairing, request: CompareRowsRequest, *, is_other: bool = False) -> Read:
    """The statement for one table. The database looks at the filters before anything is read."""
    names = [pair.other_name if is_other else pair.name for pair in (*pairing.key, *pairing.values)]
    conditions = []
    for at, one in enumerate(request.filters):
        name = pairing.others.get(one.column, one.column) if is_other else one.column
        if name not in end.columns:
            raise InvalidMessage(f"/data/filters/{at}/column", f"{end.name} has no column {name[:64]!r}.")
        conditions.append(Condition(name, one.op, one.values, one.match_case))
    selection, copying = Selection(end.table, conditions), copy_dialect(end.connection.engine)

    async def read(session: DatabaseSession) -> Read:
        if conditions:
            await selection.rehearse(session)
        order = await _order(session, end, pairing, names)
        columns = (copying.read_as(end.table.quoted(name), end.kinds[name].db_type) for name in names)
        sql, params = selection.read(", ".join(columns), order)
        return Read(end, copying.READING, sql, params)

    with named(end.name), places_named():
        return await read_catalog(call, end.connection.id, read)


async def _order(session: DatabaseSession, end: End, pairing: Pairing, names: Sequence[str]) -> Sequence[str]:
    """What the rows are sorted by: the columns of the key, by the bytes of their texts where need be."""
    dialect, order, sorts = end.table.dialect, list[str](), list[str]()
    for pair, name in zip(pairing.key, names, strict=False):
        kind, quoted = end.kinds[name].type.kind, end.table.quoted(name)
        if kind in dialect.SORTED and pair.group != "text":
            order.append(quoted)
            continue
        order.append((await dialect.by_bytes(session)).format(quoted))
        if not dialect.is_by_bytes(end.columns[name].collation or end.collations.get(name)):
            sorts.append(name)
    if sorts:
        what = ", ".join(map(repr, sorts))
        pairing.warn("server_sorts", f"The server sorts {end.name} by the bytes of {what}: an index may be of no use.")
    return order
