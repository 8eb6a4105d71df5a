// Calls: cancel, time limits, many at once, and errors that narrow.

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type Client, isLiteBaseError, LiteBaseError, mockTransport, protocol } from "@litebase/client";
import { unixTransport } from "@litebase/client/node";
import { ENDLESS, given, numbers, rejection, runProgram, until, withDatabase } from "./room.js";

test("a signal stops an endless query in the database, and the connection goes on", async () => {
  await withDatabase(async (db, connection_id) => {
    const stopping = new AbortController();
    const running = rejection(db.query({ connection_id, sql: ENDLESS }, { signal: stopping.signal }));
    await until(async () => (await db.healthCheck()).requests_in_flight > 1);
    stopping.abort();
    const error = await running;
    assert.ok(isLiteBaseError(error, "cancelled"), String(error));
    assert.equal(error.type, "query");
    assert.ok(error.requestId);
    assert.deepEqual((await db.query({ connection_id, sql: "SELECT 1" })).rows, [[1]]);
  });
});

test("capabilities say what SQLite in memory cannot do and why, as the errors do", async () => {
  await withDatabase(async (db, connection_id) => {
    const { capabilities } = await db.dbConnect({ engine: "sqlite", mode: "memory" });
    assert.deepEqual(
      capabilities.map(({ name }) => name),
      db.server.capabilities.slice(-capabilities.length), // the backend's own ones come first
    );
    const reasons = new Map(
      capabilities.filter(({ available }) => !available).map(({ name, reason }) => [name, reason]),
    );
    assert.ok(reasons.get("several_db_sessions")?.includes("in memory"));
    assert.ok(!reasons.has("named_parameters"));
    assert.deepEqual((await db.query({ connection_id, sql: "SELECT :a", params: { a: 1 } })).rows, [[1]]);
    const { db_session_id } = await db.openDbSession({ connection_id });
    const error = await rejection(db.begin({ db_session_id, read_only: true }));
    assert.ok(isLiteBaseError(error, "unsupported"), String(error));
    assert.equal(error.message, reasons.get("read_only_transactions"));
  });
});

test("a signal that was given before sends nothing", async () => {
  const transport = mockTransport({ health_check: () => assert.fail("it was sent") });
  const db = await connect(transport);
  const error = await rejection(db.healthCheck({}, { signal: AbortSignal.abort("because") }));
  assert.ok(isLiteBaseError(error, "cancelled"));
  assert.equal(error.cause, "because");
  assert.deepEqual(
    transport.received.map(({ type }) => type),
    ["hello"],
  );
  await db.close();
});

test("a request that has done its work before the cancel resolves with its answer", async () => {
  const transport = mockTransport({
    db_connect: async () => ({
      connection_id: "c",
      engine: "sqlite",
      server_version: "3",
      read_only: false,
      tls: null,
      capabilities: [],
    }),
    cancel: { outcome: "finished_first", elapsed_ms: 0 },
  });
  const db = await connect(transport);
  const stopping = new AbortController();
  const opening = db.dbConnect({ engine: "sqlite", mode: "memory" }, { signal: stopping.signal });
  stopping.abort();
  assert.equal((await opening).connection_id, "c");
  assert.deepEqual(transport.received.at(-1)?.data, { request_id: "2" });
  await db.close();
});

test("many thousands of calls at once take time by their number, not by its square", async () => {
  const db = await connect(mockTransport({ db_disconnect: {} }));
  const calls = Array.from({ length: 50_000 }, () => db.dbDisconnect({ connection_id: "c" }));
  assert.equal((await Promise.all(calls)).length, 50_000); // by its square: minutes, beyond the time of any test here
  await db.close();
});

