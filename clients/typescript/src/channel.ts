// Sends requests and receives answers over one transport. Each call is settled exactly once.

import {
  requests,
  type ErrorData,
  type Progress,
  type Requests,
  type RequestType,
  type WaitEventsResponse,
} from "@litebase/contract";
import { AbortWatch, type Signal } from "./abort.js";
import { answeredError, LiteBaseError } from "./errors.js";
import { decodePayload, encodeFrame, FrameReader, type Message } from "./frames.js";
import { NO_LIMITS, type PackLimits } from "./pack.js";
import type { Receiver, Transport } from "./transport.js";

/** Options of one call. */
export interface CallOptions {
  /** Cancels the call: before it is sent if possible, otherwise in the database if the request can be cancelled. */
  signal?: Signal | undefined;
  /** How long the call may take, in milliseconds. The backend enforces it if the request has `timeout_ms`. */
  timeoutMs?: number | undefined;
}

/** Options of a call that may take long. */
export interface LongCallOptions extends CallOptions {
  /** Called now and then with how far the call has come, if it takes long enough, until it is settled. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** A message that belongs to no call: an event, or something that only a later version knows. */
export interface BackendEvent {
  readonly type: string;
  readonly data: unknown;
}

/** The events of a client and the values that their listeners receive. */
export interface ClientEvents {
  /** The link has ended and every pending call was rejected. The value is `undefined` after `close` was called. */
  closed: LiteBaseError | undefined;
  /** The backend sent a message that is not an answer. */
  event: BackendEvent;
}

/** The limits that a channel observes, from `hello_response.limits`. */
export type ChannelLimits = PackLimits & { readonly max_requests_in_flight: number };

type TakesTimeout = {
  [Type in RequestType]: "timeout_ms" extends keyof Requests[Type]["data"]
    ? string extends keyof Requests[Type]["data"] // a request without keys
      ? never
      : Type
    : never;
}[RequestType];

/** The requests that have a `timeout_ms`. The type makes a missing or a wrong row a compile error. */
const TAKES_TIMEOUT: Record<TakesTimeout, true> = {
  begin: true,
  commit: true,
  rollback: true,
  savepoint: true,
  rollback_to_savepoint: true,
  release_savepoint: true,
  query: true,
  fetch: true,
  run_script: true,
  list_objects: true,
  describe_objects: true,
  search_objects: true,
  get_ddl: true,
  refresh_catalog: true,
  wait_events: true,
  open_table: true,
  count_rows: true,
  inspect_sql: true,
  apply_edits: true,
  search_history: true,
  explain_query: true,
  preview_alter: true,
  compare_schemas: true,
  compare_rows: true,
  list_db_processes: true,
  stop_db_process: true,
  view_result: true,
  find_in_result: true,
  summarize_result: true,
  export_rows: true,
  import_rows: true,
  copy_table: true,
  preview_import: true,
  dump_database: true,
  restore_database: true,
};

const CONTROL: readonly RequestType[] = ["cancel", "health_check", "wait_events", "answer_prompt"]; // the backend always accepts these
const RESPONSES: ReadonlySet<string> = new Set(Object.values(requests).map((one) => one.response));
const LATE_MS = 5000; // how late the backend's own `timeout` answer may be before the backend is considered stuck
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Call {
  readonly id: string;
  readonly type: RequestType;
  readonly frame: Uint8Array<ArrayBuffer>;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** Settles the call; has no effect the second time. */
  settle(outcome: Outcome): void;
}

type Outcome = { readonly answer: unknown } | { readonly error: LiteBaseError };

type Listener<Name extends keyof ClientEvents> = (value: ClientEvents[Name]) => void;

/** One link: opened once, closed once. */
export class Channel implements Receiver {
  private readonly transport: Transport;
  private readonly frames = new FrameReader();
  private readonly aborts = new AbortWatch();
  private readonly sent = new Map<string, Call>();
  private controls = 0; // of those that were sent
  private readonly waiting = new Set<Call>(); // until fewer requests are in flight; a `Set`, so that removal is fast
  private readonly listeners: { [Name in keyof ClientEvents]: Set<Listener<Name>> } = {
    closed: new Set(),
    event: new Set(),
  };
  private limits: ChannelLimits = { ...NO_LIMITS, max_requests_in_flight: 1 };
  private lastNumber = 0;
  private farewell: LiteBaseError | undefined; // the error that the backend sent before it closed the link
  private end: { readonly reason: LiteBaseError | undefined } | undefined;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  get isOpen(): boolean {
    return this.end === undefined;
  }

