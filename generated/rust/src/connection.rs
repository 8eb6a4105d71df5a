// Generated from schema/ by `make generate`. Do not edit.
//! Opening and closing databases.

use serde::{Deserialize, Serialize};

use crate::TraceStep;
use crate::support::Secret;
use crate::support::closed_enum;
use crate::support::open_enum;

/// Opens a connection: a named target with a small pool of database sessions behind it.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DbConnectRequest {
    SqliteTarget(SqliteTarget),
    PostgresqlTarget(PostgresqlTarget),
    MysqlTarget(MysqlTarget),
}

impl From<SqliteTarget> for DbConnectRequest {
    fn from(value: SqliteTarget) -> Self {
        Self::SqliteTarget(value)
    }
}

impl From<PostgresqlTarget> for DbConnectRequest {
    fn from(value: PostgresqlTarget) -> Self {
        Self::PostgresqlTarget(value)
    }
}

impl From<MysqlTarget> for DbConnectRequest {
    fn from(value: MysqlTarget) -> Self {
        Self::MysqlTarget(value)
    }
}

/// A SQLite database file, or a database in memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SqliteTarget {
    /// The database product.
    pub engine: SqliteTargetEngine,
    /// The database file. Needed in every mode but `memory`. Never read as a URI. At most 4096
    /// characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<FilePath>,
    /// `read_only` and `read_write` need an existing file; `create` makes one when it is missing;
    /// `memory` has no file.
    ///
    /// Default: `"read_write"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<SqliteMode>,
    /// A name for logs and health, chosen by the client. At most 200 characters.
    ///
    /// Default: `""`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<ConnectionName>,
    /// What the database is used for. On `production`, a statement that does not certainly only
    /// read needs `confirm` in its request.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Refuse every write, whatever `mode` says.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Roll back the transaction of a database session of `open_db_session` that its client has not
    /// used for so long; null for never. Then the event `transaction_idle` warns, and the rollback
    /// follows after as long again, or 30 seconds if that is less, unless the session is used. It
    /// is told by `transaction_changed`, and the next request in the session that is neither
    /// `begin` nor `rollback` is answered once with `conflict`. 1000 to 86400000 milliseconds.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_transaction_ms: Option<u64>,
    /// Statements to run at the beginning of every database session, and again when one was cleaned
    /// up for its next use, for example `SET search_path TO app`. They must leave no transaction
    /// open, and their rows are not read. Secret: never logged. At most 65536 characters.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub init_sql: Option<Secret>,
    /// How long opening the database may take as a whole. 1 to 600000 milliseconds.
    ///
    /// Default: `10000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect_timeout_ms: Option<ConnectTimeout>,
    /// How long a statement waits for a lock that another program holds. 0 to 3600000 milliseconds.
    ///
    /// Default: `5000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy_timeout_ms: Option<u64>,
}

impl SqliteTarget {
    /// With what is required; the rest is absent.
    pub fn new() -> Self {
        Self {
            engine: SqliteTargetEngine::Sqlite,
            path: None,
            mode: None,
            name: None,
            environment: None,
            read_only: None,
            idle_transaction_ms: None,
            init_sql: None,
            connect_timeout_ms: None,
            busy_timeout_ms: None,
        }
    }
}

impl Default for SqliteTarget {
    fn default() -> Self {
        Self::new()
    }
}

closed_enum! {
    /// What `engine` of `SqliteTarget` always is.
    pub enum SqliteTargetEngine {
        Sqlite = "sqlite",
    }
}

