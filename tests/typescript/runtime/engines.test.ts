// Values both ways through PostgreSQL or MySQL, whichever pytest named.

import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, isLiteBaseError, type Client, type DbConnectRequest, type Parameter } from "@litebase/client";
import { unixTransport } from "@litebase/client/node";
import { given, rejection } from "./room.js";

const target = JSON.parse(given("LITEBASE_TARGET")) as DbConnectRequest;
const isPostgresql = target.engine === "postgresql";

async function withServer(work: (db: Client, connection_id: string) => Promise<void>): Promise<void> {
  const db = await connect(unixTransport({ path: given("LITEBASE_SOCKET") }));
  try {
    await work(db, (await db.dbConnect(target)).connection_id);
  } finally {
    await db.close();
  }
}

const SAME: readonly [postgresql: string, mysql: string, value: Parameter, expected: unknown][] = [
  ["bigint", "SIGNED", 2n ** 53n + 1n, 2n ** 53n + 1n],
  ["bigint", "SIGNED", 2n ** 63n - 1n, 2n ** 63n - 1n],
  ["bigint", "SIGNED", -(2n ** 63n), -(2n ** 63n)],
  ["numeric", "UNSIGNED", 2n ** 64n - 1n, isPostgresql ? "18446744073709551615" : 2n ** 64n - 1n],
  ["float8", "DOUBLE", { kind: "float", value: 12 }, 12],
  ["float8", "DOUBLE", { kind: "float", value: -0 }, isPostgresql ? -0 : 0], // MariaDB's CAST drops the sign
  ["float8", "DOUBLE", 0.1, 0.1],
  ["text", "CHAR", "😀 \u{10ffff} \ufeff", "😀 \u{10ffff} \ufeff"],
  ["bytea", "BINARY", new Uint8Array([0, 1, 254, 255]), new Uint8Array([0, 1, 254, 255])],
  [
    "numeric(30,10)",
    "DECIMAL(30,10)",
    { kind: "decimal", value: "12345678901234567890.0000000001" },
    "12345678901234567890.0000000001",
  ],
  ["date", "DATE", { kind: "date", value: "2026-01-31" }, "2026-01-31"],
];

for (const [postgresql, mysql, value, expected] of SAME) {
  test(`${isPostgresql ? postgresql : mysql} ${String(expected)} comes back as it was sent`, async () => {
    await withServer(async (db, connection_id) => {
      const sql = isPostgresql ? `SELECT $1::${postgresql}` : `SELECT CAST(? AS ${mysql})`;
      const { rows } = await db.query({ connection_id, sql, params: [value] });
      assert.deepEqual(rows, [[expected]]);
    });
  });
}

test("NaN is stored where the engine has it, and refused by name where not", async () => {
  await withServer(async (db, connection_id) => {
    const asking = db.query({ connection_id, sql: isPostgresql ? "SELECT $1::float8" : "SELECT ?", params: [NaN] });
    if (isPostgresql) assert.deepEqual((await asking).rows, [[NaN]]);
    else assert.ok(isLiteBaseError(await rejection(asking)));
  });
});

test("windows read all the rows of a server, and a query that sleeps is cancelled", async () => {
  await withServer(async (db, connection_id) => {
    const sql = isPostgresql
      ? "SELECT n FROM generate_series(0, 4999) n"
      : "WITH RECURSIVE r AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 900) SELECT a.n * 5 + b.n FROM r a, r b WHERE b.n < 5";
    const result = await db.query({ connection_id, sql, window_rows: 100 });
    let rows = 0;
    for await (const window of result.windows({ limit: 500 })) rows += window.rows.length;
    assert.equal(rows, isPostgresql ? 5000 : 4505);
    const stopping = new AbortController();
    const { signal } = stopping;
    const sleeping = rejection(
      db.query({ connection_id, sql: isPostgresql ? "SELECT pg_sleep(60)" : "SELECT SLEEP(60)" }, { signal }),
    );
    setTimeout(() => stopping.abort(), 100);
    assert.ok(isLiteBaseError(await sleeping, "cancelled"));
  });
});

test("capabilities say what this server cannot do and why, as the errors do", async () => {
  await withServer(async (db, connection_id) => {
    const { capabilities } = await db.dbConnect(target);
    assert.deepEqual(
      capabilities.map(({ name }) => name),
      db.server.capabilities.slice(-capabilities.length), // the backend's own ones come first
    );
    const lacking = capabilities.filter(({ available }) => !available);
    assert.deepEqual(
      lacking.map(({ name }) => name),
      isPostgresql ? ["named_parameters", "last_insert_id", "more_results", "reorder_columns"] : ["named_parameters"],
    );
    const error = await rejection(db.query({ connection_id, sql: "SELECT 1", params: { a: 1 } }));
    assert.ok(isLiteBaseError(error, "unsupported"), String(error));
    assert.equal(error.message, lacking[0]?.reason);
  });
});
