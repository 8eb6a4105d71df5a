// A request that runs for a tab: it can be stopped, and it is known since when it runs.

import { createSignal, type Accessor } from "solid-js";

export interface Running {
  readonly what: string;
  readonly since: number;
  readonly stopping: AbortController;
}

/** One request at a time. */
export class Runner {
  readonly running: Accessor<Running | null>;
  private readonly setRunning;

  constructor() {
    const [running, setRunning] = createSignal<Running | null>(null);
    this.running = running;
    this.setRunning = setRunning;
  }

  /** Runs `work` unless something else runs. */
  async run(what: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.running() !== null) return;
    const running = { what, since: performance.now(), stopping: new AbortController() };
    this.setRunning(running);
    try {
      await work(running.stopping.signal);
    } finally {
      this.setRunning(null);
    }
  }

  /** Stops what runs. Returns whether there was anything. */
  cancel(): boolean {
    const now = this.running();
    now?.stopping.abort();
    return now !== null;
  }
}
