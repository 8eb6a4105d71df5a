// What the tests of the client share: the backend that pytest started, and others of their own.

import { spawn, spawnSync, type ChildProcess, type SpawnSyncReturns } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type Client } from "@litebase/client";
import { unixTransport } from "@litebase/client/node";

export const ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r";

/** A variable that pytest must have set. */
export function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: these programs are run by pytest`);
  return value;
}

/** A statement that returns the numbers from 0, each with `bytes` of text beside it. */
export function numbers(rows: number, bytes = 0): string {
  const text = bytes > 0 ? `, printf('%.*c', ${bytes}, 'x')` : "";
  return `WITH RECURSIVE r(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r LIMIT ${rows}) SELECT n${text} FROM r`;
}

/** A client of the shared backend with a database in memory, for the length of `work`. */
export async function withDatabase(work: (db: Client, connection_id: string) => Promise<void>): Promise<void> {
  const db = await connect(unixTransport({ path: given("LITEBASE_SOCKET") }));
  try {
    const { connection_id } = await db.dbConnect({ engine: "sqlite", mode: "memory" });
    await work(db, connection_id);
  } finally {
    await db.close();
  }
}

/** The error that something must reject with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not reject");
}

/** What a backend says when it is ready. */
export interface Ready {
  readonly pid: number;
  readonly endpoint: { readonly path: string; readonly port: number; readonly token_file: string };
}

/** A backend process of the test's own, for the length of `work`. */
export async function withBackend(
  options: readonly string[],
  work: (ready: Ready, process: ChildProcess) => Promise<void>,
): Promise<void> {
  const [program = "", ...before] = JSON.parse(given("LITEBASE_COMMAND")) as string[];
  const child = spawn(program, [...before, ...options], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "exit");
  try {
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    await work(JSON.parse(line) as Ready, child);
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

/** Waits until `isTrue()` is, for ten seconds at most. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (await isTrue()) return;
    await sleep(10);
  }
  throw new Error("it did not happen in time");
}

/** Runs a program in a process of its own. */
export function runProgram(text: string): SpawnSyncReturns<string> {
  const cwd = new URL(".", import.meta.url); // from where the package is found
  return spawnSync(process.execPath, ["--input-type=module", "--eval", text], {
    cwd,
    encoding: "utf8",
    timeout: 20_000,
  });
}
