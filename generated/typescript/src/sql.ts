// Generated from schema/ by `make generate`. Do not edit.
// Help while SQL is written.

import type { ObjectRef } from "./catalog.js";
import type { ConnectionId } from "./connection.js";
import type { StatementEffect } from "./errors.js";
import type { Timeout } from "./values.js";

/**
 * Reads SQL text without running it: its statements, what each would do, the tables that it names, its parameters,
 * mistakes, and what is at one place. All places are counted in code points from 0, as those of errors are. The text
 * may be half written; it may be as long as a frame.
 *
 * @since 0.2
 */
export interface InspectSqlRequest {
  /**
   * The connection whose dialect is used, and whose database is asked with `check`; null where `dialect` is given. At
   * most 64 characters.
   *
   * @defaultValue `null`
   */
  connection_id?: ConnectionId | null | undefined;
  /**
   * The dialect of the text where there is no connection; exactly one of the two is given.
   *
   * @defaultValue `null`
   */
  dialect?: SqlDialect | null | undefined;
  /** SQL text of any number of statements, without NUL characters. At most 16777216 characters. */
  sql: ScriptText;
  /**
   * A place in the text to report on in `at`; null for none. The end of the text is one. 0 to 16777216 code points.
   *
   * @defaultValue `null`
   */
  offset?: SqlOffset | null | undefined;
  /**
   * Who looks for mistakes. `text`: this backend, in the text alone. `server`: the database, too; it compiles each
   * statement by itself and runs none. What it cannot compile without running it is not looked at. Needs a connection
   * with the capability `check_statements`.
   *
   * @defaultValue `"text"`
   */
  check?: SqlCheck | undefined;
  /**
   * Statements in the answer at most. 1 to 10000 statements.
   *
   * @defaultValue `1000`
   */
  limit?: number | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `30000`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * Offers what may be written at a place of SQL text, half written as it is. What the connection's latest statements
 * used comes first among what fits as well. It answers at once from what is known of the database; what is missing is
 * read meanwhile, and the next request has it. Nothing is offered inside strings, numbers and comments.
 *
 * @since 0.2
 */
export interface CompleteSqlRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /** SQL text of any number of statements, without NUL characters. At most 16777216 characters. */
  sql: ScriptText;
  /** The place of the cursor; the end of the text is one. 0 to 16777216 code points. */
  offset: SqlOffset;
  /**
   * Items in the answer at most. 1 to 1000 items.
   *
   * @defaultValue `100`
   */
  limit?: number | undefined;
  /**
   * Wait so long for what is not known yet before answering without it. 0 to 10000 milliseconds.
   *
   * @defaultValue `0`
   */
  wait_ms?: number | undefined;
}

/**
 * What may be written.
 *
 * @since 0.2
 */
export interface CompleteSqlResponse {
  /** The best first. */
  items: CompletionItem[];
  /**
   * Whether asking again, for the same place or with more letters, may offer others: names are still being read, or
   * there are more than `limit`.
   */
  incomplete: boolean;
}

/**
 * Something to write in the place of the text between `start` and `end`: the word at the cursor, with what has been
 * typed of it.
 */
export interface CompletionItem {
  /** What to write, in quotes where the engine needs them. */
  text: string;
  /**
   * `join`: a table with the condition of a foreign key; `join_condition`: that alone. `alias`: what the statement
   * calls a table or a column. `cte`: one of its WITH queries. `value`: of an enum that is compared. `view`:
   * materialized views too.
   */
  kind: CompletionKind;
  /**
   * For people: the type of a column and its table, the arguments of a function, the schema of a table; null for
   * nothing.
   */
  detail: string | null;
  /** Where the text begins that it replaces. 0 to 16777216 code points. */
  start: SqlOffset;
  /** Where that ends. 0 to 16777216 code points. */
  end: SqlOffset;
  /** Higher for what fits better; comparable within one answer. At least 0; in points. */
  score: number;
}

/** The values of `CompletionKind` that this version knows. */
export type KnownCompletionKind =
  | "keyword"
  | "column"
  | "table"
  | "view"
  | "schema"
  | "alias"
  | "cte"
  | "function"
  | "procedure"
  | "type"
  | "join"
  | "join_condition"
  | "value";

/**
 * `join`: a table with the condition of a foreign key; `join_condition`: that alone. `alias`: what the statement calls
 * a table or a column. `cte`: one of its WITH queries. `value`: of an enum that is compared. `view`: materialized views
 * too. Open: a later backend may use values that this version does not know.
 */
