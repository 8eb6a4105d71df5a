"""What a database session may do beyond what every one does, or why this one does not.

`db_connect_response.capabilities` reports it: clients test for a capability, never for an engine or its version.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Available:
    """The session does it by what every session has."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why not, as a sentence for people that says what to do instead, if anything can be done."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """One field per optional ability, named as its capability: what does it, or `Unavailable`. Every engine decides."""

    named_parameters: Available | Unavailable
    isolation_levels: Available | Unavailable
    read_only_transactions: Available | Unavailable
    column_origins: Available | Unavailable
    last_insert_id: Available | Unavailable
    more_results: Available | Unavailable
    several_db_sessions: Available | Unavailable
    stop_statements: Available | Unavailable

    def reasons(self) -> Iterator[tuple[str, str | None]]:
        """Each ability's name, and the reason why it is missing; None when it is not."""
        for name in NAMES:
            value = getattr(self, name)
            yield name, value.reason if isinstance(value, Unavailable) else None


NAMES = tuple(field.name for field in fields(Abilities))
