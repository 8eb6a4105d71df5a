// Generated from schema/ by `make generate`. Do not edit.
//! How a database carries a statement out: its plan as a tree, and what stands out in it.

use serde::{Deserialize, Serialize};

use crate::ConnectionId;
use crate::DbSessionId;
use crate::Parameters;
use crate::SqlText;
use crate::Timeout;
use crate::support::open_enum;

/// Asks the database how it would carry out a statement, or with `analyze` how it has. Without
/// `analyze` the statement is not run. Planning it may evaluate what is constant in it: PostgreSQL
/// then calls functions that are declared immutable; MySQL and MariaDB call functions that are
/// declared deterministic and may run subqueries that give one row. Whatever these change is rolled
/// back, too, and what could not be is refused before anything is asked. SQLite evaluates nothing.
/// With `analyze`, the statement runs, and whatever it changes is rolled back: in a transaction of
/// the backend's own, or to a savepoint in the transaction that is open in the database session.
/// What no rollback undoes, such as numbers that a sequence has given, stays.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExplainQueryRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// Ask in this database session, where its settings, temporary tables and open transaction
    /// count; null for any free one. At most 64 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub db_session_id: Option<DbSessionId>,
    /// One statement, without EXPLAIN. At most 16777216 characters.
    pub sql: SqlText,
    /// The values for its placeholders. Null: the plan is the one for any values, where the engine
    /// has such a plan.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<Parameters>,
    /// Run the statement and measure.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub analyze: Option<bool>,
    /// The user agrees that the statement is run. Needed with `analyze` for one that does not
    /// certainly only read, where the connection's environment is `production`.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<bool>,
    /// With `analyze`: keep the statement in the history, where the backend has one.
    ///
    /// Default: `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<bool>,
    /// Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Timeout>,
}

impl ExplainQueryRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>, sql: impl Into<String>) -> Self {
        Self {
            connection_id: connection_id.into(),
            db_session_id: None,
            sql: sql.into(),
            params: None,
            analyze: None,
            confirm: None,
            record: None,
            timeout_ms: None,
        }
    }
}

/// The plan.
///
/// Since 0.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExplainQueryResponse {
    /// The nodes of the tree, each before its children; the first one is the root. A list, because
    /// plans are deeper than messages may be.
    pub nodes: Vec<PlanNode>,
    /// How many nodes the plan has. 1 to 9007199254740991 nodes.
    pub node_count: u64,
    /// Whether the tree has all of them. Of a plan with more than 10,000 the others are left out,
    /// and `findings` say nothing of them.
    pub complete: bool,
    /// What stands out, what costs most first. Judged by each node's own figures, not by those of
    /// what lies below it.
    pub findings: Vec<PlanFinding>,
    /// The plan as the database wrote it: JSON, or text.
    pub raw: String,
    /// Whether `raw` is not cut.
    pub raw_complete: bool,
    /// What making the plan took, where the database says so. At least 0; in milliseconds.
    #[serde(deserialize_with = "crate::support::given")]
    pub planning_ms: Option<f64>,
    /// What carrying it out took; null without `analyze`. At least 0; in milliseconds.
    #[serde(deserialize_with = "crate::support::given")]
    pub execution_ms: Option<f64>,
    /// Whether the statement was run in a transaction and that was rolled back; false when it was
    /// not run. A statement that changes what no rollback undoes is not run at all.
    pub rolled_back: bool,
}

/// One step of a plan. Its children give it rows, or what it needs to make them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanNode {
    /// Its number, and its place in `nodes`. 0 to 9007199254740991 nodes.
    pub id: PlanNodeNumber,
    /// What it does, in the database's own words.
    pub operation: String,
    /// The table or the index that it reads or writes, as the plan names it: perhaps by an alias.
    #[serde(deserialize_with = "crate::support::given")]
    pub object: Option<PlanObject>,
    /// How many rows were expected of one loop; null where the engine does not say. At least 0; in
    /// rows.
    #[serde(deserialize_with = "crate::support::given")]
    pub rows_estimated: Option<f64>,
    /// How many rows came in one loop, on average; null when it was not measured. At least 0; in
    /// rows.
    #[serde(deserialize_with = "crate::support::given")]
    pub rows_actual: Option<f64>,
    /// How many times it was carried out, by all processes together; 0 for never. Null when it was
    /// not measured. At least 0; in loops.
    #[serde(deserialize_with = "crate::support::given")]
    pub loops: Option<f64>,
    /// The time of this node alone, in all loops; of work that several processes share, the time of
    /// one. Null when it was not measured. At least 0; in milliseconds.
    #[serde(deserialize_with = "crate::support::given")]
    pub self_ms: Option<f64>,
    /// The same with everything below it. At least 0; in milliseconds.
    #[serde(deserialize_with = "crate::support::given")]
    pub total_ms: Option<f64>,
    /// What the planner expects it to cost with everything below it, in a unit of its own; null
    /// where it does not say.
    #[serde(deserialize_with = "crate::support::given")]
    pub cost: Option<f64>,
    /// What else the plan says of it: conditions, keys, buffers, memory.
    pub details: Vec<PlanDetail>,
    /// The nodes below it, by their `id`.
    pub children: Vec<PlanNodeNumber>,
}

/// Numbers the nodes from 0, in the order in which `raw` has them. 0 to 9007199254740991 nodes.
pub type PlanNodeNumber = u64;

/// What a node reads or writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanObject {
    /// Its schema, where the plan says so.
    #[serde(deserialize_with = "crate::support::given")]
    pub schema_name: Option<String>,
    /// The name that the plan gives it.
    pub name: String,
}

/// One more thing that the plan says of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanDetail {
    /// What it is, in the database's own words.
    pub name: String,
    /// Its value as text.
    pub value: String,
}

/// Something that stands out in a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanFinding {
    /// `misestimate`: ten times as many rows came as were expected, or a tenth. `spill`: it did not
    /// fit into memory and went to disk. `discards_rows`: its filter throws away most of what it
    /// reads. `full_scan`: it reads a whole table and keeps little of it, where an index might do.
    /// `never_executed`: it was planned and not needed. `most_time`: it took more than half of the
    /// time by itself.
    pub code: PlanFindingCode,
    /// The node, by its `id`. 0 to 9007199254740991 nodes.
    pub node_id: PlanNodeNumber,
    /// A sentence for people, with the figures.
    pub message: String,
}

open_enum! {
    /// `misestimate`: ten times as many rows came as were expected, or a tenth. `spill`: it did not
    /// fit into memory and went to disk. `discards_rows`: its filter throws away most of what it
    /// reads. `full_scan`: it reads a whole table and keeps little of it, where an index might do.
    /// `never_executed`: it was planned and not needed. `most_time`: it took more than half of the
    /// time by itself.
    pub enum PlanFindingCode {
        Misestimate = "misestimate",
        Spill = "spill",
        DiscardsRows = "discards_rows",
        FullScan = "full_scan",
        NeverExecuted = "never_executed",
        MostTime = "most_time",
    }
}
