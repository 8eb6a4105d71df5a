// Connections, tabs and transactions.

import assert from "node:assert/strict";
import { test } from "node:test";
import { opened } from "./page.mjs";

test("a connection that fails is shown as failed, and nothing runs on the database from before", async (t) => {
  const { page, run, rowOf } = await opened(t);
  await run("SELECT 1 AS one");
  await rowOf(1).waitFor();
  await page.keyboard.press("Alt+n");
  await page.fill("#target", "postgresql://me:hunter2@127.0.0.1:1/db");
  await page.keyboard.press("Tab");
  await page.click('.connect button:has-text("Connect")');
  await page.locator(".connect .fault").waitFor();
  const text = await page.textContent(".connect .fault");
  assert.match(text, /connect_failed/);
  assert.doesNotMatch(text, /hunter2/);
  await page.keyboard.press("Escape");

  assert.equal(await page.locator(".profile.current.failed").count(), 1, "the page shows the one that failed");
  assert.equal(await page.locator(".profile.current.open").count(), 0);
  assert.match(await page.textContent(".empty-state.failed"), /Not connected to/);
  await page.keyboard.press("Control+Enter");
  assert.equal(await page.locator(".tab-view:not([hidden])").count(), 0, "there is nothing that could run");
  const kept = await page.evaluate(() => JSON.stringify(localStorage));
  assert.doesNotMatch(kept, /hunter2/);

  await page.click(".profile.open .profile-name");
  await run("SELECT 'still here' AS text");
  await page.locator('.cell:text-is("still here")').waitFor();
});

test("addresses that cannot be read are refused with a reason, which repeats no password, and keys choose the engine", async (t) => {
  const { page } = await opened(t);
  await page.keyboard.press("Alt+n");
  for (const [address, reason] of [
    ["music.db", /sqlite:PATH/],
    ["http://localhost/", /not the address of a database/],
    ["postgresql://me:hunter2@localhost:99999/db", /port up to 65535/],
    ["mysql://%zz@localhost/db", /write %25/],
  ]) {
    await page.fill("#target", address);
    await page.keyboard.press("Tab");
    const remark = page.locator(".form-remark").filter({ hasText: reason });
    await remark.waitFor();
    assert.doesNotMatch(await remark.textContent(), /hunter2/);
  }
  await page.locator('.engine[aria-checked="true"]').focus();
  for (const name of ["MySQL / MariaDB", "SQLite", "PostgreSQL"]) {
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.locator('.engine[aria-checked="true"]:focus').textContent(), name);
  }
});

test("each tab has a session of its own, and says when a transaction is open", async (t) => {
  const { page, front, run, rowOf } = await opened(t);
  await run("CREATE TEMP TABLE mine (a)");
  await front.locator(".run-done").waitFor();
  await front.locator('button:has-text("Begin")').click();
  await front.locator('.transaction-state:has-text("In a transaction")').waitFor();
  await front.locator('button:has-text("Roll back")').click();
  await front.locator('button:has-text("Begin")').waitFor();
  await page.keyboard.press("Alt+t");
  await page.locator('.tab[aria-selected="true"]:has-text("Query 2")').waitFor();
  await run("SELECT * FROM mine");
  await front.locator(".fault").waitFor();
  await page.locator('.tab:has-text("Query 1")').click();
  await run("SELECT count(*) AS n FROM mine");
  await rowOf(1).waitFor();
});

test("a link that has ended is said above what is open, and another one is opened, and the database", async (t) => {
  const { page, front, write, endLink } = await opened(t, { throughUs: true });
  await write("SELECT 1 AS kept");
  await endLink();
  await page.locator(".obstacle.bad").waitFor();
  assert.ok(await front.locator('button:has-text("Run")').first().isDisabled());
  await page.click('.obstacle button:has-text("Try again")');
  await page.locator('.obstacle:has-text("is not open")').waitFor();
  assert.match(await front.locator(".cm-content").textContent(), /kept/, "what was written is still there");
  await page.click('.obstacle button:has-text("Connect")');
  await page.locator(".profile.current.open").waitFor();
  assert.equal(await page.locator(".obstacle").count(), 0);
  await front.locator(".cm-content").click();
  await page.keyboard.press("Control+Enter");
  await front.locator('.head-cell:has-text("kept")').waitFor();
});
