// Generated from schema/ by `make generate`. Do not edit.
// Opening and closing databases.

import type { TraceStep } from "./errors.js";

/**
 * Opens a connection: a named target with a small pool of database sessions behind it.
 *
 * @since 0.1
 */
export type DbConnectRequest = SqliteTarget | PostgresqlTarget | MysqlTarget;

/** A SQLite database file, or a database in memory. */
export interface SqliteTarget {
  /** The database product. */
  engine: "sqlite";
  /**
   * The database file. Needed in every mode but `memory`. Never read as a URI. At most 4096 characters.
   *
   * @defaultValue `null`
   */
  path?: FilePath | null | undefined;
  /**
   * `read_only` and `read_write` need an existing file; `create` makes one when it is missing; `memory` has no file.
   *
   * @defaultValue `"read_write"`
   */
  mode?: SqliteMode | undefined;
  /**
   * A name for logs and health, chosen by the client. At most 200 characters.
   *
   * @defaultValue `""`
   */
  name?: ConnectionName | undefined;
  /**
   * What the database is used for. On `production`, a statement that does not certainly only read needs `confirm` in
   * its request.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  environment?: Environment | null | undefined;
  /**
   * Refuse every write, whatever `mode` says.
   *
   * @defaultValue `false`
   */
  read_only?: boolean | undefined;
  /**
   * Roll back the transaction of a database session of `open_db_session` that its client has not used for so long; null
   * for never. Then the event `transaction_idle` warns, and the rollback follows after as long again, or 30 seconds if
   * that is less, unless the session is used. It is told by `transaction_changed`, and the next request in the session
   * that is neither `begin` nor `rollback` is answered once with `conflict`. 1000 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  idle_transaction_ms?: number | null | undefined;
  /**
   * Statements to run at the beginning of every database session, and again when one was cleaned up for its next use,
   * for example `SET search_path TO app`. They must leave no transaction open, and their rows are not read. Secret:
   * never logged. At most 65536 characters.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  init_sql?: InitSql | null | undefined;
  /**
   * How long opening the database may take as a whole. 1 to 600000 milliseconds.
   *
   * @defaultValue `10000`
   */
  connect_timeout_ms?: ConnectTimeout | undefined;
  /**
   * How long a statement waits for a lock that another program holds. 0 to 3600000 milliseconds.
   *
   * @defaultValue `5000`
   */
  busy_timeout_ms?: number | undefined;
}

