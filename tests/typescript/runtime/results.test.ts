// Results: windows in order, any window, and what is freed when.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isLiteBaseError, type Client, type Result } from "@litebase/client";
import { ENDLESS, numbers, rejection, withDatabase } from "./room.js";

async function isClosed(db: Client, result: Result): Promise<boolean> {
  assert.ok(result.result_id !== null);
  const error = await rejection(db.cellFetch({ result_id: result.result_id, row: 0, column: 0 }));
  return isLiteBaseError(error, "not_found") && error.details.what === "result_id";
}

async function isOpen(db: Client, result: Result): Promise<boolean> {
  assert.ok(result.result_id !== null);
  return (await db.fetch({ result_id: result.result_id, offset: 0, limit: 1 })).rows.length === 1;
}

/** Counts the requests that a client sends, by type. */
function counted(db: Client): Map<string, number> {
  const counts = new Map<string, number>();
  const call = db.call.bind(db);
  db.call = (type, data, options) => {
    counts.set(type, (counts.get(type) ?? 0) + 1);
    return call(type, data, options);
  };
  return counts;
}

test("windows give every row once and in order, and close the result at the end", async () => {
  await withDatabase(async (db, connection_id) => {
    const result = await db.query({ connection_id, sql: numbers(10_500), window_rows: 700 });
    const seen: unknown[] = [];
    const sizes: number[] = [];
    for await (const window of result.windows({ limit: 1000 })) {
      assert.equal(window.offset, seen.length);
      sizes.push(window.rows.length);
      for (const [n] of window.rows) seen.push(n);
      assert.equal(window.complete, seen.length === 10_500);
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 10_500 }, (_, n) => n),
    );
    assert.deepEqual(sizes, [700, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 800]);
    assert.ok(await isClosed(db, result));
  });
});

test("the first window is not asked for again, and is cut where it is larger than the limit", async () => {
  await withDatabase(async (db, connection_id) => {
    const counts = counted(db);
    const result = await db.query({ connection_id, sql: numbers(1000), window_rows: 1000 });
    assert.equal(result.result_id, null);
    const sizes: [number, number, boolean][] = [];
    for await (const { offset, rows, complete } of result.windows({ limit: 400 }))
      sizes.push([offset, rows.length, complete]);
    assert.deepEqual(sizes, [
      [0, 400, false],
      [400, 400, false],
      [800, 200, true],
    ]);
    assert.deepEqual((await result.window(998, 10)).rows, [[998], [999]]);
    assert.deepEqual((await result.window(5000, 10)).rows, []);
    await result.close();
    assert.deepEqual([...counts], [["query", 1]]);
  });
});

test("no more than one window is asked for ahead of the loop", async () => {
  await withDatabase(async (db, connection_id) => {
    const counts = counted(db);
    const result = await db.query({ connection_id, sql: numbers(100_000), window_rows: 10 });
    assert.equal(counts.get("fetch"), undefined);
    let windows = 0;
    for await (const window of result.windows({ limit: 10 })) {
      await new Promise((done) => setTimeout(done, 5));
      windows++;
      assert.equal(counts.get("fetch"), windows);
      if (window.offset >= 50) break;
    }
    assert.equal(windows, 6);
  });
});

test("leaving the loop closes the result on the backend", async () => {
  await withDatabase(async (db, connection_id) => {
    const result = await db.query({ connection_id, sql: numbers(100_000) });
    assert.ok(await isOpen(db, result));
    for await (const window of result.windows({ limit: 100 })) if (window.offset >= 200) break;
    assert.ok(await isClosed(db, result));
  });
});

test("an error in the loop closes the result on the backend and is not hidden", async () => {
  await withDatabase(async (db, connection_id) => {
    const result = await db.query({ connection_id, sql: numbers(100_000) });
    const failing = async (): Promise<void> => {
      for await (const _ of result.windows()) throw new RangeError("mine");
    };
    assert.ok((await rejection(failing())) instanceof RangeError);
    assert.ok(await isClosed(db, result));
  });
});

