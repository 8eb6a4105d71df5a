// Generated from schema/ by `make generate`. Do not edit.
// Rows of files that other programs wrote, into tables.

import type { ObjectName, ObjectRef } from "./catalog.js";
import type { ConnectionId, FilePath } from "./connection.js";
import type { BytesForm, FieldMark, NullText } from "./export.js";
import type { RowOffset } from "./query.js";
import type { Kind, Timeout } from "./values.js";

/**
 * Reads samples of a file, and says how it is to be read. Nothing is guessed that could be two things: what is doubtful
 * stays text and is a problem of the answer. Send the answer's `format`, `encoding` and `options`, changed where the
 * user knows better, to `import_rows`.
 *
 * @since 0.2
 */
export interface PreviewImportRequest {
  /** The file, as an absolute path. Links, devices and folders are refused. At most 4096 characters. */
  path: FilePath;
  /**
   * Null to find out.
   *
   * @defaultValue `null`
   */
  format?: ImportFormat | null | undefined;
  /**
   * Null for what a byte order mark says, or else `utf-8`.
   *
   * @defaultValue `null`
   */
  encoding?: FileEncoding | null | undefined;
  /**
   * What is known already; the rest is found out.
   *
   * @defaultValue `null`
   */
  options?: ImportOptions | null | undefined;
  /**
   * Rows of which the answer has values, at most. 1 to 1000 rows.
   *
   * @defaultValue `20`
   */
  sample_rows?: number | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * `csv`: fields with a separator. `tsv`: the same, with tabs. `json`: an array of objects. `jsonl`: an object in each
 * line. `xlsx`, `xls`, `ods`: a sheet of a workbook. Text may be compressed with gzip. A file of SQL is run with
 * `run_script`.
 */
export type ImportFormat = "csv" | "tsv" | "json" | "jsonl" | "xlsx" | "xls" | "ods";

/** A character encoding. */
export type FileEncoding =
  | "utf-8"
  | "utf-16-le"
  | "utf-16-be"
  | "windows-1250"
  | "windows-1251"
  | "windows-1252"
  | "windows-1253"
  | "windows-1254"
  | "windows-1257"
  | "iso-8859-1"
  | "iso-8859-2"
  | "iso-8859-9"
  | "iso-8859-15"
  | "koi8-r"
  | "shift_jis"
  | "euc-jp"
  | "gb18030"
  | "big5"
  | "euc-kr";

/** The order of day, month and year in dates with numbers. */
export type DateOrder = "ymd" | "dmy" | "mdy";

/**
 * How a file is read. In the answer of `preview_import` nothing is null that the format has, except `date_order` and
 * `sheet`.
 */
export interface ImportOptions {
  /**
   * `csv`, `tsv`, `xlsx`, `xls`, `ods`: the first row has the names of the columns. Null to find out.
   *
   * @defaultValue `null`
   */
  header?: boolean | null | undefined;
  /**
   * `csv`: what stands between two fields. Null to find out. At most 1 characters.
   *
   * @defaultValue `null`
   */
  separator?: FieldMark | null | undefined;
  /**
   * `csv`, `tsv`: what stands around fields, and twice for itself inside. Null to find out. At most 1 characters.
   *
   * @defaultValue `null`
   */
  quote?: FieldMark | null | undefined;
  /**
   * `csv`, `tsv`: fields without quotes that are NULL. By default the empty one is, and a field of two quotes is empty
   * text. At most 20 items.
   *
   * @defaultValue `[""]`
   */
  null_texts?: readonly NullText[] | undefined;
  /**
   * How dates as `31/12/2025` are read. Null: only dates as `2025-12-31` are dates.
   *
   * @defaultValue `null`
   */
  date_order?: DateOrder | null | undefined;
  /**
   * How bytes are written in the file.
   *
   * @defaultValue `"hex"`
   */
  bytes_as?: BytesForm | undefined;
  /**
   * `xlsx`, `xls`, `ods`: the name of the sheet; null for the first one. At most 1000 characters.
   *
   * @defaultValue `null`
   */
  sheet?: string | null | undefined;
  /**
   * `csv`, `tsv`, `xlsx`, `xls`, `ods`: lines before the header or the first row that are not read. 0 to 10000 lines.
   *
   * @defaultValue `0`
   */
  skip_lines?: number | undefined;
}

/**
 * How a file is to be read, and what is in it.
 *
 * @since 0.2
 */
export interface PreviewImportResponse {
  /**
   * `csv`: fields with a separator. `tsv`: the same, with tabs. `json`: an array of objects. `jsonl`: an object in each
   * line. `xlsx`, `xls`, `ods`: a sheet of a workbook. Text may be compressed with gzip. A file of SQL is run with
   * `run_script`.
   */
  format: ImportFormat;
  /** Null where the format has its own. */
  encoding: FileEncoding | null;
  /**
   * How a file is read. In the answer of `preview_import` nothing is null that the format has, except `date_order` and
   * `sheet`.
   */
  options: ImportOptions;
  /** In the order of the file. */
  columns: ImportColumn[];
  /**
   * About how many rows there are, judged by the size of the samples; null where that cannot be known, as in a
   * compressed file. 0 to 9007199254740991 rows.
   */
  rows_estimate: RowOffset | null;
  /** Whether the whole file was read, so that `rows_estimate` is exact. */
  rows_exact: boolean;
  /** What the user should look at before the import. */
  problems: ImportProblem[];
}

/** A column of the file. */
export interface ImportColumn {
  /**
   * By which a mapping names it: what the header says, or the key of the objects. Names that come again have a number
   * behind, and a column without a name is `column_` and its number.
   */
  name: string;
  /** What all samples are. Digits that begin with a zero are text. */
  kind: Kind;
  /** The column's values in the first rows as text, cut to 200 characters; null for NULL. */
  samples: (string | null)[];
  /** How many of the sampled values are NULL. 0 to 9007199254740991 rows. */
  nulls: RowOffset;
}

/** Something in a file that the user should know. */
export interface ImportProblem {
  /**
   * `empty`: the file has no row. `invalid_text`: bytes that are not text in the encoding; choose another one.
   * `ragged_rows`: rows have more or fewer fields than the first. `bad_row`: a row cannot be read. `repeated_names`:
   * columns had the same name. `ambiguous_dates`: dates may be day or month first; set `date_order`. `dates_by_order`:
   * dates are read by the `date_order` that all samples allow alone. `long_numbers`: numbers do not fit 64 bits.
   * `further_sheets`: the workbook has other sheets.
   */
  code: ImportProblemCode;
  /** For people. */
  message: string;
  /** The first line that it is about, from 1; null for the whole file. 1 to 9007199254740991 lines. */
  line: number | null;
  /** The column that it is about. */
  column: string | null;
}

/** The values of `ImportProblemCode` that this version knows. */
export type KnownImportProblemCode =
  | "empty"
  | "invalid_text"
  | "ragged_rows"
  | "bad_row"
  | "repeated_names"
  | "ambiguous_dates"
  | "dates_by_order"
  | "long_numbers"
  | "further_sheets";

/**
 * `empty`: the file has no row. `invalid_text`: bytes that are not text in the encoding; choose another one.
 * `ragged_rows`: rows have more or fewer fields than the first. `bad_row`: a row cannot be read. `repeated_names`:
 * columns had the same name. `ambiguous_dates`: dates may be day or month first; set `date_order`. `dates_by_order`:
 * dates are read by the `date_order` that all samples allow alone. `long_numbers`: numbers do not fit 64 bits.
 * `further_sheets`: the workbook has other sheets. Open: a later backend may use values that this version does not
 * know.
 */
export type ImportProblemCode = KnownImportProblemCode | (string & {});

/**
 * Reads a file and stores its rows in a table. Values are stored exactly as they are in the file or the row is
 * rejected: no number is rounded, no date is guessed, no text is cut. Spaces at the end of `char` are the database's
 * own filling, and a fraction in a column of binary floating point is its nearest number if it has no more than 17
 * digits (9 for 32 bits). A sequence of PostgreSQL that numbers rows stays where it is. Progress is reported in
 * `imported_rows`.
 *
 * @since 0.2
 */
export interface ImportRowsRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /** The file, as an absolute path. Links, devices and folders are refused. At most 4096 characters. */
  path: FilePath;
  /**
   * Null to find out.
   *
   * @defaultValue `null`
   */
  format?: ImportFormat | null | undefined;
  /**
   * Null for what a byte order mark says, or else `utf-8`.
   *
   * @defaultValue `null`
   */
  encoding?: FileEncoding | null | undefined;
  /**
   * How the file is read; what is null is found out as by `preview_import`, except `date_order`.
   *
   * @defaultValue `null`
   */
  options?: ImportOptions | null | undefined;
  /**
   * The columns of the table that get values; columns of the file that are not named are skipped. Null: each column of
   * the file goes to the one of its name, and where there is no header, to the one in its place. At most 2000 items.
   *
   * @defaultValue `null`
   */
  mapping?: readonly ImportMapping[] | null | undefined;
  /**
   * The table that gets the rows; exactly one of this and `new_table`.
   *
   * @defaultValue `null`
   */
  object?: ObjectRef | null | undefined;
  /**
   * A table to create for the rows.
   *
   * @defaultValue `null`
   */
  new_table?: NewTable | null | undefined;
  /**
   * `insert`: every row is a new one. `skip`: rows whose key is there already are left out. `upsert`: they change the
   * row that is there. `replace`: the table is emptied first; with `all_or_nothing`, an import that fails leaves the
   * old rows.
   *
   * @defaultValue `"insert"`
   */
  mode?: ImportMode | undefined;
  /**
   * `stop`: the first row that cannot be stored ends the import with `row_rejected`. `reject`: it is written to a file
   * with its line and the reason, and the others are stored.
   *
   * @defaultValue `"stop"`
   */
  on_error?: OnRowError | undefined;
  /**
   * With `reject`: stop when more rows than this are rejected. 0 to 1000000 rows.
   *
   * @defaultValue `10000`
   */
  max_rejected?: number | undefined;
  /**
   * One transaction for all rows. Else every batch is committed, and an import that stops says how many rows are in.
   *
   * @defaultValue `true`
   */
  all_or_nothing?: boolean | undefined;
  /**
   * Only say what would run: the answer has `statements` and no rows.
   *
   * @defaultValue `false`
   */
  dry_run?: boolean | undefined;
  /**
   * The user has agreed to the import; see `confirmation_required`.
   *
   * @defaultValue `false`
   */
  confirm?: boolean | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/** Where the values of one column come from. */
export interface ImportMapping {
  /** The column of the table. At most 65536 characters. */
  column: ObjectName;
  /**
   * The column of the file, by the name that `preview_import` gives it; null for `value`. At most 10000 characters.
   *
   * @defaultValue `null`
   */
  source?: string | null | undefined;
  /**
   * Without `source`: the text that every row gets, read as one of the file would be; null for NULL. At most 1000000
   * characters.
   *
   * @defaultValue `null`
   */
  value?: string | null | undefined;
}

/** A table that the import creates. It is gone again when the import fails. */
export interface NewTable {
  /**
   * Where it is created; null for the place that the connection has by default. At most 65536 characters.
   *
   * @defaultValue `null`
   */
  schema_name?: ObjectName | null | undefined;
  /** A name as the database keeps it. At most 65536 characters. */
  name: ObjectName;
  /**
   * Its columns; null for those of the mapping or the file, with the types that the samples have. At most 1600 items.
   *
   * @defaultValue `null`
   */
  columns?: readonly NewTableColumn[] | null | undefined;
}

/** A column of a new table. */
export interface NewTableColumn {
  /** A name as the database keeps it. At most 65536 characters. */
  name: ObjectName;
  /**
   * What it holds, as the engine's own type for that; null for what the file's column is.
   *
   * @defaultValue `null`
   */
  kind?: Kind | null | undefined;
  /**
   * Whether it takes NULL.
   *
   * @defaultValue `true`
   */
  nullable?: boolean | undefined;
  /**
   * Whether it is a part of the primary key.
   *
   * @defaultValue `false`
   */
  key?: boolean | undefined;
}

/**
 * `insert`: every row is a new one. `skip`: rows whose key is there already are left out. `upsert`: they change the row
 * that is there. `replace`: the table is emptied first; with `all_or_nothing`, an import that fails leaves the old
 * rows.
 */
export type ImportMode = "insert" | "skip" | "upsert" | "replace";

/**
 * `stop`: the first row that cannot be stored ends the import with `row_rejected`. `reject`: it is written to a file
 * with its line and the reason, and the others are stored.
 */
export type OnRowError = "stop" | "reject";

/**
 * What became of the rows of the file.
 *
 * @since 0.2
 */
export interface ImportRowsResponse {
  /** Rows of the file. 0 to 9007199254740991 rows. */
  read: RowOffset;
  /** Rows that were stored. 0 to 9007199254740991 rows. */
  written: RowOffset;
  /** Rows that `skip` left out. 0 to 9007199254740991 rows. */
  skipped: RowOffset;
  /** Rows that could not be stored. 0 to 9007199254740991 rows. */
  rejected: RowOffset;
  /** A CSV file beside the source with the rejected rows: line, reason and the fields; null when there are none. */
  rejects_path: string | null;
  /** What was run, or would be, in order. */
  statements: string[];
}
