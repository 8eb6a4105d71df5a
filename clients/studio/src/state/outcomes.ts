// What running SQL gave: rows to show, or counts, or an error.

import type { Column, Notice, OpenedTable, Result, StatementOutcome, StoredRows } from "@litebase/client";
import { type Fault } from "./faults";
import { backend } from "./link";
import { ResultModel, type Opener, type OpenRows } from "./result";

/** What one statement gave. */
export interface Outcome {
  readonly title: string;
  /** Null for a statement that returned no rows. */
  readonly model: ResultModel | null;
  readonly affected: number | null;
  /** From the request to its answer; null where only the database's time is known. */
  readonly hereMs: number | null;
  readonly serverMs: number;
  readonly notices: readonly Notice[];
  readonly fault: Fault | null;
  readonly sql: string;
}

/** The rows of a result, and other arrangements of them, which the backend makes without running anything. */
export function modelOf(rows: OpenRows & StoredRows, columns: readonly Column[]): ResultModel | null {
  if (columns.length === 0) return null;
  const opener: Opener = async ({ order, filters }, signal) => {
    const result_id = rows.result_id ?? null;
    if ((order.length === 0 && filters.length === 0) || result_id === null) return rows;
    return backend().viewResult({ result_id, order: [...order], filters: [...filters] }, { signal });
  };
  return new BaseModel(rows, columns, opener);
}

/** The first rows stay open while views of them are shown, and are closed at the end. */
class BaseModel extends ResultModel {
  private readonly base: OpenRows;
  private isClosed = false;

  constructor(base: OpenRows, columns: readonly Column[], opener: Opener) {
    super(keptOpen(base), columns, async (wanted, signal) => {
      const rows = await opener(wanted, signal);
      return rows === base ? keptOpen(base) : rows;
    });
    this.base = base;
  }

  override close(): void {
    super.close();
    if (this.isClosed) return;
    this.isClosed = true;
    void this.base.close().catch(() => undefined); // it ends with its connection
  }
}

function keptOpen(rows: OpenRows): OpenRows {
  const { result_id, rows: first, total_rows, cut_cells, truncated } = rows;
  return {
    result_id,
    rows: first,
    total_rows,
    cut_cells,
    truncated,
    cell: (row, column) => rows.cell(row, column),
    close: () => Promise.resolve(),
  };
}

/** What `query` gave; several where a procedure returned several results. */
export function outcomesOf(answer: Result | OpenedTable, sql: string, hereMs: number): Outcome[] {
  const { server_ms } = answer.timings;
  const first: Outcome = {
    title: "Result",
    model: modelOf(answer, answer.columns),
    affected: answer.affected_rows,
    hereMs,
    serverMs: server_ms,
    notices: answer.notices,
    fault: null,
    sql,
  };
  const further = answer.more_results.map((one, index) => ({
    ...first,
    title: `Result ${index + 2}`,
    model: modelOf(one, one.columns),
    affected: one.affected_rows,
    notices: [],
  }));
  return [first, ...further];
}

/** What one statement of a script gave. */
export function scriptOutcome(
  one: StatementOutcome & StoredRows,
  sql: string,
  index: number,
  fault: Fault | null,
): Outcome {
  const { columns = [], affected_rows: affected = null, notices = [], elapsed_ms } = one;
  const model = one.result_id ? modelOf(one, columns) : null;
  return {
    title: `${index + 1}`,
    model,
    affected,
    hereMs: null,
    serverMs: elapsed_ms,
    notices,
    fault,
    sql,
  };
}
