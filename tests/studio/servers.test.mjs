// A server: the password that is asked for, production, transactions, plans, and stopping what runs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { opened } from "./page.mjs";

const { SERVER, PASSWORD } = process.env; // an address without its password
const isPostgresql = SERVER.startsWith("postgresql:");
const SLEEP = isPostgresql ? "SELECT pg_sleep(60)" : "SELECT SLEEP(60)";

async function connected(page, { address = SERVER, usedFor } = {}) {
  await page.keyboard.press("Alt+n");
  await page.fill("#target", address);
  await page.keyboard.press("Tab");
  if (usedFor !== undefined) await page.getByLabel("Used for").selectOption(usedFor);
  await page.click('.connect button[type="submit"]');
}

async function answered(page) {
  await page.locator(".prompt input").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.locator(".connect").waitFor({ state: "detached" });
}

test("a password is asked for, again when it is wrong, and not shown in the address", async (t) => {
  const { page } = await opened(t);
  await connected(page, { address: SERVER.replace("@", ":hunter2@") });
  assert.equal(await page.inputValue("#target"), SERVER);
  await page.locator('.prompt-text:has-text("refused")').waitFor();
  await page.click('.prompt button:has-text("Cancel")');
  await page.locator('.connect .fault:has-text("not answered")').waitFor();
  await page.getByLabel("Password").fill("");
  await page.click('.connect button[type="submit"]');
  await answered(page);
  await page.locator(".profile.current.open").waitFor();
  await page.locator(".tree-line").first().waitFor();
  const kept = await page.evaluate(() => JSON.stringify(localStorage));
  assert.ok(!kept.includes(PASSWORD) && !kept.includes("hunter2"));
});

test("a production database is changed only when that is confirmed", async (t) => {
  const { page, front, run } = await opened(t);
  await connected(page, { usedFor: "production" });
  await answered(page);
  await front.locator(".cm-content").waitFor();
  await page.locator('.profile.current .tag:text-is("production")').waitFor();
  for (const [answer, seen] of [
    ["Cancel", '.fault:has-text("not confirmed")'],
    ["Change it", ".run-done"],
  ]) {
    await run("CREATE TABLE IF NOT EXISTS studio_production (id int)");
    await page.locator('dialog:has-text("marked as production")').waitFor();
    assert.doesNotMatch(await page.textContent("dialog[open].small"), /confirm: true/);
    await page.click(`dialog.small button:has-text("${answer}")`);
    await front.locator(seen).waitFor();
  }
});

test("a row that somebody else changes meanwhile is not overwritten, and each conflict is decided", async (t) => {
  const { page, front, write, run } = await opened(t);
  const rowWith = (text) => front.locator(".row", { has: page.locator(`.cell:text-is("${text}")`) });
  await connected(page);
  await answered(page);
  await page.locator(".tree-line").first().waitFor();
  await front.locator(".cm-content").waitFor();
  await write(`DROP TABLE IF EXISTS studio_edits;
    CREATE TABLE studio_edits (id int PRIMARY KEY, name varchar(40), at timestamp NULL);
    INSERT INTO studio_edits VALUES (1, 'one', '2025-01-01 10:00:00'), (2, 'two', NULL), (3, 'three', NULL)`);
  await page.keyboard.press("Control+Shift+Enter");
  await page.locator('.tree-name:text-is("studio_edits")').click();
  await front.locator('button:has-text("Add row")').waitFor();
  const edit = async (former, text) => {
    await rowWith(former).locator(".cell").nth(1).click();
    await page.keyboard.press("F2");
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
  };
  await edit("one", "mine 1");
  await edit("two", "mine 2");
  await edit("three", "mine 3");
  await front.locator('.edit-count:has-text("3 rows changed")').waitFor();

  await page.locator('.tab:has-text("Query 1")').click();
  await run("UPDATE studio_edits SET name = concat('theirs ', id) WHERE id > 1");
  await front.locator('.run-done:has-text("2 rows")').waitFor();
  await page.locator('.tab:has-text("studio_edits")').click();
  await front.locator(".grid").focus();
  await page.keyboard.press("Control+s");
  await page.locator('.dialog h2:has-text("2 rows changed by somebody else")').waitFor();
  assert.match(await page.locator(".conflict").first().textContent(), /two.*mine 2.*theirs 2/);
  await page.locator(".conflict").first().locator('button:has-text("Keep theirs")').click();
  await page.click('.conflict button:has-text("Write mine")');
  await front.locator(".edit-count").waitFor({ state: "detached" });
  for (const text of ["mine 1", "theirs 2", "mine 3"]) await rowWith(text).waitFor();

  await page.locator('.tab:has-text("Query 1")').click();
  await run("DELETE FROM studio_edits WHERE id = 1");
  await front.locator('.run-done:has-text("1 row")').waitFor();
  await page.locator('.tab:has-text("studio_edits")').click();
  await edit("mine 1", "too late");
  await page.keyboard.press("Control+s");
  await page.locator('.conflict:has-text("gone")').waitFor();
  assert.equal(await page.locator('.conflict button:has-text("Write mine")').count(), 0);
  await page.click('.conflict button:has-text("Keep theirs")');
  await front.locator('#rows:text-is("2 rows")').waitFor();
});

test("transactions, plans, and stopping what runs from the list of sessions", async (t) => {
  const { page, front, run, rowOf } = await opened(t);
  await connected(page);
  await answered(page);
  await front.locator(".cm-content").waitFor();
  await front.locator('button:has-text("Begin")').click();
  await front.locator('.transaction-state:has-text("In a transaction")').waitFor();
  await run("SELECT * FROM nothing_has_this_name");
  await front.locator(".fault").waitFor();
  const said = isPostgresql ? "Transaction failed" : "In a transaction";
  await front.locator(`.transaction-state:has-text("${said}")`).waitFor();
  assert.equal(await front.locator('button:has-text("Commit")').isDisabled(), isPostgresql);
  await front.locator('button:has-text("Roll back")').click();
  await front.locator('button:has-text("Begin")').waitFor();

  await run("SELECT 1 AS one");
  await rowOf(1).waitFor();
  await front.locator('button:has-text("Analyze")').click();
  await front.locator(".plan-node").first().waitFor();

  for (const act of ["Cancel", "End"]) {
    await run(SLEEP);
    await front.locator(".waiting-over").waitFor();
    await page.click('.side-foot button[title^="Server activity"]');
    const line = front.locator("tbody tr", { hasText: SLEEP }).filter({ hasText: /active/ });
    const button = line.locator(`button:has-text("${act}")`);
    await button.waitFor();
    const box = await button.boundingBox();
    assert.ok(box.x + box.width <= 1280, "what stops a session is in sight");
    await button.click();
    if (act === "End") await page.click('dialog button:has-text("End it")');
    await front.locator('.bar [role="status"]:has-text("It was stopped.")').waitFor();
    await page.locator('.tab:has-text("Query 1")').click();
    await front.locator(".waiting-over").waitFor({ state: "detached" });
  }
});