export type CompletionKind = KnownCompletionKind | (string & {});

/** SQL text of any number of statements, without NUL characters. At most 16777216 characters. */
export type ScriptText = string;

/** A place in a text, from 0. 0 to 16777216 code points. */
export type SqlOffset = number;

/** The values of `SqlDialect` that this version knows. */
export type KnownSqlDialect = "sqlite" | "postgresql" | "mysql";

/**
 * How SQL text is read: by the engine that it is for. Settings of a session that change it, such as MySQL's `sql_mode`,
 * are known only of a connection. Open: a later backend may use values that this version does not know.
 */
export type SqlDialect = KnownSqlDialect | (string & {});

/** The values of `SqlCheck` that this version knows. */
export type KnownSqlCheck = "text" | "server";

/**
 * Who looks for mistakes. `text`: this backend, in the text alone. `server`: the database, too; it compiles each
 * statement by itself and runs none. What it cannot compile without running it is not looked at. Needs a connection
 * with the capability `check_statements`. Open: a later backend may use values that this version does not know.
 */
export type SqlCheck = KnownSqlCheck | (string & {});

/**
 * What stands in the text.
 *
 * @since 0.2
 */
export interface InspectSqlResponse {
  /**
   * The statements in their order. What cannot be read as one, or is a command of another client, is among them, with a
   * finding.
   */
  statements: InspectedStatement[];
  /** Mistakes and dangers, in the order of their places. */
  findings: SqlFinding[];
  /** What is at `offset`, or null when none was given. */
  at: SqlPlace | null;
  /**
   * Whether these are all statements: false when there are more than `limit`, and when the text has more than 100,000
   * words and marks.
   */
  complete: boolean;
}

/** One statement of the text. */
export interface InspectedStatement {
  /** Where it begins. 0 to 16777216 code points. */
  start: SqlOffset;
  /** Where it ends, without its delimiter. 0 to 16777216 code points. */
  end: SqlOffset;
  /**
   * What a statement does, judged by its text. `reads`: nothing that outlasts the session. `writes`: it changes rows.
   * `defines`: it changes what exists. `transaction`: it begins, ends or marks a transaction. `unknown`: it may do
   * anything, for example in a function that it calls.
   */
  effect: StatementEffect;
  /**
   * Whether an UPDATE or a DELETE in it changes every row of a table: it has no WHERE, no LIMIT, and no join whose
   * condition leaves rows of that table out. An outer join leaves none out, nor does a join of other tables alone.
   */
  without_where: boolean;
  /**
   * The tables and views that it names, in the order of their places, each time that it names them. Names of its own
   * WITH queries are not among them.
   */
  tables: MentionedTable[];
  /** Its placeholders, in the order of their numbers. */
  parameters: SqlParameter[];
}

/** A table or a view where a statement names it. */
export interface MentionedTable {
  /**
   * Its name, as the database would look for it. `kind` is always `table`; `schema_name` is null where the statement
   * names none.
   */
  object: ObjectRef;
  /** What the statement does with the table: it reads its rows, writes them, or defines the table itself. */
  use: TableUse;
  /** What the statement calls it, or null. */
  alias: string | null;
  /** Where its name begins, with its schema. 0 to 16777216 code points. */
  start: SqlOffset;
  /** Where its name ends. 0 to 16777216 code points. */
  end: SqlOffset;
}

/** The values of `TableUse` that this version knows. */
export type KnownTableUse = "reads" | "writes" | "defines";

/**
 * What the statement does with the table: it reads its rows, writes them, or defines the table itself. Open: a later
 * backend may use values that this version does not know.
 */
export type TableUse = KnownTableUse | (string & {});

/** A placeholder. */
export interface SqlParameter {
  /** The place of its value in `params`, from 1. At least 0; in parameters. */
  number: number;
  /** Its name with the mark before it, where it has one; else null. */
  name: string | null;
  /**
   * The type that the database takes it for, with `check: server`; null where it does not say so, as SQLite and MySQL
   * never do.
   */
  db_type: string | null;
  /** Where it stands. */
  places: SqlRange[];
}

/** A part of the text. */
export interface SqlRange {
  /** Where it begins. 0 to 16777216 code points. */
  start: SqlOffset;
  /** Where it ends. 0 to 16777216 code points. */
  end: SqlOffset;
}

