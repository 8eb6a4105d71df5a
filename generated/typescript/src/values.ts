// Generated from schema/ by `make generate`. Do not edit.
// Cells, parameters, columns and what they mean: lossless both ways.

/** Raw bytes: MessagePack bin, never base64. */
export type Bytes = Uint8Array<ArrayBuffer>;

/**
 * One value of a row. What it means is said once per column, by `kind` and `db_type`. Decimals, dates and the like are
 * the server's own text; SQLite has no such types, and a column declared `DECIMAL` or `DATE` has cells as they are
 * stored: an integer, a float or text.
 */
export type Cell = null | boolean | number | bigint | string | Bytes;

/** The cells of one row, in the order of the columns. */
export type Row = Cell[];

/** Rows in the order in which the database gave them. */
export type Rows = Row[];

/**
 * Values for the placeholders: an array for `?` (SQLite, MySQL) and `$1` (PostgreSQL), a map for `:name` (SQLite). They
 * are bound, never pasted into the SQL.
 */
export type Parameters = PositionalParameters | NamedParameters;

/** A cell, or a cell together with the kind that the database must take it for. */
export type Parameter = Cell | Uint8Array | TypedParameter;

/**
 * A value whose type must be said, for example `{kind: "date", value: "2026-01-31"}`. PostgreSQL gets the type for
 * boolean, integer, float, decimal, text, bytes, dates and times, interval and uuid, and finds out the others from the
 * statement; SQLite and MySQL take the value as it is, because their parameters have no types.
 */
export interface TypedParameter {
  /** What a parameter is to be taken for; the same words as `Kind`. */
  kind: ParameterKind;
  /**
   * One value of a row. What it means is said once per column, by `kind` and `db_type`. Decimals, dates and the like
   * are the server's own text; SQLite has no such types, and a column declared `DECIMAL` or `DATE` has cells as they
   * are stored: an integer, a float or text.
   */
  value: Cell | Uint8Array;
}

/** One value per placeholder, in order. At most 65535 items. */
export type PositionalParameters = readonly Parameter[];

/** Values by placeholder name, without the leading `:`, `@` or `$`. */
export type NamedParameters = Readonly<Record<string, Parameter>>;

/** The values of `Kind` that this version knows. */
export type KnownKind =
  | "boolean"
  | "integer"
  | "float"
  | "decimal"
  | "text"
  | "bytes"
  | "date"
  | "time"
  | "timetz"
  | "timestamp"
  | "timestamptz"
  | "interval"
  | "json"
  | "uuid"
  | "array"
  | "range"
  | "composite"
  | "enum"
  | "bit"
  | "network"
  | "geometry"
  | "xml"
  | "other";

/**
 * The portable meaning of a column's cells, the same for every engine. Open: a later backend may use values that this
 * version does not know.
 */
export type Kind = KnownKind | (string & {});

/** What a parameter is to be taken for; the same words as `Kind`. */
export type ParameterKind =
  | "boolean"
  | "integer"
  | "float"
  | "decimal"
  | "text"
  | "bytes"
  | "date"
  | "time"
  | "timetz"
  | "timestamp"
  | "timestamptz"
  | "interval"
  | "json"
  | "uuid"
  | "array"
  | "range"
  | "composite"
  | "enum"
  | "bit"
  | "network"
  | "geometry"
  | "xml"
  | "other";

/** The table column that a result column shows unchanged; what makes a result editable. */
export interface ColumnOrigin {
  /** The SQL namespace: in SQLite `main`, `temp` or an attached database's name. */
  schema_name: string;
  /** The table's own name, not an alias. */
  table_name: string;
  /** The column's own name, not an alias. */
  column_name: string;
  /** Whether the column is part of the table's primary key. */
  key_part: boolean;
}

/** One column of a result. */
export interface Column {
  /** As the statement names it; may be empty, and may occur twice. */
  name: string;
  /**
   * The engine's own type with its modifiers, for example `DECIMAL(10,2)`. SQLite: the declared type; for an expression
   * the storage class of its first value that is not NULL; `ANY` when there is none.
   */
  db_type: string;
  /** The portable meaning of a column's cells, the same for every engine. */
  kind: Kind;
  /**
   * Whether NULL can occur, or null when the engine does not report it.
   *
   * @defaultValue `null`
   */
  nullable?: boolean | null;
  /**
   * Where the column comes from, or null for an expression.
   *
   * @defaultValue `null`
   */
  origin?: ColumnOrigin | null;
}

/**
 * A cell that travels shortened, because it is longer than `max_cell_bytes` or because its row would not fit a frame.
 * `cell_fetch` reads the whole.
 */
export interface CutCell {
  /** The row's offset in the result, from 0. At least 0; in rows. */
  row: number;
  /** The column's index, from 0. At least 0; in columns. */
  column: number;
  /** The length of the whole cell; text is counted as UTF-8. At least 0; in bytes. */
  full_bytes: number;
}

/** A span of time. 1 to 86400000 milliseconds. */
export type Timeout = number;

/** A database's remark that is not an error. */
export interface Notice {
  /** The engine's own word, for example `WARNING`. */
  severity: string;
  /** The engine's own text. */
  message: string;
  /**
   * The engine's own code, or null when it gives none.
   *
   * @defaultValue `null`
   */
  code?: string | null;
  /**
   * The engine's further explanation.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  detail?: string | null;
  /**
   * The engine's advice.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  hint?: string | null;
}

/** The values of `TransactionStatus` that this version knows. */
export type KnownTransactionStatus = "idle" | "in_transaction" | "failed" | "unknown";

/**
 * The state of the database session after the statement: `idle` is outside a transaction, `failed` is inside one that
 * only a rollback ends. Open: a later backend may use values that this version does not know.
 */
export type TransactionStatus = KnownTransactionStatus | (string & {});
