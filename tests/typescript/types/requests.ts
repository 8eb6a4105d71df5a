// What a request takes and what it refuses. After each directive stands the code of the error that is due.

import type {
  ApplyEditsRequest,
  BeginRequest,
  DbConnectRequest,
  HealthCheckRequest,
  HelloRequest,
  QueryRequest,
  RunScriptRequest,
} from "@litebase/client";

import { give } from "./give.js";

const connection_id = "c1";
const sql = "SELECT 1";

// A target is told by its engine.
give<DbConnectRequest>({ engine: "sqlite", path: "music.db", mode: "read_only" });
give<DbConnectRequest>({ engine: "sqlite", mode: "memory" });
give<DbConnectRequest>({ engine: "postgresql", host: "db", port: 5432, tls: "verify_full", password: null });
give<DbConnectRequest>({ engine: "mysql", user: "me", database: "music" });
// @ts-expect-error TS2353 a file has no host
give<DbConnectRequest>({ engine: "sqlite", host: "127.0.0.1" });
// @ts-expect-error TS2353 a server has no path
give<DbConnectRequest>({ engine: "postgresql", path: "music.db" });
// @ts-expect-error TS2820 the engine's name is postgresql
give<DbConnectRequest>({ engine: "postgres" });
// @ts-expect-error TS2345 an engine must be named
give<DbConnectRequest>({ path: "music.db" });
// @ts-expect-error TS2322 a closed enum takes its values only
give<DbConnectRequest>({ engine: "sqlite", mode: "append" });
// @ts-expect-error TS2322 a port is a number
give<DbConnectRequest>({ engine: "mysql", port: "3306" });
// @ts-expect-error TS2322 a bound integer is no bigint
give<DbConnectRequest>({ engine: "mysql", port: 3306n });

// Required keys, misspelt keys, wrong values.
give<QueryRequest>({ connection_id, sql });
// @ts-expect-error TS2741 the statement is missing
give<QueryRequest>({ connection_id });
// @ts-expect-error TS2561 a misspelt key
give<QueryRequest>({ connection_id, sql, timeout_mz: 5 });
// @ts-expect-error TS2561 keys are as on the wire
give<QueryRequest>({ connectionId: connection_id, sql });
// @ts-expect-error TS2322 a statement is text
give<QueryRequest>({ connection_id, sql: 1 });
// @ts-expect-error TS2322 a needed key is not null
give<QueryRequest>({ connection_id: null, sql });
// @ts-expect-error TS2322 a needed key is not undefined
give<QueryRequest>({ connection_id: undefined, sql });
// @ts-expect-error TS2322 null is taken only where the contract says so
give<QueryRequest>({ connection_id, sql, window_rows: null });
// @ts-expect-error TS2353 the beginning knows no statement
give<BeginRequest>({ db_session_id: "s1", sql });
// @ts-expect-error TS2322 a closed enum takes its values only
give<RunScriptRequest>({ connection_id, sql, on_error: "ignore" });
// @ts-expect-error TS2741 an inner key is missing
give<HelloRequest>({ protocol: { major: 0 }, client: { name: "app", version: "1" } });

// What is undefined does not travel, so an optional key may hold it.
declare const patience: number | undefined;
give<QueryRequest>({ connection_id, sql, timeout_ms: patience, db_session_id: undefined });

// Parameters: cells and typed cells, by place or by name, read-only or not.
const row = [1, "text"] as const;
give<QueryRequest>({ connection_id, sql, params: [null, true, 1, 1n, 1.5, "text", new Uint8Array(3)] });
give<QueryRequest>({ connection_id, sql, params: row });
give<QueryRequest>({ connection_id, sql, params: { id: 1n, day: { kind: "date", value: "2026-01-31" } } });
give<QueryRequest>({ connection_id, sql, params: [{ kind: "decimal", value: "1.10" }] });
// @ts-expect-error TS2322 a date is sent as text
give<QueryRequest>({ connection_id, sql, params: [new Date()] });
// @ts-expect-error TS2322 undefined is no value; null is
give<QueryRequest>({ connection_id, sql, params: [undefined] });
// @ts-expect-error TS2322 bytes are a Uint8Array, not a list of numbers in a list
give<QueryRequest>({ connection_id, sql, params: [[1, 2, 3]] });
// @ts-expect-error TS2322 the kinds of parameters are closed
give<QueryRequest>({ connection_id, sql, params: [{ kind: "datetime", value: "2026-01-31" }] });
// @ts-expect-error TS2322 a typed cell has a value
give<QueryRequest>({ connection_id, sql, params: [{ kind: "date" }] });
// @ts-expect-error TS2322 parameters are not one cell
give<QueryRequest>({ connection_id, sql, params: 7 });
// @ts-expect-error TS2322 bytes are one parameter, not several
give<QueryRequest>({ connection_id, sql, params: new Uint8Array(3) });

// A request without keys takes none.
give<HealthCheckRequest>({});
// @ts-expect-error TS2322 there is nothing to say
give<HealthCheckRequest>({ verbose: true });

// Bytes may be sent in any array of bytes, whatever made it.
declare const any: Uint8Array;
give<QueryRequest>({ connection_id: "c", sql: "SELECT ?, ?", params: [any, { kind: "bytes", value: any }] });
give<QueryRequest>({ connection_id: "c", sql: "SELECT :a", params: { a: Buffer.from("a") } });
give<ApplyEditsRequest["edits"][0]["new"]>({ a: any, b: { default: true } });
// @ts-expect-error TS2322 an array of numbers is no bytes
give<QueryRequest>({ connection_id: "c", sql: "SELECT ?", params: [[1, 2]] });
