// Generated from schema/ by `make generate`. Do not edit.
//! Rows of files that other programs wrote, into tables.

use serde::{Deserialize, Serialize};

use crate::BytesForm;
use crate::ConnectionId;
use crate::FieldMark;
use crate::FilePath;
use crate::Kind;
use crate::NullText;
use crate::ObjectName;
use crate::ObjectRef;
use crate::RowOffset;
use crate::Timeout;
use crate::support::closed_enum;
use crate::support::open_enum;

/// Reads samples of a file, and says how it is to be read. Nothing is guessed that could be two
/// things: what is doubtful stays text and is a problem of the answer. Send the answer's `format`,
/// `encoding` and `options`, changed where the user knows better, to `import_rows`.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewImportRequest {
    /// The file, as an absolute path. Links, devices and folders are refused. At most 4096
    /// characters.
    pub path: FilePath,
    /// Null to find out.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<ImportFormat>,
    /// Null for what a byte order mark says, or else `utf-8`.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<FileEncoding>,
    /// What is known already; the rest is found out.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<ImportOptions>,
    /// Rows of which the answer has values, at most. 1 to 1000 rows.
    ///
    /// Default: `20`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_rows: Option<u64>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl PreviewImportRequest {
    /// With what is required; the rest is absent.
    pub fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            format: None,
            encoding: None,
            options: None,
            sample_rows: None,
            timeout_ms: None,
        }
    }
}

closed_enum! {
    /// `csv`: fields with a separator. `tsv`: the same, with tabs. `json`: an array of objects.
    /// `jsonl`: an object in each line. `xlsx`, `xls`, `ods`: a sheet of a workbook. Text may be
    /// compressed with gzip. A file of SQL is run with `run_script`.
    pub enum ImportFormat {
        Csv = "csv",
        Tsv = "tsv",
        Json = "json",
        Jsonl = "jsonl",
        Xlsx = "xlsx",
        Xls = "xls",
        Ods = "ods",
    }
}

closed_enum! {
    /// A character encoding.
    pub enum FileEncoding {
        Utf8 = "utf-8",
        Utf16Le = "utf-16-le",
        Utf16Be = "utf-16-be",
        Windows1250 = "windows-1250",
        Windows1251 = "windows-1251",
        Windows1252 = "windows-1252",
        Windows1253 = "windows-1253",
        Windows1254 = "windows-1254",
        Windows1257 = "windows-1257",
        Iso88591 = "iso-8859-1",
        Iso88592 = "iso-8859-2",
        Iso88599 = "iso-8859-9",
        Iso885915 = "iso-8859-15",
        Koi8R = "koi8-r",
        ShiftJis = "shift_jis",
        EucJp = "euc-jp",
        Gb18030 = "gb18030",
        Big5 = "big5",
        EucKr = "euc-kr",
    }
}

closed_enum! {
    /// The order of day, month and year in dates with numbers.
    pub enum DateOrder {
        Ymd = "ymd",
        Dmy = "dmy",
        Mdy = "mdy",
    }
}

/// How a file is read. In the answer of `preview_import` nothing is null that the format has,
/// except `date_order` and `sheet`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportOptions {
    /// `csv`, `tsv`, `xlsx`, `xls`, `ods`: the first row has the names of the columns. Null to find
    /// out.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// `csv`: what stands between two fields. Null to find out. At most 1 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<FieldMark>,
    /// `csv`, `tsv`: what stands around fields, and twice for itself inside. Null to find out. At
    /// most 1 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<FieldMark>,
    /// `csv`, `tsv`: fields without quotes that are NULL. By default the empty one is, and a field
    /// of two quotes is empty text. At most 20 items.
    ///
    /// Default: `[""]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null_texts: Option<Vec<NullText>>,
    /// How dates as `31/12/2025` are read. Null: only dates as `2025-12-31` are dates.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// How bytes are written in the file.
    ///
    /// Default: `"hex"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_as: Option<BytesForm>,
    /// `xlsx`, `xls`, `ods`: the name of the sheet; null for the first one. At most 1000
    /// characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// `csv`, `tsv`, `xlsx`, `xls`, `ods`: lines before the header or the first row that are not
    /// read. 0 to 10000 lines.
    ///
    /// Default: `0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_lines: Option<u64>,
}

