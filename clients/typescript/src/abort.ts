// One listener per signal, however many calls or loops share it: Node.js warns of a leak from the eleventh listener on.

/** What the client needs of an `AbortSignal`. */
export interface SignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The runtime's `AbortSignal`. Its type comes from the DOM or from Node.js; a project may have neither. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Known } } ? Known : SignalLike;

/** The functions to call when signals abort. */
export class AbortWatch {
  private readonly stops = new Map<Signal, { readonly all: Set<() => void>; readonly listener: () => void }>();

  /** Calls `stop` when `signal` aborts. Returns a function that removes `stop` again. */
  add(signal: Signal, stop: () => void): () => void {
    const { all } = this.stops.get(signal) ?? this.listen(signal);
    all.add(stop);
    return () => {
      all.delete(stop);
      if (all.size === 0) this.forget(signal);
    };
  }

  private listen(signal: Signal): { readonly all: Set<() => void> } {
    const all = new Set<() => void>();
    const listener = (): void => [...all].forEach((stop) => stop());
    signal.addEventListener("abort", listener);
    this.stops.set(signal, { all, listener });
    return { all };
  }

  private forget(signal: Signal): void {
    const watched = this.stops.get(signal);
    if (watched !== undefined) signal.removeEventListener("abort", watched.listener);
    this.stops.delete(signal);
  }
}
