# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import FailFast

from typing import Annotated, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr
from .export import BytesForm, FieldMark, NullText
from .catalog import ObjectName, ObjectRef
from .connection import ConnectionId, FilePath
from .values import Kind, Timeout
from .query import RowOffset


ImportFormat = TypeAliasType("ImportFormat", Literal["csv", "tsv", "json", "jsonl", "xlsx", "xls", "ods"])
"""
`csv`: fields with a separator. `tsv`: the same, with tabs. `json`: an array of objects. `jsonl`: an object in each line. `xlsx`, `xls`, `ods`: a sheet of a workbook. Text may be compressed with gzip. A file of SQL is run with `run_script`.
"""


FileEncoding = TypeAliasType(
    "FileEncoding",
    Literal[
        "utf-8",
        "utf-16-le",
        "utf-16-be",
        "windows-1250",
        "windows-1251",
        "windows-1252",
        "windows-1253",
        "windows-1254",
        "windows-1257",
        "iso-8859-1",
        "iso-8859-2",
        "iso-8859-9",
        "iso-8859-15",
        "koi8-r",
        "shift_jis",
        "euc-jp",
        "gb18030",
        "big5",
        "euc-kr",
    ],
)
"""
A character encoding.
"""


DateOrder = TypeAliasType("DateOrder", Literal["ymd", "dmy", "mdy"])
"""
The order of day, month and year in dates with numbers.
"""


Sheet = TypeAliasType("Sheet", Annotated[StrictStr, Field(max_length=1000)])
"""
`xlsx`, `xls`, `ods`: the name of the sheet; null for the first one.
"""


class ImportOptions(Model):
    """
    How a file is read. In the answer of `preview_import` nothing is null that the format has, except `date_order` and `sheet`.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    header: StrictBool | None = None
    """
    `csv`, `tsv`, `xlsx`, `xls`, `ods`: the first row has the names of the columns. Null to find out.
    """
    separator: FieldMark | None = None
    """
    `csv`: what stands between two fields. Null to find out.
    """
    quote: FieldMark | None = None
    """
    `csv`, `tsv`: what stands around fields, and twice for itself inside. Null to find out.
    """
    null_texts: Annotated[list[NullText], Field(max_length=20), FailFast()] = [""]
    """
    `csv`, `tsv`: fields without quotes that are NULL. By default the empty one is, and a field of two quotes is empty text.
    """
    date_order: DateOrder | None = None
    """
    How dates as `31/12/2025` are read. Null: only dates as `2025-12-31` are dates.
    """
    bytes_as: BytesForm = "hex"
    """
    How bytes are written in the file.
    """
    sheet: Sheet | None = None
    """
    `xlsx`, `xls`, `ods`: the name of the sheet; null for the first one.
    """
    skip_lines: Annotated[StrictInt, Field(ge=0, le=10000)] = 0
    """
    `csv`, `tsv`, `xlsx`, `xls`, `ods`: lines before the header or the first row that are not read.
    """


Line = TypeAliasType("Line", Annotated[StrictInt, Field(ge=1, le=9007199254740991)])
"""
The first line that it is about, from 1; null for the whole file.
"""


ImportProblemCode = TypeAliasType(
    "ImportProblemCode",
    Literal[
        "empty",
        "invalid_text",
        "ragged_rows",
        "bad_row",
        "repeated_names",
        "ambiguous_dates",
        "dates_by_order",
        "long_numbers",
        "further_sheets",
    ]
    | StrictStr,
)
"""
`empty`: the file has no row. `invalid_text`: bytes that are not text in the encoding; choose another one. `ragged_rows`: rows have more or fewer fields than the first. `bad_row`: a row cannot be read. `repeated_names`: columns had the same name. `ambiguous_dates`: dates may be day or month first; set `date_order`. `dates_by_order`: dates are read by the `date_order` that all samples allow alone. `long_numbers`: numbers do not fit 64 bits. `further_sheets`: the workbook has other sheets.
"""


Source = TypeAliasType("Source", Annotated[StrictStr, Field(max_length=10000)])
"""
The column of the file, by the name that `preview_import` gives it; null for `value`.
"""


Value = TypeAliasType("Value", Annotated[StrictStr, Field(max_length=1000000)])
"""
Without `source`: the text that every row gets, read as one of the file would be; null for NULL.
"""


class ImportMapping(Model):
    """
    Where the values of one column come from.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    column: ObjectName
    """
    The column of the table.
    """
    source: Source | None = None
    """
    The column of the file, by the name that `preview_import` gives it; null for `value`.
    """
    value: Value | None = None
    """
    Without `source`: the text that every row gets, read as one of the file would be; null for NULL.
    """


ImportMode = TypeAliasType("ImportMode", Literal["insert", "skip", "upsert", "replace"])
"""
`insert`: every row is a new one. `skip`: rows whose key is there already are left out. `upsert`: they change the row that is there. `replace`: the table is emptied first; with `all_or_nothing`, an import that fails leaves the old rows.
"""


OnRowError = TypeAliasType("OnRowError", Literal["stop", "reject"])
"""
`stop`: the first row that cannot be stored ends the import with `row_rejected`. `reject`: it is written to a file with its line and the reason, and the others are stored.
"""


