// A tab with the rows of a table or a view, as the database filters and sorts them.

import type { ObjectRef, OpenedTable, RowIdentity, TableFilter, TableOrder } from "@litebase/client";
import { createSignal, type Accessor } from "solid-js";
import { openOf } from "./connections";
import { faultOf, type Fault } from "./faults";
import { rowLimit } from "./limits";
import { backend } from "./link";
import { ResultModel, type Arrangement } from "./result";
import { Runner } from "./run";

const WINDOW_ROWS = 256;

export class TableTab {
  readonly kind = "table";
  readonly id = crypto.randomUUID();
  readonly profileId: string;
  readonly object: ObjectRef;
  readonly runner = new Runner();
  readonly model: Accessor<ResultModel | null>;
  readonly fault: Accessor<Fault | null>;
  /** What the first rows took. */
  readonly timing: Accessor<{ readonly hereMs: number; readonly serverMs: number } | null>;
  /** What tells the rows apart; null until the rows are here. */
  readonly identity: Accessor<RowIdentity | null>;
  /** The statement that gave the rows. */
  readonly sql: Accessor<string>;
  private isUnlimited = false;
  private readonly setModel;
  private readonly setFault;
  private readonly setTiming;
  private readonly setIdentity;
  private readonly setSql;

  constructor(profileId: string, object: ObjectRef) {
    this.profileId = profileId;
    this.object = object;
    const [model, setModel] = createSignal<ResultModel | null>(null);
    const [fault, setFault] = createSignal<Fault | null>(null);
    const [timing, setTiming] = createSignal<{ hereMs: number; serverMs: number } | null>(null);
    const [identity, setIdentity] = createSignal<RowIdentity | null>(null);
    const [sql, setSql] = createSignal("");
    this.model = model;
    this.setModel = setModel;
    this.fault = fault;
    this.setFault = setFault;
    this.timing = timing;
    this.setTiming = setTiming;
    this.identity = identity;
    this.setIdentity = setIdentity;
    this.sql = sql;
    this.setSql = setSql;
  }

  title(): string {
    return this.object.name;
  }

  /** Reads the rows, again if they are here. */
  async load(): Promise<void> {
    const former = this.model();
    if (former !== null) {
      await former.arrange({});
      return;
    }
    await this.runner.run("Reading", async (signal) => {
      this.setFault(null);
      try {
        const rows = await this.open({ order: [], filters: [] }, [], signal);
        const names = rows.columns.map(({ name }) => name);
        this.setModel(new ResultModel(rows, rows.columns, (wanted, stop) => this.open(wanted, names, stop)));
      } catch (error) {
        this.setFault(faultOf(error));
      }
    });
  }

  /** Reads the rows again, this time all of them. */
  async readAll(): Promise<void> {
    this.isUnlimited = true;
    await this.load();
  }

  /** Stops what runs, or else what is waited for in the grid. */
  cancel(): boolean {
    return this.runner.cancel() || (this.model()?.cancel() ?? false);
  }

  clear(): void {
    this.model()?.close();
    this.setModel(null);
    this.setTiming(null);
  }

  close(): void {
    this.runner.cancel();
    this.clear();
  }

  private async open(wanted: Arrangement, names: readonly string[], signal: AbortSignal): Promise<OpenedTable> {
    const open = openOf(this.profileId);
    if (open === undefined) throw new Error("This database is not open. Connect to it first.");
    const order: TableOrder[] = wanted.order.map(({ column, descending = false }) => ({
      column: names[column] ?? "",
      descending,
    }));
    const filters: TableFilter[] = wanted.filters.map(({ column, ...rest }) => ({
      column: names[column] ?? "",
      ...rest,
    }));
    const started = performance.now();
    const data = { connection_id: open.connectionId, object: this.object, order, filters, window_rows: WINDOW_ROWS };
    const rows = await backend().openTable(
      { ...data, max_rows: this.isUnlimited ? null : rowLimit(), keep_result: true },
      { signal },
    );
    this.setTiming({ hereMs: performance.now() - started, serverMs: rows.timings.server_ms });
    this.setIdentity(rows.row_identity);
    this.setSql(rows.sql);
    return rows;
  }
}
