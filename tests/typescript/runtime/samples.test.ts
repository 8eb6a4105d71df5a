// The generated samples of every message, packed and unpacked.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { encode as secondOpinion } from "@msgpack/msgpack";
import { decodeFrame, encodeFrame } from "@litebase/client";
import { given } from "./room.js";

interface Samples {
  readonly type: string;
  readonly valid: readonly { readonly name: string; readonly data: unknown }[];
}

/** A wire value from its tagged form: bytes, large integers and floats have a key that begins with `$`. */
function untagged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untagged);
  if (typeof value !== "object" || value === null) return value;
  const { $bytes, $int, $float, $map } = value as Record<string, unknown>;
  if (typeof $bytes === "string") return new Uint8Array(Buffer.from($bytes, "hex"));
  if (typeof $int === "string") return BigInt($int);
  if (typeof $float === "string") return Number($float.replace("inf", "Infinity").replace("nan", "NaN"));
  if (Array.isArray($map)) return Object.fromEntries($map.map(([key, item]) => [key, untagged(item)]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, untagged(item)]));
}

const folder = given("LITEBASE_SAMPLES");
for (const file of readdirSync(folder)) {
  const samples = JSON.parse(readFileSync(`${folder}/${file}`, "utf8")) as Samples;
  for (const { name, data } of samples.valid) {
    test(`${samples.type}: ${name}`, () => {
      const message = { id: "1", type: samples.type, timestamp: new Date(1000), data: untagged(data) };
      const frame = encodeFrame(message);
      assert.deepEqual(decodeFrame(frame), message);
      assert.deepEqual(encodeFrame(decodeFrame(frame)), frame);
      const exact = new Uint8Array(secondOpinion(withoutLarge(message.data), { ignoreUndefined: true }));
      const again = decodeFrame(encodeFrame({ ...message, data: withoutLarge(message.data) }));
      assert.deepEqual(new Uint8Array(secondOpinion(again.data, { ignoreUndefined: true })), exact);
    });
  }
}

/** The same without the integers that the other library rounds. */
function withoutLarge(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? "large" : item)));
}
