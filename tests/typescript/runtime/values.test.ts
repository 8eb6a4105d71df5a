// Values both ways: through the codec alone, and through a real SQLite.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decode as secondOpinion } from "@msgpack/msgpack";
import { decodeFrame, encodeFrame, isLiteBaseError, type Cell, type Parameter } from "@litebase/client";
import { rejection, withDatabase } from "./room.js";

const INTEGERS: readonly (number | bigint)[] = [
  ...[0, 1, 127, 128, 255, 256, 65535, 65536, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1],
  ...[-1, -32, -33, -128, -129, -32768, -32769, -(2 ** 31), -(2 ** 31) - 1, -(2 ** 53) + 1],
  ...[2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 53n), -(2n ** 53n) - 1n, -(2n ** 63n)],
];
const UNSIGNED: readonly bigint[] = [2n ** 63n, 2n ** 64n - 1n];
const FLOATS: readonly number[] = [-0, NaN, Infinity, -Infinity, 0.1, 5e-324, 1.7976931348623157e308, 2 ** 53, 1e300];
const TEXTS: readonly string[] = [
  "",
  "a",
  "x".repeat(31),
  "x".repeat(32),
  "é".repeat(200),
  "😀",
  "\ufeffbom",
  "a\0b",
  "\ud7ff",
];
const SIZES = [0, 1, 255, 256, 65535, 65536] as const;

function frameOf(data: unknown): Uint8Array {
  return encodeFrame({ id: "1", type: "query", timestamp: new Date(0), data });
}

function roundTrip(value: unknown): unknown {
  return (decodeFrame(frameOf({ value })).data as { value: unknown }).value;
}

function hexOf(data: unknown): string {
  return Buffer.from(frameOf(data)).toString("hex");
}

for (const value of [...INTEGERS, ...UNSIGNED, ...FLOATS, ...TEXTS, null, true, false]) {
  test(`${typeof value} ${String(value).slice(0, 40)} comes back as it was sent`, () => {
    assert.ok(Object.is(roundTrip(value), value));
  });
}

test("an integer is a number exactly while it is safe", () => {
  assert.equal(roundTrip(5n), 5);
  assert.equal(roundTrip(2n ** 53n - 1n), Number.MAX_SAFE_INTEGER);
  assert.equal(roundTrip(-(2n ** 53n) + 1n), Number.MIN_SAFE_INTEGER);
});

test("integers are MessagePack integers of the smallest form, to another library too", () => {
  const values = [...INTEGERS, ...UNSIGNED];
  const { data } = secondOpinion(frameOf(values).subarray(4), { useBigInt64: true }) as { data: (number | bigint)[] };
  assert.deepEqual(data.map(BigInt), values.map(BigInt));
  assert.ok(hexOf({ a: 2 ** 32 }).endsWith("a161cf0000000100000000"));
  assert.ok(hexOf({ a: -1 }).endsWith("a161ff"));
});

test("-0, NaN and a float that is whole are float64", () => {
  assert.ok(hexOf({ a: -0 }).endsWith("a161cb8000000000000000"));
  assert.ok(hexOf({ a: NaN }).endsWith("a161cb7ff8000000000000"));
  assert.ok(hexOf({ a: { kind: "float", value: 12 } }).endsWith("cb4028000000000000"));
  assert.ok(hexOf({ a: { kind: "integer", value: 12 } }).endsWith("0c"));
});

test("bytes are bin of every size, and a decoded value does not hold on to its frame", () => {
  for (const size of SIZES) {
    const bytes = new Uint8Array(size).fill(7);
    const back = roundTrip(bytes) as Uint8Array;
    assert.deepEqual(back, bytes);
    assert.equal(back.buffer.byteLength, size);
  }
  assert.deepEqual(roundTrip(Buffer.from("ab")), new Uint8Array([97, 98]));
});

test("texts, arrays and maps of every size come back", () => {
  for (const size of [15, 16, 31, 32, 255, 256, 65535, 65536]) {
    assert.equal(roundTrip("y".repeat(size)), "y".repeat(size));
    assert.deepEqual(roundTrip(new Array(size).fill(1)), new Array(size).fill(1));
    const map = Object.fromEntries(Array.from({ length: size }, (_, index) => [`k${index}`, index]));
    assert.deepEqual(roundTrip(map), map);
  }
});

