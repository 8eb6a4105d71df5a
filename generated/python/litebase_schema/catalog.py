# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import FailFast

from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr
from typing import Annotated, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from .connection import ConnectionId
from .values import Kind, Timeout


ObjectName = TypeAliasType("ObjectName", Annotated[StrictStr, Field(max_length=65536, pattern="^[^\\x00]*$")])
"""
A name as the database keeps it.
"""


ObjectKind = TypeAliasType(
    "ObjectKind",
    Literal[
        "schema",
        "table",
        "view",
        "materialized_view",
        "foreign_table",
        "virtual_table",
        "column",
        "index",
        "constraint",
        "trigger",
        "function",
        "procedure",
        "sequence",
        "type",
        "extension",
        "role",
        "event",
    ]
    | StrictStr,
)
"""
What an object is. `table`: partitioned tables and partitions too. `constraint`: primary, unique and foreign keys, checks and exclusions. `function`: aggregates and window functions too. `type`: enums, domains, composites and ranges. `event`: a scheduled event of MySQL.
"""


Kinds = TypeAliasType("Kinds", Annotated[list[ObjectKind], Field(max_length=100), FailFast()])
"""
Only objects of these kinds; null for all, without `parent` for schemas. Kinds that the engine does not have are ignored.
"""


ListDetail = TypeAliasType("ListDetail", Literal["names", "summary"])
"""
`names`: names alone, which is quickest. `summary`: with `comment`, `rows_estimate` and `size_bytes`.
"""


ListPosition = TypeAliasType("ListPosition", Annotated[StrictStr, Field(max_length=1048576)])
"""
A place in a list, written by the backend.
"""


CatalogVersion = TypeAliasType("CatalogVersion", Annotated[StrictStr, Field(max_length=100)])
"""
A state of what exists in the database of a connection, written by the backend.
"""


RowsEstimate = TypeAliasType("RowsEstimate", Annotated[StrictInt, Field(ge=0)])
"""
About how many rows a table has, from the database's own statistics; null when it has none, and in a list of `names`.
"""


SizeBytes = TypeAliasType("SizeBytes", Annotated[StrictInt, Field(ge=0)])
"""
About the size of a table with its indexes, from the database's own statistics; null when it has none, and in a list of `names`.
"""


class DdlOptions(Model):
    """
    What statements are written beside those that make the objects.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    comments: StrictBool = True
    """
    Comments on objects, where they are statements of their own, as in PostgreSQL.
    """
    owners: StrictBool = False
    """
    Who owns each object; in MySQL the DEFINER of views, routines, triggers and events. Without it they belong to whoever runs the statements.
    """
    grants: StrictBool = False
    """
    Who may use each object.
    """


ObjectTrait = TypeAliasType(
    "ObjectTrait",
    Literal[
        "partitioned",
        "partition",
        "temporary",
        "unlogged",
        "system_versioned",
        "strict",
        "without_rowid",
        "invalid",
        "row_security",
        "aggregate",
        "window",
        "returns_set",
        "immutable",
        "stable",
        "volatile",
        "null_on_null",
        "security_definer",
        "leakproof",
        "parallel_safe",
        "parallel_restricted",
        "no_sql",
        "contains_sql",
        "reads_sql",
        "modifies_sql",
    ]
    | StrictStr,
)
"""
`partitioned`, `partition`, `temporary`, `unlogged`, `system_versioned`: what the engine calls so. `strict`, `without_rowid`: of SQLite. `invalid`: a view of something that is gone, so that it cannot be queried. `row_security`: policies decide which rows a user sees. Of routines: `aggregate` and `window` functions; `returns_set`: rows instead of one value; `immutable` (MySQL: DETERMINISTIC), `stable`, `volatile`: how far its results depend on its arguments alone; `null_on_null`: it is not called with NULL; `security_definer`: it runs with the privileges of its owner; `leakproof`, `parallel_safe`, `parallel_restricted`, `no_sql`, `contains_sql`, `reads_sql`, `modifies_sql`: what it was declared to be.
"""


class Grant(Model):
    """
    Privileges on an object that one role has from one other.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    grantee: ObjectName | None
    """
    The role or user, as it is listed; null for everybody.
    """
    privileges: list[StrictStr]
    """
    For example `SELECT`.
    """
    column: ObjectName | None
    """
    The column that they are limited to; null for the whole object.
    """
    grantable: StrictBool
    """
    Whether the grantee may grant them to others.
    """


