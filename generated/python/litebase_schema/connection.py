# Generated from schema/ by `make generate`. Do not edit.

from __future__ import annotations

from pydantic import FailFast

from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr
from typing import Annotated, Literal
from litebase_schema.base import Model
from typing_extensions import TypeAliasType
from .errors import TraceStep


IdleTransactionMs = TypeAliasType("IdleTransactionMs", Annotated[StrictInt, Field(ge=1000, le=86400000)])
"""
Roll back the transaction of a database session of `open_db_session` that its client has not used for so long; null for never. Then the event `transaction_idle` warns, and the rollback follows after as long again, or 30 seconds if that is less, unless the session is used. It is told by `transaction_changed`, and the next request in the session that is neither `begin` nor `rollback` is answered once with `conflict`.
"""


KeepAliveMs = TypeAliasType("KeepAliveMs", Annotated[StrictInt, Field(ge=1000, le=86400000)])
"""
Ask a database session that nobody uses whether it is there, by one round trip, each time that its server has said nothing for so long; null for never. A session inside a transaction is not asked, because that would restart the server's own clock for idle transactions.
"""


SshHost = TypeAliasType(
    "SshHost",
    Annotated[StrictStr, Field(max_length=255, pattern="^[A-Za-z0-9_.:][A-Za-z0-9_.:%+-]*$")],
)
"""
A host name, an IP address, or a `Host` of the configuration of ssh.
"""


SshPort = TypeAliasType("SshPort", Annotated[StrictInt, Field(ge=1, le=65535)])
"""
A TCP port of an SSH host.
"""


SshUser = TypeAliasType(
    "SshUser",
    Annotated[StrictStr, Field(max_length=128, pattern="^[A-Za-z0-9_.+@][A-Za-z0-9_.+@-]*$")],
)
"""
A user at an SSH host.
"""


Environment = TypeAliasType("Environment", Literal["development", "staging", "production"])
"""
What a database is used for.
"""


HostName = TypeAliasType(
    "HostName",
    Annotated[StrictStr, Field(max_length=255, min_length=1, pattern="^[^\\x00,/]*$")],
)
"""
A host name or an IP address; one, not a list.
"""


UserName = TypeAliasType("UserName", Annotated[StrictStr, Field(max_length=128, pattern="^[^\\x00]*$")])
"""
The database user; empty for the name of the user who runs the backend.
"""


Password = TypeAliasType("Password", Annotated[StrictStr, Field(max_length=1024, pattern="^[^\\x00]*$")])
"""
A password.
"""


PasswordKind = TypeAliasType("PasswordKind", Literal["password", "token"])
"""
`password`: it stays as it is. `token`: it runs out, for example that of a cloud login, and then a new one is asked for.
"""


DatabaseName = TypeAliasType("DatabaseName", Annotated[StrictStr, Field(max_length=128, pattern="^[^\\x00]*$")])
"""
The database to use; empty for the server's default.
"""


TlsMode = TypeAliasType("TlsMode", Literal["disable", "prefer", "require", "verify_ca", "verify_full"])
"""
`disable`: never. `prefer`: when the server offers it, unverified. `require`: always, unverified. `verify_ca`: the certificate must be trusted. `verify_full`: and be made for this host.
"""