test("a Date is MessagePack's timestamp, before 1970 and far away, too", () => {
  for (const moment of [0, 1, -1, 1767225600123, -62135596800000, 8.64e15]) {
    assert.deepEqual(roundTrip(new Date(moment)), new Date(moment));
  }
  const { data } = secondOpinion(frameOf(new Date(-1)).subarray(4)) as { data: Date };
  assert.deepEqual(data, new Date(-1));
});

test("the three forms of a timestamp are read", () => {
  for (const [hex, moment] of [
    ["d6ff6955b900", "2026-01-01T00:00:00.000Z"],
    ["d7ff1dcd65006955b900", "2026-01-01T00:00:00.125Z"],
    ["c70cff00000000ffffffffffffffff", "1969-12-31T23:59:59.000Z"],
  ] as const) {
    const payload = Buffer.from(`84a26964a131a474797065a178a974696d657374616d70${hex}a464617461c0`, "hex");
    const frame = Buffer.concat([Buffer.from([0, 0, 0, payload.length]), payload]);
    assert.equal(decodeFrame(frame).timestamp.toISOString(), moment);
  }
});

test("undefined is left out of an object, at every depth", () => {
  assert.deepEqual(roundTrip({ a: undefined, b: { c: undefined, d: 1 } }), { b: { d: 1 } });
  assert.equal(hexOf({ a: 1, b: undefined }), hexOf({ a: 1 }));
});

test("a key named __proto__ is a key like any other", () => {
  const back = roundTrip(JSON.parse('{"__proto__": {"admin": true}}')) as object;
  assert.deepEqual(Object.keys(back), ["__proto__"]);
  assert.equal("admin" in back, false);
});

const circle: unknown[] = [];
circle.push(circle);
class Temperature {
  celsius = 20;
}
const REFUSED: readonly [what: string, value: unknown, path: string, reason: RegExp][] = [
  ["2^64", 2n ** 64n, "/data/params/0", /2\^64-1/],
  ["-2^63-1", -(2n ** 63n) - 1n, "/data/params/0", /-2\^63/],
  ["a lone high surrogate", "a\ud83d", "/data/params/0", /surrogate/],
  ["a lone low surrogate", "\ude00a", "/data/params/0", /surrogate/],
  ["a lone surrogate in a key", { "x/~": { "\ud83d": 1 } }, "/data/params/0/x~1~0/\ud83d", /surrogate/],
  ["undefined in an array", undefined, "/data/params/0", /null/],
  ["a function", () => 1, "/data/params/0", /function/],
  ["a symbol", Symbol("s"), "/data/params/0", /symbol/],
  ["a Map", new Map(), "/data/params/0", /Map/],
  ["an ArrayBuffer", new ArrayBuffer(1), "/data/params/0", /Uint8Array/],
  ["a Date that is none", new Date(NaN), "/data/params/0", /Date/],
];
for (const [what, value, path, reason] of REFUSED) {
  test(`${what} is refused with its path before anything is sent`, () => {
    assert.throws(
      () => frameOf({ params: [value] }),
      (error) => isLiteBaseError(error, "invalid_message") && error.details.path === path && reason.test(error.message),
    );
  });
}

test("a circle of objects is refused", () => {
  assert.throws(
    () => frameOf(circle),
    (error) => isLiteBaseError(error, "limit_exceeded"),
  );
});

test("an object of a class is sent as the data that it holds", () => {
  assert.deepEqual(roundTrip(new Temperature()), { celsius: 20 });
});

