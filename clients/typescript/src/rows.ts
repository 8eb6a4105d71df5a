// Rows that the backend keeps, read by windows: one after the other, or any of them.

import type { Calls, Cell, CutCell, FetchResponse, Row, RowOffset } from "@litebase/contract";
import { AbortWatch } from "./abort.js";
import { cancelledHere, type CallOptions } from "./channel.js";
import { asyncDispose } from "./dispose.js";
import { isLiteBaseError, LiteBaseError } from "./errors.js";

/** A range of a result's rows. `complete` says whether no row exists beyond it. */
export type Window = FetchResponse;

/** Options of `windows`. */
export interface WindowsOptions {
  /** Rows in one window at most; default 1000. Fewer come where the rows are large. */
  limit?: number | undefined;
  /** Ends the loop with `cancelled`. */
  signal?: AbortSignal | undefined;
}

/** Reads a result. The functions need no `this`, so they may be taken off the object and handed around. */
export interface StoredRows {
  /**
   * Every window in order, for `for await`. The next window is asked for while the loop works on the one at hand, and
   * never more than that one. The result is closed when the loop ends: at the last row, by `break`, or by an error.
   */
  readonly windows: (options?: WindowsOptions) => AsyncGenerator<Window, void, undefined>;
  /** The rows from `offset`: `limit` of them, fewer only where the result ends. The result stays open. */
  readonly window: (offset: number, limit: number, options?: CallOptions) => Promise<Window>;
  /** Any one cell in full length, also when it travelled cut. Rejects with `not_found` where there is none. */
  readonly cell: (row: number, column: number, options?: CallOptions) => Promise<Cell>;
  /** Frees the result on the backend. Does nothing when there is nothing to free, also the second time. */
  readonly close: () => Promise<void>;
  /** The same, for `await using`. */
  readonly [asyncDispose]: () => Promise<void>;
}

/** What a result's windows are asked of. */
export type RowCalls = Pick<Calls<CallOptions>, "fetch" | "cellFetch" | "closeResult">;

/** What an answer tells of a result: its name, and the rows that came with it. */
export interface FirstRows {
  readonly resultId: string | null;
  readonly window: Window;
}

const WINDOW_ROWS = 1000;
const GONE = ["not_found", "connection_closed", "shutting_down"] as const; // then there is nothing to free
const loops = /* @__PURE__ */ new AbortWatch();
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Adds the functions to an answer. They are not enumerable: what is copied or compared is the data alone. */
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
  signal: AbortSignal | undefined,
): AsyncGenerator<Window, void, undefined> {
  checkCount("limit", limit, 1);
  yield* slices(first, limit, signal);
}

async function* walk(
  calls: RowCalls,
  resultId: string,
  first: Window,
  limit: number,
  signal: AbortSignal | undefined,
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
      ahead?.catch(() => undefined); // it is awaited below, or nobody wants it any more
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

/** Refuses what the backend would refuse, so that rows which are here already are no exception. */
function checkCount(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  const message = `/data/${name}: a whole number from ${least} is due. Nothing was sent.`;
  throw new LiteBaseError({ code: "invalid_message", message, details: { path: `/data/${name}` } });
}

/** A window that may be larger than `limit`, in pieces that are not. No piece comes after an abort, though it is here. */
function* slices(window: Window, limit: number, signal: AbortSignal | undefined): Generator<Window> {
  for (let start = 0; start < window.rows.length; start += limit) {
    if (signal?.aborted) throw cancelledHere("fetch", signal);
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

/** A window in full: the backend sends fewer rows than asked for when they are large, and is then asked again. */
async function whole(
  calls: RowCalls,
  resultId: string,
  offset: RowOffset,
  limit: number,
  options?: CallOptions,
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

/** The backend gives pieces of texts and of bytes alone, so what is no such cell is taken from its window. */
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
