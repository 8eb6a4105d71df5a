// Rows of a file into a table: how the file is read, which column goes where, and how far it has come.

import type {
  DescribedColumn,
  FileEncoding,
  ImportMode,
  ImportOptions,
  ImportRowsRequest,
  ImportRowsResponse,
  Kind,
  ObjectRef,
  OnRowError,
  PreviewImportResponse,
} from "@litebase/client";
import { createSignal, type Accessor } from "solid-js";
import { faultOf, type Fault } from "./faults";
import { backend } from "./link";
import { agreed } from "./query_tab";

/** Where a column of the file goes. */
export interface Goal {
  /** The column of the table; empty to leave the file's column out. */
  readonly column: string;
  /** What a new table holds there. */
  readonly kind: Kind;
}

/** What the person says about how the file is read; the rest is found out. */
export interface Reading extends ImportOptions {
  readonly encoding?: FileEncoding | null;
}

/** What becomes of the rows. */
export interface Wishes {
  readonly mode: ImportMode;
  readonly onError: OnRowError;
  readonly allOrNothing: boolean;
}

export class ImportModel {
  readonly connectionId: string;
  /** The file that was read last. */
  readonly path: Accessor<string>;
  /** The table that gets the rows; null for a new one. */
  readonly object: ObjectRef | null;
  readonly preview: Accessor<PreviewImportResponse | null>;
  readonly goals: Accessor<readonly Goal[]>;
  /** The columns of the table that take values. */
  readonly columns: Accessor<readonly DescribedColumn[]>;
  readonly fault: Accessor<Fault | null>;
  readonly running: Accessor<"read" | "import" | null>;
  readonly rows: Accessor<number>;
  readonly done: Accessor<ImportRowsResponse | null>;
  private stopping = new AbortController();
  private readonly setPath;
  private readonly setPreview;
  private readonly setGoals;
  private readonly setColumns;
  private readonly setFault;
  private readonly setRunning;
  private readonly setRows;
  private readonly setDone;

  constructor(connectionId: string, object: ObjectRef | null) {
    this.connectionId = connectionId;
    this.object = object;
    const [path, setPath] = createSignal("");
    this.path = path;
    this.setPath = setPath;
    const [preview, setPreview] = createSignal<PreviewImportResponse | null>(null);
    this.preview = preview;
    this.setPreview = setPreview;
    const [goals, setGoals] = createSignal<readonly Goal[]>([]);
    this.goals = goals;
    this.setGoals = setGoals;
    const [columns, setColumns] = createSignal<readonly DescribedColumn[]>([]);
    this.columns = columns;
    this.setColumns = setColumns;
    const [fault, setFault] = createSignal<Fault | null>(null);
    this.fault = fault;
    this.setFault = setFault;
    const [running, setRunning] = createSignal<"read" | "import" | null>(null);
    this.running = running;
    this.setRunning = setRunning;
    const [rows, setRows] = createSignal(0);
    this.rows = rows;
    this.setRows = setRows;
    const [done, setDone] = createSignal<ImportRowsResponse | null>(null);
    this.done = done;
    this.setDone = setDone;
  }

  /** Looks into the file. What was read before is read again where `reading` says otherwise. */
  async read(path: string, reading: Reading = {}): Promise<void> {
    const isOther = path !== this.path();
    await this.alone("read", async (signal) => {
      this.setPath(path);
      if (isOther) this.setPreview(null);
      const { encoding, ...options } = reading;
      const before = this.preview();
      const data = {
        path,
        encoding: encoding ?? before?.encoding ?? null,
        options: { ...before?.options, ...options },
      };
      const [answer] = await Promise.all([backend().previewImport(data, { signal }), this.describe(signal)]);
      this.setPreview(answer);
      this.setGoals(answer.columns.map(({ name, kind }, at) => ({ column: this.goalOf(name, at, answer), kind })));
    });
  }

