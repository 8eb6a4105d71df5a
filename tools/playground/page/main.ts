// The page: what is typed is run, what comes is shown.

import { connect, isLiteBaseError, type Client, type Result } from "@litebase/client";
import { webSocketTransport } from "@litebase/client/web";
import { FrameList } from "./frames.js";
import { Grid } from "./grid.js";
import { tapped } from "./tap.js";
import { asTarget } from "./target.js";

const EXAMPLES: Record<string, string> = {
  "Top tracks": "SELECT * FROM top_tracks",
  "Odd values": "SELECT id, what, value, typeof(value) AS storage FROM odd_values",
  "A million rows":
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000)\n" +
    "SELECT i, i * i AS square, 'row ' || i AS name, i / 7.0 AS ratio FROM n",
  "An endless query": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)\nSELECT count(*) FROM n",
  "An error": "SELECT name FROM artists WHERE contry = 'DE'",
};

function element<Kind extends HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

const sql = element<HTMLTextAreaElement>("sql");
const run = element<HTMLButtonElement>("run");
const cancel = element<HTMLButtonElement>("cancel");
const target = element<HTMLInputElement>("target");
const examples = element<HTMLSelectElement>("examples");
const status = element("status");
const link = element("link");

const frames = new FrameList(element("frames"), element("frame"), element("frame-count"));
const grid = new Grid(element("grid"), {
  known: (rows, total) => {
    const more = total === null ? " so far" : "";
    element("rows").textContent = `${counted(rows)}${more}`;
  },
  failed: tell,
});

let client: Client | undefined;
let connectionId: string | undefined;
let result: Result | undefined;
let running: AbortController | undefined;

function counted(rows: number): string {
  return `${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"}`;
}

function say(text: string, kind = ""): void {
  status.textContent = text;
  status.className = kind;
}

function tell(error: unknown): void {
  if (isLiteBaseError(error, "query_failed") && typeof error.details.line === "number") {
    say(`${error.message} (line ${error.details.line}, column ${error.details.column})`, "bad");
  } else if (isLiteBaseError(error)) say(`${error.code}: ${error.message}`, "bad");
  else say(error instanceof Error ? error.message : String(error), "bad");
}

function showLink(text: string, kind: string): void {
  link.textContent = text;
  link.className = `badge ${kind}`;
}

async function open(): Promise<void> {
  if (client === undefined) return;
  const before = connectionId;
  const wanted = asTarget(target.value.trim());
  say("connecting …");
  const opened = await client.dbConnect(wanted);
  connectionId = opened.connection_id;
  await show(undefined);
  if (before !== undefined) await client.dbDisconnect({ connection_id: before });
  showLink(`${opened.engine} ${opened.server_version}`, "good");
  say("connected");
}

async function show(next: Result | undefined): Promise<void> {
  const before = result;
  result = next;
  grid.show(next ?? null);
  await before?.close();
}

async function query(): Promise<void> {
  if (client === undefined || connectionId === undefined || running !== undefined) return;
  const { signal } = (running = new AbortController());
  busy(true);
  const started = performance.now();
  try {
    const answer = await client.query({ connection_id: connectionId, sql: sql.value }, { signal });
    const took = performance.now() - started;
    await show(answer);
    say(answer.affected_rows === null ? "done" : `${counted(answer.affected_rows)} changed`);
    const { server_ms, encode_ms } = answer.timings;
    element("timings").textContent =
      `here ${took.toFixed(1)} ms · database ${server_ms.toFixed(1)} · packing ${encode_ms.toFixed(1)}`;
  } catch (error) {
    tell(error);
  } finally {
    running = undefined;
    busy(false);
  }
}

function busy(now: boolean): void {
  run.disabled = now;
  cancel.disabled = !now;
  if (now) say("running …");
}

async function start(): Promise<void> {
  const token = new URLSearchParams(location.search).get("token") ?? "";
  const url = `ws://${location.host}/channel?token=${encodeURIComponent(token)}`;
  client = await connect(tapped(webSocketTransport({ url }), frames.tap));
  client.on("closed", () => showLink("link lost: reload the page", "bad"));
  const sample: string = await (await fetch("sample.json")).json();
  target.value = `sqlite:${sample}`;
  await open();
}

for (const name of Object.keys(EXAMPLES)) examples.add(new Option(name));
sql.value = EXAMPLES["Top tracks"] ?? "";
examples.onchange = () => (sql.value = EXAMPLES[examples.value] ?? "");
run.onclick = () => void query();
cancel.onclick = () => running?.abort();
element("clear").onclick = () => frames.clear();
element("target-form").onsubmit = (event) => {
  event.preventDefault();
  open().catch(tell); // what was open stays open
};
element("go-form").onsubmit = (event) => {
  event.preventDefault();
  const row = Number(element<HTMLInputElement>("go").value.replaceAll(/[,\s]/g, ""));
  if (Number.isSafeInteger(row) && row > 0) grid.goTo(row - 1).catch(tell);
  else say("Rows are whole numbers from 1.", "bad");
};
document.onkeydown = (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void query();
  if (event.key === "Escape") running?.abort();
};
start().catch((error: unknown) => {
  showLink("not connected", "bad");
  tell(error);
});
