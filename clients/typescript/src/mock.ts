// A stand-in for a backend in tests: frames go through the real codec, answers come from a table.

import {
  protocol,
  requests,
  type ErrorData,
  type HelloResponse,
  type Requests,
  type RequestType,
} from "@litebase/contract";
import type { Signal } from "./abort.js";
import { isLiteBaseError, LiteBaseError } from "./errors.js";
import { decodePayload, encodeFrame, FrameReader, type Message } from "./frames.js";
import type { Receiver, Transport } from "./transport.js";
import { VERSION } from "./version.js";

/** The answer to one type of request: the response data, or a function that returns it or throws a `LiteBaseError`. */
export type MockAnswer<Type extends RequestType> =
  | Requests[Type]["response"]
  | ((
      data: Requests[Type]["data"],
      request: { readonly signal: Signal },
    ) => Requests[Type]["response"] | Promise<Requests[Type]["response"]>);

/** Answers by message type. `hello` and `cancel` have default answers; other missing types give `unknown_type`. */
export type MockAnswers = { readonly [Type in RequestType]?: MockAnswer<Type> };

/** A transport to a backend that exists only in the test. */
export interface MockTransport extends Transport {
  /** The requests received so far, in order. */
  readonly received: readonly { readonly type: string; readonly data: unknown }[];
  /** Sends an event to the client. */
  emit(type: string, data: unknown): void;
  /** Ends the link, as if the backend had crashed. */
  drop(error?: Error): void;
}

const GREETING: HelloResponse = {
  protocol,
  server: { name: "litebase-mock", version: VERSION },
  engines: ["sqlite", "postgresql", "mysql"],
  capabilities: [],
  limits: {
    max_frame_bytes: 16_777_216,
    max_depth: 32,
    max_items: 100_000,
    max_clients: 64,
    max_requests_in_flight: 64,
    max_requests_bytes: 67_108_864,
    max_connections: 32,
    max_db_sessions: 8,
    max_results: 200,
    max_window_bytes: 1_048_576,
    max_row_bytes: 8_388_608,
    max_content_bytes: 4_194_304,
    max_workbook_bytes: 268_435_456,
    max_results_disk_bytes: 17_179_869_184,
    max_notices: 1000,
    max_returning_bytes: 67_108_864,
    max_sqlite_cell_bytes: 268_435_456,
    max_sqlite_memory_bytes: 536_870_912,
    max_greeting_bytes: 4096,
    frame_timeout_ms: 10_000,
    hello_timeout_ms: 10_000,
    send_stall_ms: 60_000,
    prompt_timeout_ms: 120_000,
  },
};

/** Returns a transport whose backend answers from `answers`. */
export function mockTransport(answers: MockAnswers = {}): MockTransport {
  return new Mock({ hello: GREETING, ...answers });
}

class Mock implements MockTransport {
  readonly received: { type: string; data: unknown }[] = [];
  private readonly answers: MockAnswers;
  private readonly frames = new FrameReader();
  private readonly running = new Map<string, AbortController>();
  private receiver: Receiver | undefined;

  constructor(answers: MockAnswers) {
    this.answers = answers;
  }

  async open(receiver: Receiver): Promise<void> {
    this.receiver = receiver;
  }

  send(frame: Uint8Array): void {
    for (const payload of this.frames.read(frame)) void this.answer(decodePayload(payload));
  }

  async close(): Promise<void> {
    this.drop();
  }

  emit(type: string, data: unknown): void {
    this.say("-", type, data);
  }

  drop(error?: Error): void {
    const { receiver } = this;
    this.receiver = undefined;
    receiver?.closed(error);
  }

  private async answer({ id, type, data }: Message): Promise<void> {
    this.received.push({ type, data });
    await Promise.resolve(); // no answer arrives before `send` has returned
    const stopping = new AbortController();
    this.running.set(id, stopping);
    try {
      const response = await Promise.race([this.response(type, data, stopping.signal), stopped(type, stopping.signal)]);
      checkResponse(type, response);
      this.say(id, requests[type as RequestType].response, response);
    } catch (error) {
      this.say(id, "error", errorData(error));
    } finally {
      this.running.delete(id);
    }
  }

  private response(type: string, data: unknown, signal: Signal): unknown {
    const answer = this.answers[type as RequestType];
    if (answer === undefined && type === "cancel") return this.cancel((data as { request_id: string }).request_id);
    if (answer === undefined) throw unknownType(type, Object.keys(this.answers));
    return typeof answer === "function" ? (answer as (...given: unknown[]) => unknown)(data, { signal }) : answer;
  }

  private cancel(id: string): Requests["cancel"]["response"] {
    const stopping = this.running.get(id);
    stopping?.abort();
    return { outcome: stopping === undefined ? "not_in_flight" : "stopped", elapsed_ms: 0 };
  }

  private say(id: string, type: string, data: unknown): void {
    this.receiver?.bytes(encodeFrame({ id, type, timestamp: new Date(), data }));
  }
}

function stopped(type: string, signal: Signal): Promise<never> {
  return new Promise((_, reject) => {
    const message = `The ${type} was cancelled.`;
    signal.addEventListener("abort", () => reject(new LiteBaseError({ code: "cancelled", message })));
  });
}

/** In untyped code, a function may return nothing; that is reported here, not later where the keys are missing. */
function checkResponse(type: string, response: unknown): void {
  if (typeof response === "object" && response !== null) return;
  throw new TypeError(`it is ${String(response)}, not the data of ${requests[type as RequestType].response}`);
}

function unknownType(type: string, known: readonly string[]): LiteBaseError<"unknown_type"> {
  const message = `This mock has no answer to ${JSON.stringify(type)}. It answers ${known.join(", ")}.`;
  return new LiteBaseError({ code: "unknown_type", message });
}

function errorData(error: unknown): ErrorData {
  if (!isLiteBaseError(error)) {
    return { code: "internal", message: `The mock's answer failed: ${String(error)}`, retryable: false };
  }
  const { code, message, retryable, transactionStatus } = error;
  const details = error.details as ErrorData["details"] | undefined;
  return { code, message, retryable, details: details ?? null, transaction_status: transactionStatus ?? null };
}
