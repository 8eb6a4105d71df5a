// Generated from schema/ by `make generate`. Do not edit.
// Finding objects of a database by their names, by what is written about them and in what they are made of.

import type { MissingPart, ObjectKind, ObjectName, ObjectRef } from "./catalog.js";
import type { ConnectionId } from "./connection.js";
import type { Timeout } from "./values.js";

/**
 * Looks for text in names, columns, comments and definitions, in all schemas but those of the database system. Names
 * and columns are kept from one search to the next: what others have changed meanwhile may be found half a minute late,
 * what this connection has changed is found at once.
 *
 * @since 0.2
 */
export interface SearchObjectsRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /** What to look for, as it is: `*` and `?` stand for themselves. At most 1000 characters. */
  text: string;
  /**
   * Where to look. Unknown places are ignored. At most 100 items.
   *
   * @defaultValue `["names", "columns"]`
   */
  search_in?: readonly SearchPlace[] | undefined;
  /**
   * Only objects of these kinds; null for all. Kinds that the engine does not have are ignored. At most 100 items.
   *
   * @defaultValue `null`
   */
  kinds?: readonly ObjectKind[] | null | undefined;
  /**
   * Only in this schema, which may also be one of the database system; null for all others. At most 65536 characters.
   *
   * @defaultValue `null`
   */
  schema_name?: ObjectName | null | undefined;
  /**
   * Whether to tell upper from lower case.
   *
   * @defaultValue `false`
   */
  match_case?: boolean | undefined;
  /**
   * Hits in the answer at most. 1 to 1000 hits.
   *
   * @defaultValue `100`
   */
  limit?: number | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `30000`
   */
  timeout_ms?: Timeout | null | undefined;
}

/** The values of `SearchPlace` that this version knows. */
export type KnownSearchPlace = "names" | "columns" | "comments" | "definitions";

/**
 * `names`: of tables, views, routines, sequences, types and events. `columns`: the names of columns. `comments`: on
 * objects and columns, where the engine has comments. `definitions`: of views, routines, triggers and events; in SQLite
 * of everything. Open: a later backend may use values that this version does not know.
 */
export type SearchPlace = KnownSearchPlace | (string & {});

/**
 * The hits, the best first: names before texts; names that are equal to `text`, then those that begin with it, then
 * those in which a word begins with it; then by kind and name, columns by their table.
 *
 * @since 0.2
 */
export interface SearchObjectsResponse {
  /** What was found. An object has a hit for each place in which the text stands. */
  hits: SearchHit[];
  /** Whether these are all: false when there are more than `limit`, and when `missing` is not empty. */
  complete: boolean;
  /** Where it was not looked, and why. */
  missing: MissingPart[];
  /**
   * How long ago the names that were searched were compared with the database; null when none were, and when something
   * has been defined meanwhile. At least 0; in milliseconds.
   *
   * @defaultValue `null`
   */
  names_age_ms?: number | null;
}

/** An object and where the text was found. */
export interface SearchHit {
  /** The object; a column has the kind `column` and its table as `parent_name`. */
  object: ObjectRef;
  /**
   * `names`: of tables, views, routines, sequences, types and events. `columns`: the names of columns. `comments`: on
   * objects and columns, where the engine has comments. `definitions`: of views, routines, triggers and events; in
   * SQLite of everything.
   */
  where: SearchPlace;
  /** In a comment or a definition the line in which it stands, from 1; null in a name. At least 1; in lines. */
  line: number | null;
  /** The name, or the line; of a long line the part around what was found. */
  excerpt: string;
}
