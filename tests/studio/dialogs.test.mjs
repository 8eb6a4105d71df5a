// What lies over the page: SQL of an object, exports, new rows; and the limit of rows.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { opened } from "./page.mjs";

test("the SQL of a table is shown, and opened in a tab", async (t) => {
  const { page, front } = await opened(t);
  const table = page.locator(".tree-line", { hasText: "artists" }).first();
  await table.hover();
  await table.locator('button[title="Show its SQL"]').click();
  await page.locator('.ddl:has-text("CREATE TABLE")').waitFor();
  assert.equal(await page.locator(".tab").count(), 1, "its rows are not read for that");
  await page.click('dialog button:has-text("Open in a tab")');
  await page.locator('.tab[aria-selected="true"]:has-text("artists")').waitFor();
  assert.match(await front.locator(".cm-content").textContent(), /CREATE TABLE/);
});

test("rows are exported in every format that is offered", async (t) => {
  const { page, front, run, rowOf } = await opened(t);
  const folder = await mkdtemp(join(tmpdir(), "studio-"));
  t.after(() => rm(folder, { recursive: true }));
  await run("SELECT id, title FROM albums ORDER BY id LIMIT 7");
  await rowOf(1).waitFor();
  await front.locator('button:has-text("Export")').click();
  await page.locator('dialog h2:has-text("Export 7 rows")').waitFor();
  const format = page.locator("dialog select").first();
  const offered = await format.locator("option").evaluateAll((all) => all.map((one) => one.value));
  assert.ok(offered.includes("csv") && offered.includes("xlsx"));
  for (const name of offered) {
    await format.selectOption(name);
    await page.locator("dialog select").nth(1).selectOption("file");
    const path = join(folder, `rows.${name}`);
    await page.locator('dialog input[type="text"]').fill(path);
    await page.click('dialog button[type="submit"]');
    await page.locator(`.export-done:has-text("${path}")`).waitFor();
    assert.match(await page.textContent(".export-done"), /7 rows written, [\d.]+ k?B/);
    assert.ok((await stat(path)).size > 0);
  }
  await format.selectOption("csv");
  await page.locator("dialog select").nth(1).selectOption("download");
  const [file] = await Promise.all([page.waitForEvent("download"), page.click('dialog button[type="submit"]')]);
  assert.equal(file.suggestedFilename(), "result.csv");
  await file.saveAs(join(folder, "result.csv"));
  assert.equal((await readFile(join(folder, "result.csv"), "utf8")).trim().split("\n").length, 8);
});

