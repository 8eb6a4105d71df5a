// The database session of a tab: opened when it is first needed, so that transactions and settings of a tab are its own.

import type { TransactionStatus } from "@litebase/client";
import { createSignal, type Accessor } from "solid-js";
import { capability, openOf } from "./connections";
import { backend, onEvent } from "./link";

/** Where a request runs. */
export interface Where {
  readonly connection_id: string;
  readonly db_session_id: string | null;
}

export class TabSession {
  /** Null while no session is open. */
  readonly status: Accessor<TransactionStatus | null>;
  /** Why the session or its transaction has ended by itself; null when it has not. */
  readonly remark: Accessor<string | null>;
  private readonly profileId: string;
  private readonly setStatus;
  private readonly setRemark;
  private readonly unlisten: () => void;
  private opening: Promise<string> | undefined;
  private id: string | undefined;
  private connectionId: string | undefined;

  constructor(profileId: string) {
    this.profileId = profileId;
    const [status, setStatus] = createSignal<TransactionStatus | null>(null);
    const [remark, setRemark] = createSignal<string | null>(null);
    this.status = status;
    this.remark = remark;
    this.setStatus = setStatus;
    this.setRemark = setRemark;
    this.unlisten = onEvent(({ kind, db_session_id, transaction_status, message = null }) => {
      if (this.id === undefined || db_session_id !== this.id) return;
      if (kind === "transaction_changed") this.setStatus(transaction_status ?? "unknown");
      if (kind === "transaction_changed" || kind === "transaction_idle") this.setRemark(message);
      if (kind === "db_session_lost") this.lost(message ?? "The database session has ended.");
    });
  }

  /** Where the tab's statements run. Throws where the database is not open. */
  async where(): Promise<Where> {
    const open = openOf(this.profileId);
    if (open === undefined) throw new Error("This database is not open. Connect to it first.");
    const connection_id = open.connectionId;
    if (connection_id !== this.connectionId) this.forget();
    this.connectionId = connection_id;
    if (!capability(open, "several_db_sessions").available) return { connection_id, db_session_id: null };
    this.opening ??= this.open(connection_id);
    return { connection_id, db_session_id: await this.opening };
  }

  /** Begins, commits or rolls back. */
  async transact(what: "begin" | "commit" | "rollback"): Promise<void> {
    const { db_session_id } = await this.where();
    if (db_session_id === null) throw new Error("This database has one session for all tabs. Write BEGIN and COMMIT.");
    const { transaction_status } = await backend()[what]({ db_session_id });
    this.learn(transaction_status);
  }

  /** Takes what an answer said. */
  learn(status: TransactionStatus | null | undefined): void {
    if (status === null || status === undefined) return;
    this.setRemark(null);
    this.setStatus(status);
  }

  async close(): Promise<void> {
    this.unlisten();
    const { id } = this;
    this.forget();
    if (id === undefined) return;
    await backend()
      .closeDbSession({ db_session_id: id })
      .catch(() => undefined); // it has ended with its connection
  }

  private async open(connection_id: string): Promise<string> {
    try {
      const { db_session_id, transaction_status } = await backend().openDbSession({ connection_id });
      this.id = db_session_id;
      this.learn(transaction_status);
      return db_session_id;
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }

  private forget(): void {
    this.opening = undefined;
    this.id = undefined;
    this.setStatus(null);
  }

  private lost(why: string): void {
    this.forget();
    this.setRemark(why);
  }
}
