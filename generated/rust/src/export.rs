// Generated from schema/ by `make generate`. Do not edit.
//! Rows as text or as a file in a format that other programs read.

use serde::{Deserialize, Serialize};

use crate::ColumnIndex;
use crate::ConnectionId;
use crate::DbSessionId;
use crate::FilePath;
use crate::MaxRows;
use crate::ObjectName;
use crate::ObjectRef;
use crate::Parameters;
use crate::ResultId;
use crate::RowOffset;
use crate::RowRange;
use crate::SqlText;
use crate::Timeout;
use crate::support::closed_enum;
use crate::support::open_enum;

/// Writes the rows of a result, of a table or of a statement in some format, into a file or into
/// the answer. A file is written under a temporary name in the same folder and gets its name when
/// it is complete, so that what is stopped or fails leaves nothing. Only its owner may read it.
/// Progress is reported in `exported_rows`.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportRowsRequest {
    /// Where the rows come from: exactly one of `result_id`, `object` and `sql`. A result is first
    /// read to its end, or as far as the selection goes; no statement is run. What `object` or
    /// `sql` gives is written as it comes, and no result is kept.
    pub source: ExportSource,
    /// `csv`, `tsv`: as RFC 4180 has it, with NULL as an empty field and empty text in quotes.
    /// `json`: an array of objects; `jsonl`: an object in each line. Both keep every digit of
    /// numbers, and the documents of `json` columns as they are. `sql`: INSERT statements for the
    /// engine of the source. `markdown`, `html`: a table. `xlsx`: a workbook of Excel, whose cells
    /// hold numbers of up to 15 digits, dates and times as such, and all else as text. `parquet`: a
    /// file with the types of the columns, only where `hello_response.capabilities` has `parquet`.
    /// `copy_text`: for the clipboard, see `copy_as`. `xlsx` and `parquet` go only to a file.
    pub format: ExportFormat,
    /// How the format is written; null for its defaults. What the format does not have is refused.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<ExportOptions>,
    /// Only some rows or columns; null for all.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<ExportSelection>,
    /// The file to write, as an absolute path; null for `content` in the answer, up to
    /// `max_content_bytes`. At most 4096 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<FilePath>,
    /// With `object` and `sql`: keep the statement in the history, where the backend has one.
    ///
    /// Default: `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<bool>,
    /// Replace a file that is there. Folders, links, databases of SQLite, the files beside them and
    /// files of other users are never replaced.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overwrite: Option<bool>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl ExportRowsRequest {
    /// With what is required; the rest is absent.
    pub fn new(source: ExportSource, format: ExportFormat) -> Self {
        Self {
            source,
            format,
            options: None,
            selection: None,
            path: None,
            record: None,
            overwrite: None,
            timeout_ms: None,
        }
    }
}

/// Where the rows come from: exactly one of `result_id`, `object` and `sql`. A result is first read
/// to its end, or as far as the selection goes; no statement is run. What `object` or `sql` gives
/// is written as it comes, and no result is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExportSource {
    /// An open result. At most 64 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_id: Option<ResultId>,
    /// A table or a view, all of it.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectRef>,
    /// A statement, run by the rules of `query`; of a procedure only the first result is written,
    /// and a warning says that there are more. At most 16777216 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sql: Option<SqlText>,
    /// Needed with `object` and `sql`. At most 64 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<ConnectionId>,
    /// With `object` and `sql`: read in this database session; null for any free one. At most 64
    /// characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub db_session_id: Option<DbSessionId>,
    /// With `sql`: values for the placeholders, or null for none.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<Parameters>,
    /// With `object` and `sql`: write no more rows; null for all. Where more came, a warning says
    /// so. 1 to 9007199254740991 rows.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_rows: Option<MaxRows>,
    /// With `sql`: the user has agreed to what the statement does; see `confirmation_required`.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<bool>,
}

closed_enum! {
    /// `csv`, `tsv`: as RFC 4180 has it, with NULL as an empty field and empty text in quotes.
    /// `json`: an array of objects; `jsonl`: an object in each line. Both keep every digit of
    /// numbers, and the documents of `json` columns as they are. `sql`: INSERT statements for the
    /// engine of the source. `markdown`, `html`: a table. `xlsx`: a workbook of Excel, whose cells
    /// hold numbers of up to 15 digits, dates and times as such, and all else as text. `parquet`: a
    /// file with the types of the columns, only where `hello_response.capabilities` has `parquet`.
    /// `copy_text`: for the clipboard, see `copy_as`. `xlsx` and `parquet` go only to a file.
    pub enum ExportFormat {
        Csv = "csv",
        Tsv = "tsv",
        Json = "json",
        Jsonl = "jsonl",
        Sql = "sql",
        Markdown = "markdown",
        Html = "html",
        Xlsx = "xlsx",
        Parquet = "parquet",
        CopyText = "copy_text",
    }
}

