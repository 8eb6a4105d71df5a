// The symbol of `await using`, where the language has it.

declare global {
  interface SymbolConstructor {
    /** The method that `await using` calls at the end of a block. */
    readonly asyncDispose: unique symbol;
  }
}

/** `Symbol.asyncDispose`, or a symbol that stands in for it where the language is older. */
export const asyncDispose: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? (Symbol.for("Symbol.asyncDispose") as typeof Symbol.asyncDispose);