class TlsState(Model):
    """
    How the link to the server is protected.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    encrypted: StrictBool
    """
    Whether the link is encrypted.
    """
    verified: StrictBool
    """
    Whether the server's certificate was checked.
    """
    version: StrictStr | None = None
    """
    For example `TLSv1.3`, or null when it is not known.
    """


SqliteMode = TypeAliasType("SqliteMode", Literal["read_only", "read_write", "create", "memory"])
"""
`read_only` and `read_write` need an existing file; `create` makes one when it is missing; `memory` has no file.
"""


FilePath = TypeAliasType(
    "FilePath",
    Annotated[StrictStr, Field(max_length=4096, min_length=1, pattern="^[^\\x00]*$")],
)
"""
A path on the backend's machine.
"""


ConnectionName = TypeAliasType("ConnectionName", Annotated[StrictStr, Field(max_length=200)])
"""
A name for logs and health, chosen by the client.
"""


InitSql = TypeAliasType("InitSql", Annotated[StrictStr, Field(max_length=65536, pattern="^[^\\x00]*$")])
"""
One or more statements.
"""


ConnectTimeout = TypeAliasType("ConnectTimeout", Annotated[StrictInt, Field(ge=1, le=600000)])
"""
How long opening the database may take as a whole.
"""


CapabilityName = TypeAliasType(
    "CapabilityName",
    Literal[
        "named_parameters",
        "isolation_levels",
        "read_only_transactions",
        "column_origins",
        "last_insert_id",
        "more_results",
        "several_db_sessions",
        "stop_statements",
        "catalog",
        "check_statements",
        "db_processes",
        "explain",
        "explain_analyze",
        "import_rows",
        "dumps",
        "reorder_columns",
    ]
    | StrictStr,
)
"""
`named_parameters`: `params` may be a map from names to values. `isolation_levels`: `begin` takes an `isolation_level`. `read_only_transactions`: `begin` takes `read_only`. `column_origins`: columns say which table they come from. `last_insert_id`: an INSERT reports the key that the database made. `more_results`: a statement may return several results. `several_db_sessions`: the connection may have more than one database session. `stop_statements`: a statement that is cancelled ends in the database, and its session goes on. `catalog`: `list_objects`, `describe_objects`, `search_objects` and `refresh_catalog` report what exists, and `get_ddl` writes it. `check_statements`: `inspect_sql` takes `check: server`. `db_processes`: `list_db_processes` and `stop_db_process` show and stop what the server does. `explain`: `explain_query` shows plans. `explain_analyze`: its `analyze` runs a statement and measures. `import_rows`: the request of that name stores the rows of files. `dumps`: `dump_database` and `restore_database` find a program of the database on the backend's machine, as far as that is known before it starts. `reorder_columns`: `preview_alter` moves columns.
"""


ConnectionId = TypeAliasType("ConnectionId", Annotated[StrictStr, Field(max_length=64, min_length=1)])
"""
Names an open connection of this client.
"""


DbSessionId = TypeAliasType("DbSessionId", Annotated[StrictStr, Field(max_length=64, min_length=1)])
"""
Names an open database session of this client.
"""


class DbDisconnectRequest(Model):
    """
    Closes a connection with its database sessions and results. A statement that still runs is stopped; an open transaction is rolled back.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId


class DbDisconnectResponse(Model):
    """
    The connection is closed.
    """

    model_config = ConfigDict(
        extra="forbid",
    )


class SqliteTarget(Model):
    """
    A SQLite database file, or a database in memory.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    engine: Literal["sqlite"]
    """
    The database product.
    """
    path: FilePath | None = None
    """
    The database file. Needed in every mode but `memory`. Never read as a URI.
    """
    mode: SqliteMode = "read_write"
    name: ConnectionName = ""
    environment: Environment | None = None
    """
    What the database is used for. On `production`, a statement that does not certainly only read needs `confirm` in its request.
    """
    read_only: StrictBool = False
    """
    Refuse every write, whatever `mode` says.
    """
    idle_transaction_ms: IdleTransactionMs | None = None
    """
    Roll back the transaction of a database session of `open_db_session` that its client has not used for so long; null for never. Then the event `transaction_idle` warns, and the rollback follows after as long again, or 30 seconds if that is less, unless the session is used. It is told by `transaction_changed`, and the next request in the session that is neither `begin` nor `rollback` is answered once with `conflict`.
    """
    init_sql: InitSql | None = None
    """
    Statements to run at the beginning of every database session, and again when one was cleaned up for its next use, for example `SET search_path TO app`. They must leave no transaction open, and their rows are not read.
    """
    connect_timeout_ms: ConnectTimeout = 10000
    busy_timeout_ms: Annotated[StrictInt, Field(ge=0, le=3600000)] = 5000
    """
    How long a statement waits for a lock that another program holds.
    """


class SshHop(Model):
    """
    An SSH host on the way to another one.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    host: SshHost
    port: SshPort | None = None
    """
    Its TCP port; null for that of the configuration, or else 22.
    """
    user: SshUser | None = None
    """
    The user there; null for that of the configuration, or else the one who runs the backend.
    """


