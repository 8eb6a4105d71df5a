// Generated from schema/ by `make generate`. Do not edit.
//! Working with the rows of a stored result: in another order, filtered, searched, summed up. No
//! statement is run.

use serde::{Deserialize, Serialize};

use crate::Cell;
use crate::ResultId;
use crate::RowOffset;
use crate::Timeout;
use crate::support::closed_enum;

/// Makes a new result with the rows of an open one, filtered and sorted. No statement is run: what
/// is still unread is read to the end first. The rows are copied, so both results stay open until
/// they are closed, and a view of a view is possible.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViewResultRequest {
    /// Names an open result of this client. At most 64 characters.
    pub result_id: ResultId,
    /// Conditions that every row of the view fulfils; empty for all rows. At most 100 items.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filters: Option<Vec<ResultFilter>>,
    /// What to sort by, the most significant first; rows that are equal stay in their order. Empty
    /// to leave the order as it is. At most 100 items.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<ResultOrder>>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl ViewResultRequest {
    /// With what is required; the rest is absent.
    pub fn new(result_id: impl Into<String>) -> Self {
        Self {
            result_id: result_id.into(),
            filters: None,
            order: None,
            timeout_ms: None,
        }
    }
}

/// The view, which is a result like any other: `fetch` reads its rows.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViewResultResponse {
    /// Names the view for `fetch`, `cell_fetch`, `close_result` and the requests of this page. At
    /// most 64 characters.
    pub result_id: ResultId,
    /// Rows of the view. 0 to 9007199254740991 rows.
    pub total_rows: RowOffset,
}

/// A condition on one column of a result. Of NULL only `is_null` is true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultFilter {
    /// A column's index in the result, from 0. 0 to 65535 columns.
    pub column: ColumnIndex,
    /// `eq, ne, lt, le, gt, ge, in, between` compare as sorting does: numbers by value, text by
    /// code point. `contains, starts_with, ends_with` look for text as it is, `like` for a pattern
    /// with `%` and `_` (a backslash takes their meaning away), also among the digits of numbers;
    /// they never find bytes.
    pub op: FilterOperator,
    /// What to compare with: one value; for `between` the lowest and the highest; for `in` any
    /// number; none for `is_null` and `is_not_null`. A column of numbers also takes numbers as
    /// text. At most 10000 items.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Cell>>,
    /// Whether `contains`, `starts_with`, `ends_with` and `like` tell upper from lower case.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub match_case: Option<bool>,
}

impl ResultFilter {
    /// With what is required; the rest is absent.
    pub fn new(column: ColumnIndex, op: FilterOperator) -> Self {
        Self {
            column,
            op,
            values: None,
            match_case: None,
        }
    }
}

closed_enum! {
    /// `eq, ne, lt, le, gt, ge, in, between` compare as sorting does: numbers by value, text by
    /// code point. `contains, starts_with, ends_with` look for text as it is, `like` for a pattern
    /// with `%` and `_` (a backslash takes their meaning away), also among the digits of numbers;
    /// they never find bytes.
    pub enum FilterOperator {
        Eq = "eq",
        Ne = "ne",
        Lt = "lt",
        Le = "le",
        Gt = "gt",
        Ge = "ge",
        In = "in",
        Between = "between",
        IsNull = "is_null",
        IsNotNull = "is_not_null",
        Contains = "contains",
        StartsWith = "starts_with",
        EndsWith = "ends_with",
        Like = "like",
    }
}

/// One column to sort by. Numbers are compared exactly, dates and times by the moment, text by code
/// point, bytes by value; in a column that mixes them, numbers come before text and text before
/// bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultOrder {
    /// A column's index in the result, from 0. 0 to 65535 columns.
    pub column: ColumnIndex,
    /// The greatest first.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub descending: Option<bool>,
    /// Where NULL goes, whatever the direction.
    ///
    /// Default: `"last"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<NullsPlace>,
    /// Sort text as people do: digits in it count as numbers, and case does not.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub natural: Option<bool>,
}

impl ResultOrder {
    /// With what is required; the rest is absent.
    pub fn new(column: ColumnIndex) -> Self {
        Self {
            column,
            descending: None,
            nulls: None,
            natural: None,
        }
    }
}

closed_enum! {
    /// Where NULL goes, whatever the direction.
    pub enum NullsPlace {
        First = "first",
        Last = "last",
    }
}

/// A column's index in the result, from 0. 0 to 65535 columns.
pub type ColumnIndex = u64;

