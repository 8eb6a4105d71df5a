// Links: how they begin, how they end, and how bytes may be cut on the way.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { test } from "node:test";
import { inspect } from "node:util";
import {
  connect,
  decodePayload,
  encodeFrame,
  FrameReader,
  isLiteBaseError,
  type LiteBaseError,
  mockTransport,
  type Receiver,
  type Transport,
} from "@litebase/client";
import { spawnTransport, tcpTransport, unixTransport } from "@litebase/client/node";
import { ENDLESS, given, numbers, rejection, runProgram, until, withBackend, withDatabase } from "./room.js";

const FOLDER = given("LITEBASE_FOLDER");
const [PROGRAM = "", ...BEFORE] = JSON.parse(given("LITEBASE_COMMAND")) as string[];

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A foreign peer at a socket, for the length of `work`; it answers each message with what `answer` gives. */
async function withPeer(
  name: string,
  answer: (id: string, socket: Socket) => void,
  work: (path: string) => Promise<void>,
): Promise<void> {
  const path = `${FOLDER}/${name}`;
  const links = new Set<Socket>();
  const server: Server = createServer((socket) => {
    links.add(socket);
    const frames = new FrameReader();
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      for (const payload of frames.read(chunk)) answer(decodePayload(payload).id, socket);
    });
  });
  await new Promise<void>((done) => server.listen(path, done));
  try {
    await work(path);
  } finally {
    links.forEach((socket) => socket.destroy());
    server.close();
  }
}

/** Any transport, with what comes in cut into pieces of `size` bytes, or kept until nothing has come for a while. */
function sliced(path: string, size: number): Transport {
  let socket: Socket;
  return {
    open: async (receiver: Receiver) => {
      socket = dial(path);
      let kept: Uint8Array = new Uint8Array(0);
      let timer: NodeJS.Timeout | undefined;
      const deliver = (): void => {
        for (let start = 0; start < kept.length; start += size) receiver.bytes(kept.subarray(start, start + size));
        kept = new Uint8Array(0);
      };
      socket.on("data", (chunk) => {
        kept = Buffer.concat([kept, chunk]);
        clearTimeout(timer);
        timer = setTimeout(deliver, 20);
      });
      socket.on("close", () => receiver.closed());
      await new Promise((done) => socket.once("connect", done));
    },
    send: (frame) => void socket.write(frame),
    close: async () => void socket.destroy(),
  };
}

for (const size of [1, 3, 7, 4096, 1e9]) {
  test(`answers that arrive in pieces of ${size} bytes, and several in one, are put together`, async () => {
    const db = await connect(sliced(given("LITEBASE_SOCKET"), size));
    const { connection_id } = await db.dbConnect({ engine: "sqlite", mode: "memory" });
    const answers = await Promise.all([1, 2, 3, 4].map((n) => db.query({ connection_id, sql: numbers(50 * n) })));
    assert.deepEqual(
      answers.map(({ rows }) => rows.length),
      [50, 100, 150, 200],
    );
    await db.close();
  });
}

test("a backend that is killed rejects every pending call and is told once", async () => {
  await withBackend(["--socket", `${FOLDER}/k`], async ({ pid, endpoint }) => {
    const db = await connect(unixTransport({ path: endpoint.path }));
    const told: unknown[] = [];
    db.on("closed", (reason) => told.push(reason));
    const { connection_id } = await db.dbConnect({ engine: "sqlite", mode: "memory" });
    const calls = Array.from({ length: 70 }, () => rejection(db.query({ connection_id, sql: ENDLESS })));
    await db.healthCheck(); // by now those that fit are running
    process.kill(pid, "SIGKILL");
    for (const error of await Promise.all(calls)) {
      assert.ok(isLiteBaseError(error, "connection_closed"), String(error));
      assert.equal(error.retryable, false);
      assert.equal(error.type, "query");
    }
    assert.equal(db.isOpen, false);
    assert.ok(isLiteBaseError(told[0], "connection_closed"));
    assert.equal(told.length, 1);
    const late = await rejection(db.healthCheck());
    assert.ok(isLiteBaseError(late, "connection_closed") && late.retryable && /Connect again/.test(late.message));
    await new Promise((done) => db.on("closed", done));
    await db.close();
    await db.close();
  });
});

