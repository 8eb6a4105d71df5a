// Requests out and answers in, over one transport: each call gets exactly one end.

import { requests, type ErrorData, type Requests, type RequestType } from "@litebase/contract";
import { AbortWatch } from "./abort.js";
import { answeredError, LiteBaseError } from "./errors.js";
import { decodePayload, encodeFrame, FrameReader, type Message } from "./frames.js";
import { NO_LIMITS, type PackLimits } from "./pack.js";
import type { Receiver, Transport } from "./transport.js";

/** Options of one call. */
export interface CallOptions {
  /** Stops the call: in the database where the request can be cancelled, and without sending it where that is early enough. */
  signal?: AbortSignal | undefined;
  /** How long the call may take, in milliseconds. The backend keeps to it where the request has `timeout_ms`. */
  timeoutMs?: number | undefined;
}

/** A message that belongs to no call: an event that was asked for, or something that only a later version knows. */
export interface BackendEvent {
  readonly type: string;
  readonly data: unknown;
}

/** What a client tells about its link. */
export interface ClientEvents {
  /** The link has ended, and every call that was waiting has been rejected. No argument when `close` was called. */
  closed: LiteBaseError | undefined;
  /** The backend said something unasked. */
  event: BackendEvent;
}

/** The bounds that a channel keeps to, from `hello_response.limits`. */
export type ChannelLimits = PackLimits & { readonly max_requests_in_flight: number };

type TakesTimeout = {
  [Type in RequestType]: "timeout_ms" extends keyof Requests[Type]["data"]
    ? string extends keyof Requests[Type]["data"] // a request without keys
      ? never
      : Type
    : never;
}[RequestType];

/** The requests that have a `timeout_ms`. The type makes a missing or a wrong row an error of the compiler. */
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
};

const CONTROL: readonly RequestType[] = ["cancel", "health_check"]; // the backend always takes these
const RESPONSES: ReadonlySet<string> = new Set(Object.values(requests).map((one) => one.response));
const LATE_MS = 5000; // how long the backend's own `timeout` answer may be late before it is taken for stuck
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Call {
  readonly id: string;
  readonly type: RequestType;
  readonly frame: Uint8Array;
  /** Ends the call; later ends are ignored. */
  settle(end: End): void;
}

type End = { readonly answer: unknown } | { readonly error: LiteBaseError };

type Listener<Name extends keyof ClientEvents> = (value: ClientEvents[Name]) => void;

/** One link: opened once, closed once. */
export class Channel implements Receiver {
  private readonly transport: Transport;
  private readonly frames = new FrameReader();
  private readonly aborts = new AbortWatch();
  private readonly sent = new Map<string, Call>();
  private readonly waiting = new Set<Call>(); // until fewer requests are in flight; as a list, many thousands take minutes
  private readonly listeners: { [Name in keyof ClientEvents]: Set<Listener<Name>> } = {
    closed: new Set(),
    event: new Set(),
  };
  private limits: ChannelLimits = { ...NO_LIMITS, max_requests_in_flight: 1 };
  private lastNumber = 0;
  private said: LiteBaseError | undefined; // the backend's word before it hung up
  private end: { readonly reason: LiteBaseError | undefined } | undefined;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  get isOpen(): boolean {
    return this.end === undefined;
  }

  async open(): Promise<void> {
    await this.transport.open(this);
  }

  /** Keeps to the backend's bounds from now on. */
  keepTo(limits: ChannelLimits): void {
    this.limits = limits;
    this.sendWaiting();
  }

  on<Name extends keyof ClientEvents>(name: Name, listener: Listener<Name>): () => void {
    const listeners: Set<Listener<Name>> = this.listeners[name];
    listeners.add(listener);
    if (name === "closed" && this.end !== undefined) queueMicrotask(() => this.tell("closed", this.end?.reason));
    return () => void listeners.delete(listener);
  }

