// The TypeScript client's side of the benchmarks: does one thing several times and prints the milliseconds of each.
//
//     node typescript_client.js decode FRAME COUNT
//     node typescript_client.js walk SOCKET DATABASE SQL
//     node typescript_client.js first SOCKET DATABASE SQL COUNT
//     node typescript_client.js trips SOCKET COUNT

import { readFileSync } from "node:fs";
import { Decoder } from "@msgpack/msgpack";
import { connect, decodePayload, type Client } from "@litebase/client";
import { unixTransport } from "@litebase/client/node";

const BLOCK = 20; // windows decoded in one measurement
const WARM_UP = 300;
const WINDOW_ROWS = 10_000;

function elapsed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** What an app must do to be exact with the library: every integer a bigint, and the safe ones turned back, in place. */
function exact(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return exactItems(value);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || value instanceof Date) return value;
  const items = value as Record<string, unknown>;
  for (const key in items) {
    const item = items[key];
    if (typeof item === "bigint" || typeof item === "object") items[key] = exact(item);
  }
  return value;
}

function exactItems(items: unknown[]): unknown[] {
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (typeof item === "bigint" || typeof item === "object") items[index] = exact(item);
  }
  return items;
}

function decode(file: string, count: number): Record<string, number[]> {
  const payload = new Uint8Array(readFileSync(file));
  const library = new Decoder({ useBigInt64: true });
  const ways: Record<string, () => unknown> = {
    ours: () => decodePayload(payload),
    theirs: () => exact(library.decode(payload)),
  };
  const times: Record<string, number[]> = { ours: [], theirs: [] };
  for (const way of Object.values(ways)) for (let time = 0; time < WARM_UP; time++) way();
  for (let round = 0; round < count; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const block = elapsed(() => {
        for (let time = 0; time < BLOCK; time++) way();
      });
      times[name]?.push(block / BLOCK);
    }
  }
  return times;
}

async function withDatabase<Found>(
  socket: string,
  path: string,
  work: (db: Client, connection_id: string) => Promise<Found>,
): Promise<Found> {
  const db = await connect(unixTransport({ path: socket }));
  try {
    const { connection_id } = await db.dbConnect({ engine: "sqlite", path, mode: "read_only" });
    return await work(db, connection_id);
  } finally {
    await db.close();
  }
}

async function walk(db: Client, connection_id: string, sql: string): Promise<Record<string, number[]>> {
  const started = performance.now();
  let rows = 0;
  const result = await db.query({ connection_id, sql, window_rows: WINDOW_ROWS });
  for await (const window of result.windows({ limit: WINDOW_ROWS })) rows += window.rows.length;
  return { rows: [rows], ours: [performance.now() - started] };
}

async function first(db: Client, connection_id: string, sql: string, count: number): Promise<Record<string, number[]>> {
  const ours: number[] = [];
  for (let time = 0; time < count; time++) {
    const started = performance.now();
    const result = await db.query({ connection_id, sql, window_rows: 500 });
    ours.push(performance.now() - started);
    await result.close();
  }
  return { ours };
}

async function trips(socket: string, count: number): Promise<Record<string, number[]>> {
  const db = await connect(unixTransport({ path: socket }));
  const ours: number[] = [];
  for (let time = 0; time < WARM_UP + count; time++) {
    const started = performance.now();
    await db.healthCheck();
    if (time >= WARM_UP) ours.push(performance.now() - started);
  }
  await db.close();
  return { ours };
}

const [what = "", place = "", path = "", sql = "", count = ""] = process.argv.slice(2);
const measures: Record<string, () => Promise<Record<string, number[]>>> = {
  decode: async () => decode(place, Number(path)),
  walk: () => withDatabase(place, path, (db, connection_id) => walk(db, connection_id, sql)),
  first: () => withDatabase(place, path, (db, connection_id) => first(db, connection_id, sql, Number(count))),
  trips: () => trips(place, Number(path)),
};
const measure = measures[what];
if (measure === undefined) throw new Error(`there is no measurement ${JSON.stringify(what)}`);
console.log(JSON.stringify(await measure()));
