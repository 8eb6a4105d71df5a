// One browser for all scenes: it prints where it is reached, and ends with its standard input.

import { chromium } from "playwright-core";

const server = await chromium.launchServer({
  executablePath: process.env.CHROMIUM,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
  ],
});
console.log(server.wsEndpoint());
process.stdin.resume();
process.stdin.on("end", () => server.close());
