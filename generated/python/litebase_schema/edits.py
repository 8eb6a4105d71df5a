# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import FailFast

from typing import Annotated, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from pydantic import ConfigDict, Field, StrictBool, StrictStr
from .values import Cell, PositionalParameters, Timeout, TransactionStatus
from .catalog import ObjectName, ObjectRef
from .query import SqlText
from .connection import ConnectionId, DbSessionId


EditAction = TypeAliasType("EditAction", Literal["insert", "update", "delete"])
"""
What to do with the row.
"""


class ColumnDefault(Model):
    """
    The default of the column, whatever it is at that time: `{default: true}`.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    default: Literal[True]
    """
    Always true.
    """


EditOutcomeName = TypeAliasType("EditOutcomeName", Literal["applied", "conflict", "gone", "not_run"] | StrictStr)
"""
`applied`. `conflict`: the row does not contain the old values any more. `gone`: there is no such row any more. `not_run`: nothing was changed because of another edit, or it was a `dry_run`.
"""


CellsByColumn = TypeAliasType("CellsByColumn", Annotated[dict[str, Cell], Field(max_length=65535), FailFast()])
"""
Cells by the names of their columns.
"""


NewValue = TypeAliasType("NewValue", Cell | ColumnDefault)
"""
A cell, or the default of its column.
"""


class EditOutcome(Model):
    """
    What became of an edit.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    outcome: EditOutcomeName
    row: CellsByColumn | None
    """
    After an insert or an update the row as it is stored, with defaults, generated columns and what triggers made of it; null otherwise, and where it cannot be found again.
    """
    current: CellsByColumn | None
    """
    After a conflict the row as it is now; null otherwise.
    """
    omitted: list[ObjectName]
    """
    Columns whose cells are left out of `row` or `current`: those of more than 65,536 bytes, and long ones beyond 8 MiB in the whole answer.
    """
    message: StrictStr | None
    """
    Why, as a sentence for people, where the outcome alone does not say it; of an `applied` edit, that the row does not contain exactly what was sent; else null.
    """


NewValues = TypeAliasType("NewValues", Annotated[dict[str, NewValue], Field(max_length=65535), FailFast()])
"""
Values by the names of their columns. A value is taken for the type of its column, never for that of its own form.
"""


class RowEdit(Model):
    """
    A change of one row.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    action: EditAction
    object: ObjectRef
    """
    The table. A view is refused.
    """
    identity: CellsByColumn = {}
    """
    Which row to update or delete: a value for each column of the table's `row_identity`, as it was read. Where its source is `none`, a value for every column; then the row must be the only one with them, and not all of them may be floats, JSON or bytes.
    """
    old: CellsByColumn = {}
    """
    What the row is expected to contain, as it was read; the edit is a conflict if it contains something else. An update needs the old value of every column that it changes.
    """
    new: Annotated[NewValues, Field(validate_default=True)] = {}
    """
    The values to store. Columns that an insert leaves out get their default. Null is NULL, and not the default.
    """


class EditStatement(Model):
    """
    A statement, and the values for its placeholders.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    sql: SqlText
    params: PositionalParameters


class ApplyEditsRequest(Model):
    """
    Inserts, updates and deletes rows, each by a statement of its own and exactly one row each, or changes nothing at all. A statement that updates or deletes also compares the old values, so that nobody's change is overwritten. In a database session with an open transaction the edits become a part of it, after a savepoint, and are not committed; without one they are one transaction. The tables are looked up first, in a database session of its own, so what an open transaction has made is not found before its commit. What the database refuses is an error that begins with the place of the edit; only a constraint that is checked at COMMIT names none.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    db_session_id: DbSessionId | None = None
    """
    Apply them in this database session; null for one of their own.
    """
    edits: Annotated[list[RowEdit], Field(max_length=10000, min_length=1)]
    """
    In the order in which they are applied. Each row occurs once; another form of its key, such as `1` and `01`, is the same row.
    """
    dry_run: StrictBool = False
    """
    Apply nothing, and answer with the statements that would run.
    """
    confirm: StrictBool = False
    """
    The user has agreed to change a production database; see `confirmation_required`.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class ApplyEditsResponse(Model):
    """
    What became of each edit.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    statements: list[EditStatement]
    """
    The statement of each edit. Empty where together they would take more than 4 MiB; a `dry_run` is refused then.
    """
    outcomes: list[EditOutcome]
    """
    One for each edit, in their order. Unless all are `applied`, nothing was changed.
    """
    committed: StrictBool
    """
    Whether the changes last: false when nothing was changed, and in an open transaction, which decides about them later.
    """
    transaction_status: TransactionStatus
