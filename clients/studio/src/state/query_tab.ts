// A tab for SQL: its text, its database session, and what running it gave.

import {
  isLiteBaseError,
  LiteBaseError,
  stringIndex,
  type ErrorData,
  type ExplainQueryResponse,
} from "@litebase/client";
import { createSignal, type Accessor } from "solid-js";
import { current } from "./connections";
import { confirmed } from "./dialogs";
import { faultOf, type Fault } from "./faults";
import { backend } from "./link";
import { outcomesOf, scriptOutcome, type Outcome } from "./outcomes";
import { Runner } from "./run";
import { TabSession } from "./sessions";
import { rowLimit } from "./limits";

/** What the editor of a tab offers to its state. */
export interface EditorHandle {
  text(): string;
  setText(text: string): void;
  /** What to run: the selection, or else the statement at the cursor. */
  chosen(): Promise<Chosen>;
  /** Marks a place, an index in the text; null for none. */
  mark(index: number | null): void;
  focus(): void;
}

/** A part of the text, and how many statements it has. */
export interface Chosen {
  readonly sql: string;
  readonly from: number;
  readonly statements: number;
}

/** What the lower half of the tab shows. */
export type Shown =
  | { readonly kind: "nothing" }
  | { readonly kind: "outcomes"; readonly all: readonly Outcome[] }
  | { readonly kind: "fault"; readonly fault: Fault; readonly hereMs: number }
  | { readonly kind: "plan"; readonly plan: ExplainQueryResponse; readonly sql: string };

const WINDOW_ROWS = 256;
const TITLE_CHARACTERS = 28;

export class QueryTab {
  readonly kind = "query";
  readonly id = crypto.randomUUID();
  readonly profileId: string;
  readonly number: number;
  readonly initialText: string;
  readonly title: Accessor<string>;
  readonly session: TabSession;
  readonly runner = new Runner();
  readonly shown: Accessor<Shown>;
  readonly front: Accessor<number>;
  readonly setFront: (index: number) => void;
  editor: EditorHandle | undefined;
  private readonly setShown;
  private readonly setTitle;

  constructor(profileId: string, number: number, text: string, title = `Query ${number}`) {
    this.profileId = profileId;
    this.number = number;
    this.initialText = text;
    this.session = new TabSession(profileId);
    const [shown, setShown] = createSignal<Shown>({ kind: "nothing" });
    const [front, setFront] = createSignal(0);
    const [named, setTitle] = createSignal(title);
    this.shown = shown;
    this.setShown = setShown;
    this.front = front;
    this.setFront = setFront;
    this.title = named;
    this.setTitle = setTitle;
  }

  rename(title: string): void {
    this.setTitle(title.slice(0, TITLE_CHARACTERS));
  }

  /** The result in front; undefined where there is none. */
  get outcome(): Outcome | undefined {
    const shown = this.shown();
    return shown.kind === "outcomes" ? shown.all[this.front()] : undefined;
  }

  /** Runs what is chosen in the editor, or all of its text. */
  async run(all = false): Promise<void> {
    const { editor } = this;
    if (editor === undefined || this.runner.running() !== null) return;
    editor.mark(null);
    if (this.shown().kind === "fault") this.clear();
    await this.runner.run("Running", async (signal) => {
      const started = performance.now();
      let chosen: Chosen = { sql: editor.text(), from: 0, statements: 2 };
      try {
        if (!all) chosen = await editor.chosen();
        if (chosen.sql.trim() === "") return;
        const outcomes =
          chosen.statements > 1 ? await this.script(chosen, signal) : await this.statement(chosen, signal, started);
        this.show({ kind: "outcomes", all: outcomes }, Math.max(0, outcomes.length - 1));
      } catch (error) {
        this.failed(error, chosen, performance.now() - started);
      }
    });
  }

  /** Runs a statement again whose rows were more than the limit, this time without one. */
  async readAll({ sql }: Outcome): Promise<void> {
    await this.runner.run("Running", async (signal) => {
      const started = performance.now();
      const chosen = { sql, from: 0, statements: 1 };
      try {
        this.show({ kind: "outcomes", all: await this.statement(chosen, signal, started, null) });
      } catch (error) {
        this.failed(error, chosen, performance.now() - started);
      }
    });
  }