test("many calls and loops share one signal without a warning of a leak, and leave nothing at it", async () => {
  const warnings: Error[] = [];
  const warned = (warning: Error): void => void warnings.push(warning);
  process.on("warning", warned);
  const stopping = new AbortController();
  const { signal } = stopping;
  const read = async (db: Client): Promise<void> => {
    const { connection_id } = await db.dbConnect({ engine: "sqlite", mode: "memory" });
    const result = await db.query({ connection_id, sql: numbers(3000) }, { signal });
    for await (const _ of result.windows({ signal })) await sleep(100);
  };
  await withDatabase(async (db) => {
    await Promise.all(Array.from({ length: 12 }, () => read(db)));
    await Promise.all(Array.from({ length: 12 }, () => db.healthCheck({}, { signal })));
  });
  process.off("warning", warned);
  assert.deepEqual(warnings, []);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("aborting what cannot be cancelled changes nothing", async () => {
  await withDatabase(async (db, connection_id) => {
    const stopping = new AbortController();
    const result = await db.query({ connection_id, sql: numbers(5000) });
    const closing = db.closeResult({ result_id: result.result_id ?? "" }, { signal: stopping.signal });
    stopping.abort();
    assert.deepEqual(await closing, {});
  });
});

test("timeoutMs is the backend's own limit where the request has one", async () => {
  await withDatabase(async (db, connection_id) => {
    const error = await rejection(db.query({ connection_id, sql: ENDLESS }, { timeoutMs: 50 }));
    assert.ok(isLiteBaseError(error, "timeout"), String(error));
    assert.deepEqual(error.details, { limit: "timeout_ms", maximum: 50 });
    assert.deepEqual((await db.query({ connection_id, sql: "SELECT 1" })).rows, [[1]]);
  });
});

test("timeoutMs bounds the wait for any other request", async () => {
  const transport = mockTransport({ health_check: () => new Promise(() => undefined) });
  const db = await connect(transport);
  const error = await rejection(db.healthCheck({}, { timeoutMs: 30 }));
  assert.ok(isLiteBaseError(error, "timeout"), String(error));
  assert.equal(error.details.maximum, 30);
  await db.close();
});

test("a thousand calls side by side are all answered, each with its own answer", async () => {
  await withDatabase(async (db, connection_id) => {
    assert.ok(db.server.limits.max_requests_in_flight < 1000, "the client must keep some back");
    const calls = Array.from({ length: 1000 }, (_, n) => db.query({ connection_id, sql: "SELECT ?", params: [n] }));
    const answers = await Promise.all(calls);
    assert.deepEqual(
      answers.map(({ rows }) => rows),
      Array.from({ length: 1000 }, (_, n) => [[n]]),
    );
  });
});

test("a health check passes the calls that wait, and one that waits can be taken back unsent", async () => {
  await withDatabase(async (db, connection_id) => {
    const stopping = new AbortController();
    const { signal } = stopping;
    const calls = Array.from({ length: 100 }, () => rejection(db.query({ connection_id, sql: ENDLESS }, { signal })));
    assert.equal((await db.healthCheck()).requests_in_flight, db.server.limits.max_requests_in_flight + 1);
    stopping.abort();
    const errors = await Promise.all(calls);
    assert.ok(errors.every((error) => isLiteBaseError(error, "cancelled")));
    const unsent = errors.filter((error) => (error as Error).message.includes("before it was sent"));
    assert.equal(unsent.length, 100 - db.server.limits.max_requests_in_flight);
  });
});

test("an error narrows by its code", async () => {
  await withDatabase(async (db, connection_id) => {
    const error = await rejection(db.query({ connection_id, sql: "SELECT 1,\n  nope" }));
    assert.ok(error instanceof LiteBaseError && error instanceof Error);
    assert.ok(isLiteBaseError(error) && !isLiteBaseError(error, "cancelled"));
    // @ts-expect-error the details have no type before the code is known
    assert.ok(error.details?.line);
    // @ts-expect-error there is no such code
    assert.equal(isLiteBaseError(error, "query_fialed"), false);
    assert.ok(isLiteBaseError(error, "query_failed"));
    // @ts-expect-error a query has no path
    assert.equal(error.details.path, undefined);
    assert.deepEqual([error.details.line, error.details.column, error.retryable], [2, 3, false]);
    assert.match(error.message, /no such column: nope/);
    assert.match(error.stack ?? "", /LiteBaseError: /);
  });
});

test("an error tells the state that it left a transaction in", async () => {
  await withDatabase(async (db, connection_id) => {
    const { db_session_id } = await db.openDbSession({ connection_id });
    await db.begin({ db_session_id });
    const error = await rejection(db.query({ connection_id, db_session_id, sql: "SELECT nope" }));
    assert.ok(isLiteBaseError(error, "query_failed"));
    assert.equal(error.transactionStatus, "in_transaction");
  });
});

test("what the backend would end the link for is refused here, and the link lives on", async () => {
  await withDatabase(async (db, connection_id) => {
    const large = await rejection(db.query({ connection_id, sql: "SELECT ?", params: ["x".repeat(17_000_000)] }));
    assert.ok(isLiteBaseError(large, "limit_exceeded") && large.details.limit === "max_frame_bytes", String(large));
    const many = await rejection(db.query({ connection_id, sql: "SELECT ?", params: new Array(100_001).fill(1) }));
    assert.ok(isLiteBaseError(many, "limit_exceeded") && many.details.limit === "max_items", String(many));
    let deep: unknown = 1;
    for (let level = 0; level < 40; level++) deep = [deep];
    const nested = await rejection(db.query({ connection_id, sql: "SELECT ?", params: deep as [] }));
    assert.ok(isLiteBaseError(nested, "limit_exceeded") && nested.details.limit === "max_depth", String(nested));
    assert.deepEqual((await db.query({ connection_id, sql: "SELECT 1" })).rows, [[1]]);
  });
});

test("the largest message that may be sent is taken by the backend", async () => {
  await withDatabase(async (db, connection_id) => {
    const text = "x".repeat(db.server.limits.max_frame_bytes - 1000);
    const { rows } = await db.query({ connection_id, sql: "SELECT length(?)", params: [text] });
    assert.deepEqual(rows, [[text.length]]);
    let deep: unknown = 1;
    for (let level = 0; level < 30; level++) deep = [deep]; // with the message and its data 32 levels
    const error = await rejection(db.healthCheck({ params: deep } as never));
    assert.ok(isLiteBaseError(error, "invalid_message"), String(error));
    const items = Array.from({ length: 99_900 }, () => 1);
    const refused = await rejection(db.healthCheck({ params: items } as never));
    assert.ok(isLiteBaseError(refused, "invalid_message"), String(refused));
  });
});

test("unknown keys, values, codes, types and events of a later backend do no harm", async () => {
  const later = { later_key: { a: [1] } };
  const transport = mockTransport({
    health_check: { status: "sleepy", ...later } as never,
    query: () => {
      throw new LiteBaseError({ code: "asleep", message: "later", details: { until: 5 } });
    },
  });
  const db = await connect(transport);
  const events: unknown[] = [];
  const off = db.on("event", (event) => events.push(event));
  transport.emit("napped", { minutes: 5n });
  assert.deepEqual(await db.healthCheck(), { status: "sleepy", ...later });
  const error = await rejection(db.query({ connection_id: "c", sql: "" }));
  assert.ok(isLiteBaseError(error));
  assert.deepEqual([error.code, error.details], ["asleep", { until: 5 }]);
  off();
  transport.emit("napped", {});
  assert.deepEqual(events, [{ type: "napped", data: { minutes: 5 } }]);
  await db.close();
});

test("a listener that throws is seen by the app and does not hide the event from the others", () => {
  const program = `
    import { connect, mockTransport } from "@litebase/client";
    process.on("uncaughtException", (error) => console.log("seen", error.message));
    const transport = mockTransport();
    const db = await connect(transport);
    db.on("event", () => { throw new RangeError("mine"); });
    db.on("event", ({ type }) => console.log("heard", type));
    transport.emit("napped", {});
    await db.close();`;
  assert.equal(runProgram(program).stdout, "heard napped\nseen mine\n");
});

test("hello says who connects, and the backend says what it can do", async () => {
  const db = await connect(unixTransport({ path: given("LITEBASE_SOCKET") }), {
    client: { name: "tests", version: "9" },
  });
  assert.deepEqual(db.server.protocol, { ...protocol });
  assert.equal(db.server.server.name, "litebase");
  assert.ok(db.server.engines.includes("sqlite"));
  await db.close();
});
