# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import FailFast

from typing import Annotated, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr
from .catalog import ObjectName, ObjectRef
from .rows import ColumnIndex, RowRange
from .query import MaxRows, ResultId, RowOffset, SqlText
from .connection import ConnectionId, DbSessionId, FilePath
from .values import Parameters, Timeout


ExportFormat = TypeAliasType(
    "ExportFormat",
    Literal[
        "csv",
        "tsv",
        "json",
        "jsonl",
        "sql",
        "markdown",
        "html",
        "xlsx",
        "parquet",
        "copy_text",
    ],
)
"""
`csv`, `tsv`: as RFC 4180 has it, with NULL as an empty field and empty text in quotes. `json`: an array of objects; `jsonl`: an object in each line. Both keep every digit of numbers, and the documents of `json` columns as they are. `sql`: INSERT statements for the engine of the source. `markdown`, `html`: a table. `xlsx`: a workbook of Excel, whose cells hold numbers of up to 15 digits, dates and times as such, and all else as text. `parquet`: a file with the types of the columns, only where `hello_response.capabilities` has `parquet`. `copy_text`: for the clipboard, see `copy_as`. `xlsx` and `parquet` go only to a file.
"""


KeyColumns = TypeAliasType("KeyColumns", Annotated[list[ObjectName], Field(max_length=1000), FailFast()])
"""
`sql`: names of the columns that tell rows apart, for `create_table` and `upsert`. Null for the primary key of an `object`, where all of it is selected.
"""


FieldMark = TypeAliasType(
    "FieldMark",
    Annotated[StrictStr, Field(max_length=1, min_length=1, pattern="^[^\\x00\\n\\r]*$")],
)
"""
One character, no line end.
"""


NullText = TypeAliasType("NullText", Annotated[StrictStr, Field(max_length=100, pattern="^[^\\x00\\n\\r]*$")])
"""
What stands for NULL.
"""


TableName = TypeAliasType(
    "TableName",
    Annotated[StrictStr, Field(max_length=1000, min_length=1, pattern="^[^\\x00]*$")],
)
"""
A table's name as the database keeps it.
"""


LineEnd = TypeAliasType("LineEnd", Literal["lf", "crlf"])
"""
`lf`: a line feed. `crlf`: a carriage return and a line feed.
"""


TextEncoding = TypeAliasType(
    "TextEncoding",
    Literal["utf-8", "utf-16-le", "utf-16-be", "windows-1252", "iso-8859-1", "iso-8859-15"],
)
"""
A character encoding.
"""


BytesForm = TypeAliasType("BytesForm", Literal["hex", "backslash_hex", "base64"])
"""
`hex`: two digits for a byte. `backslash_hex`: the same after `\\x`, as PostgreSQL reads it. `base64`: as RFC 4648 has it.
"""


CopyForm = TypeAliasType("CopyForm", Literal["tsv", "csv", "json", "markdown", "in_list"])
"""
`in_list`: the values of one column as SQL writes them, between parentheses for IN.
"""


ExportWarningCode = TypeAliasType(
    "ExportWarningCode",
    Literal[
        "truncated",
        "renamed_columns",
        "not_finite",
        "not_json",
        "guarded_cells",
        "nulls_left_out",
        "unknown_types",
        "key_left_out",
        "generated_columns",
        "session_time_zone",
        "further_results",
        "empty_lines",
        "invalid_text",
        "text_numbers",
        "text_dates",
        "cut_fractions",
        "cut_cells",
        "further_sheets",
        "text_columns",
    ]
    | StrictStr,
)
"""
`truncated`: the source had more rows than `max_rows`. `renamed_columns`: columns had equal names. `not_finite`: NaN and infinite numbers are text in JSON. `not_json`: cells of a JSON column that are no JSON are text. `guarded_cells`: see `formula_guard`. `nulls_left_out`: an IN list has no NULL. `unknown_types`: CREATE TABLE has another type than the column. `key_left_out`: CREATE TABLE has no primary key, because a type cannot have one. `generated_columns`: INSERT leaves out what the database computes. `session_time_zone`: times are those of the session's time zone, and mean others in a session of another one. `further_results`: only the first result of a procedure is written. `empty_lines`: NULL in the only column is a line with nothing. `invalid_text`: text that is not valid in its encoding is written as bytes, in `sql` only of a result, which does not tell it from bytes. In `xlsx`, `text_numbers`: numbers that it does not have, as those of more than 15 digits, are text; `text_dates`: dates and times that it does not have, as those before March 1900 or with a time zone, are text; `cut_fractions`: times end with their milliseconds; `cut_cells`: text ends after 32,767 characters; `further_sheets`: the rows are in several sheets. `text_columns`: decimals of no fixed precision are text in `parquet`.
"""


Rows = TypeAliasType("Rows", Annotated[list[RowRange], Field(max_length=1000, min_length=1)])
"""
Which rows of a result, as ranges that are written one after the other; null for all.
"""


Columns = TypeAliasType("Columns", Annotated[list[ColumnIndex], Field(max_length=65536, min_length=1)])
"""
Which columns, in this order; null for all.
"""


