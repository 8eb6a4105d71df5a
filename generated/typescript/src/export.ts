// Generated from schema/ by `make generate`. Do not edit.
// Rows as text or as a file in a format that other programs read.

import type { ObjectName, ObjectRef } from "./catalog.js";
import type { ConnectionId, DbSessionId, FilePath } from "./connection.js";
import type { MaxRows, ResultId, RowOffset, SqlText } from "./query.js";
import type { ColumnIndex, RowRange } from "./rows.js";
import type { Parameters, Timeout } from "./values.js";

/**
 * Writes the rows of a result, of a table or of a statement in some format, into a file or into the answer. A file is
 * written under a temporary name in the same folder and gets its name when it is complete, so that what is stopped or
 * fails leaves nothing. Only its owner may read it. Progress is reported in `exported_rows`.
 *
 * @since 0.2
 */
export interface ExportRowsRequest {
  /**
   * Where the rows come from: exactly one of `result_id`, `object` and `sql`. A result is first read to its end, or as
   * far as the selection goes; no statement is run. What `object` or `sql` gives is written as it comes, and no result
   * is kept.
   */
  source: ExportSource;
  /**
   * `csv`, `tsv`: as RFC 4180 has it, with NULL as an empty field and empty text in quotes. `json`: an array of
   * objects; `jsonl`: an object in each line. Both keep every digit of numbers, and the documents of `json` columns as
   * they are. `sql`: INSERT statements for the engine of the source. `markdown`, `html`: a table. `xlsx`: a workbook of
   * Excel, whose cells hold numbers of up to 15 digits, dates and times as such, and all else as text. `parquet`: a
   * file with the types of the columns, only where `hello_response.capabilities` has `parquet`. `copy_text`: for the
   * clipboard, see `copy_as`. `xlsx` and `parquet` go only to a file.
   */
  format: ExportFormat;
  /**
   * How the format is written; null for its defaults. What the format does not have is refused.
   *
   * @defaultValue `null`
   */
  options?: ExportOptions | null | undefined;
  /**
   * Only some rows or columns; null for all.
   *
   * @defaultValue `null`
   */
  selection?: ExportSelection | null | undefined;
  /**
   * The file to write, as an absolute path; null for `content` in the answer, up to `max_content_bytes`. At most 4096
   * characters.
   *
   * @defaultValue `null`
   */
  path?: FilePath | null | undefined;
  /**
   * With `object` and `sql`: keep the statement in the history, where the backend has one.
   *
   * @defaultValue `true`
   */
  record?: boolean | undefined;
  /**
   * Replace a file that is there. Folders, links, databases of SQLite, the files beside them and files of other users
   * are never replaced.
   *
   * @defaultValue `false`
   */
  overwrite?: boolean | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * Where the rows come from: exactly one of `result_id`, `object` and `sql`. A result is first read to its end, or as
 * far as the selection goes; no statement is run. What `object` or `sql` gives is written as it comes, and no result is
 * kept.
 */
export interface ExportSource {
  /**
   * An open result. At most 64 characters.
   *
   * @defaultValue `null`
   */
  result_id?: ResultId | null | undefined;
  /**
   * A table or a view, all of it.
   *
   * @defaultValue `null`
   */
  object?: ObjectRef | null | undefined;
  /**
   * A statement, run by the rules of `query`; of a procedure only the first result is written, and a warning says that
   * there are more. At most 16777216 characters.
   *
   * @defaultValue `null`
   */
  sql?: SqlText | null | undefined;
  /**
   * Needed with `object` and `sql`. At most 64 characters.
   *
   * @defaultValue `null`
   */
  connection_id?: ConnectionId | null | undefined;
  /**
   * With `object` and `sql`: read in this database session; null for any free one. At most 64 characters.
   *
   * @defaultValue `null`
   */
  db_session_id?: DbSessionId | null | undefined;
  /**
   * With `sql`: values for the placeholders, or null for none.
   *
   * @defaultValue `null`
   */
  params?: Parameters | null | undefined;
  /**
   * With `object` and `sql`: write no more rows; null for all. Where more came, a warning says so. 1 to
   * 9007199254740991 rows.
   *
   * @defaultValue `null`
   */
  max_rows?: MaxRows | null | undefined;
  /**
   * With `sql`: the user has agreed to what the statement does; see `confirmation_required`.
   *
   * @defaultValue `false`
   */
  confirm?: boolean | undefined;
}

/**
 * `csv`, `tsv`: as RFC 4180 has it, with NULL as an empty field and empty text in quotes. `json`: an array of objects;
 * `jsonl`: an object in each line. Both keep every digit of numbers, and the documents of `json` columns as they are.
 * `sql`: INSERT statements for the engine of the source. `markdown`, `html`: a table. `xlsx`: a workbook of Excel,
 * whose cells hold numbers of up to 15 digits, dates and times as such, and all else as text. `parquet`: a file with
 * the types of the columns, only where `hello_response.capabilities` has `parquet`. `copy_text`: for the clipboard, see
 * `copy_as`. `xlsx` and `parquet` go only to a file.
 */
export type ExportFormat =
  "csv" | "tsv" | "json" | "jsonl" | "sql" | "markdown" | "html" | "xlsx" | "parquet" | "copy_text";

/** A part of the rows and columns. */
export interface ExportSelection {
  /**
   * Which rows of a result, as ranges that are written one after the other; null for all. At most 1000 items.
   *
   * @defaultValue `null`
   */
  rows?: readonly RowRange[] | null | undefined;
  /**
   * Which columns, in this order; null for all. At most 65536 items.
   *
   * @defaultValue `null`
   */
  columns?: readonly ColumnIndex[] | null | undefined;
}

/** How a format is written. */
export interface ExportOptions {
  /**
   * `csv`, `tsv`, `xlsx`, `copy_text`: begin with the names of the columns, in `xlsx` each sheet. Null for yes, and
   * with `copy_text` for no.
   *
   * @defaultValue `null`
   */
  header?: boolean | null | undefined;
  /**
   * `csv`, and `copy_text` as csv: what stands between two fields. Null for a comma. At most 1 characters.
   *
   * @defaultValue `null`
   */
  separator?: FieldMark | null | undefined;
  /**
   * `csv`, `tsv`, `copy_text`: what stands around fields that need it, and twice for itself inside. Null for `"`. At
   * most 1 characters.
   *
   * @defaultValue `null`
   */
  quote?: FieldMark | null | undefined;
  /**
   * `csv`, `tsv`, `copy_text`: quote every field but NULL.
   *
   * @defaultValue `false`
   */
  quote_all?: boolean | undefined;
  /**
   * `csv`, `tsv`, `markdown`, `html`, `copy_text`: what stands for NULL, unquoted; text that looks the same is quoted
   * in `csv` and `tsv`. Null for nothing, and in `markdown` and `html` for `NULL`. At most 100 characters.
   *
   * @defaultValue `null`
   */
  null_text?: NullText | null | undefined;
  /**
   * `csv`, `tsv`: what ends a line.
   *
   * @defaultValue `"lf"`
   */
  line_end?: LineEnd | undefined;
  /**
   * `csv`, `tsv`: begin with a byte order mark, by which some programs recognize Unicode.
   *
   * @defaultValue `false`
   */
  bom?: boolean | undefined;
  /**
   * `csv`, `tsv` in a file: how characters are written. One that the encoding does not have is an error.
   *
   * @defaultValue `"utf-8"`
   */
  encoding?: TextEncoding | undefined;
  /**
   * How bytes are written, in every format but `sql` and `parquet`.
   *
   * @defaultValue `"hex"`
   */
  bytes_as?: BytesForm | undefined;
  /**
   * `csv`, `tsv`, `copy_text`: put a tab before text that a spreadsheet would take for a formula, because it begins
   * with `=`, `+`, `-`, `@`, a tab or a carriage return. Numbers stay as they are. A warning says how many cells were
   * changed.
   *
   * @defaultValue `false`
   */
  formula_guard?: boolean | undefined;
  /**
   * `sql`: the table to insert into, without its schema. Null for the table that the rows come from, where that is only
   * one, or else `exported_rows`. At most 1000 characters.
   *
   * @defaultValue `null`
   */
  table_name?: TableName | null | undefined;
  /**
   * `sql`: begin with CREATE TABLE, which has the columns with their types, and `key_columns` as the primary key.
   *
   * @defaultValue `false`
   */
  create_table?: boolean | undefined;
  /**
   * `sql`: rows whose key is there already replace the values of the row.
   *
   * @defaultValue `false`
   */
  upsert?: boolean | undefined;
  /**
   * `sql`: names of the columns that tell rows apart, for `create_table` and `upsert`. Null for the primary key of an
   * `object`, where all of it is selected. At most 1000 items.
   *
   * @defaultValue `null`
   */
  key_columns?: readonly ObjectName[] | null | undefined;
  /**
   * `sql`: rows of one INSERT at most; fewer where they are long. 1 to 1000 rows.
   *
   * @defaultValue `100`
   */
  rows_per_statement?: number | undefined;
  /**
   * `copy_text`: in which form.
   *
   * @defaultValue `"tsv"`
   */
  copy_as?: CopyForm | undefined;
}

/** One character, no line end. At most 1 characters. */
export type FieldMark = string;

/** What stands for NULL. At most 100 characters. */
export type NullText = string;

/** A table's name as the database keeps it. At most 1000 characters. */
export type TableName = string;

/** `lf`: a line feed. `crlf`: a carriage return and a line feed. */
export type LineEnd = "lf" | "crlf";

/** A character encoding. */
export type TextEncoding = "utf-8" | "utf-16-le" | "utf-16-be" | "windows-1252" | "iso-8859-1" | "iso-8859-15";

/**
 * `hex`: two digits for a byte. `backslash_hex`: the same after `\x`, as PostgreSQL reads it. `base64`: as RFC 4648 has
 * it.
 */
export type BytesForm = "hex" | "backslash_hex" | "base64";

/** `in_list`: the values of one column as SQL writes them, between parentheses for IN. */
export type CopyForm = "tsv" | "csv" | "json" | "markdown" | "in_list";

/**
 * What was written.
 *
 * @since 0.2
 */
export interface ExportRowsResponse {
  /** Rows that were written. 0 to 9007199254740991 rows. */
  rows: RowOffset;
  /** The size of the file, or of `content` as UTF-8. 0 to 9007199254740991 bytes. */
  bytes: number;
  /** The file, or null. */
  path: string | null;
  /** The text, where no file was asked for; null else. */
  content: string | null;
  /** What is not in the output as it is in the database. */
  warnings: ExportWarning[];
}

/** Something that the format does not have. */
export interface ExportWarning {
  /**
   * `truncated`: the source had more rows than `max_rows`. `renamed_columns`: columns had equal names. `not_finite`:
   * NaN and infinite numbers are text in JSON. `not_json`: cells of a JSON column that are no JSON are text.
   * `guarded_cells`: see `formula_guard`. `nulls_left_out`: an IN list has no NULL. `unknown_types`: CREATE TABLE has
   * another type than the column. `key_left_out`: CREATE TABLE has no primary key, because a type cannot have one.
   * `generated_columns`: INSERT leaves out what the database computes. `session_time_zone`: times are those of the
   * session's time zone, and mean others in a session of another one. `further_results`: only the first result of a
   * procedure is written. `empty_lines`: NULL in the only column is a line with nothing. `invalid_text`: text that is
   * not valid in its encoding is written as bytes, in `sql` only of a result, which does not tell it from bytes. In
   * `xlsx`, `text_numbers`: numbers that it does not have, as those of more than 15 digits, are text; `text_dates`:
   * dates and times that it does not have, as those before March 1900 or with a time zone, are text; `cut_fractions`:
   * times end with their milliseconds; `cut_cells`: text ends after 32,767 characters; `further_sheets`: the rows are
   * in several sheets. `text_columns`: decimals of no fixed precision are text in `parquet`.
   */
  code: ExportWarningCode;
  /** For people: what was written instead, and how often. */
  message: string;
}

/** The values of `ExportWarningCode` that this version knows. */
export type KnownExportWarningCode =
  | "truncated"
  | "renamed_columns"
  | "not_finite"
  | "not_json"
  | "guarded_cells"
  | "nulls_left_out"
  | "unknown_types"
  | "key_left_out"
  | "generated_columns"
  | "session_time_zone"
  | "further_results"
  | "empty_lines"
  | "invalid_text"
  | "text_numbers"
  | "text_dates"
  | "cut_fractions"
  | "cut_cells"
  | "further_sheets"
  | "text_columns";

/**
 * `truncated`: the source had more rows than `max_rows`. `renamed_columns`: columns had equal names. `not_finite`: NaN
 * and infinite numbers are text in JSON. `not_json`: cells of a JSON column that are no JSON are text. `guarded_cells`:
 * see `formula_guard`. `nulls_left_out`: an IN list has no NULL. `unknown_types`: CREATE TABLE has another type than
 * the column. `key_left_out`: CREATE TABLE has no primary key, because a type cannot have one. `generated_columns`:
 * INSERT leaves out what the database computes. `session_time_zone`: times are those of the session's time zone, and
 * mean others in a session of another one. `further_results`: only the first result of a procedure is written.
 * `empty_lines`: NULL in the only column is a line with nothing. `invalid_text`: text that is not valid in its encoding
 * is written as bytes, in `sql` only of a result, which does not tell it from bytes. In `xlsx`, `text_numbers`: numbers
 * that it does not have, as those of more than 15 digits, are text; `text_dates`: dates and times that it does not
 * have, as those before March 1900 or with a time zone, are text; `cut_fractions`: times end with their milliseconds;
 * `cut_cells`: text ends after 32,767 characters; `further_sheets`: the rows are in several sheets. `text_columns`:
 * decimals of no fixed precision are text in `parquet`. Open: a later backend may use values that this version does not
 * know.
 */
export type ExportWarningCode = KnownExportWarningCode | (string & {});
