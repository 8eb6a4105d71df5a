# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr
from typing import Annotated, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from .connection import ConnectionId
from .catalog import MissingPart, ObjectName, ObjectRef
from .values import Timeout
from .alter import PlannedStatement


Statement = TypeAliasType("Statement", Annotated[StrictInt, Field(ge=0, le=9007199254740991)])


DifferenceKind = TypeAliasType("DifferenceKind", Literal["missing", "extra", "different"] | StrictStr)
"""
`missing`: the other schema does not have it, and the statements make it. `extra`: only the other schema has it, and the statements drop it. `different`: both have it, and the statements make the other like the first.
"""


ComparedProperty = TypeAliasType(
    "ComparedProperty",
    Literal[
        "name",
        "db_type",
        "nullable",
        "default",
        "identity",
        "generated",
        "expression",
        "charset",
        "collation",
        "comment",
        "on_update",
        "clauses",
        "options",
        "column_order",
    ]
    | StrictStr,
)
"""
Of a column: `name`, where only its case differs, `db_type`, `nullable` (`true` or `false`), `default`, `identity`, `generated`, `expression`, `charset`, `collation`, `comment`, `on_update` and `clauses`, which is whatever else its definition has. Of a table: `comment`, `options` after its columns, and `column_order`, where the engine can change that.
"""


CompareWarningCode = TypeAliasType(
    "CompareWarningCode",
    Literal[
        "rewrites_table",
        "locks_table",
        "loses_data",
        "converts_values",
        "may_fail",
        "not_transactional",
        "uses_settings",
        "affects_others",
        "not_mended",
        "partitions",
        "column_order",
        "made_again",
        "names_first",
        "other_version",
    ]
    | StrictStr,
)
"""
Those of `preview_alter`, and: `not_mended`: no statement is written for a difference. `partitions`: the object is divided into partitions or belongs to such a table, or inherits, and is only compared as a whole. `column_order`: the columns stand in another order, which the engine cannot change, so that this is not a difference. `made_again`: a view, a trigger or a routine is dropped and made again, without the privileges that were granted on it, and belongs to whoever runs the statements. `names_first`: a text still names the first schema, in a string or in the body of a routine, and is left as it is. `other_version`: the servers have different versions, and may write the same thing differently.
"""


class CompareSchemasRequest(Model):
    """
    Compares two schemas of the same engine, and writes the statements that make the other one like the first. Nothing is changed: the statements are for `run_script` on the other connection, joined by `;` and a line end, in a database session without an open transaction. Schemas of different engines are refused with `unsupported`, because what one engine calls a type, a default or a collation has no exact counterpart in another. Objects are matched by name: one that was renamed is missing under one name, and extra under the other. Owners, grants and rows are not compared. Both are read in database sessions of their own, so what an open transaction has made is not found before its commit.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    """
    The connection of the first schema, which is the model and stays as it is.
    """
    schema_name: ObjectName
    """
    The first schema: in MySQL a database, in SQLite `main` or an attached one.
    """
    other_connection_id: ConnectionId
    """
    The connection of the other schema, which the statements would change; it may be the same connection.
    """
    other_schema_name: ObjectName
    """
    The other schema.
    """
    timeout_ms: Timeout | None = 120000
    """
    Stop the request after this time; null for no limit.
    """


class PropertyDifference(Model):
    """
    A property that differs.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: ComparedProperty
    first: StrictStr | None
    """
    What it is in the first schema, as the engine writes it; null for nothing.
    """
    other: StrictStr | None
    """
    What it is in the other schema.
    """


class CompareWarning(Model):
    """
    Something to know before the statements are run.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    code: CompareWarningCode
    message: StrictStr
    """
    A sentence for people.
    """
    object: ObjectRef | None
    """
    What it is about; null for the statements as a whole.
    """


class SchemaDifference(Model):
    """
    One object, or a column, a constraint or an index of a table that both schemas have.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    difference: DifferenceKind
    object: ObjectRef
    """
    Its name in the other schema. A constraint without a name has an empty one.
    """
    first: StrictStr | None
    """
    What the first schema has, as text: statements with `;` and a line end between them, or a definition. Null where it has nothing.
    """
    other: StrictStr | None
    """
    The same of the other schema.
    """
    properties: list[PropertyDifference]
    """
    What exactly differs, of a column that is in both and of a table itself; else empty.
    """
    statements: list[Statement]
    """
    Which of the statements mend it, by their place, from 0. Several differences of a table may have the same. Empty where none does, and a warning `not_mended` says why.
    """
    destructive: StrictBool
    """
    Whether one of these statements is destructive.
    """


class CompareSchemasResponse(Model):
    """
    What differs, and what to run.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    differences: list[SchemaDifference]
    """
    By object, those of a table one after the other. Empty when the schemas are alike.
    """
    statements: list[PlannedStatement]
    """
    They make the other schema like the first, in an order that runs. Where the engine can undo them, they begin and end a transaction of their own. Views, triggers and routines that stand in the way of a change are dropped and made again.
    """
    warnings: list[CompareWarning]
    """
    What the statements do beside what was asked for, may fail at, or leave as it is.
    """
    not_compared: list[MissingPart]
    """
    What one of the databases, or the privileges of its user, do not show. An object that one side has and does not show is neither missing nor extra, and no statement changes it.
    """
