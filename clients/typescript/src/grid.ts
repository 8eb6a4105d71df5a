// The exports of `@litebase/client/grid`: a cache of pages for a grid that shows a few rows of a long result.

import type { Calls, Cell, CutCell, FetchResponse, Row } from "@litebase/contract";
import type { Signal } from "./abort.js";
import type { LongCallOptions } from "./channel.js";
import { isLiteBaseError } from "./errors.js";

/** What has rows: a `Result`, an `OpenedTable`, a `View`, a statement of a script, or one of `more_results`. */
export interface GridSource {
  readonly result_id?: string | null | undefined;
  readonly rows?: readonly Row[] | undefined;
  readonly total_rows?: number | null | undefined;
  readonly cut_cells?: readonly CutCell[] | undefined;
  readonly truncated?: boolean | undefined;
  readonly close?: (() => Promise<void>) | undefined;
}

/** The call that reads rows; a `Client` has it. */
export type GridCalls = Pick<Calls<LongCallOptions>, "fetch">;

/** Options of a `PageCache`. */
export interface GridOptions {
  /** Rows of a page; default 256. Where rows are large, pages become smaller, so that one answer holds one. */
  pageRows?: number | undefined;
  /** Pages that are kept; default 200. The pages in sight, and those read ahead, are kept even if they are more. */
  maxPages?: number | undefined;
  /** An estimate of the memory of the pages that are kept; default 32 MiB. The same exception applies. */
  maxBytes?: number | undefined;
  /** Requests on their way at the same time; default 4. */
  maxRequests?: number | undefined;
  /** Pages that are read ahead in the direction of scrolling; default 1. */
  aheadPages?: number | undefined;
}

/** One row of the grid. It is the same object for as long as nothing about it changes. */
export type GridRow =
  | { readonly index: number; readonly state: "ready"; readonly cells: Row; readonly cut: readonly CutCell[] }
  | { readonly index: number; readonly state: "loading" }
  | { readonly index: number; readonly state: "failed"; readonly error: unknown };

/** What a grid shows. It never changes; when something does, `getSnapshot` returns another one. */
export interface GridSnapshot {
  /** Counts the sources: when it changes, these are other rows. */
  readonly source: number;
  readonly first: number;
  /** The rows in sight, from `first` on; none beyond the end of the result. */
  readonly rows: readonly GridRow[];
  /** Rows of the result, or, while `total` is null, those that are known to exist. */
  readonly rowCount: number;
  /** Null until the backend has read to the end of the result. */
  readonly total: number | null;
  /** Whether the result had more rows than `max_rows` allowed. */
  readonly truncated: boolean;
  /** Whether `load` waits for another source. All rows are `loading` meanwhile. */
  readonly opening: boolean;
  /** Whether a row in sight is on its way. */
  readonly loading: boolean;
  /** The first error of the rows in sight, which `retry` clears; null where there is none. */
  readonly error: unknown;
  /** The result was closed, or the link ended: no further row can be read until there is another source. */
  readonly gone: boolean;
}

/** What a `PageCache` holds. */
export interface GridHoldings {
  readonly pages: number;
  readonly rows: number;
  /** An estimate of the rows' memory. */
  readonly bytes: number;
  /** Requests that are on their way, those that were aborted and are not answered yet among them. */
  readonly requests: number;
}

type ReadyRow = Extract<GridRow, { state: "ready" }>;

/** The rows from the page's first one on that have arrived. */
interface Page {
  readonly rows: ReadyRow[];
  bytes: number;
}

interface Loading {
  readonly offset: number;
  readonly end: number;
  readonly stopping: AbortController;
}

interface Failure {
  readonly error: unknown;
  readonly inSight: boolean;
}

const MAX_ROWS_IN_SIGHT = 10_000;
const BEYOND = Number.MAX_SAFE_INTEGER; // no result is as long
const MAX_PAGE_ROWS = 100_000; // what one `fetch` may ask for
const LEAST_PAGE_ROWS = 8;
const LARGE_ANSWER_BYTES = 262_144; // a short answer that is smaller was not short because of its size
const FINAL = ["not_found", "connection_closed", "shutting_down"] as const;
const NOT_CUT: readonly CutCell[] = [];

/**
 * The rows of one result at a time, in pages: those in sight are requested first, then those ahead. Requests of pages
 * that are no longer wanted are aborted, and old pages are dropped. `subscribe` and `getSnapshot` do not use `this`.
 */
