// Rows of files, and of tables, into tables: what the dialogs read, let one change, store and refuse.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ENDLESS_ROWS, opened } from "./page.mjs";

const DAYS = "id;Name;born;note\n1;Ada;10/12/1815;x\n2;Grace;09/12/1906;y\n3;Edsger;11/05/1930;z\n";

async function files(t) {
  const folder = await mkdtemp(join(tmpdir(), "studio-"));
  t.after(() => rm(folder, { recursive: true }));
  return async (name, text) => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
}

/** Makes a table, and opens the dialog that imports into it. */
async function importing({ page, front, run }, table, columns) {
  await run(`CREATE TABLE ${table} (${columns})`);
  await front.locator(".run-done").waitFor();
  const line = page.locator(".tree-line", { hasText: table }).first();
  await line.hover();
  await line.locator('button[title="Import rows of a file"]').click();
}

async function read(page, path) {
  await page.getByLabel("Absolute path").fill(path);
  await page.keyboard.press("Enter");
  await page.locator(".import-columns tbody tr").first().waitFor();
}

const press = (page, text) => page.click(`dialog .dialog-foot button:has-text("${text}")`);

test("a file becomes a new table, with the names, types and dates that the person chose", async (t) => {
  const { page, front, rowOf, cells } = await opened(t);
  const path = await (await files(t))("People of-note.csv", DAYS);
  await page.click('.tree-head button[title="Import a file into a new table"]');
  await page.locator('.path-hint:has-text("write or paste its path")').waitFor();
  await read(page, path);
  assert.equal(await page.getByLabel("Separator").inputValue(), ";");
  assert.match(await page.textContent(".import-columns thead"), /Samples of 3 rows/);
  assert.match(await page.textContent(".import-problem"), /^born: .*under “Dates”/);
  assert.equal(await page.getByLabel("Type of born").inputValue(), "text");
  await page.getByLabel("Dates").selectOption("dmy");
  await page.locator('.import-columns th:has-text("born date")').waitFor();
  assert.equal(await page.locator(".import-problem").count(), 0);
  await page.getByLabel("Type of id").selectOption("text");
  await page.getByLabel("Where Name goes").fill("called");
  await page.getByLabel("Where note goes").fill("");
  assert.equal(await page.getByLabel("Name of the new table").inputValue(), "people_of_note");
  await press(page, "Import");
  await page.locator('.import-done:has-text("3 rows stored.")').waitFor();
  await press(page, "Show the rows");
  await rowOf(3).waitFor();
  const names = await front.locator(".head-cell .head-name").allTextContents();
  assert.deepEqual(names.slice(0, 3), ["id", "called", "born"]);
  assert.ok(!names.includes("note"), "it was left out");
  assert.deepEqual((await cells(1)).slice(0, 3), ["1", "Ada", "1815-12-10"]);
  await page.locator('.tree-name:text-is("people_of_note")').waitFor();
});

test("columns go where they are sent, and rejected rows into a file with their reasons", async (t) => {
  const studio = await opened(t);
  const { page, rowOf, cells } = studio;
  const path = await (await files(t))("rows.csv", "key,text\n1,one\nnone,two\n3,three\n1,again\n");
  await importing(studio, "sent", "id INTEGER PRIMARY KEY, words TEXT");
  await read(page, path);
  await page.locator('.foot-remark:has-text("No column goes anywhere")').waitFor();
  assert.ok(await page.locator('dialog button:has-text("Import")').isDisabled());
  await page.getByLabel("Where key goes").selectOption("id");
  await page.getByLabel("Where text goes").selectOption("id");
  await page.locator('.foot-remark:has-text("Two columns go to id")').waitFor();
  await page.getByLabel("Where text goes").selectOption("words");
  await press(page, "Import");
  await page.locator(".dialog .fault").waitFor();
  assert.match(await page.textContent(".dialog .fault"), /Line 3, column 'id'/);

  await page.getByLabel("A row that cannot be stored").selectOption("reject");
  await press(page, "Import");
  await page.locator('.import-done:has-text("2 rows stored.")').waitFor();
  const rejects = path.replace(".csv", ".rejected.csv");
  assert.ok((await page.textContent(".import-done .bad")).includes(rejects));
  assert.match(await readFile(rejects, "utf8"), /3,.*none,two/);
  await press(page, "Show the rows");
  await rowOf(2).waitFor();
  assert.deepEqual(
    [await cells(1), await cells(2)],
    [
      ["1", "one"],
      ["3", "three"],
    ],
  );

  await page.locator(".tree-line", { hasText: "sent" }).first().hover();
  await page.locator(".tree-line", { hasText: "sent" }).first().locator('button[title^="Import"]').click();
  await read(page, await (await files(t))("more.csv", "id,words\n3,drei\n4,vier\n"));
  assert.equal(await page.getByLabel("Where words goes").inputValue(), "words");
  await page.getByLabel("Rows of the file").selectOption("upsert");
  await press(page, "Import");
  await page.locator('.import-done:has-text("2 rows stored.")').waitFor();
  await press(page, "Show the rows");
  await rowOf(2).locator('.cell:text-is("drei")').waitFor();
  await rowOf(3).locator('.cell:text-is("vier")').waitFor();
});

