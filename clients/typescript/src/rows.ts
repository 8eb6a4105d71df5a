// Reads rows that the backend keeps, window by window: in order or any of them.

import type { Calls, Cell, CutCell, FetchResponse, Row, RowOffset } from "@litebase/contract";
import { AbortWatch, type Signal } from "./abort.js";
import { withdrawn, type CallOptions, type LongCallOptions } from "./channel.js";
import { asyncDispose } from "./dispose.js";
import { isLiteBaseError, LiteBaseError } from "./errors.js";

/** A range of a result's rows. `complete` says that there are no rows after it. */
export type Window = FetchResponse;

/** Options of `windows`. */
export interface WindowsOptions {
  /** The maximum number of rows in one window; default 1000. There are fewer when the rows are large. */
  limit?: number | undefined;
  /** Ends the loop with `cancelled`. */
  signal?: Signal | undefined;
}

/** Functions that read the rows of a result. They do not use `this`, so they can be passed around on their own. */
export interface StoredRows {
  /**
   * Yields every window in order, for `for await`. While the loop body runs, the next window, and only that one, is
   * being fetched. The result is closed when the loop ends: at the last row, by `break`, or by an error.
   */
  readonly windows: (options?: WindowsOptions) => AsyncGenerator<Window, void, undefined>;
  /** Returns `limit` rows from `offset`, fewer only at the end of the result. The result stays open. */
  readonly window: (offset: number, limit: number, options?: LongCallOptions) => Promise<Window>;
  /**
   * Reads the result to its end and returns the number of its rows. The statement is not run again, and its rows are
   * kept; an abort only stops waiting.
   */
  readonly total: (options?: LongCallOptions) => Promise<number>;
  /** Returns one cell in full, even if its row has it truncated. Rejects with `not_found` if there is no such cell. */
  readonly cell: (row: number, column: number, options?: CallOptions) => Promise<Cell>;
  /** Frees the result on the backend. Does nothing if there is nothing to free, or the second time. */
  readonly close: () => Promise<void>;
  /** The same, for `await using`. */
  readonly [asyncDispose]: () => Promise<void>;
}

/** The calls that read and close a result. */
export type RowCalls = Pick<Calls<LongCallOptions>, "fetch" | "cellFetch" | "closeResult">;

/** What an answer says about a result: its id, and the rows that came with it. */
export interface FirstRows {
  readonly resultId: string | null;
  readonly window: Window;
}

const WINDOW_ROWS = 1000;
const BEYOND = Number.MAX_SAFE_INTEGER; // no result is as long
const GONE = ["not_found", "connection_closed", "shutting_down"] as const; // then there is nothing left to free
const loops = /* @__PURE__ */ new AbortWatch();
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Adds the functions to an answer. They are not enumerable, so copies and comparisons see only the data. */
export function withRows<Data extends object>(data: Data, calls: RowCalls, first: FirstRows): Data & StoredRows {
  const rows = storedRows(calls, first);
  for (const key of Reflect.ownKeys(rows)) {
    Object.defineProperty(data, key, { value: rows[key as keyof StoredRows], configurable: true });
  }
  return data as Data & StoredRows;
}

function storedRows(calls: RowCalls, { resultId, window: first }: FirstRows): StoredRows {
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= resultId === null ? Promise.resolve() : closed(calls, resultId));
  return {
    windows: ({ limit = WINDOW_ROWS, signal } = {}) =>
      resultId === null ? kept(first, limit, signal) : walk(calls, resultId, first, limit, signal, close),
    window: async (offset, limit, options) => {
      checkCount("offset", offset, 0);
      checkCount("limit", limit, 1);
      return resultId === null ? cut(first, offset, limit) : whole(calls, resultId, offset, limit, options);
    },
    total: async (options) => {
      if (first.total_rows !== null || resultId === null) return first.total_rows ?? first.rows.length;
      const end = await calls.fetch({ result_id: resultId, offset: BEYOND, limit: 1 }, options);
      return end.total_rows as number; // it is known at the end
    },
    cell: async (row, column, options) => {
      checkCount("row", row, 0);
      checkCount("column", column, 0);
      return resultId === null ? cellOf(first, row, column) : anyCell(calls, resultId, row, column, options);
    },
    close,
    [asyncDispose]: close,
  };
}

async function closed(calls: RowCalls, resultId: string): Promise<void> {
  try {
    await calls.closeResult({ result_id: resultId });
  } catch (error) {
    if (!GONE.some((code) => isLiteBaseError(error, code))) throw error;
  }
}