/** A PostgreSQL server, or one that speaks its protocol. */
export interface PostgresqlTarget {
  /** The database product. */
  engine: "postgresql";
  /**
   * A host name or an IP address; one, not a list. At most 255 characters.
   *
   * @defaultValue `"127.0.0.1"`
   */
  host?: HostName | undefined;
  /**
   * The server's TCP port. 1 to 65535 port.
   *
   * @defaultValue `5432`
   */
  port?: number | undefined;
  /**
   * The folder that holds the server's Unix socket, instead of `host`; `port` is part of the socket's name. At most
   * 4096 characters.
   *
   * @defaultValue `null`
   */
  socket_path?: FilePath | null | undefined;
  /**
   * The database user; empty for the name of the user who runs the backend. At most 128 characters.
   *
   * @defaultValue `""`
   */
  user?: UserName | undefined;
  /**
   * The user's password, or null for none. Secret: never logged. At most 1024 characters.
   *
   * @defaultValue `null`
   */
  password?: Password | null | undefined;
  /**
   * What `password` is, and what a prompt asks for.
   *
   * @defaultValue `"password"`
   * @since 0.2
   */
  password_kind?: PasswordKind | undefined;
  /**
   * Ask the person at the client for the password when none is given, and again when the server refuses it. The answer
   * is kept in memory for the further database sessions of this connection.
   *
   * @defaultValue `false`
   * @since 0.2
   */
  password_prompt?: boolean | undefined;
  /**
   * The database to use; empty for the server's default. At most 128 characters.
   *
   * @defaultValue `""`
   */
  database?: DatabaseName | undefined;
  /**
   * `disable`: never. `prefer`: when the server offers it, unverified. `require`: always, unverified. `verify_ca`: the
   * certificate must be trusted. `verify_full`: and be made for this host.
   *
   * @defaultValue `"prefer"`
   */
  tls?: TlsMode | undefined;
  /**
   * Certificates to trust, as a PEM file; null for those of the system. At most 4096 characters.
   *
   * @defaultValue `null`
   */
  tls_ca_file?: FilePath | null | undefined;
  /**
   * The client's own certificate, as a PEM file. At most 4096 characters.
   *
   * @defaultValue `null`
   */
  tls_certificate_file?: FilePath | null | undefined;
  /**
   * The key of the client's certificate, as a PEM file. A person is asked for its passphrase when it has one that is
   * not given. At most 4096 characters.
   *
   * @defaultValue `null`
   */
  tls_key_file?: FilePath | null | undefined;
  /**
   * The passphrase of the key, or null when it has none or is to be asked for. Secret: never logged. At most 1024
   * characters.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  tls_key_passphrase?: Password | null | undefined;
  /**
   * Certificates that were revoked, as a PEM file of the authority; a server with one of them is refused. In the modes
   * `verify_ca` and `verify_full`. At most 4096 characters.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  tls_crl_file?: FilePath | null | undefined;
  /**
   * What the server shows for our sessions. At most 63 characters.
   *
   * @defaultValue `"litebase"`
   */
  application_name?: string | undefined;
  /**
   * A name for logs and health, chosen by the client. At most 200 characters.
   *
   * @defaultValue `""`
   */
  name?: ConnectionName | undefined;
  /**
   * Reach the server through this SSH host; `host` is then the name that the SSH host knows the server by. Connections
   * of one client with the same `tunnel`, `host` and `port` share the tunnel.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  tunnel?: SshTunnel | null | undefined;
  /**
   * What the database is used for. On `production`, a statement that does not certainly only read needs `confirm` in
   * its request.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  environment?: Environment | null | undefined;
  /**
   * Let the server refuse every write.
   *
   * @defaultValue `false`
   */
  read_only?: boolean | undefined;
  /**
   * Ask a database session that nobody uses whether it is there, by one round trip, each time that its server has said
   * nothing for so long; null for never. A session inside a transaction is not asked, because that would restart the
   * server's own clock for idle transactions. 1000 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  keep_alive_ms?: number | null | undefined;
  /**
   * Roll back the transaction of a database session of `open_db_session` that its client has not used for so long; null
   * for never. Then the event `transaction_idle` warns, and the rollback follows after as long again, or 30 seconds if
   * that is less, unless the session is used. It is told by `transaction_changed`, and the next request in the session
   * that is neither `begin` nor `rollback` is answered once with `conflict`. 1000 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  idle_transaction_ms?: number | null | undefined;
  /**
   * Statements to run at the beginning of every database session, and again when one was cleaned up for its next use,
   * for example `SET search_path TO app`. They must leave no transaction open, and their rows are not read. Secret:
   * never logged. At most 65536 characters.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  init_sql?: InitSql | null | undefined;
  /**
   * How long opening the database may take as a whole. 1 to 600000 milliseconds.
   *
   * @defaultValue `10000`
   */
  connect_timeout_ms?: ConnectTimeout | undefined;
}

