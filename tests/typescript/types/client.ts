// The client as a frontend developer uses it.

import { connect, isLiteBaseError, LiteBaseError, mockTransport, type Cell, type Column } from "@litebase/client";
import { spawnTransport, tcpTransport, unixTransport } from "@litebase/client/node";

import { give } from "./give.js";

const db = await connect(unixTransport({ path: "/run/user/1000/litebase/litebase.sock" }));
const { connection_id } = await db.dbConnect({ engine: "sqlite", path: "music.db", mode: "read_only" });
const { signal } = new AbortController();

const result = await db.query({ connection_id, sql: "SELECT ?", params: [100n] }, { signal, timeoutMs: 500 });
give<Column[]>(result.columns);
for await (const window of result.windows({ limit: 1000 })) give<Cell[][]>(window.rows);
give<Cell[][]>((await result.window(500_000, 500)).rows);
give<Promise<void>>(result.close());
// @ts-expect-error TS2554 a window has a limit
await result.window(500_000);
// @ts-expect-error TS2345 an offset is a number
await result.window("500000", 500);
// @ts-expect-error TS2353 options are named as they are
result.windows({ rows: 1000 });
// @ts-expect-error TS2561 options are in camel case, data is as on the wire
await db.query({ connection_id, sql: "SELECT 1" }, { timeout_ms: 500 });

// An error narrows by its code.
try {
  await db.healthCheck();
} catch (error) {
  // @ts-expect-error TS18046 what was caught may be anything
  give<string>(error.code);
  if (isLiteBaseError(error)) {
    give<LiteBaseError>(error);
    give<string>(error.code);
    // @ts-expect-error TS18046 details are known only with the code
    give<unknown>(error.details.position);
  }
  if (isLiteBaseError(error, "query_failed")) {
    give<"query_failed">(error.code);
    give<number | null | undefined>(error.details.position);
    // @ts-expect-error TS2339 a failed query has no limit
    give<unknown>(error.details.limit);
  }
  if (isLiteBaseError(error, "limit_exceeded")) give<string>(error.details.limit);
  if (isLiteBaseError(error, "cancelled")) give<undefined>(error.details);
  // @ts-expect-error TS2345 no error has this code
  if (isLiteBaseError(error, "query_faild")) throw error;
}

// A transport has what it needs.
// @ts-expect-error TS2741 a socket has a path
unixTransport({});
// @ts-expect-error TS2353 a socket has no host
unixTransport({ path: "litebase.sock", host: "127.0.0.1" });
// @ts-expect-error TS2741 a port is needed
tcpTransport({ host: "127.0.0.1", token: "secret" });
// @ts-expect-error TS2322 a program is named by its path
spawnTransport({ command: 7 });

// A mock answers with data of the right type.
mockTransport({ db_disconnect: {}, cancel: { outcome: "stopped", elapsed_ms: 1 } });
// @ts-expect-error TS2561 the mock knows the messages
mockTransport({ dbDisconnect: {} });
// @ts-expect-error TS2322 the mock knows their data
mockTransport({ cancel: { outcome: "stopped", elapsed_ms: "1" } });
