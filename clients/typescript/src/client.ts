// The client: one typed method per request, and results whose rows can be read.

import {
  Calls,
  protocol,
  type EventEntry,
  type EventKind,
  type FurtherResult,
  type HelloResponse,
  type OpenTableRequest,
  type OpenTableResponse,
  type QueryRequest,
  type QueryResponse,
  type Requests,
  type RequestType,
  type RunScriptRequest,
  type RunScriptResponse,
  type Software,
  type StatementOutcome,
  type ViewResultRequest,
  type ViewResultResponse,
  type WaitEventsResponse,
} from "@litebase/contract";
import type { Signal } from "./abort.js";
import { Channel, type ClientEvents, type LongCallOptions } from "./channel.js";
import { asyncDispose } from "./dispose.js";
import { isLiteBaseError, LiteBaseError } from "./errors.js";
import { EventFeed, type OnPrompt } from "./prompts.js";
import { ProgressWatch } from "./progress.js";
import { withRows, type StoredRows, type Window } from "./rows.js";
import type { Transport } from "./transport.js";
import { VERSION } from "./version.js";

/** The result of `query`: the data of `query_response`, and functions that read the remaining rows. */
export interface Result extends QueryResponse, StoredRows {
  more_results: (FurtherResult & StoredRows)[];
}

/** The result of `openTable`: the data of `open_table_response`, and functions that read the remaining rows. */
export interface OpenedTable extends OpenTableResponse, StoredRows {
  more_results: (FurtherResult & StoredRows)[];
}

/** The result of `viewResult`: the data of `view_result_response`, and functions that read the rows. */
export interface View extends ViewResultResponse, StoredRows {}

/** The result of `runScript`: the data of `run_script_response`, and functions that read the rows of each statement. */
export interface ScriptResult extends RunScriptResponse {
  statements: (StatementOutcome & StoredRows)[];
}

/** Options of `connect`. */
export interface ConnectOptions {
  /** The name and version that the backend logs for this client; default: those of this package. */
  client?: Software | undefined;
  /** Time limit for opening the link, and then again for `hello`; default 10,000 milliseconds. */
  timeoutMs?: number | undefined;
  /** Answers the backend's prompts, such as that for a password. Without it, what needs an answer fails. */
  onPrompt?: OnPrompt | undefined;
}

/** Options of `events`. */
export interface EventsOptions {
  /** Only events of these kinds; default: all. */
  kinds?: EventKind[] | undefined;
  /** Ends the loop. */
  signal?: Signal | undefined;
  /** Called with the number of events that the backend had to drop. Events that describe the present follow. */
  onMissed?: ((count: number) => void) | undefined;
}

const CONNECT_MS = 10_000;

/**
 * Connects to a backend. Rejects with `unreachable` when there is none, with `unsupported_protocol` when its protocol
 * has a different major version, and with `unauthenticated` when the token is wrong.
 */
export async function connect(transport: Transport, options: ConnectOptions = {}): Promise<Client> {
  const { timeoutMs = CONNECT_MS, client = { name: "litebase-typescript", version: VERSION } } = options;
  const channel = new Channel(transport);
  const { onPrompt } = options;
  const feed = onPrompt === undefined ? undefined : new EventFeed(channel, onPrompt);
  try {
    await within(timeoutMs, channel.open());
    const { token } = transport;
    const prompts = feed === undefined ? {} : { prompts: true };
    const server = await channel.request("hello", { protocol, client, token, ...prompts }, { timeoutMs });
    checkProtocol(server);
    channel.observe(server.limits);
    if (feed !== undefined) await within(timeoutMs, feed.start());
    return new Client(channel, server, feed);
  } catch (error) {
    await channel.close().catch(() => undefined); // the first error is the one to report
    throw asConnectError(error);
  }
}

/** One link to a backend. Calls run concurrently; those beyond the backend's limit are queued here. */
export class Client extends Calls<LongCallOptions> {
  /** What the backend reported about itself: its version, engines, capabilities and limits. */
  readonly server: HelloResponse;
  private readonly channel: Channel;
  private readonly feed: EventFeed | undefined; // where prompts are answered
  private readonly progress: ProgressWatch;

  constructor(channel: Channel, server: HelloResponse, feed: EventFeed | undefined) {
    super();
    this.channel = channel;
    this.server = server;
    this.feed = feed;
    this.progress = new ProgressWatch(channel);
  }

  /** Whether the link is up, as far as the client knows. */
  get isOpen(): boolean {
    return this.channel.isOpen;
  }

  /** Sends one request. Resolves with the data of its response; rejects with a `LiteBaseError`. */
  override async call<Type extends RequestType>(
    type: Type,
    data: Requests[Type]["data"],
    options?: LongCallOptions,
  ): Promise<Requests[Type]["response"]> {
    const leaving = type === "wait_events" ? this.progress.makeWay() : undefined;
    if (leaving !== undefined) await leaving;
    const answer = this.channel.request(type, data, options);
    const watches = options?.onProgress !== undefined && this.feed === undefined;
    return watches ? this.progress.during(answer) : answer;
  }

  /** Runs one statement. The result has the first window of rows; its functions read any other. */
  override async query(data: QueryRequest, options?: LongCallOptions): Promise<Result> {
    return this.withFirstRows(await this.call("query", data, options));
  }

