// One listener per signal, however many calls or loops share it: Node.js warns of a leak from the eleventh listener on.

/** The functions to call when signals abort. */
export class AbortWatch {
  private readonly stops = new Map<AbortSignal, { readonly all: Set<() => void>; readonly listener: () => void }>();

  /** Calls `stop` when `signal` aborts. Returns a function that removes `stop` again. */
  add(signal: AbortSignal, stop: () => void): () => void {
    const { all } = this.stops.get(signal) ?? this.listen(signal);
    all.add(stop);
    return () => {
      all.delete(stop);
      if (all.size === 0) this.forget(signal);
    };
  }

  private listen(signal: AbortSignal): { readonly all: Set<() => void> } {
    const all = new Set<() => void>();
    const listener = (): void => [...all].forEach((stop) => stop());
    signal.addEventListener("abort", listener);
    this.stops.set(signal, { all, listener });
    return { all };
  }

  private forget(signal: AbortSignal): void {
    const watched = this.stops.get(signal);
    if (watched !== undefined) signal.removeEventListener("abort", watched.listener);
    this.stops.delete(signal);
  }
}
