// Events: what the backend reports while the client does something else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, isLiteBaseError, LiteBaseError, mockTransport, type EventEntry } from "@litebase/client";
import { ENDLESS, rejection, until, withDatabase } from "./room.js";

const NEVER = (): Promise<never> => new Promise<never>(() => undefined);

test("a loop receives each statement of a script, beside other calls, and ends with its signal", async () => {
  await withDatabase(async (db, connection_id) => {
    const stopping = new AbortController();
    const received: EventEntry[] = [];
    const loop = (async () => {
      for await (const event of db.events({ signal: stopping.signal, kinds: ["statement_done"] })) received.push(event);
    })();
    await db.runScript({ connection_id, sql: "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); SELECT a FROM t" });
    await until(() => Promise.resolve(received.length === 3));
    assert.deepEqual(
      received.map(({ statement }) => [statement?.index, statement?.affected_rows, statement?.total_rows]),
      [
        [0, null, null],
        [1, 2, null],
        [2, null, 2],
      ],
    );
    stopping.abort();
    await loop;
  });
});

test("a loop that begins before a call waits before it, so no event of the call is lost", async () => {
  const asked: string[] = [];
  const transport = mockTransport({
    wait_events: () => (asked.push("wait_events"), NEVER()),
    db_disconnect: () => (asked.push("db_disconnect"), {}),
  });
  const db = await connect(transport);
  const loop = db.events().next();
  await db.dbDisconnect({ connection_id: "c1" });
  assert.deepEqual(asked, ["wait_events", "db_disconnect"]);
  await db.close();
  await loop;
});

test("the first events describe the present", async () => {
  await withDatabase(async (db, connection_id) => {
    const stopping = new AbortController();
    const sql = `SELECT 1; ${ENDLESS}`;
    const script = rejection(db.runScript({ connection_id, sql }, { signal: stopping.signal }));
    await until(async () => {
      for await (const { progress } of db.events()) return progress?.unit === "statements" && progress.done === 1;
      return false;
    });
    stopping.abort();
    assert.ok(isLiteBaseError(await script, "cancelled"));
  });
});

test("a loop takes no place of a call", async () => {
  const { server } = await connect(mockTransport());
  const hello = { ...server, limits: { ...server.limits, max_requests_in_flight: 1 } };
  const db = await connect(mockTransport({ hello, wait_events: NEVER, db_disconnect: {} }));
  const loop = db.events().next();
  await db.dbDisconnect({ connection_id: "c1" });
  await db.close();
  assert.deepEqual(await loop, { done: true, value: undefined });
});

test("missed events are reported, and the loop goes on behind them", async () => {
  const asked: (number | null)[] = [];
  const transport = mockTransport({
    wait_events: ({ after }) => {
      asked.push(after);
      const event: EventEntry = { sequence: 9, at: "2026-01-01T00:00:00+00:00", kind: "progress" };
      return { events: [event], next: (after ?? 0) + 9, missed: after === 9 ? 5 : 0 };
    },
  });
  const db = await connect(transport);
  const missed: number[] = [];
  let count = 0;
  for await (const event of db.events({ onMissed: (dropped) => missed.push(dropped) })) {
    assert.equal(event.sequence, 9);
    if (++count === 3) break;
  }
  assert.deepEqual(asked, [null, 9, 18]);
  assert.deepEqual(missed, [5]);
  await db.close();
});

test("a loop ends in the middle of an answer when its signal says so, and when the backend shuts down", async () => {
  const event: EventEntry = { sequence: 1, at: "2026-01-01T00:00:00+00:00", kind: "progress" };
  const db = await connect(mockTransport({ wait_events: { events: [event, event, event], next: 3, missed: 0 } }));
  const stopping = new AbortController();
  let count = 0;
  for await (const _ of db.events({ signal: stopping.signal })) {
    count++;
    stopping.abort();
  }
  assert.equal(count, 1);
  await db.close();

  const ending = mockTransport({
    wait_events: () => {
      throw new LiteBaseError({ code: "shutting_down", message: "The backend is shutting down." });
    },
  });
  const client = await connect(ending);
  assert.deepEqual(await client.events().next(), { done: true, value: undefined });
  await client.close();
});

test("a loop rejects if the link breaks, and an older backend's refusal is its error", async () => {
  const transport = mockTransport({ wait_events: NEVER });
  const db = await connect(transport);
  const broken = rejection(db.events().next());
  transport.drop(new Error("it crashed"));
  assert.ok(isLiteBaseError(await broken, "connection_closed"));

  const old = mockTransport({
    wait_events: () => {
      throw new LiteBaseError({ code: "unknown_type", message: "There is no wait_events." });
    },
  });
  const client = await connect(old);
  assert.ok(isLiteBaseError(await rejection(client.events().next()), "unknown_type"));
  await client.close();
});