test("a signal ends the loop with cancelled and closes the result", async () => {
  await withDatabase(async (db, connection_id) => {
    const stopping = new AbortController();
    const result = await db.query({ connection_id, sql: numbers(100_000), window_rows: 10 });
    const reading = async (): Promise<void> => {
      for await (const window of result.windows({ limit: 10, signal: stopping.signal })) {
        if (window.offset === 50) stopping.abort();
      }
    };
    assert.ok(isLiteBaseError(await rejection(reading()), "cancelled"));
    assert.ok(await isClosed(db, result));
  });
});

test("no window comes after an abort, though its rows are here already", async () => {
  await withDatabase(async (db, connection_id) => {
    for (const rows of [50, 5000]) {
      const result = await db.query({ connection_id, sql: numbers(rows) });
      const stopping = new AbortController();
      const seen: number[] = [];
      const read = async (): Promise<void> => {
        for await (const window of result.windows({ limit: 10, signal: stopping.signal })) {
          seen.push(window.offset);
          stopping.abort();
        }
      };
      assert.ok(isLiteBaseError(await rejection(read()), "cancelled"));
      assert.deepEqual(seen, [0]);
    }
  });
});

test("a statement that fails while its rows are read rejects the loop with its error", async () => {
  await withDatabase(async (db, connection_id) => {
    const sql = `SELECT CASE WHEN n = 5000 THEN json('no json') ELSE n END FROM (${numbers(10_000)})`;
    const result = await db.query({ connection_id, sql, window_rows: 100 });
    const reading = async (): Promise<void> => {
      for await (const _ of result.windows({ limit: 1000 }));
    };
    const error = await rejection(reading());
    assert.ok(isLiteBaseError(error, "query_failed"), String(error));
    assert.ok(await isClosed(db, result));
  });
});

test("any window of half a million rows and more, forward and back, while the result stays open", async () => {
  await withDatabase(async (db, connection_id) => {
    const result = await db.query({ connection_id, sql: numbers(600_000) });
    const far = await result.window(500_000, 500);
    assert.deepEqual([far.offset, far.rows.length, far.rows[0], far.rows[499]], [500_000, 500, [500_000], [500_499]]);
    assert.deepEqual((await result.window(3, 2)).rows, [[3], [4]]);
    const last = await result.window(599_999, 500);
    assert.deepEqual([last.rows, last.complete, last.total_rows], [[[599_999]], true, 600_000]);
    assert.ok(await isOpen(db, result));
    await result.close();
    await result.close();
    assert.ok(await isClosed(db, result));
  });
});

test("the total is learned by reading to the end, with progress, and without running the statement again", async () => {
  await withDatabase(async (db, connection_id) => {
    const counts = counted(db);
    const result = await db.query({ connection_id, sql: numbers(1_500_000), window_rows: 10 });
    assert.equal(result.total_rows, null);
    const seen: number[] = [];
    const total = await result.total({ onProgress: ({ done, unit }) => unit === "rows" && seen.push(done) });
    assert.equal(total, 1_500_000);
    assert.ok(seen.length > 0 && seen.every((done, at) => done > 0 && done >= (seen[at - 1] ?? 0)), String(seen));
    assert.deepEqual((await result.window(1_499_999, 10)).rows, [[1_499_999]]);
    assert.equal(counts.get("query"), 1);
    await result.close();
    const whole = await db.query({ connection_id, sql: numbers(30) });
    counts.clear();
    assert.equal(await whole.total(), 30);
    assert.equal(counts.size, 0, "it was known");
  });
});

test("an abort ends the wait for the total, and the result stays usable; a failing statement has no total", async () => {
  await withDatabase(async (db, connection_id) => {
    const endless = "WITH RECURSIVE r(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r";
    const result = await db.query({ connection_id, sql: endless, window_rows: 10 });
    const stopping = new AbortController();
    const onProgress = (): void => stopping.abort();
    const error = await rejection(result.total({ signal: stopping.signal, onProgress }));
    assert.ok(isLiteBaseError(error, "cancelled"), String(error));
    assert.deepEqual((await result.window(7, 1)).rows, [[7]]);
    await result.close();
    const sql = `SELECT CASE WHEN n = 5000 THEN json('no json') ELSE n END FROM (${numbers(9000)})`;
    const failing = await db.query({ connection_id, sql, window_rows: 10 });
    assert.ok(isLiteBaseError(await rejection(failing.total()), "query_failed"));
    await failing.close();
  });
});

