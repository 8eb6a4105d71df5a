# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import FailFast

from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr
from typing import Annotated, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from .connection import ConnectionId
from .values import Timeout


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


RowsEstimate = TypeAliasType("RowsEstimate", Annotated[StrictInt, Field(ge=0)])
"""
About how many rows a table has, from the database's own statistics; null when it has none, and in a list of `names`.
"""


SizeBytes = TypeAliasType("SizeBytes", Annotated[StrictInt, Field(ge=0)])
"""
About the size of a table with its indexes, from the database's own statistics; null when it has none, and in a list of `names`.
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


class ListObjectsResponse(Model):
    """
    The objects, ordered by kind and then by name; columns and partitions in the table's order.
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