class Capability(Model):
    """
    Whether an optional feature can be used in this connection.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    name: CapabilityName
    available: StrictBool
    """
    Whether it can be used.
    """
    reason: StrictStr | None
    """
    Why not, as a sentence for people; null when it can be used.
    """


Jump = TypeAliasType("Jump", Annotated[list[SshHop], Field(max_length=8), FailFast()])
"""
The SSH hosts on the way, the nearest first; null for what the configuration says (`ProxyJump`), empty for none.
"""


class SshTunnel(Model):
    """
    An SSH tunnel, made by the `ssh` of the backend's machine: the user's configuration, agent, certificates and security keys work as they do there. Not available on Windows.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    kind: Literal["ssh"]
    """
    The kind of tunnel.
    """
    host: SshHost
    port: SshPort | None = None
    """
    The SSH host's TCP port; null for that of the configuration, or else 22.
    """
    user: SshUser | None = None
    """
    The user at the SSH host; null for that of the configuration, or else the one who runs the backend.
    """
    identity_file: FilePath | None = None
    """
    The private key to log in with, on every hop, beside those of the configuration; null for those and the agent's.
    """
    config_file: FilePath | None = None
    """
    A configuration file of ssh, instead of the user's and the system's. Nobody else may be able to write it.
    """
    known_hosts_file: FilePath | None = None
    """
    The known keys of SSH hosts, for every hop, instead of the user's file.
    """
    jump: Jump | None = None
    """
    The SSH hosts on the way, the nearest first; null for what the configuration says (`ProxyJump`), empty for none.
    """


class DbConnectResponse(Model):
    """
    The connection is open.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    connection_id: ConnectionId
    engine: StrictStr
    """
    The database product.
    """
    server_version: StrictStr
    """
    What the database calls itself, for example `3.40.1`.
    """
    read_only: StrictBool
    """
    Whether writes are refused.
    """
    tls: TlsState | None
    """
    The protection of the link, or null where there is no network link.
    """
    environment: Environment | None = None
    """
    As `db_connect` said it.
    """
    capabilities: list[Capability]
    """
    What can be done here and what cannot, at this version of the database and as this user: each name of `hello_response.capabilities` that is about databases, once.
    """
    trace: Annotated[list[TraceStep], Field(validate_default=True)] = []
    """
    The steps of opening the first database session, in order.
    """


class PostgresqlTarget(Model):
    """
    A PostgreSQL server, or one that speaks its protocol.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    engine: Literal["postgresql"]
    """
    The database product.
    """
    host: HostName = "127.0.0.1"
    port: Annotated[StrictInt, Field(ge=1, le=65535)] = 5432
    """
    The server's TCP port.
    """
    socket_path: FilePath | None = None
    """
    The folder that holds the server's Unix socket, instead of `host`; `port` is part of the socket's name.
    """
    user: UserName = ""
    password: Password | None = None
    """
    The user's password, or null for none.
    """
    password_kind: PasswordKind = "password"
    """
    What `password` is, and what a prompt asks for.
    """
    password_prompt: StrictBool = False
    """
    Ask the person at the client for the password when none is given, and again when the server refuses it. The answer is kept in memory for the further database sessions of this connection.
    """
    database: DatabaseName = ""
    tls: TlsMode = "prefer"
    tls_ca_file: FilePath | None = None
    """
    Certificates to trust, as a PEM file; null for those of the system.
    """
    tls_certificate_file: FilePath | None = None
    """
    The client's own certificate, as a PEM file.
    """
    tls_key_file: FilePath | None = None
    """
    The key of the client's certificate, as a PEM file. A person is asked for its passphrase when it has one that is not given.
    """
    tls_key_passphrase: Password | None = None
    """
    The passphrase of the key, or null when it has none or is to be asked for.
    """
    tls_crl_file: FilePath | None = None
    """
    Certificates that were revoked, as a PEM file of the authority; a server with one of them is refused. In the modes `verify_ca` and `verify_full`.
    """
    application_name: Annotated[StrictStr, Field(max_length=63, pattern="^[^\\x00]*$")] = "litebase"
    """
    What the server shows for our sessions.
    """
    name: ConnectionName = ""
    tunnel: SshTunnel | None = None
    """
    Reach the server through this SSH host; `host` is then the name that the SSH host knows the server by. Connections of one client with the same `tunnel`, `host` and `port` share the tunnel.
    """
    environment: Environment | None = None
    """
    What the database is used for. On `production`, a statement that does not certainly only read needs `confirm` in its request.
    """
    read_only: StrictBool = False
    """
    Let the server refuse every write.
    """
    keep_alive_ms: KeepAliveMs | None = None
    """
    Ask a database session that nobody uses whether it is there, by one round trip, each time that its server has said nothing for so long; null for never. A session inside a transaction is not asked, because that would restart the server's own clock for idle transactions.
    """
    idle_transaction_ms: IdleTransactionMs | None = None
    """
    Roll back the transaction of a database session of `open_db_session` that its client has not used for so long; null for never. Then the event `transaction_idle` warns, and the rollback follows after as long again, or 30 seconds if that is less, unless the session is used. It is told by `transaction_changed`, and the next request in the session that is neither `begin` nor `rollback` is answered once with `conflict`.
    """
    init_sql: InitSql | None = None
    """
    Statements to run at the beginning of every database session, and again when one was cleaned up for its next use, for example `SET search_path TO app`. They must leave no transaction open, and their rows are not read.
    """
    connect_timeout_ms: ConnectTimeout = 10000