test("an export is stopped and leaves no file, and a file that is there is not replaced unasked", async (t) => {
  const { page, front, run, rowOf } = await opened(t, { rowLimit: null });
  const folder = await mkdtemp(join(tmpdir(), "studio-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "rows.xlsx");
  await run("SELECT * FROM plays");
  await rowOf(1).waitFor();
  await front.locator('#rows:text-is("120,000 rows")').waitFor();
  await front.locator('button:has-text("Export")').click();
  await page.locator("dialog select").first().selectOption("xlsx");
  await page.locator('dialog input[type="text"]').fill(path);
  await page.click('dialog button[type="submit"]');
  await page.locator(".progress").waitFor();
  await page.click('dialog button:has-text("Cancel")');
  await page.locator(".fault.cancelled").waitFor();
  await assert.rejects(stat(path));
  await page.keyboard.press("Escape");

  await run("SELECT 1 AS one");
  await front.locator('#rows:text-is("1 row")').waitFor();
  for (const outcome of [".export-done", ".fault:has-text('exists')"]) {
    await front.locator('button:has-text("Export")').click();
    await page.locator("dialog select").nth(1).selectOption("file");
    await page.locator('dialog input[type="text"]').fill(path);
    await page.click('dialog button[type="submit"]');
    await page.locator(`dialog ${outcome}`).waitFor();
    await page.keyboard.press("Escape");
  }
});

test("a result ends at the limit, which is said, and is read to its end when that is asked", async (t) => {
  const { page, front, run, rowOf } = await opened(t);
  await run("SELECT * FROM plays");
  await front.locator('#rows:text-is("first 10,000 rows, there are more")').waitFor();
  await front.locator('button:has-text("Export")').click();
  await page.locator('dialog h2:has-text("Export the first 10,000 rows")').waitFor();
  await page.keyboard.press("Escape");
  await front.locator('button:has-text("Read all")').click();
  await front.locator('#rows:text-is("120,000 rows")').waitFor();
  assert.equal(await front.locator('button:has-text("Read all")').count(), 0);

  await page.locator(".tree-line", { hasText: "plays" }).first().click();
  await front.locator('#rows:text-is("first 10,000 rows, there are more")').waitFor();
  await front.locator('button:has-text("Read all")').click();
  await front.locator('#rows:text-is("120,000 rows")').waitFor();
  await rowOf(1).waitFor();
});

test("a new row is seen before it is saved, and can be taken back", async (t) => {
  const { page, front, rowOf } = await opened(t);
  await page.locator(".tree-line", { hasText: "artists" }).first().click();
  await rowOf(1).waitFor();
  for (const [name, id] of [
    ["First", "7001"],
    ["Second", ""],
  ]) {
    await front.locator('button:has-text("Add row")').click();
    await page.locator("dialog .row-form input").first().fill(id);
    await page.locator("dialog .row-form input").nth(1).fill(name);
    await page.click('dialog button:has-text("Add")');
  }
  await front.locator('.row.added .cell:text-is("Second")').waitFor();
  assert.equal(await front.locator('.row.added .cell:text-is("default")').count(), 7);
  const typed = front.locator('.row.added .cell:text-is("7001")');
  assert.equal(await typed.evaluate((one) => getComputedStyle(one).textAlign), "right", "as the numbers above it");
  await front.locator(".grid").focus();
  await page.keyboard.press("Control+End");
  await rowOf(300).waitFor();
  const last = await rowOf(300).boundingBox();
  const added = await front.locator(".added-rows").boundingBox();
  assert.ok(last.y + last.height <= added.y + 1, "they hide no row");
  await front.locator(".row.added button").first().click();
  await front.locator('.row.added .cell:text-is("First")').waitFor({ state: "detached" });
  await front.locator('.edit-count:has-text("1 row changed")').waitFor();
  await front.locator('button:has-text("Preview")').click();
  assert.match(await page.textContent(".statements"), /INSERT .*artists.*with Second/);
  await page.keyboard.press("Escape");
  await front.locator('button:has-text("Discard")').click();
  await front.locator(".added-rows").waitFor({ state: "detached" });
});

test("what the keyboard alone can do: palette, tree, rows, cell, tabs", async (t) => {
  const { page, front, rowOf } = await opened(t);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("albu");
  await page.locator('.palette li:has-text("albums")').first().waitFor();
  await page.keyboard.press("Enter");
  await rowOf(1).waitFor();
  await page.getByLabel("Find tables and columns").focus();
  for (const key of ["Tab", "Tab", "Tab", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
  await page.locator('.tree-line:focus:has-text("artists")').waitFor();
  await page.keyboard.press("Tab");
  await page.locator('.tree-acts button[title="Import rows of a file"]:focus').waitFor();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.locator('.tab[aria-selected="true"]:has-text("artists")').waitFor();
  await rowOf(1).waitFor();
  await front.locator(".grid").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  await page.locator(".cell-facts").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".cell-facts").waitFor({ state: "detached" });
  await page.keyboard.press("Control+PageUp");
  await page.keyboard.press("Control+PageUp");
  await page.locator('.tab[aria-selected="true"]:has-text("Query 1")').waitFor();
  await page.keyboard.press("Alt+h");
  await page.locator(".history li").first().waitFor();
  await page.locator('[aria-label="Search the history"]').fill("nothing has these words");
  await page.locator('.history:has-text("Nothing was run that fits.")').waitFor();
});