/// How a file is to be read, and what is in it.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewImportResponse {
    /// `csv`: fields with a separator. `tsv`: the same, with tabs. `json`: an array of objects.
    /// `jsonl`: an object in each line. `xlsx`, `xls`, `ods`: a sheet of a workbook. Text may be
    /// compressed with gzip. A file of SQL is run with `run_script`.
    pub format: ImportFormat,
    /// Null where the format has its own.
    #[serde(deserialize_with = "crate::support::given")]
    pub encoding: Option<FileEncoding>,
    /// How a file is read. In the answer of `preview_import` nothing is null that the format has,
    /// except `date_order` and `sheet`.
    pub options: ImportOptions,
    /// In the order of the file.
    pub columns: Vec<ImportColumn>,
    /// About how many rows there are, judged by the size of the samples; null where that cannot be
    /// known, as in a compressed file. 0 to 9007199254740991 rows.
    #[serde(deserialize_with = "crate::support::given")]
    pub rows_estimate: Option<RowOffset>,
    /// Whether the whole file was read, so that `rows_estimate` is exact.
    pub rows_exact: bool,
    /// What the user should look at before the import.
    pub problems: Vec<ImportProblem>,
}

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportColumn {
    /// By which a mapping names it: what the header says, or the key of the objects. Names that
    /// come again have a number behind, and a column without a name is `column_` and its number.
    pub name: String,
    /// What all samples are. Digits that begin with a zero are text.
    pub kind: Kind,
    /// The column's values in the first rows as text, cut to 200 characters; null for NULL.
    pub samples: Vec<Option<String>>,
    /// How many of the sampled values are NULL. 0 to 9007199254740991 rows.
    pub nulls: RowOffset,
}

/// Something in a file that the user should know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportProblem {
    /// `empty`: the file has no row. `invalid_text`: bytes that are not text in the encoding;
    /// choose another one. `ragged_rows`: rows have more or fewer fields than the first. `bad_row`:
    /// a row cannot be read. `repeated_names`: columns had the same name. `ambiguous_dates`: dates
    /// may be day or month first; set `date_order`. `dates_by_order`: dates are read by the
    /// `date_order` that all samples allow alone. `long_numbers`: numbers do not fit 64 bits.
    /// `further_sheets`: the workbook has other sheets.
    pub code: ImportProblemCode,
    /// For people.
    pub message: String,
    /// The first line that it is about, from 1; null for the whole file. 1 to 9007199254740991
    /// lines.
    #[serde(deserialize_with = "crate::support::given")]
    pub line: Option<u64>,
    /// The column that it is about.
    #[serde(deserialize_with = "crate::support::given")]
    pub column: Option<String>,
}

open_enum! {
    /// `empty`: the file has no row. `invalid_text`: bytes that are not text in the encoding;
    /// choose another one. `ragged_rows`: rows have more or fewer fields than the first. `bad_row`:
    /// a row cannot be read. `repeated_names`: columns had the same name. `ambiguous_dates`: dates
    /// may be day or month first; set `date_order`. `dates_by_order`: dates are read by the
    /// `date_order` that all samples allow alone. `long_numbers`: numbers do not fit 64 bits.
    /// `further_sheets`: the workbook has other sheets.
    pub enum ImportProblemCode {
        Empty = "empty",
        InvalidText = "invalid_text",
        RaggedRows = "ragged_rows",
        BadRow = "bad_row",
        RepeatedNames = "repeated_names",
        AmbiguousDates = "ambiguous_dates",
        DatesByOrder = "dates_by_order",
        LongNumbers = "long_numbers",
        FurtherSheets = "further_sheets",
    }
}