test("bytes that are no message are invalid_frame, whatever they are", () => {
  const whole = frameOf({ a: [1, "two", new Uint8Array(3), 2n ** 60n, 1.5, new Date(0), "x".repeat(300)] });
  for (let end = 5; end < whole.length; end++) {
    const cut = whole.slice(0, end);
    new DataView(cut.buffer).setUint32(0, end - 4);
    assert.throws(
      () => decodeFrame(cut),
      (error) => isLiteBaseError(error, "invalid_frame"),
    );
  }
  for (const payload of ["c1", "c0", "80", "dfffffffff", "81c0c0", "a1ff", "c0c0", "d4ff00", "d60100000000"]) {
    const frame = Buffer.concat([Buffer.from([0, 0, 0, payload.length / 2]), Buffer.from(payload, "hex")]);
    assert.throws(
      () => decodeFrame(frame),
      (error) => isLiteBaseError(error, "invalid_frame"),
      payload,
    );
  }
});

test("SQLite stores and gives back what it has a place for, exactly", async () => {
  await withDatabase(async (db, connection_id) => {
    const cells: Cell[] = [...INTEGERS, ...TEXTS, 0.1, Infinity, -Infinity, 5e-324, null, new Uint8Array([0, 255])];
    for (const cell of cells) {
      const { rows } = await db.query({ connection_id, sql: "SELECT ?", params: [cell] });
      assert.deepEqual(rows, [[cell]]);
    }
  });
});

test("-0 and a whole float reach SQLite as floats; an integer stays one", async () => {
  await withDatabase(async (db, connection_id) => {
    const params: Parameter[] = [-0, { kind: "float", value: 12 }, 12, 12n];
    const { rows } = await db.query({
      connection_id,
      sql: "SELECT typeof(?1), typeof(?2), typeof(?3), typeof(?4)",
      params,
    });
    assert.deepEqual(rows, [["real", "real", "integer", "integer"]]);
    const zero = await db.query({ connection_id, sql: "SELECT -0.0, 12.0", params: [] });
    assert.deepEqual(zero.rows, [[-0, 12]]);
  });
});

for (const [value, code] of [
  [2n ** 64n - 1n, "query_failed"],
  [NaN, "query_failed"],
] as const) {
  test(`${value}, which SQLite has no place for, arrives and is refused by name`, async () => {
    await withDatabase(async (db, connection_id) => {
      const error = await rejection(db.query({ connection_id, sql: "SELECT ?", params: [value] }));
      assert.ok(isLiteBaseError(error), String(error));
      assert.ok(error.code === code || error.code === "invalid_message", `${error.code}: ${error.message}`);
    });
  });
}

test("a key made by the engine is exact up to the largest", async () => {
  await withDatabase(async (db, connection_id) => {
    await db.query({ connection_id, sql: "CREATE TABLE t (id INTEGER PRIMARY KEY)" });
    for (const id of [7, 2n ** 63n - 1n, -(2n ** 63n)]) {
      const { last_insert_id } = await db.query({ connection_id, sql: "INSERT INTO t VALUES (?)", params: [id] });
      assert.equal(last_insert_id, id);
    }
  });
});

test("a request with wrong types from plain JavaScript is answered with the path", async () => {
  await withDatabase(async (db, connection_id) => {
    const wrong: readonly [data: unknown, path: string][] = [
      [{ connection_id, sql: 42 }, "/data/sql"],
      [{ connection_id }, "/data/sql"],
      [{ connection_id, sql: "SELECT 1", window_rows: "10" }, "/data/window_rows"],
      [{ connection_id, sql: "SELECT 1", window_rows: 10.5 }, "/data/window_rows"],
      [{ connection_id, sql: "SELECT 1", windowRows: 10 }, "/data/windowRows"],
      [{ connection_id, sql: "SELECT ?", params: [[1]] }, "/data/params/0"],
      [{ connection_id, sql: "SELECT ?", params: [new Date(0)] }, "/data/params/0"],
      [{ connection_id, sql: "SELECT ?", params: [{ kind: "float" }] }, "/data/params/0/value"],
      [{ connection_id, sql: "SELECT ?", params: [undefined] }, "/data/params/0"],
    ];
    for (const [data, path] of wrong) {
      const error = await rejection(db.query(data as never));
      assert.ok(isLiteBaseError(error, "invalid_message"), String(error));
      assert.equal(error.details.path, path, error.message);
    }
    assert.deepEqual((await db.query({ connection_id, sql: "SELECT 1", params: undefined })).rows, [[1]]);
  });
});
