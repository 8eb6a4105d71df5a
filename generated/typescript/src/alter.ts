// Generated from schema/ by `make generate`. Do not edit.
// Changes of tables, as the statements that make them.

import type { ColumnGenerated, ColumnIdentity, ForeignKeyAction, ObjectName, ObjectRef } from "./catalog.js";
import type { ConnectionId } from "./connection.js";
import type { Timeout } from "./values.js";

/**
 * Writes the statements that change a table, or make one, and says what they do to it. Nothing is changed: the
 * statements are for `run_script`, joined by `;` and a line end, and for a look before that. The changes are made in
 * their order, each on what those before it have made, and the statements lead from the table as it is to the outcome
 * in an order that runs. Like a list, the table is read in a database session of its own, so what an open transaction
 * has made is not found before its commit.
 *
 * @since 0.2
 */
export interface PreviewAlterRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /** A table. With the change `create_table` it does not exist yet. */
  object: ObjectRef;
  /**
   * What is to be changed. Two changes of the same property of one column contradict each other and are refused. Only a
   * name may be changed again, so that two columns exchange theirs by a third name. At most 1000 items.
   */
  changes: readonly AlterChange[];
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `30000`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * The statements, and what to know before they are run.
 *
 * @since 0.2
 */
export interface PreviewAlterResponse {
  /**
   * In the order in which they are run, in one database session without an open transaction: where there are several
   * and the engine can undo them, they begin and end a transaction of their own. Empty when the changes leave
   * everything as it is.
   */
  statements: PlannedStatement[];
  /** What the statements do beside what was asked for, or may fail at. */
  warnings: AlterWarning[];
}

/** One statement of a plan. */
export interface PlannedStatement {
  /** Its text, without a delimiter at the end. */
  sql: string;
  /** What it makes, changes or removes; null for the bounds of a transaction and for settings. */
  object: ObjectRef | null;
  /** Whether something is gone after it that no later statement of the plan makes again. */
  destructive: boolean;
}

/** Something to know before the statements are run. */
export interface AlterWarning {
  /**
   * `rewrites_table`: every row is written again, which takes long for a large table. `locks_table`: nobody else
   * writes, or reads, meanwhile. `loses_data`: values are gone afterwards. `converts_values`: values become those of
   * another type. `may_fail`: it depends on the rows whether a statement succeeds. `not_transactional`: a failure
   * leaves what was done before. `uses_settings`: a setting of the session is changed and set back. `affects_others`:
   * other objects use the table and may need a change, or are made again.
   */
  code: AlterWarningCode;
  /** A sentence for people. */
  message: string;
}

/** The values of `AlterWarningCode` that this version knows. */
export type KnownAlterWarningCode =
  | "rewrites_table"
  | "locks_table"
  | "loses_data"
  | "converts_values"
  | "may_fail"
  | "not_transactional"
  | "uses_settings"
  | "affects_others";

/**
 * `rewrites_table`: every row is written again, which takes long for a large table. `locks_table`: nobody else writes,
 * or reads, meanwhile. `loses_data`: values are gone afterwards. `converts_values`: values become those of another
 * type. `may_fail`: it depends on the rows whether a statement succeeds. `not_transactional`: a failure leaves what was
 * done before. `uses_settings`: a setting of the session is changed and set back. `affects_others`: other objects use
 * the table and may need a change, or are made again. Open: a later backend may use values that this version does not
 * know.
 */
export type AlterWarningCode = KnownAlterWarningCode | (string & {});

/**
 * A piece of the engine's own SQL, such as a type or an expression. It is taken as it is: parentheses and quotes must
 * be closed, and nothing may end the statement. At most 100000 characters.
 */
export type SqlFragment = string;