test("reconnecting is another connect; what was open before is gone", async () => {
  await withBackend(["--socket", `${FOLDER}/r`], async ({ endpoint }) => {
    const first = await connect(unixTransport({ path: endpoint.path }));
    const { connection_id } = await first.dbConnect({ engine: "sqlite", mode: "memory" });
    await first.close();
    const again = await connect(unixTransport({ path: endpoint.path }));
    const error = await rejection(again.query({ connection_id, sql: "SELECT 1" }));
    assert.ok(isLiteBaseError(error, "not_found") && error.details.what === "connection_id");
    await again.close();
  });
});

test("closing one's own client rejects what waits and tells closed without a reason", async () => {
  await withDatabase(async (db, connection_id) => {
    const closed = new Promise((done) => db.on("closed", done));
    const waiting = rejection(db.query({ connection_id, sql: ENDLESS }));
    await db.close();
    const error = await waiting;
    assert.ok(isLiteBaseError(error, "connection_closed") && /client was closed/.test(error.message), String(error));
    assert.equal(await closed, undefined);
  });
});

test("another protocol major is one clear error, whoever notices it first", async () => {
  const hello = {
    protocol: { major: 7, minor: 2 },
    server: { name: "litebase", version: "9" },
    engines: [],
    capabilities: [],
    limits: {},
  };
  const answer = (id: string, socket: Socket): void =>
    void socket.write(encodeFrame({ id, type: "hello_response", timestamp: new Date(), data: hello }));
  await withPeer("major", answer, async (path) => {
    const error = await rejection(connect(unixTransport({ path })));
    assert.ok(isLiteBaseError(error, "unsupported_protocol"), String(error));
    assert.match(error.message, /protocol 7\.2, this client 0\.\d+\./);
  });
  const refuse = (id: string, socket: Socket): void => {
    const data = { code: "unsupported_protocol", message: "too new", retryable: false };
    socket.write(encodeFrame({ id, type: "error", timestamp: new Date(), data }));
  };
  await withPeer("refuses", refuse, async (path) => {
    assert.ok(isLiteBaseError(await rejection(connect(unixTransport({ path }))), "unsupported_protocol"));
  });
});

test("something else that answers is not taken for a backend", async () => {
  const http = (_: string, socket: Socket): void => void socket.write("HTTP/1.1 400 Bad Request\r\n\r\n");
  await withPeer("http", http, async (path) => {
    const error = await rejection(connect(unixTransport({ path })));
    assert.ok(isLiteBaseError(error, "unreachable"), String(error));
    assert.match(error.message, /address of a LiteBase backend/);
  });
  const silent = (): void => undefined;
  await withPeer("silent", silent, async (path) => {
    const error = await rejection(connect(unixTransport({ path }), { timeoutMs: 50 }));
    assert.ok(isLiteBaseError(error, "unreachable"), String(error));
  });
  const hangUp = (_: string, socket: Socket): void => void socket.end();
  await withPeer("hangs-up", hangUp, async (path) => {
    assert.ok(isLiteBaseError(await rejection(connect(unixTransport({ path }))), "unreachable"));
  });
});

test("the backend's last word before it hangs up is the reason", async () => {
  const say = (id: string, socket: Socket): void => {
    const limits = { max_frame_bytes: 100, max_depth: 9, max_items: 99, max_requests_in_flight: 9 };
    const hello = { protocol: { major: 0, minor: 1 }, server: {}, engines: [], capabilities: [], limits };
    if (id === "1") socket.write(encodeFrame({ id, type: "hello_response", timestamp: new Date(), data: hello }));
    else {
      const data = { code: "invalid_frame", message: "The bytes are no message.", retryable: false };
      socket.end(encodeFrame({ id: "-", type: "error", timestamp: new Date(), data }));
    }
  };
  await withPeer("last-word", say, async (path) => {
    const db = await connect(unixTransport({ path }));
    const error = await rejection(db.healthCheck());
    assert.ok(isLiteBaseError(error, "connection_closed"), String(error));
    assert.match(error.message, /The bytes are no message\./);
    await db.close();
  });
});