/// Finds the next cell of a result that contains a text. Rows that are not read yet are read as far
/// as they are needed.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindInResultRequest {
    /// Names an open result of this client. At most 64 characters.
    pub result_id: ResultId,
    /// What to look for; also among the digits of numbers, never in bytes. At most 65536
    /// characters.
    pub text: String,
    /// Where the search begins, this row included. 0 to 9007199254740991 rows.
    pub from_row: RowOffset,
    /// Where it begins in that row, this column included; null for the end of the row from which
    /// the search goes. 0 to 65535 columns.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_column: Option<ColumnIndex>,
    /// Look only in these; null for all. At most 65536 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<ColumnIndex>>,
    /// Search towards the first row.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backwards: Option<bool>,
    /// Whether upper and lower case are told apart.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub match_case: Option<bool>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl FindInResultRequest {
    /// With what is required; the rest is absent.
    pub fn new(result_id: impl Into<String>, text: impl Into<String>, from_row: RowOffset) -> Self {
        Self {
            result_id: result_id.into(),
            text: text.into(),
            from_row,
            from_column: None,
            columns: None,
            backwards: None,
            match_case: None,
            timeout_ms: None,
        }
    }
}

/// The place that was found, or nulls.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindInResultResponse {
    /// The row, or null when no further cell contains the text. 0 to 9007199254740991 rows.
    #[serde(deserialize_with = "crate::support::given")]
    pub row: Option<RowOffset>,
    /// The column's index, or null. 0 to 65535 columns.
    #[serde(deserialize_with = "crate::support::given")]
    pub column: Option<ColumnIndex>,
}

/// Counts and sums up columns of a result, or a range of its rows. What is needed and still unread
/// is read first.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SummarizeResultRequest {
    /// Names an open result of this client. At most 64 characters.
    pub result_id: ResultId,
    /// Which columns, in the order of the answer; null for all. At most 65536 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<ColumnIndex>>,
    /// Which rows; null for all.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<RowRange>,
    /// List so many of the values that come most often, for each column. 0 to 10000 values.
    ///
    /// Default: `0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distinct: Option<u64>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl SummarizeResultRequest {
    /// With what is required; the rest is absent.
    pub fn new(result_id: impl Into<String>) -> Self {
        Self {
            result_id: result_id.into(),
            columns: None,
            rows: None,
            distinct: None,
            timeout_ms: None,
        }
    }
}

/// Consecutive rows of a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowRange {
    /// The first of them. 0 to 9007199254740991 rows.
    pub first: RowOffset,
    /// How many, as far as the result has them. 0 to 9007199254740991 rows.
    pub count: u64,
}

impl RowRange {
    /// With what is required; the rest is absent.
    pub fn new(first: RowOffset, count: u64) -> Self {
        Self { first, count }
    }
}

/// One summary for each column.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SummarizeResultResponse {
    /// In the order of the request's `columns`, or of the result's.
    pub summaries: Vec<ColumnSummary>,
}

/// A column in figures. Numbers are exact, and given as text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnSummary {
    /// A column's index in the result, from 0. 0 to 65535 columns.
    pub column: ColumnIndex,
    /// Cells that are not NULL. At least 0; in values.
    pub count: u64,
    /// Cells that are NULL. At least 0; in values.
    pub nulls: u64,
    /// Different values that are not NULL; equal ones count once, however they are written. Null
    /// where there were too many to count, 100,000 of all columns together. At least 0; in values.
    #[serde(deserialize_with = "crate::support::given")]
    pub distinct: Option<u64>,
    /// The least value, as sorting compares them; null when there is none, for bytes, and for text
    /// of more than 65,536 characters.
    #[serde(deserialize_with = "crate::support::given")]
    pub min: Option<String>,
    /// The greatest one.
    #[serde(deserialize_with = "crate::support::given")]
    pub max: Option<String>,
    /// Of a column of numbers: exact for integers and decimals, a float else; null when there is no
    /// number, or something else among them.
    #[serde(deserialize_with = "crate::support::given")]
    pub sum: Option<String>,
    /// The sum divided by `count`, to 38 digits for integers and decimals; null when there is no
    /// sum.
    #[serde(deserialize_with = "crate::support::given")]
    pub mean: Option<String>,
    /// The values that come most often, the most frequent first, as far as `distinct` asks for
    /// them.
    pub values: Vec<ValueCount>,
    /// Whether `values` has all values. Longer ones than 1,024 characters are counted and not
    /// listed.
    pub values_complete: bool,
}

/// A value, and how often it comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueCount {
    /// One value of a row. What it means is said once per column, by `kind` and `db_type`.
    /// Decimals, dates and the like are the server's own text; SQLite has no such types, and a
    /// column declared `DECIMAL` or `DATE` has cells as they are stored: an integer, a float or
    /// text.
    pub value: Cell,
    /// Cells with this value. At least 1; in values.
    pub count: u64,
}