export class PageCache {
  private readonly calls: GridCalls;
  private readonly options: { readonly [Name in keyof GridOptions]-?: number };
  private readonly listeners = new Set<() => void>();
  private readonly loads = new Set<Loading>(); // also those that were aborted and are not settled
  private readonly failures = new Map<number, Failure>(); // by page
  private readonly shown = new WeakSet<GridSource>();
  private pages = new Map<number, Page>(); // the one that was in sight longest ago comes first
  private pageRows: number;
  private bytes = 0;
  private resultId: string | null = null;
  private sources = 0;
  private known = 0; // rows that are known to exist
  private total: number | null = 0;
  private truncated = false;
  private gone: { readonly error: unknown } | undefined;
  private opening: AbortController | undefined;
  private first = 0;
  private end = 0;
  private isUpward = false;
  private isClosed = false;
  private isTelling = false;
  private snapshot: GridSnapshot | undefined;

  constructor(calls: GridCalls, options: GridOptions = {}) {
    const { pageRows = 256, maxPages = 200, maxBytes = 33_554_432, maxRequests = 4, aheadPages = 1 } = options;
    checkOption("pageRows", pageRows, 1, MAX_PAGE_ROWS);
    checkOption("maxPages", maxPages, 1);
    checkOption("maxBytes", maxBytes, 1);
    checkOption("maxRequests", maxRequests, 1);
    checkOption("aheadPages", aheadPages, 0);
    this.calls = calls;
    this.options = { pageRows, maxPages, maxBytes, maxRequests, aheadPages };
    this.pageRows = pageRows;
  }

  /** Shows another result, or none: at once, no row of the former one is left. The former one is not closed. */
  setSource(source: GridSource | null): void {
    if (this.isClosed) return;
    this.opening?.abort();
    this.opening = undefined;
    this.stopAll();
    this.pages.clear();
    this.failures.clear();
    this.bytes = 0;
    this.pageRows = this.options.pageRows;
    this.gone = undefined;
    this.sources++;
    if (source !== null) this.shown.add(source);
    const { result_id = null, rows = [], total_rows = null, cut_cells = [], truncated = false } = source ?? {};
    this.resultId = result_id;
    this.known = rows.length;
    this.total = result_id === null ? rows.length : total_rows;
    this.truncated = truncated;
    this.insert(0, rows, cut_cells);
    this.changed();
    this.pump();
  }

  /**
   * Shows the result that `open` will return, for example a view in another order; until then rows are `loading`.
   * Resolves with null if there was yet another source meanwhile: then the signal is aborted, and a result that comes
   * nevertheless is closed, unless it was shown before. If `open` fails, the former rows are there again, and the error is passed on.
   */
  async load<Source extends GridSource>(open: (signal: Signal) => Promise<Source>): Promise<Source | null> {
    if (this.isClosed) return null;
    this.opening?.abort();
    const opening = (this.opening = new AbortController());
    this.stopAll();
    this.changed();
    let source: Source;
    try {
      source = await open(opening.signal);
    } catch (error) {
      if (this.opening !== opening) return null;
      this.opening = undefined;
      this.changed();
      this.pump();
      throw error;
    }
    if (this.opening === opening) {
      this.setSource(source);
      return source;
    }
    if (!this.shown.has(source)) await source.close?.().catch(() => undefined); // nobody else knows of it
    return null;
  }

  /** Says which rows are in sight: from `first` until before `end`. Fractions are rounded to whole rows. */
  show(first: number, end: number): void {
    if (this.isClosed) return;
    const from = Math.min(Math.max(0, Math.floor(first)), Number.MAX_SAFE_INTEGER - 1);
    const until = Math.max(from, Math.ceil(end));
    if (!(until - from <= MAX_ROWS_IN_SIGHT)) {
      throw new RangeError(
        `Rows ${first} to ${end} cannot all be in sight: at most ${MAX_ROWS_IN_SIGHT.toLocaleString("en")} rows can. ` +
          "Has the element that scrolls a height of its own?",
      );
    }
    if (from === this.first && until === this.end) return;
    if (from !== this.first) this.isUpward = from < this.first;
    this.first = from;
    this.end = until;
    for (const page of this.pagesInSight()) {
      this.touch(page);
      if (this.failures.get(page)?.inSight === false) this.failures.delete(page); // nobody has seen that failure
    }
    this.changed();
    this.pump();
  }

  /** Any row, in sight or not. One that is not here is `loading` only if it is in sight. */
  row(index: number): GridRow | undefined {
    if (this.total !== null && index >= this.total) return undefined;
    const inSight = index >= this.first && index < this.end;
    if (this.opening !== undefined) return inSight ? { index, state: "loading" } : undefined;
    const page = this.pageOf(index);
    const ready = this.pages.get(page)?.rows[index - page * this.pageRows];
    if (ready !== undefined) return ready;
    const failure = this.failures.get(page) ?? this.gone;
    if (failure !== undefined) return { index, state: "failed", error: failure.error };
    return inSight ? { index, state: "loading" } : undefined;
  }