/** A MySQL or MariaDB server, or one that speaks their protocol. */
export interface MysqlTarget {
  /** The database product. */
  engine: "mysql";
  /**
   * A host name or an IP address; one, not a list. At most 255 characters.
   *
   * @defaultValue `"127.0.0.1"`
   */
  host?: HostName | undefined;
  /**
   * The server's TCP port. 1 to 65535 port.
   *
   * @defaultValue `3306`
   */
  port?: number | undefined;
  /**
   * The server's Unix socket, instead of `host` and `port`. At most 4096 characters.
   *
   * @defaultValue `null`
   */
  socket_path?: FilePath | null | undefined;
  /**
   * The database user; empty for the name of the user who runs the backend. At most 128 characters.
   *
   * @defaultValue `""`
   */
  user?: UserName | undefined;
  /**
   * The user's password, or null for none. Secret: never logged. At most 1024 characters.
   *
   * @defaultValue `null`
   */
  password?: Password | null | undefined;
  /**
   * What `password` is, and what a prompt asks for.
   *
   * @defaultValue `"password"`
   * @since 0.2
   */
  password_kind?: PasswordKind | undefined;
  /**
   * Ask the person at the client for the password when none is given, and again when the server refuses it. The answer
   * is kept in memory for the further database sessions of this connection.
   *
   * @defaultValue `false`
   * @since 0.2
   */
  password_prompt?: boolean | undefined;
  /**
   * The database to use; empty for the server's default. At most 128 characters.
   *
   * @defaultValue `""`
   */
  database?: DatabaseName | undefined;
  /**
   * `disable`: never. `prefer`: when the server offers it, unverified. `require`: always, unverified. `verify_ca`: the
   * certificate must be trusted. `verify_full`: and be made for this host.
   *
   * @defaultValue `"prefer"`
   */
  tls?: TlsMode | undefined;
  /**
   * Certificates to trust, as a PEM file; null for those of the system. At most 4096 characters.
   *
   * @defaultValue `null`
   */
  tls_ca_file?: FilePath | null | undefined;
  /**
   * The client's own certificate, as a PEM file. At most 4096 characters.
   *
   * @defaultValue `null`
   */
  tls_certificate_file?: FilePath | null | undefined;
  /**
   * The key of the client's certificate, as a PEM file. A person is asked for its passphrase when it has one that is
   * not given. At most 4096 characters.
   *
   * @defaultValue `null`
   */
  tls_key_file?: FilePath | null | undefined;
  /**
   * The passphrase of the key, or null when it has none or is to be asked for. Secret: never logged. At most 1024
   * characters.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  tls_key_passphrase?: Password | null | undefined;
  /**
   * Certificates that were revoked, as a PEM file of the authority; a server with one of them is refused. In the modes
   * `verify_ca` and `verify_full`. At most 4096 characters.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  tls_crl_file?: FilePath | null | undefined;
  /**
   * What the server shows for our sessions. At most 63 characters.
   *
   * @defaultValue `"litebase"`
   */
  application_name?: string | undefined;
  /**
   * A name for logs and health, chosen by the client. At most 200 characters.
   *
   * @defaultValue `""`
   */
  name?: ConnectionName | undefined;
  /**
   * Reach the server through this SSH host; `host` is then the name that the SSH host knows the server by. Connections
   * of one client with the same `tunnel`, `host` and `port` share the tunnel.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  tunnel?: SshTunnel | null | undefined;
  /**
   * What the database is used for. On `production`, a statement that does not certainly only read needs `confirm` in
   * its request.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  environment?: Environment | null | undefined;
  /**
   * Let the server refuse every write.
   *
   * @defaultValue `false`
   */
  read_only?: boolean | undefined;
  /**
   * Ask a database session that nobody uses whether it is there, by one round trip, each time that its server has said
   * nothing for so long; null for never. A session inside a transaction is not asked, because that would restart the
   * server's own clock for idle transactions. 1000 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  keep_alive_ms?: number | null | undefined;
  /**
   * Roll back the transaction of a database session of `open_db_session` that its client has not used for so long; null
   * for never. Then the event `transaction_idle` warns, and the rollback follows after as long again, or 30 seconds if
   * that is less, unless the session is used. It is told by `transaction_changed`, and the next request in the session
   * that is neither `begin` nor `rollback` is answered once with `conflict`. 1000 to 86400000 milliseconds.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  idle_transaction_ms?: number | null | undefined;
  /**
   * Statements to run at the beginning of every database session, and again when one was cleaned up for its next use,
   * for example `SET search_path TO app`. They must leave no transaction open, and their rows are not read. Secret:
   * never logged. At most 65536 characters.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  init_sql?: InitSql | null | undefined;
  /**
   * How long opening the database may take as a whole. 1 to 600000 milliseconds.
   *
   * @defaultValue `10000`
   */
  connect_timeout_ms?: ConnectTimeout | undefined;
}

/**
 * An SSH tunnel, made by the `ssh` of the backend's machine: the user's configuration, agent, certificates and security
 * keys work as they do there. Not available on Windows.
 */
