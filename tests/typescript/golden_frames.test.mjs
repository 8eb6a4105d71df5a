// The golden frames, read and written again by the TypeScript client: `node --test golden_frames.test.mjs`.
//
// LITEBASE_PACKAGE is the folder of the compiled package, LITEBASE_FRAMES the file of frames.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const runtime = (name) => import(pathToFileURL(join(process.env.LITEBASE_PACKAGE, "dist", name)).href);
const { decodeFrame, decodePayload, encodeFrame, FrameReader } = await runtime("frames.js");
const { pack } = await runtime("pack.js");
const { unpack } = await runtime("unpack.js");
const frames = JSON.parse(readFileSync(process.env.LITEBASE_FRAMES, "utf8"));

const SHORT = "d6ff"; // a timestamp of 32 bits; then four bytes of seconds
const MOMENT = `${SHORT}6955b900`;
const LONG_MOMENT = "c70cff00000000000000006955b900"; // the same in 96 bits

const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const hexOf = (array) => Buffer.from(array).toString("hex");

/** The value that tagged JSON stands for. */
function fromTagged(value) {
  if (Array.isArray(value)) return value.map(fromTagged);
  if (value === null || typeof value !== "object") return value;
  const [tag] = Object.keys(value);
  switch (tag) {
    case "$bytes":
      return bytes(value.$bytes);
    case "$int":
      return BigInt(value.$int);
    case "$float":
      return { inf: Infinity, "-inf": -Infinity, nan: NaN }[value.$float] ?? Number(value.$float);
    case "$timestamp":
      return new Date(value.$timestamp);
    case "$map":
      return Object.fromEntries(value.$map.map(([key, item]) => [key, fromTagged(item)]));
    default:
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromTagged(item)]));
  }
}

/** The same frame with its timestamp in the longest form, which a writer may choose. */
function inTheLongForm(hex) {
  const payload = hex.slice(8).replace(MOMENT, LONG_MOMENT);
  return (payload.length / 2).toString(16).padStart(8, "0") + payload;
}

const groups = Object.entries(frames.messages);

for (const [type, group] of groups) {
  test(`${type}: every valid frame is read, and written again byte for byte`, () => {
    assert.ok(group.valid.length > 0);
    for (const frame of group.valid) {
      const message = decodeFrame(bytes(frame.hex));
      assert.deepEqual(message, fromTagged(frame.value), frame.name);
      if (frame.canonical) {
        const written = hexOf(encodeFrame(message));
        assert.ok([frame.hex, inTheLongForm(frame.hex)].includes(written), `${frame.name}: written as ${written}`);
      }
    }
  });

  test(`${type}: frames of a later version and frames that the contract refuses are read as values`, () => {
    for (const frame of [...group.later, ...group.invalid]) {
      const message = decodeFrame(bytes(frame.hex));
      assert.equal(message.type, type);
      if (frame.value) assert.deepEqual(message, fromTagged(frame.value), frame.name);
    }
  });
}

for (const [sort, values] of Object.entries(frames.values)) {
  test(`${sort}: every value is read, and written again byte for byte`, () => {
    for (const { hex, value, canonical } of values) {
      assert.deepEqual(unpack(bytes(hex)), fromTagged(value), hex);
      if (canonical) assert.equal(hexOf(pack(unpack(bytes(hex)))), hex);
    }
  });
}

test("every broken answer is refused with its code", () => {
  assert.ok(frames.broken.answer.length >= 3);
  for (const frame of frames.broken.answer) {
    assert.equal(
      codeOf(() => decodeFrame(bytes(frame.hex))),
      frame.code,
      frame.name,
    );
  }
});

test("a stream that ends inside a frame gives no message, and a length over every limit is refused", () => {
  const [twoBytes, half, tooLong] = frames.broken.stream;
  for (const frame of [twoBytes, half]) {
    const reader = new FrameReader();
    assert.deepEqual([...reader.read(bytes(frame.hex))], [], frame.name);
    assert.ok(reader.midFrame);
  }
  assert.equal(
    codeOf(() => [...new FrameReader().read(bytes(tooLong.hex))]),
    tooLong.code,
  );
});

test("all frames run together and cut into pieces of seven bytes are the same messages", () => {
  const wanted = groups.flatMap(([, group]) => group.valid);
  const all = bytes(wanted.map((frame) => frame.hex).join(""));
  const reader = new FrameReader();
  const found = [];
  for (let place = 0; place < all.length; place += 7) {
    for (const payload of reader.read(all.subarray(place, place + 7))) found.push(decodePayload(payload));
  }
  assert.equal(found.length, wanted.length);
  found.forEach((message, index) => assert.deepEqual(message, fromTagged(wanted[index].value)));
});

// these checks can fail

test("a spoilt value, a spoilt byte and a promise that is turned round are found", () => {
  const [frame] = frames.messages.query.valid;
  const message = decodeFrame(bytes(frame.hex));
  assert.notDeepEqual(message, fromTagged({ ...frame.value, id: "another" }));
  assert.notEqual(hexOf(encodeFrame({ ...message, id: "2" })), hexOf(encodeFrame(message)));
  for (const broken of frames.broken.answer) {
    assert.notEqual(
      codeOf(() => decodeFrame(bytes(frame.hex))),
      broken.code,
    );
  }
});

function codeOf(act) {
  try {
    act();
  } catch (error) {
    return error.code;
  }
  return "accepted";
}