  /** Whether `close` ended the link, and nothing else did. */
  get wasClosed(): boolean {
    return this.end !== undefined && this.end.reason === undefined;
  }

  async open(): Promise<void> {
    await this.transport.open(this);
  }

  /** Observes the backend's limits from now on. */
  observe(limits: ChannelLimits): void {
    this.limits = limits;
    this.sendWaiting();
  }

  on<Name extends keyof ClientEvents>(name: Name, listener: Listener<Name>): () => void {
    const listeners: Set<Listener<Name>> = this.listeners[name];
    listeners.add(listener);
    if (name === "closed" && this.end !== undefined) queueMicrotask(() => this.emit("closed", this.end?.reason));
    return () => void listeners.delete(listener);
  }

  /** Sends a request. Resolves with the data of its response; rejects only with a `LiteBaseError`. */
  async request<Type extends RequestType>(
    type: Type,
    data: Requests[Type]["data"],
    options: LongCallOptions = {},
  ): Promise<Requests[Type]["response"]> {
    const { signal, timeoutMs, onProgress } = options;
    if (this.end !== undefined) throw this.closedError(type);
    if (signal?.aborted) throw withdrawn(type, signal);
    const id = String(++this.lastNumber);
    const sent = timeoutMs !== undefined && type in TAKES_TIMEOUT ? { ...data, timeout_ms: timeoutMs } : data;
    const frame = encodeFrame({ id, type, timestamp: new Date(), data: sent }, this.limits);
    return new Promise((resolve, reject) => {
      const cleanUp: (() => void)[] = [];
      const call: Call = {
        id,
        type,
        frame,
        onProgress,
        settle: (outcome) => {
          cleanUp.forEach((undo) => undo());
          if ("error" in outcome) reject(outcome.error);
          else resolve(outcome.answer as Requests[Type]["response"]);
        },
      };
      if (signal !== undefined) cleanUp.push(this.watch(signal, call));
      if (timeoutMs !== undefined) cleanUp.push(this.bound(timeoutMs, call));
      if (CONTROL.includes(type)) return this.send(call);
      this.waiting.add(call);
      this.sendWaiting();
    });
  }

  bytes(chunk: Uint8Array): void {
    try {
      for (const payload of this.frames.read(chunk)) {
        if (this.end !== undefined) return; // a listener may have closed the link between two frames
        this.take(decodePayload(payload));
      }
    } catch (error) {
      this.giveUpLink(error as Error);
    }
  }

  closed(error?: Error): void {
    if (this.end !== undefined) return;
    const reason = this.farewell ?? error;
    const message =
      reason === undefined ? "The backend closed the link." : `The link to the backend ended: ${reason.message}`;
    this.finish(new LiteBaseError({ code: "connection_closed", message, cause: reason }));
  }

  /** Ends the link. Pending calls are rejected. */
  async close(): Promise<void> {
    if (this.end === undefined) this.finish(undefined);
    await this.transport.close();
  }

  /** Ends a link that cannot continue. `reason` is reported; a further error while closing would add nothing. */
  private giveUpLink(reason: Error): void {
    this.closed(reason);
    this.transport.close().catch(() => undefined);
  }

  private finish(reason: LiteBaseError | undefined): void {
    this.end = { reason };
    const calls = [...this.sent.values(), ...this.waiting];
    this.sent.clear();
    this.waiting.clear();
    for (const call of calls) call.settle({ error: this.closedError(call.type, call.id) });
    this.emit("closed", reason);
  }

  private closedError(type: RequestType, requestId?: string): LiteBaseError {
    const reason = this.end?.reason;
    return new LiteBaseError({
      code: "connection_closed",
      message: `${reason?.message ?? "This client was closed."} Connect again to continue.`,
      retryable: requests[type].idempotent,
      type,
      requestId,
      cause: reason,
    });
  }

  private sendWaiting(): void {
    for (const call of this.waiting) {
      if (this.sent.size - this.controls >= this.limits.max_requests_in_flight) return;
      this.waiting.delete(call);
      this.send(call);
    }
  }

