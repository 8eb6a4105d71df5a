"""Which program of MySQL or MariaDB fits a server, and what it is told of the connection."""

from pathlib import Path

import pytest
from litebase_schema.connection import MysqlTarget

from litebase.drivers.mysql.dumps import _login, _spelled
from litebase.drivers.mysql.link import programs
from litebase.drivers.mysql.link.versions import ServerVersion
from litebase.drivers.tools import Tool
from litebase.errors import Unsupported

_SAID = {
    "mariadb-dump  Ver 10.19 Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)": (10, 11, 19),
    "mariadb-dump from 11.4.2-MariaDB, client 10.19 for debian-linux-gnu (x86_64)": (11, 4, 2),
    "mysqldump  Ver 8.0.36-0ubuntu0.22.04.1 for Linux on x86_64 ((Ubuntu))": (8, 0, 36),
    "mysqldump  Ver 10.13 Distrib 5.7.44, for linux-glibc2.12 (x86_64)": (5, 7, 44),
}
OLD_MARIADB, NEW_MARIADB, NEW_MYSQL, OLD_MYSQL = (Tool("/p", said, version) for said, version in _SAID.items())


@pytest.mark.parametrize(("said", "version"), _SAID.items())
def test_every_way_to_say_a_version_is_read(said: str, version: tuple[int, ...]) -> None:
    match = programs.DUMPS[True].version.search(said)
    assert match is not None
    assert tuple(map(int, match.groups())) == version


@pytest.mark.parametrize(
    ("server", "taken"),
    [
        ("10.11.6-MariaDB", OLD_MARIADB),
        ("10.6.1-MariaDB-log", OLD_MARIADB),
        ("11.4.9-MariaDB", NEW_MARIADB),
        ("8.0.44", NEW_MYSQL),
        ("5.7.12-log", OLD_MYSQL),
    ],
)
def test_a_server_is_dumped_by_its_own_program_which_is_not_older(server: str, taken: Tool) -> None:
    there = [NEW_MARIADB, OLD_MARIADB, NEW_MYSQL, OLD_MYSQL]
    assert programs.for_dump(there, ServerVersion.of(server)) is taken


@pytest.mark.parametrize(
    ("there", "server", "reason"),
    [
        ([], "8.0.36", "install mysql-client 8.0 or later"),
        ([NEW_MARIADB], "8.0.36", "of MariaDB, and the server 8.0.36 is of MySQL: install mysql-client 8.0"),
        ([NEW_MYSQL], "11.4.2-MariaDB", "of MySQL, and the server .* is of MariaDB: install mariadb-client 11.4"),
        ([OLD_MARIADB], "11.4.2-MariaDB", "10.11.19 is older than the server .*: install mariadb-client 11.4"),
        ([OLD_MYSQL], "8.4.0", "5.7.44 is older than the server 8.4.0: install mysql-client 8.4"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_install(there: list[Tool], server: str, reason: str) -> None:
    with pytest.raises(Unsupported, match=reason):
        programs.for_dump(there, ServerVersion.of(server))


def test_values_of_an_option_file_hold_every_character() -> None:
    assert _spelled("a\"b\\c#d;e' f\ng") == '"a\\"b\\\\c#d;e\' f\\ng"'


@pytest.mark.parametrize(
    ("tool", "tls", "encrypted", "told"),
    [
        (OLD_MARIADB, "prefer", True, {"ssl": "1", "ssl-verify-server-cert": "0"}),
        (OLD_MARIADB, "prefer", False, {"skip-ssl": "1"}),
        (OLD_MARIADB, "verify_ca", True, {"ssl": "1", "ssl-verify-server-cert": "1", "ssl-ca": "/ca"}),
        (NEW_MYSQL, "prefer", True, {"ssl-mode": "REQUIRED"}),
        (NEW_MYSQL, "disable", False, {"ssl-mode": "DISABLED"}),
        (NEW_MYSQL, "verify_full", True, {"ssl-mode": "VERIFY_IDENTITY", "ssl-ca": "/ca"}),
    ],
)
def test_a_link_is_as_safe_as_that_of_the_sessions(tool: Tool, tls: str, encrypted: bool, told: dict[str, str]) -> None:
    target = MysqlTarget.model_validate({"engine": "mysql", "user": "me", "tls": tls, "tls_ca_file": "/ca"})
    found = dict(_login(target, tool, encrypted=encrypted))
    assert {name: value for name, value in found.items() if "ssl" in name} == told


def test_what_a_program_cannot_keep_safe_is_refused(tmp_path: Path) -> None:
    tunnel = {"kind": "ssh", "host": "far"}
    target = MysqlTarget.model_validate({"engine": "mysql", "user": "me", "tls": "verify_full", "tunnel": tunnel})
    for tool in (OLD_MARIADB, NEW_MYSQL):
        with pytest.raises(Unsupported, match="tunnel"):
            dict(_login(target, tool, encrypted=True))
    locked = MysqlTarget(
        engine="mysql", user="me", tls="require", tls_certificate_file=str(tmp_path), tls_key_passphrase="secret"
    )
    with pytest.raises(Unsupported, match="passphrase"):
        dict(_login(locked, NEW_MYSQL, encrypted=True))
