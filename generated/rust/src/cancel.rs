// Generated from schema/ by `make generate`. Do not edit.
//! Stopping a request that is still in flight.

use serde::{Deserialize, Serialize};

use crate::support::open_enum;

/// Stops one request of the same client and answers when it has ended. An unknown or finished id is
/// harmless.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CancelRequest {
    /// The `id` of the request to stop. At most 128 characters.
    pub request_id: String,
}

impl CancelRequest {
    /// With what is required; the rest is absent.
    pub fn new(request_id: impl Into<String>) -> Self {
        Self {
            request_id: request_id.into(),
        }
    }
}

/// What really happened to the request. It is sent after the request's own answer.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CancelResponse {
    /// `stopped`: it ended early and answers `cancelled`. `finished_first`: it had already done its
    /// work and its normal answer stands. `session_ended`: the database did not react in time, so
    /// its session was dropped. `not_in_flight`: no such request is running. `not_cancellable`:
    /// requests of this type run to their end.
    pub outcome: CancelOutcome,
    /// From the cancel to the end of the request. At least 0; in milliseconds.
    pub elapsed_ms: f64,
}

open_enum! {
    /// `stopped`: it ended early and answers `cancelled`. `finished_first`: it had already done its
    /// work and its normal answer stands. `session_ended`: the database did not react in time, so
    /// its session was dropped. `not_in_flight`: no such request is running. `not_cancellable`:
    /// requests of this type run to their end.
    pub enum CancelOutcome {
        Stopped = "stopped",
        FinishedFirst = "finished_first",
        SessionEnded = "session_ended",
        NotInFlight = "not_in_flight",
        NotCancellable = "not_cancellable",
    }
}
