"""What follows from a server's version: the names of its settings, and what it can or cannot do."""

import re
from dataclasses import dataclass

from litebase.errors import ConnectFailed

READ_ONLY_NAMES = ("tx_read_only", "transaction_read_only")
_WRITES_WHEN_READ_ONLY = ("TiDB", "Vitess")  # a part of the version that these servers report by default
_HIDDEN_BEHIND = "5.5.5-"  # MariaDB puts this in front of its version, for the sake of old replicas


@dataclass(frozen=True, slots=True)
class ServerVersion:
    """A version such as `10.11.19-MariaDB`."""

    text: str
    release: tuple[int, ...]
    is_mariadb: bool

    @classmethod
    def of(cls, reported: str) -> "ServerVersion":
        """The version that a server reports of itself."""
        is_mariadb = "MariaDB" in reported
        text = reported.removeprefix(_HIDDEN_BEHIND) if is_mariadb else reported
        found = re.match(r"(\d+)\.(\d+)\.(\d+)", text)
        return cls(text, tuple(map(int, found.groups())) if found else (0, 0, 0), is_mariadb)

    @property
    def read_only_name(self) -> str:
        """The variable that makes a session read-only."""
        return READ_ONLY_NAMES[not self.is_mariadb and self.release >= (5, 7, 20)]

    @property
    def knows_roles(self) -> bool:
        """Whether a session has roles, which outlast a reset."""
        return self.release >= ((10, 0, 5) if self.is_mariadb else (8, 0, 0))

    @property
    def binds_at_once(self) -> bool:
        """Whether one statement may prepare a text and execute it with values."""
        return self.is_mariadb and self.release >= (10, 2, 3)

    def check_keeps_read_only(self) -> None:
        """Refuse a read-only session of a server that takes the setting and writes all the same.

        Sources, read and not run: docs.pingcap.com/tidb/stable/sql-statement-set-transaction and vitessio/vitess#4127.
        """
        product = next((name for name in _WRITES_WHEN_READ_ONLY if f"-{name.lower()}" in self.text.lower()), None)
        if product is not None:
            raise ConnectFailed(
                "database",
                f"{product} does not keep a read-only session from writing. Connect without read_only, as a user that "
                "has no right to write.",
            )