/** A new column. */
export interface ColumnDefinition {
  /** A name as the database keeps it. At most 65536 characters. */
  name: ObjectName;
  /** The type, as the engine writes it, with its modifiers. At most 100000 characters. */
  db_type: SqlFragment;
  /**
   * Whether it takes NULL.
   *
   * @defaultValue `true`
   */
  nullable?: boolean | undefined;
  /**
   * The default, as an SQL expression: text in quotes. Null for none. At most 100000 characters.
   *
   * @defaultValue `null`
   */
  default?: string | null | undefined;
  /**
   * Whether the database numbers the rows in it: `always` and `by_default` in PostgreSQL, `auto_increment` in MySQL,
   * and in SQLite for an INTEGER that becomes the primary key.
   *
   * @defaultValue `"none"`
   */
  identity?: ColumnIdentity | undefined;
  /**
   * `stored` or `virtual` for a column that is computed by `expression`.
   *
   * @defaultValue `"none"`
   */
  generated?: ColumnGenerated | undefined;
  /**
   * What a generated column is computed by. At most 100000 characters.
   *
   * @defaultValue `null`
   */
  expression?: SqlFragment | null | undefined;
  /**
   * Its collation; null for the usual one. At most 65536 characters.
   *
   * @defaultValue `null`
   */
  collation?: ObjectName | null | undefined;
  /**
   * The comment on it, where the engine keeps comments. At most 65536 characters.
   *
   * @defaultValue `null`
   */
  comment?: string | null | undefined;
  /**
   * What MySQL sets it to whenever something else in the row changes. At most 100000 characters.
   *
   * @defaultValue `null`
   */
  on_update?: SqlFragment | null | undefined;
}

/** One change of a table. Which fields it has hangs on `change`; others are refused. */
export interface AlterChange {
  /**
   * What a change does. `create_table` makes the table: it is the first one, and those that add columns and what
   * belongs to them follow. `drop_column` removes one that nothing else of the table uses any more. `rename_column`
   * changes the name where keys, indexes and checks have it, too. `move_column` needs the capability `reorder_columns`.
   * `set_nullable` sets or drops NOT NULL. `add_key` adds a primary key or a unique constraint, `drop_constraint`
   * removes one, or a foreign key or a check; `drop_index` removes an index that belongs to no constraint.
   */
  change: ChangeKind;
  /**
   * Of `add_column`: the column.
   *
   * @defaultValue `null`
   */
  definition?: ColumnDefinition | null | undefined;
  /**
   * Of `drop_column, rename_column, move_column, set_type, set_default, set_nullable`: which one. Of `set_comment`:
   * null for the table. At most 65536 characters.
   *
   * @defaultValue `null`
   */
  column?: ObjectName | null | undefined;
  /**
   * Of `rename_column, rename_table`. At most 65536 characters.
   *
   * @defaultValue `null`
   */
  new_name?: ObjectName | null | undefined;
  /**
   * Of `add_column, move_column`: before all others.
   *
   * @defaultValue `false`
   */
  first?: boolean | undefined;
  /**
   * Of `add_column, move_column`: after this column; null for the end. At most 65536 characters.
   *
   * @defaultValue `null`
   */
  after?: ObjectName | null | undefined;
  /**
   * Of `set_type`: the new type. Everything else of the column stays, its collation too where the new type has one. At
   * most 100000 characters.
   *
   * @defaultValue `null`
   */
  db_type?: SqlFragment | null | undefined;
  /**
   * Of `set_type`, on PostgreSQL: an expression for the new value. Null for the database's own conversion. At most
   * 100000 characters.
   *
   * @defaultValue `null`
   */
  using?: SqlFragment | null | undefined;
  /**
   * Of `set_type`: the collation; null for the one it has. At most 65536 characters.
   *
   * @defaultValue `null`
   */
  collation?: ObjectName | null | undefined;
  /**
   * Of `set_default`: an SQL expression; null for none. At most 100000 characters.
   *
   * @defaultValue `null`
   */
  default?: string | null | undefined;
  /**
   * Of `set_nullable`: whether it takes NULL.
   *
   * @defaultValue `true`
   */
  nullable?: boolean | undefined;
  /**
   * Of `set_comment`; null for none. At most 65536 characters.
   *
   * @defaultValue `null`
   */
  comment?: string | null | undefined;
  /**
   * Of `add_index, drop_index`; of `add_key, add_foreign_key, add_check`, null for one that the database chooses; of
   * `drop_constraint`, null where it has none and for the primary key. At most 65536 characters.
   *
   * @defaultValue `null`
   */
  name?: ObjectName | null | undefined;
  /**
   * Of `add_key`: whether it is the primary key.
   *
   * @defaultValue `false`
   */
  primary?: boolean | undefined;
  /**
   * Of `add_key, add_foreign_key`, in the order of the key; of `drop_constraint` for one without a name, all its
   * columns. At most 100 items.
   *
   * @defaultValue `[]`
   */
  columns?: readonly ObjectName[] | undefined;
  /**
   * Of `add_foreign_key`.
   *
   * @defaultValue `null`
   */
  referenced_table?: ObjectRef | null | undefined;
  /**
   * Of `add_foreign_key`: the columns of the other table, in the same order. At most 100 items.
   *
   * @defaultValue `[]`
   */
  referenced_columns?: readonly ObjectName[] | undefined;
  /**
   * Of `add_foreign_key`.
   *
   * @defaultValue `"no_action"`
   */
  on_update?: ForeignKeyAction | undefined;
  /**
   * Of `add_foreign_key`.
   *
   * @defaultValue `"no_action"`
   */
  on_delete?: ForeignKeyAction | undefined;
  /**
   * Of `add_check`: the condition. Of `drop_constraint` for a check without a name: the condition as the table's text
   * has it. At most 100000 characters.
   *
   * @defaultValue `null`
   */
  expression?: SqlFragment | null | undefined;
  /**
   * Of `drop_constraint`: what it is.
   *
   * @defaultValue `null`
   */
  constraint?: ConstraintKind | null | undefined;
  /**
   * Of `add_index`: what it is sorted by. At most 100 items.
   *
   * @defaultValue `[]`
   */
  parts?: readonly NewIndexPart[] | undefined;
  /**
   * Of `add_index`: whether it refuses equal entries.
   *
   * @defaultValue `false`
   */
  unique?: boolean | undefined;
  /**
   * Of `add_index`, on PostgreSQL: columns that it only carries. At most 100 items.
   *
   * @defaultValue `[]`
   */
  included?: readonly ObjectName[] | undefined;
  /**
   * Of `add_index`: for example `hash`; null for the usual one. At most 64 characters.
   *
   * @defaultValue `null`
   */
  method?: string | null | undefined;
  /**
   * Of `add_index`, on PostgreSQL and SQLite: which rows a partial index has; null for all. At most 100000 characters.
   *
   * @defaultValue `null`
   */
  predicate?: SqlFragment | null | undefined;
}