/// A PostgreSQL server, or one that speaks its protocol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostgresqlTarget {
    /// The database product.
    pub engine: PostgresqlTargetEngine,
    /// A host name or an IP address; one, not a list. At most 255 characters.
    ///
    /// Default: `"127.0.0.1"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<HostName>,
    /// The server's TCP port. 1 to 65535 port.
    ///
    /// Default: `5432`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u64>,
    /// The folder that holds the server's Unix socket, instead of `host`; `port` is part of the
    /// socket's name. At most 4096 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub socket_path: Option<FilePath>,
    /// The database user; empty for the name of the user who runs the backend. At most 128
    /// characters.
    ///
    /// Default: `""`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserName>,
    /// The user's password, or null for none. Secret: never logged. At most 1024 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// What `password` is, and what a prompt asks for.
    ///
    /// Default: `"password"`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_kind: Option<PasswordKind>,
    /// Ask the person at the client for the password when none is given, and again when the server
    /// refuses it. The answer is kept in memory for the further database sessions of this
    /// connection.
    ///
    /// Default: `false`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_prompt: Option<bool>,
    /// The database to use; empty for the server's default. At most 128 characters.
    ///
    /// Default: `""`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<DatabaseName>,
    /// `disable`: never. `prefer`: when the server offers it, unverified. `require`: always,
    /// unverified. `verify_ca`: the certificate must be trusted. `verify_full`: and be made for
    /// this host.
    ///
    /// Default: `"prefer"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsMode>,
    /// Certificates to trust, as a PEM file; null for those of the system. At most 4096 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_ca_file: Option<FilePath>,
    /// The client's own certificate, as a PEM file. At most 4096 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_certificate_file: Option<FilePath>,
    /// The key of the client's certificate, as a PEM file. A person is asked for its passphrase
    /// when it has one that is not given. At most 4096 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_key_file: Option<FilePath>,
    /// The passphrase of the key, or null when it has none or is to be asked for. Secret: never
    /// logged. At most 1024 characters.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_key_passphrase: Option<Secret>,
    /// Certificates that were revoked, as a PEM file of the authority; a server with one of them is
    /// refused. In the modes `verify_ca` and `verify_full`. At most 4096 characters.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_crl_file: Option<FilePath>,
    /// What the server shows for our sessions. At most 63 characters.
    ///
    /// Default: `"litebase"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_name: Option<String>,
    /// A name for logs and health, chosen by the client. At most 200 characters.
    ///
    /// Default: `""`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<ConnectionName>,
    /// Reach the server through this SSH host; `host` is then the name that the SSH host knows the
    /// server by. Connections of one client with the same `tunnel`, `host` and `port` share the
    /// tunnel.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tunnel: Option<SshTunnel>,
    /// What the database is used for. On `production`, a statement that does not certainly only
    /// read needs `confirm` in its request.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Let the server refuse every write.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Ask a database session that nobody uses whether it is there, by one round trip, each time
    /// that its server has said nothing for so long; null for never. A session inside a transaction
    /// is not asked, because that would restart the server's own clock for idle transactions. 1000
    /// to 86400000 milliseconds.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_alive_ms: Option<u64>,
    /// Roll back the transaction of a database session of `open_db_session` that its client has not
    /// used for so long; null for never. Then the event `transaction_idle` warns, and the rollback
    /// follows after as long again, or 30 seconds if that is less, unless the session is used. It
    /// is told by `transaction_changed`, and the next request in the session that is neither
    /// `begin` nor `rollback` is answered once with `conflict`. 1000 to 86400000 milliseconds.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_transaction_ms: Option<u64>,
    /// Statements to run at the beginning of every database session, and again when one was cleaned
    /// up for its next use, for example `SET search_path TO app`. They must leave no transaction
    /// open, and their rows are not read. Secret: never logged. At most 65536 characters.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub init_sql: Option<Secret>,
    /// How long opening the database may take as a whole. 1 to 600000 milliseconds.
    ///
    /// Default: `10000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect_timeout_ms: Option<ConnectTimeout>,
}

impl PostgresqlTarget {
    /// With what is required; the rest is absent.
    pub fn new() -> Self {
        Self {
            engine: PostgresqlTargetEngine::Postgresql,
            host: None,
            port: None,
            socket_path: None,
            user: None,
            password: None,
            password_kind: None,
            password_prompt: None,
            database: None,
            tls: None,
            tls_ca_file: None,
            tls_certificate_file: None,
            tls_key_file: None,
            tls_key_passphrase: None,
            tls_crl_file: None,
            application_name: None,
            name: None,
            tunnel: None,
            environment: None,
            read_only: None,
            keep_alive_ms: None,
            idle_transaction_ms: None,
            init_sql: None,
            connect_timeout_ms: None,
        }
    }
}

impl Default for PostgresqlTarget {
    fn default() -> Self {
        Self::new()
    }
}

closed_enum! {
    /// What `engine` of `PostgresqlTarget` always is.
    pub enum PostgresqlTargetEngine {
        Postgresql = "postgresql",
    }
}