  /** Requests again what has failed. */
  retry(): void {
    this.failures.clear();
    this.gone = undefined;
    this.changed();
    this.pump();
  }

  /**
   * Reads the result to its end, so that `total` is known, and returns it; null where there was another source before
   * that. Rejects when it fails; an abort only stops waiting.
   */
  async readToEnd(options?: LongCallOptions): Promise<number | null> {
    const { resultId, sources } = this;
    if (resultId === null || this.total !== null) return this.total;
    const answer = await this.calls.fetch({ result_id: resultId, offset: BEYOND, limit: 1 }, options);
    if (sources !== this.sources) return null;
    this.take({ offset: BEYOND, end: BEYOND, stopping: new AbortController() }, answer);
    this.pump();
    return this.total;
  }

  /** Calls `listener` soon after something has changed, once for several changes. Returns a function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const own = (): void => listener(); // the same function may be given twice
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  };

  /** What is to be shown now; the same object until something changes. */
  readonly getSnapshot = (): GridSnapshot => (this.snapshot ??= this.taken());

  /** What is held at present. */
  get holdings(): GridHoldings {
    const rows = [...this.pages.values()].reduce((sum, page) => sum + page.rows.length, 0);
    return { pages: this.pages.size, rows, bytes: this.bytes, requests: this.loads.size };
  }

  /** Aborts what is on its way and forgets all rows. The result stays open: it is yours to close. */
  close(): void {
    this.setSource(null);
    this.isClosed = true;
    this.listeners.clear();
  }

  private taken(): GridSnapshot {
    const rows: GridRow[] = [];
    for (let index = this.first; index < this.endInSight(); index++) {
      const row = this.row(index);
      if (row !== undefined) rows.push(row);
    }
    const failed = rows.find((row) => row.state === "failed");
    return {
      source: this.sources,
      first: this.first,
      rows,
      rowCount: this.total ?? this.known,
      total: this.total,
      truncated: this.truncated,
      opening: this.opening !== undefined,
      loading: rows.some((row) => row.state === "loading"),
      error: failed?.state === "failed" ? failed.error : null,
      gone: this.gone !== undefined,
    };
  }

  private changed(): void {
    this.snapshot = undefined;
    if (this.isTelling) return;
    this.isTelling = true;
    queueMicrotask(() => {
      this.isTelling = false;
      for (const listener of [...this.listeners]) tell(listener);
    });
  }

  private pageOf(row: number): number {
    return Math.floor(row / this.pageRows);
  }

  private endInSight(): number {
    return Math.min(this.end, this.total ?? this.end);
  }

  private pagesInSight(): number[] {
    const end = this.endInSight();
    return end <= this.first ? [] : range(this.pageOf(this.first), this.pageOf(end - 1) + 1);
  }

  /** The pages ahead that there is room for. */
  private pagesAhead(inSight: readonly number[]): number[] {
    const [lowest] = inSight;
    const highest = inSight.at(-1);
    if (lowest === undefined || highest === undefined) return [];
    const { maxPages, maxBytes, aheadPages } = this.options;
    const last = this.total === null ? Infinity : this.pageOf(this.total - 1);
    const { rows } = this.holdings;
    const pageBytes = rows === 0 ? 0 : (this.bytes / rows) * this.pageRows; // as it is on average
    const room = Math.min(maxPages, maxBytes / Math.max(1, pageBytes)) - inSight.length;
    const count = Math.min(aheadPages, Math.floor(room));
    return range(1, count + 1)
      .map((step) => (this.isUpward ? lowest - step : highest + step))
      .filter((page) => page >= 0 && page <= last);
  }

  private wanted(): number[] {
    const inSight = this.pagesInSight();
    return [...inSight, ...this.pagesAhead(inSight)];
  }

  /** The first row of a page that has not arrived; null when all have. */
  private missing(page: number): number | null {
    const start = page * this.pageRows;
    const next = start + (this.pages.get(page)?.rows.length ?? 0);
    return next >= Math.min(start + this.pageRows, this.total ?? Infinity) ? null : next;
  }

  /** Aborts what is no longer wanted, requests what is, and drops what there is no room for. */
  private pump(): void {
    const wanted = this.wanted();
    this.evict(wanted);
    if (this.resultId === null || this.opening !== undefined || this.gone !== undefined) return;
    const missing = wanted.map((page) => this.missing(page));
    for (const load of this.loads) if (!missing.some((row) => isIn(load, row))) load.stopping.abort();
    wanted.forEach((page, index) => {
      const row = missing[index] ?? null;
      if (row === null || this.failures.has(page) || this.loads.size >= this.options.maxRequests) return;
      if ([...this.loads].some((load) => !load.stopping.signal.aborted && isIn(load, row))) return;
      void this.request(this.resultId as string, row, (page + 1) * this.pageRows);
    });
  }

