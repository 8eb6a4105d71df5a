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
