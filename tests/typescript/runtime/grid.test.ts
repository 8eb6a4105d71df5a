// The page cache for grids: any rows in sight, as they are in the result, whatever happens meanwhile.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { isLiteBaseError, type Client, type FetchRequest } from "@litebase/client";
import { PageCache, type GridCalls, type GridOptions, type GridSnapshot, type GridSource } from "@litebase/client/grid";
import { ENDLESS, numbers, rejection, runProgram, until, withDatabase } from "./room.js";

interface Watched {
  readonly calls: GridCalls;
  readonly asked: FetchRequest[];
  readonly most: () => number;
}

/** The client's own `fetch`, with a record of what was asked for and how much of it at the same time. */
function watched(db: Client): Watched {
  const asked: FetchRequest[] = [];
  let now = 0;
  let most = 0;
  const fetch: GridCalls["fetch"] = async (data, options) => {
    asked.push(data);
    most = Math.max(most, ++now);
    try {
      return await db.fetch(data, options);
    } finally {
      now--;
    }
  };
  return { calls: { fetch }, asked, most: () => most };
}

/** Waits until all rows in sight are there, or have failed. */
async function settled(grid: PageCache): Promise<void> {
  await until(() => !grid.getSnapshot().loading && grid.holdings.requests === 0);
}

/** The first cells of the rows in sight; the state of a row that is not ready. */
function shown(grid: PageCache): unknown[] {
  return grid.getSnapshot().rows.map((row) => (row.state === "ready" ? row.cells[0] : row.state));
}

function counting(from: number, until_: number): number[] {
  return Array.from({ length: until_ - from }, (_, index) => from + index);
}

/** The same numbers for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function withGrid(
  sql: string,
  options: GridOptions,
  work: (
    grid: PageCache,
    watch: Watched,
    db: Client,
    result: GridSource & { result_id: string | null },
  ) => Promise<void>,
  window_rows = 10,
): Promise<void> {
  await withDatabase(async (db, connection_id) => {
    const result = await db.query({ connection_id, sql, window_rows });
    const watch = watched(db);
    const grid = new PageCache(watch.calls, options);
    grid.setSource(result);
    await work(grid, watch, db, result);
    grid.close();
    await result.close();
  });
}

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`random viewports and sources show what is in the result, seed ${seed}`, async () => {
    await withDatabase(async (db, connection_id) => {
      const random = randomFrom(seed);
      const ROWS = 5000;
      const limits = { pageRows: 1 + random(300), maxPages: 1 + random(12), maxRequests: 1 + random(5) };
      const options = { ...limits, maxBytes: 20_000 + random(200_000), aheadPages: random(4) };
      const watch = watched(db);
      const grid = new PageCache(watch.calls, options);
      const sql = `SELECT n, printf('%.*c', 1 + n % 300, 'x') FROM (${numbers(ROWS)})`;
      const result = await db.query({ connection_id, sql, window_rows: 1 + random(700) });
      // Each source, and the number that is in its row `index`.
      const makes: readonly {
        readonly open: (signal: AbortSignal) => Promise<GridSource & { close(): Promise<void> }>;
        readonly value: (index: number) => number;
        readonly length: number;
        readonly own: boolean; // to be closed after it was shown
      }[] = [
        { open: async () => result, value: (index: number) => index, length: ROWS, own: false },
        {
          open: async (signal: AbortSignal) => {
            const order = [{ column: 0, descending: true }];
            return db.viewResult({ result_id: result.result_id ?? "", order }, { signal });
          },
          value: (index: number) => ROWS - 1 - index,
          length: ROWS,
          own: true,
        },
        {
          open: async (signal: AbortSignal) => {
            const filters = [{ column: 0, op: "ge" as const, values: [4000] }];
            return db.viewResult({ result_id: result.result_id ?? "", filters }, { signal });
          },
          value: (index: number) => 4000 + index,
          length: ROWS - 4000,
          own: true,
        },
      ];
      const truths = new Map([[1, makes[0]]]); // by the number of the source
      const taken: GridSnapshot[] = [];
      let checks = 0;
      const take = (): void => {
        taken.push(grid.getSnapshot());
        const { rows } = grid.getSnapshot();
        const { pages, bytes, requests } = grid.holdings;
        assert.ok(requests <= options.maxRequests);
        const needed = Math.ceil(rows.length / options.pageRows) + 1 + options.aheadPages;
        assert.ok(pages <= Math.max(options.maxPages, needed), `${pages} pages`);
        assert.ok(bytes <= options.maxBytes + needed * options.pageRows * 1000, `${bytes} bytes`);
      };
      const check = ({ source, rows, first, total, rowCount, opening }: GridSnapshot): void => {
        const truth = truths.get(source);
        assert.ok(truth);
        if (opening) assert.ok(rows.every((row) => row.state === "loading"));
        else if (total !== null) assert.equal(total, truth.length);
        rows.forEach((row, at) => {
          assert.equal(row.index, first + at);
          assert.notEqual(row.state, "failed");
          if (row.state !== "ready") return;
          const n = truth.value(row.index);
          assert.deepEqual(row.cells, [n, "x".repeat(1 + (n % 300))]);
          assert.ok(row.index < rowCount);
          checks++;
        });
      };
      grid.subscribe(take);
      grid.setSource(result);
      const changing: Promise<unknown>[] = [];
      let open: { close(): Promise<void> } | undefined;
      for (let step = 0; step < 150; step++) {
        const kind = random(12);
        if (kind === 0) {
          const next = makes[random(makes.length)];
          assert.ok(next);
          const former = open;
          changing.push(
            grid.load(next.open).then((source) => {
              if (source === null) return undefined;
              truths.set(grid.getSnapshot().source, next);
              open = next.own ? source : undefined;
              return former?.close();
            }),
          );
        } else {
          const { first } = grid.getSnapshot();
          const from = kind < 6 ? Math.max(0, first + random(400) - 200) : random(ROWS + 100);
          grid.show(from, from + random(90));
        }
        take();
        if (random(3) === 0) await sleep(random(4));
        if (random(10) === 0) {
          await Promise.all(changing.splice(0));
          await settled(grid);
          take();
          taken.splice(0).forEach(check);
          assert.ok(grid.getSnapshot().rows.every((row) => row.state === "ready"));
        }
      }
      await Promise.all(changing);
      await settled(grid);
      taken.forEach(check);
      assert.ok(checks > 1000, `only ${checks} rows were compared`);
      assert.ok(watch.most() <= options.maxRequests);
      grid.close();
    });
  });
}

test("rows over the border of pages are put together, and a page ahead is read in the direction of scrolling", async () => {
  await withGrid(numbers(5000), { pageRows: 100 }, async (grid, { asked }) => {
    const offsets = (): number[] => asked.splice(0).map(({ offset }) => offset);
    grid.show(1080, 1120);
    await settled(grid);
    assert.deepEqual(shown(grid), counting(1080, 1120));
    assert.deepEqual(offsets(), [1000, 1100, 1200]);
    grid.show(1050, 1090);
    await settled(grid);
    assert.deepEqual(offsets(), [900]);
    grid.show(990, 1030);
    await settled(grid);
    assert.deepEqual(shown(grid), counting(990, 1030));
    assert.deepEqual(offsets(), [800]);
    grid.show(1100, 1140);
    await settled(grid);
    assert.deepEqual(offsets(), [], "all of it was there");
  });
});

test("the rows that came with the result are not requested, and a page goes on where they end", async () => {
  const options = { pageRows: 100, aheadPages: 0 };
  const work = async (grid: PageCache, { asked }: Watched): Promise<void> => {
    grid.show(0, 140);
    assert.deepEqual(shown(grid), counting(0, 140));
    grid.show(130, 170);
    await settled(grid);
    assert.deepEqual(shown(grid), counting(130, 170));
    assert.deepEqual(
      asked.map(({ offset, limit }) => [offset, limit]),
      [[150, 50]],
    );
  };
  await withGrid(numbers(5000), options, work, 150);
});

test("a result that came whole is shown without a request, whatever the bounds are", async () => {
  const work = async (grid: PageCache, { asked }: Watched): Promise<void> => {
    for (const first of [900, 0, 500]) {
      grid.show(first, first + 50);
      assert.deepEqual(shown(grid), counting(first, first + 50));
    }
    assert.equal(grid.getSnapshot().total, 1000);
    assert.deepEqual(asked, []);
  };
  await withGrid(numbers(1000), { pageRows: 10, maxPages: 1, maxBytes: 1 }, work, 1000);
});

test("the number of rows grows until the end is known", async () => {
  await withGrid(numbers(30_000), { pageRows: 100 }, async (grid) => {
    assert.deepEqual([grid.getSnapshot().total, grid.getSnapshot().rowCount], [null, 10]);
    grid.show(20_000, 20_040);
    assert.ok(grid.getSnapshot().loading);
    await settled(grid);
    const { total, rowCount } = grid.getSnapshot();
    assert.equal(total, null);
    assert.ok(rowCount >= 20_040 && rowCount < 30_000);
    grid.show(50_000, 50_040); // beyond the end, which nobody knows yet
    await settled(grid);
    assert.deepEqual([grid.getSnapshot().total, grid.getSnapshot().rowCount], [30_000, 30_000]);
    assert.deepEqual(shown(grid), []);
    grid.show(29_980, 30_020);
    await settled(grid);
    assert.deepEqual(shown(grid), counting(29_980, 30_000));
    assert.equal(grid.row(30_000), undefined);
  });
});

test("the end can be read on demand, and then the total is known", async () => {
  await withGrid(numbers(40_000), { pageRows: 100 }, async (grid, _watch, _db, result) => {
    grid.show(0, 40);
    assert.equal(await grid.readToEnd(), 40_000);
    assert.deepEqual([grid.getSnapshot().total, grid.getSnapshot().rowCount], [40_000, 40_000]);
    assert.equal(await grid.readToEnd(), 40_000);
    grid.setSource(null);
    assert.equal(await grid.readToEnd(), 0);
    grid.setSource({ ...result, total_rows: null });
    const reading = grid.readToEnd();
    grid.setSource(null);
    assert.equal(await reading, null, "it is the end of another result");
  });
});

test("a result without rows has none, and max_rows is told", async () => {
  await withGrid("SELECT 1 WHERE 0", {}, async (grid) => {
    grid.show(0, 50);
    await settled(grid);
    assert.deepEqual([grid.getSnapshot().total, shown(grid)], [0, []]);
  });
  await withDatabase(async (db, connection_id) => {
    const result = await db.query({ connection_id, sql: numbers(1000), max_rows: 300, window_rows: 10 });
    const grid = new PageCache(db);
    grid.setSource(result);
    grid.show(250, 350);
    await settled(grid);
    assert.deepEqual(shown(grid), counting(250, 300));
    assert.ok(grid.getSnapshot().truncated);
    await result.close();
  });
});

test("what is no longer in sight is aborted, and the rows in sight do not wait for it", async () => {
  const sql = `SELECT CASE WHEN n >= 3000 THEN (${ENDLESS}) ELSE n END FROM (${numbers(9000)})`;
  await withGrid(sql, { pageRows: 100, maxRequests: 1, aheadPages: 0 }, async (grid, { asked, most }, db) => {
    grid.show(2000, 2040);
    await settled(grid);
    asked.length = 0;
    grid.show(8000, 8040); // which would take for ever
    await until(() => asked.length === 1);
    assert.equal(grid.holdings.requests, 1);
    grid.show(200, 240);
    await settled(grid);
    assert.deepEqual(shown(grid), counting(200, 240));
    assert.equal(most(), 1);
    assert.ok((await db.healthCheck()).requests_in_flight <= 1, "but for this one");
  });
});

test("an answer that comes in spite of an abort, and once more, changes no row", async () => {
  await withDatabase(async (db, connection_id) => {
    const result = await db.query({ connection_id, sql: numbers(9000), window_rows: 10 });
    const grid = new PageCache({ fetch: (data) => db.fetch(data) }, { pageRows: 100, aheadPages: 0, maxRequests: 9 });
    grid.setSource(result);
    for (const first of [0, 1000, 8000, 1000, 0, 1000]) grid.show(first, first + 100);
    assert.ok(grid.holdings.requests > 3);
    await settled(grid);
    for (const first of [1000, 0]) {
      grid.show(first, first + 100);
      await settled(grid);
      assert.deepEqual(shown(grid), counting(first, first + 100));
    }
    assert.ok(grid.holdings.rows <= 300);
    await result.close();
  });
});

test("scrolling through a whole result asks for few rows at a time and leaves few behind", async () => {
  const limits = { pageRows: 100, maxPages: 6, maxRequests: 3 };
  await withGrid(numbers(20_000), limits, async (grid, { most }) => {
    for (let first = 0; first < 20_000; first += 37) {
      grid.show(first, first + 40);
      assert.ok(grid.holdings.pages <= 6);
      if (first % 5 === 0) await sleep(1);
    }
    await settled(grid);
    assert.ok(most() <= 3);
    assert.equal(grid.getSnapshot().rows.at(-1)?.index, 19_999);
    assert.deepEqual(shown(grid), counting(grid.getSnapshot().first, 20_000));
  });
});

test("the pages in sight stay, even if they are more than are to be kept; others go, the oldest first", async () => {
  await withGrid(numbers(5000), { pageRows: 10, maxPages: 4, aheadPages: 0 }, async (grid, { asked }) => {
    grid.show(1000, 1080);
    await settled(grid);
    assert.deepEqual(shown(grid), counting(1000, 1080));
    assert.equal(grid.holdings.pages, 8);
    grid.show(1070, 1080);
    await settled(grid);
    assert.equal(grid.holdings.pages, 4);
    asked.length = 0;
    grid.show(1050, 1080);
    await settled(grid);
    assert.deepEqual(shown(grid), counting(1050, 1080));
    assert.deepEqual(asked, [], "those that were in sight last were kept");
    grid.show(1000, 1010);
    await settled(grid);
    assert.deepEqual(asked.map(({ offset }) => offset), [1000]); // prettier-ignore
  });
});

test("large rows make pages smaller, so that the memory is bounded by bytes", async () => {
  const maxBytes = 4_000_000;
  await withGrid(numbers(2000, 60_000), { maxBytes }, async (grid, { asked }) => {
    let most = 0;
    grid.subscribe(() => (most = Math.max(most, grid.holdings.bytes)));
    for (const first of [500, 1200, 1210, 1220, 40]) {
      grid.show(first, first + 30);
      await settled(grid);
      assert.deepEqual(shown(grid), counting(first, first + 30));
    }
    const inSight = 30 * 120_200; // a character is counted as two bytes
    assert.ok(most < maxBytes + inSight, `${most} bytes`);
    assert.ok(asked.slice(20).every(({ limit }) => limit <= 16));
  });
});

test("cells that arrived cut are told with their row", async () => {
  await withDatabase(async (db, connection_id) => {
    const sql = `SELECT n, CASE WHEN n % 7 = 0 THEN printf('%.*c', 90, 'x') ELSE 'y' END FROM (${numbers(900)})`;
    const result = await db.query({ connection_id, sql, max_cell_bytes: 16, window_rows: 100 });
    const grid = new PageCache(db, { pageRows: 64 });
    grid.setSource(result);
    for (const first of [80, 470]) {
      grid.show(first, first + 60);
      await settled(grid);
      for (const row of grid.getSnapshot().rows) {
        assert.ok(row.state === "ready");
        const expected = row.index % 7 === 0 ? [{ row: row.index, column: 1, full_bytes: 90 }] : [];
        assert.deepEqual(row.cut, expected);
      }
    }
    await result.close();
  });
});

test("a page that fails has its error, the others have their rows, and retry asks again", async () => {
  const sql = `SELECT CASE WHEN n = 2050 THEN json('no json') ELSE n END FROM (${numbers(5000)})`;
  await withGrid(sql, { pageRows: 100, aheadPages: 0 }, async (grid, { asked }) => {
    grid.show(1980, 2120);
    await settled(grid);
    const { rows, error, gone } = grid.getSnapshot();
    assert.ok(isLiteBaseError(error, "query_failed"), String(error));
    assert.equal(gone, false);
    assert.deepEqual(shown(grid).slice(0, 20), counting(1980, 2000));
    assert.equal(rows.at(-1)?.state, "failed");
    const before = asked.length;
    grid.show(1985, 2120);
    await settled(grid);
    assert.equal(asked.length, before, "nothing is asked for again by itself");
    grid.retry();
    assert.ok(grid.getSnapshot().loading);
    await settled(grid);
    assert.ok(asked.length > before);
    assert.ok(isLiteBaseError(grid.getSnapshot().error, "query_failed"));
    grid.show(1900, 1940);
    await settled(grid);
    assert.deepEqual([shown(grid), grid.getSnapshot().error], [counting(1900, 1940), null]);
  });
});

test("what failed for a while succeeds after retry, and a failure out of sight is tried again when it comes into sight", async () => {
  await withDatabase(async (db, connection_id) => {
    const result = await db.query({ connection_id, sql: numbers(5000), window_rows: 10 });
    let isWrong = true; // then the backend refuses what is sent
    const fetch: GridCalls["fetch"] = (data, options) => db.fetch(isWrong ? { ...data, limit: 0 } : data, options);
    const grid = new PageCache({ fetch }, { pageRows: 100, aheadPages: 1 });
    grid.setSource(result);
    grid.show(1080, 1120);
    await settled(grid);
    assert.ok(isLiteBaseError(grid.getSnapshot().error, "invalid_message"), String(grid.getSnapshot().error));
    isWrong = false;
    grid.show(1090, 1130);
    await settled(grid);
    assert.deepEqual([...new Set(shown(grid))], ["failed"], "not by itself");
    grid.retry();
    await settled(grid);
    assert.deepEqual(shown(grid), counting(1090, 1130));
    isWrong = true;
    grid.show(1250, 1290);
    grid.show(1260, 1300);
    await settled(grid);
    assert.equal(grid.getSnapshot().error, null, "it was read ahead");
    assert.equal(grid.row(1300)?.state, "failed");
    isWrong = false;
    grid.show(1290, 1330);
    await settled(grid);
    assert.deepEqual(shown(grid), counting(1290, 1330));
    await result.close();
  });
});

test("another source shows no row of the one before, and its answers that come late are not shown", async () => {
  await withGrid(numbers(20_000), { pageRows: 100 }, async (grid, _, db, result) => {
    grid.show(500, 540);
    await settled(grid);
    const before = grid.getSnapshot();
    const order = [{ column: 0, descending: true }];
    const opening = grid.load((signal) => db.viewResult({ result_id: result.result_id ?? "", order }, { signal }));
    assert.ok(grid.getSnapshot().opening);
    assert.ok(grid.getSnapshot().rows.every((row) => row.state === "loading"));
    assert.equal(grid.row(500)?.state, "loading");
    const view = await opening;
    assert.ok(view !== null);
    assert.notEqual(grid.getSnapshot().source, before.source);
    assert.ok(grid.getSnapshot().rows.every((row) => row.state === "loading"));
    await settled(grid);
    assert.deepEqual(shown(grid), counting(500, 540).map((n) => 19_999 - n)); // prettier-ignore
    grid.show(9000, 9040);
    grid.setSource(result); // while rows of the view are on their way
    await settled(grid);
    assert.deepEqual(shown(grid), counting(9000, 9040));
    await view.close();
  });
});

test("of two sources that are opened at the same time the later one counts, and the other one is closed", async () => {
  await withGrid(numbers(20_000), {}, async (grid, _, db, result) => {
    grid.show(0, 20);
    const made: string[] = [];
    const sorted = (descending: boolean) => async () => {
      const view = await db.viewResult({ result_id: result.result_id ?? "", order: [{ column: 0, descending }] });
      made.push(view.result_id);
      return view; // it did not look at the signal
    };
    const [first, former, later] = await Promise.all([
      grid.load(async () => result), // which is not closed: it was shown, so somebody knows of it
      grid.load(sorted(false)),
      grid.load(sorted(true)),
    ]);
    assert.deepEqual([first, former], [null, null]);
    assert.ok(later !== null);
    await settled(grid);
    assert.deepEqual(shown(grid), counting(0, 20).map((n) => 19_999 - n)); // prettier-ignore
    const superfluous = made.find((id) => id !== later.result_id) ?? "";
    const error = await rejection(db.fetch({ result_id: superfluous, offset: 0, limit: 1 }));
    assert.ok(isLiteBaseError(error, "not_found"), String(error));
    await later.close();
  });
});

test("when another source cannot be opened the rows are there again, and the error is passed on", async () => {
  await withGrid(numbers(5000), {}, async (grid, _, db, result) => {
    grid.show(100, 120);
    await settled(grid);
    const order = [{ column: 7 }];
    const error = await rejection(grid.load(() => db.viewResult({ result_id: result.result_id ?? "", order })));
    assert.ok(isLiteBaseError(error), String(error));
    assert.deepEqual([shown(grid), grid.getSnapshot().opening], [counting(100, 120), false]);
    grid.show(3000, 3020);
    await settled(grid);
    assert.deepEqual(shown(grid), counting(3000, 3020));
  });
});

test("a result that was closed at the backend, and a link that has ended, are told; rows that are here stay", async () => {
  await withDatabase(async (db, connection_id) => {
    for (const end of ["result", "link"]) {
      const result = await db.query({ connection_id, sql: numbers(20_000), window_rows: 10 });
      const watch = watched(db);
      const grid = new PageCache(watch.calls, { pageRows: 100 });
      grid.setSource(result);
      grid.show(0, 40);
      await settled(grid);
      if (end === "result") await db.closeResult({ result_id: result.result_id ?? "" });
      else await db.close();
      grid.show(5000, 5040);
      await settled(grid);
      const { gone, error, loading } = grid.getSnapshot();
      assert.ok(gone && !loading);
      assert.ok(isLiteBaseError(error, end === "result" ? "not_found" : "connection_closed"), String(error));
      const before = watch.asked.length;
      grid.show(0, 40);
      assert.deepEqual([shown(grid), grid.getSnapshot().error], [counting(0, 40), null]);
      grid.show(9000, 9040);
      await sleep(5);
      assert.equal(watch.asked.length, before, "nothing more is asked for");
      if (end === "link") return;
      const again = await db.query({ connection_id, sql: numbers(20_000), window_rows: 10 });
      grid.setSource(again);
      await settled(grid);
      assert.deepEqual([shown(grid), grid.getSnapshot().gone], [counting(9000, 9040), false]);
    }
  });
});

test("a snapshot stays the same until something changes, changes are told together, rows keep their identity", async () => {
  await withGrid(numbers(5000), { pageRows: 100 }, async (grid) => {
    const { subscribe, getSnapshot } = grid; // as a framework takes them
    let told = 0;
    const end = subscribe(() => told++);
    grid.show(100, 130);
    grid.show(110, 150);
    assert.equal(getSnapshot(), getSnapshot());
    assert.equal(told, 0);
    await Promise.resolve();
    assert.equal(told, 1);
    await settled(grid);
    const before = getSnapshot();
    assert.equal(before, getSnapshot());
    grid.show(120, 160);
    await settled(grid);
    assert.equal(getSnapshot().rows[0], before.rows[10]);
    assert.equal(before.rows.length, 40);
    const soFar = told;
    end();
    grid.show(0, 10);
    await settled(grid);
    assert.equal(told, soFar);
  });
});

test("a listener that throws does not keep the others from being called", () => {
  const { stdout } = runProgram(`
    import { PageCache } from "@litebase/client/grid";
    process.on("uncaughtException", (error) => console.log("reported:", error.message));
    const grid = new PageCache({ fetch: () => new Promise(() => {}) });
    grid.subscribe(() => { throw new RangeError("mine"); });
    grid.subscribe(() => console.log(grid.getSnapshot().rows.length, "rows"));
    grid.setSource({ result_id: null, rows: [[1], [2]] });
    grid.show(0, 10);`);
  assert.deepEqual(stdout.trim().split("\n").sort(), ["2 rows", "reported: mine"]);
});

test("a closed cache asks for nothing, tells nothing, and leaves the result open", async () => {
  await withGrid(numbers(5000), {}, async (grid, { asked }, db, result) => {
    let told = 0;
    grid.subscribe(() => told++);
    grid.show(2000, 2040);
    grid.close();
    await sleep(5);
    const before = asked.length;
    grid.show(0, 10);
    grid.setSource(result);
    grid.retry();
    assert.equal(await grid.load(async () => result), null);
    await until(() => grid.holdings.requests === 0);
    assert.deepEqual([told, asked.length, grid.getSnapshot().rows], [0, before, []]);
    assert.equal((await db.fetch({ result_id: result.result_id ?? "", offset: 0, limit: 1 })).rows.length, 1);
  });
});

test("rows that cannot be in sight and options that make no sense are refused", async () => {
  await withGrid(numbers(5000), {}, async (grid) => {
    for (const [first, end] of [
      [NaN, 10],
      [0, NaN],
      [0, Infinity],
      [0, 20_000],
    ] as const) {
      assert.throws(() => grid.show(first, end), RangeError);
    }
    grid.show(-3.5, 12.2);
    assert.deepEqual(shown(grid).slice(0, 10), counting(0, 10));
    assert.equal(grid.getSnapshot().rows.length, 13);
    grid.show(20, 10);
    assert.deepEqual(shown(grid), []);
    for (const options of [{ pageRows: 0 }, { maxPages: 1.5 }, { maxRequests: NaN }, { aheadPages: -1 }]) {
      assert.throws(() => new PageCache({ fetch: async () => assert.fail() }, options), RangeError);
    }
    assert.throws(() => new PageCache({ fetch: async () => assert.fail() }, { pageRows: 100_001 }), /100000/);
  });
});