/// A MySQL or MariaDB server, or one that speaks their protocol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MysqlTarget {
    /// The database product.
    pub engine: MysqlTargetEngine,
    /// A host name or an IP address; one, not a list. At most 255 characters.
    ///
    /// Default: `"127.0.0.1"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<HostName>,
    /// The server's TCP port. 1 to 65535 port.
    ///
    /// Default: `3306`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u64>,
    /// The server's Unix socket, instead of `host` and `port`. At most 4096 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub socket_path: Option<FilePath>,
    /// The database user; empty for the name of the user who runs the backend. At most 128
    /// characters.
    ///
    /// Default: `""`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserName>,
    /// The user's password, or null for none. Secret: never logged. At most 1024 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// What `password` is, and what a prompt asks for.
    ///
    /// Default: `"password"`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_kind: Option<PasswordKind>,
    /// Ask the person at the client for the password when none is given, and again when the server
    /// refuses it. The answer is kept in memory for the further database sessions of this
    /// connection.
    ///
    /// Default: `false`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_prompt: Option<bool>,
    /// The database to use; empty for the server's default. At most 128 characters.
    ///
    /// Default: `""`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<DatabaseName>,
    /// `disable`: never. `prefer`: when the server offers it, unverified. `require`: always,
    /// unverified. `verify_ca`: the certificate must be trusted. `verify_full`: and be made for
    /// this host.
    ///
    /// Default: `"prefer"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsMode>,
    /// Certificates to trust, as a PEM file; null for those of the system. At most 4096 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_ca_file: Option<FilePath>,
    /// The client's own certificate, as a PEM file. At most 4096 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_certificate_file: Option<FilePath>,
    /// The key of the client's certificate, as a PEM file. A person is asked for its passphrase
    /// when it has one that is not given. At most 4096 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_key_file: Option<FilePath>,
    /// The passphrase of the key, or null when it has none or is to be asked for. Secret: never
    /// logged. At most 1024 characters.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_key_passphrase: Option<Secret>,
    /// Certificates that were revoked, as a PEM file of the authority; a server with one of them is
    /// refused. In the modes `verify_ca` and `verify_full`. At most 4096 characters.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_crl_file: Option<FilePath>,
    /// What the server shows for our sessions. At most 63 characters.
    ///
    /// Default: `"litebase"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_name: Option<String>,
    /// A name for logs and health, chosen by the client. At most 200 characters.
    ///
    /// Default: `""`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<ConnectionName>,
    /// Reach the server through this SSH host; `host` is then the name that the SSH host knows the
    /// server by. Connections of one client with the same `tunnel`, `host` and `port` share the
    /// tunnel.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tunnel: Option<SshTunnel>,
    /// What the database is used for. On `production`, a statement that does not certainly only
    /// read needs `confirm` in its request.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Let the server refuse every write.
    ///
    /// Default: `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Ask a database session that nobody uses whether it is there, by one round trip, each time
    /// that its server has said nothing for so long; null for never. A session inside a transaction
    /// is not asked, because that would restart the server's own clock for idle transactions. 1000
    /// to 86400000 milliseconds.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_alive_ms: Option<u64>,
    /// Roll back the transaction of a database session of `open_db_session` that its client has not
    /// used for so long; null for never. Then the event `transaction_idle` warns, and the rollback
    /// follows after as long again, or 30 seconds if that is less, unless the session is used. It
    /// is told by `transaction_changed`, and the next request in the session that is neither
    /// `begin` nor `rollback` is answered once with `conflict`. 1000 to 86400000 milliseconds.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_transaction_ms: Option<u64>,
    /// Statements to run at the beginning of every database session, and again when one was cleaned
    /// up for its next use, for example `SET search_path TO app`. They must leave no transaction
    /// open, and their rows are not read. Secret: never logged. At most 65536 characters.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub init_sql: Option<Secret>,
    /// How long opening the database may take as a whole. 1 to 600000 milliseconds.
    ///
    /// Default: `10000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect_timeout_ms: Option<ConnectTimeout>,
}

impl MysqlTarget {
    /// With what is required; the rest is absent.
    pub fn new() -> Self {
        Self {
            engine: MysqlTargetEngine::Mysql,
            host: None,
            port: None,
            socket_path: None,
            user: None,
            password: None,
            password_kind: None,
            password_prompt: None,
            database: None,
            tls: None,
            tls_ca_file: None,
            tls_certificate_file: None,
            tls_key_file: None,
            tls_key_passphrase: None,
            tls_crl_file: None,
            application_name: None,
            name: None,
            tunnel: None,
            environment: None,
            read_only: None,
            keep_alive_ms: None,
            idle_transaction_ms: None,
            init_sql: None,
            connect_timeout_ms: None,
        }
    }
}

impl Default for MysqlTarget {
    fn default() -> Self {
        Self::new()
    }
}

closed_enum! {
    /// What `engine` of `MysqlTarget` always is.
    pub enum MysqlTargetEngine {
        Mysql = "mysql",
    }
}