/** A mistake or a danger. */
export interface SqlFinding {
  /** Where it begins. 0 to 16777216 code points. */
  start: SqlOffset;
  /** Where it ends. 0 to 16777216 code points. */
  end: SqlOffset;
  /** How much it matters. `error`: the statement would fail. */
  severity: FindingSeverity;
  /**
   * `never_closed`: a string, a name or a comment that goes on to the end of the text. `not_sql`: a command of the
   * engine's own client program. `without_where`: see `InspectedStatement`. `too_long`: the statement was looked
   * through in part. `refused`: the database does not take the statement; a name that an earlier statement of the same
   * text may make, or make known, is not reported. `not_checked`: the database did not answer in time, because a table
   * is locked, for example.
   */
  code: FindingCode;
  /** A sentence for people; of `refused` the database's own. */
  message: string;
  /** The database's code of `refused`, or null. */
  engine_code: string | null;
}

/** The values of `FindingSeverity` that this version knows. */
export type KnownFindingSeverity = "error" | "warning" | "info";

/**
 * How much it matters. `error`: the statement would fail. Open: a later backend may use values that this version does
 * not know.
 */
export type FindingSeverity = KnownFindingSeverity | (string & {});

/** The values of `FindingCode` that this version knows. */
export type KnownFindingCode = "never_closed" | "not_sql" | "without_where" | "too_long" | "refused" | "not_checked";

/**
 * `never_closed`: a string, a name or a comment that goes on to the end of the text. `not_sql`: a command of the
 * engine's own client program. `without_where`: see `InspectedStatement`. `too_long`: the statement was looked through
 * in part. `refused`: the database does not take the statement; a name that an earlier statement of the same text may
 * make, or make known, is not reported. `not_checked`: the database did not answer in time, because a table is locked,
 * for example. Open: a later backend may use values that this version does not know.
 */
export type FindingCode = KnownFindingCode | (string & {});

/** What is at a place: for a hover, for a jump to a definition, for help with the arguments of a call. */
export interface SqlPlace {
  /**
   * `object`: a name that is in `object`. `column`: a column of one of `tables`. `alias`, `cte`: a name that the
   * statement makes, or means a WITH query by. `function`: the name of one. `name`: any other name. `nothing`: blank,
   * or outside of all statements.
   */
  what: PlaceKind;
  /** Where the word or mark at the place begins. 0 to 16777216 code points. */
  start: SqlOffset;
  /** Where it ends. 0 to 16777216 code points. */
  end: SqlOffset;
  /** The statement around the place; null between statements. */
  statement: SqlRange | null;
  /**
   * What the name means, for `describe_objects`: a schema, a table, or a column of the only table that it can belong
   * to; else null. Tables and views have the kind `table`. A table that is named without a schema has the one in which
   * the database finds it as far as names were read for `complete_sql`, and null before that: it is then one of
   * `default_schemas` of `list_objects_response`.
   */
  object: ObjectRef | null;
  /** Of a column that may belong to several tables: those. */
  tables: ObjectRef[];
  /** Of a function's name: each way in which it is called, with its arguments. See `SqlCall`. */
  signatures: string[];
  /** The innermost call whose arguments the place is among, or null. */
  call: SqlCall | null;
}

/** The values of `PlaceKind` that this version knows. */
export type KnownPlaceKind =
  | "object"
  | "column"
  | "alias"
  | "cte"
  | "function"
  | "name"
  | "keyword"
  | "string"
  | "number"
  | "parameter"
  | "comment"
  | "mark"
  | "nothing";

/**
 * `object`: a name that is in `object`. `column`: a column of one of `tables`. `alias`, `cte`: a name that the
 * statement makes, or means a WITH query by. `function`: the name of one. `name`: any other name. `nothing`: blank, or
 * outside of all statements. Open: a later backend may use values that this version does not know.
 */
export type PlaceKind = KnownPlaceKind | (string & {});

/** A call of a function. */
export interface SqlCall {
  /** The function's name. */
  name: string;
  /** Its schema, where the statement names it; else null. */
  schema_name: string | null;
  /** The number of the argument that the place is in, from 0. At least 0; in arguments. */
  argument: number;
  /**
   * Each way in which the function is called, with its arguments separated by commas: of the engine's own functions,
   * and with a connection of those in the database whose names were read for `complete_sql`. Empty where none is known.
   */
  signatures: string[];
}
