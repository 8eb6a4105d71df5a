// The grid: its head, its columns, its scroll bar, its last row.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ENDLESS_ROWS, MILLION, opened } from "./page.mjs";

const HEAD_PX = 32;

test("in a million rows any is found; far down they keep their place below the head, which is opaque", async (t) => {
  const { page, front, run, rowOf, cells, drawn } = await opened(t, { rowLimit: null });
  await run(MILLION);
  await rowOf(1).waitFor();
  await front.locator('[name="row"]').fill("500,000");
  await front.locator('[name="row"]').press("Enter");
  await rowOf(500_000).waitFor();
  assert.deepEqual(await cells(500_000), ["500000", "row 500000"]);
  const box = await rowOf(500_000).boundingBox();
  assert.ok(box !== null && box.y > 0 && box.y < 800, "the row is in sight");

  await front.locator(".grid").focus();
  await page.keyboard.press("Control+End");
  await rowOf(1_000_000).waitFor();
  assert.match(await front.locator("#rows").textContent(), /1,000,000 rows/);

  const grid = await front.locator(".grid").boundingBox();
  const head = await front.locator(".grid-head").boundingBox();
  assert.equal(head.y, grid.y, "the head is at the top, to the pixel");
  const last = await rowOf(1_000_000).boundingBox();
  const end = await front.locator(".grid").evaluate((one) => one.getBoundingClientRect().top + one.clientHeight);
  assert.ok(
    Math.abs(last.y + last.height - end) < 0.5,
    `the last row ends at ${last.y + last.height}, the grid at ${end}`,
  );
  const rows = await front.locator(".row").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
  rows.slice(1).forEach((top, at) => assert.ok(Math.abs(top - rows[at] - 28) < 0.01, "rows are 28 pixels apart"));

  await front.locator(".head-cell").first().hover();
  const shades = await front
    .locator(".head-cell")
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor));
  shades.forEach((shade) => assert.doesNotMatch(shade, /rgba|\/|transparent/, "nothing is seen through the head"));

  await page.mouse.move(grid.x + 300, grid.y + 200);
  for (let turn = 0; turn < 10; turn++) {
    await page.mouse.wheel(0, -280);
    await drawn();
  }
  await rowOf(999_890).waitFor();
  const top = await front.locator(".row").evaluateAll((all, below) => {
    const seen = all.find((one) => one.getBoundingClientRect().bottom > below + 1);
    return Number(seen.getAttribute("aria-rowindex"));
  }, grid.y + HEAD_PX);
  assert.ok(top < 999_950 && top > 999_800, `the wheel scrolls by as many pixels: ${top}`);
  await page.keyboard.press("Control+Home");
  await rowOf(1).waitFor();
});

test("who goes to a row that is not read yet sees how far reading is, and can stop it", async (t) => {
  const { page, front, run, rowOf } = await opened(t, { rowLimit: null });
  await run(ENDLESS_ROWS);
  await rowOf(1).waitFor();
  await front.locator('[name="row"]').fill("500000000");
  await front.locator('[name="row"]').press("Enter");
  const waiting = front.locator(".grid-waiting");
  await waiting.filter({ hasText: /Reading … [\d,]+ rows/ }).waitFor();
  const first = await waiting.textContent();
  await page.waitForFunction((before) => document.querySelector(".grid-waiting")?.textContent !== before, first);
  await waiting.locator('button:has-text("Stop"):enabled').click();
  await waiting.waitFor({ state: "detached" });
  await front.locator('#rows:has-text("so far")').waitFor();
  assert.ok((await rowOf(1).count()) > 0, "what is here stays");
});

test("the scroll bar does not grow while one scrolls", async (t) => {
  const { page, front, run, rowOf, drawn } = await opened(t, { rowLimit: null });
  await run("SELECT * FROM plays");
  await rowOf(1).waitFor();
  await front.locator('#rows:text-is("120,000 rows")').waitFor();
  const height = () => front.locator(".grid").evaluate((one) => one.scrollHeight);
  const before = await height();
  await front.locator(".grid").hover();
  for (let turn = 0; turn < 20; turn++) {
    await page.mouse.wheel(0, 500);
    await drawn();
  }
  await page.waitForFunction(() => {
    const row = document.querySelector(".tab-view:not([hidden]) .row.ready");
    return Number(row?.getAttribute("aria-rowindex")) > 100;
  });
  assert.equal(await height(), before);
});

test("no column is cut beside free space, and sorting keeps numbers in their order", async (t) => {
  const { page, front, run, rowOf, cells } = await opened(t, { width: 1920 });
  await run("SELECT id, printf('%.*c', 100, 'x') AS long, title FROM albums");
  await rowOf(1).waitFor();
  await page.waitForFunction(() => {
    const cells = [...document.querySelectorAll(".tab-view:not([hidden]) .row .cell")];
    return cells.length > 0 && cells.every((cell) => cell.scrollWidth <= cell.clientWidth);
  });
  await front.locator('.head-cell:has-text("id")').click();
  await front.locator('.head-cell[aria-sort="ascending"]').waitFor();
  await front.locator('.head-cell:has-text("id")').click();
  await front.locator('.head-cell[aria-sort="descending"]').waitFor();
  await rowOf(1).locator('.cell:text-is("1200")').waitFor();
  assert.equal((await cells(2))[0], "1199");
});

test("a selection is summed up, filters keep what fits, and text is found", async (t) => {
  const { page, front, run, rowOf } = await opened(t);
  await run("SELECT id, title FROM albums ORDER BY id");
  await rowOf(1).waitFor();
  await rowOf(1).locator(".cell").first().click();
  await rowOf(4)
    .locator(".cell")
    .first()
    .click({ modifiers: ["Shift"] });
  await front.locator('#sums:has-text("sum 10")').waitFor();
  assert.match(await front.locator("#sums").textContent(), /4 cells.*mean 2\.5.*min 1.*max 4/);

  await page.keyboard.press("Control+f");
  await page.keyboard.type("sol");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => {
    const [cell] = document.querySelectorAll(".tab-view:not([hidden]) .active-cell");
    return cell !== undefined;
  });
  await page.keyboard.press("Escape");

  await front.locator('button:has-text("Filter")').click();
  await front.locator(".filter-line select").first().selectOption({ label: "title" });
  await front.locator(".filter-line input").fill("no such title");
  await front.locator(".filter-line input").press("Enter");
  await front.locator(".no-rows").waitFor();
  await front.locator('.filter-bar button:has-text("Clear")').click();
  await front.locator('#rows:text-is("1,200 rows")').waitFor();
});