class PreviewImportRequest(Model):
    """
    Reads samples of a file, and says how it is to be read. Nothing is guessed that could be two things: what is doubtful stays text and is a problem of the answer. Send the answer's `format`, `encoding` and `options`, changed where the user knows better, to `import_rows`.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    path: FilePath
    """
    The file, as an absolute path. Links, devices and folders are refused.
    """
    format: ImportFormat | None = None
    """
    Null to find out.
    """
    encoding: FileEncoding | None = None
    """
    Null for what a byte order mark says, or else `utf-8`.
    """
    options: ImportOptions | None = None
    """
    What is known already; the rest is found out.
    """
    sample_rows: Annotated[StrictInt, Field(ge=1, le=1000)] = 20
    """
    Rows of which the answer has values, at most.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """


class ImportColumn(Model):
    """
    A column of the file.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: StrictStr
    """
    By which a mapping names it: what the header says, or the key of the objects. Names that come again have a number behind, and a column without a name is `column_` and its number.
    """
    kind: Kind
    """
    What all samples are. Digits that begin with a zero are text.
    """
    samples: list[StrictStr | None]
    """
    The column's values in the first rows as text, cut to 200 characters; null for NULL.
    """
    nulls: RowOffset
    """
    How many of the sampled values are NULL.
    """


class ImportProblem(Model):
    """
    Something in a file that the user should know.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    code: ImportProblemCode
    message: StrictStr
    """
    For people.
    """
    line: Line | None
    """
    The first line that it is about, from 1; null for the whole file.
    """
    column: StrictStr | None
    """
    The column that it is about.
    """


Mapping = TypeAliasType("Mapping", Annotated[list[ImportMapping], Field(max_length=2000, min_length=1)])
"""
The columns of the table that get values; columns of the file that are not named are skipped. Null: each column of the file goes to the one of its name, and where there is no header, to the one in its place.
"""


class NewTableColumn(Model):
    """
    A column of a new table.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: ObjectName
    kind: Kind | None = None
    """
    What it holds, as the engine's own type for that; null for what the file's column is.
    """
    nullable: StrictBool = True
    """
    Whether it takes NULL.
    """
    key: StrictBool = False
    """
    Whether it is a part of the primary key.
    """


class ImportRowsResponse(Model):
    """
    What became of the rows of the file.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    read: RowOffset
    """
    Rows of the file.
    """
    written: RowOffset
    """
    Rows that were stored.
    """
    skipped: RowOffset
    """
    Rows that `skip` left out.
    """
    rejected: RowOffset
    """
    Rows that could not be stored.
    """
    rejects_path: StrictStr | None
    """
    A CSV file beside the source with the rejected rows: line, reason and the fields; null when there are none.
    """
    statements: list[StrictStr]
    """
    What was run, or would be, in order.
    """


class PreviewImportResponse(Model):
    """
    How a file is to be read, and what is in it.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    format: ImportFormat
    encoding: FileEncoding | None
    """
    Null where the format has its own.
    """
    options: ImportOptions
    columns: list[ImportColumn]
    """
    In the order of the file.
    """
    rows_estimate: RowOffset | None
    """
    About how many rows there are, judged by the size of the samples; null where that cannot be known, as in a compressed file.
    """
    rows_exact: StrictBool
    """
    Whether the whole file was read, so that `rows_estimate` is exact.
    """
    problems: list[ImportProblem]
    """
    What the user should look at before the import.
    """


Columns = TypeAliasType("Columns", Annotated[list[NewTableColumn], Field(max_length=1600, min_length=1)])
"""
Its columns; null for those of the mapping or the file, with the types that the samples have.
"""


class NewTable(Model):
    """
    A table that the import creates. It is gone again when the import fails.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    schema_name: ObjectName | None = None
    """
    Where it is created; null for the place that the connection has by default.
    """
    name: ObjectName
    columns: Columns | None = None
    """
    Its columns; null for those of the mapping or the file, with the types that the samples have.
    """


class ImportRowsRequest(Model):
    """
    Reads a file and stores its rows in a table. Values are stored exactly as they are in the file or the row is rejected: no number is rounded, no date is guessed, no text is cut. Spaces at the end of `char` are the database's own filling, and a fraction in a column of binary floating point is its nearest number if it has no more than 17 digits (9 for 32 bits). A sequence of PostgreSQL that numbers rows stays where it is. Progress is reported in `imported_rows`.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    path: FilePath
    """
    The file, as an absolute path. Links, devices and folders are refused.
    """
    format: ImportFormat | None = None
    """
    Null to find out.
    """
    encoding: FileEncoding | None = None
    """
    Null for what a byte order mark says, or else `utf-8`.
    """
    options: ImportOptions | None = None
    """
    How the file is read; what is null is found out as by `preview_import`, except `date_order`.
    """
    mapping: Mapping | None = None
    """
    The columns of the table that get values; columns of the file that are not named are skipped. Null: each column of the file goes to the one of its name, and where there is no header, to the one in its place.
    """
    object: ObjectRef | None = None
    """
    The table that gets the rows; exactly one of this and `new_table`.
    """
    new_table: NewTable | None = None
    """
    A table to create for the rows.
    """
    mode: ImportMode = "insert"
    on_error: OnRowError = "stop"
    max_rejected: Annotated[StrictInt, Field(ge=0, le=1000000)] = 10000
    """
    With `reject`: stop when more rows than this are rejected.
    """
    all_or_nothing: StrictBool = True
    """
    One transaction for all rows. Else every batch is committed, and an import that stops says how many rows are in.
    """
    dry_run: StrictBool = False
    """
    Only say what would run: the answer has `statements` and no rows.
    """
    confirm: StrictBool = False
    """
    The user has agreed to the import; see `confirmation_required`.
    """
    timeout_ms: Timeout | None = None
    """
    Stop the request after this time; null for no limit.
    """