/// A part of the rows and columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExportSelection {
    /// Which rows of a result, as ranges that are written one after the other; null for all. At
    /// most 1000 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<RowRange>>,
    /// Which columns, in this order; null for all. At most 65536 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<ColumnIndex>>,
}

/// How a format is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExportOptions {
    /// `csv`, `tsv`, `xlsx`, `copy_text`: begin with the names of the columns, in `xlsx` each
    /// sheet. Null for yes, and with `copy_text` for no.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// `csv`, and `copy_text` as csv: what stands between two fields. Null for a comma. At most 1
    /// characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<FieldMark>,
    /// `csv`, `tsv`, `copy_text`: what stands around fields that need it, and twice for itself
    /// inside. Null for `"`. At most 1 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<FieldMark>,
    /// `csv`, `tsv`, `copy_text`: quote every field but NULL.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote_all: Option<bool>,
    /// `csv`, `tsv`, `markdown`, `html`, `copy_text`: what stands for NULL, unquoted; text that
    /// looks the same is quoted in `csv` and `tsv`. Null for nothing, and in `markdown` and `html`
    /// for `NULL`. At most 100 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null_text: Option<NullText>,
    /// `csv`, `tsv`: what ends a line.
    ///
    /// Default: `"lf"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_end: Option<LineEnd>,
    /// `csv`, `tsv`: begin with a byte order mark, by which some programs recognize Unicode.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bom: Option<bool>,
    /// `csv`, `tsv` in a file: how characters are written. One that the encoding does not have is
    /// an error.
    ///
    /// Default: `"utf-8"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<TextEncoding>,
    /// How bytes are written, in every format but `sql` and `parquet`.
    ///
    /// Default: `"hex"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_as: Option<BytesForm>,
    /// `csv`, `tsv`, `copy_text`: put a tab before text that a spreadsheet would take for a
    /// formula, because it begins with `=`, `+`, `-`, `@`, a tab or a carriage return. Numbers stay
    /// as they are. A warning says how many cells were changed.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula_guard: Option<bool>,
    /// `sql`: the table to insert into, without its schema. Null for the table that the rows come
    /// from, where that is only one, or else `exported_rows`. At most 1000 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table_name: Option<TableName>,
    /// `sql`: begin with CREATE TABLE, which has the columns with their types, and `key_columns` as
    /// the primary key.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create_table: Option<bool>,
    /// `sql`: rows whose key is there already replace the values of the row.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upsert: Option<bool>,
    /// `sql`: names of the columns that tell rows apart, for `create_table` and `upsert`. Null for
    /// the primary key of an `object`, where all of it is selected. At most 1000 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_columns: Option<Vec<ObjectName>>,
    /// `sql`: rows of one INSERT at most; fewer where they are long. 1 to 1000 rows.
    ///
    /// Default: `100`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_per_statement: Option<u64>,
    /// `copy_text`: in which form.
    ///
    /// Default: `"tsv"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_as: Option<CopyForm>,
}

/// One character, no line end. At most 1 characters.
pub type FieldMark = String;

/// What stands for NULL. At most 100 characters.
pub type NullText = String;

/// A table's name as the database keeps it. At most 1000 characters.
pub type TableName = String;

closed_enum! {
    /// `lf`: a line feed. `crlf`: a carriage return and a line feed.
    pub enum LineEnd {
        Lf = "lf",
        Crlf = "crlf",
    }
}

closed_enum! {
    /// A character encoding.
    pub enum TextEncoding {
        Utf8 = "utf-8",
        Utf16Le = "utf-16-le",
        Utf16Be = "utf-16-be",
        Windows1252 = "windows-1252",
        Iso88591 = "iso-8859-1",
        Iso885915 = "iso-8859-15",
    }
}

closed_enum! {
    /// `hex`: two digits for a byte. `backslash_hex`: the same after `\x`, as PostgreSQL reads it.
    /// `base64`: as RFC 4648 has it.
    pub enum BytesForm {
        Hex = "hex",
        BackslashHex = "backslash_hex",
        Base64 = "base64",
    }
}