/// An SSH tunnel, made by the `ssh` of the backend's machine: the user's configuration, agent,
/// certificates and security keys work as they do there. Not available on Windows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SshTunnel {
    /// The kind of tunnel.
    pub kind: SshTunnelKind,
    /// A host name, an IP address, or a `Host` of the configuration of ssh. At most 255 characters.
    pub host: SshHost,
    /// The SSH host's TCP port; null for that of the configuration, or else 22. 1 to 65535 port.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<SshPort>,
    /// The user at the SSH host; null for that of the configuration, or else the one who runs the
    /// backend. At most 128 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<SshUser>,
    /// The private key to log in with, on every hop, beside those of the configuration; null for
    /// those and the agent's. At most 4096 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_file: Option<FilePath>,
    /// A configuration file of ssh, instead of the user's and the system's. Nobody else may be able
    /// to write it. At most 4096 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_file: Option<FilePath>,
    /// The known keys of SSH hosts, for every hop, instead of the user's file. At most 4096
    /// characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_hosts_file: Option<FilePath>,
    /// The SSH hosts on the way, the nearest first; null for what the configuration says
    /// (`ProxyJump`), empty for none. At most 8 items.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jump: Option<Vec<SshHop>>,
}

impl SshTunnel {
    /// With what is required; the rest is absent.
    pub fn new(host: impl Into<String>) -> Self {
        Self {
            kind: SshTunnelKind::Ssh,
            host: host.into(),
            port: None,
            user: None,
            identity_file: None,
            config_file: None,
            known_hosts_file: None,
            jump: None,
        }
    }
}

closed_enum! {
    /// What `kind` of `SshTunnel` always is.
    pub enum SshTunnelKind {
        Ssh = "ssh",
    }
}

/// An SSH host on the way to another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SshHop {
    /// A host name, an IP address, or a `Host` of the configuration of ssh. At most 255 characters.
    pub host: SshHost,
    /// Its TCP port; null for that of the configuration, or else 22. 1 to 65535 port.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<SshPort>,
    /// The user there; null for that of the configuration, or else the one who runs the backend. At
    /// most 128 characters.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<SshUser>,
}

impl SshHop {
    /// With what is required; the rest is absent.
    pub fn new(host: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            port: None,
            user: None,
        }
    }
}

/// A host name, an IP address, or a `Host` of the configuration of ssh. At most 255 characters.
pub type SshHost = String;

/// A TCP port of an SSH host. 1 to 65535 port.
pub type SshPort = u64;

/// A user at an SSH host. At most 128 characters.
pub type SshUser = String;

closed_enum! {
    /// What a database is used for.
    pub enum Environment {
        Development = "development",
        Staging = "staging",
        Production = "production",
    }
}

/// A host name or an IP address; one, not a list. At most 255 characters.
pub type HostName = String;

/// The database user; empty for the name of the user who runs the backend. At most 128 characters.
pub type UserName = String;

/// A password. At most 1024 characters.
pub type Password = String;

closed_enum! {
    /// `password`: it stays as it is. `token`: it runs out, for example that of a cloud login, and
    /// then a new one is asked for.
    pub enum PasswordKind {
        Password = "password",
        Token = "token",
    }
}

/// The database to use; empty for the server's default. At most 128 characters.
pub type DatabaseName = String;

closed_enum! {
    /// `disable`: never. `prefer`: when the server offers it, unverified. `require`: always,
    /// unverified. `verify_ca`: the certificate must be trusted. `verify_full`: and be made for
    /// this host.
    pub enum TlsMode {
        Disable = "disable",
        Prefer = "prefer",
        Require = "require",
        VerifyCa = "verify_ca",
        VerifyFull = "verify_full",
    }
}

/// How the link to the server is protected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TlsState {
    /// Whether the link is encrypted.
    pub encrypted: bool,
    /// Whether the server's certificate was checked.
    pub verified: bool,
    /// For example `TLSv1.3`, or null when it is not known.
    ///
    /// Default: `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

closed_enum! {
    /// `read_only` and `read_write` need an existing file; `create` makes one when it is missing;
    /// `memory` has no file.
    pub enum SqliteMode {
        ReadOnly = "read_only",
        ReadWrite = "read_write",
        Create = "create",
        Memory = "memory",
    }
}

/// A path on the backend's machine. At most 4096 characters.
pub type FilePath = String;

/// A name for logs and health, chosen by the client. At most 200 characters.
pub type ConnectionName = String;

/// One or more statements. At most 65536 characters.
pub type InitSql = String;

/// How long opening the database may take as a whole. 1 to 600000 milliseconds.
pub type ConnectTimeout = u64;