export interface SshTunnel {
  /** The kind of tunnel. */
  kind: "ssh";
  /** A host name, an IP address, or a `Host` of the configuration of ssh. At most 255 characters. */
  host: SshHost;
  /**
   * The SSH host's TCP port; null for that of the configuration, or else 22. 1 to 65535 port.
   *
   * @defaultValue `null`
   */
  port?: SshPort | null | undefined;
  /**
   * The user at the SSH host; null for that of the configuration, or else the one who runs the backend. At most 128
   * characters.
   *
   * @defaultValue `null`
   */
  user?: SshUser | null | undefined;
  /**
   * The private key to log in with, on every hop, beside those of the configuration; null for those and the agent's. At
   * most 4096 characters.
   *
   * @defaultValue `null`
   */
  identity_file?: FilePath | null | undefined;
  /**
   * A configuration file of ssh, instead of the user's and the system's. Nobody else may be able to write it. At most
   * 4096 characters.
   *
   * @defaultValue `null`
   */
  config_file?: FilePath | null | undefined;
  /**
   * The known keys of SSH hosts, for every hop, instead of the user's file. At most 4096 characters.
   *
   * @defaultValue `null`
   */
  known_hosts_file?: FilePath | null | undefined;
  /**
   * The SSH hosts on the way, the nearest first; null for what the configuration says (`ProxyJump`), empty for none. At
   * most 8 items.
   *
   * @defaultValue `null`
   */
  jump?: readonly SshHop[] | null | undefined;
}

/** An SSH host on the way to another one. */
export interface SshHop {
  /** A host name, an IP address, or a `Host` of the configuration of ssh. At most 255 characters. */
  host: SshHost;
  /**
   * Its TCP port; null for that of the configuration, or else 22. 1 to 65535 port.
   *
   * @defaultValue `null`
   */
  port?: SshPort | null | undefined;
  /**
   * The user there; null for that of the configuration, or else the one who runs the backend. At most 128 characters.
   *
   * @defaultValue `null`
   */
  user?: SshUser | null | undefined;
}

/** A host name, an IP address, or a `Host` of the configuration of ssh. At most 255 characters. */
export type SshHost = string;

/** A TCP port of an SSH host. 1 to 65535 port. */
export type SshPort = number;

/** A user at an SSH host. At most 128 characters. */
export type SshUser = string;

/** What a database is used for. */
export type Environment = "development" | "staging" | "production";

/** A host name or an IP address; one, not a list. At most 255 characters. */
export type HostName = string;

/** The database user; empty for the name of the user who runs the backend. At most 128 characters. */
export type UserName = string;

/** A password. At most 1024 characters. */
export type Password = string;

/**
 * `password`: it stays as it is. `token`: it runs out, for example that of a cloud login, and then a new one is asked
 * for.
 */
export type PasswordKind = "password" | "token";

/** The database to use; empty for the server's default. At most 128 characters. */
export type DatabaseName = string;

/**
 * `disable`: never. `prefer`: when the server offers it, unverified. `require`: always, unverified. `verify_ca`: the
 * certificate must be trusted. `verify_full`: and be made for this host.
 */
export type TlsMode = "disable" | "prefer" | "require" | "verify_ca" | "verify_full";

/** How the link to the server is protected. */
export interface TlsState {
  /** Whether the link is encrypted. */
  encrypted: boolean;
  /** Whether the server's certificate was checked. */
  verified: boolean;
  /**
   * For example `TLSv1.3`, or null when it is not known.
   *
   * @defaultValue `null`
   */
  version?: string | null;
}

/** `read_only` and `read_write` need an existing file; `create` makes one when it is missing; `memory` has no file. */
export type SqliteMode = "read_only" | "read_write" | "create" | "memory";

/** A path on the backend's machine. At most 4096 characters. */
export type FilePath = string;

/** A name for logs and health, chosen by the client. At most 200 characters. */
export type ConnectionName = string;

/** One or more statements. At most 65536 characters. */
export type InitSql = string;

/** How long opening the database may take as a whole. 1 to 600000 milliseconds. */
export type ConnectTimeout = number;

/**
 * The connection is open.
 *
 * @since 0.1
 */
