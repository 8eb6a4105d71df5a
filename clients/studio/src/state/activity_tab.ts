// A tab with what the database server does: its sessions, who waits for whom, and stopping one.

import type { DbProcess, ListDbProcessesResponse, StopHow } from "@litebase/client";
import { createSignal, type Accessor } from "solid-js";
import { openOf } from "./connections";
import { faultOf, type Fault } from "./faults";
import { backend } from "./link";
import { agreed } from "./query_tab";

const OUTCOMES: Record<string, string> = {
  stopped: "It was stopped.",
  still_runs: "The server was asked to stop it, and it still runs.",
  gone: "It had already gone.",
  another_statement: "It had gone on to another statement, so nothing was done.",
  nothing_to_cancel: "It runs no statement: only ending the session would do something.",
};

export class ActivityTab {
  readonly kind = "activity";
  readonly id = crypto.randomUUID();
  readonly profileId: string;
  readonly list: Accessor<ListDbProcessesResponse | null>;
  readonly fault: Accessor<Fault | null>;
  readonly remark: Accessor<string>;
  readonly isReading: Accessor<boolean>;
  private readonly setList;
  private readonly setFault;
  private readonly setRemark;
  private readonly setReading;

  constructor(profileId: string) {
    this.profileId = profileId;
    const [list, setList] = createSignal<ListDbProcessesResponse | null>(null);
    const [fault, setFault] = createSignal<Fault | null>(null);
    const [remark, setRemark] = createSignal("");
    const [isReading, setReading] = createSignal(false);
    this.list = list;
    this.setList = setList;
    this.fault = fault;
    this.setFault = setFault;
    this.remark = remark;
    this.setRemark = setRemark;
    this.isReading = isReading;
    this.setReading = setReading;
  }

  title(): string {
    return "Server activity";
  }

  async read(): Promise<void> {
    const open = openOf(this.profileId);
    if (open === undefined || this.isReading()) return;
    this.setReading(true);
    try {
      this.setList(await backend().listDbProcesses({ connection_id: open.connectionId }));
      this.setFault(null);
    } catch (error) {
      this.setFault(faultOf(error));
    } finally {
      this.setReading(false);
    }
  }

  /** Stops what a session runs, or ends the session, if it still runs what was seen. */
  async stop({ process_id, started_at, sql }: DbProcess, how: StopHow): Promise<void> {
    const open = openOf(this.profileId);
    if (open === undefined) return;
    const asked = { connection_id: open.connectionId, process_id, how, seen: { started_at, sql } };
    try {
      const { outcome } = await agreed((confirm) => backend().stopDbProcess({ ...asked, confirm }));
      this.setRemark(`Process ${process_id}: ${OUTCOMES[outcome] ?? outcome}`);
    } catch (error) {
      this.setRemark(faultOf(error).message);
    }
    await this.read();
  }

  cancel(): boolean {
    return false;
  }

  clear(): void {
    this.setList(null);
  }

  close(): void {
    this.clear();
  }
}
