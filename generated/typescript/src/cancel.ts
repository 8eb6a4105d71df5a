// Generated from schema/ by `make generate`. Do not edit.
// Stopping a request that is still in flight.

/**
 * Stops one request of the same client and answers when it has ended. An unknown or finished id is harmless.
 *
 * @since 0.1
 */
export interface CancelRequest {
  /** The `id` of the request to stop. At most 128 characters. */
  request_id: string;
}

/**
 * What really happened to the request. It is sent after the request's own answer.
 *
 * @since 0.1
 */
export interface CancelResponse {
  /**
   * `stopped`: it ended early and answers `cancelled`. `finished_first`: it had already done its work and its normal
   * answer stands. `session_ended`: the database did not react in time, so its session was dropped. `not_in_flight`: no
   * such request is running. `not_cancellable`: requests of this type run to their end.
   */
  outcome: CancelOutcome;
  /** From the cancel to the end of the request. At least 0; in milliseconds. */
  elapsed_ms: number;
}

/** The values of `CancelOutcome` that this version knows. */
export type KnownCancelOutcome = "stopped" | "finished_first" | "session_ended" | "not_in_flight" | "not_cancellable";

/**
 * `stopped`: it ended early and answers `cancelled`. `finished_first`: it had already done its work and its normal
 * answer stands. `session_ended`: the database did not react in time, so its session was dropped. `not_in_flight`: no
 * such request is running. `not_cancellable`: requests of this type run to their end. Open: a later backend may use
 * values that this version does not know.
 */
export type CancelOutcome = KnownCancelOutcome | (string & {});
