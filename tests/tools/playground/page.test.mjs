// The page in a real browser. It is told the playground's address, and fails by an exit code and a reason.

import assert from "node:assert/strict";
import { test } from "node:test";
import { chromium } from "playwright-core";

const { ADDRESS, CHROMIUM, SCREENSHOT } = process.env;
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"];
const OFFLINE = ["--disable-background-networking", "--disable-component-update"];
const MILLION =
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) SELECT i, 'row ' || i AS name FROM n";
const ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

/** The page in a browser of its own, connected to the sample database. */
async function opened(t) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...QUIET, ...OFFLINE] });
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1400, height: 850 } });
  page.setDefaultTimeout(20_000);
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));

  const rowOf = (number) => page.locator("#grid .row", { has: page.locator(`.index:text-is("${number}")`) });
  const run = async (sql) => {
    await page.fill("#sql", sql);
    await page.press("#sql", "Control+Enter");
  };

  await page.goto(ADDRESS);
  await page.locator("#link.good").waitFor();
  return { page, faults, rowOf, run };
}

test("SQL is typed, rows are seen, row 500,000 is found, and an endless query is cancelled", async (t) => {
  const { page, faults, rowOf, run } = await opened(t);
  await run("SELECT 9007199254740993 AS big, x'00ff' AS bytes, NULL AS none");
  await rowOf(1).waitFor();
  assert.deepEqual(await rowOf(1).locator(".cell").allTextContents(), ["1", "9007199254740993", "0x00FF", "NULL"]);
  assert.match(await page.textContent("#timings"), /here [\d.]+ ms/);

  await run(MILLION);
  await page.locator('#grid .head:has-text("name")').waitFor();
  await page.fill("#go", "500000");
  await page.click("#go-form button");
  await rowOf(500000).waitFor();
  assert.deepEqual(await rowOf(500000).locator(".cell").allTextContents(), ["500000", "500000", "row 500000"]);
  const box = await rowOf(500000).boundingBox();
  assert.ok(box !== null && box.y > 0 && box.y < 850, "the row is in sight");
  await page.locator("#grid").hover();
  await page.mouse.wheel(0, -20_000);
  await page.waitForFunction(() => {
    const rows = [...document.querySelectorAll("#grid .row:not(.head)")].map((row) =>
      [...row.children].map((one) => one.textContent),
    );
    return rows.length > 10 && rows.every(([index, i]) => index === i && Number(index) < 499_900);
  });

  await run(ENDLESS);
  await page.click("#cancel:enabled");
  await page.locator('#status:has-text("cancelled")').waitFor();
  await run("SELECT 'it goes on' AS still");
  await page.locator('#grid .cell:text-is("it goes on")').waitFor();

  await run("SELECT name FROM artists WHERE contry = 'DE'");
  await page.locator('#status.bad:has-text("line 1")').waitFor();
  await page.locator("#frames li", { hasText: "error" }).first().click();
  assert.match(await page.textContent("#frame"), /"code": "query_failed"[\s\S]*\n0000 {2}8[0-9a-f] /);

  if (SCREENSHOT !== undefined) await page.screenshot({ path: SCREENSHOT });
  assert.deepEqual(faults, []);
});

test("long cells, many large frames and wrong addresses do the page no harm", async (t) => {
  const { page, faults, rowOf, run } = await opened(t);
  await run("SELECT printf('%.*c', 60000, 'x') AS long");
  await page.locator('#grid .head:has-text("long")').waitFor();
  assert.match((await rowOf(1).locator(".cell").allTextContents())[1], /^x{400}…$/); // whole, it would not scroll

  await page.click("#clear");
  for (let window = 1; window <= 20; window++) {
    await run(`SELECT ${window} AS turn, zeroblob(60000) FROM artists LIMIT 16`); // some 950 KiB each
    await page.locator(`#grid .row .cell:nth-child(2):text-is("${window}")`).first().waitFor();
  }
  assert.ok((await page.locator("#frames li:has-text('query_response')").count()) < 20, "large frames are forgotten");

  for (const [address, reason] of [
    ["music.db", /sqlite:PATH/],
    ["http://localhost/", /This is no database/],
    ["postgresql://me:hunter2@localhost:99999/db", /port up to 65535/],
    ["mysql://%zz@localhost/db", /write %25/],
    ["postgres://me:hunter2@[::1]:1/db", /^connect_failed: .*::1/],
  ]) {
    await page.fill("#target", address);
    await page.click("#target-form button");
    const status = page.locator("#status.bad").filter({ hasText: reason });
    await status.waitFor();
    assert.doesNotMatch(await status.textContent(), /hunter2/);
  }
  await run("SELECT 'the database from before' AS still");
  await page.locator('#grid .cell:text-is("the database from before")').waitFor();

  assert.deepEqual(faults, []);
});
