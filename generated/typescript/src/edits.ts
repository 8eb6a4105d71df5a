// Generated from schema/ by `make generate`. Do not edit.
// Changing rows of tables, all of them or none.

import type { ObjectName, ObjectRef } from "./catalog.js";
import type { ConnectionId, DbSessionId } from "./connection.js";
import type { SqlText } from "./query.js";
import type { Cell, PositionalParameters, Timeout, TransactionStatus } from "./values.js";

/**
 * Inserts, updates and deletes rows, each by a statement of its own and exactly one row each, or changes nothing at
 * all. A statement that updates or deletes also compares the old values, so that nobody's change is overwritten. In a
 * database session with an open transaction the edits become a part of it, after a savepoint, and are not committed;
 * without one they are one transaction. The tables are looked up first, in a database session of its own, so what an
 * open transaction has made is not found before its commit. What the database refuses is an error that begins with the
 * place of the edit; only a constraint that is checked at COMMIT names none.
 *
 * @since 0.2
 */
export interface ApplyEditsRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /**
   * Apply them in this database session; null for one of their own. At most 64 characters.
   *
   * @defaultValue `null`
   */
  db_session_id?: DbSessionId | null | undefined;
  /**
   * In the order in which they are applied. Each row occurs once; another form of its key, such as `1` and `01`, is the
   * same row. At most 10000 items.
   */
  edits: readonly RowEdit[];
  /**
   * Apply nothing, and answer with the statements that would run.
   *
   * @defaultValue `false`
   */
  dry_run?: boolean | undefined;
  /**
   * The user has agreed to change a production database; see `confirmation_required`.
   *
   * @defaultValue `false`
   */
  confirm?: boolean | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * What became of each edit.
 *
 * @since 0.2
 */
export interface ApplyEditsResponse {
  /** The statement of each edit. Empty where together they would take more than 4 MiB; a `dry_run` is refused then. */
  statements: EditStatement[];
  /** One for each edit, in their order. Unless all are `applied`, nothing was changed. */
  outcomes: EditOutcome[];
  /**
   * Whether the changes last: false when nothing was changed, and in an open transaction, which decides about them
   * later.
   */
  committed: boolean;
  /**
   * The state of the database session after the statement: `idle` is outside a transaction, `failed` is inside one that
   * only a rollback ends.
   */
  transaction_status: TransactionStatus;
}

/** A change of one row. */
export interface RowEdit {
  /** What to do with the row. */
  action: EditAction;
  /** The table. A view is refused. */
  object: ObjectRef;
  /**
   * Which row to update or delete: a value for each column of the table's `row_identity`, as it was read. Where its
   * source is `none`, a value for every column; then the row must be the only one with them, and not all of them may be
   * floats, JSON or bytes.
   *
   * @defaultValue `{}`
   */
  identity?: CellsByColumn | undefined;
  /**
   * What the row is expected to contain, as it was read; the edit is a conflict if it contains something else. An
   * update needs the old value of every column that it changes.
   *
   * @defaultValue `{}`
   */
  old?: CellsByColumn | undefined;
  /**
   * The values to store. Columns that an insert leaves out get their default. Null is NULL, and not the default.
   *
   * @defaultValue `{}`
   */
  new?: NewValues | undefined;
}

/** What to do with the row. */
export type EditAction = "insert" | "update" | "delete";

/** Cells by the names of their columns. */
export type CellsByColumn = Readonly<Record<string, Cell | Uint8Array>>;

/**
 * Values by the names of their columns. A value is taken for the type of its column, never for that of its own form.
 */
export type NewValues = Readonly<Record<string, NewValue>>;

/** A cell, or the default of its column. */
export type NewValue = Cell | Uint8Array | ColumnDefault;

/** The default of the column, whatever it is at that time: `{default: true}`. */
export interface ColumnDefault {
  /** Always true. */
  default: true;
}

/** A statement, and the values for its placeholders. */
export interface EditStatement {
  /** One SQL statement in the engine's own dialect, without NUL characters. At most 16777216 characters. */
  sql: SqlText;
  /** One value per placeholder, in order. At most 65535 items. */
  params: PositionalParameters;
}

/** What became of an edit. */
export interface EditOutcome {
  /**
   * `applied`. `conflict`: the row does not contain the old values any more. `gone`: there is no such row any more.
   * `not_run`: nothing was changed because of another edit, or it was a `dry_run`.
   */
  outcome: EditOutcomeName;
  /**
   * After an insert or an update the row as it is stored, with defaults, generated columns and what triggers made of
   * it; null otherwise, and where it cannot be found again.
   */
  row: CellsByColumn | null;
  /** After a conflict the row as it is now; null otherwise. */
  current: CellsByColumn | null;
  /**
   * Columns whose cells are left out of `row` or `current`: those of more than 65,536 bytes, and long ones beyond 8 MiB
   * in the whole answer.
   */
  omitted: ObjectName[];
  /**
   * Why, as a sentence for people, where the outcome alone does not say it; of an `applied` edit, that the row does not
   * contain exactly what was sent; else null.
   */
  message: string | null;
}

/** The values of `EditOutcomeName` that this version knows. */
export type KnownEditOutcomeName = "applied" | "conflict" | "gone" | "not_run";

/**
 * `applied`. `conflict`: the row does not contain the old values any more. `gone`: there is no such row any more.
 * `not_run`: nothing was changed because of another edit, or it was a `dry_run`. Open: a later backend may use values
 * that this version does not know.
 */
export type EditOutcomeName = KnownEditOutcomeName | (string & {});
