"""TLS contexts for the modes that users know by name. Nothing is taken from the environment or from option files."""

import ssl

from litebase_schema.connection import MysqlTarget

from litebase.drivers.trust import trust_the_system
from litebase.errors import ConnectFailed

_VERIFYING = ("verify_ca", "verify_full")


def verifies(target: MysqlTarget) -> bool:
    """Whether the server's certificate is checked."""
    return target.tls in _VERIFYING


def context_for(target: MysqlTarget) -> ssl.SSLContext | None:
    """The context for a target's mode; None when the link stays plain. Reads files. Raises `ConnectFailed`."""
    if target.tls == "disable" or target.socket_path is not None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = target.tls == "verify_full"
    context.verify_mode = ssl.CERT_REQUIRED if verifies(target) else ssl.CERT_NONE
    try:
        if verifies(target) and target.tls_ca_file is not None:
            context.load_verify_locations(target.tls_ca_file)
        elif verifies(target):
            trust_the_system(context)
        if target.tls_crl_file is not None:
            context.load_verify_locations(target.tls_crl_file)
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
        if target.tls_certificate_file is not None:
            context.load_cert_chain(
                target.tls_certificate_file, target.tls_key_file, password=lambda: target.tls_key_passphrase or ""
            )
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
        files = [target.tls_ca_file, target.tls_certificate_file, target.tls_key_file]
        named = ", ".join(path for path in files if path)
        raise ConnectFailed("tls", f"A TLS file cannot be used ({reason}): {named}.") from error
    return context
