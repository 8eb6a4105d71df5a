# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import FailFast

from litebase_schema.base import Model
from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr
from .query import ResultId, RowOffset
from typing import Annotated, Literal
from typing_extensions import TypeAliasType
from .values import Cell, Timeout


class ViewResultResponse(Model):
    """
    The view, which is a result like any other: `fetch` reads its rows.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    result_id: ResultId
    """
    Names the view for `fetch`, `cell_fetch`, `close_result` and the requests of this page.
    """
    total_rows: RowOffset
    """
    Rows of the view.
    """


FilterOperator = TypeAliasType(
    "FilterOperator",
    Literal[
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
        "in",
        "between",
        "is_null",
        "is_not_null",
        "contains",
        "starts_with",
        "ends_with",
        "like",
    ],
)
"""
`eq, ne, lt, le, gt, ge, in, between` compare as sorting does: numbers by value, text by code point. `contains, starts_with, ends_with` look for text as it is, `like` for a pattern with `%` and `_` (a backslash takes their meaning away), also among the digits of numbers; they never find bytes.
"""


NullsPlace = TypeAliasType("NullsPlace", Literal["first", "last"])
"""
Where NULL goes, whatever the direction.
"""


ColumnIndex = TypeAliasType("ColumnIndex", Annotated[StrictInt, Field(ge=0, le=65535)])
"""
A column's index in the result, from 0.
"""


Columns = TypeAliasType("Columns", Annotated[list[ColumnIndex], Field(max_length=65536), FailFast()])
"""
Look only in these; null for all.
"""


class FindInResultResponse(Model):
    """
    The place that was found, or nulls.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    row: RowOffset | None
    """
    The row, or null when no further cell contains the text.
    """
    column: ColumnIndex | None
    """
    The column's index, or null.
    """


Columns5 = TypeAliasType("Columns5", Annotated[list[ColumnIndex], Field(max_length=65536), FailFast()])
"""
Which columns, in the order of the answer; null for all.
"""


class RowRange(Model):
    """
    Consecutive rows of a result.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    first: RowOffset
    """
    The first of them.
    """
    count: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    How many, as far as the result has them.
    """


Distinct = TypeAliasType("Distinct", Annotated[StrictInt, Field(ge=0)])
"""
Different values that are not NULL; equal ones count once, however they are written. Null where there were too many to count, 100,000 of all columns together.
"""


class ResultFilter(Model):
    """
    A condition on one column of a result. Of NULL only `is_null` is true.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    column: ColumnIndex
    op: FilterOperator
    values: Annotated[list[Cell], Field(max_length=10000), FailFast()] = []
    """
    What to compare with: one value; for `between` the lowest and the highest; for `in` any number; none for `is_null` and `is_not_null`. A column of numbers also takes numbers as text.
    """
    match_case: StrictBool = False
    """
    Whether `contains`, `starts_with`, `ends_with` and `like` tell upper from lower case.
    """


class ResultOrder(Model):
    """
    One column to sort by. Numbers are compared exactly, dates and times by the moment, text by code point, bytes by value; in a column that mixes them, numbers come before text and text before bytes.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    column: ColumnIndex
    descending: StrictBool = False
    """
    The greatest first.
    """
    nulls: NullsPlace = "last"
    natural: StrictBool = False
    """
    Sort text as people do: digits in it count as numbers, and case does not.
    """


class FindInResultRequest(Model):
    """
    Finds the next cell of a result that contains a text. Rows that are not read yet are read as far as they are needed.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    result_id: ResultId
    text: Annotated[StrictStr, Field(max_length=65536, min_length=1)]
    """
    What to look for; also among the digits of numbers, never in bytes.
    """
    from_row: RowOffset
    """
    Where the search begins, this row included.
    """
    from_column: ColumnIndex | None = None
    """
    Where it begins in that row, this column included; null for the end of the row from which the search goes.
    """
    columns: Columns | None = None
    """
    Look only in these; null for all.
    """
    backwards: StrictBool = False
    """
    Search towards the first row.
    """
    match_case: StrictBool = False
    """
    Whether upper and lower case are told apart.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class SummarizeResultRequest(Model):
    """
    Counts and sums up columns of a result, or a range of its rows. What is needed and still unread is read first.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    result_id: ResultId
    columns: Columns5 | None = None
    """
    Which columns, in the order of the answer; null for all.
    """
    rows: RowRange | None = None
    """
    Which rows; null for all.
    """
    distinct: Annotated[StrictInt, Field(ge=0, le=10000)] = 0
    """
    List so many of the values that come most often, for each column.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class ValueCount(Model):
    """
    A value, and how often it comes.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    value: Cell
    count: Annotated[StrictInt, Field(ge=1)]
    """
    Cells with this value.
    """


class ViewResultRequest(Model):
    """
    Makes a new result with the rows of an open one, filtered and sorted. No statement is run: what is still unread is read to the end first. The rows are copied, so both results stay open until they are closed, and a view of a view is possible.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    result_id: ResultId
    filters: Annotated[list[ResultFilter], Field(max_length=100, validate_default=True)] = []
    """
    Conditions that every row of the view fulfils; empty for all rows.
    """
    order: Annotated[list[ResultOrder], Field(max_length=100, validate_default=True)] = []
    """
    What to sort by, the most significant first; rows that are equal stay in their order. Empty to leave the order as it is.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class ColumnSummary(Model):
    """
    A column in figures. Numbers are exact, and given as text.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    column: ColumnIndex
    count: Annotated[StrictInt, Field(ge=0)]
    """
    Cells that are not NULL.
    """
    nulls: Annotated[StrictInt, Field(ge=0)]
    """
    Cells that are NULL.
    """
    distinct: Distinct | None
    """
    Different values that are not NULL; equal ones count once, however they are written. Null where there were too many to count, 100,000 of all columns together.
    """
    min: StrictStr | None
    """
    The least value, as sorting compares them; null when there is none, for bytes, and for text of more than 65,536 characters.
    """
    max: StrictStr | None
    """
    The greatest one.
    """
    sum: StrictStr | None
    """
    Of a column of numbers: exact for integers and decimals, a float else; null when there is no number, or something else among them.
    """
    mean: StrictStr | None
    """
    The sum divided by `count`, to 38 digits for integers and decimals; null when there is no sum.
    """
    values: list[ValueCount]
    """
    The values that come most often, the most frequent first, as far as `distinct` asks for them.
    """
    values_complete: StrictBool
    """
    Whether `values` has all values. Longer ones than 1,024 characters are counted and not listed.
    """


class SummarizeResultResponse(Model):
    """
    One summary for each column.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    summaries: list[ColumnSummary]
    """
    In the order of the request's `columns`, or of the result's.
    """
