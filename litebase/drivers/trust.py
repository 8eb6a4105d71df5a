"""The certificates that this system trusts, and those that were revoked.

Each OpenSSL has a folder compiled in. The one of a library that was built on another system is often missing here, so
the places that systems use are looked at, too.
"""

import ssl
from pathlib import Path

from litebase_schema.connection import MysqlTarget, PostgresqlTarget

from litebase.errors import ConnectFailed, InvalidMessage

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")  # of a host, for itself

_BUNDLES = (  # as one file; OpenSSL's own idea of it comes first
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def trusted_certificates() -> str | None:
    """The file of certificates; None where there is none, as on Windows, which keeps them elsewhere."""
    for path in (ssl.get_default_verify_paths().cafile, *_BUNDLES):
        if path and Path(path).is_file():
            return path
    return None


def trust_the_system(context: ssl.SSLContext) -> None:
    """Let a context trust what the system trusts, also when its OpenSSL was built elsewhere. Reads files."""
    context.load_default_certs()
    if not context.cert_store_stats()["x509_ca"] and (trusted := trusted_certificates()) is not None:
        context.load_verify_locations(trusted)


def check_revocations(target: PostgresqlTarget | MysqlTarget) -> None:
    """Refuse a list of revoked certificates that would not be used. Reads the file.

    libpq goes on without a list that it cannot read. Source: its fe-secure-openssl.c, initialize_SSL().
    """
    if target.tls_crl_file is None:
        return
    if target.tls not in ("verify_ca", "verify_full"):
        raise InvalidMessage(
            "/data/tls_crl_file", "revoked certificates are only looked up in the modes verify_ca and verify_full"
        )
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(target.tls_crl_file)
    except (OSError, ValueError) as error:
        raise ConnectFailed("tls", f"The tls_crl_file {target.tls_crl_file} is not a list that can be used.") from error
