// Generated from schema/ by `make generate`. Do not edit.
// A whole database, or some of its objects, into a file and back, with the database's own programs.

import type { ObjectRef } from "./catalog.js";
import type { ConnectionId, FilePath } from "./connection.js";
import type { Timeout } from "./values.js";

/**
 * Writes a database into a file: with `pg_dump` for PostgreSQL, with `mysqldump` or `mariadb-dump` for MySQL and
 * MariaDB, with the backup interface of SQLite. It is written as it is at one moment. The program is looked for on the
 * backend's machine; one that does not fit the server is refused before it starts. The file is written under a
 * temporary name in the same folder and gets its name when it is complete, so that what is stopped or fails leaves
 * nothing. Only its owner may read it. Progress is reported in `dumped_bytes`.
 *
 * @since 0.2
 */
export interface DumpDatabaseRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /** The file to write, as an absolute path. At most 4096 characters. */
  path: FilePath;
  /**
   * Only these schemas, or only these tables, views and sequences; null for the whole database. On MySQL they are of
   * one database. Not for SQLite. At most 1000 items.
   *
   * @defaultValue `null`
   */
  objects?: readonly ObjectRef[] | null | undefined;
  /**
   * Which part is written.
   *
   * @defaultValue `"all"`
   */
  what?: DumpPart | undefined;
  /**
   * How the file is written; null for `custom` on PostgreSQL, `plain` on MySQL and `database` on SQLite.
   *
   * @defaultValue `null`
   */
  format?: DumpFormat | null | undefined;
  /**
   * PostgreSQL, `plain`: write who owns the objects and who may use them. A `custom` file always has it.
   *
   * @defaultValue `false`
   */
  owners?: boolean | undefined;
  /**
   * Replace a file that is there. Folders, links, databases of SQLite, the files beside them and files of other users
   * are never replaced.
   *
   * @defaultValue `false`
   */
  overwrite?: boolean | undefined;
  /**
   * Stop the request after this time; null for no limit. 1 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   */
  timeout_ms?: Timeout | null | undefined;
}

/** `all`: what exists, and the rows. `structure`: what exists. `data`: the rows of tables. SQLite has only `all`. */
export type DumpPart = "all" | "structure" | "data";

/** The values of `DumpFormat` that this version knows. */
export type KnownDumpFormat = "custom" | "plain" | "database";

/**
 * `custom`: the compressed format of `pg_dump`. `plain`: SQL. `database`: a database of SQLite. Each engine has its
 * own: PostgreSQL the first two, MySQL the second, SQLite the third. Open: a later backend may use values that this
 * version does not know.
 */
export type DumpFormat = KnownDumpFormat | (string & {});

/**
 * The file is complete.
 *
 * @since 0.2
 */
export interface DumpDatabaseResponse {
  /** The program that wrote it, as a path; `SQLite` where that is the library. */
  tool: string;
  /** Its version. */
  tool_version: string;
  /**
   * `custom`: the compressed format of `pg_dump`. `plain`: SQL. `database`: a database of SQLite. Each engine has its
   * own: PostgreSQL the first two, MySQL the second, SQLite the third.
   */
  format: DumpFormat;
  /** The file. */
  path: string;
  /** The size of the file. 0 to 9007199254740991 bytes. */
  bytes: number;
  /** What the program reported, without passwords; of a long report the end. */
  log: string;
}

/**
 * Makes in the database of a connection what a file of `dump_database`, or of the same programs, has in it. The file is
 * looked at first: one of another engine, or one that was cut off, is refused before anything runs. What is there
 * already is an error, and never mixed with what the file has; rows of a file without structure are added to those of
 * its tables. A read-only connection is refused. Progress is reported in `checked_bytes`, and then in `restored_bytes`.
 *
 * @since 0.2
 */
export interface RestoreDatabaseRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /** The file to read, as an absolute path. Links and devices are refused. At most 4096 characters. */
  path: FilePath;
  /**
   * PostgreSQL, `custom`: give the objects the owners and the privileges that they had; the roles must exist. Without
   * it everything belongs to the user of the connection.
   *
   * @defaultValue `false`
   */
  owners?: boolean | undefined;
  /**
   * The user has agreed to a change of a production database; see `confirmation_required`.
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

/** The values of `RestoreRule` that this version knows. */
export type KnownRestoreRule = "all_or_nothing" | "up_to_the_error";

/**
 * What becomes of a restore that fails or is stopped. `all_or_nothing`: it changes nothing. `up_to_the_error`: what
 * came before the error stays, because the engine cannot take it back, as MySQL and MariaDB cannot. Open: a later
 * backend may use values that this version does not know.
 */
export type RestoreRule = KnownRestoreRule | (string & {});

/**
 * Everything in the file was made.
 *
 * @since 0.2
 */
export interface RestoreDatabaseResponse {
  /** The program that read it, as a path; `SQLite` where that is the library. */
  tool: string;
  /** Its version. */
  tool_version: string;
  /**
   * `custom`: the compressed format of `pg_dump`. `plain`: SQL. `database`: a database of SQLite. Each engine has its
   * own: PostgreSQL the first two, MySQL the second, SQLite the third.
   */
  format: DumpFormat;
  /** The size of the file. 0 to 9007199254740991 bytes. */
  bytes: number;
  /**
   * What becomes of a restore that fails or is stopped. `all_or_nothing`: it changes nothing. `up_to_the_error`: what
   * came before the error stays, because the engine cannot take it back, as MySQL and MariaDB cannot.
   */
  rule: RestoreRule;
  /** What the program reported, without passwords; of a long report the end. */
  log: string;
}
