"""The programs of MySQL and of MariaDB: which of those that are here fits a server.

The two have gone different ways: each dumps its own servers completely, and no server that is newer than itself.
"""

import re
from collections.abc import Sequence

from litebase.drivers import tools
from litebase.drivers.abilities import Available, Unavailable
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.tools import Search, Tool
from litebase.errors import Unsupported

_FOLDERS = (
    "/usr/bin",
    "/usr/local/bin",
    "/opt/homebrew/opt/m*/bin",
    "/usr/local/opt/m*/bin",
    "/usr/local/mysql*/bin",
    "/usr/local/mariadb*/bin",
)
_VERSION = re.compile(r"(?:Distrib |from |Ver )(?!\d+\.\d+,? Distrib)(\d+)\.(\d+)\.(\d+)")

DUMPS = {
    True: Search(("mariadb-dump", "mysqldump"), _FOLDERS, _VERSION),
    False: Search(("mysqldump",), _FOLDERS, _VERSION),
}
CLIENTS = {
    True: Search(("mariadb", "mysql"), _FOLDERS, _VERSION),
    False: Search(("mysql", "mariadb"), _FOLDERS, _VERSION),
}


def is_mariadb(tool: Tool) -> bool:
    """Whose program it is."""
    return "MariaDB" in tool.said


def packages(server: ServerVersion) -> str:
    """What to install."""
    release = ".".join(map(str, server.release[:2]))
    name = "mariadb-client" if server.is_mariadb else "mysql-client"
    return f"{name} {release} or later"


def ability(server: ServerVersion) -> Available | Unavailable:
    """Whether a database of this server can be dumped here, as far as that is known without starting a program."""
    reason = tools.missing_reason(DUMPS[server.is_mariadb], packages(server))
    return Available() if reason is None else Unavailable(reason)


def for_dump(found: Sequence[Tool], server: ServerVersion) -> Tool:
    """The program that dumps a server. Raises `Unsupported`."""
    if not found:
        raise Unsupported(tools.not_found(DUMPS[server.is_mariadb], packages(server)))
    own = [one for one in found if is_mariadb(one) == server.is_mariadb]
    if not own:
        other = found[0]
        names = ("MySQL", "MariaDB")
        raise Unsupported(
            f"{other.path} {other.text} is of {names[is_mariadb(other)]}, and the server {server.text} is of "
            f"{names[server.is_mariadb]}: install {packages(server)}."
        )
    fit = [one for one in own if one.version[:2] >= server.release[:2]]
    if not fit:
        newest = max(own, key=lambda one: one.version)
        raise Unsupported(
            f"{newest.path} {newest.text} is older than the server {server.text}: install {packages(server)}."
        )
    return min(fit, key=lambda one: one.version)


def for_restore(found: Sequence[Tool], server: ServerVersion) -> Tool:
    """The program that runs a dump: SQL is the same for all, so one of the server's own is only preferred."""
    if not found:
        raise Unsupported(tools.not_found(CLIENTS[server.is_mariadb], packages(server)))
    return max(found, key=lambda one: (is_mariadb(one) == server.is_mariadb, one.version))
