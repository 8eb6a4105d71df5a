"""Which of PostgreSQL's programs fits a server, and what it is told of the connection."""

import pytest
from litebase_schema.connection import PostgresqlTarget
from psycopg.conninfo import conninfo_to_dict

from litebase.drivers.postgresql.dumps import conninfo
from litebase.drivers.postgresql.link import programs
from litebase.drivers.tools import Tool
from litebase.errors import Unsupported


def _tools(*versions: str) -> list[Tool]:
    made = []
    for one in versions:
        match = programs.PG_DUMP.version.search(f"pg_dump (PostgreSQL) {one}")
        assert match is not None
        made.append(Tool(f"/{one}", one, tuple(int(part) for part in match.groups() if part)))
    return made


@pytest.mark.parametrize(
    ("there", "server", "taken"),
    [
        (["15.18", "16.4", "17.2"], "16.1", "16.4"),
        (["16.2", "16.10", "16.9"], "16.4 (Debian 16.4-1)", "16.10"),
        (["17.2", "18.1"], "16.1", "17.2"),
        (["17beta1"], "17.0", "17beta1"),
    ],
)
def test_the_nearest_pg_dump_that_is_not_older_is_taken(there: list[str], server: str, taken: str) -> None:
    assert programs.for_dump(_tools(*there), server).said == taken


@pytest.mark.parametrize("there", [[], ["9.6.24"], ["14.19", "15.18"]])
def test_an_older_pg_dump_is_refused_with_what_to_install(there: list[str]) -> None:
    with pytest.raises(Unsupported, match="install postgresql-client-16"):
        programs.for_dump(_tools(*there), "16.4")


@pytest.mark.parametrize(
    ("there", "server", "archive", "taken"),
    [
        (["15.18", "16.4"], "15.2", (1, 14), "15.18"),
        (["15.18", "16.4"], "15.2", (1, 15), "16.4"),  # which the older one cannot read
        (["17.2", "14.1"], "16.2", (1, 14), "14.1"),  # the other sets what the server does not know
        (["17.2"], "18.0", (1, 16), "17.2"),
    ],
)
def test_a_pg_restore_reads_the_file_and_sets_only_what_the_server_knows(
    there: list[str], server: str, archive: tuple[int, int], taken: str
) -> None:
    assert programs.for_restore(_tools(*there), server, b"PGDMP" + bytes([*archive, 0])).said == taken


@pytest.mark.parametrize(
    ("there", "server", "archive", "install"),
    [(["15.18"], "15.2", (1, 16), 17), (["17.2"], "15.2", (1, 14), 15), ([], "15.2", (1, 15), 16)],
)
def test_without_such_a_pg_restore_it_says_what_to_install(
    there: list[str], server: str, archive: tuple[int, int], install: int
) -> None:
    with pytest.raises(Unsupported, match=f"install postgresql-client-{install}"):
        programs.for_restore(_tools(*there), server, b"PGDMP" + bytes([*archive, 0]))


def test_only_a_psql_with_a_restricted_mode_reads_files() -> None:
    assert programs.for_sql(_tools("15.13", "15.14", "17.5"), "17.2").said == "15.14"
    assert programs.for_sql(_tools("18.0"), "15.2").said == "18.0"
    with pytest.raises(Unsupported, match="start programs on this machine"):
        programs.for_sql(_tools("15.13", "17.5", "12.9"), "15.2")


def test_a_program_gets_the_options_that_its_libpq_knows_and_no_secret() -> None:
    target = PostgresqlTarget(
        engine="postgresql", host="db.example", user="me", password="s3cret", database="it's", tls="verify_full",
        tls_ca_file="/ca.pem", tls_key_passphrase="s3cret too",
    )  # fmt: skip
    for version in ("12.9", "15.18", "18.0"):
        (tool,) = _tools(version)
        text = conninfo(target, "192.0.2.1", tool, encrypted=True)
        assert "s3cret" not in text
        told = conninfo_to_dict(text)
        assert (told["host"], told["hostaddr"], told["dbname"]) == ("db.example", "192.0.2.1", "it's")
        assert (told["sslmode"], told["sslrootcert"]) == ("verify-full", "/ca.pem")
        assert ("sslnegotiation" in told) == ("max_protocol_version" in told) == (version == "18.0")


def test_a_link_that_is_encrypted_stays_so_and_one_that_is_not_shows_no_password() -> None:
    target = PostgresqlTarget(engine="postgresql", host="db.example", user="me", password="s3cret", tls="prefer")
    (old, new) = _tools("15.18", "16.1")
    assert conninfo_to_dict(conninfo(target, "192.0.2.1", old, encrypted=True))["sslmode"] == "require"
    assert conninfo_to_dict(conninfo(target, "192.0.2.1", new, encrypted=False))["require_auth"] == "!password"
    with pytest.raises(Unsupported, match="in clear text"):
        conninfo(target, "192.0.2.1", old, encrypted=False)
    assert "require_auth" not in conninfo(target, "127.0.0.1", old, encrypted=False)