class ExportSelection(Model):
    """
    A part of the rows and columns.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    rows: Rows | None = None
    """
    Which rows of a result, as ranges that are written one after the other; null for all.
    """
    columns: Columns | None = None
    """
    Which columns, in this order; null for all.
    """


class ExportOptions(Model):
    """
    How a format is written.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    header: StrictBool | None = None
    """
    `csv`, `tsv`, `xlsx`, `copy_text`: begin with the names of the columns, in `xlsx` each sheet. Null for yes, and with `copy_text` for no.
    """
    separator: FieldMark | None = None
    """
    `csv`, and `copy_text` as csv: what stands between two fields. Null for a comma.
    """
    quote: FieldMark | None = None
    """
    `csv`, `tsv`, `copy_text`: what stands around fields that need it, and twice for itself inside. Null for `"`.
    """
    quote_all: StrictBool = False
    """
    `csv`, `tsv`, `copy_text`: quote every field but NULL.
    """
    null_text: NullText | None = None
    """
    `csv`, `tsv`, `markdown`, `html`, `copy_text`: what stands for NULL, unquoted; text that looks the same is quoted in `csv` and `tsv`. Null for nothing, and in `markdown` and `html` for `NULL`.
    """
    line_end: LineEnd = "lf"
    """
    `csv`, `tsv`: what ends a line.
    """
    bom: StrictBool = False
    """
    `csv`, `tsv`: begin with a byte order mark, by which some programs recognize Unicode.
    """
    encoding: TextEncoding = "utf-8"
    """
    `csv`, `tsv` in a file: how characters are written. One that the encoding does not have is an error.
    """
    bytes_as: BytesForm = "hex"
    """
    How bytes are written, in every format but `sql` and `parquet`.
    """
    formula_guard: StrictBool = False
    """
    `csv`, `tsv`, `copy_text`: put a tab before text that a spreadsheet would take for a formula, because it begins with `=`, `+`, `-`, `@`, a tab or a carriage return. Numbers stay as they are. A warning says how many cells were changed.
    """
    table_name: TableName | None = None
    """
    `sql`: the table to insert into, without its schema. Null for the table that the rows come from, where that is only one, or else `exported_rows`.
    """
    create_table: StrictBool = False
    """
    `sql`: begin with CREATE TABLE, which has the columns with their types, and `key_columns` as the primary key.
    """
    upsert: StrictBool = False
    """
    `sql`: rows whose key is there already replace the values of the row.
    """
    key_columns: KeyColumns | None = None
    """
    `sql`: names of the columns that tell rows apart, for `create_table` and `upsert`. Null for the primary key of an `object`, where all of it is selected.
    """
    rows_per_statement: Annotated[StrictInt, Field(ge=1, le=1000)] = 100
    """
    `sql`: rows of one INSERT at most; fewer where they are long.
    """
    copy_as: CopyForm = "tsv"
    """
    `copy_text`: in which form.
    """


class ExportWarning(Model):
    """
    Something that the format does not have.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    code: ExportWarningCode
    message: StrictStr
    """
    For people: what was written instead, and how often.
    """


class ExportRowsResponse(Model):
    """
    What was written.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    rows: RowOffset
    """
    Rows that were written.
    """
    bytes: Annotated[StrictInt, Field(ge=0, le=9007199254740991)]
    """
    The size of the file, or of `content` as UTF-8.
    """
    path: StrictStr | None
    """
    The file, or null.
    """
    content: StrictStr | None
    """
    The text, where no file was asked for; null else.
    """
    warnings: list[ExportWarning]
    """
    What is not in the output as it is in the database.
    """


class ExportSource(Model):
    """
    Where the rows come from: exactly one of `result_id`, `object` and `sql`. A result is first read to its end, or as far as the selection goes; no statement is run. What `object` or `sql` gives is written as it comes, and no result is kept.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    result_id: ResultId | None = None
    """
    An open result.
    """
    object: ObjectRef | None = None
    """
    A table or a view, all of it.
    """
    sql: SqlText | None = None
    """
    A statement, run by the rules of `query`; of a procedure only the first result is written, and a warning says that there are more.
    """
    connection_id: ConnectionId | None = None
    """
    Needed with `object` and `sql`.
    """
    db_session_id: DbSessionId | None = None
    """
    With `object` and `sql`: read in this database session; null for any free one.
    """
    params: Parameters | None = None
    """
    With `sql`: values for the placeholders, or null for none.
    """
    max_rows: MaxRows | None = None
    """
    With `object` and `sql`: write no more rows; null for all. Where more came, a warning says so.
    """
    confirm: StrictBool = False
    """
    With `sql`: the user has agreed to what the statement does; see `confirmation_required`.
    """


class ExportRowsRequest(Model):
    """
    Writes the rows of a result, of a table or of a statement in some format, into a file or into the answer. A file is written under a temporary name in the same folder and gets its name when it is complete, so that what is stopped or fails leaves nothing. Only its owner may read it. Progress is reported in `exported_rows`.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    source: ExportSource
    format: ExportFormat
    options: ExportOptions | None = None
    """
    How the format is written; null for its defaults. What the format does not have is refused.
    """
    selection: ExportSelection | None = None
    """
    Only some rows or columns; null for all.
    """
    path: FilePath | None = None
    """
    The file to write, as an absolute path; null for `content` in the answer, up to `max_content_bytes`.
    """
    record: StrictBool = True
    """
    With `object` and `sql`: keep the statement in the history, where the backend has one.
    """
    overwrite: StrictBool = False
    """
    Replace a file that is there. Folders, links, databases of SQLite, the files beside them and files of other users are never replaced.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """
