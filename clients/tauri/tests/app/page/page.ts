// The page of the app that tests the plugin. WebDriver calls what is in `globalThis.page`.

import { connect, displayText, isLiteBaseError, type Client } from "@litebase/client";
import { backendStatus, onBackendStatus, tauriTransport, type BackendStatus } from "@litebase/tauri";

const statuses: BackendStatus[] = [];
const complaints: string[] = [];
const COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT i FROM n";
const COUNTED_WINDOW = 500;
const READ_WINDOW = 20_000;
let open: Client | undefined;

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`there is no ${id}`);
  return found;
}

async function client(): Promise<Client> {
  if (open?.isOpen !== true) open = await connect(tauriTransport(), { timeoutMs: 60_000 });
  return open;
}

async function sqlite(path?: string): Promise<{ db: Client; connection_id: string }> {
  const db = await client();
  const target = path === undefined ? ({ mode: "memory" } as const) : { path };
  const { connection_id } = await db.dbConnect({ engine: "sqlite", ...target });
  return { db, connection_id };
}

/** Shows the first rows of a statement, or why it was refused. */
async function show(path: string, sql: string): Promise<void> {
  const { db, connection_id } = await sqlite(path);
  try {
    const { columns, rows } = await db.query({ connection_id, sql });
    const line = (tag: string, texts: string[]): HTMLElement => {
      const row = document.createElement("tr");
      row.append(...texts.map((text) => Object.assign(document.createElement(tag), { textContent: text })));
      return row;
    };
    const head = line(
      "th",
      (columns ?? []).map((column) => column.name),
    );
    const cells = rows.map((row) =>
      line(
        "td",
        row.map((cell) => displayText(cell)),
      ),
    );
    element("rows").replaceChildren(head, ...cells);
    element("refusal").textContent = "";
  } catch (error) {
    if (!isLiteBaseError(error)) throw error;
    element("refusal").textContent = `${error.code}: ${error.message}`;
  } finally {
    await db.dbDisconnect({ connection_id });
  }
}

/** What a stream of numbers has brought so far: how many came, and how many of them were not the next one. */
const stream = { rows: 0, wrong: 0, done: false, error: "" };

/** Begins to read the numbers up to `last`. */
function startStream(last: number): void {
  Object.assign(stream, { rows: 0, wrong: 0, done: false, error: "" });
  const read = async (): Promise<void> => {
    const { db, connection_id } = await sqlite();
    const result = await db.query({ connection_id, sql: COUNT, params: [last], window_rows: COUNTED_WINDOW });
    for await (const { rows } of result.windows({ limit: COUNTED_WINDOW })) {
      for (const [number] of rows) if (number !== ++stream.rows) stream.wrong++;
    }
    stream.done = true;
  };
  read().catch((error: unknown) => (stream.error = String(error)));
}

/** Inserts numbers one after the other while the page is stopped now and then; what the table then holds. */
async function insertWhileStopped(count: number, every: number): Promise<unknown> {
  const { db, connection_id } = await sqlite();
  await db.query({ connection_id, sql: "CREATE TABLE kept (number INTEGER)" });
  for (let number = 1; number <= count; number++) {
    const inserted = db.query({ connection_id, sql: "INSERT INTO kept VALUES (?)", params: [number] });
    if (number % every === 0) window.stop();
    await inserted;
  }
  const sql = "SELECT count(*), count(DISTINCT number), min(number), max(number) FROM kept";
  return (await db.query({ connection_id, sql })).rows[0];
}

/** Reads a whole table; how many rows, and the milliseconds until the first of them and until the last. */
async function readAll(path: string, sql: string): Promise<{ rows: number; firstMs: number; ms: number }> {
  const { db, connection_id } = await sqlite(path);
  const began = performance.now();
  const result = await db.query({ connection_id, sql, window_rows: READ_WINDOW });
  const firstMs = performance.now() - began;
  let rows = 0;
  for await (const window of result.windows({ limit: READ_WINDOW })) rows += window.rows.length;
  const ms = performance.now() - began;
  await db.dbDisconnect({ connection_id });
  return { rows, firstMs, ms };
}

/** The milliseconds of round trips, one after the other. */
async function roundTrips(count: number): Promise<number[]> {
  const db = await client();
  const times: number[] = [];
  for (let time = 0; time < count; time++) {
    const began = performance.now();
    await db.healthCheck();
    times.push(performance.now() - began);
  }
  return times;
}

const health = async (): Promise<unknown> => (await client()).healthCheck();

const error = console.error;
console.error = (...told: unknown[]): void => {
  complaints.push(told.map(String).join(" "));
  error(...told);
};

void onBackendStatus((status) => {
  statuses.push(status);
  element("status").textContent = status.state;
});

const page = {
  backendStatus,
  complaints,
  health,
  insertWhileStopped,
  readAll,
  roundTrips,
  show,
  startStream,
  statuses,
  stream,
};
Object.assign(globalThis, { page });