ArgumentMode = TypeAliasType("ArgumentMode", Literal["in", "out", "inout", "variadic", "table"] | StrictStr)
"""
Which way a value goes. `variadic`: any number of values; `table`: a column of the returned rows.
"""


TypeForm = TypeAliasType("TypeForm", Literal["enum", "composite", "domain", "range", "base"] | StrictStr)
"""
How a type is made; `base`: in C.
"""


class ExtensionFacts(Model):
    """
    What is known of an installed extension.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    version: StrictStr
    """
    The installed version.
    """
    schema_name: ObjectName
    """
    The schema that its objects are in.
    """


ConnectionLimit = TypeAliasType("ConnectionLimit", Annotated[StrictInt, Field(ge=0)])
"""
How many sessions it may have at once; null for no limit of its own.
"""


RoleAttribute = TypeAliasType(
    "RoleAttribute",
    Literal[
        "login",
        "superuser",
        "inherit",
        "create_database",
        "create_role",
        "replication",
        "bypass_row_security",
        "locked",
    ]
    | StrictStr,
)
"""
`login`: it may open sessions; on MySQL, a user. `superuser`: nothing is refused. `inherit`: it has the privileges of its roles without taking them. `locked`: it may not log in now. The others are what they say.
"""


class RoleMembership(Model):
    """
    The other role of a membership.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: ObjectName
    admin: StrictBool
    """
    Whether the member may let others in.
    """


