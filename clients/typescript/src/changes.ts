// Changes of a table's rows that are not saved yet: with undo, and as the edits of `apply_edits`.

import type { Cell, Column, NewValue, ObjectRef, Row, RowEdit, RowIdentity } from "@litebase/contract";
import { LiteBaseError } from "./errors.js";

/** The table whose rows are changed, and the columns of the result that shows them. */
export interface ChangedTable {
  readonly object: ObjectRef;
  /** Those of `openTable`, or of a query: then its `origin` says which column of the table each one shows. */
  readonly columns: readonly Column[];
  /** That of `open_table_response`, or of `describe_objects`. */
  readonly rowIdentity: RowIdentity;
}

/** What has been changed in a row: values by the names of the table's columns. */
export interface RowChanges {
  readonly removed: boolean;
  readonly values: Readonly<Record<string, NewValue>>;
}

/** A row that is not in the table yet. It names itself in calls of `ChangeSet`. */
export interface AddedRow {
  readonly number: number;
}

interface Change {
  readonly edit: RowEdit;
}

interface Step {
  readonly key: string;
  readonly before: Change | undefined;
  readonly after: Change | undefined;
}

/**
 * Collects changes in the order in which rows were first changed. A row is given as it was read, so its old values are
 * known; the backend compares them when the edits are applied.
 */
export class ChangeSet {
  private readonly table: ChangedTable;
  private readonly names: readonly (string | null)[]; // of the table's columns, by the index in a row
  private readonly changes = new Map<string, Change>();
  private readonly done: Step[] = [];
  private readonly undone: Step[] = [];
  private added = 0;

  constructor(table: ChangedTable) {
    this.table = table;
    this.names = table.columns.map((column) => nameIn(table, column));
  }

  /** How many rows are changed. */
  get size(): number {
    return this.changes.size;
  }

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** What has been changed in a row. */
  of(row: Row | AddedRow): RowChanges {
    const edit = this.changes.get(this.keyOf(row))?.edit;
    return { removed: edit?.action === "delete", values: edit?.new ?? {} };
  }

  /**
   * Changes one cell of a row that was read. The value that it has been read with takes the change back. `cut` are the
   * columns whose cells were received in part: read them in full with `cell` before they are changed.
   */
  set(row: Row, column: number, value: NewValue, cut: readonly number[] = []): void {
    const name = this.names[column] ?? null;
    if (name === null) throw refused("This column does not show a column of the table, so it cannot be edited.");
    if (cut.includes(column)) throw refused("This cell is known only in part: read it in full before it is changed.");
    const key = this.keyOf(row);
    const before = this.changes.get(key)?.edit;
    if (before?.action === "delete") throw refused("The row is to be removed.");
    const old: Record<string, Cell | Uint8Array> = { ...before?.old, [name]: row[column] as Cell };
    const values: Record<string, NewValue> = { ...before?.new, [name]: value };
    if (isCell(value) && textOf(value) === textOf(row[column] as Cell)) {
      delete old[name];
      delete values[name];
    }
    const isLeft = Object.keys(values).length > 0;
    this.put(key, isLeft ? this.edit("update", { identity: this.identityOf(row), old, new: values }) : undefined);
  }

  /** Removes a row that was read, whatever else was changed in it. All its cells are compared, but those that are cut. */
  remove(row: Row, cut: readonly number[] = []): void {
    const identity = this.identityOf(row);
    const old: Record<string, Cell> = {};
    this.names.forEach((name, at) => {
      if (name !== null && !(name in identity) && !cut.includes(at)) old[name] = row[at] as Cell;
    });
    this.put(this.keyOf(row), this.edit("delete", { identity, old }));
  }

  /** Adds a row. Columns without a value get their default. */
  add(values: Readonly<Record<string, NewValue>> = {}): AddedRow {
    const row = { number: ++this.added };
    this.put(this.keyOf(row), this.edit("insert", { new: values }));
    return row;
  }

  /** Changes a value of an added row; `undefined` leaves it to the default. */
  setAdded(row: AddedRow, name: string, value: NewValue | undefined): void {
    const values: Record<string, NewValue> = { ...this.changes.get(this.keyOf(row))?.edit.new };
    if (value === undefined) delete values[name];
    else values[name] = value;
    this.put(this.keyOf(row), this.edit("insert", { new: values }));
  }

  /** Takes all changes of a row back; an added one is not added. */
  reset(row: Row | AddedRow): void {
    this.put(this.keyOf(row), undefined);
  }

  /** Takes the last step back. */
  undo(): void {
    const step = this.done.pop();
    if (step === undefined) return;
    this.undone.push(step);
    this.apply(step.key, step.before);
  }

  /** Takes the last `undo` back. */
  redo(): void {
    const step = this.undone.pop();
    if (step === undefined) return;
    this.done.push(step);
    this.apply(step.key, step.after);
  }

  /** Forgets everything, as after the edits were applied. */
  clear(): void {
    this.changes.clear();
    this.done.length = 0;
    this.undone.length = 0;
  }

  /** The changes, for `applyEdits`; its outcomes are in the same order. */
  edits(): RowEdit[] {
    return [...this.changes.values()].map(({ edit }) => edit);
  }

  private edit(action: RowEdit["action"], rest: Omit<RowEdit, "action" | "object">): Change {
    return { edit: { action, object: this.table.object, ...rest } };
  }

  private put(key: string, after: Change | undefined): void {
    const before = this.changes.get(key);
    if (before === undefined && after === undefined) return;
    this.done.push({ key, before, after });
    this.undone.length = 0;
    this.apply(key, after);
  }

  private apply(key: string, change: Change | undefined): void {
    if (change === undefined) this.changes.delete(key);
    else this.changes.set(key, change);
  }

  private identityOf(row: Row): Record<string, Cell> {
    const { columns, source } = this.table.rowIdentity;
    const wanted = source === "none" ? this.names.filter((name) => name !== null) : columns;
    const identity: Record<string, Cell> = {};
    for (const name of wanted) {
      const at = this.names.indexOf(name);
      if (at < 0)
        throw refused(`The result does not have the column ${name}, which tells the rows of the table apart.`);
      identity[name] = row[at] as Cell;
    }
    return identity;
  }

  private keyOf(row: Row | AddedRow): string {
    if ("number" in row) return `+${row.number}`;
    return JSON.stringify(Object.values(this.identityOf(row)).map(textOf));
  }
}

/** The name of the table's column that a result's column shows; null where it shows none. */
function nameIn({ object, rowIdentity }: ChangedTable, { name, origin }: Column): string | null {
  if (origin === null || origin === undefined) return rowIdentity.columns.includes(name) ? name : null;
  const isHere = origin.table_name === object.name && origin.schema_name === (object.schema_name ?? "");
  return isHere ? origin.column_name : null;
}

function isCell(value: NewValue): value is Cell | Uint8Array {
  return typeof value !== "object" || value === null || value instanceof Uint8Array;
}

/** Equal for equal cells, and different for all others. */
function textOf(cell: Cell | Uint8Array): string {
  return cell instanceof Uint8Array ? `bytes ${cell.join()}` : `${typeof cell} ${String(cell)}`;
}

function refused(message: string): LiteBaseError {
  return new LiteBaseError({ code: "invalid_message", message, details: { path: "/data/edits" } });
}
