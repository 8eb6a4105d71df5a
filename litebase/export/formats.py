"""Which formats there are, which options each of them has, and what writes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from litebase_schema.catalog import DescribedColumn
from litebase_schema.export import ExportOptions
from litebase_schema.values import Column

from litebase.errors import Unsupported
from litebase.export import has_parquet
from litebase.export.delimited import Copied, CopiedLines, Delimited, Marks
from litebase.export.file import NewFile
from litebase.export.inserts import InList, Inserts, SqlSpelling, Target
from litebase.export.json_text import JsonText
from litebase.export.markup import Html, Markdown
from litebase.export.writer import Remarks, Writer


class UnfitOption(ValueError):
    """An option that the format does not have, or a value that it cannot have."""

    def __init__(self, option: str, reason: str) -> None:
        super().__init__(reason)
        self.option = option


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be written. `table_name` and `key` are those of the source, where it has them."""

    columns: Sequence[Column]
    options: ExportOptions
    remarks: Remarks
    spelling: SqlSpelling
    table_name: str | None = None
    key: Sequence[str] = ()
    described: Mapping[str, DescribedColumn] = field(default_factory=dict)  # the columns of the source, by their names
    file: NewFile | None = None  # where it goes; None for the answer
    copied: Copied | None = None  # what gives the lines, where the engine writes them
    is_stored: bool = False  # the rows of a result, in which texts that are not valid are bytes

    def marks(self, separator: str, *, header: bool = True) -> Marks:
        """Those of CSV and its like. Raises `UnfitOption`."""
        options = self.options
        marks = Marks(
            separator=options.separator or separator,
            quote=options.quote or '"',
            null=options.null_text or "",
            line_end="\r\n" if options.line_end == "crlf" else "\n",
            quote_all=options.quote_all,
            guard=options.formula_guard,
            header=header if options.header is None else options.header,
            encoding=options.encoding,
            bom=options.bom,
            bytes_as=options.bytes_as,
        )
        if (refusal := marks.refusal()) is not None:
            raise UnfitOption(*refusal)
        return marks

    @property
    def shown_null(self) -> str:
        """What people read for NULL."""
        return "NULL" if self.options.null_text is None else self.options.null_text


def _inserts(job: Job) -> Writer:
    options = job.options
    key = _key(job)
    if not job.columns:
        raise UnfitOption("create_table", "the rows have no columns that values could be inserted into.")
    name = options.table_name or job.table_name or _one_table(job.columns) or "exported_rows"
    target = Target(name, key, options.create_table, options.upsert, options.rows_per_statement, job.described)
    return Inserts(job.columns, target, job.spelling, job.remarks, is_stored=job.is_stored)


def _key(job: Job) -> Sequence[str]:
    """The columns that tell rows apart. Those of the source are of no use when one of them is not selected."""
    options, names = job.options, {column.name for column in job.columns}
    if options.key_columns is None:
        key = job.key if names.issuperset(job.key) else ()
        if options.upsert and not key:
            raise UnfitOption(
                "key_columns", "upsert needs the columns that tell rows apart, and those that are written have no key."
            )
        return key
    if len(set(options.key_columns)) < len(options.key_columns):
        raise UnfitOption("key_columns", "a column is named twice.")
    for name in options.key_columns:
        if name not in names:
            raise UnfitOption("key_columns", f"the rows have no column {name!r}.")
    if options.upsert and not options.key_columns:
        raise UnfitOption("key_columns", "upsert needs the columns that tell rows apart.")
    return options.key_columns


def _one_table(columns: Sequence[Column]) -> str | None:
    """The table that all columns come from."""
    tables = {(one.origin.schema_name, one.origin.table_name) if one.origin else None for one in columns}
    only = tables.pop() if len(tables) == 1 else None
    return only[1] if only else None


def _in_list(job: Job) -> Writer:
    if len(job.columns) != 1:
        raise UnfitOption("copy_as", f"an IN list has the values of one column, and {len(job.columns)} are selected.")
    return InList(job.columns, job.spelling, job.remarks)


def _csv(job: Job, *, header: bool = True) -> Writer:
    return _delimited(job, job.marks(",", header=header))


def _tsv(job: Job, *, header: bool = True) -> Writer:
    return _delimited(job, job.marks("\t", header=header))


def _delimited(job: Job, marks: Marks) -> Writer:
    lines = Delimited(job.columns, marks, job.remarks)
    return lines if job.copied is None else CopiedLines(lines, job.copied)


def _json(job: Job) -> Writer:
    return JsonText(job.columns, job.remarks, job.options.bytes_as, lines=False)


def _jsonl(job: Job) -> Writer:
    return JsonText(job.columns, job.remarks, job.options.bytes_as, lines=True)