/**
 * What a change does. `create_table` makes the table: it is the first one, and those that add columns and what belongs
 * to them follow. `drop_column` removes one that nothing else of the table uses any more. `rename_column` changes the
 * name where keys, indexes and checks have it, too. `move_column` needs the capability `reorder_columns`.
 * `set_nullable` sets or drops NOT NULL. `add_key` adds a primary key or a unique constraint, `drop_constraint` removes
 * one, or a foreign key or a check; `drop_index` removes an index that belongs to no constraint.
 */
export type ChangeKind =
  | "create_table"
  | "add_column"
  | "drop_column"
  | "rename_column"
  | "move_column"
  | "set_type"
  | "set_default"
  | "set_nullable"
  | "set_comment"
  | "add_key"
  | "add_foreign_key"
  | "add_check"
  | "drop_constraint"
  | "add_index"
  | "drop_index"
  | "rename_table";

/** A kind of constraint. */
export type ConstraintKind = "primary_key" | "unique" | "foreign_key" | "check";

/** A column or an expression of a new index: one of the two. */
export interface NewIndexPart {
  /**
   * The column. At most 65536 characters.
   *
   * @defaultValue `null`
   */
  column?: ObjectName | null | undefined;
  /**
   * The expression. At most 100000 characters.
   *
   * @defaultValue `null`
   */
  expression?: SqlFragment | null | undefined;
  /**
   * Whether it is sorted downwards.
   *
   * @defaultValue `false`
   */
  descending?: boolean | undefined;
  /**
   * How much of the column is in the index, on MySQL; null for all of it. 1 to 65535 characters.
   *
   * @defaultValue `null`
   */
  prefix_length?: number | null | undefined;
}