test("an address without a backend is unreachable, with the system's reason", async () => {
  const missing = await rejection(connect(unixTransport({ path: `${FOLDER}/missing` })));
  assert.ok(isLiteBaseError(missing, "unreachable"), String(missing));
  assert.match(missing.message, /ENOENT/);
  assert.equal((missing.cause as NodeJS.ErrnoException).code, "ENOENT");
  const noToken = await rejection(connect(tcpTransport({ port: 1, tokenFile: `${FOLDER}/no-token` })));
  assert.ok(isLiteBaseError(noToken, "unreachable"), String(noToken));
});

test("a name with several addresses is unreachable for the reason of each", async () => {
  const tried = new AggregateError([new Error("refused by ::1"), new Error("refused by 127.0.0.1")]);
  const error = await rejection(
    connect({ ...mockTransport(), open: () => Promise.reject(tried), close: async () => {} }),
  );
  assert.ok(isLiteBaseError(error, "unreachable"), String(error));
  assert.match(error.message, /refused by ::1; refused by 127\.0\.0\.1$/);
});

test("a transport that cannot be closed does not hide why there is no link", async () => {
  const broken: Transport = {
    open: () => Promise.reject(new Error("no bridge")),
    send: () => undefined,
    close: () => Promise.reject(new Error("nothing to close")),
  };
  const error = await rejection(connect(broken));
  assert.ok(isLiteBaseError(error, "unreachable") && /no bridge/.test(error.message), String(error));
});

test("a transport that throws at a frame ends the link, and every call is told", async () => {
  const mock = mockTransport();
  let broken = false;
  const db = await connect({
    open: (receiver) => mock.open(receiver),
    send: (frame) => {
      if (broken) throw new Error("the bridge is gone");
      mock.send(frame);
    },
    close: () => Promise.reject(new Error("nothing to close")),
  });
  broken = true;
  for (const error of await Promise.all([
    rejection(db.healthCheck()),
    rejection(db.dbDisconnect({ connection_id: "c" })),
  ])) {
    assert.ok(isLiteBaseError(error, "connection_closed") && /the bridge is gone/.test(error.message), String(error));
  }
  assert.equal(db.isOpen, false);
});

test("an error without its data ends the link instead of leaving its call without an end", async () => {
  const answer = (id: string, socket: Socket): void => {
    const limits = { max_frame_bytes: 100, max_depth: 9, max_items: 99, max_requests_in_flight: 9 };
    const hello = { protocol: { major: 0, minor: 1 }, server: {}, engines: [], capabilities: [], limits };
    const type = id === "1" ? "hello_response" : "error";
    socket.write(encodeFrame({ id, type, timestamp: new Date(), data: id === "1" ? hello : null }));
  };
  await withPeer("no-data", answer, async (path) => {
    const db = await connect(unixTransport({ path }));
    const error = await rejection(db.healthCheck());
    assert.ok(isLiteBaseError(error, "connection_closed"), String(error));
    await db.close();
  });
});

test("no event is told after the link was closed", async () => {
  let receiver: Receiver | undefined;
  const mock = mockTransport();
  const open = (given: Receiver): Promise<void> => mock.open((receiver = given));
  const db = await connect({ open, send: (frame) => mock.send(frame), close: () => mock.close() });
  const told: string[] = [];
  db.on("event", ({ type }) => {
    told.push(type);
    void db.close();
  });
  const frames = ["first", "second"].map((type) => encodeFrame({ id: "-", type, timestamp: new Date(), data: null }));
  receiver?.bytes(Buffer.concat(frames));
  receiver?.bytes(frames[0] as Uint8Array);
  assert.deepEqual(told, ["first"]);
});

test("TCP: the right token opens, from the file or given; a wrong one or none is refused", async () => {
  await withBackend(["--port", "0"], async ({ endpoint }) => {
    const { port, token_file: tokenFile } = endpoint;
    const token = (await readFile(tokenFile, "utf8")).trim();
    for (const transport of [tcpTransport({ port, tokenFile }), tcpTransport({ port, token })]) {
      const db = await connect(transport);
      assert.equal((await db.healthCheck()).status, "healthy");
      assert.ok(!inspect(db, { depth: null, showHidden: true }).includes(token), "what console.log prints");
      assert.ok(!JSON.stringify(db).includes(token));
      await db.close();
    }
    await writeFile(`${FOLDER}/wrong`, "x".repeat(40));
    for (const transport of [tcpTransport({ port, tokenFile: `${FOLDER}/wrong` }), tcpTransport({ port })]) {
      const error = await rejection(connect(transport));
      assert.ok(isLiteBaseError(error, "unauthenticated"), String(error));
      assert.ok(!error.message.includes(token));
    }
  });
});

