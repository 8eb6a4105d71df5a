// Exports: text in the answer, files, and their progress.

import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isLiteBaseError, type Client, type EventEntry } from "@litebase/client";
import { numbers, rejection, until, withDatabase } from "./room.js";

const ENDLESS_ROWS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r";

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "litebase-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** An export without an end, which is stopped by its first progress. */
async function stopByProgress(db: Client, connection_id: string, path: string): Promise<number> {
  const stopping = new AbortController();
  let rows = 0;
  const onProgress = ({ unit, done }: { unit: string; done: number }): void => {
    if (unit !== "exported_rows") return;
    rows = done;
    stopping.abort();
  };
  const source = { connection_id, sql: ENDLESS_ROWS };
  const data = { source, format: "csv" as const, path };
  const error = await rejection(db.exportRows(data, { signal: stopping.signal, onProgress }));
  assert.ok(isLiteBaseError(error, "cancelled"), String(error));
  return rows;
}

test("a result is written to a file, or into the answer", async () => {
  await withDatabase(async (db, connection_id) => {
    await withFolder(async (folder) => {
      const { result_id } = await db.query({ connection_id, sql: numbers(3), keep_result: true });
      const path = join(folder, "n.csv");
      const written = await db.exportRows({ source: { result_id }, format: "csv", path });
      assert.deepEqual([written.rows, written.content, await readFile(path, "utf8")], [3, null, "n\n0\n1\n2\n"]);
      const copied = await db.exportRows({
        source: { result_id },
        format: "copy_text",
        options: { copy_as: "in_list" },
      });
      assert.equal(copied.content, "(0, 1, 2)");
      const error = await rejection(db.exportRows({ source: { result_id }, format: "csv", path }));
      assert.ok(isLiteBaseError(error, "file_failed"), String(error));
      assert.deepEqual(error.details, { path, reason: "exists" });
    });
  });
});

test("an export reports its progress, and leaves nothing when it is stopped", async () => {
  await withDatabase(async (db, connection_id) => {
    await withFolder(async (folder) => {
      for (let round = 0; round < 2; round++)
        assert.ok((await stopByProgress(db, connection_id, join(folder, "n.csv"))) > 0);
      assert.deepEqual(await readdir(folder), []);
    });
  });
});

test("progress comes to the call although the app reads the events, and to both", async () => {
  await withDatabase(async (db, connection_id) => {
    await withFolder(async (folder) => {
      const stopping = new AbortController();
      const received: EventEntry[] = [];
      const before = stopByProgress(db, connection_id, join(folder, "before.csv"));
      const loop = (async () => {
        for await (const event of db.events({ signal: stopping.signal })) received.push(event);
      })();
      assert.ok((await before) > 0);
      assert.ok((await stopByProgress(db, connection_id, join(folder, "beside.csv"))) > 0);
      await until(() => Promise.resolve(received.some(({ progress }) => progress?.unit === "exported_rows")));
      stopping.abort();
      await loop;
      assert.ok((await stopByProgress(db, connection_id, join(folder, "after.csv"))) > 0);
    });
  });
});