test("a window of large rows is as long as was asked for, though the backend sends it in parts", async () => {
  await withDatabase(async (db, connection_id) => {
    const counts = counted(db);
    const result = await db.query({ connection_id, sql: numbers(500, 10_000), window_rows: 1 });
    const { rows, complete } = await result.window(100, 300);
    assert.deepEqual(
      rows.map(([n]) => n),
      Array.from({ length: 300 }, (_, index) => 100 + index),
    );
    assert.equal(complete, false);
    assert.ok((counts.get("fetch") ?? 0) > 1, "one answer cannot hold three megabytes");
    await result.close();
  });
});

test("a cell that travelled cut is read in full, text and bytes", async () => {
  await withDatabase(async (db, connection_id) => {
    const sql = "SELECT 'ä' || printf('%.*c', 3000000, 'x') || '😀' AS t, zeroblob(2000000) AS b, 5 AS n";
    const result = await db.query({ connection_id, sql, max_cell_bytes: 100 });
    assert.deepEqual(
      result.cut_cells.map(({ column, full_bytes }) => [column, full_bytes]),
      [
        [0, 3_000_006],
        [1, 2_000_000],
      ],
    );
    assert.equal(await result.cell(0, 0), `ä${"x".repeat(3_000_000)}😀`);
    assert.deepEqual(await result.cell(0, 1), new Uint8Array(2_000_000));
    assert.equal(await result.cell(0, 2), 5);
    await result.close();
    const short = await db.query({ connection_id, sql: "SELECT 5, 'x'" });
    assert.deepEqual([await short.cell(0, 0), await short.cell(0, 1)], [5, "x"]);
  });
});

test("any cell can be asked for, far rows and NULL too; where there is none the error is the same for all results", async () => {
  await withDatabase(async (db, connection_id) => {
    const sql = `SELECT n, NULL FROM (${numbers(5000)})`;
    for (const window_rows of [10, 5000]) {
      const result = await db.query({ connection_id, sql, window_rows });
      assert.deepEqual([await result.cell(4999, 0), await result.cell(4999, 1)], [4999, null]);
      for (const [row, column] of [
        [5000, 0],
        [0, 2],
      ] as const) {
        const error = await rejection(result.cell(row, column));
        assert.ok(isLiteBaseError(error, "not_found") && error.details.what === "row", String(error));
      }
      const error = await rejection(result.cell(-1, 0));
      assert.ok(isLiteBaseError(error, "invalid_message") && error.details.path === "/data/row", String(error));
      await result.close();
    }
  });
});

test("cut cells are told with the window that they are in", async () => {
  await withDatabase(async (db, connection_id) => {
    const result = await db.query({ connection_id, sql: numbers(30, 100), max_cell_bytes: 16, window_rows: 20 });
    const told: number[][] = [];
    for await (const window of result.windows({ limit: 10 })) told.push(window.cut_cells.map(({ row }) => row));
    assert.deepEqual(
      told,
      [0, 10, 20].map((start) => Array.from({ length: 10 }, (_, index) => start + index)),
    );
  });
});

test("each statement of a script has its rows", async () => {
  await withDatabase(async (db, connection_id) => {
    const script = await db.runScript({ connection_id, sql: `CREATE TABLE t (a); ${numbers(2500)}; SELECT 'last'` });
    assert.deepEqual(
      script.statements.map(({ total_rows }) => total_rows ?? null),
      [null, 2500, 1],
    );
    const [created, counted_, last] = script.statements;
    assert.ok(created && counted_ && last);
    for await (const _ of created.windows()) assert.fail("a CREATE has no rows");
    await created.close();
    let rows = 0;
    for await (const window of counted_.windows({ limit: 1000 })) rows += window.rows.length;
    assert.equal(rows, 2500);
    assert.deepEqual((await last.window(0, 10)).rows, [["last"]]);
  });
});