test("an import shows how far it is, and leaves nothing when it is stopped", async (t) => {
  const studio = await opened(t);
  const { page, front, rowOf } = studio;
  const rows = Array.from({ length: 400_000 }, (_, at) => `${at},word ${at}\n`);
  const path = await (await files(t))("many.csv", `id,words\n${rows.join("")}`);
  await importing(studio, "stopped", "id INTEGER PRIMARY KEY, words TEXT");
  await read(page, path);
  await press(page, "Import");
  await page.locator(".progress").waitFor();
  await page.waitForFunction(() => Number(document.querySelector("progress")?.value) > 0);
  await press(page, "Cancel");
  await page.locator(".dialog .fault.cancelled").waitFor();
  assert.match(await page.textContent(".dialog .fault"), /No row is in/);
  await page.keyboard.press("Escape");
  await page.locator(".tree-line", { hasText: "stopped" }).first().click();
  await front.locator(".no-rows").waitFor();
  assert.equal(await rowOf(1).count(), 0);
});

test("a file that cannot be read is refused with a reason, and another one is read", async (t) => {
  const { page } = await opened(t);
  const file = await files(t);
  await page.click('.tree-head button[title="Import a file into a new table"]');
  await page.getByLabel("Absolute path").fill("/nowhere/rows.csv");
  await page.keyboard.press("Enter");
  await page.locator('.dialog .fault:has-text("file_failed")').waitFor();
  await read(page, await file("rows.jsonl", '{"a": 1, "b": "x"}\n{"a": 2}\n'));
  assert.equal(await page.locator(".dialog .fault").count(), 0);
  assert.equal(await page.locator(".import-columns tbody tr").count(), 2);
  await page.getByLabel("Absolute path").fill("/another/file.csv");
  await page.locator('dialog button:has-text("Read the file")').waitFor();
  assert.equal(await page.locator(".import-columns").count(), 0, "what is shown is what would be imported");
});

const choice = (page, label) =>
  page.locator("dialog .field", { has: page.locator(`span:text-is("${label}")`) }).locator("select");

test("a table is copied to another database, with what it runs seen before, and its rows are shown there", async (t) => {
  const { page, front, rowOf } = await opened(t);
  const folder = await mkdtemp(join(tmpdir(), "studio-"));
  t.after(() => rm(folder, { recursive: true }));
  await page.keyboard.press("Alt+n");
  await page.fill("#target", `sqlite:${join(folder, "other.db")}`);
  await page.keyboard.press("Tab");
  await choice(page, "File").selectOption("create");
  await page.click('.connect button[type="submit"]');
  await page.locator('.profile.current.open:has-text("other")').waitFor();
  await page.locator(".profile", { hasText: "sample" }).locator(".profile-name").click();
  const line = page.locator(".tree-line", { hasText: "artists" }).first();
  await line.hover();
  await line.locator('button[title="Copy to a database"]').click();
  await page.locator('dialog h2:text-is("Copy artists")').waitFor();
  assert.match(await choice(page, "To").locator("option:checked").textContent(), /other/);
  await press(page, "Preview");
  await page.locator('.copy-plan code:has-text("CREATE TABLE")').waitFor();
  await page.getByLabel("Name of the table").fill("people");
  await page.locator(".copy-plan").waitFor({ state: "detached" });
  await press(page, "Copy");
  await page.locator('.copy-done:has-text("300 rows stored.")').waitFor();
  await press(page, "Show the rows");
  await page.locator('.profile.current:has-text("other")').waitFor();
  await page.locator('.tab[aria-selected="true"]:has-text("people")').waitFor();
  await rowOf(1).waitFor();
  await front.locator('#rows:text-is("300 rows")').waitFor();

  await page.locator(".profile", { hasText: "sample" }).locator(".profile-name").click();
  await line.hover();
  await line.locator('button[title="Copy to a database"]').click();
  await page.getByLabel("Name of the table").fill("people");
  await press(page, "Copy");
  await page.locator(".dialog .fault").waitFor();
  await choice(page, "Into").selectOption("existing");
  await choice(page, "Rows").selectOption("skip");
  await press(page, "Copy");
  await page.locator('.copy-done:has-text("0 rows stored, 300 rows left as they were.")').waitFor();
});

test("a copy that runs is not lost by a key or a press beside it, and leaves nothing when it is stopped", async (t) => {
  const { page, front, run } = await opened(t);
  await run(`CREATE VIEW endless AS ${ENDLESS_ROWS}`);
  await front.locator(".run-done").waitFor();
  const line = page.locator(".tree-line", { hasText: "endless" }).first();
  await line.hover();
  await line.locator('button[title="Copy to a database"]').click();
  await page.locator('dialog button:has-text("Preview"):enabled').waitFor();
  assert.equal(await page.getByLabel("Name of the table").inputValue(), "endless_copy");
  await press(page, "Copy");
  await page.locator(".progress").waitFor();
  await page.keyboard.press("Control+k");
  await page.mouse.click(5, 5);
  await page.locator(".progress").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".dialog .fault.cancelled").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await run("SELECT name FROM sqlite_schema WHERE name = 'endless_copy'");
  await front.locator(".no-rows").waitFor();
});