test("a backend that was spawned answers, logs, and ends with the client", async () => {
  const log: string[] = [];
  const transport = spawnTransport({
    command: PROGRAM,
    args: [...BEFORE, "-log-level", "debug"],
    onLog: (text) => log.push(text),
  });
  const db = await connect(transport);
  const { pid } = await db.healthCheck();
  assert.notEqual(pid, process.pid);
  const { connection_id } = await db.dbConnect({ engine: "sqlite", mode: "memory" });
  const waiting = rejection(db.query({ connection_id, sql: ENDLESS }));
  let rows = 0;
  const result = await db.query({
    connection_id: (await db.dbConnect({ engine: "sqlite", mode: "memory" })).connection_id,
    sql: numbers(30_000),
  });
  for await (const window of result.windows()) rows += window.rows.length;
  assert.equal(rows, 30_000);
  await db.close();
  assert.ok(isLiteBaseError(await waiting, "connection_closed"));
  assert.equal(isAlive(pid), false);
  assert.match(log.join(""), /request_answered/);
});

test("a spawned backend that is killed tells how it ended", async () => {
  const db = await connect(spawnTransport({ command: PROGRAM, args: BEFORE }));
  const closed = new Promise<LiteBaseError | undefined>((done) => db.on("closed", done));
  process.kill((await db.healthCheck()).pid, "SIGKILL");
  assert.match((await closed)?.message ?? "", /SIGKILL/);
  await db.close();
});

test("a program that cannot be started, or is no backend, is unreachable with the reason", async () => {
  const none = await rejection(connect(spawnTransport({ command: "litebase-no-such-program" })));
  assert.ok(isLiteBaseError(none, "unreachable") && /ENOENT/.test(none.message), String(none));
  assert.match(none.message, /Is "litebase-no-such-program" installed and in the PATH\?$/);
  const path = `${FOLDER}/no-such-program`;
  const nowhere = await rejection(connect(spawnTransport({ command: path })));
  assert.ok(isLiteBaseError(nowhere, "unreachable"), String(nowhere));
  assert.match(nowhere.message, /ENOENT.*Is there a program ".*no-such-program"\?$/);
  const folder = await rejection(connect(spawnTransport({ command: FOLDER })));
  assert.ok(isLiteBaseError(folder, "unreachable"), String(folder));
  assert.match(folder.message, /EACCES.*an executable file\? A built backend is inside the folder of the same name\.$/);
  const wrong = await rejection(connect(spawnTransport({ command: PROGRAM, args: [...BEFORE, "-no-such-option"] })));
  assert.ok(isLiteBaseError(wrong, "unreachable") && /exit code 2/.test(wrong.message), String(wrong));
});

test("a program that leaves another one at its output behind does not hold up the client", async () => {
  const started = Date.now();
  const starter = spawnTransport({ command: "sh", args: ["-c", "sleep 40 & exit 0"] });
  const error = await rejection(connect(starter, { timeoutMs: 200 }));
  assert.ok(isLiteBaseError(error, "unreachable"), String(error));
  assert.ok(Date.now() - started < 35_000);
});

test("a working folder that is missing is named, because the system's reason does not", async () => {
  const error = await rejection(connect(spawnTransport({ command: PROGRAM, cwd: `${FOLDER}/missing` })));
  assert.ok(isLiteBaseError(error, "unreachable"), String(error));
  assert.match(error.message, /is there a folder ".*missing"\?/);
});

test("a spawned backend ends when its parent is killed", async () => {
  const program = `
    import { connect } from "@litebase/client";
    import { spawnTransport } from "@litebase/client/node";
    const db = await connect(spawnTransport({ command: ${JSON.stringify(PROGRAM)}, args: ${JSON.stringify(BEFORE)} }));
    console.log((await db.healthCheck()).pid);
    process.kill(process.pid, "SIGKILL");`;
  const done = runProgram(program);
  assert.equal(done.signal, "SIGKILL", done.stderr);
  await until(() => !isAlive(Number(done.stdout)));
});
