# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import FailFast

from typing import Annotated, Literal
from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from .catalog import (
    ColumnGenerated,
    ColumnIdentity,
    ForeignKeyAction,
    ObjectName,
    ObjectRef,
)
from .connection import ConnectionId
from .values import Timeout


AlterWarningCode = TypeAliasType(
    "AlterWarningCode",
    Literal[
        "rewrites_table",
        "locks_table",
        "loses_data",
        "converts_values",
        "may_fail",
        "not_transactional",
        "uses_settings",
        "affects_others",
    ]
    | StrictStr,
)
"""
`rewrites_table`: every row is written again, which takes long for a large table. `locks_table`: nobody else writes, or reads, meanwhile. `loses_data`: values are gone afterwards. `converts_values`: values become those of another type. `may_fail`: it depends on the rows whether a statement succeeds. `not_transactional`: a failure leaves what was done before. `uses_settings`: a setting of the session is changed and set back. `affects_others`: other objects use the table and may need a change, or are made again.
"""


SqlFragment = TypeAliasType(
    "SqlFragment",
    Annotated[StrictStr, Field(max_length=100000, min_length=1, pattern="^[^\\x00]*$")],
)
"""
A piece of the engine's own SQL, such as a type or an expression. It is taken as it is: parentheses and quotes must be closed, and nothing may end the statement.
"""


Default = TypeAliasType(
    "Default",
    Annotated[StrictStr, Field(max_length=100000, min_length=1, pattern="^[^\\x00]*$")],
)
"""
The default, as an SQL expression: text in quotes. Null for none.
"""


Comment = TypeAliasType("Comment", Annotated[StrictStr, Field(max_length=65536)])
"""
The comment on it, where the engine keeps comments.
"""


Default1 = TypeAliasType(
    "Default1",
    Annotated[StrictStr, Field(max_length=100000, min_length=1, pattern="^[^\\x00]*$")],
)
"""
Of `set_default`: an SQL expression; null for none.
"""


Comment1 = TypeAliasType("Comment1", Annotated[StrictStr, Field(max_length=65536)])
"""
Of `set_comment`; null for none.
"""


Method = TypeAliasType("Method", Annotated[StrictStr, Field(max_length=64)])
"""
Of `add_index`: for example `hash`; null for the usual one.
"""


ChangeKind = TypeAliasType(
    "ChangeKind",
    Literal[
        "create_table",
        "add_column",
        "drop_column",
        "rename_column",
        "move_column",
        "set_type",
        "set_default",
        "set_nullable",
        "set_comment",
        "add_key",
        "add_foreign_key",
        "add_check",
        "drop_constraint",
        "add_index",
        "drop_index",
        "rename_table",
    ],
)
"""
What a change does. `create_table` makes the table: it is the first one, and those that add columns and what belongs to them follow. `drop_column` removes one that nothing else of the table uses any more. `rename_column` changes the name where keys, indexes and checks have it, too. `move_column` needs the capability `reorder_columns`. `set_nullable` sets or drops NOT NULL. `add_key` adds a primary key or a unique constraint, `drop_constraint` removes one, or a foreign key or a check; `drop_index` removes an index that belongs to no constraint.
"""


ConstraintKind = TypeAliasType("ConstraintKind", Literal["primary_key", "unique", "foreign_key", "check"])
"""
A kind of constraint.
"""


PrefixLength = TypeAliasType("PrefixLength", Annotated[StrictInt, Field(ge=1, le=65535)])
"""
How much of the column is in the index, on MySQL; null for all of it.
"""


class AlterWarning(Model):
    """
    Something to know before the statements are run.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    code: AlterWarningCode
    message: StrictStr
    """
    A sentence for people.
    """


class ColumnDefinition(Model):
    """
    A new column.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: ObjectName
    db_type: SqlFragment
    """
    The type, as the engine writes it, with its modifiers.
    """
    nullable: StrictBool = True
    """
    Whether it takes NULL.
    """
    default: Default | None = None
    """
    The default, as an SQL expression: text in quotes. Null for none.
    """
    identity: ColumnIdentity = "none"
    """
    Whether the database numbers the rows in it: `always` and `by_default` in PostgreSQL, `auto_increment` in MySQL, and in SQLite for an INTEGER that becomes the primary key.
    """
    generated: ColumnGenerated = "none"
    """
    `stored` or `virtual` for a column that is computed by `expression`.
    """
    expression: SqlFragment | None = None
    """
    What a generated column is computed by.
    """
    collation: ObjectName | None = None
    """
    Its collation; null for the usual one.
    """
    comment: Comment | None = None
    """
    The comment on it, where the engine keeps comments.
    """
    on_update: SqlFragment | None = None
    """
    What MySQL sets it to whenever something else in the row changes.
    """


