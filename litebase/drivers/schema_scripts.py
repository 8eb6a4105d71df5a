"""The script that makes a schema like another, while it is written: its statements, and the settings that they need."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from litebase_schema.catalog import ObjectRef

from litebase.drivers.altering import Planned
from litebase.drivers.comparing import Key
from litebase.drivers.table_pairs import Found

_SETTING = re.compile(r"(?:SET SESSION|SET|RESET) (\S+)", re.IGNORECASE)
_SAVED = re.compile(r"\s=\s(@litebase_\w+)\Z")


@dataclass(slots=True)
class Script:
    """Statements in the making, each with the object whose difference it mends."""

    items: list[tuple[Planned, Key | None]] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)  # that wait for a statement that needs them
    changed: set[str] = field(default_factory=set)

    def add(self, key: Key | None, *statements: Planned) -> None:
        """Statements in their order, after the settings that were said."""
        for one in statements:
            for name, sql in self.settings.items():
                if not _is_return(sql) or name in self.changed:
                    self.items.append((Planned(sql), None))
                    (self.changed.discard if _is_return(sql) else self.changed.add)(name)
            self.settings.clear()
            self.items.append((one, key))

    def set(self, sql: str) -> None:
        """A setting of the session, for statements after it; the last one of a kind holds."""
        found = _SETTING.match(sql)
        name = found[1] if found else sql
        self.settings.pop(name, None)
        self.settings[name] = sql

    def end(self) -> None:
        """Take back what was set."""
        for name, sql in self.settings.items():
            if _is_return(sql) and name in self.changed:
                self.items.append((Planned(sql), None))


def _is_return(sql: str) -> bool:
    return sql.upper().startswith("RESET") or _SAVED.search(sql) is not None


def is_same_call(one: str, other: str) -> bool:
    """Whether two signatures may be of the same types: names and modes of arguments stand before those."""
    own, theirs = one.split(" , "), other.split(" , ")
    return len(own) == len(theirs) and all(_types(a) & _types(b) for a, b in zip(own, theirs, strict=True))


def _types(argument: str) -> set[str]:
    words = argument.split(" ")
    return {" ".join(words[at:]) for at in range(min(3, len(words)))}


@dataclass(slots=True)
class Outcome:
    """What differs, and what mends it."""

    differences: list[tuple[Key, Found]] = field(default_factory=list)
    statements: list[tuple[Planned, Key | None]] = field(default_factory=list)
    warnings: list[tuple[str, str, ObjectRef | None]] = field(default_factory=list)
    around: tuple[Sequence[str], Sequence[str]] = ((), ())
