// `Symbol.asyncDispose`, which `await using` needs, also for runtimes that do not have it.

declare global {
  interface SymbolConstructor {
    /** The key of the method that `await using` calls at the end of a block. */
    readonly asyncDispose: unique symbol;
  }
}

/** `Symbol.asyncDispose`, or a substitute in older runtimes. */
export const asyncDispose: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? (Symbol.for("Symbol.asyncDispose") as typeof Symbol.asyncDispose);