class NewIndexPart(Model):
    """
    A column or an expression of a new index: one of the two.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    column: ObjectName | None = None
    """
    The column.
    """
    expression: SqlFragment | None = None
    """
    The expression.
    """
    descending: StrictBool = False
    """
    Whether it is sorted downwards.
    """
    prefix_length: PrefixLength | None = None
    """
    How much of the column is in the index, on MySQL; null for all of it.
    """


class PlannedStatement(Model):
    """
    One statement of a plan.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    sql: StrictStr
    """
    Its text, without a delimiter at the end.
    """
    object: ObjectRef | None
    """
    What it makes, changes or removes; null for the bounds of a transaction and for settings.
    """
    destructive: StrictBool
    """
    Whether something is gone after it that no later statement of the plan makes again.
    """


class AlterChange(Model):
    """
    One change of a table. Which fields it has hangs on `change`; others are refused.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    change: ChangeKind
    definition: ColumnDefinition | None = None
    """
    Of `add_column`: the column.
    """
    column: ObjectName | None = None
    """
    Of `drop_column, rename_column, move_column, set_type, set_default, set_nullable`: which one. Of `set_comment`: null for the table.
    """
    new_name: ObjectName | None = None
    """
    Of `rename_column, rename_table`.
    """
    first: StrictBool = False
    """
    Of `add_column, move_column`: before all others.
    """
    after: ObjectName | None = None
    """
    Of `add_column, move_column`: after this column; null for the end.
    """
    db_type: SqlFragment | None = None
    """
    Of `set_type`: the new type. Everything else of the column stays, its collation too where the new type has one.
    """
    using: SqlFragment | None = None
    """
    Of `set_type`, on PostgreSQL: an expression for the new value. Null for the database's own conversion.
    """
    collation: ObjectName | None = None
    """
    Of `set_type`: the collation; null for the one it has.
    """
    default: Default1 | None = None
    """
    Of `set_default`: an SQL expression; null for none.
    """
    nullable: StrictBool = True
    """
    Of `set_nullable`: whether it takes NULL.
    """
    comment: Comment1 | None = None
    """
    Of `set_comment`; null for none.
    """
    name: ObjectName | None = None
    """
    Of `add_index, drop_index`; of `add_key, add_foreign_key, add_check`, null for one that the database chooses; of `drop_constraint`, null where it has none and for the primary key.
    """
    primary: StrictBool = False
    """
    Of `add_key`: whether it is the primary key.
    """
    columns: Annotated[list[ObjectName], Field(max_length=100), FailFast()] = []
    """
    Of `add_key, add_foreign_key`, in the order of the key; of `drop_constraint` for one without a name, all its columns.
    """
    referenced_table: ObjectRef | None = None
    """
    Of `add_foreign_key`.
    """
    referenced_columns: Annotated[list[ObjectName], Field(max_length=100), FailFast()] = []
    """
    Of `add_foreign_key`: the columns of the other table, in the same order.
    """
    on_update: ForeignKeyAction = "no_action"
    """
    Of `add_foreign_key`.
    """
    on_delete: ForeignKeyAction = "no_action"
    """
    Of `add_foreign_key`.
    """
    expression: SqlFragment | None = None
    """
    Of `add_check`: the condition. Of `drop_constraint` for a check without a name: the condition as the table's text has it.
    """
    constraint: ConstraintKind | None = None
    """
    Of `drop_constraint`: what it is.
    """
    parts: Annotated[list[NewIndexPart], Field(max_length=100, validate_default=True)] = []
    """
    Of `add_index`: what it is sorted by.
    """
    unique: StrictBool = False
    """
    Of `add_index`: whether it refuses equal entries.
    """
    included: Annotated[list[ObjectName], Field(max_length=100), FailFast()] = []
    """
    Of `add_index`, on PostgreSQL: columns that it only carries.
    """
    method: Method | None = None
    """
    Of `add_index`: for example `hash`; null for the usual one.
    """
    predicate: SqlFragment | None = None
    """
    Of `add_index`, on PostgreSQL and SQLite: which rows a partial index has; null for all.
    """


class PreviewAlterRequest(Model):
    """
    Writes the statements that change a table, or make one, and says what they do to it. Nothing is changed: the statements are for `run_script`, joined by `;` and a line end, and for a look before that. The changes are made in their order, each on what those before it have made, and the statements lead from the table as it is to the outcome in an order that runs. Like a list, the table is read in a database session of its own, so what an open transaction has made is not found before its commit.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    object: ObjectRef
    """
    A table. With the change `create_table` it does not exist yet.
    """
    changes: Annotated[list[AlterChange], Field(max_length=1000, min_length=1)]
    """
    What is to be changed. Two changes of the same property of one column contradict each other and are refused. Only a name may be changed again, so that two columns exchange theirs by a third name.
    """
    timeout_ms: Timeout | None = 30000
    """
    Stop the request after this time; null for no limit.
    """


class PreviewAlterResponse(Model):
    """
    The statements, and what to know before they are run.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    statements: list[PlannedStatement]
    """
    In the order in which they are run, in one database session without an open transaction: where there are several and the engine can undo them, they begin and end a transaction of their own. Empty when the changes leave everything as it is.
    """
    warnings: list[AlterWarning]
    """
    What the statements do beside what was asked for, or may fail at.
    """