export interface DbConnectResponse {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
  /** The database product. */
  engine: string;
  /** What the database calls itself, for example `3.40.1`. */
  server_version: string;
  /** Whether writes are refused. */
  read_only: boolean;
  /** The protection of the link, or null where there is no network link. */
  tls: TlsState | null;
  /**
   * As `db_connect` said it.
   *
   * @defaultValue `null`
   * @since 0.2
   */
  environment?: Environment | null;
  /**
   * What can be done here and what cannot, at this version of the database and as this user: each name of
   * `hello_response.capabilities` that is about databases, once.
   *
   * @since 0.2
   */
  capabilities: Capability[];
  /**
   * The steps of opening the first database session, in order.
   *
   * @defaultValue `[]`
   * @since 0.2
   */
  trace?: TraceStep[];
}

/** Whether an optional feature can be used in this connection. */
export interface Capability {
  /**
   * `named_parameters`: `params` may be a map from names to values. `isolation_levels`: `begin` takes an
   * `isolation_level`. `read_only_transactions`: `begin` takes `read_only`. `column_origins`: columns say which table
   * they come from. `last_insert_id`: an INSERT reports the key that the database made. `more_results`: a statement may
   * return several results. `several_db_sessions`: the connection may have more than one database session.
   * `stop_statements`: a statement that is cancelled ends in the database, and its session goes on. `catalog`:
   * `list_objects`, `describe_objects`, `search_objects` and `refresh_catalog` report what exists, and `get_ddl` writes
   * it. `check_statements`: `inspect_sql` takes `check: server`. `db_processes`: `list_db_processes` and
   * `stop_db_process` show and stop what the server does. `explain`: `explain_query` shows plans. `explain_analyze`:
   * its `analyze` runs a statement and measures. `import_rows`: the request of that name stores the rows of files.
   * `dumps`: `dump_database` and `restore_database` find a program of the database on the backend's machine, as far as
   * that is known before it starts. `reorder_columns`: `preview_alter` moves columns.
   */
  name: CapabilityName;
  /** Whether it can be used. */
  available: boolean;
  /** Why not, as a sentence for people; null when it can be used. */
  reason: string | null;
}

/** The values of `CapabilityName` that this version knows. */
export type KnownCapabilityName =
  | "named_parameters"
  | "isolation_levels"
  | "read_only_transactions"
  | "column_origins"
  | "last_insert_id"
  | "more_results"
  | "several_db_sessions"
  | "stop_statements"
  | "catalog"
  | "check_statements"
  | "db_processes"
  | "explain"
  | "explain_analyze"
  | "import_rows"
  | "dumps"
  | "reorder_columns";

/**
 * `named_parameters`: `params` may be a map from names to values. `isolation_levels`: `begin` takes an
 * `isolation_level`. `read_only_transactions`: `begin` takes `read_only`. `column_origins`: columns say which table
 * they come from. `last_insert_id`: an INSERT reports the key that the database made. `more_results`: a statement may
 * return several results. `several_db_sessions`: the connection may have more than one database session.
 * `stop_statements`: a statement that is cancelled ends in the database, and its session goes on. `catalog`:
 * `list_objects`, `describe_objects`, `search_objects` and `refresh_catalog` report what exists, and `get_ddl` writes
 * it. `check_statements`: `inspect_sql` takes `check: server`. `db_processes`: `list_db_processes` and
 * `stop_db_process` show and stop what the server does. `explain`: `explain_query` shows plans. `explain_analyze`: its
 * `analyze` runs a statement and measures. `import_rows`: the request of that name stores the rows of files. `dumps`:
 * `dump_database` and `restore_database` find a program of the database on the backend's machine, as far as that is
 * known before it starts. `reorder_columns`: `preview_alter` moves columns. Open: a later backend may use values that
 * this version does not know.
 */
export type CapabilityName = KnownCapabilityName | (string & {});

/** Names an open connection of this client. At most 64 characters. */
export type ConnectionId = string;

/** Names an open database session of this client. At most 64 characters. */
export type DbSessionId = string;

/**
 * Closes a connection with its database sessions and results. A statement that still runs is stopped; an open
 * transaction is rolled back.
 *
 * @since 0.1
 */
export interface DbDisconnectRequest {
  /** Names an open connection of this client. At most 64 characters. */
  connection_id: ConnectionId;
}

/**
 * The connection is closed.
 *
 * @since 0.1
 */
export type DbDisconnectResponse = Record<string, never>;
