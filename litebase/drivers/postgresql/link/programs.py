"""PostgreSQL's own programs: which of those that are here fits a server.

pg_dump refuses a server that is newer than itself. What a newer one writes may be too new for the server: since version
17 it sets `transaction_timeout`, which older servers do not know. So the nearest version is the best one.
"""

import re
from collections.abc import Sequence

from litebase.drivers import tools
from litebase.drivers.abilities import Available, Unavailable
from litebase.drivers.tools import Search, Tool
from litebase.errors import Unsupported

_FOLDERS = (
    "/usr/lib/postgresql/*/bin",  # Debian
    "/usr/pgsql-*/bin",  # Red Hat
    "/usr/local/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/opt/homebrew/opt/libpq/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/opt/libpq/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/Library/PostgreSQL/*/bin",
)
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)(?:\.(\d+))?")
_VERSION_IN_PATH = re.compile(r"(?:postgresql[/@]|pgsql-|Versions/|PostgreSQL/)(\d+)/")

PG_DUMP = Search(("pg_dump",), _FOLDERS, _VERSION)
PG_RESTORE = Search(("pg_restore",), _FOLDERS, _VERSION)
PSQL = Search(("psql",), _FOLDERS, _VERSION)

_SETS_TOO_MUCH = 17  # from here on, for servers before it
_RESTRICTED = {13: 22, 14: 19, 15: 14, 16: 10, 17: 6}  # minor versions from which psql has \restrict
_NEWEST_UNRESTRICTED = 17
_ARCHIVES = (((1, 16), 17), ((1, 15), 16), ((1, 14), 12))  # versions of the custom format, and who reads them


def major(server_version: str) -> int:
    """The number that must fit; 0 for what does not call itself by a number."""
    found = re.match(r"\d+", server_version)
    return int(found[0]) if found else 0


def packages(number: int) -> str:
    """What to install."""
    return f"postgresql-client-{number}, or the client programs of PostgreSQL {number} under another name"


def ability(server_version: str) -> Available | Unavailable:
    """Whether a database of this version can be dumped here, as far as that is known without starting a program."""
    number = major(server_version)
    reason = tools.missing_reason(PG_DUMP, packages(number))
    if reason is None:
        told = [_VERSION_IN_PATH.search(path) for path in PG_DUMP.paths()]
        known = [int(one[1]) for one in told if one]
        if len(known) == len(told) and max(known) < number:
            reason = _older("pg_dump", str(max(known)), server_version)
    return Available() if reason is None else Unavailable(reason)


def for_dump(found: Sequence[Tool], server_version: str) -> Tool:
    """The pg_dump for a server. Raises `Unsupported`."""
    number = major(server_version)
    if not found:
        raise Unsupported(tools.not_found(PG_DUMP, packages(number)))
    fit = [one for one in found if one.version[0] >= number]
    if not fit:
        newest = max(found, key=_version)
        raise Unsupported(_older(newest.path, newest.text, server_version))
    return _nearest(fit, number)


def for_restore(found: Sequence[Tool], server_version: str, head: bytes) -> Tool:
    """The pg_restore for a file in the custom format, by its first bytes, and a server. Raises `Unsupported`."""
    number = major(server_version)
    archive = (head[5], head[6]) if len(head) > 6 else (0, 0)  # after PGDMP
    needed = next((reader for version, reader in _ARCHIVES if archive >= version), 0)
    if not found:
        raise Unsupported(tools.not_found(PG_RESTORE, packages(max(number, needed))))
    reading = [one for one in found if one.version[0] >= needed]
    if not reading:
        newest = max(found, key=_version)
        raise Unsupported(
            f"{newest.path} {newest.text} is older than the pg_dump that wrote the file: install {packages(needed)}."
        )
    fit = [one for one in reading if one.version[0] < _SETS_TOO_MUCH or number >= _SETS_TOO_MUCH]
    if not fit:
        oldest = min(reading, key=_version)
        raise Unsupported(
            f"{oldest.path} {oldest.text} sets what a server of version {server_version} does not know: "
            f"install {packages(max(number, needed))}."
        )
    return _nearest(fit, number)


def for_sql(found: Sequence[Tool], server_version: str) -> Tool:
    """The psql for a dump as SQL: one that can be kept from running the commands of its own in the file."""
    number = major(server_version)
    if not found:
        raise Unsupported(tools.not_found(PSQL, packages(number)))
    fit = [one for one in found if _is_restricted(one)]
    if not fit:
        newest = max(found, key=_version)
        raise Unsupported(
            f"{newest.path} {newest.text} would carry out commands in the file that start programs on this machine: "
            f"install the newest minor version of {packages(number)}."
        )
    return _nearest(fit, number)


def _is_restricted(tool: Tool) -> bool:
    number, minor = (*tool.version, 0)[:2]
    return number > _NEWEST_UNRESTRICTED or minor >= _RESTRICTED.get(number, 1000)


def _nearest(fit: Sequence[Tool], number: int) -> Tool:
    """Of the server's version, or else the one that is next to it; among equal ones the newest."""
    return min(fit, key=lambda one: (abs(one.version[0] - number), [-part for part in one.version]))


def _version(tool: Tool) -> tuple[int, ...]:
    return tool.version


def _older(name: str, version: str, server_version: str) -> str:
    return f"{name} {version} is older than the server {server_version}: install {packages(major(server_version))}."
