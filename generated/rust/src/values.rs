// Generated from schema/ by `make generate`. Do not edit.
//! Cells, parameters, columns and what they mean: lossless both ways.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::support::closed_enum;
use crate::support::open_enum;

/// Raw bytes: MessagePack bin, never base64.
pub type Bytes = ByteBuf;

/// One value of a row. What it means is said once per column, by `kind` and `db_type`. Decimals,
/// dates and the like are the server's own text; SQLite has no such types, and a column declared
/// `DECIMAL` or `DATE` has cells as they are stored: an integer, a float or text.
pub use crate::support::Cell;

/// The cells of one row, in the order of the columns.
pub type Row = Vec<Cell>;

/// Rows in the order in which the database gave them.
pub type Rows = Vec<Row>;

/// Values for the placeholders: an array for `?` (SQLite, MySQL) and `$1` (PostgreSQL), a map for
/// `:name` (SQLite). They are bound, never pasted into the SQL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Parameters {
    PositionalParameters(PositionalParameters),
    NamedParameters(NamedParameters),
}

impl From<PositionalParameters> for Parameters {
    fn from(value: PositionalParameters) -> Self {
        Self::PositionalParameters(value)
    }
}

impl From<NamedParameters> for Parameters {
    fn from(value: NamedParameters) -> Self {
        Self::NamedParameters(value)
    }
}

/// A cell, or a cell together with the kind that the database must take it for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Parameter {
    Cell(Cell),
    TypedParameter(TypedParameter),
}

impl From<Cell> for Parameter {
    fn from(value: Cell) -> Self {
        Self::Cell(value)
    }
}

impl From<TypedParameter> for Parameter {
    fn from(value: TypedParameter) -> Self {
        Self::TypedParameter(value)
    }
}

/// A value whose type must be said, for example `{kind: "date", value: "2026-01-31"}`. PostgreSQL
/// gets the type for boolean, integer, float, decimal, text, bytes, dates and times, interval and
/// uuid, and finds out the others from the statement; SQLite and MySQL take the value as it is,
/// because their parameters have no types.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TypedParameter {
    /// What a parameter is to be taken for; the same words as `Kind`.
    pub kind: ParameterKind,
    /// One value of a row. What it means is said once per column, by `kind` and `db_type`.
    /// Decimals, dates and the like are the server's own text; SQLite has no such types, and a
    /// column declared `DECIMAL` or `DATE` has cells as they are stored: an integer, a float or
    /// text.
    pub value: Cell,
}

impl TypedParameter {
    /// With what is required; the rest is absent.
    pub fn new(kind: ParameterKind, value: Cell) -> Self {
        Self { kind, value }
    }
}

/// One value per placeholder, in order. At most 65535 items.
pub type PositionalParameters = Vec<Parameter>;

/// Values by placeholder name, without the leading `:`, `@` or `$`.
pub type NamedParameters = BTreeMap<String, Parameter>;

open_enum! {
    /// The portable meaning of a column's cells, the same for every engine.
    pub enum Kind {
        Boolean = "boolean",
        Integer = "integer",
        Float = "float",
        Decimal = "decimal",
        Text = "text",
        Bytes = "bytes",
        Date = "date",
        Time = "time",
        Timetz = "timetz",
        Timestamp = "timestamp",
        Timestamptz = "timestamptz",
        Interval = "interval",
        Json = "json",
        Uuid = "uuid",
        Array = "array",
        Range = "range",
        Composite = "composite",
        Enum = "enum",
        Bit = "bit",
        Network = "network",
        Geometry = "geometry",
        Xml = "xml",
        Other = "other",
    }
}

closed_enum! {
    /// What a parameter is to be taken for; the same words as `Kind`.
    pub enum ParameterKind {
        Boolean = "boolean",
        Integer = "integer",
        Float = "float",
        Decimal = "decimal",
        Text = "text",
        Bytes = "bytes",
        Date = "date",
        Time = "time",
        Timetz = "timetz",
        Timestamp = "timestamp",
        Timestamptz = "timestamptz",
        Interval = "interval",
        Json = "json",
        Uuid = "uuid",
        Array = "array",
        Range = "range",
        Composite = "composite",
        Enum = "enum",
        Bit = "bit",
        Network = "network",
        Geometry = "geometry",
        Xml = "xml",
        Other = "other",
    }
}

/// The table column that a result column shows unchanged; what makes a result editable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnOrigin {
    /// The SQL namespace: in SQLite `main`, `temp` or an attached database's name.
    pub schema_name: String,
    /// The table's own name, not an alias.
    pub table_name: String,
    /// The column's own name, not an alias.
    pub column_name: String,
    /// Whether the column is part of the table's primary key.
    pub key_part: bool,
}

/// One column of a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// As the statement names it; may be empty, and may occur twice.
    pub name: String,
    /// The engine's own type with its modifiers, for example `DECIMAL(10,2)`. SQLite: the declared
    /// type; for an expression the storage class of its first value that is not NULL; `ANY` when
    /// there is none.
    pub db_type: String,
    /// The portable meaning of a column's cells, the same for every engine.
    pub kind: Kind,
    /// Whether NULL can occur, or null when the engine does not report it.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
    /// Where the column comes from, or null for an expression.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<ColumnOrigin>,
}

/// A cell that travels shortened, because it is longer than `max_cell_bytes` or because its row
/// would not fit a frame. `cell_fetch` reads the whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CutCell {
    /// The row's offset in the result, from 0. At least 0; in rows.
    pub row: u64,
    /// The column's index, from 0. At least 0; in columns.
    pub column: u64,
    /// The length of the whole cell; text is counted as UTF-8. At least 0; in bytes.
    pub full_bytes: u64,
}

/// A span of time. 1 to 86400000 milliseconds.
pub type Timeout = u64;

/// A database's remark that is not an error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// The engine's own word, for example `WARNING`.
    pub severity: String,
    /// The engine's own text.
    pub message: String,
    /// The engine's own code, or null when it gives none.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The engine's further explanation.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The engine's advice.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

open_enum! {
    /// The state of the database session after the statement: `idle` is outside a transaction,
    /// `failed` is inside one that only a rollback ends.
    pub enum TransactionStatus {
        Idle = "idle",
        InTransaction = "in_transaction",
        Failed = "failed",
        IsUnknown = "unknown",
    }
}
