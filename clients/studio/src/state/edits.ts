// Changes of a table's rows before they are saved, and saving them: all of them or none.

import {
  ChangeSet,
  type AddedRow,
  type ApplyEditsResponse,
  type Cell,
  type ChangedTable,
  type NewValue,
  type Row,
  type RowEdit,
} from "@litebase/client";
import { createSignal, type Accessor } from "solid-js";
import { faultOf, type Fault } from "./faults";
import { backend } from "./link";
import { agreed } from "./query_tab";
import type { Place, ResultModel, Selection } from "./result";
import type { Where } from "./sessions";

/** A cell that was changed. */
export interface ChangedCell {
  readonly cell: Cell;
  readonly isDefault: boolean;
}

export interface ShownChanges {
  readonly removed: boolean;
  /** By the index of the column. */
  readonly values: Readonly<Record<number, ChangedCell>>;
}

/** A row that is added. */
export interface NewRow {
  readonly row: AddedRow;
  /** By the index of the column; null for one that is none of the table. */
  readonly cells: readonly (ChangedCell | null)[];
}

/** A row that somebody else has changed, or removed, since it was read. */
export interface Conflict {
  readonly edit: RowEdit;
  readonly row: Row | null;
  readonly current: Readonly<Record<string, Cell | Uint8Array>> | null;
  readonly message: string | null;
}

const MOST_REMOVED = 1000;

export class EditModel {
  readonly table: ChangedTable;
  /** How many rows are changed. */
  readonly size: Accessor<number>;
  readonly fault: Accessor<Fault | null>;
  readonly conflicts: Accessor<readonly Conflict[]>;
  readonly remark: Accessor<string | null>;
  readonly isSaving: Accessor<boolean>;
  private readonly changes: ChangeSet;
  private all: readonly AddedRow[] = []; // that were ever added; which are now, `added` says
  private readonly names: readonly (string | null)[];
  private readonly rows = new Map<string, Row>(); // as they were read, by their identity
  private readonly where: () => Promise<Where>;
  private readonly version: Accessor<number>;
  private readonly setVersion;
  private readonly setFault;
  private readonly setConflicts;
  private readonly setRemark;
  private readonly setSaving;

  constructor(table: ChangedTable, where: () => Promise<Where>) {
    this.table = table;
    this.where = where;
    this.changes = new ChangeSet(table);
    this.names = table.columns.map(({ name, origin }) => {
      if (origin) return origin.table_name === table.object.name ? origin.column_name : null;
      return table.rowIdentity.columns.includes(name) ? name : null; // SQLite's rowid
    });
    const [version, setVersion] = createSignal(0);
    const [fault, setFault] = createSignal<Fault | null>(null);
    const [conflicts, setConflicts] = createSignal<readonly Conflict[]>([]);
    const [remark, setRemark] = createSignal<string | null>(null);
    const [isSaving, setSaving] = createSignal(false);
    this.version = version;
    this.setVersion = setVersion;
    this.fault = fault;
    this.setFault = setFault;
    this.conflicts = conflicts;
    this.setConflicts = setConflicts;
    this.remark = remark;
    this.setRemark = setRemark;
    this.isSaving = isSaving;
    this.setSaving = setSaving;
    this.size = () => (this.version(), this.changes.size);
  }

  get canUndo(): boolean {
    return this.version() >= 0 && this.changes.canUndo;
  }

  get canRedo(): boolean {
    return this.version() >= 0 && this.changes.canRedo;
  }

  /** What was changed of a row; null for nothing. */
  of(row: Row): ShownChanges | null {
    this.version();
    if (this.changes.size === 0) return null;
    const { removed, values } = this.changes.of(row);
    if (!removed && Object.keys(values).length === 0) return null;
    const shown: Record<number, ChangedCell> = {};
    this.names.forEach((name, index) => {
      const value = name === null ? undefined : values[name];
      if (value !== undefined) shown[index] = changedCell(value);
    });
    return { removed, values: shown };
  }

  /** Whether a cell can be edited now; says why not. */
  begin({ row, column }: Place, model: ResultModel): boolean {
    const at = model.row(row);
    if (at === undefined) return false;
    if (this.names[column] == null)
      return this.refuse("This column is not a column of the table, so it cannot be edited.");
    if (at.cut.some((one) => one.column === column))
      return this.refuse("This value is too long to edit in the grid. Write an UPDATE for it.");
    this.setRemark(null);
    return true;
  }

  set({ row, column }: Place, value: NewValue, model: ResultModel): void {
    const at = model.row(row);
    if (at === undefined) return;
    this.attempt(
      () =>
        this.changes.set(
          at.cells,
          column,
          value,
          at.cut.map((one) => one.column),
        ),
      at.cells,
    );
  }

  remove({ anchor, head }: Selection, model: ResultModel): void {
    const [first, last] = [Math.min(anchor.row, head.row), Math.max(anchor.row, head.row)];
    if (last - first >= MOST_REMOVED) {
      this.refuse(`At most ${MOST_REMOVED.toLocaleString("en")} rows are removed at once. Write a DELETE for more.`);
      return;
    }
    for (let row = first; row <= last; row++) {
      const at = model.row(row);
      if (at === undefined) continue;
      this.attempt(
        () =>
          this.changes.remove(
            at.cells,
            at.cut.map((one) => one.column),
          ),
        at.cells,
      );
    }
  }