async function* kept(
  first: Window,
  limit: number,
  signal: Signal | undefined,
): AsyncGenerator<Window, void, undefined> {
  checkCount("limit", limit, 1);
  yield* slices(first, limit, signal);
}

async function* walk(
  calls: RowCalls,
  resultId: string,
  first: Window,
  limit: number,
  signal: Signal | undefined,
  close: () => Promise<void>,
): AsyncGenerator<Window, void, undefined> {
  const leaving = new AbortController();
  const leave = (): void => leaving.abort(signal?.reason);
  const unwatch = signal === undefined ? undefined : loops.add(signal, leave);
  if (signal?.aborted) leave();
  try {
    checkCount("limit", limit, 1);
    let window = first;
    while (true) {
      const offset = window.offset + window.rows.length;
      const ahead = window.complete
        ? null
        : calls.fetch({ result_id: resultId, offset, limit }, { signal: leaving.signal });
      ahead?.catch(() => undefined); // it is awaited below, or no longer needed
      yield* slices(window, limit, signal);
      if (ahead === null) return;
      window = await ahead;
    }
  } finally {
    unwatch?.();
    leaving.abort();
    await close();
  }
}

/** Rejects what the backend would reject, so that the same rules apply to rows that are already here. */
function checkCount(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  const message = `/data/${name}: must be an integer of at least ${least}. Nothing was sent.`;
  throw new LiteBaseError({ code: "invalid_message", message, details: { path: `/data/${name}` } });
}

/** Splits a window into pieces of at most `limit` rows. An abort also stops the pieces that are left. */
function* slices(window: Window, limit: number, signal: Signal | undefined): Generator<Window> {
  for (let start = 0; start < window.rows.length; start += limit) {
    if (signal?.aborted) throw withdrawn("fetch", signal);
    yield window.rows.length <= limit ? window : cut(window, window.offset + start, limit);
  }
}

function cut(window: Window, offset: number, limit: number): Window {
  const start = Math.max(0, offset - window.offset);
  const rows = window.rows.slice(start, start + limit);
  return {
    ...window,
    offset,
    rows,
    complete: window.complete && start + rows.length >= window.rows.length,
    cut_cells: window.cut_cells.filter(({ row }) => row >= offset && row < offset + rows.length),
  };
}

/** A complete window: when rows are large the backend sends fewer than requested, and the rest is requested again. */
async function whole(
  calls: RowCalls,
  resultId: string,
  offset: RowOffset,
  limit: number,
  options?: LongCallOptions,
): Promise<Window> {
  const rows: Row[] = [];
  const cutCells: CutCell[] = [];
  while (true) {
    const part = await calls.fetch(
      { result_id: resultId, offset: offset + rows.length, limit: limit - rows.length },
      options,
    );
    if (rows.length === 0 && (part.complete || part.rows.length >= limit)) return part;
    for (const row of part.rows) rows.push(row);
    cutCells.push(...part.cut_cells);
    if (part.complete || rows.length >= limit) return { ...part, offset, rows, cut_cells: cutCells };
  }
}

function cellOf({ offset, rows }: Window, row: number, column: number): Cell {
  const cell = rows[row - offset]?.[column];
  if (cell !== undefined) return cell;
  const message = `There is no cell at row ${row}, column ${column}.`;
  throw new LiteBaseError({ code: "not_found", message, details: { what: "row", id: String(row) } });
}

/** `cell_fetch` reads only text and bytes, so a cell that is not truncated is taken from its window. */
async function anyCell(
  calls: RowCalls,
  resultId: string,
  row: number,
  column: number,
  options?: CallOptions,
): Promise<Cell> {
  const window = await calls.fetch({ result_id: resultId, offset: row, limit: 1 }, options);
  if (!window.cut_cells.some((cut) => cut.column === column)) return cellOf(window, row, column);
  return wholeCell(calls, resultId, row, column, options);
}

async function wholeCell(
  calls: RowCalls,
  resultId: string,
  row: number,
  column: number,
  options?: CallOptions,
): Promise<Cell> {
  let bytes = new Uint8Array(0);
  let offset = 0;
  while (true) {
    const part = await calls.cellFetch({ result_id: resultId, row, column, offset }, options);
    if (offset === 0) bytes = new Uint8Array(part.full_bytes);
    bytes.set(part.piece, offset);
    offset += part.piece.length;
    if (part.complete) return part.is_text ? utf8.decode(bytes) : bytes;
  }
}