class MysqlTarget(Model):
    """
    A MySQL or MariaDB server, or one that speaks their protocol.
    """

    model_config = ConfigDict(
        extra="forbid",
    )
    engine: Literal["mysql"]
    """
    The database product.
    """
    host: HostName = "127.0.0.1"
    port: Annotated[StrictInt, Field(ge=1, le=65535)] = 3306
    """
    The server's TCP port.
    """
    socket_path: FilePath | None = None
    """
    The server's Unix socket, instead of `host` and `port`.
    """
    user: UserName = ""
    password: Password | None = None
    """
    The user's password, or null for none.
    """
    password_kind: PasswordKind = "password"
    """
    What `password` is, and what a prompt asks for.
    """
    password_prompt: StrictBool = False
    """
    Ask the person at the client for the password when none is given, and again when the server refuses it. The answer is kept in memory for the further database sessions of this connection.
    """
    database: DatabaseName = ""
    tls: TlsMode = "prefer"
    tls_ca_file: FilePath | None = None
    """
    Certificates to trust, as a PEM file; null for those of the system.
    """
    tls_certificate_file: FilePath | None = None
    """
    The client's own certificate, as a PEM file.
    """
    tls_key_file: FilePath | None = None
    """
    The key of the client's certificate, as a PEM file. A person is asked for its passphrase when it has one that is not given.
    """
    tls_key_passphrase: Password | None = None
    """
    The passphrase of the key, or null when it has none or is to be asked for.
    """
    tls_crl_file: FilePath | None = None
    """
    Certificates that were revoked, as a PEM file of the authority; a server with one of them is refused. In the modes `verify_ca` and `verify_full`.
    """
    application_name: Annotated[StrictStr, Field(max_length=63, pattern="^[^\\x00]*$")] = "litebase"
    """
    What the server shows for our sessions.
    """
    name: ConnectionName = ""
    tunnel: SshTunnel | None = None
    """
    Reach the server through this SSH host; `host` is then the name that the SSH host knows the server by. Connections of one client with the same `tunnel`, `host` and `port` share the tunnel.
    """
    environment: Environment | None = None
    """
    What the database is used for. On `production`, a statement that does not certainly only read needs `confirm` in its request.
    """
    read_only: StrictBool = False
    """
    Let the server refuse every write.
    """
    keep_alive_ms: KeepAliveMs | None = None
    """
    Ask a database session that nobody uses whether it is there, by one round trip, each time that its server has said nothing for so long; null for never. A session inside a transaction is not asked, because that would restart the server's own clock for idle transactions.
    """
    idle_transaction_ms: IdleTransactionMs | None = None
    """
    Roll back the transaction of a database session of `open_db_session` that its client has not used for so long; null for never. Then the event `transaction_idle` warns, and the rollback follows after as long again, or 30 seconds if that is less, unless the session is used. It is told by `transaction_changed`, and the next request in the session that is neither `begin` nor `rollback` is answered once with `conflict`.
    """
    init_sql: InitSql | None = None
    """
    Statements to run at the beginning of every database session, and again when one was cleaned up for its next use, for example `SET search_path TO app`. They must leave no transaction open, and their rows are not read.
    """
    connect_timeout_ms: ConnectTimeout = 10000


DbConnectRequest = TypeAliasType(
    "DbConnectRequest",
    Annotated[SqliteTarget | PostgresqlTarget | MysqlTarget, Field(discriminator="engine")],
)
"""
Opens a connection: a named target with a small pool of database sessions behind it.
"""