/// Reads a file and stores its rows in a table. Values are stored exactly as they are in the file
/// or the row is rejected: no number is rounded, no date is guessed, no text is cut. Spaces at the
/// end of `char` are the database's own filling, and a fraction in a column of binary floating
/// point is its nearest number if it has no more than 17 digits (9 for 32 bits). A sequence of
/// PostgreSQL that numbers rows stays where it is. Progress is reported in `imported_rows`.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportRowsRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// The file, as an absolute path. Links, devices and folders are refused. At most 4096
    /// characters.
    pub path: FilePath,
    /// Null to find out.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<ImportFormat>,
    /// Null for what a byte order mark says, or else `utf-8`.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<FileEncoding>,
    /// How the file is read; what is null is found out as by `preview_import`, except `date_order`.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<ImportOptions>,
    /// The columns of the table that get values; columns of the file that are not named are
    /// skipped. Null: each column of the file goes to the one of its name, and where there is no
    /// header, to the one in its place. At most 2000 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<Vec<ImportMapping>>,
    /// The table that gets the rows; exactly one of this and `new_table`.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectRef>,
    /// A table to create for the rows.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_table: Option<NewTable>,
    /// `insert`: every row is a new one. `skip`: rows whose key is there already are left out.
    /// `upsert`: they change the row that is there. `replace`: the table is emptied first; with
    /// `all_or_nothing`, an import that fails leaves the old rows.
    ///
    /// Default: `"insert"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<ImportMode>,
    /// `stop`: the first row that cannot be stored ends the import with `row_rejected`. `reject`:
    /// it is written to a file with its line and the reason, and the others are stored.
    ///
    /// Default: `"stop"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_error: Option<OnRowError>,
    /// With `reject`: stop when more rows than this are rejected. 0 to 1000000 rows.
    ///
    /// Default: `10000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_rejected: Option<u64>,
    /// One transaction for all rows. Else every batch is committed, and an import that stops says
    /// how many rows are in.
    ///
    /// Default: `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_or_nothing: Option<bool>,
    /// Only say what would run: the answer has `statements` and no rows.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// The user has agreed to the import; see `confirmation_required`.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<bool>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl ImportRowsRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            connection_id: connection_id.into(),
            path: path.into(),
            format: None,
            encoding: None,
            options: None,
            mapping: None,
            object: None,
            new_table: None,
            mode: None,
            on_error: None,
            max_rejected: None,
            all_or_nothing: None,
            dry_run: None,
            confirm: None,
            timeout_ms: None,
        }
    }
}

/// Where the values of one column come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportMapping {
    /// The column of the table. At most 65536 characters.
    pub column: ObjectName,
    /// The column of the file, by the name that `preview_import` gives it; null for `value`. At
    /// most 10000 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Without `source`: the text that every row gets, read as one of the file would be; null for
    /// NULL. At most 1000000 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

impl ImportMapping {
    /// With what is required; the rest is absent.
    pub fn new(column: impl Into<String>) -> Self {
        Self {
            column: column.into(),
            source: None,
            value: None,
        }
    }
}

/// A table that the import creates. It is gone again when the import fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewTable {
    /// Where it is created; null for the place that the connection has by default. At most 65536
    /// characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema_name: Option<ObjectName>,
    /// A name as the database keeps it. At most 65536 characters.
    pub name: ObjectName,
    /// Its columns; null for those of the mapping or the file, with the types that the samples
    /// have. At most 1600 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<NewTableColumn>>,
}

impl NewTable {
    /// With what is required; the rest is absent.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            schema_name: None,
            name: name.into(),
            columns: None,
        }
    }
}

/// A column of a new table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewTableColumn {
    /// A name as the database keeps it. At most 65536 characters.
    pub name: ObjectName,
    /// What it holds, as the engine's own type for that; null for what the file's column is.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Whether it takes NULL.
    ///
    /// Default: `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
    /// Whether it is a part of the primary key.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<bool>,
}

impl NewTableColumn {
    /// With what is required; the rest is absent.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kind: None,
            nullable: None,
            key: None,
        }
    }
}

closed_enum! {
    /// `insert`: every row is a new one. `skip`: rows whose key is there already are left out.
    /// `upsert`: they change the row that is there. `replace`: the table is emptied first; with
    /// `all_or_nothing`, an import that fails leaves the old rows.
    pub enum ImportMode {
        Insert = "insert",
        Skip = "skip",
        Upsert = "upsert",
        Replace = "replace",
    }
}

closed_enum! {
    /// `stop`: the first row that cannot be stored ends the import with `row_rejected`. `reject`:
    /// it is written to a file with its line and the reason, and the others are stored.
    pub enum OnRowError {
        Stop = "stop",
        Reject = "reject",
    }
}

/// What became of the rows of the file.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportRowsResponse {
    /// Rows of the file. 0 to 9007199254740991 rows.
    pub read: RowOffset,
    /// Rows that were stored. 0 to 9007199254740991 rows.
    pub written: RowOffset,
    /// Rows that `skip` left out. 0 to 9007199254740991 rows.
    pub skipped: RowOffset,
    /// Rows that could not be stored. 0 to 9007199254740991 rows.
    pub rejected: RowOffset,
    /// A CSV file beside the source with the rejected rows: line, reason and the fields; null when
    /// there are none.
    #[serde(deserialize_with = "crate::support::given")]
    pub rejects_path: Option<String>,
    /// What was run, or would be, in order.
    pub statements: Vec<String>,
}
