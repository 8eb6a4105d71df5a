# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from typing import Annotated, Literal
from pydantic import ConfigDict, Field, StrictBool, StrictStr
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from .catalog import ObjectName, ObjectRef
from .connection import ConnectionId
from .imports import ImportMode
from .values import Timeout
from .query import RowOffset


Columns = TypeAliasType("Columns", Annotated[list[ObjectName], Field(max_length=2000, min_length=1)])
"""
The columns that are copied, each to the one of its name; null for all.
"""


CopyStructure = TypeAliasType("CopyStructure", Literal["create", "existing", "as_needed"])
"""
`create`: the target is made, and must not exist. `existing`: it must exist. `as_needed`: it is made if it does not exist. A new table has the columns, NOT NULL and the primary key before the rows, and its other keys, indexes, checks and foreign keys after them. Each of these that cannot be made is a warning.
"""


CopyWarningCode = TypeAliasType(
    "CopyWarningCode",
    Literal[
        "becomes_text",
        "other_type",
        "may_be_refused",
        "left_out",
        "collation",
        "next_number",
    ]
    | StrictStr,
)
"""
`becomes_text`: the engine has no such type, and the values are kept as text. `other_type`: the values are kept in a type with another meaning, which the message says. `may_be_refused`: the type holds fewer values; a row with another one ends the copy. `left_out`: a default, a key, an index, a check, a foreign key, triggers, comments or a column are not in the target. `collation`: texts compare in another way than in the source. `next_number`: the numbers that the database gives new rows of an existing target do not go on after those that are copied.
"""


class CopyTableRequest(Model):
    """
    Reads a table or a view in one consistent snapshot, and stores its rows in another table, which is made if it is wanted. Values are stored exactly as they are or the row is refused: what the other engine has no exact type for becomes text, with a warning that names the column. Progress is reported in `copied_rows`.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    """
    Where the rows are read.
    """
    object: ObjectRef
    """
    The table or the view whose rows are copied.
    """
    target_connection_id: ConnectionId
    """
    Where they are stored: the same connection or another one.
    """
    target: ObjectRef
    """
    The table that gets them, with its schema.
    """
    structure: CopyStructure = "create"
    columns: Columns | None = None
    """
    The columns that are copied, each to the one of its name; null for all.
    """
    mode: ImportMode = "insert"
    """
    What becomes of rows that the target has already.
    """
    all_or_nothing: StrictBool = True
    """
    One transaction for all rows. Else every batch is committed, and a copy that stops says how many rows are in.
    """
    resume: StrictBool = False
    """
    Continue a copy that was stopped, with `mode` `insert`: only rows after the highest key in the target are copied. Needs a primary key of one integer column, and is refused with `conflict` unless the source has as many rows up to that key as the target has in all, and the same sum of their keys modulo 1,000,000,007. A copy that may be resumed is one with `all_or_nothing` false: it stores rows in the order of that key.
    """
    dry_run: StrictBool = False
    """
    Only say what would run, and what to know before: the answer has no rows.
    """
    confirm: StrictBool = False
    """
    The user has agreed to the copy; see `confirmation_required`.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class CopyWarning(Model):
    """
    Something in which the target differs from the source.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    code: CopyWarningCode
    message: StrictStr
    """
    A sentence for people.
    """
    column: StrictStr | None
    """
    The column that it is about; null for the table.
    """


class CopyTableResponse(Model):
    """
    What was copied.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    read: RowOffset
    """
    Rows that were read from the source.
    """
    rows: RowOffset
    """
    Rows that were stored.
    """
    skipped: RowOffset
    """
    Rows that `skip` left out.
    """
    created: StrictBool
    """
    Whether the target was made, or would be.
    """
    statements: list[StrictStr]
    """
    What was run, or would be, in order: the one that reads, then those that make the table and store the rows.
    """
    warnings: list[CopyWarning]
    """
    Where the target differs from the source.
    """