def _markdown(job: Job) -> Writer:
    return Markdown(job.columns, job.remarks, job.options.bytes_as, job.shown_null)


def _html(job: Job) -> Writer:
    return Html(job.columns, job.remarks, job.options.bytes_as, job.shown_null)


def _xlsx(job: Job) -> Writer:
    from litebase.export import xlsx  # noqa: PLC0415  # for this format only, as below

    assert job.file is not None, "binary formats go to files"
    if len(job.columns) > xlsx.MOST_COLUMNS:
        raise Unsupported(f"A sheet of Excel has {xlsx.MOST_COLUMNS:,} columns at most: select fewer.")
    header = True if job.options.header is None else job.options.header
    return xlsx.Book(job.columns, job.remarks, job.options.bytes_as, job.file, header=header)


def _parquet(job: Job) -> Writer:
    from litebase.export.parquet import Parquet  # noqa: PLC0415

    return Parquet(job.columns, job.remarks)


_COPIES: Mapping[str, Callable[[Job], Writer]] = {
    "tsv": lambda job: _tsv(job, header=False),
    "csv": lambda job: _csv(job, header=False),
    "json": _json,
    "markdown": _markdown,
    "in_list": _in_list,
}


def _copy(job: Job) -> Writer:
    form = job.options.copy_as
    _check_options(job.options, {"copy_as"} | _COPY_OPTIONS[form], f"copy_text as {form}")
    return _COPIES[form](job)


_FIELDS = {"header", "quote", "quote_all", "null_text", "bytes_as", "formula_guard"}
_FILES = {"line_end", "bom", "encoding"}
_COPY_OPTIONS = {
    "tsv": _FIELDS,
    "csv": {*_FIELDS, "separator"},
    "json": {"bytes_as"},
    "markdown": {"null_text", "bytes_as"},
    "in_list": set[str](),
}


@dataclass(frozen=True, slots=True)
class Format:
    """What makes its writer, and the options that it has."""

    writer: Callable[[Job], Writer]
    options: set[str]
    is_binary: bool = False


_FORMATS: Mapping[str, Format] = {
    "csv": Format(_csv, {*_FIELDS, *_FILES, "separator"}),
    "tsv": Format(_tsv, {*_FIELDS, *_FILES}),
    "json": Format(_json, {"bytes_as"}),
    "jsonl": Format(_jsonl, {"bytes_as"}),
    "sql": Format(_inserts, {"table_name", "create_table", "upsert", "key_columns", "rows_per_statement"}),
    "markdown": Format(_markdown, {"null_text", "bytes_as"}),
    "html": Format(_html, {"null_text", "bytes_as"}),
    "xlsx": Format(_xlsx, {"header", "bytes_as"}, is_binary=True),
    "parquet": Format(_parquet, set(), is_binary=True),
    "copy_text": Format(_copy, {"copy_as", "separator", *_FIELDS}),
}


_COPIED_SEPARATORS = {",", ";", "\t", "|"}


def check(name: str, options: ExportOptions, *, to_file: bool) -> None:
    """Raise `UnfitOption` for an option that the format does not have, whatever the rows are.

    Raises `Unsupported` for a format that is not to be had here.
    """
    if name == "parquet" and not has_parquet():
        raise Unsupported(
            "Parquet needs the package pyarrow, which this backend does not have. Where it runs from a Python "
            "environment, install it there: pip install 'litebase[parquet]'. A self-contained build cannot load it: "
            "export csv or jsonl, which other programs turn into Parquet."
        )
    _check_options(options, _FORMATS[name].options, name)
    for option in ("bom", "encoding"):
        if not to_file and getattr(options, option) != _default(option):
            raise UnfitOption(option, "what is in the answer is text; only a file has an encoding.")


def copied_separator(name: str, options: ExportOptions) -> str | None:
    """The separator of lines that an engine may write in our place; None where an option makes them others."""
    separator = {"csv": options.separator or ",", "tsv": "\t"}.get(name)
    if separator not in _COPIED_SEPARATORS:
        return None
    plain = (
        options.quote in (None, '"')
        and not options.null_text
        and options.line_end == "lf"
        and options.encoding == "utf-8"
        and not (options.quote_all or options.formula_guard)
    )
    return separator if plain else None


def is_binary(name: str) -> bool:
    """Whether it cannot be text in an answer."""
    return _FORMATS[name].is_binary


def writer(name: str, job: Job) -> Writer:
    """What writes the format. Raises `UnfitOption` for options that do not fit the rows."""
    return _FORMATS[name].writer(job)


def _check_options(options: ExportOptions, known: set[str], name: str) -> None:
    for option in ExportOptions.model_fields:
        if option not in known and getattr(options, option) != _default(option):
            raise UnfitOption(option, f"{name} does not have it.")


def _default(option: str) -> object:
    return ExportOptions.model_fields[option].default
