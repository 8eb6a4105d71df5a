// A walk with the TypeScript client of an older contract: every request of the first version, sent to the backend of today.
//
// Arguments: the bundled client and the backend's socket. At the end it prints, as JSON, the client's version of the
// protocol and the requests that went over the socket.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const [, , bundle, path] = process.argv;
const { connect, decodeFrame, isLiteBaseError, protocol, unixTransport } = await import(pathToFileURL(bundle).href);

const NUMBERS =
  "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5000) SELECT n, 'row ' || n FROM r";
const ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r";

const sent = new Set();
const transport = unixTransport({ path });
const send = transport.send.bind(transport);
transport.send = (frame) => {
  sent.add(decodeFrame(frame).type);
  return send(frame);
};

async function refusal(call) {
  const error = await call.then(
    () => undefined,
    (reason) => reason,
  );
  assert.ok(isLiteBaseError(error), "this request must fail");
  return error;
}

const client = await connect(transport);
assert.equal((await client.call("health_check", {})).status, "healthy");
const opened = await client.call("db_connect", { engine: "sqlite", mode: "memory", name: "an older client" });
const { connection_id } = opened;
const sql = "CREATE TABLE t (n INTEGER, b BLOB); INSERT INTO t VALUES (9007199254740993, x'00ff'); SELECT * FROM t;";
assert.equal((await client.call("run_script", { connection_id, sql })).statements.length, 3);
const { rows } = await client.call("query", { connection_id, sql: "SELECT * FROM t" });
assert.deepEqual(rows, [[9007199254740993n, Uint8Array.of(0, 255)]]);

const first = await client.call("query", { connection_id, sql: NUMBERS, window_rows: 10 });
assert.equal(first.rows.length, 10);
const window = await client.call("fetch", { result_id: first.result_id, offset: 4000, limit: 5 });
assert.deepEqual(window.rows[0], [4001, "row 4001"]);
await client.call("close_result", { result_id: first.result_id });
const cut = await client.call("query", {
  connection_id,
  sql: "SELECT ?",
  params: ["x".repeat(1000)],
  max_cell_bytes: 16,
});
const cell = await client.call("cell_fetch", { result_id: cut.result_id, row: 0, column: 0, offset: 0, length: 1000 });
assert.equal(cell.piece.length, 1000);

const { db_session_id } = await client.call("open_db_session", { connection_id });
const point = { db_session_id, name: "s" };
assert.equal((await client.call("begin", { db_session_id })).transaction_status, "in_transaction");
await client.call("savepoint", point);
await client.call("query", { connection_id, db_session_id, sql: "INSERT INTO t VALUES (9, NULL)" });
await client.call("rollback_to_savepoint", point);
await client.call("release_savepoint", point);
assert.equal((await client.call("commit", { db_session_id })).transaction_status, "idle");
await client.call("begin", { db_session_id });
assert.equal((await client.call("rollback", { db_session_id })).transaction_status, "idle");
await client.call("close_db_session", { db_session_id });

const stop = new AbortController();
const endless = refusal(client.call("query", { connection_id, sql: ENDLESS }, { signal: stop.signal }));
setTimeout(() => stop.abort(), 100);
assert.equal((await endless).code, "cancelled");

const wrong = await refusal(client.call("query", { connection_id, sql: "SELECT no_such_column FROM t" }));
assert.equal(wrong.code, "query_failed");
await client.call("db_disconnect", { connection_id });
assert.equal((await refusal(client.call("query", { connection_id, sql: "SELECT 1" }))).code, "not_found");
await client.close();
console.log(JSON.stringify({ version: [protocol.major, protocol.minor], sent: [...sent].sort() }));
