// The transport of web pages, through the bridge of the playground to a real backend.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { connect, isLiteBaseError, type Client } from "@litebase/client";
import { webSocketTransport, type WebSocketLike } from "@litebase/client/web";
import { given, numbers, rejection, until } from "./room.js";

const origin = given("LITEBASE_BRIDGE"); // http://127.0.0.1:port
const url = `${origin.replace("http", "ws")}/channel?token=${given("LITEBASE_BRIDGE_TOKEN")}`;

/** A WebSocket as in a page of the bridge: a browser says where the page is from, Node.js only when it is told to. */
function create(address: string): WebSocketLike {
  const options = { headers: { origin } } as unknown as string[];
  return new WebSocket(address, options) as WebSocketLike;
}

async function opened(): Promise<Client> {
  return connect(webSocketTransport({ url, create }));
}

test("requests, large answers and many at once pass the bridge", async () => {
  const db = await opened();
  const { connection_id } = await db.dbConnect({ engine: "sqlite", mode: "memory" });
  const result = await db.query({ connection_id, sql: numbers(30_000, 200), window_rows: 10 });
  let next = 0;
  for await (const { rows } of result.windows({ limit: 5000 })) for (const [n] of rows) assert.equal(n, next++);
  assert.equal(next, 30_000);
  const several = Array.from({ length: 100 }, async (_, n) =>
    db.query({ connection_id, sql: "SELECT ?", params: [n] }),
  );
  assert.deepEqual((await Promise.all(several)).map(({ rows }) => rows[0]?.[0]), Array.from({ length: 100 }, (_, n) => n)); // prettier-ignore
  const bytes = new Uint8Array(3_000_000).fill(7);
  const { rows } = await db.query({ connection_id, sql: "SELECT length(?)", params: [bytes] });
  assert.deepEqual(rows, [[3_000_000]]);
  await db.close();
  assert.equal(db.isOpen, false);
});

test("close ends the client at the backend", async () => {
  const [one, other] = [await opened(), await opened()];
  const { clients } = await one.healthCheck();
  await other.close();
  await until(async () => (await one.healthCheck()).clients === clients - 1);
  await one.close();
  await one.close();
});

test("a bridge that refuses, and one that is not there, is unreachable", async () => {
  for (const wrong of [url.replace("token=", "token=x"), "ws://127.0.0.1:1/channel"]) {
    const error = await rejection(connect(webSocketTransport({ url: wrong, create })));
    assert.ok(isLiteBaseError(error, "unreachable"), String(error));
    assert.match(error.message, /The WebSocket could not be opened/);
  }
});

test("an address that is none is unreachable, too", async () => {
  const error = await rejection(connect(webSocketTransport({ url: "no address" })));
  assert.ok(isLiteBaseError(error, "unreachable"), String(error));
});

test("a link that ends rejects what is pending, and nothing is sent any more", async () => {
  let socket: WebSocketLike | undefined;
  const db = await connect(webSocketTransport({ url, create: (address) => (socket = create(address)) }));
  const { connection_id } = await db.dbConnect({ engine: "sqlite", mode: "memory" });
  const pending = rejection(db.query({ connection_id, sql: numbers(100_000) }));
  let reason: unknown;
  db.on("closed", (error) => (reason = error));
  socket?.close(); // as if the network had gone
  assert.ok(isLiteBaseError(await pending, "connection_closed"));
  assert.ok(isLiteBaseError(reason, "connection_closed"));
  assert.ok(isLiteBaseError(await rejection(db.healthCheck()), "connection_closed"));
});

test("a server that never answers is given up after the time limit, and nothing is left open", async () => {
  const server = createServer();
  const links = new Set<{ destroy(): void }>();
  server.on("upgrade", (_, link) => void links.add(link));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const error = await rejection(connect(webSocketTransport({ url: `ws://127.0.0.1:${port}` }), { timeoutMs: 50 }));
  assert.ok(isLiteBaseError(error, "unreachable"), String(error));
  for (const link of links) link.destroy();
  await new Promise((done) => server.close(done));
});

test("a token is sent and not printed", async () => {
  const transport = webSocketTransport({ url, create, token: "a secret" });
  assert.equal(transport.token, "a secret");
  assert.ok(!JSON.stringify(transport).includes("a secret"));
});
