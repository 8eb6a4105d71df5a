// Opens Studio in a browser of its own, connected to the sample database; what the page must never do fails the test.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const { ADDRESS, CHROMIUM } = process.env;
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-sync",
  "--disable-background-networking",
  "--disable-component-update",
];

export const MILLION =
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) SELECT i, 'row ' || i AS name FROM n";
export const ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

/** The page, and functions that do what people do. */
export async function opened(t, { width = 1280, height = 800, rowLimit } = {}) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width, height } });
  page.setDefaultTimeout(60_000);
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  t.after(() => assert.deepEqual(faults, [], "nothing was written to the console"));

  if (rowLimit !== undefined)
    await page.addInitScript((limit) => localStorage.setItem("litebase-studio.rowLimit", limit), String(rowLimit));
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
  const cells = async (number) => rowOf(number).locator(".cell").allTextContents();

  await page.goto(ADDRESS);
  await page.locator(".profile.open").waitFor();
  await front.locator(".cm-content").waitFor();
  return { page, front, write, run, rowOf, cells };
}
