// Generated from schema/ by `make generate`. Do not edit.
// All types and tables of the contract.

export * from "./calls.js";
export * from "./messages.js";
export type * from "./activity.js";
export type * from "./alter.js";
export type * from "./cancel.js";
export type * from "./catalog.js";
export type * from "./compare.js";
export type * from "./compare_rows.js";
export type * from "./connection.js";
export type * from "./copies.js";
export type * from "./db_session.js";
export type * from "./dump.js";
export type * from "./edits.js";
export type * from "./envelope.js";
export type * from "./errors.js";
export type * from "./events.js";
export type * from "./explain.js";
export type * from "./export.js";
export type * from "./health.js";
export type * from "./hello.js";
export type * from "./history.js";
export type * from "./imports.js";
export type * from "./liveness.js";
export type * from "./prompts.js";
export type * from "./query.js";
export type * from "./refresh.js";
export type * from "./rows.js";
export type * from "./script.js";
export type * from "./search.js";
export type * from "./sql.js";
export type * from "./tables.js";
export type * from "./values.js";
