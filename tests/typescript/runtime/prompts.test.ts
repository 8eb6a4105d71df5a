// Prompts: what the backend asks the person at the client, with the password of a real server.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  connect,
  isLiteBaseError,
  LiteBaseError,
  mockTransport,
  type EventEntry,
  type MysqlTarget,
  type OnPrompt,
  type PostgresqlTarget,
  type Prompt,
} from "@litebase/client";
import { unixTransport } from "@litebase/client/node";
import { given, rejection, until } from "./room.js";

const { password: known, ...rest } = JSON.parse(given("LITEBASE_TARGET")) as PostgresqlTarget | MysqlTarget;
const right = known ?? "";
const target = { ...rest, name: "shop", password_prompt: true } as PostgresqlTarget;

async function withPrompts(onPrompt: OnPrompt, work: (db: Awaited<ReturnType<typeof connect>>) => Promise<void>) {
  const db = await connect(unixTransport({ path: given("LITEBASE_SOCKET") }), { onPrompt });
  try {
    await work(db);
  } finally {
    await db.close();
  }
}

test("a password is asked for, and again when the server refuses it", async () => {
  const prompts: Prompt[] = [];
  const password = (prompt: Prompt): string => {
    prompts.push(prompt);
    return prompt.again ? right : "wrong";
  };
  await withPrompts({ password }, async (db) => {
    const { connection_id } = await db.dbConnect(target);
    assert.deepEqual((await db.query({ connection_id, sql: "SELECT 1" })).rows, [[1]]);
  });
  assert.deepEqual(
    prompts.map(({ kind, again, connection_name }) => [kind, again, connection_name]),
    [
      ["password", false, "shop"],
      ["password", true, "shop"],
    ],
  );
});

test("null refuses, and so does a kind that nobody answers", async () => {
  for (const onPrompt of [{ password: () => null }, { token: () => right }]) {
    await withPrompts(onPrompt, async (db) => {
      const error = await rejection(db.dbConnect(target));
      assert.ok(isLiteBaseError(error, "prompt_unanswered"));
      assert.equal(error.details?.reason, "refused");
    });
  }
});

test("a client without prompts is told the question", async () => {
  const db = await connect(unixTransport({ path: given("LITEBASE_SOCKET") }));
  const error = await rejection(db.dbConnect(target));
  assert.ok(isLiteBaseError(error, "prompt_unanswered"));
  assert.equal(error.details?.reason, "no_prompts");
  assert.ok(error.details.text.startsWith("Password of "));
  await db.close();
});

test("the signal of a prompt aborts when its request was cancelled", async () => {
  const seen: AbortSignal[] = [];
  const password = (_: Prompt, { signal }: { signal: AbortSignal }): Promise<null> => {
    seen.push(signal);
    return new Promise(() => undefined);
  };
  await withPrompts({ password }, async (db) => {
    const stopping = new AbortController();
    const connecting = rejection(db.dbConnect(target, { signal: stopping.signal }));
    await until(() => seen.length === 1);
    stopping.abort();
    assert.ok(isLiteBaseError(await connecting, "cancelled"));
    await until(() => seen[0]?.aborted ?? false);
  });
});

test("a loop reads events beside the prompts, which do not wait for it", async () => {
  await withPrompts({ password: () => right }, async (db) => {
    const { connection_id } = await db.dbConnect(target);
    const own = await db.openDbSession({ connection_id });
    const seen: EventEntry[] = [];
    for await (const event of db.events({ kinds: ["transaction_changed"] })) {
      seen.push(event);
      if (seen.length === 2) break;
      await db.dbConnect(target); // asks, while the loop is busy
      await db.begin({ db_session_id: own.db_session_id });
    }
    assert.deepEqual(
      seen.map((one) => one.transaction_status),
      ["idle", "in_transaction"],
    );
    for await (const event of db.events()) {
      assert.equal(event.transaction_status, "in_transaction");
      break;
    }
  });
});

test("a loop beside prompts ends with its signal and with the client, and a later one takes its place", async () => {
  await withPrompts({}, async (db) => {
    const stopping = new AbortController();
    const first = db.events({ signal: stopping.signal }).next();
    const second = db.events().next();
    assert.deepEqual(await first, { done: true, value: undefined });
    await db.close();
    assert.deepEqual(await second, { done: true, value: undefined });
  });
  await withPrompts({}, async (db) => {
    const stopping = new AbortController();
    const loop = db.events({ signal: stopping.signal }).next();
    stopping.abort();
    assert.deepEqual(await loop, { done: true, value: undefined });
  });
});

