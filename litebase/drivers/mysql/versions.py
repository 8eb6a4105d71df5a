"""What follows from a server's version: how its settings are called, and what it knows or does not keep."""

import re

from litebase.errors import ConnectFailed

READ_ONLY_NAMES = ("tx_read_only", "transaction_read_only")
_WRITES_WHEN_READ_ONLY = ("TiDB", "Vitess")  # a part of the version that these servers tell by default


def release(version: str) -> tuple[int, ...]:
    """The numbers of a version such as `10.11.19-MariaDB`."""
    found = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    return tuple(map(int, found.groups())) if found else (0, 0, 0)


def read_only_name(version: str, *, is_mariadb: bool) -> str:
    """The variable that makes a session read-only."""
    return READ_ONLY_NAMES[not is_mariadb and release(version) >= (5, 7, 20)]


def knows_roles(version: str, *, is_mariadb: bool) -> bool:
    """Whether a session has roles, which outlast a reset."""
    return release(version) >= ((10, 0, 5) if is_mariadb else (8, 0, 0))


def binds_at_once(version: str, *, is_mariadb: bool) -> bool:
    """Whether one statement may prepare a text and execute it with values."""
    return is_mariadb and release(version) >= (10, 2, 3)


def check_keeps_read_only(version: str) -> None:
    """Refuse a read-only session of a server that takes the setting and writes all the same.

    Sources, read and not run: docs.pingcap.com/tidb/stable/sql-statement-set-transaction and vitessio/vitess#4127.
    """
    product = next((name for name in _WRITES_WHEN_READ_ONLY if f"-{name.lower()}" in version.lower()), None)
    if product is not None:
        raise ConnectFailed(
            "database",
            f"{product} does not keep a read-only session from writing. Connect without read_only, as a user that has "
            "no right to write.",
        )