  private send(call: Call): void {
    this.sent.set(call.id, call);
    if (CONTROL.includes(call.type)) this.controls++;
    try {
      this.transport.send(call.frame);
    } catch (error) {
      this.giveUpLink(error as Error); // which settles the call
    }
  }

  private forget(call: Call): boolean {
    const wasSent = this.sent.delete(call.id);
    if (wasSent && CONTROL.includes(call.type)) this.controls--;
    return wasSent;
  }

  private take(message: Message): void {
    const call = this.sent.get(message.id);
    if (call === undefined) return this.takeUnsolicited(message);
    const outcome = outcomeOf(message, call); // may throw; then the call is still in `sent`, to be settled
    this.forget(call);
    this.sendWaiting();
    call.settle(outcome);
    if (call.type === "wait_events" && "answer" in outcome) this.report(outcome.answer as WaitEventsResponse);
  }

  /** Whoever waits for events, calls learn their progress. */
  private report({ events }: WaitEventsResponse): void {
    for (const { request_id, progress } of events) {
      const onProgress = request_id ? this.sent.get(request_id)?.onProgress : undefined;
      if (progress && onProgress) notify(onProgress, progress);
    }
  }

  private takeUnsolicited({ type, data }: Message): void {
    if (type === "error") this.farewell = answeredError(data as ErrorData, undefined, undefined);
    else if (!RESPONSES.has(type)) this.emit("event", { type, data }); // a late response: its call has timed out
  }

  private watch(signal: Signal, call: Call): () => void {
    const stop = (): void => this.stop(call, withdrawn(call.type, signal, call.id));
    return this.aborts.add(signal, stop);
  }

  /** Withdraws a call that was not sent; otherwise asks the backend to cancel it, and its answer settles the call. */
  private stop(call: Call, error: LiteBaseError): void {
    if (this.waiting.delete(call)) call.settle({ error });
    else this.cancel(call);
  }

  private cancel(call: Call): void {
    if (!requests[call.type].cancellable) return;
    this.request("cancel", { request_id: call.id }).catch(() => undefined); // the call's own answer says what happened
  }

  private bound(timeoutMs: number, call: Call): () => void {
    const delay = timeoutMs + (call.type in TAKES_TIMEOUT ? LATE_MS : 0);
    if (!(delay <= LONGEST_TIMER_MS)) return () => undefined;
    const timer = setTimeout(() => this.giveUp(call, timeoutMs), delay);
    return () => clearTimeout(timer);
  }

  private giveUp(call: Call, timeoutMs: number): void {
    const error = new LiteBaseError({
      code: "timeout",
      message: `The backend did not answer the ${call.type} within ${timeoutMs} ms.`,
      details: { limit: "timeoutMs", maximum: timeoutMs },
      type: call.type,
      requestId: call.id,
    });
    this.stop(call, error);
    if (!this.forget(call)) return;
    call.settle({ error });
    this.sendWaiting();
  }

  private emit<Name extends keyof ClientEvents>(name: Name, value: ClientEvents[Name]): void {
    const listeners: Set<Listener<Name>> = this.listeners[name];
    for (const listener of [...listeners]) {
      if (name === "closed") listeners.delete(listener); // it is emitted once
      notify(listener, value);
    }
  }
}

/** Calls a function of the app. What it throws is reported to the app without stopping anything here. */
function notify<Value>(listener: (value: Value) => void, value: Value): void {
  try {
    listener(value);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** The error of a call that was withdrawn before it was sent. */
export function withdrawn(type: RequestType, signal: Signal, requestId?: string): LiteBaseError<"cancelled"> {
  const message = `The ${type} was cancelled before it was sent.`;
  return new LiteBaseError({ code: "cancelled", message, type, requestId, cause: signal.reason });
}

function outcomeOf({ type, data }: Message, call: Call): Outcome {
  if (type === requests[call.type].response) return { answer: data };
  if (type === "error") return { error: answeredError(data as ErrorData, call.id, call.type) };
  return { error: unexpectedAnswer(type, call) };
}

function unexpectedAnswer(answered: string, call: Call): LiteBaseError<"invalid_message"> {
  return new LiteBaseError({
    code: "invalid_message",
    message: `The ${call.type} was answered with ${JSON.stringify(answered)}, which is not its response.`,
    details: { path: "/type" },
    type: call.type,
    requestId: call.id,
  });
}
