// Generated from schema/ by `make generate`. Do not edit.
//! Whether the backend is well, answered beside any running work.

use serde::{Deserialize, Serialize};

use crate::ProtocolVersion;
use crate::support::open_enum;

/// Asks how the backend is. Never waits behind other requests.
///
/// Since 0.1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HealthCheckRequest {}

/// The backend's state and size.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HealthResponse {
    /// `degraded` still answers; `reasons` says what is wrong.
    pub status: HealthStatus,
    /// Why it is degraded, one short sentence each; empty when healthy.
    pub reasons: Vec<String>,
    /// The same as words to act on, in the same order.
    pub problems: Vec<HealthProblem>,
    /// The backend's version.
    pub version: String,
    /// The contract's version: major differs when something broke, minor grows with each addition.
    pub protocol: ProtocolVersion,
    /// Since the process began to serve. At least 0; in milliseconds.
    pub uptime_ms: u64,
    /// The backend's process id. At least 0; in process id.
    pub pid: u64,
    /// Memory of the process that is in RAM; 0 where the system does not report it. At least 0; in
    /// bytes.
    pub rss_bytes: u64,
    /// Open channels. At least 0; in clients.
    pub clients: u64,
    /// Open connections of all clients. At least 0; in connections.
    pub connections: u64,
    /// Open results of all clients. At least 0; in results.
    pub results: u64,
    /// Rows kept in memory. At least 0; in bytes.
    pub results_memory_bytes: u64,
    /// Rows kept in temporary files. At least 0; in bytes.
    pub results_disk_bytes: u64,
    /// Unanswered requests of all clients, this one included. At least 0; in requests.
    pub requests_in_flight: u64,
    /// Log lines that were dropped because their reader was too slow. At least 0; in lines.
    pub logs_dropped: u64,
}

open_enum! {
    /// What is wrong. `loop_blocked`: the backend did not react for a while; see its log.
    /// `pool_exhausted`: requests wait for a free database session. `disk_short`: the disk of the
    /// stored results is nearly full. `results_near_limit`: the stored results nearly fill what
    /// they may. `logs_dropped`: log lines were lost. `endpoint_gone`: the socket's file was
    /// removed or replaced, so that no new client can come. `shutting_down`: the backend is ending.
    pub enum HealthProblem {
        ShuttingDown = "shutting_down",
        LoopBlocked = "loop_blocked",
        PoolExhausted = "pool_exhausted",
        DiskShort = "disk_short",
        ResultsNearLimit = "results_near_limit",
        LogsDropped = "logs_dropped",
        EndpointGone = "endpoint_gone",
    }
}

open_enum! {
    /// `degraded` still answers; `reasons` says what is wrong.
    pub enum HealthStatus {
        Healthy = "healthy",
        Degraded = "degraded",
    }
}