/// The connection is open.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DbConnectResponse {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
    /// The database product.
    pub engine: String,
    /// What the database calls itself, for example `3.40.1`.
    pub server_version: String,
    /// Whether writes are refused.
    pub read_only: bool,
    /// The protection of the link, or null where there is no network link.
    #[serde(deserialize_with = "crate::support::given")]
    pub tls: Option<TlsState>,
    /// As `db_connect` said it.
    ///
    /// Default: `null`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// What can be done here and what cannot, at this version of the database and as this user:
    /// each name of `hello_response.capabilities` that is about databases, once.
    ///
    /// Since 0.2.
    pub capabilities: Vec<Capability>,
    /// The steps of opening the first database session, in order.
    ///
    /// Default: `[]`. Since 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Vec<TraceStep>>,
}

/// Whether an optional feature can be used in this connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Capability {
    /// `named_parameters`: `params` may be a map from names to values. `isolation_levels`: `begin`
    /// takes an `isolation_level`. `read_only_transactions`: `begin` takes `read_only`.
    /// `column_origins`: columns say which table they come from. `last_insert_id`: an INSERT
    /// reports the key that the database made. `more_results`: a statement may return several
    /// results. `several_db_sessions`: the connection may have more than one database session.
    /// `stop_statements`: a statement that is cancelled ends in the database, and its session goes
    /// on. `catalog`: `list_objects`, `describe_objects`, `search_objects` and `refresh_catalog`
    /// report what exists, and `get_ddl` writes it. `check_statements`: `inspect_sql` takes `check:
    /// server`. `db_processes`: `list_db_processes` and `stop_db_process` show and stop what the
    /// server does. `explain`: `explain_query` shows plans. `explain_analyze`: its `analyze` runs a
    /// statement and measures. `import_rows`: the request of that name stores the rows of files.
    /// `dumps`: `dump_database` and `restore_database` find a program of the database on the
    /// backend's machine, as far as that is known before it starts. `reorder_columns`:
    /// `preview_alter` moves columns.
    pub name: CapabilityName,
    /// Whether it can be used.
    pub available: bool,
    /// Why not, as a sentence for people; null when it can be used.
    #[serde(deserialize_with = "crate::support::given")]
    pub reason: Option<String>,
}

open_enum! {
    /// `named_parameters`: `params` may be a map from names to values. `isolation_levels`: `begin`
    /// takes an `isolation_level`. `read_only_transactions`: `begin` takes `read_only`.
    /// `column_origins`: columns say which table they come from. `last_insert_id`: an INSERT
    /// reports the key that the database made. `more_results`: a statement may return several
    /// results. `several_db_sessions`: the connection may have more than one database session.
    /// `stop_statements`: a statement that is cancelled ends in the database, and its session goes
    /// on. `catalog`: `list_objects`, `describe_objects`, `search_objects` and `refresh_catalog`
    /// report what exists, and `get_ddl` writes it. `check_statements`: `inspect_sql` takes `check:
    /// server`. `db_processes`: `list_db_processes` and `stop_db_process` show and stop what the
    /// server does. `explain`: `explain_query` shows plans. `explain_analyze`: its `analyze` runs a
    /// statement and measures. `import_rows`: the request of that name stores the rows of files.
    /// `dumps`: `dump_database` and `restore_database` find a program of the database on the
    /// backend's machine, as far as that is known before it starts. `reorder_columns`:
    /// `preview_alter` moves columns.
    pub enum CapabilityName {
        NamedParameters = "named_parameters",
        IsolationLevels = "isolation_levels",
        ReadOnlyTransactions = "read_only_transactions",
        ColumnOrigins = "column_origins",
        LastInsertId = "last_insert_id",
        MoreResults = "more_results",
        SeveralDbSessions = "several_db_sessions",
        StopStatements = "stop_statements",
        Catalog = "catalog",
        CheckStatements = "check_statements",
        DbProcesses = "db_processes",
        Explain = "explain",
        ExplainAnalyze = "explain_analyze",
        ImportRows = "import_rows",
        Dumps = "dumps",
        ReorderColumns = "reorder_columns",
    }
}

/// Names an open connection of this client. At most 64 characters.
pub type ConnectionId = String;

/// Names an open database session of this client. At most 64 characters.
pub type DbSessionId = String;

/// Closes a connection with its database sessions and results. A statement that still runs is
/// stopped; an open transaction is rolled back.
///
/// Since 0.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DbDisconnectRequest {
    /// Names an open connection of this client. At most 64 characters.
    pub connection_id: ConnectionId,
}

impl DbDisconnectRequest {
    /// With what is required; the rest is absent.
    pub fn new(connection_id: impl Into<String>) -> Self {
        Self {
            connection_id: connection_id.into(),
        }
    }
}

/// The connection is closed.
///
/// Since 0.1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DbDisconnectResponse {}