class EventFacts(Model):
    """
    When an event runs.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    schedule: StrictStr
    """
    `AT` or `EVERY` with what follows it.
    """
    enabled: StrictBool
    """
    Whether it runs.
    """
    starts: StrictStr | None
    """
    When it begins to run; null for at once.
    """
    ends: StrictStr | None
    """
    When it stops; null for never.
    """
    keeps: StrictBool
    """
    Whether it stays when it will not run again.
    """
    time_zone: StrictStr
    """
    Of its times.
    """


ColumnIdentity = TypeAliasType(
    "ColumnIdentity",
    Literal["none", "always", "by_default", "auto_increment", "rowid"] | StrictStr,
)
"""
Whether the database numbers the rows in this column: `always`, `by_default` (unless a value is given), `auto_increment` (MySQL, and SQLite with that word), `rowid` (SQLite's INTEGER PRIMARY KEY).
"""


ColumnGenerated = TypeAliasType(
    "ColumnGenerated",
    Literal["none", "stored", "virtual", "row_start", "row_end"] | StrictStr,
)
"""
Whether the column is computed: `stored` when a row is written, `virtual` when it is read; `row_start` and `row_end` are the times of a system-versioned row.
"""


class DescribedKey(Model):
    """
    A primary key or a unique constraint.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: ObjectName | None
    """
    Its name; null where it has none.
    """
    primary: StrictBool
    """
    Whether it is the primary key.
    """
    columns: list[ObjectName]
    """
    In the order of the key.
    """


ForeignKeyAction = TypeAliasType(
    "ForeignKeyAction",
    Literal["no_action", "restrict", "cascade", "set_null", "set_default"] | StrictStr,
)
"""
What happens to the rows that refer to a row that changes.
"""


PrefixLength = TypeAliasType("PrefixLength", Annotated[StrictInt, Field(ge=1)])
"""
How much of the column is in the index, in characters or bytes; null for all of it.
"""


class IndexPart(Model):
    """
    A column or an expression of an index.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    column: ObjectName | None
    """
    The column; null for an expression.
    """
    expression: StrictStr | None
    """
    The expression; null for a column, and where the database does not show it.
    """
    descending: StrictBool
    """
    Whether it is sorted downwards.
    """
    prefix_length: PrefixLength | None = None
    """
    How much of the column is in the index, in characters or bytes; null for all of it.
    """


class DescribedCheck(Model):
    """
    A condition that rows must fulfil.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: ObjectName
    expression: StrictStr
    """
    As the database writes it.
    """
    enforced: StrictBool
    """
    Whether all rows are known to fulfil it.
    """


class DescribedTrigger(Model):
    """
    A trigger.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: ObjectName
    enabled: StrictBool
    """
    Whether it runs.
    """
    definition: StrictStr
    """
    When it runs and what it does, as the database writes it.
    """
    comment: StrictStr | None
    """
    The comment on it, or null.
    """


RowIdentitySource = TypeAliasType("RowIdentitySource", Literal["primary_key", "unique", "rowid", "none"] | StrictStr)
"""
`primary_key`, or `unique`: a unique key whose columns are never NULL. `rowid`: SQLite's own number of a row, under a name that no column has. `none`: nothing.
"""


class ObjectRef(Model):
    """
    Names one object. Names are the object's own, never quoted.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    kind: ObjectKind
    schema_name: ObjectName | None
    """
    The SQL namespace: a schema in PostgreSQL, a database in MySQL, `main` or an attached database in SQLite. Null for what lives in none, such as a schema itself, an extension or a role.
    """
    name: ObjectName
    parent_name: ObjectName | None = None
    """
    The table or view that a column, an index, a constraint or a trigger belongs to; null for all others.
    """
    signature: ObjectName | None = None
    """
    The types of a routine's arguments, as the engine writes them, where routines may be overloaded; null for all others.
    """


class MissingPart(Model):
    """
    Something that the database, or the privileges of its user, do not show.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: ObjectRef | None
    """
    The object that it belongs to, or null for the database as a whole.
    """
    part: StrictStr
    """
    What is missing: `object` for the whole of it, or the name of a field or of a kind, for example `role`.
    """
    reason: StrictStr
    """
    Why, as a sentence for people.
    """


class ListObjectsRequest(Model):
    """
    Lists names: the schemas, what is in one schema, or what belongs to one table. It is read in a database session of its own, so what an open transaction has made does not appear before its commit.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    parent: ObjectRef | None = None
    """
    A schema, for what is in it, without the partitions of its tables; a table or a view, for its columns, indexes, constraints and triggers, and its partitions; null for the schemas, and with `kinds` for extensions and roles.
    """
    kinds: Kinds | None = None
    """
    Only objects of these kinds; null for all, without `parent` for schemas. Kinds that the engine does not have are ignored.
    """
    name_pattern: ObjectName | None = None
    """
    Only names that fit, whatever their case: `*` stands for any characters, `?` for one. Null for all.
    """
    detail: ListDetail = "names"
    include_system: StrictBool = False
    """
    Also what belongs to the database system itself.
    """
    after: ListPosition | None = None
    """
    `next` of the answer before, with otherwise the same request; null for the beginning.
    """
    limit: Annotated[StrictInt, Field(ge=1, le=20000)] = 5000
    """
    Objects in the answer at most.
    """
    timeout_ms: Timeout | None = 30000
    """
    Stop the request after this time; null for no limit.
    """


class ListedObject(Model):
    """
    One object of a list.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: ObjectRef
    comment: StrictStr | None
    """
    The comment on it; null when it has none, and in a list of `names`.
    """
    rows_estimate: RowsEstimate | None
    """
    About how many rows a table has, from the database's own statistics; null when it has none, and in a list of `names`.
    """
    size_bytes: SizeBytes | None
    """
    About the size of a table with its indexes, from the database's own statistics; null when it has none, and in a list of `names`.
    """
    partition_of: ObjectRef | None
    """
    The table that this table is a partition of; null for all others.
    """
    has_children: StrictBool
    """
    Whether it can be the `parent` of a list.
    """


class DescribeObjectsRequest(Model):
    """
    Describes objects in full: what there is of each, of tables with foreign keys in both directions. Like a list, it is read in a database session of its own.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    objects: Annotated[list[ObjectRef], Field(max_length=500, min_length=1)]
    """
    Objects of any kind but schemas, which are answered in `missing`. A function needs its `signature` where there are several of its name; a column, an index, a constraint and a trigger need their `parent_name`.
    """
    timeout_ms: Timeout | None = 30000
    """
    Stop the request after this time; null for no limit.
    """


class GetDdlRequest(Model):
    """
    Writes the statements that make objects again: the database's own text where it keeps one. What an object refers to without being asked for, such as the table of a foreign key or the function of a trigger, must already exist where they run. Like a list, it is read in a database session of its own.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    objects: Annotated[list[ObjectRef], Field(max_length=500, min_length=1)]
    """
    A schema, for everything in it; or single objects of any kind but columns and roles. A table or a view comes with what belongs to it: indexes, constraints, triggers, partitions, the sequences of its columns. A routine without a `signature` is all routines of that name.
    """
    options: DdlOptions | None = None
    """
    What is written beside the objects themselves; null for the defaults.
    """
    timeout_ms: Timeout | None = 30000
    """
    Stop the request after this time; null for no limit.
    """


class DdlStatement(Model):
    """
    One statement.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: ObjectRef | None
    """
    What it makes or completes; null for a setting of the session.
    """
    sql: StrictStr
    """
    Its text, without a delimiter at the end.
    """


class RoutineArgument(Model):
    """
    An argument of a routine.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: ObjectName | None
    """
    Its name; null where it has none.
    """
    mode: ArgumentMode
    db_type: StrictStr
    """
    As the database writes it.
    """
    default: StrictStr | None
    """
    What it is when it is left out, as an SQL expression; null when it may not be.
    """


class SequenceFacts(Model):
    """
    The numbers that a sequence gives, as digits, because they may be larger than a client's integers.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    db_type: StrictStr
    """
    The type of its numbers.
    """
    start: StrictStr
    """
    Its first number.
    """
    minimum: StrictStr
    """
    Its smallest number.
    """
    maximum: StrictStr
    """
    Its largest number.
    """
    increment: StrictStr
    """
    From one number to the next.
    """
    cycles: StrictBool
    """
    Whether it begins again at its end.
    """
    cache: StrictStr
    """
    How many numbers a session takes at once.
    """
    next: StrictStr | None
    """
    The number that comes next, unless sessions have taken some ahead; null where `missing` says why it is not shown, and when there is none.
    """
    owned_by: ObjectRef | None
    """
    The column that it belongs to and is dropped with; null for none.
    """


class TypeFacts(Model):
    """
    What a type consists of.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    form: TypeForm
    values: list[StrictStr]
    """
    The values of an enum, in their order.
    """
    base_type: StrictStr | None
    """
    What a domain is made of, and a range made over; null for all others.
    """
    nullable: StrictBool
    """
    Whether a domain takes NULL; true for all others.
    """
    default: StrictStr | None
    """
    The default of a domain, as an SQL expression; null for none.
    """
    collation: StrictStr | None
    """
    The collation of a domain or a range, where it is not the usual one; else null.
    """


class RoleFacts(Model):
    """
    What a role or a user may do.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    attributes: list[RoleAttribute]
    """
    What holds for it everywhere.
    """
    member_of: list[RoleMembership]
    """
    The roles whose privileges it has or may take.
    """
    members: list[RoleMembership]
    """
    The roles that have its own.
    """
    connection_limit: ConnectionLimit | None
    """
    How many sessions it may have at once; null for no limit of its own.
    """
    valid_until: StrictStr | None
    """
    When its password ends, as the database writes it; null for never.
    """


class DescribedColumn(Model):
    """
    A column of a table or a view.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: ObjectName
    db_type: StrictStr
    """
    As the database writes it, with its modifiers. A result of MySQL may say less: `enum`, without the words of it.
    """
    kind: Kind
    nullable: StrictBool | None
    """
    Whether it takes NULL, or null when that is not known, as for the columns of views.
    """
    default: StrictStr | None
    """
    The default, as an SQL expression; null for none.
    """
    identity: ColumnIdentity
    generated: ColumnGenerated
    expression: StrictStr | None
    """
    What a generated column is computed by, or null.
    """
    collation: StrictStr | None
    """
    The collation, where it is not the one that the type, the table or the database gives it; else null.
    """
    comment: StrictStr | None
    """
    The comment on it, or null.
    """
    hidden: StrictBool
    """
    Whether `SELECT *` leaves it out.
    """
    key_part: StrictBool
    """
    Whether it is part of the primary key, as in the origin of a result's column.
    """
    on_update: StrictStr | None = None
    """
    What MySQL sets it to whenever something else in the row changes, as an SQL expression; null for nothing.
    """


class ForeignKey(Model):
    """
    A foreign key, seen from either side.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: ObjectName | None
    """
    Its name; null where it has none.
    """
    table: ObjectRef
    """
    The table whose rows refer.
    """
    columns: list[ObjectName]
    """
    Its columns.
    """
    referenced_table: ObjectRef
    """
    The table that they refer to.
    """
    referenced_columns: list[ObjectName]
    """
    Its columns, in the same order; empty where the table that they should be in does not exist.
    """
    on_update: ForeignKeyAction
    on_delete: ForeignKeyAction
    unique: StrictBool
    """
    Whether at most one row refers to each row, because a key of the referring table lies within the columns.
    """
    enforced: StrictBool
    """
    Whether all rows are known to fit: false for a constraint that was not validated.
    """


class DescribedIndex(Model):
    """
    An index.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: ObjectName
    unique: StrictBool
    """
    Whether it refuses equal entries.
    """
    primary: StrictBool
    """
    Whether it is that of the primary key.
    """
    parts: list[IndexPart]
    """
    What it is sorted or hashed by.
    """
    included: list[ObjectName]
    """
    Columns that it only carries.
    """
    method: StrictStr | None
    """
    For example `btree`; null when the engine has only one.
    """
    predicate: StrictStr | None
    """
    Which rows a partial index has, as an SQL expression; null for all.
    """
    valid: StrictBool
    """
    Whether the database uses it: false while it is being built, after that failed, and when it is ignored.
    """
    comment: StrictStr | None
    """
    The comment on it, or null.
    """


class DescribedPartition(Model):
    """
    One partition.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: ObjectName
    object: ObjectRef | None
    """
    The partition as a table of its own; null where it is none.
    """
    bound: StrictStr | None
    """
    Which rows it has, as the database writes it; null where that follows from the key.
    """


class RowIdentity(Model):
    """
    What tells one row of a table from all others.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    columns: list[ObjectName]
    """
    The columns whose values do so; empty when nothing does.
    """
    source: RowIdentitySource


class ListObjectsResponse(Model):
    """
    The objects, ordered by kind and then by name; columns in the table's order.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    objects: list[ListedObject]
    """
    What there is.
    """
    next: ListPosition | None
    """
    For `after` of a request for further objects; null when there are none.
    """
    default_schemas: list[ObjectName] | None
    """
    In a list of schemas, those where a new database session looks for a name without a schema, in that order; else null.
    """
    missing: list[MissingPart]
    """
    What could not be listed, or not be listed as it is; empty when this is all there is.
    """
    catalog_version: CatalogVersion | None = None
    """
    For `known_version` of `refresh_catalog`, which then tells all that has changed since this list was made, perhaps more; null before the first `refresh_catalog`.
    """


class GetDdlResponse(Model):
    """
    Statements in an order that works in an empty database. They are run in this order and in one database session, because some settings hold for those after them.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    statements: list[DdlStatement]
    """
    What to run; foreign keys come after the tables that they refer to.
    """
    incomplete: list[MissingPart]
    """
    What the statements do not make: a part of an object, or as `object` the whole of one.
    """


class RoutineFacts(Model):
    """
    How a function or a procedure is called.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    language: StrictStr
    """
    For example `plpgsql`.
    """
    arguments: list[RoutineArgument]
    """
    In their order, those that return values too.
    """
    returns: StrictStr | None
    """
    The type that it returns, as the database writes it, for example `SETOF integer`; null for a procedure.
    """


class ObjectDescription(Model):
    """
    An object. What belongs to a table is described by the one element of the list that it would be in, such as `indexes`. A list is empty when there is nothing of its kind, or when `missing` says why it is not shown.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    object: ObjectRef
    """
    As it was asked for, with the kind that it really has.
    """
    comment: StrictStr | None
    """
    The comment on it, or null.
    """
    traits: list[ObjectTrait]
    """
    What sets it apart from an ordinary object of its kind.
    """
    columns: list[DescribedColumn]
    """
    In the order of the table.
    """
    keys: list[DescribedKey]
    """
    Its primary key and its unique constraints.
    """
    foreign_keys: list[ForeignKey]
    """
    Where its rows refer to.
    """
    referenced_by: list[ForeignKey]
    """
    The foreign keys that refer to it, of itself too.
    """
    indexes: list[DescribedIndex]
    """
    Also those that its keys made.
    """
    checks: list[DescribedCheck]
    """
    Conditions on its rows.
    """
    exclusions: list[DescribedCheck]
    """
    PostgreSQL's exclusion constraints.
    """
    triggers: list[DescribedTrigger]
    """
    What runs when it is changed.
    """
    partition_key: StrictStr | None
    """
    By what a partitioned table is divided, as the database writes it; null for all others.
    """
    partition_of: ObjectRef | None
    """
    The table that it is a partition of, or null.
    """
    partition_bound: StrictStr | None
    """
    Which rows the partition has, as the database writes it, or null.
    """
    partitions: list[DescribedPartition]
    """
    The partitions of a partitioned table, one level deep.
    """
    inherits: list[ObjectRef]
    """
    The tables that it inherits columns from, without being a partition.
    """
    row_identity: RowIdentity
    definition: StrictStr | None
    """
    The query of a view; the statement that makes a routine in PostgreSQL, its body in MySQL, as for an event; the grants to a user of MySQL, a line each; in SQLite the text that made a table or view. Null where the database keeps none.
    """
    owner: ObjectName | None = None
    """
    The role that owns it, on MySQL the definer of a routine or an event; null for what has none.
    """
    grants: Annotated[list[Grant], Field(validate_default=True)] = []
    """
    Privileges that were granted on it and on its columns; empty when only its owner has any. On MySQL without those on its whole database.
    """
    routine: RoutineFacts | None = None
    """
    What only a function or a procedure has; null for all others.
    """
    sequence: SequenceFacts | None = None
    """
    What only a sequence has; null for all others.
    """
    type: TypeFacts | None = None
    """
    What only a type has; null for all others. The attributes of a composite type are in `columns`, the conditions of a domain in `checks`.
    """
    extension: ExtensionFacts | None = None
    """
    What only an extension has; null for all others.
    """
    role: RoleFacts | None = None
    """
    What only a role or a user has; null for all others.
    """
    event: EventFacts | None = None
    """
    What only an event has; null for all others.
    """


class DescribeObjectsResponse(Model):
    """
    The objects in the order of the request, without those that do not exist; `missing` has these.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    descriptions: list[ObjectDescription]
    """
    What there is.
    """
    missing: list[MissingPart]
    """
    What is not described: a part of an object, or as `object` the whole of one.
    """