closed_enum! {
    /// `in_list`: the values of one column as SQL writes them, between parentheses for IN.
    pub enum CopyForm {
        Tsv = "tsv",
        Csv = "csv",
        Json = "json",
        Markdown = "markdown",
        InList = "in_list",
    }
}

/// What was written.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportRowsResponse {
    /// Rows that were written. 0 to 9007199254740991 rows.
    pub rows: RowOffset,
    /// The size of the file, or of `content` as UTF-8. 0 to 9007199254740991 bytes.
    pub bytes: u64,
    /// The file, or null.
    #[serde(deserialize_with = "crate::support::given")]
    pub path: Option<String>,
    /// The text, where no file was asked for; null else.
    #[serde(deserialize_with = "crate::support::given")]
    pub content: Option<String>,
    /// What is not in the output as it is in the database.
    pub warnings: Vec<ExportWarning>,
}

/// Something that the format does not have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportWarning {
    /// `truncated`: the source had more rows than `max_rows`. `renamed_columns`: columns had equal
    /// names. `not_finite`: NaN and infinite numbers are text in JSON. `not_json`: cells of a JSON
    /// column that are no JSON are text. `guarded_cells`: see `formula_guard`. `nulls_left_out`: an
    /// IN list has no NULL. `unknown_types`: CREATE TABLE has another type than the column.
    /// `key_left_out`: CREATE TABLE has no primary key, because a type cannot have one.
    /// `generated_columns`: INSERT leaves out what the database computes. `session_time_zone`:
    /// times are those of the session's time zone, and mean others in a session of another one.
    /// `further_results`: only the first result of a procedure is written. `empty_lines`: NULL in
    /// the only column is a line with nothing. `invalid_text`: text that is not valid in its
    /// encoding is written as bytes, in `sql` only of a result, which does not tell it from bytes.
    /// In `xlsx`, `text_numbers`: numbers that it does not have, as those of more than 15 digits,
    /// are text; `text_dates`: dates and times that it does not have, as those before March 1900 or
    /// with a time zone, are text; `cut_fractions`: times end with their milliseconds; `cut_cells`:
    /// text ends after 32,767 characters; `further_sheets`: the rows are in several sheets.
    /// `text_columns`: decimals of no fixed precision are text in `parquet`.
    pub code: ExportWarningCode,
    /// For people: what was written instead, and how often.
    pub message: String,
}

open_enum! {
    /// `truncated`: the source had more rows than `max_rows`. `renamed_columns`: columns had equal
    /// names. `not_finite`: NaN and infinite numbers are text in JSON. `not_json`: cells of a JSON
    /// column that are no JSON are text. `guarded_cells`: see `formula_guard`. `nulls_left_out`: an
    /// IN list has no NULL. `unknown_types`: CREATE TABLE has another type than the column.
    /// `key_left_out`: CREATE TABLE has no primary key, because a type cannot have one.
    /// `generated_columns`: INSERT leaves out what the database computes. `session_time_zone`:
    /// times are those of the session's time zone, and mean others in a session of another one.
    /// `further_results`: only the first result of a procedure is written. `empty_lines`: NULL in
    /// the only column is a line with nothing. `invalid_text`: text that is not valid in its
    /// encoding is written as bytes, in `sql` only of a result, which does not tell it from bytes.
    /// In `xlsx`, `text_numbers`: numbers that it does not have, as those of more than 15 digits,
    /// are text; `text_dates`: dates and times that it does not have, as those before March 1900 or
    /// with a time zone, are text; `cut_fractions`: times end with their milliseconds; `cut_cells`:
    /// text ends after 32,767 characters; `further_sheets`: the rows are in several sheets.
    /// `text_columns`: decimals of no fixed precision are text in `parquet`.
    pub enum ExportWarningCode {
        Truncated = "truncated",
        RenamedColumns = "renamed_columns",
        NotFinite = "not_finite",
        NotJson = "not_json",
        GuardedCells = "guarded_cells",
        NullsLeftOut = "nulls_left_out",
        UnknownTypes = "unknown_types",
        KeyLeftOut = "key_left_out",
        GeneratedColumns = "generated_columns",
        SessionTimeZone = "session_time_zone",
        FurtherResults = "further_results",
        EmptyLines = "empty_lines",
        InvalidText = "invalid_text",
        TextNumbers = "text_numbers",
        TextDates = "text_dates",
        CutFractions = "cut_fractions",
        CutCells = "cut_cells",
        FurtherSheets = "further_sheets",
        TextColumns = "text_columns",
    }
}