test("a result is plain data to whoever copies it, and its functions work through a proxy and alone", async () => {
  await withDatabase(async (db, connection_id) => {
    const result = await db.query({ connection_id, sql: numbers(3), window_rows: 1 });
    const copy = structuredClone(result);
    assert.deepEqual(Object.keys(copy), Object.keys(result));
    assert.ok(!("windows" in copy));
    assert.deepEqual((await new Proxy(result, {}).window(2, 1)).rows, [[2]]);
    const { window, close } = result;
    assert.deepEqual((await window(1, 1)).rows, [[1]]);
    await close();
    assert.ok(await isClosed(db, result));
  });
});

test("await using closes the result and the client", async () => {
  await withDatabase(async (db, connection_id) => {
    const result = await db.query({ connection_id, sql: numbers(3), window_rows: 1 });
    await result[Symbol.asyncDispose]();
    assert.ok(await isClosed(db, result));
    await db[Symbol.asyncDispose]();
    assert.equal(db.isOpen, false);
    await result.close();
  });
});

test("an unread result of a statement without an end is closed, and the connection goes on", async () => {
  await withDatabase(async (db, connection_id) => {
    const sql = ENDLESS.replace("count(*)", "n");
    const result = await db.query({ connection_id, sql, window_rows: 5 });
    for await (const window of result.windows({ limit: 5 })) if (window.offset > 20) break;
    assert.deepEqual((await db.query({ connection_id, sql: "SELECT 1" })).rows, [[1]]);
  });
});

test("a limit or an offset that is none is refused with its path, for rows that are here too", async () => {
  await withDatabase(async (db, connection_id) => {
    for (const rows of [10, 5000]) {
      const result = await db.query({ connection_id, sql: numbers(rows) });
      for (const [offset, limit, path] of [
        [0, 0, "/data/limit"],
        [0, NaN, "/data/limit"],
        [-1, 5, "/data/offset"],
        [0.5, 5, "/data/offset"],
      ] as const) {
        const error = await rejection(result.window(offset, limit));
        assert.ok(isLiteBaseError(error, "invalid_message"), String(error));
        assert.equal(error.details.path, path);
      }
      assert.ok(isLiteBaseError(await rejection(result.windows({ limit: 0 }).next()), "invalid_message"));
    }
  });
});

test("a table is opened, filtered and sorted, and its rows are read like those of any result", async () => {
  await withDatabase(async (db, connection_id) => {
    await db.query({ connection_id, sql: `CREATE TABLE many AS ${numbers(2500)}` });
    const object = { kind: "table", schema_name: "main", name: "many" } as const;
    const filters = [{ column: "n", op: "ge", values: [500] }] as const;
    const order = [{ column: "n", descending: true }];
    const table = await db.openTable({ connection_id, object, filters: [...filters], order, window_rows: 10 });
    assert.deepEqual(table.row_identity, { columns: ["rowid"], source: "rowid" });
    const seen: unknown[] = [];
    for await (const { rows } of table.windows({ limit: 300 })) for (const [n] of rows) seen.push(n);
    assert.deepEqual(
      seen,
      Array.from({ length: 2000 }, (_, n) => 2499 - n),
    );
    const { counted_rows } = await db.countRows({ connection_id, object, filters: [...filters] });
    assert.deepEqual(counted_rows, { rows: 2000, exact: true });
  });
});

test("a view has its rows sorted and filtered, and is read and closed like any result", async () => {
  await withDatabase(async (db, connection_id) => {
    const { result_id } = await db.query({ connection_id, sql: numbers(2500), window_rows: 10 });
    assert.ok(result_id !== null);
    const view = await db.viewResult({
      result_id,
      filters: [{ column: 0, op: "ge", values: [500] }],
      order: [{ column: 0, descending: true }],
    });
    assert.equal(view.total_rows, 2000);
    const seen: unknown[] = [];
    for await (const { rows } of view.windows({ limit: 300 })) for (const [n] of rows) seen.push(n);
    assert.deepEqual(
      seen,
      Array.from({ length: 2000 }, (_, n) => 2499 - n),
    );
    assert.deepEqual(await db.findInResult({ result_id, text: "499", from_row: 500 }), { row: 1499, column: 0 });
    const { summaries } = await db.summarizeResult({ result_id, columns: [0] });
    assert.equal(summaries[0]?.sum, String((2499 * 2500) / 2));
    assert.ok(isLiteBaseError(await rejection(view.window(0, 1)), "not_found"));
  });
});