  /** Reads the rows of a table or a view, filtered and sorted by the database. */
  override async openTable(data: OpenTableRequest, options?: LongCallOptions): Promise<OpenedTable> {
    return this.withFirstRows(await this.call("open_table", data, options));
  }

  private withFirstRows<Answer extends QueryResponse>(
    answer: Answer,
  ): Omit<Answer, "more_results"> & { more_results: (FurtherResult & StoredRows)[] } & StoredRows {
    const { rows, complete, total_rows, cut_cells } = answer;
    const more_results = (answer.more_results ?? []).map((one) => withRows(one, this, laterRows(one)));
    const window = { offset: 0, rows, complete, total_rows, cut_cells };
    return withRows({ ...answer, more_results }, this, { resultId: answer.result_id, window });
  }

  /** Runs several statements. Each outcome has functions that read its rows. */
  override async runScript(data: RunScriptRequest, options?: LongCallOptions): Promise<ScriptResult> {
    const answer = await this.call("run_script", data, options);
    return { ...answer, statements: answer.statements.map((one) => withRows(one, this, laterRows(one))) };
  }

  /** Filters and sorts an open result without running anything. The view is a result of its own. */
  override async viewResult(data: ViewResultRequest, options?: LongCallOptions): Promise<View> {
    const answer = await this.call("view_result", data, options);
    return withRows(answer, this, laterRows(answer));
  }

  /**
   * The backend's events from now on; the first ones describe the present state. One such loop at a time receives the
   * events for the whole client. It ends by `break`, by its signal, when the client is closed, and when the backend is
   * shutting down.
   */
  async *events(options: EventsOptions = {}): AsyncGenerator<EventEntry, void, undefined> {
    const { kinds, signal, onMissed } = options;
    const events = this.feed?.read(onMissed, signal) ?? this.waitForEvents(options);
    try {
      for await (const event of events) if (kinds === undefined || kinds.includes(event.kind)) yield event;
    } catch (error) {
      if (signal?.aborted && isLiteBaseError(error, "cancelled")) return;
      if (isLiteBaseError(error, "shutting_down")) return;
      if (this.channel.wasClosed && isLiteBaseError(error, "connection_closed")) return;
      throw error;
    }
  }

  private async *waitForEvents({ kinds, signal, onMissed }: EventsOptions): AsyncGenerator<EventEntry> {
    let after: number | null = null;
    try {
      while (this.isOpen && !signal?.aborted) {
        const data = { after, kinds: kinds ?? null };
        const answer: WaitEventsResponse = await this.call("wait_events", data, { signal });
        if (answer.missed > 0) onMissed?.(answer.missed);
        for (const event of answer.events) {
          if (signal?.aborted) return;
          yield event;
        }
        after = answer.next;
      }
    } finally {
      this.progress.takeOver();
    }
  }

  /**
   * Adds a listener: for `closed`, which is called once, even if the link has already ended, or for `event`, which is
   * called for each event of the backend. Returns a function that removes the listener.
   */
  on<Name extends keyof ClientEvents>(name: Name, listener: (value: ClientEvents[Name]) => void): () => void {
    return this.channel.on(name, listener);
  }

  /** Ends the link, which closes everything that was open, and the backend if the transport started it. */
  close(): Promise<void> {
    return this.channel.close();
  }

  /** The same, for `await using`. */
  [asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A result of which no rows have been received yet. */
function laterRows(one: { result_id?: string | null; total_rows?: number | null }): {
  resultId: string | null;
  window: Window;
} {
  const resultId = one.result_id ?? null;
  const window = {
    offset: 0,
    rows: [],
    complete: resultId === null,
    total_rows: one.total_rows ?? null,
    cut_cells: [],
  };
  return { resultId, window };
}

function checkProtocol(server: HelloResponse): void {
  const { major, minor } = server.protocol;
  if (major === protocol.major) return;
  throw new LiteBaseError({
    code: "unsupported_protocol",
    message:
      `The backend speaks protocol ${major}.${minor}, this client ${protocol.major}.${protocol.minor}. ` +
      "Their major versions must be equal: update the older of the two.",
  });
}

async function within(timeoutMs: number, opening: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unreachable(`The link could not be opened within ${timeoutMs} ms.`)), timeoutMs);
  });
  try {
    await Promise.race([opening, late]);
  } finally {
    clearTimeout(timer);
  }
}

const KEPT = ["unauthenticated", "unsupported_protocol", "unreachable", "shutting_down", "limit_exceeded"] as const;

/** Whatever else goes wrong before `hello` is answered means that there is no backend to talk to. */
function asConnectError(error: unknown): LiteBaseError {
  if (KEPT.some((code) => isLiteBaseError(error, code))) return error as LiteBaseError;
  const cause = isLiteBaseError(error, "connection_closed") && error.cause instanceof Error ? error.cause : error;
  return unreachable(reasonOf(cause), cause);
}

/** A host name with several addresses fails with an error for each, in an `AggregateError` without a message. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join("; ");
  return cause instanceof Error ? cause.message : String(cause);
}

function unreachable(reason: string, cause?: unknown): LiteBaseError<"unreachable"> {
  const message = `No LiteBase backend could be reached. ${reason}`;
  return new LiteBaseError({ code: "unreachable", message, retryable: true, cause });
}
