// Generated from schema/ by `make generate`. Do not edit.
// Whether the backend is well, answered beside any running work.

import type { ProtocolVersion } from "./hello.js";

/**
 * Asks how the backend is. Never waits behind other requests.
 *
 * @since 0.1
 */
export type HealthCheckRequest = Record<string, never>;

/**
 * The backend's state and size.
 *
 * @since 0.1
 */
export interface HealthResponse {
  /** `degraded` still answers; `reasons` says what is wrong. */
  status: HealthStatus;
  /** Why it is degraded, one short sentence each; empty when healthy. */
  reasons: string[];
  /** The same as words to act on, in the same order. */
  problems: HealthProblem[];
  /** The backend's version. */
  version: string;
  /** The contract's version: major differs when something broke, minor grows with each addition. */
  protocol: ProtocolVersion;
  /** Since the process began to serve. At least 0; in milliseconds. */
  uptime_ms: number;
  /** The backend's process id. At least 0; in process id. */
  pid: number;
  /** Memory of the process that is in RAM; 0 where the system does not report it. At least 0; in bytes. */
  rss_bytes: number;
  /** Open channels. At least 0; in clients. */
  clients: number;
  /** Open connections of all clients. At least 0; in connections. */
  connections: number;
  /** Open results of all clients. At least 0; in results. */
  results: number;
  /** Rows kept in memory. At least 0; in bytes. */
  results_memory_bytes: number;
  /** Rows kept in temporary files. At least 0; in bytes. */
  results_disk_bytes: number;
  /** Unanswered requests of all clients, this one included. At least 0; in requests. */
  requests_in_flight: number;
  /** Log lines that were dropped because their reader was too slow. At least 0; in lines. */
  logs_dropped: number;
}

/** The values of `HealthProblem` that this version knows. */
export type KnownHealthProblem =
  | "shutting_down"
  | "loop_blocked"
  | "pool_exhausted"
  | "disk_short"
  | "results_near_limit"
  | "logs_dropped"
  | "endpoint_gone";

/**
 * What is wrong. `loop_blocked`: the backend did not react for a while; see its log. `pool_exhausted`: requests wait
 * for a free database session. `disk_short`: the disk of the stored results is nearly full. `results_near_limit`: the
 * stored results nearly fill what they may. `logs_dropped`: log lines were lost. `endpoint_gone`: the socket's file was
 * removed or replaced, so that no new client can come. `shutting_down`: the backend is ending. Open: a later backend
 * may use values that this version does not know.
 */
export type HealthProblem = KnownHealthProblem | (string & {});

/** The values of `HealthStatus` that this version knows. */
export type KnownHealthStatus = "healthy" | "degraded";

/**
 * `degraded` still answers; `reasons` says what is wrong. Open: a later backend may use values that this version does
 * not know.
 */
export type HealthStatus = KnownHealthStatus | (string & {});
