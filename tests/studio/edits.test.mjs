// The tree, and changing rows of a table.

import assert from "node:assert/strict";
import { test } from "node:test";
import { opened } from "./page.mjs";

test("a cell is edited, its statement is seen before, and a change by somebody else is not overwritten", async (t) => {
  const { page, front, run, rowOf, cells } = await opened(t);
  await page.locator(".tree-line", { hasText: "artists" }).first().click();
  await rowOf(1).waitFor();
  await front.locator('button:has-text("Add row")').waitFor();
  const name = rowOf(2).locator(".cell").nth(1);
  await name.click();
  await page.keyboard.press("F2");
  await page.keyboard.type("Mine");
  await page.keyboard.press("Enter");
  await front.locator('.edit-count:has-text("1 row changed")').waitFor();
  assert.match(await name.getAttribute("class"), /changed/);
  await name.click();
  await page.keyboard.press("Space");
  await page.locator('.cell-text:has-text("Mine")').waitFor();
  await page.locator(".panel .unsaved").waitFor();
  await front.locator(".grid").focus();
  await page.keyboard.press("Control+z");
  await page.locator(".panel .unsaved").waitFor({ state: "detached" });
  assert.doesNotMatch(await page.textContent(".cell-text"), /Mine/, "the panel shows what the grid shows");
  await page.keyboard.press("Control+Shift+z");
  await page.locator('.cell-text:has-text("Mine")').waitFor();
  await page.keyboard.press("Escape");
  await front.locator('button:has-text("Preview")').click();
  assert.match(await page.textContent(".statements"), /UPDATE .*artists/);
  await page.click('dialog button:has-text("Back")');

  await page.locator('.tab:has-text("Query 1")').click();
  await run("UPDATE artists SET name = 'Theirs' WHERE id = 2");
  await front.locator(".run-done").waitFor();
  await page.locator('.tab:has-text("artists")').click();
  await front.locator(".grid").focus();
  await page.keyboard.press("Control+s");
  await page.locator(".conflict").waitFor();
  assert.match(await page.textContent(".conflict"), /Mine.*Theirs/);
  await page.click('.conflict button:has-text("Write mine")');
  await front.locator(".edit-count").waitFor({ state: "detached" });
  await rowOf(2).locator('.cell:text-is("Mine")').waitFor();
  assert.equal((await cells(2))[1], "Mine");
});

test("a row is added with defaults and removed again", async (t) => {
  const { page, front, run, rowOf, cells } = await opened(t);
  await run("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT DEFAULT 'as usual')");
  await front.locator(".run-done").waitFor();
  await page.locator(".tree-line", { hasText: "notes" }).first().click(); // the tree has noticed by itself
  await front.locator(".no-rows").waitFor();
  await front.locator('button:has-text("Add row")').click();
  await page.click('dialog button:has-text("Add")');
  await front.locator('button:has-text("Save")').click();
  await rowOf(1).locator('.cell:text-is("as usual")').waitFor();
  assert.deepEqual(await cells(1), ["1", "as usual"]);
  await rowOf(1).locator(".cell").first().click();
  await page.keyboard.press("Delete");
  await front.locator(".row.removed").waitFor();
  await page.keyboard.press("Control+s");
  await front.locator(".no-rows").waitFor();
});

test("cells are shown in full, and the frames of the protocol with them", async (t) => {
  const { page, run, rowOf } = await opened(t);
  await run(`SELECT '{"digits":12345678901234567890,"all":[1,2]}' AS json, printf('%.*c', 100000, 'x') AS long`);
  await rowOf(1).waitFor();
  await rowOf(1).locator(".cell").first().click();
  await page.keyboard.press(" ");
  await page.locator('.cell-text:has-text("12345678901234567890")').waitFor();
  assert.match(await page.textContent(".cell-text"), /\n {2}"all": \[\n {4}1,/);
  await rowOf(1).locator(".cell").nth(1).click();
  await page.locator('.cell-facts:has-text("100 kB")').waitFor();
  await page.keyboard.press("Alt+j");
  await page.locator("#frames button", { hasText: "cell_fetch" }).first().click();
  assert.match(await page.textContent("#frame"), /"type": "cell_fetch[\s\S]*\n0000 {2}8[0-9a-f] /);
});
