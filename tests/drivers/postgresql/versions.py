"""What older versions of PostgreSQL do not have, so that a test says what it leaves out on them."""

import re
import subprocess

import pytest

from tools.services import Service

_SINCE = {  # in everything.sql: the version that brought something, how it is written, and what older ones get instead
    ", multirange_type_name = shop.many_words": (14, ""),
    ", ALTER COLUMN big SET COMPRESSION pglz": (14, ""),
    "pg_read_all_data": (14, "pg_read_all_settings"),
    "UNLOGGED SEQUENCE": (15, "SEQUENCE"),
    "NULLS NOT DISTINCT": (15, ""),
    "ALTER STATISTICS shop.together SET STATISTICS 44;\n": (13, ""),
    "SETOF shop.z_below BEGIN ATOMIC\n    SELECT * FROM shop.z_below WHERE id = i; SELECT * FROM shop.z_below;\nEND;": (
        14,
        "SETOF shop.z_below LANGUAGE sql AS 'SELECT * FROM shop.z_below WHERE id = i';",
    ),
}


def major_of(service: Service) -> int:
    """12 of 12.22, 19 of 19rc1."""
    return int(service.version.split(".")[0].split("r")[0].split("b")[0])


def needs(service: Service, version: int, what: str) -> None:
    """Skip a test on a server that is older than what it is about."""
    if major_of(service) < version:
        pytest.skip(f"PostgreSQL {service.version} has no {what}")


def needs_pg_dump(service: Service) -> None:
    """Skip a test where the system's pg_dump is older than the server, which it then refuses."""
    said = subprocess.run(["pg_dump", "--version"], capture_output=True, text=True, check=True).stdout
    if int(re.findall(r"\d+", said)[0]) < major_of(service):
        pytest.skip(f"PostgreSQL {service.version} is newer than {said.strip()}")


def everything_for(service: Service, script: str) -> str:
    """The script as far as a server can run it."""
    for text, (since, instead) in _SINCE.items():
        assert text in script
        if major_of(service) < since:
            script = script.replace(text, instead)
    return script
