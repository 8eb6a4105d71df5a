// One result as a grid shows it: its rows in pages, its order and filters, what is selected in it.

import type { Column, CutCell, ResultFilter, ResultOrder, Row } from "@litebase/client";
import { PageCache, type GridSnapshot, type GridSource } from "@litebase/client/grid";
import { createSignal, type Accessor } from "solid-js";
import { faultOf, type Fault } from "./faults";
import { backend } from "./link";

/** What can be read, and closed. */
export interface OpenRows extends GridSource {
  readonly columns?: readonly Column[];
  cell(row: number, column: number): Promise<Row[number]>;
  close(): Promise<void>;
}

/** The rows wanted of a result. */
export interface Arrangement {
  readonly order: readonly ResultOrder[];
  readonly filters: readonly ResultFilter[];
}

/** Opens the rows in another arrangement. What it returns may be the same rows as before. */
export type Opener = (wanted: Arrangement, signal: AbortSignal) => Promise<OpenRows>;

/** A place in the grid. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** A rectangle of cells: from where it was begun to where it ends. */
export interface Selection {
  readonly anchor: Place;
  readonly head: Place;
}

/** What is being done with the rows, for people who wait. */
export interface Waiting {
  readonly what: string;
  readonly rows: number | null;
}

export class ResultModel {
  readonly columns: readonly Column[];
  readonly cache: PageCache;
  readonly snapshot: Accessor<GridSnapshot>;
  readonly arrangement: Accessor<Arrangement>;
  readonly selection: Accessor<Selection | null>;
  readonly waiting: Accessor<Waiting | null>;
  readonly fault: Accessor<Fault | null>;
  /** Told by the grid: brings a row into sight. */
  reveal: (place: Place) => void = () => undefined;
  private readonly opener: Opener;
  private readonly setArrangement;
  private readonly setSelection;
  private readonly setWaiting;
  private readonly setFault;
  private rows: OpenRows;
  private reading: { readonly stopping: AbortController; readonly end: Promise<number | null> } | undefined;
  private opening: AbortController | undefined;

  constructor(rows: OpenRows, columns: readonly Column[], opener: Opener) {
    this.columns = columns;
    this.rows = rows;
    this.opener = opener;
    this.cache = new PageCache(backend());
    this.cache.setSource(rows);
    const [snapshot, setSnapshot] = createSignal(this.cache.getSnapshot());
    const [arrangement, setArrangement] = createSignal<Arrangement>({ order: [], filters: [] });
    const [selection, setSelection] = createSignal<Selection | null>(null);
    const [waiting, setWaiting] = createSignal<Waiting | null>(null);
    const [fault, setFault] = createSignal<Fault | null>(null);
    this.snapshot = snapshot;
    this.arrangement = arrangement;
    this.selection = selection;
    this.waiting = waiting;
    this.fault = fault;
    this.setArrangement = setArrangement;
    this.setSelection = setSelection;
    this.setWaiting = setWaiting;
    this.setFault = setFault;
    this.cache.subscribe(() => setSnapshot(this.cache.getSnapshot()));
    void this.readToEnd();
  }

  /** The id of the rows that are shown. */
  get resultId(): string | null {
    return this.rows.result_id ?? null;
  }

  select(head: Place, anchor: Place = head): void {
    this.setSelection({ anchor, head });
  }

  clearSelection(): void {
    this.setSelection(null);
  }

  /** One cell in full, whatever its length. */
  cell(place: Place): Promise<Row[number]> {
    return this.rows.cell(place.row, place.column);
  }

  /** A row that is here, with those of its cells that are not complete. */
  row(index: number): { cells: Row; cut: readonly CutCell[] } | undefined {
    const row = this.cache.row(index);
    return row?.state === "ready" ? row : undefined;
  }

  /** Shows the rows in another order, or other rows. Until they are here, the grid shows that it waits. */
  async arrange(wanted: Partial<Arrangement>): Promise<void> {
    const next = { ...this.arrangement(), ...wanted };
    this.cancel();
    const opening = (this.opening = new AbortController());
    this.setFault(null);
    this.setWaiting({ what: wanted.filters ? "Filtering" : wanted.order ? "Sorting" : "Reading", rows: null });
    const former = this.rows;
    try {
      const rows = await this.cache.load((signal) => {
        signal.addEventListener("abort", () => opening.abort());
        return this.opener(next, opening.signal);
      });
      if (rows === null) return;
      this.rows = rows;
      this.setArrangement(next);
      this.setSelection(null);
      if (former !== rows) void former.close();
      this.reveal({ row: 0, column: 0 });
      void this.readToEnd();
    } catch (error) {
      const fault = faultOf(error);
      if (!fault.isCancelled) this.setFault(fault);
    } finally {
      if (this.opening === opening) {
        this.opening = undefined;
        if (this.waiting()?.rows === null) this.setWaiting(null);
      }
    }
  }

  /** Reads the rows to their end, so that their number is known; null when that was stopped. */
  readToEnd(): Promise<number | null> {
    if (this.snapshot().total !== null) return Promise.resolve(this.cache.getSnapshot().total);
    return (this.reading ??= this.startReading()).end;
  }

  private startReading(): { stopping: AbortController; end: Promise<number | null> } {
    const stopping = new AbortController();
    const { signal } = stopping;
    this.setWaiting({ what: "Reading", rows: this.snapshot().rowCount });
    const onProgress = ({ done }: { done: number }): void => {
      if (this.reading?.stopping === stopping) this.setWaiting({ what: "Reading", rows: done });
    };
    const end = this.cache
      .readToEnd({ signal, onProgress })
      .catch((error: unknown) => {
        const fault = faultOf(error);
        if (!fault.isCancelled && !this.cache.getSnapshot().gone) this.setFault(fault);
        return null;
      })
      .finally(() => {
        if (this.reading?.stopping !== stopping) return;
        this.reading = undefined;
        this.setWaiting(null);
      });
    return { stopping, end };
  }

  /** Brings a row into sight, at once if it is known to exist, or else when the rows before it are read. */
  async goTo(row: number, column = 0): Promise<void> {
    const { total, rowCount } = this.cache.getSnapshot();
    const end = row < rowCount ? rowCount : (total ?? (await this.readToEnd()));
    if (end === null) return; // stopped
    const place = { row: Math.max(0, Math.min(row, end - 1)), column };
    this.select(place);
    this.reveal(place);
  }

  /** Stops what is waited for. What is here stays. Returns whether there was anything. */
  cancel(): boolean {
    const busy = this.opening !== undefined || this.reading !== undefined;
    this.opening?.abort();
    this.reading?.stopping.abort();
    return busy;
  }

  close(): void {
    this.cancel();
    this.cache.close();
    void this.rows.close().catch(() => undefined); // it ends with its connection
  }
}