const hostKey: Prompt = {
  prompt_id: "p1",
  kind: "host_key",
  text: "Is this the key of db?",
  again: false,
  connection_name: "",
  host: "db",
};
const event: EventEntry = { sequence: 1, at: "2026-01-01T00:00:00+00:00", kind: "prompt", prompt: hostKey };
const never = (): Promise<never> => new Promise(() => undefined);

test("a decision is answered with yes or refused", async () => {
  const { server } = await connect(mockTransport());
  for (const agrees of [true, false]) {
    const answers: (string | null)[] = [];
    const transport = mockTransport({
      hello: server,
      wait_events: ({ after }) => (after === null ? { events: [event], next: 1, missed: 0 } : never()),
      answer_prompt: ({ answer }) => {
        answers.push(answer);
        return {};
      },
    });
    const db = await connect(transport, { onPrompt: { host_key: ({ host }) => host === "db" && agrees } });
    await until(() => answers.length === 1);
    assert.deepEqual(answers, [agrees ? "yes" : null]);
    await db.close();
  }
});

test("the signal of a prompt aborts when an answer that describes the present tells of it no more", async () => {
  const { server } = await connect(mockTransport());
  for (const missed of [0, 1]) {
    const seen: AbortSignal[] = [];
    let told = false;
    const transport = mockTransport({
      hello: server,
      wait_events: ({ after }) => {
        if (!told) {
          told = true;
          return { events: [event], next: 1, missed: 0 };
        }
        return after === null || (missed > 0 && after === 1) ? { events: [], next: 2, missed } : never();
      },
    });
    const host_key: OnPrompt["host_key"] = (_, { signal }) => {
      seen.push(signal);
      return never();
    };
    const db = await connect(transport, { onPrompt: { host_key } });
    await until(() => seen.length === 1);
    const reading = missed > 0 ? undefined : db.events().next(); // which asks for the present
    await until(() => seen[0]?.aborted ?? false);
    await db.close();
    await reading;
  }
});

test("a prompt that is told again while its answer is on the way is not asked again", async () => {
  const { server } = await connect(mockTransport());
  let asked = 0;
  let toldAgain = false;
  let sent: () => void = () => undefined;
  const answering = new Promise<void>((resolve) => (sent = resolve));
  const transport = mockTransport({
    hello: server,
    wait_events: async ({ after }) => {
      if (after === null) return { events: [event], next: 1, missed: 0 };
      if (after === 1) {
        await answering;
        return { events: [event], next: 2, missed: 1 };
      }
      toldAgain = true;
      return never();
    },
    answer_prompt: () => {
      sent();
      return never();
    },
  });
  const host_key = (): boolean => ++asked > 0;
  const db = await connect(transport, { onPrompt: { host_key } });
  await until(() => toldAgain);
  assert.equal(asked, 1);
  await db.close();
});

test("a function that fails refuses its prompt, and later ones are asked", async (context) => {
  const reported = context.mock.method(console, "error", () => undefined);
  let locked = true;
  const password = async (): Promise<string> => {
    if (locked) throw new Error("the keychain is locked");
    return right;
  };
  await withPrompts({ password }, async (db) => {
    const error = await rejection(db.dbConnect(target));
    assert.ok(isLiteBaseError(error, "prompt_unanswered"));
    assert.equal(error.details?.reason, "refused");
    locked = false;
    await db.dbConnect(target);
  });
  assert.deepEqual(
    reported.mock.calls.map((call) => String(call.arguments[1])),
    ["Error: the keychain is locked"],
  );
});

test("prompts go on after the app has waited for events by itself", async () => {
  const { server } = await connect(mockTransport());
  let conflicts = 0;
  let asked = 0;
  const transport = mockTransport({
    hello: server,
    wait_events: ({ after }) => {
      if (after !== null) {
        conflicts++;
        throw new LiteBaseError({ code: "conflict", message: "Another wait_events is in flight.", retryable: false });
      }
      return { events: conflicts > 0 ? [event] : [], next: 1, missed: 0 };
    },
    answer_prompt: never,
  });
  const db = await connect(transport, { onPrompt: { host_key: () => ++asked > 0 } });
  await until(() => asked === 1);
  assert.ok(db.isOpen);
  await db.close();
});

test("connecting ends in time when wait_events is not answered", async () => {
  const { server } = await connect(mockTransport());
  const error = await rejection(
    connect(mockTransport({ hello: server, wait_events: never }), { onPrompt: {}, timeoutMs: 50 }),
  );
  assert.ok(isLiteBaseError(error, "unreachable"));
});
