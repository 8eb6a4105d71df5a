"""The server versions that the tests can run against, as `pinned.json` lists them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("pinned.json")


@dataclass(frozen=True, slots=True)
class Pinned:
    """One version of a server, and the package that contains its programs.

    A package of npm or Maven is pinned by its version and its hash. A suite of Debian has one version of a
    package at a time, which apt verifies with the archive's keys, so `version` is what the suite had.
    """

    name: str
    engine: str  # "postgresql", "mysql" or "pgbouncer": whose place it takes in the tests
    product: str
    version: str
    source: str  # "npm", "maven" or "debian"
    package: str
    sha512: str = ""  # base64, as npm writes it
    sha256: str = ""  # hexadecimal
    suites: tuple[str, ...] = ()  # of Debian; the first has the rest of what the package needs
    programs: tuple[str, ...] = ()  # of Debian's packages, to be run with the libraries of that suite


def pinned() -> list[Pinned]:
    """All of them, in the order of the file."""
    entries: list[dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))
    for entry in entries:
        entry.update({name: tuple(entry.get(name, ())) for name in ("suites", "programs")})
    return [Pinned(**entry) for entry in entries]
