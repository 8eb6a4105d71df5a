// Generated from schema/ by `make generate`. Do not edit.
// Working with the rows of a stored result: in another order, filtered, searched, summed up. No statement is run.

import type { ResultId, RowOffset } from "./query.js";
import type { Cell, Timeout } from "./values.js";

/**
 * Makes a new result with the rows of an open one, filtered and sorted. No statement is run: what is still unread is
 * read to the end first. The rows are copied, so both results stay open until they are closed, and a view of a view is
 * possible.
 *
 * @since 0.2
 */
export interface ViewResultRequest {
  /** Names an open result of this client. At most 64 characters. */
  result_id: ResultId;
  /**
   * Conditions that every row of the view fulfils; empty for all rows. At most 100 items.
   *
   * @defaultValue `[]`
   */
  filters?: readonly ResultFilter[] | undefined;
  /**
   * What to sort by, the most significant first; rows that are equal stay in their order. Empty to leave the order as
   * it is. At most 100 items.
   *
   * @defaultValue `[]`
   */
  order?: readonly ResultOrder[] | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * The view, which is a result like any other: `fetch` reads its rows.
 *
 * @since 0.2
 */
export interface ViewResultResponse {
  /** Names the view for `fetch`, `cell_fetch`, `close_result` and the requests of this page. At most 64 characters. */
  result_id: ResultId;
  /** Rows of the view. 0 to 9007199254740991 rows. */
  total_rows: RowOffset;
}

/** A condition on one column of a result. Of NULL only `is_null` is true. */
export interface ResultFilter {
  /** A column's index in the result, from 0. 0 to 65535 columns. */
  column: ColumnIndex;
  /**
   * `eq, ne, lt, le, gt, ge, in, between` compare as sorting does: numbers by value, text by code point. `contains,
   * starts_with, ends_with` look for text as it is, `like` for a pattern with `%` and `_` (a backslash takes their
   * meaning away), also among the digits of numbers; they never find bytes.
   */
  op: FilterOperator;
  /**
   * What to compare with: one value; for `between` the lowest and the highest; for `in` any number; none for `is_null`
   * and `is_not_null`. A column of numbers also takes numbers as text. At most 10000 items.
   *
   * @defaultValue `[]`
   */
  values?: readonly (Cell | Uint8Array)[] | undefined;
  /**
   * Whether `contains`, `starts_with`, `ends_with` and `like` tell upper from lower case.
   *
   * @defaultValue `false`
   */
  match_case?: boolean | undefined;
}

/**
 * `eq, ne, lt, le, gt, ge, in, between` compare as sorting does: numbers by value, text by code point. `contains,
 * starts_with, ends_with` look for text as it is, `like` for a pattern with `%` and `_` (a backslash takes their
 * meaning away), also among the digits of numbers; they never find bytes.
 */
export type FilterOperator =
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "in"
  | "between"
  | "is_null"
  | "is_not_null"
  | "contains"
  | "starts_with"
  | "ends_with"
  | "like";

/**
 * One column to sort by. Numbers are compared exactly, dates and times by the moment, text by code point, bytes by
 * value; in a column that mixes them, numbers come before text and text before bytes.
 */
export interface ResultOrder {
  /** A column's index in the result, from 0. 0 to 65535 columns. */
  column: ColumnIndex;
  /**
   * The greatest first.
   *
   * @defaultValue `false`
   */
  descending?: boolean | undefined;
  /**
   * Where NULL goes, whatever the direction.
   *
   * @defaultValue `"last"`
   */
  nulls?: NullsPlace | undefined;
  /**
   * Sort text as people do: digits in it count as numbers, and case does not.
   *
   * @defaultValue `false`
   */
  natural?: boolean | undefined;
}

/** Where NULL goes, whatever the direction. */
export type NullsPlace = "first" | "last";

/** A column's index in the result, from 0. 0 to 65535 columns. */
export type ColumnIndex = number;

/**
 * Finds the next cell of a result that contains a text. Rows that are not read yet are read as far as they are needed.
 *
 * @since 0.2
 */
export interface FindInResultRequest {
  /** Names an open result of this client. At most 64 characters. */
  result_id: ResultId;
  /** What to look for; also among the digits of numbers, never in bytes. At most 65536 characters. */
  text: string;
  /** Where the search begins, this row included. 0 to 9007199254740991 rows. */
  from_row: RowOffset;
  /**
   * Where it begins in that row, this column included; null for the end of the row from which the search goes. 0 to
   * 65535 columns.
   *
   * @defaultValue `null`
   */
  from_column?: ColumnIndex | null | undefined;
  /**
   * Look only in these; null for all. At most 65536 items.
   *
   * @defaultValue `null`
   */
  columns?: readonly ColumnIndex[] | null | undefined;
  /**
   * Search towards the first row.
   *
   * @defaultValue `false`
   */
  backwards?: boolean | undefined;
  /**
   * Whether upper and lower case are told apart.
   *
   * @defaultValue `false`
   */
  match_case?: boolean | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * The place that was found, or nulls.
 *
 * @since 0.2
 */
export interface FindInResultResponse {
  /** The row, or null when no further cell contains the text. 0 to 9007199254740991 rows. */
  row: RowOffset | null;
  /** The column's index, or null. 0 to 65535 columns. */
  column: ColumnIndex | null;
}

/**
 * Counts and sums up columns of a result, or a range of its rows. What is needed and still unread is read first.
 *
 * @since 0.2
 */
export interface SummarizeResultRequest {
  /** Names an open result of this client. At most 64 characters. */
  result_id: ResultId;
  /**
   * Which columns, in the order of the answer; null for all. At most 65536 items.
   *
   * @defaultValue `null`
   */
  columns?: readonly ColumnIndex[] | null | undefined;
  /**
   * Which rows; null for all.
   *
   * @defaultValue `null`
   */
  rows?: RowRange | null | undefined;
  /**
   * List so many of the values that come most often, for each column. 0 to 10000 values.
   *
   * @defaultValue `0`
   */
  distinct?: number | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/** Consecutive rows of a result. */
export interface RowRange {
  /** The first of them. 0 to 9007199254740991 rows. */
  first: RowOffset;
  /** How many, as far as the result has them. 0 to 9007199254740991 rows. */
  count: number;
}

/**
 * One summary for each column.
 *
 * @since 0.2
 */
export interface SummarizeResultResponse {
  /** In the order of the request's `columns`, or of the result's. */
  summaries: ColumnSummary[];
}

/** A column in figures. Numbers are exact, and given as text. */
export interface ColumnSummary {
  /** A column's index in the result, from 0. 0 to 65535 columns. */
  column: ColumnIndex;
  /** Cells that are not NULL. At least 0; in values. */
  count: number;
  /** Cells that are NULL. At least 0; in values. */
  nulls: number;
  /**
   * Different values that are not NULL; equal ones count once, however they are written. Null where there were too many
   * to count, 100,000 of all columns together. At least 0; in values.
   */
  distinct: number | null;
  /**
   * The least value, as sorting compares them; null when there is none, for bytes, and for text of more than 65,536
   * characters.
   */
  min: string | null;
  /** The greatest one. */
  max: string | null;
  /**
   * Of a column of numbers: exact for integers and decimals, a float else; null when there is no number, or something
   * else among them.
   */
  sum: string | null;
  /** The sum divided by `count`, to 38 digits for integers and decimals; null when there is no sum. */
  mean: string | null;
  /** The values that come most often, the most frequent first, as far as `distinct` asks for them. */
  values: ValueCount[];
  /** Whether `values` has all values. Longer ones than 1,024 characters are counted and not listed. */
  values_complete: boolean;
}

/** A value, and how often it comes. */
export interface ValueCount {
  /**
   * One value of a row. What it means is said once per column, by `kind` and `db_type`. Decimals, dates and the like
   * are the server's own text; SQLite has no such types, and a column declared `DECIMAL` or `DATE` has cells as they
   * are stored: an integer, a float or text.
   */
  value: Cell;
  /** Cells with this value. At least 1; in values. */
  count: number;
}
