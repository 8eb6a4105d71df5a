"""The connection options of a session: all are set here, none by the environment or by a file of the user.

libpq takes what is not set from `PG*` variables, a service file, a password file and files in `~/.postgresql`. So
each option that has such a source is given a value here, files that must not be read are given a path that cannot
exist, and the variables themselves are removed from the process (`PGSERVICE`, `PGTZ`, `PGDATESTYLE` and `PGGEQO` have
no option that would override them). Source: postgresql.org/docs/current/libpq-envars.html.
"""

import asyncio
import ipaddress
import os
import socket
import ssl
from collections.abc import Callable, Sequence
from pathlib import Path

from litebase_schema.connection import PostgresqlTarget
from psycopg import pq
from psycopg.conninfo import make_conninfo

from litebase.drivers.trust import LOCAL_NAMES, trusted_certificates
from litebase.errors import ConnectFailed, InvalidMessage

_VERIFYING = {"verify_ca": "verify-ca", "verify_full": "verify-full"}
_WITHOUT_OPTION = ("PGSERVICEFILE", "PGSYSCONFDIR", "PGLOCALEDIR", "PGDATESTYLE", "PGTZ", "PGGEQO")
_NO_FILE = f"{Path(__file__).resolve()}/none"  # below a file, so that nobody can make it
# In the start-up packet, so that they also hold after RESET ALL and DISCARD ALL: dates in ISO style, floats with each
# digit that they need, and a server that refuses writes (which a read-only session does not rely on).
_TEXT_SETTINGS = ("datestyle=ISO", "intervalstyle=postgres", "extra_float_digits=3")
# How often the server checks, while it runs a statement, whether we are still there; it stops when we are not. Nothing
# else stops our statements when this process is killed. Since PostgreSQL 14, not on every system.
CHECK_FOR_US = "client_connection_check_interval=2s"
_SHORTEST_FLOATS = 120000  # since this version one digit more than none gives the shortest text that is exact
_READ_ONLY_SETTING = "default_transaction_read_only=on"


def forget_environment() -> None:
    """Remove every variable that libpq reads from the environment of this process."""
    for option in pq.Conninfo.get_defaults():
        if option.envvar:
            os.environ.pop(option.envvar.decode(), None)
    for name in _WITHOUT_OPTION:
        os.environ.pop(name, None)


def check_tls_files(target: PostgresqlTarget) -> None:
    """Refuse certificates that cannot be used: in the mode `prefer` libpq would go on without TLS."""
    if target.tls == "disable" or target.tls_certificate_file is None:
        return
    key = target.tls_key_file or target.tls_certificate_file
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(
            target.tls_certificate_file, key, password=lambda: target.tls_key_passphrase or ""
        )
    except (OSError, ValueError) as error:
        names = f"tls_certificate_file {target.tls_certificate_file} and tls_key_file {key}"
        raise ConnectFailed("tls", f"The {names} are not a certificate and a key that can be used.") from error


def verifies(target: PostgresqlTarget) -> bool:
    """Whether the server's certificate is checked."""
    return target.tls in _VERIFYING


async def addresses(target: PostgresqlTarget) -> Sequence[str | None]:
    """The IP addresses of the host; one None for a Unix socket. Raises `ConnectFailed`."""
    if target.socket_path is not None:
        if not Path(target.socket_path).is_absolute():
            raise InvalidMessage("/data/socket_path", "the folder of the socket must be an absolute path")
        return (None,)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not a host name"
        raise ConnectFailed("name", f"The host {target.host!r} was not found: {reason}.") from error
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def session_settings(target: PostgresqlTarget) -> Sequence[str]:
    """What holds for the whole session."""
    return (*_TEXT_SETTINGS, *([_READ_ONLY_SETTING] if target.read_only else []))


def unsuitable(
    reported: Callable[[bytes], bytes | None], float_digits: bytes | None, server_version: int
) -> str | None:
    """What to set at the server, because values would not be exact or be written otherwise; None if all is well.

    `reported` is what the server reports of a setting; the number of digits is asked for. Not every server has them.
    """
    if not (reported(b"DateStyle") or b"ISO").upper().startswith(b"ISO"):
        return "datestyle = 'ISO'"
    if (reported(b"IntervalStyle") or b"postgres") != b"postgres":
        return "intervalstyle = 'postgres'"
    enough = 1 if server_version >= _SHORTEST_FLOATS else 3
    if float_digits is not None and float_digits.lstrip(b"-").isdigit() and int(float_digits) < enough:
        return f"extra_float_digits = {enough}"
    return None


def conninfo(target: PostgresqlTarget, address: str | None, settings: Sequence[str] = ()) -> str:
    """The whole connection string. Holds the password: never to be shown."""
    return make_conninfo(
        host=target.host if address else target.socket_path,
        hostaddr=address or "",
        port=target.port,
        user=target.user,  # libpq asks the operating system when it is empty, and takes the database named like it
        password=target.password or "",
        passfile=_NO_FILE,
        dbname=target.database,
        application_name=target.application_name,
        client_encoding="UTF8",
        options=" ".join(f"-c {setting}" for setting in settings),
        keepalives=1,
        keepalives_idle=30,
        keepalives_interval=10,
        keepalives_count=3,
        tcp_user_timeout=60_000,
        gssencmode="disable",
        krbsrvname="postgres",
        channel_binding="prefer",
        require_auth="!password" if _exposes_password(target, address) else None,
        target_session_attrs="any",
        load_balance_hosts="disable",
        min_protocol_version="3.0",
        max_protocol_version="3.0",
        **_tls(target),
    )


def _exposes_password(target: PostgresqlTarget, address: str | None) -> bool:
    """Whether a password in clear text could be read on the way: no TLS, or TLS that an attacker can talk us out of."""
    if address is None or target.tls not in ("disable", "prefer"):
        return False
    if target.tunnel is not None:  # it protects the way to the SSH host, and not from there
        return target.host not in LOCAL_NAMES
    return not ipaddress.ip_address(address.partition("%")[0]).is_loopback


def _tls(target: PostgresqlTarget) -> dict[str, str]:
    """In the mode `require` libpq would verify if it is given a CA; ours do what their names say."""
    verifying = _VERIFYING.get(target.tls)
    certificate = target.tls_certificate_file
    return {
        "sslmode": verifying or target.tls,
        "sslnegotiation": "postgres",
        "sslcompression": "0",
        "sslsni": "1",
        "ssl_min_protocol_version": "TLSv1.2",
        "ssl_max_protocol_version": "",
        "sslrootcert": _roots(target) if verifying else _NO_FILE,
        "sslcrl": target.tls_crl_file or _NO_FILE,
        "sslcrldir": "",
        "sslcert": certificate or _NO_FILE,
        "sslkey": target.tls_key_file or (certificate or _NO_FILE),
        "sslpassword": target.tls_key_passphrase or "",
        "sslcertmode": "allow" if certificate else "disable",
    }


def _roots(target: PostgresqlTarget) -> str:
    """The CA file. psycopg's own OpenSSL looks for the system's in a folder that users' machines do not have."""
    if target.tls_ca_file is not None:
        return target.tls_ca_file
    if (trusted := trusted_certificates()) is not None:
        return trusted
    raise ConnectFailed(
        "tls", "This system has no file of trusted certificates. Name one in tls_ca_file, or use the TLS mode require."
    )
