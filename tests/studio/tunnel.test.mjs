// A server behind an SSH host that asks: whether its key is known, and for a one-time code.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { opened } from "./page.mjs";

const { PROFILE, PASSWORD, SSH_HOST, PYTHON } = process.env;

/** The code of this half minute. */
const code = () =>
  execFileSync(PYTHON, ["-c", "from tools.ssh_server import one_time_code; print(one_time_code())"]).toString().trim();

test("the host is trusted, a one-time code is asked for, and nothing of both is kept", async (t) => {
  const { page, front, run, rowOf } = await opened(t, { profiles: PROFILE });
  const profile = page.locator(".profile", { hasText: "through a host" });
  const prompt = (title) => page.locator(".dialog.small", { has: page.locator(`h2:text-is("${title}")`) });
  await profile.locator(".profile-name").click();
  await prompt("Do you trust this host?").waitFor();
  assert.match(await page.textContent(".prompt-text"), /SHA256:/);
  await page.click('.prompt button:has-text("No")');
  await page.locator('.empty-state.failed:has-text("not answered")').waitFor();

  await page.click('.empty-state.failed button:has-text("Try again")');
  await prompt("Do you trust this host?").waitFor();
  await page.click('.prompt button:has-text("Yes, trust it")');
  await prompt("One-time code").waitFor();
  const field = page.locator(".prompt input");
  assert.equal(await field.getAttribute("inputmode"), "numeric");
  assert.ok((await page.textContent(".prompt")).includes(SSH_HOST), "it is said who asks");
  const answer = code();
  await field.fill(answer);
  await page.keyboard.press("Enter");
  await prompt("Password").waitFor();
  await page.locator(".prompt input").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.locator(".profile.current.open").waitFor();
  await page.keyboard.press("Alt+t");
  await front.locator(".cm-content").waitFor();
  await run("SELECT 'through the tunnel' AS seen");
  await rowOf(1).locator('.cell:text-is("through the tunnel")').waitFor();
  const kept = await page.evaluate(() => JSON.stringify(localStorage));
  assert.ok(!kept.includes(PASSWORD) && !kept.includes(answer));
});
