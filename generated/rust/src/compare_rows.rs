// Generated from schema/ by `make generate`. Do not edit.
//! The rows of two tables compared, by a key.

use serde::{Deserialize, Serialize};

use crate::Column;
use crate::ConnectionId;
use crate::CutCell;
use crate::MaxRows;
use crate::ObjectName;
use crate::ObjectRef;
use crate::ResultId;
use crate::RowOffset;
use crate::Rows;
use crate::TableFilter;
use crate::Timeout;
use crate::support::closed_enum;
use crate::support::open_enum;

/// Compares the rows of two tables or views of any two connections, of whatever engines, by a key.
/// Both are read in the order of the key, each in one read-only snapshot of its own, and the rows
/// that differ become a result like that of a query: for `fetch`, `view_result`, `find_in_result`,
/// `summarize_result` and `export_rows`. Memory does not grow with the number of rows. Columns are
/// matched by name. Values are equal or not, never nearly: numbers by value, texts by their
/// characters, moments by the moment; what cannot be compared exactly is left out, and named.
/// Progress is reported in `compared_rows`. The tables are read in database sessions of their own,
/// so what an open transaction has changed is not seen before its commit.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompareRowsRequest {
    /// The connection of the first table; the result belongs to it. At most 64 characters.
    pub connection_id: ConnectionId,
    /// The first table or view.
    pub object: ObjectRef,
    /// The connection of the other table; it may be the same connection. At most 64 characters.
    pub other_connection_id: ConnectionId,
    /// The other table or view.
    pub other_object: ObjectRef,
    /// The columns to compare, by their names in the first table; both tables must have them. Those
    /// of the key are compared anyway. Null for all that both have. At most 2000 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<ObjectName>>,
    /// The columns whose values tell the rows apart, in both tables, by their names in the first
    /// one. Null for the primary key of the first table, or of the other where the first has none,
    /// or else a unique key without NULL. A key whose values are NULL or come twice is refused with
    /// `conflict` when that is seen. At most 32 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Vec<ObjectName>>,
    /// Conditions that the rows of both tables fulfil, with the names of the first one; empty for
    /// all rows. Each database compares in its own way. At most 100 items.
    ///
    /// Default: `[]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filters: Option<Vec<TableFilter>>,
    /// Which differences become rows of the result; all are counted. At most 3 items.
    ///
    /// Default: `["missing", "extra", "different"]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include: Option<Vec<RowDifference>>,
    /// Keep no more rows than this; all are counted. Null for no limit. 1 to 9007199254740991 rows.
    ///
    /// Default: `100000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "crate::support::given_or_null")]
    pub max_differences: Option<Option<MaxRows>>,
    /// Rows in the first window at most. 0 to 100000 rows.
    ///
    /// Default: `1000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_rows: Option<u64>,
    /// A longer cell travels cut and is listed in `cut_cells`. 16 to 4194304 bytes.
    ///
    /// Default: `65536`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_cell_bytes: Option<u64>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl CompareRowsRequest {
    /// With what is required; the rest is absent.
    pub fn new(
        connection_id: impl Into<String>,
        object: ObjectRef,
        other_connection_id: impl Into<String>,
        other_object: ObjectRef,
    ) -> Self {
        Self {
            connection_id: connection_id.into(),
            object,
            other_connection_id: other_connection_id.into(),
            other_object,
            columns: None,
            key: None,
            filters: None,
            include: None,
            max_differences: None,
            window_rows: None,
            max_cell_bytes: None,
            timeout_ms: None,
        }
    }
}

closed_enum! {
    /// `missing`: the other table does not have the row. `extra`: only the other table has it.
    /// `different`: both have a row with this key, and other values in it.
    pub enum RowDifference {
        Missing = "missing",
        Extra = "extra",
        Different = "different",
    }
}

/// How many rows are equal and how many are not, and the first window of those that are not, in the
/// order of the key.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompareRowsResponse {
    /// Names the result for `fetch` and the requests for results, until `close_result`. It is there
    /// also when it has no rows. At most 64 characters.
    pub result_id: ResultId,
    /// The first column is `difference`, a `RowDifference`; the second is `differing`, a JSON array
    /// with the names of the columns that differ, null for a row that only one table has. Then come
    /// the columns of the key, and then two for each other compared column: that of the first table
    /// under its name, and that of the other under its name and ` (other)`, each with its own type.
    /// A cell of a table that has no such row is NULL. None has an `origin`.
    pub columns: Vec<Column>,
    /// Whether no row exists beyond this window.
    pub complete: bool,
    /// Rows of the whole result. 0 to 9007199254740991 rows.
    pub total_rows: RowOffset,
    /// Cells of this window that travel shortened.
    pub cut_cells: Vec<CutCell>,
    /// Whether there were more differences than `max_differences`; the further ones are counted
    /// only.
    pub truncated: bool,
    /// Rows of the first table that were compared. 0 to 9007199254740991 rows.
    pub first_rows: u64,
    /// Rows of the other table. 0 to 9007199254740991 rows.
    pub other_rows: u64,
    /// Rows that are in both, with equal values. 0 to 9007199254740991 rows.
    pub equal_rows: u64,
    /// Rows that the other table does not have. 0 to 9007199254740991 rows.
    pub missing_rows: u64,
    /// Rows that only the other table has. 0 to 9007199254740991 rows.
    pub extra_rows: u64,
    /// Rows that are in both, with different values. 0 to 9007199254740991 rows.
    pub different_rows: u64,
    /// The columns of the key, by their names in the first table.
    pub key: Vec<ObjectName>,
    /// The columns that were compared beside the key, in the order of the result.
    pub compared: Vec<ComparedColumn>,
    /// The columns that were not compared.
    pub left_out: Vec<LeftOutColumn>,
    /// The two statements that read the tables.
    pub statements: Vec<String>,
    /// What to know about the comparison.
    pub warnings: Vec<CompareRowsWarning>,
    /// Rows in the order in which the database gave them.
    pub rows: Rows,
}

/// A column that was compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparedColumn {
    /// Its name in the first table.
    pub name: String,
    /// Its name in the other table.
    pub other_name: String,
    /// Rows that are in both tables and differ in it. 0 to 9007199254740991 rows.
    pub different_rows: u64,
}

/// A column that was not compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeftOutColumn {
    /// Its name.
    pub name: String,
    /// Whether only the other table has it.
    pub of_other: bool,
    /// A sentence for people.
    pub reason: String,
}

/// Something to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompareRowsWarning {
    /// `server_sorts`: the key is sorted by the server, as an index in another order is of no use.
    /// `other_type`: the types have different meanings, and the message says how values were
    /// compared.
    pub code: CompareRowsWarningCode,
    /// A sentence for people.
    pub message: String,
    /// The column that it is about, by its name in the first table; null for the tables.
    #[serde(deserialize_with = "crate::support::given")]
    pub column: Option<String>,
}

open_enum! {
    /// `server_sorts`: the key is sorted by the server, as an index in another order is of no use.
    /// `other_type`: the types have different meanings, and the message says how values were
    /// compared.
    pub enum CompareRowsWarningCode {
        ServerSorts = "server_sorts",
        OtherType = "other_type",
    }
}
