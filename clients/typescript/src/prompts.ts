// The loop that waits for the backend's events where prompts are answered, whether or not anybody else reads them.

import type { EventEntry, KnownPromptKind, Prompt, WaitEventsResponse } from "@litebase/contract";
import type { Signal } from "./abort.js";
import type { Channel } from "./channel.js";
import { isLiteBaseError } from "./errors.js";

/** The kinds of prompts that are answered with yes or no; the others are answered with a text. */
type Decision = "host_key" | "approval";

/**
 * What answers the backend's prompts, by their kind; a kind that is missing is refused. A text is what the person typed,
 * and null refuses. The signal aborts when the backend withdraws the prompt, because its request has ended or its time
 * has passed. What a function throws is written to the console, and refuses.
 */
export type OnPrompt = {
  readonly [Kind in KnownPromptKind]?: (
    prompt: Prompt & { readonly kind: Kind },
    options: { readonly signal: Signal },
  ) => Answer<Kind> | Promise<Answer<Kind>>;
};

type Answer<Kind extends KnownPromptKind> = Kind extends Decision ? boolean : string | null;

type Answering = (prompt: Prompt, options: { signal: Signal }) => unknown;

/** Reads the events of a feed. */
interface Reader {
  readonly unread: EventEntry[];
  missed: number;
  wake: () => void;
}

const AGAIN_MS = 100;
const MAX_UNREAD = 1000; // of a reader that is slow, the newest events are kept

/** Waits for events from `start` until the link ends. */
export class EventFeed {
  private readonly channel: Channel;
  private readonly onPrompt: OnPrompt;
  private readonly answering = new Map<string, AbortController>(); // by the ids of the prompts
  private waiting = new AbortController();
  private fromNow = false; // a reader has come, who first wants to know the present
  private reader: Reader | undefined;
  private end: { readonly error: unknown } | undefined;

  constructor(channel: Channel, onPrompt: OnPrompt) {
    this.channel = channel;
    this.onPrompt = onPrompt;
  }

  /** Resolves when the backend knows that this client waits for events. */
  async start(): Promise<void> {
    const answer = await this.channel.request("wait_events", { after: null });
    this.receive(answer, true);
    void this.run(answer.next);
  }

  /** The events from now on, after those that describe the present. The loop of an earlier reader ends. */
  async *read(onMissed: ((count: number) => void) | undefined, signal: Signal | undefined): AsyncGenerator<EventEntry> {
    const reader: Reader = { unread: [], missed: 0, wake: () => undefined };
    const wake = (): void => reader.wake();
    this.reader?.wake();
    this.reader = reader;
    this.fromNow = true;
    this.waiting.abort();
    signal?.addEventListener("abort", wake);
    try {
      while (this.reader === reader && !signal?.aborted) {
        if (reader.missed > 0) onMissed?.(reader.missed);
        reader.missed = 0;
        const event = reader.unread.shift();
        if (event !== undefined) yield event;
        else if (this.end !== undefined) throw this.end.error;
        else await new Promise<void>((resolve) => (reader.wake = resolve));
      }
    } finally {
      signal?.removeEventListener("abort", wake);
      if (this.reader === reader) this.reader = undefined;
    }
  }

  private async run(next: number): Promise<void> {
    let after: number | null = next;
    while (this.end === undefined) {
      const answer = await this.wait(after);
      if (answer !== undefined) this.receive(answer, after === null || answer.missed > 0);
      after = this.fromNow ? null : (answer?.next ?? null);
      this.fromNow = false;
    }
    this.answering.forEach((stopping) => stopping.abort());
    this.reader?.wake();
  }

  /** The next answer; undefined to go on with the present, or when the link has ended. */
  private async wait(after: number | null): Promise<WaitEventsResponse | undefined> {
    this.waiting = new AbortController();
    if (this.fromNow) return undefined;
    try {
      return await this.channel.request("wait_events", { after }, { signal: this.waiting.signal });
    } catch (error) {
      if (isLiteBaseError(error, "conflict")) {
        // the app has waited by itself, and has got what we have not
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      } else if (!isLiteBaseError(error, "cancelled") || !this.waiting.signal.aborted) this.end = { error };
      return undefined;
    }
  }

  private receive({ events, missed }: WaitEventsResponse, describesThePresent: boolean): void {
    if (this.reader !== undefined) this.reader.missed += missed;
    events.forEach((event) => this.take(event));
    if (!describesThePresent) return;
    const told = new Set(events.map(({ prompt }) => prompt?.prompt_id));
    this.answering.forEach((stopping, prompt_id) => {
      if (!told.has(prompt_id)) stopping.abort(); // it has ended, perhaps in an event that never came here
    });
  }

  private take(event: EventEntry): void {
    const { kind, prompt } = event;
    if (prompt && kind === "prompt" && !this.answering.has(prompt.prompt_id)) void this.answer(prompt);
    else if (prompt && kind === "prompt_withdrawn") this.answering.get(prompt.prompt_id)?.abort();
    const { reader } = this;
    if (reader === undefined) return;
    reader.unread.push(event);
    if (reader.unread.length > MAX_UNREAD) {
      reader.unread.shift();
      reader.missed++;
    }
    reader.wake();
  }

  private async answer(prompt: Prompt): Promise<void> {
    const stopping = new AbortController();
    const { prompt_id } = prompt;
    this.answering.set(prompt_id, stopping);
    const ask = this.onPrompt[prompt.kind as KnownPromptKind] as Answering | undefined;
    let answer: string | null = null;
    try {
      answer = asText(await ask?.(prompt, { signal: stopping.signal }));
    } catch (error) {
      // not thrown: an error that nobody can catch would end a Node process
      if (!stopping.signal.aborted)
        console.error(`onPrompt failed for a ${prompt.kind}; the prompt is refused.`, error);
    }
    if (!stopping.signal.aborted) {
      await this.channel.request("answer_prompt", { prompt_id, answer }).catch(() => undefined); // too late, or the end
    }
    this.answering.delete(prompt_id); // only now: until it is answered, the prompt may be told again
  }
}

function asText(answer: unknown): string | null {
  if (typeof answer === "string") return answer;
  return answer === true ? "yes" : null;
}
