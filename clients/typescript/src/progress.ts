// Waits for events while a call wants to know its progress and nothing else of this client waits for them.

import type { WaitEventsResponse } from "@litebase/contract";
import type { Channel } from "./channel.js";
import { isLiteBaseError } from "./errors.js";

const AGAIN_MS = 100;

export class ProgressWatch {
  private readonly channel: Channel;
  private calls = 0; // that want to know
  private busy = false; // the app waits for events itself
  private stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(channel: Channel) {
    this.channel = channel;
  }

  /** The value of `call`; until then, events are waited for. */
  async during<Value>(call: Promise<Value>): Promise<Value> {
    this.calls++;
    this.start();
    try {
      return await call;
    } finally {
      this.calls--;
      if (this.calls === 0) this.stopping.abort();
    }
  }

  /**
   * The app waits for events from now on: only one may, and the other loses events. Nothing is returned when there is
   * nothing to wait for: then the app's own request must go out before any request that follows it.
   */
  makeWay(): Promise<void> | undefined {
    this.busy = true;
    this.stopping.abort();
    return this.running;
  }

  /** The app's loop has ended. */
  takeOver(): void {
    this.busy = false;
    this.start();
  }

  private start(): void {
    if (this.running !== undefined || this.busy || this.calls === 0) return;
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    this.running = this.run(signal).then(() => {
      this.running = undefined;
      if (signal.aborted) this.start(); // a call may have come since
    });
  }

  private async run(signal: AbortSignal): Promise<void> {
    let after: number | null = null;
    while (!signal.aborted) {
      try {
        const data = { after, kinds: ["progress"] };
        const answer: WaitEventsResponse = await this.channel.request("wait_events", data, { signal });
        after = answer.next;
      } catch (error) {
        if (!isLiteBaseError(error, "conflict")) return;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }
}
