"""What follows from a server's version: the names of its settings, and what it can or cannot do."""

import re
from dataclasses import dataclass

READ_ONLY_NAMES = ("tx_read_only", "transaction_read_only")
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
    def locks_accounts(self) -> bool:
        """Whether a user may be kept from logging in."""
        return self.release >= ((10, 4, 2) if self.is_mariadb else (5, 7, 6))

    @property
    def lists_checks(self) -> bool:
        """Whether information_schema has the conditions of checks."""
        if not self.is_mariadb:
            return self.release >= (8, 0, 16)
        return (10, 2, 22) <= self.release < (10, 3) or self.release >= (10, 3, 10)

    @property
    def names_json(self) -> bool:
        """Whether a result says which of its texts are JSON, as MariaDB does that has no type for it."""
        return self.is_mariadb and self.release >= (10, 5, 2)

    @property
    def measures_plans(self) -> bool:
        """Whether a statement can be run to measure its plan."""
        return self.release >= ((10, 1, 1) if self.is_mariadb else (8, 0, 18))

    @property
    def binds_at_once(self) -> bool:
        """Whether one statement may prepare a text and execute it with values."""
        return self.is_mariadb and self.release >= (10, 2, 3)
