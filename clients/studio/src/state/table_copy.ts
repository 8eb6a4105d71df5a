// A table that is copied to an open database: where to, how far it is, and what became of it.

import type { CopyStructure, CopyTableRequest, CopyTableResponse, ImportMode, ObjectRef } from "@litebase/client";
import { createSignal, type Accessor } from "solid-js";
import { profiles, select, type Profile } from "./connections";
import { faultOf, type Fault } from "./faults";
import { backend } from "./link";
import { agreed } from "./query_tab";
import { openTableTab } from "./tabs";

/** What the person wants. */
export interface CopyWishes {
  readonly connectionId: string;
  readonly schema: string;
  readonly name: string;
  readonly structure: CopyStructure;
  readonly mode: ImportMode;
  readonly allOrNothing: boolean;
}

/** The backend names the request's fields, which this page shows under other names. */
const TAKEN = "There is a table of this name already. Copy into it as a table that is there, or choose another name.";

/** The databases that can take rows now. */
export function copyTargets(): readonly Profile[] {
  return profiles.filter(({ state, open }) => state === "open" && open !== null && !open.readOnly);
}

/** The schemas of a database, and the one where people begin. */
export async function schemasOf(connection_id: string): Promise<{ all: readonly string[]; usual: string }> {
  const { objects, default_schemas } = await backend().listObjects({ connection_id });
  const all = objects.map(({ object }) => object.name);
  return { all, usual: default_schemas?.find((one) => all.includes(one)) ?? all[0] ?? "" };
}

export class TableCopy {
  readonly running: Accessor<"copy" | "preview" | null>;
  readonly rows: Accessor<number>;
  readonly fault: Accessor<Fault | null>;
  /** What would run. */
  readonly plan: Accessor<CopyTableResponse | null>;
  readonly done: Accessor<CopyTableResponse | null>;
  private stopping = new AbortController();
  private readonly source: { readonly connectionId: string; readonly object: ObjectRef };
  private readonly setRunning;
  private readonly setRows;
  private readonly setFault;
  private readonly setPlan;
  private readonly setDone;

  constructor(connectionId: string, object: ObjectRef) {
    this.source = { connectionId, object };
    const [running, setRunning] = createSignal<"copy" | "preview" | null>(null);
    const [rows, setRows] = createSignal(0);
    const [fault, setFault] = createSignal<Fault | null>(null);
    const [plan, setPlan] = createSignal<CopyTableResponse | null>(null);
    const [done, setDone] = createSignal<CopyTableResponse | null>(null);
    this.running = running;
    this.setRunning = setRunning;
    this.rows = rows;
    this.setRows = setRows;
    this.fault = fault;
    this.setFault = setFault;
    this.plan = plan;
    this.setPlan = setPlan;
    this.done = done;
    this.setDone = setDone;
  }

  /** Copies the rows; a preview only says what would run. */
  async run(wishes: CopyWishes, what: "copy" | "preview"): Promise<void> {
    if (this.running() !== null) return;
    this.forget();
    this.stopping = new AbortController();
    this.setRunning(what);
    this.setRows(0);
    try {
      const data = this.request(wishes, what === "preview");
      const options = {
        signal: this.stopping.signal,
        onProgress: ({ done }: { done: number }): void => void this.setRows(done),
      };
      const answer = await agreed(
        (confirm) => backend().copyTable({ ...data, confirm }, options),
        targetOf(wishes)?.name,
      );
      if (what === "preview") this.setPlan(answer);
      else this.setDone(answer);
    } catch (error) {
      const fault = faultOf(error);
      this.setFault(fault.message.includes("`structure`") ? { ...fault, message: TAKEN } : fault);
    } finally {
      this.setRunning(null);
    }
  }

  /** What was said no longer counts, because something else is wanted. */
  forget(): void {
    this.setFault(null);
    this.setPlan(null);
    this.setDone(null);
  }

  stop(): void {
    this.stopping.abort();
  }

  /** Shows the rows in the database that has them now. */
  show(wishes: CopyWishes): void {
    const profile = targetOf(wishes);
    if (profile === undefined) return;
    select(profile.id);
    openTableTab(tableNamed(wishes), true);
  }

  private request(wishes: CopyWishes, dry_run: boolean): CopyTableRequest {
    return {
      connection_id: this.source.connectionId,
      object: this.source.object,
      target_connection_id: wishes.connectionId,
      target: tableNamed(wishes),
      structure: wishes.structure,
      mode: wishes.structure === "create" ? "insert" : wishes.mode,
      all_or_nothing: wishes.allOrNothing,
      dry_run,
    };
  }
}

function targetOf({ connectionId }: CopyWishes): Profile | undefined {
  return copyTargets().find(({ open }) => open?.connectionId === connectionId);
}

function tableNamed({ schema, name }: CopyWishes): ObjectRef {
  return { kind: "table", schema_name: schema, name: name.trim() };
}