  private async request(resultId: string, offset: number, end: number): Promise<void> {
    const source = this.sources;
    const load = { offset, end, stopping: new AbortController() };
    this.loads.add(load);
    try {
      const { signal } = load.stopping;
      const answer = await this.calls.fetch({ result_id: resultId, offset, limit: end - offset }, { signal });
      if (source === this.sources) this.take(load, answer);
    } catch (error) {
      if (source === this.sources && !load.stopping.signal.aborted) this.fail(offset, error);
    } finally {
      this.loads.delete(load);
      this.pump();
    }
  }

  private take({ offset, end }: Loading, answer: FetchResponse): void {
    const { rows, cut_cells, complete, total_rows, truncated = false } = answer;
    if (rows.length === 0 && !complete)
      throw new Error(`The backend has not sent the row ${offset}, though it exists.`);
    const [known, total] = [this.known, this.total];
    if (rows.length > 0) this.known = Math.max(known, offset + rows.length);
    this.total = total_rows ?? (complete ? this.known : total);
    this.truncated ||= truncated;
    const bytes = this.insert(offset, rows, cut_cells);
    if (!complete && offset + rows.length < end && bytes > LARGE_ANSWER_BYTES) this.makeSmaller(rows.length);
    const isInSight = offset < this.end && offset + rows.length > this.first;
    if (isInSight || this.known !== known || this.total !== total) this.changed();
  }

  private fail(row: number, error: unknown): void {
    if (FINAL.some((code) => isLiteBaseError(error, code))) {
      this.gone = { error };
      this.stopAll();
    } else {
      const page = this.pageOf(row);
      this.failures.set(page, { error, inSight: this.pagesInSight().includes(page) });
    }
    this.changed();
  }

  /** Adds rows that follow those which their pages have. Returns an estimate of their memory. */
  private insert(offset: number, rows: readonly Row[], cutCells: readonly CutCell[]): number {
    const cut = new Map<number, CutCell[]>();
    for (const one of cutCells) cut.set(one.row, [...(cut.get(one.row) ?? []), one]);
    let added = 0;
    rows.forEach((cells, at) => {
      const index = offset + at;
      added += this.append({ index, state: "ready", cells, cut: cut.get(index) ?? NOT_CUT });
    });
    return added;
  }

  private append(row: ReadyRow): number {
    const number = this.pageOf(row.index);
    const page = this.pages.get(number) ?? { rows: [], bytes: 0 };
    if (page.rows.length !== row.index - number * this.pageRows) return 0; // it is there, or those before it are not
    const bytes = bytesOf(row.cells);
    page.rows.push(row);
    page.bytes += bytes;
    this.bytes += bytes;
    this.pages.set(number, page);
    return bytes;
  }

  private makeSmaller(rowsOfAnswer: number): void {
    let smaller = this.pageRows;
    while (smaller > rowsOfAnswer && smaller >= 2 * LEAST_PAGE_ROWS) smaller = Math.floor(smaller / 2);
    if (smaller === this.pageRows) return;
    const former = this.pages;
    this.pages = new Map();
    this.bytes = 0;
    this.pageRows = smaller;
    this.failures.clear(); // they are requested again
    for (const { rows } of former.values()) for (const row of rows) this.append(row);
  }

  private touch(number: number): void {
    const page = this.pages.get(number);
    if (page === undefined) return;
    this.pages.delete(number);
    this.pages.set(number, page);
  }

  private evict(wanted: readonly number[]): void {
    if (this.resultId === null) return; // the backend does not have them
    const { maxPages, maxBytes } = this.options;
    for (const [number, page] of this.pages) {
      if (this.pages.size <= maxPages && this.bytes <= maxBytes) return;
      if (wanted.includes(number)) continue;
      this.pages.delete(number);
      this.bytes -= page.bytes;
    }
  }

  private stopAll(): void {
    for (const { stopping } of this.loads) stopping.abort();
  }
}

function checkOption(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, and is ${value}.`);
}

function range(from: number, until: number): number[] {
  return Array.from({ length: Math.max(0, until - from) }, (_, index) => from + index);
}

function isIn({ offset, end }: Loading, row: number | null): boolean {
  return row !== null && row >= offset && row < end;
}

/** What a row occupies, roughly; rather more than less. */
function bytesOf(cells: Row): number {
  return cells.reduce<number>((sum, cell) => sum + 16 + cellBytes(cell), 64);
}

function cellBytes(cell: Cell): number {
  if (typeof cell === "string") return 16 + 2 * cell.length;
  return cell instanceof Uint8Array ? 96 + cell.length : 8;
}

/** Calls a function of the app. What it throws is reported to the app, and the other listeners are called. */
function tell(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
