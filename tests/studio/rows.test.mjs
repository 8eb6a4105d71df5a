// Running SQL and moving through its rows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ENDLESS, opened } from "./page.mjs";

test("values are exact, numbers alone are at the right side", async (t) => {
  const { front, run, rowOf, cells } = await opened(t);
  await run("SELECT 9007199254740993 AS big, x'00ff' AS bytes, NULL AS none, 'text' AS words");
  await rowOf(1).waitFor();
  assert.deepEqual(await cells(1), ["9007199254740993", "0x00FF", "NULL", "text"]);
  const sides = await rowOf(1)
    .locator(".cell")
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).textAlign));
  assert.deepEqual(
    sides.map((side) => side === "right"),
    [true, false, false, false],
  );
  assert.match(await front.locator("#rows").textContent(), /^1 row$/);
  assert.match(await front.locator("#timings").textContent(), /[\d.]+ m?s · database [\d.]+ ms/);
});

test("a statement that never ends is stopped, and the next one runs", async (t) => {
  const { front, run } = await opened(t);
  await run("SELECT nothing_of_this_name");
  await front.locator(".fault").waitFor();
  await run(ENDLESS);
  await front.locator(".waiting-over").waitFor();
  assert.equal(await front.locator(".fault").count(), 0, "the error of another statement is gone at once");
  await front.locator("#cancel:enabled").click();
  await front.locator(".fault.cancelled").waitFor();
  await run("SELECT 'it goes on' AS still");
  await front.locator('.cell:text-is("it goes on")').waitFor();
  assert.equal(await front.locator(".fault").count(), 0, "the former error is gone");
});

test("an error takes the place of the former rows, and is marked in the text", async (t) => {
  const { front, run, rowOf } = await opened(t);
  await run("SELECT 1 AS one");
  await rowOf(1).waitFor();
  await run("SELECT name FROM artists WHERE contry = 'DE'");
  await front.locator(".fault").waitFor();
  assert.match(await front.locator(".fault-facts").textContent(), /line 1, column 32/);
  assert.equal(await front.locator(".cm-fault").textContent(), "contry");
  assert.equal(await front.locator(".grid").count(), 0, "no rows of another query beside the error");
});