  /** Shows the plan of what is chosen; with `analyze` it is run, and what it changes is rolled back. */
  async explain(analyze: boolean): Promise<void> {
    const { editor } = this;
    if (editor === undefined || this.runner.running() !== null) return;
    editor.mark(null);
    if (this.shown().kind === "fault") this.clear();
    await this.runner.run(analyze ? "Measuring" : "Planning", async (signal) => {
      const started = performance.now();
      let chosen: Chosen = { sql: editor.text(), from: 0, statements: 1 };
      try {
        chosen = await editor.chosen();
        const where = await this.session.where();
        const plan = await agreed((confirm) =>
          backend().explainQuery({ ...where, sql: chosen.sql, analyze, confirm }, { signal }),
        );
        this.show({ kind: "plan", plan, sql: chosen.sql });
      } catch (error) {
        this.failed(error, chosen, performance.now() - started);
      }
    });
  }

  /** Begins, commits or rolls back. */
  async transact(what: "begin" | "commit" | "rollback"): Promise<void> {
    const started = performance.now();
    await this.runner.run(what, async () => {
      try {
        await this.session.transact(what);
      } catch (error) {
        this.failed(error, { sql: "", from: 0, statements: 0 }, performance.now() - started);
      }
    });
  }

  /** Stops what runs, or else what is waited for in the grid. */
  cancel(): boolean {
    return this.runner.cancel() || (this.outcome?.model?.cancel() ?? false);
  }

  /** Closes what is shown. */
  clear(): void {
    this.show({ kind: "nothing" });
  }

  close(): void {
    this.runner.cancel();
    this.clear();
    void this.session.close();
  }

  private async statement(
    { sql }: Chosen,
    signal: AbortSignal,
    started: number,
    max_rows = rowLimit(),
  ): Promise<Outcome[]> {
    const where = await this.session.where();
    const asked = { ...where, sql, window_rows: WINDOW_ROWS, max_rows, keep_result: true };
    const answer = await agreed((confirm) => backend().query({ ...asked, confirm }, { signal }));
    this.learn(where.db_session_id, answer.transaction_status);
    return outcomesOf(answer, sql, performance.now() - started);
  }

  private async script({ sql, from }: Chosen, signal: AbortSignal): Promise<Outcome[]> {
    const where = await this.session.where();
    const asked = { ...where, sql, max_rows_each: rowLimit() };
    const answer = await agreed((confirm) => backend().runScript({ ...asked, confirm }, { signal }));
    this.learn(where.db_session_id, answer.transaction_status);
    const points = [...sql]; // places are counted in code points
    const place = answer.statements
      .map(({ error }) => error && faultOf(errorIn(error)).position)
      .find((at) => at != null);
    if (typeof place === "number") this.editor?.mark(from + stringIndex(sql, place));
    return answer.statements.map((one, index) => {
      const text = points.slice(one.start, one.end).join("");
      return scriptOutcome(one, text, index, one.error ? faultOf(errorIn(one.error)) : null);
    });
  }

  private learn(session: string | null, status: Parameters<TabSession["learn"]>[0]): void {
    if (session !== null) this.session.learn(status);
  }

  private failed(error: unknown, { sql, from }: Chosen, hereMs: number): void {
    if (isLiteBaseError(error)) this.session.learn(error.transactionStatus);
    const fault = faultOf(error);
    this.show({ kind: "fault", fault, hereMs });
    if (fault.position !== null) this.editor?.mark(from + stringIndex(sql, fault.position));
  }

  private show(next: Shown, front = 0): void {
    const former = this.shown();
    this.setFront(front);
    this.setShown(next);
    if (former.kind === "outcomes") former.all.forEach(({ model }) => model?.close());
  }
}

/** An error inside an answer, as one that is thrown. */
function errorIn({ code, message, details }: ErrorData): LiteBaseError {
  return new LiteBaseError({ code, message, details: details ?? undefined });
}

/** Does what may need the person's agreement, and asks for it where it does. `changed` names the database. */
export async function agreed<Answer>(
  work: (confirm: boolean) => Promise<Answer>,
  changed = current()?.name,
): Promise<Answer> {
  try {
    return await work(false);
  } catch (error) {
    if (!isLiteBaseError(error, "confirmation_required")) throw error;
    const yes = await confirmed({
      title: "Change a production database?",
      text: `${changed ?? "This database"} is marked as production, and this changes something in it.`,
      action: "Change it",
      isDangerous: true,
    });
    if (!yes) throw error;
    return work(true);
  }
}
