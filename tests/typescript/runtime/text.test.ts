// Cells as text.

import assert from "node:assert/strict";
import { test } from "node:test";
import { displayText, editText, stringIndex, VERSION, type Cell, type Kind } from "@litebase/client";
import { readFile } from "node:fs/promises";
import { given } from "./room.js";

const CELLS: readonly [cell: Cell, kind: Kind, display: string, edit: string][] = [
  [null, "text", "NULL", ""],
  [true, "boolean", "true", "true"],
  [12, "integer", "12", "12"],
  [2n ** 64n - 1n, "integer", "18446744073709551615", "18446744073709551615"],
  [12, "float", "12.0", "12.0"],
  [-0, "float", "-0.0", "-0.0"],
  [0.1, "float", "0.1", "0.1"],
  [1e300, "float", "1e+300", "1e+300"],
  [NaN, "float", "NaN", "NaN"],
  [-Infinity, "float", "-Infinity", "-Infinity"],
  ["1.50", "decimal", "1.50", "1.50"],
  ["a\r\n\tb\u007f", "text", "a␍␊␉b␡", "a\r\n\tb\u007f"],
  [new Uint8Array([0x66, 0xfc, 0x72]), "bytes", "0x66FC72", "0x66FC72"],
  [new Uint8Array(0), "bytes", "0x", "0x"],
  ["x", "a kind of a later version", "x", "x"],
];
for (const [cell, kind, display, edit] of CELLS) {
  test(`a ${kind} is shown as ${display}`, () => {
    assert.equal(displayText(cell, { kind }), display);
    assert.equal(editText(cell, { kind }), edit);
  });
}

test("many bytes are shown in part and edited whole", () => {
  const bytes = new Uint8Array(2000).fill(1);
  assert.equal(displayText(bytes), `0x${"01".repeat(32)}… (2,000 bytes)`);
  assert.equal(editText(bytes).length, 2 + 4000);
});

test("every float comes back from its text", () => {
  for (const value of [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, 123456789012345680000]) {
    assert.equal(Number(editText(value, { kind: "float" })), value);
  }
});

test("a place in code points is found in a string of UTF-16", () => {
  const sql = "SELECT '😀😀', x";
  assert.equal(sql.slice(stringIndex(sql, 13)), "x");
  assert.equal(stringIndex(sql, 1000), sql.length);
});

test("the version is that of the package", async () => {
  const file = JSON.parse(await readFile(`${given("LITEBASE_PACKAGE")}/package.json`, "utf8")) as { version: string };
  assert.equal(VERSION, file.version);
});