  /** Adds a row. Columns without a value get their default. */
  add(values: Readonly<Record<string, NewValue>>): void {
    this.all = [...this.all, this.changes.add(values)];
    this.changed();
  }

  /** The rows that are added, in their order. */
  added(): readonly NewRow[] {
    const inserted = new Set(this.edits().flatMap((edit) => (edit.action === "insert" ? [edit.new] : [])));
    return this.all.flatMap((row) => {
      const { values } = this.changes.of(row);
      if (!inserted.has(values)) return []; // it was taken back
      const cells = this.names.map((name) => (name === null ? null : changedCell(values[name])));
      return [{ row, cells }];
    });
  }

  /** Takes a row back that was added. */
  takeBack({ row }: NewRow): void {
    this.changes.reset(row);
    this.changed();
  }

  undo(): void {
    this.changes.undo();
    this.changed();
  }

  redo(): void {
    this.changes.redo();
    this.changed();
  }

  discard(): void {
    this.changes.clear();
    this.rows.clear();
    this.setConflicts([]);
    this.setFault(null);
    this.changed();
  }

  edits(): RowEdit[] {
    this.version();
    return this.changes.edits();
  }

  /** The statements that saving would run. */
  async preview(): Promise<ApplyEditsResponse> {
    const where = await this.where();
    return backend().applyEdits({ ...where, edits: this.changes.edits(), dry_run: true });
  }

  /** Saves all changes. Resolves with whether that was done; otherwise the changes are still here. */
  async save(): Promise<boolean> {
    if (this.changes.size === 0 || this.isSaving()) return false;
    this.setFault(null);
    this.setConflicts([]);
    this.setSaving(true);
    const edits = this.changes.edits();
    try {
      const where = await this.where();
      const answer = await agreed((confirm) => backend().applyEdits({ ...where, edits, confirm }));
      if (answer.outcomes.every(({ outcome }) => outcome === "applied")) {
        this.discard();
        this.setRemark(answer.committed ? null : "Saved in the open transaction of this tab, which is not committed.");
        return true;
      }
      this.setConflicts(
        answer.outcomes.flatMap(({ outcome, current, message }, index) => {
          const edit = edits[index];
          if (edit === undefined || (outcome !== "conflict" && outcome !== "gone")) return [];
          return [{ edit, row: this.rows.get(keyOf(edit)) ?? null, current, message }];
        }),
      );
      return false;
    } catch (error) {
      this.setFault(faultOf(error));
      return false;
    } finally {
      this.setSaving(false);
    }
  }

  /** Takes the change of a row back, in favour of what somebody else has done. */
  giveWay({ edit, row }: Conflict): void {
    if (row !== null) this.changes.reset(row);
    this.setConflicts((all) => all.filter((one) => one.edit !== edit));
    this.changed();
  }

  /** Keeps the change of a row, on top of what somebody else has done. */
  insist({ edit, row, current }: Conflict): void {
    if (row === null || current === null) return;
    const now = row.map((cell, index) => {
      const name = this.names[index];
      return name == null ? cell : ((current[name] ?? cell) as Cell);
    });
    this.changes.reset(row);
    if (edit.action === "delete") this.changes.remove(now);
    for (const [name, value] of Object.entries(edit.new ?? {})) {
      const index = this.names.indexOf(name);
      if (index >= 0) this.changes.set(now, index, value);
    }
    this.rows.set(keyOf(edit), now);
    this.setConflicts((all) => all.filter((one) => one.edit !== edit));
    this.changed();
  }

  private attempt(work: () => void, row: Row): void {
    try {
      work();
      this.rows.set(this.identityOf(row), row);
      this.setRemark(null);
    } catch (error) {
      this.refuse(faultOf(error).message);
    }
    this.changed();
  }

  private identityOf(row: Row): string {
    const { columns, source } = this.table.rowIdentity;
    const wanted = source === "none" ? this.names.filter((name) => name !== null) : columns;
    return keyOf({
      action: "update",
      object: this.table.object,
      identity: Object.fromEntries(wanted.map((name) => [name, row[this.names.indexOf(name)] ?? null])),
    });
  }

  private refuse(why: string): false {
    this.setRemark(why);
    return false;
  }

  private changed(): void {
    this.setVersion((version) => version + 1);
  }
}

function keyOf({ identity = {} }: RowEdit): string {
  return JSON.stringify(Object.entries(identity).map(([name, cell]) => [name, `${typeof cell} ${String(cell)}`]));
}

function changedCell(value: NewValue | undefined): ChangedCell {
  if (value === undefined) return { cell: null, isDefault: true };
  if (value !== null && typeof value === "object" && !(value instanceof Uint8Array)) {
    return { cell: null, isDefault: true };
  }
  return { cell: value as Cell, isDefault: false };
}
