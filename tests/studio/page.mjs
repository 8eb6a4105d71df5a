// Opens Studio in a profile of its own, connected to the sample database; what the page must never do fails the test.

import assert from "node:assert/strict";
import { after } from "node:test";
import { chromium } from "playwright-core";

const { ADDRESS, BROWSER } = process.env;

let browser; // of all tests: a profile keeps them apart
after(() => browser?.close());

export const MILLION =
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) SELECT i, 'row ' || i AS name FROM n";
export const ENDLESS_ROWS =
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, 'row ' || i AS name FROM n";
export const ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

/** The page, and functions that do what people do. */
export async function opened(t, { width = 1280, height = 800, rowLimit, profiles, throughUs = false } = {}) {
  browser ??= await chromium.connect(BROWSER);
  const context = await browser.newContext({ viewport: { width, height } });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  t.after(() => assert.deepEqual(faults, [], "nothing was written to the console"));

  const sockets = []; // of the page, where its frames go through this program
  if (throughUs) {
    await page.routeWebSocket(/channel/, (socket) => {
      socket.connectToServer();
      sockets.push(socket);
    });
  }
  const endLink = () => Promise.all(sockets.splice(0).map((one) => one.close()));
  const remembered = Object.entries({
    rowLimit: rowLimit === undefined ? undefined : String(rowLimit),
    connections: profiles,
  });
  await page.addInitScript((all) => {
    for (const [name, value] of all) if (value != null) localStorage.setItem(`litebase-studio.${name}`, value);
  }, remembered);
  const front = page.locator(".tab-view:not([hidden])");
  const write = async (sql) => {
    await front.locator(".cm-content").click();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Backspace"); // over a selection the browser itself would style what is inserted
    await page.keyboard.insertText(sql);
  };
  const run = async (sql) => {
    await write(sql);
    await page.keyboard.press("Control+Enter");
  };
  const rowOf = (number) => front.locator(`.row[aria-rowindex="${number}"]`);
  const drawn = () =>
    page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const cells = async (number) => rowOf(number).locator(".cell").allTextContents();

  await page.goto(ADDRESS);
  await page.locator(".profile.open").waitFor();
  await front.locator(".cm-content").waitFor();
  return { page, front, write, run, rowOf, cells, drawn, endLink };
}
