// Generated from schema/ by `make generate`. Do not edit.
// Finding out what has changed in a database since it was listed.

import type { CatalogVersion, ObjectName, ObjectRef } from "./catalog.js";
import type { ConnectionId } from "./connection.js";
import type { Timeout } from "./values.js";

/**
 * Looks whether objects have come, changed or gone, whoever did it, in one schema or in all but those of the database
 * system. The first request for a schema reads it, and changes are followed from then on. Where nothing has changed,
 * one short statement finds that out.
 *
 * @since 0.2
 */
export interface RefreshCatalogRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /**
   * Only this schema; null for all. At most 65536 characters.
   *
   * @defaultValue `null`
   */
  schema_name?: ObjectName | null | undefined;
  /**
   * `catalog_version` of an answer before: what has changed since is told. Null the first time. At most 100 characters.
   *
   * @defaultValue `null`
   */
  known_version?: CatalogVersion | null | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `30000`
   */
  timeout_ms?: Timeout | null | undefined;
}

/**
 * What has changed since `known_version`. All three lists are null when that is not known: the first time, when the
 * version is that of another connection, is too old, or did not include this schema, and for a schema with more names
 * than are kept. Then list anew.
 *
 * @since 0.2
 */
export interface RefreshCatalogResponse {
  /** For `known_version` of the next request; null when no schema can be followed. At most 100 characters. */
  catalog_version: CatalogVersion | null;
  /** Objects that have come: tables with their partitions, views, routines, sequences, types, events, and schemas. */
  added: ObjectRef[] | null;
  /**
   * Objects that are not what they were, themselves or in what belongs to them: columns, indexes, triggers, comments
   * and, where the engine tells them without opening each table, constraints. One that was made anew, under the name
   * that it had, is one too, unless its engine keeps nothing that tells the two apart.
   */
  changed: ObjectRef[] | null;
  /**
   * Objects that have gone. A renamed one is among those that have gone, and under its new name among those that have
   * come.
   */
  removed: ObjectRef[] | null;
}