  /** Sends a request. Resolves with the data of its response; rejects with a `LiteBaseError` and nothing else. */
  async request<Type extends RequestType>(
    type: Type,
    data: Requests[Type]["data"],
    options: CallOptions = {},
  ): Promise<Requests[Type]["response"]> {
    const { signal, timeoutMs } = options;
    if (this.end !== undefined) throw this.closedError(type);
    if (signal?.aborted) throw cancelledHere(type, signal);
    const id = String(++this.lastNumber);
    const sent = timeoutMs !== undefined && type in TAKES_TIMEOUT ? { ...data, timeout_ms: timeoutMs } : data;
    const frame = encodeFrame({ id, type, timestamp: new Date(), data: sent }, this.limits);
    return new Promise((resolve, reject) => {
      const cleanUp: (() => void)[] = [];
      const call: Call = {
        id,
        type,
        frame,
        settle: (end) => {
          cleanUp.forEach((undo) => undo());
          if ("error" in end) reject(end.error);
          else resolve(end.answer as Requests[Type]["response"]);
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
    const reason = this.said ?? error;
    const tells =
      reason === undefined ? "The backend closed the link." : `The link to the backend ended: ${reason.message}`;
    this.finish(new LiteBaseError({ code: "connection_closed", message: tells, cause: reason }));
  }

  /** Ends the link. Calls that still wait are rejected. */
  async close(): Promise<void> {
    if (this.end === undefined) this.finish(undefined);
    await this.transport.close();
  }

  /** Ends a link that cannot go on. Its reason is told; that it cannot even be closed well would say nothing more. */
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
    this.tell("closed", reason);
  }

  private closedError(type: RequestType, requestId?: string): LiteBaseError {
    const reason = this.end?.reason;
    return new LiteBaseError({
      code: "connection_closed",
      message: `${reason?.message ?? "This client was closed."} Connect again to go on.`,
      retryable: requests[type].idempotent,
      type,
      requestId,
      cause: reason,
    });
  }

  private sendWaiting(): void {
    for (const call of this.waiting) {
      if (this.sent.size >= this.limits.max_requests_in_flight) return;
      this.waiting.delete(call);
      this.send(call);
    }
  }

  private send(call: Call): void {
    this.sent.set(call.id, call);
    try {
      this.transport.send(call.frame);
    } catch (error) {
      this.giveUpLink(error as Error); // which settles the call
    }
  }

  private take(message: Message): void {
    const call = this.sent.get(message.id);
    if (call === undefined) return this.takeUnasked(message);
    const end = endOf(message, call); // may throw: the call must still be known then, to be settled with the others
    this.sent.delete(message.id);
    this.sendWaiting();
    call.settle(end);
  }

  private takeUnasked({ type, data }: Message): void {
    if (type === "error") this.said = answeredError(data as ErrorData, undefined, undefined);
    else if (!RESPONSES.has(type)) this.tell("event", { type, data }); // a response that is late was given up before
  }

  private watch(signal: AbortSignal, call: Call): () => void {
    const stop = (): void => this.stop(call, cancelledHere(call.type, signal, call.id));
    return this.aborts.add(signal, stop);
  }

  /** Takes a call back that was not sent, else asks the backend to cancel it: its answer then tells what happened. */
  private stop(call: Call, error: LiteBaseError): void {
    if (this.waiting.delete(call)) call.settle({ error });
    else this.cancel(call);
  }

  private cancel(call: Call): void {
    if (!requests[call.type].cancellable) return;
    this.request("cancel", { request_id: call.id }).catch(() => undefined); // the call's own end says everything
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
    if (!this.sent.delete(call.id)) return;
    call.settle({ error });
    this.sendWaiting();
  }

  private tell<Name extends keyof ClientEvents>(name: Name, value: ClientEvents[Name]): void {
    const listeners: Set<Listener<Name>> = this.listeners[name];
    for (const listener of [...listeners]) {
      if (name === "closed") listeners.delete(listener); // it happens once
      try {
        listener(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error; // for the app to see, without an end to the other listeners
        });
      }
    }
  }
}

/** The error of a call that was taken back before the backend knew of it. */
export function cancelledHere(type: RequestType, signal: AbortSignal, requestId?: string): LiteBaseError<"cancelled"> {
  const message = `The ${type} was cancelled before it was sent.`;
  return new LiteBaseError({ code: "cancelled", message, type, requestId, cause: signal.reason });
}

function endOf({ type, data }: Message, call: Call): End {
  if (type === requests[call.type].response) return { answer: data };
  if (type === "error") return { error: answeredError(data as ErrorData, call.id, call.type) };
  return { error: strangeAnswer(type, call) };
}

function strangeAnswer(answered: string, call: Call): LiteBaseError<"invalid_message"> {
  return new LiteBaseError({
    code: "invalid_message",
    message: `The ${call.type} was answered with ${JSON.stringify(answered)}, which is not its response.`,
    details: { path: "/type" },
    type: call.type,
    requestId: call.id,
  });
}