  /** Sends a column of the file elsewhere. */
  aim(at: number, facts: Partial<Goal>): void {
    this.setGoals((all) => all.map((one, index) => (index === at ? { ...one, ...facts } : one)));
  }

  /** Why the import cannot begin, for people; null when it can. */
  obstacle(): string | null {
    const names = this.goals().flatMap(({ column }) => (column.trim() === "" ? [] : [column.trim()]));
    if (this.preview() === null) return "Read the file first.";
    if (names.length === 0) return "No column goes anywhere.";
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    return twice === undefined ? null : `Two columns go to ${twice}.`;
  }

  /** Stores the rows. Resolves with whether they are in. */
  async run(newTable: string, wishes: Wishes): Promise<boolean> {
    const shown = this.preview();
    if (shown === null || this.obstacle() !== null) return false;
    this.setRows(0);
    await this.alone("import", async (signal) => {
      const data = this.request(shown, newTable, wishes);
      const onProgress = ({ done }: { done: number }): void => void this.setRows(done);
      const answer = await agreed((confirm) => backend().importRows({ ...data, confirm }, { signal, onProgress }));
      this.setDone(answer);
    });
    return this.done() !== null;
  }

  /** The table that has the rows; null when it is gone. */
  async table(newTable: string): Promise<ObjectRef | null> {
    if (this.object !== null) return this.object;
    const name = newTable.trim();
    const asked = { connection_id: this.connectionId, text: name, search_in: ["names"], kinds: ["table"] } as const;
    const { hits } = await backend().searchObjects(asked);
    return hits.map(({ object }) => object).find((one) => one.name === name) ?? null;
  }

  /** Stops what runs. */
  stop(): void {
    this.stopping.abort();
  }

  private request(
    { format, encoding, options }: PreviewImportResponse,
    name: string,
    wishes: Wishes,
  ): ImportRowsRequest {
    const chosen = (this.preview()?.columns ?? []).flatMap(({ name: source }, at) => {
      const { column = "", kind = "text" } = this.goals()[at] ?? {};
      return column.trim() === "" ? [] : [{ source, column: column.trim(), kind }];
    });
    const { object } = this;
    const columns = chosen.map(({ column, kind }) => ({ name: column, kind }));
    return {
      connection_id: this.connectionId,
      path: this.path(),
      format,
      encoding,
      options,
      mapping: chosen.map(({ source, column }) => ({ source, column })),
      ...(object === null ? { new_table: { name: name.trim(), columns } } : { object }),
      mode: wishes.mode,
      on_error: wishes.onError,
      all_or_nothing: wishes.allOrNothing,
    };
  }

  /** By name; in a file without names, by place. */
  private goalOf(name: string, at: number, { options }: PreviewImportResponse): string {
    if (this.object === null) return name;
    const names = this.columns().map((one) => one.name);
    if (options.header === false) return names[at] ?? "";
    return names.find((one) => one === name) ?? names.find((one) => one.toLowerCase() === name.toLowerCase()) ?? "";
  }

  private async describe(signal: AbortSignal): Promise<void> {
    if (this.object === null || this.columns().length > 0) return;
    const asked = { connection_id: this.connectionId, objects: [this.object] };
    const { descriptions } = await backend().describeObjects(asked, { signal });
    const all = descriptions[0]?.columns ?? [];
    this.setColumns(all.filter(({ generated, identity }) => generated === "none" && identity !== "always"));
  }

  private async alone(what: "read" | "import", work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.running() !== null) return;
    this.stopping = new AbortController();
    this.setRunning(what);
    this.setFault(null);
    this.setDone(null);
    try {
      await work(this.stopping.signal);
    } catch (error) {
      const fault = faultOf(error);
      const said = fault.code === "cancelled" ? fault.message.replace(/^The \w+ was cancelled\.\s*/, "") : ""; // what is in
      this.setFault(said === "" ? fault : { ...fault, notes: [said] });
    } finally {
      this.setRunning(null);
    }
  }
}
