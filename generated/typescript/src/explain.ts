// Generated from schema/ by `make generate`. Do not edit.
// How a database carries a statement out: its plan as a tree, and what stands out in it.

import type { ConnectionId, DbSessionId } from "./connection.js";
import type { SqlText } from "./query.js";
import type { Parameters, Timeout } from "./values.js";

/**
 * Asks the database how it would carry out a statement, or with `analyze` how it has. Without `analyze` the statement
 * is not run. Planning it may evaluate what is constant in it: PostgreSQL then calls functions that are declared
 * immutable; MySQL and MariaDB call functions that are declared deterministic and may run subqueries that give one row.
 * Whatever these change is rolled back, too, and what could not be is refused before anything is asked. SQLite
 * evaluates nothing. With `analyze`, the statement runs, and whatever it changes is rolled back: in a transaction of
 * the backend's own, or to a savepoint in the transaction that is open in the database session. What no rollback
 * undoes, such as numbers that a sequence has given, stays.
 *
 * @since 0.2
 */
export interface ExplainQueryRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /**
   * Ask in this database session, where its settings, temporary tables and open transaction count; null for any free
   * one. At most 64 characters.
   *
   * @defaultValue `null`
   */
  db_session_id?: DbSessionId | null | undefined;
  /** One statement, without EXPLAIN. At most 16777216 characters. */
  sql: SqlText;
  /**
   * The values for its placeholders. Null: the plan is the one for any values, where the engine has such a plan.
   *
   * @defaultValue `null`
   */
  params?: Parameters | null | undefined;
  /**
   * Run the statement and measure.
   *
   * @defaultValue `false`
   */
  analyze?: boolean | undefined;
  /**
   * The user agrees that the statement is run. Needed with `analyze` for one that does not certainly only read, where
   * the connection's environment is `production`.
   *
   * @defaultValue `false`
   */
  confirm?: boolean | undefined;
  /**
   * With `analyze`: keep the statement in the history, where the backend has one.
   *
   * @defaultValue `true`
   */
  record?: boolean | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * The plan.
 *
 * @since 0.2
 */
export interface ExplainQueryResponse {
  /**
   * The nodes of the tree, each before its children; the first one is the root. A list, because plans are deeper than
   * messages may be.
   */
  nodes: PlanNode[];
  /** How many nodes the plan has. 1 to 9007199254740991 nodes. */
  node_count: number;
  /**
   * Whether the tree has all of them. Of a plan with more than 10,000 the others are left out, and `findings` say
   * nothing of them.
   */
  complete: boolean;
  /** What stands out, what costs most first. Judged by each node's own figures, not by those of what lies below it. */
  findings: PlanFinding[];
  /** The plan as the database wrote it: JSON, or text. */
  raw: string;
  /** Whether `raw` is not cut. */
  raw_complete: boolean;
  /** What making the plan took, where the database says so. At least 0; in milliseconds. */
  planning_ms: number | null;
  /** What carrying it out took; null without `analyze`. At least 0; in milliseconds. */
  execution_ms: number | null;
  /**
   * Whether the statement was run in a transaction and that was rolled back; false when it was not run. A statement
   * that changes what no rollback undoes is not run at all.
   */
  rolled_back: boolean;
}

/** One step of a plan. Its children give it rows, or what it needs to make them. */
export interface PlanNode {
  /** Its number, and its place in `nodes`. 0 to 9007199254740991 nodes. */
  id: PlanNodeNumber;
  /** What it does, in the database's own words. */
  operation: string;
  /** The table or the index that it reads or writes, as the plan names it: perhaps by an alias. */
  object: PlanObject | null;
  /** How many rows were expected of one loop; null where the engine does not say. At least 0; in rows. */
  rows_estimated: number | null;
  /** How many rows came in one loop, on average; null when it was not measured. At least 0; in rows. */
  rows_actual: number | null;
  /**
   * How many times it was carried out, by all processes together; 0 for never. Null when it was not measured. At least
   * 0; in loops.
   */
  loops: number | null;
  /**
   * The time of this node alone, in all loops; of work that several processes share, the time of one. Null when it was
   * not measured. At least 0; in milliseconds.
   */
  self_ms: number | null;
  /** The same with everything below it. At least 0; in milliseconds. */
  total_ms: number | null;
  /** What the planner expects it to cost with everything below it, in a unit of its own; null where it does not say. */
  cost: number | null;
  /** What else the plan says of it: conditions, keys, buffers, memory. */
  details: PlanDetail[];
  /** The nodes below it, by their `id`. */
  children: PlanNodeNumber[];
}

/** Numbers the nodes from 0, in the order in which `raw` has them. 0 to 9007199254740991 nodes. */
export type PlanNodeNumber = number;

/** What a node reads or writes. */
export interface PlanObject {
  /** Its schema, where the plan says so. */
  schema_name: string | null;
  /** The name that the plan gives it. */
  name: string;
}

/** One more thing that the plan says of a node. */
export interface PlanDetail {
  /** What it is, in the database's own words. */
  name: string;
  /** Its value as text. */
  value: string;
}

/** Something that stands out in a plan. */
export interface PlanFinding {
  /**
   * `misestimate`: ten times as many rows came as were expected, or a tenth. `spill`: it did not fit into memory and
   * went to disk. `discards_rows`: its filter throws away most of what it reads. `full_scan`: it reads a whole table
   * and keeps little of it, where an index might do. `never_executed`: it was planned and not needed. `most_time`: it
   * took more than half of the time by itself.
   */
  code: PlanFindingCode;
  /** The node, by its `id`. 0 to 9007199254740991 nodes. */
  node_id: PlanNodeNumber;
  /** A sentence for people, with the figures. */
  message: string;
}

/** The values of `PlanFindingCode` that this version knows. */
export type KnownPlanFindingCode =
  "misestimate" | "spill" | "discards_rows" | "full_scan" | "never_executed" | "most_time";

/**
 * `misestimate`: ten times as many rows came as were expected, or a tenth. `spill`: it did not fit into memory and went
 * to disk. `discards_rows`: its filter throws away most of what it reads. `full_scan`: it reads a whole table and keeps
 * little of it, where an index might do. `never_executed`: it was planned and not needed. `most_time`: it took more
 * than half of the time by itself. Open: a later backend may use values that this version does not know.
 */
export type PlanFindingCode = KnownPlanFindingCode | (string & {});
