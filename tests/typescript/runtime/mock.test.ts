// The mock: a test's own backend behind the real codec.

import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, isLiteBaseError, LiteBaseError, mockTransport, type QueryResponse } from "@litebase/client";
import { mockTransport as fromItsOwnEntry } from "@litebase/client/mock";
import { rejection } from "./room.js";

function answerOf(rows: QueryResponse["rows"], result_id: string | null = null): QueryResponse {
  return {
    result_id,
    columns: [{ name: "n", db_type: "INTEGER", kind: "integer" }],
    rows,
    complete: result_id === null,
    total_rows: null,
    cut_cells: [],
    affected_rows: null,
    last_insert_id: null,
    notices: [],
    transaction_status: "idle",
    timings: { queue_ms: 0, connect_ms: 0, server_ms: 0, encode_ms: 0 },
    more_results: [],
  };
}

test("it answers with values and with functions of the request, through the real codec", async () => {
  const transport = mockTransport({
    query: ({ sql, params }) => answerOf([[sql.length, 2n ** 60n, params === undefined ? null : 1]]),
    close_result: {},
  });
  const db = await connect(transport);
  const { rows } = await db.query({ connection_id: "c", sql: "abc", params: undefined });
  assert.deepEqual(rows, [[3, 2n ** 60n, null]]);
  assert.deepEqual(
    transport.received.map(({ type }) => type),
    ["hello", "query"],
  );
  await db.close();
});

test("it gives windows to a loop", async () => {
  const transport = mockTransport({
    query: answerOf([[0]], "r"),
    fetch: ({ offset, limit }) => ({
      offset,
      rows: Array.from({ length: Math.min(limit, 5 - offset) }, (_, index) => [offset + index]),
      complete: offset + limit >= 5,
      total_rows: 5,
      cut_cells: [],
    }),
    close_result: {},
  });
  const db = await connect(transport);
  const result = await db.query({ connection_id: "c", sql: "" });
  const seen: unknown[] = [];
  for await (const { rows } of result.windows({ limit: 2 })) seen.push(...rows.flat());
  assert.deepEqual(seen, [0, 1, 2, 3, 4]);
  assert.equal(transport.received.at(-1)?.type, "close_result");
  await db.close();
});

test("what it has no answer to is unknown_type, as from a backend", async () => {
  const db = await connect(mockTransport());
  const error = await rejection(db.commit({ db_session_id: "s" }));
  assert.ok(isLiteBaseError(error, "unknown_type"));
  assert.equal(error.type, "commit");
  await db.close();
});

test("a function that throws answers that error; any other fault is internal", async () => {
  const details = { engine_code: "23505", constraint_name: "users_email_key" };
  const db = await connect(
    mockTransport({
      query: () => {
        throw new LiteBaseError({ code: "query_failed", message: "duplicate key", details });
      },
      health_check: () => {
        throw new RangeError("mine");
      },
    }),
  );
  const error = await rejection(db.query({ connection_id: "c", sql: "" }));
  assert.ok(isLiteBaseError(error, "query_failed"));
  assert.equal(error.details.constraint_name, "users_email_key");
  assert.ok(isLiteBaseError(await rejection(db.healthCheck()), "internal"));
  await db.close();
});

test("a cancel stops the answer that is being made, and its signal tells", async () => {
  let told = false;
  const transport = mockTransport({
    query: (_, { signal }) =>
      new Promise(() => {
        signal.addEventListener("abort", () => (told = true));
      }),
  });
  const db = await connect(transport);
  const stopping = new AbortController();
  const running = rejection(db.query({ connection_id: "c", sql: "" }, { signal: stopping.signal }));
  await Promise.resolve();
  stopping.abort();
  assert.ok(isLiteBaseError(await running, "cancelled"));
  assert.ok(told);
  await db.close();
});

test("an answer that is no data is internal, and says what is due", async () => {
  const forgot = (() => undefined) as unknown as () => QueryResponse;
  const db = await connect(mockTransport({ query: forgot }));
  const error = await rejection(db.query({ connection_id: "c", sql: "SELECT 1" }));
  assert.ok(isLiteBaseError(error, "internal"), String(error));
  assert.match(error.message, /it is undefined, not the data of query_response/);
  await db.close();
});

test("dropping the link is told as a crash is", async () => {
  const transport = fromItsOwnEntry({ query: () => new Promise(() => undefined) });
  const db = await connect(transport);
  const closed = new Promise((done) => db.on("closed", done));
  const running = rejection(db.query({ connection_id: "c", sql: "" }));
  transport.drop(new Error("it crashed"));
  const error = await running;
  assert.ok(isLiteBaseError(error, "connection_closed") && /it crashed/.test(error.message));
  assert.ok(isLiteBaseError(await closed, "connection_closed"));
});

test("a backend of another protocol is refused", async () => {
  const transport = mockTransport({
    hello: {
      protocol: { major: 1, minor: 0 },
      server: { name: "x", version: "1" },
      engines: [],
      capabilities: [],
      limits: {} as never,
    },
  });
  assert.ok(isLiteBaseError(await rejection(connect(transport)), "unsupported_protocol"));
});
